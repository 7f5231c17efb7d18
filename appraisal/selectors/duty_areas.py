"""A result by duty areas, beside one's own earlier ones and the middle of the group; the trend."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from statistics import median

from django.utils.translation import gettext

from appraisal.models import Indicator, Result
from appraisal.rules.principles import OUTSIDE
from appraisal.rules.standing import TEN_THOUSANDTH, AreaLine, Axis, radar_axes
from appraisal.selectors.cycles import SMALLEST_GROUP
from courtparty.accounts.models import User

# A radar of more than one's last two earlier results is not read any more.
EARLIER_ON_RADAR = 2
RESULTS_IN_TREND = 6
AREAS: dict[str, object] = dict(Indicator.Area.choices)

Lines = Mapping[int, Sequence[Indicator]]


@dataclass(frozen=True, slots=True)
class AreaTrace:
    """One line of the radar and one column of its table: a share for each area, or none."""

    label: str
    shares: tuple[Decimal | None, ...]
    is_median: bool = False


@dataclass(frozen=True, slots=True)
class DutyAreas:
    """The areas in which something was scored, this result first among the traces."""

    axes: tuple[Axis, ...]
    labels: tuple[str, ...]
    traces: tuple[AreaTrace, ...]

    @property
    def rows(self) -> list[tuple[str, Axis, tuple[Decimal | None, ...]]]:
        shares = zip(*(trace.shares for trace in self.traces), strict=True)
        return list(zip(self.labels, self.axes, shares, strict=True))


def own_series(result: Result, user: User) -> list[Result]:
    """The officer's results of the same kind of cycle up to this one, oldest first.

    Only those ``user`` may read: a head does not see what was in another department.
    """
    participant = result.participant
    found = (
        Result.objects.visible_to(user)
        .filter(
            participant__officer=participant.officer_id,
            participant__cycle__kind=participant.cycle.kind,
            participant__cycle__start__lte=participant.cycle.start,
        )
        .select_related("participant__cycle")
        .order_by("-participant__cycle__start", "-pk")
    )
    return list(found[:RESULTS_IN_TREND])[::-1]


def duty_areas_of(result: Result, series: Sequence[Result]) -> DutyAreas:
    """Shares of weight per duty area: this result, up to two earlier ones, and the median."""
    earlier = [one for one in series if one.pk != result.pk and one.total is not None]
    shown = [result, *earlier[::-1][:EARLIER_ON_RADAR]]
    group = _group_of(result)
    lines = _indicators({one.participant.index_set_id for one in shown} | {one[0] for one in group})
    axes = _axes(result.points, lines.get(result.participant.index_set_id or 0, ()))
    areas = [axis.area for axis in axes]
    traces = [_trace(one, lines, areas) for one in shown]
    medians = _medians([_shares(points, lines.get(pk or 0, ())) for pk, points in group], areas)
    if any(share is not None for share in medians):
        traces.append(AreaTrace(gettext("median of the group"), medians, is_median=True))
    return DutyAreas(axes, tuple(str(AREAS.get(area, area)) for area in areas), tuple(traces))


def _group_of(result: Result) -> list[tuple[int | None, list[int]]]:
    participant = result.participant
    found = Result.objects.filter(
        participant__cycle=participant.cycle_id,
        participant__function=participant.function,
        participant__staff_class=participant.staff_class,
        state=Result.State.COMPLETE,
    )
    return list(found.values_list("participant__index_set", "points"))


def _indicators(index_set_ids: Iterable[int | None]) -> dict[int, list[Indicator]]:
    """Indicators by set, in the order of a result's points."""
    lines: dict[int, list[Indicator]] = {}
    found = Indicator.objects.filter(index_set__in=[pk for pk in index_set_ids if pk])
    for one in found.only("index_set", "area", "kind", "weight").order_by(
        "index_set_id", "position", "code"
    ):
        lines.setdefault(one.index_set_id, []).append(one)
    return lines


def _axes(points: Sequence[int], indicators: Sequence[Indicator]) -> tuple[Axis, ...]:
    """What is beside the hundred, bonuses and vetoes, is no duty area."""
    if len(points) != len(indicators):
        return ()
    return radar_axes(
        AreaLine(
            indicator.area,
            None if value < 0 else Decimal(value).scaleb(-2),
            indicator.weight,
        )
        for value, indicator in zip(points, indicators, strict=True)
        if indicator.kind not in OUTSIDE
    )


def _shares(points: Sequence[int], indicators: Sequence[Indicator]) -> dict[str, Decimal]:
    return {axis.area: axis.share for axis in _axes(points, indicators)}


def _trace(result: Result, lines: Lines, areas: Sequence[str]) -> AreaTrace:
    shares = _shares(result.points, lines.get(result.participant.index_set_id or 0, ()))
    return AreaTrace(result.participant.cycle.name, tuple(shares.get(area) for area in areas))


def _medians(
    members: Sequence[Mapping[str, Decimal]], areas: Sequence[str]
) -> tuple[Decimal | None, ...]:
    """The middle of each area that at least five have; of fewer it would show whose it is."""
    found = []
    for area in areas:
        shares = [member[area] for member in members if area in member]
        middle = median(shares) if len(shares) >= SMALLEST_GROUP else None
        found.append(None if middle is None else middle.quantize(TEN_THOUSANDTH, ROUND_HALF_UP))
    return tuple(found)
