"""Campaigns of check-ups: what may follow what, days that can't be, and the ladder of reminders.

How often is a default of ours: no regulation read says more than that a court arranges them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from courtparty.lib.workdays import Calendar, is_worked, working_days_until

# Default of ours, not verified: once a year.
MONTHS_BETWEEN = 12

# (state, action) → state after. What is not here can't be done.
CAMPAIGN_STEPS = {
    ("planned", "open"): "open",
    ("open", "close"): "closed",
    ("closed", "reopen"): "open",
}
CHECKUP_STEPS = {
    ("due", "finish"): "done",
    ("missed", "finish"): "done",
    ("due", "excuse"): "excused",
    ("missed", "excuse"): "excused",
    ("done", "take_back"): "due",
    ("excused", "take_back"): "due",
    ("due", "move"): "due",
}
# In a campaign that is planned nothing can be done yet; in a closed one nothing is due any more.
OPEN_CAMPAIGN_ONLY = frozenset({"move", "take_back"})


def may_step(state: str, action: str, campaign: str) -> bool:
    """Whether a check-up in ``state`` takes ``action`` while its campaign is in ``campaign``."""
    if campaign == "planned":
        return action == "move" and state == "due"
    if campaign == "closed" and action in OPEN_CAMPAIGN_ONLY:
        return False
    return (state, action) in CHECKUP_STEPS


def day_fault(day: date, *, born: date | None, today: date) -> str:
    """'future', 'birth' when before the officer was born, 'age' when before 16; or ''.

    ``born`` is the first day the officer can have been born.
    """
    if day > today:
        return "future"
    if born is None:
        return ""
    if day < born:
        return "birth"
    return "age" if day < born.replace(year=born.year + 16, day=min(born.day, 28)) else ""


def spread_days(start: date, end: date, count: int, calendar: Calendar) -> list[date]:
    """An appointed day for each of ``count``: even over the working days of the campaign.

    Without a working day in it, all on the first day.
    """
    span = (start + timedelta(days=n) for n in range((end - start).days))
    worked: Sequence[date] = [day for day in span if is_worked(day, calendar)] or [start]
    return [worked[index * len(worked) // count] for index in range(count)]


LADDER_STEP = 5
ESCALATES_AT = 10
BEFORE_DAYS = 3
RECHECK_BEFORE_DAYS = 5


@dataclass(frozen=True, slots=True)
class Rung:
    """A rung of the ladder of reminders; ``key`` names it once for one day that is due."""

    key: str
    days_late: int = 0

    @property
    def is_escalated(self) -> bool:
        return self.days_late >= ESCALATES_AT


def rung_reached(
    *, due: date, on: date, calendar: Calendar, before: int = BEFORE_DAYS
) -> Rung | None:
    """The rung reached last by ``on``: before, on the day, every five working days after it.

    A job that missed a day is made good on the next one. None on days off and before there is
    anything to say.
    """
    if not is_worked(on, calendar):
        return None
    left = working_days_until(on, due, calendar)
    if left > before:
        return None
    if left > 0:
        return Rung("before")
    late = -left // LADDER_STEP * LADDER_STEP
    return Rung(f"late-{late}", late) if late else Rung("due")


def share(done: int, due: int) -> int | None:
    """Whole per cent of those asked; None where nobody was."""
    return None if not due else done * 100 // due
