"""What was done and who read what. Rows are only ever added; triggers refuse anything else."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class EntryQuerySet(models.QuerySet["Entry"]):
    def visible_to(self, user):
        """The audit administrator reads the log; nobody else reaches it as a list."""
        return self if user.has_perm("audit.view_entries") else self.none()

    def about(self, subject: models.Model):
        return self.filter(subject_model=subject._meta.label_lower, subject_pk=subject.pk)

    def reads(self):
        return self.filter(is_read=True)

    def unsealed(self):
        return self.filter(seal=None)


class Entry(models.Model):
    """One thing that one person (or the system itself) did, or one sensitive record opened."""

    at = models.DateTimeField(_("time"), db_index=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("who"),
        help_text=_("Empty: the system itself."),
    )
    verb = models.CharField(_("what"), max_length=60)
    is_read = models.BooleanField(_("reading"), default=False)
    court = models.ForeignKey(
        "accounts.Unit", models.PROTECT, null=True, related_name="+", verbose_name=_("court")
    )
    subject_model = models.CharField(max_length=60, blank=True)
    subject_pk = models.BigIntegerField(null=True)
    detail = models.JSONField(_("detail"), default=dict)

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("log entry")
        verbose_name_plural = _("log entries")
        indexes = [
            models.Index(fields=["subject_model", "subject_pk", "-at"], name="audit_entry_subject"),
            models.Index(fields=["actor", "-at"], name="audit_entry_actor"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(subject_model="", subject_pk=None)
                | ~Q(subject_model="") & Q(subject_pk__isnull=False),
                name="audit_entry_subject_whole",
            )
        ]

    def __str__(self) -> str:
        return f"{timezone.localtime(self.at):%Y-%m-%d %H:%M:%S} {self.verb}"


class Seal(models.Model):
    """A link of the hash chain over the entries, in the order in which they were sealed.

    Entries are inserted unsealed and one sealer links them: two writers that read "the last row"
    at the same time would fork a chain built on insert. UNIQUE(prev_hash) refuses a fork.
    """

    entry = models.OneToOneField(Entry, models.PROTECT, related_name="seal", primary_key=True)
    number = models.BigIntegerField(unique=True)
    prev_hash = models.CharField(max_length=64, unique=True)
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        verbose_name = _("seal")
        verbose_name_plural = _("seals")

    def __str__(self) -> str:
        return f"#{self.number} {self.hash[:12]}"
