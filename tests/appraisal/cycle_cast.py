"""Cycles with people and figures to compute: ten months of an unremarkable civil judge."""

from datetime import UTC, date, datetime
from decimal import Decimal

from django.utils import translation

from appraisal.models import (
    Cycle,
    Figure,
    FigureImport,
    IndexSet,
    Indicator,
    Measure,
    RaterGroup,
    RatingSheet,
    Result,
)
from appraisal.services.assessment import assess_cycle
from appraisal.services.cycles import bring_to_scoring, move_cycle
from appraisal.services.measures import seed_measures
from tests.factories import make_officer, make_user

MONTHS = [date(2026, month, 1) for month in range(1, 11)]
OPENED = datetime(2026, 11, 2, 1, tzinfo=UTC)
AT = datetime(2026, 11, 20, 2, tzinfo=UTC)
COLLECTED = datetime(2026, 11, 16, 1, tzinfo=UTC)

# What the months of one judge come to: closed 160 of 20 carried over and 180 new.
PLAIN = {
    "carried_over": 20,
    "new": 18,
    "closed": 16,
    "within_limit": 16,
    "mediated": 5,
    "withdrawn": 3,
    "appealed": 2,
    "revised": 0,
    "remanded": 0,
    "long_pending": 0,
}


def make_import(court):
    seed_measures()
    user = make_user(f"importer.{court.code}", court=court)
    return FigureImport.objects.create(
        court=court,
        file_name="figures.xlsx",
        state=FigureImport.State.IMPORTED,
        created_by=user,
        created_at=OPENED,
        imported_at=OPENED,
    )


def make_figures(officer, source, *, months=MONTHS, **changes):
    """The figures of an officer in each of ``months``; a measure given as None is left out."""
    measures = {measure.code: measure for measure in Measure.objects.all()}
    values = {code: value for code, value in (PLAIN | changes).items() if value is not None}
    Figure.objects.bulk_create(
        Figure(
            officer=officer,
            measure=measures[code],
            month=month,
            value=Decimal(value),
            as_of=month.replace(day=28),
            source=source,
        )
        for month in months
        for code, value in values.items()
    )


# The set of civil judges in all examples: six indicators, from three kinds and up.
CIVIL_JUDGE = [
    {
        "code": "cases_closed", "name": "办案数量", "name_en": "Cases closed",
        "part": "common", "area": "quantity", "kind": "count", "weight": "30",
        "numerator": ["closed"], "params": {"per_month": "20"},
    },
    {
        "code": "closing_rate", "name": "结案率", "name_en": "Closing rate",
        "part": "common", "area": "efficiency", "kind": "ratio", "weight": "15",
        "numerator": ["closed"], "denominator": ["carried_over", "new"],
        "params": {"zero_at": "0", "full_at": "0.82"}, "certainty": "S",
    },
    {
        "code": "within_limit_rate", "name": "审限内结案率",
        "name_en": "Rate closed within time limit",
        "part": "common", "area": "efficiency", "kind": "ratio", "weight": "15",
        "numerator": ["within_limit"], "denominator": ["closed"],
        "params": {"zero_at": "0.80", "full_at": "1"},
    },
    {
        "code": "mediation_rate", "name": "调解撤诉率",
        "name_en": "Mediation and withdrawal rate",
        "part": "function", "area": "effect", "kind": "range", "weight": "10",
        "numerator": ["mediated", "withdrawn"], "denominator": ["closed"],
        "params": {"low": "0.2", "high": "0.6", "margin": "0.2"},
    },
    {
        "code": "reversal_rate", "name": "改判发回率", "name_en": "Rate revised or remanded",
        "part": "function", "area": "quality", "kind": "ratio", "weight": "20",
        "numerator": ["revised", "remanded"], "denominator": ["appealed"],
        "params": {"zero_at": "0.5", "full_at": "0"},
    },
    {
        "code": "long_pending", "name": "长期未结案件", "name_en": "Long-pending cases",
        "part": "function", "area": "efficiency", "kind": "deduction", "weight": "10",
        "numerator": ["long_pending"], "params": {"per_event": "2"},
    },
]  # fmt: skip


def make_set(court, indicators=CIVIL_JUDGE, *, state="published", **fields) -> IndexSet:
    """An index set as it stands after checking and publication, whatever sets are shipped."""
    seed_measures()
    defaults = {
        "code": "civil-judge",
        "name": "民事审判庭员额法官考核指标体系",
        "name_en": "Index set for quota judges of civil divisions",
        "function": "civil",
        "staff_class": "judge",
        "basis": "示例",
    }
    index_set = IndexSet.objects.create(court=court, **defaults | fields)
    Indicator.objects.bulk_create(
        Indicator(index_set=index_set, position=position, **_indicator(one))
        for position, one in enumerate(indicators, start=1)
    )
    if state != "draft":
        published_at = OPENED if state in ("published", "retired") else None
        IndexSet.objects.filter(pk=index_set.pk).update(state=state, published_at=published_at)
        index_set.refresh_from_db()
    return index_set


def _indicator(fields):
    defaults = {
        "source": "审判流程管理系统月报",
        "owner": "审判管理办公室",
        "basis": "示例",
        "basis_en": "Example",
        "certainty": "U",
    }
    return defaults | fields | {"weight": Decimal(fields["weight"])}


def make_published_set(court, **fields) -> IndexSet:
    return make_set(court, **fields)


def make_cycle(court, **fields) -> Cycle:
    defaults = {
        "code": "2026-01-to-2026-10",
        "name": "2026年1—10月专项考核",
        "kind": Cycle.Kind.SPECIAL,
        "start": date(2026, 1, 1),
        "end": date(2026, 11, 1),
        "opened_at": OPENED,
    }
    return Cycle.objects.create(court=court, **defaults | fields)


def make_judges(court, department, source, count, **fields):
    judges = [
        make_officer(court=court, department=department, name=f"法官{number}", **fields)
        for number in range(count)
    ]
    for number, judge in enumerate(judges):
        make_figures(judge, source, closed=10 + number, within_limit=10 + number)
    return judges


def begin_scoring(cycle) -> Cycle:
    """Freeze who takes part and close the collecting, so that the cycle can be computed."""
    bring_to_scoring(cycle_id=cycle.pk, by=None, at=COLLECTED)
    cycle.refresh_from_db()
    return cycle


def assess(cycle):
    """Compute a cycle from wherever it stands before reviewing."""
    begin_scoring(cycle)
    run = assess_cycle(cycle_id=cycle.pk, by=None)
    cycle.refresh_from_db()
    return run


def assess_anew(cycle):
    """Compute as if for the first time, so that those who came since take part."""
    Result.objects.filter(participant__cycle=cycle).delete()
    RatingSheet.objects.filter(cycle=cycle).delete()
    cycle.participants.all().delete()
    Cycle.objects.filter(pk=cycle.pk).update(state=Cycle.State.PREPARING)
    return assess(cycle)


# -- from state to state ----------------------------------------------------------------------


def moved(cycle, to, **fields) -> Cycle:
    """Take the step as the service does, refusals in English."""
    asked = {"cycle_id": cycle.pk, "to": to, "by": None, "at": AT} | fields
    with translation.override("en"):
        return move_cycle(**asked)


def put(cycle, state) -> Cycle:
    """Straight into a state, past every guard."""
    Cycle.objects.filter(pk=cycle.pk).update(state=state)
    cycle.refresh_from_db()
    return cycle


def annual(court) -> Cycle:
    return make_cycle(
        court, kind="annual", code="2025-annual", start=date(2025, 1, 1), end=date(2026, 1, 1)
    )


# Judged by people: one question with two words.
RATED = {
    "code": "attitude", "name": "工作态度", "name_en": "Attitude", "area": "conduct",
    "kind": "graded", "weight": "100", "numerator": [],
    "anchors": [
        {"word": "好", "word_en": "good", "score": "100", "text": "", "text_en": ""},
        {"word": "差", "word_en": "poor", "score": "50", "text": "", "text_en": ""},
    ],
}  # fmt: skip


def make_rated_cycle(court) -> Cycle:
    """A cycle that collects, under a set in which everybody is asked about themselves."""
    index_set = make_set(court, [RATED], state="draft")
    RaterGroup.objects.create(index_set=index_set, kind="self", weight=100, at_most=1)
    IndexSet.objects.filter(pk=index_set.pk).update(state="published", published_at=OPENED)
    cycle = make_cycle(court)
    moved(cycle, "collecting")
    cycle.refresh_from_db()
    return cycle
