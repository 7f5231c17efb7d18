from datetime import date
from decimal import Decimal
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Layout, Row
from django import forms
from django.core.validators import MinValueValidator
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_filters import CharFilter, ChoiceFilter, FilterSet

from cadres.forms.approvals import day_field
from cadres.forms.officers import PlainSelect
from courtparty.accounts.models import Unit, User
from retention.models import Entitlement, EntitlementKind, Received
from retention.rules.received import EARLIEST, MOST, PERIOD_OF, usual_period
from retention.selectors import received_lists
from retention.selectors.entitlement_lists import WHEN, at_time, of_people

SEARCH = forms.TextInput(attrs={"type": "search", "autocomplete": "off", "maxlength": 60})
_PERIOD_LABELS = {
    "year": _("For the year"),
    "month": _("For the month"),
    "day": _("For the overtime of"),
}
_PERIOD_HELP = {
    "year": _("Such as 2026."),
    "month": _("Such as 2026-10."),
    "day": _("The day that was worked, such as 2026-10-03."),
}
_QUANTITY_LABELS = {
    "annual_leave": _("Working days"),
    "makeup_rest": _("Hours"),
    "allowance": _("Yuan"),
}


class EntitlementFilter(FilterSet):
    q = CharFilter(label=_("Name, pinyin or initials"), method="search", widget=SEARCH)
    kind = ChoiceFilter(
        label=_("Kind"), empty_label=_("all"), choices=EntitlementKind.choices, widget=PlainSelect
    )
    department = ChoiceFilter(
        label=_("Department"),
        field_name="officer__department",
        empty_label=_("all"),
        widget=PlainSelect,
    )
    when = ChoiceFilter(
        label=_("Due on"),
        empty_label=_("within twelve months, or late"),
        choices=list(WHEN.items()),
        method="unchanged",
        widget=PlainSelect,
    )

    def __init__(
        self,
        data: Any,
        queryset: QuerySet[Entitlement],
        *,
        user: User,
        departments: list[Unit],
        on: date,
    ) -> None:
        super().__init__(data, queryset)
        self.user, self.on = user, on
        choices = [(str(unit.pk), unit.display_name) for unit in departments]
        self.filters["department"].extra["choices"] = choices

    @property
    def found(self) -> QuerySet[Entitlement]:
        return self.qs if self.is_valid() else self.queryset.none()

    def filter_queryset(self, queryset: Any) -> Any:
        found = super().filter_queryset(queryset)
        return at_time(found, self.form.cleaned_data["when"] or "", on=self.on)

    def search(self, queryset: Any, name: str, value: str) -> Any:
        return of_people(queryset, value, user=self.user)

    def unchanged(self, queryset: Any, name: str, value: str) -> Any:
        """What is asked by time also narrows a list that nothing was asked of."""
        return queryset


class ReceivedFilter(FilterSet):
    q = CharFilter(label=_("Name, pinyin or initials"), method="search", widget=SEARCH)
    kind = ChoiceFilter(
        label=_("Kind"), empty_label=_("all"), choices=EntitlementKind.choices, widget=PlainSelect
    )
    state = ChoiceFilter(
        label=_("State"),
        empty_label=_("standing"),
        choices=[("void", _("taken back")), ("all", _("all"))],
        method="unchanged",
        widget=PlainSelect,
    )
    document = CharFilter(
        label=_("Document number"),
        lookup_expr="contains",
        widget=forms.TextInput(attrs={"maxlength": 60}),
    )

    def __init__(self, data: Any, queryset: QuerySet[Received], *, user: User) -> None:
        super().__init__(data, queryset)
        self.user = user

    @property
    def found(self) -> QuerySet[Received]:
        return self.qs if self.is_valid() else self.queryset.none()

    def filter_queryset(self, queryset: Any) -> Any:
        found = super().filter_queryset(queryset)
        state = self.form.cleaned_data["state"]
        if state == "all":
            return found
        return found.exclude(voided_at=None) if state == "void" else found.filter(voided_at=None)

    def search(self, queryset: Any, name: str, value: str) -> Any:
        return received_lists.of_people(queryset, value, user=self.user)

    def unchanged(self, queryset: Any, name: str, value: str) -> Any:
        return queryset


class WhatForm(forms.Form):
    """Which kind was received: the fields of the entry follow from that."""

    kind = forms.ChoiceField(label=_("What was received"), choices=EntitlementKind.choices)


class ReceivedForm(forms.Form):
    """What an officer received, for one kind; fields that the kind has no use for are left out."""

    variant = forms.ChoiceField(
        label=_("Which step"), choices=Received.Variant.choices, widget=forms.RadioSelect
    )
    received_on = day_field(
        label=pgettext_lazy("an entitlement", "Received on"),
        validators=[MinValueValidator(EARLIEST, _("Please check the year of this date."))],
        help_text=_("The day it takes effect. The next term is counted from it."),
    )
    period = forms.CharField(max_length=10)
    quantity = forms.DecimalField(
        max_digits=10,
        decimal_places=2,
        min_value=Decimal("0.01"),
        widget=forms.NumberInput(attrs={"step": "any", "min": "0", "inputmode": "decimal"}),
    )
    document = forms.CharField(
        label=_("Document number"),
        max_length=80,
        required=False,
        help_text=_("The document it rests on, if there is one."),
    )

    def __init__(self, *args: Any, kind: str, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        shape = PERIOD_OF[kind]
        if kind != EntitlementKind.WAGE_STEP:
            del self.fields["variant"]
        if shape:
            self.fields["period"].label = _PERIOD_LABELS[shape]
            self.fields["period"].help_text = _PERIOD_HELP[shape]
            self.fields["period"].initial = usual_period(kind, on)
        else:
            del self.fields["period"]
        if kind in MOST:
            self.fields["quantity"].label = _QUANTITY_LABELS[kind]
        else:
            del self.fields["quantity"]
        self.helper = FormHelper()
        self.helper.form_tag = False
        rows = [name for name in ("variant", "received_on") if name in self.fields]
        pair = [Column(name) for name in ("period", "quantity") if name in self.fields]
        self.helper.layout = Layout(*rows, *([Row(*pair)] if pair else []), "document")

    @property
    def facts(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        return {
            "kind": self.kind,
            "variant": cleaned.get("variant", ""),
            "received_on": cleaned["received_on"],
            "period": cleaned.get("period", "").strip(),
            "quantity": cleaned.get("quantity", Decimal(1)),
            "document": " ".join(cleaned["document"].split()),
        }


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("What was wrong?"),
        max_length=200,
        help_text=_("It stays on record, and the officer can read it."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False


class WaiverForm(forms.Form):
    reason = forms.CharField(
        label=_("Why is it not to be given?"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Stored encrypted; read by the officer and by those who keep entitlements."),
    )
    document = forms.CharField(
        label=_("Document number"), max_length=80, help_text=_("The decision it rests on.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
