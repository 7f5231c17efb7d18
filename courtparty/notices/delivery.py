"""Carrying notices out of the house by e-mail: at most once each, with growing pauses."""

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.core import mail
from django.utils import translation
from django.utils.translation import gettext as _

from courtparty.notices.models import Notice

MAX_ATTEMPTS = 8
BATCH = 200
log = logging.getLogger(__name__)


def send_owed(*, at: datetime) -> int:
    """Send what is due now. Returns how many went out."""
    due = Notice.objects.undelivered().filter(mail_next_at__lte=at).select_related("user")
    return sum(_send(notice, at=at) for notice in due.order_by("pk")[:BATCH])


def _send(notice: Notice, *, at: datetime) -> bool:
    if not _claim(notice, at=at):
        return False
    try:
        _message(notice).send()
    except OSError as failure:
        # The address is personal, so the log names the row and the kind of failure only.
        log.warning("notice %s not mailed: %s", notice.pk, type(failure).__name__)
        if notice.mail_attempts + 1 >= MAX_ATTEMPTS:
            Notice.objects.filter(pk=notice.pk).update(mail_state=Notice.Mail.FAILED)
        return False
    Notice.objects.filter(pk=notice.pk).update(mail_state=Notice.Mail.SENT)
    return True


def _claim(notice: Notice, *, at: datetime) -> bool:
    """Compare-and-set on the attempt count, so that two workers never send the same mail."""
    attempts = notice.mail_attempts
    mine = Notice.objects.undelivered().filter(pk=notice.pk, mail_attempts=attempts)
    pause = timedelta(minutes=2**attempts)
    return mine.update(mail_attempts=attempts + 1, mail_next_at=at + pause) == 1


def _message(notice: Notice) -> mail.EmailMessage:
    with translation.override(notice.user.language or settings.LANGUAGE_CODE):
        link = f"{settings.SITE_URL}{notice.url}" if notice.url else settings.SITE_URL
        body = _("%(text)s\n\nOpen: %(link)s\n\nThis is an automatic message.")
        return mail.EmailMessage(
            subject=notice.text,
            body=body % {"text": notice.text, "link": link},
            to=[notice.user.email],
        )
