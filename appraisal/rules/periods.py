"""From months to a period: which months count, and how their figures become one. Pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Context, Decimal, localcontext
from enum import StrEnum

from courtparty.lib.dates import Period

# {first day of the month: {code of the measure: value}}
Months = Mapping[date, Mapping[str, Decimal]]

# A mean of months is weighted by the cases it is the mean of.
WEIGHING_MEASURE = "closed"

# Fixed here so that no setting of a thread can change a result.
ARITHMETIC = Context(prec=28, rounding=ROUND_HALF_EVEN)

QUARTER = 3
YEAR = 12


class Aggregation(StrEnum):
    """How the months of one measure become a period."""

    SUM = "sum"
    FIRST = "first"
    LAST = "last"
    MEAN = "mean"


@dataclass(frozen=True, slots=True)
class Gap:
    """A figure that is needed and was never reported. It is missing, not zero."""

    month: date
    measure: str


@dataclass(frozen=True, slots=True)
class Amount:
    """One measure over a period. ``value`` is None while there are gaps, or nothing to take.

    ``assumed`` are the months of a register without an entry, in which nothing happened. A
    measure made of others has ``parts`` and no months of its own.
    """

    measure: str
    value: Decimal | None
    months: tuple[tuple[date, Decimal], ...] = ()
    gaps: tuple[Gap, ...] = ()
    assumed: tuple[date, ...] = ()
    parts: tuple["Part", ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """What a measure made of others takes of one of them: coefficient × amount."""

    amount: Amount
    coefficient: Decimal


def months_in_post(
    period: Period,
    *,
    since: date | None,
    left_on: date | None,
    with_figures: Collection[date] = (),
) -> tuple[date, ...]:
    """The months of ``period`` in which any day was served, and those with figures.

    ``since`` is the first day in the present title, ``left_on`` the first day no longer served;
    without them the period's own ends hold. Who was given the title in May but has figures of
    January did judge cases in January: a month with figures always counts.
    """
    start = max(period.start, since or period.start)
    end = min(period.end, left_on or period.end)
    served = Period(start, end).months() if start < end else []
    reported = [month for month in with_figures if month in period]
    return tuple(sorted({*served, *reported}))


def over_period(
    measure: str,
    aggregation: Aggregation,
    months: Sequence[date],
    figures: Months,
    *,
    is_register: bool = False,
) -> Amount:
    """One measure over ``months`` (in order). A month without the figure it needs is a gap.

    In a register of events, declared as such by the court, a month without an entry is a month
    in which nothing happened: it counts zero and is no gap. A mean can't be a register.

    A stock is taken once: the carried-over cases of a period are those of its first month, so
    that closing rate = Σ closed ÷ (first carried over + Σ new), as court bulletins define it,
    and never a sum of the monthly accepted cases.
    """
    if aggregation is Aggregation.MEAN:
        return _mean(measure, months, figures)
    if aggregation is Aggregation.FIRST:
        months = months[:1]
    elif aggregation is Aggregation.LAST:
        months = months[-1:]
    found, gaps = _found(measure, months, figures)
    assumed: tuple[date, ...] = ()
    if is_register:
        assumed, gaps = tuple(gap.month for gap in gaps), ()
    if gaps or not (found or assumed):
        return Amount(measure, None, found, gaps)
    value = sum((value for _month, value in found), Decimal(0))
    return Amount(measure, value, found, gaps, assumed)


def weighed(measure: str, parts: Sequence[Part]) -> Amount:
    """A measure made of others: Σ coefficient × amount. A gap in any of them is a gap."""
    gaps = tuple(dict.fromkeys(gap for part in parts for gap in part.amount.gaps))
    total: Decimal | None = None if gaps or not parts else Decimal(0)
    with localcontext(ARITHMETIC):
        for part in parts:
            if total is None or part.amount.value is None:
                total = None
                break
            total += part.coefficient * part.amount.value
    return Amount(measure, total, gaps=gaps, parts=tuple(parts))


def runs_of_months(months: Iterable[date]) -> list[tuple[date, date]]:
    """The first and last month of each unbroken run within one year, in order."""
    runs: list[tuple[date, date]] = []
    for month in sorted(months):
        if runs and (month.year, month.month - 1) == (runs[-1][1].year, runs[-1][1].month):
            runs[-1] = (runs[-1][0], month)
        else:
            runs.append((month, month))
    return runs


def _mean(measure: str, months: Sequence[date], figures: Months) -> Amount:
    """Months in which nothing was closed have no mean and need none."""
    weights, gaps = _found(WEIGHING_MEASURE, months, figures)
    weights = tuple((month, weight) for month, weight in weights if weight)
    found, more_gaps = _found(measure, [month for month, _weight in weights], figures)
    gaps = tuple(sorted({*gaps, *more_gaps}, key=lambda gap: (gap.month, gap.measure)))
    if gaps or not found:
        return Amount(measure, None, found, gaps)
    by_month = dict(weights)
    with localcontext(ARITHMETIC):
        weighed = sum((value * by_month[month] for month, value in found), Decimal(0))
        return Amount(measure, weighed / sum(by_month.values()), found)


def _found(
    measure: str, months: Iterable[date], figures: Months
) -> tuple[tuple[tuple[date, Decimal], ...], tuple[Gap, ...]]:
    found, gaps = [], []
    for month in months:
        value = figures.get(month, {}).get(measure)
        if value is None:
            gaps.append(Gap(month, measure))
        else:
            found.append((month, value))
    return tuple(found), tuple(gaps)


def period_fault(kind: str, period: Period, *, today: date) -> str:
    """Why a cycle of ``kind`` can't have this period, as a code; '' when it can."""
    months = period.months()
    if period.start.day != 1 or period.end.day != 1:
        return "not_whole_months"
    if months[-1] > today:
        return "future"
    wanted = {"monthly": 1, "quarterly": QUARTER, "annual": YEAR}.get(kind)
    if wanted and (len(months) != wanted or (period.start.month - 1) % wanted):
        return kind
    return ""


def proposed_code(kind: str, period: Period) -> str:
    """A code that says kind and period: 2026-annual, 2026-Q1, 2026-03, 2026-01-to-2026-10."""
    start, last = period.start, period.months()[-1]
    if kind == "annual":
        return f"{start.year}-annual"
    if kind == "quarterly":
        return f"{start.year}-Q{quarter_of(start)}"
    if kind == "monthly" or start == last:
        return f"{start:%Y-%m}" + ("" if kind == "monthly" else f"-{kind}")
    return f"{start:%Y-%m}-to-{last:%Y-%m}"


def quarter_of(month: date) -> int:
    return (month.month - 1) // QUARTER + 1
