"""Revised and remanded cases by officer and month, for those who look after the officers."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Sum

from appraisal.models import Figure
from courtparty.accounts.models import Unit

MEASURES = ("revised", "remanded")


@dataclass(frozen=True, slots=True)
class RevisedMonth:
    """How many of an officer's cases were revised or remanded in a month; zero is reported too.

    A month without a row is missing, which is not zero.
    """

    officer_id: int
    month: date
    cases: Decimal


def revised_months(court: Unit, *, since: date) -> list[RevisedMonth]:
    """The months from ``since`` on of a court's officers in service. One query."""
    figures = Figure.objects.filter(
        officer__court=court,
        officer__left_on=None,
        measure__code__in=MEASURES,
        month__gte=since,
    )
    counted = figures.order_by().values_list("officer_id", "month").annotate(cases=Sum("value"))
    return [RevisedMonth(*row) for row in counted.order_by("month", "officer_id")]
