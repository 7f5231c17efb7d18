"""Reads of index sets: for lists and pages, for checking, and as rules to compute with."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, QuerySet, Sum
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from appraisal.models import IndexSet, Indicator, Measure
from appraisal.rules import checks, scoring
from appraisal.rules.periods import Aggregation
from courtparty.accounts.models import User
from courtparty.accounts.scope import court_scope

PRINCIPLES: dict[str, str | Promise] = {
    checks.Principle.FORM: _("Form"),
    checks.Principle.COMPREHENSIVENESS: _("Comprehensiveness"),
    checks.Principle.PERTINENCE: _("Pertinence"),
    checks.Principle.OPERABILITY: _("Operability"),
    checks.Principle.ADAPTABILITY: _("Adaptability"),
}
LEVELS: dict[str, str | Promise] = {
    checks.Level.PASS: _("passed"),
    checks.Level.WARN: _("worth a look"),
    checks.Level.FAIL: _("must be put right"),
}
FINDINGS: dict[str, str | Promise] = {
    "no_indicators": _("The set has no indicators."),
    "weights_100": _("The weights total exactly 100."),
    "weights_not_100": _("The weights total %(total)s; they must total exactly 100."),
    "weight_not_positive": _("The weight must be above zero."),
    "areas_covered": _("Quantity, quality, efficiency and effect are all covered."),
    "area_missing": _("No indicator covers the area “%(area)s”."),
    "function_part": _("The part of its own function carries %(share)s points."),
    "no_function_part": _("There is no part of its own for this function."),
    "operable": _("Every indicator names its source, who is responsible, and existing measures."),
    "no_source": _("It does not say where the figures come from."),
    "no_owner": _("It does not say who is responsible for the figures."),
    "no_numerator": _("It does not say what is counted."),
    "no_denominator": _("A ratio must say out of what it is taken."),
    "denominator": _("This kind counts; it is not taken out of anything."),
    "no_measure": _("There is no measure with the code “%(measure)s”."),
    "kind_unknown": _("There is no such kind of indicator."),
    "params_ratio": _("A ratio needs two different numbers: no marks at, and full marks at."),
    "params_count": _("A count needs a target per month above zero."),
    "params_range": _("A target range needs low, high (not below low) and a margin above zero."),
    "params_deduction": _("A deduction needs the points per event, above zero."),
    "unverified": _(
        "Unverified defaults: %(count)s. The court should fix these numbers before they count."
    ),
    "no_review_date": _("No day is set by which the set is to be reviewed."),
    "review_date": _("The set is to be reviewed by %(day)s."),
}


def measures_published() -> set[str]:
    """Codes of the measures that published or retired sets count, in any court."""
    used = Indicator.objects.exclude(index_set__state=IndexSet.State.DRAFT)
    parts = used.values_list("numerator", "denominator")
    return {code for numerator, denominator in parts for code in [*numerator, *denominator]}


def index_sets_kept_by(user: User) -> QuerySet[IndexSet]:
    """Sets of the courts in which ``user`` manages index sets."""
    kept = court_scope(user, "appraisal.manage_index_set")
    return IndexSet.objects.visible_to(user).filter(kept)


def index_sets_listed(user: User) -> QuerySet[IndexSet]:
    return (
        IndexSet.objects.visible_to(user)
        .select_related("court")
        .annotate(indicator_count=Count("indicators"), weight_total=Sum("indicators__weight"))
        .order_by("court__path", "function", "category", "code", "-version")
    )


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
    )


def published_for(court_id: int) -> dict[tuple[str, str], int]:
    """{(function, category): id} of a court's published sets."""
    found = IndexSet.objects.published().filter(court=court_id)
    rows = found.values_list("function", "category", "pk")
    return {(function, category): pk for function, category, pk in rows}


def findings_of(index_set: IndexSet) -> list[checks.Finding]:
    """What the check before publication says about a set as it stands."""
    return checks.check_index_set(
        [_draft(indicator) for indicator in indicators_of(index_set)],
        measures=set(Measure.objects.values_list("code", flat=True)),
        review_on=index_set.review_on,
    )


def indicators_of(index_set: IndexSet) -> list[Indicator]:
    return list(index_set.indicators.order_by("position", "code"))


@dataclass(frozen=True, slots=True)
class AreaWeight:
    label: str
    weight: Decimal


def composition_of(indicators: Iterable[Indicator]) -> list[AreaWeight]:
    """How much weight each duty area carries, in the order of the areas."""
    weights: dict[str, Decimal] = {}
    for indicator in indicators:
        weights[indicator.area] = weights.get(indicator.area, Decimal(0)) + indicator.weight
    return [
        AreaWeight(str(label), weights[area])
        for area, label in Indicator.Area.choices
        if area in weights
    ]


def total_weight(indicators: Iterable[Indicator]) -> Decimal:
    return sum((indicator.weight for indicator in indicators), Decimal(0))


def _draft(indicator: Indicator) -> checks.DraftIndicator:
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
    )


@dataclass(frozen=True, slots=True)
class FindingShown:
    """A finding in the reader's words."""

    level: str
    level_label: str
    principle: str
    indicator: str
    text: str


def findings_shown(index_set: IndexSet) -> list[FindingShown]:
    names = {indicator.code: indicator.display_name for indicator in indicators_of(index_set)}
    return [
        FindingShown(
            level=finding.level.value,
            level_label=str(LEVELS[finding.level]),
            principle=str(PRINCIPLES[finding.principle]),
            indicator=names.get(finding.indicator, finding.indicator),
            text=finding_text(finding),
        )
        for finding in findings_of(index_set)
    ]


def finding_text(finding: checks.Finding) -> str:
    params = dict(finding.params)
    if "area" in params:
        params["area"] = str(Indicator.Area(params["area"]).label)
    return str(FINDINGS[finding.code]) % params


def rule_in_words(indicator: Indicator, names: Mapping[str, str]) -> str:
    """What an indicator counts and when it gives full marks, before any figures are known."""
    try:
        params = checks.parameters_of(indicator.kind, indicator.params)
    except (KeyError, ValueError):
        return gettext("The parameters are not complete yet.")
    top, bottom = _named(indicator.numerator, names), _named(indicator.denominator, names)
    if len(indicator.denominator) > 1:
        bottom = gettext("(%(parts)s)") % {"parts": bottom}
    if len(indicator.numerator) > 1 and bottom:
        top = gettext("(%(parts)s)") % {"parts": top}
    measured = f"{top} ÷ {bottom}" if bottom else top
    share = bool(indicator.denominator)
    words = {name: written(value, as_share=share) for name, value in params.items()}
    return str(RULES[indicator.kind]) % {"measured": measured, **words}


RULES: dict[str, str | Promise] = {
    Indicator.Kind.RATIO: _("%(measured)s; no marks at %(zero_at)s, full marks at %(full_at)s"),
    Indicator.Kind.COUNT: _("%(measured)s; full marks at %(per_month)s for each month in post"),
    Indicator.Kind.RANGE: _(
        "%(measured)s; full marks from %(low)s to %(high)s, falling to none within %(margin)s "
        "outside"
    ),
    Indicator.Kind.DEDUCTION: _("%(measured)s; %(per_event)s points off for each"),
}


def _named(measures: Collection[str], names: Mapping[str, str]) -> str:
    return " + ".join(names.get(measure, measure) for measure in measures)


def written(value: Decimal, *, as_share: bool) -> str:
    """A parameter as people write it: 0.82 of a ratio is 82 %."""
    return f"{scoring.plain(value * 100)} %" if as_share else scoring.plain(value)
