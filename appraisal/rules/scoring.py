"""Points from figures: bounded, monotone, without cliffs, and always with the way there. Pure.

Every indicator gives a share of its weight between 0 and 1, which is a quotient of two exact
Decimals; the points are that share of the weight, divided once and rounded once.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, localcontext
from enum import StrEnum
from typing import Any

from appraisal.rules.periods import ARITHMETIC, Aggregation, Amount, Gap, Months, over_period

CENT = Decimal("0.01")
HUNDRED = Decimal(100)


class Kind(StrEnum):
    """Economic kinds do not exist: none of these takes money."""

    RATIO = "ratio"
    COUNT = "count"
    RANGE = "range"
    DEDUCTION = "deduction"


class State(StrEnum):
    SCORED = "scored"
    MISSING = "missing"
    NOT_APPLICABLE = "not_applicable"


# Which parameters a kind needs; all are numbers, written as text.
PARAMETERS: dict[Kind, tuple[str, ...]] = {
    Kind.RATIO: ("zero_at", "full_at"),
    Kind.COUNT: ("per_month",),
    Kind.RANGE: ("low", "high", "margin"),
    Kind.DEDUCTION: ("per_event",),
}


@dataclass(frozen=True, slots=True)
class Indicator:
    """What an indicator counts, out of what, for how many points."""

    code: str
    kind: Kind
    weight: Decimal
    numerator: tuple[str, ...]
    denominator: tuple[str, ...]
    params: Mapping[str, Decimal]

    @property
    def measures(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self.numerator + self.denominator))


@dataclass(frozen=True, slots=True)
class Formula:
    """How the points came about, in no language: a code and its values as plain text."""

    code: str
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Line:
    """One indicator of one person: points with everything they follow from."""

    code: str
    kind: Kind
    weight: Decimal
    state: State
    inputs: tuple[Amount, ...]
    formula: Formula
    value: str | None = None
    points: Decimal | None = None

    @property
    def gaps(self) -> tuple[Gap, ...]:
        return tuple(dict.fromkeys(gap for amount in self.inputs for gap in amount.gaps))


@dataclass(frozen=True, slots=True)
class _Share:
    """``top`` ÷ ``bottom`` of the weight, clipped to 0 … 1; and what is said about it."""

    top: Decimal
    bottom: Decimal
    value: Decimal
    said: Mapping[str, str] = field(default_factory=dict)


def lines_of(
    indicators: Sequence[Indicator],
    aggregations: Mapping[str, Aggregation],
    months: Sequence[date],
    figures: Months,
) -> tuple[Line, ...]:
    """Every line of one person for the ``months`` in post, from the figures of those months.

    A measure that is not in the table of measures any more has no figures: it is missing.
    """
    needed = dict.fromkeys(measure for indicator in indicators for measure in indicator.measures)
    amounts = {
        measure: over_period(measure, aggregations.get(measure, Aggregation.SUM), months, figures)
        for measure in needed
    }
    return tuple(score(indicator, amounts, months=len(months)) for indicator in indicators)


def score(indicator: Indicator, amounts: Mapping[str, Amount], *, months: int) -> Line:
    """The line of one indicator from the amounts of the period, for ``months`` in post.

    A gap in any figure it needs makes the line missing; nothing to divide by makes it not
    applicable. Neither is ever counted as zero.
    """
    inputs = tuple(amounts[measure] for measure in indicator.measures)
    with localcontext(ARITHMETIC):
        said = _said(indicator, amounts, months)
        if any(amount.gaps for amount in inputs):
            return _unscored(indicator, State.MISSING, inputs, said)
        share = _share(indicator, amounts, months)
        if share is None:
            return _unscored(indicator, State.NOT_APPLICABLE, inputs, said)
        return Line(
            indicator.code,
            indicator.kind,
            indicator.weight,
            State.SCORED,
            inputs,
            Formula(indicator.kind.value, {**said, **share.said}),
            value=plain(share.value),
            points=_points(indicator.weight, share),
        )


def total_of(lines: Sequence[Line]) -> Decimal | None:
    """Points out of the weights that apply, scaled to 100; None while anything is missing."""
    if any(line.state is State.MISSING for line in lines):
        return None
    scored = [(line.points or Decimal(0), line.weight) for line in lines if line.points is not None]
    if not scored:
        return None
    points = sum((points for points, _weight in scored), Decimal(0))
    weights = sum((weight for _points, weight in scored), Decimal(0))
    with localcontext(ARITHMETIC):
        return rounded(points * HUNDRED / weights)


def _unscored(
    indicator: Indicator, state: State, inputs: tuple[Amount, ...], said: Mapping[str, Any]
) -> Line:
    formula = Formula(indicator.kind.value, said)
    return Line(indicator.code, indicator.kind, indicator.weight, state, inputs, formula)


def _share(indicator: Indicator, amounts: Mapping[str, Amount], months: int) -> _Share | None:
    top = _sum_of(indicator.numerator, amounts)
    bottom = _sum_of(indicator.denominator, amounts) if indicator.denominator else Decimal(1)
    if top is None or not bottom:
        return None
    return _SHARES[indicator.kind](top, bottom, indicator, months)


def _ratio(top: Decimal, bottom: Decimal, indicator: Indicator, months: int) -> _Share:
    """Linear from no marks at ``zero_at`` to full marks at ``full_at``, upwards or downwards."""
    zero, full = indicator.params["zero_at"], indicator.params["full_at"]
    reached, whole = top - zero * bottom, (full - zero) * bottom
    if whole < 0:  # fewer is better
        reached, whole = -reached, -whole
    return _Share(reached, whole, top / bottom)


def _count(top: Decimal, bottom: Decimal, indicator: Indicator, months: int) -> _Share:
    """Linear up to a target for the months in post; nothing more beyond it."""
    target = indicator.params["per_month"] * months
    if not target:
        return _Share(Decimal(0), Decimal(1), top)
    return _Share(top, target, top, {"target": plain(target)})


def _range(top: Decimal, bottom: Decimal, indicator: Indicator, months: int) -> _Share:
    """Full marks inside; outside they fall linearly, to none at ``margin`` from the range.

    National practice since 2023 takes a reasonable range as fine and rewards nothing beyond.
    """
    low, high, margin = (indicator.params[name] for name in PARAMETERS[Kind.RANGE])
    value = top / bottom
    if top < low * bottom:
        return _Share(top - (low - margin) * bottom, margin * bottom, value, {"where": "below"})
    if top > high * bottom:
        return _Share((high + margin) * bottom - top, margin * bottom, value, {"where": "above"})
    return _Share(Decimal(1), Decimal(1), value, {"where": "inside"})


def _deduction(top: Decimal, bottom: Decimal, indicator: Indicator, months: int) -> _Share:
    """Full marks less so much for each event, never below none."""
    left = indicator.weight - indicator.params["per_event"] * top
    return _Share(left, indicator.weight, top)


_SHARES: dict[Kind, Callable[[Decimal, Decimal, Indicator, int], _Share]] = {
    Kind.RATIO: _ratio,
    Kind.COUNT: _count,
    Kind.RANGE: _range,
    Kind.DEDUCTION: _deduction,
}


def _points(weight: Decimal, share: _Share) -> Decimal:
    if share.top <= 0:
        return rounded(Decimal(0))
    if share.top >= share.bottom:
        return rounded(weight)
    return rounded(weight * share.top / share.bottom)


def _sum_of(measures: Iterable[str], amounts: Mapping[str, Amount]) -> Decimal | None:
    values = [amounts[measure].value for measure in measures]
    if any(value is None for value in values):
        return None
    return sum((value for value in values if value is not None), Decimal(0))


def _said(indicator: Indicator, amounts: Mapping[str, Amount], months: int) -> dict[str, Any]:
    said: dict[str, Any] = {name: plain(value) for name, value in indicator.params.items()}
    said["numerator"] = _parts(indicator.numerator, amounts)
    if indicator.denominator:
        said["denominator"] = _parts(indicator.denominator, amounts)
    if indicator.kind is Kind.COUNT:
        said["months"] = str(months)
    return said


def _parts(measures: Iterable[str], amounts: Mapping[str, Amount]) -> list[list[str | None]]:
    parts: list[list[str | None]] = []
    for measure in measures:
        value = amounts[measure].value
        parts.append([measure, None if value is None else plain(value)])
    return parts


def rounded(value: Decimal) -> Decimal:
    """The one place where points are rounded: half up, two places."""
    return value.quantize(CENT, rounding=ROUND_HALF_UP)


def percentage(share: Decimal) -> Decimal:
    """A share of one as a percentage with two places, as court bulletins print it."""
    return rounded(share * HUNDRED)


def plain(value: Decimal) -> str:
    """28.0000 as 28, 27.9000 as 27.9: one writing for one number, on every database."""
    text = f"{value:f}"
    return (text.rstrip("0").rstrip(".") or "0") if "." in text else text


def canonical(content: Any) -> bytes:
    """JSON with one writing for one content, to the byte."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode()


def fingerprint(content: Any) -> str:
    """SHA-256 of the canonical writing."""
    return hashlib.sha256(canonical(content)).hexdigest()


def fingerprint_of_all(fingerprints: Iterable[tuple[str, str]]) -> str:
    """One fingerprint over many (stable name, fingerprint) pairs, in whatever order they come."""
    return fingerprint(sorted(fingerprints))
