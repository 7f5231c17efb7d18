"""Allowance runs by the timetable: drafts made on the court's day, and reminders until paid."""

import logging
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from cadres.models import AllowanceRun, AllowanceStandard, CadreSettings
from cadres.rules.allowances import next_month, run_day
from cadres.selectors.settings import court_settings
from cadres.services.allowance_runs import (
    APPROVE,
    CHECK,
    MAKE,
    PAY,
    draft_run,
    tell_holders,
)
from courtparty.accounts.models import Unit
from courtparty.lib.workdays import Calendar, add_working_days
from courtparty.notices.calendar import working_calendar

State = AllowanceRun.State
WHOSE_TURN = {
    State.DRAFT: MAKE,
    State.SUBMITTED: CHECK,
    State.CHECKED: APPROVE,
    State.APPROVED: PAY,
}
REMIND_AFTER, ESCALATE_AFTER = 3, 5

_log = logging.getLogger(__name__)


def run_due(*, on: date) -> int:
    """Make the drafts that are due and remind of unpaid runs. Returns how many drafts.

    Called every morning and safe to repeat: a draft missed on its day is made up for until that
    month ends, and what was told once is not told again. Those who make runs are told of a draft.
    A court that fails is logged and keeps no other from its run.
    """
    calendar = working_calendar()
    made = 0
    for court in Unit.objects.courts().filter(is_active=True):
        try:
            made += _serve(court, calendar, on=on)
        except Exception:
            _log.exception("allowance runs of court %s failed", court.pk)
    return made


def _serve(court: Unit, calendar: Calendar, *, on: date) -> int:
    chosen, made = court_settings(court), 0
    if chosen.is_run_automatic:
        months = [*_missed(court, chosen, on=on), *_due(chosen, calendar, on=on)]
        made = sum(_draft(court, month, on=on) for month in months)
    _remind(court, chosen, calendar, on=on)
    return made


def _due(chosen: CadreSettings, calendar: Calendar, *, on: date) -> list[date]:
    """The months whose run is to be made by ``on``, on a day of the same month.

    For the month before, a run to be made early in the next month may be due in this one.
    """
    months = [on.replace(day=1)]
    if chosen.paid_month == CadreSettings.PaidMonth.PREVIOUS:
        months.insert(0, (months[0] - timedelta(days=1)).replace(day=1))
    return [month for month in months if _run_day(month, chosen, calendar) <= on]


def _missed(court: Unit, chosen: CadreSettings, *, on: date) -> list[date]:
    """The month before those looked at, when a court that had runs before has none for it."""
    month = (on.replace(day=1) - timedelta(days=1)).replace(day=1)
    if chosen.paid_month == CadreSettings.PaidMonth.PREVIOUS:
        month = (month - timedelta(days=1)).replace(day=1)
    has_runs = AllowanceRun.objects.standing().filter(court=court, month__lt=month).exists()
    return [month] if has_runs else []


def _run_day(month: date, chosen: CadreSettings, calendar: Calendar) -> date:
    is_paid_after = chosen.paid_month == CadreSettings.PaidMonth.PREVIOUS
    return run_day(month, day=chosen.run_day, is_paid_after=is_paid_after, calendar=calendar)


@transaction.atomic
def _draft(court: Unit, month: date, *, on: date) -> bool:
    """A month without a standard is left alone, and one that had a run, be it a discarded one."""
    standing = AllowanceStandard.objects.standing()
    standards = standing.filter(court=court, start__lt=next_month(month))
    if not standards.filter(Q(end=None) | Q(end__gt=month)).exists():
        return False
    if AllowanceRun.objects.filter(court=court, month=month).exists():
        return False
    run = draft_run(court=court, month=month, by=None, at=timezone.now())
    if run.officers:
        tell_holders(run, MAKE, kind="run_drafted", event="timetable", on=on)
    return True


def _remind(court: Unit, chosen: CadreSettings, calendar: Calendar, *, on: date) -> None:
    """After three working days whoever's turn it is, after five also those who approve runs."""
    unpaid = AllowanceRun.objects.filter(court=court, state__in=WHOSE_TURN, officers__gt=0)
    for run in unpaid.select_related("court").order_by("month"):
        due, turn = _run_day(run.month, chosen, calendar), WHOSE_TURN[State(run.state)]
        if on >= add_working_days(due, ESCALATE_AFTER, calendar):
            tell_holders(run, turn, APPROVE, kind="run_overdue", event="late", on=on)
        elif on >= add_working_days(due, REMIND_AFTER, calendar):
            tell_holders(run, turn, kind="run_unpaid", event="late", on=on)
