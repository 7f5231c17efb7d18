"""What a computing reads about those under one index set, as bytes with one writing each. Pure.

A row of bytes holds one person: months in post, figures, ratings, head's share. A ``Basis`` says
what the numbers in it mean. From both together everything follows: the lines, the total, and the
fingerprint over all of it.
"""

import hashlib
import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from appraisal.rules.periods import WEIGHING_MEASURE, Aggregation, Amount, Months
from appraisal.rules.rollup import RolledUp, RoutineResult, roll_up
from appraisal.rules.scoring import (
    Indicator,
    Kind,
    Line,
    Outcome,
    State,
    canonical,
    lines_of,
    outcome_of,
    plain,
    rating_key,
)

# Figures and ratings are kept in ten-thousandths, as the database keeps them; points, heads'
# shares and totals in hundredths.
PLACES, CENT_PLACES = 4, 2
NONE = -1

# What stands for a line without points, in place of hundredths of points.
MISSING, NOT_APPLICABLE, NO_POINTS = -1, -2, -3

Derived = Mapping[str, Sequence[tuple[str, Decimal]]]


@dataclass(frozen=True)
class Basis:
    """What those scored together have in common: the rules, and what they are compared with.

    ``averages`` says, for heads, what judges reach per month in post; ``routine_share`` is the
    percentage of the total that comes from the routine results of the year.
    """

    function: str
    staff_class: str
    months: tuple[date, ...]
    indicators: tuple[Indicator, ...]
    aggregations: Mapping[str, Aggregation]
    registers: frozenset[str] = frozenset()
    derived: Derived = field(default_factory=dict)
    averages: Mapping[str, Decimal] = field(default_factory=dict)
    routine_share: Decimal = Decimal(0)

    @cached_property
    def measures(self) -> tuple[str, ...]:
        """Codes of every measure whose figures are needed, in the order of a row."""
        return measures_needed(self.indicators, self.aggregations, self.derived)

    @cached_property
    def rated(self) -> tuple[str, ...]:
        """Codes of the indicators graded by people, in the order of a row."""
        return tuple(indicator.code for indicator in self.indicators if indicator.is_rated)

    @cached_property
    def layout(self) -> struct.Struct:
        months = len(self.months)
        return struct.Struct(f">{months}?{len(self.measures) * months + len(self.rated)}qi")

    @cached_property
    def digest(self) -> bytes:
        return hashlib.sha256(canonical(self.content())).digest()

    def content(self) -> dict[str, Any]:
        return {
            "function": self.function,
            "staff_class": self.staff_class,
            "months": [f"{month:%Y-%m}" for month in self.months],
            "indicators": [_indicator_content(indicator) for indicator in self.indicators],
            "measures": [
                [code, self.aggregations.get(code, ""), code in self.registers]
                for code in self.measures
            ],
            "derived": {
                measure: [[part, plain(coefficient)] for part, coefficient in parts]
                for measure, parts in self.derived.items()
                if measure in _used(self.indicators)
            },
            "averages": {code: plain(average) for code, average in self.averages.items()},
            "routine_share": plain(self.routine_share),
        }

    @classmethod
    def from_content(cls, content: Mapping[str, Any]) -> "Basis":
        measures = content["measures"]
        return cls(
            function=content["function"],
            staff_class=content["staff_class"],
            months=tuple(date.fromisoformat(f"{month}-01") for month in content["months"]),
            indicators=tuple(_indicator_from(one) for one in content["indicators"]),
            aggregations={code: Aggregation(how) for code, how, _register in measures if how},
            registers=frozenset(code for code, _how, is_register in measures if is_register),
            derived={
                measure: tuple((part, Decimal(coefficient)) for part, coefficient in parts)
                for measure, parts in content["derived"].items()
            },
            averages={code: Decimal(average) for code, average in content["averages"].items()},
            routine_share=Decimal(content["routine_share"]),
        )


def measures_needed(
    indicators: Iterable[Indicator], aggregations: Mapping[str, Aggregation], derived: Derived
) -> tuple[str, ...]:
    """Codes of the measures in which figures are reported: parts instead of what is made of them.

    A mean needs what it is weighted by as well.
    """
    needed: set[str] = set()
    for measure in _used(indicators):
        needed |= {part for part, _factor in derived[measure]} if measure in derived else {measure}
    if any(aggregations.get(code) is Aggregation.MEAN for code in needed):
        needed.add(WEIGHING_MEASURE)
    return tuple(sorted(needed))


def _used(indicators: Iterable[Indicator]) -> set[str]:
    return {
        code for indicator in indicators for code in indicator.numerator + indicator.denominator
    }


def _indicator_content(indicator: Indicator) -> dict[str, Any]:
    return {
        "code": indicator.code,
        "kind": indicator.kind.value,
        "weight": plain(indicator.weight),
        "numerator": list(indicator.numerator),
        "denominator": list(indicator.denominator),
        "params": {name: plain(value) for name, value in indicator.params.items()},
        "at_most": indicator.at_most,
    }


def _indicator_from(content: Mapping[str, Any]) -> Indicator:
    return Indicator(
        code=content["code"],
        kind=Kind(content["kind"]),
        weight=Decimal(content["weight"]),
        numerator=tuple(content["numerator"]),
        denominator=tuple(content["denominator"]),
        params={name: Decimal(value) for name, value in content["params"].items()},
        at_most=content["at_most"],
    )


@dataclass(frozen=True, slots=True)
class Notes:
    """What few have beside a row of numbers.

    ``groups`` says, by rated indicator, what each group of raters came to: [kind, weight, count,
    mean, whether the extremes were left out]. ``routine`` are the routine results of the year.
    """

    groups: Mapping[str, Sequence[Sequence[Any]]] = field(default_factory=dict)
    routine: tuple[RoutineResult, ...] = ()

    def written(self) -> bytes:
        """Empty where there is nothing to note."""
        if not (self.groups or self.routine):
            return b""
        return canonical(
            {
                "groups": {code: [list(one) for one in rows] for code, rows in self.groups.items()},
                "routine": [
                    [one.code, None if one.total is None else plain(one.total), one.months]
                    for one in self.routine
                ],
            }
        )

    @classmethod
    def from_content(cls, content: Mapping[str, Any]) -> "Notes":
        return cls(
            groups=content["groups"],
            routine=tuple(
                RoutineResult(None if total is None else Decimal(total), months, code)
                for code, total, months in content["routine"]
            ),
        )


NO_NOTES = Notes()


@dataclass(frozen=True, slots=True)
class Inputs:
    """Everything a computing read about one person, ready for the rules."""

    basis: Basis
    months: tuple[date, ...]
    figures: Months
    ratings: Mapping[str, Decimal]
    head_share: Decimal | None
    notes: Notes = NO_NOTES

    def lines(self) -> tuple[Line, ...]:
        basis = self.basis
        ratings = {
            rating_key(code): Amount(rating_key(code), value)
            for code, value in self.ratings.items()
        }
        return lines_of(
            basis.indicators,
            basis.aggregations,
            self.months,
            self.figures,
            ratings=ratings,
            head_share=self.head_share,
            averages=basis.averages,
            registers=basis.registers,
            derived=basis.derived,
        )

    def rolled_up(self, outcome: Outcome) -> RolledUp:
        return roll_up(outcome.total, self.notes.routine, self.basis.routine_share)


def inputs_from(basis: Basis, row: bytes, notes: Notes = NO_NOTES) -> Inputs:
    """What a row of bytes says about one person."""
    numbers = basis.layout.unpack(row)
    count = len(basis.months)
    in_post = [month for month, served in zip(basis.months, numbers[:count], strict=True) if served]
    figures: dict[date, dict[str, Decimal]] = {month: {} for month in in_post}
    for place, measure in enumerate(basis.measures, start=1):
        cells = numbers[place * count : (place + 1) * count]
        for month, number in zip(basis.months, cells, strict=True):
            if number != NONE:
                figures[month][measure] = Decimal(number).scaleb(-PLACES)
    ratings = {
        code: Decimal(number).scaleb(-PLACES)
        for code, number in zip(basis.rated, numbers[-1 - len(basis.rated) : -1], strict=True)
        if number != NONE
    }
    share = numbers[-1]
    head_share = None if share == NONE else Decimal(share).scaleb(-CENT_PLACES)
    return Inputs(basis, tuple(in_post), figures, ratings, head_share, notes)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What someone's lines came to, as it is stored: hundredths, or what stands for none."""

    points: tuple[int, ...]
    fired: tuple[bool, ...]
    base: int
    bonus: int
    own: int
    routine: int
    total: int

    @property
    def sums(self) -> tuple[int, int, int, int, int]:
        return self.base, self.bonus, self.own, self.routine, self.total

    def written(self) -> bytes:
        count = len(self.points)
        return struct.pack(f">{count + 5}i{count}?", *self.points, *self.sums, *self.fired)


def verdict_of(inputs: Inputs) -> Verdict:
    """The same by the pure rules, line by line."""
    lines = inputs.lines()
    outcome = outcome_of(lines)
    rolled = inputs.rolled_up(outcome)
    takes_routine = bool(inputs.basis.routine_share)
    return Verdict(
        points=tuple(points_stored(line) for line in lines),
        fired=tuple(bool(line.at_most) for line in lines),
        base=cents(outcome.base),
        bonus=cents(outcome.bonus),
        own=cents(rolled.own),
        routine=cents(rolled.routine_mean) if takes_routine else NONE,
        total=cents(rolled.total),
    )


def points_stored(line: Line) -> int:
    if line.state is State.MISSING:
        return MISSING
    if line.state is State.NOT_APPLICABLE:
        return NOT_APPLICABLE
    return NO_POINTS if line.points is None else cents(line.points)


def cents(value: Decimal | None) -> int:
    return NONE if value is None else int(value.scaleb(CENT_PLACES))


def from_cents(value: int) -> Decimal | None:
    return None if value < 0 else Decimal(value).scaleb(-CENT_PLACES)


def fingerprint_of(basis: Basis, key: str, row: bytes, notes: bytes, verdict: bytes) -> str:
    """Over what was decided and every number it follows from, under a person's stable key.

    Not over row numbers, which a copy of the court would change, nor over the workbooks and
    as-of days of the figures: the same figures reported again give the same fingerprint.
    """
    parts = (basis.digest, row, verdict, key.encode(), b"\0", notes)
    return hashlib.sha256(b"".join(parts)).hexdigest()
