"""Measures to keep; index sets, what a court sets, cycles and imports of figures to look at."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from import_export.fields import Field
from import_export.widgets import DecimalWidget, IntegerWidget

from appraisal.models import (
    AppraisalSettings,
    CaseWeight,
    CaseWeightTable,
    Cycle,
    FigureImport,
    HeadShare,
    IndexSet,
    Indicator,
    Measure,
    RaterGroup,
)
from appraisal.selectors.measures import measures_fixed, measures_kept_by, measures_visible_to
from appraisal.services.measures import CannotChangeMeasure, save_measure
from courtparty.accounts.models import Unit
from courtparty.accounts.reference import (
    ReadOnlyAdmin,
    ReferenceAdmin,
    WorkbookMixin,
    court_filter,
)
from courtparty.accounts.scope import court_scope
from courtparty.lib.exchange import ChoiceWords, ReferenceResource, YesNo


class MeasureResource(ReferenceResource):
    code = Field("code", "code")
    name = Field("name", "name")
    name_en = Field("name_en", "name_en")
    headings_known = Field("headings", "headings_known")
    unit = Field("unit", "unit")
    aggregation = Field(
        "aggregation", "aggregation", widget=ChoiceWords(Measure.Aggregation.choices)
    )
    is_whole = Field("is_whole", "is_whole", widget=YesNo())
    is_required = Field("is_required", "is_required", widget=YesNo())
    is_register = Field("is_register", "is_register", widget=YesNo())
    is_entered = Field("is_entered", "is_entered", widget=YesNo())
    maximum = Field("maximum", "maximum", widget=DecimalWidget())
    source = Field("source", "source")
    position = Field("position", "position", widget=IntegerWidget())

    headings = {
        "code": _("code"),
        "name": _("name"),
        "name_en": _("English name"),
        "headings_known": _("headings"),
        "unit": _("unit"),
        "aggregation": _("over a period"),
        "is_whole": _("whole numbers only"),
        "is_required": _("a workbook must have it"),
        "is_register": _("register of events"),
        "is_entered": _("entered by hand"),
        "maximum": _("at most"),
        "source": _("source"),
        "position": _("position"),
    }

    class Meta:
        model = Measure
        fields = (
            "code",
            "name",
            "name_en",
            "headings_known",
            "unit",
            "aggregation",
            "is_whole",
            "is_required",
            "is_register",
            "is_entered",
            "maximum",
            "source",
            "position",
        )
        import_id_fields = ["code"]
        clean_model_instances = True
        skip_unchanged = True

    def get_queryset(self) -> QuerySet[Measure]:
        """A code of another court's own measure finds nothing here; saving refuses it as taken."""
        return measures_visible_to(self.user)

    def do_instance_save(self, instance: Measure, is_create: bool) -> None:
        if is_create:
            instance.court = own_court(self.user)
        save_measure(instance, by=self.user)


def own_court(user: Any) -> Unit | None:
    """Whose a new measure becomes: of the one court kept, or, for the platform, of all.

    Who keeps several courts says on the page of the measure which of them it is for.
    """
    kept = measures_kept_by(user)
    if len(kept) > 1:
        raise CannotChangeMeasure(_("You keep several courts: add new measures one by one."))
    return Unit.objects.filter(pk__in=kept - {None}).first()


@admin.register(Measure)
class MeasureAdmin(WorkbookMixin, ReferenceAdmin):
    resource_classes = [MeasureResource]
    list_display = [
        "code", "name_shown", "headings", "unit", "aggregation", "is_entered", "is_register",
        "court_shown",
    ]  # fmt: skip
    list_select_related = ["court"]
    list_filter = ["aggregation", "is_whole", "is_required", "is_entered", "is_register"]
    search_fields = ["code", "name", "name_en", "headings"]
    ordering = ["position", "code"]

    @admin.display(description=_("name"), ordering="name")
    def name_shown(self, measure: Measure) -> str:
        return measure.display_name

    @admin.display(description=_("court"), ordering="court")
    def court_shown(self, measure: Measure) -> str:
        return measure.court.display_name if measure.court else str(_("shared by all courts"))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Measure]:
        return measures_visible_to(request.user)

    def has_change_permission(self, request: HttpRequest, obj: Measure | None = None) -> bool:
        """Shared measures are read by the courts and kept by the system administrator."""
        may = super().has_change_permission(request, obj)
        return may and (obj is None or obj.court_id in measures_kept_by(request.user))

    def get_exclude(self, request: HttpRequest, obj: Measure | None = None) -> list[str]:
        """Above the courts there is no court to choose."""
        return ["court"] if obj is None and None in measures_kept_by(request.user) else []

    def get_readonly_fields(self, request: HttpRequest, obj: Measure | None = None) -> list[str]:
        if obj is None:
            return []
        # Index sets name measures by their code.
        fixed = ["aggregation", "is_register"] if obj.code in measures_fixed() else []
        return ["code", "court", *fixed]

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "court":
            kept = measures_kept_by(request.user)
            kwargs |= {"queryset": Unit.objects.filter(pk__in=kept - {None}), "required": True}
            kwargs |= {"empty_label": None, "help_text": ""}
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def has_import_permission(self, request: HttpRequest) -> bool:
        return self.has_change_permission(request) and self.has_add_permission(request)

    def save_model(self, request: HttpRequest, obj: Measure, form: Any, change: bool) -> None:
        save_measure(obj, by=request.user)


class ReadOnlyInline(admin.TabularInline):
    template = "admin/read_only_inline.html"
    ordering = ["position", "pk"]
    extra = 0

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("appraisal.view_indicator")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    has_change_permission = has_delete_permission = has_add_permission


class IndicatorInline(ReadOnlyInline):
    model = Indicator
    fields = ["position", "code", "name", "part", "area", "kind", "weight", "source", "owner"]
    ordering = ["position", "code"]


class RaterGroupInline(ReadOnlyInline):
    model = RaterGroup
    fields = ["kind", "weight", "at_most"]
    ordering = ["-weight", "kind"]


@admin.register(IndexSet)
class IndexSetAdmin(ReadOnlyAdmin):
    view_permission = "appraisal.view_indexset"
    inlines = [IndicatorInline, RaterGroupInline]
    list_display = [
        "code",
        "version",
        "name_shown",
        "function",
        "staff_class",
        "state",
        "review_on",
    ]
    list_filter = ["state", "function", "staff_class", court_filter("appraisal.view_indexset")]
    search_fields = ["code", "name", "name_en"]
    ordering = ["code", "-version"]
    fields = [
        "court",
        "code",
        "version",
        "name",
        "name_en",
        "function",
        "staff_class",
        "state",
        "basis",
        "review_on",
        "published_at",
    ]

    @admin.display(description=_("name"), ordering="name")
    def name_shown(self, index_set: IndexSet) -> str:
        return index_set.display_name

    def get_queryset(self, request: HttpRequest) -> QuerySet[IndexSet]:
        return IndexSet.objects.visible_to(request.user)


class CaseWeightInline(ReadOnlyInline):
    model = CaseWeight
    fields = [
        "position", "measure", "base", "type_coefficient", "role_coefficient", "certainty",
    ]  # fmt: skip


@admin.register(CaseWeightTable)
class CaseWeightTableAdmin(ReadOnlyAdmin):
    """Drafted and published on its own pages."""

    view_permission = "appraisal.view_indexset"
    inlines = [CaseWeightInline]
    list_display = ["name", "version", "court_name", "state", "published_at"]
    list_select_related = ["court"]
    list_filter = ["state", court_filter("appraisal.view_indexset")]
    search_fields = ["name", "basis"]
    ordering = ["court", "-version"]
    fields = ["court_name", "version", "name", "basis", "state", "published_at"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[CaseWeightTable]:
        return CaseWeightTable.objects.visible_to(request.user)


@admin.register(HeadShare)
class HeadShareAdmin(ReadOnlyAdmin):
    """Kept on its own page, which shows whom a change concerns."""

    view_permission = "appraisal.view_indexset"
    list_display = ["words", "share", "certainty", "court_name"]
    list_select_related = ["court"]
    list_filter = ["certainty", court_filter("appraisal.view_indexset")]
    search_fields = ["words"]
    ordering = ["court", "position"]
    fields = ["court_name", "words", "share", "certainty", "position"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[HeadShare]:
        return HeadShare.objects.visible_to(request.user)


@admin.register(AppraisalSettings)
class AppraisalSettingsAdmin(ReadOnlyAdmin):
    """Set on its own page, with the approval a larger share needs."""

    view_permission = "appraisal.manage_cycle"
    list_display = ["court_name", "excellent_percent", "minimum_months", "routine_share"]
    list_select_related = ["court"]
    list_filter = [court_filter("appraisal.manage_cycle")]
    ordering = ["court"]
    exclude = ["court", "quota_approval"]
    readonly_fields = ["court_name"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[AppraisalSettings]:
        return AppraisalSettings.objects.filter(court_scope(request.user, self.view_permission))


@admin.register(Cycle)
class CycleAdmin(ReadOnlyAdmin):
    """Opened, moved and closed on its own pages."""

    view_permission = "appraisal.manage_cycle"
    list_display = ["code", "name", "kind", "court_name", "state", "start", "end"]
    list_select_related = ["court"]
    list_filter = ["state", "kind", court_filter("appraisal.manage_cycle")]
    search_fields = ["code", "name"]
    ordering = ["-start", "code"]
    fields = [
        "court_name", "code", "name", "kind", "start", "end", "state", "collect_until",
        "routine_share", "opened_at",
    ]  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Cycle]:
        return Cycle.objects.filter(court_scope(request.user, self.view_permission))


@admin.register(FigureImport)
class FigureImportAdmin(ReadOnlyAdmin):
    view_permission = "appraisal.import_figures"
    list_display = [
        "created_at", "file_name", "origin", "court_name", "state", "created_by", "imported_at",
    ]  # fmt: skip
    list_select_related = ["court", "created_by"]
    list_filter = ["origin", "state", court_filter("appraisal.import_figures")]
    search_fields = ["file_name"]
    ordering = ["-created_at"]
    fields = [
        "file_name", "origin", "court_name", "state", "creator", "created_at", "imported_at",
    ]  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[FigureImport]:
        return FigureImport.objects.visible_to(request.user)
