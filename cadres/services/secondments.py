"""Holders of a post who work elsewhere for a while."""

from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cadres.models import Appointment, Secondment
from cadres.rules.appointments import last_day
from cadres.services.appointments import standing_appointment
from cadres.services.approvals import enter_approval
from cadres.services.effects import after_appointment_change
from courtparty.accounts.models import User
from courtparty.audit.services import record
from courtparty.lib.conflicts import Conflict


class CannotSecond(Exception):
    """The holder can't be seconded like this. Its text is for the user."""


@transaction.atomic
def second_out(
    *,
    appointment_id: int,
    start: date,
    destination: str,
    by: User,
    end: date | None = None,
    document: dict[str, Any] | None = None,
) -> Secondment:
    """Note that the holder of a post works elsewhere from ``start``, and keeps the post.

    ``end`` is the first day back. The officer is told. Refuses days outside the appointment, who
    is only seconded in, and a time in which the holder is seconded already.
    """
    appointment = standing_appointment(appointment_id)
    end = end or appointment.end
    _refuse_days(appointment, start, end)
    destination = " ".join(destination.split())
    if not destination:
        raise CannotSecond(_("Say where the holder is seconded to."))
    approval = enter_approval(court=appointment.court, by=by, **document) if document else None
    try:
        with transaction.atomic():
            secondment = Secondment.objects.create(
                appointment=appointment,
                start=start,
                end=end,
                destination=destination,
                document=approval,
                by=by,
                at=timezone.now(),
            )
    except IntegrityError:
        raise CannotSecond(_("The holder is seconded already in that time.")) from None
    record(
        "secondment.started",
        by=by, on=appointment, court=appointment.court,
        officer=appointment.officer_id, post=appointment.post_id, day=start.isoformat(),
    )  # fmt: skip
    _follow(appointment, first_day=start, by=by, told="secondment_started")
    return secondment


def _refuse_days(appointment: Appointment, start: date, end: date | None) -> None:
    if appointment.nature == Appointment.Nature.SECONDED_IN:
        raise CannotSecond(_("Who is seconded in here has no post of this court to leave."))
    if start < appointment.start:
        text = _("The appointment begins on %(day)s: a secondment can't begin earlier.")
        raise CannotSecond(text % {"day": appointment.start.isoformat()})
    if appointment.end and (start >= appointment.end or (end or start) > appointment.end):
        text = _("The appointment lasts until %(day)s: a secondment can't last longer.")
        raise CannotSecond(text % {"day": last_day(appointment.end).isoformat()})
    if end and end <= start:
        raise CannotSecond(_("The last day of the secondment lies before its first."))


@transaction.atomic
def end_secondment(*, secondment_id: int, known_end: date | None, on: date, by: User) -> Secondment:
    """Note that the holder is back; ``on`` is the first day back in the post.

    ``known_end`` is the end the person saw. The officer is told. Refuses a day not after the
    start, one after the end of the appointment, and an end changed meanwhile.
    """
    secondment = Secondment.objects.get(pk=secondment_id)
    appointment = standing_appointment(secondment.appointment_id)
    if on <= secondment.start:
        text = _("The secondment began on %(day)s: its last day can't be earlier.")
        raise CannotSecond(text % {"day": secondment.start.isoformat()})
    _refuse_days(appointment, secondment.start, on)
    same = Secondment.objects.filter(pk=secondment.pk, end=known_end)
    try:
        with transaction.atomic():
            is_set = same.update(end=on) == 1
    except IntegrityError:
        raise CannotSecond(_("The holder is seconded again in that time.")) from None
    if not is_set:
        text = _("Somebody else has changed this secondment meanwhile. See how it stands now.")
        raise Conflict(text, url=appointment.get_absolute_url())
    secondment.end = on
    first_day = min(on, known_end or on)
    record(
        "secondment.ended",
        by=by, on=appointment, court=appointment.court,
        officer=appointment.officer_id, post=appointment.post_id, day=on.isoformat(),
    )  # fmt: skip
    _follow(appointment, first_day=first_day, by=by, told="secondment_ended")
    return secondment


def _follow(appointment: Appointment, *, first_day: date, by: User, told: str) -> None:
    now = timezone.now()
    Appointment.objects.filter(pk=appointment.pk).update(changed_at=now)
    appointment.changed_at = now
    on = timezone.localdate(now)
    after_appointment_change(appointment, first_day=first_day, on=on, by=by, told=told)
