"""What the check of an index set finds, and whether an indicator's parameters are sound. Pure.

``rules.principles`` makes the check; here is what a finding is, and what can be said of one
indicator alone.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from itertools import pairwise
from typing import Any

from appraisal.rules.scoring import HUNDRED, LIMITS, PARAMETERS, STEPS, Kind


class Level(StrEnum):
    PASS = "pass"  # noqa: S105
    WARN = "warn"
    FAIL = "fail"


class Principle(StrEnum):
    FORM = "form"
    COMPREHENSIVENESS = "comprehensiveness"
    PERTINENCE = "pertinence"
    OPERABILITY = "operability"
    ADAPTABILITY = "adaptability"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: how it stands and why. ``code`` is put into words later."""

    level: Level
    principle: Principle
    code: str
    indicator: str = ""
    params: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DraftIndicator:
    """An indicator as it was written down, nothing checked yet."""

    code: str
    kind: str
    part: str
    area: str
    weight: Decimal
    numerator: Sequence[str]
    denominator: Sequence[str]
    params: Mapping[str, Any]
    source: str
    owner: str
    certainty: str
    anchors: Sequence[Mapping[str, Any]] = ()
    name: str = ""
    name_en: str = ""

    @property
    def is_rated(self) -> bool:
        """Graded by people, not from a figure that an owner enters."""
        return self.kind == Kind.GRADED and not self.numerator

    @property
    def measures(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys([*self.numerator, *self.denominator]))


def failures(findings: Iterable[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.level is Level.FAIL]


def worst_level(findings: Iterable[Finding]) -> Level:
    levels = {finding.level for finding in findings}
    return next((one for one in (Level.FAIL, Level.WARN) if one in levels), Level.PASS)


LEAST_WORDS = 3
ANCHOR_TEXTS = ("word", "word_en", "text", "text_en")


def anchor_fault(indicator: DraftIndicator) -> str:
    """What is wrong with the graded words of an indicator, as a code; '' when nothing is.

    An indicator whose grade is entered as a figure may do without words.
    """
    anchors = indicator.anchors
    if indicator.kind != Kind.GRADED or not (indicator.is_rated or anchors):
        return ""
    if len(anchors) < LEAST_WORDS:
        return "anchors_few"
    if not all(str(one.get(name) or "").strip() for one in anchors for name in ANCHOR_TEXTS):
        return "anchors_incomplete"
    try:
        scores = [_number(one.get("score")) for one in anchors]
    except ValueError:
        return "anchors_scores"
    falls = all(high > low for high, low in pairwise(scores))
    return "" if falls and scores[-1] >= 0 and scores[0] <= HUNDRED else "anchors_scores"


def has_no_params(kind: str, params: Mapping[str, Any]) -> bool:
    """Whether a kind that needs parameters has none yet: the court has to fill them in."""
    if kind not in list(Kind):
        return False
    names = ("at_most",) if kind == Kind.VETO else PARAMETERS[Kind(kind)]
    return bool(names) and not any(str(params.get(name) or "").strip() for name in names)


def parameters_of(kind: str, params: Mapping[str, Any]) -> dict[str, Decimal]:
    """The numbers of a kind's parameters. Raises KeyError or ValueError when one is missing or no
    number. Of a ladder's steps any may be left empty, but not all.
    """
    names = PARAMETERS[Kind(kind)]
    if kind == Kind.LADDER:
        names = tuple(name for name in STEPS if params.get(name) not in (None, ""))
        if not names:
            raise KeyError("a ladder without steps")
    return {name: _number(params[name]) for name in names}


def at_most_of(kind: str, params: Mapping[str, Any]) -> str:
    """The grade a veto limits to; '' for other kinds."""
    return str(params.get("at_most", "")) if kind == Kind.VETO else ""


# A ladder is a ratio against steps; these need what they are taken out of.
_DIVIDED = (Kind.RATIO, Kind.LADDER)


def parameter_fault(kind: str, params: Mapping[str, Any], *, has_denominator: bool) -> str:
    """What is wrong with an indicator's kind and parameters, as a code; '' when nothing is."""
    if kind not in list(Kind):
        return "kind_unknown"
    try:
        values = parameters_of(kind, params)
    except (KeyError, ValueError):
        return f"params_{kind}"
    if kind in _DIVIDED and not has_denominator:
        return "no_denominator"
    if kind not in (*_DIVIDED, Kind.RANGE) and has_denominator:
        return "denominator"
    if kind == Kind.VETO:
        return "" if at_most_of(kind, params) in LIMITS else "params_veto"
    return "" if _are_sound(Kind(kind), values) else f"params_{kind}"


def _are_sound(kind: Kind, values: Mapping[str, Decimal]) -> bool:
    if any(value < 0 for value in values.values()):
        return False
    if kind is Kind.RATIO:
        return values["zero_at"] != values["full_at"]
    if kind is Kind.RANGE:
        return values["low"] <= values["high"] and values["margin"] > 0
    if kind is Kind.LADDER:
        steps = list(values.values())
        return steps == sorted(steps) and 0 < steps[-1] <= 1
    return all(value > 0 for value in values.values())


def _number(value: Any) -> Decimal:
    # A JSON float is not exact; the shipped sets and the forms write text.
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise ValueError(f"not an exact number: {value!r}")
    try:
        number = Decimal(value)
    except InvalidOperation:
        raise ValueError(f"not a number: {value!r}") from None
    if not number.is_finite():
        raise ValueError(f"not a number: {value!r}")
    return number
