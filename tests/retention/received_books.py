"""Workbooks of what was received, made for tests."""

from io import BytesIO
from typing import Any

import openpyxl

HEADINGS = [
    "序号", "姓名", "身份证号", "待遇", "档次或级别", "落实日期", "所属期间", "数量", "文号",
]  # fmt: skip


def book(
    rows: list[list[Any]], headings: list[str] | None = None, title: str = "待遇落实"
) -> bytes:
    """A sheet with a title row, the headings, and the rows below them."""
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.title = "待遇落实"
    sheet.append([title])
    sheet.append(headings or HEADINGS)
    for row in rows:
        sheet.append(row)
    content = BytesIO()
    workbook.save(content)
    return content.getvalue()


def row(officer: Any, kind: str = "职级晋升", on: Any = "2026-04-01", **fields: Any) -> list[Any]:
    values = {
        "variant": None, "period": None, "quantity": None, "document": "示政〔2026〕3号",
        "name": officer.name, "number": officer.id_number,
    } | fields  # fmt: skip
    return [
        1, values["name"], values["number"], kind, values["variant"], on, values["period"],
        values["quantity"], values["document"],
    ]  # fmt: skip
