"""How each kind turns amounts into a share of its weight: a quotient of two exact Decimals. Pure.

Every share is clipped to 0 … 1, moves in one direction only, and never jumps.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from appraisal.rules.periods import YEAR, Amount, runs_of_months
from appraisal.rules.scoring.indicators import PARAMETERS, Indicator, Kind, Situation
from appraisal.rules.scoring.writing import HUNDRED, plain, rounded

Amounts = Mapping[str, Amount]

NONE = Decimal(0)
ONE = Decimal(1)


@dataclass(frozen=True, slots=True)
class Share:
    """``top`` ÷ ``bottom`` of the weight, clipped to 0 … 1; and what is said about it."""

    top: Decimal
    bottom: Decimal
    value: Decimal
    said: Mapping[str, Any] = field(default_factory=dict)

    def of(self, weight: Decimal) -> Decimal:
        """Divided once and rounded once."""
        if self.top <= 0:
            return rounded(NONE)
        if self.top >= self.bottom:
            return rounded(weight)
        return rounded(weight * self.top / self.bottom)


@dataclass(frozen=True, slots=True)
class NotApplicable:
    """Nothing to take a share of. It is not counted as none."""

    said: Mapping[str, Any] = field(default_factory=dict)


def share_of(indicator: Indicator, amounts: Amounts, situation: Situation) -> Share | NotApplicable:
    """The share of its weight an indicator gives. Expects that nothing it needs is missing."""
    top = _sum_of(indicator.counted, amounts)
    bottom = _sum_of(indicator.denominator, amounts) if indicator.denominator else ONE
    if top is None or not bottom:
        return NotApplicable()
    return _SHARES[indicator.kind](top, bottom, indicator, amounts, situation)


def _sum_of(measures: Iterable[str], amounts: Amounts) -> Decimal | None:
    total = NONE
    for measure in measures:
        value = amounts[measure].value
        if value is None:
            return None
        total += value
    return total


def _ratio(
    top: Decimal, bottom: Decimal, indicator: Indicator, amounts: Amounts, situation: Situation
) -> Share:
    """Linear from no marks at ``zero_at`` to full marks at ``full_at``, upwards or downwards."""
    zero, full = indicator.params["zero_at"], indicator.params["full_at"]
    reached, whole = top - zero * bottom, (full - zero) * bottom
    if whole < 0:  # fewer is better
        reached, whole = -reached, -whole
    return Share(reached, whole, top / bottom)


def _count(
    top: Decimal, bottom: Decimal, indicator: Indicator, amounts: Amounts, situation: Situation
) -> Share:
    """Linear up to a target for the months in post; nothing more beyond it."""
    target = indicator.params["per_month"] * len(situation.months)
    if not target:
        return Share(NONE, ONE, top)
    return Share(top, target, top, {"target": plain(target)})


def _range(
    top: Decimal, bottom: Decimal, indicator: Indicator, amounts: Amounts, situation: Situation
) -> Share:
    """Full marks inside; outside they fall linearly, to none at ``margin`` from the range.

    National practice since 2023 takes a reasonable range as fine and rewards nothing beyond [S].
    """
    low, high, margin = (indicator.params[name] for name in PARAMETERS[Kind.RANGE])
    value = top / bottom
    if top < low * bottom:
        return Share(top - (low - margin) * bottom, margin * bottom, value, {"where": "below"})
    if top > high * bottom:
        return Share((high + margin) * bottom - top, margin * bottom, value, {"where": "above"})
    return Share(ONE, ONE, value, {"where": "inside"})


def _ladder(
    top: Decimal, bottom: Decimal, indicator: Indicator, amounts: Amounts, situation: Situation
) -> Share | NotApplicable:
    """A ratio against what the ladder asks for over the months in post, and no other months.

    Ladders of cumulative closing rates are seen in courts, as March 18 % … December 93 % [S].
    """
    said: dict[str, Any] = {"steps": [], "target": "0"}
    target = NONE
    for first, last in runs_of_months(situation.months):
        before, after = _step(indicator, first.month - 1), _step(indicator, last.month)
        target += after - before
        said["steps"].append([f"{first:%Y-%m}", f"{last:%Y-%m}", plain(before), plain(after)])
    said["target"] = plain(target)
    if not target:
        return NotApplicable({**said, "why": "no_target"})
    return Share(top, bottom * target, top / bottom, said)


def _step(indicator: Indicator, month: int) -> Decimal:
    """The ladder at a month's end: linear between its steps, from none; level after the last."""
    low_month, low = 0, NONE
    for number in range(1, YEAR + 1):
        step = indicator.params.get(f"m{number}")
        if step is None:
            continue
        if number >= month:
            return low + (step - low) * (month - low_month) / (number - low_month)
        low_month, low = number, step
    return low


def _graded(
    top: Decimal, bottom: Decimal, indicator: Indicator, amounts: Amounts, situation: Situation
) -> Share:
    """A grade of 0 to 100. Grades of several months count alike, whatever the measure's own way."""
    months = [value for code in indicator.counted for _month, value in amounts[code].months]
    value = sum(months, NONE) / len(months) if months else top
    said = {"rated": "yes" if indicator.is_rated else "no", "months": str(len(months))}
    return Share(value, HUNDRED, value, said)


def _yes_no(
    top: Decimal, bottom: Decimal, indicator: Indicator, amounts: Amounts, situation: Situation
) -> Share | NotApplicable:
    """The months with a yes out of the months asked: no cliff between eleven and twelve."""
    taken = [amounts[code] for code in indicator.counted]
    months = sum(len(amount.months) + len(amount.assumed) for amount in taken)
    if not months:
        return NotApplicable({"why": "no_months"})
    # A two in one month makes up for no other.
    yes = sum((_clipped(value) for amount in taken for _month, value in amount.months), NONE)
    return Share(yes, Decimal(months), yes / months, {"yes": plain(yes), "months": str(months)})


def _clipped(value: Decimal) -> Decimal:
    return min(max(value, NONE), ONE)


def _deduction(
    top: Decimal, bottom: Decimal, indicator: Indicator, amounts: Amounts, situation: Situation
) -> Share:
    """Full marks less so much for each event, never below none."""
    left = indicator.weight - indicator.params["per_event"] * top
    return Share(left, indicator.weight, top, {"events": plain(top)})


def _bonus(
    top: Decimal, bottom: Decimal, indicator: Indicator, amounts: Amounts, situation: Situation
) -> Share:
    """So much for each event up to the weight, which is its cap."""
    gained = indicator.params["per_event"] * top
    said = {"events": plain(top), "cap": plain(indicator.weight)}
    return Share(gained, indicator.weight, top, said)


def _veto(
    top: Decimal, bottom: Decimal, indicator: Indicator, amounts: Amounts, situation: Situation
) -> Share:
    """No points; from one event on it limits the grade. The only jump, and it is meant."""
    fired = "yes" if top >= 1 else "no"
    said = {"events": plain(top), "at_most": indicator.at_most, "fired": fired}
    return Share(NONE, ONE, top, said)


def _head_share(
    top: Decimal, bottom: Decimal, indicator: Indicator, amounts: Amounts, situation: Situation
) -> Share | NotApplicable:
    """A head's work against a share of what an average judge does in as many months [S]."""
    share, average = situation.head_share, situation.averages.get(indicator.code)
    months = len(situation.months)
    if share is None:
        return NotApplicable({"why": "no_share"})
    said = {"head_share": plain(share), "months": str(months)}
    if not average:
        return NotApplicable({**said, "why": "no_average"})
    target = share * average * months / HUNDRED
    said |= {"average": plain(average), "target": plain(target)}
    if not target:
        return NotApplicable({**said, "why": "no_target"})
    return Share(top, target, top, said)


_SHARES: dict[
    Kind,
    Callable[[Decimal, Decimal, Indicator, Amounts, Situation], Share | NotApplicable],
] = {
    Kind.RATIO: _ratio,
    Kind.COUNT: _count,
    Kind.RANGE: _range,
    Kind.LADDER: _ladder,
    Kind.GRADED: _graded,
    Kind.YES_NO: _yes_no,
    Kind.DEDUCTION: _deduction,
    Kind.BONUS: _bonus,
    Kind.VETO: _veto,
    Kind.HEAD_SHARE: _head_share,
}
