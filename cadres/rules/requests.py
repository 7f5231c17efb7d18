"""The steps of a staffing request: which may follow which, and what each of them rests on.

No regulation fixes them: they are what an office does with a written request for instructions
(请示) and the reply to it (批复), written down once so that nothing else decides about states.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from courtparty.lib.workdays import Calendar, add_working_days, is_worked, working_days_until

# Where a request is before it is drafted.
NOWHERE = ""

# (state before, action) → state after. What is not here can't be done.
TRANSITIONS = {
    (NOWHERE, "draft"): "drafted",
    ("drafted", "send"): "sent",
    ("sent", "chase"): "sent",
    ("sent", "approve"): "approved",
    ("sent", "partly"): "partly",
    ("sent", "refuse"): "refused",
    ("refused", "resend"): "sent",
    ("partly", "resend"): "sent",
    ("drafted", "withdraw"): "withdrawn",
    ("sent", "withdraw"): "withdrawn",
}
# The one step "a reply has come in": which of the three it is follows from what was granted.
ANSWERS = frozenset({"approve", "partly", "refuse"})


@dataclass(frozen=True, slots=True)
class Basis:
    """What a step rests on beside its date. ``asks_file``: a file is asked for, not demanded."""

    needs_number: bool = False
    asks_file: bool = False


BASES = {
    "draft": Basis(asks_file=True),
    "send": Basis(needs_number=True, asks_file=True),
    "chase": Basis(asks_file=True),
    "approve": Basis(needs_number=True, asks_file=True),
    "partly": Basis(needs_number=True, asks_file=True),
    "refuse": Basis(needs_number=True, asks_file=True),
    "resend": Basis(needs_number=True, asks_file=True),
    "withdraw": Basis(),
}


def state_after(state: str, action: str) -> str | None:
    """The state that ``action`` leads to from ``state``; None where it can't be done."""
    return TRANSITIONS.get((state, action))


def states_before(action: str) -> tuple[str, ...]:
    """The states in which ``action`` can be done."""
    return tuple(state for state, possible in TRANSITIONS if possible == action)


def actions_in(state: str) -> tuple[str, ...]:
    """What may be done next, in the order of the table."""
    return tuple(action for before, action in TRANSITIONS if before == state)


def outcome(*, asked: int, approved_before: int, granted: int) -> str:
    """What a reply comes to for the request as a whole, in numbers of posts.

    A reply that grants nothing more leaves approved what earlier replies approved: the request
    stays partly approved, it is not refused.
    """
    if not 0 <= granted <= asked - approved_before:
        raise ValueError(f"{granted} granted of {asked - approved_before} outstanding")
    approved = approved_before + granted
    if not approved:
        return "refuse"
    return "approve" if approved == asked else "partly"


def asked_at(counts: Mapping[int, int], granted_before: list[Mapping[str, int]]) -> dict[int, int]:
    """How many posts of each line a letter asks for: what no reply before it has granted.

    ``counts`` by line, ``granted_before`` as the steps before the letter keep it (line as text).
    """
    left = {
        line: count - sum(step.get(str(line), 0) for step in granted_before)
        for line, count in counts.items()
    }
    return {line: count for line, count in left.items() if count > 0}


# -- the reply ----------------------------------------------------------------------------------

LADDER_STEP = 5
ESCALATES_AT = 10


def reply_due(sent_on: date, *, days: int, calendar: Calendar) -> date:
    """The last day for a reply: so many working days after the day of sending."""
    return add_working_days(sent_on, days, calendar)


@dataclass(frozen=True, slots=True)
class Rung:
    """A rung of the ladder of reminders. ``key`` names it once for one reply that is due."""

    key: str
    days_late: int = 0

    @property
    def is_escalated(self) -> bool:
        return self.days_late >= ESCALATES_AT


def rung_reached(*, due: date, on: date, remind_days: int, calendar: Calendar) -> Rung | None:
    """The rung reached by ``on``: before, on the day, then every five working days after it.

    The rung reached last, not the one that falls on this very day: when the nightly job missed
    a day it is made good on the next. None on days off, and before there is anything to say.
    """
    if not is_worked(on, calendar):
        return None
    left = working_days_until(on, due, calendar)
    if left > remind_days:
        return None
    if left > 0:
        return Rung("before")
    late = -left // LADDER_STEP * LADDER_STEP
    return Rung(f"late-{late}", late) if late else Rung("due")
