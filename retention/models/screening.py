"""Self-screening: consents, what was answered, who is to be called, and what the court sets."""

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
from courtparty.accounts.scope import court_scope, unit_scope
from courtparty.lib.fields import EncryptedJSONField, EncryptedTextField

ANSWER_ALERTS = "retention.answer_alerts"


class Instrument(models.TextChoices):
    """The questionnaires there are; their items and bands are in rules/screening.py."""

    PSS10 = "pss10", _("Perceived stress (PSS-10)")
    PHQ9 = "phq9", _("Mood (PHQ-9)")


class ConsentQuerySet(models.QuerySet["Consent"]):
    def visible_to(self, user: User):
        """The own ones. That somebody consented says that the person took part."""
        return self.filter(officer__user=user)

    def in_force(self):
        return self.filter(withdrawn_at=None)


class Consent(models.Model):
    """An officer's consent to one questionnaire, in the words of one version, until withdrawn."""

    officer = models.ForeignKey(Officer, models.PROTECT, related_name="screening_consents")
    instrument = models.CharField(_("questionnaire"), max_length=8, choices=Instrument)
    text_version = models.CharField(_("version of the text"), max_length=12)
    given_at = models.DateTimeField(_("given"))
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    objects = ConsentQuerySet.as_manager()

    class Meta:
        verbose_name = _("consent to a screening")
        verbose_name_plural = _("consents to screenings")
        constraints = [
            models.UniqueConstraint(
                fields=["officer", "instrument"],
                condition=Q(withdrawn_at=None),
                name="consent_one_in_force",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | Q(withdrawn_at__gte=F("given_at")),
                name="consent_withdrawn_after_given",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.instrument}"


class ScreeningQuerySet(models.QuerySet["Screening"]):
    def visible_to(self, user: User):
        """The own, and what an officer decided to show to a steward who reaches that officer."""
        reach = unit_scope(
            user,
            ANSWER_ALERTS,
            court="officer__court",
            units=("officer__department", "officer__branch"),
        )
        return self.filter(Q(officer__user=user) | reach & Q(shares_with_steward=True))

    def own(self, user: User):
        return self.filter(officer__user=user)


class Screening(models.Model):
    """One questionnaire an officer filled in. Nobody reads it but the officer, unless shared.

    Deleted when the consent is withdrawn, when the officer asks, or after the months the court
    has set. Appraisal never reads it.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    consent = models.ForeignKey(Consent, models.PROTECT, related_name="screenings")
    officer = models.ForeignKey(Officer, models.PROTECT, related_name="screenings")
    instrument = models.CharField(_("questionnaire"), max_length=8, choices=Instrument)
    taken_on = models.DateField(_("taken"))
    answers = EncryptedJSONField(_("answers"), help_text="Numbers in the order of the items.")
    score = EncryptedJSONField(_("score"))
    band = EncryptedTextField(_("band"))
    shares_with_steward = models.BooleanField(_("shown to the health steward"), default=False)

    objects = ScreeningQuerySet.as_manager()

    class Meta:
        verbose_name = _("screening")
        verbose_name_plural = _("screenings")
        constraints = [
            # Sent twice is taken once.
            models.UniqueConstraint(
                fields=["officer", "instrument", "taken_on"], name="screening_once_a_day"
            ),
        ]
        indexes = [
            models.Index(fields=["instrument", "taken_on"], name="screening_by_day"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("retention:screening_result", args=[self.pk])


class ScreeningAlertQuerySet(models.QuerySet["ScreeningAlert"]):
    def visible_to(self, user: User):
        """Those of the officers a steward keeps, never the own: nobody calls himself."""
        reach = unit_scope(
            user,
            ANSWER_ALERTS,
            court="officer__court",
            units=("officer__department", "officer__branch"),
        )
        return self.filter(reach).exclude(officer__user=user)

    def own(self, user: User):
        return self.filter(officer__user=user)

    def to_call(self):
        return self.filter(state=ScreeningAlert.State.OPEN)

    def unfinished(self):
        return self.exclude(state=ScreeningAlert.State.CLOSED)


class ScreeningAlert(models.Model):
    """A call the health steward owes an officer: asked for by item 9, or by the officer.

    It holds no answer and no score. Of a shared screening the steward may open the result as
    long as it is shared.
    """

    class Why(models.TextChoices):
        ITEM9 = "item9", _("call today")
        SHARED = "shared", _("asked for by the officer")

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("of a call", "to be called")
        CALLED = "called", pgettext_lazy("of a call", "called")
        CLOSED = "closed", pgettext_lazy("of a call", "closed")

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    officer = models.ForeignKey(Officer, models.PROTECT, related_name="screening_alerts")
    why = models.CharField(_("reason"), max_length=8, choices=Why)
    screening = models.ForeignKey(
        Screening,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="alerts",
        help_text="Of a shared one, while it is there.",
    )
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.OPEN)
    raised_at = models.DateTimeField(_("asked"))
    due_on = models.DateField(_("call by"))
    tries = models.PositiveSmallIntegerField(_("calls without an answer"), default=0)
    called_at = models.DateTimeField(_("called"), null=True, blank=True)
    called_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    note = EncryptedTextField(_("note of the call"), blank=True, default="")

    objects = ScreeningAlertQuerySet.as_manager()

    class Meta:
        verbose_name = _("call owed to an officer")
        verbose_name_plural = _("calls owed to officers")
        constraints = [
            models.UniqueConstraint(
                fields=["officer", "why"],
                condition=Q(state="open"),
                name="screening_alert_one_open",
            ),
            models.CheckConstraint(
                condition=Q(state="open", called_at=None)
                | Q(state__in=["called", "closed"], called_at__isnull=False),
                name="screening_alert_called_has_time",
            ),
            models.CheckConstraint(
                condition=Q(state="closed", closed_at__isnull=False)
                | Q(state__in=["open", "called"], closed_at=None),
                name="screening_alert_closed_has_time",
            ),
            # Only what the officer shows can be opened from here.
            models.CheckConstraint(
                condition=Q(screening=None) | Q(why="shared"), name="screening_alert_item9_blind"
            ),
        ]
        indexes = [models.Index(fields=["state", "due_on"], name="screening_alert_waiting")]

    def __str__(self) -> str:
        return f"#{self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("retention:alert_detail", args=[self.pk])


class ScreeningSettingsQuerySet(models.QuerySet["ScreeningSettings"]):
    def visible_to(self, user: User):
        return self.filter(court_scope(user, ANSWER_ALERTS))


class ScreeningSettings(models.Model):
    """What a court's steward sets for screening; a court without a row has the defaults."""

    court = models.OneToOneField(
        Unit, models.PROTECT, related_name="screening_settings", verbose_name=_("court")
    )
    crisis_line = models.CharField(
        _("crisis line"),
        max_length=120,
        blank=True,
        help_text=_(
            "Telephone number and hours of a crisis line for your area, as officers are to read "
            "it. Left empty on purpose: enter one you have called yourself."
        ),
    )
    local_help = models.CharField(
        _("help nearby"),
        max_length=300,
        blank=True,
        help_text=_("For instance the hospital's outpatient hours, or a counsellor's room."),
    )
    invites_yearly = models.BooleanField(
        _("invite everybody once a year"),
        default=True,
        help_text=_("A notice to all officers that a voluntary self-screening is open."),
    )
    invite_month = models.PositiveSmallIntegerField(
        _("month of the invitation"),
        default=10,
        validators=[MinValueValidator(1), MaxValueValidator(12)],
        help_text=_("A default of ours, not verified."),
    )
    invite_days = models.PositiveSmallIntegerField(
        _("days an invitation stays on the start pages"),
        default=30,
        validators=[MinValueValidator(7), MaxValueValidator(92)],
        help_text=_("A default of ours, not verified."),
    )

    objects = ScreeningSettingsQuerySet.as_manager()

    class Meta:
        verbose_name = _("settings of screening")
        verbose_name_plural = _("settings of screening")

    def __str__(self) -> str:
        return str(self.court)


class ScreeningCampaignQuerySet(models.QuerySet["ScreeningCampaign"]):
    def visible_to(self, user: User):
        return self.filter(court_scope(user, ANSWER_ALERTS))

    def open_on(self, day):
        return self.filter(start__lte=day, end__gt=day)


class ScreeningCampaign(models.Model):
    """One invitation of a year to everybody in a court. Who took part is kept nowhere."""

    court = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("court"))
    year = models.PositiveSmallIntegerField(_("year"))
    start = models.DateField(_("from"))
    end = models.DateField(_("until"), help_text=_("First day without it."))
    invited = models.PositiveIntegerField(_("invited"), default=0)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("by"),
        help_text="Empty: by the timetable.",
    )
    started_at = models.DateTimeField(_("invited at"))

    objects = ScreeningCampaignQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation to screening")
        verbose_name_plural = _("invitations to screening")
        constraints = [
            models.UniqueConstraint(fields=["court", "year"], name="screening_campaign_once"),
            models.CheckConstraint(condition=Q(end__gt=F("start")), name="screening_campaign_days"),
        ]

    def __str__(self) -> str:
        return f"{self.court} {self.year}"

    @property
    def last_day(self) -> date:
        return self.end - timedelta(days=1)
