from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from cadres.forms.appointments import FAR_AHEAD, SEARCH, DayField, plain_helper
from cadres.forms.approvals import ApprovalFields
from cadres.forms.officers import PlainSelect
from cadres.selectors.terms import STATES, TermRow


class TermForm(forms.Form):
    """The filters of the list of terms."""

    q = forms.CharField(
        label=_("Party organisation"), required=False, widget=forms.TextInput(attrs=SEARCH)
    )
    kind = forms.ChoiceField(label=_("Kind"), required=False, widget=PlainSelect)
    state = forms.ChoiceField(
        label=_("Term"),
        required=False,
        choices=[("", _("all")), *STATES.items()],
        widget=PlainSelect,
    )
    election = forms.ChoiceField(
        label=_("Election"),
        required=False,
        choices=[
            ("", _("all")),
            ("missing", _("to be planned")),
            ("planned", _("planned")),
            ("held", _("held, appointments to be entered")),
        ],
        widget=PlainSelect,
    )

    def __init__(self, *args: Any, kinds: Iterable[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", _("all")), *kinds]


class TermFilter:
    """The terms that the filters let through; none when a filter makes no sense."""

    def __init__(self, data: Any, rows: list[TermRow]) -> None:
        kinds = {row.unit.kind: row.kind for row in rows}
        self.form = TermForm(data, kinds=kinds.items())
        self.rows = rows

    @cached_property
    def found(self) -> list[TermRow]:
        if not self.form.is_valid():
            return []
        asked = self.form.cleaned_data
        return [row for row in self.rows if _is_asked(row, asked)]


def _is_asked(row: TermRow, asked: dict[str, str]) -> bool:
    elections = {"missing": row.needs_plan, "planned": row.planned_on, "held": row.held_on}
    words = asked["q"].strip().lower()
    return (
        (words in row.unit.name.lower() or words in row.unit.name_en.lower())
        and asked["kind"] in ("", row.unit.kind)
        and asked["state"] in ("", row.state)
        and bool(elections.get(asked["election"], True))
    )


class PlanForm(forms.Form):
    planned_on = DayField(label=_("Election planned for"), ahead=FAR_AHEAD)
    note = forms.CharField(
        label=_("Note"),
        max_length=200,
        required=False,
        help_text=_("For instance the document that allows an election after the term."),
    )
    due_on = forms.DateField(widget=forms.HiddenInput)

    helper = plain_helper("planned_on", "note", "due_on")


class HoldForm(ApprovalFields):
    approval_legend = _("The document on the result")

    held_on = DayField(label=_("Election held on"))
    due_on = forms.DateField(widget=forms.HiddenInput)

    field_order = ["held_on"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = plain_helper("held_on", self.approval_fieldset(), "due_on")

    @property
    def facts(self) -> dict[str, Any]:
        names = ("held_on", "due_on")
        return {name: self.cleaned_data[name] for name in names} | {"document": self.approval}
