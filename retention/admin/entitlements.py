"""Entitlement rules to look at, take out and bring in; what follows from them to look at."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from import_export.fields import Field
from import_export.widgets import DateWidget, JSONWidget

from courtparty.accounts.models import Unit
from courtparty.accounts.reference import ReadOnlyAdmin, WorkbookMixin, court_filter
from courtparty.lib.exchange import ChoiceWords, ReferenceResource
from retention.models import (
    Certainty,
    EntitlementComputing,
    EntitlementKind,
    EntitlementRule,
    ReceivedImport,
)
from retention.selectors.entitlement_rule_pages import rules_managed
from retention.selectors.entitlement_rules import MANAGE, VIEW, courts_with
from retention.services.entitlement_rules import CannotSetRule, describe_rule, set_rule

WORDS = ("name", "name_en", "source", "certainty", "note")


class RuleResource(ReferenceResource):
    """A row is a version: a new one is set, of one that is there only the words can change."""

    kind = Field("kind", "kind", widget=ChoiceWords(EntitlementKind.choices))
    start = Field("start", "start", widget=DateWidget("%Y-%m-%d"))
    name = Field("name", "name")
    name_en = Field("name_en", "name_en")
    table = Field("table", "table", widget=JSONWidget())
    source = Field("source", "source")
    certainty = Field("certainty", "certainty", widget=ChoiceWords(Certainty.choices))
    note = Field("note", "note")

    headings = {
        "kind": _("kind"),
        "start": _("in force from"),
        "name": _("name"),
        "name_en": _("name in English"),
        "table": _("numbers"),
        "source": _("source"),
        "certainty": _("how sure"),
        "note": _("note"),
    }

    class Meta:
        model = EntitlementRule
        fields = ("kind", "start", "name", "name_en", "table", "source", "certainty", "note")
        import_id_fields = ["kind", "start"]
        skip_unchanged = True

    def get_queryset(self) -> QuerySet[EntitlementRule]:
        """Only of the court kept: what another court has under the same day finds nothing here."""
        return rules_managed(self.user).filter(court=self._court())

    def _court(self) -> Unit:
        kept = courts_with(self.user, MANAGE)
        if len(kept) != 1:
            raise CannotSetRule(_("You keep several courts: set versions one by one."))
        return kept[0]

    def do_instance_save(self, instance: EntitlementRule, is_create: bool) -> None:
        words = {name: getattr(instance, name) or "" for name in WORDS}
        if is_create:
            set_rule(
                court=self._court(),
                kind=instance.kind,
                start=instance.start,
                table=instance.table,
                by=self.user,
                at=timezone.now(),
                **words,
            )
            return
        before = EntitlementRule.objects.get(pk=instance.pk)
        if before.table != instance.table:
            raise CannotSetRule(
                _("Other numbers are a new version: give the row another first day.")
            )
        describe_rule(rule_id=instance.pk, by=self.user, **words)


@admin.register(EntitlementRule)
class EntitlementRuleAdmin(WorkbookMixin, ReadOnlyAdmin):
    view_permission = VIEW
    resource_classes = [RuleResource]
    list_display = ["kind", "name", "start", "end", "certainty", "is_shipped", "court_name"]
    list_select_related = ["court"]
    list_filter = ["kind", "certainty", "is_shipped", court_filter(VIEW)]
    search_fields = ["name", "name_en", "source", "note"]
    ordering = ["kind", "-start"]
    fields = [
        "kind", "name", "name_en", "start", "end", "table", "source", "certainty", "note",
        "is_shipped", "court_name", "creator", "created_at",
    ]  # fmt: skip
    readonly_fields = ["court_name", "creator"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[EntitlementRule]:
        return EntitlementRule.objects.visible_to(request.user)

    def has_import_permission(self, request: HttpRequest) -> bool:
        return len(courts_with(request.user, MANAGE)) == 1


@admin.register(EntitlementComputing)
class EntitlementComputingAdmin(ReadOnlyAdmin):
    view_permission = VIEW
    list_display = [
        "on", "officers", "entitlements", "written", "removed", "finished_at", "court_name",
    ]  # fmt: skip
    list_select_related = ["court"]
    list_filter = [court_filter(VIEW)]
    search_fields = ["court__name"]
    ordering = ["-finished_at"]
    fields = ["court_name", "on", "officers", "entitlements", "written", "removed", "finished_at"]
    readonly_fields = ["court_name"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[EntitlementComputing]:
        return EntitlementComputing.objects.visible_to(request.user)


@admin.register(ReceivedImport)
class ReceivedImportAdmin(ReadOnlyAdmin):
    view_permission = MANAGE
    list_display = ["file_name", "state", "created_at", "imported_at", "creator", "court_name"]
    list_select_related = ["court", "created_by"]
    list_filter = ["state", court_filter(MANAGE)]
    search_fields = ["file_name"]
    ordering = ["-created_at"]
    fields = ["file_name", "state", "counts", "court_name", "creator", "created_at", "imported_at"]
    readonly_fields = ["court_name", "creator"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[ReceivedImport]:
        return ReceivedImport.objects.visible_to(request.user)
