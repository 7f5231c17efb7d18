"""SQL that keeps a published index set as it was published, in the database itself."""

from django.db.backends.base.base import BaseDatabaseWrapper

from courtparty.lib.statements import run_statements

_NOT_DRAFT = (
    "EXISTS (SELECT 1 FROM appraisal_indexset s "
    "WHERE s.id = {row}.index_set_id AND s.state <> 'draft')"
)
# What INSERT OR REPLACE of SQLite would delete without asking the trigger on deletion.
_IN_THE_WAY = """
EXISTS (SELECT 1 FROM appraisal_indexset s WHERE s.state <> 'draft' AND (
    s.id = NEW.id
    OR (s.court_id, s.code, s.version) = (NEW.court_id, NEW.code, NEW.version)
    OR s.state = 'published' AND NEW.state = 'published'
        AND (s.court_id, s.function, s.category) = (NEW.court_id, NEW.function, NEW.category)
))
"""
_FIXED = ("court_id", "code", "version", "name", "name_en", "function", "category", "basis")
_MESSAGE = "a published index set does not change"

_POSTGRES = [
    f"""
    CREATE OR REPLACE FUNCTION appraisal_indicator_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF TG_OP <> 'INSERT' AND {_NOT_DRAFT.format(row="OLD")} THEN
        RAISE EXCEPTION '{_MESSAGE}';
      END IF;
      IF TG_OP <> 'DELETE' AND {_NOT_DRAFT.format(row="NEW")} THEN
        RAISE EXCEPTION '{_MESSAGE}';
      END IF;
      IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
      RETURN NEW;
    END $$
    """,
    """
    CREATE TRIGGER appraisal_indicator_fixed BEFORE INSERT OR UPDATE OR DELETE
    ON appraisal_indicator FOR EACH ROW EXECUTE FUNCTION appraisal_indicator_fixed()
    """,
    f"""
    CREATE OR REPLACE FUNCTION appraisal_indexset_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF OLD.state <> 'draft' AND (TG_OP = 'DELETE' OR NEW.state = 'draft' OR
         ({", ".join(f"NEW.{c}" for c in _FIXED)}) IS DISTINCT FROM
         ({", ".join(f"OLD.{c}" for c in _FIXED)})) THEN
        RAISE EXCEPTION '{_MESSAGE}';
      END IF;
      IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
      RETURN NEW;
    END $$
    """,
    """
    CREATE TRIGGER appraisal_indexset_fixed BEFORE UPDATE OR DELETE
    ON appraisal_indexset FOR EACH ROW EXECUTE FUNCTION appraisal_indexset_fixed()
    """,
    f"""
    CREATE OR REPLACE FUNCTION appraisal_not_emptied() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION '{_MESSAGE}'; END $$
    """,
    *(
        f"CREATE TRIGGER {table}_not_emptied BEFORE TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION appraisal_not_emptied()"
        for table in ("appraisal_indicator", "appraisal_indexset")
    ),
]


def _sqlite() -> list[str]:
    refuse = f"BEGIN SELECT RAISE(ABORT, '{_MESSAGE}'); END"
    changed = " OR ".join(f"NEW.{c} IS NOT OLD.{c}" for c in _FIXED)
    when = {
        "insert": _NOT_DRAFT.format(row="NEW"),
        "delete": _NOT_DRAFT.format(row="OLD"),
        "update": f"{_NOT_DRAFT.format(row='OLD')} OR {_NOT_DRAFT.format(row='NEW')}",
    }
    return [
        *(
            f"CREATE TRIGGER appraisal_indicator_{verb} BEFORE {verb.upper()} "
            f"ON appraisal_indicator WHEN {condition} {refuse}"
            for verb, condition in when.items()
        ),
        "CREATE TRIGGER appraisal_indexset_update BEFORE UPDATE ON appraisal_indexset "
        f"WHEN OLD.state <> 'draft' AND (NEW.state = 'draft' OR {changed}) {refuse}",
        "CREATE TRIGGER appraisal_indexset_delete BEFORE DELETE ON appraisal_indexset "
        f"WHEN OLD.state <> 'draft' {refuse}",
        "CREATE TRIGGER appraisal_indexset_replace BEFORE INSERT ON appraisal_indexset "
        f"WHEN {_IN_THE_WAY} {refuse}",
    ]


def install(connection: BaseDatabaseWrapper) -> None:
    run_statements(connection, _POSTGRES if connection.vendor == "postgresql" else _sqlite())


def remove(connection: BaseDatabaseWrapper) -> None:
    """For the migration backwards, and for a test database being emptied."""
    if connection.vendor == "postgresql":
        run_statements(
            connection,
            [
                f"DROP TRIGGER IF EXISTS {table}_{name} ON {table}"
                for table in ("appraisal_indicator", "appraisal_indexset")
                for name in ("fixed", "not_emptied")
            ],
        )
        return
    names = ["indicator_insert", "indicator_delete", "indicator_update"]
    names += ["indexset_update", "indexset_delete", "indexset_replace"]
    run_statements(connection, [f"DROP TRIGGER IF EXISTS appraisal_{name}" for name in names])
