"""The register of actions: entered, followed up, closed; and reminders of them."""

import logging
from datetime import date, datetime

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from cadres.rules.requests import Rung, rung_reached
from courtparty.accounts.models import Unit, User
from courtparty.accounts.selectors import holders_of
from courtparty.audit.services import record
from courtparty.lib.conflicts import Conflict
from courtparty.lib.workdays import is_worked
from courtparty.notices.calendar import working_calendar
from courtparty.notices.services import notify, notify_many
from retention.models import ActionNote, RetentionAction
from retention.selectors.actions import KEEP, may_follow, may_keep, responsible_people, version_of
from retention.services.sent_twice import SENT_TWICE, refuse_twice

_log = logging.getLogger(__name__)
State = RetentionAction.State
REMIND_DAYS = 5
CLOSING = (State.DONE, State.DROPPED)


class CannotKeep(Exception):
    """The action can't be kept like this. Its text is for the user."""


@transaction.atomic
def add_action(
    *,
    unit: Unit,
    title: str,
    figure: str,
    why: str,
    responsible_id: int | None,
    due_on: date,
    by: User,
    at: datetime,
) -> RetentionAction:
    """Enter what is to be done, why, by whom and by when; whoever is responsible is told.

    Refuses an action nobody is responsible for, a person of another court or without an open
    account, and a day that is past.
    """
    court = Unit.objects.get(path=unit.court_path)
    responsible = _responsible(court, responsible_id)
    _refuse_past(due_on, at=at)
    _refuse_twice(unit, title.strip(), due_on, by=by, at=at)
    action = RetentionAction.objects.create(
        court=court,
        unit=unit,
        title=title.strip(),
        figure=figure,
        why=why.strip(),
        responsible=responsible,
        due_on=due_on,
        created_by=by,
        created_at=at,
    )
    record("action.added", by=by, on=action, court=court, day=due_on.isoformat())
    _tell_responsible(action, by=by, at=at)
    return action


def _refuse_twice(unit: Unit, title: str, due_on: date, *, by: User, at: datetime) -> None:
    just_now = RetentionAction.objects.filter(created_by=by, created_at__gt=at - SENT_TWICE)
    page = reverse("retention:action_list")
    refuse_twice(just_now, url=page, unit_id=unit.pk, title=title, due_on=due_on)


@transaction.atomic
def change_action(
    *,
    action_id: int,
    unit: Unit,
    title: str,
    figure: str,
    why: str,
    responsible_id: int | None,
    due_on: date,
    seen: str,
    by: User,
    at: datetime,
) -> RetentionAction:
    """Put an unfinished action anew; somebody newly responsible is told.

    ``seen`` is ``version_of`` the action as the page showed it. Refuses what entering refuses.
    """
    action = _kept(action_id, by=by)
    if version_of(action) != seen or action.state in CLOSING:
        raise _overtaken(action)
    if unit.court_path != action.court.path:
        raise CannotKeep(_("An action stays with the court it was entered for."))
    responsible = _responsible(action.court, responsible_id)
    if due_on != action.due_on:
        _refuse_past(due_on, at=at)
    is_new = responsible.pk != action.responsible_id
    action.unit, action.title, action.figure = unit, title.strip(), figure
    action.why, action.responsible, action.due_on = why.strip(), responsible, due_on
    action.save(update_fields=["unit", "title", "figure", "why", "responsible", "due_on"])
    record("action.changed", by=by, on=action, court=action.court, day=due_on.isoformat())
    if is_new:
        _tell_responsible(action, by=by, at=at)
    return action


@transaction.atomic
def follow_up_action(*, action_id: int, on: date, text: str, by: User, at: datetime) -> ActionNote:
    """Note what was found or done; an action not begun is then being done.

    Refuses anybody but who keeps the register or is responsible, a day in the future or before
    the action was entered, and a closed action.
    """
    action = _locked(action_id)
    if not may_follow(action, by):
        raise CannotKeep(_("Only who is responsible or keeps the register follows an action up."))
    _refuse_day(action, on, at=at)
    unfinished = RetentionAction.objects.unfinished().filter(pk=action.pk)
    if unfinished.update(state=State.DOING) != 1:
        raise _overtaken(action)
    just_now = ActionNote.objects.filter(action=action, by=by, at__gt=at - SENT_TWICE)
    refuse_twice(just_now, url=action.get_absolute_url(), on=on, text=text.strip())
    note = ActionNote.objects.create(action=action, on=on, text=text.strip(), by=by, at=at)
    record("action.followed", by=by, on=action, court=action.court, day=on.isoformat())
    return note


@transaction.atomic
def close_action(
    *, action_id: int, state: str, result: str, closed_on: date, by: User, at: datetime
) -> RetentionAction:
    """Note an action as done, or as dropped, with what came of it; who keeps it can reopen it.

    Refuses anybody but who keeps the register or is responsible, no result, and a closed action.
    """
    action = _locked(action_id)
    if not may_follow(action, by):
        raise CannotKeep(_("Only who is responsible or keeps the register closes an action."))
    if not result.strip():
        raise CannotKeep(_("Say what came of it, or why it is dropped."))
    _refuse_day(action, closed_on, at=at)
    unfinished = RetentionAction.objects.unfinished().filter(pk=action.pk)
    if state not in CLOSING or unfinished.update(state=state, closed_on=closed_on) != 1:
        raise _overtaken(action)
    action.state, action.closed_on, action.result = state, closed_on, result.strip()
    action.save(update_fields=["result"])
    record("action.closed", by=by, on=action, court=action.court, state=state)
    if action.created_by_id != by.pk:
        notify(
            action.created_by,
            kind="action_closed",
            key=f"action-closed:{action.pk}:{at.isoformat()}",
            url=action.get_absolute_url(),
        )
    return action


@transaction.atomic
def reopen_action(*, action_id: int, by: User, at: datetime) -> RetentionAction:
    """Take a closed action up again; whoever is responsible is told. The result stays until then.

    Refuses anybody but who keeps the register, and an action that is not closed.
    """
    action = _kept(action_id, by=by)
    closed = RetentionAction.objects.filter(pk=action.pk, state__in=CLOSING)
    if closed.update(state=State.DOING, closed_on=None) != 1:
        raise _overtaken(action)
    action.state, action.closed_on = State.DOING, None
    record("action.reopened", by=by, on=action, court=action.court)
    _tell_responsible(action, by=by, at=at)
    return action


# -- reminders ----------------------------------------------------------------------------------


def remind_actions(*, on: date) -> int:
    """Remind of actions due soon, today, or overdue; ten working days late also who keeps them.

    Run twice, it tells once; on days off nobody. Returns how many notices were news.
    """
    calendar = working_calendar()
    if not is_worked(on, calendar):
        return 0
    told = 0
    for action in RetentionAction.objects.unfinished().select_related("court", "responsible"):
        rung = rung_reached(due=action.due_on, on=on, remind_days=REMIND_DAYS, calendar=calendar)
        if rung:
            told += _told(action, rung, on=on)
    return told


def _told(action: RetentionAction, rung: Rung, *, on: date) -> int:
    """One that fails is logged, and keeps nobody else from being reminded."""
    try:
        return _remind(action, rung, on=on)
    except Exception:
        _log.exception("reminder of action %s failed", action.pk)
        return 0


@transaction.atomic
def _remind(action: RetentionAction, rung: Rung, *, on: date) -> int:
    people = User.objects.filter(pk=action.responsible_id, is_active=True)
    if rung.is_escalated or not people:
        people |= holders_of(KEEP, action.court, on=on)
    key = f"action-due:{action.pk}:{action.due_on.isoformat()}:{rung.key}"
    return notify_many(
        [(person, f"{key}:{person.pk}") for person in people.order_by("pk")],
        kind="action_late" if on > action.due_on else "action_due",
        url=action.get_absolute_url(),
        day=action.due_on.isoformat(),
    )


def _responsible(court: Unit, user_id: int | None) -> User:
    person = responsible_people(court).filter(pk=user_id).first() if user_id else None
    if person is None:
        raise CannotKeep(_("Name somebody of this court who is responsible."))
    return person


def _refuse_past(due_on: date, *, at: datetime) -> None:
    if due_on < timezone.localdate(at):
        raise CannotKeep(_("The day it is due is past. Choose today or a later day."))


def _refuse_day(action: RetentionAction, day: date, *, at: datetime) -> None:
    if not timezone.localdate(action.created_at) <= day <= timezone.localdate(at):
        raise CannotKeep(_("Give a day between the entry of the action and today."))


def _kept(action_id: int, *, by: User) -> RetentionAction:
    action = _locked(action_id)
    if not may_keep(action, by):
        raise CannotKeep(_("Only who keeps the register of this court does that."))
    return action


def _locked(action_id: int) -> RetentionAction:
    actions = RetentionAction.objects.select_for_update(of=("self",), no_key=True)
    return actions.select_related("court", "created_by", "responsible").get(pk=action_id)


def _tell_responsible(action: RetentionAction, *, by: User, at: datetime) -> None:
    if action.responsible_id != by.pk:
        notify(
            action.responsible,
            kind="action_given",
            key=f"action-given:{action.pk}:{action.responsible_id}:{at.isoformat()}",
            url=action.get_absolute_url(),
            day=action.due_on.isoformat(),
        )


def _overtaken(action: RetentionAction) -> Conflict:
    text = _("Somebody has changed this action since you opened it. Look at it as it is now.")
    return Conflict(text, url=action.get_absolute_url())
