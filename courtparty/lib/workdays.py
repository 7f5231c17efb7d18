"""Counting working days. Pure: the days that differ from their weekday are passed in."""

from collections.abc import Mapping
from datetime import date, timedelta

SATURDAY = 5

# Day → whether it is worked, for days that differ from Monday to Friday.
Calendar = Mapping[date, bool]


def is_worked(day: date, calendar: Calendar) -> bool:
    return calendar.get(day, day.weekday() < SATURDAY)


def add_working_days(day: date, count: int, calendar: Calendar) -> date:
    """The ``count``-th working day after ``day``, or before it when ``count`` is below zero.

    ``day`` itself is not counted, as a period of days begins on the day after (Civil Code,
    article 201). With 0 it is ``day`` itself, worked or not.
    """
    step = timedelta(days=1 if count > 0 else -1)
    left = abs(count)
    while left:
        day += step
        left -= is_worked(day, calendar)
    return day


def working_days_until(day: date, due: date, calendar: Calendar) -> int:
    """Working days from the day after ``day`` up to and including ``due``; negative when past."""
    if due < day:
        return -working_days_until(due, day, calendar)
    span = (day + timedelta(days=n) for n in range(1, (due - day).days + 1))
    return sum(is_worked(one, calendar) for one in span)


def on_or_before(day: date, calendar: Calendar) -> date:
    """``day`` when it is worked, else the last working day before it."""
    return day if is_worked(day, calendar) else add_working_days(day, -1, calendar)
