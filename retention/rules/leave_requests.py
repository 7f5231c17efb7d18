"""The way of a request for leave: how its days count, who decides it, what may follow what.

Who decides how many days is an internal rule of the court (RetentionSettings), not verified.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from courtparty.lib.workdays import Calendar, is_worked
from retention.rules.leave_kinds import CALENDAR

HEAD, POLITICAL, PRESIDENT = "head", "political", "president"
LEVELS = (HEAD, POLITICAL, PRESIDENT)

# (state, action) → state after. Approval at a step that is not the last stays "asked".
TRANSITIONS = {
    ("drafted", "ask"): "asked",
    ("returned", "ask"): "asked",
    ("asked", "approve"): "approved",
    ("asked", "refuse"): "refused",
    ("asked", "send_back"): "returned",
    ("drafted", "withdraw"): "withdrawn",
    ("asked", "withdraw"): "withdrawn",
    ("returned", "withdraw"): "withdrawn",
    ("approved", "cancel"): "cancelled",
    ("approved", "end_early"): "approved",
}
ACTIVE = ("asked", "approved")


def state_after(state: str, action: str) -> str | None:
    return TRANSITIONS.get((state, action))


def days_of(start: date, end: date) -> Iterator[date]:
    """The days from ``start`` up to, but not including, ``end``."""
    return (start + timedelta(days=n) for n in range((end - start).days))


def leave_days(start: date, end: date, *, counts: str, calendar: Calendar) -> int:
    """Days of leave in the half-open period: working days, or calendar days where they count."""
    if counts == CALENDAR:
        return max(0, (end - start).days)
    return sum(is_worked(day, calendar) for day in days_of(start, end))


def chain(
    days: int,
    *,
    head_decides: int,
    political_decides: int,
    held: Collection[str] = (),
    manned: Collection[str] = LEVELS,
) -> tuple[str, ...]:
    """The levels that decide so many days, one after the other.

    Nobody decides the own leave: what the asker holds (``held``), and everything below it, is
    passed over, and where nothing would be left the next level above decides. A level at which
    nobody else could decide (not in ``manned``) is passed over as well. For whoever holds the
    highest level it is a colleague of that level, else the highest one that is manned. Empty
    only when nobody at all could decide.
    """
    needed = 1 if days <= head_decides else 2 if days <= political_decides else 3
    own = max((LEVELS.index(level) for level in held), default=-1)
    above = [place for place in range(own + 1, len(LEVELS)) if LEVELS[place] in manned]
    if not above:
        left = [place for place in range(len(LEVELS)) if LEVELS[place] in manned]
        return (LEVELS[left[-1]],) if left else ()
    within = [place for place in above if place < needed]
    return tuple(LEVELS[place] for place in within or above[:1])


# -- who is away at the same time ---------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Away:
    """One officer's absence, half open. Why is nobody's business here."""

    officer_id: int
    start: date
    end: date


@dataclass(frozen=True, slots=True)
class Clash:
    """A day on which too many of a team are away, or both of a pair who stand in for each other."""

    day: date
    away: int
    is_share: bool
    pairs: tuple[tuple[int, int], ...] = ()


def clashes(
    absences: Iterable[Away],
    *,
    days: Iterable[date],
    staff: int,
    most_percent: int,
    pairs: Iterable[tuple[int, int]],
    calendar: Calendar,
) -> list[Clash]:
    """The working days on which a team of ``staff`` clashes, in order.

    Too many is more than ``most_percent`` of the team, and two at least: in a small team one
    person on leave is no clash.
    """
    known, couples = list(absences), list(pairs)
    found = []
    for day in days:
        if not is_worked(day, calendar):
            continue
        gone = {one.officer_id for one in known if one.start <= day < one.end}
        both = tuple(couple for couple in couples if gone.issuperset(couple))
        is_share = len(gone) >= 2 and len(gone) * 100 > staff * most_percent
        if is_share or both:
            found.append(Clash(day, len(gone), is_share, both))
    return found
