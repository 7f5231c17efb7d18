"""Where someone stands among those compared with, without any rank. Pure.

National practice since 2023–24 takes indicators as a health check and forbids ranking [S]: a
quartile, a distance from the middle, and whether one lies within what is usual.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, localcontext
from enum import StrEnum

from appraisal.rules.periods import ARITHMETIC
from appraisal.rules.staff import AREAS

# Of fewer people a standing would show whose totals they are.
SMALLEST_GROUP = 5

# What is usual reaches this many times the distance of the quartiles beyond them (Tukey's
# fences), for one outlier must not widen what it is measured by; and never less than a point,
# so that a group of nearly equal totals makes nobody unusual.
REACH = Decimal("1.5")
LEAST_MARGIN = Decimal(1)

THOUSANDTH = Decimal("0.001")
TEN_THOUSANDTH = Decimal("0.0001")


class Quartile(StrEnum):
    UPPER = "upper"
    UPPER_MIDDLE = "upper_middle"
    LOWER_MIDDLE = "lower_middle"
    LOWER = "lower"


class RangeStatus(StrEnum):
    """How a total lies to what is usual in its group."""

    INSIDE = "inside"
    ABOVE = "above"
    BELOW = "below"


@dataclass(frozen=True, slots=True)
class Standing:
    """``count`` is the size of the group. There is no place in an order."""

    z_score: Decimal
    quartile: Quartile
    status: RangeStatus
    count: int


@dataclass(frozen=True, slots=True)
class Spread:
    """How the totals of one group lie: unrounded, so that every standing is rounded once."""

    count: int
    mean: Decimal
    deviation: Decimal
    lower_quartile: Decimal
    median: Decimal
    upper_quartile: Decimal

    @property
    def usual(self) -> tuple[Decimal, Decimal]:
        with localcontext(ARITHMETIC):
            margin = max(REACH * (self.upper_quartile - self.lower_quartile), LEAST_MARGIN)
            return self.lower_quartile - margin, self.upper_quartile + margin


def spread_of(totals: Iterable[Decimal]) -> Spread | None:
    """The spread of a group; None for fewer than five.

    The standard deviation is that of the whole group, which is no sample. Quartiles are
    interpolated linearly, as QUARTILE.INC of spreadsheets does.
    """
    found = sorted(totals)
    count = len(found)
    if count < SMALLEST_GROUP:
        return None
    with localcontext(ARITHMETIC):
        mean = sum(found, Decimal(0)) / count
        variance = sum(((total - mean) ** 2 for total in found), Decimal(0)) / count
        return Spread(
            count=count,
            mean=mean,
            deviation=variance.sqrt(),
            lower_quartile=_quantile(found, 1),
            median=_quantile(found, 2),
            upper_quartile=_quantile(found, 3),
        )


def _quantile(found: Sequence[Decimal], quarters: int) -> Decimal:
    index, rest = divmod((len(found) - 1) * quarters, 4)
    if not rest:
        return found[index]
    return found[index] + (found[index + 1] - found[index]) * rest / 4


def standing_in(total: Decimal, spread: Spread) -> Standing:
    """Where ``total`` stands in its group."""
    with localcontext(ARITHMETIC):
        z_score = (total - spread.mean) / spread.deviation if spread.deviation else Decimal(0)
        rounded = z_score.quantize(THOUSANDTH, ROUND_HALF_UP)
    return Standing(rounded, _quartile(total, spread), _status(total, spread), spread.count)


def places_in(totals: Iterable[Decimal], spread: Spread) -> dict[Decimal, tuple[Decimal, Quartile]]:
    """The z-score and quartile of each total, as ``standing_in`` has them, for many at once."""
    deviation = spread.deviation
    with localcontext(ARITHMETIC):
        return {
            total: (
                ((total - spread.mean) / deviation if deviation else Decimal(0)).quantize(
                    THOUSANDTH, ROUND_HALF_UP
                ),
                _quartile(total, spread),
            )
            for total in set(totals)
        }


def standing_of(total: Decimal, totals: Iterable[Decimal]) -> Standing | None:
    """Where ``total`` stands among ``totals``, its own included; None for fewer than five."""
    spread = spread_of(totals)
    return standing_in(total, spread) if spread else None


def _quartile(total: Decimal, spread: Spread) -> Quartile:
    """Equal totals stand in one quartile; where all are equal, all stand in the upper middle."""
    if total > spread.upper_quartile:
        return Quartile.UPPER
    if total >= spread.median:
        return Quartile.UPPER_MIDDLE
    return Quartile.LOWER_MIDDLE if total >= spread.lower_quartile else Quartile.LOWER


def _status(total: Decimal, spread: Spread) -> RangeStatus:
    low, high = spread.usual
    if total < low:
        return RangeStatus.BELOW
    return RangeStatus.ABOVE if total > high else RangeStatus.INSIDE


@dataclass(frozen=True, slots=True)
class AreaLine:
    """One line for a radar: its duty area, its points, None where it has none, its weight."""

    area: str
    points: Decimal | None
    weight: Decimal


@dataclass(frozen=True, slots=True)
class Axis:
    """One axis of a radar: the share of its weight that an area reached, 0 … 1."""

    area: str
    share: Decimal
    points: Decimal
    weight: Decimal


def radar_axes(lines: Iterable[AreaLine]) -> tuple[Axis, ...]:
    """Per duty area the share of weight reached, in the order of the areas.

    Only what was scored counts; an area in which nothing was has no axis, for it is no zero.
    """
    points: dict[str, Decimal] = {}
    weights: dict[str, Decimal] = {}
    for line in lines:
        if line.points is not None and line.weight:
            points[line.area] = points.get(line.area, Decimal(0)) + line.points
            weights[line.area] = weights.get(line.area, Decimal(0)) + line.weight
    with localcontext(ARITHMETIC):
        return tuple(
            Axis(
                area,
                (points[area] / weights[area]).quantize(TEN_THOUSANDTH, ROUND_HALF_UP),
                points[area],
                weights[area],
            )
            for area in sorted(points, key=_place)
        )


def _place(area: str) -> tuple[int, str]:
    return (AREAS.index(area) if area in AREAS else len(AREAS)), area
