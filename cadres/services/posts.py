"""Keeping the establishment: opening posts, changing them, closing them, each under a document."""

from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from cadres.models import Appointment, Approval, Post, RequestLine, SeatChange
from cadres.rules.establishment import can_hold
from cadres.rules.posts import KINDS
from cadres.services.approvals import enter_approval
from cadres.services.fulltime import refresh_breaches
from courtparty.accounts.models import Unit, User
from courtparty.audit.services import record
from courtparty.lib.conflicts import Conflict

MOST_SEATS = 999


class CannotOpen(Exception):
    """The post can't be opened like this. Its text is for the user."""


class CannotChange(Exception):
    """The post can't be changed like this. Its text is for the user."""


class CannotClose(Exception):
    """The post can't be closed like this. Its text is for the user."""


@transaction.atomic
def enter_post(*, unit: Unit, document: dict[str, Any], by: User, **facts: Any) -> Post:
    """Enter a document and the post it authorises, both or neither.

    ``document`` is what ``enter_approval`` takes, ``facts`` what ``open_post`` takes; refuses
    what either refuses.
    """
    court = Unit.objects.get(path=unit.court_path)
    approval = enter_approval(court=court, by=by, **document)
    post = open_post(unit=unit, approval=approval, by=by, **facts)
    refresh_breaches(court=court, on=timezone.localdate())
    return post


@transaction.atomic
def open_post(
    *,
    unit: Unit,
    kind: str,
    authorised: int,
    approval: Approval,
    opened_on: date,
    by: User | None,
    name: str = "",
    is_fulltime: bool = False,
    is_exclusive: bool = True,
    note: str = "",
    request_line: RequestLine | None = None,
) -> Post:
    """Add a post of ``authorised`` seats to the establishment of ``unit``.

    Refuses a unit of another court than the document's, a unit that is out of use or cannot hold
    a post of this kind, a full-time kind that is not full-time, an exclusive post with several
    seats, and a second exclusive post of the same kind and name in the unit. Nobody is told: who
    asked for the post hears of the answer to the request.
    """
    name = " ".join(name.split())
    _refuse_place(unit, kind, approval)
    _refuse_combination(kind, authorised, is_fulltime=is_fulltime, is_exclusive=is_exclusive)
    fields = {
        "court": approval.court,
        "unit": unit,
        "kind": kind,
        "name": name,
        "authorised": authorised,
        "is_fulltime": is_fulltime,
        "is_exclusive": is_exclusive,
        "approval": approval,
        "opened_on": opened_on,
        "note": note.strip(),
        "request_line": request_line,
        "created_by": by,
        "created_at": timezone.now(),
    }
    try:
        with transaction.atomic():
            post = Post.objects.create(**fields)
    except IntegrityError:
        raise CannotOpen(_second_exclusive(unit, kind, name)) from None
    record(
        "post.opened",
        by=by, on=post, court=post.court,
        kind=kind, unit=unit.pk, authorised=authorised, document=approval.pk,
    )  # fmt: skip
    return post


def _refuse_place(unit: Unit, kind: str, approval: Approval) -> None:
    if unit.court_path != approval.court.path:
        raise CannotOpen(_("The document belongs to another court than the unit."))
    if not unit.is_active:
        text = _("%(unit)s is out of use: it gets no new posts.")
        raise CannotOpen(text % {"unit": unit.display_name})
    if kind not in KINDS or not can_hold(unit.kind, kind):
        text = _("%(unit)s can't hold a post of this kind: it is a %(kind)s.")
        words = {"unit": unit.display_name, "kind": unit.get_kind_display()}
        raise CannotOpen(text % words)


def _refuse_combination(
    kind: str, authorised: int, *, is_fulltime: bool, is_exclusive: bool
) -> None:
    if not 1 <= authorised <= MOST_SEATS:
        text = _("The authorised number lies between 1 and %(most)s.")
        raise CannotOpen(text % {"most": MOST_SEATS})
    if kind in Post.FULLTIME_KINDS and not is_fulltime:
        text = _("A post of the kind “%(kind)s” is full-time.")
        raise CannotOpen(text % {"kind": Post.Kind(kind).label})
    if is_exclusive and authorised != 1:
        raise CannotOpen(_("An exclusive post is held by one person: its authorised number is 1."))


def _second_exclusive(unit: Unit, kind: str, name: str) -> str:
    text = _(
        "%(unit)s has an open exclusive post of this kind and name already: “%(post)s”. Close "
        "that one first, or give this one another name."
    )
    return text % {"unit": unit.display_name, "post": Post(kind=kind, name=name).title}


@transaction.atomic
def change_post(
    *,
    post_id: int,
    name: str,
    note: str,
    authorised: int,
    seen: int,
    by: User,
    document: dict[str, Any] | None = None,
    changed_on: date | None = None,
) -> Post:
    """Rename a post, note something, or give it another authorised number under a new document.

    ``seen`` is the number the person had before them: another one means that somebody was
    faster. Refuses another number without document and day, several seats of an exclusive post,
    fewer seats than are held, a day before the post was opened or still to come, and a name that
    another exclusive post of the unit has. Nobody is told.
    """
    post = _open_post_of(post_id)
    if post.authorised != seen:
        raise _overtaken(post)
    new: dict[str, Any] = {"name": " ".join(name.split()), "note": note.strip()}
    facts: dict[str, Any] = {}
    if authorised != post.authorised:
        _refuse_number(post, authorised, document, changed_on)
        new |= {"authorised": authorised, "approval": _entered(post, document, by=by)}
        _keep_change(post, authorised, new["approval"], changed_on, by)
        facts = {"before": post.authorised, "after": authorised, "day": str(changed_on)}
        facts["document"] = new["approval"].pk
    changed = [field for field, value in new.items() if getattr(post, field) != value]
    if changed:
        _store_change(post, {field: new[field] for field in changed})
        record("post.changed", by=by, on=post, court=post.court, fields=changed, **facts)
    return post


def _keep_change(post: Post, authorised: int, approval: Approval, day: Any, by: User) -> None:
    SeatChange.objects.create(
        post=post,
        day=day,
        before=post.authorised,
        after=authorised,
        replaced=post.approval,
        approval=approval,
        by=by,
        at=timezone.now(),
    )


def _open_post_of(post_id: int) -> Post:
    """The post, locked against appointments and other changes; refused once it is closed."""
    posts = Post.objects.select_for_update(of=("self",), no_key=True).select_related(
        "court", "unit", "approval"
    )
    post = posts.get(pk=post_id)
    if post.closed_on:
        raise _overtaken(post)
    return post


def _overtaken(post: Post) -> Conflict:
    text = _("This post has been changed or closed since you opened the page. Nothing was saved.")
    return Conflict(text, url=post.get_absolute_url())


def _entered(post: Post, document: dict[str, Any] | None, *, by: User) -> Approval:
    return enter_approval(court=post.court, by=by, **(document or {}))


def _refuse_number(
    post: Post, authorised: int, document: dict[str, Any] | None, changed_on: date | None
) -> None:
    if not 1 <= authorised <= MOST_SEATS:
        text = _("The authorised number lies between 1 and %(most)s.")
        raise CannotChange(text % {"most": MOST_SEATS})
    if post.is_exclusive:
        raise CannotChange(_("An exclusive post has one seat. Open another post for more."))
    if document is None or changed_on is None:
        text = _("Another authorised number needs its document and the day from which it applies.")
        raise CannotChange(text)
    if not post.opened_on <= changed_on <= timezone.localdate():
        text = _("The new number applies from a day between %(opened)s and today.")
        raise CannotChange(text % {"opened": post.opened_on.isoformat()})
    _refuse_below_held(post, authorised, changed_on)


def _refuse_below_held(post: Post, authorised: int, changed_on: date) -> None:
    highest = _held(post, changed_on).order_by("-seat").values_list("seat", flat=True)
    seat = highest.exclude(seat=None).first()
    if seat and seat > authorised:
        text = _(
            "Seat %(seat)s is held on that day or later, so the number stays at %(seat)s or more. "
            "End that appointment first."
        )
        raise CannotChange(text % {"seat": seat})


def _held(post: Post, on: date) -> Any:
    """Appointments to the post that last on that day, or begin after it."""
    standing = Appointment.objects.standing().filter(post=post)
    return standing.filter(Q(end=None) | Q(end__gt=on))


def _store_change(post: Post, new: dict[str, Any]) -> None:
    for field, value in new.items():
        setattr(post, field, value)
    try:
        with transaction.atomic():
            post.save(update_fields=list(new))
    except IntegrityError:
        raise CannotChange(_second_exclusive(post.unit, post.kind, post.name)) from None


@transaction.atomic
def close_post(*, post_id: int, closed_on: date, document: dict[str, Any], by: User) -> Post:
    """Take a post out of the establishment from ``closed_on``, its first day without the post.

    Refuses while somebody holds it, or will, on that day or later, and a day not after the one
    it was opened on. What was is kept: the post and its holders stay on record. Nobody is told.
    """
    post = _open_post_of(post_id)
    if closed_on <= post.opened_on:
        text = _("The post was opened on %(opened)s: it can't be closed by then.")
        raise CannotClose(text % {"opened": post.opened_on.isoformat()})
    if _held(post, closed_on).exists():
        text = _("Somebody holds this post on that day or later. End the appointment first.")
        raise CannotClose(text)
    post.closed_on, post.closing_approval = closed_on, _entered(post, document, by=by)
    post.save(update_fields=["closed_on", "closing_approval"])
    record(
        "post.closed", by=by, on=post, court=post.court,
        day=str(closed_on), document=post.closing_approval.pk,
    )  # fmt: skip
    refresh_breaches(court=post.court, on=timezone.localdate())
    return post
