from datetime import date

import pytest

from cadres.rules.appointments import (
    Held,
    Person,
    free_seat,
    is_long_extension,
    last_day,
    months_before,
    overlap,
    person_faults,
    state_of,
    term_stage,
)

MEMBER = Person(
    is_full_member=True,
    works_since=date(2008, 7, 1),
    joined_party=date(2006, 7, 1),
    full_since=date(2010, 1, 1),
)
NOBODY = Person(is_full_member=False)
DUE = date(2026, 12, 15)


@pytest.mark.parametrize(
    ("person", "start", "is_elected", "faults"),
    [
        pytest.param(MEMBER, date(2020, 1, 1), True, [], id="a full member"),
        pytest.param(MEMBER, date(2008, 7, 1), False, [], id="first day in work"),
        pytest.param(MEMBER, date(2008, 6, 30), False, ["before_work"], id="before work"),
        pytest.param(MEMBER, date(2009, 12, 31), True, ["before_full"], id="still probationary"),
        pytest.param(MEMBER, date(2009, 12, 31), False, [], id="not elected: no rule"),
        pytest.param(MEMBER, date(2010, 1, 1), True, [], id="the day of becoming a full member"),
        pytest.param(
            Person(is_full_member=True, joined_party=date(2010, 1, 1)),
            date(2009, 12, 31),
            True,
            ["before_party"],
            id="before joining",
        ),
        pytest.param(
            NOBODY, date(2020, 1, 1), True, ["not_full_member"], id="no full member"
        ),
        pytest.param(NOBODY, date(2020, 1, 1), False, [], id="no member, staff"),
        pytest.param(Person(is_full_member=True), date(1990, 1, 1), True, [], id="nothing known"),
    ],
)  # fmt: skip
def test_person_faults(person, start, is_elected, faults):
    assert person_faults(person, is_elected=is_elected, start=start) == faults


@pytest.mark.parametrize(
    ("end", "faults"),
    [
        pytest.param(None, ["left"], id="open"),
        pytest.param(date(2025, 6, 2), ["left"], id="a day too long"),
        pytest.param(date(2025, 6, 1), [], id="until the day of leaving"),
    ],
)
def test_person_faults_of_somebody_who_has_left(end, faults):
    person = Person(is_full_member=True, left_on=date(2025, 6, 1))

    assert person_faults(person, is_elected=True, start=date(2024, 1, 1), end=end) == faults


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        pytest.param((1, 5), (5, 9), False, id="meeting"),
        pytest.param((1, 5), (4, 9), True, id="one day"),
        pytest.param((5, 9), (1, 5), False, id="meeting the other way round"),
        pytest.param((1, None), (9, None), True, id="both open"),
        pytest.param((1, 5), (9, None), False, id="before an open one"),
        pytest.param((9, None), (1, 5), False, id="an open one after"),
    ],
)
def test_overlap(first, second, expected):
    days = [date(2026, 1, day) if day else None for day in (*first, *second)]

    assert overlap(*days) is expected


@pytest.mark.parametrize(
    ("taken", "preferred", "seat"),
    [
        pytest.param([], None, 1, id="all free"),
        pytest.param([Held(1, date(2020, 1, 1), None)], None, 2, id="the next"),
        pytest.param([Held(1, date(2020, 1, 1), date(2026, 1, 1))], None, 1, id="free by then"),
        pytest.param([Held(1, date(2027, 1, 1), None)], None, 2, id="taken later"),
        pytest.param(
            [Held(1, date(2020, 1, 1), None), Held(2, date(2027, 1, 1), None)],
            None,
            None,
            id="none",
        ),
        pytest.param([Held(1, date(2020, 1, 1), date(2026, 1, 1))], 2, 2, id="its own"),
        pytest.param([Held(2, date(2020, 1, 1), None)], 2, 1, id="its own taken"),
    ],
)  # fmt: skip
def test_free_seat_is_the_lowest_free_over_the_whole_time(taken, preferred, seat):
    assert free_seat([1, 2], taken, start=date(2026, 1, 1), preferred=preferred) == seat


def test_free_seat_of_a_short_time_before_a_later_holder():
    taken = [Held(1, date(2027, 1, 1), None)]

    assert free_seat([1], taken, start=date(2026, 1, 1), end=date(2027, 1, 1)) == 1


@pytest.mark.parametrize(
    ("start", "end", "is_void", "state"),
    [
        pytest.param(date(2026, 6, 1), None, False, "in_force", id="first day"),
        pytest.param(date(2026, 6, 2), None, False, "coming", id="tomorrow"),
        pytest.param(date(2026, 1, 1), date(2026, 6, 1), False, "ended", id="first day no longer"),
        pytest.param(date(2026, 1, 1), date(2026, 6, 2), False, "in_force", id="last day"),
        pytest.param(date(2026, 1, 1), None, True, "void", id="taken back"),
    ],
)
def test_state_of(start, end, is_void, state):
    assert state_of(start, end, is_void=is_void, on=date(2026, 6, 1)) == state


def test_last_day_is_the_day_before_the_end():
    assert last_day(date(2026, 3, 1)) == date(2026, 2, 28)


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        pytest.param(date(2026, 12, 15), 4, date(2026, 8, 15), id="within a year"),
        pytest.param(date(2026, 3, 31), 1, date(2026, 2, 28), id="no such day"),
        pytest.param(date(2026, 1, 1), 1, date(2025, 12, 1), id="over new year"),
        pytest.param(date(2026, 12, 15), 12, date(2025, 12, 15), id="a year"),
        pytest.param(date(2026, 11, 30), -3, date(2027, 2, 28), id="later instead"),
    ],
)
def test_months_before(day, months, expected):
    assert months_before(day, months) == expected


@pytest.mark.parametrize(
    ("new_end", "expected"),
    [
        pytest.param(date(2027, 1, 1), False, id="a year exactly"),
        pytest.param(date(2027, 1, 2), True, id="a day more"),
    ],
)
def test_is_long_extension(new_end, expected):
    assert is_long_extension(date(2026, 1, 1), new_end) is expected


@pytest.mark.parametrize(
    ("on", "stage"),
    [
        pytest.param(date(2026, 8, 14), "", id="too early"),
        pytest.param(date(2026, 8, 15), "notice", id="four months before"),
        pytest.param(date(2026, 11, 14), "notice", id="still"),
        pytest.param(date(2026, 11, 15), "month", id="a month before"),
        pytest.param(date(2026, 12, 14), "month", id="the last day of the term"),
        pytest.param(date(2026, 12, 15), "due", id="over"),
        pytest.param(date(2027, 1, 14), "due", id="not a month yet"),
        pytest.param(date(2027, 1, 15), "late-1", id="a month late"),
        pytest.param(date(2028, 12, 20), "late-24", id="two years late"),
    ],
)
def test_term_stage(on, stage):
    assert term_stage(DUE, on=on, notice_months=4) == stage
