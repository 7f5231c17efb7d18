"""What every step of a request for leave has in common, inside its caller's transaction."""

from datetime import date, datetime

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from cadres.models import Officer
from courtparty.accounts.models import User
from courtparty.lib.conflicts import Conflict
from courtparty.notices.services import notify_many
from retention.models import LeaveRequest, LeaveStep, LeaveTask
from retention.rules.leave_requests import state_after
from retention.selectors.leave_balances import balance_of
from retention.selectors.leave_levels import deciders


class CannotAsk(Exception):
    """Leave can't be asked for like this. Its text is for the user."""


class CannotDecide(Exception):
    """The request can't be decided like this, or not by this person. Its text is for the user."""


def lock_officer(officer_id: int) -> Officer:
    """Everything about one officer's leave waits for this row: two requests never spend a day."""
    officers = Officer.objects.select_for_update(of=("self",), no_key=True)
    return officers.select_related("court", "department", "user").get(pk=officer_id)


def open_leave(request_id: int, action: str, *, seen: int | None) -> LeaveRequest:
    """The request, locked, with ``action`` possible and nothing done to it since step ``seen``."""
    locked = LeaveRequest.objects.select_for_update(of=("self",), no_key=True)
    related = ("officer__court", "officer__department", "officer__user", "entered_by")
    leave = locked.select_related(*related).get(pk=request_id)
    if state_after(leave.state, action) is None or seen not in (None, last_step(leave)):
        raise overtaken(leave)
    return leave


def last_step(leave: LeaveRequest) -> int:
    """The number of the last step; 0 for a draft."""
    return leave.steps.aggregate(last=Max("number"))["last"] or 0


def overtaken(leave: LeaveRequest) -> Conflict:
    text = _("This request is “%(state)s” by now: somebody was faster. Nothing was saved.")
    return Conflict(text % {"state": leave.get_state_display()}, url=leave.get_absolute_url())


def move(
    leave: LeaveRequest,
    action: str,
    *,
    state: str = "",
    waits_for: str = "",
    on: date,
    **changed: object,
) -> None:
    """Compare-and-set: of two at the same time one finds another state, or another level."""
    after = state or state_after(leave.state, action)
    here = LeaveRequest.objects.filter(
        pk=leave.pk, state=leave.state, waits_for=leave.waits_for, start=leave.start, end=leave.end
    )
    values = {"state": after, "waits_for": waits_for, "waits_since": on if waits_for else None}
    if after is None or here.update(**values | changed) != 1:
        raise overtaken(leave)
    for name, value in (values | changed).items():
        setattr(leave, name, value)


def add_step(
    leave: LeaveRequest, action: str, *, by: User, at: datetime, level: str = "", opinion: str = ""
) -> LeaveStep:
    return LeaveStep.objects.create(
        request=leave,
        number=last_step(leave) + 1,
        action=action,
        level=level,
        opinion=opinion.strip(),
        by=by,
        asker=leave.officer.user,
        at=at,
    )


def tell_deciders(leave: LeaveRequest, step: LeaveStep, *, at: datetime) -> None:
    people = deciders(leave, leave.waits_for, on=timezone.localdate(at))
    notify_many(
        [(person, f"leave-waits:{leave.pk}:{step.number}:{person.pk}") for person in people],
        kind="leave_waits",
        url=leave.get_absolute_url(),
    )


def tell_officer(leave: LeaveRequest, step: LeaveStep, kind: str) -> None:
    """The officer, and whoever entered the request for an officer; not the one who acted."""
    people = {one.pk: one for one in (leave.officer.user, leave.entered_by) if one}
    people.pop(step.by_id, None)
    notify_many(
        [(one, f"leave-step:{leave.pk}:{step.number}:{one.pk}") for one in people.values()],
        kind=kind,
        url=leave.get_absolute_url(),
        day=leave.start.isoformat(),
    )


def refresh_tasks(officer: Officer, *, on: date) -> None:
    """Bring the officer's lines of open planning rounds up to date; mostly there are none."""
    tasks = LeaveTask.objects.filter(officer=officer, round__state="open").select_related("round")
    for task in tasks:
        balance = balance_of(officer, year=task.round.year, on=on, is_whole_year=True)
        LeaveTask.objects.filter(pk=task.pk).update(days=balance.unplanned)
