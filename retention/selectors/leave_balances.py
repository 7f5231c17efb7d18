"""What officers have left of their annual leave and of their make-up rest."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from cadres.models import Officer
from courtparty.lib.workdays import Calendar, is_worked
from courtparty.notices.calendar import working_calendar
from retention.models import LeaveAccount, LeavePlan, LeaveRequest, LeaveRound, Overtime
from retention.models.leave import Kind
from retention.rules.leave import (
    Balance,
    annual_leave_days,
    excluded_by,
    rises_on,
    service_years,
)
from retention.rules.leave_requests import days_of
from retention.selectors.leave_rules import LeaveRule, leave_rule

COUNTED = (Kind.ANNUAL, Kind.PERSONAL, Kind.SICK)


def reckoning_day(year: int, on: date) -> date:
    """The day for which service is counted: today in this year, else the last day of the year."""
    return on if on.year == year else date(year, 12, 31)


def year_end(year: int) -> date:
    return date(year, 12, 31)


@dataclass
class _Used:
    """Days of one officer in one year, as requests and plans have them."""

    taken: int = 0
    asked: int = 0
    personal: int = 0
    sick: int = 0
    asked_days: set[date] = field(default_factory=set)
    planned_days: set[date] = field(default_factory=set)


def balances(
    officers: Sequence[Officer],
    *,
    year: int,
    on: date,
    is_whole_year: bool = False,
    without: int | None = None,
) -> dict[int, Balance]:
    """Annual leave of the year by officer; four queries and one more for each court.

    Service is counted for ``on``, or for the end of the year when ``is_whole_year``. ``without``
    is a request that is being written anew. Plans of days that are over by ``on``, and days
    planned that a request covers, count no more as planned.
    """
    day = year_end(year) if is_whole_year else reckoning_day(year, on)
    ids = [officer.pk for officer in officers]
    accounts = {
        account.officer_id: account
        for account in LeaveAccount.objects.filter(year=year, officer__in=ids)
    }
    used = _used(ids, year=year, on=on, without=without)
    rules = {court: leave_rule(court, on=day) for court in {one.court for one in officers}}
    return {
        officer.pk: _balance(
            officer, rules[officer.court], accounts.get(officer.pk), used[officer.pk], day
        )
        for officer in officers
    }


def balance_of(
    officer: Officer,
    *,
    year: int,
    on: date,
    is_whole_year: bool = False,
    without: int | None = None,
) -> Balance:
    found = balances([officer], year=year, on=on, is_whole_year=is_whole_year, without=without)
    return found[officer.pk]


def _balance(
    officer: Officer, rule: LeaveRule, account: LeaveAccount | None, used: _Used, day: date
) -> Balance:
    years = service_years(officer.work_since, day)
    return Balance(
        by_law=annual_leave_days(years, rule.bands),
        carried_in=account.carried_in if account else 0,
        adjusted=account.adjusted if account else 0,
        taken=used.taken,
        asked=used.asked,
        planned=len(used.planned_days - used.asked_days),
        carried_on=account.carried_on if account else 0,
        excluded=excluded_by(
            service_years=years,
            bands=rule.bands,
            exclusion=rule.exclusion,
            personal_paid_days=used.personal,
            sick_days=used.sick,
        ),
    )


def _used(ids: list[int], *, year: int, on: date, without: int | None) -> defaultdict[int, _Used]:
    first, beyond = date(year, 1, 1), date(year + 1, 1, 1)
    calendar = working_calendar()
    found: defaultdict[int, _Used] = defaultdict(_Used)
    requests = LeaveRequest.objects.active().filter(officer__in=ids, kind__in=COUNTED)
    for one in requests.touching(first, beyond).exclude(pk=without).defer("reason"):
        _add(found[one.officer_id], one, max(one.start, first), min(one.end, beyond), calendar)
    plans = LeavePlan.objects.active().filter(officer__in=ids, year=year, end__gt=on)
    for plan in plans:
        days = _worked(max(plan.start, on), plan.end, calendar)
        found[plan.officer_id].planned_days |= days
    return found


def _add(used: _Used, one: LeaveRequest, start: date, end: date, calendar: Calendar) -> None:
    is_approved = one.state == LeaveRequest.State.APPROVED
    if one.kind == Kind.ANNUAL:
        used.asked_days |= _worked(start, end, calendar)
        if is_approved:
            used.taken += one.days
        else:
            used.asked += one.days
    elif is_approved and one.kind == Kind.SICK:
        used.sick += (end - start).days
    elif is_approved and one.is_paid:
        used.personal += len(_worked(start, end, calendar))


def _worked(start: date, end: date, calendar: Calendar) -> set[date]:
    return {day for day in days_of(start, end) if is_worked(day, calendar)}


def closed_years(court_id: int) -> set[int]:
    """The years a court has closed: nothing about leave in them changes any more."""
    rounds = LeaveRound.objects.filter(court=court_id, state=LeaveRound.State.SETTLED)
    return set(rounds.values_list("year", flat=True))


# -- the balance explained ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class BalanceExplained:
    """The balance of a year with what it rests on."""

    year: int
    balance: Balance
    rule: LeaveRule
    years_served: int
    counted_on: date
    rises: date | None
    rises_to: int
    lost_on: date
    is_closed: bool


def explained(officer: Officer, *, year: int, on: date) -> BalanceExplained:
    day = reckoning_day(year, on)
    rule = leave_rule(officer.court, on=day)
    rises = rises_on(officer.work_since, on=day, bands=rule.bands) if day == on else None
    then = service_years(officer.work_since, rises) if rises else 0
    return BalanceExplained(
        year=year,
        balance=balance_of(officer, year=year, on=on),
        rule=rule,
        years_served=service_years(officer.work_since, day),
        counted_on=day,
        rises=rises,
        rises_to=annual_leave_days(then, rule.bands),
        lost_on=year_end(year),
        is_closed=year in closed_years(officer.court_id),
    )


# -- make-up rest -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RestBalance:
    """Hours of make-up rest: what can be taken, what waits to be confirmed, what expires next."""

    hours: Decimal
    waiting: Decimal
    next_hours: Decimal
    next_on: date | None
    expired: Decimal


def rest_balance(overtime: Iterable[Overtime], *, on: date) -> RestBalance:
    """From an officer's overtime, already read. No query."""
    rows = list(overtime)
    confirmed = [one for one in rows if one.state == Overtime.State.CONFIRMED and one.left > 0]
    usable = [one for one in confirmed if one.expires_on >= on]
    next_on = min((one.expires_on for one in usable), default=None)
    zero = Decimal(0)
    return RestBalance(
        hours=sum((one.left for one in usable), zero),
        waiting=sum((one.hours for one in rows if one.state == Overtime.State.ENTERED), zero),
        next_hours=sum((one.left for one in usable if one.expires_on == next_on), zero),
        next_on=next_on,
        expired=sum(
            (one.left for one in confirmed if on - timedelta(days=365) <= one.expires_on < on), zero
        ),
    )
