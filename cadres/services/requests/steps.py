"""What every step of a request has in common. Each is part of its caller's transaction."""

from datetime import date, datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext as _

from cadres.models import Approval, RequestStep, StaffingRequest
from cadres.rules.requests import BASES, state_after
from cadres.services.approvals import keep_attachment
from courtparty.accounts.models import User
from courtparty.jobs.models import StoredFile
from courtparty.lib.conflicts import Conflict


class CannotDraft(Exception):
    """The request can't be drafted like this. Its text is for the user."""


class CannotRecord(Exception):
    """The step can't be recorded like this. Its text is for the user."""


def lock_request(request_id: int) -> StaffingRequest:
    requests = StaffingRequest.objects.select_for_update(of=("self",), no_key=True)
    return requests.select_related("court", "unit").get(pk=request_id)


def open_request(
    request_id: int, action: str, *, seen: int | None, on: date, at: datetime
) -> StaffingRequest:
    """The request, locked, with ``action`` possible and nothing done to it since ``seen``."""
    staffing = lock_request(request_id)
    last = staffing.steps.order_by("-pk")[0]
    if state_after(staffing.state, action) is None or seen not in (None, last.pk):
        raise overtaken(staffing)
    refuse_future(on, at, CannotRecord)
    if on < last.on:
        text = _("The step before it bears the date %(day)s: this one can't be earlier.")
        raise CannotRecord(text % {"day": last.on.isoformat()})
    return staffing


def overtaken(staffing: StaffingRequest) -> Conflict:
    text = _("This request is “%(state)s” by now: somebody was faster. Nothing was saved.")
    words = {"state": staffing.get_state_display()}
    return Conflict(text % words, url=staffing.get_absolute_url())


def refuse_future(on: date, at: datetime, refusal: type[Exception] = CannotDraft) -> None:
    if on > timezone.localdate(at):
        raise refusal(_("The date lies in the future."))


def move_request(staffing: StaffingRequest, action: str, **changed: Any) -> None:
    """Compare-and-set: of two at the same time one finds another state."""
    state = state_after(staffing.state, action)
    here = StaffingRequest.objects.filter(pk=staffing.pk, state=staffing.state)
    if state is None or not here.update(state=state, **changed):
        raise overtaken(staffing)
    staffing.refresh_from_db(fields=["state", "reply_due_on"])


def add_step(
    staffing: StaffingRequest,
    action: str,
    *,
    on: date,
    by: User,
    at: datetime,
    number: str = "",
    note: str = "",
    file: StoredFile | None = None,
    approval: Approval | None = None,
    granted: dict[str, int] | None = None,
) -> RequestStep:
    number = " ".join(number.split())
    if BASES[action].needs_number and not number:
        raise CannotRecord(_("Give the number of the document."))
    return RequestStep.objects.create(
        request=staffing,
        action=action,
        state=staffing.state,
        on=on,
        by=by,
        at=at,
        number=number,
        note=note.strip(),
        file=file,
        approval=approval,
        granted=granted or {},
    )


def kept_file(file: UploadedFile | None, by: User) -> StoredFile | None:
    return keep_attachment(file, by=by) if file else None
