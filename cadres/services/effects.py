"""What follows from a change of an appointment, always in the transaction of that change."""

from datetime import date

from django.urls import reverse

from cadres.models import Appointment, Post
from cadres.services.allowance_marks import mark_runs_stale
from cadres.services.fulltime import refresh_breaches
from courtparty.accounts.models import User
from courtparty.accounts.selectors import holders_of
from courtparty.notices.services import notify, notify_many


def after_appointment_change(
    appointment: Appointment, *, first_day: date | None, on: date, by: User | None, told: str = ""
) -> None:
    """Bring everything that rests on ``appointment`` up to date. Called by every such service.

    ``first_day`` is the first day on which an allowance may differ now, None where none does.
    The officer is told by the notice of kind ``told``; those who keep the posts of the court are
    told when a seat has fallen vacant, which starts its clock.
    """
    # Locks the court before its runs, as those do who compute and approve them: never crosswise.
    refresh_breaches(court=appointment.court, on=on)
    if first_day is not None:
        mark_runs_stale(court=appointment.court, since=first_day)
    if told:
        _tell_officer(appointment, told)
    _tell_of_vacancy(appointment, on=on, by=by)


def _tell_officer(appointment: Appointment, kind: str) -> None:
    user = appointment.officer.user
    if user:
        version = f"{appointment.changed_at.isoformat()}:{appointment.term_end or ''}"
        key = f"{kind}:{appointment.pk}:{version}"
        notify(user, kind=kind, key=key, url=reverse("cadres:my_posts"))


def _tell_of_vacancy(appointment: Appointment, *, on: date, by: User | None) -> None:
    """A seat is told of once for each day it fell vacant on, and not while somebody holds it."""
    since = appointment.start if appointment.is_void else appointment.end
    if since is None or appointment.seat is None or _is_held(appointment, on=max(since, on)):
        return
    keepers = holders_of("cadres.manage_post", appointment.court, on=on)
    if by:
        keepers = keepers.exclude(pk=by.pk)
    key = f"seat-vacant:{appointment.pk}:{since.isoformat()}"
    notify_many(
        [(user, f"{key}:{user.pk}") for user in keepers.order_by("pk")],
        kind="seat_vacant",
        url=appointment.post.get_absolute_url(),
    )


def _is_held(appointment: Appointment, *, on: date) -> bool:
    """Whether somebody holds the seat on that day, or the post is closed by then."""
    seat = Appointment.objects.in_force(on=on).filter(post=appointment.post, seat=appointment.seat)
    is_open = Post.objects.open(on=on).filter(pk=appointment.post_id).exists()
    return seat.exists() or not is_open
