"""Who leaves, why, and what was said in a talk before: facts for groups, never about one person."""

import uuid
from datetime import date

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cadres.models import Officer
from courtparty.accounts.models import Unit, User
from courtparty.accounts.scope import court_scope
from courtparty.lib.fields import EncryptedJSONField, EncryptedTextField
from courtparty.lib.languages import in_english

MANAGE = "retention.manage_departures"


class CauseKindQuerySet(models.QuerySet["CauseKind"]):
    def visible_to(self, user: User):
        return self.filter(court_scope(user, MANAGE))


class CauseKind(models.Model):
    """A cause for which people leave, as one court words it."""

    court = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("court"))
    code = models.CharField(
        _("code"), max_length=20, validators=[RegexValidator(r"^[a-z][a-z0-9_]*$")]
    )
    name = models.CharField(_("name"), max_length=40)
    name_en = models.CharField(_("English name"), max_length=60, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_active = models.BooleanField(_("in use"), default=True)

    objects = CauseKindQuerySet.as_manager()

    class Meta:
        verbose_name = _("cause of leaving")
        verbose_name_plural = _("causes of leaving")
        constraints = [
            models.UniqueConstraint(fields=["court", "code"], name="cause_kind_code_once"),
            models.UniqueConstraint(fields=["court", "name"], name="cause_kind_name_once"),
        ]

    def __str__(self) -> str:
        return self.display_name

    @property
    def display_name(self) -> str:
        return self.name_en if in_english() and self.name_en else self.name


class DepartureQuerySet(models.QuerySet["Departure"]):
    def visible_to(self, user: User):
        return self.filter(court_scope(user, MANAGE, court="officer__court"))

    def standing(self):
        """Those that were not entered by mistake or taken back."""
        return self.filter(withdrawn_at=None)

    def open(self):
        """Those of people who have not come back."""
        return self.standing().filter(returned_on=None)


class Departure(models.Model):
    """That an officer leaves, or has left, the court on a day. The causes are coded later."""

    class Destination(models.TextChoices):
        COURT = "other_court", _("another court")
        ORGAN = "organ", _("another organ of the Party or the state")
        LAWYER = "lawyer", _("lawyer")
        ENTERPRISE = "enterprise", _("enterprise")
        RETIRED = "retired", _("retirement")
        TRANSFERRED = "transferred", _("transfer by the organisation")
        DISMISSED = "dismissed", _("dismissal")
        DECEASED = "deceased", _("death")
        OTHER = "other", pgettext_lazy("destination", "other")

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    officer = models.ForeignKey(Officer, models.PROTECT, related_name="departures")
    left_on = models.DateField(_("left on"), help_text="First day no longer at the court.")
    destination = models.CharField(_("where to"), max_length=12, choices=Destination)
    announced_on = models.DateField(_("announced on"), null=True, blank=True)
    note = EncryptedTextField(_("note"), blank=True, default="")
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    entered_at = models.DateTimeField(_("entered"))
    coded_at = models.DateTimeField(_("causes coded"), null=True, blank=True)
    returned_on = models.DateField(_("came back on"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("taken back"), null=True, blank=True)

    objects = DepartureQuerySet.as_manager()

    class Meta:
        verbose_name = _("departure")
        verbose_name_plural = _("departures")
        constraints = [
            models.UniqueConstraint(
                fields=["officer"],
                condition=Q(withdrawn_at=None, returned_on=None),
                name="departure_one_open_each",
            ),
            models.CheckConstraint(
                condition=Q(announced_on=None) | Q(announced_on__lte=F("left_on")),
                name="departure_announced_before_leaving",
            ),
            models.CheckConstraint(
                condition=Q(returned_on=None) | Q(returned_on__gte=F("left_on")),
                name="departure_return_after_leaving",
            ),
        ]
        indexes = [models.Index(fields=["left_on"], name="departure_by_day")]

    def __str__(self) -> str:
        return f"#{self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("retention:departure_detail", args=[self.pk])

    @property
    def is_coded(self) -> bool:
        return self.coded_at is not None

    @property
    def is_open(self) -> bool:
        return self.withdrawn_at is None and self.returned_on is None

    def is_over(self, *, on: date) -> bool:
        """Whether the officer is no longer at the court on that day."""
        return self.left_on <= on


class DepartureCause(models.Model):
    """One cause of one departure; exactly one of them is the main one."""

    departure = models.ForeignKey(Departure, models.CASCADE, related_name="causes")
    kind = models.ForeignKey(CauseKind, models.PROTECT, related_name="+")
    is_main = models.BooleanField(_("main cause"), default=False)

    class Meta:
        verbose_name = _("cause of a departure")
        verbose_name_plural = _("causes of departures")
        constraints = [
            models.UniqueConstraint(fields=["departure", "kind"], name="departure_cause_once"),
            models.UniqueConstraint(
                fields=["departure"], condition=Q(is_main=True), name="departure_one_main_cause"
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.departure_id}"


class ExitInterviewQuerySet(models.QuerySet["ExitInterview"]):
    def visible_to(self, user: User):
        """Whoever holds it, whom it concerns, and those who keep departures: what, not the text."""
        kept = court_scope(user, MANAGE, court="departure__officer__court")
        own = Q(departure__officer__user=user)
        return self.filter(kept | own | Q(interviewer=user))

    def standing(self):
        return self.filter(departure__withdrawn_at=None, departure__returned_on=None)


class ExitInterview(models.Model):
    """A confidential talk offered to somebody who is about to leave.

    The text is the interviewer's and the officer's alone. The summary is read by those who keep
    departures, and its coded answers go into group figures, only where the officer allows it.
    """

    class State(models.TextChoices):
        OFFERED = "offered", pgettext_lazy("interview", "offered")
        ACCEPTED = "accepted", pgettext_lazy("interview", "accepted")
        DECLINED = "declined", pgettext_lazy("interview", "declined")
        HELD = "held", pgettext_lazy("interview", "held")

    class WouldReturn(models.TextChoices):
        YES = "yes", _("yes")
        PERHAPS = "perhaps", _("perhaps")
        NO = "no", _("no")

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    departure = models.OneToOneField(Departure, models.PROTECT, related_name="interview")
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.OFFERED)
    interviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name=_("interviewer"),
    )
    planned_on = models.DateField(_("proposed day"))
    place = models.CharField(_("place"), max_length=80, blank=True)
    offered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    offered_at = models.DateTimeField(_("offered at"))
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    held_on = models.DateField(pgettext_lazy("an interview", "held on"), null=True, blank=True)
    text = EncryptedTextField(_("confidential notes"), blank=True, default="")
    answers = EncryptedJSONField(
        _("coded answers"), null=True, blank=True, help_text="main, causes (codes), would_return."
    )
    summary = EncryptedTextField(_("summary"), blank=True, default="")
    is_summary_allowed = models.BooleanField(_("summary may be used"), null=True, blank=True)
    allowed_at = models.DateTimeField(null=True, blank=True)

    objects = ExitInterviewQuerySet.as_manager()

    class Meta:
        verbose_name = _("exit interview")
        verbose_name_plural = _("exit interviews")
        constraints = [
            models.CheckConstraint(
                condition=Q(state="held", held_on__isnull=False)
                | ~Q(state="held") & Q(held_on=None, is_summary_allowed=None),
                name="exit_interview_day_when_held",
            ),
            models.CheckConstraint(
                condition=Q(is_summary_allowed=None, allowed_at=None)
                | Q(is_summary_allowed__isnull=False, allowed_at__isnull=False),
                name="exit_interview_word_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("retention:interview_detail", args=[self.pk])
