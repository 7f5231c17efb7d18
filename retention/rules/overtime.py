"""Overtime and the make-up rest it gives, hour for hour, until it expires.

Source: 公务员法 (2018) art. 82: overtime is made good by rest, and where that can't be given, by a
subsidy. The term in which it has to be taken is the court's own (RetentionSettings.rest_months).
"""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

HOURS_A_DAY = Decimal(8)
MOST_HOURS = Decimal(24)
ENTERED_WITHIN_DAYS = 90


def expires_on(day: date, months: int) -> date:
    """The last day on which rest for overtime on ``day`` can be taken: so many months later."""
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def rest_hours(days: int, hours: Decimal | None = None) -> Decimal:
    """Hours that a rest takes: whole days of eight hours, or fewer on a single day."""
    return hours if hours is not None and days == 1 else days * HOURS_A_DAY


@dataclass(frozen=True, slots=True)
class Stock:
    """Confirmed overtime of which hours are left."""

    pk: int
    expires_on: date
    left: Decimal


def taken_from(
    stocks: Iterable[Stock], *, hours: Decimal, until: date
) -> list[tuple[int, Decimal]] | None:
    """Which overtime a rest takes its hours from, what expires first first.

    Only what has not expired by ``until``, the last day of the rest. None when it is not enough.
    """
    found, need = [], hours
    for stock in sorted(stocks, key=lambda one: (one.expires_on, one.pk)):
        if need <= 0:
            break
        if stock.left <= 0 or stock.expires_on < until:
            continue
        part = min(stock.left, need)
        found.append((stock.pk, part))
        need -= part
    return None if need > 0 else found
