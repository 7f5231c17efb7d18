"""Reads of index sets: for lists and pages, for checking, and as rules to compute with."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from appraisal.models import IndexSet, Indicator, Measure, RaterGroup
from appraisal.models.results import GRADES
from appraisal.rules import checks, scoring
from appraisal.rules.grades import Grade
from appraisal.rules.periods import Aggregation
from appraisal.rules.principles import OUTSIDE
from courtparty.accounts.models import Unit, User
from courtparty.accounts.scope import court_scope, is_court_path, paths_with
from courtparty.lib.words import percentage

MANAGE = "appraisal.manage_index_set"
HUNDRED = scoring.HUNDRED

# Kinds whose weight is part of the hundred.
INSIDE = [kind.value for kind in scoring.Kind if kind not in OUTSIDE]


def measures_published() -> set[str]:
    """Codes of the measures that published or retired sets count, in any court."""
    used = Indicator.objects.exclude(index_set__state=IndexSet.State.DRAFT)
    parts = used.values_list("numerator", "denominator")
    return {code for numerator, denominator in parts for code in [*numerator, *denominator]}


def index_sets_kept_by(user: User) -> QuerySet[IndexSet]:
    """Sets of the courts in which ``user`` manages index sets."""
    kept = court_scope(user, MANAGE)
    return IndexSet.objects.visible_to(user).filter(kept).select_related("court")


def index_sets_listed(user: User) -> QuerySet[IndexSet]:
    return (
        IndexSet.objects.visible_to(user)
        .select_related("court")
        .annotate(
            indicator_count=Count("indicators"),
            weight_total=Sum("indicators__weight", filter=Q(indicators__kind__in=INSIDE)),
        )
    )


DEFAULT_SORT = "function"
_SORTS = {
    "function": ("court__path", "function", "staff_class", "code", "-version"),
    "name": ("name", "-version", "pk"),
    "state": ("state", "function", "staff_class", "code", "-version"),
    "review": (F("review_on").asc(nulls_last=True), "code", "-version"),
}


def index_sets_sorted(found: QuerySet[IndexSet], sort: str) -> QuerySet[IndexSet]:
    """In the order asked for; a set's versions newest first."""
    order = _SORTS.get(sort.removeprefix("-"))
    if order is None:
        return found.order_by(*_SORTS[DEFAULT_SORT], "pk")
    if not sort.startswith("-"):
        return found.order_by(*order, "pk")
    return found.order_by(*order, "pk").reverse()


def courts_kept_by(user: User) -> QuerySet[Unit]:
    """The courts whose index sets ``user`` manages."""
    paths = [path for path in paths_with(user, MANAGE) if is_court_path(path)]
    return Unit.objects.courts().filter(path__in=paths).order_by("path")


def measure_names() -> dict[str, str]:
    """Codes of measures with their names in the active language."""
    return {measure.code: measure.display_name for measure in Measure.objects.all()}


def aggregations() -> dict[str, Aggregation]:
    rows = Measure.objects.values_list("code", "aggregation")
    return {code: Aggregation(aggregation) for code, aggregation in rows}


def rules_of(index_set_ids: Iterable[int]) -> dict[int, tuple[scoring.Indicator, ...]]:
    """The indicators of sets in their order, ready to compute with. One query."""
    rules: dict[int, list[scoring.Indicator]] = {}
    found = Indicator.objects.filter(index_set__in=set(index_set_ids))
    for indicator in found.order_by("index_set_id", "position", "code"):
        rules.setdefault(indicator.index_set_id, []).append(_rule(indicator))
    return {index_set_id: tuple(lines) for index_set_id, lines in rules.items()}


def _rule(indicator: Indicator) -> scoring.Indicator:
    return scoring.Indicator(
        code=indicator.code,
        kind=scoring.Kind(indicator.kind),
        weight=indicator.weight,
        numerator=tuple(indicator.numerator),
        denominator=tuple(indicator.denominator),
        params=checks.parameters_of(indicator.kind, indicator.params),
        at_most=checks.at_most_of(indicator.kind, indicator.params),
    )


def indicators_of(index_set: IndexSet) -> list[Indicator]:
    return list(index_set.indicators.order_by("position", "code"))


@dataclass(frozen=True, slots=True)
class AreaWeight:
    label: str
    weight: Decimal


def composition_of(indicators: Iterable[Indicator]) -> list[AreaWeight]:
    """How much of the hundred each duty area carries, in the order of the areas."""
    weights: dict[str, Decimal] = {}
    for indicator in indicators:
        if indicator.kind in OUTSIDE:
            continue
        weights[indicator.area] = weights.get(indicator.area, Decimal(0)) + indicator.weight
    return [
        AreaWeight(str(label), weights[area])
        for area, label in Indicator.Area.choices
        if area in weights
    ]


def total_weight(indicators: Iterable[Indicator]) -> Decimal:
    """What of the hundred is given away; bonuses and vetoes stand outside it."""
    return sum((one.weight for one in indicators if one.kind not in OUTSIDE), Decimal(0))


def draft_of(indicator: Indicator) -> checks.DraftIndicator:
    """An indicator as the check and the comparison take it: nothing interpreted yet."""
    return checks.DraftIndicator(
        code=indicator.code,
        kind=indicator.kind,
        part=indicator.part,
        area=indicator.area,
        weight=indicator.weight,
        numerator=indicator.numerator,
        denominator=indicator.denominator,
        params=indicator.params,
        source=indicator.source,
        owner=indicator.owner,
        certainty=indicator.certainty,
        anchors=indicator.anchors,
        name=indicator.name,
        name_en=indicator.name_en,
    )


def stamp_of(index_set: IndexSet) -> str:
    """A fingerprint of everything that is edited in a set: whoever saves must have read it."""
    basics = [getattr(index_set, name) for name in BASICS]
    indicators = [
        [_stamped(getattr(one, name)) for name in INDICATOR_FIELDS]
        for one in indicators_of(index_set)
    ]
    groups = [[one.kind, str(one.weight), one.at_most] for one in groups_of(index_set)]
    return scoring.fingerprint([[str(value) for value in basics], indicators, groups])


def _stamped(value: Any) -> Any:
    """Lists and mappings as they are: databases keep their keys in different orders."""
    return value if isinstance(value, list | dict) else str(value)


# What is edited, and copied: of a set, and of an indicator.
BASICS = ("name", "name_en", "basis", "review_on", "raters_known")
INDICATOR_FIELDS = (
    "code",
    "name",
    "name_en",
    "part",
    "area",
    "kind",
    "weight",
    "numerator",
    "denominator",
    "params",
    "anchors",
    "source",
    "owner",
    "basis",
    "basis_en",
    "certainty",
    "position",
)


def groups_of(index_set: IndexSet) -> list[RaterGroup]:
    """The rater groups in the order in which people think of them."""
    order = list(RaterGroup.Kind.values)
    return sorted(index_set.rater_groups.all(), key=lambda group: order.index(group.kind))


# -- rules in words ---------------------------------------------------------------------------


def rule_in_words(indicator: Indicator, names: Mapping[str, str]) -> str:
    """What an indicator counts and when it gives full marks, before any figures are known."""
    try:
        params = checks.parameters_of(indicator.kind, indicator.params)
    except (KeyError, ValueError):
        return gettext("The parameters are not complete yet.")
    values: dict[str, str] = {
        "measured": measured_in_words(indicator.numerator, indicator.denominator, names),
        "weight": scoring.plain(indicator.weight),
        "at_most": grade_in_words(checks.at_most_of(indicator.kind, indicator.params)),
        "steps": _steps(params) if indicator.kind == Indicator.Kind.LADDER else "",
    }
    share = bool(indicator.denominator)
    values |= {name: written(value, as_share=share) for name, value in params.items()}
    is_rated = indicator.kind == Indicator.Kind.GRADED and not indicator.numerator
    text = RATED if is_rated else RULES[indicator.kind]
    return str(text) % values


def measured_in_words(
    numerator: Collection[str], denominator: Collection[str], names: Mapping[str, str]
) -> str:
    top, bottom = _named(numerator, names), _named(denominator, names)
    if len(denominator) > 1:
        bottom = gettext("(%(parts)s)") % {"parts": bottom}
    if len(numerator) > 1 and bottom:
        top = gettext("(%(parts)s)") % {"parts": top}
    return f"{top} ÷ {bottom}" if bottom else top


def _steps(params: Mapping[str, Decimal]) -> str:
    """The months of a ladder that are set: 3: 18 %, 4: 29 %."""
    return " · ".join(
        gettext("month %(month)s: %(step)s")
        % {"month": name.removeprefix("m"), "step": written(value, as_share=True)}
        for name, value in params.items()
    )


def grade_in_words(grade: str) -> str:
    return str(GRADES[Grade(grade)]) if grade in set(Grade) else grade


RATED: str | Promise = _(
    "Rated by people with graded words; their rater groups' weighted mean, 0 to 100, is the share "
    "of the weight"
)
RULES: dict[str, str | Promise] = {
    Indicator.Kind.RATIO: _("%(measured)s; no marks at %(zero_at)s, full marks at %(full_at)s"),
    Indicator.Kind.COUNT: _("%(measured)s; full marks at %(per_month)s for each month in post"),
    Indicator.Kind.RANGE: _(
        "%(measured)s; full marks from %(low)s to %(high)s, falling to none within %(margin)s "
        "outside"
    ),
    Indicator.Kind.LADDER: _(
        "%(measured)s; full marks for what the ladder asks for at the end of the months in post, "
        "in proportion below (%(steps)s)"
    ),
    Indicator.Kind.GRADED: _("%(measured)s; a grade of 0 to 100 is the share of the weight"),
    Indicator.Kind.YES_NO: _("%(measured)s; the months with yes out of the months in post"),
    Indicator.Kind.DEDUCTION: _("%(measured)s; %(per_event)s points off for each"),
    Indicator.Kind.BONUS: _(
        "%(measured)s; %(per_event)s points more for each, at most %(weight)s beside the 100"
    ),
    Indicator.Kind.VETO: _("%(measured)s; one is enough to limit the grade to “%(at_most)s”"),
    Indicator.Kind.HEAD_SHARE: _(
        "%(measured)s; full marks for the head's share of what an average judge of the function "
        "reaches in the same months in post"
    ),
}


def _named(measures: Collection[str], names: Mapping[str, str]) -> str:
    return " + ".join(names.get(measure, measure) for measure in measures)


def written(value: Decimal, *, as_share: bool) -> str:
    """A parameter as people write it: 0.82 of a ratio is 82 %."""
    return percentage(scoring.plain(value * 100)) if as_share else scoring.plain(value)
