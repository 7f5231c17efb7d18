import json
import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from appraisal.models import FigureSheet, Measure
from appraisal.rules.figures import LARGEST, NotANumber, plain_number
from appraisal.selectors.figure_changes import Cell
from appraisal.selectors.figure_grid import GridCell, Group
from appraisal.selectors.figure_sheets import FigureLine
from appraisal.selectors.figure_workbook import figure_of, most_of
from appraisal.services.figure_entry import Seen
from cadres.forms.officers import PlainSelect
from courtparty.jobs.forms import WorkbookForm
from courtparty.lib.xlsx import Fault, fault_text

LONGEST = 40
_CELL = re.compile(r"v\d+-\d+")


class EntryChoice(forms.Form):
    """Which grid: a month and whom."""

    month = forms.ChoiceField(label=_("Month"), widget=PlainSelect)
    group = forms.ChoiceField(label=_("Department or function"), widget=PlainSelect)

    def __init__(self, data: Any, *, months: list[date], groups: list[Group]) -> None:
        super().__init__(data)
        self.months = {f"{month:%Y-%m}": month for month in months}
        self.groups = {group.value: group for group in groups}
        self.fields["month"].choices = [(text, text) for text in self.months]
        self.fields["group"].choices = [(group.value, group.label) for group in groups]

    @property
    def month_chosen(self) -> date:
        return self.months[self.cleaned_data["month"]]

    @property
    def group_chosen(self) -> Group:
        return self.groups[self.cleaned_data["group"]]


class EntryForm:
    """The fields of a page of the grid, read at once: hundreds of form fields would take long.

    ``values`` has what is written, ``shown`` what the page showed; what is wrong stands in the
    cells of the grid.
    """

    def __init__(self, data: QueryDict, cells: list[GridCell]) -> None:
        self.values: dict[Cell, Decimal | None] = {}
        self.error = ""
        self.shown = self._shown(data.get("shown", ""))
        there = {cell.name: cell for cell in cells}
        for name in data:
            if name in there:
                self._read(there[name], data[name])
            elif _CELL.fullmatch(name) and data[name].strip():
                # Somebody left the group, or a set asks for something else now.
                self.error = gettext("Whom or what is asked for has changed. Please open it again.")

    @property
    def is_valid(self) -> bool:
        return not self.error

    def _read(self, cell: GridCell, text: str) -> None:
        cell.text = text[:LONGEST]
        try:
            self.values[cell.place] = figure_of(text, cell.measure)
        except NotANumber as trouble:
            cell.error = _said(trouble, cell.measure, text)
            self.error = gettext("Nothing was stored. Please look at what is marked.")

    def _shown(self, text: str) -> dict[Cell, Decimal]:
        try:
            found = json.loads(text)
            return {(int(pk), str(code)): _plain_decimal(value) for pk, code, value in found}
        except (ValueError, TypeError, ArithmeticError, RecursionError):
            self.error = gettext("This page was not sent as a whole. Please open it again.")
            return {}


def _plain_decimal(text: str) -> Decimal:
    value = Decimal(text)
    if not (value.is_finite() and 0 <= value < LARGEST):
        raise ValueError(text)
    return value


def shown_in(cells: list[GridCell]) -> str:
    """What a page shows, for comparing when it comes back."""
    known = [
        [cell.officer_id, cell.measure.code, plain_number(cell.known.value)]
        for cell in cells
        if cell.known
    ]
    return json.dumps(known, separators=(",", ":"))


def _said(trouble: NotANumber, measure: Measure, text: str) -> str:
    params = {"heading": measure.display_name, "text": text[:LONGEST]} | most_of(measure)
    return str(fault_text(Fault("", 0, "", trouble.code, params)))


class EntryWorkbookForm(WorkbookForm):
    """The same grid as a workbook. It is read at once, so it has to be small."""

    LARGEST = 2**20

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        size = {"size": filesizeformat(self.LARGEST)}
        self.fields["file"].help_text = (
            gettext("The sheet filled in (.xlsx), at most %(size)s.") % size
        )

    def clean_file(self) -> Any:
        file = super().clean_file()
        if (file.size or 0) > self.LARGEST:
            raise forms.ValidationError(
                _("This is too large for a sheet of this kind."), code="too_large"
            )
        return file


class AnswerForm(forms.Form):
    """A reason that the officer reads, and what the page showed when it was written."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3, "class": "form-control"}),
        help_text=_(
            "The officer reads it, and those who import the figures; nobody else. Stored encrypted."
        ),
    )
    source = forms.IntegerField(min_value=1, max_value=2**31 - 1, widget=forms.HiddenInput)
    state = forms.ChoiceField(choices=FigureSheet.State.choices, widget=forms.HiddenInput)

    def __init__(self, data: Any, *, sheet: FigureSheet) -> None:
        super().__init__(data, initial={"source": sheet.source_id, "state": sheet.state})

    @property
    def seen(self) -> Seen:
        return Seen(self.cleaned_data["source"], self.cleaned_data["state"])


class CorrectionForm(AnswerForm):
    """One field for each measure of a month, and why."""

    def __init__(self, data: Any, *, sheet: FigureSheet, lines: list[FigureLine]) -> None:
        super().__init__(data, sheet=sheet)
        self.lines = lines
        for line in lines:
            self.fields[_name(line)] = forms.CharField(
                label=line.measure.display_name,
                required=False,
                max_length=LONGEST,
                initial="" if line.figure is None else plain_number(line.figure.value),
                widget=forms.TextInput(
                    attrs={"class": "form-control", "inputmode": "decimal", "autocomplete": "off"}
                ),
            )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        cleaned["values"] = {}
        for line in self.lines:
            text = cleaned.get(_name(line))
            if text is None:
                continue
            try:
                cleaned["values"][line.measure.code] = figure_of(text, line.measure)
            except NotANumber as trouble:
                self.add_error(_name(line), _said(trouble, line.measure, text))
        return cleaned

    def refuse(self, faults: Mapping[Cell, list[Fault]]) -> None:
        """Put what a service found beside the fields."""
        names = {line.measure.code: _name(line) for line in self.lines}
        for (_officer, code), found in faults.items():
            for fault in found:
                self.add_error(names.get(code), str(fault_text(fault)))

    @property
    def rows(self) -> list[tuple[FigureLine, forms.BoundField]]:
        return [(line, self[_name(line)]) for line in self.lines]


def _name(line: FigureLine) -> str:
    return f"v{line.measure.pk}"


class NeedsFilter(forms.Form):
    """What the list of missing figures is narrowed by."""

    q = forms.CharField(
        label=_("Name, pinyin or initials"),
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off", "maxlength": 60}),
    )
    department = forms.ChoiceField(label=_("Department"), required=False, widget=PlainSelect)
    measure = forms.ChoiceField(label=_("Measure"), required=False, widget=PlainSelect)
    month = forms.ChoiceField(label=_("Month"), required=False, widget=PlainSelect)

    def __init__(
        self,
        data: Any,
        *,
        departments: Mapping[str, str],
        measures: Mapping[str, str],
        months: list[date],
    ) -> None:
        super().__init__(data)
        every = [("", _("all"))]
        self.fields["department"].choices = [*every, *departments.items()]
        self.fields["measure"].choices = [*every, *measures.items()]
        self.fields["month"].choices = [*every, *((f"{m:%Y-%m}", f"{m:%Y-%m}") for m in months)]

    @property
    def form(self) -> "NeedsFilter":
        """As a list page asks for it."""
        return self
