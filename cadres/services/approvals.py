"""Entering the documents that posts, appointments, standards and exceptions rest on."""

import hashlib
from datetime import date

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cadres.models import Approval
from cadres.rules.documents import document_number
from courtparty.accounts.models import Unit, User
from courtparty.audit.services import record
from courtparty.jobs.models import StoredFile
from courtparty.jobs.services import store_file


class CannotEnter(Exception):
    """The document can't be entered like this. Its text is for the user."""


class CannotOpenFile(Exception):
    """There is no file to hand out. Its text is for the user."""


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
    it lacks (title, issuer, file) is added, what it says is never overwritten. A number is known
    by one spelling, whatever brackets were typed. Refuses a number on record with another date
    or another file, and a date in the future.
    """
    if issued_on > timezone.localdate():
        raise CannotEnter(_("The date of the document lies in the future."))
    number = document_number(number)
    approval, is_new = Approval.objects.select_for_update(of=("self",), no_key=True).get_or_create(
        court=court,
        number=number,
        defaults={"issued_on": issued_on, "created_by": by, "created_at": timezone.now()},
    )
    if approval.issued_on != issued_on:
        text = _("The document %(number)s is on record with the date %(day)s.")
        raise CannotEnter(text % {"number": number, "day": approval.issued_on.isoformat()})
    if file and approval.file_id is not None:
        _refuse_other_file(approval, file)
    added = _add_what_lacks(approval, title=title, issuer=issuer, file=file, by=by)
    if is_new or added:
        record(
            "approval.entered" if is_new else "approval.completed",
            by=by,
            on=approval,
            court=court,
        )
    return approval


def _refuse_other_file(approval: Approval, file: UploadedFile) -> None:
    """The same scan once more does no harm; another one would be lost without a word."""
    digest = hashlib.sha256(file.read()).hexdigest()
    if not StoredFile.objects.filter(approvals=approval, sha256=digest).exists():
        text = _("The document %(number)s has a file already: leave the file empty here.")
        raise CannotEnter(text % {"number": approval.number})


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


@transaction.atomic
def open_approval_file(approval: Approval, *, by: User) -> StoredFile:
    """Hand out the file of a document; the log keeps who took it. Refuses where there is none."""
    if approval.file is None:
        raise CannotOpenFile(_("No file has been kept with this document."))
    record("approval.downloaded", by=by, on=approval, court=approval.court)
    return approval.file
