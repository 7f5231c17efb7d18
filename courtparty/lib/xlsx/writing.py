"""Writing workbooks for WPS and Excel: text stays text, and it prints on A4."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from itertools import chain, islice
from typing import Any
from unicodedata import east_asian_width

from django.utils import timezone
from openpyxl import Workbook as Book
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.cell_range import CellRange

from courtparty.lib.dates import PartialDate
from courtparty.lib.xlsx.cells import cell_ref, column_letter

_FORMULA_STARTS = tuple("=+-@\t\r\n＝＋－＠|")
_TEXT, _GENERAL = "@", "General"
_FORMATS = {date: "yyyy-mm-dd", datetime: "yyyy-mm-dd hh:mm"}
_LINE = Side("thin", color="FFB7BDC6")
_BORDER = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_HEADING_FILL = PatternFill("solid", fgColor="FFE9EDF3")
_CENTRE = Alignment(horizontal="center", vertical="center", wrap_text=True)
_SAMPLE_ROWS = 100
_WIDTHS = (6, 40)
_A4 = 9
_NAME_LENGTH = 31
_NOT_IN_NAMES = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetPlan:
    """One sheet to write: a title, a heading row, and the rows as they come.

    ``text_columns`` and ``number_formats`` name columns by index from 0 or by their heading.
    """

    headings: Sequence[Any]
    rows: Iterable[Sequence[Any]]
    title: Any = ""
    sheet_name: Any = "Sheet1"
    widths: Sequence[float] | None = None
    text_columns: Collection[int | str] = ()
    number_formats: Mapping[int | str, str] | None = None
    landscape: bool = True


def write_table(
    *,
    title: Any,
    headings: Sequence[Any],
    rows: Iterable[Sequence[Any]],
    widths: Sequence[float] | None = None,
    text_columns: Collection[int | str] = (),
    number_formats: Mapping[int | str, str] | None = None,
    sheet_name: Any = "Sheet1",
    landscape: bool = True,
) -> bytes:
    """A workbook of one sheet. Rows are taken one by one, so a queryset's iterator will do."""
    plan = SheetPlan(
        title=title,
        headings=headings,
        rows=rows,
        widths=widths,
        text_columns=text_columns,
        number_formats=number_formats,
        sheet_name=sheet_name,
        landscape=landscape,
    )
    return write_workbook([plan])


def write_workbook(sheets: Iterable[SheetPlan]) -> bytes:
    """A workbook of several sheets, each name made one that a spreadsheet program accepts."""
    book = Book(write_only=True)
    for plan in sheets:
        _write_sheet(book, plan)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _write_sheet(book: Any, plan: SheetPlan) -> None:
    sheet = book.create_sheet(_sheet_name(plan.sheet_name, book.sheetnames))
    heading_row = 2 if str(plan.title) else 1
    rows = iter(plan.rows)
    sample = list(islice(rows, _SAMPLE_ROWS))
    _set_up_page(sheet, plan, heading_row, sample)
    cells = _CellMaker(sheet, plan)
    if str(plan.title):
        sheet.append([cells.title(plan.title)])
    sheet.append([cells.heading(text) for text in plan.headings])
    last_row = heading_row
    for row in chain(sample, rows):
        sheet.append(list(cells.row(row)))
        last_row += 1
    _set_up_ranges(sheet, len(plan.headings), heading_row, last_row)


def _sheet_name(wanted: Any, taken: Collection[str]) -> str:
    name = " ".join(str(wanted).translate(_NOT_IN_NAMES).split())[:_NAME_LENGTH] or "Sheet"
    lower = {other.lower() for other in taken}
    number, found = 2, name
    while found.lower() in lower:
        end = f" ({number})"
        found = name[: _NAME_LENGTH - len(end)] + end
        number += 1
    return found


def _set_up_page(
    sheet: Any, plan: SheetPlan, heading_row: int, sample: Sequence[Sequence[Any]]
) -> None:
    # A streamed sheet writes these before its first row; later they would be lost.
    sheet.freeze_panes = cell_ref(heading_row + 1, 1)
    sheet.page_setup.paperSize = _A4
    sheet.page_setup.orientation = "landscape" if plan.landscape else "portrait"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.oddFooter.center.text = "&P / &N"
    for index, width in enumerate(plan.widths or _widths(plan.headings, sample)):
        sheet.column_dimensions[column_letter(index + 1)].width = width


def _set_up_ranges(sheet: Any, columns: int, heading_row: int, last_row: int) -> None:
    last = column_letter(max(columns, 1))
    sheet.print_title_rows = f"1:{heading_row}"
    sheet.print_area = f"A1:{last}{last_row}"
    sheet.auto_filter.ref = f"A{heading_row}:{last}{last_row}"
    if heading_row > 1 and columns > 1:
        sheet.merged_cells.add(CellRange(f"A1:{last}1"))


def _widths(headings: Sequence[Any], sample: Sequence[Sequence[Any]]) -> Iterator[float]:
    narrowest, widest = _WIDTHS
    for index, heading in enumerate(headings):
        texts = [heading, *(row[index] for row in sample if index < len(row))]
        needed = max(_text_width("" if text is None else str(text)) for text in texts) + 2
        yield min(max(needed, narrowest), widest)


def _text_width(text: str) -> int:
    lines = text.splitlines() or [""]
    return max(sum(1 + (east_asian_width(char) in "WF") for char in line) for line in lines)


class _CellMaker:
    """Makes the cells of one sheet. Styles are set once each and shared: they cost the time."""

    def __init__(self, sheet: Any, plan: SheetPlan) -> None:
        self.sheet = sheet
        texts = [str(heading) for heading in plan.headings]
        columns = {_index(key, texts) for key in plan.text_columns}
        formats = {
            _index(key, texts): code for key, code in (plan.number_formats or {}).items()
        } | dict.fromkeys(columns, _TEXT)
        self.text_columns = columns
        self.formats = [formats.get(index, _GENERAL) for index in range(len(texts))]
        self.styles: dict[str, Any] = {}

    def title(self, text: Any) -> Any:
        cell = self._text_cell(str(text))
        cell.font, cell.alignment = Font(size=16, bold=True), _CENTRE
        return cell

    def heading(self, text: Any) -> Any:
        cell = self._text_cell(str(text))
        cell.font, cell.alignment = Font(bold=True), _CENTRE
        cell.fill, cell.border = _HEADING_FILL, _BORDER
        return cell

    def row(self, values: Sequence[Any]) -> Iterator[Any]:
        for index, value in enumerate(values):
            code = self.formats[index] if index < len(self.formats) else _GENERAL
            yield self._cell(value, code, is_text=index in self.text_columns)

    def _cell(self, value: Any, code: str, *, is_text: bool) -> Any:
        if value is None:
            return self._styled(WriteOnlyCell(self.sheet), code)
        if isinstance(value, datetime) and timezone.is_aware(value):
            value = timezone.make_naive(value)  # workbooks know no zones
        is_number = isinstance(value, int | float | Decimal | date)
        if is_text or not is_number or isinstance(value, PartialDate):
            return self._plain_text(str(value), code)
        if code == _GENERAL:
            code = _FORMATS.get(type(value), _GENERAL)
        return self._styled(WriteOnlyCell(self.sheet, value), code)

    def _plain_text(self, text: str, code: str) -> Any:
        # Marked as text too, so that it stays so when someone edits the cell.
        looks_like_formula = text.startswith(_FORMULA_STARTS)
        return self._styled(self._text_cell(text), _TEXT if looks_like_formula else code)

    def _text_cell(self, text: str) -> Any:
        cell = WriteOnlyCell(self.sheet)
        cell.value = ILLEGAL_CHARACTERS_RE.sub("", text)
        cell.data_type = "s"  # never a formula or an error value, whatever it begins with
        return cell

    def _styled(self, cell: Any, code: str) -> Any:
        if code not in self.styles:
            model = WriteOnlyCell(self.sheet)
            model.number_format, model.border = code, _BORDER
            self.styles[code] = model._style
        cell._style = self.styles[code]
        return cell


def _index(key: int | str, headings: Sequence[str]) -> int:
    return key if isinstance(key, int) else headings.index(key)
