"""How far people who rate the same things agree, and how strict each of them is. Pure.

Everything is reckoned in fractions, so that "no variance" is a fact and no matter of rounding.
Where a figure does not exist, it is None with the reason as a code; it is never NaN or zero.
"""

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from enum import StrEnum
from fractions import Fraction
from statistics import mean
from typing import TypeVar

from appraisal.rules.periods import ARITHMETIC

Number = Fraction | Decimal | float
# A table of ratings; None is a rating that was not given.
Table = Sequence[Sequence[Number | None]]

Rater = TypeVar("Rater", bound=Hashable)
Ratee = TypeVar("Ratee", bound=Hashable)

# With fewer marks, the lowest and the highest say as much as the others.
LEAST_MARKS_TO_TRIM = 5


class Reason(StrEnum):
    """Why there is no figure."""

    ONE_JUDGE = "one_judge"
    ONE_ITEM = "one_item"
    INCOMPLETE = "incomplete"
    NO_VARIANCE = "no_variance"
    NONE_SHARED = "none_shared"
    MOSTLY_ERROR = "mostly_error"


class Strength(StrEnum):
    """How strongly judges agree, by Kendall's W."""

    LITTLE = "little"
    SOME = "some"
    FAIR = "fair"
    STRONG = "strong"


class Reliability(StrEnum):
    """How far ratings can be relied on, by an intraclass correlation."""

    POOR = "poor"
    MODERATE = "moderate"
    GOOD = "good"
    EXCELLENT = "excellent"


# From which W on. Guides for Delphi rounds after Schmidt (1997) put weak, moderate and strong at
# 0.3, 0.5 and 0.7; the paper itself was not read [U].
STRENGTHS = (
    (Decimal("0.7"), Strength.STRONG),
    (Decimal("0.5"), Strength.FAIR),
    (Decimal("0.3"), Strength.SOME),
)

# From which ICC on: Koo & Li, Journal of Chiropractic Medicine 15 (2016) 155–163 [S].
RELIABILITIES = (
    (Decimal("0.9"), Reliability.EXCELLENT),
    (Decimal("0.75"), Reliability.GOOD),
    (Decimal("0.5"), Reliability.MODERATE),
)


@dataclass(frozen=True, slots=True)
class Concordance:
    """Kendall's W, from 0 (none) to 1 (one ranking); ``reason`` says why there is none."""

    w: Decimal | None
    judges: int
    items: int
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class Intraclass:
    """The six coefficients of Shrout & Fleiss, ``icc_form_raters``; ``reason`` says why not.

    Form 1: each target has raters of its own; 2: all targets have the same raters, a sample of
    many; 3: the same raters, and only they matter. ``_1`` is for one rater, ``_k`` for the mean
    of all ``judges``.
    """

    judges: int
    targets: int
    icc_1_1: Decimal | None = None
    icc_2_1: Decimal | None = None
    icc_3_1: Decimal | None = None
    icc_1_k: Decimal | None = None
    icc_2_k: Decimal | None = None
    icc_3_k: Decimal | None = None
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class Leniency:
    """Points by which a rater lies above (or below) the others on the ``shared`` ratees."""

    difference: Decimal | None
    shared: int
    reason: Reason | None = None


def kendalls_w(scores: Table) -> Concordance:
    """The agreement of rankings, corrected for ties; rows are judges, columns what they judge.

    W = 12 S / (m² (n³ - n) - m Σ(t³ - t)): Kendall & Babington Smith (1939) [S], where S is the
    sum of squares of the rank sums about their mean and t the size of each tie. Equal scores
    share the mean of their ranks; whether a high score is a high rank makes no difference.
    """
    judges, items, reason = _shape(scores)
    if reason:
        return Concordance(None, judges, items, reason)
    ranks = [_ranks(row) for row in _fractions(scores)]
    sums = [sum(column, Fraction(0)) for column in zip(*ranks, strict=True)]
    ties = sum(count**3 - count for row in scores for count in Counter(row).values())
    bottom = judges**2 * (items**3 - items) - judges * ties
    if not bottom:
        return Concordance(None, judges, items, Reason.NO_VARIANCE)
    return Concordance(_decimal(12 * _squares(sums) / bottom), judges, items)


def icc(scores: Table) -> Intraclass:
    """Intraclass correlations; rows are targets, columns raters.

    Shrout & Fleiss, Psychological Bulletin 86 (1979) 420–428 [S]. They may be negative. Where
    all targets have one mean there is nothing to tell apart, and no coefficient; ICC(2,k) alone
    is missing where the raters' error is so great that its formula leaves the range.
    """
    targets, judges, reason = _shape(scores, rows_are_judges=False)
    if reason:
        return Intraclass(judges, targets, reason=reason)
    n, k = targets, judges
    b, w, j, e = _mean_squares(_fractions(scores))
    if not b:
        return Intraclass(k, n, reason=Reason.NO_VARIANCE)
    of_means = b + (j - e) / n
    return Intraclass(
        judges=k,
        targets=n,
        icc_1_1=_decimal((b - w) / (b + (k - 1) * w)),
        icc_2_1=_decimal((b - e) / (b + (k - 1) * e + k * (j - e) / n)),
        icc_3_1=_decimal((b - e) / (b + (k - 1) * e)),
        icc_1_k=_decimal((b - w) / b),
        icc_2_k=_decimal((b - e) / of_means) if of_means > 0 else None,
        icc_3_k=_decimal((b - e) / b),
        reason=None if of_means > 0 else Reason.MOSTLY_ERROR,
    )


def trimmed_mean(values: Sequence[Decimal], drop: int = 1) -> Decimal | None:
    """The mean without the ``drop`` lowest and highest marks; None of no marks. Not rounded.

    With fewer than five marks, or where none would be left, it is the plain mean.
    """
    if drop < 0:
        raise ValueError(f"cannot drop {drop}")
    if not values:
        return None
    kept = sorted(values)
    if len(kept) >= LEAST_MARKS_TO_TRIM and len(kept) > 2 * drop:
        kept = kept[drop : len(kept) - drop]
    with localcontext(ARITHMETIC):
        return sum(kept, Decimal(0)) / len(kept)


def leniency(scores_by_rater: Mapping[Rater, Mapping[Ratee, Number]]) -> dict[Rater, Leniency]:
    """For each rater the mean difference to the mean of the others, on the same ratees only.

    Whom nobody else has rated does not count: a rater of good people is not a lenient one.
    """
    by_ratee: dict[Ratee, dict[Rater, Fraction]] = {}
    for rater, scores in scores_by_rater.items():
        for ratee, score in scores.items():
            by_ratee.setdefault(ratee, {})[rater] = Fraction(score)
    differences: dict[Rater, list[Fraction]] = {rater: [] for rater in scores_by_rater}
    for given in by_ratee.values():
        if len(given) > 1:
            total = sum(given.values(), Fraction(0))
            for rater, score in given.items():
                differences[rater].append(score - (total - score) / (len(given) - 1))
    return {
        rater: Leniency(_decimal(mean(found)), len(found))
        if found
        else Leniency(None, 0, Reason.NONE_SHARED)
        for rater, found in differences.items()
    }


def strength_of(w: Decimal) -> Strength:
    """Kendall's W as a code that is put into words later."""
    return next((code for least, code in STRENGTHS if w >= least), Strength.LITTLE)


def reliability_of(coefficient: Decimal) -> Reliability:
    """An intraclass correlation as a code that is put into words later."""
    return next((code for least, code in RELIABILITIES if coefficient >= least), Reliability.POOR)


def _shape(scores: Table, *, rows_are_judges: bool = True) -> tuple[int, int, Reason | None]:
    """Rows, columns, and why nothing can be said about them."""
    rows, columns = len(scores), len(scores[0]) if scores else 0
    if any(len(row) != columns for row in scores):
        raise ValueError("rows of unequal length")
    judges, items = (rows, columns) if rows_are_judges else (columns, rows)
    if judges < 2:
        return rows, columns, Reason.ONE_JUDGE
    if items < 2:
        return rows, columns, Reason.ONE_ITEM
    if any(score is None for row in scores for score in row):
        return rows, columns, Reason.INCOMPLETE
    return rows, columns, None


def _fractions(scores: Table) -> list[list[Fraction]]:
    return [[Fraction(score) for score in row if score is not None] for row in scores]


def _ranks(scores: Sequence[Fraction]) -> list[Fraction]:
    """Ranks from 1, the lowest first; equal scores share the mean of their ranks."""
    below = 0
    rank: dict[Fraction, Fraction] = {}
    for score, count in sorted(Counter(scores).items()):
        rank[score] = below + Fraction(count + 1, 2)
        below += count
    return [rank[score] for score in scores]


def _mean_squares(
    rows: Sequence[Sequence[Fraction]],
) -> tuple[Fraction, Fraction, Fraction, Fraction]:
    """Between targets, within targets, between judges, and what is left (error)."""
    n, k = len(rows), len(rows[0])
    total = _squares([score for row in rows for score in row])
    between = k * _squares([mean(row) for row in rows])
    judges = n * _squares([mean(column) for column in zip(*rows, strict=True)])
    within = total - between
    return (
        between / (n - 1),
        within / (n * (k - 1)),
        judges / (k - 1),
        (within - judges) / ((n - 1) * (k - 1)),
    )


def _squares(values: Sequence[Fraction]) -> Fraction:
    """The sum of squares about the mean."""
    middle = mean(values)
    return sum(((value - middle) ** 2 for value in values), Fraction(0))


def _decimal(value: Fraction) -> Decimal:
    with localcontext(ARITHMETIC):
        return Decimal(value.numerator) / Decimal(value.denominator)
