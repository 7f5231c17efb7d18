from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Layout, Row
from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_filters import CharFilter, ChoiceFilter, FilterSet

from cadres.forms.approvals import day_field
from cadres.forms.officers import PlainSelect
from cadres.models import Officer
from courtparty.accounts.models import Unit
from retention.forms.days import coming_day_field
from retention.forms.leave import ONE_DAY, PlainForm, days_row
from retention.models import LeaveKind, Overtime
from retention.models.overtime import OvertimeQuerySet
from retention.selectors.leave_levels import overtime_awaiting


class OfficerChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name} · {obj.department.display_name}"


class PlanForm(PlainForm):
    start = coming_day_field(label=_("First day"))
    last = coming_day_field(label=_("Last day"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper.layout = Layout(days_row())

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        start, last = cleaned.get("start"), cleaned.get("last")
        if start and last and last < start:
            self.add_error("last", _("The last day lies before the first one."))
        return cleaned

    @property
    def facts(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {"start": data["start"], "end": data["last"] + ONE_DAY}


class OvertimeForm(PlainForm):
    """Of ``officers`` one is chosen; without them it is the reader's own."""

    officer = OfficerChoice(label=_("Officer"), queryset=Officer.objects.none())
    day = day_field(label=_("Day"))
    hours = forms.DecimalField(
        label=_("Hours"),
        min_value=0,
        max_value=24,
        max_digits=4,
        decimal_places=1,
        help_text=_("Beyond the working time of that day, to the half hour if you like: 2.5."),
    )
    work = forms.CharField(
        label=_("What was done"),
        max_length=120,
        help_text=_("For instance: duty, enforcement at night. No case number, no name."),
    )

    def __init__(self, *args: Any, officers: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        row = Row(Column("day", css_class="col-md-6"), Column("hours", css_class="col-md-6"))
        if officers is None:
            del self.fields["officer"]
            self.helper.layout = Layout(row, "work")
        else:
            self.fields["officer"].queryset = officers
            self.helper.layout = Layout("officer", row, "work")

    def clean_hours(self):
        hours = self.cleaned_data["hours"]
        if hours == 0:
            raise forms.ValidationError(_("Enter more than no hours."))
        return hours


class AnswerForm(PlainForm):
    answer = forms.CharField(
        label=_("Why"),
        max_length=200,
        help_text=_("The officer reads it, so that it can be entered correctly."),
    )


class OvertimeFilter(FilterSet):
    MINE = "mine"

    q = CharFilter(
        label=_("Name, pinyin or initials"),
        method="search",
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off", "maxlength": 60}),
    )
    waiting = ChoiceFilter(
        label=_("Waiting"),
        empty_label=_("all"),
        choices=[(MINE, _("for me"))],
        method="by_waiting",
        widget=PlainSelect,
    )
    state = ChoiceFilter(
        label=_("State"),
        empty_label=_("all"),
        choices=Overtime.State.choices,
        widget=PlainSelect,
    )
    department = ChoiceFilter(
        label=_("Department"),
        empty_label=_("all"),
        field_name="officer__department",
        widget=PlainSelect,
    )

    def __init__(self, data, queryset: OvertimeQuerySet, *, units: list[Unit], user):
        super().__init__(data, queryset)
        self.user = user
        choices = [(str(one.pk), one.display_name) for one in units]
        self.filters["department"].extra["choices"] = choices

    @property
    def found(self) -> OvertimeQuerySet:
        return self.qs if self.is_valid() else self.queryset.none()

    def search(self, queryset, name, value):
        text = value.strip()
        by_letters = queryset.filter(officer__pinyin__startswith=text.lower())
        by_letters |= queryset.filter(officer__initials__startswith=text.lower())
        return by_letters | queryset.filter(officer__name__contains=text)

    def by_waiting(self, queryset, name, value):
        return queryset.filter(pk__in=overtime_awaiting(self.user).values("pk"))


class AccountFilter(forms.Form):
    """The filters of the accounts, over figures that are computed."""

    LEFT, UNPLANNED = "left", "unplanned"

    year = forms.TypedChoiceField(
        label=pgettext_lazy("of leave", "Year"), coerce=int, required=False, widget=PlainSelect
    )
    q = forms.CharField(
        label=_("Name, pinyin or initials"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    department = forms.TypedChoiceField(
        label=_("Department"), coerce=int, required=False, empty_value=None, widget=PlainSelect
    )
    show = forms.ChoiceField(
        label=_("Show"),
        required=False,
        choices=[
            ("", _("all")),
            (LEFT, _("with days left")),
            (UNPLANNED, _("with days without plan")),
        ],
        widget=PlainSelect,
    )

    def __init__(self, data: Any, *, units: list[Unit], years: list[int]) -> None:
        super().__init__(data)
        self.fields["department"].choices = [
            ("", _("all")),
            *((str(one.pk), one.display_name) for one in units),
        ]
        self.fields["year"].choices = [(str(one), str(one)) for one in years]
        self.fields["year"].empty_value = None
        self.fallback = years[0]

    @property
    def form(self) -> "AccountFilter":
        return self

    @property
    def wanted(self) -> dict[str, Any]:
        return self.cleaned_data if self.is_valid() else {}

    @property
    def chosen_year(self) -> int:
        return self.wanted.get("year") or self.fallback


class AdjustmentForm(PlainForm):
    days = forms.IntegerField(
        label=_("Days"),
        min_value=-30,
        max_value=30,
        help_text=_("Above zero: added, below zero: taken away."),
    )
    reason = forms.CharField(
        label=_("Reason"), max_length=200, help_text=_("The officer reads it.")
    )

    def clean_days(self) -> int:
        days = self.cleaned_data["days"]
        if days == 0:
            raise forms.ValidationError(_("Zero changes nothing."))
        return days


class CarryForm(PlainForm):
    days = forms.IntegerField(label=_("Days"), min_value=1, max_value=60)
    reason = forms.CharField(
        label=_("Why the work makes it necessary"),
        max_length=200,
        help_text=_("The law lets leave go on into the next year only for the sake of the work."),
    )


class CarryAnswerForm(PlainForm):
    AGREE, DECLINE = "agree", "decline"

    answer = forms.ChoiceField(
        label=_("Your answer"),
        choices=[(AGREE, _("I agree")), (DECLINE, _("I do not agree"))],
        widget=forms.RadioSelect,
    )
    words = forms.CharField(
        label=_("In your words"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Needed when you agree. Kept encrypted."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        agrees = cleaned.get("answer") == self.AGREE
        if agrees and not (cleaned.get("words") or "").strip():
            self.add_error("words", _("Say in a few words that you agree."))
        return cleaned


class RoundForm(PlainForm):
    year = forms.TypedChoiceField(label=pgettext_lazy("of leave", "Year"), coerce=int)
    ends_on = coming_day_field(label=_("To be planned until"))

    def __init__(self, *args: Any, years: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["year"].choices = [(one, str(one)) for one in years]


class KindForm(forms.ModelForm):
    class Meta:
        model = LeaveKind
        fields = ["counts", "days", "is_paid", "is_active", "certainty", "source", "note"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False


class LimitForm(PlainForm):
    unit = forms.TypedChoiceField(label=_("Department or court"))
    percent = forms.IntegerField(
        label=_("Percent away at once at most"),
        min_value=1,
        max_value=100,
        required=False,
        help_text=_("Empty: the court's limit again."),
    )

    def __init__(self, *args: Any, units: list[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        by_pk = {str(one.pk): one for one in units}
        self.fields["unit"].choices = [(pk, one.display_name) for pk, one in by_pk.items()]
        self.fields["unit"].coerce = by_pk.get


class PairForm(PlainForm):
    first = OfficerChoice(label=_("Officer"), queryset=Officer.objects.none())
    second = OfficerChoice(label=_("Stands in"), queryset=Officer.objects.none())
    note = forms.CharField(label=_("For which work"), max_length=60, required=False)

    def __init__(self, *args: Any, officers: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("first", "second"):
            self.fields[name].queryset = officers
