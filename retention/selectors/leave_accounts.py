"""The leave of a year of many officers: who has how much left, and who has planned it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from cadres.models import Officer
from cadres.models.officers import OfficerQuerySet
from cadres.selectors.officers import searched
from courtparty.accounts.models import User
from courtparty.accounts.scope import unit_scope
from retention.models import LeaveAdjustment, LeaveCarry, LeavePlan, LeaveRound, LeaveTask
from retention.rules.leave import Balance
from retention.selectors.leave import VIEW
from retention.selectors.leave_balances import balances

SORTS = ("officer", "department", "due", "taken", "planned", "left", "unplanned")
DEFAULT_ORDER = "-unplanned"


@dataclass(frozen=True, slots=True)
class AccountRow:
    """A line of the accounts: an officer's annual leave of one year."""

    officer_id: int
    officer: str
    pinyin: str
    department: str
    department_id: int
    balance: Balance
    carry: str
    carry_days: int

    @property
    def due(self) -> int:
        return self.balance.due

    @property
    def taken(self) -> int:
        return self.balance.taken

    @property
    def planned(self) -> int:
        return self.balance.planned

    @property
    def left(self) -> int:
        return self.balance.left

    @property
    def unplanned(self) -> int:
        return self.balance.unplanned


def officers_of(user: User, permission: str = VIEW) -> OfficerQuerySet:
    """Officers in service whose leave the reader sees."""
    scope = unit_scope(user, permission, court="court", units=("department",))
    return Officer.objects.in_service().filter(scope)


def found_officers(user: User, *, text: str = "", department: int | None = None) -> OfficerQuerySet:
    officers = officers_of(user)
    if department is not None:
        officers = officers.filter(department=department)
    return searched(officers, text, user=user) if text else officers


def account_rows(
    officers: Iterable[Officer], *, year: int, on: date, sort: str = DEFAULT_ORDER
) -> list[AccountRow]:
    """Seven queries for a court, however many officers. Reckoned for the whole year."""
    listed = list(officers)
    found = balances(listed, year=year, on=on, is_whole_year=True)
    carries = {
        carry.officer_id: carry
        for carry in LeaveCarry.objects.filter(year=year, officer__in=[o.pk for o in listed])
        .filter(state__in=[LeaveCarry.State.PROPOSED, LeaveCarry.State.AGREED])
        .defer("words")
    }
    rows = [_row(one, found[one.pk], carries.get(one.pk)) for one in listed]
    return _sorted(rows, sort)


def _row(officer: Officer, balance: Balance, carry: LeaveCarry | None) -> AccountRow:
    return AccountRow(
        officer_id=officer.pk,
        officer=officer.name,
        pinyin=officer.pinyin,
        department=officer.department.display_name,
        department_id=officer.department_id,
        balance=balance,
        carry=str(carry.get_state_display()) if carry else "",
        carry_days=carry.days if carry else 0,
    )


def _sorted(rows: list[AccountRow], sort: str) -> list[AccountRow]:
    name = sort.removeprefix("-")
    if name not in SORTS:
        sort, name = DEFAULT_ORDER, DEFAULT_ORDER.removeprefix("-")
    field = "pinyin" if name == "officer" else name
    rows.sort(key=lambda row: (row.pinyin, row.officer_id))
    rows.sort(key=lambda row: getattr(row, field), reverse=sort.startswith("-"))
    return rows


@dataclass(frozen=True, slots=True)
class Totals:
    """The sums below the accounts."""

    due: int
    taken: int
    planned: int
    left: int
    unplanned: int


def totals_of(rows: Sequence[AccountRow]) -> Totals:
    names = ("due", "taken", "planned", "left", "unplanned")
    return Totals(**{name: sum(getattr(row, name) for row in rows) for name in names})


def adjustments_of(officer: Officer, year: int) -> list[LeaveAdjustment]:
    rows = LeaveAdjustment.objects.filter(account__officer=officer, account__year=year)
    return list(rows.select_related("by").order_by("-at", "-pk"))


def plans_of(officer: Officer, year: int) -> list[LeavePlan]:
    plans = LeavePlan.objects.active().filter(officer=officer, year=year)
    return list(plans.select_related("proposed_by").order_by("start"))


def carries_of(officer: Officer, year: int) -> list[LeaveCarry]:
    """Every carry-over from the year and into it."""
    rows = LeaveCarry.objects.filter(officer=officer, year__in=[year - 1, year])
    return list(rows.select_related("proposed_by", "officer").order_by("-year", "-pk"))


# -- a planning round ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DepartmentProgress:
    """How far a department is: officers with days to plan when the round opened, and now."""

    name: str
    department_id: int
    officers: int
    open: int
    days: int

    @property
    def done(self) -> int:
        return self.officers - self.open


def progress_of(leave_round: LeaveRound, user: User) -> list[DepartmentProgress]:
    """By department in reach, the furthest behind first. One query."""
    tasks = LeaveTask.objects.visible_to(user).filter(round=leave_round)
    by_unit: defaultdict[int, list[LeaveTask]] = defaultdict(list)
    for task in tasks.select_related("officer__department"):
        by_unit[task.officer.department_id].append(task)
    found = [
        DepartmentProgress(
            name=rows[0].officer.department.display_name,
            department_id=unit,
            officers=len(rows),
            open=sum(1 for row in rows if row.days),
            days=sum(row.days for row in rows),
        )
        for unit, rows in by_unit.items()
    ]
    return sorted(found, key=lambda one: (-one.open, one.name))


def tasks_of(leave_round: LeaveRound, user: User) -> list[LeaveTask]:
    """Who had days without plan, those who still have first."""
    tasks = LeaveTask.objects.visible_to(user).filter(round=leave_round)
    listed = tasks.select_related("officer__department")
    return sorted(listed, key=lambda one: (-one.days, one.officer.pinyin, one.pk))
