"""What a team's calendar warns about: how many away at once, and who stands in for whom."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cadres.models import Officer
from courtparty.accounts.models import Unit, User
from courtparty.accounts.scope import unit_scope


class AwayLimitQuerySet(models.QuerySet["AwayLimit"]):
    def visible_to(self, user: User, permission: str = "retention.view_leave"):
        return self.filter(unit_scope(user, permission, court="unit", units=("unit",)))


class AwayLimit(models.Model):
    """From which share of a department, or of every department of a court, too many are away."""

    unit = models.OneToOneField(
        Unit, models.PROTECT, related_name="away_limit", verbose_name=_("department or court")
    )
    percent = models.PositiveSmallIntegerField(
        _("percent away at once at most"),
        validators=[MinValueValidator(1), MaxValueValidator(100)],
    )

    objects = AwayLimitQuerySet.as_manager()

    class Meta:
        verbose_name = _("limit of people away")
        verbose_name_plural = _("limits of people away")
        constraints = [
            models.CheckConstraint(
                condition=Q(percent__gte=1, percent__lte=100), name="away_limit_is_percent"
            )
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.percent} %"


class LeavePairQuerySet(models.QuerySet["LeavePair"]):
    def visible_to(self, user: User, permission: str = "retention.view_leave"):
        return self.filter(
            unit_scope(user, permission, court="first__court", units=("first__department",))
        )


class LeavePair(models.Model):
    """Two officers who stand in for each other (A/B posts): they should not be away together."""

    first = models.ForeignKey(Officer, models.PROTECT, related_name="+", verbose_name=_("officer"))
    second = models.ForeignKey(
        Officer, models.PROTECT, related_name="+", verbose_name=_("stands in")
    )
    note = models.CharField(_("for which work"), max_length=60, blank=True)

    objects = LeavePairQuerySet.as_manager()

    class Meta:
        verbose_name = _("pair of officers")
        verbose_name_plural = _("pairs of officers")
        constraints = [
            models.CheckConstraint(
                condition=Q(first__lt=F("second")), name="leave_pair_smaller_first"
            ),
            models.UniqueConstraint(fields=["first", "second"], name="leave_pair_once"),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} {self.second_id}"
