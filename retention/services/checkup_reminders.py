"""Reminding of check-ups, re-checks and follow-ups: before, on the day, and after it.

A sentence never says more than that something is due: what it is stands on the page it leads to.
"""

import logging
from collections import defaultdict
from collections.abc import Callable
from datetime import date
from functools import partial

from django.db import transaction
from django.urls import reverse

from courtparty.accounts.models import Unit, User
from courtparty.accounts.selectors import holders_of
from courtparty.lib.workdays import Calendar, is_worked
from courtparty.notices.calendar import working_calendar
from courtparty.notices.services import notify, notify_many
from retention.models import CheckUp, CheckUpCampaign, CheckUpResult, FollowUp
from retention.models.checkups import KEEP, VIEW
from retention.rules.checkups import RECHECK_BEFORE_DAYS, Rung, rung_reached

_log = logging.getLogger(__name__)


def remind_all(*, on: date) -> int:
    """Tell everybody whom something of health waits for. Run twice, it tells once.

    On days off nobody is told. One that fails is logged, and keeps nobody else from being
    reminded. Returns how many notices were news.
    """
    calendar = working_calendar()
    if not is_worked(on, calendar):
        return 0
    told = _remind_checkups(on, calendar)
    told += _remind_rechecks(on, calendar)
    return told + _remind_follow_ups(on, calendar)


def _remind_checkups(on: date, calendar: Calendar) -> int:
    waiting = CheckUp.objects.filter(
        state=CheckUp.State.DUE, campaign__state=CheckUpCampaign.State.OPEN
    ).select_related("campaign__court", "officer__user", "officer__department")
    late: defaultdict[tuple[CheckUpCampaign, Unit], int] = defaultdict(int)
    told = 0
    for checkup in waiting.defer("excuse").order_by("pk"):
        rung = rung_reached(due=checkup.due_on, on=on, calendar=calendar)
        if rung is None:
            continue
        told += _guarded(partial(_remind_officer, checkup, rung))
        if rung.is_escalated:
            late[checkup.campaign, checkup.officer.department] += 1
    for (campaign, department), count in late.items():
        told += _guarded(partial(_tell_of_late, campaign, department, count, on=on))
    return told


def _guarded(remind: Callable[[], int]) -> int:
    try:
        with transaction.atomic():
            return remind()
    except Exception:
        _log.exception("a reminder of health failed")
        return 0


def _remind_officer(checkup: CheckUp, rung: Rung) -> int:
    user = checkup.officer.user
    if user is None or not user.is_active:
        return 0
    kinds = {"before": "checkup_due_soon", "due": "checkup_due_today"}
    return notify(
        user,
        kind=kinds.get(rung.key, "checkup_overdue"),
        key=f"checkup:{checkup.pk}:{checkup.due_on.isoformat()}:{rung.key}",
        url=reverse("retention:my_health"),
        day=checkup.due_on.isoformat(),
    )


def _tell_of_late(campaign: CheckUpCampaign, department: Unit, count: int, *, on: date) -> int:
    """Once a week, the head of the department and the stewards: how many are late there."""
    of_court = holders_of(VIEW, campaign.court, on=on)
    heads = holders_of(VIEW, department, on=on).exclude(pk__in=of_court.values("pk"))
    stewards = holders_of(KEEP, campaign.court, on=on)
    year, week, _day = on.isocalendar()
    key = f"checkups-late:{campaign.pk}:{department.pk}:{year}-{week}"
    people: dict[int, User] = {user.pk: user for user in [*heads, *stewards]}
    return notify_many(
        [(user, f"{key}:{user.pk}") for user in people.values()],
        kind="checkups_late",
        url=campaign.get_absolute_url(),
        count=count,
    )


def _remind_rechecks(on: date, calendar: Calendar) -> int:
    """The officer alone is told that the own health file has something due."""
    waiting = CheckUpResult.objects.filter(rechecked_on=None).exclude(recheck_on=None)
    told = 0
    for result in waiting.select_related("checkup__officer__user").order_by("pk"):
        user, due = result.checkup.officer.user, result.recheck_on
        if user is None or not user.is_active or due is None:
            continue
        rung = rung_reached(due=due, on=on, calendar=calendar, before=RECHECK_BEFORE_DAYS)
        if rung is None:
            continue
        key = f"health-recheck:{result.pk}:{due.isoformat()}:{rung.key}"
        told += _guarded(partial(_remind_of_recheck, user, key))
    return told


def _remind_of_recheck(user: User, key: str) -> int:
    return notify(user, kind="health_file_due", key=key, url=reverse("retention:my_health"))


def _remind_follow_ups(on: date, calendar: Calendar) -> int:
    """The stewards of the court; nobody above them may know whom it concerns."""
    stewards: dict[int, list[User]] = {}
    told = 0
    waiting = FollowUp.objects.waiting().select_related("health_file__officer__court")
    for follow_up in waiting.order_by("pk"):
        rung = rung_reached(due=follow_up.due_on, on=on, calendar=calendar)
        if rung is None:
            continue
        officer = follow_up.health_file.officer
        if officer.court_id not in stewards:
            stewards[officer.court_id] = list(holders_of(KEEP, officer.court, on=on))
        people = [one for one in stewards[officer.court_id] if one.pk != officer.user_id]
        told += _guarded(partial(_remind_stewards, follow_up, rung, people))
    return told


def _remind_stewards(follow_up: FollowUp, rung: Rung, people: list[User]) -> int:
    key = f"health-follow-up:{follow_up.pk}:{follow_up.due_on.isoformat()}:{rung.key}"
    return notify_many(
        [(user, f"{key}:{user.pk}") for user in people],
        kind="health_follow_up_late" if rung.days_late else "health_follow_up_due",
        url=reverse("retention:health_file", args=[follow_up.health_file.officer_id]),
        day=follow_up.due_on.isoformat(),
    )
