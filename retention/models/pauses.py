"""Pauses in the assignment of cases: suggested by figures or facts, decided by a head."""

import uuid
from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cadres.models import Officer
from courtparty.accounts.models import User
from courtparty.accounts.scope import court_scope, unit_scope
from courtparty.lib.fields import EncryptedTextField

DECIDE, BOARD, DEPARTURES = (
    "retention.decide_pause",
    "retention.view_board",
    "retention.manage_departures",
)


class AssignmentPauseQuerySet(models.QuerySet["AssignmentPause"]):
    def visible_to(self, user: User):
        """A head's own department; the political department and the leadership; oneself."""
        reach = unit_scope(user, DECIDE, court="officer__court", units=("officer__department",))
        leaders = court_scope(user, BOARD, court="officer__court")
        own = Q(officer__user=user) & ~Q(state__in=["suggested", "lapsed", "declined"])
        return self.filter(reach | leaders | own)

    def decidable_by(self, user: User):
        reach = unit_scope(user, DECIDE, court="officer__court", units=("officer__department",))
        return self.filter(reach)

    def suggested(self):
        return self.filter(state=AssignmentPause.State.SUGGESTED)

    def running(self, *, on: date):
        return self.filter(state=AssignmentPause.State.PAUSED, start__lte=on, end__gt=on)


class AssignmentPause(models.Model):
    """Days in which an officer is assigned no new cases, or the suggestion of them.

    ``figures`` holds what the rule saw when it fired: case figures, never a person's prospects.
    """

    class Basis(models.TextChoices):
        CASELOAD = "caseload", _("caseload far above the peers")
        LEAVE = "leave", _("leave")
        SICKNESS = "sickness", _("sickness")
        TRAINING = "training", _("training")

    class State(models.TextChoices):
        SUGGESTED = "suggested", pgettext_lazy("pause", "suggested")
        PAUSED = "paused", pgettext_lazy("pause", "decided")
        DECLINED = "declined", pgettext_lazy("pause", "declined")
        ENDED = "ended", pgettext_lazy("pause", "ended early")
        CALLED_OFF = "called_off", pgettext_lazy("pause", "called off before it began")
        LAPSED = "lapsed", pgettext_lazy("pause", "suggestion lapsed")

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    officer = models.ForeignKey(Officer, models.PROTECT, related_name="pauses")
    basis = models.CharField(_("reason"), max_length=10, choices=Basis)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.SUGGESTED)
    month = models.DateField(
        _("figures up to"), null=True, blank=True, help_text="Of a suggestion: the last month."
    )
    figures = models.JSONField(default=dict, help_text="pending, median, percent, peers, from.")
    suggested_at = models.DateTimeField(_("suggested at"), null=True, blank=True)
    start = models.DateField(_("from"), null=True, blank=True)
    end = models.DateField(
        _("until"), null=True, blank=True, help_text="First day with new cases again."
    )
    planned_end = models.DateField(null=True, blank=True, help_text="As first decided.")
    reason = EncryptedTextField(_("reason"), blank=True, default="")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    end_reason = EncryptedTextField(_("reason for ending"), blank=True, default="")

    objects = AssignmentPauseQuerySet.as_manager()

    class Meta:
        verbose_name = _("assignment pause")
        verbose_name_plural = _("assignment pauses")
        constraints = [
            models.CheckConstraint(
                condition=Q(start=None, end=None) | Q(end__gt=F("start")),
                name="assignment_pause_ends_after_start",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["paused", "ended", "called_off"], start__isnull=False)
                | Q(state__in=["suggested", "declined", "lapsed"], start=None),
                name="assignment_pause_days_when_decided",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["suggested", "lapsed"], decided_by=None)
                | ~Q(state__in=["suggested", "lapsed"]) & Q(decided_by__isnull=False),
                name="assignment_pause_decided_by_somebody",
            ),
            models.UniqueConstraint(
                fields=["officer"],
                condition=Q(state="suggested"),
                name="assignment_pause_one_suggestion",
            ),
            models.UniqueConstraint(
                fields=["officer", "month"],
                condition=Q(month__isnull=False),
                name="assignment_pause_once_per_month",
            ),
        ]
        indexes = [models.Index(fields=["state", "end"], name="assignment_pause_running")]

    def __str__(self) -> str:
        return f"#{self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("retention:pause_detail", args=[self.pk])
