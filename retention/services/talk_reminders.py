"""Reminding of talks, follow-ups, help and what was agreed; and going up the tree when late."""

import logging
from collections.abc import Callable, Iterable
from datetime import date
from typing import TypeVar

from django.db import transaction
from django.db.models import Model
from django.urls import reverse

from cadres.rules.requests import LADDER_STEP, Rung, rung_reached
from courtparty.lib.workdays import Calendar, is_worked
from courtparty.notices.calendar import working_calendar
from courtparty.notices.services import notify_many
from retention.models import Setback, SetbackHelp, TalkFollowUp, TalkTask
from retention.selectors.talk_reminders import (
    agreed_due,
    carers_of,
    follow_ups_due,
    help_due,
    people_above,
    tasks_to_remind,
)

REMIND_DAYS = 3
_log = logging.getLogger(__name__)
Row = TypeVar("Row", bound=Model)


def remind_all(*, on: date) -> int:
    """Tell everybody of what is due. Run twice it tells once; on days off nobody.

    A talk is reminded of three working days before its day, on the day, and every five working
    days after it; five days late the secretaries near the officer are told, ten days late those
    who read the talks of the whole court. Returns how many notices were news.
    """
    calendar = working_calendar()
    if not is_worked(on, calendar):
        return 0
    told = _each(tasks_to_remind(on=on), lambda task: _remind_task(task, on, calendar))
    told += _each(follow_ups_due(on=on), lambda setback: _remind_follow_up(setback, on))
    told += _each(help_due(on=on), _remind_help)
    return told + _each(agreed_due(on=on), _remind_agreed)


def _each(rows: Iterable[Row], remind: Callable[[Row], int]) -> int:
    """One that fails is logged, and keeps nobody else from being reminded."""
    told = 0
    for row in rows:
        try:
            with transaction.atomic():
                told += remind(row)
        except Exception:
            _log.exception("reminder of %s %s failed", row._meta.label_lower, row.pk)
    return told


def _remind_task(task: TalkTask, on: date, calendar: Calendar) -> int:
    rung = rung_reached(due=task.due_on, on=on, remind_days=REMIND_DAYS, calendar=calendar)
    if rung is None:
        return 0
    key = f"talk-due:{task.pk}:{task.due_on.isoformat()}:{rung.key}"
    told = 0
    if task.holder:
        told = notify_many(
            [(task.holder, f"{key}:{task.holder_id}")],
            kind="talk_late" if on > task.due_on else "talk_due",
            url=reverse("retention:talk_mine"),
            day=task.due_on.isoformat(),
        )
    return told + _escalate(task, rung, key, on)


def _escalate(task: TalkTask, rung: Rung, key: str, on: date) -> int:
    if rung.days_late < LADDER_STEP:
        return 0
    above = people_above(task, on=on, is_whole_court=rung.is_escalated)
    return notify_many(
        [(one, f"{key}:up:{one.pk}") for one in above if one.pk != task.holder_id],
        kind="talk_late_below",
        url=reverse("retention:talk_list") + "?state=late",
        day=task.due_on.isoformat(),
    )


def _remind_follow_up(setback: Setback, on: date) -> int:
    day = setback.next_follow_up_on
    if day is None:
        return 0
    key = f"setback-follow:{setback.pk}:{day.isoformat()}"
    return notify_many(
        [(one, f"{key}:{one.pk}") for one in carers_of(setback.officer, on=on)],
        kind="setback_follow_up_due",
        url=setback.get_absolute_url(),
        day=day.isoformat(),
    )


def _remind_help(given: SetbackHelp) -> int:
    return notify_many(
        [(given.who, f"setback-help-due:{given.pk}:{given.until.isoformat()}")],
        kind="setback_help_due",
        url=given.setback.get_absolute_url(),
        day=given.until.isoformat(),
    )


def _remind_agreed(agreed: TalkFollowUp) -> int:
    talk = agreed.talk
    both = [one for one in (talk.holder, talk.officer.user) if one]
    return notify_many(
        [(one, f"talk-agreed-due:{agreed.pk}:{one.pk}") for one in both],
        kind="talk_agreed_due",
        url=talk.get_absolute_url(),
        day=agreed.due_on.isoformat(),
    )
