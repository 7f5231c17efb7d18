"""Rows that agree in some columns and must not overlap in time: one statement for each engine.

PostgreSQL takes an exclusion constraint, SQLite two triggers. The table's period is half open in
its columns ``start`` and ``end`` (which may be null: without end). Ranges are used for equality
too, so that PostgreSQL needs no extension.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NoOverlap:
    """Rows of ``table`` that agree in ``columns`` must not overlap from start to end."""

    name: str
    table: str
    columns: tuple[str, ...]
    condition: str = ""

    def for_postgres(self) -> str:
        same = ", ".join(f"{_equal(column)} WITH &&" for column in self.columns)
        where = f" WHERE ({self.condition.format(row='')})" if self.condition else ""
        return (
            f"ALTER TABLE {self.table} ADD CONSTRAINT {self.name} EXCLUDE USING gist "
            f'({same}, daterange(start, "end") WITH &&){where}'
        )

    def for_sqlite(self) -> list[str]:
        agree = " AND ".join(f"o.{column} = NEW.{column}" for column in self.columns)
        mine = f"({self.condition.format(row='NEW.')}) AND " if self.condition else ""
        theirs = f"({self.condition.format(row='o.')}) AND " if self.condition else ""
        when = (
            # Every part of it is written in this file.
            f"{mine}EXISTS (SELECT 1 FROM {self.table} o WHERE {theirs}{agree} "
            "AND o.id IS NOT NEW.id AND o.start < COALESCE(NEW.\"end\", '9999-12-31') "
            "AND NEW.start < COALESCE(o.\"end\", '9999-12-31'))"
        )
        return [
            f"CREATE TRIGGER {self.name}_{verb} BEFORE {verb.upper()} ON {self.table} "
            f"WHEN {when} BEGIN SELECT RAISE(ABORT, '{self.name}'); END"
            for verb in ("insert", "update")
        ]

    def remove_from_postgres(self) -> str:
        return f"ALTER TABLE {self.table} DROP CONSTRAINT IF EXISTS {self.name}"

    def remove_from_sqlite(self) -> list[str]:
        return [f"DROP TRIGGER IF EXISTS {self.name}_{verb}" for verb in ("insert", "update")]


def _equal(column: str) -> str:
    if column == "kind":
        return "int8range(hashtext(kind)::bigint, hashtext(kind)::bigint, '[]')"
    return f"int8range({column}::bigint, {column}::bigint, '[]')"
