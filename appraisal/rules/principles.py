"""The four principles as a check of an index set: every finding with its reason. Pure.

Comprehensiveness, pertinence, operability and adaptability are the four principles of the
project; form comes before them. What falls short of a limit that nobody has published to us is
doubtful, not wrong.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from appraisal.rules.checks import DraftIndicator, Finding, Level, Principle
from appraisal.rules.operability import Circumstances, operability_findings
from appraisal.rules.scoring import HUNDRED, Kind, plain
from appraisal.rules.staff import REQUIRED_AREAS, StaffClass

# Kinds whose weight is no part of the hundred.
OUTSIDE = (Kind.BONUS, Kind.VETO)

# Administrative staff of real courts have a bonus capped at 5 [S]; for others it is a default.
BONUS_CAP = Decimal(5)
# Below this share the part of its own function says little about a function [U].
LEAST_FUNCTION_SHARE = Decimal(30)
REVIEW_WITHIN_YEARS = 2

# Areas of heads that are unverified: without them a set is doubtful, not wrong [U].
UNVERIFIED_AREAS = frozenset({(StaffClass.HEAD, "quality"), (StaffClass.HEAD, "leadership")})


@dataclass(frozen=True, slots=True)
class DraftSet:
    """An index set as it was written down. ``groups`` has the weight of each rater group."""

    staff_class: StaffClass
    indicators: Sequence[DraftIndicator]
    groups: Mapping[str, Decimal] = field(default_factory=dict)
    review_on: date | None = None


def check_index_set(draft: DraftSet, circumstances: Circumstances) -> list[Finding]:
    """Everything that is wrong, doubtful or right with a set. One ``fail`` forbids publishing."""
    return [
        *_form(draft),
        *_comprehensiveness(draft),
        *_pertinence(draft, circumstances),
        *operability_findings(draft.indicators, circumstances),
        *_adaptability(draft, circumstances),
    ]


def weight_of(indicators: Sequence[DraftIndicator]) -> Decimal:
    """What the indicators carry of the hundred."""
    return sum((one.weight for one in indicators if one.kind not in OUTSIDE), Decimal(0))


# -- form -------------------------------------------------------------------------------------


def _form(draft: DraftSet) -> Iterator[Finding]:
    yield _total(draft.indicators)
    for indicator in draft.indicators:
        if indicator.kind == Kind.VETO:
            continue
        if not 0 < indicator.weight <= HUNDRED:
            yield Finding(Level.FAIL, Principle.FORM, "weight_out_of_bounds", indicator.code)
    yield from _codes(draft.indicators)
    yield from _bonuses(draft.indicators)
    yield from _groups(draft)
    yield from _heads(draft)


def _total(indicators: Sequence[DraftIndicator]) -> Finding:
    total = weight_of(indicators)
    if not indicators:
        return Finding(Level.FAIL, Principle.FORM, "no_indicators")
    if total == HUNDRED:
        return Finding(Level.PASS, Principle.FORM, "weights_100")
    params = {"total": plain(total)}
    return Finding(Level.FAIL, Principle.FORM, "weights_not_100", params=params)


def _codes(indicators: Sequence[DraftIndicator]) -> Iterator[Finding]:
    codes = [indicator.code for indicator in indicators]
    for code in dict.fromkeys(codes):
        if codes.count(code) > 1:
            yield Finding(Level.FAIL, Principle.FORM, "code_twice", code, {"code": code})


def _bonuses(indicators: Sequence[DraftIndicator]) -> Iterator[Finding]:
    caps = [indicator.weight for indicator in indicators if indicator.kind == Kind.BONUS]
    if not caps:
        return
    total = sum(caps, Decimal(0))
    params = {"total": plain(total), "most": plain(BONUS_CAP)}
    level, code = (Level.PASS, "bonus_capped") if total <= BONUS_CAP else (Level.WARN, "bonus_high")
    yield Finding(level, Principle.FORM, code, params=params)


def _groups(draft: DraftSet) -> Iterator[Finding]:
    if not any(indicator.is_rated for indicator in draft.indicators):
        return
    total = sum(draft.groups.values(), Decimal(0))
    if not draft.groups:
        yield Finding(Level.FAIL, Principle.FORM, "no_groups")
    elif total != HUNDRED:
        params = {"total": plain(total)}
        yield Finding(Level.FAIL, Principle.FORM, "groups_not_100", params=params)
    else:
        yield Finding(Level.PASS, Principle.FORM, "groups_100")


def _heads(draft: DraftSet) -> Iterator[Finding]:
    """A head's share applies to nobody but heads."""
    if draft.staff_class == StaffClass.HEAD:
        return
    for indicator in draft.indicators:
        if indicator.kind == Kind.HEAD_SHARE:
            yield Finding(Level.FAIL, Principle.FORM, "head_share_elsewhere", indicator.code)


# -- comprehensiveness ------------------------------------------------------------------------


def _comprehensiveness(draft: DraftSet) -> Iterator[Finding]:
    """Whether every duty area that the staff class requires carries weight, and how much."""
    for area in REQUIRED_AREAS[draft.staff_class]:
        share = weight_of([one for one in draft.indicators if one.area == area])
        if share:
            level, code = Level.PASS, "area_covered"
        else:
            doubtful = (draft.staff_class, area) in UNVERIFIED_AREAS
            level, code = (Level.WARN if doubtful else Level.FAIL), "area_missing"
        params = {"area": area, "share": plain(share)}
        yield Finding(level, Principle.COMPREHENSIVENESS, code, params=params)


# -- pertinence -------------------------------------------------------------------------------


def _pertinence(draft: DraftSet, circumstances: Circumstances) -> Iterator[Finding]:
    yield _function_part(draft.indicators)
    if circumstances.same_as:
        for function in circumstances.same_as:
            params = {"function": function}
            yield Finding(Level.WARN, Principle.PERTINENCE, "same_as", params=params)
    else:
        yield Finding(Level.PASS, Principle.PERTINENCE, "own_content")
    unverified = [one for one in draft.indicators if one.certainty == "U"]
    params = {"count": str(len(unverified)), "of": str(len(draft.indicators))}
    level, code = (Level.WARN, "unverified") if unverified else (Level.PASS, "verified")
    yield Finding(level, Principle.PERTINENCE, code, params=params)


def _function_part(indicators: Sequence[DraftIndicator]) -> Finding:
    share = weight_of([one for one in indicators if one.part == "function"])
    params = {"share": plain(share), "least": plain(LEAST_FUNCTION_SHARE)}
    if not share:
        return Finding(Level.FAIL, Principle.PERTINENCE, "no_function_part", params=params)
    if share < LEAST_FUNCTION_SHARE:
        return Finding(Level.WARN, Principle.PERTINENCE, "function_part_small", params=params)
    return Finding(Level.PASS, Principle.PERTINENCE, "function_part", params=params)


# -- adaptability -----------------------------------------------------------------------------


def _adaptability(draft: DraftSet, circumstances: Circumstances) -> Iterator[Finding]:
    yield _review(draft.review_on, circumstances.on)
    replayed = circumstances.replayed
    if replayed is None:
        yield Finding(Level.WARN, Principle.ADAPTABILITY, "no_replay")
        return
    params = {
        "cycle": replayed.cycle,
        "people": str(replayed.people),
        "moved": str(replayed.moved),
    }
    yield Finding(Level.PASS, Principle.ADAPTABILITY, "replayed", params=params)
    for code in replayed.left_out:
        yield Finding(Level.WARN, Principle.ADAPTABILITY, "not_replayed", code)


def _review(day: date | None, on: date) -> Finding:
    if day is None:
        return Finding(Level.WARN, Principle.ADAPTABILITY, "no_review_date")
    params = {"day": day.isoformat(), "years": str(REVIEW_WITHIN_YEARS)}
    if day <= on:
        return Finding(Level.FAIL, Principle.ADAPTABILITY, "review_past", params=params)
    latest = (on.year + REVIEW_WITHIN_YEARS, on.month, on.day)
    is_late = (day.year, day.month, day.day) > latest
    level, code = (Level.WARN, "review_late") if is_late else (Level.PASS, "review_date")
    return Finding(level, Principle.ADAPTABILITY, code, params=params)
