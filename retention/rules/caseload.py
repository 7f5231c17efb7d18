"""When a pause in the assignment of cases is suggested, and which days it may take. Pure.

That leave, sickness and training pause the assignment of cases, at the head's approval, is seen
in courts [S]. The share of the peers' median from which a caseload suggests one is the court's
own setting [U].
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

HUNDRED = Decimal(100)
LONGEST_DAYS = 366
# A pause may be entered late: somebody falls ill, and the entry follows.
EARLIEST_DAYS = 31


def percent_of(value: Decimal, median: Decimal) -> int | None:
    """``value`` in whole per cent of the peers' median; None where the median is nothing."""
    if median <= 0:
        return None
    return int((value * HUNDRED / median).quantize(Decimal(1), ROUND_HALF_UP))


def suggests_pause(value: Decimal | None, median: Decimal | None, *, share: int) -> bool:
    """Whether so many pending cases, beside the peers' median, suggest a pause.

    Compared as they are, before any rounding. A missing figure suggests nothing.
    """
    if value is None or median is None or median <= 0:
        return False
    return value * HUNDRED >= median * share


@dataclass(frozen=True, slots=True)
class Days:
    """A half-open stretch of days."""

    start: date
    end: date


def days_fault(start: date, end: date, *, today: date, taken: Iterable[Days]) -> str:
    """Why a pause can't take the days from ``start`` until ``end``, as a code; "" when it can."""
    if end <= start:
        return "ends_before_start"
    if (end - start).days > LONGEST_DAYS:
        return "too_long"
    if start < today - timedelta(days=EARLIEST_DAYS):
        return "too_early"
    if end <= today:
        return "over"
    if any(start < one.end and one.start < end for one in taken):
        return "overlaps"
    return ""


def end_fault(start: date, end: date, *, new_end: date) -> str:
    """Why a pause can't end before ``new_end`` instead, as a code; "" when it can."""
    if new_end <= start:
        return "not_begun"
    return "not_earlier" if new_end >= end else ""
