"""The working calendar to keep: entered by hand or as a workbook, once a year."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.db.models.functions import ExtractYear
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from import_export.fields import Field
from import_export.widgets import Widget

from courtparty.accounts.reference import ReferenceAdmin, WorkbookMixin
from courtparty.lib.dates import PartialDate
from courtparty.lib.exchange import ReferenceResource, YesNo
from courtparty.notices.calendar import is_announced, working_calendar
from courtparty.notices.models import WorkingDay
from courtparty.notices.working_days import (
    CannotKeep,
    refuse_needless,
    remove_working_day,
    save_working_day,
)


class DayCell(Widget):
    """A day in any of the spellings an office uses, written in ISO."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> date | None:
        text = str(value or "").strip()
        if not text:
            return None
        try:
            found = PartialDate.from_cell(text)
        except ValueError:
            found = None
        if found is None or found.day is None:
            raise ValueError(gettext("“%(value)s” is not a day.") % {"value": text[:40]})
        return found.first

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return value.isoformat() if value else ""


class WorkingDayResource(ReferenceResource):
    """Days are known by their date: rows of a workbook are added or changed, never removed."""

    day = Field("day", "day", widget=DayCell())
    is_worked = Field("is_worked", "is_worked", widget=YesNo())
    occasion = Field("name", "occasion")

    headings = {"day": _("day"), "is_worked": _("worked"), "occasion": _("occasion")}

    class Meta:
        model = WorkingDay
        fields = ("day", "is_worked", "occasion")
        import_id_fields = ["day"]
        clean_model_instances = True
        skip_unchanged = True

    def do_instance_save(self, instance: WorkingDay, is_create: bool) -> None:
        save_working_day(instance, by=self.user)


class WorkingDayForm(forms.ModelForm):
    class Meta:
        model = WorkingDay
        fields = ["day", "is_worked", "name"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("day"):
            try:
                refuse_needless(cleaned["day"], cleaned["is_worked"])
            except CannotKeep as refusal:
                self.add_error("day", str(refusal))
        return cleaned


class YearFilter(admin.SimpleListFilter):
    title = _("year")
    parameter_name = "year"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin):
        years = WorkingDay.objects.annotate(year=ExtractYear("day")).values_list("year", flat=True)
        return [(str(year), str(year)) for year in years.distinct().order_by("-year")]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        value = self.value() or ""
        return queryset.filter(day__year=int(value)) if value.isdecimal() else queryset


@admin.register(WorkingDay)
class WorkingDayAdmin(WorkbookMixin, ReferenceAdmin):
    form = WorkingDayForm
    resource_classes = [WorkingDayResource]
    list_display = ["day", "weekday", "is_worked", "name"]
    list_filter = [YearFilter, "is_worked"]
    search_fields = ["name", "day"]
    ordering = ["-day"]

    @admin.display(description=_("weekday"))
    def weekday(self, one: WorkingDay) -> str:
        return date_format(one.day, "l")

    def changelist_view(self, request: HttpRequest, extra_context: Any = None):
        calendar, today = working_calendar(), timezone.localdate()
        for year in (today.year, today.year + 1):
            if request.method == "GET" and not is_announced(year, calendar):
                text = gettext(
                    "The holidays of %(year)s are not in the table: until they are, Monday to "
                    "Friday count as worked. The State Council announces them each November for "
                    "the year to come."
                )
                messages.warning(request, text % {"year": year})
        return super().changelist_view(request, extra_context)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("notices.delete_workingday")

    def log_deletions(self, request: HttpRequest, queryset: QuerySet) -> None:
        """The service writes the log."""

    def has_import_permission(self, request: HttpRequest) -> bool:
        return self.has_change_permission(request) and self.has_add_permission(request)

    def save_model(self, request: HttpRequest, obj: WorkingDay, form: Any, change: bool) -> None:
        save_working_day(obj, by=request.user)

    def delete_model(self, request: HttpRequest, obj: WorkingDay) -> None:
        remove_working_day(obj, by=request.user)
