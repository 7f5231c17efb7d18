"""Writing fault texts into a copy of a workbook."""

import re
from io import BytesIO
from typing import Any, BinaryIO

from openpyxl import load_workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, MergedCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import column_index_from_string, get_column_letter

from .package import open_package
from .refusal import Refused

_FILLS = {
    "error": PatternFill("solid", fgColor="FFFFC7CE"),
    "warning": PatternFill("solid", fgColor="FFFFEB9C"),
}
_OURS = {fill.fgColor.rgb for fill in _FILLS.values()}
_RED = "FFC00000"
_WIDTH = 60
_HEADING_ROWS = 30


def write_marked(data: bytes, plan: dict[str, Any], out: BinaryIO, limits: dict[str, int]) -> None:
    """The workbook with the plan's texts in a column of their own and its cells coloured."""
    open_package(data, limits).close()
    book = load_workbook(BytesIO(data))
    if not book.worksheets:
        raise Refused("empty_workbook")
    for name, marks in _by_sheet(plan["marks"]).items():
        sheet = book[name] if name in book.sheetnames else book.worksheets[0]
        _mark_sheet(sheet, marks, plan["heading"], plan["heading_rows"].get(name))
    book.save(out)


def _by_sheet(marks: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    sheets: dict[str, list[dict[str, Any]]] = {}
    for mark in marks:
        sheets.setdefault(mark["sheet"], []).append(mark)
    return sheets


def _mark_sheet(
    sheet: Any, marks: list[dict[str, Any]], heading: str, heading_row: int | None
) -> None:
    heading_row = heading_row or _guess_heading_row(sheet, marks)
    column = _text_column(sheet, heading_row, heading)
    texts: dict[int, list[str]] = {}
    for mark in marks:
        row = max(mark["row"], heading_row)
        texts.setdefault(row, []).append(mark["text"])
        if mark["column"] and mark["row"] > 0:
            target = sheet.cell(mark["row"], column_index_from_string(mark["column"]))
            _top_left(sheet, target).fill = _FILLS[mark["severity"]]
    about_sheet = texts.pop(heading_row, [])
    _write_text(sheet, heading_row, column, "\n".join([heading, *about_sheet]), bold=True)
    for row, said in texts.items():
        _write_text(sheet, row, column, "；".join(dict.fromkeys(said)))
    sheet.column_dimensions[get_column_letter(column)].width = _WIDTH


def _write_text(sheet: Any, row: int, column: int, text: str, *, bold: bool = False) -> None:
    cell = _top_left(sheet, sheet.cell(row, column))
    cell.value = ILLEGAL_CHARACTERS_RE.sub("", text)
    cell.data_type = "s"  # a text that begins with = stays a text
    cell.font = Font(color=_RED, bold=bold)
    cell.alignment = Alignment(wrap_text=True, vertical="top")


def _guess_heading_row(sheet: Any, marks: list[dict[str, Any]]) -> int:
    """The first of the fullest rows at the top, down to the first marked one."""
    first_marked = min((mark["row"] for mark in marks if mark["row"] > 1), default=2)
    rows = range(1, min(first_marked, _HEADING_ROWS, sheet.max_row) + 1)
    return max(rows, key=lambda row: sum(_is_filled(cell) for cell in sheet[row]), default=1)


def _text_column(sheet: Any, heading_row: int, heading: str) -> int:
    """Where the texts go: the column of an earlier round, emptied, or the first one free."""
    for cell in sheet[heading_row]:
        if isinstance(cell.value, str) and re.match(rf"{re.escape(heading)}(\n|$)", cell.value):
            _take_back(sheet, cell.column, heading_row)
            return int(cell.column)
    return 1 + max((cell.column for cell in sheet[heading_row] if _is_filled(cell)), default=0)


def _take_back(sheet: Any, column: int, heading_row: int) -> None:
    """Remove the texts and colours of an earlier round: what is corrected shows clean."""
    for row in sheet.iter_rows(min_row=heading_row):
        for cell in row:
            if isinstance(cell, MergedCell):
                continue
            if cell.column == column:
                cell.value = None
            if cell.fill.fill_type == "solid" and cell.fill.fgColor.rgb in _OURS:
                cell.fill = PatternFill()


def _is_filled(cell: Any) -> bool:
    return cell.value is not None and str(cell.value).strip() != ""


def _top_left(sheet: Any, cell: Any) -> Any:
    """The cell itself, or the one that stands for the merged range it lies in."""
    if not isinstance(cell, MergedCell):
        return cell
    merged = next(found for found in sheet.merged_cells.ranges if cell.coordinate in found)
    return sheet.cell(merged.min_row, merged.min_col)
