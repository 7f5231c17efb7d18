"""How long health records are kept. The years are settings of the court, not a rule of law."""

from datetime import date, timedelta

# Told so long before, an officer can download everything. A default of ours.
NOTICE_DAYS = 30


def years_before(day: date, years: int) -> date:
    """The same day ``years`` earlier; the last of February where there was no 29th."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def kept_from(on: date, *, years: int) -> date:
    """Records from before this day are past their time on ``on``."""
    return years_before(on, years)


def deletion_day(today: date) -> date:
    """When what is announced today may be deleted."""
    return today + timedelta(days=NOTICE_DAYS)


def is_left_over(left_on: date, *, on: date, years: int) -> bool:
    """Whether somebody left longer ago than the file is kept; ``left_on`` is the first day out."""
    return left_on < years_before(on, years)
