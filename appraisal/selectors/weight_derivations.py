"""A derivation that was kept, read back step by step."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from appraisal.models import IndexSet, WeightDerivation
from appraisal.rules.agreement import Concordance, Reason
from appraisal.rules.weight_study import ROOT, Branch
from appraisal.selectors.weight_words import agreement_text, agreement_tone, node_name
from appraisal.selectors.weights import area_name
from courtparty.accounts.models import User
from courtparty.lib.languages import in_english


@dataclass(frozen=True, slots=True)
class Step:
    """A matrix with what comes of it: rows of (name, cells, weight)."""

    title: str
    rows: list[tuple[str, list[str], Decimal]]
    lambda_max: Decimal
    ci: Decimal
    cr: Decimal


@dataclass(frozen=True, slots=True)
class NodeSteps:
    """One node: each expert's matrix, the matrix combined, and how far the experts agree."""

    name: str
    items: list[str]
    experts: list[Step]
    combined: Step
    agreement: Concordance

    @property
    def words(self) -> str:
        return agreement_text(self.agreement)

    @property
    def tone(self) -> str:
        return agreement_tone(self.agreement)


@dataclass(frozen=True, slots=True)
class GlobalRow:
    """An indicator: the area's weight times its own within the area, as points."""

    area: str
    name: str
    of_area: Decimal
    within: Decimal
    whole: Decimal
    before: Decimal
    points: Decimal


@dataclass(frozen=True, slots=True)
class DerivationShown:
    """Everything a derivation rests on, in the reader's words."""

    experts: list[str]
    nodes: list[NodeSteps]
    rows: list[GlobalRow]
    agreement: Concordance
    words: str
    tone: str

    @property
    def total_before(self) -> Decimal:
        return sum((row.before for row in self.rows), Decimal(0))

    @property
    def total(self) -> Decimal:
        return sum((row.points for row in self.rows), Decimal(0))


def derivations_visible_to(user: User) -> QuerySet[WeightDerivation]:
    """How the weights came about is open to whoever may see the set."""
    sets = IndexSet.objects.visible_to(user)
    found = WeightDerivation.objects.filter(index_set__in=sets)
    return found.select_related("index_set__court", "made_by")


def derivation_shown(derivation: WeightDerivation, *, with_names: bool) -> DerivationShown:
    """``with_names`` is for those who asked the experts; to others they are numbers."""
    content = derivation.content
    people = _people(content["experts"], with_names=with_names)
    agreement = _concordance(content["agreement"], len(people), len(content["points"]))
    return DerivationShown(
        experts=people,
        nodes=[_node(node, content, people) for node in content["nodes"]],
        rows=_rows(content),
        agreement=agreement,
        words=agreement_text(agreement),
        tone=agreement_tone(agreement),
    )


def _people(accounts: list[int], *, with_names: bool) -> list[str]:
    names: dict[int, str] = {}
    if with_names:
        names = {user.pk: str(user) for user in User.objects.filter(pk__in=accounts)}
    numbered = enumerate(accounts, start=1)
    return [names.get(pk) or _("Expert %(number)s") % {"number": n} for n, pk in numbered]


def _node(node: Mapping[str, Any], content: Mapping[str, Any], people: list[str]) -> NodeSteps:
    items = [_item(node["node"], code, content) for code in node["items"]]
    experts = [
        _step(title, one, one["judgements"], items)
        for title, one in zip(people, node["experts"], strict=True)
    ]
    return NodeSteps(
        name=node_name(Branch(node["node"], tuple(node["items"]))),
        items=items,
        experts=experts,
        combined=_step(_("Combined"), node, node["combined"], items),
        agreement=_concordance(node["agreement"], len(people), len(items)),
    )


def _step(title: str, found: Mapping[str, Any], upper: Mapping[str, str], items: list[str]) -> Step:
    weights = [Decimal(weight) for weight in found["weights"]]
    rows = [
        (name, [_cell(upper, i, j) for j in range(len(items))], weights[i])
        for i, name in enumerate(items)
    ]
    figures = (Decimal(found[name]) for name in ("lambda_max", "ci", "cr"))
    return Step(title, rows, *figures)


def _cell(upper: Mapping[str, str], i: int, j: int) -> str:
    """Judgements as they were given (1/3); what was combined with three places."""
    if i == j:
        return "1"
    value = Fraction(upper[f"{i}-{j}"] if i < j else upper[f"{j}-{i}"])
    value = value if i < j else 1 / value
    is_given = value.numerator == 1 or value.denominator == 1
    return str(value) if is_given else f"{value.numerator / Decimal(value.denominator):.3f}"


def _rows(content: Mapping[str, Any]) -> list[GlobalRow]:
    local = {
        (node["node"], code): Decimal(weight)
        for node in content["nodes"]
        for code, weight in zip(node["items"], node["weights"], strict=True)
    }
    return [
        GlobalRow(
            area=area_name(area),
            name=_item(area, code, content),
            of_area=local.get((ROOT, area), Decimal(1)),
            within=local.get((area, code), Decimal(1)),
            whole=Decimal(content["weights"][code]),
            before=Decimal(content["before"][code]),
            points=Decimal(content["points"][code]),
        )
        for area, codes in content["areas"]
        for code in codes
    ]


def _item(node: str, code: str, content: Mapping[str, Any]) -> str:
    """As the item was called when the weights were taken."""
    if node == ROOT:
        return area_name(code)
    name, name_en = content["names"][code]
    return name_en if in_english() and name_en else name


def _concordance(kept: Mapping[str, Any], judges: int, items: int) -> Concordance:
    w = Decimal(kept["w"]) if kept["w"] is not None else None
    return Concordance(w, judges, items, Reason(kept["reason"]) if kept["reason"] else None)
