"""A whole group scored: points, totals, and the bytes they are fingerprinted by. Pure."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from appraisal.rules.columns.amounts import Columns, Flags, Group, exponent_of
from appraisal.rules.columns.shares import hundredths, line_of
from appraisal.rules.evidence import (
    CENT_PLACES,
    MISSING,
    NONE,
    Basis,
    Notes,
    cents,
    from_cents,
    inputs_from,
    verdict_of,
)
from appraisal.rules.rollup import roll_up
from appraisal.rules.scoring import Indicator, Kind
from appraisal.rules.scoring.totals import OUTSIDE_THE_HUNDRED

Numbers = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Scores:
    """What a group's lines came to, a row each.

    ``points`` [people, indicators] and ``sums`` [people, 5] (base, bonus, own, routine, total) are
    hundredths; ``vetoes`` are the codes of those that fired. ``rows`` and ``verdicts`` are the
    bytes of what was read and of what came of it. ``alone`` counts those whom the Decimal rules
    scored.
    """

    points: Numbers
    fired: Flags
    vetoes: list[list[str]]
    sums: Numbers
    rows: tuple[bytes, ...]
    verdicts: tuple[bytes, ...]
    alone: int


def score_group(group: Group) -> Scores:
    """Everybody's points and totals, in columns where that is exact, else one by one."""
    basis, rows = group.basis, packed(group)
    points, fired, hard = _lines(group)
    sums = _sums(basis, points)
    for place in np.flatnonzero(hard).tolist():
        verdict = verdict_of(inputs_from(basis, rows[place], group.notes[place]))
        points[place], fired[place], sums[place] = verdict.points, verdict.fired, verdict.sums
    if basis.routine_share:
        for place in np.flatnonzero(~hard).tolist():
            sums[place] = _rolled_up(basis, sums[place].tolist(), group.notes[place])
    vetoes: list[list[str]] = [[] for _row in rows]
    for row, place in np.argwhere(fired).tolist():
        vetoes[row].append(basis.indicators[place].code)
    verdicts = _written(points, sums, fired)
    return Scores(points, fired, vetoes, sums, rows, verdicts, int(hard.sum()))


def _lines(group: Group) -> tuple[Numbers, Flags, Flags]:
    """Points, vetoes that fired, and who has to be scored alone."""
    columns = Columns(group)
    shape = (columns.people, len(group.basis.indicators))
    points, fired = np.zeros(shape, dtype=np.int32), np.zeros(shape, dtype=np.bool_)
    for place, indicator in enumerate(group.basis.indicators):
        if _is_beyond(indicator):
            columns.hard[:] = True
        else:
            points[:, place], fired[:, place] = line_of(columns, indicator)
    return points, fired, columns.hard


def _is_beyond(indicator: Indicator) -> bool:
    """A head's target is a share of a quotient, which has no end; the others no set should have."""
    return (
        indicator.kind is Kind.HEAD_SHARE
        or (indicator.is_rated and bool(indicator.denominator))
        or exponent_of(indicator.weight) < -CENT_PLACES
    )


def _sums(basis: Basis, points: Numbers) -> Numbers:
    """Base, bonus, own, routine and total, as if there were no routine results."""
    is_scored = points >= 0
    inside = np.array([one.kind not in OUTSIDE_THE_HUNDRED for one in basis.indicators], bool)
    bonuses = np.array([one.kind is Kind.BONUS for one in basis.indicators], bool)
    weights = np.array([hundredths(one.weight) for one in basis.indicators], dtype=np.int64)
    gained = np.where(is_scored & inside, points, 0).sum(axis=1, dtype=np.int64)
    weight = np.where(is_scored & inside, weights, 0).sum(axis=1)
    bonus = np.where(is_scored & bonuses, points, 0).sum(axis=1)
    has_total = (weight > 0) & ~(points == MISSING).any(axis=1)
    whole = np.where(has_total, weight, 1)
    base = np.where(has_total, (2 * 10000 * gained + whole) // (2 * whole), NONE)
    total = np.where(has_total, base + bonus, NONE)
    routine = np.full(len(points), NONE)
    return np.stack([base, bonus, total, routine, total], axis=1).astype(np.int32)


def _rolled_up(basis: Basis, sums: list[int], notes: Notes) -> tuple[int, ...]:
    base, bonus, own, _routine, _total = sums
    rolled = roll_up(from_cents(own), notes.routine, basis.routine_share)
    return base, bonus, own, cents(rolled.routine_mean), cents(rolled.total)


# -- bytes ------------------------------------------------------------------------------------


def packed(group: Group) -> tuple[bytes, ...]:
    """The rows of ``evidence``, one for each of the group."""
    people = len(group.in_post)
    parts = [
        group.in_post.astype(np.uint8),
        _big_endian(group.figures.reshape(people, -1), ">i8"),
        _big_endian(group.ratings, ">i8"),
        _big_endian(group.head_shares.reshape(people, 1), ">i4"),
    ]
    return _sliced(parts)


def _written(points: Numbers, sums: Numbers, fired: Flags) -> tuple[bytes, ...]:
    """As ``Verdict.written`` does it."""
    parts = [_big_endian(points, ">i4"), _big_endian(sums, ">i4"), fired.astype(np.uint8)]
    return _sliced(parts)


def _big_endian(numbers: NDArray[Any], kind: str) -> NDArray[np.uint8]:
    people, count = numbers.shape
    turned = np.ascontiguousarray(numbers.astype(kind))
    return turned.view(np.uint8).reshape(people, count * turned.itemsize)


def _sliced(parts: list[NDArray[np.uint8]]) -> tuple[bytes, ...]:
    whole = np.concatenate(parts, axis=1)
    content, size = whole.tobytes(), whole.shape[1]
    return tuple(content[start : start + size] for start in range(0, len(content), size))
