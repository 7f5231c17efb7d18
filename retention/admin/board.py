"""Causes of leaving to look at, take out and bring back in; what people said is not here."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from import_export.fields import Field
from import_export.widgets import IntegerWidget

from courtparty.accounts.reference import ReadOnlyAdmin, WorkbookMixin, court_filter
from courtparty.lib.exchange import ReferenceResource, YesNo
from retention.models import CauseKind
from retention.selectors.causes import MANAGE
from retention.services.causes import change_cause


class CauseResource(ReferenceResource):
    """A row words one cause anew; new ones are added on their page."""

    id = Field("id", "id", widget=IntegerWidget())
    court = Field("court__name", "court", readonly=True)
    code = Field("code", "code", readonly=True)
    name = Field("name", "name")
    name_en = Field("name_en", "name_en")
    position = Field("position", "position", widget=IntegerWidget())
    is_active = Field("is_active", "is_active", widget=YesNo())

    headings = {
        "id": _("number"),
        "court": _("court"),
        "code": _("code"),
        "name": _("name"),
        "name_en": _("English name"),
        "position": _("position"),
        "is_active": _("in use"),
    }

    class Meta:
        model = CauseKind
        fields = ("id", "court", "code", "name", "name_en", "position", "is_active")
        import_id_fields = ["id"]
        clean_model_instances = True
        skip_unchanged = True

    def get_queryset(self) -> QuerySet[CauseKind]:
        return CauseKind.objects.visible_to(self.user).select_related("court")

    def init_instance(self, row: object = None) -> CauseKind:
        raise ValueError(
            _("You keep no cause with this number. Add it on the page of causes, then change it.")
        )

    def do_instance_save(self, instance: CauseKind, is_create: bool) -> None:
        change_cause(
            court=instance.court,
            code=instance.code,
            name=instance.name,
            name_en=instance.name_en,
            position=instance.position,
            is_active=instance.is_active,
            by=self.user,
        )


@admin.register(CauseKind)
class CauseKindAdmin(WorkbookMixin, ReadOnlyAdmin):
    """Kept on the page of causes; here to search, take out and bring back in."""

    view_permission = MANAGE
    resource_classes = [CauseResource]
    list_display = ["name", "name_en", "court_name", "position", "is_active"]
    list_select_related = ["court"]
    list_filter = ["is_active", court_filter(MANAGE)]
    search_fields = ["name", "name_en"]
    ordering = ["court", "position", "id"]
    fields = ["court_name", "code", "name", "name_en", "position", "is_active"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[CauseKind]:
        return CauseKind.objects.visible_to(request.user).select_related("court")

    def has_import_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(MANAGE)
