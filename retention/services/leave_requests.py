"""An officer's own steps: drafting, asking, withdrawing, cancelling, coming back early."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cadres.models import Officer
from courtparty.accounts.models import User
from courtparty.audit.services import record
from courtparty.notices.calendar import working_calendar
from courtparty.notices.services import notify_many
from retention.models import LeaveRequest, LeaveStep
from retention.models.leave import Kind
from retention.rules.leave_requests import leave_days
from retention.rules.overtime import rest_hours
from retention.selectors.leave_balances import closed_years
from retention.selectors.leave_levels import chain_for, deciders
from retention.selectors.leave_rules import kinds_of
from retention.services.leave_checks import Counted, Wish, check_wish
from retention.services.leave_rest import give_back_rest, take_rest
from retention.services.leave_steps import (
    CannotAsk,
    add_step,
    lock_officer,
    move,
    open_leave,
    overtaken,
    refresh_tasks,
    tell_deciders,
    tell_officer,
)

Action, State = LeaveStep.Action, LeaveRequest.State


@transaction.atomic
def draft_leave(
    *, officer_id: int, wish: Wish, by: User, at: datetime, request_id: int | None = None
) -> LeaveRequest:
    """Keep a request without asking for it yet; nobody else sees it and nothing is set aside.

    Refuses what could not be asked for either, but make-up rest without hours is checked only
    when it is asked for.
    """
    officer = lock_officer(officer_id)
    before = _own_text(request_id, officer, seen=None)
    counted = check_wish(officer, wish, on=timezone.localdate(at), without=request_id)
    if before is not None and before.state != State.DRAFTED:
        raise overtaken(before)
    leave = _written(officer, before, wish, counted, by=by, at=at)
    record("leave.drafted", by=by, on=leave, court=officer.court)
    return leave


@transaction.atomic
def ask_leave(
    *,
    officer_id: int,
    wish: Wish,
    by: User,
    at: datetime,
    request_id: int | None = None,
    seen: int | None = None,
) -> LeaveRequest:
    """Ask for leave: its days are counted and set aside, and the first level is told.

    Who decides, in which order, is fixed now. Refuses days that overlap other leave, more than is
    left, a closed year, days without work, make-up rest without hours, and a court in which
    nobody else could decide.
    """
    officer = lock_officer(officer_id)
    on = timezone.localdate(at)
    before = _own_text(request_id, officer, seen=seen)
    counted = check_wish(officer, wish, on=on, without=request_id)
    levels = chain_for(officer, counted.working, by=by, on=on)
    if not levels:
        raise CannotAsk(
            _("Nobody in this court may decide leave. Tell the political department, please.")
        )
    leave = _written(officer, before, wish, counted, by=by, at=at)
    move(leave, "ask", waits_for=levels[0], on=on, levels=list(levels))
    take_rest(leave)
    step = add_step(leave, Action.ASK, by=by, at=at)
    record("leave.asked", by=by, on=leave, court=officer.court, days=counted.days)
    tell_deciders(leave, step, at=at)
    refresh_tasks(officer, on=on)
    return leave


def _own_text(request_id: int | None, officer: Officer, *, seen: int | None) -> LeaveRequest | None:
    if request_id is None:
        return None
    leave = open_leave(request_id, "ask", seen=seen)
    if leave.officer_id != officer.pk:
        raise overtaken(leave)
    return leave


def _written(
    officer: Officer,
    before: LeaveRequest | None,
    wish: Wish,
    counted: Counted,
    *,
    by: User,
    at: datetime,
) -> LeaveRequest:
    leave = before or LeaveRequest(officer=officer, entered_by=by, created_at=at)
    leave.kind, leave.start, leave.end = wish.kind, wish.start, wish.end
    leave.days, leave.hours, leave.is_paid = counted.days, counted.hours, counted.is_paid
    leave.reason = wish.reason.strip()
    leave.save()
    return leave


@transaction.atomic
def withdraw_leave(
    *, request_id: int, by: User, at: datetime, seen: int | None = None
) -> LeaveRequest:
    """Take back a request before it is decided; its days and hours are free again.

    Whoever it waited for is told. Refuses one that is decided.
    """
    leave = open_leave(request_id, "withdraw", seen=seen)
    on = timezone.localdate(at)
    waited = leave.waits_for
    told = list(deciders(leave, waited, on=on)) if waited else []
    move(leave, "withdraw", on=on)
    give_back_rest(leave)
    step = add_step(leave, Action.WITHDRAW, by=by, at=at)
    record("leave.withdrawn", by=by, on=leave, court=leave.officer.court)
    _tell(leave, step, told, "leave_taken_back")
    tell_officer(leave, step, "leave_withdrawn_for_you")
    refresh_tasks(leave.officer, on=on)
    return leave


@transaction.atomic
def cancel_leave(
    *, request_id: int, reason: str, by: User, at: datetime, seen: int | None = None
) -> LeaveRequest:
    """Cancel approved leave that has not begun; its days and hours are free again.

    Those who decided it are told. Refuses leave that has begun: then the officer comes back early.
    """
    leave = open_leave(request_id, "cancel", seen=seen)
    on = timezone.localdate(at)
    if leave.start <= on:
        raise CannotAsk(_("This leave has begun. Enter the last day of it instead."))
    _refuse_closed(leave)
    move(leave, "cancel", on=on)
    give_back_rest(leave)
    step = add_step(leave, Action.CANCEL, by=by, at=at, opinion=reason)
    record("leave.cancelled", by=by, on=leave, court=leave.officer.court)
    _tell_those_who_know(leave, step, "leave_cancelled")
    tell_officer(leave, step, "leave_withdrawn_for_you")
    refresh_tasks(leave.officer, on=on)
    return leave


@transaction.atomic
def end_leave_early(
    *, request_id: int, last_day: date, by: User, at: datetime, seen: int | None = None
) -> LeaveRequest:
    """Shorten approved leave to ``last_day``; the days after it are free again.

    Those who decided it are told. Refuses a day outside the leave or its very last one.
    """
    leave = open_leave(request_id, "end_early", seen=seen)
    on = timezone.localdate(at)
    end = last_day + timedelta(days=1)
    if not leave.start <= last_day or end >= leave.end:
        raise CannotAsk(_("Choose a day of this leave before its last one."))
    _refuse_closed(leave)
    counts = kinds_of(leave.officer.court)[leave.kind].counts
    days = leave_days(leave.start, end, counts=counts, calendar=working_calendar())
    hours = rest_hours(days) if leave.kind == Kind.REST else None
    if not days:
        raise CannotAsk(_("No day of leave would be left. Cancel it, or choose a later day."))
    give_back_rest(leave)
    move(leave, "end_early", on=on, end=end, days=days, hours=hours)
    take_rest(leave)
    step = add_step(leave, Action.END_EARLY, by=by, at=at)
    record("leave.ended_early", by=by, on=leave, court=leave.officer.court, days=days)
    _tell_those_who_know(leave, step, "leave_ended_early")
    refresh_tasks(leave.officer, on=on)
    return leave


def _refuse_closed(leave: LeaveRequest) -> None:
    if leave.start.year in closed_years(leave.officer.court_id):
        text = _("The year %(year)s is closed: nothing about leave in it changes any more.")
        raise CannotAsk(text % {"year": leave.start.year})


def _tell_those_who_know(leave: LeaveRequest, step: LeaveStep, kind: str) -> None:
    """Whoever has decided a step so far; where nobody has, nobody needs to know any more."""
    decided = leave.steps.filter(action__in=LeaveStep.DECISIONS).select_related("by")
    people = {one.by_id: one.by for one in decided if one.by_id != step.by_id}
    _tell(leave, step, people.values(), kind)


def _tell(leave: LeaveRequest, step: LeaveStep, people: Iterable[User], kind: str) -> None:
    notify_many(
        [(one, f"leave-step:{leave.pk}:{step.number}:{one.pk}") for one in people],
        kind=kind,
        url=leave.get_absolute_url(),
        day=leave.start.isoformat(),
    )
