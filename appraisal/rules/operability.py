"""Whether a set can be worked with: complete indicators, figures that come, no money. Pure."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from appraisal.rules.checks import (
    DraftIndicator,
    Finding,
    Level,
    Principle,
    anchor_fault,
    has_no_params,
    parameter_fault,
)
from appraisal.rules.scoring import Kind, percentage, plain

# Shares of the months in post for which a figure came. Limits of our own [U].
WELL, BADLY = Decimal("0.95"), Decimal("0.5")

# Performance is not appraised by economic quantities: that is the first demand of the project.
# 接收入库 and the like hold 收入 without meaning income.
_ECONOMIC = re.compile(
    r"创收|罚没|诉讼费|收费|(?<![接签回征吸])收入|利润|营收|产值|税收"
    r"|金额|标的额|经济效益|经济指标|奖金"
    r"|\b(?:money|revenue|income|profits?|fees?|turnover|yuan|rmb)\b"
    r"|\beconomic (?:benefit|indicator|output)s?\b",
    re.IGNORECASE,
)
_MONEY_UNIT = re.compile(r"^[百千万亿]*元$|^(?:yuan|rmb|cny)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class MeasureFacts:
    """What of a measure the check looks at: its names and headings, its unit, how it comes."""

    texts: tuple[str, ...]
    unit: str = ""
    is_register: bool = False  # no entry means that nothing happened
    is_made: bool = False  # made of other measures, as case points are
    is_stock: bool = False  # taken once, or a mean: one figure in the period is enough


@dataclass(frozen=True, slots=True)
class Obtained:
    """For how many officer-months figures came: in a closed cycle, or in the last months.

    ``people`` and ``people_with`` say the same of people with any figure at all. ``asked`` are
    the measures that were asked for then; only in a cycle anything was.
    """

    officer_months: int
    counts: Mapping[str, int]
    cycle: str = ""
    asked: Collection[str] = frozenset()
    people: int = 0
    people_with: Mapping[str, int] = field(default_factory=dict)

    def came(self, measure: str, *, is_stock: bool) -> tuple[int, int]:
        """How many figures came, of how many."""
        if is_stock:
            return self.people_with.get(measure, 0), self.people
        return self.counts.get(measure, 0), self.officer_months


@dataclass(frozen=True, slots=True)
class Replayed:
    """That the last closed cycle was computed again; ``left_out`` are indicators it can't tell."""

    cycle: str
    people: int
    moved: int
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What beside the set itself decides how the check comes out."""

    on: date
    measures: Mapping[str, MeasureFacts]
    obtained: Obtained | None = None
    same_as: tuple[str, ...] = ()
    replayed: Replayed | None = None


def operability_findings(
    indicators: Sequence[DraftIndicator], circumstances: Circumstances
) -> Iterator[Finding]:
    for indicator in indicators:
        found = [
            Finding(Level.FAIL, Principle.OPERABILITY, code, indicator.code, params)
            for code, params in _faults(indicator, circumstances.measures)
        ]
        yield from found or [Finding(Level.PASS, Principle.OPERABILITY, "operable", indicator.code)]
    yield from _obtainable(indicators, circumstances)


def _faults(
    indicator: DraftIndicator, measures: Mapping[str, MeasureFacts]
) -> Iterator[tuple[str, dict[str, str]]]:
    if not indicator.source.strip():
        yield "no_source", {}
    if not indicator.owner.strip():
        yield "no_owner", {}
    if not indicator.numerator and not indicator.is_rated:
        yield "no_numerator", {}
    for measure in indicator.measures:
        if measure not in measures:
            yield "no_measure", {"measure": measure}
    if has_no_params(indicator.kind, indicator.params):
        yield "params_empty", {}
    elif fault := parameter_fault(
        indicator.kind, indicator.params, has_denominator=bool(indicator.denominator)
    ):
        yield fault, {}
    if fault := anchor_fault(indicator):
        yield fault, {}
    yield from _graded_registers(indicator, measures)
    yield from _economic(indicator, measures)


def _graded_registers(
    indicator: DraftIndicator, measures: Mapping[str, MeasureFacts]
) -> Iterator[tuple[str, dict[str, str]]]:
    """Of a register no entry means nothing: a grade that was not given would be a zero."""
    for measure in indicator.measures if indicator.kind == Kind.GRADED else ():
        if measure in measures and measures[measure].is_register:
            yield "graded_register", {"measure": measure}


def _economic(
    indicator: DraftIndicator, measures: Mapping[str, MeasureFacts]
) -> Iterator[tuple[str, dict[str, str]]]:
    texts = [indicator.name, indicator.name_en, indicator.source]
    for measure in indicator.measures:
        if facts := measures.get(measure):
            texts += facts.texts
            if _MONEY_UNIT.match(facts.unit.strip()):
                yield "economic_unit", {"unit": facts.unit, "measure": measure}
    for word in dict.fromkeys(word for text in texts if (word := economic_word(text))):
        yield "economic_word", {"word": word}


def economic_word(text: str) -> str:
    """The first word of an economic quantity in a text; '' when there is none."""
    found = _ECONOMIC.search(text)
    return found.group() if found else ""


def _obtainable(
    indicators: Sequence[DraftIndicator], circumstances: Circumstances
) -> Iterator[Finding]:
    """Whether the figures of each measure came, by the share of the months in post."""
    facts, obtained = circumstances.measures, circumstances.obtained
    needed = [
        measure
        for measure in dict.fromkeys(m for one in indicators for m in one.measures)
        if measure in facts and not facts[measure].is_register and not facts[measure].is_made
    ]
    if not needed:
        return
    if obtained is None or not obtained.officer_months:
        yield Finding(Level.WARN, Principle.OPERABILITY, "nobody_to_look_at")
        return
    for measure in needed:
        yield _obtained(measure, obtained, is_stock=facts[measure].is_stock)


def _obtained(measure: str, obtained: Obtained, *, is_stock: bool) -> Finding:
    count, whole = obtained.came(measure, is_stock=is_stock)
    share = Decimal(min(count, whole)) / whole if whole else Decimal(0)
    was_asked = measure in obtained.asked
    if share >= WELL:
        level, code = Level.PASS, "obtained"
    elif not count and not was_asked:
        level, code = Level.WARN, "never_obtained"
    elif share < BADLY and was_asked:
        level, code = Level.FAIL, "hardly_obtained"
    else:
        level, code = Level.WARN, "partly_obtained"
    params = {
        "measure": measure,
        "count": str(count),
        "of": str(whole),
        "percent": plain(percentage(share)),
        "cycle": obtained.cycle,
    }
    return Finding(level, Principle.OPERABILITY, code, params=params)
