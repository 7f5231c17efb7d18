"""Putting officers into posts, making terms longer, and taking back what was entered by mistake."""

from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cadres.models import Appointment, Approval, Officer, Post, TermExtension
from cadres.rules.appointments import last_day
from cadres.selectors.appointment_plans import OWN, AppointmentPlan, plan_of
from cadres.selectors.appointments import same_term
from cadres.services.approvals import enter_approval
from cadres.services.effects import after_appointment_change
from courtparty.accounts.models import User
from courtparty.audit.services import record
from courtparty.lib.conflicts import Conflict

NOTE_LENGTH = 200


class CannotAppoint(Exception):
    """The officer can't be put into the post like this. Its text is for the user."""


class CannotExtend(Exception):
    """The term can't be made longer like this. Its text is for the user."""


class CannotApprove(Exception):
    """The approval can't be recorded for this appointment. Its text is for the user."""


class CannotVoid(Exception):
    """The appointment can't be taken back like this. Its text is for the user."""


@transaction.atomic
def appoint(
    *,
    post_id: int,
    officer_id: int,
    start: date,
    by: User,
    document: dict[str, Any],
    higher_approval: dict[str, Any] | None = None,
    nature: str = Appointment.Nature.REGULAR,
    term: str = OWN,
    end: date | None = None,
    end_reason: str = "",
    note: str = "",
) -> Appointment:
    """Put an officer into the lowest free seat of a post from ``start`` on.

    ``term`` is an own one by the kind of organisation, or the ``running`` one of the
    organisation, as after a by-election. With ``end``, the first day no longer in the post, a
    holder of the past is entered. ``document`` and ``higher_approval`` are what
    ``enter_approval`` takes. The officer is told.

    Refuses a post not open or without a free seat in that time, an officer of another court, who
    has left, was not in work yet or is in the post already, who is no full Party member for an
    elected post, and a second full-time post at the same time.
    """
    post, officer = _locked(post_id, officer_id)
    _refuse_reason(end, end_reason)
    plan = plan_of(post=post, officer=officer, start=start, end=end, nature=nature, term=term)
    if plan.refusals:
        raise CannotAppoint(" ".join(plan.refusals))
    approval = enter_approval(court=post.court, by=by, **document)
    fields = {
        "nature": nature,
        "start": start,
        "end": end,
        "end_reason": end_reason if end else "",
        "note": note.strip(),
        "document": approval,
        "higher_approval": _approval(post, higher_approval, by),
        "created_by": by,
    }
    appointment = _store(post, officer, plan, fields)
    record(
        "appointment.made",
        by=by, on=appointment, court=post.court,
        officer=officer.pk, post=post.pk, start=start.isoformat(), document=approval.pk,
    )  # fmt: skip
    on = timezone.localdate()
    told = "" if end and end <= on else "appointment_made"
    after_appointment_change(appointment, first_day=start, on=on, by=by, told=told)
    return appointment


def _locked(post_id: int, officer_id: int) -> tuple[Post, Officer]:
    """Always the post first, so that two who appoint at once wait for each other in one order."""
    posts = Post.objects.select_for_update(of=("self",), no_key=True)
    post = posts.select_related("court", "unit").get(pk=post_id)
    officers = Officer.objects.select_for_update(of=("self",), no_key=True)
    officer = officers.select_related("court", "branch", "user").get(pk=officer_id)
    return post, officer


def _refuse_reason(end: date | None, end_reason: str) -> None:
    if end and end_reason not in Appointment.EndReason:
        raise CannotAppoint(_("Say why the appointment ended."))


def _approval(post: Post, facts: dict[str, Any] | None, by: User) -> Approval | None:
    return enter_approval(court=post.court, by=by, **facts) if facts else None


def _store(
    post: Post, officer: Officer, plan: AppointmentPlan, fields: dict[str, Any]
) -> Appointment:
    now = timezone.now()
    try:
        with transaction.atomic():
            return Appointment.objects.create(
                court=post.court,
                post=post,
                officer=officer,
                seat=plan.seat,
                term_end=plan.term_end,
                created_at=now,
                changed_at=now,
                **fields,
            )
    except IntegrityError:
        text = _("Somebody else has just filled this post. See who holds it now.")
        raise Conflict(text, url=post.get_absolute_url()) from None


@transaction.atomic
def extend_term(
    *,
    appointment_id: int,
    known_term_end: date | None,
    term_end: date,
    by: User,
    document: dict[str, Any],
    for_all: bool = False,
) -> list[Appointment]:
    """Make the term last up to, but not including, ``term_end``, under a document.

    ``known_term_end`` is the one the person saw. With ``for_all`` those of the same organisation
    whose term ends on the same day are extended too. Each officer is told. Refuses an appointment
    without a term, one that has ended or was taken back, and a term that is not longer.
    """
    appointment = standing_appointment(appointment_id, is_locking=False)
    _refuse_extension(appointment, term_end)
    approval = enter_approval(court=appointment.court, by=by, **document)
    extended = [appointment]
    if for_all:
        extended += same_term(appointment).select_related("court", "post__unit", "officer__user")
    # In one order, so that two who extend the same terms at once do not wait for each other.
    in_order = sorted(extended, key=lambda each: each.pk)
    for one in in_order:
        _extend(one, known_term_end, term_end, approval, by)
    # What follows locks the court, so it waits until the last of them is locked.
    on = timezone.localdate()
    for one in in_order:
        after_appointment_change(one, first_day=None, on=on, by=by, told="appointment_extended")
    return extended


def _refuse_extension(appointment: Appointment, term_end: date) -> None:
    if appointment.term_end is None:
        raise CannotExtend(_("This appointment has no term that could be extended."))
    if appointment.end:
        raise CannotExtend(_("The end of this appointment is on record: its term is over."))
    if term_end <= appointment.term_end:
        text = _("The term lasts until %(day)s already; the extension must be later.")
        raise CannotExtend(text % {"day": last_day(appointment.term_end).isoformat()})


def _extend(
    appointment: Appointment, known: date | None, term_end: date, approval: Approval, by: User
) -> None:
    """Compare-and-set, so that of two extensions at the same time one is refused."""
    same = Appointment.objects.standing().filter(pk=appointment.pk, term_end=known, end=None)
    if known is None or same.update(term_end=term_end) != 1:
        raise changed_meanwhile(appointment)
    appointment.term_end = term_end
    TermExtension.objects.create(
        appointment=appointment,
        old_term_end=known,
        new_term_end=term_end,
        approval=approval,
        by=by,
        at=timezone.now(),
    )
    record(
        "appointment.extended",
        by=by, on=appointment, court=appointment.court,
        day_before=known.isoformat(), day=term_end.isoformat(), document=approval.pk,
    )  # fmt: skip


def standing_appointment(appointment_id: int, *, is_locking: bool = True) -> Appointment:
    """An appointment to be changed, with what services read of it. Refuses one taken back."""
    appointments = Appointment.objects.select_related(
        "court", "post__unit", "officer__user", "higher_approval", "removal_document"
    )
    if is_locking:
        appointments = appointments.select_for_update(of=("self",), no_key=True)
    appointment = appointments.get(pk=appointment_id)
    if appointment.is_void:
        text = _("This appointment was taken back: it had been entered by mistake.")
        raise Conflict(text, url=appointment.get_absolute_url())
    return appointment


def changed_meanwhile(appointment: Appointment) -> Conflict:
    text = _("Somebody else has changed this appointment meanwhile. See how it stands now.")
    return Conflict(text, url=appointment.get_absolute_url())


@transaction.atomic
def record_approval(*, appointment_id: int, by: User, document: dict[str, Any]) -> Appointment:
    """Enter the higher body's approval of an appointment.

    Refuses one that has an approval already. Nobody is told: the officer sees it.
    """
    appointment = standing_appointment(appointment_id)
    approval = enter_approval(court=appointment.court, by=by, **document)
    lacking = Appointment.objects.standing().filter(pk=appointment.pk, higher_approval=None)
    if lacking.update(higher_approval=approval) != 1:
        text = _("The approval of the higher body is on record already: %(number)s.")
        raise CannotApprove(text % {"number": appointment.higher_approval or approval})
    appointment.higher_approval = approval
    record(
        "appointment.approved",
        by=by, on=appointment, court=appointment.court, document=approval.pk,
    )  # fmt: skip
    after_appointment_change(appointment, first_day=None, on=timezone.localdate(), by=by)
    return appointment


@transaction.atomic
def void_appointment(*, appointment_id: int, reason: str, by: User) -> Appointment:
    """Take back an appointment that was entered by mistake: as if it had never been.

    Its seat is free again. Allowances already paid for it stay paid, and the next run recovers
    them. The officer is told. Refuses without a reason, and one taken back already.
    """
    reason = " ".join(reason.split())
    if not reason:
        raise CannotVoid(_("Say what was wrong: it stays on record."))
    appointment = standing_appointment(appointment_id)
    note = f"{appointment.note}; {reason}" if appointment.note else reason
    if len(note) > NOTE_LENGTH:
        text = _(
            "Together with the note of the appointment this is too long; use %(n)s characters."
        )
        room = NOTE_LENGTH - len(appointment.note) - 2
        raise CannotVoid(text % {"n": max(room, 0)})
    now = timezone.now()
    standing = Appointment.objects.standing().filter(pk=appointment.pk)
    if standing.update(is_void=True, note=note, changed_at=now) != 1:
        raise changed_meanwhile(appointment)
    appointment.is_void, appointment.note, appointment.changed_at = True, note, now
    record(
        "appointment.voided",
        by=by, on=appointment, court=appointment.court,
        officer=appointment.officer_id, post=appointment.post_id,
    )  # fmt: skip
    after_appointment_change(
        appointment,
        first_day=appointment.start,
        on=timezone.localdate(now),
        by=by,
        told="appointment_voided",
    )
    return appointment
