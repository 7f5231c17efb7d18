"""Reminders of leave: requests that wait, rest that expires, days that nobody has planned."""

import logging
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.urls import reverse

from courtparty.accounts.selectors import holders_of
from courtparty.lib.workdays import Calendar, is_worked, working_days_until
from courtparty.notices.calendar import working_calendar
from courtparty.notices.services import notify_many
from retention.models import LeaveRequest, LeaveRound, LeaveTask, Overtime
from retention.rules.leave_requests import LEVELS
from retention.selectors.leave_levels import deciders
from retention.services.leave_rounds import refresh_round, tell_heads

_log = logging.getLogger(__name__)

# Working days that a request waits before it is said again, and before the next level hears of it.
WAITS_DAYS, ESCALATES_DAYS = 2, 5
# Days before the last day of rest on which the officer is told.
EXPIRES_IN = (30, 7)
# Working days between reminders in a planning round, and before its end.
PLAN_EVERY, ROUND_ENDS_IN = 5, 3


def remind_leave(*, on: date) -> int:
    """Everything that is to be said today; on days off nothing. Run twice, it tells once.

    One reminder that fails is logged and keeps nobody else from being reminded. Returns how many
    notices were news.
    """
    calendar = working_calendar()
    if not is_worked(on, calendar):
        return 0
    asked = LeaveRequest.objects.filter(state=LeaveRequest.State.ASKED).select_related(
        "officer__court", "officer__department", "officer__user", "entered_by"
    )
    told = _each(asked.defer("reason"), _remind_request, on=on, calendar=calendar)
    told += _each(_expiring(on), _remind_rest, on=on, calendar=calendar)
    rounds = LeaveRound.objects.filter(state=LeaveRound.State.OPEN).select_related("court")
    return told + _each(rounds, _remind_round, on=on, calendar=calendar)


def _each(rows: Iterable[Any], remind: Callable[..., int], *, on: date, calendar: Calendar) -> int:
    told = 0
    for row in rows:
        try:
            with transaction.atomic():
                told += remind(row, on=on, calendar=calendar)
        except Exception:
            _log.exception("reminder of %s %s failed", row._meta.label, row.pk)
    return told


def _remind_request(leave: LeaveRequest, *, on: date, calendar: Calendar) -> int:
    """The rung reached last, so that a missed day is made good on the next."""
    since = leave.waits_since or on
    waited = working_days_until(since, on, calendar)
    rung = waited - waited % WAITS_DAYS
    if rung < WAITS_DAYS:
        return 0
    people = {one.pk: one for one in deciders(leave, leave.waits_for, on=on)}
    above = LEVELS[LEVELS.index(leave.waits_for) + 1 :]
    if waited >= ESCALATES_DAYS and above:
        people |= {one.pk: one for one in deciders(leave, above[0], on=on)}
    key = f"leave-late:{leave.pk}:{since.isoformat()}:{rung}"
    return notify_many(
        [(one, f"{key}:{one.pk}") for one in people.values()],
        kind="leave_still_waits",
        url=leave.get_absolute_url(),
        day=since.isoformat(),
    )


def _expiring(on: date) -> Iterable[Overtime]:
    rows = Overtime.objects.restable(on=on).filter(
        expires_on__lte=on + timedelta(days=max(EXPIRES_IN)), officer__user__isnull=False
    )
    return rows.select_related("officer__user")


def _remind_rest(overtime: Overtime, *, on: date, calendar: Calendar) -> int:
    left = (overtime.expires_on - on).days
    rung = min(days for days in EXPIRES_IN if left <= days)
    user = overtime.officer.user
    if user is None:
        return 0
    key = f"rest-expires:{overtime.pk}:{overtime.expires_on.isoformat()}:{rung}"
    return notify_many(
        [(user, key)],
        kind="rest_expires",
        url=reverse("retention:my_leave"),
        day=overtime.expires_on.isoformat(),
    )


def _remind_round(leave_round: LeaveRound, *, on: date, calendar: Calendar) -> int:
    refresh_round(round_id=leave_round.pk, on=on)
    tasks = list(
        LeaveTask.objects.to_do()
        .filter(round=leave_round)
        .select_related("officer__user", "officer__department")
    )
    left = working_days_until(on, leave_round.ends_on, calendar)
    if left <= ROUND_ENDS_IN:
        return _remind_of_end(leave_round, tasks, on=on, is_over=left < 0)
    rung = working_days_until(leave_round.opened_on, on, calendar) // PLAN_EVERY
    if not rung:
        return 0
    told = notify_many(
        [
            (task.officer.user, f"leave-to-plan:{leave_round.pk}:{rung}:{task.officer.user_id}")
            for task in tasks
            if task.officer.user
        ],
        kind="leave_to_plan",
        url=f"{reverse('retention:my_leave')}?year={leave_round.year}",
        day=leave_round.ends_on.isoformat(),
    )
    kind = "leave_team_to_plan"
    return told + tell_heads(leave_round, tasks, kind=kind, on=on, rung=str(rung))


def _remind_of_end(
    leave_round: LeaveRound, tasks: list[LeaveTask], *, on: date, is_over: bool
) -> int:
    kind = "leave_round_over" if is_over else "leave_round_ends"
    told = (
        0
        if is_over
        else tell_heads(leave_round, tasks, kind="leave_team_to_plan", on=on, rung="end")
    )
    keepers = holders_of("retention.manage_leave", leave_round.court, on=on)
    return told + notify_many(
        [(one, f"{kind}:{leave_round.pk}:{one.pk}") for one in keepers],
        kind=kind,
        url=leave_round.get_absolute_url(),
        day=leave_round.ends_on.isoformat(),
        count=len(tasks),
    )
