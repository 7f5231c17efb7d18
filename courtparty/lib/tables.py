"""The table finder under its short name; it lives beside the workbook reader."""

from courtparty.lib.xlsx.tables import (
    EMPTY_WORDS,
    Table,
    find_table,
    is_blank,
    is_footer,
    is_total,
    normal_heading,
)

__all__ = [
    "EMPTY_WORDS",
    "Table",
    "find_table",
    "is_blank",
    "is_footer",
    "is_total",
    "normal_heading",
]
