"""Health files, what officers add to their own, follow-ups, and what is to be deleted."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cadres.models import Officer
from courtparty.accounts.models import User
from courtparty.accounts.scope import unit_scope
from courtparty.jobs.models import StoredFile
from courtparty.lib.fields import EncryptedJSONField, EncryptedTextField
from retention.models.checkups import KEEP


def of_steward_or_self(user: User, *, officer: str) -> Q:
    """Rows of officers whose health ``user`` keeps, and the own: nobody else has any.

    ``officer`` is the lookup path to the officer.
    """
    kept = unit_scope(
        user,
        KEEP,
        court=f"{officer}__court",
        units=(f"{officer}__department", f"{officer}__branch"),
    )
    return kept | Q(**{f"{officer}__user": user})


class HealthFileQuerySet(models.QuerySet["HealthFile"]):
    def visible_to(self, user: User):
        return self.filter(of_steward_or_self(user, officer="officer"))


class HealthFile(models.Model):
    """The health file of an officer, apart from personnel data: what hangs on it is sensitive."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    officer = models.OneToOneField(
        Officer, models.PROTECT, related_name="health_file", verbose_name=_("officer")
    )
    created_at = models.DateTimeField(_("made"))

    objects = HealthFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("health file")
        verbose_name_plural = _("health files")

    def __str__(self) -> str:
        return f"#{self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("retention:health_file", args=[self.officer_id])


class HealthEntryQuerySet(models.QuerySet["HealthEntry"]):
    def visible_to(self, user: User):
        return self.filter(of_steward_or_self(user, officer="health_file__officer"))


class HealthEntry(models.Model):
    """What an officer added to the own health file: an allergy, a measurement, a contact …"""

    class Kind(models.TextChoices):
        ALLERGY = "allergy", _("allergy")
        MEDICATION = "medication", _("medication")
        CONDITION = "condition", _("illness or operation")
        CONTACT = "contact", _("emergency contact")
        MEASUREMENT = "measurement", _("own measurement")
        OTHER = "other", _("other")

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    health_file = models.ForeignKey(HealthFile, models.CASCADE, related_name="entries")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    on = models.DateField(_("since or on"), null=True, blank=True)
    text = EncryptedTextField(_("what"), blank=True, default="")
    vitals = EncryptedJSONField(_("values"), null=True, help_text="Code → value as text.")
    file = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("file")
    )
    created_at = models.DateTimeField(_("added"))
    updated_at = models.DateTimeField(_("changed"))

    objects = HealthEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("own entry in a health file")
        verbose_name_plural = _("own entries in health files")
        indexes = [models.Index(fields=["health_file", "kind"], name="health_entry_of_file")]

    def __str__(self) -> str:
        return f"#{self.pk}"


class FollowUpQuerySet(models.QuerySet["FollowUp"]):
    def visible_to(self, user: User):
        return self.filter(of_steward_or_self(user, officer="health_file__officer"))

    def waiting(self):
        return self.filter(state=FollowUp.State.OPEN)


class FollowUp(models.Model):
    """What the health steward has to do for an officer by a day, and what came of it."""

    class Kind(models.TextChoices):
        CALL = "call", _("call or talk")
        RECHECK = "recheck", _("see that the re-check is done")
        HOSPITAL = "hospital", _("arrange a hospital appointment")
        REPORT = "report", _("collect a report")
        OTHER = "other", _("other")

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("of a follow-up", "to do")
        DONE = "done", pgettext_lazy("of a follow-up", "done")
        DROPPED = "dropped", pgettext_lazy("of a follow-up", "not needed any more")

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    health_file = models.ForeignKey(HealthFile, models.CASCADE, related_name="follow_ups")
    kind = models.CharField(_("what"), max_length=10, choices=Kind)
    due_on = models.DateField(_("due"))
    note = EncryptedTextField(_("note"), blank=True, default="")
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.OPEN)
    closed_on = models.DateField(_("done on"), null=True, blank=True)
    outcome = EncryptedTextField(_("what came of it"), blank=True, default="")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField(_("planned"))
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    objects = FollowUpQuerySet.as_manager()

    class Meta:
        verbose_name = _("health follow-up")
        verbose_name_plural = _("health follow-ups")
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open", closed_on=None)
                | ~Q(state="open") & Q(closed_on__isnull=False),
                name="health_follow_up_closed_has_day",
            )
        ]
        indexes = [
            models.Index(fields=["health_file", "due_on"], name="health_follow_up_of_file"),
            models.Index(
                fields=["due_on"], condition=Q(state="open"), name="health_follow_up_open"
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.due_on:%Y-%m-%d}"


class HealthDeletionQuerySet(models.QuerySet["HealthDeletion"]):
    def visible_to(self, user: User):
        return self.filter(of_steward_or_self(user, officer="officer"))

    def announced(self):
        return self.filter(state=HealthDeletion.State.ANNOUNCED)


class HealthDeletion(models.Model):
    """Health records of an officer that will be deleted on a day, which the officer was told.

    Nothing is deleted that was not announced here 30 days before.
    """

    class Rule(models.TextChoices):
        AGE = "age", _("older than the court keeps health records")
        LEFT = "left", _("left the court")

    class State(models.TextChoices):
        ANNOUNCED = "announced", _("announced")
        DONE = "done", _("deleted")
        DROPPED = "dropped", _("nothing to delete any more")

    officer = models.ForeignKey(Officer, models.PROTECT, related_name="health_deletions")
    rule = models.CharField(_("rule"), max_length=6, choices=Rule)
    before = models.DateField(
        _("records before"), null=True, help_text="Of age: records from before this day."
    )
    deletes_on = models.DateField(_("deleted on"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.ANNOUNCED)
    announced_at = models.DateTimeField(_("announced"))

    objects = HealthDeletionQuerySet.as_manager()

    class Meta:
        verbose_name = _("deletion of health records")
        verbose_name_plural = _("deletions of health records")
        constraints = [
            models.UniqueConstraint(
                fields=["officer", "rule"],
                condition=Q(state="announced"),
                name="health_deletion_announced_once",
            ),
            models.CheckConstraint(
                condition=Q(rule="age", before__isnull=False) | Q(rule="left", before=None),
                name="health_deletion_of_age_has_day",
            ),
        ]
        indexes = [
            models.Index(
                fields=["deletes_on"],
                condition=Q(state="announced"),
                name="health_deletion_waiting",
            )
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.deletes_on:%Y-%m-%d}"
