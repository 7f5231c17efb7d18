"""Sending a request, asking for the reply, sending it again, giving it up."""

from datetime import date, datetime

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from cadres.models import RequestStep, StaffingRequest
from cadres.rules.requests import reply_due
from cadres.selectors.settings import court_settings
from cadres.services.requests.steps import add_step, kept_file, move_request, open_request
from courtparty.accounts.models import User
from courtparty.audit.services import record
from courtparty.notices.calendar import working_calendar

Action = RequestStep.Action


@transaction.atomic
def send_request(
    *,
    request_id: int,
    number: str,
    on: date,
    by: User,
    at: datetime,
    note: str = "",
    file: UploadedFile | None = None,
    seen: int | None = None,
) -> StaffingRequest:
    """Note that a draft went out; the reply is due so many working days after ``on``.

    ``seen`` is the last step the person had before them, here and below: another one means that
    somebody was faster. Refuses a step without the number it needs, and a day in the future or
    before the step before. Nobody is told until the reply is due.
    """
    staffing = open_request(request_id, Action.SEND, seen=seen, on=on, at=at)
    move_request(staffing, Action.SEND, reply_due_on=_due(staffing, on))
    kept = kept_file(file, by)
    add_step(staffing, Action.SEND, on=on, by=by, at=at, number=number, note=note, file=kept)
    record("request.sent", by=by, on=staffing, court=staffing.court, day=on.isoformat())
    return staffing


@transaction.atomic
def chase_reply(
    *,
    request_id: int,
    on: date,
    by: User,
    at: datetime,
    number: str = "",
    note: str = "",
    file: UploadedFile | None = None,
    seen: int | None = None,
) -> StaffingRequest:
    """Note that the reply was asked for again; the day it is due stays. Nobody is told."""
    staffing = open_request(request_id, Action.CHASE, seen=seen, on=on, at=at)
    move_request(staffing, Action.CHASE)
    kept = kept_file(file, by)
    add_step(staffing, Action.CHASE, on=on, by=by, at=at, number=number, note=note, file=kept)
    record("request.chased", by=by, on=staffing, court=staffing.court, day=on.isoformat())
    return staffing


@transaction.atomic
def resend_request(
    *,
    request_id: int,
    number: str,
    on: date,
    by: User,
    at: datetime,
    note: str = "",
    file: UploadedFile | None = None,
    seen: int | None = None,
) -> StaffingRequest:
    """Note that what is still outstanding was asked for once more, under a new number.

    Refuses what sending refuses. A reply is due anew; nobody is told until then.
    """
    staffing = open_request(request_id, Action.RESEND, seen=seen, on=on, at=at)
    move_request(staffing, Action.RESEND, reply_due_on=_due(staffing, on))
    kept = kept_file(file, by)
    add_step(staffing, Action.RESEND, on=on, by=by, at=at, number=number, note=note, file=kept)
    record("request.resent", by=by, on=staffing, court=staffing.court, day=on.isoformat())
    return staffing


@transaction.atomic
def withdraw_request(
    *,
    request_id: int,
    on: date,
    by: User,
    at: datetime,
    number: str = "",
    note: str = "",
    seen: int | None = None,
) -> StaffingRequest:
    """Give a request up before a reply to it; it stays on record. Nobody is told."""
    staffing = open_request(request_id, Action.WITHDRAW, seen=seen, on=on, at=at)
    move_request(staffing, Action.WITHDRAW, reply_due_on=None)
    add_step(staffing, Action.WITHDRAW, on=on, by=by, at=at, number=number, note=note)
    record("request.withdrawn", by=by, on=staffing, court=staffing.court)
    return staffing


def _due(staffing: StaffingRequest, sent_on: date) -> date:
    days = court_settings(staffing.court).reply_days
    return reply_due(sent_on, days=days, calendar=working_calendar())
