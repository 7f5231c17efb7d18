"""A person's lines: ratings, registers, measures made of others, and what is missing."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appraisal.rules.periods import Aggregation, Amount, Gap
from appraisal.rules.scoring import (
    Indicator,
    Kind,
    State,
    average_per_month,
    lines_of,
    outcome_of,
    rating_key,
)

JAN, FEB, MAR = (date(2026, month, 1) for month in (1, 2, 3))
MONTHS = [JAN, FEB, MAR]


def D(value):
    return Decimal(str(value))


def indicator(kind, *, code="x", weight="20", top=("a",), at_most="", **params):
    numbers = {name: D(value) for name, value in params.items()}
    return Indicator(code, kind, D(weight), top, (), numbers, at_most)


def figures(**measures):
    """{measure: values of January, February …} as {month: {measure: value}}."""
    found = {}
    for measure, values in measures.items():
        for month, value in zip(MONTHS, values, strict=False):
            if value is not None:
                found.setdefault(month, {})[measure] = D(value)
    return found


def line(rule, months=MONTHS, with_figures=None, **context):
    (found,) = lines_of([rule], {}, months, with_figures or {}, **context)
    return found


GRADED = indicator(Kind.GRADED, top=())
COUNT = indicator(Kind.COUNT, top=("case_points",), per_month="30")
COMPLAINTS = indicator(Kind.DEDUCTION, top=("complaints",), per_event="2")
DONE = indicator(Kind.YES_NO, top=("done",))


# -- ratings ----------------------------------------------------------------------------------


def test_rating_is_found_under_its_key():
    key = rating_key("x")
    found = line(GRADED, ratings={key: Amount(key, D(85))})

    assert (found.state, found.points) == (State.SCORED, D("17.00"))


def test_nobody_having_rated_is_missing():
    found = line(GRADED)

    assert (found.state, found.points) == (State.MISSING, None)
    assert found.gaps == (Gap(MAR, "rating:x"),)


def test_two_rated_indicators_have_ratings_of_their_own():
    other = indicator(Kind.GRADED, code="y", top=())
    ratings = {key: Amount(key, D(value)) for key, value in (("rating:x", 80), ("rating:y", 60))}
    lines = lines_of([GRADED, other], {}, MONTHS, {}, ratings=ratings)

    assert [found.points for found in lines] == [D("16.00"), D("12.00")]


# -- registers --------------------------------------------------------------------------------


def test_nothing_in_a_register_means_that_nothing_happened():
    found = line(COMPLAINTS, registers={"complaints"})

    assert (found.state, found.points) == (State.SCORED, D("20.00"))
    assert (found.inputs[0].months, found.inputs[0].assumed) == ((), (JAN, FEB, MAR))


def test_register_counts_what_was_entered():
    found = line(COMPLAINTS, with_figures=figures(complaints=[None, 3]), registers={"complaints"})

    assert (found.points, found.inputs[0].months) == (D("14.00"), ((FEB, D(3)),))


def test_month_without_an_entry_in_no_register_is_missing():
    found = line(COMPLAINTS, with_figures=figures(complaints=[0, 0]))

    assert (found.state, found.gaps) == (State.MISSING, (Gap(MAR, "complaints"),))


def test_veto_register_without_an_entry_does_not_fire():
    veto = indicator(Kind.VETO, weight="0", top=("bribery",), at_most="incompetent")

    assert line(veto, registers={"bribery"}).at_most == ""
    assert line(veto).state is State.MISSING


def test_months_of_a_register_without_a_yes_are_a_no():
    found = line(DONE, with_figures=figures(done=[1]), registers={"done"})

    assert (found.formula.params["yes"], found.formula.params["months"]) == ("1", "3")


# -- measures made of others ------------------------------------------------------------------

POINTS = {"case_points": [("closed_first", D(9)), ("closed_review", D(3))]}


def test_case_points_are_a_weighted_sum():
    counted = figures(closed_first=[2, 3, 0], closed_review=[1, 0, 4])
    found = line(COUNT, with_figures=counted, derived=POINTS)

    assert (found.value, found.points) == ("60", D("13.33"))
    assert found.formula.params["parts"] == {
        "case_points": [["closed_first", "9", "5"], ["closed_review", "3", "5"]]
    }
    assert [amount.measure for amount in found.reported] == ["closed_first", "closed_review"]


def test_gap_in_any_part_is_a_gap_of_that_part():
    counted = figures(closed_first=[2, 3, 0], closed_review=[1, None, 4])
    found = line(COUNT, with_figures=counted, derived=POINTS)

    assert (found.state, found.gaps) == (State.MISSING, (Gap(FEB, "closed_review"),))
    assert found.formula.params["parts"]["case_points"][1] == ["closed_review", "3", None]


def test_part_that_is_a_register_has_no_gap():
    counted = figures(closed_first=[2, 3, 0], closed_review=[1, None, 4])
    found = line(COUNT, with_figures=counted, derived=POINTS, registers={"closed_review"})

    assert found.value == "60"


def test_without_a_table_case_points_are_missing():
    assert line(COUNT).gaps == tuple(Gap(month, "case_points") for month in MONTHS)


def test_part_is_taken_over_the_period_in_its_own_way():
    (found,) = lines_of(
        [COUNT],
        {"closed_first": Aggregation.LAST},
        MONTHS,
        figures(closed_first=[5, 6, 7]),
        derived={"case_points": [("closed_first", D(2))]},
    )

    assert found.value == "14"


def test_average_is_taken_per_month_in_post():
    assert average_per_month([(D(200), 10), (D(40), 2), (D(9), 0)]) == 20
    assert average_per_month([]) is None


# -- the outcome ------------------------------------------------------------------------------


def test_outcome_names_what_is_missing_and_has_no_total():
    bonus = indicator(Kind.BONUS, code="extra", weight="5", top=("papers",), per_event="1")
    lines = lines_of([COMPLAINTS, bonus], {}, MONTHS, {}, registers={"complaints"})
    outcome = outcome_of(lines)

    assert (outcome.base, outcome.total, outcome.missing) == (None, None, ("extra",))


@pytest.mark.parametrize("rule", [COUNT, COMPLAINTS, DONE, GRADED], ids=lambda rule: rule.kind)
def test_missing_is_never_zero(rule):
    found = line(rule)

    assert (found.state, found.points, found.value) == (State.MISSING, None, None)
    assert outcome_of([found]).total is None


@given(
    st.dictionaries(
        st.sampled_from(MONTHS),
        st.fixed_dictionaries(
            {}, optional={m: st.integers(0, 90).map(Decimal) for m in ("complaints", "done", "a")}
        ),
    ),
    st.randoms(),
)
def test_order_of_rows_and_of_indicators_is_irrelevant(rows, random):
    rules = [COMPLAINTS, DONE, indicator(Kind.BONUS, code="y", weight="5", per_event="1")]
    shuffled_rows, shuffled_rules = list(rows.items()), list(rules)
    random.shuffle(shuffled_rows)
    random.shuffle(shuffled_rules)

    def scored(order, months):
        found = lines_of(order, {}, MONTHS, months, registers={"a"})
        return {one.kind: one for one in found}, outcome_of(found).total

    assert scored(rules, rows) == scored(shuffled_rules, dict(shuffled_rows))


@given(st.lists(st.integers(0, 60), min_size=3, max_size=3), st.integers(1, 9))
def test_case_points_are_linear(closed, times):
    """No cliff anywhere: so many times the cases are so many times the points of a case."""
    one = line(COUNT, with_figures=figures(closed_first=closed), derived=ONE_KIND)
    many = line(
        COUNT, with_figures=figures(closed_first=[n * times for n in closed]), derived=ONE_KIND
    )

    assert D(many.value) == D(one.value) * times


ONE_KIND = {"case_points": [("closed_first", D(9))]}
