"""The states of an appraisal cycle and the steps between them, as one table. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from appraisal.rules.periods import QUARTER
from courtparty.lib.dates import Period

MANAGE = "appraisal.manage_cycle"


class State(StrEnum):
    PREPARING = "preparing"
    COLLECTING = "collecting"
    SCORING = "scoring"
    REVIEWING = "reviewing"
    PUBLICITY = "publicity"
    CLOSED = "closed"


class Guard(StrEnum):
    """What must hold before a step is taken."""

    SOMEONE_TAKES_PART = "someone_takes_part"
    NOTHING_RATED = "nothing_rated"
    NOT_COMPUTED = "not_computed"
    NOTHING_DECIDED = "nothing_decided"
    NOT_BUSY = "not_busy"
    COMPUTED = "computed"
    COMPLETE = "complete"
    CURRENT = "current"
    GRADED = "graded"


@dataclass(frozen=True, slots=True)
class Transition:
    source: State
    target: State
    permission: str = MANAGE
    needs_reason: bool = False
    guards: tuple[Guard, ...] = ()


# The way forward as a page shows it. Nothing leads to publicity yet.
WAY = (State.PREPARING, State.COLLECTING, State.SCORING, State.REVIEWING, State.CLOSED)
# A cycle without gaps, computed from what is stored now.
_SETTLED = (Guard.NOT_BUSY, Guard.COMPUTED, Guard.COMPLETE, Guard.CURRENT)
_UNTOUCHED = (Guard.NOTHING_RATED, Guard.NOT_COMPUTED, Guard.NOTHING_DECIDED)
TRANSITIONS = (
    Transition(State.PREPARING, State.COLLECTING, guards=(Guard.SOMEONE_TAKES_PART,)),
    Transition(State.COLLECTING, State.SCORING),
    Transition(State.SCORING, State.REVIEWING, guards=_SETTLED),
    Transition(State.REVIEWING, State.CLOSED, guards=(*_SETTLED, Guard.GRADED)),
    Transition(State.COLLECTING, State.PREPARING, needs_reason=True, guards=_UNTOUCHED),
    Transition(State.SCORING, State.COLLECTING, needs_reason=True, guards=(Guard.NOT_BUSY,)),
    Transition(State.REVIEWING, State.SCORING, needs_reason=True),
)
_TABLE = {(one.source, one.target): one for one in TRANSITIONS}


def transition(source: str, target: str) -> Transition | None:
    """The step from one state to another; None where the table has none."""
    return _TABLE.get((State(source), State(target)))


def step_forward(state: str) -> Transition | None:
    return next((t for t in TRANSITIONS if t.source == state and not t.needs_reason), None)


def step_back(state: str) -> Transition | None:
    return next((t for t in TRANSITIONS if t.source == state and t.needs_reason), None)


def is_roll_open(state: str) -> bool:
    """Whether it may still be decided who takes part."""
    return state in (State.PREPARING, State.COLLECTING)


@dataclass(frozen=True, slots=True)
class Due:
    """A cycle to be opened by the timetable."""

    kind: str
    period: Period


def cycles_due(opens: Mapping[str, bool], opening_day: int, *, on: date) -> list[Due]:
    """The cycles over the months just ended that a court wants opened by ``on``.

    On its day or, if the timetable was not running then, on a later day of the same month.
    """
    if on.day < opening_day:
        return []
    end = on.replace(day=1)
    month = (end - timedelta(days=1)).replace(day=1)
    starts = {
        "monthly": month,
        "quarterly": _months_before(end, QUARTER) if end.month % QUARTER == 1 else None,
        "annual": date(end.year - 1, 1, 1) if end.month == 1 else None,
    }
    return [
        Due(kind, Period(start, end)) for kind, start in starts.items() if start and opens.get(kind)
    ]


def _months_before(month: date, count: int) -> date:
    months = month.year * 12 + month.month - 1 - count
    return date(months // 12, months % 12 + 1, 1)


class Reminder(StrEnum):
    """When those who collect are told of the last day: before it, on it, and once it is past."""

    SOON = "soon"
    TODAY = "today"
    PAST = "past"


def reminder_due(until: date, *, ahead: date, on: date) -> Reminder | None:
    """What is to be told on a day; ``ahead`` is the day from which on it is told in advance."""
    if on > until:
        return Reminder.PAST
    if on == until:
        return Reminder.TODAY
    return Reminder.SOON if on >= ahead else None
