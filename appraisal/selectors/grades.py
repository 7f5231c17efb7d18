"""Reads for grades: who is up for one, on which numbers, and why one is proposed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Prefetch
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from appraisal.models import (
    AppraisalSettings,
    Cycle,
    GradeExclusion,
    GradeProposal,
    Participant,
)
from appraisal.rules.grades import Candidate, Grade, Thresholds, Why, quota
from appraisal.rules.scoring import plain
from appraisal.selectors.index_sets import grade_in_words, rules_of
from appraisal.selectors.settings import settings_of

REASONS: dict[str, str | Promise] = {
    Why.WITHIN_QUOTA: _(
        "%(total)s points reach the %(threshold)s asked for excellent, and one of the group's "
        "%(seats)s places (of %(taking_part)s people) is free for it."
    ),
    Why.QUOTA_FULL: _(
        "%(total)s points reach the %(threshold)s asked for excellent, but the group's %(seats)s "
        "places (of %(taking_part)s people) go to higher totals."
    ),
    Why.TIE_AT_BORDER: _(
        "%(total)s points reach the %(threshold)s asked for excellent, but %(tied)s people have "
        "this total and the group's %(seats)s places (of %(taking_part)s people) are not enough "
        "for all of them. The committee decides between them."
    ),
    Why.SEAT_UNDECIDED: _(
        "%(total)s points reach the %(threshold)s asked for excellent. The group's %(seats)s "
        "places (of %(taking_part)s people) are taken; %(open)s more lie between %(groups)s groups "
        "with equal claims. The committee decides, with %(tied)s people of this total here."
    ),
    Why.THRESHOLD_REACHED: _("%(total)s points; this grade begins at %(threshold)s."),
    Why.BELOW_THRESHOLDS: _("%(total)s points are below %(threshold)s, where the grades begin."),
    Why.VETO: _("A veto limits the grade to “%(at_most)s”; without it, it would be “%(without)s”."),
    Why.EXCLUDED: _("Excluded from a grade: %(exclusion)s."),
    Why.MONTHS_BELOW_MINIMUM: _(
        "%(months)s months in post; a grade needs at least %(minimum)s months."
    ),
    Why.NO_TOTAL: _("There is no total, because figures or ratings are missing."),
}
EXCLUSIONS = dict(GradeExclusion.Reason.choices)


def reasons_in_words(reasons: Iterable[Mapping[str, Any]]) -> list[str]:
    """Why a grade is proposed, each reason as a sentence in the active language."""
    return [_in_words(reason) for reason in reasons]


def _in_words(reason: Mapping[str, Any]) -> str:
    params = dict(reason.get("params", {}))
    for name in ("at_most", "without"):
        if name in params:
            params[name] = grade_in_words(params[name])
    if "exclusion" in params:
        params["exclusion"] = EXCLUSIONS.get(params["exclusion"], params["exclusion"])
    return str(REASONS[reason["code"]]) % params


def thresholds_of(settings: AppraisalSettings) -> Thresholds:
    return Thresholds(
        excellent=Decimal(settings.excellent_from),
        competent=Decimal(settings.competent_from),
        basic=Decimal(settings.basic_from),
    )


def percent_of(settings: AppraisalSettings) -> Decimal:
    return Decimal(settings.excellent_percent)


@dataclass(frozen=True, slots=True)
class QuotaUse:
    """How many of those with a grade may be excellent by the settings, and how many are."""

    seats: int
    graded: int
    percent: Decimal
    excellent: int

    def refusal_for(self, more: int = 0) -> str:
        """Why ``more`` can't be excellent beside those who are; '' when they can."""
        if self.excellent + more <= self.seats:
            return ""
        return gettext("Only %(seats)s of %(graded)s may be excellent (%(percent)s %%).") % {
            "seats": self.seats,
            "graded": self.graded,
            "percent": plain(self.percent),
        }


def quota_use(cycle: Cycle) -> QuotaUse:
    """The quota of a cycle by what is decided; where nothing is, by what is proposed."""
    settings = settings_of(cycle.court)
    grades = GradeProposal.objects.filter(participant__cycle=cycle)
    graded = grades.exclude(decided=Grade.NONE).exclude(decided="", proposed=Grade.NONE).count()
    percent = percent_of(settings)
    return QuotaUse(
        seats=quota(graded, percent, is_approved=settings.quota_approval_id is not None),
        graded=graded,
        percent=percent,
        excellent=grades.filter(decided=Grade.EXCELLENT).count(),
    )


def are_exclusions_changed(cycle: Cycle) -> bool:
    """Whether anybody is excluded, or no longer, since the grades were proposed."""
    proposals = GradeProposal.objects.filter(participant__cycle=cycle)
    reasons = dict(proposals.values_list("participant", "reasons"))
    known = {pk for pk, why in reasons.items() if any(one["code"] == Why.EXCLUDED for one in why)}
    excluded = GradeExclusion.objects.filter(
        participant__cycle=cycle, participant__grade__isnull=False
    )
    return known != set(excluded.values_list("participant", flat=True))


def candidates_of(cycle: Cycle) -> list[Candidate]:
    """Everybody who takes part, as the rules for grades want them, by participant's number."""
    exclusions = Prefetch("grade_exclusions", GradeExclusion.objects.only("participant", "reason"))
    found = (
        Participant.objects.filter(cycle=cycle, excluded="")
        .select_related("result")
        .prefetch_related(exclusions)
    )
    limits = veto_limits(found.values_list("index_set_id", flat=True).distinct())
    return [_candidate(participant, limits) for participant in found]


def veto_limits(index_set_ids: Iterable[int | None]) -> dict[tuple[int, str], str]:
    """{(index set, code of the veto): the best grade it leaves}."""
    return {
        (index_set_id, rule.code): rule.at_most
        for index_set_id, rules in rules_of([pk for pk in index_set_ids if pk]).items()
        for rule in rules
        if rule.at_most
    }


def _candidate(participant: Participant, limits: dict[tuple[int, str], str]) -> Candidate:
    result = getattr(participant, "result", None)
    vetoes = result.vetoes if result else []
    set_id = participant.index_set_id or 0
    return Candidate(
        key=str(participant.pk),
        group=f"{participant.function}:{participant.staff_class}",
        total=result.total if result else None,
        months=len(participant.months),
        at_most=tuple(limits[set_id, code] for code in vetoes if (set_id, code) in limits),
        exclusions=tuple(exclusion.reason for exclusion in participant.grade_exclusions.all()),
    )
