"""The certificate of an award, in the official layout.

An official document: its words are Chinese whatever the reader's language.
"""

from django.db import transaction
from django.utils.translation import gettext as _

from courtparty.accounts.models import User
from courtparty.audit.services import record
from courtparty.lib.docx import OfficialPaper, chinese_day
from retention.models import Award

TITLE = "奖励证书"


class CannotPrint(Exception):
    """There is no certificate to hand out. Its text is for the user."""


@transaction.atomic
def write_certificate(award: Award, *, by: User) -> bytes:
    """The certificate as a Word file; the log keeps who took it.

    Refuses an award without its document, whose number stands on it, and one that was revoked.
    """
    if award.revoked_on is not None:
        raise CannotPrint(_("This award was revoked: there is no certificate any more."))
    if award.document_on is None:
        raise CannotPrint(_("The certificate can be printed when its document has been entered."))
    paper = OfficialPaper(subject=TITLE, on=award.document_on)
    paper.number(award.document_number)
    paper.title(TITLE)
    addressee, *rest = award.certificate_text.splitlines()
    name, colon, more = addressee.partition("：")
    if colon and not more:
        paper.addressee(name)
    else:
        rest = [addressee, *rest]
    for text in rest:
        if text.strip():
            paper.paragraph(text.strip())
    paper.signature(award.issuer, chinese_day(award.document_on))
    record("award.certificate_printed", by=by, on=award, court=award.officer.court)
    return paper.content()
