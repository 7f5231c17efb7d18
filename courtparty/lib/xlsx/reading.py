"""Reading an uploaded workbook without trusting it."""

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from typing import Any

from courtparty.lib.xlsx.cells import Cell, Row, Sheet, Workbook
from courtparty.lib.xlsx.limits import MAX_BYTES
from courtparty.lib.xlsx.refusals import UnsafeWorkbook
from courtparty.lib.xlsx.sandbox import Limits, run_child

_MB = 2**20
_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BIFF = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00", b"\x09\x08")
_STARTS = [
    (b"%PDF", "pdf"),
    (b"\x89PNG", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"II*\0", "image"),
    (b"{\\rtf", "rtf"),
    (b"Rar!", "rar"),
    (b"7z\xbc\xaf", "rar"),
    (b"\x1f\x8b", "gzip"),
    (b"PK", "zip"),
]
_SAMPLE = 4096


def read_workbook(
    data: bytes, *, filename: str, max_bytes: int = MAX_BYTES, limits: Limits | None = None
) -> Workbook:
    """All sheets with their values, read in a child process; UnsafeWorkbook says why not.

    Sheets without anything in them are left out, hidden ones are read and marked.
    """
    check_file(data, filename=filename, max_bytes=max_bytes)
    with run_child("values", data, allowed=limits) as answer:
        workbook = _workbook(answer)
    workbook.sheets = [sheet for sheet in workbook.sheets if sheet.rows]
    if not workbook.sheets:
        raise UnsafeWorkbook("empty_workbook")
    for sheet in workbook.sheets:
        sheet.fill_merged()
    return workbook


def check_file(data: bytes, *, filename: str, max_bytes: int = MAX_BYTES) -> None:
    """Refuse by size and first bytes, before a process is started for it."""
    if not data:
        raise UnsafeWorkbook("empty_file")
    if len(data) > max_bytes:
        size = -(-len(data) * 10 // _MB) / 10  # rounded up: 10.01 MB is over 10
        raise UnsafeWorkbook("too_large", {"size": size, "limit": max_bytes // _MB})
    if data.startswith(_OLE):
        raise _ole_refusal(data)
    if data.startswith(_BIFF):
        raise UnsafeWorkbook("old_xls")
    if not data.startswith(_ZIP):
        raise UnsafeWorkbook("not_xlsx", {"looks": _looks_of(data)})
    if filename.lower().endswith((".xlsm", ".xltm")):
        raise UnsafeWorkbook("macro")


def _ole_refusal(data: bytes) -> UnsafeWorkbook:
    """OLE is the container of .xls, of .doc, and of an .xlsx with a password."""
    if "EncryptedPackage".encode("utf-16-le") in data:
        return UnsafeWorkbook("encrypted")
    if "WordDocument".encode("utf-16-le") in data:
        return UnsafeWorkbook("not_xlsx", {"looks": "doc"})
    return UnsafeWorkbook("old_xls")


def _looks_of(data: bytes) -> str:
    for start, looks in _STARTS:
        if data.startswith(start):
            return looks
    text = _as_text(data[:_SAMPLE])
    if text is None:
        return "unknown"
    opening = text.lstrip("\ufeff \r\n\t").lower()
    if opening.startswith("<?xml"):
        return "xml"
    return "html" if opening.startswith("<") else "csv"


def _as_text(sample: bytes) -> str | None:
    if sample.startswith((b"\xff\xfe", b"\xfe\xff")):
        return sample.decode("utf-16", "ignore")
    if b"\0" in sample:
        return None
    for encoding in ("utf-8", "gb18030"):
        for cut in range(4):  # the sample may end inside a character
            try:
                return sample[: len(sample) - cut].decode(encoding)
            except UnicodeDecodeError:
                continue
    return None


def _workbook(lines: Iterable[bytes]) -> Workbook:
    """The workbook from the child's lines: a sheet, its rows, its merges, and one end."""
    workbook = Workbook([])
    cells: dict[str, Cell] = {}  # of a text that occurs often there is one cell
    is_whole = False
    for line in _parsed(lines):
        match line:
            case ["sheet", name, hidden]:
                workbook.sheets.append(Sheet(name, [], hidden))
            case ["merged", merges]:
                workbook.sheets[-1].merged = tuple(map(tuple, merges))
            case ["end", epoch1904]:
                workbook.epoch1904, is_whole = epoch1904, True
            case [number, *values]:
                _add_row(workbook.sheets[-1].rows, number, values, cells)
    if not is_whole:
        raise UnsafeWorkbook("corrupt")
    for sheet in workbook.sheets:
        sheet.epoch1904 = workbook.epoch1904
    return workbook


def _parsed(lines: Iterable[bytes]) -> Iterator[list[Any]]:
    return (json.loads(line) for line in lines)


def _add_row(rows: list[Row], number: int, values: list[Any], cells: dict[str, Cell]) -> None:
    rows.extend(Row(blank, ()) for blank in range(len(rows) + 1, number))
    rows.append(Row(number, tuple(_cell(value, cells) for value in values)))


def _cell(value: Any, cells: dict[str, Cell]) -> Cell | None:
    if value is None:
        return None
    if isinstance(value, str):
        return cells.get(value) or cells.setdefault(value, Cell(value, "text"))
    if isinstance(value, bool):
        return Cell(value, "bool")
    if isinstance(value, list):
        return _LISTED[value[0]](*value[1:])
    return Cell(value, "number")


def _formula(text: str, cached: Any) -> Cell:
    known = _cell(cached, {})
    return Cell(text, "formula", known.value if known else None)


_LISTED: dict[str, Callable[..., Cell]] = {
    "date": lambda text: Cell(date.fromisoformat(text), "date"),
    "time": lambda text: Cell(datetime.fromisoformat(text), "date"),
    "error": lambda text: Cell(text, "error"),
    "formula": _formula,
}
