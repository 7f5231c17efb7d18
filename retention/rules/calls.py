"""Calls a health steward owes: which state follows which, and who is reminded when. Pure.

The hours are a decision of ours: by three in the afternoon somebody can still call that day; at
half past five the working day is over, and whoever is in charge learns that a call is owed, not
to whom and not why. On the days after it is repeated each morning until somebody calls. Days off
are no excuse: a call is reminded of on them as well.
"""

from dataclasses import dataclass
from datetime import date, datetime, time

# State before → the states a steward can move it to.
TRANSITIONS = {"open": ("called",), "called": ("closed",), "closed": ()}

REMIND_FROM = time(15, 0)
LATE_FROM = time(17, 30)
MORNING_FROM = time(8, 30)


@dataclass(frozen=True, slots=True)
class Rung:
    """A rung of the ladder. ``key`` names it once for one call."""

    key: str
    is_escalated: bool


def may_move(state: str, to: str) -> bool:
    return to in TRANSITIONS.get(state, ())


def rung_reached(*, due: date, at: datetime) -> Rung | None:
    """The rung a call not made has reached; ``at`` is local time. None before there is one."""
    day, hour = at.date(), at.time()
    if day < due or (day == due and hour < REMIND_FROM):
        return None
    if day == due and hour < LATE_FROM:
        return Rung("today", is_escalated=False)
    if day > due and hour >= MORNING_FROM:
        return Rung(f"late-{(day - due).days}", is_escalated=True)
    # The evening of the day, and the night after it.
    return Rung(f"late-{max((day - due).days - 1, 0)}", is_escalated=True)
