"""The planning round in autumn, and closing a year of leave."""

import logging
from collections import Counter
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cadres.models import Officer
from courtparty.accounts.models import Unit, User
from courtparty.accounts.selectors import holders_of
from courtparty.audit.services import record
from courtparty.lib.conflicts import Conflict
from courtparty.lib.workdays import add_working_days
from courtparty.notices.calendar import working_calendar
from courtparty.notices.services import notify_many
from retention.models import LeaveCarry, LeaveRequest, LeaveRound, LeaveTask
from retention.selectors.leave_balances import balances
from retention.selectors.settings import court_settings

State = LeaveRound.State
_log = logging.getLogger(__name__)
# How long a round that the schedule opens lasts. Ours, not verified.
WORKING_DAYS_TO_PLAN = 20


class CannotChangeRound(Exception):
    """The round can't be opened, closed or settled like this. Its text is for the user."""


@transaction.atomic
def open_round(*, court: Unit, year: int, ends_on: date, by: User | None, on: date) -> LeaveRound:
    """Open the planning of what nobody has planned; each such officer and each head is told.

    Refuses a second round of a year, one for another year than this or the next, and an end that
    has passed.
    """
    if ends_on < on:
        raise CannotChangeRound(_("The planning can't end before it begins."))
    if year not in (on.year, on.year + 1):
        raise CannotChangeRound(_("Leave is planned for this year or the next one."))
    try:
        with transaction.atomic():
            opened = LeaveRound.objects.create(
                court=court, year=year, opened_on=on, ends_on=ends_on, opened_by=by
            )
    except IntegrityError:
        raise CannotChangeRound(
            _("The planning of %(year)s has been opened already.") % {"year": year}
        ) from None
    tasks = _tasks(opened, on=on)
    record("leave_round.opened", by=by, on=opened, court=court, year=year, count=len(tasks))
    _tell_officers(opened, tasks)
    tell_heads(opened, tasks, kind="leave_round_opened", on=on)
    return opened


def _tasks(leave_round: LeaveRound, *, on: date) -> list[LeaveTask]:
    """A line for each officer in service who has days without plan. Known ones stay."""
    officers = Officer.objects.in_service().filter(court=leave_round.court)
    known = set(leave_round.tasks.values_list("officer_id", flat=True))
    missing = [one for one in officers.select_related("court", "user") if one.pk not in known]
    found = balances(missing, year=leave_round.year, on=on, is_whole_year=True)
    rows = [
        LeaveTask(round=leave_round, officer=one, days_then=days, days=days)
        for one in missing
        if (days := found[one.pk].unplanned)
    ]
    return LeaveTask.objects.bulk_create(rows, batch_size=500)


def _tell_officers(leave_round: LeaveRound, tasks: list[LeaveTask]) -> None:
    told = [
        (task.officer.user, f"leave-to-plan:{leave_round.pk}:{task.officer.user_id}")
        for task in tasks
        if task.officer.user is not None
    ]
    notify_many(
        told,
        kind="leave_to_plan",
        url=f"{reverse('retention:my_leave')}?year={leave_round.year}",
        day=leave_round.ends_on.isoformat(),
    )


def tell_heads(
    leave_round: LeaveRound, tasks: list[LeaveTask], *, kind: str, on: date, rung: str = ""
) -> int:
    """Tell each head how many of the department have days without plan. Returns what was news."""
    departments = Counter(task.officer.department_id for task in tasks if task.days)
    told = 0
    for unit in Unit.objects.filter(pk__in=departments):
        heads = holders_of("retention.decide_leave", unit, on=on).filter(grants__role="head")
        told += notify_many(
            [
                (head, f"{kind}:{leave_round.pk}:{unit.pk}:{rung}:{head.pk}")
                for head in heads.distinct()
            ],
            kind=kind,
            url=leave_round.get_absolute_url(),
            day=leave_round.ends_on.isoformat(),
            count=departments[unit.pk],
        )
    return told


def open_due_rounds(*, on: date) -> int:
    """By schedule: open this year's planning in every court whose month has come. Run twice, once.

    Returns how many were opened.
    """
    begun = set(LeaveRound.objects.filter(year=on.year).values_list("court_id", flat=True))
    opened = 0
    for court in Unit.objects.courts().filter(is_active=True).exclude(pk__in=begun):
        if court_settings(court).leave_autumn_month > on.month:
            continue
        opened += _opened_due(court, on=on)
    return opened


def _opened_due(court: Unit, *, on: date) -> int:
    """One court that fails is logged, and keeps no other from its planning."""
    ends_on = add_working_days(on, WORKING_DAYS_TO_PLAN, working_calendar())
    try:
        open_round(court=court, year=on.year, ends_on=ends_on, by=None, on=on)
    except CannotChangeRound:  # somebody has just opened it by hand
        return 0
    except Exception:
        _log.exception("opening the planning of leave in court %s failed", court.pk)
        return 0
    return 1


@transaction.atomic
def refresh_round(*, round_id: int, on: date) -> int:
    """Count anew what is without plan in an open round, and take in who has come since.

    Changed in the meantime are those who joined, were corrected by hand, or have served longer.
    """
    leave_round = LeaveRound.objects.select_related("court").get(pk=round_id)
    if leave_round.state != State.OPEN:
        return 0
    tasks = list(leave_round.tasks.select_related("officer__court"))
    officers = [task.officer for task in tasks]
    found = balances(officers, year=leave_round.year, on=on, is_whole_year=True)
    changed = []
    for task in tasks:
        gone = task.officer.left_on is not None
        days = 0 if gone else found[task.officer_id].unplanned
        if days != task.days:
            task.days = days
            changed.append(task)
    LeaveTask.objects.bulk_update(changed, ["days"], batch_size=500)
    return len(changed) + len(_tasks(leave_round, on=on))


@transaction.atomic
def close_round(*, round_id: int, by: User, at: datetime) -> LeaveRound:
    """End the planning; what is still without plan stays on the list of leave not taken."""
    leave_round = LeaveRound.objects.select_related("court").get(pk=round_id)
    here = LeaveRound.objects.filter(pk=round_id, state=State.OPEN)
    if here.update(state=State.CLOSED, closed_at=at) != 1:
        raise _overtaken(leave_round)
    count = leave_round.tasks.filter(days__gt=0).count()
    record("leave_round.closed", by=by, on=leave_round, court=leave_round.court, count=count)
    return leave_round


@transaction.atomic
def settle_year(*, round_id: int, by: User, at: datetime) -> LeaveRound:
    """Close the year: nothing about its leave changes any more, and what is left is fixed.

    Refuses before the year is over, and while requests of the year wait for a decision or
    carry-overs for their officer.
    """
    leave_round = LeaveRound.objects.select_related("court").get(pk=round_id)
    # Leave asked for at this moment is either seen here, or sees that the year is closed.
    officers = Officer.objects.filter(court=leave_round.court).order_by("pk")
    list(officers.select_for_update(no_key=True).values_list("pk"))
    _refuse_settling(leave_round, on=timezone.localdate(at))
    here = LeaveRound.objects.filter(pk=round_id, state=State.CLOSED)
    if here.update(state=State.SETTLED, settled_at=at) != 1:
        raise _overtaken(leave_round)
    record(
        "leave_round.settled",
        by=by,
        on=leave_round,
        court=leave_round.court,
        year=leave_round.year,
    )
    return leave_round


def _refuse_settling(leave_round: LeaveRound, *, on: date) -> None:
    year = leave_round.year
    if leave_round.state == State.OPEN:
        raise CannotChangeRound(_("Close the planning first."))
    if on.year <= year:
        text = _("The year can be closed from 1 January %(year)s.")
        raise CannotChangeRound(text % {"year": year + 1})
    asked = LeaveRequest.objects.filter(officer__court=leave_round.court, state="asked")
    if count := asked.touching(date(year, 1, 1), date(year + 1, 1, 1)).count():
        text = ngettext(
            "%(count)s request of this year still waits for a decision.",
            "%(count)s requests of this year still wait for a decision.",
            count,
        )
        raise CannotChangeRound(text % {"count": count})
    carries = LeaveCarry.objects.filter(officer__court=leave_round.court, year=year)
    if count := carries.filter(state=LeaveCarry.State.PROPOSED).count():
        text = ngettext(
            "%(count)s carry-over still waits for the officer.",
            "%(count)s carry-overs still wait for their officers.",
            count,
        )
        raise CannotChangeRound(text % {"count": count})


def _overtaken(leave_round: LeaveRound) -> Conflict:
    text = _("This planning has been closed in the meantime. Nothing was saved.")
    return Conflict(text, url=leave_round.get_absolute_url())
