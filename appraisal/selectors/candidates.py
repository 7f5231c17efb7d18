"""Who would take part in a cycle if it were frozen now: the roster read with the sets' eyes."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q

from appraisal.models import Cycle, Figure, IndexSet, Participant
from appraisal.rules.periods import months_in_post
from appraisal.rules.staff import head_share_of, staff_class_of
from appraisal.selectors.head_shares import head_share_table
from cadres.models import Officer
from courtparty.lib.dates import Period

Excluded = Participant.Excluded


@dataclass(frozen=True, slots=True)
class Candidate:
    """An officer as a cycle would freeze the person."""

    officer: Officer
    staff_class: str
    head_share: Decimal | None
    index_set_id: int | None
    months: tuple[date, ...]
    left_out_why: str = ""

    @property
    def excluded(self) -> str:
        if self.left_out_why:
            return Excluded.LEFT_OUT
        if self.index_set_id is None:
            return Excluded.NO_SET
        return "" if self.months else Excluded.NO_MONTHS


def candidates(cycle: Cycle, *, officer_ids: Iterable[int] | None = None) -> list[Candidate]:
    """Everybody on the roster in the cycle's period, in a fixed number of queries."""
    officers = Officer.objects.filter(court=cycle.court_id).select_related("department")
    officers = officers.filter(Q(left_on=None) | Q(left_on__gt=cycle.start))
    if officer_ids is not None:
        officers = officers.filter(pk__in=officer_ids)
    reading = _Reading(cycle)
    return [reading.candidate(officer) for officer in officers.order_by("id_hash")]


class _Reading:
    """What is the same for all officers of the court."""

    def __init__(self, cycle: Cycle) -> None:
        self.period = Period(cycle.start, cycle.end)
        self.sets = published_sets(cycle.court_id)
        self.shares = head_share_table(cycle.court)
        self.reported = months_reported(cycle)
        left_out = Participant.objects.filter(cycle=cycle, excluded=Excluded.LEFT_OUT)
        self.left_out = dict(left_out.values_list("officer_id", "left_out_why"))

    def candidate(self, officer: Officer) -> Candidate:
        share = head_share_of(officer.title, self.shares)
        staff_class = staff_class_of(officer.category, share).value
        return Candidate(
            officer=officer,
            staff_class=staff_class,
            head_share=share if staff_class == "head" else None,
            index_set_id=self.sets.get((officer.department.function, staff_class)),
            months=months_in_post(
                self.period,
                since=officer.title_since.first if officer.title_since else None,
                left_on=officer.left_on,
                with_figures=self.reported.get(officer.pk, ()),
            ),
            left_out_why=self.left_out.get(officer.pk, ""),
        )


def published_sets(court_id: int) -> dict[tuple[str, str], int]:
    """{(function, staff class): id} of a court's published sets."""
    found = IndexSet.objects.published().filter(court=court_id)
    rows = found.values_list("function", "staff_class", "pk")
    return {(function, staff_class): pk for function, staff_class, pk in rows}


def reported_months(cycle: Cycle, officer_id: int) -> set[date]:
    """The months of the cycle for which figures of one officer are stored."""
    figures = Figure.objects.filter(officer=officer_id)
    figures = figures.filter(month__gte=cycle.start, month__lt=cycle.end)
    return set(figures.values_list("month", flat=True).distinct())


def months_reported(cycle: Cycle) -> Mapping[int, set[date]]:
    """{officer id: months of the cycle for which figures are stored}. One query."""
    figures = Figure.objects.filter(officer__court=cycle.court_id)
    figures = figures.filter(month__gte=cycle.start, month__lt=cycle.end)
    reported: defaultdict[int, set[date]] = defaultdict(set)
    for officer_id, month in figures.values_list("officer_id", "month").distinct().iterator():
        reported[officer_id].add(month)
    return reported
