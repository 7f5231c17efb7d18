"""The yearly check-up: a campaign of a court, and where each officer stands in it."""

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
from courtparty.accounts.scope import touched_court_scope, unit_scope
from courtparty.lib.fields import EncryptedTextField

VIEW = "retention.view_checkups"
KEEP = "retention.keep_health"


class CheckUpCampaignQuerySet(models.QuerySet["CheckUpCampaign"]):
    def visible_to(self, user: User, permission: str = VIEW):
        """Campaigns of the courts in which ``permission`` is held, be it on one department."""
        return self.filter(touched_court_scope(user, permission))

    def running(self):
        return self.filter(state=CheckUpCampaign.State.OPEN)


class CheckUpCampaign(models.Model):
    """A round of check-ups of a court: when, where, with whom, and for which officers.

    Nothing in it is a finding: whoever sees check-ups in part of the court may read it.
    """

    class State(models.TextChoices):
        PLANNED = "planned", _("planned")
        OPEN = "open", _("under way")
        CLOSED = "closed", pgettext_lazy("of a campaign", "closed")

    court = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("court"))
    year = models.PositiveSmallIntegerField(
        _("year"), validators=[MinValueValidator(2000), MaxValueValidator(2100)]
    )
    name = models.CharField(_("name"), max_length=80)
    start = models.DateField(_("first day"))
    end = models.DateField(_("first day after"), help_text="Half open: the first day without.")
    place = models.CharField(_("place"), max_length=120)
    provider = models.CharField(_("hospital or provider"), max_length=120)
    note = models.CharField(_("note for those invited"), max_length=300, blank=True)
    departments = models.ManyToManyField(
        Unit, related_name="+", blank=True, help_text="Empty: all departments."
    )
    categories = models.JSONField(default=list, help_text="Empty: all categories.")
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.PLANNED)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField(_("made"))
    opened_at = models.DateTimeField(_("opened"), null=True)
    closed_at = models.DateTimeField(_("closed"), null=True)

    objects = CheckUpCampaignQuerySet.as_manager()

    class Meta:
        verbose_name = _("check-up campaign")
        verbose_name_plural = _("check-up campaigns")
        constraints = [
            models.UniqueConstraint(
                fields=["court", "year", "name"], name="checkup_campaign_name_once_a_year"
            ),
            models.CheckConstraint(
                condition=Q(end__gt=F("start")), name="checkup_campaign_ends_after_start"
            ),
            models.CheckConstraint(
                condition=Q(state="planned", opened_at=None, closed_at=None)
                | Q(state="open", opened_at__isnull=False, closed_at=None)
                | Q(state="closed", opened_at__isnull=False, closed_at__isnull=False),
                name="checkup_campaign_state_has_times",
            ),
        ]
        indexes = [models.Index(fields=["court", "-start"], name="checkup_campaign_recent")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("retention:checkup_campaign", args=[self.pk])


class CheckUpQuerySet(models.QuerySet["CheckUp"]):
    def visible_to(self, user: User, permission: str = VIEW):
        """Where ``permission`` is held, by court, department, branch; and the own ones."""
        reach = unit_scope(
            user,
            permission,
            court="campaign__court",
            units=("officer__department", "officer__branch"),
        )
        # Neither by a join to officers: a count would read all those of the court.
        return self.filter(reach | Q(officer__in=Officer.objects.filter(user=user)))

    def outstanding(self):
        """Not done and not excused, whether or not the campaign is closed by now."""
        return self.filter(state__in=[CheckUp.State.DUE, CheckUp.State.MISSED])

    def told_to_others(self):
        """What others than steward and officer may know of: done or due, nothing between."""
        return self.exclude(state=CheckUp.State.EXCUSED).exclude(campaign__state="planned")


class CheckUp(models.Model):
    """An officer's place in a campaign: due on a day, and whether it was done. No finding.

    Why somebody was excused may well be a matter of health: it is encrypted and read like the
    health file; others than the steward and the officer don't see excused check-ups at all.
    """

    class State(models.TextChoices):
        DUE = "due", pgettext_lazy("of a check-up", "due")
        DONE = "done", pgettext_lazy("of a check-up", "done")
        EXCUSED = "excused", pgettext_lazy("of a check-up", "excused")
        MISSED = "missed", pgettext_lazy("of a check-up", "not done")

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    campaign = models.ForeignKey(
        CheckUpCampaign, models.CASCADE, related_name="checkups", verbose_name=_("campaign")
    )
    officer = models.ForeignKey(
        Officer, models.PROTECT, related_name="checkups", verbose_name=_("officer")
    )
    due_on = models.DateField(_("appointed for"))
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.DUE)
    done_on = models.DateField(_("done on"), null=True, blank=True)
    excuse = EncryptedTextField(_("why excused"), blank=True, default="")
    updated_at = models.DateTimeField(auto_now=True)

    objects = CheckUpQuerySet.as_manager()

    class Meta:
        verbose_name = _("check-up")
        verbose_name_plural = _("check-ups")
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "officer"], name="checkup_once_per_campaign"
            ),
            models.CheckConstraint(
                condition=Q(state="done", done_on__isnull=False)
                | ~Q(state="done") & Q(done_on=None),
                name="checkup_done_has_its_day",
            ),
            models.CheckConstraint(
                condition=Q(state="excused") & ~Q(excuse="") | ~Q(state="excused") & Q(excuse=""),
                name="checkup_excused_has_its_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["officer", "-due_on"], name="checkup_of_officer"),
            models.Index(fields=["campaign", "state", "due_on"], name="checkup_in_campaign"),
            models.Index(fields=["due_on"], condition=Q(state="due"), name="checkup_waiting"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.due_on:%Y-%m-%d}"
