from datetime import date, timedelta

import pytest

from retention.rules.checkups import (
    Rung,
    day_fault,
    may_step,
    rung_reached,
    share,
    spread_days,
)
from retention.rules.health_retention import deletion_day, is_left_over, kept_from, years_before

MONDAY = date(2026, 6, 1)


@pytest.mark.parametrize(
    ("state", "action", "campaign", "expected"),
    [
        ("due", "finish", "open", True),
        ("missed", "finish", "closed", True),
        ("done", "finish", "open", False),
        ("excused", "finish", "open", False),
        ("due", "excuse", "open", True),
        ("done", "excuse", "open", False),
        ("done", "take_back", "open", True),
        ("done", "take_back", "closed", False),
        ("due", "move", "planned", True),
        ("due", "move", "closed", False),
        ("due", "finish", "planned", False),
    ],
)
def test_what_may_follow_what(state, action, campaign, expected):
    assert may_step(state, action, campaign) is expected


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        pytest.param(date(2026, 6, 1), "", id="today"),
        pytest.param(date(2026, 6, 2), "future", id="tomorrow"),
        pytest.param(date(1985, 6, 14), "birth", id="the day before birth"),
        pytest.param(date(2001, 6, 14), "age", id="fifteen"),
        pytest.param(date(2001, 6, 15), "", id="sixteen"),
    ],
)
def test_days_a_checkup_cannot_have_been(day, expected):
    assert day_fault(day, born=date(1985, 6, 15), today=MONDAY) == expected


def test_day_is_not_judged_by_an_unknown_birth():
    assert day_fault(date(1900, 1, 1), born=None, today=MONDAY) == ""


def test_days_are_spread_evenly_over_working_days():
    days = spread_days(MONDAY, MONDAY + timedelta(days=7), 10, {})

    assert days == [MONDAY + timedelta(days=n // 2) for n in range(10)]


def test_days_without_a_working_day_are_the_first():
    saturday = date(2026, 6, 6)

    assert spread_days(saturday, saturday + timedelta(days=2), 2, {}) == [saturday, saturday]
    assert spread_days(saturday, saturday + timedelta(days=2), 0, {}) == []


@pytest.mark.parametrize(
    ("due", "expected"),
    [
        pytest.param(date(2026, 6, 5), None, id="four working days ahead"),
        pytest.param(date(2026, 6, 4), Rung("before"), id="three ahead"),
        pytest.param(MONDAY, Rung("due"), id="today"),
        pytest.param(date(2026, 5, 29), Rung("due"), id="one late: said already"),
        pytest.param(date(2026, 5, 25), Rung("late-5", 5), id="a week late"),
        pytest.param(date(2026, 5, 18), Rung("late-10", 10), id="two weeks late"),
    ],
)
def test_ladder_of_reminders(due, expected):
    assert rung_reached(due=due, on=MONDAY, calendar={}) == expected


def test_ladder_is_silent_on_days_off_and_escalates_after_two_weeks():
    assert rung_reached(due=MONDAY, on=date(2026, 6, 6), calendar={}) is None
    assert not Rung("late-5", 5).is_escalated
    assert Rung("late-10", 10).is_escalated


def test_share_is_whole_per_cent():
    assert [share(0, 0), share(0, 3), share(2, 3), share(3, 3)] == [None, 0, 66, 100]


def test_years_are_counted_by_the_calendar():
    assert years_before(date(2028, 2, 29), 1) == date(2027, 2, 28)
    assert kept_from(date(2026, 6, 1), years=10) == date(2016, 6, 1)
    assert deletion_day(date(2026, 6, 1)) == date(2026, 7, 1)


@pytest.mark.parametrize(
    ("left_on", "expected"),
    [(date(2023, 5, 31), True), (date(2023, 6, 1), False), (date(2026, 1, 1), False)],
)
def test_file_of_who_left_is_kept_for_years(left_on, expected):
    assert is_left_over(left_on, on=MONDAY, years=3) is expected
