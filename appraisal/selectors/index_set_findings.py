"""What the check of an index set found, in the reader's words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from appraisal.models import IndexSet, Indicator
from appraisal.rules.checks import Finding, Level, Principle, worst_level
from appraisal.selectors.index_sets import indicators_of, measure_names
from courtparty.accounts.models import Unit

PRINCIPLES: dict[str, str | Promise] = {
    Principle.FORM: _("Form"),
    Principle.COMPREHENSIVENESS: _("Comprehensiveness"),
    Principle.PERTINENCE: _("Pertinence"),
    Principle.OPERABILITY: _("Operability"),
    Principle.ADAPTABILITY: _("Adaptability"),
}
QUESTIONS: dict[str, str | Promise] = {
    Principle.FORM: _("Do the weights and codes add up?"),
    Principle.COMPREHENSIVENESS: _("Are all duty areas of this staff class covered?"),
    Principle.PERTINENCE: _("Does it fit the nature of this function's work?"),
    Principle.OPERABILITY: _("Can every figure be had, and is every rule complete?"),
    Principle.ADAPTABILITY: _("When is it reviewed, and who would move under it?"),
}
LEVELS: dict[str, str | Promise] = {
    Level.PASS: _("passed"),
    Level.WARN: _("worth a look"),
    Level.FAIL: _("must be put right"),
}
TONES = {Level.PASS: "success", Level.WARN: "warning", Level.FAIL: "danger"}

FINDINGS: dict[str, str | Promise] = {
    "no_indicators": _("The set has no indicators."),
    "weights_100": _("The weights total exactly 100."),
    "weights_not_100": _("The weights total %(total)s; they must total exactly 100."),
    "weight_out_of_bounds": _("The weight must be above 0 and at most 100."),
    "code_twice": _("The code “%(code)s” is used twice."),
    "bonus_capped": _("Bonuses are capped at %(total)s points beside the 100."),
    "bonus_high": _(
        "Bonuses can bring %(total)s points beside the 100; in real courts the cap is %(most)s."
    ),
    "no_groups": _("Some indicators are rated by people, but no group of raters is set."),
    "groups_not_100": _(
        "The weights of the rater groups total %(total)s; they must total exactly 100."
    ),
    "groups_100": _("The weights of the rater groups total exactly 100."),
    "head_share_elsewhere": _("A head's share of cases belongs only in a set for heads."),
    "area_covered": _("“%(area)s” is covered with %(share)s points."),
    "area_missing": _("No indicator with weight covers the area “%(area)s”."),
    "function_part": _("The part of its own function carries %(share)s points."),
    "function_part_small": _(
        "The part of its own function carries only %(share)s points; below %(least)s (our own, "
        "unverified limit) it says little about this function."
    ),
    "no_function_part": _("There is no part of its own for this function."),
    "same_as": _("It has the same content as the set of “%(function)s”."),
    "own_content": _("No other function of the court has a set with the same content."),
    "verified": _("No number is an unverified default."),
    "unverified": _(
        "Unverified defaults: %(count)s of %(of)s indicators. The court should fix these numbers "
        "before they count."
    ),
    "operable": _("Source, person responsible, measures and parameters are complete."),
    "graded_register": _(
        "“%(measure)s” is a register of events; a grade that was not given would count as zero."
    ),
    "no_source": _("It does not say where the figures come from."),
    "no_owner": _("It does not say who is responsible for the figures."),
    "no_numerator": _("It does not say what is counted."),
    "no_denominator": _("A ratio must say out of what it is taken."),
    "denominator": _("This kind counts; it is not taken out of anything."),
    "no_measure": _("There is no measure with the code “%(measure)s”."),
    "kind_unknown": _("There is no such kind of indicator."),
    "params_empty": _("The numbers are empty: they are for the court to fill in."),
    "params_ratio": _("A ratio needs two different numbers: no marks at, and full marks at."),
    "params_count": _("A count needs a target per month above zero."),
    "params_range": _("A target range needs low, high (not below low) and a margin above zero."),
    "params_ladder": _(
        "A ladder needs at least one monthly step, from 0 to 100 %%, never lower than the one "
        "before, and the last one above zero."
    ),
    "params_deduction": _("A deduction needs the points per event, above zero."),
    "params_bonus": _("A bonus needs the points per event, above zero."),
    "params_veto": _(
        "A veto needs the grade it limits to: competent, basically competent or incompetent."
    ),
    "anchors_few": _("Graded words need at least three steps."),
    "anchors_incomplete": _(
        "Every graded word needs its word and its meaning in Chinese and in English."
    ),
    "anchors_scores": _("The scores of the graded words must fall from step to step, 100 to 0."),
    "economic_word": _("“%(word)s” is an economic quantity; performance is not appraised by it."),
    "economic_unit": _(
        "“%(measure)s” is counted in “%(unit)s”, which is money; performance is not appraised by "
        "it."
    ),
    "nobody_to_look_at": _(
        "Nobody of this function and staff class has served in the months looked at, so whether "
        "the figures come is not known."
    ),
    "obtained": _("“%(measure)s”: %(count)s of %(of)s figures came (%(percent)s %%), %(where)s."),
    "partly_obtained": _(
        "“%(measure)s”: only %(count)s of %(of)s figures came (%(percent)s %%), %(where)s."
    ),
    "never_obtained": _(
        "“%(measure)s”: no figures yet, %(where)s. Make sure that they can be had before the next "
        "cycle."
    ),
    "hardly_obtained": _(
        "“%(measure)s”: was asked for, but only %(count)s of %(of)s figures came (%(percent)s %%), "
        "%(where)s."
    ),
    "no_review_date": _("No day is set by which the set is to be reviewed."),
    "review_date": _("The set is to be reviewed by %(day)s."),
    "review_past": _("The day of review, %(day)s, is not in the future."),
    "review_late": _("The day of review, %(day)s, is more than %(years)s years away."),
    "replayed": _("“%(cycle)s” under this set: %(moved)s of %(people)s people would move."),
    "not_replayed": _(
        "The last closed cycle has no figures or ratings for it: it was left out of the replay."
    ),
    "no_replay": _(
        "No closed cycle of this function and staff class can be replayed, so who would move is "
        "not known."
    ),
}


@dataclass(frozen=True, slots=True)
class FindingShown:
    """A finding in the reader's words."""

    level: str
    level_label: str
    tone: str
    principle: str
    indicator: str
    text: str


@dataclass(frozen=True, slots=True)
class PrincipleShown:
    """One principle with its verdict: what is wrong or doubtful, and what is right."""

    label: str
    question: str
    level: str
    level_label: str
    tone: str
    open_points: list[FindingShown]
    passed: list[FindingShown]


def findings_kept(rows: Iterable[Mapping[str, Any]]) -> list[Finding]:
    """The findings of a stored report."""
    return [
        Finding(
            Level(row["level"]),
            Principle(row["principle"]),
            row["code"],
            row["indicator"],
            row["params"],
        )
        for row in rows
    ]


def report_of(findings: Sequence[Finding], index_set: IndexSet) -> list[PrincipleShown]:
    """The report of a check: one section for each principle, with its verdict."""
    names, measures = _indicator_names(index_set), measure_names()
    sections = []
    for principle, label in PRINCIPLES.items():
        ours = [finding for finding in findings if finding.principle == principle]
        shown = [_shown(finding, names, measures) for finding in ours]
        level = worst_level(ours)
        sections.append(
            PrincipleShown(
                label=str(label),
                question=str(QUESTIONS[principle]),
                level=level.value,
                level_label=str(LEVELS[level]),
                tone=TONES[level],
                open_points=[one for one in shown if one.level != Level.PASS],
                passed=[one for one in shown if one.level == Level.PASS],
            )
        )
    return sections


def reasons_of(findings: Iterable[Finding], index_set: IndexSet) -> list[str]:
    """What forbids publishing, one sentence each."""
    names, measures = _indicator_names(index_set), measure_names()
    return [
        ": ".join(filter(None, [names.get(one.indicator, ""), finding_text(one, measures)]))
        for one in findings
        if one.level is Level.FAIL
    ]


def _indicator_names(index_set: IndexSet) -> dict[str, str]:
    return {indicator.code: indicator.display_name for indicator in indicators_of(index_set)}


def _shown(finding: Finding, names: Mapping[str, str], measures: Mapping[str, str]) -> FindingShown:
    return FindingShown(
        level=finding.level.value,
        level_label=str(LEVELS[finding.level]),
        tone=TONES[finding.level],
        principle=str(PRINCIPLES[finding.principle]),
        indicator=names.get(finding.indicator, finding.indicator),
        text=finding_text(finding, measures),
    )


def finding_text(finding: Finding, measures: Mapping[str, str]) -> str:
    params = dict(finding.params)
    if "area" in params:
        params["area"] = str(Indicator.Area(params["area"]).label)
    if "function" in params:
        params["function"] = str(Unit.Function(params["function"]).label)
    if "measure" in params:
        params["measure"] = measures.get(params["measure"], params["measure"])
    if "cycle" in params:
        params["where"] = (
            gettext("in “%(cycle)s”") % params
            if params["cycle"]
            else gettext("in the last three months")
        )
    return str(FINDINGS[finding.code]) % params
