"""Opening a health file in an emergency: asked by one person, decided by another."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cadres.models import Officer
from courtparty.accounts.models import User
from courtparty.accounts.scope import unit_scope
from courtparty.lib.fields import EncryptedTextField

ASK = "retention.ask_break_glass"
APPROVE = "retention.approve_break_glass"


class BreakGlassQuerySet(models.QuerySet["BreakGlass"]):
    def visible_to(self, user: User):
        """What one asked oneself, what one may decide, and requests for the own file."""
        return self.filter(Q(asked_by=user) | Q(subject=user) | decidable(user))

    def decidable_by(self, user: User):
        """Those in reach that neither were asked by ``user`` nor concern him."""
        others = self.exclude(asked_by=user).exclude(subject=user)
        return others.filter(decidable(user))

    def in_charge(self, user: User):
        """All of the courts in which ``user`` decides, the own among them."""
        return self.filter(decidable(user))

    def waiting(self):
        return self.filter(state=BreakGlass.State.ASKED)

    def open_at(self, at):
        return self.filter(state=BreakGlass.State.APPROVED, opened_until__gt=at)


def decidable(user: User) -> Q:
    return unit_scope(
        user,
        APPROVE,
        court="officer__court",
        units=("officer__department", "officer__branch"),
    )


class BreakGlass(models.Model):
    """A request to open one officer's health file for some hours. Screenings are never opened.

    ``subject`` is the officer's account when it was asked, so that the database itself can
    refuse that somebody asks or decides about the own file.
    """

    class State(models.TextChoices):
        ASKED = "asked", pgettext_lazy("of opening a file", "asked for")
        APPROVED = "approved", pgettext_lazy("of opening a file", "open")
        REFUSED = "refused", pgettext_lazy("of opening a file", "refused")
        WITHDRAWN = "withdrawn", pgettext_lazy("of opening a file", "withdrawn")
        EXPIRED = "expired", pgettext_lazy("of opening a file", "ended")

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    officer = models.ForeignKey(
        Officer, models.PROTECT, related_name="break_glasses", verbose_name=_("officer")
    )
    subject = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("asked by")
    )
    asked_at = models.DateTimeField(_("asked"))
    reason = EncryptedTextField(_("reason"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.ASKED)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    answer = EncryptedTextField(_("answer"), blank=True, default="")
    opened_until = models.DateTimeField(_("open until"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    openings = models.PositiveIntegerField(_("times opened"), default=0)

    objects = BreakGlassQuerySet.as_manager()

    class Meta:
        verbose_name = _("emergency opening of a health file")
        verbose_name_plural = _("emergency openings of health files")
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("asked_by")),
                name="break_glass_two_people",
            ),
            models.CheckConstraint(
                condition=Q(subject=None) | ~Q(subject=F("asked_by")),
                name="break_glass_not_for_oneself",
            ),
            models.CheckConstraint(
                condition=Q(subject=None) | Q(decided_by=None) | ~Q(subject=F("decided_by")),
                name="break_glass_not_decided_by_oneself",
            ),
            models.CheckConstraint(
                condition=Q(state="approved", opened_until__isnull=False, ended_at=None)
                | Q(state="expired", ended_at__isnull=False)
                | Q(state__in=["asked", "refused", "withdrawn"], opened_until=None),
                name="break_glass_open_has_end",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=["approved", "refused"],
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                )
                | Q(state__in=["asked", "withdrawn"], decided_by=None, decided_at=None)
                | Q(state="expired"),
                name="break_glass_decided_by_somebody",
            ),
            models.UniqueConstraint(
                fields=["officer", "asked_by"],
                condition=Q(state__in=["asked", "approved"]),
                name="break_glass_one_at_a_time",
            ),
        ]
        indexes = [models.Index(fields=["state", "asked_at"], name="break_glass_waiting")]

    def __str__(self) -> str:
        return f"#{self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("retention:break_glass_detail", args=[self.pk])
