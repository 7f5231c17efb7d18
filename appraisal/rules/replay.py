"""Who would move if a closed cycle were computed under another index set, and why. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from enum import StrEnum

from appraisal.rules.evidence import Inputs
from appraisal.rules.periods import ARITHMETIC, Amount
from appraisal.rules.scoring import (
    HUNDRED,
    Indicator,
    Kind,
    Line,
    State,
    lines_of,
    outcome_of,
    rating_key,
    rounded,
)
from appraisal.rules.standing import Quartile, spread_of, standing_in

NONE = Decimal(0)
OUTSIDE = (Kind.BONUS, Kind.VETO)


class Why(StrEnum):
    """Why an indicator brings more or fewer points than it did."""

    ADDED = "added"
    REMOVED = "removed"
    WEIGHT = "weight"
    RULE = "rule"
    WEIGHT_AND_RULE = "weight_and_rule"
    SCALE = "scale"  # the same indicator, but the others weigh more or less


@dataclass(frozen=True, slots=True)
class Move:
    """What an indicator contributes to the total, before and after."""

    code: str
    old: Decimal
    new: Decimal
    why: Why

    @property
    def change(self) -> Decimal:
        return self.new - self.old


@dataclass(frozen=True, slots=True)
class Replay:
    """One person under both sets. A total is None where nothing of a set applies."""

    old: Decimal | None
    new: Decimal | None
    moves: tuple[Move, ...] = ()

    @property
    def change(self) -> Decimal | None:
        return None if self.old is None or self.new is None else self.new - self.old


@dataclass(frozen=True, slots=True)
class Shift:
    """The quartiles of one person; None for fewer than five people."""

    old: Quartile | None
    new: Quartile | None


def replay_of(
    old_rules: Sequence[Indicator],
    old_lines: Sequence[Line],
    new_rules: Sequence[Indicator],
    new_lines: Sequence[Line],
) -> Replay:
    """One person before and after. Lines that the cycle can't tell are left out of both sides'
    hundred, which the caller says beside the result.
    """
    old_lines, new_lines = _told(old_lines), _told(new_lines)
    before, after = contributions(old_lines), contributions(new_lines)
    old_by_code = {rule.code: rule for rule in old_rules}
    new_by_code = {rule.code: rule for rule in new_rules}
    moves = [
        Move(
            code,
            before.get(code, NONE),
            after.get(code, NONE),
            _why(old_by_code.get(code), new_by_code.get(code)),
        )
        for code in dict.fromkeys([*after, *before])
    ]
    moved = sorted(
        (move for move in moves if move.change), key=lambda move: (-abs(move.change), move.code)
    )
    return Replay(outcome_of(old_lines).total, outcome_of(new_lines).total, tuple(moved))


def lines_under(new_rules: Sequence[Indicator], inputs: Inputs) -> tuple[Line, ...]:
    """The lines of one person under other rules, from what a computing had read.

    What it had not read is missing here, a register too: nobody had looked into it.
    """
    basis = inputs.basis
    was = {rule.code: rule.numerator for rule in basis.indicators}
    same = {rule.code for rule in new_rules if was.get(rule.code) == rule.numerator}
    return lines_of(
        new_rules,
        basis.aggregations,
        inputs.months,
        inputs.figures,
        ratings={
            rating_key(code): Amount(rating_key(code), value)
            for code, value in inputs.ratings.items()
        },
        head_share=inputs.head_share,
        averages={code: value for code, value in basis.averages.items() if code in same},
        registers=basis.registers,
        derived=basis.derived,
    )


def left_out_of(lines: Iterable[Line]) -> tuple[str, ...]:
    """Codes of the lines that the cycle can't tell."""
    return tuple(line.code for line in lines if not _is_told(line))


def _told(lines: Sequence[Line]) -> list[Line]:
    return [line for line in lines if _is_told(line)]


def _is_told(line: Line) -> bool:
    # The average of other judges was worked out for the indicators of then only.
    return line.state is not State.MISSING and line.formula.params.get("why") != "no_average"


def contributions(lines: Sequence[Line]) -> dict[str, Decimal]:
    """What each line brings to the total: its points scaled to 100, a bonus as it is."""
    counted = [line for line in lines if line.points is not None and line.kind is not Kind.VETO]
    weights = sum((line.weight for line in counted if line.kind not in OUTSIDE), NONE)
    found = {}
    with localcontext(ARITHMETIC):
        for line in counted:
            points = line.points or NONE
            is_base = line.kind not in OUTSIDE
            found[line.code] = rounded(points * HUNDRED / weights if is_base else points)
    return found


def _why(old: Indicator | None, new: Indicator | None) -> Why:
    if old is None:
        return Why.ADDED
    if new is None:
        return Why.REMOVED
    is_ruled_anew = _rule(old) != _rule(new)
    if old.weight != new.weight:
        return Why.WEIGHT_AND_RULE if is_ruled_anew else Why.WEIGHT
    return Why.RULE if is_ruled_anew else Why.SCALE


def _rule(indicator: Indicator) -> tuple[object, ...]:
    return (
        indicator.kind,
        indicator.numerator,
        indicator.denominator,
        dict(indicator.params),
        indicator.at_most,
    )


def shifts_of(replays: Mapping[int, Replay]) -> dict[int, Shift]:
    """The quartile of each person among those compared with, before and after."""
    old = spread_of(one.old for one in replays.values() if one.old is not None)
    new = spread_of(one.new for one in replays.values() if one.new is not None)
    return {
        key: Shift(
            standing_in(one.old, old).quartile if old and one.old is not None else None,
            standing_in(one.new, new).quartile if new and one.new is not None else None,
        )
        for key, one in replays.items()
    }
