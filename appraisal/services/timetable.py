"""Cycles by the timetable: opened over the months just ended, and their last day announced."""

import logging
from datetime import date

from django.conf import settings as site
from django.db import transaction
from django.utils import translation

from appraisal.models import Cycle
from appraisal.rules.cycles import MANAGE, Due, Reminder, cycles_due, reminder_due
from appraisal.selectors.settings import settings_of
from appraisal.services.cycle_news import holders
from appraisal.services.cycles import CannotOpen, open_cycle
from courtparty.accounts.models import Unit
from courtparty.lib.workdays import Calendar, add_working_days
from courtparty.notices.calendar import working_calendar
from courtparty.notices.services import notify_many

DAYS_AHEAD = 3
KINDS = {
    Reminder.SOON: "cycle_ends_soon",
    Reminder.TODAY: "cycle_ends_today",
    Reminder.PAST: "cycle_overdue",
}

_log = logging.getLogger(__name__)


def open_due_cycles(*, on: date) -> int:
    """Open the cycles that courts want opened by ``on``. Returns how many.

    Called every morning and safe to repeat: a cycle of the same kind over the same months, be it
    closed, is not opened again. Appraisal administrators are told of each. A court that fails is
    logged and keeps no other from its cycles.
    """
    opened = 0
    for court in Unit.objects.courts().filter(is_active=True).order_by("path"):
        try:
            opened += _open_for(court, on=on)
        except Exception:
            _log.exception("opening the cycles of court %s failed", court.pk)
    return opened


def _open_for(court: Unit, *, on: date) -> int:
    chosen = settings_of(court)
    wanted = {
        "monthly": chosen.opens_monthly,
        "quarterly": chosen.opens_quarterly,
        "annual": chosen.opens_annual,
    }
    return sum(_open(court, due, on=on) for due in cycles_due(wanted, chosen.opening_day, on=on))


@transaction.atomic
def _open(court: Unit, due: Due, *, on: date) -> bool:
    there_is = Cycle.objects.filter(court=court, kind=due.kind)
    if there_is.filter(start__lt=due.period.end, end__gt=due.period.start).exists():
        return False
    try:
        # Names are stored, so they are made in the language of the site.
        with translation.override(site.LANGUAGE_CODE):
            cycle = open_cycle(
                court=court, kind=due.kind, start=due.period.start, end=due.period.end, by=None
            )
    except CannotOpen as refusal:
        _log.warning("the timetable can't open a cycle of court %s: %s", court.pk, refusal)
        return False
    keepers = holders(court, MANAGE, on=on)
    told = [(user, f"cycle-opened:{cycle.pk}:{pk}") for pk, user in keepers.items()]
    notify_many(told, kind="cycle_opened", url=cycle.get_absolute_url(), cycle=cycle.name)
    return True


def announce_last_days(*, on: date) -> int:
    """Tell those who collect of the last day: ahead of it, on it, and once after.

    They are the appraisal administrators and those who import figures; raters are told of what
    they have left by ``services.rating_returns``. Run twice, it tells once. Returns how many.
    """
    calendar = working_calendar()
    collecting = Cycle.objects.filter(state=Cycle.State.COLLECTING, collect_until__isnull=False)
    cycles = collecting.select_related("court").order_by("pk")
    return sum(_announce(cycle, calendar, on=on) for cycle in cycles)


@transaction.atomic
def _announce(cycle: Cycle, calendar: Calendar, *, on: date) -> int:
    until = cycle.collect_until
    if until is None:
        return 0
    ahead = add_working_days(until, -DAYS_AHEAD, calendar)
    reminder = reminder_due(until, ahead=ahead, on=on)
    if reminder is None:
        return 0
    people = holders(cycle.court, MANAGE, "appraisal.import_figures", on=on)
    told = [
        (user, f"cycle-until:{cycle.pk}:{until}:{reminder}:{pk}") for pk, user in people.items()
    ]
    return notify_many(
        told,
        kind=KINDS[reminder],
        url=cycle.get_absolute_url(),
        cycle=cycle.name,
        day=f"{until:%Y-%m-%d}",
    )
