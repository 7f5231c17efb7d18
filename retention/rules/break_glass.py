"""Opening a health file in an emergency: which step may follow which, and for how long. Pure.

A decision of ours, no regulation's: two people, a reason, some hours, and the officer knows.
"""

from datetime import datetime, timedelta

# (state before, action) → state after. What is not here can't be done.
TRANSITIONS = {
    ("asked", "approve"): "approved",
    ("asked", "refuse"): "refused",
    ("asked", "withdraw"): "withdrawn",
    ("asked", "lapse"): "expired",
    ("approved", "end"): "expired",
}

# What nobody decided in three days is no emergency any more.
LAPSES_AFTER = timedelta(days=3)


def state_after(state: str, action: str) -> str | None:
    return TRANSITIONS.get((state, action))


def lapses_at(asked_at: datetime) -> datetime:
    return asked_at + LAPSES_AFTER


def open_until(approved_at: datetime, *, hours: int) -> datetime:
    return approved_at + timedelta(hours=hours)


def is_open(state: str, opened_until: datetime | None, *, at: datetime) -> bool:
    """Whether the file may be read now: the end counts, whether or not a job has noted it."""
    return state == "approved" and opened_until is not None and at < opened_until
