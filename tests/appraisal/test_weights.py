import json
from decimal import Decimal
from fractions import Fraction
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appraisal.rules.weights import (
    MOST_ITEMS,
    RANDOM_INDEX,
    SCALE,
    CannotWeigh,
    Fault,
    Node,
    Priorities,
    ahp,
    combine,
    is_acceptable,
    matrix_of,
    points,
    synthesis,
    worst_judgement,
)

GOLDEN = json.loads(
    (Path(__file__).parent.parent / "golden" / "ahp.json").read_text(encoding="utf-8")
)
CASES = pytest.mark.parametrize("case", GOLDEN["cases"], ids=lambda case: case["name"])
NOISE = 1e-9
CIRCULAR = [["1", "5", "1/5"], ["1/5", "1", "5"], ["5", "1/5", "1"]]
LEADER = GOLDEN["cases"][0]["matrix"]


def fractions(rows):
    return [[Fraction(value) for value in row] for row in rows]


def near(expected, tolerance=NOISE):
    """``expected`` as decimals that may lie ``tolerance`` off."""
    return pytest.approx([Decimal(str(value)) for value in expected], abs=Decimal(str(tolerance)))


def permuted(rows, order):
    return [[rows[i][j] for j in order] for i in order]


def refusal(call, *args):
    with pytest.raises(CannotWeigh) as caught:
        call(*args)
    return caught.value


# -- published figures ------------------------------------------------------------------------


@CASES
def test_published_weights_are_reproduced(case):
    found = ahp(fractions(case["matrix"]))

    assert list(found.weights) == near(case["weights"], case["tolerance"])
    # λmax and CR are printed with up to four places.
    assert [found.lambda_max, found.cr] == near([case["lambda_max"], case["cr"]], 0.0015)
    assert is_acceptable(found.cr) is not case.get("refused", False)


def test_random_index_is_the_published_one():
    published = [Decimal(str(value)) for value in GOLDEN["random_index"]["values"]]

    assert list(RANDOM_INDEX.items()) == list(enumerate(published, start=1))


def leader_tree():
    golden = GOLDEN["leader_synthesis"]
    people = tuple(Node(name) for name in golden["result"])
    criteria = tuple(
        Node(name, people, fractions(golden[name]))
        for name in ("experience", "education", "charisma", "age")
    )
    return golden, criteria


def test_published_synthesis_is_reproduced_from_the_published_weights():
    golden, criteria = leader_tree()
    weights = tuple(Decimal(str(weight)) for weight in golden["criteria_weights"])
    zero = Decimal(0)

    found = synthesis(Node("leader", criteria, Priorities(weights, zero, zero, zero)))

    assert list(found) == list(golden["result"])
    assert list(found.values()) == near(golden["result"].values(), golden["tolerance"])


def test_published_synthesis_is_reproduced_from_the_judgements():
    golden, criteria = leader_tree()

    found = synthesis(Node("leader", criteria, fractions(LEADER)))

    assert list(found.values()) == near(golden["result"].values(), golden["tolerance"])


# -- weights ----------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [1, 2])
def test_one_item_or_two_are_always_consistent(size):
    found = ahp([[1]] if size == 1 else [[1, 9], [Fraction(1, 9), 1]])

    assert (found.lambda_max, found.ci, found.cr) == (size, 0, 0)


@pytest.mark.parametrize("number", [Fraction, Decimal, float], ids=lambda kind: kind.__name__)
def test_judgements_may_be_any_numbers(number):
    found = ahp([[number(1), number(2)], [number(1) / 2, number(1)]])

    assert list(found.weights) == near([2 / 3, 1 / 3])


@pytest.mark.parametrize(
    ("cr", "expected"),
    [("0", True), ("0.0999", True), ("0.10", False), ("0.1001", False), ("2.76", False)],
)
def test_a_tenth_or_more_is_refused(cr, expected):
    assert is_acceptable(Decimal(cr)) is expected


@pytest.mark.parametrize(
    ("matrix", "code", "pairs"),
    [
        pytest.param([], Fault.NOT_SQUARE, (), id="nothing"),
        pytest.param([[1, 2], [1]], Fault.NOT_SQUARE, (), id="ragged"),
        pytest.param([[1, 2]], Fault.NOT_SQUARE, (), id="one row of two"),
        pytest.param([[1, 0], [1, 1]], Fault.NOT_POSITIVE, ((0, 1),), id="zero"),
        pytest.param([[1, 2], [-0.5, 1]], Fault.NOT_POSITIVE, ((1, 0),), id="negative"),
        pytest.param([[1, float("nan")], [1, 1]], Fault.NOT_POSITIVE, ((0, 1),), id="nan"),
        pytest.param([[1, 1], [Decimal("sNaN"), 1]], Fault.NOT_POSITIVE, ((1, 0),), id="snan"),
        pytest.param([[1, float("inf")], [1, 1]], Fault.NOT_POSITIVE, ((0, 1),), id="infinite"),
        pytest.param([[1, 2], [2, 1]], Fault.NOT_RECIPROCAL, ((0, 1),), id="not reciprocal"),
        pytest.param([[2, 1], [1, 1]], Fault.NOT_RECIPROCAL, ((0, 0),), id="unequal to itself"),
        pytest.param([[1] * 11] * 11, Fault.TOO_MANY, (), id="eleven items"),
    ],
)
@pytest.mark.parametrize("call", [ahp, worst_judgement, lambda matrix: combine([matrix])])
def test_what_is_no_matrix_of_judgements_is_refused(call, matrix, code, pairs):
    refused = refusal(call, matrix)

    assert isinstance(refused, ValueError)
    assert (refused.code, refused.pairs) == (code, pairs)


def test_ten_items_are_not_too_many():
    found = ahp([[1] * MOST_ITEMS] * MOST_ITEMS)

    assert list(found.weights) == near([0.1] * 10)
    assert found.cr == 0


def test_a_third_in_four_places_is_not_reciprocal_and_in_eight_it_is():
    assert refusal(ahp, [[1, 3], [Decimal("0.3333"), 1]]).code == Fault.NOT_RECIPROCAL
    assert list(ahp([[1, 3], [Decimal("0.33333333"), 1]]).weights) == near([0.75, 0.25], 1e-6)


# -- from the triangle to the matrix ----------------------------------------------------------


def test_matrix_of_writes_the_reciprocals():
    assert matrix_of({(0, 1): Fraction(4), (0, 2): Fraction(1, 2), (1, 2): Fraction(1)}, 3) == (
        (1, 4, Fraction(1, 2)),
        (Fraction(1, 4), 1, 1),
        (2, 1, 1),
    )


@pytest.mark.parametrize(
    ("judgements", "size", "code", "pairs"),
    [
        pytest.param({(0, 2): 3}, 3, Fault.MISSING, ((0, 1), (1, 2)), id="all that is missing"),
        pytest.param({(0, 1): 3, (1, 0): 3}, 2, Fault.NOT_UPPER, ((1, 0),), id="below"),
        pytest.param({(0, 1): 3, (1, 1): 1}, 2, Fault.NOT_UPPER, ((1, 1),), id="itself"),
        pytest.param({(0, 1): 3, (0, 2): 1}, 2, Fault.NOT_UPPER, ((0, 2),), id="no such item"),
        pytest.param({(0, 1): 0}, 2, Fault.NOT_POSITIVE, ((0, 1),), id="zero"),
        pytest.param({}, 0, Fault.NOT_SQUARE, (), id="nothing to compare"),
        pytest.param(
            dict.fromkeys(combinations(range(11), 2), 1), 11, Fault.TOO_MANY, (), id="eleven"
        ),
    ],
)
def test_matrix_of_says_what_is_wrong(judgements, size, code, pairs):
    refused = refusal(matrix_of, {pair: Fraction(v) for pair, v in judgements.items()}, size)

    assert (refused.code, refused.pairs) == (code, pairs)


def test_matrix_of_one_item_needs_no_judgement():
    assert matrix_of({}, 1) == ((1,),)


# -- the worst judgement ----------------------------------------------------------------------


def test_worst_judgement_is_the_one_entered_the_wrong_way_round():
    # 8 : 4 : 2 : 1, and the first against the last says 1/8.
    consistent = [[Fraction(a, b) for b in (8, 4, 2, 1)] for a in (8, 4, 2, 1)]
    consistent[0][3], consistent[3][0] = Fraction(1, 8), Fraction(8)

    found = worst_judgement(consistent)

    assert (found.i, found.j, found.given) == (0, 3, Fraction(1, 8))
    assert (found.implied, found.cr) == (8, 0)


def test_worst_judgement_of_the_circular_matrix_is_found():
    matrix = fractions(CIRCULAR)
    found = worst_judgement(matrix)

    assert found.given == matrix[found.i][found.j]
    assert found.implied in SCALE
    assert found.cr < ahp(matrix).cr / 10


@pytest.mark.parametrize(
    "matrix",
    [
        pytest.param([[1]], id="one item"),
        pytest.param([[1, 9], [Fraction(1, 9), 1]], id="two items"),
        pytest.param([[Fraction(a, b) for b in (1, 4, 2)] for a in (1, 4, 2)], id="consistent"),
        pytest.param([[a / b for b in (1, 3, 7)] for a in (1, 3, 7)], id="but for its writing"),
    ],
)
def test_consistent_judgements_have_no_worst(matrix):
    assert worst_judgement(matrix) is None


def test_following_the_advice_makes_the_circular_matrix_acceptable():
    matrix = fractions(CIRCULAR)
    for _step in range(3):
        if advice := worst_judgement(matrix):
            matrix[advice.i][advice.j] = advice.implied
            matrix[advice.j][advice.i] = 1 / advice.implied
            assert ahp(matrix).cr == advice.cr

    assert is_acceptable(ahp(matrix).cr)


# -- several experts --------------------------------------------------------------------------


def test_combine_takes_the_geometric_mean():
    found = combine([[[1, 2], [Fraction(1, 2), 1]], [[1, 8], [Fraction(1, 8), 1]]])

    assert found == ((1, 4), (Fraction(1, 4), 1))


def test_experts_who_contradict_each_other_come_out_even():
    found = combine([[[1, 7], [Fraction(1, 7), 1]], [[1, Fraction(1, 7)], [7, 1]]])

    assert found == ((1, 1), (1, 1))


@pytest.mark.parametrize(
    ("matrices", "code"),
    [
        pytest.param([], Fault.MISSING, id="no expert"),
        pytest.param([[[1]], [[1, 1], [1, 1]]], Fault.NOT_ALIKE, id="of different sizes"),
    ],
)
def test_combine_refuses(matrices, code):
    assert refusal(combine, matrices).code == code


# -- hierarchies ------------------------------------------------------------------------------


def test_synthesis_multiplies_along_the_way():
    tree = Node(
        "set",
        (Node("quantity", (Node("a"), Node("b")), [[1, 1], [1, 1]]), Node("quality", (Node("c"),))),
        [[1, 3], [Fraction(1, 3), 1]],
    )

    found = synthesis(tree)

    assert list(found) == ["a", "b", "c"]
    assert list(found.values()) == near([0.375, 0.375, 0.25])


def test_synthesis_of_a_leaf_is_the_whole():
    assert synthesis(Node("only")) == {"only": 1}


@pytest.mark.parametrize(
    ("tree", "code"),
    [
        pytest.param(Node("x", (Node("a"), Node("b"))), Fault.MISSING, id="never judged"),
        pytest.param(
            Node("x", (Node("a"),), [[1, 1], [1, 1]]), Fault.NOT_ALIKE, id="judged for others"
        ),
    ],
)
def test_synthesis_refuses(tree, code):
    assert refusal(synthesis, tree).code == code


# -- points -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("weights", "total", "step", "expected"),
    [
        pytest.param([1, 1, 1], 100, "0.01", ["33.34", "33.33", "33.33"], id="tie: the first"),
        pytest.param([1, 1, 1], 100, "1", ["34", "33", "33"], id="whole points"),
        pytest.param(
            ["0.547", "0.127", "0.27", "0.056"],
            100,
            "1",
            ["55", "13", "27", "5"],
            id="largest remainders",
        ),
        pytest.param([1, 1, 9998], 100, "0.5", ["0.5", "0.5", "99.0"], id="none is nothing"),
        pytest.param([1, 2, 997], 3, "1", ["1", "1", "1"], id="one step for each"),
        pytest.param([5], 100, "0.01", ["100.00"], id="one indicator"),
        pytest.param([2, 6], 100, "0.01", ["25.00", "75.00"], id="weights of any sum"),
    ],
)
def test_points(weights, total, step, expected):
    found = points([Decimal(weight) for weight in weights], Decimal(total), Decimal(step))

    assert [str(value) for value in found] == expected


@pytest.mark.parametrize(
    ("weights", "total", "step", "code"),
    [
        pytest.param([], "100", "0.01", Fault.MISSING, id="nothing"),
        pytest.param([1, 0], "100", "0.01", Fault.NOT_POSITIVE, id="no weight"),
        pytest.param([1, 1, 1], "2", "1", Fault.TOO_FEW_STEPS, id="more weights than steps"),
        pytest.param([1, 1], "100", "0.3", Fault.NOT_WHOLE_STEPS, id="no whole steps"),
    ],
)
def test_points_refuses(weights, total, step, code):
    weights = [Decimal(weight) for weight in weights]

    assert refusal(points, weights, Decimal(total), Decimal(step)).code == code


def test_equal_weights_that_went_different_ways_are_equal_points():
    """A sixth is a sixth, whether it is a third of a half or was judged as such."""
    halves = Node(
        "x",
        (
            Node("p", (Node("a"), Node("b"), Node("c")), [[1] * 3] * 3),
            Node("q", (Node("d"), Node("e")), [[1, 2], [Fraction(1, 2), 1]]),
        ),
        [[1, 1], [1, 1]],
    )

    found = dict(zip("abcde", points(tuple(synthesis(halves).values())), strict=True))

    assert found["d"] == Decimal("33.33")
    # Three cents are over, and four sixths are equally near to one: the first three have them.
    assert [found[leaf] for leaf in "abce"] == [
        Decimal(value) for value in ("16.67", "16.67", "16.67", "16.66")
    ]


# -- properties -------------------------------------------------------------------------------

modest = settings(max_examples=40, deadline=None)
raw_weights = st.lists(st.integers(1, 500), min_size=1, max_size=MOST_ITEMS)


@st.composite
def judged(draw, low=3, high=6):
    """A matrix of judgements on Saaty's scale, as inconsistent as chance has it."""
    size = draw(st.integers(low, high))
    pairs = list(combinations(range(size), 2))
    values = draw(st.lists(st.sampled_from(SCALE), min_size=len(pairs), max_size=len(pairs)))
    return matrix_of(dict(zip(pairs, values, strict=True)), size)


def assert_reciprocal(matrix):
    for i, row in enumerate(matrix):
        for j, value in enumerate(row):
            assert value * matrix[j][i] == 1


@modest
@given(raw_weights)
def test_consistent_judgements_give_back_their_weights(raw):
    found = ahp([[Fraction(a, b) for b in raw] for a in raw])

    assert list(found.weights) == near([a / sum(raw) for a in raw])
    assert (found.lambda_max, found.ci, found.cr) == (len(raw), 0, 0)


@modest
@given(judged())
def test_weights_are_positive_and_total_one(matrix):
    found = ahp(matrix)

    assert all(weight > 0 for weight in found.weights)
    assert [sum(found.weights)] == near([1])
    assert found.lambda_max >= len(matrix)
    assert found.cr >= 0


@modest
@given(judged())
def test_weights_are_an_eigenvector(matrix):
    found = ahp(matrix)

    for row, weight in zip(matrix, found.weights, strict=True):
        image = sum(float(a) * float(w) for a, w in zip(row, found.weights, strict=True))
        assert image == pytest.approx(float(found.lambda_max * weight), abs=1e-9)


@modest
@given(judged(), st.randoms())
def test_order_of_the_items_changes_the_order_of_the_weights_only(matrix, random):
    order = list(range(len(matrix)))
    random.shuffle(order)
    found, shuffled = ahp(matrix), ahp(permuted(matrix, order))

    assert list(shuffled.weights) == near([found.weights[i] for i in order])
    assert [shuffled.lambda_max, shuffled.cr] == near([found.lambda_max, found.cr])


@modest
@given(judged(), st.integers(1, 7))
def test_combining_one_opinion_leaves_it(matrix, experts):
    assert combine([matrix] * experts) == matrix


@modest
@given(st.integers(3, 5).flatmap(lambda n: st.lists(judged(n, n), min_size=2, max_size=5)))
def test_combined_judgements_stay_reciprocal_and_between_the_experts(matrices):
    found = combine(matrices)

    assert_reciprocal(found)
    for i, row in enumerate(found):
        for j, value in enumerate(row):
            given = [matrix[i][j] for matrix in matrices]
            assert float(min(given)) - NOISE <= float(value) <= float(max(given)) + NOISE
    assert combine(matrices[::-1]) == found


@modest
@given(judged(), st.randoms())
def test_combining_does_not_depend_on_the_order_of_the_items(matrix, random):
    order = list(range(len(matrix)))
    random.shuffle(order)
    other = tuple(zip(*matrix, strict=True))
    both = combine([matrix, other, matrix])

    assert combine([permuted(m, order) for m in (matrix, other, matrix)]) == tuple(
        tuple(row) for row in permuted(both, order)
    )


@settings(max_examples=20, deadline=None)
@given(judged(3, 5))
def test_worst_judgement_lowers_the_ratio_and_stays_on_the_scale(matrix):
    found = worst_judgement(matrix)
    if found is None:
        return
    rows = [list(row) for row in matrix]
    rows[found.i][found.j], rows[found.j][found.i] = found.implied, 1 / found.implied

    assert found.i < found.j
    assert found.given == matrix[found.i][found.j] != found.implied
    assert found.implied in SCALE
    assert found.cr == ahp(rows).cr < ahp(matrix).cr


@modest
@given(
    st.lists(st.decimals("0.000001", "1", places=6), min_size=1, max_size=40),
    st.sampled_from(["0.01", "0.1", "0.5", "1"]),
)
def test_points_total_exactly_a_hundred_and_keep_the_order(weights, step):
    found = points(weights, step=Decimal(step))

    assert sum(found) == 100
    assert min(found) >= Decimal(step)
    assert all(value % Decimal(step) == 0 for value in found)
    for (weight, value), (other, less) in combinations(zip(weights, found, strict=True), 2):
        if weight > other:
            assert value >= less
        elif weight == other:
            assert value - less in (0, Decimal(step))


@modest
@given(judged(3, 4), judged(3, 4))
def test_weights_of_leaves_total_one(upper, lower):
    names = [f"{i}" for i in range(len(upper))]
    below = tuple(Node(f"x{i}") for i in range(len(lower)))
    first = Node(names[0], below, lower)
    tree = Node("tree", (first, *(Node(name) for name in names[1:])), upper)

    found = synthesis(tree)

    assert [sum(found.values())] == near([1])
    assert [sum(found[leaf.code] for leaf in below)] == near([ahp(upper).weights[0]])
