"""What an officer may ask to have put right, and whether the proposed value can stand. Pure."""

from collections.abc import Mapping
from datetime import date

from cadres.rules.roster import (
    CATEGORIES,
    FIELDS,
    PARTY_STATUSES,
    SEXES,
    CellFault,
    Value,
    parse_row,
)
from courtparty.lib.xlsx.cells import Cell

CORRECTABLE = tuple(name for name in FIELDS if name != "remark")
WORDS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "sex": SEXES,
    "category": CATEGORIES,
    "party_status": PARTY_STATUSES,
}
UNITS = ("department", "branch")


def word_for(field: str, code: str) -> str:
    """The word that stands for a code in a workbook; other values stand for themselves."""
    return WORDS[field][code][0] if code and field in WORDS else code


def read_proposal(
    field: str, text: str, *, current: Mapping[str, str], on: date
) -> tuple[Value, list[CellFault]]:
    """The value ``text`` says, and what is wrong with it, by the rules of the roster import.

    ``current`` is the officer's row as a workbook would say it. Only faults that the proposal
    brings about are named: an officer can't ask for two corrections at once.
    """
    row = {name: Cell(value, "text") if value else None for name, value in current.items()}
    before = parse_row(row, on=on)
    after = parse_row(row | {field: Cell(text, "text") if text else None}, on=on)
    return after.values.get(field), [one for one in after.faults if one not in before.faults]
