from datetime import date
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter, ChoiceFilter, FilterSet

from cadres.forms.approvals import day_field
from cadres.forms.officers import PlainSelect
from cadres.models import AllowanceLine, AllowanceRun
from cadres.models.allowances import AllowanceLineQuerySet, AllowanceRunQuerySet
from cadres.selectors.allowance_changes import WHAT
from cadres.selectors.allowances import of_officers
from courtparty.accounts.models import Unit, User

# Nothing is known of allowances before; an earlier year is a slip of the finger.
EARLIEST = date(2000, 1, 1)
_SEARCH = {"type": "search", "autocomplete": "off", "maxlength": 60}


class _Found(FilterSet):
    @property
    def found(self):
        return self.qs if self.is_valid() else self.queryset.none()


class RunFilter(_Found):
    """Years and courts to choose from are given; a court only where there are several."""

    court = ChoiceFilter(label=_("Court"), empty_label=_("all"), widget=PlainSelect)
    year = ChoiceFilter(
        label=_("Year"), field_name="month__year", empty_label=_("all"), widget=PlainSelect
    )
    state = ChoiceFilter(
        label=_("State"),
        empty_label=_("all but discarded"),
        choices=AllowanceRun.State.choices,
        widget=PlainSelect,
    )

    def __init__(
        self, data, queryset: AllowanceRunQuerySet, *, courts: list[Unit], years: list[int]
    ):
        super().__init__(data, queryset)
        self.filters["year"].extra["choices"] = [(str(year), str(year)) for year in years]
        if len(courts) > 1:
            choices = [(str(court.pk), court.display_name) for court in courts]
            self.filters["court"].extra["choices"] = choices
        else:
            del self.filters["court"]

    def filter_queryset(self, queryset):
        found = super().filter_queryset(queryset)
        return found if self.form.cleaned_data["state"] else found.standing()


class LineFilter(_Found):
    q = CharFilter(
        label=_("Name, pinyin or initials"),
        method="search",
        widget=forms.TextInput(attrs=_SEARCH),
    )
    kind = ChoiceFilter(
        label=_("Kind of line"),
        empty_label=_("all"),
        choices=AllowanceLine.Kind.choices,
        widget=PlainSelect,
    )
    department = ChoiceFilter(
        label=_("Department"),
        field_name="officer__department",
        empty_label=_("all"),
        widget=PlainSelect,
    )

    def __init__(
        self,
        data,
        queryset: AllowanceLineQuerySet,
        *,
        user: User,
        departments: list[tuple[str, str]],
    ):
        super().__init__(data, queryset)
        self.user = user
        self.filters["department"].extra["choices"] = departments

    def search(self, queryset, name, value):
        return of_officers(queryset, value, user=self.user)


class ChangeFilter(forms.Form):
    """Narrows the officers whose allowance differs; what is no choice narrows nothing."""

    q = forms.CharField(
        label=_("Name, pinyin or initials"),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs=_SEARCH),
    )
    what = forms.ChoiceField(
        label=_("Change"),
        required=False,
        choices=[("", _("all")), *WHAT.items()],
        widget=PlainSelect,
    )

    @property
    def narrowed(self) -> dict[str, str]:
        cleaned = self.cleaned_data if self.is_valid() else {}
        return {"what": cleaned.get("what", ""), "text": cleaned.get("q", "")}


class MonthInput(forms.DateInput):
    input_type = "month"

    def __init__(self) -> None:
        super().__init__(attrs={"placeholder": "2026-01"}, format="%Y-%m")


class DraftForm(forms.Form):
    """Which month to compute; the court is asked for only where there are several."""

    court = forms.ModelChoiceField(Unit.objects.none(), label=_("Court"), empty_label=None)
    month = forms.DateField(
        label=_("Month"),
        input_formats=["%Y-%m"],
        widget=MonthInput(),
        error_messages={"invalid": _("Write the month as year and month: 2026-01.")},
        help_text=_(
            "A month is computed from the appointments and standards on record. A draft that is "
            "there already is computed again."
        ),
    )

    def __init__(self, *args: Any, courts: QuerySet[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.courts = list(courts)
        self.fields["court"].queryset = courts
        if len(self.courts) == 1:
            del self.fields["court"]
        self.helper = FormHelper()
        self.helper.form_tag = False

    def clean_month(self) -> date:
        month = self.cleaned_data["month"]
        if month < EARLIEST:
            raise forms.ValidationError(_("Please check the year of this month."))
        return month

    def asked(self) -> dict[str, Unit | date]:
        cleaned = self.cleaned_data
        return {"court": cleaned.get("court") or self.courts[0], "month": cleaned["month"]}


class DecisionForm(forms.Form):
    """What was shown is what is decided: a run computed anew meanwhile has another fingerprint."""

    fingerprint = forms.CharField(
        max_length=64,
        widget=forms.HiddenInput(),
        error_messages={"required": _("Open this page again: it has to show what is decided.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.layout = Layout(*self.fields)


class ReturnForm(DecisionForm):
    reason = forms.CharField(
        label=_("What has to be put right?"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Who made the run reads it."),
    )


class PayForm(DecisionForm):
    on = day_field(
        label=_("Paid on"), help_text=_("The day finance made the payment, not a later one.")
    )
    voucher = forms.CharField(
        label=_("Voucher number"),
        max_length=40,
        required=False,
        help_text=_("Of the bookkeeping voucher, if there is one yet."),
    )
