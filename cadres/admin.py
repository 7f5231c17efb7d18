"""Officers, posts and what rests on them, to look at: each is kept by its own workflow."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cadres.models import (
    AllowanceRun,
    AllowanceStandard,
    Appointment,
    Approval,
    Officer,
    Post,
    RosterImport,
    StaffingRequest,
)
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


def party_unit_filter(permission: str, field: str = "unit"):
    return unit_filter(_("Party organisation"), field, permission, *Unit.PARTY_KINDS)


class OpenFilter(admin.SimpleListFilter):
    """Rows whose period has no end, or has one: ``column`` holds the end."""

    title = _("state")
    parameter_name = "open"
    column = ""

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin):
        return [
            ("yes", pgettext_lazy("state of a post", "open")),
            ("no", pgettext_lazy("state of a post", "ended")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if self.value() is None:
            return queryset
        return queryset.filter(**{f"{self.column}__isnull": self.value() == "yes"})


class OpenPostFilter(OpenFilter):
    column = "closed_on"


class OpenPeriodFilter(OpenFilter):
    column = "end"


@admin.register(Approval)
class ApprovalAdmin(ReadOnlyAdmin):
    view_permission = "cadres.view_approval"
    list_display = ["number", "title", "issuer", "issued_on", "court_name", "created_at"]
    list_select_related = ["court"]
    list_filter = [court_filter("cadres.view_approval")]
    search_fields = ["number", "title", "issuer"]
    ordering = ["-issued_on", "-pk"]
    fields = ["number", "title", "issuer", "issued_on", "court_name", "creator", "created_at"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Approval]:
        return Approval.objects.visible_to(request.user)


@admin.register(Post)
class PostAdmin(ReadOnlyAdmin):
    view_permission = "cadres.view_post"
    list_display = [
        "title",
        "unit",
        "authorised",
        "is_fulltime",
        "is_exclusive",
        "approval",
        "opened_on",
        "closed_on",
    ]
    list_select_related = ["unit", "approval"]
    list_filter = [
        court_filter("cadres.view_post"),
        party_unit_filter("cadres.view_post"),
        "kind",
        "is_fulltime",
        "is_exclusive",
        OpenPostFilter,
    ]
    search_fields = ["name", "unit__name", "unit__name_en", "approval__number", "note"]
    ordering = ["unit__path", "pk"]
    fields = [
        "court_name",
        "unit",
        "kind",
        "name",
        "authorised",
        "is_fulltime",
        "is_exclusive",
        "approval",
        "opened_on",
        "closed_on",
        "closing_approval",
        "note",
        "creator",
        "created_at",
    ]

    @admin.display(description=_("name of the post"), ordering="kind")
    def title(self, post: Post) -> str:
        return post.title

    def get_queryset(self, request: HttpRequest) -> QuerySet[Post]:
        return Post.objects.visible_to(request.user)


@admin.register(StaffingRequest)
class StaffingRequestAdmin(ReadOnlyAdmin):
    view_permission = "cadres.view_request"
    list_display = ["title", "unit", "addressee", "state", "reply_due_on", "created_at"]
    list_select_related = ["unit"]
    list_filter = [
        court_filter("cadres.view_request"),
        party_unit_filter("cadres.view_request"),
        "state",
    ]
    search_fields = ["title", "addressee", "unit__name", "unit__name_en"]
    ordering = ["-created_at", "-pk"]
    fields = [
        "court_name",
        "unit",
        "title",
        "addressee",
        "reason",
        "state",
        "reply_due_on",
        "creator",
        "created_at",
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[StaffingRequest]:
        return StaffingRequest.objects.visible_to(request.user)


@admin.register(Appointment)
class AppointmentAdmin(ReadOnlyAdmin):
    view_permission = "cadres.view_appointment"
    list_display = ["officer", "post", "nature", "start", "term_end", "end", "is_void"]
    list_select_related = ["officer", "post__unit"]
    list_filter = [
        court_filter("cadres.view_appointment"),
        "post__kind",
        "nature",
        "end_reason",
        OpenPeriodFilter,
        "is_void",
    ]
    search_fields = [
        "officer__name",
        "officer__pinyin",
        "officer__initials",
        "post__name",
        "document__number",
    ]
    ordering = ["-start", "-pk"]
    fields = [
        "court_name",
        "officer",
        "post",
        "nature",
        "start",
        "term_end",
        "end",
        "end_reason",
        "document",
        "removal_document",
        "higher_approval",
        "is_void",
        "note",
        "creator",
        "created_at",
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Appointment]:
        return Appointment.objects.visible_to(request.user)


@admin.register(AllowanceStandard)
class AllowanceStandardAdmin(ReadOnlyAdmin):
    view_permission = "cadres.view_standard"
    list_display = ["kind", "amount", "start", "end", "several", "approval", "court_name"]
    list_select_related = ["approval", "court"]
    list_filter = [court_filter("cadres.view_standard"), "kind", "several", OpenPeriodFilter]
    search_fields = ["approval__number", "note"]
    ordering = ["kind", "-start", "pk"]
    fields = [
        "court_name",
        "kind",
        "amount",
        "start",
        "end",
        "several",
        "pays_acting",
        "pays_seconded_in",
        "pays_seconded_out",
        "approval",
        "note",
        "creator",
        "created_at",
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[AllowanceStandard]:
        return AllowanceStandard.objects.visible_to(request.user)


@admin.register(AllowanceRun)
class AllowanceRunAdmin(ReadOnlyAdmin):
    """The run as a whole; its lines are pay and are read on its own pages."""

    view_permission = "cadres.view_run"
    list_display = ["month", "state", "officers", "total", "court_name", "computed_at", "paid_on"]
    list_select_related = ["court"]
    list_filter = [court_filter("cadres.view_run"), "state"]
    search_fields = ["voucher"]
    ordering = ["-month", "-pk"]
    fields = [
        "court_name",
        "month",
        "state",
        "officers",
        "total",
        "computed_at",
        "paid_on",
        "voucher",
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[AllowanceRun]:
        return AllowanceRun.objects.visible_to(request.user)
