"""Reminding whoever an achievement or a proposal waits for, and, late, those above."""

import logging
from datetime import date

from django.db import transaction
from django.db.models import QuerySet

from cadres.rules.requests import Rung, rung_reached
from courtparty.accounts.models import User
from courtparty.accounts.selectors import holders_of
from courtparty.lib.workdays import Calendar, is_worked
from courtparty.notices.calendar import working_calendar
from courtparty.notices.services import notify_many
from retention.models import Achievement, AwardProposal
from retention.services.achievements import proposers_of
from retention.services.award_steps import CHECK, DECIDE

REMIND_DAYS = 5
_log = logging.getLogger(__name__)
Waiting = Achievement | AwardProposal


def remind_awards(*, on: date) -> int:
    """Remind of decisions due: before, on the day, then every five working days, once each.

    From ten working days late on the political department and the leadership hear of it too.
    Returns how many notices are new.
    """
    calendar = working_calendar()
    if not is_worked(on, calendar):
        return 0
    related = ("officer__department", "officer__branch", "officer__court")
    entered = Achievement.objects.filter(state=Achievement.State.ENTERED)
    under_way = AwardProposal.objects.under_way().select_related("proposed_by")
    waiting: list[QuerySet] = [entered.select_related(*related), under_way.select_related(*related)]
    return sum(
        _told(one, on, calendar) for rows in waiting for one in rows.order_by("pk").iterator(500)
    )


def _told(one: Waiting, on: date, calendar: Calendar) -> int:
    """One that fails is logged, and keeps nobody else from being reminded."""
    rung = rung_reached(due=one.due_on, on=on, remind_days=REMIND_DAYS, calendar=calendar)
    if rung is None:
        return 0
    try:
        return _remind(one, rung, on=on)
    except Exception:
        _log.exception("reminder of %s %s failed", type(one).__name__, one.pk)
        return 0


@transaction.atomic
def _remind(one: Waiting, rung: Rung, *, on: date) -> int:
    people = {person.pk: person for person in _desk(one, on=on)}
    if rung.is_escalated:
        for permission in (CHECK, DECIDE):
            found = holders_of(permission, one.officer.court, on=on)
            people |= {person.pk: person for person in found}
    people.pop(one.officer.user_id or 0, None)
    name = "achievement" if isinstance(one, Achievement) else "proposal"
    key = f"award-due:{name}:{one.pk}:{one.due_on.isoformat()}:{rung.key}"
    return notify_many(
        [(people[pk], f"{key}:{pk}") for pk in sorted(people)],
        kind="award_late" if on > one.due_on else "award_due",
        url=one.get_absolute_url(),
        day=one.due_on.isoformat(),
    )


def _desk(one: Waiting, *, on: date) -> list[User]:
    """Who is to take the next step."""
    if isinstance(one, Achievement):
        return proposers_of(one.officer, on=on)
    if one.state == AwardProposal.State.RETURNED:
        return [one.proposed_by]
    permission = DECIDE if one.state == AwardProposal.State.CHECKED else CHECK
    return list(holders_of(permission, one.officer.court, on=on))
