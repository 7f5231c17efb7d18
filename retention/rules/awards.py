"""From an achievement to an award: steps, desks, limits and quotas. No clock, no database.

No regulation read by us fixes the steps; they are those of a small court: who works with the
officer proposes, the political department checks, the President decides.
"""

from calendar import monthrange
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_FLOOR, Decimal

from courtparty.lib.workdays import Calendar, add_working_days

# (state before, action) → state after. What is not here can't be done.
TRANSITIONS = {
    ("", "propose"): "proposed",
    ("proposed", "check"): "checked",
    ("proposed", "return"): "returned",
    ("checked", "return"): "returned",
    ("returned", "resubmit"): "proposed",
    ("checked", "grant"): "granted",
    ("checked", "report"): "reported",
    ("checked", "refuse"): "refused",
    ("reported", "grant"): "granted",
    ("reported", "refuse"): "refused",
    ("proposed", "withdraw"): "withdrawn",
    ("returned", "withdraw"): "withdrawn",
    ("checked", "withdraw"): "withdrawn",
}

# Nobody in service has achieved anything before.
EARLIEST = date(1950, 1, 1)

# Where something waits, by its state: an achievement that is entered, else its proposal.
DESKS = {
    "entered": "proposer",
    "proposed": "political",
    "checked": "president",
    "reported": "higher",
    "returned": "back",
}


def state_after(state: str, action: str) -> str | None:
    """The state that ``action`` leads to from ``state``; None where it can't be done."""
    return TRANSITIONS.get((state, action))


def actions_in(state: str) -> frozenset[str]:
    return frozenset(action for before, action in TRANSITIONS if before == state)


def grant_action(level: str) -> str:
    """What the President's yes comes to: a higher body's award is reported there first."""
    return "report" if level == "higher" else "grant"


def decision_due(entered_on: date, *, days: int, calendar: Calendar) -> date:
    """The last day for a decision: so many working days after the achievement was entered.

    Counted from the day the court knows of it: what comes late from elsewhere is not late here.
    """
    return add_working_days(entered_on, days, calendar)


# -- what was achieved ----------------------------------------------------------------------------


def achievement_fault(achieved_on: date, *, working_since: date | None, on: date) -> str:
    """Why an achievement can't bear this day: 'future', 'too_early', 'before_work', or ''."""
    if achieved_on > on:
        return "future"
    if achieved_on < EARLIEST:
        return "too_early"
    if working_since and achieved_on < working_since:
        return "before_work"
    return ""


# -- how many, how often -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class QuotaUse:
    """Places of a rung in a calendar year, and how many are taken; ``seats`` None: no limit."""

    seats: int | None
    used: int

    @property
    def left(self) -> int | None:
        return None if self.seats is None else max(self.seats - self.used, 0)

    @property
    def is_full(self) -> bool:
        return self.seats is not None and self.used >= self.seats


def quota_seats(kind: str, value: Decimal | None, *, staff: int) -> int | None:
    """Whole people that ``value`` comes to: a number, or per cent of ``staff`` rounded down."""
    if kind == "none" or value is None:
        return None
    found = value if kind == "number" else value * staff / 100
    return int(found.to_integral_value(rounding=ROUND_FLOOR))


def free_again(last_on: date, months: int) -> date:
    """The first day on which the same award may follow one of ``last_on``.

    The same day so many months later, or the month's last day where it has none (Civil Code
    art. 202).
    """
    year, month = divmod(last_on.year * 12 + last_on.month - 1 + months, 12)
    return date(year, month + 1, min(last_on.day, monthrange(year, month + 1)[1]))


# -- years excellent -----------------------------------------------------------------------------


def excellent_run(years: Collection[int], *, after: int | None = None) -> tuple[int, ...]:
    """The years excellent in a row that end with the latest of them, oldest first.

    ``after``: years up to this one have been rewarded already and don't count again.
    """
    counted = {year for year in years if after is None or year > after}
    if not counted:
        return ()
    last = max(counted)
    first = last
    while first - 1 in counted:
        first -= 1
    return tuple(range(first, last + 1))


def suggested_rung(
    years: Collection[int], asked: Mapping[int, int], rewarded: Mapping[int, int]
) -> tuple[int, tuple[int, ...]] | None:
    """The highest rung that a run of excellent years suggests, with the years behind it.

    ``asked``: rung → years in a row it asks for, from the lowest rung up; ``rewarded``: rung →
    the last year that an award of this rung has rewarded. Three years running suggest a
    third-class merit, one a commendation: seen on a secondary page, so the table is the court's.
    """
    for rung, needed in reversed(list(asked.items())):
        run = excellent_run(years, after=rewarded.get(rung))
        if needed and len(run) >= needed:
            return rung, run[-needed:]
    return None
