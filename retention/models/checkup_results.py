"""What a check-up found: sealed texts and values, their changes, corrections, and ranges."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cadres.models import Officer
from courtparty.accounts.models import Unit, User
from courtparty.accounts.scope import court_scope
from courtparty.jobs.models import StoredFile
from courtparty.lib.fields import EncryptedJSONField, EncryptedTextField
from retention.models.checkups import KEEP, CheckUp
from retention.models.health_files import HealthFile, of_steward_or_self


class CheckUpResultQuerySet(models.QuerySet["CheckUpResult"]):
    def visible_to(self, user: User):
        return self.filter(of_steward_or_self(user, officer="checkup__officer"))


class CheckUpResult(models.Model):
    """What a check-up of an officer found, as the steward entered it from the report.

    The re-check day is plain, so that reminders and filters can ask for it; it is shown to the
    steward and the officer alone, as everything here.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    checkup = models.OneToOneField(CheckUp, models.PROTECT, related_name="result")
    vitals = EncryptedJSONField(_("values"), help_text="Code → value as text.")
    findings = EncryptedTextField(_("findings"), blank=True, default="")
    advice = EncryptedTextField(_("advice"), blank=True, default="")
    recheck_on = models.DateField(_("re-check due"), null=True, blank=True)
    rechecked_on = models.DateField(_("re-check done on"), null=True, blank=True)
    file = models.ForeignKey(
        StoredFile,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("report as a file"),
    )
    version = models.PositiveIntegerField(default=1, help_text="One more with each correction.")
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    entered_at = models.DateTimeField(_("entered"))

    objects = CheckUpResultQuerySet.as_manager()

    class Meta:
        verbose_name = _("result of a check-up")
        verbose_name_plural = _("results of check-ups")
        constraints = [
            models.CheckConstraint(
                condition=Q(rechecked_on=None) | Q(recheck_on__isnull=False),
                name="checkup_result_recheck_was_due",
            )
        ]
        indexes = [
            models.Index(
                fields=["recheck_on"],
                condition=Q(recheck_on__isnull=False, rechecked_on=None),
                name="checkup_result_recheck_open",
            )
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"


class ResultChangeQuerySet(models.QuerySet["ResultChange"]):
    def visible_to(self, user: User):
        return self.filter(of_steward_or_self(user, officer="result__checkup__officer"))


class ResultChange(models.Model):
    """How a result read before it was corrected, by whom and why."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    result = models.ForeignKey(CheckUpResult, models.CASCADE, related_name="changes")
    version = models.PositiveIntegerField(help_text="The version that was replaced.")
    before = EncryptedJSONField(_("before"), help_text="vitals, findings, advice, recheck_on.")
    reason = EncryptedTextField(_("reason"))
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(_("corrected"))

    objects = ResultChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("correction of a result")
        verbose_name_plural = _("corrections of results")
        constraints = [
            models.UniqueConstraint(fields=["result", "version"], name="result_change_in_order")
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"


class HealthCorrectionQuerySet(models.QuerySet["HealthCorrection"]):
    def visible_to(self, user: User):
        return self.filter(of_steward_or_self(user, officer="health_file__officer"))

    def awaiting(self):
        return self.filter(state=HealthCorrection.State.ASKED)


class HealthCorrection(models.Model):
    """An officer's request that a result be put right, and the steward's answer."""

    class State(models.TextChoices):
        ASKED = "asked", _("waiting")
        ACCEPTED = "accepted", _("corrected")
        DECLINED = "declined", _("declined")
        WITHDRAWN = "withdrawn", _("withdrawn")

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    health_file = models.ForeignKey(HealthFile, models.CASCADE, related_name="corrections")
    result = models.ForeignKey(CheckUpResult, models.CASCADE, related_name="corrections")
    proposed = EncryptedTextField(_("should read"))
    reason = EncryptedTextField(_("reason"), blank=True, default="")
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.ASKED)
    asked_at = models.DateTimeField(_("asked"))
    decided_at = models.DateTimeField(_("decided"), null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    answer = EncryptedTextField(_("answer"), blank=True, default="")

    objects = HealthCorrectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("correction of a health file asked for")
        verbose_name_plural = _("corrections of health files asked for")
        constraints = [
            models.UniqueConstraint(
                fields=["result"],
                condition=Q(state="asked"),
                name="health_correction_one_open_per_result",
            ),
            models.CheckConstraint(
                condition=Q(state="asked", decided_at=None)
                | ~Q(state="asked") & Q(decided_at__gte=F("asked_at")),
                name="health_correction_decided_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"


class ReferenceRangeQuerySet(models.QuerySet["ReferenceRange"]):
    def visible_to(self, user: User):
        return self.filter(court_scope(user, KEEP))


class ReferenceRange(models.Model):
    """A court's own reference range of a value; without a row the shipped default holds."""

    court = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("court"))
    code = models.CharField(_("value"), max_length=16)
    sex = models.CharField(_("sex"), max_length=6, choices=Officer.Sex, blank=True)
    low = models.DecimalField(_("from"), max_digits=7, decimal_places=2, null=True, blank=True)
    high = models.DecimalField(_("up to"), max_digits=7, decimal_places=2, null=True, blank=True)
    source = models.CharField(_("source"), max_length=200)

    objects = ReferenceRangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("reference range")
        verbose_name_plural = _("reference ranges")
        constraints = [
            models.UniqueConstraint(fields=["court", "code", "sex"], name="reference_range_once"),
            models.CheckConstraint(
                condition=Q(low=None) | Q(high=None) | Q(high__gte=F("low")),
                name="reference_range_rises",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.sex}".strip()
