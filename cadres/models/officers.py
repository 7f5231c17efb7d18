"""Officers of a court, how their roster came in, and the corrections they ask for."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from courtparty.accounts.models import Unit, User
from courtparty.accounts.scope import court_scope, unit_scope
from courtparty.jobs.models import StoredFile
from courtparty.lib.fields import EncryptedJSONField, EncryptedTextField, PartialDateField


class OfficerQuerySet(models.QuerySet["Officer"]):
    def visible_to(self, user: User, permission: str = "cadres.view_officer"):
        """Officers where ``user`` holds ``permission``, by court, department, branch; and self."""
        reach = unit_scope(user, permission, court="court", units=("department", "branch"))
        return self.filter(reach | Q(user=user))

    def in_service(self):
        return self.filter(left_on=None)


class Officer(models.Model):
    """A person on the court's roster: judge, assistant, clerk, police, staff, or contract."""

    class Sex(models.TextChoices):
        MALE = "male", _("male")
        FEMALE = "female", _("female")

    class Category(models.TextChoices):
        QUOTA_JUDGE = "quota_judge", _("quota judge")
        JUDGE_ASSISTANT = "judge_assistant", _("judge assistant")
        CLERK = "clerk", _("clerk")
        JUDICIAL_POLICE = "judicial_police", _("judicial police")
        ADMINISTRATIVE = "administrative", _("administrative staff")
        CONTRACT = "contract", _("contract staff")

    class PartyStatus(models.TextChoices):
        FULL = "full_member", _("full Party member")
        PROBATIONARY = "probationary_member", _("probationary Party member")
        LEAGUE = "league_member", _("Youth League member")
        OTHER_PARTY = "other_party", _("member of a democratic party")
        NONE = "none", _("no party")

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    court = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("court"))
    department = models.ForeignKey(
        Unit, models.PROTECT, related_name="officers", verbose_name=_("department")
    )
    branch = models.ForeignKey(
        Unit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="members",
        verbose_name=_("Party branch"),
    )
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="officer",
        verbose_name=_("account"),
    )
    name = models.CharField(pgettext_lazy("of a person", "name"), max_length=60)
    pinyin = models.CharField(max_length=120, editable=False)
    initials = models.CharField(max_length=40, editable=False)
    sex = models.CharField(_("sex"), max_length=6, choices=Sex, blank=True)
    ethnicity = models.CharField(_("ethnicity"), max_length=20, blank=True)
    birth = PartialDateField(_("date of birth"), null=True, blank=True)
    id_number = EncryptedTextField(_("ID number"))
    id_hash = models.CharField(max_length=64, editable=False)
    phone = EncryptedTextField(_("telephone"), blank=True, default="")
    title = models.CharField(_("title"), max_length=60, blank=True)
    rank = models.CharField(_("rank"), max_length=40, blank=True)
    judge_rank = models.CharField(_("judge rank"), max_length=40, blank=True)
    category = models.CharField(_("category"), max_length=16, choices=Category)
    work_since = PartialDateField(_("in work since"), null=True, blank=True)
    title_since = PartialDateField(_("in this title since"), null=True, blank=True)
    rank_since = PartialDateField(_("in this rank since"), null=True, blank=True)
    party_status = models.CharField(_("Party status"), max_length=20, choices=PartyStatus)
    party_joined = PartialDateField(_("joined the Party"), null=True, blank=True)
    party_full_since = PartialDateField(
        _("full member since"),
        null=True,
        blank=True,
        help_text=_("Party standing counts from this day."),
    )
    remark = models.CharField(_("remark"), max_length=200, blank=True)
    left_on = models.DateField(_("left on"), null=True, blank=True)
    list_order = models.PositiveIntegerField(default=0, help_text="The row's number in the roster.")
    updated_at = models.DateTimeField(auto_now=True)

    objects = OfficerQuerySet.as_manager()

    class Meta:
        verbose_name = _("officer")
        verbose_name_plural = _("officers")
        constraints = [
            models.UniqueConstraint(fields=["court", "id_hash"], name="officer_id_once_per_court"),
        ]
        # One index for each order the list can be in: a page costs fifty rows at any size.
        indexes = [
            models.Index(fields=["court", "pinyin", "id"], name="officer_by_name"),
            models.Index(fields=["court", "initials", "pinyin", "id"], name="officer_by_initials"),
            models.Index(
                fields=["court", "department", "pinyin", "id"], name="officer_by_department"
            ),
            models.Index(fields=["branch", "pinyin", "id"], name="officer_by_branch"),
            models.Index(fields=["court", "category", "pinyin", "id"], name="officer_by_category"),
            models.Index(fields=["court", "title", "pinyin", "id"], name="officer_by_title"),
            models.Index(
                fields=["court", "party_status", "pinyin", "id"], name="officer_by_party_status"
            ),
            models.Index(
                fields=["court", "title_since", "pinyin", "id"], name="officer_by_title_since"
            ),
            models.Index(fields=["court", "updated_at"], name="officer_by_change"),
            # For the start page: newcomers, and those who left.
            models.Index(
                fields=["court", "work_since"], condition=Q(left_on=None), name="officer_newcomers"
            ),
            models.Index(
                fields=["court", "left_on"], condition=~Q(left_on=None), name="officer_who_left"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("cadres:officer_detail", args=[self.pk])

    @property
    def is_party_member(self) -> bool:
        return self.party_status in (self.PartyStatus.FULL, self.PartyStatus.PROBATIONARY)


class RosterImportQuerySet(models.QuerySet["RosterImport"]):
    def visible_to(self, user: User):
        return self.filter(court_scope(user, "cadres.import_roster"))


class RosterImport(models.Model):
    """One roster workbook on its way in: checked, shown, then taken whole or not at all."""

    class State(models.TextChoices):
        CHECKING = "checking", _("being checked")
        FAULTY = "faulty", _("has errors")
        READY = "ready", _("ready to import")
        IMPORTED = "imported", _("imported")
        DISCARDED = "discarded", _("discarded")

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    court = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    file = models.ForeignKey(StoredFile, models.SET_NULL, null=True, related_name="+")
    file_name = models.CharField(_("file"), max_length=200)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.CHECKING)
    counts = models.JSONField(default=dict, help_text="new, changed, unchanged, left, faults …")
    report = EncryptedJSONField(null=True, help_text="Faults and differences: holds personal data.")
    plan_hash = models.CharField(
        max_length=64, blank=True, help_text="What was shown, to the byte."
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("by"),
        help_text="Empty: from the command line.",
    )
    created_at = models.DateTimeField(_("uploaded"))
    imported_at = models.DateTimeField(_("imported"), null=True)

    objects = RosterImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("roster import")
        verbose_name_plural = _("roster imports")
        indexes = [models.Index(fields=["court", "-created_at"], name="roster_import_recent")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="imported", imported_at__isnull=False)
                | ~Q(state="imported") & Q(imported_at=None),
                name="roster_import_has_its_time",
            )
        ]

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        return reverse("cadres:roster_import_detail", args=[self.pk])


class CorrectionQuerySet(models.QuerySet["Correction"]):
    def visible_to(self, user: User):
        """Own requests, and those of the courts whose roster ``user`` keeps."""
        kept = court_scope(user, "cadres.decide_correction", court="officer__court")
        return self.filter(kept | Q(officer__user=user))

    def awaiting(self):
        return self.filter(state=Correction.State.ASKED)


class Correction(models.Model):
    """An officer's request that one item of the own personal data be put right."""

    class State(models.TextChoices):
        ASKED = "asked", _("waiting")
        ACCEPTED = "accepted", _("corrected")
        DECLINED = "declined", _("declined")

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    officer = models.ForeignKey(Officer, models.PROTECT, related_name="corrections")
    field = models.CharField(_("item"), max_length=20)
    proposed = EncryptedTextField(_("should be"), blank=True, default="")
    reason = EncryptedTextField(_("reason"), blank=True, default="")
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.ASKED)
    asked_at = models.DateTimeField(_("asked"))
    decided_at = models.DateTimeField(_("decided"), null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    answer = EncryptedTextField(_("answer"), blank=True, default="")

    objects = CorrectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("correction request")
        verbose_name_plural = _("correction requests")
        constraints = [
            models.UniqueConstraint(
                fields=["officer", "field"],
                condition=Q(state="asked"),
                name="correction_one_open_per_item",
            ),
            models.CheckConstraint(
                condition=Q(state="asked", decided_at=None)
                | ~Q(state="asked") & Q(decided_at__gte=F("asked_at")),
                name="correction_decided_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.field}"

    def get_absolute_url(self) -> str:
        return reverse("cadres:correction_decide", args=[self.pk])
