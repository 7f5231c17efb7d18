"""What a sheet of case figures says, and whether its numbers agree. Pure: no database, no clock."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from appraisal.rules.measures import CLOSING_RATE_TOLERANCE

PLACES = Decimal("0.0001")
LARGEST = Decimal(10) ** 9
YES, NO = frozenset({"是", "√", "yes", "y"}), frozenset({"否", "×", "no", "n"})
NOT_SAID = frozenset({"", "-", "--", "—", "——", "–", "－", "/", "／", "\\", "无", "N/A", "n/a"})

_WRITTEN = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)")
_NAMED = re.compile(r"(?P<y>\d{4})年(?P<m>\d{1,2})月(?!\d{1,2}[日号])")
_DASHED = re.compile(r"(?<!\d)(?P<y>\d{4})[-./_](?P<m>\d{1,2})(?!\d|[-./_]\d)")
_PACKED = re.compile(r"(?<!\d)(?P<y>20\d{2})(?P<m>0[1-9]|1[0-2])(?!\d)")
_MONTH_ONLY = re.compile(r"(?<!\d)(?P<m>\d{1,2})月(?:份)?(?!\d)")
_SPAN = re.compile(
    r"(?<!\d)\d{1,2}月?[-~–—至到](?:\d{4}年)?\d{1,2}月(?!\d)"
    r"|\d{4}[-./]\d{1,2}[-~–—至到]\d{4}[-./]\d{1,2}(?!\d)"
    r"|[上下]半年|[一二三四1-4]季度|全年"
)
_CHINESE_MONTHS = ("十二", "十一", "十", "一", "二", "三", "四", "五", "六", "七", "八", "九")
_CHINESE_NUMBERS = (12, 11, 10, 1, 2, 3, 4, 5, 6, 7, 8, 9)

_AS_OF = re.compile(
    r"(?:截至|截止|截止到|统计至|asof)(?:日期|时间|日|到)?[:]?"
    r"(?:(?P<y>\d{4})[年./-])?(?P<m>\d{1,2})[月./-](?:(?P<d>\d{1,2})日?|[底末])",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class MonthName:
    """A month as some text names it; the year may be left to other texts."""

    month: int
    year: int | None = None

    def agrees_with(self, other: "MonthName") -> bool:
        same_year = None in (self.year, other.year) or self.year == other.year
        return same_year and self.month == other.month


class SeveralMonths(Exception):
    """The text names a span of months, such as 1-10月."""


def month_named(text: str) -> MonthName | None:
    """The month a sheet's name or a title names: 2026-01, 202601, 2026年1月, 1月, 一月."""
    plain = _AS_OF.sub(" ", _plain(text))
    if _SPAN.search(plain):
        raise SeveralMonths(text)
    for spelling in (_NAMED, _DASHED, _PACKED):
        if match := spelling.search(plain):
            return _month(int(match["m"]), int(match["y"]))
    if match := _MONTH_ONLY.search(_digits_for_months(plain)):
        return _month(int(match["m"]), None)
    return None


def _month(month: int, year: int | None) -> MonthName | None:
    return MonthName(month, year) if 1 <= month <= 12 else None


def _digits_for_months(text: str) -> str:
    for word, number in zip(_CHINESE_MONTHS, _CHINESE_NUMBERS, strict=True):
        text = text.replace(f"{word}月", f"{number}月")
    return text


def as_of_named(texts: Iterable[str], *, month: date | None) -> date | None:
    """The day the figures stand at: 数据截至2026-01-28, 统计截止日期：2026年1月28日, 截至1月28日.

    A day without a year belongs to the sheet's ``month`` or the months after it.
    """
    for text in texts:
        match = _AS_OF.search(_plain(text))
        if match is None:
            continue
        year = int(match["y"]) if match["y"] else _year_for(int(match["m"]), month)
        try:
            first = date(year, int(match["m"]), 1)
            return first.replace(day=int(match["d"])) if match["d"] else _last_day(first)
        except ValueError:
            continue
    return None


def _last_day(first: date) -> date:
    return month_after(first) - timedelta(days=1)


def _year_for(named: int, month: date | None) -> int:
    if month is None:
        return 0
    return month.year + 1 if named < month.month else month.year


def _plain(text: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


# -- numbers ----------------------------------------------------------------------------------


class NotANumber(Exception):
    """A cell that holds no figure; ``code`` says in which way."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def figure_from(
    content: object,
    *,
    is_whole: bool,
    is_share: bool = False,
    maximum: Decimal | None = None,
) -> Decimal | None:
    """The figure in a cell's content, None where the cell says nothing: missing, never zero.

    ``is_share``: the measure is a share and may be written as a percentage, of one or, where
    ``maximum`` is above one, of a hundred. Of a whole measure up to one, yes and no are read.
    """
    if content is None or (isinstance(content, str) and _plain(content) in NOT_SAID):
        return None
    if isinstance(content, bool) or not isinstance(content, int | float | Decimal | str):
        raise NotANumber("figure_not_a_number")
    value = _yes_or_no(content) if is_whole and maximum == 1 else None
    if value is None:
        of_hundred = maximum is not None and maximum > 1
        value = _number(content, percent=(1 if of_hundred else 100) if is_share else 0)
    if fault := value_fault(value, is_whole=is_whole, maximum=maximum):
        raise NotANumber(fault)
    return value


def value_fault(value: Decimal, *, is_whole: bool, maximum: Decimal | None = None) -> str:
    """Why a number can't be a figure, as a code; '' when it can."""
    if value < 0:
        return "figure_negative"
    if value >= LARGEST:
        return "figure_too_large"
    if is_whole and value != value.to_integral_value():
        return "figure_not_whole"
    return "figure_over_maximum" if maximum is not None and value > maximum else ""


def _yes_or_no(content: object) -> Decimal | None:
    word = _plain(content).lower() if isinstance(content, str) else ""
    return Decimal(1) if word in YES else Decimal(0) if word in NO else None


def _number(content: int | float | Decimal | str, *, percent: int) -> Decimal:
    """``percent``: what a number with a per-cent sign is divided by; 0 where it can't have one."""
    if not isinstance(content, str):
        # repr of a float is the shortest text that means it: 27.9, not 27.899999999999998578.
        return _rounded(repr(content) if isinstance(content, float) else str(content))
    text = _plain(content)
    if text.startswith("="):
        raise NotANumber("figure_formula_text")
    if text.endswith("%") and percent:
        return (_written(text.removesuffix("%")) / percent).quantize(PLACES, ROUND_HALF_UP)
    return _written(re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", text).rstrip("件天人次"))


def _written(text: str) -> Decimal:
    # Decimal reads more than people write: 1_0 as 10, 1e3 as 1000.
    if _WRITTEN.fullmatch(text) is None:
        raise NotANumber("figure_not_a_number")
    return _rounded(text)


def _rounded(text: str) -> Decimal:
    try:
        value = Decimal(text).quantize(PLACES, ROUND_HALF_UP)
    except InvalidOperation:
        raise NotANumber("figure_not_a_number") from None
    if value.is_nan():
        raise NotANumber("figure_not_a_number")
    return value


def rate_from(content: object) -> Decimal | None:
    """A closing rate in per cent, from '45.16%', 0.4516 or 45.16; None when there is none."""
    if isinstance(content, bool) or not isinstance(content, int | float | Decimal | str):
        return None
    text = _plain(str(content))
    try:
        value = Decimal(text.removesuffix("%"))
    except InvalidOperation:
        return None
    if not value.is_finite():
        return None
    return value if text.endswith("%") or value > 1 else value * 100


# -- what must agree --------------------------------------------------------------------------

Values = Mapping[str, Decimal | None]


@dataclass(frozen=True, slots=True)
class Conflict:
    """Numbers of one row that cannot, or hardly can, all be true; ``measure`` is where to look.

    ``whole`` is the measure that ``measure`` is a part of, for conflicts that name both.
    """

    code: str
    measure: str
    numbers: tuple[Decimal, ...]
    is_error: bool
    whole: str = ""


def conflicts(values: Values) -> list[Conflict]:
    """Where the numbers of one officer and month contradict each other."""
    closed = values.get("closed")
    known = _sum(values, "carried_over", "new")
    accepted = known if values.get("accepted") is None else values.get("accepted")
    revised = _sum(values, "revised", "remanded")
    limits = (
        ("closed_over_accepted", "closed", closed, accepted, True),
        ("within_limit_over_closed", "within_limit", values.get("within_limit"), closed, True),
        ("settled_over_closed", "mediated", _sum(values, "mediated", "withdrawn"), closed, True),
        ("summary_over_closed", "summary", values.get("summary"), closed, False),
        ("revised_over_appealed", "revised", revised, values.get("appealed"), False),
        (
            "long_over_pending",
            "long_pending",
            values.get("long_pending"),
            values.get("pending"),
            False,
        ),
    )
    found = [
        Conflict(code, measure, (number, limit), is_error)
        for code, measure, number, limit, is_error in limits
        if number is not None and limit is not None and number > limit
    ]
    sums = (
        ("accepted_not_sum", "accepted", values.get("accepted"), known),
        ("pending_not_rest", "pending", _sum(values, "closed", "pending"), accepted),
    )
    found += _parts_over_wholes(values)
    return found + [
        Conflict(code, measure, (number, expected), is_error=False)
        for code, measure, number, expected in sums
        if number is not None and expected is not None and number != expected
    ]


# What is counted out of another measure, beside tasks done out of those due.
PARTS = {"reviews_upheld": "reviews", "pretrial_settled": "pretrial_sent"}


def _parts_over_wholes(values: Values) -> list[Conflict]:
    """More done than was due can't be, whatever the task."""
    due = {f"{code.removesuffix('_due')}_done": code for code in values if code.endswith("_due")}
    pairs = sorted((PARTS | due).items())
    return [
        Conflict("part_over_whole", part, (number, limit), is_error=True, whole=whole)
        for part, whole in pairs
        if (number := values.get(part)) is not None
        and (limit := values.get(whole)) is not None
        and number > limit
    ]


def _sum(values: Values, *codes: str) -> Decimal | None:
    numbers = [number for code in codes if (number := values.get(code)) is not None]
    return sum(numbers, Decimal(0)) if len(numbers) == len(codes) else None


def closing_rate(values: Values) -> Decimal | None:
    """Closed out of carried over and new, in per cent."""
    accepted, closed = _sum(values, "carried_over", "new"), values.get("closed")
    if accepted is None or closed is None or not accepted:
        return None
    return closed * 100 / accepted


def rate_differs(stated: Decimal, values: Values) -> bool:
    """Whether a stated closing rate is more than 0.1 point off what the numbers give."""
    computed = closing_rate(values)
    return computed is not None and abs(stated - computed) > Decimal(CLOSING_RATE_TOLERANCE)


def month_before(month: date) -> date:
    return date(month.year - (month.month == 1), (month.month - 2) % 12 + 1, 1)


def month_after(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def month_span(months: Iterable[date]) -> str:
    """'2026-01 … 2026-10', or '2026-01' for one month."""
    ordered = sorted(months)
    if not ordered:
        return ""
    first, last = f"{ordered[0]:%Y-%m}", f"{ordered[-1]:%Y-%m}"
    return first if first == last else f"{first} … {last}"


def plain_number(value: Decimal) -> str:
    """28.0000 as 28, 27.9000 as 27.9: the shortest writing, the same on every database."""
    return f"{value.normalize():f}"
