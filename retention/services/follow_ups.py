"""What the health steward has to do for an officer, until it is done."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from courtparty.accounts.models import User
from courtparty.audit.services import record
from courtparty.lib.conflicts import Conflict
from retention.models import FollowUp
from retention.services.health_reading import file_of

AHEAD = timedelta(days=3 * 366)
State = FollowUp.State


class CannotFollow(Exception):
    """The follow-up can't be kept like this. Its text is for the user."""


@transaction.atomic
def plan_follow_up(
    *, officer_id: int, kind: str, due_on: date, note: str, by: User, at: datetime
) -> FollowUp:
    """Plan something to do for an officer by a day. The stewards are reminded of it.

    Refuses a day that is past or far away. The officer sees it in the own health file.
    """
    _refuse_day(due_on, at)
    health_file = file_of(officer_id)
    follow_up = FollowUp.objects.create(
        health_file=health_file,
        kind=kind,
        due_on=due_on,
        note=note.strip(),
        created_by=by,
        created_at=at,
    )
    court = health_file.officer.court
    record("follow_up.planned", by=by, on=follow_up, court=court, day=due_on.isoformat())
    return follow_up


def _refuse_day(due_on: date, at: datetime) -> None:
    today = timezone.localdate(at)
    if due_on < today:
        raise CannotFollow(_("The day is past. Give today or a later day."))
    if due_on > today + AHEAD:
        raise CannotFollow(_("The day lies more than three years ahead. Check the year."))


@transaction.atomic
def move_follow_up(*, follow_up_id: int, due_on: date, by: User, at: datetime) -> FollowUp:
    """Put a follow-up off, or bring it forward. Refuses one that is closed."""
    _refuse_day(due_on, at)
    if FollowUp.objects.waiting().filter(pk=follow_up_id).update(due_on=due_on) != 1:
        raise _overtaken(follow_up_id)
    follow_up = _follow_up(follow_up_id)
    court = follow_up.health_file.officer.court
    record("follow_up.moved", by=by, on=follow_up, court=court, day=due_on.isoformat())
    return follow_up


@transaction.atomic
def close_follow_up(
    *, follow_up_id: int, state: str, outcome: str, by: User, at: datetime
) -> FollowUp:
    """Note a follow-up as done, or as not needed any more, with what came of it."""
    if state not in (State.DONE, State.DROPPED):
        raise CannotFollow(_("Choose whether it is done or not needed any more."))
    if not outcome.strip():
        raise CannotFollow(_("Write what came of it, or why it is not needed."))
    waiting = FollowUp.objects.waiting().filter(pk=follow_up_id)
    if waiting.update(state=state, closed_on=timezone.localdate(at), closed_by=by) != 1:
        raise _overtaken(follow_up_id)
    follow_up = _follow_up(follow_up_id)
    follow_up.outcome = outcome.strip()
    follow_up.save(update_fields=["outcome"])
    court = follow_up.health_file.officer.court
    record("follow_up.closed", by=by, on=follow_up, court=court, state=state)
    return follow_up


def _follow_up(follow_up_id: int) -> FollowUp:
    return FollowUp.objects.select_related("health_file__officer__court").get(pk=follow_up_id)


def _overtaken(follow_up_id: int) -> Conflict:
    text = _("This follow-up is closed by now: somebody was faster. Nothing was saved.")
    officer = _follow_up(follow_up_id).health_file.officer_id
    return Conflict(text, url=reverse("retention:health_file", args=[officer]))
