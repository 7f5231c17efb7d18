"""Appraisal cycles: who takes part, what each got, and proof that it is reproducible."""

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from appraisal.models.index_sets import IndexSet
from cadres.models import Officer
from courtparty.accounts.models import Unit, User
from courtparty.accounts.scope import touched_court_scope, unit_scope


class CycleQuerySet(models.QuerySet["Cycle"]):
    def visible_to(self, user: User):
        kept = touched_court_scope(user, "appraisal.view_cycle")
        own = Participant.objects.filter(officer__user=user).values("cycle")
        return self.filter(kept | Q(pk__in=own))


class Cycle(models.Model):
    """One appraisal of one court over a period of whole months."""

    class Kind(models.TextChoices):
        MONTHLY = "monthly", _("monthly")
        QUARTERLY = "quarterly", _("quarterly")
        ANNUAL = "annual", _("annual")
        SPECIAL = "special", _("special")

    class State(models.TextChoices):
        COLLECTING = "collecting", _("collecting figures")
        COMPUTED = "computed", _("computed")

    court = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("court"))
    code = models.CharField(
        _("code"),
        max_length=40,
        validators=[RegexValidator(r"^[A-Za-z0-9-]+$")],
        help_text=_("Letters, digits and hyphens, for instance 2026-annual."),
    )
    name = models.CharField(_("name"), max_length=80)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    start = models.DateField(_("from"), help_text="The first day of the first month.")
    end = models.DateField(_("until"), help_text="The first day after the period.")
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.COLLECTING)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    opened_at = models.DateTimeField(_("opened"))

    objects = CycleQuerySet.as_manager()

    class Meta:
        verbose_name = _("appraisal cycle")
        verbose_name_plural = _("appraisal cycles")
        constraints = [
            models.UniqueConstraint(fields=["court", "code"], name="cycle_code_once"),
            models.CheckConstraint(condition=Q(end__gt=F("start")), name="cycle_ends_after_start"),
            models.CheckConstraint(
                condition=Q(start__day=1, end__day=1), name="cycle_of_whole_months"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("appraisal:cycle_detail", args=[self.pk])


class AssessmentRun(models.Model):
    """One computing of a cycle. Equal inputs give an equal fingerprint, to the byte."""

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="runs")
    number = models.PositiveIntegerField()
    fingerprint = models.CharField(max_length=64)
    participants = models.PositiveIntegerField()
    complete = models.PositiveIntegerField()
    missing = models.PositiveIntegerField()
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    finished_at = models.DateTimeField()

    class Meta:
        verbose_name = _("computing")
        verbose_name_plural = _("computings")
        constraints = [models.UniqueConstraint(fields=["cycle", "number"], name="run_number_once")]

    def __str__(self) -> str:
        return f"{self.cycle} #{self.number}"


class Participant(models.Model):
    """An officer frozen into a cycle: in which department and function, under which index set."""

    class Excluded(models.TextChoices):
        NO_SET = "no_set", _("no published index set for this function and category")
        NO_MONTHS = "no_months", _("not in post in this period")

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="participants")
    officer = models.ForeignKey(Officer, models.PROTECT, related_name="participations")
    department = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    function = models.CharField(max_length=24, choices=Unit.Function)
    category = models.CharField(max_length=16, choices=Officer.Category)
    index_set = models.ForeignKey(IndexSet, models.PROTECT, null=True, related_name="+")
    months = models.JSONField(default=list, help_text="Months in post, as YYYY-MM.")
    excluded = models.CharField(max_length=12, choices=Excluded, blank=True)

    class Meta:
        verbose_name = _("participant")
        verbose_name_plural = _("participants")
        constraints = [
            models.UniqueConstraint(fields=["cycle", "officer"], name="participant_once"),
            models.CheckConstraint(
                condition=Q(excluded="", index_set__isnull=False) | ~Q(excluded=""),
                name="participant_has_set_or_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"


class ResultQuerySet(models.QuerySet["Result"]):
    def visible_to(self, user: User):
        reach = unit_scope(
            user,
            "appraisal.view_result",
            court="participant__cycle__court",
            units=("participant__department",),
        )
        return self.filter(reach | Q(participant__officer__user=user))

    def own(self, user: User):
        return self.filter(participant__officer__user=user)


class Result(models.Model):
    """What one participant got, each line with the way from the figures to its points."""

    class State(models.TextChoices):
        COMPLETE = "complete", _("complete")
        MISSING = "missing", _("figures are missing")

    participant = models.OneToOneField(Participant, models.PROTECT, related_name="result")
    run = models.ForeignKey(AssessmentRun, models.PROTECT, related_name="results")
    state = models.CharField(max_length=10, choices=State)
    total = models.DecimalField(max_digits=6, decimal_places=2, null=True)
    lines = models.JSONField(default=list)
    fingerprint = models.CharField(max_length=64)

    objects = ResultQuerySet.as_manager()

    class Meta:
        verbose_name = _("result")
        verbose_name_plural = _("results")
        constraints = [
            models.CheckConstraint(
                condition=Q(state="complete", total__isnull=False) | Q(state="missing", total=None),
                name="result_total_unless_missing",
            )
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("appraisal:result_detail", args=[self.pk])
