"""What a court sets for its appraisal: limits, case points, shares of heads."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from appraisal.models.figures import Measure
from appraisal.models.index_sets import Indicator
from cadres.models import Approval
from courtparty.accounts.models import Unit, User
from courtparty.accounts.scope import touched_court_scope

PERCENT = [MinValueValidator(0), MaxValueValidator(100)]


class AppraisalSettings(models.Model):
    """How one court appraises. Without a row the defaults hold, most of them unverified."""

    court = models.OneToOneField(Unit, models.PROTECT, related_name="+", verbose_name=_("court"))
    excellent_percent = models.DecimalField(
        _("excellent, at most (%)"),
        max_digits=4,
        decimal_places=1,
        default=20,
        validators=[MinValueValidator(0), MaxValueValidator(25)],
        help_text=_("Up to 20; up to 25 with an approval."),
    )
    quota_approval = models.ForeignKey(
        Approval,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("approval for more than 20 %"),
    )
    excellent_from = models.DecimalField(
        _("excellent from (points)"), max_digits=5, decimal_places=2, default=90
    )
    competent_from = models.DecimalField(
        _("competent from (points)"), max_digits=5, decimal_places=2, default=70
    )
    basic_from = models.DecimalField(
        _("basically competent from (points)"), max_digits=5, decimal_places=2, default=60
    )
    minimum_months = models.PositiveSmallIntegerField(
        _("months in post for a grade"), default=6, validators=[MaxValueValidator(12)]
    )
    routine_share = models.DecimalField(
        _("routine results in the annual total (%)"),
        max_digits=4,
        decimal_places=1,
        default=0,
        validators=PERCENT,
    )
    rating_days = models.PositiveSmallIntegerField(
        _("working days for ratings"), default=10, validators=[MinValueValidator(1)]
    )
    opens_monthly = models.BooleanField(_("open monthly cycles by themselves"), default=False)
    opens_quarterly = models.BooleanField(_("open quarterly cycles by themselves"), default=False)
    opens_annual = models.BooleanField(_("open annual cycles by themselves"), default=False)
    opening_day = models.PositiveSmallIntegerField(
        _("day of the month for opening"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(28)],
        help_text=_("Cycles over the months that have just ended are opened on this day."),
    )

    class Meta:
        verbose_name = _("appraisal settings")
        verbose_name_plural = _("appraisal settings")
        constraints = [
            models.CheckConstraint(
                condition=Q(excellent_percent__lte=20)
                | Q(excellent_percent__lte=25, quota_approval__isnull=False),
                name="appraisal_quota_needs_approval",
            ),
            models.CheckConstraint(
                condition=Q(excellent_from__gte=F("competent_from"))
                & Q(competent_from__gte=F("basic_from")),
                name="appraisal_thresholds_in_order",
            ),
            models.CheckConstraint(
                condition=Q(routine_share__gte=0, routine_share__lte=100),
                name="appraisal_routine_share_in_bounds",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.court_id}"


class HeadShareQuerySet(models.QuerySet["HeadShare"]):
    def visible_to(self, user: User):
        return self.filter(touched_court_scope(user, "appraisal.view_index_set"))


class HeadShare(models.Model):
    """Titles that make a head, and the share of an average judge's work such a head carries."""

    court = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("court"))
    words = models.CharField(
        _("titles"),
        max_length=200,
        help_text=_("Words in the title, separated by spaces; the longest that fits counts."),
    )
    share = models.DecimalField(_("share (%)"), max_digits=5, decimal_places=2, validators=PERCENT)
    certainty = models.CharField(_("certainty"), max_length=1, choices=Indicator.Certainty)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    objects = HeadShareQuerySet.as_manager()

    class Meta:
        verbose_name = _("head's share")
        verbose_name_plural = _("heads' shares")
        constraints = [
            models.UniqueConstraint(fields=["court", "words"], name="head_share_once"),
            models.CheckConstraint(
                condition=Q(share__gte=0, share__lte=100), name="head_share_in_bounds"
            ),
        ]

    def __str__(self) -> str:
        return self.words


class CaseWeightTableQuerySet(models.QuerySet["CaseWeightTable"]):
    def visible_to(self, user: User):
        """Those of courts one administers; published ones of the own court for everyone."""
        kept = touched_court_scope(user, "appraisal.view_index_set")
        own = Q(court=user.court_id) if user.court_id else Q(pk__in=[])
        return self.filter(kept | own & ~Q(state="draft"))


class CaseWeightTable(models.Model):
    """One version of what cases count in points. Published ones never change."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("published")
        RETIRED = "retired", _("retired")

    court = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("court"))
    version = models.PositiveSmallIntegerField(_("version"))
    name = models.CharField(_("name"), max_length=80)
    basis = models.CharField(_("basis"), max_length=300, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    published_at = models.DateTimeField(_("published"), null=True)

    objects = CaseWeightTableQuerySet.as_manager()

    class Meta:
        verbose_name = _("table of case points")
        verbose_name_plural = _("tables of case points")
        constraints = [
            models.UniqueConstraint(fields=["court", "version"], name="case_weights_version_once"),
            models.UniqueConstraint(
                fields=["court"], condition=Q(state="published"), name="case_weights_one_published"
            ),
            models.CheckConstraint(
                condition=Q(state="draft", published_at=None)
                | ~Q(state="draft") & Q(published_at__isnull=False),
                name="case_weights_published_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} v{self.version}"

    def get_absolute_url(self) -> str:
        return reverse("appraisal:case_weights_detail", args=[self.pk])


class CaseWeight(models.Model):
    """What one closed case of a kind counts: base × kind × role, as points."""

    table = models.ForeignKey(CaseWeightTable, models.CASCADE, related_name="weights")
    measure = models.ForeignKey(
        Measure, models.PROTECT, related_name="+", verbose_name=_("cases counted")
    )
    base = models.DecimalField(_("base points"), max_digits=6, decimal_places=2, default=10)
    type_coefficient = models.DecimalField(
        _("coefficient of the kind of case"), max_digits=5, decimal_places=3
    )
    role_coefficient = models.DecimalField(
        _("coefficient of the role"), max_digits=5, decimal_places=3, default=1
    )
    certainty = models.CharField(_("certainty"), max_length=1, choices=Indicator.Certainty)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("points of a kind of case")
        verbose_name_plural = _("points of kinds of cases")
        constraints = [
            models.UniqueConstraint(fields=["table", "measure"], name="case_weight_once"),
            models.CheckConstraint(
                condition=Q(base__gt=0, type_coefficient__gt=0, role_coefficient__gt=0),
                name="case_weight_above_zero",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.table_id} {self.measure_id}"
