"""Where a total stands among those compared with: function and staff class, five or more."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from appraisal.models import Cycle, Result
from appraisal.rules.scoring import rounded
from appraisal.rules.standing import Quartile, RangeStatus, Spread, spread_of, standing_in
from appraisal.selectors.cycles import group_label

Group = tuple[str, str]

QUARTILES: dict[str, str | Promise] = {
    Quartile.UPPER: _("upper quarter"),
    Quartile.UPPER_MIDDLE: _("above the middle"),
    Quartile.LOWER_MIDDLE: _("below the middle"),
    Quartile.LOWER: _("lower quarter"),
}
STATUSES: dict[str, str | Promise] = {
    RangeStatus.INSIDE: _("within what is usual"),
    RangeStatus.ABOVE: _("above what is usual"),
    RangeStatus.BELOW: _("below what is usual"),
}
HUNDREDTH = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class StandingShown:
    """A standing in words. There is no place in an order, here or anywhere."""

    group: str
    count: int
    quartile: str
    status: str
    is_usual: bool
    z_score: Decimal
    median: Decimal
    low: Decimal
    high: Decimal

    @property
    def is_above(self) -> bool:
        return self.z_score > 0

    @property
    def distance(self) -> Decimal:
        """Standard deviations from the mean, without the side."""
        return abs(self.z_score).quantize(HUNDREDTH, ROUND_HALF_UP)


def spreads_of(cycle: Cycle) -> dict[Group, Spread]:
    """How totals lie in each group of at least five of a cycle. One query."""
    rows = Result.objects.filter(participant__cycle=cycle, total__isnull=False).values_list(
        "participant__function", "participant__staff_class", "total"
    )
    groups: dict[Group, list[Decimal]] = {}
    for function, staff_class, total in rows:
        if total is not None:
            groups.setdefault((function, staff_class), []).append(total)
    spreads = {group: spread_of(totals) for group, totals in groups.items()}
    return {group: spread for group, spread in spreads.items() if spread is not None}


def quartile_in(total: Decimal | None, group: Group, spreads: Mapping[Group, Spread]) -> str:
    """The quartile in words; nothing for a group of fewer than five, or without a total."""
    if total is None or group not in spreads:
        return ""
    return str(QUARTILES[standing_in(total, spreads[group]).quartile])


def standing_of(result: Result) -> StandingShown | None:
    """The standing of one result in its function and staff class; None for fewer than five."""
    participant = result.participant
    found = Result.objects.filter(
        participant__cycle=participant.cycle_id,
        participant__function=participant.function,
        participant__staff_class=participant.staff_class,
        total__isnull=False,
    ).values_list("total", flat=True)
    spread = spread_of(total for total in found if total is not None)
    if result.total is None or spread is None:
        return None
    standing = standing_in(result.total, spread)
    low, high = spread.usual
    return StandingShown(
        group=group_label(participant.function, participant.staff_class),
        count=standing.count,
        quartile=str(QUARTILES[standing.quartile]),
        status=str(STATUSES[standing.status]),
        is_usual=standing.status is RangeStatus.INSIDE,
        z_score=standing.z_score,
        median=rounded(spread.median),
        low=rounded(max(low, Decimal(0))),
        high=rounded(high),
    )
