"""Grades of an annual cycle: proposed by the rules, decided by the committee."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from appraisal.models import AssessmentRun, Cycle, GradeProposal, Participant
from appraisal.rules.grades import Grade, Proposal, propose_grades
from appraisal.selectors.grades import (
    are_exclusions_changed,
    candidates_of,
    percent_of,
    quota_use,
    thresholds_of,
)
from appraisal.selectors.settings import settings_of
from courtparty.accounts.models import Unit, User
from courtparty.audit.services import record
from courtparty.lib.conflicts import Conflict

ROWS_AT_A_TIME = 500


class CannotGrade(Exception):
    """Grades can't be proposed or decided like this. Its text is for the user."""


@transaction.atomic
def propose(*, cycle_id: int, by: User) -> int:
    """Have the rules propose a grade for everybody who takes part; returns how many.

    Decisions that were made stay. Refuses cycles that are not annual, or not being reviewed.
    """
    cycle = _cycle_under_review(cycle_id)
    run = cycle.runs.order_by("-number").first()
    if run is None:
        raise CannotGrade(_("This cycle has not been computed yet."))
    settings = settings_of(cycle.court)
    proposals = propose_grades(
        candidates_of(cycle),
        thresholds_of(settings),
        percent_of(settings),
        is_approved=settings.quota_approval_id is not None,
        minimum_months=settings.minimum_months,
    )
    _store(proposals, run)
    record("grades.proposed", by=by, on=cycle, court=cycle.court, number=run.number)
    return len(proposals)


def _cycle_under_review(cycle_id: int) -> Cycle:
    """The cycle; its court is locked, so that the quota is counted by one at a time."""
    cycle = Cycle.objects.select_related("court").get(pk=cycle_id)
    Unit.objects.select_for_update(no_key=True).get(pk=cycle.court_id)
    if cycle.kind != Cycle.Kind.ANNUAL:
        raise CannotGrade(_("Grades belong to annual cycles."))
    if cycle.state != Cycle.State.REVIEWING:
        raise CannotGrade(_("Grades are given while the cycle is being reviewed; it is not."))
    return cycle


def _store(proposals: Sequence[Proposal], run: AssessmentRun) -> None:
    rows = [
        GradeProposal(
            participant_id=int(one.key),
            run=run,
            proposed=one.grade.value,
            reasons=[{"code": why.code.value, "params": dict(why.params)} for why in one.reasons],
        )
        for one in proposals
    ]
    GradeProposal.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["participant"],
        update_fields=["run", "proposed", "reasons"],
        batch_size=ROWS_AT_A_TIME,
    )


@transaction.atomic
def decide_grade(
    *, grade_id: int, decided: str, document: str, by: User, at: datetime, note: str = ""
) -> GradeProposal:
    """Record the committee's grade for one participant.

    Refuses a grade for oneself, one that differs from the proposal without a note, excellent
    beyond the quota, no grade where that makes the quota too small, a missing document, a
    proposal that newer results or exclusions have overtaken, and a second decision (409). The
    officer reads it once the cycle is closed.
    """
    grade = _grade(grade_id)
    cycle = _cycle_under_review(grade.participant.cycle_id)
    _refuse_unsound(grade, decided, document, note, by)
    _refuse_overtaken(cycle)
    if decided == Grade.EXCELLENT:
        _refuse_beyond_quota(cycle, 1)
    if not _decide([grade], decided=decided, document=document, note=note, by=by, at=at):
        raise Conflict(
            _("This grade has been decided meanwhile. Look at it again."), url=_page_of(cycle)
        )
    if decided == Grade.NONE != grade.proposed:
        _refuse_beyond_quota(cycle, 0)
    grade.refresh_from_db()
    return grade


def _grade(grade_id: int) -> GradeProposal:
    found = GradeProposal.objects.select_related("participant__cycle", "participant__officer")
    return found.get(pk=grade_id)


def _refuse_unsound(grade: GradeProposal, decided: str, document: str, note: str, by: User) -> None:
    if decided not in list(Grade):
        raise CannotGrade(_("Choose one of the grades."))
    if grade.participant.officer.user_id == by.pk:
        raise CannotGrade(_("Nobody decides about oneself. Ask someone else to record it."))
    if not document.strip():
        raise CannotGrade(_("Name the minutes or the document."))
    if decided != grade.proposed and not note.strip():
        raise CannotGrade(_("The decision differs from the proposal. Say why."))


def _refuse_overtaken(cycle: Cycle) -> None:
    last = cycle.runs.order_by("-number").values_list("pk", flat=True).first()
    stale = GradeProposal.objects.filter(participant__cycle=cycle).exclude(run=last)
    if stale.exists():
        raise CannotGrade(_("The results have been computed anew. Have the grades proposed again."))
    if are_exclusions_changed(cycle):
        raise CannotGrade(
            _("Who is excluded from a grade has changed. Have the grades proposed again.")
        )


def _refuse_beyond_quota(cycle: Cycle, more: int) -> None:
    """Excellent, with those decided already, stays within the court's quota."""
    if refusal := quota_use(cycle).refusal_for(more):
        raise CannotGrade(refusal)


def _decide(
    grades: Sequence[GradeProposal],
    *,
    decided: str,
    document: str,
    by: User,
    at: datetime,
    note: str = "",
) -> int:
    done = 0
    for grade in grades:
        changed = GradeProposal.objects.filter(pk=grade.pk, decided="").update(
            decided=decided or grade.proposed,
            document=document.strip(),
            decided_by=by,
            decided_at=at,
        )
        if not changed:
            continue
        done += changed
        if note.strip():
            grade.note = note.strip()
            grade.save(update_fields=["note"])
        record("grade.decided", **_about(grade, by))
    return done


@transaction.atomic
def decide_as_proposed(
    *, cycle_id: int, grade_ids: Sequence[int], document: str, by: User, at: datetime
) -> int:
    """Decide many grades as they are proposed; returns how many. One's own is left out.

    Refuses when together they go beyond the quota: then none is decided.
    """
    cycle = _cycle_under_review(cycle_id)
    if not document.strip():
        raise CannotGrade(_("Name the minutes or the document."))
    _refuse_overtaken(cycle)
    grades = list(
        GradeProposal.objects.filter(pk__in=grade_ids, participant__cycle=cycle, decided="")
        .exclude(participant__officer__user=by)
        .select_related("participant__officer", "participant__cycle")
    )
    if not grades:
        raise CannotGrade(_("There is nothing left to decide among them."))
    more = sum(grade.proposed == Grade.EXCELLENT for grade in grades)
    if more:
        _refuse_beyond_quota(cycle, more)
    return _decide(grades, decided="", document=document, by=by, at=at)


@transaction.atomic
def take_back_grade(*, grade_id: int, by: User) -> GradeProposal:
    """Open a decided grade again while the cycle is being reviewed."""
    grade = _grade(grade_id)
    cycle = _cycle_under_review(grade.participant.cycle_id)
    if grade.participant.officer.user_id == by.pk:
        raise CannotGrade(_("Nobody decides about oneself. Ask someone else to record it."))
    opened = GradeProposal.objects.filter(pk=grade_id).exclude(decided="")
    if not opened.update(decided="", decided_by=None, decided_at=None, document=""):
        raise Conflict(_("This grade is open already."), url=_page_of(cycle))
    grade.refresh_from_db()
    grade.note = ""
    grade.save(update_fields=["note"])
    # Fewer with a grade leave fewer seats for those who are excellent.
    _refuse_beyond_quota(cycle, 0)
    record("grade.taken_back", **_about(grade, by))
    return grade


def undecided_in(cycle: Cycle) -> int:
    """How many who take part have no decided grade."""
    taking_part = Participant.objects.filter(cycle=cycle, excluded="")
    return taking_part.exclude(grade__decided__gt="").count()


def _page_of(cycle: Cycle) -> str:
    return f"{cycle.get_absolute_url()}grades/"


def _about(grade: GradeProposal, by: User) -> dict[str, Any]:
    """What every entry on a grade says: by whom, on whom, in which cycle."""
    cycle = grade.participant.cycle
    officer = grade.participant.officer
    return {"by": by, "on": officer, "court": cycle.court, "cycle": cycle.pk}
