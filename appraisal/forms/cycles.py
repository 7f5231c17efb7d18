"""Opening a cycle: kind and months; code and name are proposed when they are left empty."""

import re
from datetime import date
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Layout, Row
from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_filters import CharFilter, ChoiceFilter, FilterSet

from appraisal.models import Cycle
from appraisal.models.cycles import CycleQuerySet
from appraisal.selectors.cycles import by_name_or_code
from cadres.forms.officers import PlainSelect
from courtparty.accounts.models import Unit

_MONTH = re.compile(r"(\d{4})-(\d{1,2})")
_YEARS = range(1949, 2101)


def month_of(text: str) -> date:
    """2026-10 as its first day. Raises ValueError for anything else."""
    match = _MONTH.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"not a month: {text!r}")
    if int(match[1]) not in _YEARS:
        raise ValueError(f"year out of range: {text!r}")
    return date(int(match[1]), int(match[2]), 1)


def month_after(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


class MonthField(forms.CharField):
    """A calendar month, as its first day."""

    widget = forms.TextInput(attrs={"type": "month", "placeholder": "2026-01"})
    default_error_messages = {"invalid": _("Write the month as year and month: 2026-01.")}

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if not text:
            return None
        try:
            return month_of(text)
        except ValueError:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid") from None


class OpenCycleForm(forms.Form):
    court = forms.ModelChoiceField(Unit.objects.none(), label=_("Court"), empty_label=None)
    kind = forms.ChoiceField(label=_("Kind"), choices=Cycle.Kind.choices)
    first = MonthField(label=_("First month"))
    last = MonthField(label=_("Last month"), help_text=_("Included. It must have begun."))
    code = forms.RegexField(
        r"^[A-Za-z0-9-]+$",
        label=_("Code"),
        max_length=40,
        required=False,
        help_text=_("Letters, digits and hyphens. Left empty, kind and period make one."),
    )
    name = forms.CharField(
        label=pgettext_lazy("of a thing", "Name"),
        max_length=80,
        required=False,
        help_text=_("Left empty, kind and period make one."),
    )

    def __init__(self, *args: Any, courts: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.courts = list(courts)
        self.fields["court"].queryset = courts
        months = Row(Column("first"), Column("last"))
        fields = ["court", "kind", months, "code", "name"]
        if len(self.courts) == 1:
            del self.fields["court"]
            fields.remove("court")
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.layout = Layout(*fields)

    def asked(self) -> dict[str, Any]:
        """What was asked for, with the period half open as everything inside has it."""
        data = self.cleaned_data
        return {
            "court": data.get("court") or self.courts[0],
            "kind": data["kind"],
            "start": data["first"],
            "end": month_after(data["last"]),
            "code": data["code"],
            "name": data["name"],
        }


class CycleFilter(FilterSet):
    """Years and courts to choose from are given; a court only where there are several."""

    q = CharFilter(
        label=_("Name or code"),
        method="search",
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off", "maxlength": 60}),
    )
    court = ChoiceFilter(label=_("Court"), empty_label=_("all"), widget=PlainSelect)
    kind = ChoiceFilter(
        label=_("Kind"), empty_label=_("all"), choices=Cycle.Kind.choices, widget=PlainSelect
    )
    state = ChoiceFilter(
        label=_("State"), empty_label=_("all"), choices=Cycle.State.choices, widget=PlainSelect
    )
    year = ChoiceFilter(
        label=_("Year"), field_name="start__year", empty_label=_("all"), widget=PlainSelect
    )

    def __init__(self, data: Any, queryset: CycleQuerySet, *, years: list[int], courts: list[Unit]):
        super().__init__(data, queryset)
        self.filters["year"].extra["choices"] = [(str(year), str(year)) for year in years]
        if len(courts) > 1:
            choices = [(str(court.pk), court.display_name) for court in courts]
            self.filters["court"].extra["choices"] = choices
        else:
            del self.filters["court"]

    @property
    def found(self):
        return self.qs if self.is_valid() else self.queryset.none()

    def search(self, queryset, name, value):
        return by_name_or_code(queryset, value)


class MoveForm(forms.Form):
    """A step of a cycle, from the state the page showed; back only with a reason."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Kept with the step and shown to everybody who sees the cycle."),
    )
    seen = forms.ChoiceField(choices=Cycle.State.choices, widget=forms.HiddenInput)

    def __init__(self, *args: Any, needs_reason: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not needs_reason:
            del self.fields["reason"]
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.layout = Layout(*self.fields)

    @property
    def asked(self) -> dict[str, str]:
        return {"reason": self.cleaned_data.get("reason", ""), "seen": self.cleaned_data["seen"]}
