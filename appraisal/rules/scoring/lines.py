"""The lines of one person: amounts of the months in post, scored. Pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal, localcontext
from typing import Any

from appraisal.rules.periods import (
    ARITHMETIC,
    Aggregation,
    Amount,
    Gap,
    Months,
    Part,
    over_period,
    weighed,
)
from appraisal.rules.scoring.indicators import (
    NOBODY,
    Formula,
    Indicator,
    Kind,
    Line,
    Situation,
    State,
)
from appraisal.rules.scoring.shares import NotApplicable, share_of
from appraisal.rules.scoring.writing import plain


def lines_of(
    indicators: Sequence[Indicator],
    aggregations: Mapping[str, Aggregation],
    months: Sequence[date],
    figures: Months,
    *,
    ratings: Mapping[str, Amount] = {},
    head_share: Decimal | None = None,
    averages: Mapping[str, Decimal] = {},
    registers: Collection[str] = (),
    derived: Mapping[str, Sequence[tuple[str, Decimal]]] = {},
) -> tuple[Line, ...]:
    """Every line of one person for the ``months`` in post, from the figures of those months.

    A measure that is not in the table of measures any more has no figures: it is missing.
    ``ratings`` come under ``rating_key(code)``; without one the line is missing. In
    ``registers`` no entry means that nothing happened. ``derived`` says, for measures made of
    others, such as case points, of what and with which coefficients.
    """

    def reported(measure: str) -> Amount:
        aggregation = aggregations.get(measure, Aggregation.SUM)
        return over_period(measure, aggregation, months, figures, is_register=measure in registers)

    amounts: dict[str, Amount] = {}
    for indicator in indicators:
        for measure in indicator.measures:
            if indicator.is_rated:
                amounts[measure] = ratings.get(measure) or _unrated(measure, months)
            elif measure in derived:
                parts = [Part(reported(part), factor) for part, factor in derived[measure]]
                amounts[measure] = weighed(measure, parts)
            elif measure not in amounts:
                amounts[measure] = reported(measure)
    situation = Situation(tuple(months), head_share, averages)
    return tuple(score(indicator, amounts, situation) for indicator in indicators)


def _unrated(measure: str, months: Sequence[date]) -> Amount:
    """Nobody has rated: missing as of the last month."""
    return Amount(measure, None, gaps=tuple(Gap(month, measure) for month in months[-1:]))


def score(
    indicator: Indicator, amounts: Mapping[str, Amount], situation: Situation = NOBODY
) -> Line:
    """The line of one indicator from the amounts of the period.

    A gap in any figure it needs makes the line missing; nothing to divide by makes it not
    applicable. Neither is ever counted as zero.
    """
    inputs = tuple(amounts[measure] for measure in indicator.measures)
    with localcontext(ARITHMETIC):
        said = _said(indicator, amounts, situation)
        if _is_missing(indicator, inputs):
            return _unscored(indicator, State.MISSING, inputs, said)
        share = share_of(indicator, amounts, situation)
        if isinstance(share, NotApplicable):
            return _unscored(indicator, State.NOT_APPLICABLE, inputs, {**said, **share.said})
        is_veto = indicator.kind is Kind.VETO
        return Line(
            indicator.code,
            indicator.kind,
            indicator.weight,
            State.SCORED,
            inputs,
            Formula(indicator.kind.value, {**said, **share.said}),
            value=plain(share.value),
            points=None if is_veto else share.of(indicator.weight),
            at_most=indicator.at_most if is_veto and share.said["fired"] == "yes" else "",
        )


def _is_missing(indicator: Indicator, inputs: Sequence[Amount]) -> bool:
    # Ratings without a value are ratings that did not come in, or too few of them.
    return any(amount.gaps or (indicator.is_rated and amount.value is None) for amount in inputs)


def _unscored(
    indicator: Indicator, state: State, inputs: tuple[Amount, ...], said: Mapping[str, Any]
) -> Line:
    formula = Formula(indicator.kind.value, said)
    return Line(indicator.code, indicator.kind, indicator.weight, state, inputs, formula)


def _said(
    indicator: Indicator, amounts: Mapping[str, Amount], situation: Situation
) -> dict[str, Any]:
    said: dict[str, Any] = {name: plain(value) for name, value in indicator.params.items()}
    said["numerator"] = _values(indicator.counted, amounts)
    if indicator.denominator:
        said["denominator"] = _values(indicator.denominator, amounts)
    if indicator.kind is Kind.COUNT:
        said["months"] = str(len(situation.months))
    if indicator.kind is Kind.VETO:
        said["at_most"] = indicator.at_most
    parts = {
        measure: [
            [part.amount.measure, plain(part.coefficient), _text(part.amount.value)]
            for part in amounts[measure].parts
        ]
        for measure in indicator.measures
        if amounts[measure].parts
    }
    return {**said, "parts": parts} if parts else said


def _values(measures: Iterable[str], amounts: Mapping[str, Amount]) -> list[list[str | None]]:
    return [[measure, _text(amounts[measure].value)] for measure in measures]


def _text(value: Decimal | None) -> str | None:
    return None if value is None else plain(value)


def average_per_month(reached: Iterable[tuple[Decimal, int]]) -> Decimal | None:
    """What the judges a head is compared with reach per month in post: Σ reached ÷ Σ months.

    None while there are no months. Domain practice: an average per head uses months in post.
    """
    pairs = [(top, months) for top, months in reached if months > 0]
    if not pairs:
        return None
    with localcontext(ARITHMETIC):
        top = sum(sorted(top for top, _months in pairs), Decimal(0))
        return top / sum(months for _top, months in pairs)
