"""Which unit can hold which kind of post, and since when each seat of a post is vacant.

A committee or general branch has a secretary and members, a branch its own; a department, or the
court itself, has Party staff but no elected Party post.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from math import ceil, floor

# From a day up to, but not including, another; None while it lasts.
Period = tuple[date, date | None]

_STAFF = ("party_affairs_cadre", "other")
_MEMBERS = (
    "organisation_member",
    "publicity_member",
    "discipline_member",
    "youth_member",
    "committee_member",
)
_COMMITTEE = (
    "secretary",
    "fulltime_deputy",
    "deputy_secretary",
    "discipline_secretary",
    *_MEMBERS,
    *_STAFF,
)

# Kind of unit → kinds of post it can hold, in the order a form offers them.
KINDS_OF_UNIT = {
    "party_committee": _COMMITTEE,
    "general_branch": _COMMITTEE,
    "branch": ("branch_secretary", "branch_deputy", *_MEMBERS, "group_leader", *_STAFF),
    "group": ("group_leader", "other"),
    "department": _STAFF,
    "court": _STAFF,
}


def can_hold(unit_kind: str, kind: str) -> bool:
    return kind in KINDS_OF_UNIT.get(unit_kind, ())


@dataclass(frozen=True, slots=True)
class NumberChange:
    """The authorised number from ``day`` on."""

    day: date
    before: int
    after: int


def seat_opened(seat: int, opened_on: date, changes: Sequence[NumberChange]) -> date:
    """The day from which a seat has been authorised without a break."""
    raised = [one.day for one in changes if one.before < seat <= one.after]
    return max([opened_on, *raised])


def vacant_since(periods: Iterable[Period], *, opened: date, on: date) -> date | None:
    """The first day of the vacancy a seat is in on ``on``; None while somebody holds it.

    ``periods`` are those of its holders, half open. The clock runs from the end of the last
    one, or from the day the seat was authorised.
    """
    ends = [opened]
    for start, end in periods:
        if start > on:
            continue
        if end is None or end > on:
            return None
        ends.append(end)
    return max(ends)


def seats_free(seats_taken: Collection[int], authorised: int) -> list[int]:
    """The vacant seats of a post, lowest first; as many as the authorised number leaves."""
    left = max(0, authorised - len(seats_taken))
    return [seat for seat in range(1, authorised + 1) if seat not in seats_taken][:left]


def persons_expected(least: Decimal, most: Decimal) -> tuple[int, int]:
    """Bounds of the band in whole persons: at least one, the lower one rounded up."""
    fewest = max(1, ceil(least))
    return fewest, max(fewest, floor(most))
