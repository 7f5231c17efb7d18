"""Reminders of what is due: before, on the day, and while it is late.

Leave, make-up rest and check-ups are reminded of by their own pages; here it is pay and ranks.
Those who keep entitlements are told of numbers, an officer of the own day; no kind and no amount.
"""

import logging
from collections.abc import Mapping
from datetime import date, timedelta

from django.db import transaction
from django.urls import reverse

from courtparty.accounts.models import Unit
from courtparty.accounts.selectors import holders_of
from courtparty.lib.workdays import is_worked
from courtparty.notices.calendar import working_calendar
from courtparty.notices.services import notify_many
from retention.models import Entitlement
from retention.rules.entitlement_tables import PAY
from retention.selectors.entitlement_rules import MANAGE

BEFORE_DAYS, SOON_DAYS = 30, 30
# So many days a rung that was missed is still made up for.
CATCH_UP = 7
# Rung → the days after the day due on which it begins.
RUNGS: Mapping[str, int] = {"before": -BEFORE_DAYS, "due": 0, "late-30": 30, "late-90": 90}
KIND_OF = {
    "before": "entitlement_soon",
    "due": "entitlement_due",
    "late-30": "entitlement_late",
    "late-90": "entitlement_late",
}

_log = logging.getLogger(__name__)


def remind_entitlements(*, on: date) -> int:
    """Tell officers of their own, and once a week those who keep entitlements of how many.

    Run twice, it tells once; on days off nobody. A court that fails is logged and keeps no other
    from being told. Returns how many notices were news.
    """
    if not is_worked(on, working_calendar()):
        return 0
    told = 0
    for court in Unit.objects.courts().filter(is_active=True):
        try:
            told += _remind_court(court, on)
        except Exception:
            _log.exception("reminders of entitlements of court %s failed", court.pk)
    return told


@transaction.atomic
def _remind_court(court: Unit, on: date) -> int:
    told = sum(_remind_officers(court, rung, on) for rung in RUNGS)
    return told + _remind_keepers(court, on)


def _remind_officers(court: Unit, rung: str, on: date) -> int:
    latest = on - timedelta(days=RUNGS[rung])
    rows = (
        Entitlement.objects.open()
        .filter(court=court, kind__in=PAY, officer__left_on=None)
        .filter(due_on__gt=latest - timedelta(days=CATCH_UP), due_on__lte=latest)
        .exclude(officer__user=None)
        .select_related("officer__user")
        .defer("explained")
        .order_by("pk")
    )
    told = 0
    by_day: dict[date, list[Entitlement]] = {}
    for row in rows:
        by_day.setdefault(row.due_on, []).append(row)
    for day, those in by_day.items():
        told += notify_many(
            [
                (row.officer.user, f"entitlement:{row.pk}:{day}:{rung}")
                for row in those
                if row.officer.user
            ],
            kind=KIND_OF[rung],
            url=reverse("retention:my_entitlements"),
            day=day.isoformat(),
        )
    return told


def _remind_keepers(court: Unit, on: date) -> int:
    """Once a week how many are late, and once a month how many fall due within thirty days."""
    people = list(holders_of(MANAGE, court, on=on).order_by("pk"))
    pay = Entitlement.objects.open().filter(court=court, kind__in=PAY)
    page = reverse("retention:entitlement_list")
    year, week, _day = on.isocalendar()
    told = 0
    late = pay.filter(due_on__lt=on).count()
    if late:
        key = f"entitlements-late:{court.pk}:{year}-{week}"
        told += notify_many(
            [(one, f"{key}:{one.pk}") for one in people],
            kind="entitlements_late",
            url=f"{page}?when=late",
            count=late,
        )
    soon = pay.filter(due_on__gte=on, due_on__lte=on + timedelta(days=SOON_DAYS)).count()
    if soon:
        key = f"entitlements-soon:{court.pk}:{on:%Y-%m}"
        told += notify_many(
            [(one, f"{key}:{one.pk}") for one in people],
            kind="entitlements_soon",
            url=f"{page}?when=30",
            count=soon,
        )
    return told
