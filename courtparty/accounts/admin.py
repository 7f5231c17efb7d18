"""Units to keep; accounts and grants to look at."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import Substr
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from import_export.fields import Field
from import_export.widgets import IntegerWidget

from courtparty.accounts.models import Grant, Unit, User
from courtparty.accounts.reference import (
    ReadOnlyAdmin,
    ReferenceAdmin,
    UnitFilter,
    WorkbookMixin,
    court_filter,
)
from courtparty.accounts.selectors import units_with
from courtparty.accounts.services import tree, units
from courtparty.lib.exchange import ChoiceWords, ReferenceResource, YesNo

REFUSALS = (tree.CannotChangeUnit, units.CannotCreateUnit)


class UnitChoice(forms.ModelChoiceField):
    def label_from_instance(self, unit: Unit) -> str:
        return "　" * (unit.depth - 1) + unit.display_name


class UnitForm(forms.ModelForm):
    """A unit and its place. What the services refuse is found by a rehearsal, undone at once."""

    user: User
    parent = UnitChoice(label=_("unit above"), queryset=Unit.objects.none(), required=False)

    class Meta:
        model = Unit
        fields = ["parent", "kind", "code", "name", "name_en", "function", "is_active"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        permission = "accounts.change_unit" if self.instance.pk else "accounts.add_unit"
        places = units_with(self.user, permission).filter(is_active=True).order_by("path")
        if self.instance.pk:
            places = places.filter(path__startswith=self.instance.court_path)
            self.initial["parent"] = Unit.objects.get_parent(self.instance)
        if "parent" in self.fields:
            self.fields["parent"].queryset = places
        if "function" in self.fields:
            self.fields["function"].required = False

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        kind = data.get("kind") or self.instance.kind
        if kind != Unit.Kind.DEPARTMENT:
            data["function"] = ""
        else:
            self._require("function", _("A department needs a function."))
        if kind != Unit.Kind.COURT:
            data["code"] = ""
            self._require("parent", _("Choose the unit above."))
        if not self.errors:
            self._rehearse()
        return data

    def _require(self, field: str, text: str | Promise) -> None:
        if field in self.fields and field not in self.errors and not self.cleaned_data.get(field):
            self.add_error(field, str(text))

    def _rehearse(self) -> None:
        try:
            with transaction.atomic():
                self.carry_out()
                transaction.set_rollback(True)
        except REFUSALS as refusal:
            # A court is known by its code; with an error on it the database's own words stay away.
            is_court = self.cleaned_data.get("kind") == Unit.Kind.COURT
            self.add_error("code" if is_court else None, str(refusal))

    def carry_out(self) -> Unit:
        return self._change() if self.instance.pk else self._add()

    def _add(self) -> Unit:
        data = self.cleaned_data
        words = {"name": data["name"], "name_en": data["name_en"], "by": self.user}
        if data["kind"] == Unit.Kind.COURT:
            return units.create_court(code=data["code"], **words)
        return tree.add_unit(
            parent_id=data["parent"].pk, kind=data["kind"], function=data["function"], **words
        )

    def _change(self) -> Unit:
        data, pk = self.cleaned_data, self.instance.pk
        if data.get("parent"):
            tree.move_unit(unit_id=pk, parent_id=data["parent"].pk, by=self.user)
        return tree.change_unit(
            unit_id=pk,
            by=self.user,
            name=data["name"],
            name_en=data["name_en"],
            function=data.get("function", ""),
            is_active=data["is_active"],
        )


class UnitResource(ReferenceResource):
    """Names and functions of units that exist; their number says which."""

    id = Field("id", "id", widget=IntegerWidget())
    court = Field("court_name", "court", readonly=True)
    kind = Field("kind", "kind", widget=ChoiceWords(Unit.Kind.choices), readonly=True)
    name = Field("name", "name")
    name_en = Field("name_en", "name_en")
    function = Field("function", "function", widget=ChoiceWords(Unit.Function.choices))
    is_active = Field("is_active", "is_active", widget=YesNo())

    headings = {
        "id": _("number"),
        "court": _("court"),
        "kind": _("kind"),
        "name": _("name"),
        "name_en": _("English name"),
        "function": _("function"),
        "is_active": _("in use"),
    }

    class Meta:
        model = Unit
        fields = ("id", "court", "kind", "name", "name_en", "function", "is_active")
        import_id_fields = ["id"]
        skip_unchanged = True

    def get_queryset(self) -> QuerySet[Unit]:
        return units_with(self.user, "accounts.change_unit")

    def init_instance(self, row: Any = None) -> Unit:
        raise ValueError(_("You keep no unit with this number. New units are not added by import."))

    def do_instance_save(self, instance: Unit, is_create: bool) -> None:
        tree.change_unit(
            unit_id=instance.pk,
            by=self.user,
            name=instance.name,
            name_en=instance.name_en,
            function=instance.function,
            is_active=instance.is_active,
        )


class TreeFilter(UnitFilter):
    title = _("court")
    parameter_name = "court"
    permission = "accounts.view_unit"
    kinds = (Unit.Kind.COURT,)

    def below(self, queryset: QuerySet, unit: Unit) -> QuerySet:
        return queryset.filter(path__startswith=unit.path)


@admin.register(Unit)
class UnitAdmin(WorkbookMixin, ReferenceAdmin):
    form = UnitForm
    resource_classes = [UnitResource]
    list_display = ["indented", "kind", "function", "court_name", "is_active"]
    list_filter = [TreeFilter, "kind", "function", "is_active"]
    search_fields = ["name", "name_en", "code"]
    ordering = ["path"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Unit]:
        root = Unit.objects.filter(path=OuterRef("root"))
        return (
            units_with(request.user, "accounts.view_unit")
            .annotate(root=Substr("path", 1, Unit.steplen))
            .annotate(court_name=Subquery(root.values("name")[:1]))
        )

    @admin.display(description=_("name"), ordering="path")
    def indented(self, unit: Unit) -> str:
        return format_html('<span class="depth-{}">{}</span>', unit.depth, unit.display_name)

    @admin.display(description=_("court"))
    def court_name(self, unit: Unit) -> str:
        return unit.court_name

    def has_change_permission(self, request: HttpRequest, obj: Unit | None = None) -> bool:
        kept = units_with(request.user, "accounts.change_unit")
        if obj is None:
            return request.user.has_perm("accounts.change_unit")
        return kept.filter(pk=obj.pk).exists()

    def get_fields(self, request: HttpRequest, obj: Unit | None = None) -> list[str]:
        if obj is None:
            courts = ["code"] if request.user.is_platform else []
            return ["parent", "kind", *courts, "name", "name_en", "function"]
        if obj.kind == Unit.Kind.COURT:
            return ["kind", "code", "name", "name_en"]
        function = ["function"] if obj.kind == Unit.Kind.DEPARTMENT else []
        return ["parent", "kind", "name", "name_en", *function, "is_active"]

    def get_readonly_fields(self, request: HttpRequest, obj: Unit | None = None) -> list[str]:
        return ["kind", "code"] if obj else []

    def get_form(self, request: HttpRequest, obj: Unit | None = None, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, **kwargs)
        form.user = request.user
        if obj is None and not request.user.is_platform and "kind" in form.base_fields:
            kinds = [(kind, words) for kind, words in Unit.Kind.choices if kind != Unit.Kind.COURT]
            form.base_fields["kind"].choices = kinds
        return form

    def save_model(self, request: HttpRequest, obj: Unit, form: UnitForm, change: bool) -> None:
        saved = form.carry_out()
        obj.pk = saved.pk
        obj.refresh_from_db()


@admin.register(User)
class UserAdmin(ReadOnlyAdmin):
    view_permission = "accounts.view_user"
    list_display = ["username", "name", "court", "is_platform", "is_active", "last_login"]
    list_select_related = ["court"]
    list_filter = ["is_platform", "is_active", court_filter("accounts.view_user")]
    search_fields = ["username", "name"]
    ordering = ["username"]
    fields = [
        "username",
        "name",
        "email",
        "court_name",
        "language",
        "is_platform",
        "is_active",
        "must_change_password",
        "created_at",
        "last_login",
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return User.objects.all() if self.has_view_permission(request) else User.objects.none()


@admin.register(Grant)
class GrantAdmin(ReadOnlyAdmin):
    view_permission = "accounts.view_grant"
    list_display = ["user", "role", "unit", "starts_on", "ends_on", "granted_by"]
    list_select_related = ["user", "unit", "granted_by"]
    list_filter = ["role", court_filter("accounts.view_grant", "user__court")]
    search_fields = ["user__username", "user__name"]
    ordering = ["-starts_on", "-pk"]
    fields = ["user", "role", "unit_name", "starts_on", "ends_on", "granted_by", "basis"]

    # A name and no link: who keeps grants does not keep the tree of units.
    @admin.display(description=_("unit"))
    def unit_name(self, grant: Grant) -> str | None:
        return grant.unit.display_name if grant.unit else None

    def get_queryset(self, request: HttpRequest) -> QuerySet[Grant]:
        return Grant.objects.all() if self.has_view_permission(request) else Grant.objects.none()
