"""What a court sets itself for the four concerns."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from courtparty.accounts.models import Unit, User
from courtparty.accounts.scope import court_scope

OURS = _("A default of ours, not verified.")


def _between(low: int, high: int) -> list[MinValueValidator | MaxValueValidator]:
    return [MinValueValidator(low), MaxValueValidator(high)]


class RetentionSettingsQuerySet(models.QuerySet["RetentionSettings"]):
    def visible_to(self, user: User):
        return self.filter(court_scope(user, "retention.manage_settings"))


class RetentionSettings(models.Model):
    """What a court decides itself for this mechanism; a court without a row has the defaults."""

    court = models.OneToOneField(
        Unit, models.PROTECT, related_name="retention_settings", verbose_name=_("court")
    )
    # Health.
    health_years = models.PositiveSmallIntegerField(
        _("years until health records are deleted"),
        default=10,
        validators=_between(1, 50),
        help_text=_("Counted from the check-up. A default of ours, not verified."),
    )
    health_years_after_leaving = models.PositiveSmallIntegerField(
        _("years until the health file of somebody who left is deleted"),
        default=3,
        validators=_between(0, 50),
        help_text=OURS,
    )
    screening_months = models.PositiveSmallIntegerField(
        _("months until answers of a self-screening are deleted"),
        default=24,
        validators=_between(1, 120),
        help_text=OURS,
    )
    break_glass_hours = models.PositiveSmallIntegerField(
        _("hours a health file stays open in an emergency"),
        default=24,
        validators=_between(1, 72),
        help_text=OURS,
    )
    # Treatment.
    leave_autumn_month = models.PositiveSmallIntegerField(
        _("month in which leave not planned is planned"),
        default=9,
        validators=_between(1, 12),
        help_text=OURS,
    )
    head_decides_days = models.PositiveSmallIntegerField(
        _("working days of leave the head decides alone"),
        default=3,
        validators=_between(0, 60),
        help_text=_("Longer leave goes on to the political department. Not verified."),
    )
    political_decides_days = models.PositiveSmallIntegerField(
        _("working days of leave the political department decides"),
        default=10,
        validators=_between(0, 250),
        help_text=_("Longer leave goes on to the President. Not verified."),
    )
    rest_months = models.PositiveSmallIntegerField(
        _("months in which make-up rest is to be taken"),
        default=6,
        validators=_between(1, 24),
        help_text=OURS,
    )
    # Life.
    verify_days = models.PositiveSmallIntegerField(
        _("working days to verify a hardship"),
        default=10,
        validators=_between(1, 120),
        help_text=OURS,
    )
    help_days = models.PositiveSmallIntegerField(
        _("working days until the first help"),
        default=20,
        validators=_between(1, 250),
        help_text=OURS,
    )
    # Progress.
    award_days = models.PositiveSmallIntegerField(
        _("working days from an achievement to the decision"),
        default=30,
        validators=_between(1, 250),
        help_text=_("Reward in time. A default of ours, not verified."),
    )
    talk_days = models.PositiveSmallIntegerField(
        _("working days from a setback to the talk"),
        default=5,
        validators=_between(1, 60),
        help_text=OURS,
    )
    follow_up_days = models.PositiveSmallIntegerField(
        _("days between follow-ups of a setback"),
        default=30,
        validators=_between(1, 250),
        help_text=OURS,
    )
    # The board.
    pause_share = models.PositiveSmallIntegerField(
        _("percent of the peers' median caseload from which a pause is suggested"),
        default=150,
        validators=_between(101, 500),
        help_text=OURS,
    )
    pause_days = models.PositiveSmallIntegerField(
        _("days a suggested pause lasts"), default=14, validators=_between(1, 180), help_text=OURS
    )

    objects = RetentionSettingsQuerySet.as_manager()

    class Meta:
        verbose_name = _("settings of retention")
        verbose_name_plural = _("settings of retention")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(political_decides_days__gte=models.F("head_decides_days")),
                name="retention_leave_steps_rise",
            )
        ]

    def __str__(self) -> str:
        return str(self.court)
