"""Setbacks officers meet with, the help given in them, and how it went on."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cadres.models import Officer
from courtparty.accounts.models import Unit, User
from courtparty.accounts.scope import unit_scope
from courtparty.lib.fields import EncryptedTextField
from retention.rules.setbacks import RUNNING


class SetbackQuerySet(models.QuerySet["Setback"]):
    def visible_to(self, user: User, permission: str = "retention.view_setbacks"):
        """Of the officers in reach; nobody handles a setback of one's own."""
        reach = unit_scope(
            user,
            permission,
            court="court",
            units=("officer__department", "officer__branch"),
        )
        return self.filter(reach).exclude(officer__in=Officer.objects.filter(user=user))

    def own(self, user: User):
        """What *My talks* shows: the care, in kind words, and nothing that was withdrawn."""
        return self.filter(officer__user=user).exclude(state=Setback.State.WITHDRAWN)

    def running(self):
        return self.filter(state__in=RUNNING)

    def talk_late(self, *, on):
        return self.filter(state=Setback.State.OPEN, talk_due_on__lt=on)

    def follow_up_due(self, *, on):
        return self.running().filter(next_follow_up_on__lte=on)


class Setback(models.Model):
    """Something hard that happened to an officer, for which the court owes a talk and help.

    It is a reason to care and nothing else: no part of any appraisal reads it.
    """

    class Kind(models.TextChoices):
        DISCIPLINE = "discipline", _("discipline or penalty")
        REVISED = "revised", _("case revised or remanded")
        COMPLAINT = "complaint", _("complaint")
        NOT_PROMOTED = "not_promoted", _("not promoted")
        BEREAVEMENT = "bereavement", _("bereavement or family event")
        OTHER = "other", pgettext_lazy("a setback", "other")

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("a state", "talk due")
        TALKED = "talked", _("talked with")
        HELPING = "helping", _("being helped")
        FOLLOWING = "following", _("being followed up")
        BETTER = "better", pgettext_lazy("a setback", "better")
        CLOSED = "closed", pgettext_lazy("a setback", "closed")
        WITHDRAWN = "withdrawn", pgettext_lazy("a setback", "withdrawn")

    class Source(models.TextChoices):
        HAND = "hand", _("entered by hand")
        PART = "part", _("raised by another part")

    class EndReason(models.TextChoices):
        LEFT_COURT = "left_court", _("left the court")
        OWN_WISH = "own_wish", _("the officer wishes it so")
        ELSEWHERE = "elsewhere", _("taken care of elsewhere")
        OTHER = "other", _("another reason")

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    court = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("court"))
    officer = models.ForeignKey(
        Officer, models.PROTECT, related_name="setbacks", verbose_name=_("officer")
    )
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    happened_on = models.DateField(_("happened on"))
    detail = EncryptedTextField(_("what happened"), blank=True, default="")
    source = models.CharField(_("source"), max_length=4, choices=Source, default=Source.HAND)
    source_key = models.CharField(
        max_length=80, blank=True, help_text="Once per court; empty where entered by hand."
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    talk_due_on = models.DateField(_("talk due"))
    next_follow_up_on = models.DateField(_("next follow-up"), null=True, blank=True)
    ended_on = models.DateField(_("ended"), null=True, blank=True)
    end_reason = models.CharField(
        _("reason of the end"), max_length=10, choices=EndReason, blank=True
    )
    raised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("raised by"),
        help_text="Empty: by the system itself.",
    )
    raised_at = models.DateTimeField(_("raised"))

    objects = SetbackQuerySet.as_manager()

    class Meta:
        verbose_name = _("setback")
        verbose_name_plural = _("setbacks")
        constraints = [
            models.UniqueConstraint(
                fields=["court", "source_key"],
                condition=~Q(source_key=""),
                name="setback_source_once_per_court",
            ),
            models.UniqueConstraint(
                fields=["officer", "kind", "happened_on"],
                condition=Q(source="hand") & ~Q(state="withdrawn"),
                name="setback_by_hand_once",
            ),
            models.CheckConstraint(
                condition=Q(source="hand", source_key="") | Q(source="part") & ~Q(source_key=""),
                name="setback_part_has_key",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["better", "closed"], ended_on__isnull=False)
                | ~Q(state__in=["better", "closed"]) & Q(ended_on=None),
                name="setback_ended_has_day",
            ),
            models.CheckConstraint(
                condition=Q(state="closed") & ~Q(end_reason="")
                | ~Q(state="closed") & Q(end_reason=""),
                name="setback_closed_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__gte=F("happened_on")),
                name="setback_ends_after_it_happened",
            ),
            models.CheckConstraint(
                condition=Q(next_follow_up_on=None)
                | Q(state__in=["talked", "helping", "following"]),
                name="setback_follow_up_while_running",
            ),
        ]
        indexes = [
            models.Index(fields=["court", "state", "talk_due_on"], name="setback_due"),
            models.Index(fields=["officer", "-happened_on"], name="setback_of_officer"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.happened_on:%Y-%m-%d}"

    def get_absolute_url(self) -> str:
        return reverse("retention:setback_detail", args=[self.pk])

    @property
    def is_running(self) -> bool:
        return self.state in RUNNING


class OfSetbackQuerySet(models.QuerySet):
    """Rows of a setback: in reach with it."""

    def visible_to(self, user: User):
        return self.filter(setback__in=Setback.objects.visible_to(user))


class SetbackHelp(models.Model):
    """One measure of help in a setback: what, by whom, until when, and whether it was given."""

    class Measure(models.TextChoices):
        LIGHTER_LOAD = "lighter_load", _("fewer cases for a while")
        MENTOR = "mentor", _("an experienced colleague at the side")
        TRAINING = "training", _("training")
        REST = "rest", _("leave or rest")
        VISIT = "visit", _("a visit to the family")
        COUNSELLING = "counselling", _("counselling offered")
        CLARIFYING = "clarifying", _("facts clarified, name defended")
        OTHER = "other", _("another measure")

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    setback = models.ForeignKey(Setback, models.PROTECT, related_name="help")
    measure = models.CharField(_("measure"), max_length=12, choices=Measure)
    text = EncryptedTextField(_("what exactly"), blank=True, default="")
    who = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by whom")
    )
    until = models.DateField(_("until"))
    done_on = models.DateField(_("done on"), null=True, blank=True)
    is_dropped = models.BooleanField(_("not needed any more"), default=False)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    added_at = models.DateTimeField(_("entered"))

    objects = OfSetbackQuerySet.as_manager()

    class Meta:
        verbose_name = _("help in a setback")
        verbose_name_plural = _("help in setbacks")
        constraints = [
            models.CheckConstraint(
                condition=Q(done_on=None) | Q(is_dropped=False), name="setback_help_done_or_dropped"
            )
        ]
        indexes = [
            models.Index(
                fields=["until"],
                condition=Q(done_on=None, is_dropped=False),
                name="setback_help_open",
            )
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"

    @property
    def is_open(self) -> bool:
        return self.done_on is None and not self.is_dropped


class SetbackFollowUp(models.Model):
    """How an officer was on a day after a setback, as seen by somebody who asked."""

    class Outcome(models.TextChoices):
        WORSE = "worse", pgettext_lazy("how somebody is", "worse")
        SAME = "same", pgettext_lazy("how somebody is", "the same")
        BETTER = "better", pgettext_lazy("how somebody is", "better")

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    setback = models.ForeignKey(Setback, models.PROTECT, related_name="follow_ups")
    day = models.DateField(_("day"))
    outcome = models.CharField(_("how it is"), max_length=6, choices=Outcome)
    note = EncryptedTextField(_("note"), blank=True, default="")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("entered"))

    objects = OfSetbackQuerySet.as_manager()

    class Meta:
        verbose_name = _("follow-up of a setback")
        verbose_name_plural = _("follow-ups of setbacks")
        constraints = [
            models.UniqueConstraint(
                fields=["setback", "day", "by"], name="setback_follow_up_once_a_day"
            )
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.day:%Y-%m-%d}"
