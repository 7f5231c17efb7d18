"""Reading a workbook's values: one JSON line for each row, through openpyxl's own parsers."""

import json
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import Any, BinaryIO

from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format, is_timedelta_format
from openpyxl.utils.cell import get_column_letter, range_boundaries
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.worksheet._reader import FORMULA_TAG, ROW_TAG, WorkSheetParser
from openpyxl.xml.constants import ARC_STYLE, SHEET_MAIN_NS
from openpyxl.xml.functions import fromstring, iterparse

from .package import open_package
from .refusal import Refused

_MERGE_TAG = f"{{{SHEET_MAIN_NS}}}mergeCell"
_CELL_TEXT_LENGTH = 32_767  # more than a spreadsheet program puts into one cell


def write_values(data: bytes, out: BinaryIO, limits: dict[str, int]) -> None:
    """Write the workbook to ``out``: sheets, their rows and merges, and the end."""
    open_package(data, limits).close()
    reader = _ValueReader(BytesIO(data), read_only=True, data_only=True, keep_links=False)
    reader.read()
    if len(reader.wb.worksheets) > limits["sheets"]:
        raise Refused("too_many_sheets", count=len(reader.wb.worksheets), limit=limits["sheets"])
    lines = _Lines(out, limits)
    for sheet in reader.wb.worksheets:
        _write_sheet(sheet, lines, limits)
    lines.write(["end", reader.wb.epoch == CALENDAR_MAC_1904])


class _ValueReader(ExcelReader):
    """Reads what values need and leaves out themes, colours and properties.

    Other programs write those in ways openpyxl refuses, and none of them changes a value.
    """

    def read(self) -> None:
        self.read_manifest()
        self.read_strings()
        self.read_workbook()
        self.wb._date_formats, self.wb._timedelta_formats = self._date_styles()
        self.read_worksheets()

    def _date_styles(self) -> tuple[set[int], set[int]]:
        """Indexes of the cell styles that show a number as a date, and as a duration."""
        if ARC_STYLE not in self.valid_files:
            return set(), set()
        root = fromstring(self.archive.read(ARC_STYLE))
        formats = dict(BUILTIN_FORMATS)
        for custom in root.iter(f"{{{SHEET_MAIN_NS}}}numFmt"):
            formats[int(custom.get("numFmtId", 0))] = custom.get("formatCode", "")
        styles = root.find(f"{{{SHEET_MAIN_NS}}}cellXfs")
        codes = [formats.get(int(style.get("numFmtId", 0)), "") for style in styles or ()]
        dates = {index for index, code in enumerate(codes) if is_date_format(code)}
        return dates, {index for index in dates if is_timedelta_format(codes[index])}


class _SheetParser(WorkSheetParser):
    """Parses rows and merges only, keeps the text of formulas, and stops at far cells."""

    def __init__(self, *args: Any, sheet_name: str, limits: dict[str, int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sheet_name = sheet_name
        self.limits = limits
        self.merges: list[str] = []

    def parse(self) -> Iterator[tuple[int, list[dict[str, Any]]]]:
        for _, element in iterparse(self.source):
            if element.tag == ROW_TAG:
                yield self.parse_row(element)
                element.clear()
            elif element.tag == _MERGE_TAG:
                self.merges.append(element.get("ref", ""))

    def parse_cell(self, element: Any) -> dict[str, Any]:
        cell: dict[str, Any] = super().parse_cell(element)
        formula = element.find(FORMULA_TAG)
        if formula is not None:
            cell["formula"] = f"={formula.text or ''}"
        has_something = cell["value"] is not None or formula is not None
        if has_something and (
            cell["row"] > self.limits["rows"] or cell["column"] > self.limits["columns"]
        ):
            raise Refused(
                "far_cell",
                sheet=self.sheet_name,
                ref=f"{get_column_letter(cell['column'])}{cell['row']}",
                rows=self.limits["rows"],
                columns=self.limits["columns"],
            )
        return cell


class _Lines:
    """JSON lines out, counted: cells, rows and bytes all have an end."""

    def __init__(self, out: BinaryIO, limits: dict[str, int]) -> None:
        self.out = out
        self.limits = limits
        self.cells = self.rows = self.size = 0

    def write(self, line: list[Any]) -> None:
        text = json.dumps(line, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        raw = text.encode("utf-8", "replace") + b"\n"
        self.size += len(raw)
        if self.size > self.limits["result"]:
            raise Refused("memory")
        self.out.write(raw)

    def write_row(self, number: int, values: list[Any], sheet_name: str) -> None:
        self.cells += sum(value is not None for value in values)
        if self.cells > self.limits["cells"]:
            self.refuse_at(number, sheet_name)
        self.write([number, *values])

    def end_sheet(self, last_row: int, sheet_name: str) -> None:
        self.rows += last_row
        if self.rows > self.limits["rows_in_all"]:
            self.refuse_at(last_row, sheet_name)

    def refuse_at(self, row: int, sheet_name: str) -> None:
        raise Refused("too_many_cells", sheet=sheet_name, ref=f"A{row}")


def _write_sheet(sheet: Any, lines: _Lines, limits: dict[str, int]) -> None:
    lines.write(["sheet", sheet.title, sheet.sheet_state != "visible"])
    book = sheet.parent
    last_row = 0
    with sheet._get_source() as source:
        parser = _SheetParser(
            source,
            sheet._shared_strings,
            data_only=True,
            epoch=book.epoch,
            date_formats=book._date_formats,
            timedelta_formats=book._timedelta_formats,
            sheet_name=sheet.title,
            limits=limits,
        )
        for number, cells in parser.parse():
            values = _values(cells)
            if not values:
                continue
            if number <= last_row:
                raise Refused("corrupt")
            last_row = number
            lines.write_row(number, values, sheet.title)
    lines.end_sheet(last_row, sheet.title)
    lines.write(["merged", _vertical_merges(parser.merges, last_row, limits, sheet.title)])


def _values(cells: list[dict[str, Any]]) -> list[Any]:
    """The row's values in their columns, without blank ones at the end."""
    by_column = {cell["column"]: value for cell in cells if (value := _value(cell)) is not None}
    width = max(by_column, default=0)
    return [by_column.get(column) for column in range(1, width + 1)]


def _value(cell: dict[str, Any]) -> Any:
    value = _plain(cell["value"], cell["data_type"])
    if "formula" in cell and not (isinstance(value, list) and value[0] == "error"):
        return ["formula", cell["formula"][:_CELL_TEXT_LENGTH], value]
    return value


def _plain(value: Any, data_type: str) -> Any:
    """A value as JSON holds it: what JSON has no form for is a list of kind and text."""
    if value is None or isinstance(value, bool):
        return value
    if data_type == "e":
        return ["error", str(value)]
    if isinstance(value, datetime):
        has_time = value.time() != time()
        return ["time", value.isoformat()] if has_time else ["date", value.date().isoformat()]
    if isinstance(value, date):
        return ["date", value.isoformat()]
    if isinstance(value, time | timedelta):
        return str(value)
    if isinstance(value, str):
        return _text(value)
    return value


def _text(text: str) -> str | None:
    if len(text) > _CELL_TEXT_LENGTH:
        raise Refused("corrupt")
    return text if text.strip() else None


def _vertical_merges(
    refs: list[str], last_row: int, limits: dict[str, int], sheet_name: str
) -> list[tuple[int, int, int, int]]:
    """Merges over several rows, cut off at the last row: top, left, bottom, right."""
    merges, rows = [], 0
    for ref in refs:
        left, top, right, bottom = range_boundaries(ref)
        bottom = min(bottom, last_row)
        if top < bottom:
            merges.append((top, left, bottom, right))
            rows += bottom - top
    if rows > limits["merged_rows"]:
        raise Refused("too_many_cells", sheet=sheet_name, ref=f"A{last_row}")
    return merges
