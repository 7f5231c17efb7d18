"""Overtime: entered by the officer or the head, confirmed by somebody else."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from cadres.models import Officer
from courtparty.accounts.models import User
from courtparty.accounts.selectors import holders_of
from courtparty.audit.services import record
from courtparty.lib.conflicts import Conflict
from courtparty.notices.services import notify_many
from retention.models import Overtime
from retention.rules.overtime import ENTERED_WITHIN_DAYS, MOST_HOURS, expires_on
from retention.selectors.leave_balances import closed_years
from retention.selectors.settings import court_settings
from retention.services.leave_steps import lock_officer

State = Overtime.State


class CannotEnter(Exception):
    """Overtime can't be entered or decided like this. Its text is for the user."""


@transaction.atomic
def enter_overtime(
    *, officer_id: int, day: date, hours: Decimal, work: str, by: User, at: datetime
) -> Overtime:
    """Enter the overtime of one day; those who may confirm it are told.

    Refuses a day to come, before the officer began to work or too long ago, more hours than a day
    has, and a second entry for the same day.
    """
    officer = lock_officer(officer_id)
    on = timezone.localdate(at)
    _refuse_day(officer, day, on=on)
    if not 0 < hours <= MOST_HOURS:
        raise CannotEnter(_("A day has more than no hours and 24 at most."))
    if Overtime.objects.filter(officer=officer, day=day, state__in=["entered", "confirmed"]):
        text = _("Overtime of %(day)s is entered already. Withdraw it first to correct it.")
        raise CannotEnter(text % {"day": day.isoformat()})
    overtime = Overtime.objects.create(
        officer=officer,
        own_user=officer.user,
        day=day,
        hours=hours,
        work=" ".join(work.split()),
        expires_on=expires_on(day, court_settings(officer.court).rest_months),
        entered_by=by,
        entered_at=at,
    )
    record("overtime.entered", by=by, on=overtime, court=officer.court)
    _tell_confirmers(overtime, on=on)
    return overtime


def _refuse_day(officer: Officer, day: date, *, on: date) -> None:
    if day > on:
        raise CannotEnter(_("The day lies in the future."))
    if officer.work_since and day < officer.work_since.first:
        raise CannotEnter(_("The day lies before the officer began to work."))
    if officer.left_on is not None and day >= officer.left_on:
        raise CannotEnter(_("On that day the officer was not in service any more."))
    if day < on - timedelta(days=ENTERED_WITHIN_DAYS):
        text = _("Overtime is entered within %(days)s days. Ask the political department.")
        raise CannotEnter(text % {"days": ENTERED_WITHIN_DAYS})
    if day.year in closed_years(officer.court_id):
        raise CannotEnter(_("The year %(year)s is closed.") % {"year": day.year})


def _tell_confirmers(overtime: Overtime, *, on: date) -> None:
    holders = holders_of("retention.decide_leave", overtime.officer.department, on=on)
    parties = [pk for pk in (overtime.officer.user_id, overtime.entered_by_id) if pk is not None]
    people = holders.exclude(pk__in=parties).order_by("pk")
    notify_many(
        [(one, f"overtime-waits:{overtime.pk}:{one.pk}") for one in people],
        kind="overtime_waits",
        url=reverse("retention:leave_overtime_list"),
    )


@transaction.atomic
def confirm_overtime(*, overtime_id: int, by: User, at: datetime) -> Overtime:
    """Confirm hours that somebody else entered: from now on rest can be taken for them."""
    overtime = _decided(overtime_id, State.CONFIRMED, by=by, at=at)
    record("overtime.confirmed", by=by, on=overtime, court=overtime.officer.court)
    _tell_parties(overtime, "overtime_confirmed")
    return overtime


@transaction.atomic
def refuse_overtime(*, overtime_id: int, answer: str, by: User, at: datetime) -> Overtime:
    """Refuse an entry with a reason; the day can be entered again."""
    if not answer.strip():
        raise CannotEnter(_("Say why, so that it can be entered correctly."))
    overtime = _decided(overtime_id, State.REFUSED, by=by, at=at, answer=answer.strip())
    record("overtime.refused", by=by, on=overtime, court=overtime.officer.court)
    _tell_parties(overtime, "overtime_refused")
    return overtime


@transaction.atomic
def withdraw_overtime(*, overtime_id: int, by: User) -> Overtime:
    """Take back what is not confirmed yet."""
    overtime = Overtime.objects.select_related("officer__court").get(pk=overtime_id)
    here = Overtime.objects.filter(pk=overtime_id, state=State.ENTERED)
    if here.update(state=State.WITHDRAWN) != 1:
        raise _overtaken()
    record("overtime.withdrawn", by=by, on=overtime, court=overtime.officer.court)
    return overtime


def _decided(overtime_id: int, state: str, *, by: User, at: datetime, answer: str = "") -> Overtime:
    rows = Overtime.objects.select_for_update(of=("self",), no_key=True)
    overtime = rows.select_related("officer__court", "officer__user", "entered_by").get(
        pk=overtime_id
    )
    if by.pk in (overtime.officer.user_id, overtime.entered_by_id):
        raise CannotEnter(_("Overtime is confirmed by somebody other than who worked or entered."))
    here = Overtime.objects.filter(pk=overtime_id, state=State.ENTERED)
    if here.update(state=state, decided_by=by, decided_at=at, answer=answer) != 1:
        raise _overtaken()
    overtime.refresh_from_db(fields=["state", "decided_by", "decided_at", "answer"])
    return overtime


def _overtaken() -> Conflict:
    text = _("This overtime is decided or withdrawn already. Nothing was saved.")
    return Conflict(text, url=reverse("retention:leave_overtime_list"))


def _tell_parties(overtime: Overtime, kind: str) -> None:
    people = {one.pk: one for one in (overtime.officer.user, overtime.entered_by) if one}
    notify_many(
        [(one, f"overtime-decided:{overtime.pk}:{one.pk}") for one in people.values()],
        kind=kind,
        url=reverse("retention:my_leave"),
        day=overtime.day.isoformat(),
    )
