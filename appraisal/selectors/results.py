"""Reads of results: one's own, one in full with every line explained, and a group's medians."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from statistics import median

from django.db.models import QuerySet
from django.utils.translation import gettext

from appraisal.models import Cycle, Indicator, Participant, Result
from appraisal.rules import scoring
from appraisal.rules.periods import Amount
from appraisal.selectors.cycles import SMALLEST_GROUP, months_text
from appraisal.selectors.figure_sources import delivery_text
from appraisal.selectors.index_sets import measure_names
from appraisal.selectors.result_words import (
    STATES,
    LineShown,
    MonthShown,
    Names,
    explanation_of,
)
from appraisal.selectors.snapshots import Read, UnreadableSnapshot, agrees_with, read_of
from courtparty.accounts.models import User
from courtparty.accounts.scope import court_scope
from courtparty.lib.words import listed

__all__ = ["LineShown", "MonthShown", "explanation_of"]


@dataclass(frozen=True, slots=True)
class OwnResult:
    """One line of the list of results on *My records*."""

    cycle: Cycle
    months: str
    total: Decimal | None
    state: str
    state_label: str
    computed_at: datetime
    url: str


def own_results(user: User) -> list[OwnResult]:
    """The results of the officer ``user`` is, newest first. One query."""
    found = (
        Result.objects.own(user)
        .select_related("participant__cycle", "run")
        .defer("points")
        .order_by("-participant__cycle__start", "-participant__cycle__end", "pk")
    )
    return [
        OwnResult(
            cycle=result.participant.cycle,
            months=months_text(result.participant.cycle),
            total=result.total,
            state=result.state,
            state_label=result.get_state_display(),
            computed_at=result.run.finished_at,
            url=result.get_absolute_url(),
        )
        for result in found
    ]


def results_opened_by(user: User) -> QuerySet[Result]:
    """Results ``user`` may open, with what their page needs."""
    return Result.objects.visible_to(user).select_related(
        "run",
        "participant__cycle__court",
        "participant__officer",
        "participant__department",
        "participant__index_set",
    )


def results_exported_by(user: User) -> QuerySet[Result]:
    """Results of the courts in which ``user`` holds the right to export them."""
    kept = court_scope(user, "appraisal.export_results", court="participant__cycle__court")
    return Result.objects.visible_to(user).filter(kept)


def results_of(cycle: Cycle, results: QuerySet[Result] | None = None) -> QuerySet[Result]:
    """Results of a cycle by function, department and name; there is no ranking."""
    found = Result.objects.all() if results is None else results
    return (
        found.filter(participant__cycle=cycle)
        .select_related("participant__officer", "participant__department", "run")
        .order_by(
            "participant__function",
            "participant__staff_class",
            "participant__department__path",
            "participant__officer__pinyin",
            "participant__officer__id_hash",
        )
    )


@dataclass(frozen=True, slots=True)
class Medians:
    """The middle of a group of at least five: of the totals, and of each line's points."""

    count: int
    total: Decimal
    points: Mapping[str, Decimal]


def medians_of(participant: Participant) -> Medians | None:
    """The medians of those under the same index set in the same cycle; None for fewer than five."""
    codes = Indicator.objects.filter(index_set=participant.index_set_id)
    in_order = list(codes.order_by("position", "code").values_list("code", flat=True))
    rows = list(
        Result.objects.filter(
            participant__cycle=participant.cycle_id,
            participant__index_set=participant.index_set_id,
            state=Result.State.COMPLETE,
        ).values_list("total", "points")
    )
    if len(rows) < SMALLEST_GROUP:
        return None
    points: dict[str, Decimal] = {}
    for place, code in enumerate(in_order):
        found = [row[place] for _total, row in rows if len(row) > place and row[place] >= 0]
        if len(found) >= SMALLEST_GROUP:
            points[code] = scoring.rounded(median(map(Decimal, found)).scaleb(-2))
    total = median(total for total, _points in rows if total is not None)
    return Medians(count=len(rows), total=scoring.rounded(total), points=points)


# -- lines --------------------------------------------------------------------------------------


def lines_shown(
    read: Read, indicators: Iterable[Indicator], medians: Medians | None, names: Names
) -> list[LineShown]:
    """Every line by the pure rules, from what the computing read."""
    known = {indicator.code: indicator for indicator in indicators}
    points = medians.points if medians else {}
    return [
        _line_shown(line, known.get(line.code), read, names, points.get(line.code))
        for line in read.inputs.lines()
    ]


def _line_shown(
    line: scoring.Line,
    indicator: Indicator | None,
    read: Read,
    names: Names,
    median_points: Decimal | None,
) -> LineShown:
    reported = [amount for amount in line.reported if amount.months or amount.assumed]
    groups = read.notes.groups.get(line.code, ())
    return LineShown(
        code=line.code,
        name=indicator.display_name if indicator else line.code,
        area=indicator.get_area_display() if indicator else "",
        kind=str(Indicator.Kind(line.kind).label),
        state=line.state,
        state_label=str(STATES[line.state]),
        points=line.points,
        weight=line.weight,
        explanation=explanation_of(line, indicator, names, groups),
        measures=tuple(names.get(amount.measure, amount.measure) for amount in reported),
        months=tuple(_months_shown(reported, read)),
        missing=tuple((f"{gap.month:%Y-%m}", _gap_named(gap.measure, names)) for gap in line.gaps),
        median=median_points,
        indicator=indicator,
        is_veto=line.kind is scoring.Kind.VETO,
    )


def _gap_named(measure: str, names: Names) -> str:
    is_rating = measure.startswith(scoring.rating_key(""))
    return gettext("ratings") if is_rating else names.get(measure, measure)


def _months_shown(amounts: Sequence[Amount], read: Read) -> Iterator[MonthShown]:
    months = {month for amount in amounts for month, _value in amount.months}
    months |= {month for amount in amounts for month in amount.assumed}
    values = {
        (amount.measure, month): scoring.plain(value)
        for amount in amounts
        for month, value in amount.months
    }
    for month in sorted(months):
        found = [
            read.origins[month, amount.measure]
            for amount in amounts
            if (month, amount.measure) in read.origins
        ]
        sources = [delivery_text(one.origin, one.source, one.as_of) for one in found]
        if any(month in amount.assumed for amount in amounts):
            sources.append(gettext("no entry, so nothing happened"))
        yield MonthShown(
            month=f"{month:%Y-%m}",
            values=tuple(_value_shown(amount, month, values) for amount in amounts),
            as_of=listed(dict.fromkeys(one.as_of.isoformat() for one in found)),
            source=listed(dict.fromkeys(sources)),
        )


def _value_shown(amount: Amount, month: date, values: Mapping[tuple[str, date], str]) -> str | None:
    return "0" if month in amount.assumed else values.get((amount.measure, month))


# -- whole results ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ResultShown:
    """A whole result in the reader's words.

    ``agrees``: what is stored is what the rules make of the snapshot. Otherwise somebody has
    changed one or the other by hand, and the page has to say so; without a readable snapshot
    there are no lines.
    """

    result: Result
    lines: list[LineShown]
    medians: Medians | None
    missing: tuple[tuple[str, str], ...] = field(default=())
    agrees: bool = True
    routine: tuple[str, ...] = ()


def result_shown(result: Result) -> ResultShown:
    """Everything on a result's page, in a fixed number of queries."""
    participant = result.participant
    indicators = list(Indicator.objects.filter(index_set=participant.index_set_id))
    medians = medians_of(participant)
    try:
        read = read_of(result)
    except UnreadableSnapshot:
        return ResultShown(result, [], medians, agrees=False)
    lines = lines_shown(read, indicators, medians, measure_names())
    missing = dict.fromkeys(gap for line in lines for gap in line.missing)
    return ResultShown(
        result,
        lines,
        medians,
        missing=tuple(sorted(missing)),
        agrees=agrees_with(result, read),
        routine=tuple(routine_shown(read)),
    )


def routine_shown(read: Read) -> Iterator[str]:
    """The routine results that the annual total rests on, one by one."""
    text = gettext("%(code)s: %(total)s, %(months)s months in post")
    for one in read.notes.routine:
        total = gettext("no total") if one.total is None else one.total
        yield text % {"code": one.code, "total": total, "months": one.months}
