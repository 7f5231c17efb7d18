import pytest
from hypothesis import given
from hypothesis import strategies as st

from retention.rules.causes import (
    Tally,
    Window,
    is_apart,
    shown_any,
    shown_main,
    sums,
    windows,
)
from retention.rules.groups import MINIMUM

NONE = {"pay": 0, "caseload": 0, "family": 0}


def tally(**main):
    counts = NONE | main
    return Tally(leavers=sum(counts.values()), coded=sum(counts.values()), main=counts, any=counts)


def test_main_causes_of_fewer_than_five_are_hidden_with_the_next_smallest():
    found = shown_main(tally(pay=9, caseload=6, family=2))

    assert found == {"pay": 9, "caseload": None, "family": None}


def test_years_are_taken_together_until_one_cause_has_five():
    tallies = {
        2020: tally(pay=3, family=3),
        2021: tally(pay=5, family=3),
        2022: tally(pay=12, caseload=5, family=1),
        2023: tally(pay=1),
        2024: tally(pay=1),
    }

    assert windows(tallies) == [
        Window(2020, 2021, is_whole=True),
        Window(2022, 2022, is_whole=True),
        Window(2023, 2024, is_whole=False),
    ]


def test_windows_never_overlap_and_leave_no_year_out():
    tallies = {year: tally(pay=year % 7, caseload=year % 5) for year in range(2010, 2026)}

    found = windows(tallies)

    years = [year for one in found for year in range(one.first, one.last + 1)]
    assert years == sorted(tallies)


def test_sums_add_the_years_of_each_window():
    tallies = {2020: tally(pay=3), 2021: tally(pay=4, family=1)}

    (total,) = sums(tallies, [Window(2020, 2021, is_whole=True)]).values()

    assert (total.leavers, total.main) == (8, {"pay": 7, "caseload": 0, "family": 1})


@pytest.mark.parametrize(
    ("any_", "main", "coded", "expected"),
    [
        pytest.param(12, 12, 30, 12, id="as the main cause"),
        pytest.param(12, 7, 30, 12, id="five more as a second cause"),
        pytest.param(12, 10, 30, None, id="two more would be told"),
        pytest.param(4, 0, 30, None, id="too few"),
        pytest.param(12, 0, 15, None, id="too few others"),
        pytest.param(12, 0, 12, None, id="everybody"),
    ],
)
def test_causes_beside_the_main_one(any_, main, coded, expected):
    counts = Tally(
        leavers=coded,
        coded=coded,
        main={"pay": main, "caseload": coded - main - 9, "family": 9},
        any={"pay": any_},
    )

    if shown_main(counts)["pay"] is None:
        expected = any_ if any_ >= MINIMUM and coded - any_ >= MINIMUM else None
    assert shown_any(counts) == {"pay": expected}


@pytest.mark.parametrize(
    ("part", "whole", "expected"),
    [
        pytest.param(tally(pay=10), tally(pay=20), True, id="half"),
        pytest.param(tally(pay=10), tally(pay=10), True, id="all of them"),
        pytest.param(tally(pay=10), tally(pay=12, family=9), False, id="two others in the court"),
        pytest.param(tally(pay=17), tally(pay=17, family=3), False, id="three left elsewhere"),
        pytest.param(tally(pay=3), tally(pay=4, family=9), True, id="hidden in the unit anyway"),
    ],
)
def test_a_units_causes_leave_no_few_of_the_courts(part, whole, expected):
    assert is_apart(part, whole) is expected


COUNTS = st.fixed_dictionaries(dict.fromkeys(NONE, st.integers(0, 12)))


@given(st.lists(COUNTS, min_size=1, max_size=8))
def test_tables_of_any_years_show_no_cause_of_fewer_than_five(years):
    tallies = {2015 + place: tally(**counts) for place, counts in enumerate(years)}
    stretches = windows(tallies)
    for window, total in sums(tallies, stretches).items():
        main, any_ = shown_main(total), shown_any(total)
        assert window.is_whole == any(count is not None for count in main.values())
        hidden = sum(total.main[code] for code, count in main.items() if count is None)
        has_hidden = None in main.values()
        for counts in (main, any_):
            assert all(count is None or count >= MINIMUM for count in counts.values())
        if has_hidden and window.is_whole:
            assert hidden >= MINIMUM
        for code, count in any_.items():
            if count is not None and main[code] is not None:
                assert count - main[code] not in range(1, MINIMUM)


@given(st.lists(COUNTS, min_size=1, max_size=8), COUNTS)
def test_a_closed_window_is_not_changed_by_later_years(years, later):
    tallies = {2015 + place: tally(**counts) for place, counts in enumerate(years)}
    before = windows(tallies)
    after = windows(tallies | {2015 + len(years): tally(**later)})

    whole = [one for one in before if one.is_whole]
    assert after[: len(whole)] == whole
