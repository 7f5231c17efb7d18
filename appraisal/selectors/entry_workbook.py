"""The grid as a workbook: a sheet to fill in, and what a filled-in one says."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from appraisal import wording  # noqa: F401  (the faults below get their texts there)
from appraisal.models import Measure
from appraisal.rules import figures as rules
from appraisal.selectors.figure_changes import Cell
from appraisal.selectors.figure_grid import Grid, GridRow
from appraisal.selectors.figure_workbook import figure_in, headings_of, most_of, shown_text
from courtparty.lib.people import normal_name
from courtparty.lib.xlsx import Cell as SheetCell
from courtparty.lib.xlsx import Fault, SheetPlan, Table, Workbook, find_table, write_workbook

# Its words are those of the measures' table, Chinese as the office writes, in any language.
NUMBER, DEPARTMENT, NAME = "编号", "部门", "姓名"
IDENTITY = {
    "key": [NUMBER, "officer number"],
    "department": [DEPARTMENT, "department"],
    "officer": [NAME, "name"],
}


def entry_sheet(grid: Grid) -> bytes:
    """The grid to fill in, with what is stored; fields nobody is asked for stay empty."""
    title = f"{grid.group.court.name}{grid.month:%Y年%-m月}录入指标（空白为未录入）"
    rows = [
        [row.officer.pk, row.officer.department.name, row.officer.name, *map(_stored, row.cells)]
        for row in grid.rows
    ]
    headings = [NUMBER, DEPARTMENT, NAME, *(measure.name for measure in grid.measures)]
    plan = SheetPlan(title=title, headings=headings, rows=rows, sheet_name=f"{grid.month:%Y-%m}")
    return write_workbook([plan])


def _stored(cell: object) -> Decimal | None:
    known = getattr(cell, "known", None)
    return Decimal(rules.plain_number(known.value)) if known else None


@dataclass(slots=True)
class EntryReading:
    """What a filled-in sheet says, where it stands, and everything that is wrong with it."""

    values: dict[Cell, Decimal | None] = field(default_factory=dict)
    places: dict[Cell, tuple[str, int, str]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    headings: dict[str, dict[str, str]] = field(default_factory=dict)

    def at_their_places(self, faults: dict[Cell, list[Fault]]) -> list[Fault]:
        """Faults of figures, each with the sheet, row and column where the figure stands."""
        placed = [
            Fault(*self.places.get(cell, ("", 0, "")), fault.code, fault.params, fault.severity)
            for cell, found in faults.items()
            for fault in found
        ]
        return sorted(placed, key=lambda fault: (fault.row, len(fault.column), fault.column))


def read_entries(workbook: Workbook, grid: Grid) -> EntryReading:
    """Read the first visible sheet against the grid it was made from.

    An empty cell says nothing. Who is meant is said by the number; the name must agree with it.
    """
    reading = EntryReading()
    sheet = next((one for one in workbook.sheets if not one.hidden), None)
    if sheet is None:
        reading.faults.append(Fault("", 0, "", "figures_no_table"))
        return reading
    table = find_table(sheet, _headings(grid.measures), {"key", "officer"})
    if isinstance(table, list):
        reading.faults += table
        return reading
    reading.headings[sheet.name] = {
        table.letter(name): text for name, text in table.headings.items()
    }
    reading.faults += _month_faults(table, grid)
    _Rows(reading, table, grid).read()
    return reading


def _headings(measures: Sequence[Measure]) -> dict[str, list[str]]:
    known = headings_of(measures)
    return IDENTITY | {measure.code: known[measure.code] for measure in measures}


def _month_faults(table: Table, grid: Grid) -> list[Fault]:
    """A sheet that names another month is one of another month."""
    name = table.sheet.name
    try:
        named = [rules.month_named(text) for text in (name, *table.titles)]
    except rules.SeveralMonths as several:
        return [Fault(name, 0, "", "figures_several_months", {"text": str(several)})]
    wanted = rules.MonthName(grid.month.month, grid.month.year)
    if all(wanted.agrees_with(month) for month in named if month):
        return []
    return [Fault(name, 0, "", "entry_other_month", {"text": name, "month": f"{grid.month:%Y-%m}"})]


class _Rows:
    """The lines of the sheet, each matched with its officer by the number."""

    def __init__(self, reading: EntryReading, table: Table, grid: Grid) -> None:
        self.reading, self.table = reading, table
        self.by_number = {str(row.officer.pk): row for row in grid.rows}
        self.measures = [one for one in grid.measures if one.code in table.columns]
        self.seen: dict[str, int] = {}

    def read(self) -> None:
        for number, cells in self.table.rows:
            trouble = self._trouble(number, cells)
            if trouble is not None:
                self.reading.faults.append(trouble)
                continue
            row = self.by_number[cells["key"].text]
            for measure in self.measures:
                self._figure(number, row, measure, cells[measure.code])

    def _trouble(self, number: int, cells: dict[str, SheetCell]) -> Fault | None:
        key, name = cells["key"].text, normal_name(cells["officer"].text)
        place = (self.table.sheet.name, number, self.table.letter("key"))
        if not key:
            return Fault(*place, "entry_no_number")
        row = self.by_number.get(key)
        if row is None:
            return Fault(*place, "entry_unknown_number", {"text": key[:40]})
        if normal_name(row.officer.name) != name:
            params = {"number": key, "name": row.officer.name, "text": name[:40]}
            return Fault(*place, "entry_other_name", params)
        first = self.seen.setdefault(key, number)
        if first != number:
            return Fault(*place, "entry_number_twice", {"other": first})
        return None

    def _figure(self, number: int, row: GridRow, measure: Measure, cell: SheetCell) -> None:
        place = (self.table.sheet.name, number, self.table.letter(measure.code))
        heading = self.table.headings[measure.code]
        try:
            value = figure_in(cell, measure)
        except rules.NotANumber as trouble:
            params = {"heading": heading, "text": shown_text(cell)} | most_of(measure)
            self.reading.faults.append(Fault(*place, trouble.code, params))
            return
        asked = {one.measure.code for one in row.cells if one}
        if value is not None and measure.code not in asked:
            params = {"heading": heading, "name": row.officer.name}
            self.reading.faults.append(Fault(*place, "entry_not_asked", params))
            return
        self.reading.values[row.officer.pk, measure.code] = value
        self.reading.places[row.officer.pk, measure.code] = place
