"""What may be entered as received: its period, quantity and day; and the rows of the workbook.

Pure. Codes of faults are put into words in ``retention.received_wording``.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from cadres.rules.roster import CellFault
from courtparty.lib.dates import PartialDate
from courtparty.lib.people import id_number_fault, normal_id, normal_name
from courtparty.lib.xlsx.cells import Cell
from retention.rules.entitlement_tables import (
    ALLOWANCE,
    ANNUAL_LEAVE,
    CHECKUP,
    JUDGE_RANK_STEP,
    MAKEUP_REST,
    RANK_STEP,
    WAGE_STEP,
)

# Field → the headings offices write. The first is the one we write ourselves.
HEADINGS: dict[str, tuple[str, ...]] = {
    "number": ("序号", "编号", "No.", "No"),
    "name": ("姓名", "人员姓名", "干警姓名", "Name", "Full name", "Officer"),
    "id_number": (
        "身份证号", "身份证号码", "身份证", "公民身份号码", "证件号码", "ID number", "ID No.", "ID",
    ),
    "kind": ("待遇", "待遇类别", "待遇种类", "待遇项目", "类别", "Kind", "Entitlement"),
    "variant": ("档次或级别", "档次级别", "档次/级别", "Step or level", "Which step"),
    "received_on": (
        "落实日期", "落实时间", "享受日期", "取得日期", "执行日期", "执行时间", "起算日期",
        "Received on", "Day received", "Effective",
    ),
    "period": ("所属期间", "期间", "所属年度", "年度", "所属月份", "Period", "For the period"),
    "quantity": ("数量", "数额", "天数", "金额", "Quantity", "Amount", "Days"),
    "document": ("文号", "文件号", "依据文号", "文件", "Document", "Document number"),
}  # fmt: skip
REQUIRED = frozenset({"name", "kind", "received_on"})

# Code → the words for it. The first is the one we write ourselves.
KIND_WORDS: dict[str, tuple[str, ...]] = {
    RANK_STEP: ("职级晋升", "职级", "晋升职级", "rank step"),
    WAGE_STEP: ("工资晋升", "工资档次级别", "工资", "wage step"),
    JUDGE_RANK_STEP: ("法官等级晋升", "法官等级", "judge rank step"),
    ANNUAL_LEAVE: ("年休假", "年假", "带薪年休假", "annual leave"),
    MAKEUP_REST: ("补休", "加班补休", "调休", "make-up rest", "makeup rest"),
    ALLOWANCE: ("岗位津贴", "津贴", "post allowance", "allowance"),
    CHECKUP: ("健康体检", "体检", "health check-up", "check-up", "checkup"),
}
VARIANT_WORDS: dict[str, tuple[str, ...]] = {
    "step": ("档次", "工资档次", "晋档", "wage step", "step"),
    "level": ("级别", "工资级别", "晋级", "wage level", "level"),
}
# Kind → how its period is written: a year, a month, a day, or not at all.
YEAR, MONTH, DAY, NO_PERIOD = "year", "month", "day", ""
PERIOD_OF = {
    RANK_STEP: NO_PERIOD,
    WAGE_STEP: NO_PERIOD,
    JUDGE_RANK_STEP: NO_PERIOD,
    ANNUAL_LEAVE: YEAR,
    MAKEUP_REST: DAY,
    ALLOWANCE: MONTH,
    CHECKUP: NO_PERIOD,
}
_PERIODS = {YEAR: r"\d{4}", MONTH: r"\d{4}-\d{2}", DAY: r"\d{4}-\d{2}-\d{2}"}
# At most: days of leave a year, hours of a day, yuan of a month, otherwise one.
MOST = {ANNUAL_LEAVE: Decimal(60), MAKEUP_REST: Decimal(24), ALLOWANCE: Decimal("99999.99")}
ONE = Decimal(1)
LONGEST_DOCUMENT, SHOWN = 80, 40
EARLIEST = date(1950, 1, 1)
CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class ReceivedRow:
    """A row that was read: what to look the officer up by, and what was received."""

    name: str
    id_number: str
    kind: str
    variant: str
    received_on: date
    period: str
    quantity: Decimal
    document: str


@dataclass(frozen=True, slots=True)
class ParsedReceived:
    row: ReceivedRow | None
    faults: tuple[CellFault, ...]


def is_period(kind: str, text: str) -> bool:
    """Whether a text is the kind's period: 2026, 2026-10, 2026-10-03, or nothing."""
    shape = PERIOD_OF[kind]
    if shape == NO_PERIOD:
        return text == ""
    if re.fullmatch(_PERIODS[shape], text) is None:
        return False
    parts = [int(part) for part in text.split("-")]
    try:
        date(parts[0], *([*parts[1:], 1, 1])[:2])
    except ValueError:
        return False
    return parts[0] >= EARLIEST.year


def usual_period(kind: str, on: date) -> str:
    """The period a day lies in: what an empty one stands for."""
    text = on.isoformat()
    return {YEAR: text[:4], MONTH: text[:7], DAY: text}.get(PERIOD_OF[kind], "")


def received_faults(
    kind: str, variant: str, received_on: date, period: str, quantity: Decimal, *, on: date
) -> list[CellFault]:
    """Everything that forbids an entry, whether typed by hand or read from a workbook."""
    faults = []
    if (kind == WAGE_STEP) != bool(variant):
        faults.append(CellFault("variant", "variant_missing" if not variant else "variant_extra"))
    if received_on > on:
        faults.append(CellFault("received_on", "date_future", {"value": received_on.isoformat()}))
    if received_on < EARLIEST:
        faults.append(CellFault("received_on", "received_too_early", {"year": EARLIEST.year}))
    if not is_period(kind, period):
        code = f"period_{PERIOD_OF[kind] or 'none'}"
        faults.append(CellFault("period", code, {"value": _short(period)}))
    elif period > on.isoformat():
        faults.append(CellFault("period", "period_future", {"value": period}))
    return faults + quantity_faults(kind, quantity)


def quantity_faults(kind: str, quantity: Decimal) -> list[CellFault]:
    most = MOST.get(kind, ONE)
    if kind not in MOST and quantity != ONE:
        return [CellFault("quantity", "quantity_one")]
    if quantity <= 0 or quantity > most or quantity != quantity.quantize(CENT):
        return [CellFault("quantity", "quantity_bounds", {"most": f"{most:f}"})]
    return []


# -- rows of a workbook -----------------------------------------------------------------------


def parse_row(
    cells: Mapping[str, Cell | None], *, on: date, epoch1904: bool = False
) -> ParsedReceived:
    """One row; ``cells``: each column the sheet has, None where it says nothing."""
    faults: list[CellFault] = []
    for name in HEADINGS:
        fault = _unreadable(name, cells.get(name))
        if fault:
            faults.append(fault)
    if faults:
        return ParsedReceived(None, tuple(faults))
    name = _name(cells.get("name"), faults)
    number = _id_number(cells.get("id_number"), faults)
    kind = _word("kind", cells.get("kind"), KIND_WORDS, faults)
    variant = _word("variant", cells.get("variant"), VARIANT_WORDS, faults)
    day = _day(cells.get("received_on"), faults, epoch1904=epoch1904)
    quantity = _quantity(cells.get("quantity"), kind, faults)
    document = _text(cells.get("document"))
    if len(document) > LONGEST_DOCUMENT:
        params = {"length": len(document), "limit": LONGEST_DOCUMENT}
        faults.append(CellFault("document", "too_long", params))
    if faults or day is None or quantity is None:
        return ParsedReceived(None, tuple(faults))
    period = _period(cells.get("period"), kind, day, epoch1904=epoch1904)
    faults += received_faults(kind, variant, day, period, quantity, on=on)
    if faults:
        return ParsedReceived(None, tuple(faults))
    row = ReceivedRow(name, number, kind, variant, day, period, quantity, document)
    return ParsedReceived(row, ())


def _unreadable(name: str, cell: Cell | None) -> CellFault | None:
    if cell is None:
        return None
    if cell.kind == "error":
        return CellFault(name, "cell_error", {"value": _short(cell.text)})
    if cell.kind == "formula" or (cell.kind == "text" and cell.text.startswith("=")):
        return CellFault(name, "cell_formula")
    return None


def _text(cell: Cell | None) -> str:
    """One line without control characters, which PostgreSQL and workbooks refuse."""
    text = cell.text if cell else ""
    shown = "".join(char if char.isprintable() or char.isspace() else "" for char in text)
    return " ".join(shown.split())


def _short(text: str) -> str:
    return text if len(text) <= SHOWN else text[:SHOWN] + "…"


def _name(cell: Cell | None, faults: list[CellFault]) -> str:
    name = normal_name(cell.text) if cell else ""
    if not name:
        faults.append(CellFault("name", "name_missing"))
    return name


def _id_number(cell: Cell | None, faults: list[CellFault]) -> str:
    if cell is None:
        return ""
    if cell.has_lost_digits:
        faults.append(CellFault("id_number", "id_digits_lost"))
        return ""
    number = normal_id(cell.text)
    fault = id_number_fault(number)
    if fault == "length":
        faults.append(CellFault("id_number", "id_length", {"length": len(number)}))
    elif fault:
        faults.append(CellFault("id_number", f"id_{fault}"))
    return number


def _key(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text)
    return re.sub(r"[\s()]+", "", plain).lower()


def _word(
    field: str, cell: Cell | None, words: Mapping[str, tuple[str, ...]], faults: list[CellFault]
) -> str:
    text = _text(cell)
    if not text:
        if field == "kind":
            faults.append(CellFault(field, "kind_missing"))
        return ""
    known = {_key(word): code for code, texts in words.items() for word in (code, *texts)}
    code = known.get(_key(text))
    if code is None:
        params = {"value": _short(text), "known": [texts[0] for texts in words.values()]}
        faults.append(CellFault(field, f"{field}_unknown", params))
    return code or ""


def _day(cell: Cell | None, faults: list[CellFault], *, epoch1904: bool) -> date | None:
    if cell is None:
        faults.append(CellFault("received_on", "received_on_missing"))
        return None
    try:
        found = PartialDate.from_cell(cell.value, epoch1904=epoch1904)
    except ValueError:
        faults.append(CellFault("received_on", "date_bad", {"value": _short(cell.text)}))
        return None
    if found.day is None:
        faults.append(CellFault("received_on", "day_needed", {"value": found.isoformat()}))
        return None
    return found.first


def _quantity(cell: Cell | None, kind: str, faults: list[CellFault]) -> Decimal | None:
    """One for what is given at once; days, hours and money are always written."""
    text = _text(cell).replace(",", "")
    if not text:
        if kind in MOST:
            faults.append(CellFault("quantity", "quantity_missing"))
            return None
        return ONE
    try:
        number = Decimal(unicodedata.normalize("NFKC", text))
        if not number.is_finite() or abs(number) >= 10**8:
            raise InvalidOperation
    except InvalidOperation:
        faults.append(CellFault("quantity", "quantity_bad", {"value": _short(text)}))
        return None
    return number


def _period(cell: Cell | None, kind: str, day: date, *, epoch1904: bool) -> str:
    """As it is kept; an empty one is the day's own. What can't be read stays for the fault."""
    text = _text(cell)
    shape = PERIOD_OF[kind]
    if not text:
        return usual_period(kind, day)
    if shape == YEAR:
        return text.removesuffix("年")
    if cell is not None and isinstance(cell.value, date | datetime):
        text = cell.value.isoformat()[:10]
    if shape in (MONTH, DAY):
        try:
            found = PartialDate.from_cell(text, epoch1904=epoch1904)
        except ValueError:
            return text
        return found.isoformat()[: 7 if shape == MONTH else 10]
    return text
