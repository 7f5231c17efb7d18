"""Requests for leave, the steps that decide them, and the kinds of leave a court knows."""

import uuid

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cadres.models import Officer
from courtparty.accounts.models import Unit, User
from courtparty.accounts.scope import court_scope, unit_scope
from courtparty.lib.fields import EncryptedTextField
from retention.models.entitlements import Certainty


class Kind(models.TextChoices):
    ANNUAL = "annual", _("annual leave")
    REST = "makeup_rest", _("make-up rest")
    PERSONAL = "personal", _("personal leave")
    SICK = "sick", _("sick leave")
    MARRIAGE = "marriage", _("marriage leave")
    MATERNITY = "maternity", _("maternity leave")
    PREGNANCY_CHECK = "pregnancy_check", _("check-up in pregnancy")
    PATERNITY = "paternity", _("paternity leave")
    CHILDCARE = "childcare", _("childcare leave")
    BEREAVEMENT = "bereavement", _("bereavement leave")
    FAMILY_VISIT = "family_visit", _("home leave")
    OTHER = "other", pgettext_lazy("kind of leave", "other leave")


class Level(models.TextChoices):
    """Who decides at a step of a request."""

    HEAD = "head", _("department head")
    POLITICAL = "political", _("political department")
    PRESIDENT = "president", _("President / leadership")


class LeaveKindQuerySet(models.QuerySet["LeaveKind"]):
    def visible_to(self, user: User):
        return self.filter(court_scope(user, "retention.manage_leave"))


class LeaveKind(models.Model):
    """What a court has changed about a kind of leave; without a row it is as shipped."""

    class Counts(models.TextChoices):
        WORKING = "working", _("working days")
        CALENDAR = "calendar", _("calendar days")

    court = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("court"))
    kind = models.CharField(_("kind of leave"), max_length=16, choices=Kind)
    counts = models.CharField(_("counted in"), max_length=8, choices=Counts)
    days = models.PositiveSmallIntegerField(
        _("days at most in one request"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(400)],
        help_text=_("Empty: no limit here."),
    )
    is_paid = models.BooleanField(
        _("without a cut in pay"),
        default=True,
        help_text=_("Personal leave without a cut in pay can exclude annual leave."),
    )
    is_active = models.BooleanField(_("can be asked for"), default=True)
    certainty = models.CharField(
        _("how sure"), max_length=1, choices=Certainty, default=Certainty.UNVERIFIED
    )
    source = models.CharField(_("source"), max_length=200, blank=True)
    note = models.CharField(_("note for the officer"), max_length=200, blank=True)

    objects = LeaveKindQuerySet.as_manager()

    class Meta:
        verbose_name = _("kind of leave")
        verbose_name_plural = _("kinds of leave")
        constraints = [
            models.UniqueConstraint(fields=["court", "kind"], name="leave_kind_once_per_court"),
            models.CheckConstraint(condition=Q(days=None) | Q(days__gte=1), name="leave_kind_days"),
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())


class LeaveRequestQuerySet(models.QuerySet["LeaveRequest"]):
    def visible_to(self, user: User, permission: str = "retention.view_leave"):
        """Own ones, and those where ``user`` holds ``permission``; a draft is its officer's."""
        reach = unit_scope(user, permission, court="officer__court", units=("officer__department",))
        return self.filter(reach & ~Q(state="drafted") | Q(officer__user=user))

    def active(self):
        return self.filter(state__in=["asked", "approved"])

    def touching(self, start, end):
        """Those that share a day with the half-open period."""
        return self.filter(start__lt=end, end__gt=start)


class LeaveRequest(models.Model):
    """One officer's leave of one kind, as asked for and as decided."""

    class State(models.TextChoices):
        DRAFTED = "drafted", pgettext_lazy("of leave", "draft")
        ASKED = "asked", pgettext_lazy("of leave", "waiting for a decision")
        RETURNED = "returned", pgettext_lazy("of leave", "sent back")
        APPROVED = "approved", pgettext_lazy("of leave", "approved")
        REFUSED = "refused", pgettext_lazy("of leave", "refused")
        WITHDRAWN = "withdrawn", pgettext_lazy("of leave", "withdrawn")
        CANCELLED = "cancelled", pgettext_lazy("of leave", "cancelled")

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    officer = models.ForeignKey(
        Officer, models.PROTECT, related_name="leave_requests", verbose_name=_("officer")
    )
    kind = models.CharField(_("kind of leave"), max_length=16, choices=Kind)
    start = models.DateField(_("first day"))
    end = models.DateField(_("until"), help_text="First day back at work.")
    days = models.PositiveSmallIntegerField(_("days"))
    hours = models.DecimalField(
        _("hours of make-up rest"), max_digits=5, decimal_places=1, null=True, blank=True
    )
    is_paid = models.BooleanField(_("without a cut in pay"), default=True)
    reason = EncryptedTextField(_("reason"), blank=True, default="")
    state = models.CharField(
        pgettext_lazy("of leave", "state"), max_length=10, choices=State, default=State.DRAFTED
    )
    levels = models.JSONField(default=list, help_text="Who decides, in order, fixed when asked.")
    waits_for = models.CharField(_("waits for"), max_length=10, choices=Level, blank=True)
    waits_since = models.DateField(_("waiting since"), null=True, blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("entered by")
    )
    created_at = models.DateTimeField(_("entered"))

    objects = LeaveRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("leave request")
        verbose_name_plural = _("leave requests")
        # No two active requests of one officer overlap: retention/triggers.py.
        constraints = [
            models.CheckConstraint(condition=Q(end__gt=F("start")), name="leave_ends_after_start"),
            models.CheckConstraint(
                condition=Q(state="asked", waits_since__isnull=False) & ~Q(waits_for="")
                | ~Q(state="asked") & Q(waits_for="", waits_since=None),
                name="leave_waits_while_asked",
            ),
            models.CheckConstraint(
                condition=Q(kind="makeup_rest", hours__gt=0)
                | ~Q(kind="makeup_rest") & Q(hours=None),
                name="leave_hours_of_rest_only",
            ),
        ]
        indexes = [
            models.Index(fields=["officer", "start"], name="leave_of_officer"),
            models.Index(fields=["state", "start", "end"], name="leave_by_state"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.kind} {self.start}"

    def get_absolute_url(self) -> str:
        return reverse("retention:leave_detail", args=[self.pk])


class LeaveStep(models.Model):
    """One step of a request: who did what, when, with which opinion. Nobody decides the own."""

    class Action(models.TextChoices):
        ASK = "ask", pgettext_lazy("of leave", "asked for")
        APPROVE = "approve", pgettext_lazy("of leave", "approved")
        REFUSE = "refuse", pgettext_lazy("of leave", "refused")
        SEND_BACK = "send_back", pgettext_lazy("of leave", "sent back")
        WITHDRAW = "withdraw", pgettext_lazy("of leave", "withdrawn")
        CANCEL = "cancel", pgettext_lazy("of leave", "cancelled")
        END_EARLY = "end_early", pgettext_lazy("of leave", "back at work early")

    DECISIONS = (Action.APPROVE, Action.REFUSE, Action.SEND_BACK)

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    request = models.ForeignKey(LeaveRequest, models.CASCADE, related_name="steps")
    number = models.PositiveSmallIntegerField()
    action = models.CharField(_("step"), max_length=10, choices=Action)
    level = models.CharField(_("level"), max_length=10, choices=Level, blank=True)
    opinion = EncryptedTextField(_("opinion"), blank=True, default="")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asker = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        help_text="The account of the officer on leave, here so that the database can compare.",
    )
    at = models.DateTimeField(_("entered"))

    class Meta:
        verbose_name = _("step of a leave request")
        verbose_name_plural = _("steps of leave requests")
        constraints = [
            models.UniqueConstraint(fields=["request", "number"], name="leave_step_one_at_a_time"),
            models.CheckConstraint(
                condition=~Q(action__in=["approve", "refuse", "send_back"])
                | Q(asker=None)
                | ~Q(by=F("asker")),
                name="leave_not_decided_by_oneself",
            ),
            models.CheckConstraint(
                condition=Q(action__in=["approve", "refuse", "send_back"]) & ~Q(level="")
                | ~Q(action__in=["approve", "refuse", "send_back"]) & Q(level=""),
                name="leave_step_level_of_decisions",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.request_id} {self.number} {self.action}"
