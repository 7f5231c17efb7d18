"""SQL that makes the log append-only in the database itself, for both engines."""

from django.db.backends.base.base import BaseDatabaseWrapper

from courtparty.lib.statements import run_statements

# Table → the columns that are unique in it.
TABLES = {
    "audit_entry": ("id",),
    "audit_seal": ("entry_id", "number", "prev_hash", "hash"),
}

_POSTGRES_FUNCTION = """
CREATE OR REPLACE FUNCTION audit_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'the log is append-only'; END $$
"""

# INSERT OR REPLACE deletes the row in its way without asking the trigger on deletion.
_SQLITE_REPLACE = """
CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table}
WHEN EXISTS (SELECT 1 FROM {table} WHERE {same})
BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END
"""


def install(connection: BaseDatabaseWrapper) -> None:
    run_statements(connection, _install_statements(connection.vendor))


def remove(connection: BaseDatabaseWrapper) -> None:
    """For the migration backwards, and for a test database being emptied."""
    run_statements(connection, _remove_statements(connection.vendor))


def _install_statements(vendor: str) -> list[str]:
    if vendor == "postgresql":
        return [_POSTGRES_FUNCTION] + [
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only()"
            for table in TABLES
        ]
    return [
        f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb.upper()} ON {table} "
        "BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END"
        for table in TABLES
        for verb in ("update", "delete")
    ] + [
        _SQLITE_REPLACE.format(
            table=table, same=" OR ".join(f"{column} = NEW.{column}" for column in unique)
        )
        for table, unique in TABLES.items()
    ]


def _remove_statements(vendor: str) -> list[str]:
    if vendor == "postgresql":
        return [f"DROP TRIGGER IF EXISTS {table}_append_only ON {table}" for table in TABLES]
    return [
        f"DROP TRIGGER IF EXISTS {table}_no_{verb}"
        for table in TABLES
        for verb in ("update", "delete", "replace")
    ]
