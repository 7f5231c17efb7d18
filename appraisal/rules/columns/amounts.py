"""Amounts of the months in post, over columns of people; who must be scored alone. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from appraisal.rules.evidence import NONE, PLACES, Basis, Notes
from appraisal.rules.periods import Aggregation

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

# Sums and differences of a few numbers within this stay within 64 bits.
MOST = 2**60


@dataclass(frozen=True, slots=True)
class Group:
    """Those under one basis, one row each.

    ``figures`` [people, measures of the basis, months] and ``ratings`` [people, rated indicators]
    are ten-thousandths, ``head_shares`` [people] hundredths of a per cent; NONE where there is
    nothing. Everybody was in post in at least one month, and in each month with a figure.
    """

    basis: Basis
    in_post: Flags
    figures: Ints
    ratings: Ints
    head_shares: Ints
    notes: Sequence[Notes]


@dataclass(frozen=True, slots=True)
class Column:
    """One measure over the months in post: its value is ``values`` ÷ 10 ** ``places``."""

    values: Ints
    places: int
    gaps: Flags


class Columns:
    """A group at work: amounts as they are asked for, and who has to be scored alone."""

    def __init__(self, group: Group) -> None:
        self.group, self.basis = group, group.basis
        self.people = len(group.in_post)
        self.hard = np.zeros(self.people, dtype=np.bool_)
        self.ones = np.ones(self.people, dtype=np.int64)
        self.months = group.in_post.sum(axis=1, dtype=np.int64)
        self._places = {code: place for place, code in enumerate(self.basis.measures)}
        self._taken_up: dict[str, Column] = {}
        self._first = group.in_post.argmax(axis=1)
        self._last = len(self.basis.months) - 1 - group.in_post[:, ::-1].argmax(axis=1)

    def times(self, values: Ints, factor: int) -> Ints:
        """A product; whoever's would leave 64 bits is scored alone, and counts nothing here."""
        if factor == 1:
            return values
        limit = MOST // abs(factor) if factor else MOST
        sizes = np.abs(values)
        if sizes.max(initial=0) > limit:
            over = sizes > limit
            self.hard |= over
            values = np.where(over, 0, values)
        return values * factor if limit else np.zeros_like(values)

    def amount(self, measure: str) -> Column:
        if measure not in self._taken_up:
            is_derived = measure in self.basis.derived
            self._taken_up[measure] = self._made(measure) if is_derived else self._taken(measure)
        return self._taken_up[measure]

    def cells(self, measure: str) -> tuple[Ints, Flags, Flags]:
        """Figures, where one was reported, and where one is needed: [people, months]."""
        figures = self.group.figures[:, self._places[measure], :]
        aggregation = self.basis.aggregations.get(measure, Aggregation.SUM)
        needed = self.group.in_post
        if aggregation is Aggregation.MEAN:
            self.hard[:] = True
        elif aggregation is not Aggregation.SUM:
            place = self._first if aggregation is Aggregation.FIRST else self._last
            needed = np.arange(len(self.basis.months)) == place[:, None]
        return figures, needed & (figures != NONE), needed

    def _taken(self, measure: str) -> Column:
        figures, found, needed = self.cells(measure)
        counted = 0 if measure in self.basis.registers else (needed & ~found).sum(axis=1)
        gaps = counted > self.ones * 0
        return Column(np.where(found, figures, 0).sum(axis=1), PLACES, gaps)

    def _made(self, measure: str) -> Column:
        """Σ coefficient × amount of its parts."""
        parts = self.basis.derived[measure]
        factors, places = as_integers([coefficient for _part, coefficient in parts])
        total = self.ones * 0
        gaps = np.zeros(self.people, dtype=np.bool_)
        for (part, _coefficient), factor in zip(parts, factors, strict=True):
            amount = self.amount(part)
            # A fraction of the whole range each, so that no sum of them can leave it.
            total += self.times(self.times(amount.values, len(parts)), factor) // len(parts)
            gaps |= amount.gaps
        return Column(total, PLACES + places, gaps)

    def sum_of(self, measures: Iterable[str]) -> Column:
        amounts = [self.amount(measure) for measure in measures]
        if len(amounts) == 1:
            return amounts[0]
        places = max((amount.places for amount in amounts), default=PLACES)
        total = self.ones * 0
        gaps = np.zeros(self.people, dtype=np.bool_)
        for amount in amounts:
            widened = self.times(amount.values, len(amounts) * 10 ** (places - amount.places))
            total += widened // len(amounts)
            gaps |= amount.gaps
        return Column(total, places, gaps)


def as_integers(values: Sequence[Decimal]) -> tuple[list[int], int]:
    """The numbers times a common power of ten that makes integers of all."""
    places = max((max(0, -exponent_of(value)) for value in values), default=0)
    return [int(value.scaleb(places)) for value in values], places


def exponent_of(value: Decimal) -> int:
    return int(value.normalize().as_tuple().exponent)
