"""Who should have a mentor, and when a pair has not met for too long. Defaults of ours (U)."""

from datetime import date

from courtparty.lib.dates import PartialDate
from retention.rules.awards import free_again

# Officers with fewer years in work should have somebody to ask.
MENTORED_YEARS = 2
# A pair that has not met for a quarter is reminded, a month later whoever manages it as well.
QUIET_MONTHS = 3
ESCALATED_MONTHS = 4


def joined_after(on: date) -> PartialDate:
    """Who began work in this month or later has served fewer than two years on ``on``."""
    year, month = on.year - MENTORED_YEARS, on.month
    return PartialDate(year, month)


def quiet_rung(last_met: date, on: date) -> str:
    """'' while a pair meets often enough, 'quiet' from a quarter on, 'escalated' a month later.

    ``last_met`` is the last meeting, or the day the pair began.
    """
    if on >= free_again(last_met, ESCALATED_MONTHS):
        return "escalated"
    return "quiet" if on >= free_again(last_met, QUIET_MONTHS) else ""
