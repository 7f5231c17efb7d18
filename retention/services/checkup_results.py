"""What a check-up found: entered by the steward, corrected with its history kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from courtparty.accounts.models import User
from courtparty.audit.services import record, record_read
from courtparty.lib.conflicts import Conflict
from courtparty.notices.services import notify
from retention.models import CheckUp, CheckUpResult, HealthCorrection, ResultChange
from retention.rules.checkups import CHECKUP_STEPS
from retention.rules.vitals import faults_of
from retention.selectors.health_values import fault_in_words
from retention.services.checkups import locked_checkup, overtaken, refuse_day
from retention.services.health_attachments import keep_report
from retention.services.health_reading import file_of

RECHECK_WITHIN = timedelta(days=3 * 366)


class CannotEnter(Exception):
    """The result can't be entered like this. Its text is for the user."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a result says: values as numbers by their code, texts, and when to check again."""

    vitals: Mapping[str, Decimal]
    findings: str = ""
    advice: str = ""
    recheck_on: date | None = None

    @property
    def stored(self) -> dict[str, Any]:
        return {
            "vitals": {code: f"{value:f}" for code, value in self.vitals.items()},
            "findings": self.findings.strip(),
            "advice": self.advice.strip(),
            "recheck_on": self.recheck_on,
        }

    @property
    def is_empty(self) -> bool:
        return not (self.vitals or self.findings.strip() or self.advice.strip())


@transaction.atomic
def enter_result(
    *,
    checkup_id: int,
    done_on: date,
    finding: Finding,
    by: User,
    at: datetime,
    file: UploadedFile | None = None,
) -> CheckUpResult:
    """Keep what a check-up found, and note it as done on ``done_on``; the officer is told.

    Refuses values no body has, a systolic pressure not above the diastolic, a day in the future
    or before the officer was born, a re-check before the check-up, a result that says nothing,
    and a second one for the same check-up.
    """
    checkup = locked_checkup(checkup_id)
    _refuse(finding, done_on, file=file)
    refuse_day(checkup, done_on, at=at)
    _note_done(checkup, done_on)
    result = CheckUpResult(
        checkup=checkup,
        entered_by=by,
        entered_at=at,
        file=keep_report(file, of=f"checkup-{checkup.pk}", by=by),
        **finding.stored,
    )
    try:
        with transaction.atomic():
            result.save()
    except IntegrityError:
        text = _("Somebody has entered a result for this check-up already. Nothing was saved.")
        raise Conflict(text, url=checkup.campaign.get_absolute_url()) from None
    file_of(checkup.officer_id)
    record(
        "checkup_result.entered",
        by=by, on=result, court=checkup.campaign.court, checkup=checkup.pk,
    )  # fmt: skip
    _tell_officer(result, "health_result_entered")
    return result


def _refuse(finding: Finding, done_on: date, *, file: UploadedFile | None = None) -> None:
    if finding.is_empty and not file:
        raise CannotEnter(_("Enter at least one value, a finding, advice, or the report."))
    faults = [fault_in_words(fault) for fault in faults_of(finding.vitals)]
    if faults:
        raise CannotEnter(" ".join(faults))
    if finding.recheck_on and finding.recheck_on <= done_on:
        raise CannotEnter(_("The re-check comes after the check-up: give a later day."))
    if finding.recheck_on and finding.recheck_on > done_on + RECHECK_WITHIN:
        raise CannotEnter(_("The re-check lies more than three years ahead. Check the year."))


def _note_done(checkup: CheckUp, done_on: date) -> None:
    """From any state but excused; the day of the result is the day of the check-up."""
    states = [state for state, action in CHECKUP_STEPS if action == "finish"]
    here = CheckUp.objects.filter(pk=checkup.pk, state__in=[*states, CheckUp.State.DONE])
    here = here.exclude(campaign__state="planned")
    if here.update(state=CheckUp.State.DONE, done_on=done_on, updated_at=timezone.now()) != 1:
        raise overtaken(checkup)
    checkup.refresh_from_db(fields=["state", "done_on"])


@transaction.atomic
def correct_result(
    *,
    result_id: int,
    seen: int,
    done_on: date,
    finding: Finding,
    reason: str,
    by: User,
    at: datetime,
    file: UploadedFile | None = None,
    correction_id: int | None = None,
    answer: str = "",
) -> CheckUpResult:
    """Put a result right; how it read before is kept with the reason, and the officer is told.

    ``seen`` is the version the person had before them. ``correction_id`` answers the officer's
    request with it. Refuses what entering refuses, a correction without a reason or that changes
    nothing, and a request of one's own.
    """
    result = locked_result(result_id)
    checkup = locked_checkup(result.checkup_id)
    if not reason.strip():
        raise CannotEnter(_("Say why the result is corrected: the officer reads it."))
    _refuse(finding, done_on, file=file)
    refuse_day(checkup, done_on, at=at)
    if not file and done_on == checkup.done_on and finding.stored == content_of(result):
        raise CannotEnter(_("Nothing is different from what the result says already."))
    _keep_history(result, reason, seen=seen, by=by, at=at)
    if finding.recheck_on != result.recheck_on:
        result.rechecked_on = None  # another day to check again has not been kept yet
    for name, value in finding.stored.items():
        setattr(result, name, value)
    if file:
        result.file = keep_report(file, of=f"checkup-{checkup.pk}", by=by)
    result.save(update_fields=[*finding.stored, "rechecked_on", "file"])
    _note_done(checkup, done_on)
    court = checkup.campaign.court
    record("checkup_result.corrected", by=by, on=result, court=court, version=result.version)
    if correction_id:
        _accept(correction_id, result, answer, by=by, at=at)
    else:
        _tell_officer(result, "health_result_corrected")
    return result


def content_of(result: CheckUpResult) -> dict[str, Any]:
    """What a result says, in the shape it is stored in."""
    names = ("vitals", "findings", "advice", "recheck_on")
    return {name: getattr(result, name) for name in names}


def _keep_history(result: CheckUpResult, reason: str, *, seen: int, by: User, at: datetime) -> None:
    """Compare-and-set on the version: of two at the same time one finds another."""
    here = CheckUpResult.objects.filter(pk=result.pk, version=seen)
    if here.update(version=seen + 1) != 1:
        text = _("This result has been corrected by somebody else meanwhile. Nothing was saved.")
        raise Conflict(text, url=result.checkup.campaign.get_absolute_url())
    before: Any = content_of(result)
    days = {"recheck_on": result.recheck_on, "done_on": result.checkup.done_on}
    before |= {name: day and day.isoformat() for name, day in days.items()}
    ResultChange.objects.create(
        result=result,
        version=seen,
        before=before,
        reason=reason.strip(),
        file=result.file,
        by=by,
        at=at,
    )
    result.version = seen + 1


def _accept(
    correction_id: int, result: CheckUpResult, answer: str, *, by: User, at: datetime
) -> None:
    officer = result.checkup.officer
    if officer.user_id == by.pk:
        raise CannotEnter(_("Nobody decides a request of their own."))
    waiting = HealthCorrection.objects.awaiting().filter(pk=correction_id, result=result)
    accepted = HealthCorrection.State.ACCEPTED
    if waiting.update(state=accepted, decided_at=at, decided_by=by) != 1:
        text = _("This request has been decided or withdrawn meanwhile. Nothing was saved.")
        raise Conflict(text, url=reverse("retention:health_file", args=[officer.pk]))
    correction = HealthCorrection.objects.get(pk=correction_id)
    correction.answer = answer.strip()
    correction.save(update_fields=["answer"])
    record("health_correction.accepted", by=by, on=correction, court=officer.court)
    if officer.user:
        notify(
            officer.user,
            kind="health_correction_decided",
            key=f"health-correction:{correction.pk}",
            url=reverse("retention:my_health"),
        )


@transaction.atomic
def note_recheck(*, result_id: int, done_on: date, by: User, at: datetime) -> CheckUpResult:
    """Note that a re-check was done, which ends its reminders. By the steward or the officer.

    Refuses a day in the future or before the check-up, and where no re-check waits.
    """
    result = locked_result(result_id)
    if done_on > timezone.localdate(at):
        raise CannotEnter(_("The day of the re-check lies in the future."))
    checked_on = result.checkup.done_on
    if checked_on and done_on < checked_on:
        raise CannotEnter(_("The re-check can't come before the check-up."))
    waiting = CheckUpResult.objects.filter(pk=result.pk, rechecked_on=None)
    if waiting.exclude(recheck_on=None).update(rechecked_on=done_on) != 1:
        text = _("No re-check waits here any more: somebody was faster. Nothing was saved.")
        raise Conflict(text, url=reverse("retention:my_health"))
    record("checkup_result.rechecked", by=by, on=result, court=result.checkup.campaign.court)
    result.rechecked_on = done_on
    return result


@transaction.atomic
def open_result(result: CheckUpResult, *, by: User, reason: str) -> None:
    """Note that ``by`` opened a result, for instance to correct it; the officer can see that."""
    officer = result.checkup.officer
    if officer.user_id != by.pk:
        record_read(
            "health.read", by=by, on=officer, court=officer.court, reason=reason, via="steward"
        )


def locked_result(result_id: int) -> CheckUpResult:
    results = CheckUpResult.objects.select_for_update(of=("self",), no_key=True)
    return results.select_related(
        "checkup__campaign__court", "checkup__officer__user", "checkup__officer__court"
    ).get(pk=result_id)


def _tell_officer(result: CheckUpResult, kind: str) -> None:
    user = result.checkup.officer.user
    if user and user.is_active:
        key = f"health-result:{result.pk}:{result.version}"
        notify(user, kind=kind, key=key, url=reverse("retention:my_health"))
