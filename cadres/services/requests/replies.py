"""The reply of the organisation department, and the posts it opens."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from cadres.models import Approval, Post, RequestLine, RequestStep, StaffingRequest
from cadres.rules.documents import document_number
from cadres.rules.posts import KINDS
from cadres.rules.requests import outcome
from cadres.selectors.requests import VIEW
from cadres.services.approvals import CannotEnter, enter_approval
from cadres.services.fulltime import refresh_breaches
from cadres.services.posts import CannotOpen, open_post
from cadres.services.requests.steps import (
    CannotRecord,
    add_step,
    kept_file,
    move_request,
    open_request,
)
from courtparty.accounts.models import User
from courtparty.accounts.selectors import holders_of
from courtparty.audit.services import record
from courtparty.jobs.models import StoredFile
from courtparty.notices.services import notify_many

Action = RequestStep.Action


@transaction.atomic
def answer_request(
    *,
    request_id: int,
    granted: Mapping[int, int],
    document: Mapping[str, Any],
    on: date,
    by: User,
    at: datetime,
    note: str = "",
    seen: int | None = None,
) -> StaffingRequest:
    """Enter the reply that came in on ``on``, and open the posts it grants, all or nothing.

    ``granted``: line → number of posts; ``document``: what ``enter_approval`` takes. Whether
    that approves, partly approves or refuses the request follows from the numbers. Refuses more
    than is outstanding, a document older than the request or younger than ``on``, and posts
    that can't be opened. Everybody else who may read the request is told.
    """
    staffing = open_request(request_id, Action.APPROVE, seen=seen, on=on, at=at)
    lines = list(staffing.lines.select_related("unit").order_by("pk"))
    total = _refuse_granted(lines, granted)
    action = outcome(
        asked=sum(line.count for line in lines),
        approved_before=sum(line.approved for line in lines),
        granted=total,
    )
    approval, file = _enter_reply(staffing, document, on=on, by=by)
    move_request(staffing, action, reply_due_on=None)
    step = add_step(
        staffing,
        action,
        on=on,
        by=by,
        at=at,
        number=approval.number,
        note=note,
        file=file,
        approval=approval,
        granted={str(line.pk): granted.get(line.pk, 0) for line in lines},
    )
    for line in lines:
        _open_posts(line, granted.get(line.pk, 0), approval, by=by)
    record(
        "request.answered",
        by=by, on=staffing, court=staffing.court, state=staffing.state, granted=total,
    )  # fmt: skip
    if total:
        refresh_breaches(court=staffing.court, on=timezone.localdate(at))
    _tell_of_reply(staffing, step, by=by, on=timezone.localdate(at))
    return staffing


def _refuse_granted(lines: Sequence[RequestLine], granted: Mapping[int, int]) -> int:
    """How many posts are granted in all; refuses more of a line than it still asks for."""
    for line in lines:
        left = line.count - line.approved
        if not 0 <= granted.get(line.pk, 0) <= left:
            text = _("“%(post)s”: between 0 and %(left)s can be granted.")
            words = {"post": Post(kind=line.kind, name=line.name).title, "left": left}
            raise CannotRecord(text % words)
    return sum(granted.get(line.pk, 0) for line in lines)


def _enter_reply(
    staffing: StaffingRequest, document: Mapping[str, Any], *, on: date, by: User
) -> tuple[Approval, StoredFile | None]:
    """The document of the reply, and the file the timeline shows for it."""
    sent = staffing.steps.filter(action__in=[Action.SEND, Action.RESEND]).order_by("-pk")[0]
    if not sent.on <= document["issued_on"] <= on:
        text = _(
            "The document is dated between the day the request was sent, %(sent)s, and the day "
            "the reply came in."
        )
        raise CannotRecord(text % {"sent": sent.on.isoformat()})
    file = document.get("file")
    number = document_number(document["number"])
    on_record = Approval.objects.filter(court=staffing.court, number=number).exclude(file=None)
    # A document on record keeps its own file: what was uploaded now is kept with the step.
    extra = kept_file(file, by) if file and on_record.exists() else None
    facts = {**document, "file": None if extra else file}
    try:
        approval = enter_approval(court=staffing.court, by=by, **facts)
    except CannotEnter as refusal:
        raise CannotRecord(str(refusal)) from None
    return approval, extra or approval.file


def _open_posts(line: RequestLine, count: int, approval: Approval, *, by: User) -> None:
    """The posts a reply grants of one line: exclusive ones each by itself, others in one."""
    if not count:
        return
    is_exclusive = KINDS[line.kind].is_exclusive
    RequestLine.objects.filter(pk=line.pk).update(approved=F("approved") + count)
    try:
        for seats in [1] * count if is_exclusive else [count]:
            open_post(
                unit=line.unit,
                kind=line.kind,
                name=line.name,
                authorised=seats,
                is_fulltime=line.is_fulltime,
                is_exclusive=is_exclusive,
                approval=approval,
                opened_on=approval.issued_on,
                request_line=line,
                by=by,
            )
    except CannotOpen as refusal:
        raise CannotRecord(str(refusal)) from None


def _tell_of_reply(staffing: StaffingRequest, step: RequestStep, *, by: User, on: date) -> None:
    readers = holders_of(VIEW, staffing.unit, on=on).exclude(pk=by.pk).order_by("pk")
    told = [(reader, f"request-answered:{step.pk}:{reader.pk}") for reader in readers]
    notify_many(told, kind="request_answered", url=staffing.get_absolute_url())
