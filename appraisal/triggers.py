"""SQL that keeps what was published or closed as it was, in the database itself."""

from dataclasses import dataclass

from django.db.backends.base.base import BaseDatabaseWrapper

from courtparty.lib.statements import run_statements


@dataclass(frozen=True, slots=True)
class _Versions:
    """A table of versions with the rows that belong to one; from publication on both are fixed."""

    parent: str
    children: tuple[tuple[str, str], ...]  # (table, column that leads to the parent)
    open_states: tuple[str, ...]  # of the parent, in which it may change and go
    child_states: tuple[str, ...]  # of the parent, in which its children may change
    fixed: tuple[str, ...]
    keys: tuple[tuple[str, ...], ...]  # unique together, for INSERT OR REPLACE of SQLite
    published_key: tuple[str, ...]
    message: str


INDEX_SETS = _Versions(
    parent="appraisal_indexset",
    children=(
        ("appraisal_indicator", "index_set_id"),
        ("appraisal_ratergroup", "index_set_id"),
        ("appraisal_weightderivation", "index_set_id"),
    ),
    open_states=("draft", "checked"),
    child_states=("draft",),
    fixed=(
        "court_id", "code", "version", "name", "name_en", "function", "staff_class", "basis",
        "raters_known",
    ),
    keys=(("id",), ("court_id", "code", "version")),
    published_key=("court_id", "function", "staff_class"),
    message="a published index set does not change",
)  # fmt: skip
CASE_WEIGHTS = _Versions(
    parent="appraisal_caseweighttable",
    children=(("appraisal_caseweight", "table_id"),),
    open_states=("draft",),
    child_states=("draft",),
    fixed=("court_id", "version", "name", "basis"),
    keys=(("id",), ("court_id", "version")),
    published_key=("court_id",),
    message="a published table of case points does not change",
)
ALL = (INDEX_SETS, CASE_WEIGHTS)

# Rows of a closed cycle; {row} is the row, {cycle} leads from it to the cycle's number.
_CLOSED_MESSAGE = "a closed cycle does not change"
_OF_CYCLE = {
    "appraisal_participant": "{row}.cycle_id",
    "appraisal_assessmentrun": "{row}.cycle_id",
    "appraisal_ratingsheet": "{row}.cycle_id",
    "appraisal_result": "(SELECT p.cycle_id FROM appraisal_participant p "
    "WHERE p.id = {row}.participant_id)",
    "appraisal_adjustment": "(SELECT p.cycle_id FROM appraisal_participant p "
    "WHERE p.id = {row}.participant_id)",
    "appraisal_gradeexclusion": "(SELECT p.cycle_id FROM appraisal_participant p "
    "WHERE p.id = {row}.participant_id)",
    "appraisal_gradeproposal": "(SELECT p.cycle_id FROM appraisal_participant p "
    "WHERE p.id = {row}.participant_id)",
    "appraisal_runsnapshot": "(SELECT a.cycle_id FROM appraisal_assessmentrun a "
    "WHERE a.id = {row}.run_id)",
}


def _listed(values: tuple[str, ...]) -> str:
    return ", ".join(f"'{value}'" for value in values)


def _is_fixed(versions: _Versions, row: str, column: str) -> str:
    """Whether the row ``row`` belongs to a version that its children may not change any more."""
    return (
        f"EXISTS (SELECT 1 FROM {versions.parent} s WHERE s.id = {row}.{column} "
        f"AND s.state NOT IN ({_listed(versions.child_states)}))"
    )


# -- PostgreSQL -------------------------------------------------------------------------------


def _postgres() -> list[str]:
    return [
        *(statement for versions in ALL for statement in _postgres_versions(versions)),
        *(statement for table in _OF_CYCLE for statement in _postgres_closed(table)),
        f"""
        CREATE OR REPLACE FUNCTION appraisal_cycle_closed() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          IF OLD.state = 'closed' THEN RAISE EXCEPTION '{_CLOSED_MESSAGE}'; END IF;
          IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
          RETURN NEW;
        END $$
        """,
        "CREATE TRIGGER appraisal_cycle_closed BEFORE UPDATE OR DELETE ON appraisal_cycle "
        "FOR EACH ROW EXECUTE FUNCTION appraisal_cycle_closed()",
    ]


def _postgres_versions(versions: _Versions) -> list[str]:
    parent, refuse = versions.parent, f"RAISE EXCEPTION '{versions.message}';"
    columns = [", ".join(f"{row}.{c}" for c in versions.fixed) for row in ("NEW", "OLD")]
    back = f"NEW.state IN ({_listed(versions.open_states)})"
    statements = [
        f"""
        CREATE OR REPLACE FUNCTION {parent}_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          IF OLD.state NOT IN ({_listed(versions.open_states)}) AND (TG_OP = 'DELETE' OR {back}
             OR ({columns[0]}) IS DISTINCT FROM ({columns[1]})
             OR OLD.state = 'retired' AND NEW.state <> 'retired') THEN
            {refuse}
          END IF;
          IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
          RETURN NEW;
        END $$
        """,
        f"CREATE TRIGGER {parent}_fixed BEFORE UPDATE OR DELETE ON {parent} "
        f"FOR EACH ROW EXECUTE FUNCTION {parent}_fixed()",
        f"CREATE OR REPLACE FUNCTION {parent}_not_emptied() RETURNS trigger LANGUAGE plpgsql "
        f"AS $$ BEGIN {refuse} END $$",
    ]
    for child, column in versions.children:
        statements += _postgres_child(versions, child, column)
    tables = [parent, *(child for child, _column in versions.children)]
    statements += [
        f"CREATE TRIGGER {table}_not_emptied BEFORE TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {parent}_not_emptied()"
        for table in tables
    ]
    return statements


def _postgres_child(versions: _Versions, child: str, column: str) -> list[str]:
    return [
        f"""
        CREATE OR REPLACE FUNCTION {child}_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          IF TG_OP <> 'INSERT' AND {_is_fixed(versions, "OLD", column)} THEN
            RAISE EXCEPTION '{versions.message}';
          END IF;
          IF TG_OP <> 'DELETE' AND {_is_fixed(versions, "NEW", column)} THEN
            RAISE EXCEPTION '{versions.message}';
          END IF;
          IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
          RETURN NEW;
        END $$
        """,
        f"CREATE TRIGGER {child}_fixed BEFORE INSERT OR UPDATE OR DELETE ON {child} "
        f"FOR EACH ROW EXECUTE FUNCTION {child}_fixed()",
    ]


def _postgres_closed(table: str) -> list[str]:
    """Once a statement, over all its rows: a court's results are written by the thousand."""
    cycle = _OF_CYCLE[table].format(row="r")
    statements = [
        f"""
        CREATE OR REPLACE FUNCTION {table}_closed() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          IF EXISTS (SELECT 1 FROM changed r JOIN appraisal_cycle c ON c.id = {cycle}
                     WHERE c.state = 'closed') THEN
            RAISE EXCEPTION '{_CLOSED_MESSAGE}';
          END IF;
          RETURN NULL;
        END $$
        """
    ]
    for verb, rows in (("INSERT", "NEW"), ("UPDATE", "OLD"), ("DELETE", "OLD")):
        statements.append(
            f"CREATE TRIGGER {table}_closed_{verb.lower()} AFTER {verb} ON {table} "
            f"REFERENCING {rows} TABLE AS changed "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_closed()"
        )
    return statements


# -- SQLite -----------------------------------------------------------------------------------


def _sqlite() -> list[str]:
    return [
        *(statement for versions in ALL for statement in _sqlite_versions(versions)),
        *(statement for table in _OF_CYCLE for statement in _sqlite_closed(table)),
        *(
            f"CREATE TRIGGER appraisal_cycle_closed_{verb.lower()} BEFORE {verb} "
            "ON appraisal_cycle WHEN OLD.state = 'closed' "
            f"BEGIN SELECT RAISE(ABORT, '{_CLOSED_MESSAGE}'); END"
            for verb in ("UPDATE", "DELETE")
        ),
    ]


def _sqlite_versions(versions: _Versions) -> list[str]:
    parent = versions.parent
    refuse = f"BEGIN SELECT RAISE(ABORT, '{versions.message}'); END"
    changed = " OR ".join(f"NEW.{c} IS NOT OLD.{c}" for c in versions.fixed)
    is_open = f"IN ({_listed(versions.open_states)})"
    statements = [
        f"CREATE TRIGGER {parent}_update BEFORE UPDATE ON {parent} "
        f"WHEN OLD.state NOT {is_open} AND (NEW.state {is_open} OR {changed} "
        f"OR OLD.state = 'retired' AND NEW.state <> 'retired') {refuse}",
        f"CREATE TRIGGER {parent}_delete BEFORE DELETE ON {parent} "
        f"WHEN OLD.state NOT {is_open} {refuse}",
        f"CREATE TRIGGER {parent}_replace BEFORE INSERT ON {parent} "
        f"WHEN {_in_the_way(versions)} {refuse}",
    ]
    for child, column in versions.children:
        old, new = (_is_fixed(versions, row, column) for row in ("OLD", "NEW"))
        for verb, when in (("insert", new), ("delete", old), ("update", f"{old} OR {new}")):
            statements.append(
                f"CREATE TRIGGER {child}_{verb} BEFORE {verb.upper()} ON {child} "
                f"WHEN {when} {refuse}"
            )
    return statements


def _in_the_way(versions: _Versions) -> str:
    """What INSERT OR REPLACE would delete without asking the trigger on deletion."""
    keys = [_same(key) for key in versions.keys]
    published = (
        f"s.state = 'published' AND NEW.state = 'published' AND {_same(versions.published_key)}"
    )
    return (
        f"EXISTS (SELECT 1 FROM {versions.parent} s "
        f"WHERE s.state NOT IN ({_listed(versions.open_states)}) "
        f"AND ({' OR '.join([*keys, published])}))"
    )


def _same(columns: tuple[str, ...]) -> str:
    return "(" + " AND ".join(f"s.{c} = NEW.{c}" for c in columns) + ")"


def _sqlite_closed(table: str) -> list[str]:
    statements = []
    for verb, row in (("INSERT", "NEW"), ("UPDATE", "OLD"), ("DELETE", "OLD")):
        cycle = _OF_CYCLE[table].format(row=row)
        statements.append(
            f"CREATE TRIGGER {table}_closed_{verb.lower()} BEFORE {verb} ON {table} WHEN EXISTS "
            f"(SELECT 1 FROM appraisal_cycle c WHERE c.id = {cycle} AND c.state = 'closed') "
            f"BEGIN SELECT RAISE(ABORT, '{_CLOSED_MESSAGE}'); END"
        )
    return statements


# -- in and out -------------------------------------------------------------------------------


def install(connection: BaseDatabaseWrapper) -> None:
    run_statements(connection, _postgres() if connection.vendor == "postgresql" else _sqlite())


def remove(connection: BaseDatabaseWrapper) -> None:
    """For migrations that alter these tables, and for a test database being emptied."""
    if connection.vendor == "postgresql":
        run_statements(connection, _postgres_drops())
    else:
        run_statements(connection, _sqlite_drops())


def _postgres_drops() -> list[str]:
    drops = []
    for versions in ALL:
        for table in (versions.parent, *(child for child, _column in versions.children)):
            drops += [_drop(table, f"{table}_{name}") for name in ("fixed", "not_emptied")]
    for table in _OF_CYCLE:
        drops += [_drop(table, f"{table}_closed_{verb}") for verb in ("insert", "update", "delete")]
    return [*drops, _drop("appraisal_cycle", "appraisal_cycle_closed")]


def _drop(table: str, trigger: str) -> str:
    return f"DROP TRIGGER IF EXISTS {trigger} ON {table}"


def _sqlite_drops() -> list[str]:
    names = []
    for versions in ALL:
        names += [f"{versions.parent}_{verb}" for verb in ("update", "delete", "replace")]
        for child, _column in versions.children:
            names += [f"{child}_{verb}" for verb in ("insert", "delete", "update")]
    for table in _OF_CYCLE:
        names += [f"{table}_closed_{verb}" for verb in ("insert", "update", "delete")]
    names += [f"appraisal_cycle_closed_{verb}" for verb in ("update", "delete")]
    return [f"DROP TRIGGER IF EXISTS {name}" for name in names]
