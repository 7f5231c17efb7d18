"""What an indicator is, what of a person decides it, and what comes out. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from appraisal.rules.grades import Grade
from appraisal.rules.periods import Amount, Gap


class Kind(StrEnum):
    """Economic kinds do not exist: none of these takes money.

    A bonus stands outside the hundred, its weight being its cap; a veto has no weight and limits
    the grade, not the points.
    """

    RATIO = "ratio"
    COUNT = "count"
    RANGE = "range"
    LADDER = "ladder"
    GRADED = "graded"
    YES_NO = "yes_no"
    DEDUCTION = "deduction"
    BONUS = "bonus"
    VETO = "veto"
    HEAD_SHARE = "head_share"


class State(StrEnum):
    SCORED = "scored"
    MISSING = "missing"
    NOT_APPLICABLE = "not_applicable"


# The steps of a ladder: what is to be reached by the end of January, February …
STEPS = tuple(f"m{month}" for month in range(1, 13))

# Which parameters a kind needs; all are numbers, written as text. A ladder has any of STEPS, a
# veto has ``at_most`` besides, which is a grade and no number.
PARAMETERS: dict[Kind, tuple[str, ...]] = {
    Kind.RATIO: ("zero_at", "full_at"),
    Kind.COUNT: ("per_month",),
    Kind.RANGE: ("low", "high", "margin"),
    Kind.LADDER: STEPS,
    Kind.GRADED: (),
    Kind.YES_NO: (),
    Kind.DEDUCTION: ("per_event",),
    Kind.BONUS: ("per_event",),
    Kind.VETO: (),
    Kind.HEAD_SHARE: (),
}

# The grades a veto can limit to.
LIMITS = tuple(grade.value for grade in (Grade.COMPETENT, Grade.BASICALLY, Grade.INCOMPETENT))


def rating_key(code: str) -> str:
    """Under which amount the ratings of an indicator are found."""
    return f"rating:{code}"


@dataclass(frozen=True, slots=True)
class Indicator:
    """What an indicator counts, out of what, for how many points.

    ``at_most`` belongs to a veto: the grade it limits to.
    """

    code: str
    kind: Kind
    weight: Decimal
    numerator: tuple[str, ...]
    denominator: tuple[str, ...]
    params: Mapping[str, Decimal]
    at_most: str = ""

    @property
    def is_rated(self) -> bool:
        """Graded by people, not from a figure that an owner enters."""
        return self.kind is Kind.GRADED and not self.numerator

    @property
    def counted(self) -> tuple[str, ...]:
        return (rating_key(self.code),) if self.is_rated else self.numerator

    @property
    def measures(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self.counted + self.denominator))


@dataclass(frozen=True, slots=True)
class Situation:
    """What beside the figures decides a person's lines.

    ``months`` are those in post, in order. ``head_share`` is the percentage of an average judge's
    work a head carries, None for who is no head; ``averages`` says, by indicator, what the judges
    compared with reach per month in post.
    """

    months: tuple[date, ...] = ()
    head_share: Decimal | None = None
    averages: Mapping[str, Decimal] = field(default_factory=dict)


NOBODY = Situation()


@dataclass(frozen=True, slots=True)
class Formula:
    """How the points came about, in no language: a code and its values as plain text.

    Every kind: its parameters, ``numerator`` and ``denominator`` as [measure, value] pairs, and
    ``parts`` {measure: [[part, coefficient, value] …]} for measures made of others. Besides:

    - count: ``months``, ``target``
    - range: ``where`` (inside, above, below)
    - ladder: ``steps`` [[first month, last month, step before, step at the end] …], one for each
      unbroken run of months in post, and ``target``, the sum of their differences
    - graded: ``rated`` (yes, no), ``months`` whose grades were taken (0 for ratings)
    - yes_no: ``yes`` of ``months``
    - deduction, bonus: ``events``, and ``cap`` of a bonus
    - veto: ``events``, ``at_most``, ``fired`` (yes, no)
    - head_share: ``head_share`` (per cent), ``average`` per month, ``months``, ``target``
    - not applicable: ``why`` (no_target, no_months, no_share, no_average) where it is not that
      there is nothing to divide by
    """

    code: str
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Line:
    """One indicator of one person: points with everything they follow from.

    A veto has no points in any state; ``at_most`` is the grade it limits to once it has fired.
    """

    code: str
    kind: Kind
    weight: Decimal
    state: State
    inputs: tuple[Amount, ...]
    formula: Formula
    value: str | None = None
    points: Decimal | None = None
    at_most: str = ""

    @property
    def gaps(self) -> tuple[Gap, ...]:
        return tuple(dict.fromkeys(gap for amount in self.inputs for gap in amount.gaps))

    @property
    def reported(self) -> tuple[Amount, ...]:
        """The amounts that were reported themselves: parts instead of what is made of them."""
        found: dict[Amount, None] = {}
        for amount in self.inputs:
            found.update(dict.fromkeys([part.amount for part in amount.parts] or [amount]))
        return tuple(found)
