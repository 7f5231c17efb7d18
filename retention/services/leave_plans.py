"""Plans of annual leave: one side proposes the days, the other one agrees."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cadres.models import Officer
from courtparty.accounts.models import User
from courtparty.accounts.selectors import holders_of
from courtparty.audit.services import record
from courtparty.lib.conflicts import Conflict
from courtparty.notices.calendar import working_calendar
from courtparty.notices.services import notify_many
from retention.models import LeavePlan
from retention.rules.leave_kinds import WORKING
from retention.rules.leave_requests import leave_days
from retention.selectors.leave_balances import balance_of, closed_years
from retention.services.leave_steps import lock_officer, refresh_tasks

State = LeavePlan.State
DECIDE = "retention.decide_leave"


class CannotPlan(Exception):
    """Leave can't be planned like this. Its text is for the user."""


@transaction.atomic
def propose_plan(*, officer_id: int, start: date, end: date, by: User, at: datetime) -> LeavePlan:
    """Put days aside for an officer's annual leave; the other side is told and agrees.

    Proposed by the officer, a head agrees; proposed by a head, the officer does. Refuses days in
    the past, of two years, without work, that overlap another plan, and more than is left.
    """
    officer = lock_officer(officer_id)
    on = timezone.localdate(at)
    _refuse_period(officer, start, end, on=on)
    days = leave_days(start, end, counts=WORKING, calendar=working_calendar())
    _refuse_days(officer, start, end, days, on=on)
    plan = LeavePlan.objects.create(
        officer=officer,
        year=start.year,
        start=start,
        end=end,
        days=days,
        is_by_officer=by.pk == officer.user_id,
        proposed_by=by,
        proposed_at=at,
    )
    record("leave_plan.proposed", by=by, on=plan, court=officer.court, days=days)
    _tell_other_side(plan, "leave_plan_proposed", by=by, on=on)
    refresh_tasks(officer, on=on)
    return plan


def _refuse_period(officer: Officer, start: date, end: date, *, on: date) -> None:
    if end <= start:
        raise CannotPlan(_("The last day lies before the first one. Correct one of them."))
    if (end - timedelta(days=1)).year != start.year:
        raise CannotPlan(_("Annual leave belongs to one year. Plan each year by itself."))
    if start < on:
        raise CannotPlan(_("The first day has passed. Plan days that are still to come."))
    if start.year > on.year + 1:
        raise CannotPlan(_("Leave is planned for this year and the next one."))
    if officer.left_on is not None and end > officer.left_on:
        raise CannotPlan(_("By then the officer is not in service any more."))
    if start.year in closed_years(officer.court_id):
        raise CannotPlan(_("The year %(year)s is closed.") % {"year": start.year})


def _refuse_days(officer: Officer, start: date, end: date, days: int, *, on: date) -> None:
    if not days:
        raise CannotPlan(_("No working day lies in these days, so no leave is needed for them."))
    others = LeavePlan.objects.active().filter(officer=officer, start__lt=end, end__gt=start)
    if other := others.order_by("start").first():
        text = _("From %(start)s to %(last)s is planned already. Drop that plan first.")
        last = other.end - timedelta(days=1)
        raise CannotPlan(text % {"start": other.start.isoformat(), "last": last.isoformat()})
    left = balance_of(officer, year=start.year, on=on, is_whole_year=True).unplanned
    if days > left:
        text = ngettext(
            "%(left)s day is left to be planned for %(year)s; this plan takes %(days)s.",
            "%(left)s days are left to be planned for %(year)s; this plan takes %(days)s.",
            left,
        )
        raise CannotPlan(text % {"left": left, "year": start.year, "days": days})


@transaction.atomic
def agree_plan(*, plan_id: int, by: User, at: datetime) -> LeavePlan:
    """Agree to what the other side has proposed; the proposer is told."""
    plan = _open_plan(plan_id)
    if (by.pk == plan.officer.user_id) == plan.is_by_officer:
        raise CannotPlan(_("The other side agrees to this plan, not who proposed it."))
    here = LeavePlan.objects.filter(pk=plan.pk, state=State.PROPOSED)
    if here.update(state=State.AGREED, answered_by=by, answered_at=at) != 1:
        raise _overtaken()
    record("leave_plan.agreed", by=by, on=plan, court=plan.officer.court)
    notify_many(
        [(plan.proposed_by, f"leave-plan-agreed:{plan.pk}:{plan.proposed_by_id}")],
        kind="leave_plan_agreed",
        url=_url(plan, plan.proposed_by),
        day=plan.start.isoformat(),
    )
    return plan


@transaction.atomic
def drop_plan(*, plan_id: int, by: User, at: datetime) -> LeavePlan:
    """Drop a plan, or turn down a proposal; its days are to be planned again."""
    plan = _open_plan(plan_id)
    here = LeavePlan.objects.filter(pk=plan.pk, state__in=[State.PROPOSED, State.AGREED])
    if here.update(state=State.DROPPED) != 1:
        raise _overtaken()
    on = timezone.localdate(at)
    record("leave_plan.dropped", by=by, on=plan, court=plan.officer.court)
    _tell_other_side(plan, "leave_plan_dropped", by=by, on=on)
    refresh_tasks(plan.officer, on=on)
    return plan


def _open_plan(plan_id: int) -> LeavePlan:
    plans = LeavePlan.objects.select_for_update(of=("self",), no_key=True)
    related = ("officer__court", "officer__department", "officer__user", "proposed_by")
    return plans.select_related(*related).get(pk=plan_id)


def _overtaken() -> Conflict:
    text = _("This plan has been agreed or dropped already. Nothing was saved.")
    return Conflict(text, url=reverse("home"))


def _tell_other_side(plan: LeavePlan, kind: str, *, by: User, on: date) -> None:
    """The heads of the department when the officer acted, the officer when a head did."""
    officer = plan.officer
    if by.pk != officer.user_id:
        people = [officer.user] if officer.user else []
    else:
        holders = holders_of(DECIDE, officer.department, on=on)
        people = list(holders.exclude(pk=by.pk).filter(grants__role="head").distinct())
    notify_many(
        [(one, f"{kind}:{plan.pk}:{one.pk}") for one in people],
        kind=kind,
        url=_url(plan, people[0]) if people else "",
        day=plan.start.isoformat(),
    )


def _url(plan: LeavePlan, user: User) -> str:
    if user.pk == plan.officer.user_id:
        return reverse("retention:my_leave") + f"?year={plan.year}"
    return reverse("retention:leave_account", args=[plan.officer_id, plan.year])
