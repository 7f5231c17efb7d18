"""Caseload of judges beside that of their peers, for the retention board.

These are case figures: they say how much work lies with somebody, and nothing about the person.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, localcontext

from django.db.models import Max

from appraisal.models import Figure
from appraisal.rules.figures import month_after
from appraisal.rules.periods import ARITHMETIC, months_in_post
from appraisal.rules.staff import StaffClass, head_share_of, staff_class_of
from appraisal.rules.standing import Spread, spread_of
from appraisal.selectors.figures import Figures, figures_for, shortened
from appraisal.selectors.head_shares import head_share_table
from cadres.models import Officer
from courtparty.accounts.models import Unit
from courtparty.lib.dates import Period

# What is compared, by the codes of the measures: a stock, and two flows per month in post.
STOCK, FLOWS = "pending", ("new", "closed")
MEASURES = (STOCK, *FLOWS)
TENTH = Decimal("0.1")
MONTHS = 6


@dataclass(frozen=True, slots=True)
class JudgeLoad:
    """The caseload of one judge over some months.

    ``amounts`` by measure: "pending" at the end of the last month, "new" and "closed" per month
    in post. None is missing, never zero. ``share`` is that of a head who carries fewer cases
    by office, in per cent, and is compared with nobody.
    """

    officer_id: int
    department_id: int
    function: str
    months: int
    amounts: Mapping[str, Decimal | None]
    share: Decimal | None


@dataclass(frozen=True, slots=True)
class Peers:
    """How an amount lies among the judges of one function: five or more, heads left out."""

    count: int
    lower: Decimal
    median: Decimal
    upper: Decimal


@dataclass(frozen=True, slots=True)
class Caseload:
    """All judges of a court over ``months``, and their peers by function and measure."""

    months: tuple[date, ...]
    judges: tuple[JudgeLoad, ...]
    peers: Mapping[tuple[str, str], Peers]

    @property
    def last(self) -> date | None:
        return self.months[-1] if self.months else None


def caseload(court: Unit, *, on: date, months: int = MONTHS) -> Caseload:
    """The last ``months`` months with figures known by ``on``. Four queries at any size.

    Judges are the quota judges in service on that day; a function is that of the department.
    """
    last = _last_month(court, on)
    if last is None:
        return Caseload((), (), {})
    period = Period(_months_back(last, months - 1), month_after(last))
    officers = Officer.objects.filter(court=court, category=Officer.Category.QUOTA_JUDGE)
    serving = list(officers.in_service().select_related("department").order_by("pk"))
    figures = figures_for([one.pk for one in serving], period)
    heads = head_share_table(court)
    judges = tuple(_load(one, figures, period, heads) for one in serving)
    return Caseload(tuple(period.months()), judges, _peers(judges))


def _last_month(court: Unit, on: date) -> date | None:
    """A month counts once it is over: the running one is not complete."""
    known = Figure.objects.filter(
        officer__court=court, measure__code=STOCK, month__lt=on.replace(day=1)
    )
    last: date | None = known.aggregate(last=Max("month"))["last"]
    return last


def _months_back(month: date, count: int) -> date:
    place = month.year * 12 + month.month - 1 - count
    return date(place // 12, place % 12 + 1, 1)


def _load(
    officer: Officer,
    figures: Figures,
    period: Period,
    heads: list[tuple[list[str], Decimal]],
) -> JudgeLoad:
    reported = figures[officer.pk]
    since = officer.title_since.first if officer.title_since else None
    months = months_in_post(
        period, since=since, left_on=officer.left_on, with_figures=reported.keys()
    )
    share = head_share_of(officer.title, heads)
    is_head = staff_class_of(officer.category, share) is StaffClass.HEAD
    last = period.months()[-1]
    stock = reported.get(last, {}).get(STOCK)
    amounts: dict[str, Decimal | None] = {STOCK: None if stock is None else shortened(stock)}
    for code in FLOWS:
        amounts[code] = _per_month([reported.get(month, {}).get(code) for month in months])
    return JudgeLoad(
        officer_id=officer.pk,
        department_id=officer.department_id,
        function=officer.department.function,
        months=len(months),
        amounts=amounts,
        share=share if is_head else None,
    )


def _per_month(values: Iterable[Decimal | None]) -> Decimal | None:
    """The mean of the months in post; a month without its figure makes it missing."""
    found = list(values)
    known = [value for value in found if value is not None]
    if not found or len(known) < len(found):
        return None
    with localcontext(ARITHMETIC):
        return (sum(known, Decimal(0)) / len(known)).quantize(TENTH, ROUND_HALF_UP)


def _peers(judges: Iterable[JudgeLoad]) -> dict[tuple[str, str], Peers]:
    groups: dict[tuple[str, str], list[Decimal]] = {}
    for judge in judges:
        if judge.share is not None:
            continue
        for code in MEASURES:
            value = judge.amounts[code]
            if value is not None:
                groups.setdefault((judge.function, code), []).append(value)
    spreads = {key: spread_of(values) for key, values in groups.items()}
    return {key: _quartiles(spread) for key, spread in spreads.items() if spread is not None}


def _quartiles(spread: Spread) -> Peers:
    def rounded(value: Decimal) -> Decimal:
        return value.quantize(TENTH, ROUND_HALF_UP)

    return Peers(
        count=spread.count,
        lower=rounded(spread.lower_quartile),
        median=rounded(spread.median),
        upper=rounded(spread.upper_quartile),
    )
