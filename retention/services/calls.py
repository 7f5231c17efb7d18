"""Calls a health steward owes: asked for, made, tried in vain, closed, and reminded of."""

import logging
from collections.abc import Iterable
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from cadres.models import Officer
from courtparty.accounts.models import User
from courtparty.audit.services import record, record_read
from courtparty.lib.conflicts import Conflict
from courtparty.notices.services import notify_many
from retention.models import Screening, ScreeningAlert
from retention.rules.calls import Rung, may_move, rung_reached
from retention.selectors.calls import in_charge_of, unread_today
from retention.selectors.screening import stewards_for

_log = logging.getLogger(__name__)

State = ScreeningAlert.State


def raise_call(
    *, officer: Officer, why: str, at: datetime, screening: Screening | None = None
) -> ScreeningAlert:
    """Ask the stewards to call the officer on this day. Part of the caller's transaction.

    One that waits already is not doubled. The stewards are told that somebody is to be called;
    where there is none, those in charge are told that a steward is missing, and nothing else.
    """
    standing = ScreeningAlert.objects.to_call().filter(officer=officer, why=why)
    alert = standing.select_for_update(of=("self",), no_key=True).first()
    if alert:
        if screening:
            alert.screening = screening
            alert.save(update_fields=["screening"])
        return alert
    alert = ScreeningAlert(
        officer=officer,
        why=why,
        screening=screening,
        raised_at=at,
        due_on=timezone.localdate(at),
    )
    try:
        with transaction.atomic():
            alert.save()
    except IntegrityError:  # asked for by another questionnaire sent at this very moment
        return standing.get()
    record("call.asked", by=None, on=alert, court=officer.court)
    _tell_stewards(alert)
    return alert


def _tell_stewards(alert: ScreeningAlert) -> None:
    day = alert.due_on
    stewards = list(stewards_for(alert.officer, on=day).order_by("pk"))
    if stewards:
        told = [(person, f"call-owed:{alert.pk}:{person.pk}") for person in stewards]
        notify_many(told, kind="call_owed", url=reverse("retention:alert_list"))
        return
    # Once a day for the court, so that the number of notices says nothing.
    people = in_charge_of(alert.officer, on=day).order_by("pk")
    key = f"steward-missing:{alert.officer.court_id}:{day.isoformat()}"
    notify_many([(person, f"{key}:{person.pk}") for person in people], kind="steward_missing")


@transaction.atomic
def read_numbers(*, alerts: Iterable[ScreeningAlert], by: User, at: datetime) -> int:
    """Note that ``by`` was shown the names and telephone numbers of those to be called.

    Once a day for each officer, who can see it. Returns how many were noted now.
    """
    officers = unread_today(alerts, by, on=timezone.localdate(at))
    for officer in officers:
        record_read("call.read", by=by, on=officer, court=officer.court, reason="alert")
    return len(officers)


@transaction.atomic
def read_call(*, alert: ScreeningAlert, by: User) -> None:
    """Note that ``by`` opened the page of a call, with the number and the note on it."""
    officer = alert.officer
    record_read("call.read", by=by, on=officer, court=officer.court, reason="alert")


@transaction.atomic
def read_result(*, screening: Screening, by: User) -> None:
    """Note that ``by`` opened a result that its officer shows to the steward."""
    officer = screening.officer
    record_read("screening.read", by=by, on=officer, court=officer.court, reason="alert")


@transaction.atomic
def call_made(*, alert_id: int, note: str, by: User, at: datetime) -> ScreeningAlert:
    """Note that the officer was reached. Refused when somebody else has called meanwhile."""
    alert = _move(alert_id, State.CALLED, note, at, called_at=at, called_by=by)
    record("call.made", by=by, on=alert, court=alert.officer.court)
    return alert


@transaction.atomic
def close_call(*, alert_id: int, note: str, by: User, at: datetime) -> ScreeningAlert:
    """Close a call that was made: nothing more is to be done about it."""
    alert = _move(alert_id, State.CLOSED, note, at, closed_at=at, closed_by=by)
    record("call.closed", by=by, on=alert, court=alert.officer.court)
    return alert


@transaction.atomic
def not_reached(*, alert_id: int, note: str, by: User, at: datetime) -> ScreeningAlert:
    """Note a try in vain. The call is owed as before, and reminders go on."""
    alert = _locked(alert_id)
    still = ScreeningAlert.objects.to_call().filter(pk=alert.pk)
    if not still.update(tries=F("tries") + 1):
        raise _overtaken(alert)
    alert.refresh_from_db(fields=["tries"])
    _add_note(alert, _("not reached"), note, at)
    record("call.not_reached", by=by, on=alert, court=alert.officer.court)
    return alert


def _move(alert_id: int, to: str, note: str, at: datetime, **changed: object) -> ScreeningAlert:
    alert = _locked(alert_id)
    if not may_move(alert.state, to):
        raise _overtaken(alert)
    here = ScreeningAlert.objects.filter(pk=alert.pk, state=alert.state)
    if not here.update(state=to, **changed):
        raise _overtaken(alert)
    alert.refresh_from_db(fields=["state", *changed])
    _add_note(alert, str(alert.get_state_display()), note, at)
    return alert


def _locked(alert_id: int) -> ScreeningAlert:
    alerts = ScreeningAlert.objects.select_for_update(of=("self",), no_key=True)
    alert = alerts.select_related("officer__court").filter(pk=alert_id).first()
    if alert is None:  # the officer has just taken the wish back
        text = _("This call does not exist any more. Nothing was saved.")
        raise Conflict(text, url=reverse("retention:alert_list"))
    return alert


def _add_note(alert: ScreeningAlert, what: str, note: str, at: datetime) -> None:
    """One line under the other, each with its time; what was written is never changed."""
    if not note.strip():
        return
    line = f"{timezone.localtime(at):%Y-%m-%d %H:%M} ({what}) {note.strip()}"
    alert.note = "\n".join(filter(None, [alert.note, line]))
    alert.save(update_fields=["note"])


def _overtaken(alert: ScreeningAlert) -> Conflict:
    text = _("This call is “%(state)s” by now: somebody was faster. Nothing was saved.")
    words = {"state": alert.get_state_display()}
    return Conflict(text % words, url=alert.get_absolute_url())


# -- the ladder ---------------------------------------------------------------------------------


def remind_calls(*, at: datetime) -> int:
    """Remind of calls not made: the stewards in the afternoon; after work and on each morning
    that follows those in charge as well, who are told that a call is overdue and nothing else.

    Run twice it tells once, days off included. Returns how many notices were news.
    """
    waiting = ScreeningAlert.objects.to_call().select_related(
        "officer__court", "officer__department", "officer__branch"
    )
    local = timezone.localtime(at)
    told = 0
    for alert in waiting.order_by("pk"):
        rung = rung_reached(due=alert.due_on, at=local)
        if rung:
            told += _told(alert, rung, at=local)
    return told


def _told(alert: ScreeningAlert, rung: Rung, *, at: datetime) -> int:
    """One that fails is logged, and keeps nobody else from being reminded."""
    try:
        return _remind(alert, rung, at=at)
    except Exception:
        _log.exception("reminder of call %s failed", alert.pk)
        return 0


@transaction.atomic
def _remind(alert: ScreeningAlert, rung: Rung, *, at: datetime) -> int:
    today = timezone.localdate(at)
    stewards = stewards_for(alert.officer, on=today).order_by("pk")
    told = notify_many(
        [(person, f"call-reminder:{alert.pk}:{rung.key}:{person.pk}") for person in stewards],
        kind="call_overdue" if rung.is_escalated else "call_today",
        url=reverse("retention:alert_list"),
    )
    if rung.is_escalated:
        # One for a court and a day, however many calls: a number would say more than it should.
        people = in_charge_of(alert.officer, on=today).exclude(pk__in=stewards.values("pk"))
        key = f"call-escalated:{alert.officer.court_id}:{today.isoformat()}"
        told += notify_many(
            [(person, f"{key}:{person.pk}") for person in people.order_by("pk")],
            kind="call_escalated",
        )
    return told
