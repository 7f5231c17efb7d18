"""What an appointment would come to, and what speaks against it: for the page and the service."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cadres.models import Appointment, Officer, Post
from cadres.models.appointments import AppointmentQuerySet
from cadres.rules.appointments import (
    ELECTED,
    NEEDS_APPROVAL,
    Held,
    Person,
    free_seat,
    last_day,
    person_faults,
)
from cadres.rules.establishment import NumberChange, seat_opened
from cadres.rules.posts import term_end
from courtparty.accounts.models import Unit
from courtparty.lib.words import listed

OWN, RUNNING = "own", "running"

_FAULTS = {
    "before_work": gettext_lazy(
        "%(name)s has been in work since %(day)s only; an appointment can't begin earlier."
    ),
    "left": gettext_lazy("%(name)s left the court on %(day)s; an appointment ends by then."),
    "not_full_member": gettext_lazy(
        "%(name)s is not a full Party member. Only a full member can hold an elected Party post."
    ),
    "before_party": gettext_lazy(
        "%(name)s joined the Party on %(day)s; an elected Party post can't begin earlier."
    ),
    "before_full": gettext_lazy(
        "%(name)s became a full Party member on %(day)s; an elected Party post can't begin earlier."
    ),
}
_FAULT_DATES = {
    "before_work": "work_since",
    "left": "left_on",
    "before_party": "party_joined",
    "before_full": "party_full_since",
}


@dataclass(frozen=True, slots=True)
class AppointmentPlan:
    """Seat and term an appointment would have; with refusals it can't be made."""

    seat: int | None = None
    term_end: date | None = None
    refusals: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def plan_of(
    *,
    post: Post,
    officer: Officer,
    start: date,
    end: date | None = None,
    nature: str = Appointment.Nature.REGULAR,
    term: str = OWN,
) -> AppointmentPlan:
    """``officer`` in ``post`` from ``start`` up to, but not including, ``end``."""
    if end is not None and end <= start:
        return AppointmentPlan(refusals=[_("The last day lies before the first day in the post.")])
    standing = Appointment.objects.standing()
    holders = list(_touching(standing.filter(post=post), start, end).select_related("officer"))
    refusals = [
        *_against_place(post, officer, start, end),
        *_against_person(post, officer, start, end),
        *_against_second(standing, holders, post, officer, start, end),
    ]
    seat = None
    if nature != Appointment.Nature.SECONDED_IN:
        seat, full = _seat(post, holders, start, end)
        refusals += full
    until, without_term = _term(post, start, nature, term)
    return AppointmentPlan(seat, until, refusals + without_term, _warnings(post, officer, nature))


def _touching(
    appointments: AppointmentQuerySet, start: date, end: date | None
) -> AppointmentQuerySet:
    touching = appointments.filter(Q(end=None) | Q(end__gt=start))
    return touching.filter(start__lt=end) if end else touching


def _against_place(post: Post, officer: Officer, start: date, end: date | None) -> list[str]:
    if officer.court_id != post.court_id:
        return [_("The officer belongs to another court than the post.")]
    if start < post.opened_on:
        text = _("The post is authorised from %(day)s; nobody can be in it earlier.")
        return [text % {"day": post.opened_on.isoformat()}]
    if post.closed_on and (end is None or end > post.closed_on):
        text = _("The post was closed on %(day)s; an appointment ends by then.")
        return [text % {"day": post.closed_on.isoformat()}]
    return []


def _against_person(post: Post, officer: Officer, start: date, end: date | None) -> list[str]:
    faults = person_faults(
        person_of(officer), is_elected=post.kind in ELECTED, start=start, end=end
    )
    return [_fault_text(fault, officer) for fault in faults]


def person_of(officer: Officer) -> Person:
    joined, full, work = officer.party_joined, officer.party_full_since, officer.work_since
    return Person(
        is_full_member=officer.party_status == Officer.PartyStatus.FULL,
        works_since=work.first if work else None,
        joined_party=joined.first if joined else None,
        full_since=full.first if full else None,
        left_on=officer.left_on,
    )


def _fault_text(fault: str, officer: Officer) -> str:
    day = getattr(officer, _FAULT_DATES[fault]) if fault in _FAULT_DATES else ""
    return str(_FAULTS[fault]) % {"name": officer.name, "day": day}


def _against_second(
    standing: AppointmentQuerySet,
    holders: list[Appointment],
    post: Post,
    officer: Officer,
    start: date,
    end: date | None,
) -> list[str]:
    """The same post twice, or two full-time posts at the same time."""
    if any(one.officer_id == officer.pk for one in holders):
        text = _("%(name)s holds this very post in that time already.")
        return [text % {"name": officer.name}]
    if not post.is_fulltime:
        return []
    others = _touching(standing.filter(officer=officer, post__is_fulltime=True), start, end)
    other = others.select_related("post__unit").order_by("start").first()
    if other is None:
        return []
    text = _(
        "%(name)s holds another full-time post in that time: %(post)s, since %(day)s. End that "
        "appointment first."
    )
    words = {"name": officer.name, "post": other.post, "day": other.start.isoformat()}
    return [text % words]


def _seat(
    post: Post,
    holders: list[Appointment],
    start: date,
    end: date | None,
    preferred: int | None = None,
) -> tuple[int | None, list[str]]:
    seated = [one for one in holders if one.seat is not None]
    held = [Held(one.seat or 0, one.start, one.end) for one in seated]
    opened = _seats_opened(post)
    seats = [seat for seat, day in opened.items() if day <= start]
    seat = free_seat(seats, held, start=start, end=end, preferred=preferred)
    if seat:
        return seat, []
    later = free_seat(opened, held, start=start, end=end)
    if later is None:
        return None, [_full_text(seated, start)]
    text = _("A seat is free, but it is authorised from %(day)s only.")
    return None, [text % {"day": opened[later].isoformat()}]


def _seats_opened(post: Post) -> dict[int, date]:
    """Each seat, and from when it is authorised, apart from the opening of the post itself."""
    changes = [
        NumberChange(one.day, one.before, one.after) for one in post.seat_changes.order_by("pk")
    ]
    seats = range(1, post.authorised + 1)
    return {seat: seat_opened(seat, date.min, changes) for seat in seats}


def _full_text(seated: list[Appointment], start: date) -> str:
    names = listed(_holder(one) for one in sorted(seated, key=lambda one: (one.start, one.pk)))
    text = _("No seat of this post is free from %(day)s: %(holders)s.")
    return text % {"day": start.isoformat(), "holders": names}


def _holder(appointment: Appointment) -> str:
    words = {"name": appointment.officer.name, "first": appointment.start.isoformat()}
    if appointment.end is None:
        return _("held by %(name)s since %(first)s") % words
    words["last"] = last_day(appointment.end).isoformat()
    return _("held by %(name)s from %(first)s to %(last)s") % words


def _term(post: Post, start: date, nature: str, term: str) -> tuple[date | None, list[str]]:
    """Only who is elected has an own term; the organisation's may be joined by others too."""
    if post.kind not in ELECTED:
        return None, []
    if term == RUNNING:
        return _running(post, start)
    if nature != Appointment.Nature.REGULAR:
        return None, []
    return term_end(start, post.unit.kind), []


def _running(post: Post, start: date) -> tuple[date | None, list[str]]:
    until = running_term(post.unit, on=start)
    if until is None:
        text = _("No term of %(unit)s is on record for that day: choose a term of its own.")
        return None, [text % {"unit": post.unit.display_name}]
    if until <= start:
        text = _("The term of %(unit)s ended on %(day)s: choose a term of its own.")
        words = {"unit": post.unit.display_name, "day": until.isoformat()}
        return None, [text % words]
    return until, []


def running_term(unit: Unit, *, on: date) -> date | None:
    """The first day after the term the organisation is in: the latest of those elected to it."""
    elected = Appointment.objects.in_force(on=on).filter(
        post__unit=unit, post__kind__in=ELECTED, term_end__isnull=False
    )
    ends: Iterable[date | None] = elected.order_by("-term_end").values_list("term_end", flat=True)
    return next(iter(ends), None)


def _warnings(post: Post, officer: Officer, nature: str) -> list[str]:
    warnings = []
    if post.kind in NEEDS_APPROVAL and nature == Appointment.Nature.REGULAR:
        text = _(
            "This post is reported to the higher body for approval (regulation of 2019, article "
            "8). Enter its document here, or later on the page of the appointment."
        )
        warnings.append(text)
    in_branch = officer.branch_id in (None, post.unit_id)
    if post.unit.kind == Unit.Kind.BRANCH and not in_branch and post.kind in ELECTED:
        text = _("%(name)s is a member of another branch: %(branch)s.")
        warnings.append(text % {"name": officer.name, "branch": officer.branch})
    return warnings


def period_refusals(appointment: Appointment, *, end: date | None) -> tuple[int | None, list[str]]:
    """The seat an appointment would have with another end, and what speaks against that end.

    What the roster says today about the person is not asked again: the appointment was made.
    """
    if end is not None and end <= appointment.start:
        return None, [_("The last day lies before the first day in the post.")]
    post, officer, start = appointment.post, appointment.officer, appointment.start
    standing = Appointment.objects.standing().exclude(pk=appointment.pk)
    holders = list(_touching(standing.filter(post=post), start, end).select_related("officer"))
    refusals = _against_place(post, officer, start, end)
    refusals += _against_second(standing, holders, post, officer, start, end)
    if officer.left_on and (end is None or end > officer.left_on):
        refusals.append(_fault_text("left", officer))
    is_shorter = end is not None and appointment.end is not None and end <= appointment.end
    if appointment.seat is None or is_shorter:
        # A shorter time keeps its seat, even one that the post no longer has.
        return appointment.seat, refusals
    seat, full = _seat(post, holders, start, end, appointment.seat)
    return seat, refusals + full
