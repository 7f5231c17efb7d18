import json
from datetime import date

import pytest

from courtparty.lib.workdays import SATURDAY
from courtparty.notices.calendar import SEED, is_announced, seed_working_days, working_calendar
from courtparty.notices.models import WorkingDay

pytestmark = pytest.mark.django_db

SEEDED = json.loads(SEED.read_text(encoding="utf-8"))["days"]


def test_seed_fills_an_empty_table_once():
    WorkingDay.objects.all().delete()

    assert seed_working_days() == len(SEEDED)
    assert seed_working_days() == 0
    assert WorkingDay.objects.count() == len(SEEDED)


def test_seed_leaves_alone_what_somebody_has_entered():
    WorkingDay.objects.all().delete()
    WorkingDay.objects.create(day=date(2027, 1, 1), is_worked=False)

    assert seed_working_days() == 0
    assert working_calendar() == {date(2027, 1, 1): False}


def test_working_calendar_is_read_in_one_query(django_assert_num_queries):
    seed_working_days()

    with django_assert_num_queries(1):
        calendar = working_calendar()

    assert calendar[date(2026, 1, 1)] is False
    assert calendar[date(2026, 1, 4)] is True


def test_a_year_is_announced_when_a_day_of_it_is_there():
    calendar = {date(2026, 1, 1): False}

    assert is_announced(2026, calendar)
    assert not is_announced(2027, calendar)


def test_each_seeded_day_differs_from_its_weekday_or_names_a_holiday():
    days = [(date.fromisoformat(one["day"]), one["is_worked"]) for one in SEEDED]

    assert len({day for day, _is_worked in days}) == len(days)
    # A weekday is never listed as worked: it would be one without the table, too.
    assert [day for day, is_worked in days if is_worked and day.weekday() < SATURDAY] == []
