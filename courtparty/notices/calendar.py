"""The working calendar: read whole, and seeded once from what the State Council announced."""

import json
from datetime import date
from pathlib import Path

from courtparty.lib.workdays import Calendar
from courtparty.notices.models import WorkingDay

SEED = Path(__file__).parent / "data" / "working_days.json"


def working_calendar() -> Calendar:
    """Every day that differs from its weekday, some thirty a year. One query."""
    return dict(WorkingDay.objects.values_list("day", "is_worked"))


def is_announced(year: int, calendar: Calendar) -> bool:
    """Whether the holidays of ``year`` are in the table; else weekdays are taken as worked."""
    return any(day.year == year for day in calendar)


def seed_working_days() -> int:
    """Fill an empty table. Returns how many days; 0 when there are some already."""
    if WorkingDay.objects.exists():
        return 0
    days = json.loads(SEED.read_text(encoding="utf-8"))["days"]
    rows = [WorkingDay(**one | {"day": date.fromisoformat(one["day"])}) for one in days]
    return len(WorkingDay.objects.bulk_create(rows))
