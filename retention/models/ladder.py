"""The ladder of awards a court may give or apply for."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from courtparty.accounts.models import Unit, User
from courtparty.accounts.scope import court_scope, touched_court_scope
from courtparty.lib.languages import in_english
from retention.models.entitlements import Certainty


class AwardRungQuerySet(models.QuerySet["AwardRung"]):
    def visible_to(self, user: User):
        return self.filter(touched_court_scope(user, "retention.view_awards"))

    def kept_by(self, user: User):
        return self.filter(court_scope(user, "retention.manage_awards"))

    def in_use(self):
        return self.filter(is_active=True)


class AwardRung(models.Model):
    """One kind of award of a court: who decides it, how many there may be, and how often."""

    class Level(models.TextChoices):
        OWN = "own", _("the court itself")
        HIGHER = "higher", _("a higher body")

    class Quota(models.TextChoices):
        PERCENT = "percent", _("percent of the staff, a year")
        NUMBER = "number", _("number a year")
        NONE = "none", pgettext_lazy("of a quota", "none")

    court = models.ForeignKey(
        Unit, models.PROTECT, related_name="award_rungs", verbose_name=_("court")
    )
    name = models.CharField(pgettext_lazy("of a thing", "name"), max_length=40)
    name_en = models.CharField(_("English name"), max_length=80)
    position = models.PositiveSmallIntegerField(
        _("position"), help_text=_("From the lowest award up; no two have the same.")
    )
    level = models.CharField(_("decided at"), max_length=8, choices=Level, default=Level.OWN)
    decided_by = models.CharField(
        _("body that decides"),
        max_length=100,
        blank=True,
        help_text=_("As it signs the certificate. Empty: the court."),
    )
    quota_kind = models.CharField(_("quota"), max_length=8, choices=Quota, default=Quota.NONE)
    quota_value = models.DecimalField(
        _("percent or number"),
        max_digits=6,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        help_text=_("A share is rounded down to whole people."),
    )
    interval_months = models.PositiveSmallIntegerField(
        _("months until the same award again"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(600)],
        help_text=_("Empty: no interval."),
    )
    excellent_years = models.PositiveSmallIntegerField(
        _("years excellent in a row that suggest it"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(20)],
        help_text=_("From annual appraisals that are closed. Empty: not suggested by appraisal."),
    )
    certainty = models.CharField(
        _("certainty"), max_length=1, choices=Certainty, default=Certainty.UNVERIFIED
    )
    source = models.CharField(_("source"), max_length=200, blank=True)
    certificate_text = models.TextField(
        _("text of the certificate"),
        max_length=600,
        help_text=_("In Chinese. {name}, {rung}, {year} and {reason} are filled in."),
    )
    is_active = models.BooleanField(_("in use"), default=True)

    objects = AwardRungQuerySet.as_manager()

    class Meta:
        verbose_name = _("rung of awards")
        verbose_name_plural = _("rungs of awards")
        constraints = [
            models.UniqueConstraint(fields=["court", "name"], name="award_rung_name_once"),
            models.UniqueConstraint(fields=["court", "position"], name="award_rung_place_once"),
            models.CheckConstraint(
                condition=Q(quota_kind="none", quota_value=None)
                | Q(quota_kind="percent", quota_value__gte=0, quota_value__lte=100)
                | Q(quota_kind="number", quota_value__gte=0),
                name="award_rung_quota_fits_kind",
            ),
        ]

    def __str__(self) -> str:
        return self.display_name

    def get_absolute_url(self) -> str:
        return reverse("retention:rung_change", args=[self.pk])

    @property
    def display_name(self) -> str:
        return self.name_en if in_english() and self.name_en else self.name
