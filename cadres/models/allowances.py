"""Post allowances: the standards with their basis, the monthly runs, and every line paid."""

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Round
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cadres.models.appointments import Appointment
from cadres.models.officers import Officer
from cadres.models.posts import Approval, Post
from courtparty.accounts.models import Unit, User
from courtparty.accounts.scope import court_scope


class AllowanceStandardQuerySet(models.QuerySet["AllowanceStandard"]):
    def visible_to(self, user: User):
        return self.filter(court_scope(user, "cadres.view_standard"))

    def standing(self):
        """Those not taken back as entered by mistake."""
        return self.filter(is_void=False)


class AllowanceStandard(models.Model):
    """What a kind of post is paid a month, from ``start`` up to, but not including, ``end``.

    No unit may set its own (Civil Servants Law, article 84), so the approval is required. Two
    standards of one court for one kind of post never overlap: see ``cadres.triggers``.
    """

    class Several(models.TextChoices):
        HIGHEST = "highest", _("only the highest")
        SUM = "sum", _("paid beside the others")

    court = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("court"))
    kind = models.CharField(_("kind of post"), max_length=24, choices=Post.Kind)
    amount = models.DecimalField(
        _("amount a month"),
        max_digits=9,
        decimal_places=2,
        validators=[MinValueValidator(0)],
        help_text=_("In yuan."),
    )
    start = models.DateField(_("in force from"))
    end = models.DateField(
        _("in force until"), null=True, blank=True, help_text=_("First day no longer in force.")
    )
    several = models.CharField(
        _("several posts"),
        max_length=8,
        choices=Several,
        default=Several.HIGHEST,
        help_text=_("What an officer gets who holds several posts on the same day."),
    )
    pays_acting = models.BooleanField(_("paid to acting holders"), default=True)
    pays_seconded_in = models.BooleanField(_("paid to those seconded in"), default=False)
    pays_seconded_out = models.BooleanField(_("paid while seconded out"), default=True)
    approval = models.ForeignKey(
        Approval,
        models.PROTECT,
        related_name="allowance_standards",
        verbose_name=_("approval basis"),
    )
    is_void = models.BooleanField(_("entered by mistake"), default=False)
    note = models.CharField(_("note"), max_length=200, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField(_("entered"))
    changed_at = models.DateTimeField(help_text="As of an appointment's.")

    objects = AllowanceStandardQuerySet.as_manager()

    class Meta:
        verbose_name = _("allowance standard")
        verbose_name_plural = _("allowance standards")
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="allowance_standard_pays"),
            models.CheckConstraint(
                condition=Q(end=None) | Q(end__gt=F("start")),
                name="allowance_standard_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.amount}"

    def get_absolute_url(self) -> str:
        return reverse("cadres:standard_detail", args=[self.pk])


class AllowanceRunQuerySet(models.QuerySet["AllowanceRun"]):
    def visible_to(self, user: User):
        return self.filter(court_scope(user, "cadres.view_run"))

    def standing(self):
        return self.exclude(state=AllowanceRun.State.DISCARDED)


class AllowanceRun(models.Model):
    """The post allowances of one court for one month, from the draft to the payment.

    Maker, checker and approver are three people. A paid run and its lines never change again:
    see ``cadres.triggers``; what turns out wrong later is corrected in a later run.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        SUBMITTED = "submitted", _("to be checked")
        CHECKED = "checked", _("to be approved")
        APPROVED = "approved", _("approved, to be paid")
        PAID = "paid", _("paid")
        DISCARDED = "discarded", _("discarded")

    court = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("court"))
    month = models.DateField(_("month"), help_text="Its first day.")
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    is_stale = models.BooleanField(
        default=False, help_text="Something it was computed from has changed since."
    )
    computed_at = models.DateTimeField(_("computed"))
    officers = models.PositiveIntegerField(_("officers"), default=0)
    total = models.DecimalField(_("total"), max_digits=13, decimal_places=2, default=0)
    fingerprint = models.CharField(max_length=64, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("made by"),
        help_text="Who handed it over for checking.",
    )
    made_at = models.DateTimeField(null=True)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("checked by"),
    )
    checked_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("approved by"),
    )
    approved_at = models.DateTimeField(null=True)
    paid_on = models.DateField(_("paid on"), null=True)
    paid_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("payment entered by"),
    )
    voucher = models.CharField(_("voucher number"), max_length=40, blank=True)
    returned = models.CharField(_("sent back because"), max_length=300, blank=True)

    objects = AllowanceRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("allowance run")
        verbose_name_plural = _("allowance runs")
        constraints = [
            models.UniqueConstraint(
                fields=["court", "month"],
                condition=~Q(state="discarded"),
                name="allowance_run_once_a_month",
            ),
            models.CheckConstraint(condition=Q(month__day=1), name="allowance_run_month"),
            models.CheckConstraint(
                condition=(Q(checked_by=None) | ~Q(checked_by=F("made_by")))
                & (Q(approved_by=None) | ~Q(approved_by=F("made_by")))
                & (Q(approved_by=None) | ~Q(approved_by=F("checked_by"))),
                name="allowance_run_three_people",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "discarded"])
                | Q(state="submitted", made_by__isnull=False, checked_by=None, approved_by=None)
                | Q(
                    state="checked",
                    made_by__isnull=False,
                    checked_by__isnull=False,
                    approved_by=None,
                )
                | Q(
                    state__in=["approved", "paid"],
                    made_by__isnull=False,
                    checked_by__isnull=False,
                    approved_by__isnull=False,
                ),
                name="allowance_run_has_its_people",
            ),
            models.CheckConstraint(
                condition=Q(state="paid", paid_on__isnull=False, paid_by__isnull=False)
                | ~Q(state="paid") & Q(paid_on=None),
                name="allowance_run_paid_has_day",
            ),
        ]
        indexes = [models.Index(fields=["court", "-month"], name="allowance_run_months")]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"

    def get_absolute_url(self) -> str:
        return reverse("cadres:run_detail", args=[self.pk])


class AllowanceLineQuerySet(models.QuerySet["AllowanceLine"]):
    def paid(self):
        return self.filter(run__state=AllowanceRun.State.PAID)


class AllowanceLine(models.Model):
    """What one appointment earns under one standard in one month, less what was paid for it.

    The run's own month has lines with nothing paid before; earlier months have a line only where
    what is due now differs from what earlier runs paid: arrears above zero, recoveries below.
    """

    class Kind(models.TextChoices):
        REGULAR = "regular", _("allowance")
        ARREARS = "arrears", _("arrears")
        RECOVERY = "recovery", _("recovery")

    run = models.ForeignKey(AllowanceRun, models.CASCADE, related_name="lines")
    officer = models.ForeignKey(Officer, models.PROTECT, related_name="allowance_lines")
    appointment = models.ForeignKey(Appointment, models.PROTECT, related_name="allowance_lines")
    standard = models.ForeignKey(AllowanceStandard, models.PROTECT, related_name="lines")
    kind = models.CharField(_("kind of line"), max_length=8, choices=Kind)
    month = models.DateField(_("for the month"), help_text="Its first day.")
    rate = models.DecimalField(_("a month"), max_digits=9, decimal_places=2)
    days = models.PositiveSmallIntegerField(_("days"))
    month_days = models.PositiveSmallIntegerField(_("days of the month"))
    due = models.DecimalField(_("due"), max_digits=10, decimal_places=2)
    paid_before = models.DecimalField(_("paid before"), max_digits=10, decimal_places=2, default=0)
    amount = models.DecimalField(_("amount"), max_digits=10, decimal_places=2)

    objects = AllowanceLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("allowance line")
        verbose_name_plural = _("allowance lines")
        constraints = [
            models.UniqueConstraint(
                fields=["run", "appointment", "standard", "month"], name="allowance_line_once"
            ),
            models.CheckConstraint(
                # Rounded, because SQLite subtracts as floating point.
                condition=Q(amount=Round(F("due") - F("paid_before"), 2)),
                name="allowance_line_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(days__lte=F("month_days"), month_days__gte=28, month_days__lte=31),
                name="allowance_line_days_in_month",
            ),
            models.CheckConstraint(
                condition=Q(kind="regular", paid_before=0)
                | Q(kind="arrears", amount__gt=0)
                | Q(kind="recovery", amount__lt=0),
                name="allowance_line_kind_by_sign",
            ),
        ]
        indexes = [models.Index(fields=["officer", "-month"], name="allowance_line_of_officer")]

    def __str__(self) -> str:
        return f"{self.run_id} {self.appointment_id} {self.month:%Y-%m}"
