from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Fieldset, Layout, Row
from django import forms
from django.utils.translation import gettext_lazy as _

from cadres.models import CadreSettings


class SettingsForm(forms.ModelForm):
    """What a court sets for the cadre team; a service keeps it."""

    class Meta:
        model = CadreSettings
        fields = [
            "is_run_automatic",
            "run_day",
            "paid_month",
            "reply_days",
            "remind_days",
            "term_notice_months",
            "fulltime_deputy_from",
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.layout = Layout(
            Fieldset(
                _("Allowance run"),
                "is_run_automatic",
                Row(
                    Column("run_day", css_class="col-md-6"),
                    Column("paid_month", css_class="col-md-6"),
                ),
            ),
            Fieldset(
                _("Staffing requests"),
                Row(
                    Column("reply_days", css_class="col-md-6"),
                    Column("remind_days", css_class="col-md-6"),
                ),
            ),
            Fieldset(_("Terms and full-time check"), "term_notice_months", "fulltime_deputy_from"),
        )
