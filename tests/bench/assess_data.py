"""Courts to assess: officers, a published set of twenty indicators, one month of figures each."""

from datetime import date

from django.db import connection
from django.utils import timezone

from appraisal.models import (
    Cycle,
    Figure,
    FigureImport,
    IndexSet,
    Indicator,
    Measure,
    Participant,
)
from courtparty.accounts.models import Unit
from tests.bench.data import FAMILY, GIVEN
from tests.factories import make_court, make_officer, make_unit, make_user

MONTH, AFTER = date(2026, 10, 1), date(2026, 11, 1)
# Each court has one function, and for it one published set.
FUNCTIONS = (Unit.Function.CIVIL,)

# Code, how months become a period, and the SQL that makes up a figure from ``n``, any number.
MEASURES = (
    ("carried_over", "first", "n % 17"),
    ("new", "sum", "12 + n % 13"),
    ("closed", "sum", "n % 25"),
    ("within_limit", "sum", "n % 25 - n % 25 * (n % 7) / 20"),
    ("mediated", "sum", "n % 25 / 4"),
    ("withdrawn", "sum", "n % 25 / 5"),
    ("appealed", "sum", "n % 6"),
    ("revised", "sum", "n % 6 / 4"),
    ("remanded", "sum", "n % 6 / 5"),
    ("long_pending", "last", "n % 11 / 9"),
    ("summary", "sum", "n % 25 / 2"),
    ("training", "sum", "CASE WHEN n % 9 = 0 THEN 0 ELSE 1 END"),
    ("quality", "mean_of_grades", "70 + n % 31 * 0.75"),
    ("conduct", "mean_of_grades", "60 + n % 37 * 1.0125"),
    ("hearings", "sum", "n % 19"),
    ("complaints", "sum", "n % 23 / 20"),
    ("awards", "sum", "n % 29 / 26"),
    ("volunteering", "sum", "n % 2"),
    ("papers", "sum", "n % 31 / 29"),
    ("discipline", "sum", "n % 997 / 996"),
)
PENDING = ["carried_over", "new"]
# Code, kind, weight, counted, out of, parameters.
INDICATORS = (
    ("cases", "count", 10, ["closed"], [], {"per_month": "20"}),
    ("closing_rate", "ratio", 10, ["closed"], PENDING, {"zero_at": "0", "full_at": "0.82"}),
    ("in_time", "ratio", 10, ["within_limit"], ["closed"], {"zero_at": "0.8", "full_at": "1"}),
    ("settled", "range", 8, ["mediated", "withdrawn"], ["closed"],
     {"low": "0.2", "high": "0.6", "margin": "0.2"}),
    ("reversed", "ratio", 10, ["revised", "remanded"], ["appealed"],
     {"zero_at": "0.5", "full_at": "0"}),
    ("long_pending", "deduction", 6, ["long_pending"], [], {"per_event": "2"}),
    ("ladder", "ladder", 5, ["closed"], PENDING, {"m9": "0.26", "m10": "0.82"}),
    ("summary", "range", 4, ["summary"], ["closed"],
     {"low": "0.3", "high": "0.45", "margin": "0.3"}),
    ("closed_to_new", "ratio", 4, ["closed"], ["new"], {"zero_at": "0.5", "full_at": "1"}),
    ("training", "yes_no", 4, ["training"], [], {}),
    ("quality", "graded", 8, ["quality"], [], {}),
    ("conduct", "graded", 6, ["conduct"], [], {}),
    ("hearings", "count", 4, ["hearings"], [], {"per_month": "12"}),
    ("heard_to_closed", "range", 3, ["hearings"], ["closed"],
     {"low": "0.5", "high": "1.5", "margin": "0.5"}),
    ("complaints", "deduction", 3, ["complaints"], [], {"per_event": "1.5"}),
    ("simple", "ratio", 3, ["summary", "mediated"], ["closed"],
     {"zero_at": "0.2", "full_at": "0.7"}),
    ("volunteering", "yes_no", 2, ["volunteering"], [], {}),
    ("awards", "bonus", 5, ["awards"], [], {"per_event": "2"}),
    ("papers", "bonus", 5, ["papers"], [], {"per_event": "3"}),
    ("discipline", "veto", 0, ["discipline"], [], {"at_most": "competent"}),
)  # fmt: skip


def fill(officers: int, a_court: int) -> None:
    """Everything but the people and their figures in the usual way; those by set-based SQL."""
    measures()
    user = make_user("importer")
    for number in range(-(-officers // a_court)):
        court = make_court(code=f"c{number}", name=f"示例第{number}法院")
        for function in FUNCTIONS:
            make_unit(court, f"{function.label}庭", function=function)
        published_sets(court)
        FigureImport.objects.create(
            court=court, file_name="figures.xlsx", state=FigureImport.State.IMPORTED,
            created_by=user, created_at=timezone.now(), imported_at=timezone.now(),
        )  # fmt: skip
        Cycle.objects.create(
            court=court, code="2026-10", name="2026-10", kind=Cycle.Kind.MONTHLY, start=MONTH,
            end=AFTER, state=Cycle.State.SCORING, opened_at=timezone.now(),
        )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(OFFICERS, {"a_court": a_court, "officers": officers,
                                  "family": FAMILY, "given": GIVEN})  # fmt: skip
        cursor.execute(PARTICIPANTS)
        put_back = made_bare(cursor, "appraisal_figure")
        cursor.execute(FIGURES)
        for statement in put_back:
            cursor.execute(statement)
        cursor.execute("ANALYZE")


def fill_small(people: int) -> None:
    """The same court in any database, row by row."""
    measures()
    court = make_court()
    departments = [make_unit(court, str(one), function=one) for one in FUNCTIONS]
    published_sets(court)
    sets = {one.function: one for one in IndexSet.objects.all()}
    now = timezone.now()
    source = FigureImport.objects.create(
        court=court, file_name="figures.xlsx", state=FigureImport.State.IMPORTED,
        created_at=now, imported_at=now,
    )  # fmt: skip
    cycle = Cycle.objects.create(
        court=court, code="2026-10", name="2026-10", kind=Cycle.Kind.MONTHLY, start=MONTH,
        end=AFTER, state=Cycle.State.SCORING, opened_at=now,
    )  # fmt: skip
    numbers = list(Measure.objects.order_by("position").values_list("pk", flat=True))
    for n in range(people):
        department = departments[n % len(departments)]
        officer = make_officer(
            court=court, department=department, name=FAMILY[n % 32] + GIVEN[n % 31]
        )
        Participant.objects.create(
            cycle=cycle, officer=officer, department=department, function=department.function,
            category=officer.category, staff_class="judge", months=["2026-10"],
            index_set=sets[department.function],
        )  # fmt: skip
        Figure.objects.bulk_create(
            Figure(
                officer=officer, measure_id=number, month=MONTH, value=(n * 7 + place) % 19,
                as_of=MONTH.replace(day=28), source=source,
            )
            for place, number in enumerate(numbers)
        )  # fmt: skip


def measures() -> None:
    Measure.objects.bulk_create(
        Measure(
            code=code,
            name=code,
            name_en=code,
            headings=code,
            aggregation="sum" if how == "mean_of_grades" else how,
            is_whole=how != "mean_of_grades",
            position=position,
        )
        for position, (code, how, _figure) in enumerate(MEASURES, start=1)
    )


def published_sets(court: Unit) -> None:
    sets = IndexSet.objects.bulk_create(
        IndexSet(
            court=court, code=str(function), name=str(function), name_en=str(function),
            function=function, staff_class="judge",
        )
        for function in FUNCTIONS
    )  # fmt: skip
    Indicator.objects.bulk_create(
        Indicator(
            index_set=index_set, code=code, name=code, name_en=code, area="quantity", kind=kind,
            weight=weight, numerator=top, denominator=bottom, params=params, source="x",
            owner="x", certainty="U", position=position,
        )
        for index_set in sets
        for position, (code, kind, weight, top, bottom, params) in enumerate(INDICATORS)
    )  # fmt: skip
    ids = [index_set.pk for index_set in sets]
    IndexSet.objects.filter(pk__in=ids).update(
        state=IndexSet.State.PUBLISHED, published_at=timezone.now()
    )


OFFICERS = """
INSERT INTO cadres_officer (key, name, pinyin, initials, sex, ethnicity, id_number, id_hash, phone,
  title, rank, judge_rank, category, party_status, remark, list_order, updated_at, court_id,
  department_id)
SELECT gen_random_uuid(),
  substr(%(family)s, n %% length(%(family)s) + 1, 1)
    || substr(%(given)s, n / 7 %% length(%(given)s) + 1, 1),
  'x' || n, 'x', 'female', '', '', encode(sha256(n::text::bytea), 'hex'), '', '审判员', '', '',
  'quota_judge', 'full', '', n %% %(a_court)s, now(), c.id, d.id
FROM generate_series(0, %(officers)s - 1) n
JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS place, path FROM accounts_unit
      WHERE depth = 1) c ON c.place = n / %(a_court)s
JOIN (SELECT id, path, row_number() OVER (PARTITION BY left(path, 4) ORDER BY id) - 1 AS place
      FROM accounts_unit WHERE depth = 2) d
  ON left(d.path, 4) = c.path AND d.place = 0
ORDER BY n
"""
PARTICIPANTS = """
INSERT INTO appraisal_participant (cycle_id, officer_id, department_id, function, category,
  staff_class, index_set_id, months, excluded, left_out_why)
SELECT c.id, o.id, d.id, d.function, o.category, 'judge', s.id, '["2026-10"]', '', ''
FROM cadres_officer o
JOIN accounts_unit d ON d.id = o.department_id
JOIN appraisal_cycle c ON c.court_id = o.court_id
JOIN appraisal_indexset s ON s.court_id = o.court_id AND s.function = d.function
ORDER BY o.id
"""
FIGURES = f"""
INSERT INTO appraisal_figure (officer_id, measure_id, month, value, as_of, source_id)
SELECT o.id, m.id, date '{MONTH}', CASE m.code
  {" ".join(f"WHEN '{code}' THEN {figure}" for code, _how, figure in MEASURES)} END,
  date '{MONTH}' + 27, i.id
FROM (SELECT id, court_id, (id * 7919 + id / 11)::bigint AS n FROM cadres_officer) o
CROSS JOIN appraisal_measure m
JOIN appraisal_figureimport i ON i.court_id = o.court_id
ORDER BY o.id, m.id
"""


def made_bare(cursor, table: str) -> list[str]:
    """Take the indexes and foreign keys off a table; returns what puts them back."""
    cursor.execute(
        "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint "
        "WHERE conrelid = %s::regclass AND contype IN ('f', 'u')",
        [table],
    )
    constraints = cursor.fetchall()
    for name, _definition in constraints:
        cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
    cursor.execute(
        "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = %s "
        "AND indexname NOT LIKE '%%pkey'",
        [table],
    )
    indexes = cursor.fetchall()
    for name, _definition in indexes:
        cursor.execute(f'DROP INDEX "{name}"')
    return [definition for _name, definition in indexes] + [
        f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}'
        for name, definition in constraints
    ]
