from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Fieldset, Layout, Row
from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_filters import CharFilter, ChoiceFilter, FilterSet

from cadres.forms.approvals import day_field
from cadres.forms.officers import PlainSelect
from cadres.models import Officer
from cadres.models.officers import OfficerQuerySet
from cadres.selectors.officers import searched
from cadres.selectors.readers import READ_REASONS
from courtparty.accounts.models import Unit, User
from retention.forms.checkup_results import TEXT_LIMIT, ReportField, VitalsForm
from retention.forms.days import coming_day_field
from retention.models import FollowUp, HealthEntry
from retention.rules.vitals import VITALS
from retention.selectors.health_list import narrowed
from retention.selectors.health_values import label_with_unit
from retention.services.health_reading import STEWARD_REASONS

NEEDS = [
    ("follow_up_due", _("follow-up due")),
    ("follow_up", _("follow-up planned")),
    ("recheck_due", _("re-check due")),
    ("recheck", _("re-check planned")),
    ("result", _("check-up done, no result entered")),
    ("correction", _("correction asked for")),
    ("never", _("no check-up on record")),
]


class HealthFilter(FilterSet):
    q = CharFilter(
        label=_("Name, pinyin or initials"),
        method="search",
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off", "maxlength": 60}),
    )
    need = ChoiceFilter(
        label=_("What waits"),
        empty_label=_("all"),
        choices=NEEDS,
        method="by_need",
        widget=PlainSelect,
    )
    department = ChoiceFilter(label=_("Department"), empty_label=_("all"), widget=PlainSelect)
    service = ChoiceFilter(
        label=_("Service"),
        empty_label=_("in service"),
        choices=[("left", _("left")), ("all", _("in service and left"))],
        method="in_or_left",
        widget=PlainSelect,
    )

    def __init__(self, data, queryset: OfficerQuerySet, *, user: User, departments, on):
        super().__init__(data, queryset)
        self.user, self.on = user, on
        choices = [(str(unit.pk), unit.display_name) for unit in departments]
        self.filters["department"].extra["choices"] = choices

    @property
    def found(self) -> OfficerQuerySet:
        return self.qs if self.is_valid() else self.queryset.none()

    def filter_queryset(self, queryset):
        found = super().filter_queryset(queryset)
        return found if self.form.cleaned_data["service"] else found.in_service()

    def search(self, queryset, name, value):
        return searched(queryset, value, user=self.user)

    def by_need(self, queryset, name, value):
        return narrowed(queryset, value, on=self.on)

    def in_or_left(self, queryset, name, value):
        return queryset.exclude(left_on=None) if value == "left" else queryset


class FollowUpFilter(FilterSet):
    q = CharFilter(
        label=_("Name"),
        field_name="health_file__officer__name",
        lookup_expr="contains",
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off", "maxlength": 60}),
    )
    kind = ChoiceFilter(
        label=_("Item"), empty_label=_("all"), choices=FollowUp.Kind.choices, widget=PlainSelect
    )
    state = ChoiceFilter(
        label=_("State"),
        empty_label=_("to do"),
        choices=[
            ("late", _("overdue")),
            (FollowUp.State.DONE, FollowUp.State.DONE.label),
            (FollowUp.State.DROPPED, FollowUp.State.DROPPED.label),
            ("all", _("all")),
        ],
        method="in_state",
        widget=PlainSelect,
    )

    def __init__(self, data, queryset, *, on):
        super().__init__(data, queryset)
        self.on = on

    @property
    def found(self):
        return self.qs if self.is_valid() else self.queryset.none()

    def filter_queryset(self, queryset):
        found = super().filter_queryset(queryset)
        return found if self.form.cleaned_data["state"] else found.waiting()

    def in_state(self, queryset, name, value):
        if value == "late":
            return queryset.waiting().filter(due_on__lt=self.on)
        return queryset if value == "all" else queryset.filter(state=value)


class OpenForm(forms.Form):
    """Why a health file is opened: its officer will read the answer."""

    reason = forms.ChoiceField(
        label=_("Why do you open it?"),
        choices=[("", "—"), *((code, READ_REASONS[code]) for code in STEWARD_REASONS)],
    )


class FollowUpForm(forms.Form):
    kind = forms.ChoiceField(label=_("Item"), choices=FollowUp.Kind.choices)
    due_on = coming_day_field(label=_("Due on"))
    note = forms.CharField(
        label=_("Note"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Stored encrypted. The officer reads it in the own health file."),
    )

    helper = FormHelper()
    helper.form_tag = False
    helper.layout = Layout(
        Row(Column("kind", css_class="col-md-6"), Column("due_on", css_class="col-md-6")), "note"
    )


class CloseFollowUpForm(forms.Form):
    state = forms.ChoiceField(
        label=_("State"),
        choices=[
            (FollowUp.State.DONE, FollowUp.State.DONE.label),
            (FollowUp.State.DROPPED, FollowUp.State.DROPPED.label),
        ],
    )
    outcome = forms.CharField(
        label=_("What came of it"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Stored encrypted. The officer reads it in the own health file."),
    )


class DueForm(forms.Form):
    due_on = coming_day_field(label=_("Due on"))


class DeclineForm(forms.Form):
    answer = forms.CharField(
        label=_("Answer to the officer"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )


# -- the officer's own --------------------------------------------------------------------------


class EntryForm(VitalsForm):
    """An own entry; values are read for a measurement only."""

    kind = forms.ChoiceField(label=_("Kind"), choices=HealthEntry.Kind.choices)
    on = day_field(
        label=_("Since or on"),
        required=False,
        help_text=_("The day of a measurement, or since when you have or take it."),
    )
    text = forms.CharField(
        label=_("Item"),
        max_length=TEXT_LIMIT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "For instance the medicine and its dose, or name and telephone of whom to call."
        ),
    )
    file = ReportField(required=False, label=_("File"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.layout = Layout(
            Row(Column("kind", css_class="col-md-6"), Column("on", css_class="col-md-6")),
            "text",
            "file",
            *self.value_rows(),
        )

    @property
    def facts(self) -> dict[str, Any]:
        names = ("kind", "on", "text", "file")
        return {name: self.cleaned_data[name] for name in names} | {"vitals": self.vitals}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        is_measured = cleaned.get("kind") == HealthEntry.Kind.MEASUREMENT
        if self.vitals and not is_measured:
            text = _("Values belong to an own measurement: choose that kind, or empty the values.")
            self.add_error("kind", text)
        return cleaned


class AskForm(forms.Form):
    proposed = forms.CharField(
        label=_("The result should read"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Name the value or sentence and what it should be. Stored encrypted."),
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("For instance where the right value can be seen."),
    )


# -- reference ranges ---------------------------------------------------------------------------


class RangeForm(forms.Form):
    code = forms.ChoiceField(label=_("Value"))
    sex = forms.ChoiceField(
        label=pgettext_lazy("a range", "For"),
        required=False,
        choices=[("", _("everybody")), *Officer.Sex.choices],
    )
    low = forms.DecimalField(label=_("From"), required=False, max_digits=7, decimal_places=2)
    high = forms.DecimalField(label=_("Up to"), required=False, max_digits=7, decimal_places=2)
    source = forms.CharField(
        label=_("Source"),
        max_length=200,
        help_text=_("For instance “Report of the county hospital, 2026”."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].choices = [(code, label_with_unit(code)) for code in VITALS]
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.layout = Layout(
            Fieldset(
                "",
                Row(Column("code", css_class="col-md-8"), Column("sex", css_class="col-md-4")),
                Row(Column("low", css_class="col-md-6"), Column("high", css_class="col-md-6")),
                "source",
            )
        )


def court_of(data: Any, courts: list[Unit]) -> Unit | None:
    """The court a page is for: the one asked for, or the first of those one may choose from."""
    chosen = data.get("court", "")
    return next((one for one in courts if chosen in ("", str(one.pk))), None)
