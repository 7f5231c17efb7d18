from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courtparty.lib.workdays import (
    add_working_days,
    is_worked,
    on_or_before,
    working_days_until,
)

# The days around 1 October: seven off, and the Saturday after them is worked.
NATIONAL_DAY = {date(2026, 10, day): False for day in range(1, 8)} | {date(2026, 10, 10): True}
FRIDAY, SATURDAY, MONDAY = date(2026, 11, 20), date(2026, 11, 21), date(2026, 11, 23)

days = st.dates(date(2024, 1, 1), date(2027, 12, 31))
calendars = st.dictionaries(days, st.booleans(), max_size=60)


@pytest.mark.parametrize(
    ("day", "calendar", "expected"),
    [
        pytest.param(FRIDAY, {}, True, id="Friday"),
        pytest.param(SATURDAY, {}, False, id="Saturday"),
        pytest.param(date(2026, 10, 1), NATIONAL_DAY, False, id="holiday"),
        pytest.param(date(2026, 10, 10), NATIONAL_DAY, True, id="Saturday made up"),
    ],
)
def test_is_worked(day, calendar, expected):
    assert is_worked(day, calendar) is expected


@pytest.mark.parametrize(
    ("day", "count", "calendar", "expected"),
    [
        pytest.param(FRIDAY, 1, {}, MONDAY, id="over a weekend"),
        pytest.param(SATURDAY, 1, {}, MONDAY, id="from a day off"),
        pytest.param(MONDAY, -1, {}, FRIDAY, id="back over a weekend"),
        pytest.param(SATURDAY, 0, {}, SATURDAY, id="none: the day itself, worked or not"),
        pytest.param(date(2026, 9, 30), 1, NATIONAL_DAY, date(2026, 10, 8), id="over a holiday"),
        pytest.param(date(2026, 10, 9), 1, NATIONAL_DAY, date(2026, 10, 10), id="made up"),
        pytest.param(date(2026, 9, 30), 4, NATIONAL_DAY, date(2026, 10, 12), id="both"),
    ],
)
def test_add_working_days(day, count, calendar, expected):
    assert add_working_days(day, count, calendar) == expected


@pytest.mark.parametrize(
    ("day", "due", "expected"),
    [
        pytest.param(FRIDAY, FRIDAY, 0, id="today"),
        pytest.param(FRIDAY, SATURDAY, 0, id="due on a day off"),
        pytest.param(FRIDAY, MONDAY, 1, id="over a weekend"),
        pytest.param(MONDAY, FRIDAY, -1, id="past"),
        pytest.param(date(2026, 9, 30), date(2026, 10, 12), 4, id="over a holiday"),
    ],
)
def test_working_days_until(day, due, expected):
    assert working_days_until(day, due, NATIONAL_DAY) == expected


def test_on_or_before_is_the_day_itself_when_worked():
    assert on_or_before(FRIDAY, {}) == FRIDAY
    assert on_or_before(SATURDAY, {}) == FRIDAY
    assert on_or_before(date(2026, 10, 7), NATIONAL_DAY) == date(2026, 9, 30)


@given(days, st.integers(1, 60), calendars)
def test_counting_forth_is_counted_back(day, count, calendar):
    found = add_working_days(day, count, calendar)

    assert is_worked(found, calendar)
    assert working_days_until(day, found, calendar) == count
    assert working_days_until(found, day, calendar) == -count


@given(days, days, calendars)
def test_working_days_are_at_most_the_days_between(day, due, calendar):
    count = working_days_until(day, due, calendar)

    assert abs(count) <= abs((due - day).days)
    assert count == -working_days_until(due, day, calendar)


@given(days, calendars)
def test_on_or_before_is_worked_and_nearest(day, calendar):
    found = on_or_before(day, calendar)

    assert is_worked(found, calendar)
    between = [found + timedelta(days=n) for n in range(1, (day - found).days + 1)]
    assert not any(is_worked(one, calendar) for one in between)
