"""Spans of a person's service. Pure: the day they are counted on is passed in."""

from datetime import date

from courtparty.lib.dates import PartialDate, months_between


def full_years(since: PartialDate | None, *, on: date) -> int | None:
    """Whole years from ``since``; a date known to the month counts from its first day."""
    if since is None or since.first > on:
        return None
    return months_between(since.first, on) // 12


def party_standing(full_since: PartialDate | None, *, on: date) -> int | None:
    """Whole years of Party standing (党龄).

    They count from the day a probationary member became a full one, not from the day of
    joining (Constitution of the CPC, article 7).
    """
    return full_years(full_since, on=on)
