from datetime import date
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter, ChoiceFilter, FilterSet

from appraisal.models import FigureSheet
from appraisal.services.figure_names import Name
from cadres.forms.officers import PlainSelect
from cadres.models import Officer
from cadres.selectors.officers import searched
from courtparty.accounts.models import Unit, User
from courtparty.jobs.forms import WorkbookForm
from courtparty.lib.words import listed


class FigureFilter(FilterSet):
    """The filters of the figure list. A department out of reach is no choice, and finds nothing."""

    q = CharFilter(
        label=_("Name, pinyin or initials"),
        method="search",
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off", "maxlength": 60}),
    )
    since = ChoiceFilter(
        label=_("From month"),
        empty_label=_("the first"),
        field_name="month",
        lookup_expr="gte",
        widget=PlainSelect,
    )
    until = ChoiceFilter(
        label=_("To month"),
        empty_label=_("the last"),
        field_name="month",
        lookup_expr="lte",
        widget=PlainSelect,
    )
    department = ChoiceFilter(
        label=_("Department"),
        empty_label=_("all"),
        field_name="officer__department",
        widget=PlainSelect,
    )
    state = ChoiceFilter(
        label=_("State"),
        empty_label=_("all"),
        choices=FigureSheet.State.choices,
        widget=PlainSelect,
    )

    def __init__(
        self, data: Any, queryset: Any, *, user: User, months: list[date], departments: list[Unit]
    ) -> None:
        super().__init__(data, queryset)
        self.user = user
        named = [(month.isoformat(), f"{month:%Y-%m}") for month in months]
        self.filters["since"].extra["choices"] = named
        self.filters["until"].extra["choices"] = named
        units = [(str(unit.pk), unit.display_name) for unit in departments]
        self.filters["department"].extra["choices"] = units

    @property
    def found(self) -> Any:
        return self.qs if self.is_valid() else self.queryset.none()

    def search(self, queryset: Any, name: str, value: str) -> Any:
        officers = searched(Officer.objects.all(), value, user=self.user)
        return queryset.filter(officer__in=officers)


class FigureWorkbookForm(WorkbookForm):
    as_of = forms.DateField(
        label=_("As of"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Only for sheets whose titles do not say it (数据截至2026-01-28)."),
    )
    allow_older = forms.BooleanField(
        label=_("Older figures too"),
        required=False,
        help_text=_("Lets figures as of an earlier day replace those stored now."),
    )

    def clean_as_of(self) -> date | None:
        day: date | None = self.cleaned_data["as_of"]
        if day and day > timezone.localdate():
            raise forms.ValidationError(_("This day lies in the future."))
        return day


class DisputeForm(forms.Form):
    reason = forms.CharField(
        label=_("What is wrong?"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "Name the number and what it should be. Read only by those who import the figures; "
            "stored encrypted."
        ),
    )
    source = forms.IntegerField(min_value=1, max_value=2**31 - 1, widget=forms.HiddenInput)

    helper = FormHelper()
    helper.form_tag = False
    helper.layout = Layout("reason", "source")


class SettleForm(forms.Form):
    """One choice for each name; those left open are asked again after the next check."""

    def __init__(
        self, *args: Any, names: list[dict[str, Any]], officers: dict[int, Officer], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.names: dict[str, Name] = {}
        for number, one in enumerate(names):
            field = f"name_{number}"
            offered = [officers[pk] for pk in one["candidates"] if pk in officers]
            same = [officer.pk for officer in offered if officer.name == one["name"]]
            self.names[field] = (one["department"], one["name"], one["occurrence"])
            self.fields[field] = forms.TypedChoiceField(
                label=_label(one),
                choices=[("", _("– not yet –")), *((o.pk, _described(o)) for o in offered)],
                coerce=int,
                empty_value=None,
                required=False,
                # One of the name in the court: very likely the one, still for a person to say.
                initial=same[0] if len(same) == 1 else None,
                help_text=_places(one, offered),
            )
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.layout = Layout(*self.names)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors and not any(cleaned.get(field) for field in self.names):
            raise forms.ValidationError(_("Choose an officer for at least one name."))
        return cleaned

    @property
    def choices(self) -> dict[Name, int]:
        return {
            name: self.cleaned_data[field]
            for field, name in self.names.items()
            if self.cleaned_data[field]
        }


def _label(one: dict[str, Any]) -> str:
    written = f"{one['department']} {one['name']}".strip()
    if one["occurrence"] == 1:
        return written
    return gettext("%(name)s, row number %(nth)s of this name") % {
        "name": written,
        "nth": one["occurrence"],
    }


def _described(officer: Officer) -> str:
    words = [officer.name, officer.department.display_name, officer.title]
    left = gettext("left on %(day)s") % {"day": officer.left_on} if officer.left_on else ""
    return " · ".join(word for word in [*words, left] if word)


def _places(one: dict[str, Any], offered: list[Officer]) -> str:
    if not offered:
        return gettext("Nobody on the roster is like this. Correct the workbook or the roster.")
    shown = [f"{sheet} · {row}" for sheet, row in one["places"][:6]]
    more = " …" if len(one["places"]) > len(shown) else ""
    return gettext("Sheet and row: %(places)s") % {"places": listed(shown) + more}
