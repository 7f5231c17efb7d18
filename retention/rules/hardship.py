"""The steps of a hardship case, its time limits, and what each member of it may do and read.

No regulation fixes them: they are what an office does with a request for help (困难帮扶), written
down once so that nothing else decides about states. All limits are working days.
"""

from dataclasses import dataclass
from datetime import date

from courtparty.lib.workdays import Calendar, add_working_days, is_worked, working_days_until

# Where a case is before there is one.
NOWHERE = ""

# (state before, action) → state after. What is not here can't be done.
TRANSITIONS = {
    (NOWHERE, "draft"): "drafted",
    ("drafted", "apply"): "applied",
    (NOWHERE, "recommend"): "recommended",
    # A recommendation goes on only with the officer's consent; without it nothing is kept.
    ("recommended", "consent"): "applied",
    ("recommended", "decline"): "withdrawn",
    ("applied", "begin"): "verifying",
    ("not_verified", "begin"): "verifying",
    # Another verifier, where the first can't.
    ("verifying", "begin"): "verifying",
    ("verifying", "confirm"): "verified",
    ("verifying", "deny"): "not_verified",
    ("verified", "help"): "helping",
    ("helping", "help"): "helping",
    ("following", "help"): "helping",
    ("verified", "follow"): "following",
    ("helping", "follow"): "following",
    ("not_verified", "close"): "closed",
    ("verified", "close"): "closed",
    ("helping", "close"): "closed",
    ("following", "close"): "closed",
    # What was verified once is not verified again; what was not begins anew.
    ("closed", "reopen"): "following",
    ("closed", "reapply"): "applied",
    ("applied", "withdraw"): "withdrawn",
    ("verifying", "withdraw"): "withdrawn",
    ("not_verified", "withdraw"): "withdrawn",
    ("verified", "withdraw"): "withdrawn",
    ("helping", "withdraw"): "withdrawn",
    ("following", "withdraw"): "withdrawn",
}
ENDED = frozenset({"closed", "withdrawn"})
# Before these nobody but the officer sees a case: it has no members yet.
UNOPENED = frozenset({"drafted", "recommended"})
OPEN = ("applied", "verifying", "not_verified", "verified", "helping", "following")
AWAITING_VERIFICATION = ("applied", "verifying")
# Help is owed from the opening until the first measure is carried out.
AWAITING_HELP = ("applied", "verifying", "verified", "helping")
CLOSABLE = ("not_verified", "verified", "helping", "following")

RATINGS = (1, 2, 3, 4, 5)


def state_after(state: str, action: str) -> str | None:
    """The state that ``action`` leads to from ``state``; None where it can't be done."""
    return TRANSITIONS.get((state, action))


def states_before(action: str) -> tuple[str, ...]:
    """The states in which ``action`` can be done."""
    return tuple(state for state, possible in TRANSITIONS if possible == action)


# -- need to know -------------------------------------------------------------------------------

COORDINATOR, VERIFIER, APPROVER, HELPER = "coordinator", "verifier", "approver", "helper"
PARTS = (COORDINATOR, VERIFIER, APPROVER, HELPER)
# The officer's own part in the tables below; no member has it.
OFFICER = "officer"

ALL_TEXTS = frozenset({"story", "files", "verification", "measures", "visits", "closing"})
# Part → what of the content it reads. Who helps is told what to do, not what was verified.
READS: dict[str, frozenset[str]] = {
    OFFICER: ALL_TEXTS,
    COORDINATOR: ALL_TEXTS,
    VERIFIER: frozenset({"story", "files", "verification"}),
    APPROVER: frozenset({"story", "verification", "measures", "closing"}),
    HELPER: frozenset({"measures", "visits"}),
}

# Part → what it may do to the case as a whole, where the state allows it.
DOES: dict[str, frozenset[str]] = {
    OFFICER: frozenset(
        {
            "change", "answer", "attach", "turn_to", "close", "keep_open", "withdraw", "reopen",
            "object",
        }
    ),
    COORDINATOR: frozenset(
        {
            "attach", "begin", "propose", "visit", "carry_out", "cancel", "follow", "ask_word",
            "close_silent", "reopen", "hand_over", "manage_members", "end_flexible",
        }
    ),
    VERIFIER: frozenset({"verify", "visit"}),
    APPROVER: frozenset({"decide"}),
    HELPER: frozenset({"visit", "carry_out"}),
}  # fmt: skip


def reads_of(parts: frozenset[str]) -> frozenset[str]:
    return frozenset().union(*(READS[part] for part in parts))


def does_of(parts: frozenset[str]) -> frozenset[str]:
    return frozenset().union(*(DOES[part] for part in parts))


# Act → the states in which it can be done.
DONE_IN: dict[str, tuple[str, ...]] = {
    "change": ("drafted",),
    "answer": ("recommended",),
    "attach": OPEN,
    "turn_to": OPEN,
    "begin": states_before("begin"),
    "verify": ("verifying",),
    "propose": states_before("help"),
    "visit": OPEN,
    "carry_out": ("helping",),
    "decide": ("helping",),
    "cancel": ("helping",),
    "follow": states_before("follow"),
    "ask_word": CLOSABLE,
    "close": CLOSABLE,
    "close_silent": CLOSABLE,
    "keep_open": CLOSABLE,
    "withdraw": states_before("withdraw"),
    "reopen": ("closed",),
    "hand_over": (*OPEN, "closed"),
    "manage_members": OPEN,
    "object": (*OPEN, "closed"),
    "end_flexible": OPEN,
}


def possible_in(state: str, parts: frozenset[str]) -> frozenset[str]:
    """What somebody in these ``parts`` may do to a case in ``state``."""
    return frozenset(act for act in does_of(parts) if state in DONE_IN[act])


# -- time limits --------------------------------------------------------------------------------

REMIND_DAYS = 2
LADDER_STEP = 5
ESCALATES_AT = 10
# The officer is asked for a word, then reminded this many times; then the case may be closed
# without it. A default of ours, not verified.
WORD_REMINDERS = 3
WORD_EVERY = 5
FLEXIBLE_WARNING_DAYS = 5


@dataclass(frozen=True, slots=True)
class Limits:
    """The last days for verifying and for the first help."""

    verify_due_on: date
    first_help_due_on: date


def limits_from(opened_on: date, *, verify_days: int, help_days: int, calendar: Calendar) -> Limits:
    """Both limits are counted in working days from the day after ``opened_on``."""
    return Limits(
        add_working_days(opened_on, verify_days, calendar),
        add_working_days(opened_on, help_days, calendar),
    )


def days_open(opened_on: date, ended_on: date | None, *, on: date) -> int:
    """Calendar days from the opening to the end, or to ``on`` while there is none."""
    return max(((ended_on or on) - opened_on).days, 0)


@dataclass(frozen=True, slots=True)
class Rung:
    """A rung of the ladder of reminders. ``key`` names it once for one day that is due."""

    key: str
    days_late: int = 0

    @property
    def is_escalated(self) -> bool:
        return self.days_late >= ESCALATES_AT


def rung_reached(*, due: date, on: date, calendar: Calendar) -> Rung | None:
    """The rung reached by ``on``: before, on the day, then every five working days after it.

    The rung reached last, so that a day the nightly job missed is made good on the next. None on
    days off, and before there is anything to say.
    """
    if not is_worked(on, calendar):
        return None
    left = working_days_until(on, due, calendar)
    if left > REMIND_DAYS:
        return None
    if left > 0:
        return Rung("before")
    late = -left // LADDER_STEP * LADDER_STEP
    return Rung(f"late-{late}", late) if late else Rung("due")


def is_word_overdue(last_on: date, *, on: date, calendar: Calendar) -> bool:
    """Whether five working days have passed since the officer was asked, or last reminded."""
    return working_days_until(last_on, on, calendar) >= WORD_EVERY


def may_close_silently(
    reminders: int, last_reminded_on: date | None, *, on: date, calendar: Calendar
) -> bool:
    """Whether the coordinator may close without the officer's word.

    All reminders have gone out, and the last one has had its five working days too.
    """
    if reminders < WORD_REMINDERS or last_reminded_on is None:
        return False
    return is_word_overdue(last_reminded_on, on=on, calendar=calendar)


def in_last_days(last_day: date, *, on: date, calendar: Calendar) -> bool:
    """Whether an arrangement ends so soon that those it concerns are told."""
    return 0 <= working_days_until(on, last_day, calendar) <= FLEXIBLE_WARNING_DAYS
