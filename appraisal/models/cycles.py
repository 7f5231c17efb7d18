"""Appraisal cycles: over which months, in which state, and who takes part."""

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from appraisal.models.index_sets import STAFF_CLASS_CHOICES, IndexSet
from appraisal.models.reference import CaseWeightTable
from cadres.models import Officer
from courtparty.accounts.models import Unit, User
from courtparty.accounts.scope import touched_court_scope


class CycleQuerySet(models.QuerySet["Cycle"]):
    def visible_to(self, user: User):
        kept = touched_court_scope(user, "appraisal.view_cycle")
        own = Participant.objects.filter(officer__user=user).values("cycle")
        return self.filter(kept | Q(pk__in=own))

    def shown_to_officers(self):
        """From reviewing on, those who take part read what they got."""
        states = [Cycle.State.REVIEWING, Cycle.State.PUBLICITY, Cycle.State.CLOSED]
        return self.filter(state__in=states)


class Cycle(models.Model):
    """One appraisal of one court over a period of whole months."""

    class Kind(models.TextChoices):
        MONTHLY = "monthly", _("monthly")
        QUARTERLY = "quarterly", _("quarterly")
        ANNUAL = "annual", _("annual")
        SPECIAL = "special", _("special")

    class State(models.TextChoices):
        PREPARING = "preparing", _("preparing")
        COLLECTING = "collecting", _("collecting")
        SCORING = "scoring", _("scoring")
        REVIEWING = "reviewing", _("reviewing")
        PUBLICITY = "publicity", _("publicity")
        CLOSED = "closed", pgettext_lazy("state of a cycle", "closed")

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
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PREPARING)
    collect_until = models.DateField(_("figures and ratings until"), null=True, blank=True)
    case_weights = models.ForeignKey(
        CaseWeightTable,
        models.PROTECT,
        null=True,
        related_name="+",
        help_text="Frozen with who takes part.",
    )
    routine_share = models.DecimalField(
        _("routine results in the total (%)"), max_digits=4, decimal_places=1, default=0
    )
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
            models.CheckConstraint(
                condition=Q(routine_share=0)
                | Q(kind="annual", routine_share__gt=0, routine_share__lte=100),
                name="cycle_routine_share_of_annual",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("appraisal:cycle_detail", args=[self.pk])


class CycleStep(models.Model):
    """One change of a cycle's state, forwards or back; going back has its reason."""

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="steps")
    from_state = models.CharField(max_length=10, choices=Cycle.State, blank=True)
    to_state = models.CharField(max_length=10, choices=Cycle.State)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    made_at = models.DateTimeField()

    class Meta:
        verbose_name = _("step of a cycle")
        verbose_name_plural = _("steps of a cycle")

    def __str__(self) -> str:
        return f"{self.cycle}: {self.to_state}"


class Participant(models.Model):
    """An officer frozen into a cycle: in which department and function, under which index set."""

    class Excluded(models.TextChoices):
        NO_SET = "no_set", _("no published index set for this function and staff class")
        NO_MONTHS = "no_months", _("not in post in this period")
        LEFT_OUT = "left_out", _("left out by decision")

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="participants")
    officer = models.ForeignKey(Officer, models.PROTECT, related_name="participations")
    department = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    function = models.CharField(max_length=24, choices=Unit.Function)
    category = models.CharField(max_length=16, choices=Officer.Category)
    staff_class = models.CharField(max_length=16, choices=STAFF_CLASS_CHOICES)
    head_share = models.DecimalField(
        max_digits=5, decimal_places=2, null=True, help_text="Percent; empty: not a head."
    )
    index_set = models.ForeignKey(IndexSet, models.PROTECT, null=True, related_name="+")
    months = models.JSONField(default=list, help_text="Months in post, as YYYY-MM.")
    excluded = models.CharField(max_length=12, choices=Excluded, blank=True)
    left_out_why = models.CharField(
        max_length=200, blank=True, help_text="The decision's document, for those left out."
    )

    class Meta:
        verbose_name = _("participant")
        verbose_name_plural = _("participants")
        constraints = [
            models.UniqueConstraint(fields=["cycle", "officer"], name="participant_once"),
            models.CheckConstraint(
                condition=Q(excluded="", index_set__isnull=False) | ~Q(excluded=""),
                name="participant_has_set_or_reason",
            ),
            models.CheckConstraint(
                condition=Q(excluded="left_out") & ~Q(left_out_why="")
                | ~Q(excluded="left_out") & Q(left_out_why=""),
                name="participant_left_out_why",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"
