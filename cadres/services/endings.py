"""The end of an appointment: entered, corrected, taken back."""

from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from cadres.models import Appointment, Approval, Officer, Post, Secondment
from cadres.selectors.appointment_plans import period_refusals
from cadres.services.appointments import changed_meanwhile, standing_appointment
from cadres.services.approvals import enter_approval
from cadres.services.effects import after_appointment_change
from courtparty.accounts.models import User
from courtparty.audit.services import record


class CannotEnd(Exception):
    """The appointment can't end like this. Its text is for the user."""


@transaction.atomic
def end_appointment(
    *,
    appointment_id: int,
    reason: str,
    on: date,
    by: User,
    document: dict[str, Any] | None = None,
) -> Appointment:
    """End an appointment; ``on`` is the first day no longer in the post, also in the past.

    What was paid for later days is recovered by the next allowance run; a secondment ends with
    it. The officer is told, and those who keep the posts that a seat is vacant. Refuses an end
    that is on record already, one not after the start, and a removal without a document.
    """
    appointment = standing_appointment(appointment_id)
    if appointment.end:
        raise changed_meanwhile(appointment)
    _refuse_end(appointment, reason, on, has_document=document is not None)
    removal = enter_approval(court=appointment.court, by=by, **document) if document else None
    values = {"end": on, "end_reason": reason, "removal_document": removal}
    _set_end(appointment, None, values)
    record(
        "appointment.ended",
        by=by, on=appointment, court=appointment.court,
        reason=reason, day=on.isoformat(), **_facts(appointment),
    )  # fmt: skip
    _follow(appointment, first_day=on, by=by, told="appointment_ended")
    return appointment


@transaction.atomic
def change_end(
    *,
    appointment_id: int,
    known_end: date,
    reason: str,
    on: date,
    by: User,
    document: dict[str, Any] | None = None,
) -> Appointment:
    """Put a wrong end right: ``on`` is the first day no longer in the post.

    ``known_end`` is the end the person saw; without ``document`` the one on record stays. The
    officer is told. Refuses what ``end_appointment`` refuses, and a time in which another holds
    the seat.
    """
    appointment = _locked(appointment_id)
    kept = appointment.removal_document
    _refuse_end(appointment, reason, on, has_document=bool(document or kept))
    seat = _seat_until(appointment, on)
    removal = enter_approval(court=appointment.court, by=by, **document) if document else kept
    values = {"end": on, "end_reason": reason, "removal_document": removal, "seat": seat}
    _set_end(appointment, known_end, values)
    record(
        "appointment.end_changed",
        by=by, on=appointment, court=appointment.court,
        reason=reason, day_before=known_end.isoformat(), day=on.isoformat(), **_facts(appointment),
    )  # fmt: skip
    _follow(appointment, first_day=min(known_end, on), by=by, told="appointment_end_changed")
    return appointment


@transaction.atomic
def reopen_appointment(*, appointment_id: int, known_end: date, by: User) -> Appointment:
    """Take back an end entered by mistake: the officer is in the post without a break.

    The officer is told. Refuses where another holds the seat by now and none is free, where the
    post is closed, and an officer who has left.
    """
    appointment = _locked(appointment_id)
    seat = _seat_until(appointment, None)
    _set_end(
        appointment,
        known_end,
        {"end": None, "end_reason": "", "removal_document": None, "seat": seat},
    )
    record(
        "appointment.reopened",
        by=by, on=appointment, court=appointment.court,
        day_before=known_end.isoformat(), **_facts(appointment),
    )  # fmt: skip
    _follow(appointment, first_day=known_end, by=by, told="appointment_reopened")
    return appointment


def _locked(appointment_id: int) -> Appointment:
    """With its post and officer, as when appointing, because the seat may be another's by now."""
    appointment = standing_appointment(appointment_id)
    posts = Post.objects.select_for_update(of=("self",), no_key=True).select_related("unit")
    appointment.post = posts.get(pk=appointment.post_id)
    officers = Officer.objects.select_for_update(of=("self",), no_key=True).select_related("user")
    appointment.officer = officers.get(pk=appointment.officer_id)
    return appointment


def _refuse_end(appointment: Appointment, reason: str, on: date, *, has_document: bool) -> None:
    if on <= appointment.start:
        text = _(
            "The appointment began on %(day)s: the last day in the post can't be earlier. If it "
            "was never meant, take it back as entered by mistake."
        )
        raise CannotEnd(text % {"day": appointment.start.isoformat()})
    if reason not in Appointment.EndReason:
        raise CannotEnd(_("Say why the appointment ends."))
    if reason == Appointment.EndReason.REMOVED and not has_document:
        raise CannotEnd(_("A removal from the post rests on a document: enter its number."))


def _seat_until(appointment: Appointment, end: date | None) -> int | None:
    if appointment.end is None:
        raise changed_meanwhile(appointment)
    seat, refusals = period_refusals(appointment, end=end)
    if refusals:
        raise CannotEnd(" ".join(refusals))
    return seat


def _set_end(appointment: Appointment, known: date | None, values: dict[str, Any]) -> None:
    """Compare-and-set against the end that was seen; the database keeps the seat to one."""
    values = values | {"changed_at": timezone.now()}
    same = Appointment.objects.standing().filter(pk=appointment.pk, end=known)
    try:
        with transaction.atomic():
            is_set = same.update(**values) == 1
    except IntegrityError:
        is_set = False
    if not is_set:
        raise changed_meanwhile(appointment)
    for name, value in values.items():
        setattr(appointment, name, value)
    if appointment.end:
        _end_secondments(appointment.pk, appointment.end)


def _end_secondments(appointment_id: int, end: date) -> None:
    """Nobody is seconded out of a post no longer held; what had not begun does not take place."""
    beyond = Secondment.objects.filter(appointment=appointment_id).filter(
        Q(end=None) | Q(end__gt=end)
    )
    beyond.filter(start__gte=end).delete()
    beyond.update(end=end)


def _facts(appointment: Appointment) -> dict[str, int]:
    """What the log says of an appointment beside the change itself."""
    facts = {"officer": appointment.officer_id, "post": appointment.post_id}
    removal: Approval | None = appointment.removal_document
    return facts | {"document": removal.pk} if removal else facts


def _follow(appointment: Appointment, *, first_day: date, by: User, told: str) -> None:
    on = timezone.localdate()
    after_appointment_change(appointment, first_day=first_day, on=on, by=by, told=told)
