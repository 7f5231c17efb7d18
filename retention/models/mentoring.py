"""Experienced officers who lead new ones, and their meetings."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cadres.models import Officer
from courtparty.accounts.models import User
from courtparty.accounts.scope import unit_scope
from courtparty.lib.fields import EncryptedTextField

UNITS = ("mentee__department", "mentee__branch")


class MentoringQuerySet(models.QuerySet["Mentoring"]):
    def visible_to(self, user: User):
        """Pairs whose new officer is in reach, and those one belongs to."""
        own = Q(mentor__user=user) | Q(mentee__user=user)
        return self.filter(self._reach(user) | own)

    def managed_by(self, user: User):
        return self.filter(self._reach(user))

    def of_officer(self, user: User):
        return self.filter(Q(mentor__user=user) | Q(mentee__user=user))

    def active(self):
        return self.filter(state=Mentoring.State.ACTIVE)

    @staticmethod
    def _reach(user: User) -> Q:
        permission = "retention.manage_mentoring"
        return unit_scope(user, permission, court="mentee__court", units=UNITS)


class Mentoring(models.Model):
    """That one officer leads another from a day on. ``end`` is the first day after it."""

    class State(models.TextChoices):
        ACTIVE = "active", _("running")
        ENDED = "ended", _("ended")
        VOID = "void", _("taken back")

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    mentor = models.ForeignKey(
        Officer, models.PROTECT, related_name="mentorings_led", verbose_name=_("mentor")
    )
    mentee = models.ForeignKey(
        Officer, models.PROTECT, related_name="mentorings_received", verbose_name=_("mentee")
    )
    start = models.DateField(_("from"))
    end = models.DateField(_("until"), null=True, blank=True, help_text="First day without.")
    aims = EncryptedTextField(_("aims"))
    outcome = EncryptedTextField(_("outcome"), blank=True, default="")
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.ACTIVE)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    objects = MentoringQuerySet.as_manager()

    class Meta:
        verbose_name = _("mentoring")
        verbose_name_plural = _("mentorings")
        constraints = [
            models.CheckConstraint(
                condition=~Q(mentor=F("mentee")), name="mentoring_not_of_oneself"
            ),
            models.CheckConstraint(
                condition=Q(end=None) | Q(end__gt=F("start")), name="mentoring_ends_after_start"
            ),
            models.CheckConstraint(
                condition=~Q(state="ended") | Q(end__isnull=False), name="mentoring_ended_has_end"
            ),
        ]
        indexes = [models.Index(fields=["mentee", "state"], name="mentoring_of_mentee")]

    def __str__(self) -> str:
        return f"#{self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("retention:mentoring_detail", args=[self.pk])


class MentoringNote(models.Model):
    """A meeting of a pair with what both keep of it; read by the pair and by who manages it."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    mentoring = models.ForeignKey(Mentoring, models.PROTECT, related_name="notes")
    met_on = models.DateField(_("met on"))
    text = EncryptedTextField(_("shared note"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("meeting of a pair")
        verbose_name_plural = _("meetings of pairs")
        constraints = [
            models.UniqueConstraint(fields=["mentoring", "met_on"], name="mentoring_met_once_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.mentoring_id} {self.met_on}"
