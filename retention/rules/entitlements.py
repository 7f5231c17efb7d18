"""What an officer is due, as values: shared by the rules of every kind. Pure; days are passed in.

An explanation is a list of [code, values]; the codes are put into words in
``retention.selectors.entitlement_words``. Values are what JSON holds, days as ISO text.
"""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

from courtparty.lib.dates import PartialDate

DUE, EXPECTED, MISSING, RECEIVED = "due", "expected", "missing", "received"
WAIVED = "waived"
ONE, NONE = Decimal("1.00"), Decimal("0.00")
HORIZON_MONTHS = 12

Line = list[Any]
Lines = list[Line]


@dataclass(frozen=True, slots=True)
class Due:
    """What is due of one kind for one period, and what of it was received.

    ``is_past``: a term that has ended with what was received. How its day had come about is not
    worked out again, for the rank it was counted in has changed since.
    """

    kind: str
    period: str
    state: str
    due_on: date | None
    quantity: Decimal | None
    explained: Lines
    received: Decimal = NONE
    received_on: date | None = None
    is_past: bool = False


@dataclass(frozen=True, slots=True)
class Given:
    """What was received of a kind: on a day, for a period (a year or month), how much."""

    on: date
    quantity: Decimal = ONE
    period: str = ""
    variant: str = ""


@dataclass(frozen=True, slots=True)
class Start:
    """When a term began, and where that stands: in the roster, or among what was received."""

    day: PartialDate
    source: str

    @property
    def counted(self) -> date:
        """The day counted from: of a month the last, so that nothing is called late too early."""
        return self.day.last


def add_months(day: date, months: int) -> date:
    """The same day so many months later or earlier; the month's last day where there is none."""
    place = day.year * 12 + day.month - 1 + months
    year, month = divmod(place, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def as_partial(day: date) -> PartialDate:
    return PartialDate(day.year, day.month, day.day)


def starts(since: PartialDate | None, given: Iterable[Given]) -> list[Start]:
    """Every known beginning of a term, in order of time: what was received, and the roster's day.

    The roster's day is left out where something was received on it, or in its month.
    """
    found = [Start(as_partial(day), "received") for day in {one.on for one in given}]
    if since is not None and not any(since.covers(one.day) for one in found):
        found.append(Start(since, "roster"))
    return sorted(found, key=lambda one: (one.counted, one.source))


def past_terms(kind: str, known: list[Start], prefix: str = "") -> list[Due]:
    """The terms that have ended, each between two known days."""
    return [
        Due(
            kind,
            f"{prefix}{before.day}",
            RECEIVED,
            None,
            ONE,
            [["received", {"day": after.day.isoformat(), "source": after.source}]],
            received=ONE,
            received_on=after.counted,
            is_past=True,
        )
        for before, after in pairwise(known)
    ]


def missing(kind: str, period: str, *lines: Line) -> Due:
    """Facts are missing: no day is named, and the explanation says which."""
    return Due(kind, period, MISSING, None, None, list(lines))


def started(start: Start) -> Lines:
    """From which day a term is counted, in an explanation."""
    values = {"day": start.day.isoformat(), "source": start.source}
    lines: Lines = [["term_from", values]]
    if start.day.day is None:
        lines.append(["month_only", {"month": start.day.isoformat()}])
    return lines


def settled(
    kind: str,
    period: str,
    *,
    due_on: date,
    quantity: Decimal,
    received: Decimal,
    received_on: date | None,
    explained: Lines,
) -> Due:
    """Something that adds up: received once as much has come as is due, else due."""
    is_whole = received >= quantity
    return Due(
        kind,
        period,
        RECEIVED if is_whole else DUE,
        due_on,
        quantity,
        explained,
        received,
        received_on if is_whole else None,
    )


def given_for(period: str, given: Iterable[Given]) -> tuple[Decimal, date | None]:
    """How much was received for a year or month, and on which day the last of it."""
    these = [one for one in given if one.period == period]
    total = sum((one.quantity for one in these), NONE)
    return total, max((one.on for one in these), default=None)


def days_late(due_on: date | None, state: str, on: date) -> int:
    """Calendar days since something due was to be given; 0 when it is not late."""
    if state != DUE or due_on is None or due_on >= on:
        return 0
    return (on - due_on).days


def iso(day: date) -> str:
    return day.isoformat()
