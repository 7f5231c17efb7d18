"""What officers achieved, and the workbooks it came in with."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cadres.models import Officer
from courtparty.accounts.models import Unit, User
from courtparty.accounts.scope import court_scope, unit_scope
from courtparty.jobs.models import StoredFile
from courtparty.lib.fields import EncryptedJSONField, EncryptedTextField


class AchievementQuerySet(models.QuerySet["Achievement"]):
    def visible_to(self, user: User, permission: str = "retention.view_awards"):
        """Those of officers in reach, and one's own."""
        return self.within(user, permission) | self.filter(officer__user=user)

    def within(self, user: User, permission: str):
        """Those of officers on whose units ``user`` holds ``permission``."""
        units = ("officer__department", "officer__branch")
        return self.filter(unit_scope(user, permission, court="officer__court", units=units))

    def under_way(self):
        return self.filter(state__in=[Achievement.State.ENTERED, Achievement.State.PROPOSED])


class Achievement(models.Model):
    """Something an officer did that may be rewarded, and how it stands on the way there."""

    class Kind(models.TextChoices):
        CASEWORK = "casework", _("trial and enforcement")
        PARTY_BUILDING = "party_building", _("Party building")
        ANNUAL = "annual", _("annual appraisal")
        HONOUR = "honour", _("honour from another body")
        COMPETITION = "competition", _("contest or competition")
        RESEARCH = "research", _("research and publications")
        URGENT = "urgent", _("urgent, difficult or dangerous task")
        SERVICE = "service", _("service to people")
        OTHER = "other", pgettext_lazy("kind of achievement", "other")

    class Source(models.TextChoices):
        OWN = "own", _("entered by the officer")
        HEAD = "head", _("entered by a head, secretary or the political department")
        IMPORT = "import", _("from a workbook")
        PART = "part", _("from another part of the system")

    class State(models.TextChoices):
        ENTERED = "entered", _("entered, to be proposed")
        PROPOSED = "proposed", _("proposed for an award")
        AWARDED = "awarded", _("rewarded")
        DECLINED = "declined", _("not rewarded")
        WITHDRAWN = "withdrawn", _("withdrawn")

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    officer = models.ForeignKey(
        Officer, models.PROTECT, related_name="achievements", verbose_name=_("officer")
    )
    kind = models.CharField(_("kind"), max_length=16, choices=Kind)
    title = models.CharField(_("what was achieved"), max_length=120)
    achieved_on = models.DateField(_("achieved on"))
    description = EncryptedTextField(_("description"), blank=True, default="")
    evidence = models.ForeignKey(
        StoredFile,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("evidence"),
    )
    source = models.CharField(_("source"), max_length=8, choices=Source)
    source_key = models.CharField(
        max_length=120,
        null=True,
        blank=True,
        unique=True,
        help_text="What another part raised it from; raised twice it changes nothing.",
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.ENTERED)
    due_on = models.DateField(_("decision due"))
    answer = EncryptedTextField(
        _("why it is not rewarded"), blank=True, default="", help_text="For the officer."
    )
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    entered_on = models.DateField(_("entered"))
    created_at = models.DateTimeField()

    objects = AchievementQuerySet.as_manager()

    class Meta:
        verbose_name = _("achievement")
        verbose_name_plural = _("achievements")
        constraints = [
            models.UniqueConstraint(
                fields=["officer", "achieved_on", "title"],
                condition=~Q(state="withdrawn"),
                name="achievement_once",
            ),
            models.CheckConstraint(
                condition=Q(achieved_on__lte=models.F("entered_on")),
                name="achievement_not_ahead",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "due_on"], name="achievement_due"),
            models.Index(fields=["officer", "-achieved_on"], name="achievement_recent"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("retention:achievement_detail", args=[self.pk])


class AchievementImportQuerySet(models.QuerySet["AchievementImport"]):
    def visible_to(self, user: User):
        return self.filter(court_scope(user, "retention.manage_awards"))


class AchievementImport(models.Model):
    """One workbook of achievements: checked, shown, then taken whole or not at all."""

    class State(models.TextChoices):
        FAULTY = "faulty", _("has errors")
        READY = "ready", _("ready to import")
        IMPORTED = "imported", _("imported")
        DISCARDED = "discarded", _("discarded")

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    court = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    file = models.ForeignKey(StoredFile, models.SET_NULL, null=True, related_name="+")
    file_name = models.CharField(_("file"), max_length=200)
    state = models.CharField(_("state"), max_length=10, choices=State)
    counts = models.JSONField(default=dict, help_text="rows, new, known, faults")
    report = EncryptedJSONField(null=True, help_text="Rows and faults, with names.")
    plan_hash = models.CharField(max_length=64, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by")
    )
    created_at = models.DateTimeField(_("uploaded"))
    imported_at = models.DateTimeField(_("imported"), null=True)

    objects = AchievementImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("import of achievements")
        verbose_name_plural = _("imports of achievements")
        indexes = [models.Index(fields=["court", "-created_at"], name="achievement_import_recent")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="imported", imported_at__isnull=False)
                | ~Q(state="imported") & Q(imported_at=None),
                name="achievement_import_has_time",
            )
        ]

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        return reverse("retention:achievement_import_detail", args=[self.pk])
