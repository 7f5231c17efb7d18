"""What the check of an index set looks at beside the set: figures that came, other sets."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from appraisal.models import (
    Cycle,
    Figure,
    IndexSet,
    Indicator,
    Measure,
    Participant,
)
from appraisal.rules.case_points import CASE_POINTS
from appraisal.rules.checks import Finding
from appraisal.rules.operability import Circumstances, MeasureFacts, Obtained, Replayed
from appraisal.rules.periods import months_in_post
from appraisal.rules.principles import DraftSet, check_index_set
from appraisal.rules.scoring import Kind
from appraisal.rules.staff import StaffClass, head_share_of, staff_class_of
from appraisal.selectors.head_shares import head_share_table
from appraisal.selectors.index_sets import draft_of, indicators_of
from cadres.models import Officer
from courtparty.lib.dates import Period

# Without a closed cycle the figures of so many whole months are looked at.
MONTHS_LOOKED_AT = 3


def findings_of(
    index_set: IndexSet, *, at: datetime, replay: Mapping[str, Any] | None = None
) -> list[Finding]:
    """What the check says about a set as it stands. ``replay`` is the last cycle under it."""
    return check_index_set(draft_set_of(index_set), _circumstances(index_set, at, replay))


def draft_set_of(index_set: IndexSet) -> DraftSet:
    return DraftSet(
        staff_class=StaffClass(index_set.staff_class),
        indicators=[draft_of(indicator) for indicator in indicators_of(index_set)],
        groups={group.kind: group.weight for group in index_set.rater_groups.all()},
        review_on=index_set.review_on,
    )


def _circumstances(
    index_set: IndexSet, at: datetime, replay: Mapping[str, Any] | None
) -> Circumstances:
    on = timezone.localdate(at)
    return Circumstances(
        on=on,
        measures=measure_facts(index_set.court_id),
        obtained=_obtained(index_set, on),
        same_as=_same_as(index_set),
        replayed=_replayed(replay),
    )


def _replayed(replay: Mapping[str, Any] | None) -> Replayed | None:
    if not replay:
        return None
    return Replayed(
        replay["cycle"], len(replay["rows"]), replay["moved"], tuple(replay["left_out"])
    )


def measures_of_court(court_id: int) -> QuerySet[Measure]:
    """The measures a court's sets may count: those shared by all, and its own."""
    found = Measure.objects.filter(Q(court=None) | Q(court=court_id))
    return found.order_by("position", "code")


def measure_facts(court_id: int) -> dict[str, MeasureFacts]:
    return {
        measure.code: MeasureFacts(
            texts=(measure.name, measure.name_en, measure.headings, measure.source),
            unit=measure.unit,
            is_register=measure.is_register,
            is_made=measure.code == CASE_POINTS,
            is_stock=measure.aggregation != Measure.Aggregation.SUM,
        )
        for measure in measures_of_court(court_id)
    }


# -- whether figures came ---------------------------------------------------------------------


def last_closed_cycle(index_set: IndexSet) -> Cycle | None:
    """The cycle closed last in which people of the set's function and staff class took part."""
    mine = Participant.objects.filter(
        function=index_set.function, staff_class=index_set.staff_class, excluded=""
    )
    closed = Cycle.objects.filter(
        court=index_set.court_id, state=Cycle.State.CLOSED, pk__in=mine.values("cycle")
    )
    return closed.order_by("-end", "-start", "-pk").first()


def _obtained(index_set: IndexSet, on: date) -> Obtained | None:
    cycle = last_closed_cycle(index_set)
    return _in_cycle(cycle, index_set) if cycle else _in_last_months(index_set, on)


def _in_cycle(cycle: Cycle, index_set: IndexSet) -> Obtained:
    took_part = cycle.participants.filter(
        function=index_set.function, staff_class=index_set.staff_class, excluded=""
    )
    people = list(took_part.values_list("officer_id", "months", "index_set_id"))
    used = Indicator.objects.filter(index_set__in={set_id for _o, _m, set_id in people})
    parts = used.values_list("numerator", "denominator")
    counts, people_with = _counts(
        [officer for officer, _m, _s in people], Period(cycle.start, cycle.end)
    )
    return Obtained(
        officer_months=sum(len(months) for _officer, months, _set in people),
        counts=counts,
        people=len(people),
        people_with=people_with,
        cycle=cycle.name,
        asked={code for numerator, denominator in parts for code in [*numerator, *denominator]},
    )


def _in_last_months(index_set: IndexSet, on: date) -> Obtained | None:
    period = Period(_months_before(on, MONTHS_LOOKED_AT), on.replace(day=1))
    months = {
        officer.pk: months_in_post(
            period,
            since=officer.title_since.first if officer.title_since else None,
            left_on=officer.left_on,
        )
        for officer in _officers_of(index_set, period)
    }
    serving = [officer for officer, found in months.items() if found]
    if not serving:
        return None
    counts, people_with = _counts(serving, period)
    return Obtained(
        officer_months=sum(len(found) for found in months.values()),
        counts=counts,
        people=len(serving),
        people_with=people_with,
    )


def _months_before(day: date, count: int) -> date:
    years, month = divmod(day.year * 12 + day.month - 1 - count, 12)
    return date(years, month + 1, 1)


def _officers_of(index_set: IndexSet, period: Period) -> list[Officer]:
    """Who would be judged under the set: by department, category and title."""
    shares = head_share_table(index_set.court)
    found = Officer.objects.filter(
        court=index_set.court_id, department__function=index_set.function
    ).filter(Q(left_on=None) | Q(left_on__gt=period.start))
    return [
        officer
        for officer in found.order_by("pk")
        if staff_class_of(officer.category, head_share_of(officer.title, shares))
        == index_set.staff_class
    ]


def _counts(officers: Iterable[int], period: Period) -> tuple[dict[str, int], dict[str, int]]:
    """{measure: officer-months with a figure}, {measure: officers with one}. One query."""
    figures = Figure.objects.filter(
        officer__in=list(officers), month__gte=period.start, month__lt=period.end
    )
    rows = figures.values_list("measure__code").annotate(
        count=Count("pk"), people=Count("officer", distinct=True)
    )
    found = list(rows.order_by("measure__code"))
    return (
        {code: count for code, count, _people in found},
        {code: people for code, _count, people in found},
    )


# -- other functions --------------------------------------------------------------------------


def _same_as(index_set: IndexSet) -> tuple[str, ...]:
    """Functions of the court whose set for the same staff class has the same content."""
    others = Indicator.objects.filter(
        index_set__court=index_set.court_id, index_set__staff_class=index_set.staff_class
    ).exclude(index_set__state=IndexSet.State.RETIRED)
    contents: dict[tuple[str, int], set[tuple[object, ...]]] = {}
    for one in others.select_related("index_set").order_by("pk"):
        key = (one.index_set.function, one.index_set_id)
        contents.setdefault(key, set()).add(_content(one))
    ours = contents.pop((index_set.function, index_set.pk), None)
    same = {
        function
        for (function, _pk), content in contents.items()
        if content == ours and function != index_set.function
    }
    return tuple(sorted(same))


def _content(indicator: Indicator) -> tuple[object, ...]:
    params = tuple(sorted((name, str(value)) for name, value in indicator.params.items()))
    # Without measures, as with ratings, the name is what tells one from another.
    measured = (*indicator.numerator, "/", *indicator.denominator)
    named = "" if indicator.numerator or indicator.kind != Kind.GRADED else indicator.name
    return (indicator.kind, indicator.weight, measured, params, named)
