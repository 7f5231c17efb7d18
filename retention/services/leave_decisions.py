"""Deciding requests for leave, and opening the reason of one."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from courtparty.accounts.models import User
from courtparty.audit.services import record, record_read
from retention.models import LeaveRequest, LeaveStep
from retention.models.leave import Kind
from retention.rules.leave_requests import LEVELS
from retention.selectors.leave_balances import balance_of
from retention.selectors.leave_levels import deciding_level
from retention.services.leave_rest import give_back_rest
from retention.services.leave_steps import (
    CannotDecide,
    add_step,
    move,
    open_leave,
    refresh_tasks,
    tell_deciders,
    tell_officer,
)

Action = LeaveStep.Action


@transaction.atomic
def approve_leave(
    *, request_id: int, by: User, at: datetime, opinion: str = "", seen: int | None = None
) -> LeaveRequest:
    """Approve at the level of ``by``; the next level is told, or at the last one the officer.

    A level above decides for those below it too. Refuses the own leave, a level that is not the
    reader's, and annual leave that is not covered any more.
    """
    leave = open_leave(request_id, "approve", seen=seen)
    level = _level(leave, by)
    on = timezone.localdate(at)
    _refuse_uncovered(leave)
    later = [one for one in leave.levels if LEVELS.index(one) > LEVELS.index(level)]
    following = later[0] if later else ""
    move(leave, "approve", state="asked" if following else "", waits_for=following, on=on)
    step = add_step(leave, Action.APPROVE, by=by, at=at, level=level, opinion=opinion)
    record("leave.approved", by=by, on=leave, court=leave.officer.court, level=level)
    if following:
        tell_deciders(leave, step, at=at)
    else:
        tell_officer(leave, step, "leave_approved")
    refresh_tasks(leave.officer, on=on)
    return leave


@transaction.atomic
def refuse_leave(
    *, request_id: int, by: User, at: datetime, opinion: str, seen: int | None = None
) -> LeaveRequest:
    """Refuse for good, with a reason; days and hours are free again and the officer is told."""
    leave = open_leave(request_id, "refuse", seen=seen)
    step = _turned_down(leave, Action.REFUSE, by=by, at=at, opinion=opinion)
    record("leave.refused", by=by, on=leave, court=leave.officer.court, level=step.level)
    tell_officer(leave, step, "leave_refused")
    return leave


@transaction.atomic
def return_leave(
    *, request_id: int, by: User, at: datetime, opinion: str, seen: int | None = None
) -> LeaveRequest:
    """Send back to be changed, saying what; the officer asks again, and all levels anew."""
    leave = open_leave(request_id, "send_back", seen=seen)
    step = _turned_down(leave, Action.SEND_BACK, by=by, at=at, opinion=opinion)
    record("leave.returned", by=by, on=leave, court=leave.officer.court, level=step.level)
    tell_officer(leave, step, "leave_returned")
    return leave


def _turned_down(
    leave: LeaveRequest, action: str, *, by: User, at: datetime, opinion: str
) -> LeaveStep:
    level = _level(leave, by)
    if not opinion.strip():
        raise CannotDecide(_("Say why, so that the officer can do something about it."))
    on = timezone.localdate(at)
    move(leave, action, on=on)
    give_back_rest(leave)
    step = add_step(leave, action, by=by, at=at, level=level, opinion=opinion)
    refresh_tasks(leave.officer, on=on)
    return step


def _level(leave: LeaveRequest, by: User) -> str:
    if by.pk == leave.officer.user_id:
        raise CannotDecide(_("Nobody decides the own leave. The next level decides this one."))
    if by.pk == leave.entered_by_id:
        raise CannotDecide(_("You have entered this request, so somebody else decides it."))
    level = deciding_level(leave, by)
    if not level:
        text = _("This request waits for another level: %(level)s.")
        raise CannotDecide(text % {"level": leave.get_waits_for_display()})
    return level


def _refuse_uncovered(leave: LeaveRequest) -> None:
    if leave.kind != Kind.ANNUAL:
        return
    balance = balance_of(leave.officer, year=leave.start.year, on=leave.start)
    if balance.left < 0:
        text = _(
            "%(days)s days more are asked for than the year has left by now. Send the request back."
        )
        raise CannotDecide(text % {"days": -balance.left})


@transaction.atomic
def open_reason(*, leave: LeaveRequest, by: User) -> str:
    """The reason of a request, opened by somebody else: written down, and the officer sees it."""
    record_read(
        "leave.reason_read",
        by=by,
        on=leave.officer,
        court=leave.officer.court,
        request=leave.pk,
    )
    return leave.reason
