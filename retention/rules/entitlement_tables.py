"""What the table of an entitlement rule holds for each kind, and how it is read.

Numbers a court may change stand in its rules; here are only their names and bounds. A table is
plain JSON: whole numbers, lists of codes, ladders of ranks and bands of years.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

RANK_STEP, WAGE_STEP, JUDGE_RANK_STEP = "rank_step", "wage_step", "judge_rank_step"
ANNUAL_LEAVE, MAKEUP_REST, ALLOWANCE, CHECKUP = (
    "annual_leave",
    "makeup_rest",
    "allowance",
    "checkup",
)
KINDS = (
    RANK_STEP, WAGE_STEP, JUDGE_RANK_STEP, ANNUAL_LEAVE, MAKEUP_REST, ALLOWANCE, CHECKUP,
)  # fmt: skip
# Kinds of which something is given at once; the others add up over a year or a month.
STEPS = (RANK_STEP, WAGE_STEP, JUDGE_RANK_STEP)
# What a lasting gap in means a gap in pay.
PAY = (RANK_STEP, WAGE_STEP, JUDGE_RANK_STEP, ALLOWANCE)

CATEGORIES = (
    "quota_judge", "judge_assistant", "clerk", "judicial_police", "administrative", "contract",
)  # fmt: skip
GRADES = ("excellent", "competent", "basically_competent", "incompetent", "no_grade")
LONGEST_LADDER, LONGEST_RANK = 30, 40
MOST_MONTHS = 600


@dataclass(frozen=True, slots=True)
class TableFault:
    """What is wrong with a table: which field, a code, and values for the sentence."""

    name: str
    code: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Item:
    """One field of a table. ``shape``: number, categories, grades, ladder or bands."""

    name: str
    shape: str
    low: int = 0
    high: int = MOST_MONTHS
    may_be_empty: bool = False


_CATEGORIES = Item("categories", "categories")
_TERM = (
    _CATEGORIES,
    Item("ladder", "ladder"),
    Item("excellent_months", "number", high=60),
    Item("uncounted", "grades", may_be_empty=True),
)
SCHEMA: dict[str, tuple[Item, ...]] = {
    RANK_STEP: _TERM,
    JUDGE_RANK_STEP: _TERM,
    WAGE_STEP: (
        _CATEGORIES,
        Item("step_years", "number", low=1, high=30),
        Item("level_years", "number", low=1, high=30),
        Item("counted", "grades"),
        Item("month", "number", low=1, high=12),
    ),
    ANNUAL_LEAVE: (
        _CATEGORIES,
        Item("bands", "bands"),
        Item("personal_leave_days", "number", low=1, high=366),
    ),
    MAKEUP_REST: (_CATEGORIES, Item("months_back", "number", low=1, high=60)),
    ALLOWANCE: (
        _CATEGORIES,
        Item("days", "number", high=120),
        Item("months_back", "number", low=1, high=12),
    ),
    CHECKUP: (_CATEGORIES, Item("months", "number", low=1, high=120)),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class TermTable:
    """Months to stay in each rank before the next; None where no term is laid down."""

    categories: frozenset[str]
    months: Mapping[str, int | None]
    excellent_months: int
    uncounted: frozenset[str]


@dataclass(frozen=True, slots=True)
class WageTable:
    """Years of a counted grade to one wage step and to one wage level, and the month it begins."""

    categories: frozenset[str]
    years: Mapping[str, int]
    counted: frozenset[str]
    month: int


@dataclass(frozen=True, slots=True)
class LeaveTable:
    """The law's bands: from so many years of service so many days, none after so much absence."""

    categories: frozenset[str]
    bands: tuple[tuple[int, int, int], ...]
    personal_leave_days: int


@dataclass(frozen=True, slots=True)
class MonthsTable:
    """Months after which something is due again."""

    categories: frozenset[str]
    months: int


@dataclass(frozen=True, slots=True)
class RestTable:
    """How many months rest that was not given stays a gap after its term."""

    categories: frozenset[str]
    months_back: int


@dataclass(frozen=True, slots=True)
class AllowanceTable:
    """Days after the month's end by which an allowance is to be paid; months looked back."""

    categories: frozenset[str]
    days: int
    months_back: int


Table = TermTable | WageTable | LeaveTable | RestTable | AllowanceTable | MonthsTable


class FaultyTable(ValueError):
    """A table that can't be read; ``faults`` says all that is wrong with it."""

    def __init__(self, faults: Sequence[TableFault]) -> None:
        super().__init__(", ".join(f"{fault.name}: {fault.code}" for fault in faults))
        self.faults = list(faults)


def table_faults(kind: str, table: Any) -> list[TableFault]:
    """Everything wrong with the table of a rule, in the order of its fields."""
    if not isinstance(table, dict):
        return [TableFault("table", "table_no_object")]
    plain = flat(kind, table)
    known = {item.name for item in SCHEMA[kind]}
    faults = [TableFault(name, "table_unknown_field") for name in sorted(plain.keys() - known)]
    for item in SCHEMA[kind]:
        faults += _CHECKS[item.shape](item, plain.get(item.name))
    return faults


def flat(kind: str, table: Mapping[str, Any]) -> dict[str, Any]:
    """The table by field; what annual leave keeps under ``excluded`` joins its bands."""
    plain = dict(table)
    excluded = plain.pop("excluded", None) if kind == ANNUAL_LEAVE else None
    if isinstance(excluded, dict):
        plain["personal_leave_days"] = excluded.get("personal_leave_days")
        months = excluded.get("sick_months")
        bands = plain.get("bands")
        if isinstance(bands, list) and isinstance(months, list) and len(months) == len(bands):
            plain["bands"] = [
                {**band, "sick_months": month} if isinstance(band, dict) else band
                for band, month in zip(bands, months, strict=True)
            ]
    return plain


def stored(kind: str, plain: Mapping[str, Any]) -> dict[str, Any]:
    """The opposite of ``flat``: as the table is kept, and as the leave pages read it."""
    if kind != ANNUAL_LEAVE:
        return dict(plain)
    bands = plain["bands"]
    return {
        "categories": plain["categories"],
        "bands": [{"from_years": one["from_years"], "days": one["days"]} for one in bands],
        "excluded": {
            "personal_leave_days": plain["personal_leave_days"],
            "sick_months": [one["sick_months"] for one in bands],
        },
    }


def read_table(kind: str, table: Any) -> Table:
    """The table as the rules take it. Raises FaultyTable with all that is wrong."""
    faults = table_faults(kind, table)
    if faults:
        raise FaultyTable(faults)
    return _READERS[kind](flat(kind, table))


# -- checks -----------------------------------------------------------------------------------


def _is_whole(value: Any, low: int, high: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high


def _number(item: Item, value: Any) -> list[TableFault]:
    if _is_whole(value, item.low, item.high):
        return []
    return [TableFault(item.name, "table_number", {"low": item.low, "high": item.high})]


def _codes(known: Sequence[str]) -> Callable[[Item, Any], list[TableFault]]:
    def check(item: Item, value: Any) -> list[TableFault]:
        if not isinstance(value, list) or any(one not in known for one in value):
            return [TableFault(item.name, "table_codes")]
        if not value and not item.may_be_empty:
            return [TableFault(item.name, "table_choose_one")]
        return []

    return check


def _ladder(item: Item, value: Any) -> list[TableFault]:
    if not isinstance(value, list) or not 1 <= len(value) <= LONGEST_LADDER:
        return [TableFault(item.name, "table_ladder_length", {"high": LONGEST_LADDER})]
    faults = [
        TableFault(item.name, "table_ladder_row", {"row": number, "high": item.high})
        for number, row in enumerate(value, 1)
        if not _is_rung(row, item.high)
    ]
    if faults:
        return faults
    return [
        TableFault(item.name, "table_rank_twice", {"rank": rank})
        for rank in _repeated(rank_name(row["rank"]) for row in value)
    ]


def _is_rung(row: Any, high: int) -> bool:
    if not isinstance(row, dict) or row.keys() != {"rank", "months"}:
        return False
    rank, months = row["rank"], row["months"]
    is_named = isinstance(rank, str) and 0 < len(rank_name(rank)) <= LONGEST_RANK
    return is_named and (months is None or _is_whole(months, 1, high))


def _repeated(names: Iterable[str]) -> list[str]:
    seen: set[str] = set()
    twice = []
    for name in names:
        if name in seen:
            twice.append(name)
        seen.add(name)
    return twice


def _bands(item: Item, value: Any) -> list[TableFault]:
    if not isinstance(value, list) or not 1 <= len(value) <= LONGEST_LADDER:
        return [TableFault(item.name, "table_ladder_length", {"high": LONGEST_LADDER})]
    faults = [
        TableFault(item.name, "table_band_row", {"row": number})
        for number, row in enumerate(value, 1)
        if not _is_band(row)
    ]
    if faults:
        return faults
    years = [row["from_years"] for row in value]
    if years != sorted(set(years)):
        return [TableFault(item.name, "table_bands_rise")]
    return []


def _is_band(row: Any) -> bool:
    return (
        isinstance(row, dict)
        and row.keys() == {"from_years", "days", "sick_months"}
        and _is_whole(row["from_years"], 0, 60)
        and _is_whole(row["days"], 0, 366)
        and _is_whole(row["sick_months"], 1, 12)
    )


_CHECKS: dict[str, Callable[[Item, Any], list[TableFault]]] = {
    "number": _number,
    "categories": _codes(CATEGORIES),
    "grades": _codes(GRADES),
    "ladder": _ladder,
    "bands": _bands,
}


# -- reading ----------------------------------------------------------------------------------


def rank_name(text: str) -> str:
    """A rank without the spaces an office puts into it: '二级 主任科员' is 二级主任科员."""
    return "".join(text.split())


def _term(plain: Mapping[str, Any]) -> TermTable:
    return TermTable(
        frozenset(plain["categories"]),
        {rank_name(row["rank"]): row["months"] for row in plain["ladder"]},
        plain["excellent_months"],
        frozenset(plain["uncounted"]),
    )


def _wage(plain: Mapping[str, Any]) -> WageTable:
    years = {"step": plain["step_years"], "level": plain["level_years"]}
    counted = frozenset(plain["counted"])
    return WageTable(frozenset(plain["categories"]), years, counted, plain["month"])


def _leave(plain: Mapping[str, Any]) -> LeaveTable:
    bands = tuple((row["from_years"], row["days"], row["sick_months"]) for row in plain["bands"])
    return LeaveTable(frozenset(plain["categories"]), bands, plain["personal_leave_days"])


def _months(plain: Mapping[str, Any]) -> MonthsTable:
    return MonthsTable(frozenset(plain["categories"]), plain["months"])


def _rest(plain: Mapping[str, Any]) -> RestTable:
    return RestTable(frozenset(plain["categories"]), plain["months_back"])


def _allowance(plain: Mapping[str, Any]) -> AllowanceTable:
    return AllowanceTable(frozenset(plain["categories"]), plain["days"], plain["months_back"])


_READERS: dict[str, Callable[[Mapping[str, Any]], Table]] = {
    RANK_STEP: _term,
    JUDGE_RANK_STEP: _term,
    WAGE_STEP: _wage,
    ANNUAL_LEAVE: _leave,
    MAKEUP_REST: _rest,
    ALLOWANCE: _allowance,
    CHECKUP: _months,
}
