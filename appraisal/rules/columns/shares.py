"""Points of one indicator over columns of people: each kind as ``scoring.shares`` has it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, localcontext

import numpy as np

from appraisal.rules.columns.amounts import Column, Columns, Flags, Ints, as_integers, exponent_of
from appraisal.rules.evidence import (
    CENT_PLACES,
    MISSING,
    NO_POINTS,
    NONE,
    NOT_APPLICABLE,
    PLACES,
)
from appraisal.rules.periods import ARITHMETIC, Amount
from appraisal.rules.scoring import PARAMETERS, Indicator, Kind, Situation
from appraisal.rules.scoring.shares import Share, share_of

# More months than this do not fit into the bits of one number.
MOST_MONTHS = 62
# A ladder's target with more decimal places than these comes from a quotient without an end.
MOST_PLACES = 6


@dataclass(slots=True)
class _Shares:
    """``top`` ÷ ``bottom`` of the weight; ``inexact`` are those whom Decimals divide twice for."""

    top: Ints
    bottom: Ints
    without: Flags | None = None  # does not apply
    inexact: Flags | None = None


def line_of(columns: Columns, indicator: Indicator) -> tuple[Ints, Flags]:
    top = _rating(columns, indicator) if indicator.is_rated else columns.sum_of(indicator.numerator)
    bottom = columns.sum_of(indicator.denominator) if indicator.denominator else None
    gaps = top.gaps if bottom is None else top.gaps | bottom.gaps
    without = np.zeros(columns.people, dtype=np.bool_)
    if bottom is not None:
        without = bottom.values == 0
        top, bottom = _alike(columns, top, bottom)
    fired = np.zeros(columns.people, dtype=np.bool_)
    if indicator.kind is Kind.VETO:
        points = np.full(columns.people, NO_POINTS, dtype=np.int64)
        fired = (top.values >= 10**top.places) & ~gaps & ~without
    else:
        shares = _shares(columns, indicator, top, bottom)
        if shares.without is not None:
            without = without | shares.without
        points = _points(columns, indicator, shares, ignored=gaps | without)
    return np.where(gaps, MISSING, np.where(without, NOT_APPLICABLE, points)), fired


def _rating(columns: Columns, indicator: Indicator) -> Column:
    values = columns.group.ratings[:, columns.basis.rated.index(indicator.code)]
    return Column(np.maximum(values, 0), PLACES, values == NONE)


def _alike(columns: Columns, top: Column, bottom: Column) -> tuple[Column, Column]:
    """Both over one power of ten."""
    places = max(top.places, bottom.places)
    top, bottom = (
        Column(columns.times(one.values, 10 ** (places - one.places)), places, one.gaps)
        for one in (top, bottom)
    )
    return top, bottom


def _points(columns: Columns, indicator: Indicator, shares: _Shares, *, ignored: Flags) -> Ints:
    """Hundredths of points, divided once and rounded half up once."""
    weight = hundredths(indicator.weight)
    is_between = (shares.top > 0) & (shares.top < shares.bottom) & ~ignored
    top = np.where(is_between, shares.top, 0)
    bottom = np.where(is_between, shares.bottom, 1)
    twice = np.maximum(columns.times(bottom, 2), 1)
    whole, rest = np.divmod(columns.times(top, 2 * weight) + bottom, twice)
    if shares.inexact is not None:
        # Just between two hundredths, a quotient cut off on the way tips the balance.
        columns.hard |= is_between & (rest == 0) & shares.inexact
    return np.where(is_between, whole, np.where(shares.top <= 0, 0, weight))


def hundredths(weight: Decimal) -> int:
    return int(weight.scaleb(CENT_PLACES))


def _shares(columns: Columns, indicator: Indicator, top: Column, bottom: Column | None) -> _Shares:
    match indicator.kind:
        case Kind.COUNT:
            return _count(columns, indicator, top)
        case Kind.GRADED:
            return _graded(columns, indicator, top)
        case Kind.YES_NO:
            return _yes_no(columns, indicator)
        case Kind.DEDUCTION | Kind.BONUS:
            return _per_event(columns, indicator, top)
    if bottom is None:
        bottom = Column(columns.times(columns.ones, 10**top.places), top.places, top.gaps)
    if indicator.kind is Kind.RATIO:
        return _ratio(columns, indicator, top.values, bottom.values)
    if indicator.kind is Kind.RANGE:
        return _range(columns, indicator, top.values, bottom.values)
    return _ladder(columns, indicator, top.values, bottom.values)


def _ratio(columns: Columns, indicator: Indicator, top: Ints, bottom: Ints) -> _Shares:
    values = [indicator.params[name] for name in PARAMETERS[Kind.RATIO]]
    (zero, full), places = as_integers(values)
    reached = columns.times(top, 10**places) - columns.times(bottom, zero)
    whole = columns.times(bottom, full - zero)
    return _Shares(-reached, -whole) if full < zero else _Shares(reached, whole)


def _count(columns: Columns, indicator: Indicator, top: Column) -> _Shares:
    (per_month,), places = as_integers([indicator.params["per_month"]])
    if not per_month:
        return _Shares(columns.ones * 0, columns.ones)
    target = columns.times(columns.months, per_month * 10**top.places)
    return _Shares(columns.times(top.values, 10**places), target)


def _range(columns: Columns, indicator: Indicator, top: Ints, bottom: Ints) -> _Shares:
    values = [indicator.params[name] for name in PARAMETERS[Kind.RANGE]]
    (low, high, margin), places = as_integers(values)
    top = columns.times(top, 10**places)
    is_below = top < columns.times(bottom, low)
    is_above = top > columns.times(bottom, high)
    reached = np.where(
        is_below,
        top - columns.times(bottom, low - margin),
        columns.times(bottom, high + margin) - top,
    )
    whole = columns.times(bottom, margin)
    is_outside = is_below | is_above
    return _Shares(np.where(is_outside, reached, 1), np.where(is_outside, whole, 1))


def _ladder(columns: Columns, indicator: Indicator, top: Ints, bottom: Ints) -> _Shares:
    """What a ladder asks for is worked out by the rules, once for each set of months in post.

    Between two steps it may have no exact end; who is asked for that is scored alone.
    """
    months = columns.basis.months
    if len(months) > MOST_MONTHS:
        columns.hard[:] = True
        return _Shares(top, bottom)
    flags = columns.group.in_post @ (1 << np.arange(len(months), dtype=np.int64))
    asked, reached = columns.ones * 0, columns.ones * 0
    for flag in np.unique(flags).tolist():
        target = _target(indicator, _chosen(months, flag))
        theirs = flags == flag
        if exponent_of(target) < -MOST_PLACES:
            columns.hard |= theirs
            continue
        (number,), places = as_integers([target])
        asked = np.where(theirs, columns.times(np.where(theirs, bottom, 0), number), asked)
        reached = np.where(theirs, columns.times(np.where(theirs, top, 0), 10**places), reached)
    return _Shares(reached, asked, without=(asked == 0) & (bottom != 0))


def _target(indicator: Indicator, months: tuple[date, ...]) -> Decimal:
    """The bottom of the share for one case to divide by, or none where it does not apply."""
    amounts = {code: Amount(code, Decimal(0)) for code in indicator.measures}
    for code in indicator.denominator[:1]:
        amounts[code] = Amount(code, Decimal(1))
    with localcontext(ARITHMETIC):
        share = share_of(indicator, amounts, Situation(months))
    return share.bottom if isinstance(share, Share) else Decimal(0)


def _chosen(months: Sequence[date], flags: int) -> tuple[date, ...]:
    return tuple(month for place, month in enumerate(months) if flags >> place & 1)


def _graded(columns: Columns, indicator: Indicator, top: Column) -> _Shares:
    """Grades of several months count alike; a rating is one grade."""
    hundred = columns.times(columns.ones, 100 * 10**top.places)
    if indicator.is_rated or not _are_reported(columns, indicator):
        return _Shares(top.values, hundred)
    count = columns.ones * 0
    for measure in indicator.numerator:
        count += columns.cells(measure)[1].sum(axis=1)
    return _Shares(top.values, hundred * np.maximum(count, 1), inexact=count > 1)


def _yes_no(columns: Columns, indicator: Indicator) -> _Shares:
    """A yes is ten thousand ten-thousandths, and no month has more."""
    yes, asked = columns.ones * 0, columns.ones * 0
    if _are_reported(columns, indicator):
        for measure in indicator.numerator:
            figures, found, needed = columns.cells(measure)
            yes = yes + np.where(found, np.minimum(figures, 10**PLACES), 0).sum(axis=1)
            counted = needed if measure in columns.basis.registers else found
            asked = asked + counted.sum(axis=1)
    return _Shares(yes, asked * 10**PLACES, without=asked == 0)


def _are_reported(columns: Columns, indicator: Indicator) -> bool:
    """Whether every measure has months of its own; if not, everybody is scored alone."""
    if any(measure in columns.basis.derived for measure in indicator.numerator):
        columns.hard[:] = True
        return False
    return True


def _per_event(columns: Columns, indicator: Indicator, top: Column) -> _Shares:
    values = [indicator.params["per_event"], indicator.weight]
    (per_event, weight), _places = as_integers(values)
    moved = columns.times(top.values, per_event)
    whole = columns.times(columns.ones, weight * 10**top.places)
    return _Shares(whole - moved if indicator.kind is Kind.DEDUCTION else moved, whole)
