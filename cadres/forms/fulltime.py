from collections.abc import Iterable
from datetime import date
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Fieldset, Layout, Row
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter, ChoiceFilter, FilterSet

from cadres.forms.approvals import EARLIEST, ApprovalFields, day_field
from cadres.forms.officers import PlainSelect
from cadres.forms.posts import indented
from cadres.fulltime_wording import TITLES
from cadres.models import Breach
from cadres.rules.fulltime import RULES, can_be_excepted, concerns
from cadres.selectors.fulltime import EXCEPTED, STATES, by_unit_or_officer
from cadres.selectors.fulltime_exceptions import ENDED, IN_FORCE, in_state
from courtparty.accounts.models import Unit
from courtparty.lib.dates import ONE_DAY

# No document looks further ahead.
LATEST = date(2099, 12, 31)


def _search() -> CharFilter:
    return CharFilter(
        label=_("Unit, or officer's name, pinyin or initials"),
        method="search",
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off", "maxlength": 60}),
    )


def _one_of(label: Any, choices: list[tuple[str, Any]], method: str | None = None) -> ChoiceFilter:
    return ChoiceFilter(
        label=label, empty_label=_("all"), choices=choices, method=method, widget=PlainSelect
    )


class _UnitFilter(FilterSet):
    """``units``: those the reader may filter by; one that is out of reach is no choice."""

    def __init__(self, data: Any, queryset: QuerySet, *, units: Iterable[Unit]):
        super().__init__(data, queryset)
        self.units = {str(unit.pk): unit for unit in units}
        choices = [(pk, indented(unit)) for pk, unit in self.units.items()]
        self.filters["unit"].extra["choices"] = choices

    @property
    def found(self):
        return self.qs if self.is_valid() else self.queryset.none()

    def search(self, queryset, name, value):
        return by_unit_or_officer(queryset, value)

    def inside(self, queryset, name, value):
        return queryset.filter(unit__path__startswith=self.units[value].path)


class FindingFilter(_UnitFilter):
    q = _search()
    unit = _one_of(_("Unit and below"), [], "inside")
    code = _one_of(_("Finding"), list(TITLES.items()))
    state = _one_of(_("State"), list(STATES.items()), "in_state")

    def in_state(self, queryset, name, value):
        if value == EXCEPTED:
            return queryset.exclude(exception=None)
        return queryset.filter(exception=None, weight=value)


class ExceptionFilter(_UnitFilter):
    q = _search()
    unit = _one_of(_("Unit and below"), [], "inside")
    code = _one_of(_("Finding"), [(code, TITLES[code]) for code in RULES if can_be_excepted(code)])
    state = ChoiceFilter(
        label=_("State"),
        empty_label=_("in force or to come"),
        choices=[(ENDED, _("ended")), ("all", _("all"))],
        method="in_state",
        widget=PlainSelect,
    )

    def __init__(self, data: Any, queryset: QuerySet, *, units: Iterable[Unit], on: date):
        super().__init__(data, queryset, units=units)
        self.on = on

    def filter_queryset(self, queryset):
        found = super().filter_queryset(queryset)
        return found if self.form.cleaned_data["state"] else in_state(found, IN_FORCE, on=self.on)

    def in_state(self, queryset, name, value):
        return queryset if value == "all" else in_state(queryset, value, on=self.on)


class _DaysForm(forms.Form):
    """Days a person names: plausible years, and the last day instead of the first without."""

    def clean_starts_on(self) -> date:
        return _plausible(self.cleaned_data["starts_on"])

    def clean_last_day(self) -> date | None:
        day = self.cleaned_data["last_day"]
        return _plausible(day) if day else None

    @property
    def ends_on(self) -> date | None:
        """The first day without the exception."""
        last_day = self.cleaned_data["last_day"]
        return last_day + ONE_DAY if last_day else None


def _plausible(day: date) -> date:
    if not EARLIEST <= day <= LATEST:
        raise forms.ValidationError(_("Please check the year of this date."))
    return day


class ExceptionForm(_DaysForm, ApprovalFields):
    """An exception with its document; for a finding, ``breach``, it is known from what."""

    approval_legend = _("The document that approves it")

    unit = forms.ModelChoiceField(
        Unit.objects.none(), label=_("Party organisation"), empty_label="—"
    )
    code = forms.ChoiceField(
        label=_("Finding"),
        choices=[("", "—"), *((code, TITLES[code]) for code in RULES if can_be_excepted(code))],
    )
    starts_on = day_field(label=_("In force from"))
    last_day = day_field(
        label=_("Last day"),
        required=False,
        help_text=_("Leave empty if the document names no end."),
    )
    note = forms.CharField(label=_("Note"), max_length=200, required=False)

    def __init__(
        self, *args: Any, units: Iterable[Unit], breach: Breach | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.breach = breach
        names = ["starts_on", "last_day"]
        what: list[Any] = [Row(*(Column(name, css_class="col-md-6") for name in names)), "note"]
        if breach:
            del self.fields["unit"], self.fields["code"]
        else:
            ids = [unit.pk for unit in units]
            self.fields["unit"].queryset = Unit.objects.filter(pk__in=ids).order_by("path")
            self.fields["unit"].label_from_instance = indented
            what = ["unit", "code", *what]
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.layout = Layout(Fieldset(_("What is allowed"), *what), self.approval_fieldset())

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        starts_on, last_day = cleaned.get("starts_on"), cleaned.get("last_day")
        if starts_on and last_day and last_day < starts_on:
            self.add_error("last_day", _("The last day lies before the first."))
        unit, code = cleaned.get("unit"), cleaned.get("code")
        if unit and code and not concerns(code, unit.kind):
            text = _("This rule does not concern a unit of this kind: %(kind)s.")
            params = {"kind": unit.get_kind_display()}
            self.add_error("code", forms.ValidationError(text, params=params))
        return cleaned

    def asked(self) -> dict[str, Any]:
        """What ``record_exception`` takes."""
        cleaned, breach = self.cleaned_data, self.breach
        return {
            "unit": breach.unit if breach else cleaned["unit"],
            "code": breach.code if breach else cleaned["code"],
            "officer": breach.officer if breach else None,
            "approval": self.approval,
            "starts_on": cleaned["starts_on"],
            "ends_on": self.ends_on,
            "note": cleaned["note"],
        }


class ExceptionEndForm(_DaysForm):
    last_day = day_field(
        label=_("New last day"),
        help_text=_("From the day after, what it excuses counts again."),
    )
    # The end the person has before them: another one by now means that somebody was faster.
    seen_end = forms.DateField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False

    def asked(self) -> dict[str, Any]:
        return {"seen_end": self.cleaned_data["seen_end"], "ends_on": self.ends_on}
