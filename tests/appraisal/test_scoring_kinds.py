"""Ladders, grades, yes and no, bonuses, vetoes and heads' shares."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appraisal.rules.periods import Amount
from appraisal.rules.scoring import (
    Indicator,
    Kind,
    Situation,
    State,
    bonus_of,
    limits_of,
    outcome_of,
    rating_key,
    score,
    total_of,
    vetoes_of,
)

CENT = Decimal("0.01")


def D(value):
    return Decimal(str(value))


def indicator(kind, *, code="x", weight="20", top=("a",), bottom=(), at_most="", **params):
    numbers = {name: D(value) for name, value in params.items()}
    return Indicator(code, kind, D(weight), top, bottom, numbers, at_most)


# Cumulative closing rates of one court: March 18 % … December 93 %.
STEPS = {
    "m3": "0.18", "m4": "0.29", "m5": "0.42", "m6": "0.55", "m7": "0.63", "m8": "0.70",
    "m9": "0.76", "m10": "0.82", "m11": "0.88", "m12": "0.93",
}  # fmt: skip

LADDER = indicator(Kind.LADDER, bottom=("b",), **STEPS)
GRADED = indicator(Kind.GRADED, top=())
YES_NO = indicator(Kind.YES_NO)
BONUS = indicator(Kind.BONUS, weight="5", per_event="1.5")
VETO = indicator(Kind.VETO, weight="0", at_most="basically_competent")
HEAD = indicator(Kind.HEAD_SHARE)
RATIO = indicator(Kind.RATIO, bottom=("b",), zero_at="0", full_at="1")


def months(first, last, year=2026):
    return tuple(date(year, month, 1) for month in range(first, last + 1))


TEN_MONTHS = Situation(months(1, 10))


def line(rule, situation=TEN_MONTHS, **values):
    amounts = {name: Amount(name, D(value)) for name, value in values.items()}
    return score(rule, amounts, situation)


def ladder(first, last, a, b=100):
    return line(LADDER, Situation(months(first, last)), a=a, b=b)


def rated(value):
    key = rating_key("x")
    return score(GRADED, {key: Amount(key, None if value is None else D(value))})


def answered(*answers):
    """Yes or no for January, February …"""
    found = tuple((date(2026, n + 1, 1), D(answer)) for n, answer in enumerate(answers))
    return score(YES_NO, {"a": Amount("a", D(sum(answers)), found)})


def head(a, *, share=30, average="20", first=1, last=10):
    averages = {} if average is None else {"x": D(average)}
    situation = Situation(months(first, last), None if share is None else D(share), averages)
    return line(HEAD, situation, a=a)


# -- ladder -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "last", "closed", "target", "expected"),
    [
        pytest.param(1, 12, 93, "0.93", "20.00", id="a whole year"),
        pytest.param(1, 10, 82, "0.82", "20.00", id="ten months"),
        pytest.param(1, 10, 41, "0.82", "10.00", id="half of what ten months ask"),
        pytest.param(1, 3, 18, "0.18", "20.00", id="to the first step"),
        pytest.param(1, 2, 6, "0.12", "10.00", id="before the first step: linear from none"),
        pytest.param(6, 10, 40, "0.4", "20.00", id="joined in June: not asked for January to May"),
        pytest.param(12, 12, 1, "0.05", "4.00", id="one month"),
        pytest.param(1, 12, 100, "0.93", "20.00", id="nothing more beyond it"),
    ],
)
def test_ladder_asks_for_the_months_in_post(first, last, closed, target, expected):
    found = ladder(first, last, closed)

    assert (found.formula.params["target"], str(found.points)) == (target, expected)


def test_ladder_says_its_steps():
    assert ladder(6, 10, 40).formula.params["steps"] == [["2026-06", "2026-10", "0.42", "0.82"]]


def test_ladder_is_linear_between_steps_and_level_after_the_last():
    rule = indicator(Kind.LADDER, bottom=("b",), m4="0.4", m8="0.6")

    def target(last):
        found = line(rule, Situation(months(1, last)), a=0, b=1)
        return found.formula.params["target"]

    assert [target(last) for last in (1, 4, 6, 8, 12)] == ["0.1", "0.4", "0.5", "0.6", "0.6"]


def test_ladder_adds_up_runs_of_months_and_years():
    """Away from May to July; and a period that goes on into the next year."""
    situation = Situation((*months(1, 4), *months(8, 12), *months(1, 3, year=2027)))
    found = line(LADDER, situation, a=0, b=1)

    assert found.formula.params["steps"] == [
        ["2026-01", "2026-04", "0", "0.29"],
        ["2026-08", "2026-12", "0.63", "0.93"],
        ["2027-01", "2027-03", "0", "0.18"],
    ]
    assert found.formula.params["target"] == "0.77"


def test_ladder_that_asks_for_nothing_does_not_apply():
    found = line(indicator(Kind.LADDER, bottom=("b",), m6="0.5"), Situation(months(7, 9)), a=1, b=2)

    assert (found.state, found.formula.params["why"]) == (State.NOT_APPLICABLE, "no_target")


@given(first=st.integers(1, 12), last=st.integers(1, 12), b=st.integers(1, 500), data=st.data())
def test_ladder_is_reached_by_whoever_does_what_its_months_ask(first, last, b, data):
    first, last = sorted((first, last))
    target = D(ladder(first, last, 0).formula.params["target"])
    share = data.draw(st.integers(0, 4))

    assert ladder(first, last, target * b * share / 4, b).points == 5 * share


# -- graded words -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param("87.5", "17.50", id="a grade"),
        pytest.param("0", "0.00", id="the lowest"),
        pytest.param("100", "20.00", id="the highest"),
        pytest.param("130", "20.00", id="above the highest"),
        pytest.param("-3", "0.00", id="below the lowest"),
    ],
)
def test_grade_is_a_share_of_a_hundred(value, expected):
    found = rated(value)

    assert str(found.points) == expected
    assert found.formula.params["numerator"] == [["rating:x", value]]
    assert found.formula.params["rated"] == "yes"


def test_ratings_without_a_value_are_missing_and_no_zero():
    assert rated(None).state is State.MISSING


def test_grades_of_an_owner_count_alike_in_each_month():
    rule = replace(GRADED, numerator=("a",))
    grades = tuple((date(2026, n, 1), D(grade)) for n, grade in ((1, 80), (2, 90), (3, 100)))
    found = score(rule, {"a": Amount("a", D(270), grades)})

    assert (found.value, str(found.points)) == ("90", "18.00")
    assert (found.formula.params["rated"], found.formula.params["months"]) == ("no", "3")


# -- yes or no --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        pytest.param([1] * 12, "20.00", id="yes in every month"),
        pytest.param([1] * 11 + [0], "18.33", id="eleven of twelve is no cliff"),
        pytest.param([1, 1, 0, 0], "10.00", id="two of four"),
        pytest.param([0], "0.00", id="no"),
        pytest.param([2, 0], "10.00", id="a two makes up for no other month"),
    ],
)
def test_yes_no_counts_the_months_with_a_yes(answers, expected):
    assert str(answered(*answers).points) == expected


def test_yes_no_says_how_many_months():
    params = answered(1, 0, 1, 1).formula.params

    assert (params["yes"], params["months"]) == ("3", "4")


def test_yes_no_that_was_never_asked_does_not_apply():
    found = score(YES_NO, {"a": Amount("a", D(0))})

    assert (found.state, found.formula.params["why"]) == (State.NOT_APPLICABLE, "no_months")


# -- bonus ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("events", "expected"), [(0, "0.00"), (1, "1.50"), (3, "4.50"), (4, "5.00"), (40, "5.00")]
)
def test_bonus_grows_by_event_up_to_its_cap(events, expected):
    found = line(BONUS, a=events)

    assert str(found.points) == expected
    assert (found.formula.params["events"], found.formula.params["cap"]) == (str(events), "5")


def test_bonus_stands_outside_the_hundred_and_is_not_scaled():
    outcome = outcome_of([line(RATIO, a=9, b=10), line(BONUS, a=2)])

    assert (outcome.base, outcome.bonus, outcome.total) == (D("90.00"), D("3.00"), D("93.00"))


def test_bonus_alone_makes_no_total():
    outcome = outcome_of([line(BONUS, a=2)])

    assert (outcome.base, outcome.bonus, outcome.total) == (None, D("3.00"), None)


# -- veto -------------------------------------------------------------------------------------


def test_veto_limits_the_grade_and_leaves_the_points_alone():
    lines = [line(RATIO, a=9, b=10), line(VETO, a=1)]
    outcome = outcome_of(lines)

    assert (outcome.total, outcome.vetoes, limits_of(lines)) == (
        D("90.00"),
        ("x",),
        ("basically_competent",),
    )
    assert (lines[1].state, lines[1].points, lines[1].value) == (State.SCORED, None, "1")
    assert lines[1].formula.params == {
        "numerator": [["a", "1"]],
        "events": "1",
        "at_most": "basically_competent",
        "fired": "yes",
    }


def test_veto_without_an_event_does_not_fire():
    found = line(VETO, a=0)

    assert (vetoes_of([found]), limits_of([found]), found.formula.params["fired"]) == ((), (), "no")


# -- heads' share -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("share", "closed", "expected"),
    [
        pytest.param(5, 10, "20.00", id="president: 5 % of 200"),
        pytest.param(30, 60, "20.00", id="vice-president: 30 % of 200"),
        pytest.param(70, 70, "10.00", id="division head: half of 140"),
        pytest.param(70, 500, "20.00", id="nothing more beyond it"),
    ],
)
def test_head_carries_a_share_of_an_average_judges_work(share, closed, expected):
    assert str(head(closed, share=share).points) == expected


def test_head_share_says_its_target():
    params = head(15, first=6).formula.params

    assert params == {
        "numerator": [["a", "15"]],
        "head_share": "30",
        "average": "20",
        "months": "5",
        "target": "30",
    }


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        pytest.param({"share": None}, "no_share", id="no head"),
        pytest.param({"share": 0}, "no_target", id="a share of nothing"),
        pytest.param({"average": None}, "no_average", id="nobody to compare with"),
        pytest.param({"average": 0}, "no_average", id="nobody has closed anything"),
    ],
)
def test_head_share_without_a_target_does_not_apply(changes, why):
    found = head(15, **changes)

    assert (found.state, found.points, found.formula.params["why"]) == (
        State.NOT_APPLICABLE,
        None,
        why,
    )


# -- properties -------------------------------------------------------------------------------

counts = st.integers(0, 3000)
values = st.decimals(min_value=0, max_value=120, places=2)
bits = st.lists(st.integers(0, 1), min_size=1, max_size=12)

WAYS = {
    "ladder": (counts, lambda a: ladder(2, 9, a, 700)),
    "graded": (values, rated),
    "yes_no": (st.integers(0, 12), lambda a: answered(*[1] * a, *[0] * (12 - a))),
    "bonus": (counts, lambda a: line(BONUS, a=a)),
    "head_share": (counts, head),
}
ways = pytest.mark.parametrize("way", WAYS)


@ways
@given(data=st.data())
def test_points_lie_between_none_and_the_weight(way, data):
    inputs, scored = WAYS[way]
    found = scored(data.draw(inputs))

    assert 0 <= found.points <= found.weight


@ways
@given(data=st.data())
def test_more_never_gives_less(way, data):
    inputs, scored = WAYS[way]
    less, more = sorted([data.draw(inputs), data.draw(inputs)])

    assert scored(less).points <= scored(more).points


# By how much the points may change when what is counted changes by one: the slope of each.
SLOPES = {
    "ladder": D(20) / (D("0.64") * 700),
    "graded": D(20) / 100,
    "yes_no": D(20) / 12,
    "bonus": D("1.5"),
    "head_share": D(20) / 60,
}


@ways
@given(data=st.data())
def test_there_are_no_cliffs(way, data):
    """The points move by no more than the slope times the change, and a rounding of each."""
    inputs, scored = WAYS[way]
    one, other = data.draw(inputs), data.draw(inputs)
    change = abs(scored(one).points - scored(other).points)

    assert change <= SLOPES[way] * abs(D(one) - D(other)) + CENT


@given(bits, st.randoms())
def test_order_of_months_is_irrelevant_to_yes_no(answers, random):
    shuffled = list(answers)
    random.shuffle(shuffled)

    assert answered(*answers).points == answered(*shuffled).points


@given(bits)
def test_yes_no_is_pro_rata(answers):
    half = answers[:6]

    assert answered(*half, *half).points == answered(*half).points


@given(a=counts, share=st.integers(1, 100), count=st.integers(1, 6))
def test_head_share_is_pro_rata(a, share, count):
    half = head(a, share=share, last=count)
    whole = head(2 * a, share=share, last=2 * count)

    assert half.points == whole.points


@given(a=st.integers(0, 500), b=st.integers(1, 500), events=st.integers(0, 20), fired=counts)
def test_total_never_exceeds_a_hundred_and_the_caps(a, b, events, fired):
    lines = [line(RATIO, a=a, b=b), line(GRADED, **{"rating:x": 70}), line(BONUS, a=events)]
    outcome = outcome_of(lines)

    assert 0 <= outcome.base <= 100
    assert outcome.base <= outcome.total <= 105
    assert outcome_of([*lines[::-1], line(VETO, a=fired)]).total == outcome.total
    assert total_of(lines) == outcome.base
    assert bonus_of(lines) == outcome.bonus
