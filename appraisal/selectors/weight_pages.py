"""What the pages of comparing in pairs show: pairs and bars to judge by, rows of a study."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from appraisal.models import WeightExpert
from appraisal.rules.agreement import Concordance
from appraisal.rules.weight_study import Branch, NodeFigures, figures_of
from appraisal.rules.weights import SCALE, is_acceptable
from appraisal.selectors.weight_words import (
    agreement_text,
    agreement_tone,
    choices,
    node_name,
    sentence,
)
from appraisal.selectors.weights import (
    ExpertState,
    Hierarchy,
    NodeState,
    Study,
    area_name,
    expert_state,
    hierarchy_of,
)

# Where a slider stands: 0 is 9 for the first of the two, 8 in the middle, 16 is 9 for the other.
MIDDLE = len(SCALE) // 2


@dataclass(frozen=True, slots=True)
class PairRow:
    """One pair to compare; ``value`` is empty while it has not been."""

    key: str
    one: str
    other: str
    value: str
    words: str
    position: int
    options: list[tuple[str, str]]
    is_worst: bool


@dataclass(frozen=True, slots=True)
class Bar:
    """A weight as a bar out of the whole, in percent."""

    name: str
    weight: Decimal

    @property
    def wide(self) -> str:
        return f"{self.weight * 100:.1f}"


@dataclass(frozen=True, slots=True)
class Worst:
    """The judgement that fits the others least, and what they imply in its place."""

    key: str
    one: str
    other: str
    given: str
    implied: str
    cr: Decimal


@dataclass(frozen=True, slots=True)
class Tab:
    """One node of an expert's comparisons, and how it stands."""

    node: str
    name: str
    judged: int
    asked: int
    cr: Decimal | None
    is_stale: bool
    is_finished: bool
    is_current: bool


@dataclass(frozen=True)
class Judging:
    """One node of one expert's comparisons, as the page shows it."""

    expert: WeightExpert
    state: ExpertState
    hierarchy: Hierarchy
    node: NodeState
    figures: NodeFigures

    @property
    def name(self) -> str:
        return node_name(self.node.branch)

    @property
    def names(self) -> list[str]:
        return self.hierarchy.names_of(self.node.branch)

    @property
    def tabs(self) -> list[Tab]:
        return tabs_of(self.state, current=self.node.branch)

    @property
    def bars(self) -> list[Bar]:
        weights = self.figures.weights or ()
        return [Bar(*one) for one in zip(self.names, weights, strict=True)] if weights else []

    @property
    def missing(self) -> int:
        return self.figures.asked - self.figures.judged

    @property
    def worst(self) -> Worst | None:
        found, names = self.figures.worst, self.names
        if found is None:
            return None
        one, other = names[found.i], names[found.j]
        return Worst(
            key=f"{found.i}-{found.j}",
            one=one,
            other=other,
            given=sentence(found.given, one, other),
            implied=sentence(found.implied, one, other),
            cr=found.cr,
        )

    @property
    def pairs(self) -> list[PairRow]:
        worst = self.worst.key if self.worst else ""
        return [self._pair(i, j, worst) for i, j in self.node.branch.pairs]

    def _pair(self, i: int, j: int, worst: str) -> PairRow:
        key, one, other = f"{i}-{j}", self.names[i], self.names[j]
        value = self.node.judgements.get((i, j))
        return PairRow(
            key=key,
            one=one,
            other=other,
            value="" if value is None else str(value),
            words="" if value is None else sentence(value, one, other),
            position=MIDDLE if value is None else len(SCALE) - 1 - SCALE.index(value),
            options=choices(one, other),
            is_worst=key == worst,
        )

    @property
    def following(self) -> str | None:
        """The next node that is not finished, from the first again after the last; or None."""
        tabs = self.tabs
        here = next(number for number, tab in enumerate(tabs) if tab.is_current)
        others = [*tabs[here + 1 :], *tabs[:here]]
        return next((tab.node for tab in others if not tab.is_finished), None)


def judging(expert: WeightExpert, node: str | None) -> Judging | None:
    """One node of an expert's comparisons, the first unfinished without ``node``.

    None where there is nothing to compare, or too much.
    """
    hierarchy = hierarchy_of(expert.index_set)
    if not hierarchy.branches or hierarchy.too_large:
        return None
    state = expert_state(expert, hierarchy)
    first = next((one for one in state.nodes if not one.is_finished), state.nodes[0])
    found = (state.node(node) if node is not None else None) or first
    figures = figures_of(found.branch, found.judgements)
    return Judging(expert, state, hierarchy, found, figures)


def tabs_of(state: ExpertState, *, current: Branch | None = None) -> list[Tab]:
    return [
        Tab(
            node=node.branch.node,
            name=node_name(node.branch),
            judged=node.figures.judged,
            asked=node.figures.asked,
            cr=node.figures.priorities.cr if node.figures.priorities else None,
            is_stale=node.is_stale,
            is_finished=node.is_finished,
            is_current=node.branch == current,
        )
        for node in state.nodes
    ]


# -- for the appraisal administrator ------------------------------------------------------------


@dataclass(frozen=True)
class ExpertRow:
    """A line of the experts of a set; ``tabs`` are there once the comparisons are handed in."""

    state: ExpertState
    tabs: list[Tab]

    @property
    def expert(self) -> WeightExpert:
        return self.state.expert

    @property
    def status(self) -> tuple[str, str]:
        """In words, and as a tone."""
        if self.state.is_outdated:
            return _("outdated: the set has changed"), "warning"
        if self.expert.submitted_at:
            return _("handed in"), "success"
        return (_("at work"), "info") if self.state.is_begun else (_("not begun"), "neutral")


@dataclass(frozen=True, slots=True)
class NodeRow:
    """What the experts come to together at one node."""

    name: str
    items: int
    cr: Decimal
    agreement: Concordance

    @property
    def is_acceptable(self) -> bool:
        return is_acceptable(self.cr)

    @property
    def words(self) -> str:
        return agreement_text(self.agreement)

    @property
    def tone(self) -> str:
        return agreement_tone(self.agreement)


@dataclass(frozen=True, slots=True)
class WeightRow:
    """An indicator's weight now, and as the experts would have it."""

    area: str
    name: str
    now: Decimal
    new: Decimal

    @property
    def change(self) -> str:
        moved = self.new - self.now
        return f"{moved:+.2f}" if moved else "0.00"


def expert_rows(study: Study) -> list[ExpertRow]:
    """Before somebody hands in, others learn only how far that is."""
    return [
        ExpertRow(state, tabs_of(state) if state.expert.submitted_at else [])
        for state in study.experts
    ]


def node_rows(study: Study) -> list[NodeRow]:
    nodes = study.derived.nodes if study.derived else ()
    return [
        NodeRow(node_name(node.branch), len(node.branch.items), node.result.cr, node.agreement)
        for node in nodes
    ]


def weight_rows(study: Study) -> list[WeightRow]:
    """In the order of areas and indicators; nothing while nobody has handed in."""
    points = study.derived.points if study.derived else {}
    indicators = study.hierarchy.indicators
    return [
        WeightRow(
            area=area_name(indicators[code].area),
            name=indicators[code].display_name,
            now=indicators[code].weight,
            new=new,
        )
        for code, new in points.items()
    ]


def total(values: Sequence[Decimal]) -> Decimal:
    return sum(values, Decimal(0))
