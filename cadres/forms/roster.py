from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Column, Fieldset, Layout, Row
from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from cadres.rules.roster_plan import PARTY_ORG
from courtparty.accounts.models import Unit

PARTY_ORG_CHOICES = [
    (Unit.Kind.PARTY_COMMITTEE, Unit.Kind.PARTY_COMMITTEE.label),
    (Unit.Kind.GENERAL_BRANCH, Unit.Kind.GENERAL_BRANCH.label),
    ("none", _("none: branches directly under the court")),
]


ABOUT_FUNCTIONS = format_lazy(
    '<p class="form-text">{}</p>',
    _("Choose what each department does: officers are compared only within one function."),
)


class ConfirmRosterForm(forms.Form):
    mark_left = forms.BooleanField(
        required=False,
        help_text=_("Only for a complete roster. Without this they simply stay as they are."),
    )

    def __init__(self, *args: Any, units: list[dict[str, Any]], left: int, **kwargs: Any) -> None:
        """``units``: the proposals of the preview; ``left``: how many are not in the workbook."""
        super().__init__(*args, **kwargs)
        self.keys = {}
        for number, unit in enumerate(units):
            field = _choice(unit)
            if field is not None:
                name = f"unit_{number}"
                self.keys[name] = unit["key"]
                self.fields[name] = field
        if left:
            self.fields["mark_left"].label = ngettext(
                "Mark %(count)s officer who is not in the workbook as having left today",
                "Mark %(count)s officers who are not in the workbook as having left today",
                left,
            ) % {"count": left}
        else:
            del self.fields["mark_left"]
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.layout = Layout(*self._sections())

    def _sections(self) -> list[Any]:
        sections: list[Any] = ["mark_left"] if "mark_left" in self.fields else []
        if self.keys:
            columns = [Column(name, css_class="col-md-6") for name in self.keys]
            heading = _("New departments and Party organisations")
            sections.insert(0, Fieldset(heading, HTML(ABOUT_FUNCTIONS), Row(*columns)))
        return sections

    @property
    def choices(self) -> dict[str, str]:
        """For each proposed unit, by its key, what was chosen for it."""
        return {key: self.cleaned_data[name] for name, key in self.keys.items()}


def _choice(unit: dict[str, Any]) -> forms.Field | None:
    if unit["kind"] == Unit.Kind.DEPARTMENT:
        return forms.ChoiceField(
            label=unit["name"],
            choices=Unit.Function.choices,
            initial=unit["function"],
        )
    if unit["key"] == PARTY_ORG:
        return forms.ChoiceField(
            label=_("Party organisation above the branches"),
            choices=PARTY_ORG_CHOICES,
            initial=unit["kind"],
            help_text=_(
                "Proposed by the number of Party members: a committee from 100, a general branch "
                "from 50 (regulation of 2019, articles 5 and 6)."
            ),
        )
    return None
