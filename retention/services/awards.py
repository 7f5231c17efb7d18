"""What happens to an award after it was given: its document, its certificate, its revocation."""

from datetime import date, datetime

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cadres.rules.documents import document_number
from cadres.services.approvals import keep_attachment
from courtparty.accounts.models import User
from courtparty.audit.services import record, record_read
from courtparty.jobs.models import StoredFile
from courtparty.lib.conflicts import Conflict
from retention.models import Award
from retention.services.achievements import tell_officer


class CannotKeepAward(Exception):
    """This can't be done with the award. Its text is for the user."""


@transaction.atomic
def enter_document(
    *,
    award_ids: list[int],
    number: str,
    issued_on: date,
    by: User,
    at: datetime,
    file: UploadedFile | None = None,
) -> list[Award]:
    """Name the document by which awards were given; then their certificates can be printed.

    Once only: the document of an award never changes. Refuses one that is older than a decision
    or in the future, an award of one's own, and awards that have a document or were revoked.
    The officers are told.
    """
    number = document_number(number)
    if not number:
        raise CannotKeepAward(_("Give the number of the document."))
    if issued_on > timezone.localdate(at):
        raise CannotKeepAward(_("The date of the document lies in the future."))
    awards = _locked(award_ids)
    stored = keep_attachment(file, by=by) if file else None
    for award in awards:
        _refuse_own(award, by)
        if issued_on < award.decided_on:
            raise CannotKeepAward(_("The document can't be older than the decision."))
        here = Award.objects.in_force().filter(pk=award.pk, document_number="")
        changed = {"document_number": number, "document_on": issued_on, "document_file": stored}
        if here.update(**changed) != 1:
            raise _overtaken(award)
        record("award.documented", by=by, on=award, court=award.officer.court)
        tell_officer(award.officer, "award_certificate", str(award.pk))
    return awards


@transaction.atomic
def revoke_award(
    *, award_id: int, on: date, number: str, reason: str, by: User, at: datetime
) -> Award:
    """Take an award back under a document; it stays on record as revoked. The officer is told.

    Refuses one's own, what is revoked already, a day in the future or before the award, and a
    revocation without document or reason. The place in the quota is free again.
    """
    (award,) = _locked([award_id])
    _refuse_own(award, by)
    number, reason = document_number(number), reason.strip()
    if not award.decided_on <= on <= timezone.localdate(at):
        text = _("The revocation is dated between the award (%(day)s) and today.")
        raise CannotKeepAward(text % {"day": award.decided_on.isoformat()})
    if not number or not reason:
        raise CannotKeepAward(_("A revocation needs its document and its reason."))
    if award.revoked_on is not None:
        raise _overtaken(award)
    award.revoked_reason = reason
    award.revoked_on, award.revoked_by, award.revoked_number = on, by, number
    fields = ["revoked_reason", "revoked_on", "revoked_by", "revoked_number"]
    award.save(update_fields=fields)
    record("award.revoked", by=by, on=award, court=award.officer.court)
    tell_officer(award.officer, "award_revoked", str(award.pk))
    return award


@transaction.atomic
def read_award(award: Award, *, by: User) -> None:
    """Whoever opens somebody else's revoked award reads why; the officer sees who did.

    The rest of an award is no secret: what is given is announced.
    """
    officer = award.officer
    if award.revoked_on is not None and officer.user_id != by.pk:
        record_read("award.read", by=by, on=officer, court=officer.court)


@transaction.atomic
def open_award_file(award: Award, *, by: User) -> StoredFile | None:
    """Hand out the scan of the document; the log keeps who took it. None where there is none."""
    if award.document_file is not None:
        record("award.file_downloaded", by=by, on=award, court=award.officer.court)
    return award.document_file


def _locked(award_ids: list[int]) -> list[Award]:
    found = (
        Award.objects.select_for_update(of=("self",), no_key=True)
        .filter(pk__in=award_ids)
        .order_by("pk")
    )
    return list(found.select_related("officer__court", "officer__user"))


def _refuse_own(award: Award, by: User) -> None:
    if award.officer.user_id == by.pk:
        raise CannotKeepAward(_("Nobody changes an award of their own."))


def _overtaken(award: Award) -> Conflict:
    text = _("This award has its document already, or was revoked. Nothing was saved.")
    return Conflict(text, url=award.get_absolute_url())
