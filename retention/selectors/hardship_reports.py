"""The yearly report on help: what is counted, and how its figures are shown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from courtparty.accounts.models import Unit, User
from courtparty.lib.charts import Bar, bar_chart
from retention.models import HardshipCase, HardshipReport, HelpMeasure
from retention.rules.hardship import UNOPENED
from retention.rules.hardship_reports import CaseFact, PaidFact, year_figures

Kind, MeasureKind = HardshipCase.Kind, HelpMeasure.Kind


def figures_of(court: Unit, year: int) -> dict[str, Any]:
    """The figures of the cases opened in a year, as they stand now. Two queries.

    Withdrawn cases are not counted: their officers took them back.
    """
    cases = HardshipCase.objects.filter(court=court, opened_at__year=year)
    counted = cases.exclude(state__in=["withdrawn", *sorted(UNOPENED)])
    paid = HelpMeasure.objects.filter(case__in=counted.values("pk"), state="done")
    return year_figures(
        [
            CaseFact(
                one["officer"],
                one["kind"],
                _days_between(one["opened_at"], one["first_help_on"]),
                one["rating"],
            )
            for one in counted.values("officer", "kind", "opened_at", "first_help_on", "rating")
        ],
        [
            PaidFact(
                one["case__officer"], one["case__kind"], one["kind"], one["amount"] or Decimal(0)
            )
            for one in paid.exclude(amount=None).values(
                "case__officer", "case__kind", "kind", "amount"
            )
        ],
        kinds=list(Kind.values),
        measure_kinds=list(MeasureKind.values),
    )


def _days_between(opened_at: Any, day: Any) -> int | None:
    return (day - timezone.localdate(opened_at)).days if day else None


def reports_for(user: User) -> QuerySet[HardshipReport]:
    """The reports ``user`` may read, newest first."""
    return HardshipReport.objects.visible_to(user).select_related("court").order_by("-year", "pk")


@dataclass(frozen=True, slots=True)
class FigureRow:
    """A group and its figures; None is left out."""

    label: str
    figures: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class ReportShown:
    """A report in words, with its picture; ``is_empty``: not one figure can be shown."""

    total: FigureRow
    kinds: list[FigureRow]
    measures: list[FigureRow]
    ratings: list[FigureRow]
    chart: SafeString | str
    is_empty: bool


def report_shown(report: HardshipReport) -> ReportShown:
    """No query."""
    figures: Mapping[str, Any] = report.figures
    kinds = [_kind_row(str(Kind(one["kind"]).label), one) for one in figures["kinds"]]
    total = _kind_row(_("Everybody"), figures["total"])
    measures = [
        FigureRow(str(MeasureKind(one["kind"]).label), (one["people"], _decimal(one["amount"])))
        for one in figures["measures"]
    ]
    ratings = [FigureRow(str(one["rating"]), (one["people"],)) for one in figures["ratings"]]
    return ReportShown(
        total=total,
        kinds=kinds,
        measures=measures,
        ratings=ratings,
        chart=_chart(kinds, total),
        is_empty=all(one is None for one in total.figures),
    )


def _kind_row(label: str, one: Mapping[str, Any]) -> FigureRow:
    figures = (
        one["people"], _decimal(one["days"]), _decimal(one["rating"]), _decimal(one["amount"]),
    )  # fmt: skip
    return FigureRow(label, figures)


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _chart(kinds: Sequence[FigureRow], total: FigureRow) -> SafeString | str:
    bars = [
        Bar(row.label, row.figures[0], str(row.figures[0]))
        for row in kinds
        if row.figures[0] is not None
    ]
    if not bars:
        return ""
    most = total.figures[0] or max(bar.value for bar in bars)
    return bar_chart(bars, title=_("People helped, by kind of hardship"), most=most)
