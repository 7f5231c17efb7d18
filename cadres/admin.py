"""Officers and their imports to look at: the roster is kept by its own workflow."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from cadres.models import Officer, RosterImport
from courtparty.accounts.models import Unit
from courtparty.accounts.reference import ReadOnlyAdmin, court_filter, unit_filter


class HasLeftFilter(admin.SimpleListFilter):
    title = _("in service")
    parameter_name = "service"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin):
        return [("yes", _("in service")), ("left", _("left"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if self.value() is None:
            return queryset
        return queryset.filter(left_on__isnull=self.value() == "yes")


@admin.register(Officer)
class OfficerAdmin(ReadOnlyAdmin):
    """Without ID number and telephone: those are opened on the officer's page, and recorded."""

    view_permission = "cadres.view_officer"
    list_display = ["name", "department", "branch", "category", "title", "party_status", "left_on"]
    list_select_related = ["department", "branch"]
    list_filter = [
        court_filter("cadres.view_officer"),
        unit_filter(_("department"), "department", "cadres.view_officer", Unit.Kind.DEPARTMENT),
        unit_filter(
            _("Party branch"), "branch", "cadres.view_officer", Unit.Kind.BRANCH, Unit.Kind.GROUP
        ),
        "category",
        "party_status",
        HasLeftFilter,
    ]
    search_fields = ["name", "pinyin", "initials"]
    ordering = ["pinyin", "pk"]
    fields = [
        "name",
        "court",
        "department",
        "branch",
        "category",
        "title",
        "rank",
        "judge_rank",
        "party_status",
        "left_on",
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Officer]:
        return Officer.objects.visible_to(request.user)


@admin.register(RosterImport)
class RosterImportAdmin(ReadOnlyAdmin):
    view_permission = "cadres.import_roster"
    list_display = ["file_name", "court_name", "state", "created_by", "created_at", "imported_at"]
    list_select_related = ["court", "created_by"]
    list_filter = ["state", court_filter("cadres.import_roster")]
    search_fields = ["file_name"]
    ordering = ["-created_at"]
    fields = ["file_name", "court_name", "state", "creator", "created_at", "imported_at"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[RosterImport]:
        return RosterImport.objects.visible_to(request.user)
