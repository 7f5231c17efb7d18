"""SQL for what constraints of Django cannot say on both engines.

- Two appointments never take one seat of a post at the same time, and nobody holds one post twice
  at the same time; two standards of a court for one kind of post, and two secondments of one
  appointment, never overlap: exclusion constraints on PostgreSQL, triggers on SQLite.
- Lines change only while their run is a draft; a paid run changes no more.
"""

from django.db.backends.base.base import BaseDatabaseWrapper

from courtparty.lib.overlaps import NoOverlap
from courtparty.lib.statements import run_statements

OVERLAPS = (
    NoOverlap(
        "appointment_one_per_seat",
        "cadres_appointment",
        ("post_id", "seat"),
        "NOT {row}is_void AND {row}seat IS NOT NULL",
    ),
    NoOverlap(
        "appointment_once_per_post",
        "cadres_appointment",
        ("post_id", "officer_id"),
        "NOT {row}is_void",
    ),
    NoOverlap("secondment_no_overlap", "cadres_secondment", ("appointment_id",)),
    NoOverlap(
        "allowance_standard_no_overlap",
        "cadres_allowancestandard",
        ("court_id", "kind"),
        "NOT {row}is_void",
    ),
)
_MESSAGE = "a paid allowance run does not change"
_LINES = "lines of an allowance run change only while it is a draft"
_LOCKED = (
    "EXISTS (SELECT 1 FROM cadres_allowancerun r WHERE r.id = {row}.run_id AND r.state <> 'draft')"
)
# What INSERT OR REPLACE of SQLite would delete without asking the trigger on deletion.
_RUN_IN_THE_WAY = (
    "EXISTS (SELECT 1 FROM cadres_allowancerun r WHERE r.state = 'paid' AND (r.id = NEW.id "
    "OR NEW.state <> 'discarded' AND r.court_id = NEW.court_id AND r.month = NEW.month))"
)

_POSTGRES = [
    *(overlap.for_postgres() for overlap in OVERLAPS),
    f"""
    CREATE OR REPLACE FUNCTION cadres_run_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF OLD.state = 'paid' THEN RAISE EXCEPTION '{_MESSAGE}'; END IF;
      IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
      RETURN NEW;
    END $$
    """,
    """
    CREATE TRIGGER cadres_allowancerun_fixed BEFORE UPDATE OR DELETE
    ON cadres_allowancerun FOR EACH ROW EXECUTE FUNCTION cadres_run_fixed()
    """,
    f"""
    CREATE OR REPLACE FUNCTION cadres_line_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF TG_OP <> 'INSERT' AND {_LOCKED.format(row="OLD")} THEN
        RAISE EXCEPTION '{_LINES}';
      END IF;
      IF TG_OP <> 'DELETE' AND {_LOCKED.format(row="NEW")} THEN
        RAISE EXCEPTION '{_LINES}';
      END IF;
      IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
      RETURN NEW;
    END $$
    """,
    """
    CREATE TRIGGER cadres_allowanceline_fixed BEFORE INSERT OR UPDATE OR DELETE
    ON cadres_allowanceline FOR EACH ROW EXECUTE FUNCTION cadres_line_fixed()
    """,
    f"""
    CREATE OR REPLACE FUNCTION cadres_not_emptied() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION '{_MESSAGE}'; END $$
    """,
    *(
        f"CREATE TRIGGER {table}_not_emptied BEFORE TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION cadres_not_emptied()"
        for table in ("cadres_allowancerun", "cadres_allowanceline")
    ),
]


def _sqlite() -> list[str]:
    refuse_run = f"BEGIN SELECT RAISE(ABORT, '{_MESSAGE}'); END"
    refuse_line = f"BEGIN SELECT RAISE(ABORT, '{_LINES}'); END"
    lines = {
        "insert": _LOCKED.format(row="NEW"),
        "delete": _LOCKED.format(row="OLD"),
        "update": f"{_LOCKED.format(row='OLD')} OR {_LOCKED.format(row='NEW')}",
    }
    return [
        *(statement for overlap in OVERLAPS for statement in overlap.for_sqlite()),
        "CREATE TRIGGER cadres_run_update BEFORE UPDATE ON cadres_allowancerun "
        f"WHEN OLD.state = 'paid' {refuse_run}",
        "CREATE TRIGGER cadres_run_delete BEFORE DELETE ON cadres_allowancerun "
        f"WHEN OLD.state = 'paid' {refuse_run}",
        "CREATE TRIGGER cadres_run_insert BEFORE INSERT ON cadres_allowancerun "
        f"WHEN {_RUN_IN_THE_WAY} {refuse_run}",
        *(
            f"CREATE TRIGGER cadres_line_{verb} BEFORE {verb.upper()} ON cadres_allowanceline "
            f"WHEN {condition} {refuse_line}"
            for verb, condition in lines.items()
        ),
    ]


def install(connection: BaseDatabaseWrapper) -> None:
    run_statements(connection, _POSTGRES if connection.vendor == "postgresql" else _sqlite())


def remove(connection: BaseDatabaseWrapper) -> None:
    """For the migration backwards, and for a test database being emptied."""
    if connection.vendor == "postgresql":
        run_statements(connection, _remove_from_postgres())
        return
    names = [f"cadres_run_{verb}" for verb in ("insert", "update", "delete")]
    names += [f"cadres_line_{verb}" for verb in ("insert", "update", "delete")]
    overlaps = [one for overlap in OVERLAPS for one in overlap.remove_from_sqlite()]
    run_statements(connection, overlaps + [f"DROP TRIGGER IF EXISTS {name}" for name in names])


def _remove_from_postgres() -> list[str]:
    tables = ("cadres_allowancerun", "cadres_allowanceline")
    return [
        *(overlap.remove_from_postgres() for overlap in OVERLAPS),
        *(
            f"DROP TRIGGER IF EXISTS {table}_{name} ON {table}"
            for table in tables
            for name in ("fixed", "not_emptied")
        ),
    ]
