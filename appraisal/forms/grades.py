"""Narrowing the list of grades, and recording what the committee decided."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from appraisal.forms.participants import choice_of
from appraisal.models.index_sets import STAFF_CLASS_CHOICES
from appraisal.models.results import GRADE_CHOICES
from appraisal.selectors.grade_lists import DECIDED, DIFFERS, UNDECIDED, GradeNarrowing
from courtparty.accounts.models import Unit

_SEARCH = {"type": "search", "autocomplete": "off", "maxlength": 60}
DECISIONS = [
    (UNDECIDED, _("undecided")),
    (DECIDED, _("decided")),
    (DIFFERS, _("differs from the proposal")),
]
MINUTES_HELP = _("For instance the committee's minutes by date and number.")


def _layout(*fields: str) -> FormHelper:
    helper = FormHelper()
    helper.form_tag = False
    helper.layout = Layout(*fields)
    return helper


class GradeFilter(forms.Form):
    """Narrows the grades of a cycle; what is no choice narrows nothing."""

    q = forms.CharField(
        label=_("Name, pinyin or initials"),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs=_SEARCH),
    )
    function = choice_of(_("Function"), Unit.Function.choices)
    staff_class = choice_of(_("Staff class"), STAFF_CLASS_CHOICES)
    department = choice_of(_("Department"), [])
    proposed = choice_of(_("Proposed"), GRADE_CHOICES)
    decision = choice_of(_("Decision"), DECISIONS)

    def __init__(self, *args: Any, departments: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"].choices = [("", _("all")), *departments]

    @property
    def narrowed(self) -> GradeNarrowing:
        cleaned = self.cleaned_data if self.is_valid() else {}
        return GradeNarrowing(
            text=cleaned.get("q", ""),
            function=cleaned.get("function", ""),
            staff_class=cleaned.get("staff_class", ""),
            department=cleaned.get("department", ""),
            proposed=cleaned.get("proposed", ""),
            decision=cleaned.get("decision", ""),
        )


class DecideGradeForm(forms.Form):
    """The committee's grade for one; the service asks for a note where it differs."""

    decided = forms.ChoiceField(
        label=_("Grade decided"), choices=GRADE_CHOICES, widget=forms.RadioSelect
    )
    document = forms.CharField(
        label=_("Minutes or document"), max_length=80, help_text=MINUTES_HELP
    )
    note = forms.CharField(
        label=_("Why it differs"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "Needed where the decision differs from the proposal. The officer reads it once the "
            "cycle is closed."
        ),
    )

    helper = _layout("decided", "document", "note")


class DecideManyForm(forms.Form):
    """Decides as proposed those who were shown on the page: their numbers come back with it."""

    ids = forms.CharField(required=False, widget=forms.HiddenInput)
    document = forms.CharField(
        label=_("Minutes or document"), max_length=80, help_text=MINUTES_HELP
    )

    helper = _layout("ids", "document")

    def clean_ids(self) -> list[int]:
        return chosen_ids(self.cleaned_data["ids"].split(","))


def chosen_ids(values: list[str]) -> list[int]:
    """Of the ticked rows; what is no number was never on the page."""
    return [int(one) for one in values if one.isascii() and one.isdigit() and len(one) < 19]
