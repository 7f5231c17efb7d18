"""Measures of help in a hardship: what they are, what they cost, visits, and flexible work."""

import uuid
from datetime import date, timedelta
from decimal import Decimal

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cadres.models import Officer
from courtparty.accounts.models import Unit, User
from courtparty.accounts.scope import court_scope, unit_scope
from courtparty.lib.fields import EncryptedTextField
from retention.models.hardship import HANDLE, HardshipCase


class BudgetSourceQuerySet(models.QuerySet["BudgetSource"]):
    def visible_to(self, user: User):
        return self.filter(court_scope(user, HANDLE))


class BudgetSource(models.Model):
    """Where money for help comes from in one year, and how much of it measures have taken."""

    court = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("court"))
    name = models.CharField(
        _("name of the source"),
        max_length=60,
        help_text=_("For instance 工会慰问经费. Nothing about a person belongs here."),
    )
    year = models.PositiveSmallIntegerField(_("year"))
    amount = models.DecimalField(
        _("amount of the year (yuan)"),
        max_digits=12,
        decimal_places=2,
        validators=[MinValueValidator(Decimal("0.01"))],
    )
    used = models.DecimalField(
        _("used (yuan)"), max_digits=12, decimal_places=2, default=Decimal("0.00"), editable=False
    )

    objects = BudgetSourceQuerySet.as_manager()

    class Meta:
        verbose_name = _("budget source of help")
        verbose_name_plural = _("budget sources of help")
        constraints = [
            models.UniqueConstraint(fields=["court", "year", "name"], name="budget_source_once"),
            models.CheckConstraint(
                condition=Q(used__gte=0, used__lte=F("amount")), name="budget_source_not_overdrawn"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="budget_source_has_money"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.year}"

    @property
    def left(self) -> Decimal:
        return self.amount - self.used


class HelpMeasureQuerySet(models.QuerySet["HelpMeasure"]):
    def visible_to(self, user: User):
        return self.filter(case__in=HardshipCase.objects.visible_to(user).values("pk"))

    def open(self):
        return self.filter(state__in=[HelpMeasure.State.PROPOSED, HelpMeasure.State.APPROVED])

    def awaiting(self, approver: User):
        """Those ``approver`` is to decide, in cases that are still in sight."""
        return self.visible_to(approver).filter(state="proposed", approver=approver)


class HelpMeasure(models.Model):
    """One thing done to help, proposed by one person, decided by another, then carried out."""

    class Kind(models.TextChoices):
        AID = "aid", _("aid in money")
        VISIT = "visit", _("visit with a gift")
        REFERRAL = "referral", _("referral to another body")
        FLEXIBLE = "flexible", _("flexible work")
        OTHER = "other", pgettext_lazy("kind of help", "other")

    class State(models.TextChoices):
        PROPOSED = "proposed", _("waits for the decision")
        APPROVED = "approved", _("approved, to be carried out")
        REFUSED = "refused", pgettext_lazy("of a measure", "refused")
        DONE = "done", _("carried out")
        CANCELLED = "cancelled", _("cancelled")

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey(HardshipCase, models.CASCADE, related_name="measures")
    kind = models.CharField(_("kind of help"), max_length=10, choices=Kind)
    text = EncryptedTextField(_("what is to be done"))
    amount = models.DecimalField(
        _("amount (yuan)"), max_digits=12, decimal_places=2, null=True, blank=True
    )
    source = models.ForeignKey(
        BudgetSource,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("budget source"),
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PROPOSED)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(_("proposed"))
    approver = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided"), null=True)
    answer = EncryptedTextField(_("words of the decision"), blank=True, default="")
    done_on = models.DateField(_("carried out on"), null=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    done_note = EncryptedTextField(_("how it was carried out"), blank=True, default="")

    objects = HelpMeasureQuerySet.as_manager()

    class Meta:
        verbose_name = _("measure of help")
        verbose_name_plural = _("measures of help")
        constraints = [
            models.CheckConstraint(
                condition=~Q(approver=F("proposed_by")), name="help_measure_decided_by_another"
            ),
            models.CheckConstraint(
                condition=Q(amount=None, source=None) | Q(amount__gt=0, source__isnull=False),
                name="help_measure_money_has_source",
            ),
            models.CheckConstraint(
                condition=~Q(kind="aid") | Q(amount__isnull=False), name="help_measure_aid_is_money"
            ),
            models.CheckConstraint(
                condition=Q(state="proposed", decided_at=None)
                | Q(state__in=["approved", "refused", "done"], decided_at__isnull=False)
                | Q(state="cancelled"),
                name="help_measure_decided_has_time",
            ),
            models.CheckConstraint(
                condition=Q(state="done", done_on__isnull=False, done_by__isnull=False)
                | ~Q(state="done") & Q(done_on=None, done_by=None),
                name="help_measure_done_has_day",
            ),
        ]
        indexes = [models.Index(fields=["approver", "state"], name="help_measure_to_decide")]

    def __str__(self) -> str:
        return f"{self.case_id} #{self.pk}"


class HardshipVisitQuerySet(models.QuerySet["HardshipVisit"]):
    def visible_to(self, user: User):
        return self.filter(case__in=HardshipCase.objects.visible_to(user).values("pk"))


class HardshipVisit(models.Model):
    """A member of the case called on the officer or the family."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey(HardshipCase, models.CASCADE, related_name="visits")
    day = models.DateField(_("day"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    notes = EncryptedTextField(_("notes"))
    entered_at = models.DateTimeField(_("entered"))

    objects = HardshipVisitQuerySet.as_manager()

    class Meta:
        verbose_name = _("visit in a hardship")
        verbose_name_plural = _("visits in hardships")

    def __str__(self) -> str:
        return f"{self.case_id} {self.day}"


class FlexibleArrangementQuerySet(models.QuerySet["FlexibleArrangement"]):
    def visible_to(self, user: User):
        """For heads: what is agreed in their department and meant for them. Never why."""
        reach = unit_scope(
            user, "retention.decide_pause", court="officer__court", units=("officer__department",)
        )
        return self.filter(reach, is_agreed=True, is_shown_to_head=True)

    def agreed(self):
        return self.filter(is_agreed=True)


class FlexibleArrangement(models.Model):
    """Flexible work from one day until another. The head sees the days, nothing else of it."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    officer = models.ForeignKey(
        Officer, models.PROTECT, related_name="+", verbose_name=_("officer")
    )
    measure = models.OneToOneField(HelpMeasure, models.CASCADE, related_name="arrangement")
    start = models.DateField(_("first day"))
    end = models.DateField(_("end"), help_text=_("First day without it."))
    what = EncryptedTextField(_("what is agreed"))
    is_shown_to_head = models.BooleanField(
        _("the head is shown “flexible hours” with the days"), default=True
    )
    is_agreed = models.BooleanField(_("agreed"), default=False)

    objects = FlexibleArrangementQuerySet.as_manager()

    class Meta:
        verbose_name = _("flexible work")
        verbose_name_plural = _("flexible work")
        constraints = [
            models.CheckConstraint(condition=Q(end__gt=F("start")), name="flexible_ends_later")
        ]

    def __str__(self) -> str:
        return f"{self.start} – {self.last_day}"

    @property
    def last_day(self) -> date:
        return self.end - timedelta(days=1)
