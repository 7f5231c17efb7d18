"""Drafting a request, and writing the draft anew."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from cadres.models import Post, RequestLine, RequestStep, StaffingRequest
from cadres.rules.establishment import can_hold
from cadres.rules.posts import KINDS
from cadres.selectors.requests import version_of
from cadres.services.requests.steps import (
    CannotDraft,
    add_step,
    kept_file,
    lock_request,
    overtaken,
    refuse_future,
)
from courtparty.accounts.models import Unit, User
from courtparty.audit.services import record

Action = RequestStep.Action
MOST_LINES = 6
MOST_POSTS = 99


@dataclass(frozen=True, slots=True)
class PostAsked:
    """Posts of one kind in one unit, as a request asks for them."""

    unit: Unit
    kind: str
    count: int = 1
    is_fulltime: bool = False
    name: str = ""

    @property
    def key(self) -> tuple[int, str, str]:
        return self.unit.pk, self.kind, " ".join(self.name.split())

    @property
    def title(self) -> str:
        return Post(kind=self.kind, name=self.key[2]).title


# -- drafting -----------------------------------------------------------------------------------


@transaction.atomic
def draft_request(
    *,
    unit: Unit,
    title: str,
    addressee: str,
    reason: str,
    posts: Sequence[PostAsked],
    on: date,
    by: User,
    at: datetime,
    file: UploadedFile | None = None,
) -> StaffingRequest:
    """Draft a request for the Party organisation ``unit``; nobody is told before it is sent.

    Refuses no posts or more than six lines, posts outside of the organisation, those its kind
    can't hold, the same post twice, a second exclusive one, and a day in the future.
    """
    _refuse_posts(unit, posts)
    refuse_future(on, at)
    staffing = StaffingRequest.objects.create(
        court=Unit.objects.get(path=unit.court_path),
        unit=unit,
        title=title.strip(),
        addressee=addressee.strip(),
        reason=reason.strip(),
        created_by=by,
        created_at=at,
    )
    _store_lines(staffing, posts)
    add_step(staffing, Action.DRAFT, on=on, by=by, at=at, file=kept_file(file, by))
    record("request.drafted", by=by, on=staffing, court=staffing.court, lines=len(posts))
    return staffing


@transaction.atomic
def change_draft(
    *,
    request_id: int,
    unit: Unit,
    title: str,
    addressee: str,
    reason: str,
    posts: Sequence[PostAsked],
    on: date,
    by: User,
    at: datetime,
    file: UploadedFile | None = None,
    seen: int | None = None,
) -> StaffingRequest:
    """Write a draft anew; without a new file it keeps the old one. Nobody is told.

    ``seen`` is ``version_of`` the draft the person had before them: another one means that
    somebody was faster. Refuses what drafting refuses, another court's organisation, and what
    has left the draft.
    """
    _refuse_posts(unit, posts)
    refuse_future(on, at)
    staffing = lock_request(request_id)
    if unit.court_path != staffing.court.path:
        raise CannotDraft(_("A request stays with the court it was drafted for."))
    if seen is not None and seen != version_of(staffing):
        raise overtaken(staffing)
    drafts = StaffingRequest.objects.filter(pk=staffing.pk, state=StaffingRequest.State.DRAFTED)
    texts = {"title": title.strip(), "addressee": addressee.strip(), "reason": reason.strip()}
    if not drafts.update(unit=unit, **texts):
        raise overtaken(staffing)
    staffing.lines.all().delete()
    _store_lines(staffing, posts)
    drafted = staffing.steps.get(action=Action.DRAFT)
    drafted.on, drafted.file = on, kept_file(file, by) or drafted.file
    drafted.save(update_fields=["on", "file"])
    staffing.refresh_from_db()
    record("request.changed", by=by, on=staffing, court=staffing.court, lines=len(posts))
    return staffing


def _refuse_posts(unit: Unit, posts: Sequence[PostAsked]) -> None:
    if unit.kind not in Unit.PARTY_KINDS or not unit.is_active:
        raise CannotDraft(_("A request is made for a Party organisation that is in use."))
    if not 1 <= len(posts) <= MOST_LINES:
        text = _("Ask for at least one post, in at most %(most)s lines.")
        raise CannotDraft(text % {"most": MOST_LINES})
    for place, post in enumerate(posts):
        _refuse_post(unit, post)
        if post.key in [earlier.key for earlier in posts[:place]]:
            text = _("“%(post)s” in %(unit)s is in the request twice. Use one line and its number.")
            raise CannotDraft(text % _words(post))


def _refuse_post(unit: Unit, post: PostAsked) -> None:
    if not (post.unit.path.startswith(unit.path) and post.unit.is_active):
        text = _("%(unit)s does not belong to the organisation the request is for.")
        raise CannotDraft(text % _words(post))
    if not can_hold(post.unit.kind, post.kind):
        text = _("%(unit)s can't hold a post of the kind “%(post)s”: it is a %(kind)s.")
        raise CannotDraft(text % _words(post))
    if not 1 <= post.count <= MOST_POSTS:
        text = _("“%(post)s”: ask for 1 to %(most)s.")
        raise CannotDraft(text % {**_words(post), "most": MOST_POSTS})
    if KINDS[post.kind].is_exclusive:
        _refuse_second(post)


def _refuse_second(post: PostAsked) -> None:
    """Of an exclusive kind a unit has one, unless their names tell them apart."""
    if post.count != 1:
        text = _("%(unit)s has one “%(post)s” at most: ask for 1.")
        raise CannotDraft(text % _words(post))
    _unit, kind, name = post.key
    there = Post.objects.filter(unit=post.unit, kind=kind, name=name, is_exclusive=True)
    if there.filter(closed_on=None).exists():
        text = _("%(unit)s has the post “%(post)s” already. If it is vacant, appoint somebody.")
        raise CannotDraft(text % _words(post))


def _words(post: PostAsked) -> dict[str, str]:
    unit = post.unit
    return {
        "unit": unit.display_name,
        "post": post.title,
        "kind": str(unit.get_kind_display()),
    }


def _store_lines(staffing: StaffingRequest, posts: Sequence[PostAsked]) -> None:
    RequestLine.objects.bulk_create(
        RequestLine(
            request=staffing,
            unit=post.unit,
            kind=post.kind,
            name=post.key[2],
            count=post.count,
            is_fulltime=post.is_fulltime or KINDS[post.kind].is_fulltime,
        )
        for post in posts
    )
