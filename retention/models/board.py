"""What a court does to keep its people, and the group figures of past years as they were closed."""

import uuid

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from courtparty.accounts.models import Unit, User
from courtparty.accounts.scope import touched_court_scope, unit_scope
from courtparty.lib.fields import EncryptedTextField

BOARD = "retention.view_board"


class BoardYearQuerySet(models.QuerySet["BoardYear"]):
    def visible_to(self, user: User):
        return self.filter(touched_court_scope(user, BOARD))


class BoardYear(models.Model):
    """The group figures of one year of a court, counted once and never again.

    Counting anew after every entry would let somebody subtract one day's table from the next
    day's, and read the one person who was entered in between.
    """

    court = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("court"))
    year = models.PositiveSmallIntegerField(
        _("year"), validators=[MinValueValidator(1990), MaxValueValidator(2200)]
    )
    closed_at = models.DateTimeField(_("closed at"))
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Empty: closed by the timetable.",
    )
    tables = models.JSONField(
        default=dict, help_text="By unit: turnover as it may be shown, hidden groups left out."
    )
    causes = models.JSONField(
        default=dict, help_text="By unit: how often each cause was given; shown from five on."
    )

    objects = BoardYearQuerySet.as_manager()

    class Meta:
        verbose_name = _("closed year of the board")
        verbose_name_plural = _("closed years of the board")
        constraints = [
            models.UniqueConstraint(fields=["court", "year"], name="board_year_once"),
        ]

    def __str__(self) -> str:
        return f"{self.court} {self.year}"


class RetentionActionQuerySet(models.QuerySet["RetentionAction"]):
    def visible_to(self, user: User):
        """Where the board is read, by court or Party organisation; and one's own tasks."""
        reach = unit_scope(user, BOARD, court="court", units=("unit",))
        return self.filter(reach | Q(responsible=user))

    def kept_by(self, user: User):
        return self.filter(unit_scope(user, "retention.keep_actions", court="court", units=()))

    def unfinished(self):
        return self.filter(state__in=[RetentionAction.State.OPEN, RetentionAction.State.DOING])


class RetentionAction(models.Model):
    """Something the court has decided to do so that people stay, and who sees to it by when."""

    class Figure(models.TextChoices):
        TURNOVER = "turnover", _("turnover")
        CAUSES = "causes", _("causes of leaving")
        CASELOAD = "caseload", _("caseload")
        PRESSURE = "pressure", _("pressure")
        GAPS = "gaps", _("entitlements not received")
        OTHER = "other", pgettext_lazy("figure", "something else")

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("action", "to be done")
        DOING = "doing", pgettext_lazy("action", "being done")
        DONE = "done", pgettext_lazy("action", "done")
        DROPPED = "dropped", pgettext_lazy("action", "dropped")

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    court = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("court"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("for"))
    title = models.CharField(_("what is to be done"), max_length=120)
    figure = models.CharField(_("figure behind it"), max_length=10, choices=Figure)
    why = EncryptedTextField(_("why"))
    responsible = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name=_("responsible"),
    )
    due_on = models.DateField(_("due"))
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.OPEN)
    result = EncryptedTextField(_("result"), blank=True, default="")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(_("entered"))
    closed_on = models.DateField(pgettext_lazy("an action", "closed on"), null=True, blank=True)

    objects = RetentionActionQuerySet.as_manager()

    class Meta:
        verbose_name = _("action to keep people")
        verbose_name_plural = _("actions to keep people")
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["done", "dropped"], closed_on__isnull=False)
                | Q(state__in=["open", "doing"], closed_on=None),
                name="retention_action_day_when_closed",
            ),
        ]
        indexes = [models.Index(fields=["court", "state", "due_on"], name="retention_action_due")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("retention:action_detail", args=[self.pk])


class ActionNote(models.Model):
    """One follow-up of an action: what was found or done on a day."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    action = models.ForeignKey(RetentionAction, models.PROTECT, related_name="notes")
    on = models.DateField(_("date"))
    text = EncryptedTextField(_("follow-up"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("entered"))

    class Meta:
        verbose_name = _("follow-up of an action")
        verbose_name_plural = _("follow-ups of actions")
        indexes = [models.Index(fields=["action", "-on"], name="action_note_timeline")]

    def __str__(self) -> str:
        return f"#{self.pk}"
