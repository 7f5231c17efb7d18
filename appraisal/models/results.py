"""What computing a cycle gave, what it was computed from, and what the committee decided."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from appraisal.models.cycles import Cycle, Participant
from appraisal.rules.grades import Grade
from courtparty.accounts.models import User
from courtparty.accounts.scope import unit_scope
from courtparty.lib.fields import EncryptedTextField

GRADES = {
    Grade.EXCELLENT: _("excellent"),
    Grade.COMPETENT: _("competent"),
    Grade.BASICALLY: _("basically competent"),
    Grade.INCOMPETENT: _("incompetent"),
    Grade.NONE: _("no grade"),
}
GRADE_CHOICES = [(grade.value, label) for grade, label in GRADES.items()]


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


class RunSnapshot(models.Model):
    """Everything a computing read about some of those who take part, packed and never changed.

    ``content`` is what ``selectors.snapshots`` packs and opens: figures with their as-of days and
    sources, ratings, averages of the function. From it every result can be explained, and
    computed again, whatever has been corrected since.
    """

    run = models.ForeignKey(AssessmentRun, models.CASCADE, related_name="snapshots")
    part = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        verbose_name = _("snapshot")
        verbose_name_plural = _("snapshots")
        constraints = [models.UniqueConstraint(fields=["run", "part"], name="snapshot_part_once")]

    def __str__(self) -> str:
        return f"#{self.run_id}/{self.part}"


class ResultQuerySet(models.QuerySet["Result"]):
    def visible_to(self, user: User):
        reach = unit_scope(
            user,
            "appraisal.view_result",
            court="participant__cycle__court",
            units=("participant__department",),
        )
        shown = Q(participant__cycle__in=Cycle.objects.shown_to_officers())
        return self.filter(reach | shown & Q(participant__officer__user=user))

    def own(self, user: User):
        return self.filter(
            participant__officer__user=user,
            participant__cycle__in=Cycle.objects.shown_to_officers(),
        )


class Result(models.Model):
    """What one participant got in the last computing, in the order of the set's indicators.

    ``points`` holds hundredths of points, or MISSING, NOT_APPLICABLE, NO_POINTS (a veto); the way
    from the figures to each is in the run's snapshot, at ``row`` of ``part``.
    """

    class State(models.TextChoices):
        COMPLETE = "complete", _("complete")
        MISSING = "missing", _("figures are missing")

    MISSING, NOT_APPLICABLE, NO_POINTS = -1, -2, -3

    participant = models.OneToOneField(Participant, models.PROTECT, related_name="result")
    run = models.ForeignKey(AssessmentRun, models.PROTECT, related_name="results")
    part = models.PositiveIntegerField()
    row = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State)
    points = models.JSONField(default=list)
    base = models.DecimalField(max_digits=6, decimal_places=2, null=True)
    bonus = models.DecimalField(max_digits=6, decimal_places=2, default=0)
    own = models.DecimalField(
        max_digits=6, decimal_places=2, null=True, help_text="Base and bonus, before the roll-up."
    )
    routine = models.DecimalField(
        max_digits=6, decimal_places=2, null=True, help_text="Mean of the routine results."
    )
    total = models.DecimalField(max_digits=6, decimal_places=2, null=True)
    vetoes = models.JSONField(default=list, help_text="Codes of the vetoes that fired.")
    z_score = models.DecimalField(max_digits=6, decimal_places=3, null=True)
    quartile = models.PositiveSmallIntegerField(null=True, help_text="1 is the upper one.")
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


class _OfParticipant(models.QuerySet):
    """Rows of a participant: read by those who read results, and by the officer from closing on."""

    def visible_to(self, user: User):
        reach = unit_scope(
            user,
            "appraisal.view_result",
            court="participant__cycle__court",
            units=("participant__department",),
        )
        told = Q(
            participant__officer__user=user,
            participant__cycle__state__in=[Cycle.State.PUBLICITY, Cycle.State.CLOSED],
        )
        return self.filter(reach | told)


class Adjustment(models.Model):
    """The committee's addition to or deduction from a computed total, shown beside it.

    It never changes the computed total. What is taken back stays, with who and when.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    participant = models.ForeignKey(Participant, models.PROTECT, related_name="adjustments")
    amount = models.DecimalField(_("points"), max_digits=5, decimal_places=2)
    reason = EncryptedTextField(_("reason"))
    document = models.CharField(_("minutes or document"), max_length=80)
    decided_on = models.DateField(_("decided on"))
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    revoked_at = models.DateTimeField(null=True)

    objects = _OfParticipant.as_manager()

    class Meta:
        verbose_name = _("adjustment")
        verbose_name_plural = _("adjustments")
        constraints = [
            models.UniqueConstraint(
                fields=["participant"], condition=Q(revoked_at=None), name="adjustment_one_in_force"
            ),
            models.CheckConstraint(
                condition=~Q(amount=0) & Q(amount__gte=-100, amount__lte=100),
                name="adjustment_in_bounds",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at=None, revoked_by=None)
                | Q(revoked_at__isnull=False, revoked_by__isnull=False),
                name="adjustment_revoked_by_someone",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"


class GradeExclusion(models.Model):
    """Why someone who took part gets no grade, as the rules have it."""

    class Reason(models.TextChoices):
        PROBATION = "probation", _("in the probationary year")
        ABSENCE = "absence", _("absent for more than half of the year")
        INVESTIGATION = "investigation", _("under investigation, not concluded")
        PENALTY = "penalty", _("a penalty excludes a grade this year")
        OTHER = "other", _("other, by decision")

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    participant = models.ForeignKey(Participant, models.PROTECT, related_name="grade_exclusions")
    reason = models.CharField(_("reason"), max_length=14, choices=Reason)
    note = EncryptedTextField(_("note"), blank=True, default="")
    document = models.CharField(_("document"), max_length=80)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    objects = _OfParticipant.as_manager()

    class Meta:
        verbose_name = _("exclusion from a grade")
        verbose_name_plural = _("exclusions from a grade")
        constraints = [
            models.UniqueConstraint(fields=["participant", "reason"], name="grade_exclusion_once")
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"


class GradeProposal(models.Model):
    """The grade the rules propose, why, and the one the committee decided."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    participant = models.OneToOneField(Participant, models.PROTECT, related_name="grade")
    run = models.ForeignKey(AssessmentRun, models.PROTECT, related_name="+")
    proposed = models.CharField(_("proposed"), max_length=20, choices=GRADE_CHOICES)
    reasons = models.JSONField(default=list, help_text="Codes with values, put into words later.")
    decided = models.CharField(_("decided"), max_length=20, choices=GRADE_CHOICES, blank=True)
    note = EncryptedTextField(
        _("why it differs"), blank=True, default="", help_text="Needed where the decision differs."
    )
    document = models.CharField(_("minutes or document"), max_length=80, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)

    objects = _OfParticipant.as_manager()

    class Meta:
        verbose_name = _("grade")
        verbose_name_plural = _("grades")
        constraints = [
            models.CheckConstraint(
                condition=Q(decided="", decided_at=None, decided_by=None)
                | ~Q(decided="") & Q(decided_at__isnull=False, decided_by__isnull=False),
                name="grade_decided_by_someone",
            )
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"
