from typing import Any

from crispy_forms.layout import Column, Fieldset, Row
from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cadres.forms.appointments import plain_helper
from retention.models import RetentionSettings

# By concern, two in a row as they are read together.
GROUPS = (
    (
        _("Health"),
        (
            ("health_years", "health_years_after_leaving"),
            ("screening_months", "break_glass_hours"),
        ),
    ),
    (
        _("Treatment"),
        (
            ("leave_autumn_month", "rest_months"),
            ("head_decides_days", "political_decides_days"),
        ),
    ),
    (_("Life"), (("verify_days", "help_days"),)),
    (pgettext_lazy("a concern", "Progress"), (("award_days",), ("talk_days", "follow_up_days"))),
    (_("Retention board"), (("pause_share", "pause_days"),)),
)
FIELDS = [name for _title, rows in GROUPS for row in rows for name in row]


class SettingsForm(forms.ModelForm):
    """What a court sets for the four concerns; a service keeps it."""

    class Meta:
        model = RetentionSettings
        fields = FIELDS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = plain_helper(
            *(Fieldset(title, *(_row(names) for names in rows)) for title, rows in GROUPS)
        )

    def clean(self) -> dict[str, Any]:
        """Said at its field here, where the constraint would say it of the whole form."""
        cleaned = super().clean() or {}
        political, head = cleaned.get("political_decides_days"), cleaned.get("head_decides_days")
        if political is not None and head is not None and political < head:
            text = _("The political department decides at least as many days as the head alone.")
            self.add_error("political_decides_days", text)
        return cleaned


def _row(names: tuple[str, ...]) -> Row:
    return Row(*(Column(name, css_class="col-md-6") for name in names))
