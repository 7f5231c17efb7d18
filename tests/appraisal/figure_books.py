"""Workbooks of case figures for tests: the sample, and small ones with one thing changed."""

from io import BytesIO
from pathlib import Path

from openpyxl import Workbook, load_workbook

from cadres.models import Officer
from courtparty.accounts.models import Unit
from tests.factories import make_officer, make_unit

SAMPLE = Path(__file__).parent.parent / "samples" / "figures.xlsx"
FUNCTIONS = {
    "立案庭": Unit.Function.CASE_FILING,
    "刑事审判庭": Unit.Function.CRIMINAL,
    "民事审判第一庭": Unit.Function.CIVIL,
    "民事审判第二庭": Unit.Function.CIVIL,
    "行政审判庭": Unit.Function.ADMINISTRATIVE,
    "执行局": Unit.Function.ENFORCEMENT,
    "城关人民法庭": Unit.Function.TRIBUNAL,
}
HEADINGS = [
    "序号",
    "部门",
    "承办人",
    "旧存",
    "新收",
    "受理",
    "结案",
    "未结",
    "结案率",
    "平均审理天数",
]


def make_judges(court: Unit) -> dict[str, Officer]:
    """The officers of the sample workbook, with their departments."""
    sheet = load_workbook(SAMPLE).worksheets[0]  # read-only, it would keep the file open
    units: dict[str, Unit] = {}
    judges = {}
    for _number, department, name, *_rest in sheet.iter_rows(
        min_row=4, max_row=39, values_only=True
    ):
        if department not in units:
            units[department] = make_unit(court, department, function=FUNCTIONS[department])
        judges[name] = make_officer(court=court, department=units[department], name=name)
    return judges


def edited(edit) -> bytes:
    """The sample after ``edit`` of its openpyxl workbook."""
    return _saved(load_workbook(SAMPLE), edit)


def book(rows, *, name="2026-01", titles=None, headings=HEADINGS, edit=None) -> bytes:
    """A workbook of one month with these rows."""
    workbook = Workbook()
    sheet = workbook.active
    fill(sheet, rows, name=name, titles=titles, headings=headings)
    return _saved(workbook, edit)


def fill(sheet, rows, *, name="2026-01", titles=None, headings=HEADINGS) -> None:
    sheet.title = name
    for title in ["示例县人民法院审判质效情况", "数据截至2026-01-28"] if titles is None else titles:
        sheet.append([title])
    sheet.append(headings)
    for row in rows:
        sheet.append(row)


def row(department="民事审判第一庭", name="张海燕", old=10, new=5, closed=6, days=30.5, **other):
    """A row of HEADINGS whose numbers agree; ``other`` puts something else in a column."""
    rate = f"{closed * 100 / (old + new):.2f}%" if old + new else ""
    values = dict(
        zip(
            HEADINGS,
            [1, department, name, old, new, old + new, closed, old + new - closed, rate, days],
            strict=True,
        )
    )
    return list((values | other).values())


def _saved(workbook, edit) -> bytes:
    if edit:
        edit(workbook)
    out = BytesIO()
    workbook.save(out)
    return out.getvalue()
