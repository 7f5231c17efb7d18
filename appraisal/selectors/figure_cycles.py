"""Which cycles a month's figures count in, and which they can't change any more."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date

from appraisal.models import Cycle, Participant

State, Excluded = Cycle.State, Participant.Excluded

# Who takes part is fixed, and figures still count.
OPEN = (State.COLLECTING, State.SCORING, State.REVIEWING, State.PUBLICITY)


def cycles_without(
    court_id: int, months: Collection[date], officer_ids: Iterable[int]
) -> dict[tuple[int, date], list[str]]:
    """{(officer, month): names of open cycles over that month in which the officer has no part}.

    Two queries. While a cycle collects, who was left out only for want of months in post is in
    it with the first figure.
    """
    if not months:
        return {}
    cycles = list(
        Cycle.objects.filter(
            court=court_id, state__in=OPEN, start__lte=max(months), end__gt=min(months)
        ).order_by("start", "pk")
    )
    taking_part = _taking_part(cycles)
    found: defaultdict[tuple[int, date], list[str]] = defaultdict(list)
    for officer_id in officer_ids:
        for cycle in cycles:
            if officer_id not in taking_part[cycle.pk]:
                for month in months:
                    if cycle.start <= month < cycle.end:
                        found[officer_id, month].append(cycle.name)
    return dict(found)


def _taking_part(cycles: Collection[Cycle]) -> defaultdict[int, set[int]]:
    collecting = {cycle.pk for cycle in cycles if cycle.state == State.COLLECTING}
    rows = Participant.objects.filter(cycle__in=[cycle.pk for cycle in cycles])
    found: defaultdict[int, set[int]] = defaultdict(set)
    for cycle_id, officer_id, excluded in rows.values_list("cycle", "officer", "excluded"):
        if not excluded or (excluded == Excluded.NO_MONTHS and cycle_id in collecting):
            found[cycle_id].add(officer_id)
    return found


def closed_cycles(officer_id: int, month: date) -> list[str]:
    """The closed cycles over that month in which the officer took part."""
    taken_part = Participant.objects.filter(officer=officer_id, excluded="")
    closed = Cycle.objects.filter(
        state=State.CLOSED, start__lte=month, end__gt=month, pk__in=taken_part.values("cycle")
    )
    return list(closed.order_by("start", "pk").values_list("name", flat=True))
