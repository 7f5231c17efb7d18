"""An officer's own leave of a year, as one page shows it."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from cadres.models import Officer
from courtparty.accounts.models import User
from retention.models import (
    LeaveAdjustment,
    LeaveCarry,
    LeavePlan,
    LeaveRequest,
    LeaveTask,
    Overtime,
)
from retention.selectors.leave import LeaveRow, leave_rows
from retention.selectors.leave_accounts import adjustments_of, carries_of, plans_of
from retention.selectors.leave_balances import (
    BalanceExplained,
    RestBalance,
    explained,
    rest_balance,
)

OVERTIME_TONES = {
    "entered": "info",
    "confirmed": "success",
    "refused": "danger",
    "withdrawn": "neutral",
}


@dataclass(frozen=True, slots=True)
class OwnYear:
    """Everything about one officer's leave in one year; overtime and its rest as of today."""

    year: int
    explained: BalanceExplained
    requests: list[LeaveRow]
    plans: list[LeavePlan]
    carries: list[LeaveCarry]
    adjustments: list[LeaveAdjustment]
    overtime: list[tuple[Overtime, str]]
    rest: RestBalance
    task: LeaveTask | None


def own_year(officer: Officer, *, year: int, on: date) -> OwnYear:
    return year_of_officer(officer, officer.user, year=year, on=on, with_drafts=True)


def year_of_officer(
    officer: Officer, reader: User | None, *, year: int, on: date, with_drafts: bool = False
) -> OwnYear:
    """The same for those who plan the officer's leave; drafts are the officer's own."""
    first, beyond = date(year, 1, 1), date(year + 1, 1, 1)
    requests = LeaveRequest.objects.filter(officer=officer).touching(first, beyond)
    if not with_drafts:
        requests = requests.exclude(state=LeaveRequest.State.DRAFTED)
    overtime = list(_overtime(officer, on))
    tasks = LeaveTask.objects.filter(officer=officer, round__year=year, round__state="open")
    return OwnYear(
        year=year,
        explained=explained(officer, year=year, on=on),
        requests=leave_rows(requests.order_by("-start", "-pk"), reader) if reader else [],
        plans=plans_of(officer, year),
        carries=carries_of(officer, year),
        adjustments=adjustments_of(officer, year),
        overtime=[(one, OVERTIME_TONES[one.state]) for one in overtime],
        rest=rest_balance(overtime, on=on),
        task=tasks.select_related("round").first(),
    )


def _overtime(officer: Officer, on: date) -> QuerySet[Overtime]:
    """Of the last year, and whatever can still be taken as rest."""
    recent = Q(day__gte=on.replace(year=on.year - 1, day=1))
    rows = Overtime.objects.filter(officer=officer).filter(recent | Q(expires_on__gte=on))
    return rows.select_related("entered_by", "decided_by").order_by("-day", "-pk")


def years_of(officer: Officer, *, on: date) -> list[int]:
    """This year, the next one for planning, and those with leave in them; newest first."""
    begun = LeaveRequest.objects.filter(officer=officer).values_list("start__year", flat=True)
    return sorted({on.year, on.year + 1, *begun.distinct()}, reverse=True)
