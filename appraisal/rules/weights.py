"""Weights from judgements in pairs: the analytic hierarchy process. Pure.

T. L. Saaty, The Analytic Hierarchy Process (1980) [S]: the weights are the principal right
eigenvector of the matrix of judgements, and the consistency ratio says how far it contradicts
itself. Everything is reckoned in Decimals of one precision, so that the same judgements give the
same weights to the last digit on every machine.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, ROUND_HALF_EVEN, Context, Decimal, localcontext
from enum import StrEnum
from fractions import Fraction
from itertools import combinations
from math import prod
from operator import mul

from appraisal.rules.scoring import CENT, HUNDRED

Number = Fraction | Decimal | float
# Row i, column j: how many times as important i is as j.
Matrix = Sequence[Sequence[Number]]
ExactMatrix = tuple[tuple[Fraction, ...], ...]

# What random judgements come to, by number of items; Saaty's table of 1980 [S].
RANDOM_INDEX: dict[int, Decimal] = {
    1: Decimal("0"),
    2: Decimal("0"),
    3: Decimal("0.58"),
    4: Decimal("0.90"),
    5: Decimal("1.12"),
    6: Decimal("1.24"),
    7: Decimal("1.32"),
    8: Decimal("1.41"),
    9: Decimal("1.45"),
    10: Decimal("1.49"),
}
MOST_ITEMS = max(RANDOM_INDEX)

# A consistency ratio of this or more is refused (Saaty: 10 % or less is acceptable [S]).
LIMIT = Decimal("0.10")

# 1/9, 1/8 … 1/2, 1, 2 … 9: the words an expert can choose from.
SCALE = (*(Fraction(1, n) for n in range(9, 1, -1)), *(Fraction(n) for n in range(1, 10)))

PRECISE = Context(prec=36, rounding=ROUND_HALF_EVEN)
# Results are rounded well above the noise of the arithmetic: what is equal comes out equal.
PLACES = Decimal("1e-12")
# Shares compared for the largest remainder, in steps.
REMAINDER_PLACES = Decimal("1e-6")

# Decimals and floats cannot write 1/3; a product this near to one is reciprocal.
RECIPROCITY = Fraction(1, 10**6)

CONVERGED = Decimal("1e-18")
# On Saaty's scale each round shrinks the error by tanh(ln 9) = 0.976 at least (Birkhoff), and
# mostly by far more; matrices that need more rounds are far from any consistency.
MOST_ROUNDS = 3000


class Fault(StrEnum):
    """Why something cannot be weighed."""

    NOT_SQUARE = "not_square"
    NOT_POSITIVE = "not_positive"
    NOT_RECIPROCAL = "not_reciprocal"
    TOO_MANY = "too_many"
    MISSING = "missing"
    NOT_UPPER = "not_upper"
    NOT_ALIKE = "not_alike"
    NOT_WHOLE_STEPS = "not_whole_steps"
    TOO_FEW_STEPS = "too_few_steps"


class CannotWeigh(ValueError):
    """``code`` says why, ``pairs`` where (row, column; from 0)."""

    def __init__(self, code: Fault, pairs: Iterable[tuple[int, int]] = ()) -> None:
        self.code = code
        self.pairs = tuple(pairs)
        super().__init__(f"{code} {self.pairs}" if self.pairs else str(code))


@dataclass(frozen=True, slots=True)
class Priorities:
    """Weights that total 1, in the order of the items, and how consistent they are."""

    weights: tuple[Decimal, ...]
    lambda_max: Decimal
    ci: Decimal
    cr: Decimal


@dataclass(frozen=True, slots=True)
class WorstJudgement:
    """The judgement on items ``i`` and ``j`` that fits the others least.

    ``implied`` is what the others imply, on Saaty's scale; with it the ratio would be ``cr``.
    """

    i: int
    j: int
    given: Fraction
    implied: Fraction
    cr: Decimal


@dataclass(frozen=True, slots=True)
class Node:
    """Something whose parts were weighed: ``judged`` compares the children, in their order.

    A leaf has no children; a single child needs no judgement.
    """

    code: str
    children: tuple["Node", ...] = ()
    judged: Matrix | Priorities | None = None


def ahp(matrix: Matrix) -> Priorities:
    """The weights of a matrix of judgements with its λmax, CI = (λmax - n) / (n - 1), CR = CI / RI.

    One item or two cannot contradict each other: CR is 0. Raises ``CannotWeigh``.
    """
    return _priorities(_exact(matrix))


def is_acceptable(cr: Decimal) -> bool:
    return cr < LIMIT


def combine(matrices: Sequence[Matrix]) -> ExactMatrix:
    """One matrix out of those of several experts: the geometric mean, element by element.

    It is the mean that keeps reciprocity (Aczél & Saaty 1983 [S]); it is kept exactly, as the
    lower triangle is written as the reciprocals of the upper one.
    """
    exact = [_exact(matrix) for matrix in matrices]
    if not exact:
        raise CannotWeigh(Fault.MISSING)
    size = len(exact[0])
    if any(len(matrix) != size for matrix in exact):
        raise CannotWeigh(Fault.NOT_ALIKE)
    means = {
        (i, j): _geometric_mean([matrix[i][j] for matrix in exact]) for i, j in _pairs_of(size)
    }
    return _full(means, size)


def worst_judgement(matrix: Matrix) -> WorstJudgement | None:
    """The judgement whose replacement lowers CR most; None when nothing on the scale lowers it.

    What is put in its place follows from the weights without it: Harker (1987) [U] writes 0 for
    the judgement and its reciprocal and adds 1 to both diagonals. A judgement entered the wrong
    way round would otherwise pull the weights, and so the advice, towards itself.
    """
    exact = _exact(matrix)
    best: WorstJudgement | None = None
    lowest = _priorities(exact).cr
    if not lowest:
        return None
    for i, j in _pairs_of(len(exact)):
        implied = _implied(exact, i, j)
        if implied == exact[i][j]:
            continue
        cr = _priorities(_with(exact, {(i, j): implied, (j, i): 1 / implied})).cr
        if cr < lowest:
            lowest = cr
            best = WorstJudgement(i, j, exact[i][j], implied, cr)
    return best


def matrix_of(judgements: Mapping[tuple[int, int], Fraction], n: int) -> ExactMatrix:
    """The whole matrix of ``n`` items from its upper triangle, {(i, j): value} with i < j.

    Raises ``CannotWeigh`` with all pairs that are missing, or that no pair of the triangle is.
    """
    pairs = list(_pairs_of(n))
    strangers = [pair for pair in judgements if pair not in pairs]
    if strangers:
        raise CannotWeigh(Fault.NOT_UPPER, sorted(strangers))
    missing = [pair for pair in pairs if pair not in judgements]
    if missing:
        raise CannotWeigh(Fault.MISSING, missing)
    not_positive = [pair for pair in pairs if not judgements[pair] > 0]
    if not_positive:
        raise CannotWeigh(Fault.NOT_POSITIVE, not_positive)
    return _exact(_full(judgements, n))


def weights_so_far(
    judgements: Mapping[tuple[int, int], Fraction], n: int
) -> tuple[Decimal, ...] | None:
    """The weights of an unfinished upper triangle; None while no way of pairs joins all items.

    Harker (1987) [U]: a missing judgement is written as 0 and counted on the diagonal instead.
    """
    joined = {0}
    for _round in range(n):
        joined |= {item for pair in judgements if joined & set(pair) for item in pair}
    if len(joined) < n:
        return None
    places = {(i, i): Fraction(n - sum(i in pair for pair in judgements)) for i in range(n)}
    for (i, j), value in judgements.items():
        places |= {(i, j): value, (j, i): 1 / value}
    nothing = tuple(tuple(Fraction(0) for _j in range(n)) for _i in range(n))
    with localcontext(PRECISE):
        weights, _value = _principal(_with(nothing, places))
        return tuple(weight.quantize(PLACES) for weight in weights)


def synthesis(tree: Node) -> dict[str, Decimal]:
    """The weight of each leaf in the whole: the product of the weights on the way to it.

    A leaf that stands below several nodes, as an alternative below each criterion does, gets the
    sum. Leaves come in the order they are met in.
    """
    found: dict[str, Decimal] = {}
    with localcontext(PRECISE):
        for code, weight in _leaves(tree, Decimal(1)):
            found[code] = found.get(code, Decimal(0)) + weight
        return {code: weight.quantize(PLACES) for code, weight in found.items()}


def points(
    weights: Sequence[Decimal], total: Decimal = HUNDRED, step: Decimal = CENT
) -> tuple[Decimal, ...]:
    """``weights`` as points that total exactly ``total``, by the largest remainder.

    Of equal remainders the first comes first. Nothing gets less than one step: an indicator
    without points would be none.
    """
    not_positive = [(i, i) for i, weight in enumerate(weights) if not weight > 0]
    if not_positive:
        raise CannotWeigh(Fault.NOT_POSITIVE, not_positive)
    with localcontext(PRECISE):
        if total % step:
            raise CannotWeigh(Fault.NOT_WHOLE_STEPS)
        steps = int(total / step)
        if not 0 < len(weights) <= steps:
            raise CannotWeigh(Fault.TOO_FEW_STEPS if weights else Fault.MISSING)
        return tuple(number * step for number in _apportioned(weights, steps))


def _exact(matrix: Matrix) -> ExactMatrix:
    """``matrix`` in fractions, once nothing is wrong with it."""
    size = len(matrix)
    if not size or any(len(row) != size for row in matrix):
        raise CannotWeigh(Fault.NOT_SQUARE)
    if size > MOST_ITEMS:
        raise CannotWeigh(Fault.TOO_MANY)
    rows = [[_fraction(value) for value in row] for row in matrix]
    places = [(i, j) for i in range(size) for j in range(size)]
    not_positive = [(i, j) for i, j in places if rows[i][j] <= 0]
    if not_positive:
        raise CannotWeigh(Fault.NOT_POSITIVE, not_positive)
    odd = [(i, j) for i, j in places if i <= j and abs(rows[i][j] * rows[j][i] - 1) > RECIPROCITY]
    if odd:
        raise CannotWeigh(Fault.NOT_RECIPROCAL, odd)
    return tuple(tuple(row) for row in rows)


def _fraction(value: Number) -> Fraction:
    try:
        return Fraction(value)
    except (ValueError, OverflowError):  # no number, or infinite: nothing positive
        return Fraction(0)


def _pairs_of(size: int) -> Iterator[tuple[int, int]]:
    return combinations(range(size), 2)


def _full(upper: Mapping[tuple[int, int], Fraction], size: int) -> ExactMatrix:
    lower = {(j, i): 1 / value for (i, j), value in upper.items()}
    one = tuple(tuple(Fraction(1) for _j in range(size)) for _i in range(size))
    return _with(one, {**upper, **lower})


def _with(matrix: ExactMatrix, values: Mapping[tuple[int, int], Fraction]) -> ExactMatrix:
    return tuple(
        tuple(values.get((i, j), value) for j, value in enumerate(row))
        for i, row in enumerate(matrix)
    )


def _priorities(matrix: ExactMatrix) -> Priorities:
    size = len(matrix)
    with localcontext(PRECISE):
        weights, lambda_max = _principal(matrix)
        index = RANDOM_INDEX[size]
        ci = max((lambda_max - size) / (size - 1), Decimal(0)) if index else Decimal(0)
        cr = ci / index if index else Decimal(0)
        return Priorities(
            tuple(weight.quantize(PLACES) for weight in weights),
            lambda_max.quantize(PLACES),
            ci.quantize(PLACES),
            cr.quantize(PLACES),
        )


def _principal(matrix: ExactMatrix) -> tuple[list[Decimal], Decimal]:
    """The principal right eigenvector with the sum 1, and its value, by power iteration.

    All entries are positive, or enough of them: Perron's vector is positive, real and the only
    one that rounds from a positive start can come to.
    """
    rows = [[Decimal(value.numerator) / value.denominator for value in row] for row in matrix]
    vector = [Decimal(1) / len(rows)] * len(rows)
    value = Decimal(0)
    for _round in range(MOST_ROUNDS):
        image = [sum(map(mul, row, vector), Decimal(0)) for row in rows]
        value = sum(image, Decimal(0))  # the vector has the sum 1
        following = [y / value for y in image]
        moved = max(abs(new - old) / new for new, old in zip(following, vector, strict=True))
        vector = following
        if moved < CONVERGED:
            break
    return vector, value


def _implied(matrix: ExactMatrix, i: int, j: int) -> Fraction:
    without = {(i, j): Fraction(0), (j, i): Fraction(0), (i, i): Fraction(2), (j, j): Fraction(2)}
    with localcontext(PRECISE):
        weights, _value = _principal(_with(matrix, without))
        ratio = (weights[i] / weights[j]).quantize(PLACES)
    return _nearest_on_scale(Fraction(ratio))


def _nearest_on_scale(ratio: Fraction) -> Fraction:
    """Nearest by the quotient; of two equally near the one closer to equal importance."""
    if ratio < 1:
        return 1 / _nearest_on_scale(1 / ratio) if ratio else SCALE[0]
    return min(SCALE, key=lambda value: max(value / ratio, ratio / value))


def _geometric_mean(values: Sequence[Fraction]) -> Fraction:
    """Exact where the root is a fraction; and the mean of reciprocals is its reciprocal."""
    if len(set(values)) == 1:
        return values[0]
    product = prod(values, start=Fraction(1))
    return _root(product, len(values)) if product >= 1 else 1 / _root(1 / product, len(values))


def _root(value: Fraction, degree: int) -> Fraction:
    with localcontext(PRECISE):
        exponent = Decimal(1) / degree
        top, bottom = (
            Decimal(number) ** exponent for number in (value.numerator, value.denominator)
        )
        whole = Fraction(round(top), round(bottom))
        return whole if whole**degree == value else Fraction(top / bottom)


def _leaves(node: Node, weight: Decimal) -> Iterator[tuple[str, Decimal]]:
    if not node.children:
        yield node.code, weight
        return
    shares = _shares_of(node)
    for child, share in zip(node.children, shares, strict=True):
        yield from _leaves(child, weight * share / sum(shares))


def _shares_of(node: Node) -> tuple[Decimal, ...]:
    if node.judged is None:
        if len(node.children) > 1:
            raise CannotWeigh(Fault.MISSING, _pairs_of(len(node.children)))
        return (Decimal(1),)
    judged = node.judged if isinstance(node.judged, Priorities) else ahp(node.judged)
    if len(judged.weights) != len(node.children):
        raise CannotWeigh(Fault.NOT_ALIKE)
    return judged.weights


def _apportioned(weights: Sequence[Decimal], steps: int) -> list[int]:
    """Whole steps for each weight, one at least; ``steps`` are no fewer than the weights."""
    single: set[int] = set()
    while True:
        others = [i for i in range(len(weights)) if i not in single]
        whole = sum((weights[i] for i in others), Decimal(0))
        rest = steps - len(single)
        shares = {i: (weights[i] * rest / whole).quantize(REMAINDER_PLACES) for i in others}
        small = {i for i, share in shares.items() if share < 1}
        if not small:
            break
        single |= small
    numbers = {i: int(share.to_integral_value(ROUND_FLOOR)) for i, share in shares.items()}
    by_remainder = sorted(others, key=lambda i: numbers[i] - shares[i])  # stable: ties by order
    for i in by_remainder[: rest - sum(numbers.values())]:
        numbers[i] += 1
    return [numbers.get(i, 1) for i in range(len(weights))]
