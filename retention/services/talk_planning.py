"""Single talks: planned for somebody, given to somebody else to hold, or cancelled."""

import uuid
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from cadres.models import Officer
from courtparty.accounts.models import User
from courtparty.audit.services import record
from courtparty.lib.conflicts import Conflict
from courtparty.notices.services import notify
from retention.models import Setback, TalkTask
from retention.models.talk_tasks import TalkTaskQuerySet
from retention.selectors.talk_people import people_of, people_to_ask
from retention.services.sent_twice import SENT_TWICE, refuse_twice

State, Kind = TalkTask.State, TalkTask.Kind
# What somebody may give as a reason; the others are the planning's own.
REASONS = (
    TalkTask.CancelReason.AWAY,
    TalkTask.CancelReason.NOT_NEEDED,
    TalkTask.CancelReason.MISTAKE,
)


class CannotPlan(Exception):
    """The talk can't be planned, given away or cancelled like this. Its text is for the user."""


@transaction.atomic
def plan_talk(
    *,
    officer_id: int,
    kind: str,
    due_on: date,
    by: User | None,
    reason_key: str = "",
    holder_id: int | None = None,
    setback: Setback | None = None,
    at: datetime | None = None,
) -> TalkTask:
    """Plan one talk with an officer; the holder, if none is named, is who leads the officer.

    The same ``reason_key`` while its talk is open changes nothing. Refuses an officer who has
    left, a day in the past where somebody enters it, and a talk by rule, which only the yearly
    planning makes. The holder and the officer are told.
    """
    now = at or timezone.now()
    officer = Officer.objects.select_related("court", "user").get(pk=officer_id)
    _refuse_plan(officer, kind, due_on, by, now)
    key = reason_key or f"other:{uuid.uuid4()}"
    known = TalkTask.objects.filter(court=officer.court, source_key=key, state=State.OPEN).first()
    if known:
        return known
    if by and kind == Kind.OTHER:
        just_now = TalkTask.objects.filter(
            officer=officer, created_by=by, kind=kind, created_at__gt=now - SENT_TWICE
        )
        refuse_twice(just_now, url=reverse("retention:talk_mine"), due_on=due_on)
    found = holder_id or people_of(officer.court, on=timezone.localdate(now)).holder_for(officer_id)
    try:
        with transaction.atomic():
            task = TalkTask.objects.create(
                court=officer.court,
                officer=officer,
                holder_id=found,
                kind=kind,
                setback=setback,
                source_key=key,
                due_on=due_on,
                is_assigned_by_hand=holder_id is not None,
                created_by=by,
                created_at=now,
            )
    except IntegrityError:  # somebody planned the same at this very moment
        return TalkTask.objects.get(court=officer.court, source_key=key, state=State.OPEN)
    record("talk.planned", by=by, on=task, court=task.court, day=due_on.isoformat())
    tell_holder(task)
    _tell_officer(task)
    return task


def _refuse_plan(officer: Officer, kind: str, due_on: date, by: User | None, now: datetime) -> None:
    if kind not in (Kind.SETBACK, Kind.OTHER):
        raise CannotPlan(_("Talks by rule are planned by themselves."))
    if officer.left_on is not None:
        raise CannotPlan(_("This officer has left the court."))
    if by and officer.user_id == by.pk:
        raise CannotPlan(_("A talk is held with somebody else, not with oneself."))
    if by and kind == Kind.OTHER and due_on < timezone.localdate(now):
        raise CannotPlan(_("The day by which to talk lies in the past."))


def tell_holder(task: TalkTask) -> None:
    """Whoever is to hold a talk is told once for each time it is given to them."""
    if task.holder:
        notify(
            task.holder,
            kind="talk_to_hold",
            key=f"talk-to-hold:{task.pk}:{task.holder_id}",
            url=reverse("retention:talk_mine"),
            day=task.due_on.isoformat(),
        )


def _tell_officer(task: TalkTask) -> None:
    if task.officer.user:
        notify(
            task.officer.user,
            kind="talk_with_you",
            key=f"talk-with-you:{task.pk}",
            url=reverse("retention:my_talks"),
            day=task.due_on.isoformat(),
        )


def lock_task(task_id: int) -> TalkTask:
    """The task for one transaction; of a talk after a setback the setback first, as everywhere.

    Who ends the care holds the setback and cancels its talks: the other way round the two would
    wait for each other.
    """
    setback = TalkTask.objects.filter(pk=task_id).values("setback")
    list(Setback.objects.select_for_update(no_key=True).filter(pk__in=setback).values("pk"))
    tasks = TalkTask.objects.select_for_update(of=("self",), no_key=True)
    return tasks.select_related("court", "officer__user", "setback", "holder").get(pk=task_id)


def not_open(task: TalkTask) -> Conflict:
    text = _("This talk is “%(state)s” by now: somebody was faster. Nothing was saved.")
    return Conflict(text % {"state": task.get_state_display()}, url=reverse("retention:talk_mine"))


@transaction.atomic
def assign_task(
    *, task_id: int, holder_id: int, by: User, at: datetime, due_on: date | None = None
) -> TalkTask:
    """Give an open talk to somebody else to hold, and, if it was asked for, another day.

    Refuses whoever does not hold talks where the officer belongs, the officer, and another day
    for a talk whose day follows from a rule. The new holder is told.
    """
    task = lock_task(task_id)
    if task.state != State.OPEN:
        raise not_open(task)
    on = timezone.localdate(at)
    if holder_id not in {one.pk for one in people_to_ask(task.officer, on=on)}:
        raise CannotPlan(_("Choose somebody who holds talks where the officer belongs."))
    day = due_on or task.due_on
    if day != task.due_on and task.kind != Kind.OTHER:
        raise CannotPlan(_("The day of this talk follows from its rule and can't be moved."))
    if day != task.due_on and day < on:
        raise CannotPlan(_("The day by which to talk lies in the past."))
    here = TalkTask.objects.filter(pk=task.pk, state=State.OPEN, holder=task.holder)
    if not here.update(holder=holder_id, due_on=day, is_assigned_by_hand=True):
        raise not_open(task)
    task = lock_task(task_id)
    record("talk.assigned", by=by, on=task, court=task.court, account=holder_id)
    tell_holder(task)
    return task


@transaction.atomic
def cancel_task(*, task_id: int, reason: str, by: User) -> TalkTask:
    """Cancel an open talk with a reason; it stays on record and counts as not held by nobody.

    Refuses a talk after a setback: that ends with its setback. The officer is not told, the
    holder is.
    """
    task = lock_task(task_id)
    if task.state != State.OPEN:
        raise not_open(task)
    if task.kind == Kind.SETBACK:
        raise CannotPlan(_("This talk belongs to a setback. End the care there instead."))
    if reason not in REASONS:
        raise CannotPlan(_("Choose one of the reasons."))
    if not close_tasks(TalkTask.objects.filter(pk=task.pk), reason=reason):
        raise not_open(task)
    task = lock_task(task_id)
    record("talk.cancelled", by=by, on=task, court=task.court, reason=reason)
    if task.holder and task.holder != by:
        notify(
            task.holder,
            kind="talk_cancelled",
            key=f"talk-cancelled:{task.pk}",
            url=reverse("retention:talk_mine"),
        )
    return task


@transaction.atomic
def restore_task(*, task_id: int, by: User) -> TalkTask:
    """Take a cancellation by hand back; the talk is to be held again, by its old day.

    Refuses what is not cancelled any more, a talk after a setback, one that has been planned anew
    since, and an officer who has left.
    """
    task = lock_task(task_id)
    if task.kind == Kind.SETBACK:
        raise CannotPlan(_("This talk belongs to a setback. Take the care up again there."))
    cancelled = TalkTask.objects.filter(
        pk=task.pk, state=State.CANCELLED, cancel_reason__in=REASONS
    )
    if task.officer.left_on is not None:
        raise CannotPlan(_("This officer has left the court."))
    try:
        with transaction.atomic():
            is_back = cancelled.update(state=State.OPEN, cancel_reason="")
    except IntegrityError:
        raise CannotPlan(_("This talk has been planned anew in the meantime.")) from None
    if not is_back:
        raise not_open(task)
    task = lock_task(task_id)
    record("talk.restored", by=by, on=task, court=task.court)
    tell_holder(task)
    return task


def close_tasks(tasks: TalkTaskQuerySet, *, reason: str) -> int:
    """Cancel those of ``tasks`` that are open, inside the caller's transaction."""
    open_tasks = tasks.filter(state=State.OPEN)
    closed: int = open_tasks.update(state=State.CANCELLED, cancel_reason=reason)
    return closed
