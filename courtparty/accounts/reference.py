"""What the reference tables in the Django admin share: rights, scope, workbooks, no second log."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from import_export.admin import ImportExportMixin

from courtparty.accounts.models import Unit
from courtparty.accounts.selectors import units_with
from courtparty.lib.exchange import Workbook
from courtparty.lib.xlsx import UnsafeWorkbook


class ReferenceAdmin(admin.ModelAdmin):
    """A table kept here: shown, added and changed by permission alone, never deleted."""

    actions = None
    list_per_page = 50
    show_full_result_count = False
    view_on_site = False

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """Only what the filters offer: by ?password__startswith= a hash could be guessed."""
        column = lookup.removesuffix("__exact").removesuffix("__isnull")
        offered = {getattr(one, "parameter_name", one) for one in self.list_filter}
        return column in offered and super().lookup_allowed(lookup, value, request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None):
        raise Http404  # what was done is in the log, for those who read it

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> None:
        """The services write the log; a second one with names in it is not wanted."""

    log_change = log_addition


class ReadOnlyAdmin(ReferenceAdmin):
    """A table kept elsewhere, by a workflow: ``view_permission`` lets one look at it here."""

    view_permission = ""

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm(self.view_permission)

    @admin.display(description=_("court"), ordering="court")
    def court_name(self, obj: Any) -> str | None:
        return obj.court.display_name if obj.court else None

    # A name and no link: who looks here does not keep the accounts.
    @admin.display(description=_("by"))
    def creator(self, obj: Any) -> str | None:
        return obj.created_by.name if obj.created_by else None

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class WorkbookMixin(ImportExportMixin):
    """Export of what the list shows, import of all rows of a workbook or none."""

    import_formats = export_formats = [Workbook]
    skip_import_confirm = True
    skip_export_form = True
    skip_admin_log = True

    def has_import_permission(self, request: HttpRequest) -> bool:
        return self.has_change_permission(request)

    def has_export_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def process_import(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        raise Http404  # nothing is kept between two steps: there is one

    def get_import_resource_kwargs(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        return {"user": request.user}

    def add_data_read_fail_error_to_form(self, form: Any, e: Exception) -> None:
        if not isinstance(e, UnsafeWorkbook):
            raise e
        form.add_error("import_file", str(e))


class UnitFilter(admin.SimpleListFilter):
    """Units to filter by: only those the reader holds ``permission`` on."""

    permission = ""
    kinds: tuple[str, ...] = ()

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        units = units_with(request.user, self.permission).filter(kind__in=self.kinds)
        self.offered = {str(unit.pk): unit for unit in units.order_by("path")}
        return [(pk, unit.display_name) for pk, unit in self.offered.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if self.value() is None:
            return queryset
        unit = self.offered.get(self.value())
        return self.below(queryset, unit) if unit else queryset.none()

    def below(self, queryset: QuerySet, unit: Unit) -> QuerySet:
        return queryset.filter(**{self.parameter_name: unit.pk})


def unit_filter(title: Any, field: str, permission: str, *kinds: str) -> type[UnitFilter]:
    """A filter on a foreign key to Unit."""
    about = {
        "title": title,
        "parameter_name": field,
        "permission": permission,
        "kinds": kinds,
    }
    return type("ScopedUnitFilter", (UnitFilter,), about)


def court_filter(permission: str, field: str = "court") -> type[UnitFilter]:
    return unit_filter(_("court"), field, permission, Unit.Kind.COURT)
