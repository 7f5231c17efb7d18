"""The rules of leave that a court goes by: annual leave by law, and its kinds of leave."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from courtparty.accounts.models import Unit
from retention.models import Certainty, EntitlementKind, EntitlementRule, LeaveKind
from retention.models.leave import Kind
from retention.rules.leave import (
    DEFAULT_TABLE,
    LAW,
    Band,
    Exclusion,
    bands_of,
    exclusion_of,
)
from retention.rules.leave_kinds import SHIPPED


@dataclass(frozen=True, slots=True)
class LeaveRule:
    """Days by law in a court on a day. ``rule`` is None while the shipped default applies."""

    bands: tuple[Band, ...]
    exclusion: Exclusion
    source: str
    certainty: str
    rule: EntitlementRule | None

    @property
    def is_default(self) -> bool:
        return self.rule is None or self.rule.is_shipped


def leave_rule(court: Unit, *, on: date) -> LeaveRule:
    """The court's rule of annual leave in force on the day, else the law as shipped. One query."""
    rules = EntitlementRule.objects.filter(court=court, kind=EntitlementKind.ANNUAL_LEAVE)
    rule = rules.in_force(on=on).first()
    table = rule.table if rule else DEFAULT_TABLE
    return LeaveRule(
        bands=bands_of(table),
        exclusion=exclusion_of(table),
        source=rule.source if rule else LAW,
        certainty=str(rule.get_certainty_display() if rule else Certainty.READ.label),
        rule=rule,
    )


@dataclass(frozen=True, slots=True)
class KindShown:
    """A kind of leave as it applies in a court; ``row`` is None while it is as shipped."""

    key: str
    label: str
    counts: str
    days: int | None
    is_paid: bool
    is_active: bool
    certainty: str
    source: str
    note: str
    row: LeaveKind | None

    @property
    def counts_label(self) -> str:
        return str(LeaveKind.Counts(self.counts).label)

    @property
    def certainty_label(self) -> str:
        return str(Certainty(self.certainty).label)


def kinds_of(court: Unit) -> dict[str, KindShown]:
    """Every kind of leave as the court has it, in the order shipped. One query."""
    return _merged(LeaveKind.objects.filter(court=court))


def _merged(rows: Iterable[LeaveKind]) -> dict[str, KindShown]:
    own = {row.kind: row for row in rows}
    shown = {}
    for facts in SHIPPED:
        row = own.get(facts.key)
        kept = row or facts
        shown[facts.key] = KindShown(
            key=facts.key,
            label=str(Kind(facts.key).label),
            counts=kept.counts,
            days=kept.days,
            is_paid=kept.is_paid,
            is_active=row.is_active if row else True,
            certainty=kept.certainty,
            source=kept.source,
            note=kept.note,
            row=row,
        )
    return shown
