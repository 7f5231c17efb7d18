"""From lines to a total: a base of a hundred, bonuses beside it, vetoes that limit. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext

from appraisal.rules.periods import ARITHMETIC
from appraisal.rules.scoring.indicators import Kind, Line, State
from appraisal.rules.scoring.writing import HUNDRED, rounded

OUTSIDE_THE_HUNDRED = frozenset({Kind.BONUS, Kind.VETO})


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one person's lines come to.

    ``missing`` and ``vetoes`` are codes of indicators; there is no base and no total while
    anything is missing, or when nothing applies.
    """

    base: Decimal | None
    bonus: Decimal
    total: Decimal | None
    missing: tuple[str, ...] = ()
    vetoes: tuple[str, ...] = ()


def outcome_of(lines: Sequence[Line]) -> Outcome:
    base, bonus = total_of(lines), bonus_of(lines)
    missing = tuple(line.code for line in lines if line.state is State.MISSING)
    total = None if base is None else base + bonus
    return Outcome(base, bonus, total, missing, vetoes_of(lines))


def total_of(lines: Sequence[Line]) -> Decimal | None:
    """Points out of the weights that apply, scaled to 100; None while anything is missing.

    Bonuses and vetoes stand outside it, but they too may not be missing.
    """
    if any(line.state is State.MISSING for line in lines):
        return None
    points, weights = Decimal(0), Decimal(0)
    for line in lines:
        if line.points is not None and line.kind not in OUTSIDE_THE_HUNDRED:
            points += line.points
            weights += line.weight
    if not weights:
        return None
    with localcontext(ARITHMETIC):
        return rounded(points * HUNDRED / weights)


def bonus_of(lines: Iterable[Line]) -> Decimal:
    """Points beside the hundred; each bonus has its own cap."""
    gained = [line.points for line in lines if line.kind is Kind.BONUS and line.points is not None]
    return rounded(sum(gained, Decimal(0)))


def vetoes_of(lines: Iterable[Line]) -> tuple[str, ...]:
    """Codes of the vetoes that have fired."""
    return tuple(line.code for line in lines if line.at_most)


def limits_of(lines: Iterable[Line]) -> tuple[str, ...]:
    """The grades to which vetoes that have fired limit, in the order of ``vetoes_of``."""
    return tuple(line.at_most for line in lines if line.at_most)
