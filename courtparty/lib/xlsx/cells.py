"""What a workbook holds once it is read: plain values, small in memory."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, NamedTuple

Value = str | int | float | bool | date | datetime | None
Kind = Literal["text", "number", "date", "bool", "formula", "error"]

_EXACT_BELOW = 10**15


class Cell(NamedTuple):
    """One cell. Of a formula ``value`` is its text and ``cached`` what it came to when saved."""

    value: Value
    kind: Kind
    cached: Value = None

    @property
    def content(self) -> Value:
        """What the reader of the sheet sees."""
        return self.cached if self.kind == "formula" else self.value

    @property
    def text(self) -> str:
        """The content as text without spaces around: 12 for 12.0, ISO for dates."""
        content = self.content
        if content is None:
            return ""
        if isinstance(content, float) and content.is_integer():
            return str(int(content))
        if isinstance(content, datetime):
            return content.isoformat(sep=" ", timespec="minutes")
        return str(content).strip()

    @property
    def has_lost_digits(self) -> bool:
        """A number of more than 15 digits, of which a spreadsheet program has zeroed the rest."""
        is_number = isinstance(self.content, int | float) and not isinstance(self.content, bool)
        return is_number and abs(self.content) >= _EXACT_BELOW  # type: ignore[arg-type]


BLANK = Cell(None, "text")


class Row(NamedTuple):
    """One row; ``cells`` ends with the last cell that holds something."""

    number: int
    cells: tuple[Cell | None, ...]

    def cell(self, column: int) -> Cell:
        """The cell of a column counted from 0; a blank one where there is none."""
        found = self.cells[column] if column < len(self.cells) else None
        return found or BLANK


@dataclass(slots=True)
class Sheet:
    """One sheet, hidden or not. ``rows[n - 1]`` is row n, up to the last row with something.

    A vertical merge is filled down: each of its rows has the value. Across columns only the
    first one has it, so that a title over the table stays one cell.
    """

    name: str
    rows: list[Row]
    hidden: bool = False
    epoch1904: bool = False
    merged: Sequence[tuple[int, int, int, int]] = ()

    def fill_merged(self) -> None:
        """Repeat the value of each vertical merge in the rows below; twice is as once."""
        for top, column, bottom, _right in self.merged:
            if top > len(self.rows):
                continue
            value = self.rows[top - 1].cell(column - 1)
            if value is not BLANK:
                for row in self.rows[top:bottom]:
                    self.rows[row.number - 1] = _with_cell(row, column - 1, value)


@dataclass(slots=True)
class Workbook:
    """The sheets of a workbook, and whether its day numbers count from 1904."""

    sheets: list[Sheet]
    epoch1904: bool = False


def _with_cell(row: Row, column: int, cell: Cell) -> Row:
    cells = list(row.cells) + [None] * (column + 1 - len(row.cells))
    cells[column] = cells[column] or cell
    return Row(row.number, tuple(cells))


def column_letter(column: int) -> str:
    """The letters of a column counted from 1: A, Z, AA, XFD."""
    letters = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def cell_ref(row: int, column: int) -> str:
    """'D12' for row 12, column 4: both counted from 1."""
    return f"{column_letter(column)}{row}"
