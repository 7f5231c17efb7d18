"""Entering the documents that posts, appointments, standards and exceptions rest on."""

from datetime import date

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cadres.models import Approval
from courtparty.accounts.models import Unit, User
from courtparty.audit.services import record
from courtparty.jobs.models import StoredFile
from courtparty.jobs.services import store_file


class CannotEnter(Exception):
    """The document can't be entered like this. Its text is for the user."""


def keep_attachment(file: UploadedFile, *, by: User) -> StoredFile:
    """Keep an uploaded file, encrypted, as long as the record that refers to it."""
    return store_file(
        file.read(),
        name=file.name or "",
        content_type=file.content_type or "application/octet-stream",
        by=by,
        is_kept=True,
    )


@transaction.atomic
def enter_approval(
    *,
    court: Unit,
    number: str,
    issued_on: date,
    by: User,
    title: str = "",
    issuer: str = "",
    file: UploadedFile | None = None,
) -> Approval:
    """The document of a court by its number: the one on record, or a new one.

    One document may serve several records, so a number that is there already is taken up; what
    it lacks (title, issuer, file) is added, what it says is never overwritten. Refuses a number
    on record with another date, and a date in the future.
    """
    if issued_on > timezone.localdate():
        raise CannotEnter(_("The date of the document lies in the future."))
    number = " ".join(number.split())
    approval, is_new = Approval.objects.select_for_update(of=("self",)).get_or_create(
        court=court,
        number=number,
        defaults={"issued_on": issued_on, "created_by": by, "created_at": timezone.now()},
    )
    if approval.issued_on != issued_on:
        text = _("The document %(number)s is on record with the date %(day)s.")
        raise CannotEnter(text % {"number": number, "day": approval.issued_on.isoformat()})
    added = _add_what_lacks(approval, title=title, issuer=issuer, file=file, by=by)
    if is_new or added:
        verb = "approval.entered" if is_new else "approval.completed"
        record(verb, by=by, on=approval, court=court)
    return approval


def _add_what_lacks(
    approval: Approval, *, title: str, issuer: str, file: UploadedFile | None, by: User
) -> bool:
    changed = []
    for name, value in (("title", title.strip()), ("issuer", issuer.strip())):
        if value and not getattr(approval, name):
            setattr(approval, name, value)
            changed.append(name)
    if file and approval.file_id is None:
        approval.file = keep_attachment(file, by=by)
        changed.append("file")
    if changed:
        approval.save(update_fields=changed)
    return bool(changed)
