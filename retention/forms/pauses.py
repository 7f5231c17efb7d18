from datetime import timedelta
from typing import Any

from crispy_forms.layout import Column, Row
from django import forms
from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter, ChoiceFilter, FilterSet

from cadres.forms.appointments import SEARCH, DayField, after, plain_helper
from cadres.forms.officers import PlainSelect
from cadres.models import Officer
from cadres.selectors.officers import Reach
from courtparty.accounts.models import Unit
from retention.models import AssignmentPause
from retention.models.pauses import AssignmentPauseQuerySet
from retention.rules.caseload import LONGEST_DAYS
from retention.selectors.pauses import searched, standing_at

AHEAD = timedelta(days=2 * LONGEST_DAYS)
PHASES = [
    ("suggested", _("suggested")),
    ("running", _("running")),
    ("planned", _("planned")),
    ("over", _("over")),
    ("closed", _("declined, called off or lapsed")),
]
FACTS = [
    (one.value, one.label)
    for one in (
        AssignmentPause.Basis.LEAVE,
        AssignmentPause.Basis.SICKNESS,
        AssignmentPause.Basis.TRAINING,
        AssignmentPause.Basis.CASELOAD,
    )
]


class PauseFilter(FilterSet):
    q = CharFilter(
        label=_("Name, pinyin or initials"), method="search", widget=forms.TextInput(attrs=SEARCH)
    )
    unit = ChoiceFilter(
        label=_("Department"),
        field_name="officer__department",
        empty_label=_("all"),
        widget=PlainSelect,
    )
    phase = ChoiceFilter(
        label=_("State"),
        empty_label=_("all"),
        choices=PHASES,
        method="by_phase",
        widget=PlainSelect,
    )
    basis = ChoiceFilter(
        label=_("Reason"),
        empty_label=_("all"),
        choices=AssignmentPause.Basis.choices,
        widget=PlainSelect,
    )

    def __init__(self, data, queryset: AssignmentPauseQuerySet, *, units: list[Unit], on):
        super().__init__(data, queryset)
        self.on = on
        self.filters["unit"].extra["choices"] = [(str(one.pk), one.display_name) for one in units]

    @property
    def found(self) -> AssignmentPauseQuerySet:
        return self.qs if self.is_valid() else self.queryset.none()

    def search(self, queryset, name, value):
        return searched(queryset, value)

    def by_phase(self, queryset, name, value):
        return standing_at(queryset, value, on=self.on)


class LoadFilter(forms.Form):
    """The caseload page: search and filters over lines that are computed, not stored."""

    q = forms.CharField(
        label=_("Name, pinyin or initials"), required=False, widget=forms.TextInput(attrs=SEARCH)
    )
    unit = forms.ChoiceField(label=_("Department"), required=False, widget=PlainSelect)
    only = forms.ChoiceField(
        label=_("Only"),
        required=False,
        widget=PlainSelect,
        choices=[
            ("", _("all")),
            ("over", _("pause suggested by the rule")),
            ("suggested", _("waiting for the head")),
            ("paused", _("paused today")),
        ],
    )

    def __init__(self, data: Any, *, reach: Reach) -> None:
        super().__init__(data)
        units = [(str(unit.pk), unit.display_name) for unit in reach.departments]
        self.fields["unit"].choices = [("", _("all")), *units]

    @property
    def facts(self) -> dict[str, str]:
        cleaned = self.cleaned_data if self.is_valid() else {}
        return {
            "text": cleaned.get("q", ""),
            "department": cleaned.get("unit", ""),
            "only": cleaned.get("only", ""),
        }


class DaysFields(forms.Form):
    start = DayField(label=_("First day of the pause"), ahead=AHEAD)
    last_day = DayField(
        label=_("Last day of the pause"),
        ahead=AHEAD,
        help_text=_("On the day after it new cases are assigned again, by itself."),
    )
    reason = forms.CharField(
        label=_("Remark"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Kept encrypted; the officer reads it. No findings of health here."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        start, last = cleaned.get("start"), cleaned.get("last_day")
        if start and last and last < start:
            self.add_error("last_day", _("The last day comes before the first one."))
        return cleaned

    @property
    def days(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        return {
            "start": cleaned["start"],
            "end": after(cleaned["last_day"]),
            "reason": cleaned["reason"],
        }


def _days_row() -> Row:
    return Row(Column("start", css_class="col-md-6"), Column("last_day", css_class="col-md-6"))


class ApproveForm(DaysFields):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = plain_helper(_days_row(), "reason")

    @property
    def facts(self) -> dict[str, Any]:
        return self.days


class OrderForm(DaysFields):
    officer_id = forms.TypedChoiceField(label=_("Judge"), coerce=int)
    basis = forms.ChoiceField(
        label=_("Reason"),
        choices=FACTS,
        help_text=_("A fact you know of. Figures suggest a pause by themselves."),
    )

    def __init__(self, *args: Any, judges: list[Officer], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["officer_id"].choices = [
            ("", "—"),
            *((str(one.pk), f"{one.name} · {one.department.display_name}") for one in judges),
        ]
        self.helper = plain_helper("officer_id", "basis", _days_row(), "reason")

    @property
    def facts(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        return {**self.days, "officer_id": cleaned["officer_id"], "basis": cleaned["basis"]}


class DeclineForm(forms.Form):
    reason = forms.CharField(
        label=_("Why there is no pause"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Kept encrypted with the figures that had fired."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = plain_helper("reason")

    @property
    def facts(self) -> dict[str, Any]:
        return self.cleaned_data


class EndForm(forms.Form):
    end = DayField(
        label=_("New cases again from"),
        ahead=AHEAD,
        help_text=_("A pause that has not begun by then is called off."),
    )
    reason = forms.CharField(
        label=_("Reason"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = plain_helper("end", "reason")

    @property
    def facts(self) -> dict[str, Any]:
        return self.cleaned_data
