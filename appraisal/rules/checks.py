"""Whether an index set may be published: every finding with its reason, none hidden. Pure.

The findings are grouped by the four principles of the project (comprehensiveness, pertinence,
operability, adaptability) and by plain form.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from appraisal.rules.scoring import HUNDRED, PARAMETERS, Kind, plain

AREAS = ("quantity", "quality", "efficiency", "effect")


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


def check_index_set(
    indicators: Sequence[DraftIndicator], *, measures: Collection[str], review_on: date | None
) -> list[Finding]:
    """Everything that is wrong, doubtful or right with a set. One ``fail`` forbids publishing."""
    return [
        *_weights(indicators),
        *_areas(indicators),
        *_parts(indicators),
        *_operability(indicators, measures),
        *_certainty(indicators),
        _review(review_on),
    ]


def failures(findings: Sequence[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.level is Level.FAIL]


def parameters_of(kind: str, params: Mapping[str, Any]) -> dict[str, Decimal]:
    """The parameters of a kind as numbers. Raises ValueError when one is missing or no number."""
    return {name: _number(params[name]) for name in PARAMETERS[Kind(kind)]}


def parameter_fault(kind: str, params: Mapping[str, Any], *, has_denominator: bool) -> str:
    """What is wrong with an indicator's kind and parameters, as a code; '' when nothing is."""
    if kind not in list(Kind):
        return "kind_unknown"
    try:
        values = parameters_of(kind, params)
    except (KeyError, ValueError):
        return f"params_{kind}"
    if kind == Kind.RATIO and not has_denominator:
        return "no_denominator"
    if kind in (Kind.COUNT, Kind.DEDUCTION) and has_denominator:
        return "denominator"
    return "" if _are_sound(Kind(kind), values) else f"params_{kind}"


def _are_sound(kind: Kind, values: Mapping[str, Decimal]) -> bool:
    if any(value < 0 for value in values.values()):
        return False
    if kind is Kind.RATIO:
        return values["zero_at"] != values["full_at"]
    if kind is Kind.RANGE:
        return values["low"] <= values["high"] and values["margin"] > 0
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


def _weights(indicators: Sequence[DraftIndicator]) -> Iterator[Finding]:
    total = sum((indicator.weight for indicator in indicators), Decimal(0))
    params = {"total": plain(total)}
    if not indicators:
        yield Finding(Level.FAIL, Principle.FORM, "no_indicators")
    elif total == HUNDRED:
        yield Finding(Level.PASS, Principle.FORM, "weights_100")
    else:
        yield Finding(Level.FAIL, Principle.FORM, "weights_not_100", params=params)
    for indicator in indicators:
        if indicator.weight <= 0:
            yield Finding(Level.FAIL, Principle.FORM, "weight_not_positive", indicator.code)


def _areas(indicators: Sequence[DraftIndicator]) -> Iterator[Finding]:
    covered = {indicator.area for indicator in indicators}
    missing = [area for area in AREAS if area not in covered]
    if not missing:
        yield Finding(Level.PASS, Principle.COMPREHENSIVENESS, "areas_covered")
    for area in missing:
        yield Finding(
            Level.WARN, Principle.COMPREHENSIVENESS, "area_missing", params={"area": area}
        )


def _parts(indicators: Sequence[DraftIndicator]) -> Iterator[Finding]:
    share = sum((i.weight for i in indicators if i.part == "function"), Decimal(0))
    level, code = (Level.PASS, "function_part") if share else (Level.FAIL, "no_function_part")
    yield Finding(level, Principle.PERTINENCE, code, params={"share": plain(share)})


def _operability(
    indicators: Sequence[DraftIndicator], measures: Collection[str]
) -> Iterator[Finding]:
    found = [
        Finding(Level.FAIL, Principle.OPERABILITY, code, indicator.code, params)
        for indicator in indicators
        for code, params in _inoperable(indicator, measures)
    ]
    yield from found or [Finding(Level.PASS, Principle.OPERABILITY, "operable")]


def _inoperable(
    indicator: DraftIndicator, measures: Collection[str]
) -> Iterator[tuple[str, dict[str, str]]]:
    if not indicator.source.strip():
        yield "no_source", {}
    if not indicator.owner.strip():
        yield "no_owner", {}
    if not indicator.numerator:
        yield "no_numerator", {}
    for measure in dict.fromkeys([*indicator.numerator, *indicator.denominator]):
        if measure not in measures:
            yield "no_measure", {"measure": measure}
    fault = parameter_fault(
        indicator.kind, indicator.params, has_denominator=bool(indicator.denominator)
    )
    if fault:
        yield fault, {}


def _certainty(indicators: Sequence[DraftIndicator]) -> Iterator[Finding]:
    unverified = [indicator.code for indicator in indicators if indicator.certainty == "U"]
    if unverified:
        params = {"count": str(len(unverified))}
        yield Finding(Level.WARN, Principle.PERTINENCE, "unverified", params=params)


def _review(review_on: date | None) -> Finding:
    if review_on is None:
        return Finding(Level.WARN, Principle.ADAPTABILITY, "no_review_date")
    params = {"day": review_on.isoformat()}
    return Finding(Level.PASS, Principle.ADAPTABILITY, "review_date", params=params)
