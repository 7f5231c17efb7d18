import json
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from statistics import mean, variance

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from appraisal.rules.agreement import (
    Concordance,
    Intraclass,
    Leniency,
    Reason,
    Reliability,
    Strength,
    icc,
    kendalls_w,
    leniency,
    reliability_of,
    strength_of,
    trimmed_mean,
)

GOLDEN = json.loads(
    (Path(__file__).parent.parent / "golden" / "agreement.json").read_text(encoding="utf-8")
)
NOISE = Decimal("1e-12")
COEFFICIENTS = ["icc_1_1", "icc_2_1", "icc_3_1", "icc_1_k", "icc_2_k", "icc_3_k"]


def near(expected, tolerance=NOISE):
    return pytest.approx(Decimal(str(expected)), abs=Decimal(str(tolerance)))


def coefficients(found):
    return {name: getattr(found, name) for name in COEFFICIENTS}


def transposed(rows):
    return [list(column) for column in zip(*rows, strict=True)]


# -- published figures ------------------------------------------------------------------------


@pytest.mark.parametrize("case", GOLDEN["kendalls_w"], ids=lambda case: case["source"])
def test_published_concordances_are_reproduced(case):
    scores = case.get("ranks") or case["scores"]
    found = kendalls_w(scores)

    assert found.w == near(case.get("w") or case["w_ties_corrected"], case["tolerance"])
    assert (found.judges, found.items) == (len(scores), len(scores[0]))
    assert found.reason is None


@pytest.mark.parametrize("name", COEFFICIENTS)
def test_published_intraclass_correlations_are_reproduced(name):
    golden = GOLDEN["icc"]
    found = icc(golden["data"])
    form, raters = name.replace("_k", "_4").split("_")[1:]

    assert getattr(found, name) == near(golden[f"ICC({form},{raters})"], golden["tolerance"])
    assert (found.judges, found.targets, found.reason) == (4, 6, None)


def test_trimmed_mean_of_the_example_is_reproduced():
    golden = GOLDEN["trimmed_mean"]
    scores = [Decimal(score) for score in golden["scores"]]

    assert trimmed_mean(scores) == Decimal(str(golden["drop_one_each_end"]))


# -- Kendall's W ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        pytest.param([[1, 2, 3], [10, 20, 90]], 1, id="one ranking"),
        pytest.param([[1, 2, 3], [3, 2, 1]], 0, id="opposite rankings"),
        pytest.param([[1, 1, 2], [5, 5, 9]], 1, id="one ranking, with ties"),
        pytest.param([[1, 2, 3], [7, 7, 7]], "0.5", id="one judge who sees no difference"),
    ],
)
def test_kendalls_w(scores, expected):
    assert kendalls_w(scores).w == Decimal(expected)


@pytest.mark.parametrize(
    ("scores", "judges", "items", "reason"),
    [
        pytest.param([], 0, 0, Reason.ONE_JUDGE, id="nobody"),
        pytest.param([[1, 2, 3]], 1, 3, Reason.ONE_JUDGE, id="one judge"),
        pytest.param([[1], [2]], 2, 1, Reason.ONE_ITEM, id="one item"),
        pytest.param([[], []], 2, 0, Reason.ONE_ITEM, id="no item"),
        pytest.param([[1, None], [1, 2]], 2, 2, Reason.INCOMPLETE, id="a mark not given"),
        pytest.param([[4, 4], [9, 9]], 2, 2, Reason.NO_VARIANCE, id="constant ratings"),
    ],
)
def test_kendalls_w_says_why_there_is_none(scores, judges, items, reason):
    assert kendalls_w(scores) == Concordance(None, judges, items, reason)


# -- intraclass correlation -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scores", "judges", "targets", "reason"),
    [
        pytest.param([], 0, 0, Reason.ONE_JUDGE, id="nobody"),
        pytest.param([[1], [2], [3]], 1, 3, Reason.ONE_JUDGE, id="one judge"),
        pytest.param([[1, 2]], 2, 1, Reason.ONE_ITEM, id="one target"),
        pytest.param([[1, 2], [None, 2]], 2, 2, Reason.INCOMPLETE, id="a mark not given"),
        pytest.param([[5, 5], [5, 5]], 2, 2, Reason.NO_VARIANCE, id="one mark for all"),
        pytest.param([[1, 9], [1, 9]], 2, 2, Reason.NO_VARIANCE, id="each judge one mark for all"),
        pytest.param([[1, 9], [9, 1]], 2, 2, Reason.NO_VARIANCE, id="all means are equal"),
    ],
)
def test_icc_says_why_there_is_none(scores, judges, targets, reason):
    assert icc(scores) == Intraclass(judges, targets, reason=reason)


def test_tenths_that_floats_cannot_write_have_no_variance_either():
    assert icc([[0.1, 0.2], [0.1, 0.2], [0.1, 0.2]]).reason is Reason.NO_VARIANCE


def test_one_coefficient_is_missing_where_error_leaves_nothing_of_it():
    """(B - E) / (B + (J - E) / n) would be 2.02 here."""
    found = icc([[1, 8], [8, 2]])

    assert (found.icc_2_k, found.reason) == (None, Reason.MOSTLY_ERROR)
    assert found.icc_2_1 < 0


@pytest.mark.parametrize("call", [kendalls_w, icc])
def test_ragged_tables_are_refused(call):
    with pytest.raises(ValueError, match="unequal length"):
        call([[1, 2], [1]])


# -- trimmed mean -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "drop", "expected"),
    [
        pytest.param([], 1, None, id="no marks"),
        pytest.param([80], 1, "80", id="one mark"),
        pytest.param([0, 80, 90, 100], 1, "67.5", id="four marks: all count"),
        pytest.param([0, 80, 85, 90, 100], 1, "85", id="five marks: three count"),
        pytest.param([100, 0, 90, 80, 85], 1, "85", id="in any order"),
        pytest.param([0, 0, 85, 100, 100], 2, "85", id="two at each end"),
        pytest.param([0, 0, 1, 2, 2, 100], 3, "17.5", id="none would be left: all count"),
        pytest.param([1, 2, 3, 4, 10], 0, "4", id="none dropped"),
        pytest.param(["0.1", "0.2", "0.3"], 1, "0.2", id="exact"),
        pytest.param([1, 1, 2], 1, "1.333333333333333333333333333", id="not rounded"),
    ],
)
def test_trimmed_mean(values, drop, expected):
    found = trimmed_mean([Decimal(value) for value in values], drop)

    assert found == (None if expected is None else Decimal(expected))


def test_trimmed_mean_drops_no_negative_number_of_marks():
    with pytest.raises(ValueError, match="cannot drop -1"):
        trimmed_mean([Decimal(1)], drop=-1)


# -- leniency ---------------------------------------------------------------------------------


def test_leniency_is_the_mean_difference_to_the_others():
    found = leniency(
        {
            "mild": {"a": 90, "b": 95, "c": 99},
            "strict": {"a": 70, "b": 75},
            "middling": {"a": 80},
        }
    )

    assert found == {
        "mild": Leniency(Decimal("17.5"), 2),  # 90 against 75, 95 against 75
        "strict": Leniency(Decimal("-17.5"), 2),  # 70 against 85, 75 against 95
        "middling": Leniency(Decimal(0), 1),
    }


def test_rating_good_people_is_not_leniency():
    found = leniency({"first": {"good": 95, "both": 80}, "second": {"poor": 40, "both": 80}})

    assert found["first"] == found["second"] == Leniency(Decimal(0), 1)


def test_leniency_of_who_shares_no_ratee_is_unknown():
    found = leniency({"first": {"a": 95}, "second": {"b": 40}, "third": {}})

    assert set(found.values()) == {Leniency(None, 0, Reason.NONE_SHARED)}
    assert leniency({}) == {}


# -- words ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("w", "expected"),
    [
        ("0", Strength.LITTLE),
        ("0.299", Strength.LITTLE),
        ("0.3", Strength.SOME),
        ("0.499", Strength.SOME),
        ("0.5", Strength.FAIR),
        ("0.699", Strength.FAIR),
        ("0.7", Strength.STRONG),
        ("1", Strength.STRONG),
    ],
)
def test_strength_of(w, expected):
    assert strength_of(Decimal(w)) is expected


@pytest.mark.parametrize(
    ("coefficient", "expected"),
    [
        ("-0.5", Reliability.POOR),
        ("0.499", Reliability.POOR),
        ("0.5", Reliability.MODERATE),
        ("0.75", Reliability.GOOD),
        ("0.899", Reliability.GOOD),
        ("0.9", Reliability.EXCELLENT),
    ],
)
def test_reliability_of(coefficient, expected):
    assert reliability_of(Decimal(coefficient)) is expected


# -- properties -------------------------------------------------------------------------------

modest = settings(max_examples=40, deadline=None)
marks = st.decimals("0", "100", places=1)


@st.composite
def tables(draw, mark=marks, most=5):
    """Rows and columns of marks, two of each at least."""
    width = draw(st.integers(2, most))
    row = st.lists(mark, min_size=width, max_size=width)
    return draw(st.lists(row, min_size=2, max_size=most))


@modest
@given(tables(st.integers(1, 5)), st.randoms())
def test_concordance_lies_between_none_and_one_whoever_is_asked_first(scores, random):
    found = kendalls_w(scores)
    shuffled = list(scores)
    random.shuffle(shuffled)

    assert found.w is None or 0 <= found.w <= 1
    assert kendalls_w(shuffled) == found


@modest
@given(tables(), st.randoms())
def test_concordance_does_not_depend_on_the_order_of_the_items_or_the_sense(scores, random):
    columns = transposed(scores)
    random.shuffle(columns)

    assert kendalls_w(transposed(columns)) == kendalls_w(scores)
    assert kendalls_w([[-mark for mark in row] for row in scores]) == kendalls_w(scores)


@modest
@given(st.lists(marks, min_size=2, max_size=6), st.integers(2, 6))
def test_equal_rankings_agree_wholly(row, judges):
    assume(len(set(row)) > 1)

    assert kendalls_w([row] * judges).w == 1
    assert kendalls_w([[mark * n + n for mark in row] for n in range(1, judges + 1)]).w == 1


@modest
@given(st.integers(2, 5), st.integers(2, 6), st.randoms())
def test_concordance_follows_from_the_rank_correlations(judges, items, random):
    """Without ties the mean of Spearman's correlations is (m W - 1) / (m - 1)."""
    ranks = [random.sample(range(1, items + 1), items) for _judge in range(judges)]
    correlations = [
        1 - Fraction(6 * sum((a - b) ** 2 for a, b in zip(x, y, strict=True)), items**3 - items)
        for n, x in enumerate(ranks)
        for y in ranks[:n]
    ]

    expected = (mean(correlations) * (judges - 1) + 1) / judges
    assert kendalls_w(ranks).w == near(float(expected))


@modest
@given(tables())
def test_no_intraclass_correlation_exceeds_one(scores):
    found = icc(scores)

    assert all(value is None or value <= 1 for value in coefficients(found).values())
    assert (found.icc_2_k is None) is (found.reason is not None)
    if found.icc_3_1 is not None:
        assert found.icc_3_1 >= Decimal(-1) / (found.judges - 1) - NOISE


@modest
@given(tables())
def test_mean_of_consistent_raters_is_cronbachs_alpha(scores):
    found = icc(scores)
    assume(found.icc_3_k is not None)
    sums = variance([sum(row, Decimal(0)) for row in scores])
    single = sum((variance(column) for column in transposed(scores)), Decimal(0))
    k = found.judges

    assert found.icc_3_k == near(k * (1 - single / sums) / (k - 1), "1e-9")


@modest
@given(tables())
def test_reliability_of_the_mean_is_that_of_one_rater_stepped_up(scores):
    """Spearman and Brown: k r / (1 + (k - 1) r)."""
    found = icc(scores)
    assume(found.reason is None)

    for form in (1, 2, 3):
        one, k = getattr(found, f"icc_{form}_1"), found.judges
        stepped = k * one / (1 + (k - 1) * one)
        expected = getattr(found, f"icc_{form}_k")
        assert stepped == near(expected, abs(expected) * Decimal("1e-9") + NOISE)


@modest
@given(tables(), st.integers(-50, 50), st.integers(1, 9), st.randoms())
def test_intraclass_correlations_know_neither_zero_nor_unit_nor_order(scores, shift, unit, random):
    rows = [[mark * unit + shift for mark in row] for row in scores]
    random.shuffle(rows)
    columns = transposed(rows)
    random.shuffle(columns)

    assert icc(transposed(columns)) == icc(scores)


@modest
@given(tables(), st.lists(st.integers(-20, 20), min_size=5, max_size=5))
def test_consistency_forgives_leniency(scores, extra):
    rows = [[mark + more for mark, more in zip(row, extra, strict=False)] for row in scores]
    found, shifted = icc(scores), icc(rows)

    assert (shifted.icc_3_1, shifted.icc_3_k) == (found.icc_3_1, found.icc_3_k)


@modest
@given(st.lists(marks, min_size=2, max_size=6), st.integers(2, 5))
def test_raters_who_say_the_same_are_wholly_reliable(row, judges):
    assume(len(set(row)) > 1)
    found = icc([[mark] * judges for mark in row])

    assert set(coefficients(found).values()) == {1}


@modest
@given(st.lists(marks, min_size=1, max_size=12), st.integers(0, 3))
def test_trimmed_mean_lies_between_the_marks_and_drops_evenly(values, drop):
    found = trimmed_mean(values, drop)

    assert min(values) <= found <= max(values)
    assert found == trimmed_mean(values[::-1], drop)
    opposite = trimmed_mean([100 - value for value in values], drop)
    assert 100 - found == pytest.approx(opposite, abs=NOISE)


@modest
@given(st.lists(marks, min_size=5, max_size=12), st.decimals("0", "1000", places=1))
def test_one_extreme_mark_moves_a_trimmed_mean_no_further_than_its_neighbour(values, wild):
    others = sorted(values[1:])

    assert others[0] <= trimmed_mean([wild, *others]) <= others[-1]


@modest
@given(tables())
def test_leniencies_of_who_rate_the_same_people_cancel_out(scores):
    found = leniency({rater: dict(enumerate(row)) for rater, row in enumerate(scores)})

    assert sum(each.difference for each in found.values()) == near(0)
    assert {each.shared for each in found.values()} == {len(scores[0])}


@modest
@given(st.lists(marks, min_size=1, max_size=6), st.integers(2, 5), st.integers(-20, 20))
def test_equal_raters_are_not_lenient_and_points_are_points(row, raters, extra):
    scores = {rater: dict(enumerate(row)) for rater in range(raters)}

    assert all(each.difference == 0 for each in leniency(scores).values())

    scores[0] = {ratee: mark + extra for ratee, mark in scores[0].items()}
    assert leniency(scores)[0].difference == extra
