"""The ladder of awards to look at, take out and bring in; what workflows own, to look at."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from import_export.fields import Field
from import_export.widgets import DecimalWidget, IntegerWidget

from courtparty.accounts.models import Unit
from courtparty.accounts.reference import ReadOnlyAdmin, WorkbookMixin, court_filter
from courtparty.lib.exchange import ChoiceWords, ReferenceResource, YesNo
from retention.models import AchievementImport, Award, AwardRung
from retention.models.entitlements import Certainty
from retention.selectors.ladder import MANAGE, courts_kept
from retention.services.rungs import CannotKeepRung, keep_rung

VIEW = "retention.view_awards"
FACTS = (
    "name", "name_en", "position", "level", "decided_by", "quota_kind", "quota_value",
    "interval_months", "excellent_years", "certainty", "source", "certificate_text", "is_active",
)  # fmt: skip
TEXTS = ("name", "name_en", "decided_by", "source", "certificate_text")


class RungResource(ReferenceResource):
    """A row is a rung, known by its name."""

    name = Field("name", "name")
    name_en = Field("name_en", "name_en")
    position = Field("position", "position", widget=IntegerWidget())
    level = Field("level", "level", widget=ChoiceWords(AwardRung.Level.choices))
    decided_by = Field("decided_by", "decided_by")
    quota_kind = Field("quota_kind", "quota_kind", widget=ChoiceWords(AwardRung.Quota.choices))
    quota_value = Field("quota_value", "quota_value", widget=DecimalWidget())
    interval_months = Field("interval_months", "interval_months", widget=IntegerWidget())
    excellent_years = Field("excellent_years", "excellent_years", widget=IntegerWidget())
    certainty = Field("certainty", "certainty", widget=ChoiceWords(Certainty.choices))
    source = Field("source", "source")
    certificate_text = Field("certificate_text", "certificate_text")
    is_active = Field("is_active", "is_active", widget=YesNo())

    headings = {
        "name": pgettext_lazy("of a thing", "name"),
        "name_en": _("English name"),
        "position": _("position"),
        "level": _("decided at"),
        "decided_by": _("body that decides"),
        "quota_kind": _("quota"),
        "quota_value": _("percent or number"),
        "interval_months": _("months until the same award again"),
        "excellent_years": _("years excellent in a row that suggest it"),
        "certainty": _("certainty"),
        "source": _("source"),
        "certificate_text": _("text of the certificate"),
        "is_active": _("in use"),
    }

    class Meta:
        model = AwardRung
        fields = FACTS
        import_id_fields = ["name"]
        skip_unchanged = True

    def get_queryset(self) -> QuerySet[AwardRung]:
        """Only of the court kept: a rung of another court finds nothing here."""
        return AwardRung.objects.kept_by(self.user).filter(court=self._court())

    def _court(self) -> Unit:
        kept = courts_kept(self.user)
        if len(kept) != 1:
            raise CannotKeepRung(_("You keep several courts: change rungs one by one."))
        return kept[0]

    def do_instance_save(self, instance: AwardRung, is_create: bool) -> None:
        facts = {name: getattr(instance, name) for name in FACTS}
        facts |= {name: facts[name] or "" for name in TEXTS}
        instance.pk = keep_rung(
            court=self._court(), rung_id=None if is_create else instance.pk, by=self.user, **facts
        ).pk


@admin.register(AwardRung)
class AwardRungAdmin(WorkbookMixin, ReadOnlyAdmin):
    """Kept on its own page, or by a workbook."""

    view_permission = VIEW
    resource_classes = [RungResource]
    list_display = [
        "name", "name_en", "position", "level", "quota_kind", "quota_value", "certainty",
        "is_active", "court_name",
    ]  # fmt: skip
    list_select_related = ["court"]
    list_filter = ["level", "quota_kind", "certainty", "is_active", court_filter(VIEW)]
    search_fields = ["name", "name_en", "decided_by", "source"]
    ordering = ["court", "position"]
    fields = [*FACTS, "court_name"]
    readonly_fields = ["court_name"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[AwardRung]:
        return AwardRung.objects.visible_to(request.user)

    def has_import_permission(self, request: HttpRequest) -> bool:
        return len(courts_kept(request.user)) == 1


@admin.register(Award)
class AwardAdmin(ReadOnlyAdmin):
    """Given, documented and revoked on its own pages."""

    view_permission = VIEW
    list_display = [
        "officer_name", "rung_name", "decided_on", "issuer", "document_number", "document_on",
        "revoked_on",
    ]  # fmt: skip
    list_filter = [
        "decided_on",
        court_filter(VIEW, "officer__court"),
    ]
    search_fields = ["officer_name", "rung_name", "document_number"]
    ordering = ["-decided_on", "-pk"]
    fields = [
        "officer_name", "rung_name", "decided_on", "issuer", "days_taken", "document_number",
        "document_on", "revoked_on", "revoked_number",
    ]  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Award]:
        return Award.objects.within(request.user, VIEW)


@admin.register(AchievementImport)
class AchievementImportAdmin(ReadOnlyAdmin):
    view_permission = MANAGE
    list_display = ["file_name", "state", "created_at", "imported_at", "creator", "court_name"]
    list_select_related = ["court", "created_by"]
    list_filter = ["state", court_filter(MANAGE)]
    search_fields = ["file_name"]
    ordering = ["-created_at"]
    fields = ["file_name", "state", "counts", "court_name", "creator", "created_at", "imported_at"]
    readonly_fields = ["court_name", "creator"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[AchievementImport]:
        return AchievementImport.objects.visible_to(request.user)
