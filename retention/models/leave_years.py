"""Leave of a year: accounts and their corrections, plans, the autumn round, carrying over."""

import uuid
from datetime import date, timedelta

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cadres.models import Officer
from courtparty.accounts.models import Unit, User
from courtparty.accounts.scope import court_scope, touched_court_scope, unit_scope
from courtparty.lib.fields import EncryptedTextField


def _of_officers(user: User, permission: str) -> Q:
    """Rows with an ``officer``: the own ones, and where ``user`` holds ``permission``."""
    reach = unit_scope(user, permission, court="officer__court", units=("officer__department",))
    return reach | Q(officer__user=user)


class LeaveAccountQuerySet(models.QuerySet["LeaveAccount"]):
    def visible_to(self, user: User, permission: str = "retention.view_leave"):
        return self.filter(_of_officers(user, permission))


class LeaveAccount(models.Model):
    """What an officer's annual leave of a year has beside the days by law; no row, nothing."""

    officer = models.ForeignKey(
        Officer, models.PROTECT, related_name="leave_accounts", verbose_name=_("officer")
    )
    year = models.PositiveSmallIntegerField(_("year"))
    carried_in = models.PositiveSmallIntegerField(_("carried over from the year before"), default=0)
    carried_on = models.PositiveSmallIntegerField(_("carried on into the next year"), default=0)
    adjusted = models.SmallIntegerField(
        _("corrected by hand"), default=0, help_text="The sum of the corrections."
    )

    objects = LeaveAccountQuerySet.as_manager()

    class Meta:
        verbose_name = _("leave account")
        verbose_name_plural = _("leave accounts")
        constraints = [
            models.UniqueConstraint(fields=["officer", "year"], name="leave_account_once_a_year"),
            models.CheckConstraint(
                condition=Q(adjusted__gte=-60, adjusted__lte=60), name="leave_account_within_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.officer_id} {self.year}"


class LeaveAdjustment(models.Model):
    """A correction of an account by hand, with its reason. It is never changed, only undone."""

    account = models.ForeignKey(LeaveAccount, models.PROTECT, related_name="adjustments")
    days = models.SmallIntegerField(_("days"), help_text=_("Below zero: taken away."))
    reason = models.CharField(_("reason"), max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("entered"))

    class Meta:
        verbose_name = _("correction of a leave account")
        verbose_name_plural = _("corrections of leave accounts")
        constraints = [
            models.CheckConstraint(
                condition=~Q(days=0) & Q(days__gte=-30, days__lte=30),
                name="leave_adjustment_says_something",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="leave_adjustment_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.days:+d}"


class LeavePlanQuerySet(models.QuerySet["LeavePlan"]):
    def visible_to(self, user: User, permission: str = "retention.view_leave"):
        return self.filter(_of_officers(user, permission))

    def active(self):
        return self.filter(state__in=["proposed", "agreed"])


class LeavePlan(models.Model):
    """Days put aside for an officer's annual leave; it is still asked for when the time comes."""

    class State(models.TextChoices):
        PROPOSED = "proposed", pgettext_lazy("of a leave plan", "proposed")
        AGREED = "agreed", pgettext_lazy("of a leave plan", "agreed")
        DROPPED = "dropped", pgettext_lazy("of a leave plan", "dropped")

    officer = models.ForeignKey(
        Officer, models.PROTECT, related_name="leave_plans", verbose_name=_("officer")
    )
    year = models.PositiveSmallIntegerField(_("year"))
    start = models.DateField(_("first day"))
    end = models.DateField(_("until"), help_text="First day back at work.")
    days = models.PositiveSmallIntegerField(_("working days"))
    state = models.CharField(
        pgettext_lazy("of a leave plan", "state"),
        max_length=10,
        choices=State,
        default=State.PROPOSED,
    )
    is_by_officer = models.BooleanField(_("proposed by the officer"))
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(_("proposed"))
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    answered_at = models.DateTimeField(_("answered"), null=True)

    objects = LeavePlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("leave plan")
        verbose_name_plural = _("leave plans")
        # No two active plans of one officer overlap: retention/triggers.py.
        constraints = [
            models.CheckConstraint(
                condition=Q(end__gt=F("start")), name="leave_plan_ends_after_start"
            ),
            models.CheckConstraint(condition=Q(days__gte=1), name="leave_plan_has_days"),
            models.CheckConstraint(
                condition=~Q(state="agreed")
                | Q(answered_by__isnull=False) & ~Q(answered_by=F("proposed_by")),
                name="leave_plan_agreed_by_two",
            ),
        ]
        indexes = [models.Index(fields=["officer", "year"], name="leave_plan_of_officer")]

    def __str__(self) -> str:
        return f"#{self.pk} {self.start}"

    @property
    def last_day(self) -> date:
        return self.end - timedelta(days=1)


class LeaveRoundQuerySet(models.QuerySet["LeaveRound"]):
    def visible_to(self, user: User, permission: str = "retention.view_leave"):
        """Rounds of the courts in which ``user`` plans leave, be it of one department."""
        return self.filter(touched_court_scope(user, permission))

    def managed_by(self, user: User):
        return self.filter(court_scope(user, "retention.manage_leave"))


class LeaveRound(models.Model):
    """A court's planning of the leave nobody has planned, in autumn; then the end of the year."""

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("of a planning round", "open")
        CLOSED = "closed", pgettext_lazy("of a planning round", "closed")
        SETTLED = "settled", pgettext_lazy("of a planning round", "year closed")

    court = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("court"))
    year = models.PositiveSmallIntegerField(
        _("year"), validators=[MinValueValidator(2000), MaxValueValidator(2100)]
    )
    state = models.CharField(
        pgettext_lazy("of a planning round", "state"),
        max_length=10,
        choices=State,
        default=State.OPEN,
    )
    opened_on = models.DateField(_("opened"))
    ends_on = models.DateField(_("to be planned until"))
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        help_text="Empty: opened by the schedule.",
    )
    closed_at = models.DateTimeField(_("closed"), null=True)
    settled_at = models.DateTimeField(_("year closed"), null=True)

    objects = LeaveRoundQuerySet.as_manager()

    class Meta:
        verbose_name = _("planning of leave")
        verbose_name_plural = _("plannings of leave")
        constraints = [
            models.UniqueConstraint(fields=["court", "year"], name="leave_round_once_a_year"),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("opened_on")), name="leave_round_ends_after_start"
            ),
            models.CheckConstraint(
                condition=Q(state="open", closed_at=None, settled_at=None)
                | Q(state="closed", closed_at__isnull=False, settled_at=None)
                | Q(state="settled", closed_at__isnull=False, settled_at__isnull=False),
                name="leave_round_has_its_times",
            ),
        ]

    def __str__(self) -> str:
        return str(self.year)

    def get_absolute_url(self) -> str:
        return reverse("retention:leave_round", args=[self.pk])


class LeaveTaskQuerySet(models.QuerySet["LeaveTask"]):
    def visible_to(self, user: User, permission: str = "retention.view_leave"):
        return self.filter(_of_officers(user, permission))

    def to_do(self):
        return self.filter(round__state="open", days__gt=0)


class LeaveTask(models.Model):
    """An officer's untaken leave in a planning round: how many days are without plan, then and now.

    Kept up to date by every service that changes what the officer has planned, asked or taken.
    """

    round = models.ForeignKey(LeaveRound, models.PROTECT, related_name="tasks")
    officer = models.ForeignKey(
        Officer, models.PROTECT, related_name="leave_tasks", verbose_name=_("officer")
    )
    days_then = models.PositiveSmallIntegerField(_("days without plan when the round opened"))
    days = models.PositiveSmallIntegerField(_("days without plan"))

    objects = LeaveTaskQuerySet.as_manager()

    class Meta:
        verbose_name = _("leave to be planned")
        verbose_name_plural = _("leave to be planned")
        constraints = [
            models.UniqueConstraint(fields=["round", "officer"], name="leave_task_once"),
        ]

    def __str__(self) -> str:
        return f"{self.round_id} {self.officer_id}"


class LeaveCarryQuerySet(models.QuerySet["LeaveCarry"]):
    def visible_to(self, user: User, permission: str = "retention.view_leave"):
        return self.filter(_of_officers(user, permission))


class LeaveCarry(models.Model):
    """Days proposed to go on into the next year: why the court needs it, and what the officer says.

    The law lets a court do so only where the work makes it necessary, and no further than one year.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", pgettext_lazy("of a carry-over", "waiting for the officer")
        AGREED = "agreed", pgettext_lazy("of a carry-over", "agreed")
        DECLINED = "declined", pgettext_lazy("of a carry-over", "declined")
        WITHDRAWN = "withdrawn", pgettext_lazy("of a carry-over", "withdrawn")

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    officer = models.ForeignKey(
        Officer, models.PROTECT, related_name="leave_carries", verbose_name=_("officer")
    )
    year = models.PositiveSmallIntegerField(_("from the year"))
    days = models.PositiveSmallIntegerField(_("days"), validators=[MinValueValidator(1)])
    reason = models.CharField(_("why the work makes it necessary"), max_length=200)
    words = EncryptedTextField(_("what the officer says"), blank=True, default="")
    state = models.CharField(
        pgettext_lazy("of a carry-over", "state"),
        max_length=10,
        choices=State,
        default=State.PROPOSED,
    )
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(_("proposed"))
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    answered_at = models.DateTimeField(_("answered"), null=True)

    objects = LeaveCarryQuerySet.as_manager()

    class Meta:
        verbose_name = _("carry-over of leave")
        verbose_name_plural = _("carry-overs of leave")
        constraints = [
            models.CheckConstraint(condition=Q(days__gte=1), name="leave_carry_has_days"),
            models.UniqueConstraint(
                fields=["officer", "year"],
                condition=Q(state__in=["proposed", "agreed"]),
                name="leave_carry_once_a_year",
            ),
            models.CheckConstraint(
                condition=~Q(state="agreed")
                | Q(answered_by__isnull=False) & ~Q(answered_by=F("proposed_by")) & ~Q(words=""),
                name="leave_carry_agreed_in_words",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.year}"
