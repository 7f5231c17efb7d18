"""Rows that stay as they were written: triggers for both engines.

Some columns never change, some are filled once and stay; no row is deleted. Encrypted columns
belong to neither, because changing the key writes them again.
"""

from dataclasses import dataclass

_IN_THE_WAY = "EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id)"


@dataclass(frozen=True, slots=True)
class FixedRows:
    """Rows of ``table``: ``columns`` never change, those of ``once`` only from empty."""

    name: str
    table: str
    columns: tuple[str, ...]
    once: tuple[str, ...] = ()

    def for_postgres(self) -> list[str]:
        changed = [
            f"OLD.{_quoted(one)} IS DISTINCT FROM NEW.{_quoted(one)}" for one in self.columns
        ]
        changed += [
            f"(COALESCE(OLD.{one}::text, '') <> '' AND OLD.{one} IS DISTINCT FROM NEW.{one})"
            for one in self.once
        ]
        return [
            f"CREATE OR REPLACE FUNCTION {self.name}() RETURNS trigger LANGUAGE plpgsql AS $$ "
            f"BEGIN RAISE EXCEPTION '{self.name}' USING ERRCODE = 'check_violation'; END $$",
            f"CREATE TRIGGER {self.name}_update BEFORE UPDATE ON {self.table} FOR EACH ROW "
            f"WHEN ({' OR '.join(changed)}) EXECUTE FUNCTION {self.name}()",
            f"CREATE TRIGGER {self.name}_delete BEFORE DELETE ON {self.table} "
            f"FOR EACH ROW EXECUTE FUNCTION {self.name}()",
            f"CREATE TRIGGER {self.name}_truncate BEFORE TRUNCATE ON {self.table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {self.name}()",
        ]

    def for_sqlite(self) -> list[str]:
        changed = [f"OLD.{_quoted(one)} IS NOT NEW.{_quoted(one)}" for one in self.columns]
        changed += [
            f"(COALESCE(OLD.{one}, '') <> '' AND OLD.{one} IS NOT NEW.{one})" for one in self.once
        ]
        refuse = f"BEGIN SELECT RAISE(ABORT, '{self.name}'); END"
        # INSERT OR REPLACE deletes the row in its way without asking the trigger on deletion.
        in_the_way = _IN_THE_WAY.format(table=self.table)
        return [
            f"CREATE TRIGGER {self.name}_update BEFORE UPDATE ON {self.table} "
            f"WHEN {' OR '.join(changed)} {refuse}",
            f"CREATE TRIGGER {self.name}_delete BEFORE DELETE ON {self.table} {refuse}",
            f"CREATE TRIGGER {self.name}_replace BEFORE INSERT ON {self.table} "
            f"WHEN {in_the_way} {refuse}",
        ]

    def remove_from_postgres(self) -> list[str]:
        names = [f"{self.name}_{verb}" for verb in ("update", "delete", "truncate")]
        return [f"DROP TRIGGER IF EXISTS {name} ON {self.table}" for name in names]

    def remove_from_sqlite(self) -> list[str]:
        names = [f"{self.name}_{verb}" for verb in ("update", "delete", "replace")]
        return [f"DROP TRIGGER IF EXISTS {name}" for name in names]


def _quoted(column: str) -> str:
    return f'"{column}"'
