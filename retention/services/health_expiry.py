"""Deleting health records past their time: announced a month before, then done and recorded."""

import logging
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.urls import reverse

from cadres.models import Officer
from courtparty.accounts.models import Unit
from courtparty.audit.services import record
from courtparty.notices.services import notify
from retention.models import (
    CheckUp,
    CheckUpResult,
    FollowUp,
    HealthDeletion,
    HealthEntry,
    HealthFile,
    ResultChange,
)
from retention.rules.health_retention import deletion_day, is_left_over, kept_from
from retention.selectors.health_expiry import officers_past_age, officers_past_leaving
from retention.selectors.settings import court_settings
from retention.services.health_attachments import drop_files

_log = logging.getLogger(__name__)
Rule, State = HealthDeletion.Rule, HealthDeletion.State


def expire_health(*, on: date, at: datetime) -> int:
    """Announce what will be past its time in a month, and delete what was announced for today.

    Returns how many deletions were carried out. One that fails is logged, and tried again the
    next night.
    """
    for court in Unit.objects.courts().order_by("path"):
        _announced(court, on=on, at=at)
    due = HealthDeletion.objects.announced().filter(deletes_on__lte=on)
    return sum(_carried_out(pk, on=on) for pk in due.order_by("pk").values_list("pk", flat=True))


def _announced(court: Unit, *, on: date, at: datetime) -> None:
    """One court that fails is logged, and keeps no other from it, nor what falls due today."""
    try:
        _announce(court, on=on, at=at)
    except Exception:
        _log.exception("announcing deletions in court %s failed", court.pk)


def _announce(court: Unit, *, on: date, at: datetime) -> None:
    settings, day = court_settings(court), deletion_day(on)
    before = kept_from(day, years=settings.health_years)
    for officer in officers_past_age(court, before=before):
        announce_deletion(officer=officer, rule=Rule.AGE, before=before, day=day, at=at)
    gone_before = kept_from(day, years=settings.health_years_after_leaving)
    for officer in officers_past_leaving(court, before=gone_before):
        announce_deletion(officer=officer, rule=Rule.LEFT, before=None, day=day, at=at)


@transaction.atomic
def announce_deletion(
    *, officer: Officer, rule: str, before: date | None, day: date, at: datetime
) -> bool:
    """Put down what will be deleted and tell the officer, who can download it until then.

    Returns False where it was announced already.
    """
    try:
        with transaction.atomic():
            deletion = HealthDeletion.objects.create(
                officer=officer, rule=rule, before=before, deletes_on=day, announced_at=at
            )
    except IntegrityError:
        return False
    record(
        "health.expiry_announced",
        by=None, on=deletion, court=officer.court, rule=rule, day=day.isoformat(),
    )  # fmt: skip
    if officer.user and officer.user.is_active:
        notify(
            officer.user,
            kind="health_expiry_soon",
            key=f"health-expiry:{deletion.pk}",
            url=reverse("retention:my_health"),
            day=day.isoformat(),
        )
    return True


def _carried_out(deletion_id: int, *, on: date) -> int:
    try:
        return int(carry_out_deletion(deletion_id=deletion_id, on=on))
    except Exception:
        _log.exception("deletion %s of health records failed", deletion_id)
        return 0


@transaction.atomic
def carry_out_deletion(*, deletion_id: int, on: date) -> bool:
    """Delete what was announced and is still past its time by the settings of today.

    Recorded with counts and the rule, without contents. Files are deleted with their records.
    Returns whether anything was deleted.
    """
    deletions = HealthDeletion.objects.select_for_update(of=("self",), no_key=True).announced()
    deletion = deletions.select_related("officer__court").filter(pk=deletion_id).first()
    if deletion is None or deletion.deletes_on > on:
        return False
    counts = _deleted(deletion, on=on)
    state = State.DONE if any(counts.values()) else State.DROPPED
    if HealthDeletion.objects.announced().filter(pk=deletion.pk).update(state=state) != 1:
        return False
    if state == State.DONE:
        record(
            "health.expired",
            by=None, on=deletion, court=deletion.officer.court, rule=deletion.rule, **counts,
        )  # fmt: skip
    return state == State.DONE


def _deleted(deletion: HealthDeletion, *, on: date) -> dict[str, int]:
    settings = court_settings(deletion.officer.court)
    if deletion.rule == Rule.LEFT:
        left_on, years = deletion.officer.left_on, settings.health_years_after_leaving
        if left_on is None or not is_left_over(left_on, on=on, years=years):
            return {}
        counts = _delete(deletion.officer, Q(), Q(), Q(), Q())
        HealthFile.objects.filter(officer=deletion.officer).delete()
        return counts
    # Where the court keeps records longer by now, less is deleted than was announced.
    before = min(deletion.before or on, kept_from(on, years=settings.health_years))
    return _delete(
        deletion.officer,
        Q(checkup__done_on__lt=before),
        Q(updated_at__date__lt=before),
        Q(closed_on__lt=before),
        Q(due_on__lt=before),
    )


def _delete(
    officer: Officer, of_results: Q, of_entries: Q, of_follow_ups: Q, of_checkups: Q
) -> dict[str, int]:
    results = CheckUpResult.objects.filter(of_results, checkup__officer=officer)
    entries = HealthEntry.objects.filter(of_entries, health_file__officer=officer)
    follow_ups = FollowUp.objects.filter(of_follow_ups, health_file__officer=officer)
    # Why somebody was excused is health as well; the check-up as such says nothing then.
    excused = CheckUp.objects.filter(of_checkups, officer=officer, state=CheckUp.State.EXCUSED)
    files = _files_of(results) | _files_of(entries)
    files |= _files_of(ResultChange.objects.filter(result__in=results.values("pk")))
    counts = {
        "results": results.count(),
        "entries": entries.count(),
        "follow_ups": follow_ups.count() + excused.count(),
    }
    for rows in (results, entries, follow_ups, excused):
        rows.delete()
    return counts | {"files": drop_files(files)}


def _files_of(rows: Any) -> set[int]:
    return set(rows.exclude(file=None).values_list("file", flat=True))
