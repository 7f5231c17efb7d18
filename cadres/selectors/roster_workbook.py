"""Reading a roster workbook into rows and faults. Touches no table of the database."""

from collections.abc import Generator
from dataclasses import dataclass, field
from datetime import date

from cadres import wording  # noqa: F401  (the faults below get their texts there)
from cadres.rules.roster import (
    COMPARED_WITH_ID,
    HEADINGS,
    REQUIRED,
    CellFault,
    ParsedRow,
    parse_row,
    repeated,
)
from cadres.rules.roster_plan import OfficerRow
from courtparty.lib.crypto import keyed_hash
from courtparty.lib.tables import Table, find_table, is_blank
from courtparty.lib.xlsx import Cell, Fault, Sheet, Workbook, read_workbook
from courtparty.lib.xlsx.faults import Faults

STEP = 250

# An office numbers more rows than it has people, and merges a department down over them.
_SAY_NOTHING_ALONE = {"number", "department"}


@dataclass(slots=True)
class RosterReading:
    """What a workbook says: the people without errors, and all that is wrong or unknown."""

    rows: list[OfficerRow] = field(default_factory=list)
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

    def fault_at(self, row: OfficerRow, fault: CellFault) -> Fault:
        return _fault(self.tables[row.sheet], row.row, fault)


def read_roster(
    content: bytes, *, filename: str, on: date
) -> Generator[tuple[int, int], None, RosterReading]:
    """Yield (rows read, rows in all) now and then; UnsafeWorkbook when the file is not read."""
    workbook = read_workbook(content, filename=filename)
    reading = RosterReading(sheets=[sheet.name for sheet in workbook.sheets])
    _find_tables(workbook, reading)
    found = [
        (table, number, cells)
        for table in reading.tables.values()
        for number, cells in table.rows
        if _says_something(cells)
    ]
    parsed = []
    for done, (table, number, cells) in enumerate(found, start=1):
        parsed.append((table, number, _parse(table, cells, on)))
        if done % STEP == 0:
            yield done, len(found)
    _sort_out(parsed, reading)
    if reading.tables and not found:
        name, table = next(iter(reading.tables.items()))
        reading.faults.add(Fault(name, table.heading_row, "", "no_officers"))
    yield len(found), len(found)
    return reading


def _find_tables(workbook: Workbook, reading: RosterReading) -> None:
    """The sheets that hold a roster. One without its headings is left out, and that is said."""
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
    for number, (sheet, faults) in enumerate(refused):
        # A row that names most headings is meant as a roster: what it lacks is an error.
        if any(fault.row for fault in faults) or (is_alone and number == 0):
            reading.faults.extend(faults)
        else:
            reading.faults.add(Fault(sheet.name, 0, "", "sheet_left_out", severity="warning"))


def _says_something(cells: dict[str, Cell]) -> bool:
    return any(not is_blank(cell) for name, cell in cells.items() if name not in _SAY_NOTHING_ALONE)


def _parse(table: Table, cells: dict[str, Cell], on: date) -> ParsedRow:
    # A formula that was never worked out, and an error, look blank but are not.
    shown = {
        name: None if is_blank(cell) and cell.kind not in ("formula", "error") else cell
        for name, cell in cells.items()
    }
    return parse_row(shown, on=on, epoch1904=table.sheet.epoch1904)


def _sort_out(parsed: list[tuple[Table, int, ParsedRow]], reading: RosterReading) -> None:
    again = repeated(_number(row) for _table, _row, row in parsed)
    for place, (table, number, row) in enumerate(parsed):
        is_repeated = place in again
        reading.faults.extend(
            _fault(table, number, fault)
            for fault in row.faults
            if not (is_repeated and fault.code in COMPARED_WITH_ID)
        )
        if is_repeated:
            first_table, first_row, _parsed = parsed[again[place]]
            params = {"sheet": first_table.sheet.name, "row": first_row}
            reading.faults.add(_fault(table, number, CellFault("id_number", "id_twice", params)))
        elif row.is_usable:
            reading.rows.append(_officer_row(table, number, row))


def _number(row: ParsedRow) -> str | None:
    number = row.values.get("id_number")
    return str(number) if number else None


def _officer_row(table: Table, number: int, row: ParsedRow) -> OfficerRow:
    id_hash = keyed_hash(str(row.values["id_number"]), purpose="officer.id_number")
    return OfficerRow(table.sheet.name, number, id_hash, row.values)


def _fault(table: Table, row: int, fault: CellFault) -> Fault:
    letter = table.letter(fault.field)
    return Fault(table.sheet.name, row, letter, fault.code, fault.params, fault.severity)
