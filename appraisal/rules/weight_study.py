"""An index set compared in pairs: what is asked, and what the answers come to. Pure.

Duty areas are compared with one another, and the indicators of each area among themselves. An
only area, or the only indicator of an area, needs no comparison: it has the whole of what lies
above it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import combinations

from appraisal.rules.agreement import Concordance, kendalls_w
from appraisal.rules.weights import (
    MOST_ITEMS,
    SCALE,
    CannotWeigh,
    ExactMatrix,
    Fault,
    Node,
    Priorities,
    WorstJudgement,
    ahp,
    combine,
    is_acceptable,
    matrix_of,
    points,
    synthesis,
    weights_so_far,
    worst_judgement,
)

# The node above the areas.
ROOT = ""
# The one writing of each value of the scale: 1/9 … 1/2, 1, 2 … 9.
ON_SCALE = {str(value): value for value in SCALE}

Pair = tuple[int, int]
Judgements = Mapping[Pair, Fraction]
# Codes of the indicators by duty area, both in their order.
Areas = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Branch:
    """What is compared below one node: areas below the root, indicators below an area."""

    node: str
    items: tuple[str, ...]

    @property
    def pairs(self) -> list[Pair]:
        return list(combinations(range(len(self.items)), 2))

    @property
    def is_too_large(self) -> bool:
        """Saaty's random index, and people's patience, end at ten."""
        return len(self.items) > MOST_ITEMS


@dataclass(frozen=True, slots=True)
class NodeFigures:
    """How far one expert has come at one node; ``priorities`` once every pair is judged.

    ``worst`` is there only where the judgements contradict each other too much.
    """

    judged: int
    asked: int
    weights: tuple[Decimal, ...] | None
    priorities: Priorities | None
    worst: WorstJudgement | None

    @property
    def is_complete(self) -> bool:
        return self.judged == self.asked

    @property
    def is_consistent(self) -> bool:
        return self.priorities is not None and is_acceptable(self.priorities.cr)


@dataclass(frozen=True, slots=True)
class DerivedNode:
    """One node of a derivation: each expert's weights, the matrix combined, and its weights."""

    branch: Branch
    experts: tuple[Priorities, ...]
    combined: ExactMatrix
    result: Priorities
    agreement: Concordance


@dataclass(frozen=True, slots=True)
class Derived:
    """What the experts of a set come to together, by indicator; ``points`` total exactly 100."""

    nodes: tuple[DerivedNode, ...]
    weights: dict[str, Decimal]
    points: dict[str, Decimal]
    agreement: Concordance

    @property
    def contradictory(self) -> list[DerivedNode]:
        return [node for node in self.nodes if not is_acceptable(node.result.cr)]


def branches_of(areas: Areas) -> tuple[Branch, ...]:
    """What has to be compared, from the root down."""
    below = [Branch(area, tuple(codes)) for area, codes in areas.items()]
    every = [Branch(ROOT, tuple(areas)), *below]
    return tuple(branch for branch in every if len(branch.items) > 1)


def parsed(stored: Mapping[str, str]) -> dict[Pair, Fraction]:
    """{"0-1": "1/3"} as {(0, 1): 1/3}; raises ValueError for what is no pair or off the scale."""
    found = {}
    for key, text in stored.items():
        first, hyphen, second = key.partition("-")
        if not (hyphen and first.isdecimal() and second.isdecimal() and text in ON_SCALE):
            raise ValueError(f"no judgement: {key}: {text}")
        found[int(first), int(second)] = ON_SCALE[text]
    return found


def carried(items: Sequence[str], judged: Sequence[str], judgements: Judgements) -> dict:
    """Judgements made on the items ``judged``, for ``items``: what still fits, turned as needed."""
    place = {code: index for index, code in enumerate(items)}
    found: dict[Pair, Fraction] = {}
    for (i, j), value in judgements.items():
        first, second = place.get(judged[i]), place.get(judged[j])
        if first is not None and second is not None:
            turned = first > second
            pair = (second, first) if turned else (first, second)
            found[pair] = 1 / value if turned else value
    return found


def figures_of(branch: Branch, judgements: Judgements, *, with_worst: bool = True) -> NodeFigures:
    """The figures that an expert sees while judging; ``worst`` costs a tenth of a second."""
    size, asked = len(branch.items), len(branch.pairs)
    if len(judgements) < asked:
        return NodeFigures(len(judgements), asked, weights_so_far(judgements, size), None, None)
    matrix = matrix_of(judgements, size)
    found = ahp(matrix)
    is_wanted = with_worst and not is_acceptable(found.cr)
    worst = worst_judgement(matrix) if is_wanted else None
    return NodeFigures(asked, asked, found.weights, found, worst)


def derived(areas: Areas, experts: Sequence[Mapping[str, Judgements]]) -> Derived:
    """The weights of all ``experts`` (their judgements by node) together, as points.

    Matrices are combined node by node, before their weights are taken; the agreement is that
    of the rankings each expert alone would have given. Raises ``CannotWeigh`` where nobody
    judged, a judgement is missing or a node has too many items.
    """
    if not areas or not experts:
        raise CannotWeigh(Fault.MISSING)
    branches = branches_of(areas)
    nodes = tuple(_joined(b, [expert.get(b.node, {}) for expert in experts]) for b in branches)
    weights = _synthesised(areas, {node.branch.node: node.result for node in nodes})
    own = [
        _synthesised(areas, {node.branch.node: node.experts[number] for node in nodes})
        for number in range(len(experts))
    ]
    given = points(list(weights.values()))
    return Derived(
        nodes=nodes,
        weights=weights,
        points=dict(zip(weights, given, strict=True)),
        agreement=kendalls_w([[one[code] for code in weights] for one in own]),
    )


def _joined(branch: Branch, judged: Sequence[Judgements]) -> DerivedNode:
    matrices = [matrix_of(judgements, len(branch.items)) for judgements in judged]
    experts = tuple(ahp(matrix) for matrix in matrices)
    combined = combine(matrices)
    agreement = kendalls_w([one.weights for one in experts])
    return DerivedNode(branch, experts, combined, ahp(combined), agreement)


def _synthesised(areas: Areas, judged: Mapping[str, Priorities]) -> dict[str, Decimal]:
    below = tuple(
        Node(area, tuple(Node(code) for code in codes), judged.get(area))
        for area, codes in areas.items()
    )
    return synthesis(Node(ROOT, below, judged.get(ROOT)))
