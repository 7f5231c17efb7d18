"""From a workbook's sheets to months of numbers, with everything that is wrong, all at once."""

import re
import unicodedata
from collections import Counter
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import combinations

from appraisal import wording  # noqa: F401  (the faults below get their texts there)
from appraisal.models import Measure
from appraisal.rules import figures as rules
from appraisal.rules.measures import CLOSING_RATE, IDENTITY
from courtparty.lib.people import normal_name
from courtparty.lib.xlsx import (
    Cell,
    Fault,
    Row,
    Sheet,
    Table,
    Workbook,
    find_table,
    is_total,
    normal_heading,
)
from courtparty.lib.xlsx.faults import Severity

LONGEST_NAME, LONGEST_DEPARTMENT = 60, 80
_SUMMARY_ROWS = {"全院", "本院", "全庭", "平均", "人均", "average"}


@dataclass(frozen=True, slots=True, eq=False)
class FigureRow:
    """One line of a sheet: whose it is, as written, and its numbers. None means missing."""

    row: int
    department: str
    name: str
    occurrence: int
    values: dict[str, Decimal | None]


@dataclass(frozen=True, slots=True)
class MonthSheet:
    """One month of one workbook. ``letters`` gives the column of each field that it has."""

    sheet: str
    month: date
    as_of: date
    rows: list[FigureRow]
    letters: dict[str, str]
    headings: dict[str, str]


@dataclass(slots=True)
class Reading:
    """What a workbook says. ``faults`` are errors and warnings."""

    months: list[MonthSheet] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    tables: dict[str, Table] = field(default_factory=dict)
    sheets: list[str] = field(default_factory=list)

    def in_order(self, faults: Iterable[Fault]) -> list[Fault]:
        """By place, as someone reads the workbook; errors of a cell before its warnings."""
        place = {name: number for number, name in enumerate(self.sheets)}
        return sorted(
            faults,
            key=lambda fault: (
                place.get(fault.sheet, -1),
                fault.row,
                len(fault.column),
                fault.column,
                not fault.is_error,
            ),
        )

    @property
    def unknown_headings(self) -> list[tuple[str, str, str]]:
        """(sheet, cell, heading) of the columns that are not read."""
        return [
            (name, ref, heading)
            for name, table in self.tables.items()
            for heading, ref in table.unknown
        ]


def read_figures(
    workbook: Workbook, measures: Sequence[Measure], *, on: date, as_of: date | None
) -> Generator[tuple[int, int], None, Reading]:
    """Read every sheet as one month, yielding (sheets read, sheets in all).

    ``as_of`` stands in where a sheet does not say its own day.
    """
    reading = Reading(sheets=[sheet.name for sheet in workbook.sheets])
    headings = headings_of(measures)
    required = {"officer"} | {measure.code for measure in measures if measure.is_required}
    for done, sheet in enumerate(workbook.sheets):
        yield done, len(workbook.sheets)
        if sheet.hidden:
            reading.faults.append(Fault(sheet.name, 0, "", "figures_sheet_hidden"))
            continue
        table = find_table(sheet, headings, required)
        if isinstance(table, list):
            reading.faults += _no_table(sheet, table, required)
            continue
        reading.tables[sheet.name] = table
        _read_sheet(reading, table, measures, on=on, as_of=as_of)
    return reading


def headings_of(measures: Sequence[Measure]) -> dict[str, list[str]]:
    """Which headings stand for which column, each for one only: a name goes before a synonym."""
    headings = {name: list(texts) for name, texts in (IDENTITY | CLOSING_RATE).items()}
    taken = {normal_heading(text) for texts in headings.values() for text in texts}
    names = [(measure.code, measure.name) for measure in measures]
    synonyms = [
        (measure.code, text)
        for measure in measures
        for text in [*measure.headings.split(), measure.name_en, measure.code]
    ]
    for code, text in names + synonyms:
        if normal_heading(text) not in taken:
            taken.add(normal_heading(text))
            headings.setdefault(code, []).append(text)
    return headings


def _no_table(sheet: Sheet, faults: list[Fault], required: set[str]) -> list[Fault]:
    """A sheet without any heading row is told once, not once for each heading."""
    is_none = len(faults) == len(required) and all(fault.row == 0 for fault in faults)
    return [Fault(sheet.name, 0, "", "figures_no_table")] if is_none else faults


def _read_sheet(
    reading: Reading,
    table: Table,
    measures: Sequence[Measure],
    *,
    on: date,
    as_of: date | None,
) -> None:
    month = _month_of(reading, table, on=on)
    stands_at = _as_of_of(reading, table, month, on=on, fallback=as_of)
    rows = list(_rows(reading, table, measures))
    letters = {name: table.letter(name) for name in table.columns}
    reading.faults += _total_faults(table, rows, measures)
    if not rows:
        reading.faults.append(Fault(table.sheet.name, 0, "", "figures_no_rows"))
    if month and stands_at:
        reading.months.append(
            MonthSheet(table.sheet.name, month, stands_at, rows, letters, table.headings)
        )


# -- which month, as of when ------------------------------------------------------------------


def _month_of(reading: Reading, table: Table, *, on: date) -> date | None:
    name = table.sheet.name
    try:
        found = [(text, rules.month_named(text)) for text in [name, *table.titles]]
    except rules.SeveralMonths as several:
        reading.faults.append(Fault(name, 0, "", "figures_several_months", {"text": str(several)}))
        return None
    named = [(text, month) for text, month in found if month]
    code, params = _month_trouble(named)
    if not code:
        month = _whole(named, table.titles)
        code, params = _date_trouble(reading, month, on=on)
        if not code:
            return month
    reading.faults.append(Fault(name, 0, "", code, params))
    return None


def _month_trouble(named: list[tuple[str, rules.MonthName]]) -> tuple[str, dict[str, str]]:
    if not named:
        return "figures_month_missing", {}
    for (one, month), (other, other_month) in combinations(named, 2):
        if not month.agrees_with(other_month):
            return "figures_month_disagrees", {"one": one, "other": other}
    return "", {}


def _whole(named: list[tuple[str, rules.MonthName]], titles: list[str]) -> date | None:
    """The month with its year, from whichever text has it; else from the as-of day."""
    number = named[0][1].month
    years = [month.year for _text, month in named if month.year]
    if years:
        return date(years[0], number, 1)
    as_of = rules.as_of_named(titles, month=None)
    return date(as_of.year - (as_of.month < number), number, 1) if as_of else None


def _date_trouble(reading: Reading, month: date | None, *, on: date) -> tuple[str, dict[str, str]]:
    if month is None:
        return "figures_year_missing", {}
    if month > on:
        return "figures_month_future", {"month": f"{month:%Y-%m}"}
    for other in reading.months:
        if other.month == month:
            return "figures_month_twice", {"month": f"{month:%Y-%m}", "other": other.sheet}
    return "", {}


def _as_of_of(
    reading: Reading, table: Table, month: date | None, *, on: date, fallback: date | None
) -> date | None:
    named = rules.as_of_named([table.sheet.name, *table.titles], month=month)
    stands_at = named or fallback
    code = ""
    if stands_at is None:
        code = "figures_as_of_missing"
    elif stands_at > on:
        code = "figures_as_of_future"
    elif month and stands_at < month:
        code = "figures_as_of_before"
    if not code:
        return stands_at
    day = stands_at.isoformat() if stands_at else ""
    reading.faults.append(Fault(table.sheet.name, 0, "", code, {"day": day}))
    return None


# -- rows -------------------------------------------------------------------------------------


def _rows(reading: Reading, table: Table, measures: Sequence[Measure]) -> Iterator[FigureRow]:
    seen: Counter[tuple[str, str]] = Counter()
    for number, cells in table.rows:
        if _is_summary(table.sheet.rows[number - 1]):
            continue
        department = _department(cells.get("department"))
        name = normal_name(cells["officer"].text)
        values = _values(reading, table, number, cells, measures)
        trouble = _name_trouble(department, name)
        if trouble:
            letter = table.letter("officer")
            reading.faults.append(Fault(table.sheet.name, number, letter, trouble))
            continue
        seen[department, name] += 1
        row = FigureRow(number, department, name, seen[department, name], values)
        reading.faults += _row_faults(table, row, cells)
        yield row


def _department(cell: Cell | None) -> str:
    if cell is None or cell.text in rules.NOT_SAID:
        return ""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", cell.text))


def _name_trouble(department: str, name: str) -> str:
    if name in rules.NOT_SAID:
        return "figures_name_missing"
    if len(name) > LONGEST_NAME or len(department) > LONGEST_DEPARTMENT:
        return "figures_name_too_long"
    return ""


def _is_summary(row: Row) -> bool:
    texts = [normal_heading(cell.text) for cell in row.cells[:4] if cell is not None and cell.text]
    return any(text in _SUMMARY_ROWS for text in texts)


def _values(
    reading: Reading,
    table: Table,
    number: int,
    cells: dict[str, Cell],
    measures: Sequence[Measure],
) -> dict[str, Decimal | None]:
    values: dict[str, Decimal | None] = {}
    for measure in measures:
        cell = cells.get(measure.code)
        if cell is None:
            continue
        try:
            values[measure.code] = figure_in(cell, measure)
        except rules.NotANumber as trouble:
            params = {"heading": table.headings[measure.code], "text": shown_text(cell)}
            params |= most_of(measure)
            place = (table.sheet.name, number, table.letter(measure.code))
            reading.faults.append(Fault(*place, trouble.code, params))
            values[measure.code] = None
    return values


def figure_in(cell: Cell, measure: Measure) -> Decimal | None:
    """The figure in a cell; raises NotANumber where there is another thing."""
    if cell.kind == "formula" and cell.cached is None:
        raise rules.NotANumber("figure_formula_empty")
    if cell.kind == "error":
        raise rules.NotANumber("figure_error_value")
    return figure_of(cell.content, measure)


def figure_of(content: object, measure: Measure) -> Decimal | None:
    """What somebody has written for a measure; raises NotANumber."""
    return rules.figure_from(
        content,
        is_whole=measure.is_whole,
        is_share=measure.unit == "%",
        maximum=measure.maximum,
    )


def most_of(measure: Measure) -> dict[str, str]:
    """The most a measure can be, for the sentence that says so."""
    return {"most": rules.plain_number(measure.maximum)} if measure.maximum is not None else {}


def shown_text(cell: Cell) -> str:
    text = str(cell.value) if cell.kind == "formula" else cell.text
    return text if len(text) <= 40 else f"{text[:39]}…"


def _row_faults(table: Table, row: FigureRow, cells: dict[str, Cell]) -> Iterator[Fault]:
    """Numbers that contradict each other, and a closing rate that they do not give."""
    for conflict in rules.conflicts(row.values):
        place = (table.sheet.name, row.row, table.letter(conflict.measure))
        yield conflict_fault(conflict, table.headings, place)
    rate = cells.get("closing_rate")
    stated = rules.rate_from(rate.content) if rate else None
    if rate and stated is not None and rules.rate_differs(stated, row.values):
        letter = table.letter("closing_rate")
        params = {"stated": rate.text, "computed": f"{rules.closing_rate(row.values):.2f}%"}
        yield Fault(table.sheet.name, row.row, letter, "figures_rate_differs", params, "warning")


def conflict_fault(
    conflict: rules.Conflict, names: Mapping[str, str], place: tuple[str, int, str] = ("", 0, "")
) -> Fault:
    """A contradiction with its numbers; ``names`` are the measures' as the reader knows them."""
    number, other = (rules.plain_number(number) for number in conflict.numbers)
    params = {"number": number, "other": other}
    if conflict.whole:
        part, whole = conflict.measure, conflict.whole
        params |= {"part": names.get(part, part), "whole": names.get(whole, whole)}
    severity: Severity = "error" if conflict.is_error else "warning"
    return Fault(*place, f"figures_{conflict.code}", params, severity)


# -- total rows -------------------------------------------------------------------------------


def _total_faults(
    table: Table, rows: list[FigureRow], measures: Sequence[Measure]
) -> Iterator[Fault]:
    """A total is no officer's figure, but one that differs says that a row is wrong or lost.

    It may sum up the whole sheet, or the rows since the total above it: one of both must fit.
    """
    since = table.first_row
    for row in table.sheet.rows[table.first_row - 1 :]:
        if not is_total(row):
            continue
        parts = [rows, [one for one in rows if since <= one.row < row.number]]
        since = row.number + 1
        for measure in measures:
            if measure.code not in table.columns or measure.aggregation == Measure.Aggregation.MEAN:
                continue
            stated = _stated(row.cell(table.columns[measure.code]))
            sums = [_sum_of(part, measure.code) for part in parts]
            if stated is None or stated in sums:
                continue
            params = {
                "heading": table.headings[measure.code],
                "stated": rules.plain_number(stated),
                "computed": rules.plain_number(sums[0]),
            }
            place = (table.sheet.name, row.number, table.letter(measure.code))
            yield Fault(*place, "figures_total_differs", params, "warning")


def _stated(cell: Cell) -> Decimal | None:
    try:
        return rules.figure_from(cell.content, is_whole=False)
    except rules.NotANumber:
        return None


def _sum_of(rows: list[FigureRow], code: str) -> Decimal:
    return sum((row.values.get(code) or Decimal(0) for row in rows), Decimal(0))
