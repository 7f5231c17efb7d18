"""The care after a setback: help, follow-up, and its end. Which step may follow is a rule."""

from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from courtparty.accounts.models import User
from courtparty.audit.services import record, record_read
from courtparty.lib.conflicts import Conflict
from courtparty.notices.services import notify
from retention.models import Setback, SetbackFollowUp, SetbackHelp, Talk, TalkTask
from retention.rules.setbacks import next_follow_up, state_after
from retention.selectors.setback_sources import untouched
from retention.selectors.settings import court_settings
from retention.selectors.talk_people import people_to_ask
from retention.services.sent_twice import SENT_TWICE, refuse_twice
from retention.services.setback_intake import plan_setback_talk, take_away
from retention.services.talk_planning import close_tasks

State = Setback.State


class CannotCare(Exception):
    """The step can't be taken like this. Its text is for the user."""


def open_setback(setback: Setback, *, by: User) -> None:
    """Put down that a setback was read; its officer sees by whom and when."""
    record_read("setback.read", by=by, on=setback.officer, court=setback.court, setback=setback.pk)


def lock_setback(setback_id: int) -> Setback:
    setbacks = Setback.objects.select_for_update(of=("self",), no_key=True)
    return setbacks.select_related("court", "officer__user").get(pk=setback_id)


def overtaken(setback: Setback) -> Conflict:
    text = _("This setback is “%(state)s” by now: somebody was faster. Nothing was saved.")
    return Conflict(text % {"state": setback.get_state_display()}, url=setback.get_absolute_url())


def move_setback(setback: Setback, action: str, *, has_help: bool = False, **changed: Any) -> None:
    """Compare-and-set: of two at the same time one finds another state."""
    state = state_after(setback.state, action, has_help=has_help)
    here = Setback.objects.filter(pk=setback.pk, state=setback.state)
    if state is None or not here.update(state=state, **changed):
        raise overtaken(setback)
    setback.refresh_from_db(fields=["state", "next_follow_up_on", "ended_on", "end_reason"])


def _refuse_day(setback: Setback, day: date, at: datetime) -> None:
    if day > timezone.localdate(at):
        raise CannotCare(_("The date lies in the future."))
    if day < setback.happened_on:
        text = _("The setback happened on %(day)s: this can't be earlier.")
        raise CannotCare(text % {"day": setback.happened_on.isoformat()})


@transaction.atomic
def change_setback(*, setback_id: int, kind: str, detail: str, by: User) -> Setback:
    """Correct the kind or what is written of a running setback. Nobody is told."""
    setback = lock_setback(setback_id)
    if not setback.is_running:
        raise overtaken(setback)
    new = {"kind": kind, "detail": detail.strip()}
    changed = [name for name, value in new.items() if getattr(setback, name) != value]
    for name in changed:
        setattr(setback, name, new[name])
    if changed:
        try:
            with transaction.atomic():
                setback.save(update_fields=changed)
        except IntegrityError as same:
            text = _("A setback of this kind on this day is there already.")
            raise CannotCare(text) from same
        record("setback.changed", by=by, on=setback, court=setback.court, fields=changed)
    return setback


# -- help ---------------------------------------------------------------------------------------


@transaction.atomic
def add_help(
    *,
    setback_id: int,
    measure: str,
    text: str,
    who_id: int,
    until: date,
    by: User,
    at: datetime,
) -> SetbackHelp:
    """Arrange a measure of help. Whoever is to give it and the officer are told.

    Refuses a last day in the past and somebody who does not look after the officer.
    """
    setback = lock_setback(setback_id)
    on = timezone.localdate(at)
    if until < on:
        raise CannotCare(_("The day until when lies in the past."))
    if who_id not in {one.pk for one in people_to_ask(setback.officer, on=on)}:
        raise CannotCare(_("Choose somebody who looks after this officer."))
    just_now = SetbackHelp.objects.filter(
        setback=setback, added_by=by, added_at__gt=at - SENT_TWICE
    )
    same = {"measure": measure, "text": text.strip(), "who_id": who_id, "until": until}
    refuse_twice(just_now, url=setback.get_absolute_url(), **same)
    move_setback(setback, "help")
    given = SetbackHelp.objects.create(
        setback=setback,
        measure=measure,
        text=text.strip(),
        who_id=who_id,
        until=until,
        added_by=by,
        added_at=at,
    )
    record("setback.help_added", by=by, on=setback, court=setback.court)
    if given.who != by:
        _tell(given.who, "setback_help", f"setback-help:{given.pk}", setback, day=until.isoformat())
    _tell_officer(setback, f"setback-help-own:{given.pk}")
    return given


@transaction.atomic
def finish_help(*, help_id: int, by: User, at: datetime, is_dropped: bool = False) -> SetbackHelp:
    """Note a measure as given, or as not needed any more. Nobody is told."""
    given = SetbackHelp.objects.select_related("setback__court").get(pk=help_id)
    setback = given.setback
    here = SetbackHelp.objects.filter(pk=given.pk, done_on=None, is_dropped=False)
    done = {"is_dropped": True} if is_dropped else {"done_on": timezone.localdate(at)}
    if not setback.is_running or not here.update(**done):
        raise overtaken(setback)
    given.refresh_from_db()
    if is_dropped:
        record("setback.help_dropped", by=by, on=setback, court=setback.court)
    else:
        record("setback.help_done", by=by, on=setback, court=setback.court)
    return given


@transaction.atomic
def reopen_help(*, help_id: int, by: User) -> SetbackHelp:
    """Take back that a measure was given or dropped."""
    given = SetbackHelp.objects.select_related("setback__court").get(pk=help_id)
    ended = SetbackHelp.objects.filter(pk=given.pk).exclude(done_on=None, is_dropped=False)
    if not given.setback.is_running or not ended.update(done_on=None, is_dropped=False):
        raise overtaken(given.setback)
    given.refresh_from_db()
    record("setback.help_reopened", by=by, on=given.setback, court=given.setback.court)
    return given


# -- follow-up and end --------------------------------------------------------------------------


@transaction.atomic
def add_follow_up(
    *, setback_id: int, day: date, outcome: str, note: str, by: User, at: datetime
) -> SetbackFollowUp:
    """Note how the officer is on a day; the next follow-up is due so many days later.

    Refuses a day in the future, before the setback or before the talk, and a second one by the
    same person on one day. Nobody is told.
    """
    setback = lock_setback(setback_id)
    _refuse_day(setback, day, at)
    talked = held_days(setback)
    if talked and day < talked[0]:
        text = _("The talk was on %(day)s: a follow-up can't be earlier.")
        raise CannotCare(text % {"day": talked[0].isoformat()})
    if setback.state == State.OPEN:
        raise CannotCare(_("First comes the talk: enter it, then what followed."))
    due = next_follow_up(day, days=court_settings(setback.court).follow_up_days)
    last = setback.follow_ups.order_by("-day").values_list("day", flat=True).first()
    is_latest = last is None or day >= last
    next_on = due if is_latest else setback.next_follow_up_on
    move_setback(setback, "follow", next_follow_up_on=next_on)
    try:
        with transaction.atomic():
            follow_up = SetbackFollowUp.objects.create(
                setback=setback, day=day, outcome=outcome, note=note.strip(), by=by, at=at
            )
    except IntegrityError as same:
        raise CannotCare(_("You have entered a follow-up for this day already.")) from same
    record("setback.followed_up", by=by, on=setback, court=setback.court, day=day.isoformat())
    return follow_up


def held_days(setback: Setback) -> list[date]:
    """The days of the standing talks after this setback, first one first."""
    talks = Talk.objects.standing().filter(task__setback=setback).order_by("held_on")
    return list(talks.values_list("held_on", flat=True))


@transaction.atomic
def recover_setback(*, setback_id: int, on: date, by: User, at: datetime) -> Setback:
    """The officer is better: the care ends well. Refuses a day in the future or before it."""
    setback = lock_setback(setback_id)
    _refuse_day(setback, on, at)
    move_setback(setback, "recover", ended_on=on, next_follow_up_on=None)
    close_tasks(setback.talk_tasks.all(), reason=TalkTask.CancelReason.NOT_NEEDED)
    record("setback.recovered", by=by, on=setback, court=setback.court, day=on.isoformat())
    _tell_officer(setback, f"setback-better:{setback.pk}:{at.isoformat()}", kind="setback_ended")
    return setback


@transaction.atomic
def close_setback(*, setback_id: int, reason: str, on: date, by: User, at: datetime) -> Setback:
    """End the care for another reason; a talk still planned for it is cancelled."""
    setback = lock_setback(setback_id)
    _refuse_day(setback, on, at)
    move_setback(setback, "close", ended_on=on, end_reason=reason, next_follow_up_on=None)
    close_tasks(setback.talk_tasks.all(), reason=TalkTask.CancelReason.NOT_NEEDED)
    record("setback.closed", by=by, on=setback, court=setback.court)
    _tell_officer(setback, f"setback-closed:{setback.pk}:{at.isoformat()}", kind="setback_ended")
    return setback


@transaction.atomic
def withdraw_setback(*, setback_id: int, by: User) -> Setback:
    """Take back a setback entered by mistake, as long as nobody has acted on it."""
    setback = lock_setback(setback_id)
    if setback.state != State.OPEN:
        raise overtaken(setback)
    if not untouched(Setback.objects.filter(pk=setback.pk)).exists():
        raise CannotCare(_("Help has been entered already: end the care instead."))
    if not take_away(setback, by=by):
        raise overtaken(setback)
    setback.refresh_from_db(fields=["state"])
    return setback


@transaction.atomic
def reopen_setback(*, setback_id: int, by: User, at: datetime) -> Setback:
    """Take the care up again after its end; the next follow-up is due today.

    Where there has been no talk yet, that is planned again first. Refuses an officer who left.
    """
    setback = lock_setback(setback_id)
    if setback.officer.left_on is not None:
        raise CannotCare(_("This officer has left the court."))
    ended: dict[str, Any] = {"ended_on": None, "end_reason": ""}
    if held_days(setback):
        move_setback(setback, "reopen", next_follow_up_on=timezone.localdate(at), **ended)
    else:
        move_setback(setback, "reopen_untalked", **ended)
        plan_setback_talk(setback, by=by, at=at)
    record("setback.reopened", by=by, on=setback, court=setback.court)
    return setback


# -- after a talk -------------------------------------------------------------------------------


def note_talk(setback: Setback, *, held_on: date) -> None:
    """A talk after the setback was held: inside the transaction that enters it."""
    days = court_settings(setback.court).follow_up_days
    due = setback.next_follow_up_on or next_follow_up(held_on, days=days)
    has_help = setback.help.filter(is_dropped=False).exists()
    move_setback(setback, "talk", has_help=has_help, next_follow_up_on=due)


def unnote_talk(setback: Setback) -> bool:
    """The only talk after the setback is taken back; False where more has been built on it."""
    if state_after(setback.state, "untalk") is None:
        return False
    move_setback(setback, "untalk", next_follow_up_on=None)
    return True


def _tell(user: User, kind: str, key: str, setback: Setback, **params: Any) -> None:
    notify(user, kind=kind, key=key, url=setback.get_absolute_url(), **params)


def _tell_officer(setback: Setback, key: str, *, kind: str = "setback_help_own") -> None:
    if setback.officer.user:
        notify(setback.officer.user, kind=kind, key=key, url=reverse("retention:my_talks"))
