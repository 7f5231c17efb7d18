"""How each value went over the years: a chart, and the table the chart is a picture of."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from django.utils.functional import cached_property
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from courtparty.lib.charts import Dot, trend_chart
from retention.rules.vitals import VITALS, Range, Ranges, usual_range
from retention.selectors.health_values import (
    ValueShown,
    label_of,
    label_with_unit,
    plain,
    range_in_words,
)


@dataclass(frozen=True, slots=True)
class Point:
    """One measurement. ``is_own``: entered by the officer, not measured at a check-up."""

    day: date
    shown: ValueShown
    is_own: bool

    @property
    def source(self) -> str:
        return _("own measurement") if self.is_own else pgettext("source of a value", "check-up")


@dataclass(frozen=True)
class Trend:
    """One value over time, oldest first."""

    code: str
    label: str
    unit: str
    usual: Range
    points: list[Point]

    @property
    def usual_words(self) -> str:
        return range_in_words(self.usual)

    @property
    def latest(self) -> Point:
        return self.points[-1]

    @cached_property
    def chart(self) -> SafeString:
        dots = [
            Dot(point.day, point.shown.number, plain(point.shown.number), int(point.is_own))
            for point in self.points
        ]
        title = _("%(value)s over time") % {"value": label_with_unit(self.code)}
        return trend_chart(dots, title=title, low=self.usual.low, high=self.usual.high)


class _Result(Protocol):
    @property
    def done_on(self) -> date: ...
    @property
    def values(self) -> list[ValueShown]: ...


class _Entry(Protocol):
    @property
    def on(self) -> date | None: ...
    @property
    def values(self) -> list[ValueShown]: ...


def trends_of(
    results: Iterable[_Result], entries: Iterable[_Entry], sex: str, own: Ranges
) -> list[Trend]:
    """Every value measured at least twice, in the order of the table. No query."""
    points: defaultdict[str, list[Point]] = defaultdict(list)
    for result in results:
        for value in result.values:
            points[value.code].append(Point(result.done_on, value, is_own=False))
    for entry in entries:
        for value in entry.values:
            if entry.on:
                points[value.code].append(Point(entry.on, value, is_own=True))
    return [
        Trend(
            code=code,
            label=label_of(code),
            unit=VITALS[code].unit,
            usual=usual_range(code, sex, own),
            points=_in_order(points[code]),
        )
        for code in VITALS
        if len(points[code]) > 1
    ]


def _in_order(points: Sequence[Any]) -> list[Point]:
    return sorted(points, key=lambda point: point.day)
