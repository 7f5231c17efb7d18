"""Setbacks, planned talks and rules for talks, to look at; what was said is in no table here."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from import_export.fields import Field
from import_export.widgets import IntegerWidget

from courtparty.accounts.models import Unit
from courtparty.accounts.reference import (
    ReadOnlyAdmin,
    WorkbookMixin,
    court_filter,
    unit_filter,
)
from courtparty.lib.exchange import ChoiceWords, ReferenceResource, YesNo
from retention.models import Setback, TalkPair, TalkRule, TalkTask
from retention.models.entitlements import Certainty
from retention.services.talk_rules import change_rule

RULES = "retention.manage_settings"


class TalkRuleResource(ReferenceResource):
    """How often which pair talks; the court and the kind of pair say which rule."""

    id = Field("id", "id", widget=IntegerWidget())
    court = Field("court__name", "court", readonly=True)
    pair = Field("pair", "pair", widget=ChoiceWords(TalkPair.choices), readonly=True)
    is_used = Field("is_used", "is_used", widget=YesNo())
    times_per_year = Field("times_per_year", "times_per_year", widget=IntegerWidget())
    certainty = Field("certainty", "certainty", widget=ChoiceWords(Certainty.choices))
    source = Field("source", "source")

    headings = {
        "id": _("number"),
        "court": _("court"),
        "pair": _("kind of pair"),
        "is_used": _("talks are planned"),
        "times_per_year": _("times a year"),
        "certainty": _("how sure"),
        "source": _("source"),
    }

    class Meta:
        model = TalkRule
        fields = ("id", "court", "pair", "is_used", "times_per_year", "certainty", "source")
        import_id_fields = ["id"]
        clean_model_instances = True
        skip_unchanged = True

    def get_queryset(self) -> QuerySet[TalkRule]:
        return TalkRule.objects.visible_to(self.user).select_related("court")

    def init_instance(self, row: object = None) -> TalkRule:
        raise ValueError(
            _("You keep no rule with this number. Rules are set on their page, then changed here.")
        )

    def do_instance_save(self, instance: TalkRule, is_create: bool) -> None:
        change_rule(
            court=instance.court,
            pair=instance.pair,
            is_used=instance.is_used,
            times_per_year=instance.times_per_year,
            source=instance.source,
            certainty=instance.certainty,
            by=self.user,
        )


@admin.register(TalkRule)
class TalkRuleAdmin(WorkbookMixin, ReadOnlyAdmin):
    """Set on the page of the register; here to search, take out and bring back in."""

    view_permission = RULES
    resource_classes = [TalkRuleResource]
    list_display = ["pair", "court_name", "is_used", "times_per_year", "certainty", "source"]
    list_select_related = ["court"]
    list_filter = ["pair", "is_used", "certainty", court_filter(RULES)]
    search_fields = ["source"]
    ordering = ["court", "pair"]
    fields = ["court_name", "pair", "is_used", "times_per_year", "certainty", "source"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[TalkRule]:
        return TalkRule.objects.visible_to(request.user)

    def has_import_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(RULES)


@admin.register(Setback)
class SetbackAdmin(ReadOnlyAdmin):
    """Without what happened: that is read on the page of the setback, and recorded."""

    view_permission = "retention.view_setbacks"
    list_display = ["officer", "kind", "happened_on", "state", "talk_due_on", "next_follow_up_on"]
    list_select_related = ["officer"]
    list_filter = [
        court_filter("retention.view_setbacks"),
        unit_filter(
            _("Party branch"),
            "officer__branch",
            "retention.view_setbacks",
            Unit.Kind.BRANCH,
            Unit.Kind.GROUP,
        ),
        "kind",
        "state",
        "source",
    ]
    search_fields = ["officer__name", "officer__pinyin"]
    ordering = ["-happened_on", "-pk"]
    fields = [
        "officer",
        "kind",
        "happened_on",
        "source",
        "state",
        "talk_due_on",
        "next_follow_up_on",
        "ended_on",
        "end_reason",
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Setback]:
        return Setback.objects.visible_to(request.user).defer("detail")


@admin.register(TalkTask)
class TalkTaskAdmin(ReadOnlyAdmin):
    view_permission = "retention.view_talks"
    list_display = ["officer", "holder_name", "kind", "pair", "due_on", "state"]
    list_select_related = ["officer", "holder"]
    list_filter = [court_filter("retention.view_talks"), "kind", "pair", "state", "year"]
    search_fields = ["officer__name", "officer__pinyin", "holder__name"]
    ordering = ["due_on", "pk"]
    fields = ["officer", "holder_name", "kind", "pair", "year", "due_on", "state", "cancel_reason"]

    # A name and no link: who looks here does not keep the accounts.
    @admin.display(description=_("with whom"))
    def holder_name(self, task: TalkTask) -> str | None:
        return task.holder.name if task.holder else None

    def get_queryset(self, request: HttpRequest) -> QuerySet[TalkTask]:
        return TalkTask.objects.in_scope(request.user)
