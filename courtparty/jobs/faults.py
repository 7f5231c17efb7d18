"""Faults of a workbook as its pages show them; templates/jobs/_faults.html draws them."""

from collections.abc import Mapping
from dataclasses import dataclass

from courtparty.lib.xlsx import Fault, fault_text


@dataclass(frozen=True, slots=True)
class ShownFault:
    """A fault in the reader's words, with the heading of its column."""

    sheet: str
    row: int
    column: str
    heading: str
    text: str


def shown_fault(fault: Fault, headings: Mapping[str, Mapping[str, str]]) -> ShownFault:
    """``headings``: for each sheet, the heading over each column letter."""
    heading = headings.get(fault.sheet, {}).get(fault.column, "")
    return ShownFault(fault.sheet, fault.row, fault.column, heading, str(fault_text(fault)))
