"""The annual total from its own lines and the routine results of the year. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, localcontext
from enum import StrEnum

from appraisal.rules.periods import ARITHMETIC
from appraisal.rules.scoring import HUNDRED, rounded


class Way(StrEnum):
    """How a total came about."""

    JOINED = "joined"
    OWN_ONLY = "own_only"  # the share of the routine results is nothing
    NO_ROUTINE = "no_routine"  # there are none, so the own lines stand alone
    OWN_MISSING = "own_missing"  # there is no total yet


@dataclass(frozen=True, slots=True)
class RoutineResult:
    """The total of one routine cycle. ``code`` is the cycle's, ``months`` those in post."""

    total: Decimal | None
    months: int
    code: str


@dataclass(frozen=True, slots=True)
class RolledUp:
    """``share`` per cent of the total came from ``routine_mean``, which is rounded for show.

    ``share`` is what took effect; ``counted`` are the routine results taken, ``left_out`` the
    codes of those without a total or without a month in post.
    """

    total: Decimal | None
    own: Decimal | None
    routine_mean: Decimal | None
    share: Decimal
    way: Way
    counted: tuple[RoutineResult, ...] = ()
    left_out: tuple[str, ...] = ()


def roll_up(own: Decimal | None, routine: Iterable[RoutineResult], share: Decimal) -> RolledUp:
    """The own total and the mean of the routine ones, ``share`` per cent of the latter.

    The mean is weighted by months in post. Without any routine result the own total stands
    alone: what was never appraised is no zero. Divided once and rounded once.
    """
    if not 0 <= share <= HUNDRED:
        raise ValueError(f"a share of {share} % is not between 0 and 100 %")
    found = sorted(routine, key=lambda one: one.code)
    taken = [(one.total, one) for one in found if one.total is not None and one.months > 0]
    counted = tuple(one for _total, one in taken)
    left_out = tuple(one.code for one in found if one not in counted)
    months = sum(one.months for one in counted)
    with localcontext(ARITHMETIC):
        points = sum((total * one.months for total, one in taken), Decimal(0))
        mean = rounded(points / months) if months else None
        if not share or not months:
            way = Way.OWN_MISSING if own is None else Way.NO_ROUTINE if share else Way.OWN_ONLY
            return RolledUp(own, own, mean, Decimal(0), way, counted, left_out)
        if own is None and share < HUNDRED:
            return RolledUp(None, None, mean, share, Way.OWN_MISSING, counted, left_out)
        whole = (own or Decimal(0)) * (HUNDRED - share) * months + points * share
        total = rounded(whole / (HUNDRED * months))
    return RolledUp(total, own, mean, share, Way.JOINED, counted, left_out)
