"""Choosing and deciding about the people of a cycle."""

from datetime import date
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from appraisal.models import Cycle, Result
from appraisal.models.index_sets import STAFF_CLASS_CHOICES
from appraisal.selectors.cycle_people import UNCOMPUTED, Narrowing
from cadres.forms.officers import PlainSelect
from cadres.models import Officer
from courtparty.accounts.models import Unit
from courtparty.lib.dates import Period

_SEARCH = {"type": "search", "autocomplete": "off", "maxlength": 60}
STATES = [*Result.State.choices, (UNCOMPUTED, _("not computed"))]


def choice_of(label: Any, choices: list[tuple[Any, Any]]) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, required=False, choices=[("", _("all")), *choices], widget=PlainSelect
    )


class ParticipantFilter(forms.Form):
    """Narrows the people of a cycle; what is no choice narrows nothing."""

    q = forms.CharField(
        label=_("Name, pinyin or initials"),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs=_SEARCH),
    )
    function = choice_of(_("Function"), Unit.Function.choices)
    staff_class = choice_of(_("Staff class"), STAFF_CLASS_CHOICES)
    state = choice_of(_("Result"), STATES)
    show = forms.CharField(required=False, widget=forms.HiddenInput)

    @property
    def narrowed(self) -> Narrowing:
        cleaned = self.cleaned_data if self.is_valid() else {}
        return Narrowing(
            text=cleaned.get("q", ""),
            function=cleaned.get("function", ""),
            staff_class=cleaned.get("staff_class", ""),
            state=cleaned.get("state", ""),
        )


class LeaveOutForm(forms.Form):
    document = forms.CharField(
        label=_("Decision or document"),
        max_length=200,
        help_text=_("For instance the minutes by date and number. It is shown with the name."),
    )

    helper = FormHelper()
    helper.form_tag = False
    helper.layout = Layout("document")


class OfficerField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name} · {obj.department.display_name}"


class AddOfficerForm(forms.Form):
    officer = OfficerField(
        Officer.objects.none(),
        label=_("Officer"),
        help_text=_("Officers of the court's roster who are not in the cycle yet."),
    )

    def __init__(self, *args: Any, officers: QuerySet[Officer], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["officer"].queryset = officers
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.layout = Layout("officer")


class MonthsForm(forms.Form):
    """The months of a cycle in which somebody was in post, with why they differ."""

    months = forms.MultipleChoiceField(
        label=_("Months in post"), widget=forms.CheckboxSelectMultiple
    )
    reason = forms.CharField(
        label=_("Why they are corrected"),
        max_length=200,
        help_text=_("Kept in the log. Nothing about anybody's health belongs here."),
    )

    def __init__(self, *args: Any, cycle: Cycle, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        months = [f"{month:%Y-%m}" for month in Period(cycle.start, cycle.end).months()]
        self.fields["months"].choices = [(month, month) for month in months]
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.layout = Layout("months", "reason")

    @property
    def chosen(self) -> list[date]:
        return [date.fromisoformat(f"{month}-01") for month in self.cleaned_data["months"]]
