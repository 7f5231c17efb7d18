"""Case figures per officer and month: what is measured, what came in, what was corrected."""

import uuid

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cadres.models import Officer
from courtparty.accounts.models import Unit, User
from courtparty.accounts.scope import court_scope, unit_scope
from courtparty.jobs.models import StoredFile
from courtparty.lib.fields import EncryptedJSONField, EncryptedTextField
from courtparty.lib.languages import in_english


class Measure(models.Model):
    """A kind of figure a court counts, with the headings it goes by. Money is no measure."""

    class Aggregation(models.TextChoices):
        """How months become a period."""

        SUM = "sum", _("sum of the months")
        FIRST = "first", _("first month (a stock at the beginning)")
        LAST = "last", _("last month (a stock at the end)")
        MEAN = "mean", _("mean, weighted by closed cases")

    code = models.CharField(
        _("code"), max_length=30, unique=True, validators=[RegexValidator(r"^[a-z][a-z0-9_]*$")]
    )
    name = models.CharField(_("name"), max_length=40)
    name_en = models.CharField(_("English name"), max_length=80)
    headings = models.CharField(
        _("headings"),
        max_length=300,
        help_text=_("The column headings it goes by in workbooks, separated by spaces."),
    )
    unit = models.CharField(_("unit"), max_length=20, blank=True)
    aggregation = models.CharField(_("over a period"), max_length=5, choices=Aggregation)
    is_whole = models.BooleanField(_("whole numbers only"), default=True)
    is_required = models.BooleanField(_("a workbook must have it"), default=False)
    is_register = models.BooleanField(
        _("register of events"),
        default=False,
        help_text=_("No entry means that nothing happened; for others it means missing."),
    )
    is_entered = models.BooleanField(
        _("entered by hand"), default=False, help_text=_("Otherwise it comes with a workbook.")
    )
    maximum = models.DecimalField(
        _("at most"),
        max_digits=14,
        decimal_places=4,
        null=True,
        blank=True,
        help_text=_("For a percentage or a grade 100, for yes or no 1."),
    )
    court = models.ForeignKey(
        Unit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("court"),
        help_text=_("Empty: shared by all courts of this deployment."),
    )
    source = models.CharField(_("source"), max_length=200, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("measure")
        verbose_name_plural = _("measures")

    def __str__(self) -> str:
        return self.display_name

    @property
    def display_name(self) -> str:
        return self.name_en if in_english() and self.name_en else self.name


class FigureImportQuerySet(models.QuerySet["FigureImport"]):
    def visible_to(self, user: User):
        return self.filter(court_scope(user, "appraisal.import_figures"))

    def workbooks(self):
        return self.filter(origin=FigureImport.Origin.WORKBOOK)


class FigureImport(models.Model):
    """One delivery of figures, whole or not at all: a workbook, or figures entered by hand."""

    class Origin(models.TextChoices):
        WORKBOOK = "workbook", _("workbook")
        ENTRY = "entry", _("entered by hand")
        CORRECTION = "correction", _("corrected by hand")

    class State(models.TextChoices):
        CHECKING = "checking", _("being checked")
        FAULTY = "faulty", _("has errors")
        READY = "ready", _("ready to import")
        IMPORTED = "imported", _("imported")
        DISCARDED = "discarded", _("discarded")

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    court = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    file = models.ForeignKey(StoredFile, models.SET_NULL, null=True, related_name="+")
    file_name = models.CharField(_("file"), max_length=200)
    origin = models.CharField(_("origin"), max_length=10, choices=Origin, default=Origin.WORKBOOK)
    reason = EncryptedTextField(
        _("reason"), blank=True, default="", help_text="Why figures were corrected by hand."
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.CHECKING)
    counts = models.JSONField(default=dict, help_text="months, officers, new, changed, unchanged …")
    report = EncryptedJSONField(null=True, help_text="Faults and differences, with names.")
    plan_hash = models.CharField(max_length=64, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("by"),
        help_text="Empty: from the command line.",
    )
    created_at = models.DateTimeField(_("uploaded"))
    imported_at = models.DateTimeField(_("imported"), null=True)

    objects = FigureImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("figures import")
        verbose_name_plural = _("figures imports")
        indexes = [models.Index(fields=["court", "-created_at"], name="figure_import_recent")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="imported", imported_at__isnull=False)
                | ~Q(state="imported") & Q(imported_at=None),
                name="figure_import_has_its_time",
            )
        ]

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        return reverse("appraisal:figure_import_detail", args=[self.pk])


class FigureQuerySet(models.QuerySet["Figure"]):
    def visible_to(self, user: User):
        reach = unit_scope(
            user,
            "appraisal.view_figures",
            court="officer__court",
            units=("officer__department",),
        )
        return self.filter(reach | Q(officer__user=user))


class Figure(models.Model):
    """One number of one officer in one month, as last reported. No row means missing, not zero."""

    officer = models.ForeignKey(Officer, models.PROTECT, related_name="figures")
    measure = models.ForeignKey(Measure, models.PROTECT, related_name="+")
    month = models.DateField(_("month"), help_text="The first day of the month.")
    value = models.DecimalField(_("value"), max_digits=14, decimal_places=4)
    as_of = models.DateField(_("as of"))
    source = models.ForeignKey(FigureImport, models.PROTECT, related_name="+")

    objects = FigureQuerySet.as_manager()

    class Meta:
        verbose_name = _("figure")
        verbose_name_plural = _("figures")
        constraints = [
            models.UniqueConstraint(fields=["officer", "measure", "month"], name="figure_once"),
            models.CheckConstraint(condition=Q(month__day=1), name="figure_month_is_first_day"),
            models.CheckConstraint(condition=Q(value__gte=0), name="figure_not_negative"),
        ]
        indexes = [models.Index(fields=["month", "officer"], name="figure_by_month")]

    def __str__(self) -> str:
        return f"#{self.pk}"


class FigureCorrection(models.Model):
    """What a figure was before a later workbook changed it."""

    figure = models.ForeignKey(Figure, models.PROTECT, related_name="corrections")
    old_value = models.DecimalField(max_digits=14, decimal_places=4)
    new_value = models.DecimalField(max_digits=14, decimal_places=4)
    old_as_of = models.DateField()
    old_source = models.ForeignKey(FigureImport, models.PROTECT, related_name="+")
    source = models.ForeignKey(FigureImport, models.PROTECT, related_name="corrections")
    corrected_at = models.DateTimeField()

    class Meta:
        verbose_name = _("figure correction")
        verbose_name_plural = _("figure corrections")

    def __str__(self) -> str:
        return f"#{self.figure_id}: {self.old_value} → {self.new_value}"


class FigureSheetQuerySet(models.QuerySet["FigureSheet"]):
    def visible_to(self, user: User):
        reach = unit_scope(
            user,
            "appraisal.view_figures",
            court="officer__court",
            units=("officer__department",),
        )
        return self.filter(reach | Q(officer__user=user))

    def own(self, user: User):
        return self.filter(officer__user=user)

    def to_confirm(self):
        return self.filter(state=FigureSheet.State.TO_CONFIRM)


class FigureSheet(models.Model):
    """One officer's figures of one month, with the officer's word on them."""

    class State(models.TextChoices):
        TO_CONFIRM = "to_confirm", _("to be confirmed")
        CONFIRMED = "confirmed", _("confirmed")
        DISPUTED = "disputed", _("disputed")

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    officer = models.ForeignKey(Officer, models.PROTECT, related_name="figure_sheets")
    month = models.DateField(_("month"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.TO_CONFIRM)
    reason = EncryptedTextField(_("reason"), blank=True, default="")
    decided_at = models.DateTimeField(null=True)
    source = models.ForeignKey(FigureImport, models.PROTECT, related_name="+")

    objects = FigureSheetQuerySet.as_manager()

    class Meta:
        verbose_name = _("month's figures")
        verbose_name_plural = _("months' figures")
        constraints = [
            models.UniqueConstraint(fields=["officer", "month"], name="figure_sheet_once"),
            models.CheckConstraint(
                condition=Q(state="to_confirm", decided_at=None)
                | ~Q(state="to_confirm") & Q(decided_at__isnull=False),
                name="figure_sheet_decided_has_time",
            ),
        ]
        indexes = [
            # The start page counts disputes; they are few among very many months.
            models.Index(
                fields=["officer"], condition=Q(state="disputed"), name="figure_sheet_disputed"
            )
        ]

    def __str__(self) -> str:
        return f"#{self.officer_id} {self.month:%Y-%m}"


class SettledNameQuerySet(models.QuerySet["SettledName"]):
    def visible_to(self, user: User):
        return self.filter(court_scope(user, "appraisal.settle_name"))


class SettledName(models.Model):
    """Which officer a name in a workbook means, settled once by hand and remembered."""

    court = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    department_text = models.CharField(_("department as written"), max_length=80)
    name_text = models.CharField(_("name as written"), max_length=60)
    occurrence = models.PositiveSmallIntegerField(
        default=1, help_text="1 for the first row with this name in a sheet, 2 for the second."
    )
    officer = models.ForeignKey(Officer, models.PROTECT, related_name="+")
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    settled_at = models.DateTimeField()

    objects = SettledNameQuerySet.as_manager()

    class Meta:
        verbose_name = _("settled name")
        verbose_name_plural = _("settled names")
        constraints = [
            models.UniqueConstraint(
                fields=["court", "department_text", "name_text", "occurrence"],
                name="settled_name_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.department_text} {self.name_text}"
