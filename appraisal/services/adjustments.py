"""What the committee decides beside the computed score: adjustments, and who gets no grade."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from appraisal.models import Adjustment, Cycle, GradeExclusion, GradeProposal, Participant
from appraisal.rules.grades import Grade
from appraisal.rules.scoring import rounded
from courtparty.accounts.models import User
from courtparty.audit.services import record
from courtparty.lib.conflicts import Conflict

MOST = Decimal(100)


class CannotAdjust(Exception):
    """The committee's decision can't be recorded like this. Its text is for the user."""


def participant_under_review(participant_id: int, *, by: User) -> Participant:
    """The participant, locked, if the committee may decide about it now.

    Refuses outside of reviewing, those who take no part, and a decision about oneself.
    """
    found = (
        Participant.objects.select_for_update(of=("self",), no_key=True)
        .select_related("cycle__court", "officer")
        .get(pk=participant_id)
    )
    if found.cycle.state != Cycle.State.REVIEWING:
        raise CannotAdjust(_("The committee decides while the cycle is being reviewed; it is not."))
    if found.excluded:
        raise CannotAdjust(_("This officer takes no part in the cycle."))
    if found.officer.user_id == by.pk:
        raise CannotAdjust(_("Nobody records a decision about oneself. Ask someone else to."))
    return found


@transaction.atomic
def make_adjustment(
    *,
    participant_id: int,
    amount: Decimal,
    reason: str,
    document: str,
    decided_on: date,
    by: User,
    at: datetime,
) -> Adjustment:
    """Record points that the committee adds or takes off. The computed total stays as it is.

    Refuses nothing at all, a missing reason or document, a day to come, more than a hundred
    points, a second adjustment in force, and whatever ``participant_under_review`` refuses. The
    officer reads it once the cycle is closed.
    """
    participant = participant_under_review(participant_id, by=by)
    amount = rounded(amount)
    _refuse_unsound(amount, reason, document, decided_on, today=timezone.localdate(at))
    if participant.adjustments.filter(revoked_at=None).exists():
        raise Conflict(
            _("There is an adjustment in force already. Take it back before making another."),
            url=_page_of(participant),
        )
    adjustment = Adjustment(
        participant=participant,
        amount=amount,
        reason=reason.strip(),
        document=document.strip(),
        decided_on=decided_on,
        made_by=by,
        made_at=at,
    )
    adjustment.save()
    record("adjustment.made", **_about(participant, by), basis=adjustment.document)
    return adjustment


def _refuse_unsound(
    amount: Decimal, reason: str, document: str, decided_on: date, *, today: date
) -> None:
    if not amount:
        raise CannotAdjust(_("Zero points are no adjustment."))
    if abs(amount) > MOST:
        raise CannotAdjust(_("More than 100 points can be neither added nor taken off."))
    if not reason.strip():
        raise CannotAdjust(_("Give the committee's reason; the officer will read it."))
    if not document.strip():
        raise CannotAdjust(_("Name the minutes or the document."))
    if decided_on > today:
        raise CannotAdjust(_("The day of the decision lies in the future."))


@transaction.atomic
def revoke_adjustment(*, adjustment_id: int, by: User, at: datetime) -> Adjustment:
    """Take an adjustment back; it stays on record with who did so. Refused once it is."""
    adjustment = Adjustment.objects.get(pk=adjustment_id)
    participant = participant_under_review(adjustment.participant_id, by=by)
    revoked = Adjustment.objects.filter(pk=adjustment_id, revoked_at=None).update(
        revoked_at=at, revoked_by=by
    )
    if not revoked:
        text = _("This adjustment has been taken back already.")
        raise Conflict(text, url=_page_of(participant))
    record("adjustment.revoked", **_about(participant, by), basis=adjustment.document)
    adjustment.refresh_from_db()
    return adjustment


@transaction.atomic
def exclude_from_grade(
    *, participant_id: int, reason: str, document: str, by: User, at: datetime, note: str = ""
) -> GradeExclusion:
    """Record why a participant gets no grade, by rule.

    Refuses a reason recorded already, and while a grade that was decided stands.
    """
    participant = participant_under_review(participant_id, by=by)
    if reason not in GradeExclusion.Reason.values:
        raise CannotAdjust(_("Choose one of the reasons."))
    if not document.strip():
        raise CannotAdjust(_("Name the document that shows it."))
    if reason == GradeExclusion.Reason.OTHER and not note.strip():
        raise CannotAdjust(_("Say in the note what excludes the officer."))
    decided = GradeProposal.objects.filter(participant=participant).exclude(decided="")
    if decided.exclude(decided=Grade.NONE).exists():
        raise CannotAdjust(_("A grade has been decided for this officer. Take it back first."))
    if participant.grade_exclusions.filter(reason=reason).exists():
        raise Conflict(_("This reason is recorded already."), url=_page_of(participant))
    exclusion = GradeExclusion(
        participant=participant,
        reason=reason,
        note=note.strip(),
        document=document.strip(),
        made_by=by,
        made_at=at,
    )
    exclusion.save()
    record("grade.excluded", **_about(participant, by), basis=exclusion.document)
    return exclusion


@transaction.atomic
def readmit_to_grade(*, exclusion_id: int, by: User) -> None:
    """Withdraw an exclusion that was recorded by mistake."""
    exclusion = GradeExclusion.objects.get(pk=exclusion_id)
    participant = participant_under_review(exclusion.participant_id, by=by)
    exclusion.delete()
    record("grade.readmitted", **_about(participant, by), basis=exclusion.document)


def _page_of(participant: Participant) -> str:
    return participant.result.get_absolute_url()


def _about(participant: Participant, by: User) -> dict[str, Any]:
    """What every entry on a decision says: by whom, on whom, in which cycle."""
    cycle = participant.cycle
    return {"by": by, "on": participant.officer, "court": cycle.court, "cycle": cycle.pk}
