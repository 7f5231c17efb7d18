"""Who may be put into a Party post and into which seat, and when the end of a term is announced.

Sources: the Party's constitution, article 7 (a probationary member can't be elected); the
terms themselves are in ``cadres.rules.posts``. The steps of reminding are the product's own.
"""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from cadres.rules.posts import KINDS
from courtparty.lib.dates import months_between

ELECTED = frozenset(kind for kind, facts in KINDS.items() if facts.is_elected)
NEEDS_APPROVAL = frozenset(kind for kind, facts in KINDS.items() if facts.needs_approval)
YEAR = 12


@dataclass(frozen=True, slots=True)
class Person:
    """What the rules ask of an officer: of each date of the roster the first day it can be."""

    is_full_member: bool
    works_since: date | None = None
    joined_party: date | None = None
    full_since: date | None = None
    left_on: date | None = None


def person_faults(
    person: Person, *, is_elected: bool, start: date, end: date | None = None
) -> list[str]:
    """What speaks against the person in a post from ``start`` up to, but not including, ``end``.

    ``before_work``, ``left``, and for elected posts ``not_full_member``, ``before_party`` or
    ``before_full``. A date the roster does not know speaks against nobody.
    """
    faults = []
    if person.works_since and start < person.works_since:
        faults.append("before_work")
    if person.left_on and (end is None or end > person.left_on):
        faults.append("left")
    if is_elected:
        faults += _membership_fault(person, start)
    return faults


def _membership_fault(person: Person, start: date) -> list[str]:
    if not person.is_full_member:
        return ["not_full_member"]
    if person.joined_party and start < person.joined_party:
        return ["before_party"]
    if person.full_since and start < person.full_since:
        return ["before_full"]
    return []


@dataclass(frozen=True, slots=True)
class Held:
    """One holder's time in one seat: half open, ``end`` None while it lasts."""

    seat: int
    start: date
    end: date | None


def last_day(end: date) -> date:
    """The last day of a half-open period: what pages and papers show instead of its end."""
    return end - timedelta(days=1)


def overlap(start: date, end: date | None, other_start: date, other_end: date | None) -> bool:
    """Whether two half-open periods share a day; an end of None is open."""
    return (other_end is None or start < other_end) and (end is None or other_start < end)


def free_seat(
    seats: Iterable[int],
    taken: Iterable[Held],
    *,
    start: date,
    end: date | None = None,
    preferred: int | None = None,
) -> int | None:
    """Of ``seats`` the lowest nobody holds in the period, or ``preferred`` if that is free."""
    held = {one.seat for one in taken if overlap(start, end, one.start, one.end)}
    free = [seat for seat in seats if seat not in held]
    if preferred in free:
        return preferred
    return min(free, default=None)


def state_of(start: date, end: date | None, *, is_void: bool, on: date) -> str:
    """``void``, ``coming``, ``ended`` or ``in_force`` on that day."""
    if is_void:
        return "void"
    if start > on:
        return "coming"
    return "ended" if end and end <= on else "in_force"


def months_before(day: date, months: int) -> date:
    """The same day so many months earlier, or the last of the month where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def is_long_extension(term_end: date, new_end: date) -> bool:
    """Whether a term is made longer by more than a year.

    No limit has been verified, so this is a warning of the product's own and refuses nothing.
    """
    return months_before(new_end, YEAR) > term_end


def term_stage(due: date, *, on: date, notice_months: int) -> str:
    """How near the end of a term is: empty, ``notice``, ``month``, ``due``, ``late-1``, …

    ``due`` is the first day after the term. A stage lasts until the next one begins, so a night
    on which nothing ran loses no reminder.
    """
    if on >= due:
        months = months_between(due, on)
        return f"late-{months}" if months else "due"
    if on >= months_before(due, 1):
        return "month"
    return "notice" if on >= months_before(due, notice_months) else ""
