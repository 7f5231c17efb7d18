from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appraisal.rules.standing import (
    AreaLine,
    Quartile,
    RangeStatus,
    places_in,
    radar_axes,
    spread_of,
    standing_in,
    standing_of,
)


def D(value):
    return Decimal(str(value))


NINE = [D(total) for total in (60, 65, 70, 75, 80, 85, 90, 95, 100)]


@pytest.mark.parametrize(
    ("total", "z_score", "quartile"),
    [
        (60, "-1.549", Quartile.LOWER),
        (70, "-0.775", Quartile.LOWER_MIDDLE),
        (80, "0.000", Quartile.UPPER_MIDDLE),
        (90, "0.775", Quartile.UPPER_MIDDLE),
        (95, "1.162", Quartile.UPPER),
    ],
)
def test_standing_within_a_group(total, z_score, quartile):
    found = standing_of(D(total), NINE)

    assert (str(found.z_score), found.quartile, found.status, found.count) == (
        z_score,
        quartile,
        RangeStatus.INSIDE,
        9,
    )


@pytest.mark.parametrize(
    ("total", "status"),
    [
        (40, RangeStatus.INSIDE),
        ("39.99", RangeStatus.BELOW),
        (120, RangeStatus.INSIDE),
        ("120.01", RangeStatus.ABOVE),
    ],
)
def test_status_says_whether_a_total_is_usual(total, status):
    """Quartiles 70 and 90, so that 40 to 120 is usual."""
    assert standing_in(D(total), spread_of(NINE)).status is status


def test_nobody_is_unusual_among_nearly_equal_totals():
    totals = [D(80)] * 6 + [D("80.90"), D("79.10")]

    assert {standing_of(total, totals).status for total in totals} == {RangeStatus.INSIDE}


def test_equal_totals_stand_alike():
    found = standing_of(D(80), [D(80)] * 5)

    assert (found.z_score, found.quartile) == (0, Quartile.UPPER_MIDDLE)


def test_group_of_fewer_than_five_has_no_standing():
    assert standing_of(D(80), NINE[:4]) is None
    assert standing_of(D(80), NINE[:5]) is not None


points = st.decimals(min_value=0, max_value=105, places=2)
groups = st.lists(points, min_size=5, max_size=40)
PLACES = list(Quartile)[::-1]


@given(groups, st.randoms())
def test_order_of_rows_is_irrelevant(totals, random):
    shuffled = list(totals)
    random.shuffle(shuffled)

    assert standing_of(totals[0], totals) == standing_of(totals[0], shuffled)


@given(groups)
def test_many_at_once_stand_as_each_alone(totals):
    spread = spread_of(totals)
    alone = {total: standing_in(total, spread) for total in totals}

    assert places_in(totals, spread) == {
        total: (standing.z_score, standing.quartile) for total, standing in alone.items()
    }


@given(groups, points, points)
def test_higher_total_never_stands_lower(totals, one, other):
    spread = spread_of(totals)
    less, more = (standing_in(total, spread) for total in sorted([one, other]))

    assert less.z_score <= more.z_score
    assert PLACES.index(less.quartile) <= PLACES.index(more.quartile)


@given(groups)
def test_outer_quartiles_hold_a_quarter_at_most(totals):
    """Of the distances between neighbours, rounded up; equal totals stay together."""
    quartiles = [standing_of(total, totals).quartile for total in totals]
    quarter = -(-(len(totals) - 1) // 4)

    assert quartiles.count(Quartile.UPPER) <= quarter
    assert quartiles.count(Quartile.LOWER) <= quarter


def test_radar_has_an_axis_for_each_area_in_their_order():
    lines = [
        AreaLine("quality", D("12.00"), D(20)),
        AreaLine("quantity", D("30.00"), D(30)),
        AreaLine("quality", D("4.00"), D(10)),
        AreaLine("efficiency", None, D(15)),
        AreaLine("leadership", None, D(0)),
    ]

    assert [(axis.area, str(axis.share)) for axis in radar_axes(lines)] == [
        ("quantity", "1.0000"),
        ("quality", "0.5333"),
    ]


@given(st.lists(st.tuples(st.sampled_from(["quantity", "effect", "own"]), st.integers(0, 20))))
def test_axes_lie_between_nothing_and_everything(rows):
    lines = [AreaLine(area, D(points), D(20)) for area, points in rows]

    assert all(0 <= axis.share <= 1 for axis in radar_axes(lines))
    assert radar_axes(lines) == radar_axes(lines[::-1])
