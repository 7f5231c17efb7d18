"""Recording an adjustment by the committee, and who gets no grade by rule."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from appraisal.models import GradeExclusion


def _layout(*fields: str) -> FormHelper:
    helper = FormHelper()
    helper.form_tag = False
    helper.layout = Layout(*fields)
    return helper


class AdjustmentForm(forms.Form):
    amount = forms.DecimalField(
        label=_("Points"),
        max_digits=5,
        decimal_places=2,
        min_value=-100,
        max_value=100,
        help_text=_("Added with a plain number, taken off with a minus: 1.50 or -2."),
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Give the committee's reason; the officer will read it.")},
        help_text=_("The officer reads it once the cycle is closed. Nothing about health."),
    )
    document = forms.CharField(
        label=_("Minutes or document"),
        max_length=80,
        help_text=_("For instance the committee's minutes by date and number."),
    )
    decided_on = forms.DateField(
        label=_("Decided on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    helper = _layout("amount", "reason", "document", "decided_on")


class ExclusionForm(forms.Form):
    reason = forms.ChoiceField(
        label=_("Reason"), choices=GradeExclusion.Reason.choices, widget=forms.RadioSelect
    )
    document = forms.CharField(
        label=_("Document"), max_length=80, help_text=_("The document that shows it.")
    )
    note = forms.CharField(
        label=_("Note"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Needed for “other”. Nothing about health belongs here."),
    )

    helper = _layout("reason", "document", "note")
