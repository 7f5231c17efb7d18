"""What officers add to their own health file. They alone write and remove it."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from cadres.models import Officer
from courtparty.accounts.models import User
from courtparty.audit.services import record
from courtparty.lib.conflicts import Conflict
from retention.models import HealthEntry
from retention.rules.checkups import day_fault
from retention.rules.vitals import faults_of
from retention.selectors.health_values import fault_in_words
from retention.services.health_attachments import drop_files, keep_report
from retention.services.health_reading import file_of

# Against a loop or a misunderstanding; nobody keeps so many by hand.
MOST_ENTRIES = 2000


class CannotAdd(Exception):
    """The entry can't be kept like this. Its text is for the user."""


@transaction.atomic
def add_entry(
    *,
    officer_id: int,
    kind: str,
    text: str,
    on: date | None,
    vitals: Mapping[str, Decimal],
    by: User,
    at: datetime,
    file: UploadedFile | None = None,
) -> HealthEntry:
    """Add an entry to one's own health file. Nobody is told; the steward reads it there.

    Refuses another's file, values no body has, a day in the future or before birth, and an entry
    that says nothing.
    """
    health_file = file_of(officer_id)
    if health_file.officer.user_id != by.pk:
        raise CannotAdd(_("Only the officer adds to the own health file here."))
    _refuse(health_file.officer, kind, text, on, vitals, file, at=at)
    if health_file.entries.count() >= MOST_ENTRIES:
        raise CannotAdd(_("There are very many entries already. Remove some old ones first."))
    entry = HealthEntry.objects.create(
        health_file=health_file,
        created_at=at,
        updated_at=at,
        file=keep_report(file, of=f"entry-{timezone.localdate(at):%Y%m%d}", by=by),
        **_stored(kind, text, on, vitals),
    )
    record("health_entry.added", by=by, on=entry, court=health_file.officer.court)
    return entry


def _refuse(
    officer: Officer,
    kind: str,
    text: str,
    on: date | None,
    vitals: Mapping[str, Decimal],
    file: object,
    *,
    at: datetime,
) -> None:
    if not (text.strip() or vitals or file):
        raise CannotAdd(_("Write what it is, or enter a value."))
    if kind == HealthEntry.Kind.MEASUREMENT and not (on and vitals):
        raise CannotAdd(_("Of a measurement, enter the day and at least one value."))
    born = officer.birth.first if officer.birth else None
    fault = on and day_fault(on, born=born, today=timezone.localdate(at))
    if fault == "future":
        raise CannotAdd(_("The day lies in the future."))
    if fault == "birth":
        raise CannotAdd(_("The day lies before your birth. Check the year."))
    faults = [fault_in_words(one) for one in faults_of(vitals)]
    if faults:
        raise CannotAdd(" ".join(faults))


def _stored(kind: str, text: str, on: date | None, vitals: Mapping[str, Decimal]) -> dict[str, Any]:
    is_measured = kind == HealthEntry.Kind.MEASUREMENT
    values = {code: f"{value:f}" for code, value in vitals.items()} if is_measured else None
    return {"kind": kind, "text": text.strip(), "on": on, "vitals": values}


@transaction.atomic
def change_entry(
    *,
    entry_id: int,
    kind: str,
    text: str,
    on: date | None,
    vitals: Mapping[str, Decimal],
    by: User,
    at: datetime,
    file: UploadedFile | None = None,
) -> HealthEntry:
    """Change an own entry. A new file takes the place of the old one, which is deleted."""
    entry = _own_entry(entry_id, by)
    officer = entry.health_file.officer
    _refuse(officer, kind, text, on, vitals, file or entry.file_id, at=at)
    old = entry.file_id if file else None
    for name, value in _stored(kind, text, on, vitals).items():
        setattr(entry, name, value)
    if file:
        entry.file = keep_report(file, of=f"entry-{timezone.localdate(at):%Y%m%d}", by=by)
    entry.updated_at = at
    entry.save()
    if old:
        drop_files({old})
    record("health_entry.changed", by=by, on=entry, court=officer.court)
    return entry


@transaction.atomic
def remove_entry(*, entry_id: int, by: User) -> None:
    """Delete an own entry and its file for good."""
    entry = _own_entry(entry_id, by)
    record("health_entry.removed", by=by, on=entry, court=entry.health_file.officer.court)
    file_id = entry.file_id
    entry.delete()
    if file_id:
        drop_files({file_id})


def _own_entry(entry_id: int, by: User) -> HealthEntry:
    entries = HealthEntry.objects.select_for_update(of=("self",), no_key=True).filter(
        pk=entry_id, health_file__officer__user=by
    )
    entry = entries.select_related("health_file__officer__court").first()
    if entry is None:
        text = _("This entry does not exist any more. Nothing was saved.")
        raise Conflict(text, url=reverse("retention:my_health"))
    return entry
