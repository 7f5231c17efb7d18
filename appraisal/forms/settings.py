"""What a court sets for its appraisal; each default says how sure it is."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Div, Fieldset, Layout, Row
from django import forms
from django.utils.translation import gettext_lazy as _

from appraisal.models import AppraisalSettings
from appraisal.services.settings import THRESHOLDS, CannotSave, refuse_thresholds
from cadres.forms.approvals import ApprovalFields

OPENING = ("opens_monthly", "opens_quarterly", "opens_annual")


class SettingsForm(ApprovalFields, forms.ModelForm):
    """The settings with the document that more than 20 % rests on; a service keeps them."""

    approval_required = False
    approval_legend = _("The document that approves more than 20 %")

    class Meta:
        model = AppraisalSettings
        fields = [
            "excellent_percent",
            "excellent_from",
            "competent_from",
            "basic_from",
            "minimum_months",
            "routine_share",
            "rating_days",
            *OPENING,
            "opening_day",
        ]
        help_texts = {
            "excellent_percent": _(
                "Of those who get a grade: up to 20, with an approval from above up to 25. Both "
                "limits were seen on secondary pages."
            ),
            "excellent_from": _("An unverified default, for the court to fix."),
            "competent_from": _("An unverified default, for the court to fix."),
            "basic_from": _("Below it: incompetent. An unverified default, for the court to fix."),
            "minimum_months": _(
                "Who was in post for fewer months of the year gets no grade. An unverified "
                "default, for the court to fix."
            ),
            "routine_share": _(
                "How much the mean of the monthly and quarterly results counts in the annual "
                "total; 0 leaves them out. An unverified default, for the court to fix. A cycle "
                "keeps the share it began collecting with."
            ),
            "rating_days": _(
                "Counted on the working calendar from the day on which collecting begins. An "
                "unverified default, for the court to fix."
            ),
            "opens_monthly": _("Each month, over the month before."),
            "opens_quarterly": _("In January, April, July and October, over the quarter before."),
            "opens_annual": _("In January, over the year before."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.layout = Layout(
            Fieldset(_("Grades"), "excellent_percent"),
            self.approval_fieldset(),
            Fieldset(
                _("Points for the grades"),
                Row(*(Column(name, css_class="col-md-4") for name in THRESHOLDS)),
                "minimum_months",
            ),
            Fieldset(_("Ratings and routine results"), "rating_days", "routine_share"),
            Fieldset(_("Opening by the timetable"), Div(*OPENING), "opening_day"),
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if all(name in cleaned for name in THRESHOLDS):
            try:
                refuse_thresholds([cleaned[name] for name in THRESHOLDS])
            except CannotSave as refusal:
                self.add_error(refusal.field, str(refusal))
        return cleaned

    @property
    def asked(self) -> dict[str, Any]:
        values = {name: self.cleaned_data[name] for name in self.Meta.fields}
        return {**values, "document": self.approval}
