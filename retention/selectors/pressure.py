"""Pressure in a court, as the frozen reports say it: groups of five or more, and nothing finer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cadres.models import Officer
from courtparty.accounts.models import Unit, User
from courtparty.accounts.scope import paths_with
from courtparty.lib.charts import Bar, bar_chart, line_chart
from courtparty.lib.dates import PartialDate
from retention.models import Instrument, PressureReport, Screening
from retention.models.pressure import VIEW_BOARD
from retention.rules.groups import MINIMUM
from retention.rules.pressure import DIVISIONS, MONTHS, UNKNOWN, Taken, next_quarter, tenure_of
from retention.rules.screening import band_of
from retention.rules.screening_items import QUESTIONNAIRES

DIVISION_LABELS = {
    "function": gettext_lazy("By function"),
    "category": gettext_lazy("By person category"),
    "tenure": gettext_lazy("By years in work"),
}
TENURE_LABELS = {
    "years_0_4": gettext_lazy("up to 4 years"),
    "years_5_9": gettext_lazy("5 to 9 years"),
    "years_10_19": gettext_lazy("10 to 19 years"),
    "years_20": gettext_lazy("20 years and more"),
    UNKNOWN: gettext_lazy("not on record"),
}
TREND_POINTS = 8


# -- making a report ----------------------------------------------------------------------------


def taken_in(court: Unit, instrument: str, quarter: date) -> list[Taken]:
    """The last screening of each person in the quarter, with the groups the person is in."""
    end = next_quarter(quarter)
    screenings = Screening.objects.filter(
        officer__court=court, instrument=instrument, taken_on__gte=quarter, taken_on__lt=end
    ).select_related("officer__department")
    latest = {one.officer_id: one for one in screenings.order_by("taken_on", "pk")}
    questionnaire = QUESTIONNAIRES[instrument]
    return [
        Taken(
            person=one.officer_id,
            score=one.score,
            is_elevated=band_of(questionnaire, one.score).level >= questionnaire.elevated_from,
            **_groups_of(one.officer, on=end),
        )
        for one in latest.values()
    ]


def groups_in(court: Unit, *, on: date) -> dict[str, list[str]]:
    """The groups there are people in service in, in the order of their labels' lists."""
    officers = Officer.objects.in_service().filter(court=court).select_related("department")
    found: dict[str, set[str]] = {name: set() for name in DIVISIONS}
    for officer in officers.only("category", "work_since", "department__function"):
        for name, key in _groups_of(officer, on=on).items():
            found[name].add(key)
    return {name: [key for key in _labels(name) if key in found[name]] for name in DIVISIONS}


def _groups_of(officer: Officer, *, on: date) -> dict[str, str]:
    return {
        "function": officer.department.function,
        "category": officer.category,
        "tenure": tenure_of(_first_day(officer.work_since), on=on),
    }


def _first_day(since: PartialDate | None) -> date | None:
    return since.first if since else None


def _labels(division: str) -> Mapping[str, Any]:
    if division == "function":
        return dict(Unit.Function.choices)
    if division == "category":
        return dict(Officer.Category.choices)
    return TENURE_LABELS


# -- showing one --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Figure:
    """What is told of a group: about how many people, the mean, and the share with raised values.

    Rounded when the report was made; ``share`` in percent, from 10 to 90.
    """

    people: int
    mean: int
    share: int

    @property
    def people_words(self) -> str:
        return f"{self.people}–{self.people + MINIMUM - 1}"

    @property
    def share_words(self) -> str:
        if self.share <= 10:
            return _("10 % or fewer")
        if self.share >= 90:
            return _("90 % or more")
        return _("about %(share)s %%") % {"share": self.share}


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A group with its figure, or None where it is hidden."""

    label: str
    figure: Figure | None


@dataclass(frozen=True, slots=True)
class Division:
    label: str
    rows: list[GroupRow]
    chart: str

    @property
    def hidden(self) -> int:
        return sum(row.figure is None for row in self.rows)


@dataclass(frozen=True, slots=True)
class PressureIndex:
    """One frozen report in words. ``whole`` is None where fewer than five people took part."""

    report: int
    court: Unit
    instrument: str
    label: str
    quarter: date
    quarter_words: str
    most: int
    whole: Figure | None
    divisions: list[Division]


@dataclass(frozen=True, slots=True)
class TrendPoint:
    quarter_words: str
    short: str
    figure: Figure | None


@dataclass(frozen=True, slots=True)
class Trend:
    """The whole court from quarter to quarter; hidden quarters are in the table, not drawn."""

    points: list[TrendPoint]
    chart: str


def pressure_index(
    user: User, *, on: date, instrument: str = Instrument.PSS10
) -> PressureIndex | None:
    """The latest report published by ``on`` that ``user`` may see; None where there is none.

    Only figures that are published are read, so that nobody gets a finer cut from here. Groups
    are told to those who hold the right for the whole court; others get the whole.
    """
    reports = PressureReport.objects.visible_to(user).filter(quarter__lt=on, instrument=instrument)
    report = reports.select_related("court").order_by("-quarter", "court__path").first()
    return index_shown(report, user) if report else None


def index_shown(report: PressureReport, user: User) -> PressureIndex:
    most = QUESTIONNAIRES[report.instrument].most
    divisions = DIVISIONS if sees_groups(user, report.court) else ()
    return PressureIndex(
        report=report.pk,
        court=report.court,
        instrument=report.instrument,
        label=str(report.get_instrument_display()),
        quarter=report.quarter,
        quarter_words=quarter_words(report.quarter),
        most=most,
        whole=_figure(report.figures.get("whole")),
        divisions=[_division(name, report.figures.get(name, {}), most) for name in divisions],
    )


def sees_groups(user: User, court: Unit) -> bool:
    """Whether ``user`` holds the right on the whole court, not on one organisation in it."""
    return court.path in paths_with(user, VIEW_BOARD)


def _figure(stored: Mapping[str, int] | None) -> Figure | None:
    return Figure(**stored) if stored else None


def _division(name: str, stored: Mapping[str, Any], most: int) -> Division:
    labels = _labels(name)
    rows = [GroupRow(str(labels.get(key, key)), _figure(one)) for key, one in stored.items()]
    bars = [Bar(row.label, row.figure.mean, str(row.figure.mean)) for row in rows if row.figure]
    label = str(DIVISION_LABELS[name])
    return Division(label, rows, bar_chart(bars, title=label, most=most) if bars else "")


def quarter_words(quarter: date) -> str:
    return _("%(year)s, quarter %(quarter)s") % {
        "year": quarter.year,
        "quarter": _number(quarter),
    }


def _number(quarter: date) -> int:
    return (quarter.month - 1) // MONTHS + 1


def trend_of(reports: Sequence[PressureReport]) -> Trend:
    """``reports`` of one court and questionnaire, oldest first."""
    points = [
        TrendPoint(
            quarter_words=quarter_words(one.quarter),
            short=f"{one.quarter.year}-Q{_number(one.quarter)}",
            figure=_figure(one.figures.get("whole")),
        )
        for one in reports[-TREND_POINTS:]
    ]
    bars = [
        Bar(point.short, point.figure.mean, str(point.figure.mean))
        for point in points
        if point.figure
    ]
    chart = line_chart(bars, title=_("The whole court, by quarter")) if len(bars) > 1 else ""
    return Trend(points, chart)


def courts_seen(user: User) -> list[Unit]:
    """The courts in which ``user`` sees the board, be it for one division."""
    roots = {path[: Unit.steplen] for path in paths_with(user, VIEW_BOARD)}
    return list(Unit.objects.courts().filter(path__in=roots).order_by("path"))
