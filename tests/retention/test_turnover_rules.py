from datetime import date
from decimal import Decimal
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retention.rules.groups import MINIMUM
from retention.rules.turnover import (
    AGE_FROM,
    TENURE_FROM,
    Absence,
    Person,
    Scope,
    band_of,
    bands,
    divided,
    rate_of,
    released,
    turnover_of,
)

LEFT_JULY = (Absence(date(2025, 7, 1)),)


def test_bands_are_named_by_their_years():
    assert bands(TENURE_FROM) == ["0-2", "3-4", "5-9", "10-19", "20+"]
    assert bands(AGE_FROM) == ["0-29", "30-34", "35-39", "40-49", "50+"]


@pytest.mark.parametrize(
    ("since", "expected"),
    [
        pytest.param(date(2025, 12, 31), "0-2", id="today"),
        pytest.param(date(2023, 1, 1), "0-2", id="one day short of three years"),
        pytest.param(date(2022, 12, 31), "3-4", id="three years to the day"),
        pytest.param(date(2005, 12, 31), "20+", id="twenty years"),
        pytest.param(date(1970, 1, 1), "20+", id="long ago"),
        pytest.param(date(2026, 1, 1), "unknown", id="not begun"),
        pytest.param(None, "unknown", id="no date"),
    ],
)
def test_band_counts_whole_years(since, expected):
    assert band_of(since, TENURE_FROM, on=date(2025, 12, 31)) == expected


def test_average_headcount_is_the_mean_of_the_first_days_of_the_months():
    people = [
        Person(1, "civil"),
        Person(2, "civil", absences=LEFT_JULY),
        Person(3, "civil", since=date(2025, 10, 1)),
    ]

    found = turnover_of("civil", people, 2025)

    # 12 + 6 (January to June) + 3 (October to December) first days ÷ 12
    assert (found.heads, found.people, found.leavers) == (Decimal("1.8"), 3, 1)


def test_who_came_back_is_counted_as_leaver_and_as_present():
    person = Person(1, "civil", absences=(Absence(date(2025, 3, 1), date(2025, 11, 1)),))

    found = turnover_of("civil", [person], 2025)

    assert (found.heads, found.leavers) == (Decimal("0.3"), 1)
    assert person.serves(date(2025, 11, 1))
    assert not person.serves(date(2025, 3, 1))


@pytest.mark.parametrize(
    ("person", "expected"),
    [
        pytest.param(Person(1, "x", absences=(Absence(date(2024, 5, 1)),)), False, id="before"),
        pytest.param(Person(1, "x", since=date(2026, 1, 1)), False, id="after"),
        pytest.param(Person(1, "x", absences=LEFT_JULY), True, id="left in it"),
        pytest.param(Person(1, "x", absences=(Absence(date(2025, 1, 1)),)), True, id="first day"),
        pytest.param(Person(1, "x"), True, id="all year"),
    ],
)
def test_who_counts_in_a_year(person, expected):
    assert person.counts_in(2025) is expected


@pytest.mark.parametrize(
    ("leavers", "heads", "expected"),
    [(1, "8", "12.5"), (0, "8", "0.0"), (1, "3", "33.3"), (2, "3", "66.7"), (1, "0", None)],
)
def test_rate_is_per_cent_with_one_decimal(leavers, heads, expected):
    assert rate_of(leavers, Decimal(heads)) == (expected and Decimal(expected))


def test_tenure_and_age_are_read_on_the_last_day_served():
    leaver = Person(
        1,
        "civil",
        since=date(2020, 7, 1),
        birth=date(1990, 7, 1),
        absences=(Absence(date(2025, 7, 1)),),
    )

    groups = divided([leaver], 2025)

    # On 30 June 2025 it was four years and an age of 34; on 31 December five and 35.
    assert groups == {
        "function": {"civil": frozenset({1})},
        "tenure": {"3-4": frozenset({1})},
        "age": {"30-34": frozenset({1})},
    }


# -- what may be shown -------------------------------------------------------------------------


def scope(unit, parent, **groups):
    return Scope(unit, parent, {"function": {key: frozenset(of) for key, of in groups.items()}})


def test_a_small_group_is_hidden_and_the_next_smallest_with_it():
    found = released([scope(1, None, a=range(10), b=range(10, 16), c=range(16, 19))])

    assert found == {1: {"function": frozenset({"a"})}}


def test_a_court_of_fewer_than_five_shows_nothing():
    assert released([scope(1, None, a=range(4))]) == {}


def test_a_unit_that_is_nearly_the_whole_court_shows_nothing():
    court = scope(1, None, a=range(20))
    branch = scope(2, 1, a=range(17))

    assert released([court, branch]) == {1: {"function": frozenset({"a"})}}


def test_a_unit_hides_a_division_that_would_leave_a_few_of_the_courts_group():
    court = scope(1, None, a=range(20), b=range(20, 40))
    branch = scope(2, 1, a=range(17), b=range(20, 26))

    assert released([court, branch])[2] == {"function": frozenset()}


def test_units_beside_one_another_leave_no_few_of_the_court_together():
    court = scope(1, None, a=range(22))
    first, second = scope(2, 1, a=range(10)), scope(3, 1, a=range(10, 20))

    assert released([court, first, second]) == {
        1: {"function": frozenset({"a"})},
        2: {"function": frozenset({"a"})},
    }


GROUP = st.sampled_from(["a", "b", "c", "d"])
PLACES = st.lists(st.tuples(st.integers(0, 4), GROUP, GROUP, GROUP), min_size=0, max_size=60)
# Unit 1 is the court, 2 and 3 lie below it, 4 below 2; 0 is no Party organisation.
ABOVE = {0: {1}, 1: {1}, 2: {1, 2}, 3: {1, 3}, 4: {1, 2, 4}}
PARENTS = {1: None, 2: 1, 3: 1, 4: 2}


def scopes_of(places):
    scopes = []
    for unit, parent in PARENTS.items():
        divisions = {name: {} for name in ("function", "tenure", "age")}
        for pk, (place, *keys) in enumerate(places):
            if unit in ABOVE[place]:
                for name, key in zip(divisions, keys, strict=True):
                    divisions[name].setdefault(key, set()).add(pk)
        frozen = {
            name: {key: frozenset(people) for key, people in groups.items()}
            for name, groups in divisions.items()
        }
        scopes.append(Scope(unit, parent, frozen))
    return scopes


@given(PLACES)
def test_no_two_figures_shown_anywhere_can_be_subtracted_to_a_few_people(places):
    scopes = {one.unit: one for one in scopes_of(places)}
    found = released(list(scopes.values()))
    shown = [scopes[unit].everybody for unit in found]
    for unit, divisions in found.items():
        shown += [
            scopes[unit].divisions[name][key] for name, keys in divisions.items() for key in keys
        ]

    assert all(len(people) >= MINIMUM for people in shown)
    for one, other in combinations(shown, 2):
        small, large = sorted((one, other), key=len)
        if small <= large:
            assert len(large - small) not in range(1, MINIMUM)


@given(PLACES)
def test_what_is_left_of_a_total_is_nobody_or_five_people(places):
    scopes = {one.unit: one for one in scopes_of(places)}
    for unit, divisions in released(list(scopes.values())).items():
        everybody = scopes[unit].everybody
        for name, keys in divisions.items():
            rest = everybody.difference(*(scopes[unit].divisions[name][key] for key in keys))
            assert not rest or len(rest) >= MINIMUM or not keys


@given(PLACES)
def test_units_beside_one_another_leave_nobody_or_five_of_what_is_above(places):
    scopes = {one.unit: one for one in scopes_of(places)}
    found = released(list(scopes.values()))
    if not {1, 2, 3} <= found.keys():
        return
    rest = scopes[1].everybody - scopes[2].everybody - scopes[3].everybody
    assert not rest or len(rest) >= MINIMUM
    for name in ("function", "tenure", "age"):
        for key in found[1][name] & found[2][name] & found[3][name]:
            groups = [scopes[unit].divisions[name][key] for unit in (1, 2, 3)]
            assert len(groups[0] - groups[1] - groups[2]) not in range(1, MINIMUM)
