"""What differs between two index sets, indicator by indicator. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from appraisal.rules.checks import DraftIndicator


class Change(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    SAME = "same"


# What of an indicator is compared, in the order in which it is shown.
FIELDS = (
    "name",
    "name_en",
    "part",
    "area",
    "kind",
    "weight",
    "numerator",
    "denominator",
    "params",
    "anchors",
    "source",
    "owner",
    "certainty",
)
# Of these the points follow.
RULE_FIELDS = frozenset({"kind", "numerator", "denominator", "params"})


@dataclass(frozen=True, slots=True)
class FieldChange:
    field: str
    old: Any
    new: Any


@dataclass(frozen=True, slots=True)
class IndicatorChange:
    """How one indicator differs. ``old`` or ``new`` is None where a set does not have it."""

    code: str
    change: Change
    old: DraftIndicator | None
    new: DraftIndicator | None
    fields: tuple[FieldChange, ...] = ()

    @property
    def weight_change(self) -> Decimal:
        old = self.old.weight if self.old else Decimal(0)
        return (self.new.weight if self.new else Decimal(0)) - old


def changes_between(
    old: Sequence[DraftIndicator], new: Sequence[DraftIndicator]
) -> list[IndicatorChange]:
    """Every indicator of either set: those of the new one in their order, then those removed."""
    before, after = _by_code(old), _by_code(new)
    found = [_change(code, before.get(code), one) for code, one in after.items()]
    removed = [_change(code, one, None) for code, one in before.items() if code not in after]
    return [*found, *removed]


def _by_code(indicators: Sequence[DraftIndicator]) -> Mapping[str, DraftIndicator]:
    return {indicator.code: indicator for indicator in indicators}


def _change(code: str, old: DraftIndicator | None, new: DraftIndicator | None) -> IndicatorChange:
    if old is None:
        return IndicatorChange(code, Change.ADDED, None, new)
    if new is None:
        return IndicatorChange(code, Change.REMOVED, old, None)
    fields = tuple(
        FieldChange(name, getattr(old, name), getattr(new, name))
        for name in FIELDS
        if _plain(getattr(old, name)) != _plain(getattr(new, name))
    )
    return IndicatorChange(code, Change.CHANGED if fields else Change.SAME, old, new, fields)


def _plain(value: Any) -> Any:
    """Sequences compare by content, whether lists or tuples; empty parameters are none."""
    if isinstance(value, Mapping):
        return {name: one for name, one in value.items() if one not in (None, "")}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(one) for one in value]
    return value
