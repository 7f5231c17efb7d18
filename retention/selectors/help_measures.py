"""Measures of help as the pages about them need them; the budget; flexible work for heads."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import F, QuerySet
from django.utils import timezone

from courtparty.accounts.models import Unit, User
from courtparty.accounts.scope import paths_with
from courtparty.lib.workdays import working_days_until
from courtparty.notices.calendar import working_calendar
from retention.models import BudgetSource, FlexibleArrangement, HardshipCase, HelpMeasure
from retention.models.hardship import HANDLE
from retention.models.help_measures import BudgetSourceQuerySet

# The keys of ?sort= of the budget.
BUDGET_ORDERS = {"year": "year", "name": "name", "amount": "amount", "used": "used"}
BUDGET_DEFAULT = "-year"


@dataclass(frozen=True, slots=True)
class MeasureBrief:
    """A measure above the form about it."""

    kind: str
    text: str
    amount: Decimal | None
    source: str
    left: Decimal | None
    proposer: str
    start: date | None
    last_day: date | None
    what: str


def measure_brief(measure: HelpMeasure) -> MeasureBrief:
    """No query where source and arrangement were fetched with the measure."""
    arrangement = measure.arrangement if hasattr(measure, "arrangement") else None
    return MeasureBrief(
        kind=str(measure.get_kind_display()),
        text=measure.text,
        amount=measure.amount,
        source=str(measure.source or ""),
        left=measure.source.left if measure.source else None,
        proposer=str(measure.proposed_by),
        start=arrangement.start if arrangement else None,
        last_day=arrangement.last_day if arrangement else None,
        what=arrangement.what if arrangement else "",
    )


def sources_for(case: HardshipCase, *, on: date) -> list[BudgetSource]:
    """The sources of the case's court that have anything left this year."""
    sources = BudgetSource.objects.filter(court=case.court, year=on.year, used__lt=F("amount"))
    return list(sources.order_by("name", "pk"))


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """A measure that waits for the reader's decision."""

    pk: int
    case_pk: int
    reference: str
    officer: str
    kind: str
    amount: Decimal | None
    proposer: str
    proposed_on: date
    days: int


def decision_rows(measures: QuerySet[HelpMeasure], *, on: date) -> list[DecisionRow]:
    """Two queries, however many rows. ``days`` it has waited are working days."""
    calendar = working_calendar()
    rows = []
    for one in measures.select_related("case__officer", "proposed_by"):
        proposed_on = timezone.localdate(one.proposed_at)
        rows.append(
            DecisionRow(
                pk=one.pk,
                case_pk=one.case_id,
                reference=one.case.reference,
                officer=one.case.officer.name,
                kind=str(one.get_kind_display()),
                amount=one.amount,
                proposer=str(one.proposed_by),
                proposed_on=proposed_on,
                days=working_days_until(proposed_on, on, calendar),
            )
        )
    return rows


# -- flexible work for heads --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FlexibleRow:
    """What a head is shown: who, from, to. Not why, not what, not in which case."""

    officer: str
    department: str
    start: date
    last_day: date
    is_now: bool


def flexible_seen_by(user: User, *, on: date) -> QuerySet[FlexibleArrangement]:
    """What runs or is to come in the departments of ``user``; one's own is on one's own page."""
    agreed = FlexibleArrangement.objects.visible_to(user).filter(end__gt=on)
    return agreed.exclude(officer__user=user).order_by("start", "pk")


def flexible_rows(agreed: QuerySet[FlexibleArrangement], *, on: date) -> list[FlexibleRow]:
    """One query. The encrypted text is not even read."""
    found = agreed.select_related("officer__department").defer("what")
    return [
        FlexibleRow(
            officer=one.officer.name,
            department=one.officer.department.display_name,
            start=one.start,
            last_day=one.last_day,
            is_now=one.start <= on,
        )
        for one in found
    ]


# -- budget -------------------------------------------------------------------------------------


def courts_with_budget(user: User) -> list[Unit]:
    """The courts whose budget of help ``user`` keeps."""
    paths = paths_with(user, HANDLE)
    return list(Unit.objects.courts().filter(path__in=paths).order_by("path"))


def ordered_sources(sources: BudgetSourceQuerySet, sort: str) -> BudgetSourceQuerySet:
    name = sort.removeprefix("-")
    if name not in BUDGET_ORDERS:
        sort, name = BUDGET_DEFAULT, BUDGET_DEFAULT.removeprefix("-")
    field = F(BUDGET_ORDERS[name])
    first = field.desc() if sort.startswith("-") else field.asc()
    return sources.order_by(first, "name", "pk")


@dataclass(frozen=True, slots=True)
class BudgetTotal:
    amount: Decimal
    used: Decimal
    left: Decimal


def total_of(sources: Iterable[BudgetSource]) -> BudgetTotal:
    listed = list(sources)
    amount = sum((one.amount for one in listed), Decimal(0))
    used = sum((one.used for one in listed), Decimal(0))
    return BudgetTotal(amount, used, amount - used)
