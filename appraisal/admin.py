"""Measures to keep; index sets and imports of figures to look at."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from import_export.fields import Field
from import_export.widgets import IntegerWidget

from appraisal.models import FigureImport, IndexSet, Indicator, Measure
from appraisal.selectors.index_sets import measures_published
from appraisal.services.measures import save_measure
from courtparty.accounts.reference import (
    ReadOnlyAdmin,
    ReferenceAdmin,
    WorkbookMixin,
    court_filter,
)
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
            "source",
            "position",
        )
        import_id_fields = ["code"]
        clean_model_instances = True
        skip_unchanged = True

    def do_instance_save(self, instance: Measure, is_create: bool) -> None:
        save_measure(instance, by=self.user)


@admin.register(Measure)
class MeasureAdmin(WorkbookMixin, ReferenceAdmin):
    resource_classes = [MeasureResource]
    list_display = ["code", "name_shown", "headings", "unit", "aggregation", "is_required"]
    list_filter = ["aggregation", "is_whole", "is_required"]
    search_fields = ["code", "name", "name_en", "headings"]
    ordering = ["position", "code"]

    @admin.display(description=_("name"), ordering="name")
    def name_shown(self, measure: Measure) -> str:
        return measure.display_name

    def get_readonly_fields(self, request: HttpRequest, obj: Measure | None = None) -> list[str]:
        if obj is None:
            return []
        is_counted = obj.code in measures_published()
        # Index sets name measures by their code.
        return ["code", "aggregation"] if is_counted else ["code"]

    def has_import_permission(self, request: HttpRequest) -> bool:
        return self.has_change_permission(request) and self.has_add_permission(request)

    def save_model(self, request: HttpRequest, obj: Measure, form: Any, change: bool) -> None:
        save_measure(obj, by=request.user)


class IndicatorInline(admin.TabularInline):
    model = Indicator
    template = "admin/read_only_inline.html"
    fields = ["position", "code", "name", "part", "area", "kind", "weight", "source", "owner"]
    ordering = ["position", "code"]
    extra = 0

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("appraisal.view_indicator")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    has_change_permission = has_delete_permission = has_add_permission


@admin.register(IndexSet)
class IndexSetAdmin(ReadOnlyAdmin):
    view_permission = "appraisal.view_indexset"
    inlines = [IndicatorInline]
    list_display = ["code", "version", "name_shown", "function", "category", "state", "review_on"]
    list_filter = ["state", "function", "category", court_filter("appraisal.view_indexset")]
    search_fields = ["code", "name", "name_en"]
    ordering = ["code", "-version"]
    fields = [
        "court",
        "code",
        "version",
        "name",
        "name_en",
        "function",
        "category",
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


@admin.register(FigureImport)
class FigureImportAdmin(ReadOnlyAdmin):
    view_permission = "appraisal.import_figures"
    list_display = ["file_name", "court_name", "state", "created_by", "created_at", "imported_at"]
    list_select_related = ["court", "created_by"]
    list_filter = ["state", court_filter("appraisal.import_figures")]
    search_fields = ["file_name"]
    ordering = ["-created_at"]
    fields = ["file_name", "court_name", "state", "creator", "created_at", "imported_at"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[FigureImport]:
        return FigureImport.objects.visible_to(request.user)
