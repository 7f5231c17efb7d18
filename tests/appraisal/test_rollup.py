from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appraisal.rules.rollup import RoutineResult, Way, roll_up


def D(value):
    return Decimal(str(value))


def routine(*results):
    return [
        RoutineResult(None if total is None else D(total), months, f"2026-Q{n}")
        for n, (total, months) in enumerate(results, start=1)
    ]


FOUR_QUARTERS = routine((80, 3), (90, 3), (85, 3), (95, 3))


@pytest.mark.parametrize(
    ("own", "results", "share", "total", "mean", "way"),
    [
        pytest.param(80, FOUR_QUARTERS, 30, "82.25", "87.50", Way.JOINED, id="joined"),
        pytest.param(80, FOUR_QUARTERS, 100, "87.50", "87.50", Way.JOINED, id="routine alone"),
        pytest.param(None, FOUR_QUARTERS, 100, "87.50", "87.50", Way.JOINED, id="no own needed"),
        pytest.param(80, FOUR_QUARTERS, 0, "80", "87.50", Way.OWN_ONLY, id="no share"),
        pytest.param(80, [], 30, "80", None, Way.NO_ROUTINE, id="never appraised is no zero"),
        pytest.param(None, FOUR_QUARTERS, 30, None, "87.50", Way.OWN_MISSING, id="own missing"),
        pytest.param(None, [], 30, None, None, Way.OWN_MISSING, id="nothing at all"),
        pytest.param(
            80, routine((60, 1), (90, 3)), 50, "81.25", "82.50", Way.JOINED, id="by months in post"
        ),
        pytest.param(
            80, routine((None, 3), (90, 3)), 50, "85.00", "90.00", Way.JOINED, id="one missing"
        ),
        pytest.param(80, routine((0, 0)), 50, "80", None, Way.NO_ROUTINE, id="not in post"),
    ],
)
def test_roll_up(own, results, share, total, mean, way):
    found = roll_up(None if own is None else D(own), results, D(share))

    assert (found.total, found.routine_mean, found.way) == (
        None if total is None else D(total),
        None if mean is None else D(mean),
        way,
    )


def test_roll_up_says_what_it_left_out_and_what_took_effect():
    found = roll_up(D(80), routine((None, 3), (90, 0)), D(30))

    assert (found.share, found.left_out, found.counted) == (0, ("2026-Q1", "2026-Q2"), ())


def test_total_is_rounded_once():
    """80.05 × 70 % + 83.333… × 30 % = 81.035; from the rounded mean it would be 81.03."""
    found = roll_up(D("80.05"), routine((80, 1), (85, 2)), D(30))

    assert (found.routine_mean, found.total) == (D("83.33"), D("81.04"))


@pytest.mark.parametrize("share", [-1, 101])
def test_share_lies_between_nothing_and_everything(share):
    with pytest.raises(ValueError, match="not between"):
        roll_up(D(80), [], D(share))


points = st.decimals(min_value=0, max_value=105, places=2)
results = st.lists(st.tuples(points, st.integers(1, 3)), min_size=1, max_size=12)


@given(points, results, st.integers(0, 100), st.randoms())
def test_total_lies_between_the_lowest_and_the_highest_in_any_order(own, found, share, random):
    rows = routine(*found)
    shuffled = list(rows)
    random.shuffle(shuffled)
    rolled = roll_up(own, shuffled, D(share))
    totals = [own, *(total for total, _months in found)]

    assert rolled == roll_up(own, rows, D(share))
    assert min(totals) <= rolled.total <= max(totals)


@given(points, results, st.integers(0, 100), points)
def test_higher_own_total_never_gives_less(own, found, share, other):
    less, more = sorted([own, other])
    rows = routine(*found)

    assert roll_up(less, rows, D(share)).total <= roll_up(more, rows, D(share)).total
