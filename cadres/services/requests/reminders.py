"""Reminding of replies: before they are due, on the day, and for as long as they do not come."""

import logging
from datetime import date

from django.db import transaction

from cadres.models import StaffingRequest
from cadres.rules.requests import Rung, rung_reached
from cadres.selectors.requests import MANAGE, VIEW
from cadres.selectors.settings import court_settings
from courtparty.accounts.selectors import holders_of
from courtparty.lib.workdays import is_worked
from courtparty.notices.calendar import working_calendar
from courtparty.notices.services import notify_many

_log = logging.getLogger(__name__)


def remind_replies(*, on: date) -> int:
    """Tell those who keep the requests of replies that are due soon, today, or overdue.

    Ten working days late, those who read the requests of the whole court are told as well.
    Run twice, it tells once; on days off nobody. Returns how many notices were news.
    """
    calendar = working_calendar()
    if not is_worked(on, calendar):
        return 0
    told = 0
    awaiting = StaffingRequest.objects.awaiting_reply().select_related("court", "unit")
    settings = {court: court_settings(court) for court in {one.court for one in awaiting}}
    for staffing in awaiting:
        due = staffing.reply_due_on
        days = settings[staffing.court].remind_days
        rung = due and rung_reached(due=due, on=on, remind_days=days, calendar=calendar)
        if due and rung:
            told += _told(staffing, due, rung, on=on)
    return told


def _told(staffing: StaffingRequest, due: date, rung: Rung, *, on: date) -> int:
    """One that fails is logged, and keeps nobody else from being reminded."""
    try:
        return _remind(staffing, due, rung, on=on)
    except Exception:
        _log.exception("reminder of request %s failed", staffing.pk)
        return 0


@transaction.atomic
def _remind(staffing: StaffingRequest, due: date, rung: Rung, *, on: date) -> int:
    people = holders_of(MANAGE, staffing.unit, on=on)
    if rung.is_escalated:
        people |= holders_of(VIEW, staffing.court, on=on)
    key = f"request-reply:{staffing.pk}:{due.isoformat()}:{rung.key}"
    return notify_many(
        [(person, f"{key}:{person.pk}") for person in people.order_by("pk")],
        kind="request_reply_late" if on > due else "request_reply_due",
        url=staffing.get_absolute_url(),
        day=due.isoformat(),
    )
