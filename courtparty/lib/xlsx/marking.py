"""The workbook to hand back: the one that came in, with each fault beside its row."""

import json
from collections.abc import Iterable, Mapping

from django.utils import translation
from django.utils.translation import gettext as _

from courtparty.lib.xlsx.faults import Fault, fault_text
from courtparty.lib.xlsx.reading import check_file
from courtparty.lib.xlsx.sandbox import Limits, run_child

_LENGTH_BYTES = 8
_USUAL = Limits(seconds=180)  # the whole workbook is loaded and written anew


def mark_errors(
    data: bytes,
    faults: Iterable[Fault],
    *,
    language: str = "zh-hans",
    heading_rows: Mapping[str, int] | None = None,
    limits: Limits | None = None,
) -> bytes:
    """The workbook with its faulty cells coloured and a last column that says what is wrong.

    ``heading_rows`` gives each sheet's heading row (``Table.heading_row``); without it the fullest
    row down to the first fault is taken. Faults of a whole sheet stand under the new heading.
    Formulas, formats and texts stay as they were; marking a marked workbook renews the marks.
    """
    check_file(data, filename="")
    with translation.override(language):
        plan = {
            "heading": _("What is wrong"),
            "heading_rows": dict(heading_rows or {}),
            "marks": [_mark(fault) for fault in faults],
        }
    head = json.dumps(plan).encode()
    length = len(head).to_bytes(_LENGTH_BYTES, "big")
    with run_child("marks", length, head, data, allowed=limits or _USUAL) as answer:
        return answer.read()


def _mark(fault: Fault) -> dict[str, str | int]:
    return {
        "sheet": fault.sheet,
        "row": fault.row,
        "column": fault.column,
        "text": str(fault_text(fault)),
        "severity": fault.severity,
    }
