"""Index sets compared in pairs: who was asked, how far everyone has come, what it comes to."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Case, Q, QuerySet, When, prefetch_related_objects
from django.utils.text import capfirst

from appraisal.models import IndexSet, Indicator, PairwiseMatrix, WeightDerivation, WeightExpert
from appraisal.rules import weight_study as rules
from appraisal.rules.weight_study import Branch, Derived, Judgements, NodeFigures
from appraisal.rules.weights import CannotWeigh
from courtparty.accounts.models import User
from courtparty.accounts.scope import court_scope
from courtparty.lib.people import normal_name

# Outside the hundred points: nothing of theirs is to be weighed.
UNWEIGHED = (Indicator.Kind.BONUS, Indicator.Kind.VETO)
MANAGE = "appraisal.manage_index_set"
OFFERED = 20
_APART = re.compile(r"[\s'’-]")


# -- what is compared ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Hierarchy:
    """The duty areas of a set with their indicators, and what of it is compared in pairs."""

    indicators: Mapping[str, Indicator]
    areas: Mapping[str, tuple[str, ...]]

    @cached_property
    def branches(self) -> tuple[Branch, ...]:
        return rules.branches_of(self.areas)

    @property
    def too_large(self) -> list[Branch]:
        return [branch for branch in self.branches if branch.is_too_large]

    def branch(self, node: str) -> Branch | None:
        return next((one for one in self.branches if one.node == node), None)

    def names_of(self, branch: Branch) -> list[str]:
        if branch.node == rules.ROOT:
            return [area_name(area) for area in branch.items]
        return [self.indicators[code].display_name for code in branch.items]


def hierarchy_of(index_set: IndexSet) -> Hierarchy:
    """As the set stands now. One query."""
    return hierarchies_of({index_set.pk})[index_set.pk]


def hierarchies_of(index_set_ids: Collection[int]) -> dict[int, Hierarchy]:
    weighed = Indicator.objects.filter(index_set__in=index_set_ids).exclude(kind__in=UNWEIGHED)
    found: dict[int, list[Indicator]] = {pk: [] for pk in index_set_ids}
    for indicator in weighed.order_by("position", "code"):
        found[indicator.index_set_id].append(indicator)
    return {pk: _hierarchy(indicators) for pk, indicators in found.items()}


def _hierarchy(found: Iterable[Indicator]) -> Hierarchy:
    by_area: dict[str, list[str]] = {}
    for indicator in found:
        by_area.setdefault(indicator.area, []).append(indicator.code)
    areas = {area: tuple(by_area[area]) for area in Indicator.Area.values if area in by_area}
    return Hierarchy({indicator.code: indicator for indicator in found}, areas)


def area_name(area: str) -> str:
    return capfirst(str(Indicator.Area(area).label))


# -- how far one expert has come ----------------------------------------------------------------


@dataclass(frozen=True)
class NodeState:
    """One node of one expert: what was judged, and whether on the items that are there now."""

    branch: Branch
    judgements: Judgements
    is_stale: bool
    version: str

    @cached_property
    def figures(self) -> NodeFigures:
        return rules.figures_of(self.branch, self.judgements, with_worst=False)

    @property
    def is_judged(self) -> bool:
        return self.figures.is_complete and not self.is_stale

    @property
    def is_finished(self) -> bool:
        return self.is_judged and self.figures.is_consistent


@dataclass(frozen=True)
class ExpertState:
    """An expert with every node there is to judge."""

    expert: WeightExpert
    nodes: tuple[NodeState, ...]

    @property
    def is_outdated(self) -> bool:
        """The set has changed since the comparisons were handed in."""
        return bool(self.expert.submitted_at) and not all(node.is_judged for node in self.nodes)

    @property
    def is_finished(self) -> bool:
        return bool(self.expert.submitted_at) and not self.is_outdated

    @property
    def is_begun(self) -> bool:
        return any(node.judgements for node in self.nodes)

    @property
    def judged(self) -> int:
        return sum(node.figures.judged for node in self.nodes)

    @property
    def asked(self) -> int:
        return sum(node.figures.asked for node in self.nodes)

    @property
    def judgements(self) -> dict[str, Judgements]:
        return {node.branch.node: node.judgements for node in self.nodes}

    def node(self, name: str) -> NodeState | None:
        return next((node for node in self.nodes if node.branch.node == name), None)


def expert_state(expert: WeightExpert, hierarchy: Hierarchy) -> ExpertState:
    matrices = {matrix.node: matrix for matrix in expert.matrices.all()}
    nodes = [node_state(branch, matrices.get(branch.node)) for branch in hierarchy.branches]
    return ExpertState(expert, tuple(nodes))


def node_state(branch: Branch, matrix: PairwiseMatrix | None) -> NodeState:
    """What still fits of a matrix; it is stale once an item came or went."""
    if matrix is None:
        return NodeState(branch, {}, False, "")
    judged = rules.parsed(matrix.judgements)
    kept = rules.carried(branch.items, matrix.items, judged)
    is_stale = sorted(matrix.items) != sorted(branch.items)
    return NodeState(branch, kept, is_stale, matrix.changed_at.isoformat())


def experts_of(index_set: IndexSet) -> list[WeightExpert]:
    found = index_set.experts.select_related("user").prefetch_related("matrices")
    return list(found.order_by("invited_at", "pk"))


# -- what they come to together -----------------------------------------------------------------


@dataclass(frozen=True)
class Study:
    """A set being compared: its experts, and the weights of those who have finished.

    ``derived`` is None while nobody has, or where nothing can be derived.
    """

    index_set: IndexSet
    hierarchy: Hierarchy
    experts: tuple[ExpertState, ...]

    @property
    def finished(self) -> list[ExpertState]:
        return [expert for expert in self.experts if expert.is_finished]

    @property
    def unfinished(self) -> list[ExpertState]:
        return [expert for expert in self.experts if not expert.is_finished]

    @cached_property
    def derived(self) -> Derived | None:
        try:
            return rules.derived(
                self.hierarchy.areas, [expert.judgements for expert in self.finished]
            )
        except CannotWeigh:
            return None


def study_of(index_set: IndexSet) -> Study:
    hierarchy = hierarchy_of(index_set)
    experts = [expert_state(expert, hierarchy) for expert in experts_of(index_set)]
    return Study(index_set, hierarchy, tuple(experts))


# -- lists ----------------------------------------------------------------------------------------


def comparisons_waiting(user: User) -> QuerySet[WeightExpert]:
    """What ``user`` was asked for and has not handed in, while the set is a draft."""
    own = WeightExpert.objects.own(user).filter(submitted_at=None)
    return own.filter(index_set__state=IndexSet.State.DRAFT)


@dataclass(frozen=True, slots=True)
class Asked:
    """One set that somebody is asked to compare, and how far that is."""

    state: ExpertState
    index_set: IndexSet

    @property
    def is_open(self) -> bool:
        return self.index_set.state == IndexSet.State.DRAFT


def comparisons_asked(experts: Iterable[WeightExpert]) -> list[Asked]:
    """For one page of ``experts_asked``. Two queries, however many there are."""
    those = list(experts)
    prefetch_related_objects(those, "matrices")
    hierarchies = hierarchies_of({expert.index_set_id for expert in those})
    return [
        Asked(expert_state(expert, hierarchies[expert.index_set_id]), expert.index_set)
        for expert in those
    ]


def experts_asked(user: User) -> QuerySet[WeightExpert]:
    """The comparisons a person was ever asked for: those to be made first, then the newest."""
    is_draft = Case(When(index_set__state=IndexSet.State.DRAFT, then=0), default=1)
    own = WeightExpert.objects.own(user).select_related("index_set__court", "invited_by")
    return own.order_by(is_draft, "submitted_at", "-invited_at", "-pk")


def experts_kept_by(user: User) -> QuerySet[WeightExpert]:
    """The experts of the sets of the courts in which ``user`` manages index sets."""
    kept = court_scope(user, MANAGE, court="index_set__court")
    return WeightExpert.objects.filter(kept).select_related("user", "index_set__court")


def people_to_ask(index_set: IndexSet, text: str) -> list[User]:
    """Open accounts of the set's court that ``text`` finds and that have not been asked.

    Chinese is looked for anywhere in the name, letters at the beginning of user name, pinyin or
    initials. One more than fits shows that there are more.
    """
    plain = normal_name(text)
    if not plain:
        return []
    people = User.objects.filter(court=index_set.court_id, is_active=True, is_platform=False)
    letters = _APART.sub("", plain.lower())
    if letters.isascii() and letters.isalnum():
        found = people.filter(
            Q(officer__pinyin__startswith=letters)
            | Q(officer__initials__startswith=letters)
            | Q(username__startswith=letters)
            | Q(name__icontains=plain)
        )
    else:
        found = people.filter(name__contains=plain)
    asked = index_set.experts.values("user")
    found = found.exclude(pk__in=asked).select_related("officer__department")
    return list(found.order_by("name", "pk")[: OFFERED + 1])


def derivations_of(index_set: IndexSet) -> QuerySet[WeightDerivation]:
    return index_set.derivations.select_related("made_by").order_by("-number")
