"""What waits for a reader about leave."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from courtparty.accounts.models import User
from retention.models import LeaveCarry, LeavePlan, LeaveRequest, LeaveTask, Overtime
from retention.selectors.countable import Countable
from retention.selectors.leave import DECIDE
from retention.selectors.leave_levels import awaiting, overtime_awaiting, tasks_to_plan

SOON = timedelta(days=30)


def needs_of(user: User, *, on: date) -> Iterator[Countable]:
    if user.has_perm(DECIDE):
        yield from _as_decider(user)
    if not user.is_platform:
        yield from _as_officer(user, on=on)


def _as_decider(user: User) -> Iterator[Countable]:
    yield Countable(
        _("Leave requests to decide"),
        reverse("retention:leave_list") + "?waiting=mine",
        awaiting(user),
        "warning",
        "calendar-event",
    )
    yield Countable(
        _("Overtime to confirm"),
        reverse("retention:leave_overtime_list") + "?waiting=mine",
        overtime_awaiting(user),
        "info",
        "clock",
    )
    plans = LeavePlan.objects.visible_to(user, DECIDE).exclude(officer__user=user)
    yield Countable(
        _("Leave plans to agree to"),
        reverse("retention:leave_plan_list"),
        plans.filter(state=LeavePlan.State.PROPOSED, is_by_officer=True),
        "info",
        "calendar-range",
    )
    yield Countable(
        _("Officers whose leave is to be planned"),
        reverse("retention:leave_round_list"),
        tasks_to_plan(LeaveTask.objects.all(), user),
        "warning",
        "calendar-range",
    )


def _as_officer(user: User, *, on: date) -> Iterator[Countable]:
    mine = reverse("retention:my_leave")
    yield Countable(
        _("Your leave request was sent back"),
        mine,
        LeaveRequest.objects.filter(officer__user=user, state=LeaveRequest.State.RETURNED),
        "warning",
        "calendar-event",
    )
    yield Countable(
        _("Leave plans proposed to you"),
        mine,
        LeavePlan.objects.filter(
            officer__user=user, state=LeavePlan.State.PROPOSED, is_by_officer=False
        ),
        "warning",
        "calendar-range",
    )
    yield Countable(
        _("Carry-over of leave to answer"),
        mine,
        LeaveCarry.objects.filter(officer__user=user, state=LeaveCarry.State.PROPOSED),
        "warning",
        "calendar-range",
    )
    yield Countable(
        _("Annual leave to plan"),
        mine,
        LeaveTask.objects.to_do().filter(officer__user=user),
        "warning",
        "calendar-range",
    )
    yield Countable(
        _("Make-up rest that expires soon"),
        mine,
        Overtime.objects.restable(on=on).filter(officer__user=user, expires_on__lte=on + SOON),
        "warning",
        "clock-history",
    )
