"""Reading a workbook of what was received into rows and faults. Touches no table."""

from collections.abc import Generator
from dataclasses import dataclass, field
from datetime import date

from cadres.rules.roster import CellFault
from courtparty.lib.xlsx import (
    Cell,
    Fault,
    Sheet,
    Table,
    Workbook,
    find_table,
    is_blank,
    read_workbook,
)
from courtparty.lib.xlsx.faults import Faults
from retention import received_wording  # noqa: F401  (the faults get their texts there)
from retention.rules.received import HEADINGS, REQUIRED, ReceivedRow, parse_row

STEP = 250


@dataclass(frozen=True, slots=True)
class PlacedRow:
    """A row that was read, and where it stands."""

    sheet: str
    number: int
    row: ReceivedRow


@dataclass(slots=True)
class ReceivedReading:
    """What a workbook says: the rows without errors, and all that is wrong or unknown."""

    rows: list[PlacedRow] = field(default_factory=list)
    faults: Faults = field(default_factory=Faults)
    tables: dict[str, Table] = field(default_factory=dict)
    sheets: list[str] = field(default_factory=list)

    @property
    def heading_rows(self) -> dict[str, int]:
        return {name: table.heading_row for name, table in self.tables.items()}

    @property
    def unknown_headings(self) -> list[tuple[str, str, str]]:
        """(sheet, cell, heading) of the columns that are not read."""
        return [
            (name, ref, heading)
            for name, table in self.tables.items()
            for heading, ref in table.unknown
        ]

    def add_fault(self, sheet: str, number: int, fault: CellFault) -> None:
        letter = self.tables[sheet].letter(fault.field)
        self.faults.add(Fault(sheet, number, letter, fault.code, fault.params, fault.severity))


def read_received(
    content: bytes, *, filename: str, on: date
) -> Generator[tuple[int, int], None, ReceivedReading]:
    """Yield (rows read, rows in all) now and then; UnsafeWorkbook when the file is not read."""
    workbook = read_workbook(content, filename=filename)
    reading = ReceivedReading(sheets=[sheet.name for sheet in workbook.sheets])
    _find_tables(workbook, reading)
    found = [
        (table, number, cells)
        for table in reading.tables.values()
        for number, cells in table.rows
        if any(not is_blank(cell) for name, cell in cells.items() if name != "number")
    ]
    for done, (table, number, cells) in enumerate(found, start=1):
        _read_row(reading, table, number, cells, on)
        if done % STEP == 0:
            yield done, len(found)
    if reading.tables and not found:
        name, table = next(iter(reading.tables.items()))
        reading.faults.add(Fault(name, table.heading_row, "", "no_received"))
    yield len(found), len(found)
    return reading


def _read_row(
    reading: ReceivedReading, table: Table, number: int, cells: dict[str, Cell], on: date
) -> None:
    # A formula that was never worked out, and an error, look blank but are not.
    shown = {
        name: None if is_blank(cell) and cell.kind not in ("formula", "error") else cell
        for name, cell in cells.items()
    }
    parsed = parse_row(shown, on=on, epoch1904=table.sheet.epoch1904)
    for fault in parsed.faults:
        reading.add_fault(table.sheet.name, number, fault)
    if parsed.row:
        reading.rows.append(PlacedRow(table.sheet.name, number, parsed.row))


def _find_tables(workbook: Workbook, reading: ReceivedReading) -> None:
    """The sheets that hold such a list. One without its headings is left out, and that is said."""
    refused: list[tuple[Sheet, list[Fault]]] = []
    for sheet in workbook.sheets:
        if sheet.hidden:
            reading.faults.add(Fault(sheet.name, 0, "", "sheet_hidden", severity="warning"))
            continue
        found = find_table(sheet, HEADINGS, set(REQUIRED))
        if isinstance(found, Table):
            reading.tables[sheet.name] = found
        else:
            refused.append((sheet, found))
    is_alone = not reading.tables
    for place, (sheet, faults) in enumerate(refused):
        # A row that names most headings is meant as such a list: what it lacks is an error.
        if any(fault.row for fault in faults) or (is_alone and place == 0):
            reading.faults.extend(faults)
        else:
            left_out = Fault(sheet.name, 0, "", "received_sheet_left_out", severity="warning")
            reading.faults.add(left_out)
