"""Telling people. The row is the promise; mail and queue only carry it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courtparty.notices.wording import text_of


class NoticeQuerySet(models.QuerySet["Notice"]):
    def visible_to(self, user):
        return self.filter(user=user)

    def unread(self):
        return self.filter(read_at=None)

    def undelivered(self):
        """Mail still owed: there is an address, and it was neither sent nor given up."""
        return self.filter(mail_state=Notice.Mail.OWED)


class Notice(models.Model):
    """One thing one person is told, once: ``key`` makes a second telling impossible."""

    class Mail(models.TextChoices):
        NONE = "none", _("no address")
        OWED = "owed", _("to be sent")
        SENT = "sent", _("sent")
        FAILED = "failed", _("given up")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices")
    key = models.CharField(max_length=120, unique=True)
    kind = models.CharField(max_length=40)
    params = models.JSONField(default=dict)
    url = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    mail_state = models.CharField(max_length=8, choices=Mail)
    mail_attempts = models.PositiveSmallIntegerField(default=0)
    mail_next_at = models.DateTimeField(null=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        indexes = [
            models.Index(fields=["user", "-created_at"], name="notice_inbox"),
            models.Index(fields=["user"], condition=Q(read_at=None), name="notice_unread"),
            models.Index(
                fields=["mail_next_at"], condition=Q(mail_state="owed"), name="notice_owed"
            ),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def text(self) -> str:
        """The sentence in the language that is active now."""
        return text_of(self.kind, self.params)


class WorkingDay(models.Model):
    """A day that differs from its weekday: a public holiday, or a day off that is worked.

    The State Council announces them each November for the year to come. For a year without any
    row, Monday to Friday are taken as worked, which the pages that use it say.
    """

    day = models.DateField(_("day"), unique=True)
    is_worked = models.BooleanField(
        _("worked"), help_text=_("Off for a holiday; on for a weekend that is worked instead.")
    )
    name = models.CharField(_("occasion"), max_length=40, blank=True)

    class Meta:
        verbose_name = _("day of the working calendar")
        verbose_name_plural = _("working calendar")

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d}"
