"""Overtime, and the rest taken for it."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cadres.models import Officer
from courtparty.accounts.models import User
from courtparty.accounts.scope import unit_scope
from retention.models.leave import LeaveRequest


class OvertimeQuerySet(models.QuerySet["Overtime"]):
    def visible_to(self, user: User, permission: str = "retention.view_leave"):
        reach = unit_scope(user, permission, court="officer__court", units=("officer__department",))
        return self.filter(reach | Q(officer__user=user))

    def waiting(self):
        return self.filter(state=Overtime.State.ENTERED)

    def restable(self, *, on):
        """Confirmed, with hours left that have not expired."""
        found = self.filter(state=Overtime.State.CONFIRMED, expires_on__gte=on)
        return found.filter(used__lt=F("hours"))


class Overtime(models.Model):
    """Hours an officer worked beyond the working time of one day; make-up rest, hour for hour."""

    class State(models.TextChoices):
        ENTERED = "entered", pgettext_lazy("of overtime", "to be confirmed")
        CONFIRMED = "confirmed", pgettext_lazy("of overtime", "confirmed")
        REFUSED = "refused", pgettext_lazy("of overtime", "refused")
        WITHDRAWN = "withdrawn", pgettext_lazy("of overtime", "withdrawn")

    officer = models.ForeignKey(
        Officer, models.PROTECT, related_name="overtime", verbose_name=_("officer")
    )
    # The account of the officer, here so that the database can compare.
    own_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    day = models.DateField(_("day"))
    hours = models.DecimalField(_("hours"), max_digits=4, decimal_places=1)
    used = models.DecimalField(_("hours taken as rest"), max_digits=4, decimal_places=1, default=0)
    expires_on = models.DateField(_("rest to be taken until"))
    work = models.CharField(
        _("what was done"),
        max_length=120,
        help_text=_("For instance: duty, enforcement at night. No case number, no name."),
    )
    state = models.CharField(
        pgettext_lazy("of overtime", "state"), max_length=10, choices=State, default=State.ENTERED
    )
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("entered by")
    )
    entered_at = models.DateTimeField(_("entered"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided"), null=True)
    answer = models.CharField(_("reason of a refusal"), max_length=200, blank=True)

    objects = OvertimeQuerySet.as_manager()

    class Meta:
        verbose_name = _("overtime")
        verbose_name_plural = _("overtime")
        constraints = [
            models.CheckConstraint(
                condition=Q(hours__gt=0, hours__lte=24), name="overtime_hours_of_a_day"
            ),
            models.CheckConstraint(
                condition=Q(used__gte=0) & Q(used__lte=F("hours")),
                name="overtime_not_used_beyond",
            ),
            models.CheckConstraint(
                condition=Q(expires_on__gte=F("day")), name="overtime_expires_after_day"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["confirmed", "refused"], decided_at__isnull=False)
                & Q(decided_by__isnull=False)
                | Q(state__in=["entered", "withdrawn"], decided_by=None, decided_at=None),
                name="overtime_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("entered_by")),
                name="overtime_not_decided_by_enterer",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | Q(own_user=None) | ~Q(decided_by=F("own_user")),
                name="overtime_not_decided_by_oneself",
            ),
            models.CheckConstraint(
                condition=Q(used=0) | Q(state="confirmed"), name="overtime_used_when_confirmed"
            ),
            models.UniqueConstraint(
                fields=["officer", "day"],
                condition=Q(state__in=["entered", "confirmed"]),
                name="overtime_once_a_day",
            ),
        ]
        indexes = [models.Index(fields=["state", "expires_on"], name="overtime_by_state")]

    def __str__(self) -> str:
        return f"#{self.pk} {self.day}"

    @property
    def left(self):
        return self.hours - self.used


class RestUse(models.Model):
    """The hours a make-up rest takes from one day's overtime; gone when the rest is not taken."""

    request = models.ForeignKey(LeaveRequest, models.CASCADE, related_name="rest_uses")
    overtime = models.ForeignKey(Overtime, models.PROTECT, related_name="uses")
    hours = models.DecimalField(_("hours"), max_digits=4, decimal_places=1)

    class Meta:
        verbose_name = _("use of overtime")
        verbose_name_plural = _("uses of overtime")
        constraints = [
            models.CheckConstraint(condition=Q(hours__gt=0), name="rest_use_has_hours"),
            models.UniqueConstraint(fields=["request", "overtime"], name="rest_use_once"),
        ]

    def __str__(self) -> str:
        return f"{self.request_id} {self.overtime_id} {self.hours}"
