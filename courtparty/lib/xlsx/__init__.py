"""Workbooks: safe reading, finding the table, faults as values, and writing for the office."""

from courtparty.lib.xlsx.cells import BLANK, Cell, Row, Sheet, Workbook, cell_ref, column_letter
from courtparty.lib.xlsx.faults import Fault, fault_text, register_fault_texts
from courtparty.lib.xlsx.marking import mark_errors
from courtparty.lib.xlsx.reading import check_file, read_workbook
from courtparty.lib.xlsx.refusals import UnsafeWorkbook, message
from courtparty.lib.xlsx.sandbox import Limits
from courtparty.lib.xlsx.tables import (
    EMPTY_WORDS,
    Table,
    find_table,
    is_blank,
    is_footer,
    is_total,
    normal_heading,
)
from courtparty.lib.xlsx.writing import SheetPlan, write_table, write_workbook

__all__ = [
    "BLANK",
    "EMPTY_WORDS",
    "Cell",
    "Fault",
    "Limits",
    "Row",
    "Sheet",
    "SheetPlan",
    "Table",
    "UnsafeWorkbook",
    "Workbook",
    "cell_ref",
    "check_file",
    "column_letter",
    "fault_text",
    "find_table",
    "is_blank",
    "is_footer",
    "is_total",
    "mark_errors",
    "message",
    "normal_heading",
    "read_workbook",
    "register_fault_texts",
    "write_table",
    "write_workbook",
]
