import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appraisal.rules.periods import Aggregation, Amount, Gap
from appraisal.rules.scoring import (
    Indicator,
    Kind,
    Situation,
    State,
    fingerprint,
    fingerprint_of_all,
    lines_of,
    percentage,
    plain,
    rounded,
    score,
    total_of,
)

GOLDEN = json.loads(
    (Path(__file__).parent.parent / "golden" / "rules.json").read_text(encoding="utf-8")
)
CENT = Decimal("0.01")


def D(value):
    return Decimal(str(value))


def indicator(kind, *, weight="30", top=("a",), bottom=(), **params):
    return Indicator(
        code="x",
        kind=kind,
        weight=D(weight),
        numerator=top,
        denominator=bottom,
        params={name: D(value) for name, value in params.items()},
    )


RATIO = indicator(Kind.RATIO, bottom=("b",), zero_at="0", full_at="0.82")
FEWER_IS_BETTER = indicator(Kind.RATIO, bottom=("b",), zero_at="0.5", full_at="0")
COUNT = indicator(Kind.COUNT, per_month="20")
RANGE = indicator(Kind.RANGE, bottom=("b",), low="0.2", high="0.6", margin="0.2")
DEDUCTION = indicator(Kind.DEDUCTION, per_event="2")
ALL = [RATIO, FEWER_IS_BETTER, COUNT, RANGE, DEDUCTION]
IDS = ["ratio", "ratio, fewer is better", "count", "range", "deduction"]


def in_post(months):
    return Situation(tuple(date(2026, month, 1) for month in range(1, months + 1)))


def line(rule, months=10, **values):
    amounts = {name: Amount(name, D(value)) for name, value in values.items()}
    return score(rule, amounts, in_post(months))


def points(rule, months=10, **values):
    return line(rule, months, **values).points


@pytest.mark.parametrize(
    ("rule", "values", "expected"),
    [
        pytest.param(RATIO, {"a": 312, "b": 318}, "30.00", id="ratio above full marks"),
        pytest.param(RATIO, {"a": 41, "b": 100}, "15.00", id="ratio half way"),
        pytest.param(RATIO, {"a": 0, "b": 100}, "0.00", id="ratio at none"),
        pytest.param(FEWER_IS_BETTER, {"a": 0, "b": 10}, "30.00", id="none reversed"),
        pytest.param(FEWER_IS_BETTER, {"a": 1, "b": 10}, "24.00", id="one of ten reversed"),
        pytest.param(FEWER_IS_BETTER, {"a": 9, "b": 10}, "0.00", id="beyond none"),
        pytest.param(COUNT, {"a": 150}, "22.50", id="count below target"),
        pytest.param(COUNT, {"a": 900}, "30.00", id="count is capped"),
        pytest.param(RANGE, {"a": 20, "b": 100}, "30.00", id="lower end of the range"),
        pytest.param(RANGE, {"a": 45, "b": 100}, "30.00", id="inside the range"),
        pytest.param(RANGE, {"a": 10, "b": 100}, "15.00", id="below the range"),
        pytest.param(RANGE, {"a": 70, "b": 100}, "15.00", id="above the range"),
        pytest.param(RANGE, {"a": 95, "b": 100}, "0.00", id="far above the range"),
        pytest.param(DEDUCTION, {"a": 0}, "30.00", id="nothing to deduct"),
        pytest.param(DEDUCTION, {"a": 4}, "22.00", id="four events"),
        pytest.param(DEDUCTION, {"a": 40}, "0.00", id="never below none"),
    ],
)
def test_points(rule, values, expected):
    assert str(points(rule, **values)) == expected


@pytest.mark.parametrize("case", GOLDEN["closing_rate_percent"]["cases"], ids=lambda c: c["rate"])
def test_closing_rates_of_court_bulletins_are_reproduced(case):
    rule = replace(RATIO, numerator=("closed",), denominator=("carried_over", "new"))
    months = {date(2026, 1, 1): {k: D(case[k]) for k in ("carried_over", "new", "closed")}}
    aggregations = {
        "carried_over": Aggregation.FIRST,
        "new": Aggregation.SUM,
        "closed": Aggregation.SUM,
    }

    (found,) = lines_of([rule], aggregations, list(months), months)

    assert str(percentage(D(found.value))) == case["rate"]


def test_closed_to_new_of_a_court_bulletin_is_reproduced():
    case = next(c for c in GOLDEN["closing_rate_percent"]["cases"] if "closed_to_new" in c)
    found = line(RATIO, a=case["closed"], b=case["new"])

    assert str(percentage(D(found.value))) == case["closed_to_new"]


def test_closing_rate_of_a_period_takes_the_carried_over_cases_once():
    """Cases carried from month to month would be counted again in a sum of accepted cases."""
    rule = replace(RATIO, numerator=("closed",), denominator=("carried_over", "new"))
    months = {
        date(2026, 1, 1): {"carried_over": D(28), "new": D(20), "closed": D(15)},
        date(2026, 2, 1): {"carried_over": D(33), "new": D(27), "closed": D(32)},
    }
    aggregations = {
        "carried_over": Aggregation.FIRST,
        "new": Aggregation.SUM,
        "closed": Aggregation.SUM,
    }

    (found,) = lines_of([rule], aggregations, list(months), months)

    assert found.formula.params["denominator"] == [["carried_over", "28"], ["new", "47"]]
    assert percentage(D(found.value)) == D("62.67")


def test_line_says_how_its_points_came_about():
    found = line(RATIO, a=312, b=318)

    assert found.state is State.SCORED
    assert found.value == "0.9811320754716981132075471698"
    assert found.formula.code == "ratio"
    assert found.formula.params == {
        "zero_at": "0",
        "full_at": "0.82",
        "numerator": [["a", "312"]],
        "denominator": [["b", "318"]],
    }


def test_line_of_a_count_says_its_target():
    found = line(COUNT, months=3, a=40)

    assert (found.formula.params["months"], found.formula.params["target"]) == ("3", "60")


def test_nothing_to_divide_by_does_not_apply_and_is_no_zero():
    found = line(FEWER_IS_BETTER, a=0, b=0)

    assert (found.state, found.points, found.value) == (State.NOT_APPLICABLE, None, None)


def test_missing_figure_is_missing_and_is_no_zero():
    gap = Gap(date(2026, 3, 1), "a")
    found = score(COUNT, {"a": Amount("a", None, (), (gap,))}, in_post(10))

    assert (found.state, found.points, found.gaps) == (State.MISSING, None, (gap,))


def test_measure_that_no_longer_exists_is_missing():
    (found,) = lines_of([COUNT], {}, [date(2026, 1, 1)], {})

    assert found.gaps == (Gap(date(2026, 1, 1), "a"),)


def test_total_leaves_out_the_weight_of_what_does_not_apply():
    lines = [
        line(replace(COUNT, weight=D(60)), a=100),  # 30.00 of 60
        line(replace(FEWER_IS_BETTER, weight=D(20)), a=0, b=0),
        line(replace(DEDUCTION, weight=D(20)), a=0),  # 20.00 of 20
    ]

    assert total_of(lines) == D("62.50")


def test_total_is_rounded_once_half_up():
    lines = [
        line(replace(COUNT, weight=D(40)), a=1, months=1),
        line(replace(RATIO, weight=D(60)), a=0, b=1),
    ]

    assert (lines[0].points, total_of(lines)) == (D("2.00"), D("2.00"))
    assert rounded(D("0.125")) == D("0.13")


def test_there_is_no_total_while_anything_is_missing():
    gap = Amount("a", None, (), (Gap(date(2026, 3, 1), "a"),))

    assert total_of([line(COUNT, a=9), score(DEDUCTION, {"a": gap}, in_post(1))]) is None


def test_there_is_no_total_when_nothing_applies():
    assert total_of([line(FEWER_IS_BETTER, a=0, b=0)]) is None


# -- properties -------------------------------------------------------------------------------

amounts = st.integers(0, 5000)
wholes = st.integers(1, 5000)
rules = pytest.mark.parametrize("rule", ALL, ids=IDS)


@rules
@given(a=amounts, b=wholes, months=st.integers(1, 12))
def test_points_lie_between_none_and_the_weight(rule, a, b, months):
    assert 0 <= points(rule, months, a=a, b=b) <= rule.weight


@pytest.mark.parametrize(
    ("rule", "up"),
    [
        pytest.param(RATIO, True, id="ratio"),
        pytest.param(FEWER_IS_BETTER, False, id="ratio, fewer is better"),
        pytest.param(COUNT, True, id="count"),
        pytest.param(DEDUCTION, False, id="deduction"),
    ],
)
@given(a=amounts, more=amounts, b=wholes)
def test_points_never_turn_round(rule, up, a, more, b):
    less, greater = points(rule, a=a, b=b), points(rule, a=a + more, b=b)

    assert less <= greater if up else less >= greater


@given(a=amounts, more=amounts, b=wholes)
def test_range_rewards_coming_nearer_and_nothing_inside(a, more, b):
    def distance(top):
        share = D(top) / D(b)
        return max(D("0.2") - share, share - D("0.6"), D(0))

    nearer, farther = sorted([a, a + more], key=distance)

    assert points(RANGE, a=nearer, b=b) >= points(RANGE, a=farther, b=b)
    if distance(farther) == 0:
        assert points(RANGE, a=farther, b=b) == RANGE.weight


@pytest.mark.parametrize(
    ("rule", "steepness"),
    [
        pytest.param(RATIO, D(30) / D("0.82"), id="ratio"),
        pytest.param(FEWER_IS_BETTER, D(30) / D("0.5"), id="ratio, fewer is better"),
        pytest.param(RANGE, D(30) / D("0.2"), id="range"),
    ],
)
@given(a=amounts, b=wholes)
def test_there_are_no_cliffs_in_a_share(rule, steepness, a, b):
    """One case more moves the points by no more than the slope of the scale, and a rounding."""
    step = abs(points(rule, a=a + 1, b=b) - points(rule, a=a, b=b))

    assert step <= steepness / b + CENT


@given(a=amounts, months=st.integers(1, 12))
def test_there_are_no_cliffs_in_a_count_or_a_deduction(a, months):
    count = abs(points(COUNT, months, a=a + 1) - points(COUNT, months, a=a))
    deduction = abs(points(DEDUCTION, a=a + 1) - points(DEDUCTION, a=a))

    assert count <= D(30) / (20 * months) + CENT
    assert deduction <= D(2)


@given(a=amounts, months=st.integers(1, 4), times=st.integers(2, 3))
def test_count_is_pro_rata_by_months_in_post(a, months, times):
    assert points(COUNT, months, a=a) == points(COUNT, months * times, a=a * times)


@rules
@given(a=amounts, b=wholes, c=amounts, d=amounts)
def test_order_of_what_is_added_up_is_irrelevant(rule, a, b, c, d):
    bottom = ("b", "d") if rule.denominator else ()
    forth = replace(rule, numerator=("a", "c"), denominator=bottom)
    back = replace(rule, numerator=("c", "a"), denominator=bottom[::-1])
    values = {"a": a, "b": b, "c": c, "d": d}

    assert points(forth, **values) == points(back, **values)


@given(a=amounts, b=wholes)
def test_total_of_one_set_does_not_depend_on_the_order_of_its_lines(a, b):
    lines = [line(rule, a=a, b=b) for rule in ALL]

    assert total_of(lines) == total_of(lines[::-1])
    assert 0 <= total_of(lines) <= 100


@given(st.decimals(min_value=0, max_value=10**9, places=4))
def test_plain_writes_one_number_one_way(value):
    assert plain(value) == plain(value.normalize()) == plain(value + D("0.0000"))
    assert Decimal(plain(value)) == value


@given(st.lists(st.tuples(st.text(max_size=5), st.text(max_size=5)), max_size=6), st.randoms())
def test_fingerprint_does_not_depend_on_the_order_of_rows(pairs, random):
    shuffled = list(pairs)
    random.shuffle(shuffled)

    assert fingerprint_of_all(pairs) == fingerprint_of_all(shuffled)


def test_fingerprint_changes_with_any_content():
    assert fingerprint({"a": "1"}) != fingerprint({"a": "2"})
