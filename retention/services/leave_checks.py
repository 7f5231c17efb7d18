"""What a request for leave may not be: every refusal says what is wrong and what to do."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cadres.models import Officer
from courtparty.notices.calendar import working_calendar
from retention.models import LeaveRequest
from retention.models.leave import Kind
from retention.rules.leave_kinds import WORKING
from retention.rules.leave_requests import leave_days
from retention.rules.overtime import HOURS_A_DAY, rest_hours
from retention.selectors.leave_balances import balance_of, closed_years
from retention.selectors.leave_rules import KindShown, kinds_of
from retention.services.leave_steps import CannotAsk

MOST_DAYS_BACK = 90
MOST_DAYS_AHEAD = 400
LONGEST = 400


@dataclass(frozen=True, slots=True)
class Wish:
    """Leave as somebody wants it: half open, ``hours`` for a make-up rest of part of a day."""

    kind: str
    start: date
    end: date
    reason: str = ""
    hours: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Counted:
    """What a wish comes to; ``working`` days say who decides, however the kind is counted."""

    days: int
    working: int
    hours: Decimal | None
    is_paid: bool


def check_wish(officer: Officer, wish: Wish, *, on: date, without: int | None = None) -> Counted:
    """Count the days, or refuse. ``without`` is the request that is being written anew."""
    kind = kinds_of(officer.court)[wish.kind]
    _refuse_period(officer, wish, on=on)
    if not kind.is_active:
        text = _("“%(kind)s” can't be asked for in this court. Choose another kind.")
        raise CannotAsk(text % {"kind": kind.label})
    days = _counted_days(wish, kind)
    _refuse_overlap(officer, wish, without)
    hours = None
    if wish.kind == Kind.ANNUAL:
        _refuse_beyond_balance(officer, wish, days, without)
    if wish.kind == Kind.REST:
        hours = _hours(wish, days)
    working = leave_days(wish.start, wish.end, counts=WORKING, calendar=working_calendar())
    return Counted(days, working, hours, kind.is_paid)


def _refuse_period(officer: Officer, wish: Wish, *, on: date) -> None:
    if wish.end <= wish.start:
        raise CannotAsk(_("The last day lies before the first one. Correct one of them."))
    if officer.left_on is not None and wish.end > officer.left_on:
        raise CannotAsk(_("By then the officer is not in service any more."))
    if officer.work_since and wish.start < officer.work_since.first:
        raise CannotAsk(_("The first day lies before the officer began to work."))
    if wish.start < on - timedelta(days=MOST_DAYS_BACK):
        text = _("Leave is entered up to %(days)s days afterwards. Ask the political department.")
        raise CannotAsk(text % {"days": MOST_DAYS_BACK})
    if wish.start > on + timedelta(days=MOST_DAYS_AHEAD) or (wish.end - wish.start).days > LONGEST:
        raise CannotAsk(_("That is more than a year away or longer than a year. Check the dates."))
    years = set(range(wish.start.year, (wish.end - timedelta(days=1)).year + 1))
    if closed := years & closed_years(officer.court_id):
        text = _("The year %(year)s is closed: nothing about leave in it changes any more.")
        raise CannotAsk(text % {"year": min(closed)})


def _counted_days(wish: Wish, kind: KindShown) -> int:
    days = leave_days(wish.start, wish.end, counts=kind.counts, calendar=working_calendar())
    if not days:
        raise CannotAsk(_("No working day lies in these days, so no leave is needed for them."))
    if kind.days is not None and days > kind.days:
        text = ngettext(
            "%(kind)s has %(most)s day at most; this is %(days)s. Choose fewer days.",
            "%(kind)s has %(most)s days at most; this is %(days)s. Choose fewer days.",
            kind.days,
        )
        raise CannotAsk(text % {"kind": kind.label, "most": kind.days, "days": days})
    return days


def _refuse_overlap(officer: Officer, wish: Wish, without: int | None) -> None:
    others = LeaveRequest.objects.active().filter(officer=officer).touching(wish.start, wish.end)
    other = others.exclude(pk=without).order_by("start").first()
    if other is not None:
        text = _(
            "From %(start)s to %(last)s leave is asked for or approved already. "
            "Choose other days, or withdraw or cancel that one first."
        )
        last = other.end - timedelta(days=1)
        raise CannotAsk(text % {"start": other.start.isoformat(), "last": last.isoformat()})


def _refuse_beyond_balance(officer: Officer, wish: Wish, days: int, without: int | None) -> None:
    year = wish.start.year
    if (wish.end - timedelta(days=1)).year != year:
        text = _("Annual leave belongs to one year. Ask for the days of each year by themselves.")
        raise CannotAsk(text)
    balance = balance_of(officer, year=year, on=wish.start, without=without)
    if days <= balance.left:
        return
    if balance.excluded:
        text = _(
            "There is no annual leave in %(year)s: the personal or sick leave of that year "
            "excludes it by law."
        )
        raise CannotAsk(text % {"year": year})
    text = ngettext(
        "%(left)s day of annual leave is left in %(year)s; this request takes %(days)s.",
        "%(left)s days of annual leave are left in %(year)s; this request takes %(days)s.",
        balance.left,
    )
    raise CannotAsk(text % {"left": max(0, balance.left), "year": year, "days": days})


def _hours(wish: Wish, days: int) -> Decimal:
    if wish.hours is not None and days > 1:
        raise CannotAsk(_("Hours are given for a rest of one day only; leave them empty."))
    if wish.hours is not None and not 0 < wish.hours <= HOURS_A_DAY:
        raise CannotAsk(_("A day of rest has eight hours at most."))
    return rest_hours(days, wish.hours)
