import subprocess
import sys
from datetime import date
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from appraisal.models import Result
from appraisal.rules import evidence
from appraisal.rules.columns import Group, packed, score_group
from appraisal.rules.evidence import NO_NOTES, NONE, Basis, Notes, inputs_from, verdict_of
from appraisal.rules.periods import Aggregation
from appraisal.rules.rollup import RoutineResult
from appraisal.rules.scoring import STEPS, Indicator, Kind

MONTHS = tuple(date(2026, month, 1) for month in range(1, 13))
MEASURES = ("a", "b", "c", "d", "closed")


def D(value):
    return Decimal(str(value))


def indicator(kind, *, code="x", weight="30", top=("a",), bottom=(), at_most="", **params):
    return Indicator(
        code=code,
        kind=kind,
        weight=D(weight),
        numerator=tuple(top),
        denominator=tuple(bottom),
        params={name: D(value) for name, value in params.items()},
        at_most=at_most,
    )


def basis(*indicators, months=MONTHS[:3], **fields):
    defaults = {
        "function": "civil",
        "staff_class": "judge",
        "aggregations": dict.fromkeys(MEASURES, Aggregation.SUM),
    }
    return Basis(months=months, indicators=indicators, **defaults | fields)


def group(rules, *people, months=None, ratings=(), head_shares=(), notes=()):
    """Each of ``people`` is {measure: one number a month}; None where nothing was reported."""
    count = len(rules.months)
    figures = np.full((len(people), len(rules.measures), count), NONE, dtype=np.int64)
    for row, person in enumerate(people):
        for code, numbers in person.items():
            for column, number in enumerate(numbers):
                if number is not None:
                    place = rules.measures.index(code)
                    figures[row, place, column] = int(D(number) * 10000)
    in_post = np.ones((len(people), count), dtype=bool) if months is None else np.array(months)
    rated = np.full((len(people), len(rules.rated)), NONE, dtype=np.int64)
    for row, marks in enumerate(ratings):
        rated[row] = [NONE if mark is None else int(D(mark) * 10000) for mark in marks]
    shares = np.full(len(people), NONE, dtype=np.int64)
    for row, share in enumerate(head_shares):
        shares[row] = NONE if share is None else int(D(share) * 100)
    return Group(rules, in_post, figures, rated, shares, list(notes) or [NO_NOTES] * len(people))


def alone(group):
    """What the Decimal rules say of each of the group."""
    rows = packed(group)
    return [
        verdict_of(inputs_from(group.basis, row, notes))
        for row, notes in zip(rows, group.notes, strict=True)
    ]


def assert_equal(group):
    found = score_group(group)
    expected = alone(group)
    assert [tuple(row) for row in found.points.tolist()] == [one.points for one in expected]
    assert [tuple(row) for row in found.sums.tolist()] == [one.sums for one in expected]
    assert [tuple(row) for row in found.fired.tolist()] == [one.fired for one in expected]
    assert list(found.verdicts) == [one.written() for one in expected]
    return found


# -- the same as the Decimal rules ------------------------------------------------------------

small = st.integers(0, 4000).map(lambda number: D(number) / 100)
whole = st.integers(0, 40).map(D)
huge = st.integers(0, 10**14 - 1).map(lambda number: D(number) / 10000)
figure = st.one_of(st.none(), whole, whole, small, huge)
fraction = st.integers(0, 200).map(lambda number: D(number) / 100)
above_zero = st.integers(1, 4000).map(lambda number: D(number) / 100)
measure = st.sampled_from(MEASURES)
some = st.lists(measure, min_size=1, max_size=3, unique=True).map(tuple)
with_points = st.lists(
    st.sampled_from((*MEASURES, "case_points")), min_size=1, max_size=2, unique=True
).map(tuple)
weight = st.integers(1, 10000).map(lambda number: D(number) / 100)


PLAIN = [Aggregation.SUM, Aggregation.FIRST, Aggregation.LAST]
IN_COLUMNS = [kind for kind in Kind if kind is not Kind.HEAD_SHARE]


@st.composite
def indicators(draw, code, kinds):
    kind = draw(st.sampled_from(kinds))
    top, bottom, params, at_most, worth = draw(with_points), (), {}, "", draw(weight)
    if kind is Kind.RATIO:
        bottom = draw(some)
        params = {"zero_at": draw(fraction), "full_at": draw(fraction)}
        assume(params["zero_at"] != params["full_at"])
    elif kind is Kind.COUNT:
        params = {"per_month": draw(above_zero)}
    elif kind is Kind.RANGE:
        bottom = draw(st.one_of(st.just(()), some))
        low = draw(fraction)
        params = {"low": low, "high": low + draw(fraction), "margin": draw(above_zero)}
    elif kind is Kind.LADDER:
        bottom = draw(some)
        chosen = draw(st.lists(st.sampled_from(STEPS), min_size=1, unique=True))
        numbers = sorted(draw(st.lists(st.integers(1, 100), min_size=len(chosen))))
        ordered = sorted(chosen, key=STEPS.index)
        params = {name: D(n) / 100 for name, n in zip(ordered, numbers, strict=False)}
    elif kind is Kind.GRADED:
        top = draw(st.one_of(st.just(()), some))
    elif kind in (Kind.DEDUCTION, Kind.BONUS):
        params = {"per_event": draw(above_zero)}
    elif kind is Kind.VETO:
        at_most, worth = "competent", D(0)
    return indicator(kind, code=code, weight=worth, top=top, bottom=bottom, at_most=at_most,
                     **params)  # fmt: skip


@st.composite
def groups(draw, kinds=IN_COLUMNS, aggregations=PLAIN):
    rules = Basis(
        function="civil",
        staff_class="judge",
        months=MONTHS[: draw(st.integers(1, 12))],
        indicators=tuple(draw(indicators(f"i{n}", kinds)) for n in range(draw(st.integers(1, 4)))),
        aggregations={
            code: draw(st.sampled_from(aggregations)) for code in MEASURES if code != "d"
        },
        registers=frozenset(draw(st.sets(measure))),
        derived={"case_points": (("a", D("9")), ("b", draw(fraction)), ("c", D("0.42")))},
        averages={"i0": draw(above_zero)},
        routine_share=draw(st.sampled_from([D(0), D("30.5"), D(100)])),
    )
    people, months, ratings, shares, notes = [], [], [], [], []
    count = len(rules.months)
    for _person in range(draw(st.integers(1, 4))):
        served = draw(st.lists(st.booleans(), min_size=count, max_size=count))
        served[draw(st.integers(0, count - 1))] = True
        months.append(served)
        people.append(
            {
                code: [draw(figure) if one else None for one in served]
                for code in rules.measures
            }
        )  # fmt: skip
        mark = st.one_of(st.none(), st.integers(0, 1000000).map(lambda n: D(n) / 10000))
        ratings.append([draw(mark) for _code in rules.rated])
        shares.append(draw(st.one_of(st.none(), st.just(D(70)))))
        totals = draw(st.lists(st.one_of(st.none(), small), max_size=3))
        routine = tuple(RoutineResult(total, n, f"q{n}") for n, total in enumerate(totals))
        notes.append(Notes(routine=routine if rules.routine_share else ()))
    return group(rules, *people, months=months, ratings=ratings, head_shares=shares, notes=notes)


@settings(max_examples=400, deadline=None)
@given(groups())
def test_columns_give_what_the_decimal_rules_give(group):
    found = assert_equal(group)
    event(f"alone: {found.alone > 0}, all: {found.alone == len(found.rows)}")


@settings(max_examples=100, deadline=None)
@given(groups(kinds=list(Kind), aggregations=list(Aggregation)))
def test_means_and_heads_are_scored_as_the_decimal_rules_do(group):
    assert_equal(group)


# -- each kind in columns, and what falls back ------------------------------------------------

RATIO = indicator(Kind.RATIO, bottom=["b"], zero_at="0", full_at="0.82")
IN_ONE = [
    RATIO,
    indicator(Kind.RATIO, bottom=["b"], zero_at="0.5", full_at="0"),
    indicator(Kind.COUNT, per_month="20"),
    indicator(Kind.COUNT, top=["case_points"], per_month="150"),
    indicator(Kind.RANGE, bottom=["b"], low="0.2", high="0.6", margin="0.2"),
    indicator(Kind.LADDER, bottom=["b"], m1="0.1", m2="0.18", m3="0.29"),
    indicator(Kind.GRADED),
    indicator(Kind.GRADED, top=[]),
    indicator(Kind.YES_NO),
    indicator(Kind.DEDUCTION, per_event="2"),
    indicator(Kind.BONUS, weight="5", per_event="2"),
    indicator(Kind.VETO, weight="0", at_most="competent"),
]


def points_of(found):
    return found.points[:, 0].tolist()


@pytest.mark.parametrize("rule", IN_ONE, ids=lambda rule: f"{rule.kind}-{rule.numerator}")
def test_each_kind_is_scored_in_columns(rule):
    rules = basis(rule, derived={"case_points": (("a", D("9")), ("c", D("0.42")))})
    known = [code for code in ("a", "b", "c") if code in rules.measures]
    people = [
        dict.fromkeys(known, numbers)
        for numbers in ((3, 4, 5), (0, 0, 0), (1, None, 2), (100, 2, 0), (0.5, 0.25, 31.1234))
    ]
    people[0] = {code: (3 + place, 7, 11) for place, code in enumerate(known)}
    ratings = [(mark,) for mark in (87.5, 0, None, 100, 33.3333)] if rule.is_rated else ()

    found = assert_equal(group(rules, *people, ratings=ratings))

    assert found.alone == 0


@pytest.mark.parametrize(
    ("rule", "fields"),
    [
        pytest.param(indicator(Kind.HEAD_SHARE), {"averages": {"x": D("12.5")}}, id="head"),
        pytest.param(RATIO, {"aggregations": {"a": Aggregation.MEAN}}, id="mean"),
        pytest.param(
            indicator(Kind.YES_NO, top=["p"]),
            {"derived": {"p": (("a", D(1)),)}},
            id="made of others",
        ),
        pytest.param(
            indicator(Kind.LADDER, bottom=["b"], m1="0.1", m4="0.2"), {}, id="between two steps"
        ),
        pytest.param(indicator(Kind.COUNT, weight="33.333", per_month="20"), {}, id="thousandths"),
    ],
)
def test_what_columns_cannot_take_is_scored_alone(rule, fields):
    rules = basis(rule, **fields)
    person = dict.fromkeys(rules.measures, (3, 4, 5))

    found = assert_equal(group(rules, person, person, head_shares=(70, None)))

    assert found.alone == 2


def test_only_whose_numbers_leave_64_bits_is_scored_alone():
    rules = basis(indicator(Kind.RATIO, bottom=["b"], zero_at="0.1234", full_at="0.98765"))
    huge = (9999999999, 9999999999, 9999999999)

    found = assert_equal(group(rules, {"a": (1, 2, 3), "b": (4, 5, 6)}, {"a": huge, "b": huge}))

    assert found.alone == 1


def test_sums_of_many_huge_numbers_do_not_leave_64_bits():
    rules = basis(indicator(Kind.COUNT, top=["a", "b", "c"], per_month="9999999999"), months=MONTHS)
    huge = [9999999999.9999] * 12

    found = assert_equal(group(rules, {"a": huge, "b": huge, "c": huge}))

    assert points_of(found) == [3000]


def test_coefficients_of_many_places_leave_64_bits_for_few():
    parts = (("a", D("9.12345678")), ("b", D("0.00000001")))
    rules = basis(indicator(Kind.COUNT, top=["p"], per_month="20"), derived={"p": parts})

    found = assert_equal(
        group(rules, {"a": (1, 2, 3), "b": (1, 1, 1)}, {"a": (9e9,) * 3, "b": (9e9,) * 3})
    )

    assert found.alone == 1


@pytest.mark.parametrize(("grades", "weight"), [((1, 0, 0), "2.5"), ((1, 1, 0), "1.25")])
def test_mean_of_grades_just_between_two_hundredths_is_as_the_decimal_rules_have_it(grades, weight):
    assert_equal(group(basis(indicator(Kind.GRADED, weight=weight)), {"a": grades}))


def test_half_a_hundredth_is_rounded_up():
    rules = basis(indicator(Kind.COUNT, weight="0.01", per_month="1"), months=MONTHS[:2])

    found = assert_equal(group(rules, {"a": (1, 0)}, {"a": (0.9999, 0)}))

    assert points_of(found) == [1, 0]
    assert found.alone == 0


def test_first_and_last_months_are_those_in_post():
    rules = basis(
        indicator(Kind.RATIO, bottom=["b"], zero_at="0", full_at="1"),
        aggregations={"a": Aggregation.LAST, "b": Aggregation.FIRST},
    )
    months = [(False, True, True), (True, True, False), (True, True, True)]
    people = [
        {"a": (None, 1, 2), "b": (None, 4, 8)},
        {"a": (1, 3, None), "b": (4, 8, None)},
        {"a": (9, 9, None), "b": (4, 1, 1)},
    ]

    found = assert_equal(group(rules, *people, months=months))

    assert points_of(found) == [1500, 2250, Result.MISSING]


def test_veto_and_bonus_stand_outside_the_hundred():
    rules = basis(
        indicator(Kind.COUNT, code="x", weight="40", per_month="1"),
        indicator(Kind.BONUS, code="y", weight="5", top=["b"], per_event="2"),
        indicator(Kind.VETO, code="z", weight="0", top=["c"], at_most="competent"),
        months=MONTHS[:1],
    )

    found = assert_equal(group(rules, {"a": (0.5,), "b": (2,), "c": (1,)}))

    assert found.points.tolist() == [[2000, 400, Result.NO_POINTS]]
    assert (found.sums.tolist(), found.vetoes) == ([[5000, 400, 5400, NONE, 5400]], [["z"]])


def test_routine_results_are_rolled_up_without_leaving_the_columns():
    rules = basis(indicator(Kind.COUNT, per_month="1"), months=MONTHS[:1], routine_share=D(40))
    notes = [Notes(routine=(RoutineResult(D("80.00"), 3, "q1"),)), NO_NOTES]

    found = assert_equal(group(rules, {"a": (1,)}, {"a": (1,)}, notes=notes))

    assert found.sums[:, 2:].tolist() == [[10000, 8000, 9200], [10000, NONE, 10000]]
    assert found.alone == 0


def test_order_of_people_is_irrelevant():
    people = [{"a": (1, 2, 3), "b": (4, 5, 6)}, {"a": (0, 0, 1), "b": (9, 9, 9)}]
    there = score_group(group(basis(RATIO), *people))
    back = score_group(group(basis(RATIO), *people[::-1]))

    assert (there.rows, there.verdicts) == (back.rows[::-1], back.verdicts[::-1])


def test_what_stands_for_no_points_is_the_same_in_rules_and_results():
    assert (evidence.MISSING, evidence.NOT_APPLICABLE, evidence.NO_POINTS) == (
        Result.MISSING,
        Result.NOT_APPLICABLE,
        Result.NO_POINTS,
    )


def test_rules_that_are_not_columns_do_not_load_numpy():
    code = "import appraisal.rules.evidence, sys; print('numpy' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == ["False"]
