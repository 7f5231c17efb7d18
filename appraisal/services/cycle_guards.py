"""What still stands in the way of a step of a cycle, in words, with the page that mends it."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from appraisal.models import (
    Adjustment,
    AssessmentRun,
    Cycle,
    GradeExclusion,
    Participant,
    RatingSheet,
)
from appraisal.rules.cycles import Guard, State, Transition
from appraisal.selectors.candidates import candidates
from appraisal.selectors.grades import quota_use
from appraisal.selectors.ratings import REPLACED
from appraisal.services import assessment
from appraisal.services.figures import figures_lock
from courtparty.jobs.models import Job


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One thing that is missing. ``url`` leads to where it is mended, ``link`` names that page."""

    guard: Guard
    text: str
    url: str = ""
    link: str = ""


def obstacles(cycle: Cycle, step: Transition) -> list[Obstacle]:
    """What is missing for ``step``, in the order of the table; empty when it can be taken."""
    found = (_CHECKS[guard](cycle) for guard in step.guards)
    return [obstacle for obstacle in found if obstacle is not None]


def last_run(cycle: Cycle) -> AssessmentRun | None:
    return cycle.runs.order_by("-number").first()


def _someone_takes_part(cycle: Cycle) -> Obstacle | None:
    if any(not one.excluded for one in candidates(cycle)):
        return None
    text = _("Nobody would take part: no officer in post has a published index set.")
    url = reverse("appraisal:index_set_list")
    return Obstacle(Guard.SOMEONE_TAKES_PART, text, url, _("To the index sets"))


def _nothing_rated(cycle: Cycle) -> Obstacle | None:
    rated = RatingSheet.objects.filter(cycle=cycle).exclude(saved_at=None).exclude(REPLACED)
    if not rated.exists():
        return None
    return Obstacle(Guard.NOTHING_RATED, _("Somebody has rated already."))


def _not_computed(cycle: Cycle) -> Obstacle | None:
    if not cycle.runs.exists():
        return None
    text = _("The cycle has been computed already.")
    return Obstacle(Guard.NOT_COMPUTED, text, cycle.get_absolute_url(), _("To the cycle"))


def _nothing_decided(cycle: Cycle) -> Obstacle | None:
    of_cycle = Q(participant__cycle=cycle)
    if not any(model.objects.filter(of_cycle).exists() for model in (GradeExclusion, Adjustment)):
        return None
    text = _("Decisions about people who take part have been entered already.")
    return Obstacle(Guard.NOTHING_DECIDED, text, cycle.get_absolute_url(), _("To the cycle"))


def _not_busy(cycle: Cycle) -> Obstacle | None:
    if not Job.objects.unfinished().filter(lock=figures_lock(cycle.court_id)).exists():
        return None
    text = _("Figures of this court are being imported or computed just now.")
    return Obstacle(Guard.NOT_BUSY, text)


def _computed(cycle: Cycle) -> Obstacle | None:
    if last_run(cycle) is not None:
        return None
    url = reverse("appraisal:cycle_assess", args=[cycle.pk])
    return Obstacle(Guard.COMPUTED, _("The cycle has not been computed."), url, _("Compute"))


def _complete(cycle: Cycle) -> Obstacle | None:
    run = last_run(cycle)
    if run is None or not run.missing:
        return None
    text = _("Lacking figures or ratings, and so without a total: %(count)s of those taking part.")
    url = cycle.get_absolute_url() + "#lacks"
    return Obstacle(Guard.COMPLETE, text % {"count": run.missing}, url, _("Who lacks what"))


def _current(cycle: Cycle) -> Obstacle | None:
    if last_run(cycle) is None or assessment.is_current(cycle):
        return None
    text = _("Something the results rest on has changed since they were computed.")
    if cycle.state == State.SCORING:
        url = reverse("appraisal:cycle_assess", args=[cycle.pk])
        return Obstacle(Guard.CURRENT, text, url, _("Compute again"))
    # Only what is being scored is computed.
    url = reverse("appraisal:cycle_move", args=[cycle.pk, State.SCORING.value])
    return Obstacle(Guard.CURRENT, text, url, _("Back to scoring"))


def _graded(cycle: Cycle) -> Obstacle | None:
    if cycle.kind != Cycle.Kind.ANNUAL:
        return None
    taking_part = Participant.objects.filter(cycle=cycle, excluded="", grade_exclusions=None)
    open_ones = taking_part.filter(Q(grade=None) | Q(grade__decided="")).count()
    text = _("Without a decided grade: %(count)s of those taking part.") % {"count": open_ones}
    if not open_ones:
        # The settings may have been changed since the grades were decided.
        text = quota_use(cycle).refusal_for()
    if not text:
        return None
    url = reverse("appraisal:grade_list", args=[cycle.pk])
    return Obstacle(Guard.GRADED, text, url, _("To the grades"))


_CHECKS: dict[Guard, Callable[[Cycle], Obstacle | None]] = {
    Guard.SOMEONE_TAKES_PART: _someone_takes_part,
    Guard.NOTHING_RATED: _nothing_rated,
    Guard.NOT_COMPUTED: _not_computed,
    Guard.NOTHING_DECIDED: _nothing_decided,
    Guard.NOT_BUSY: _not_busy,
    Guard.COMPUTED: _computed,
    Guard.COMPLETE: _complete,
    Guard.CURRENT: _current,
    Guard.GRADED: _graded,
}
