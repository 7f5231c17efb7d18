"""An officer applies for help, saves a draft of it first, or gives it up."""

from collections.abc import Sequence
from datetime import datetime

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cadres.models import Officer
from courtparty.accounts.models import User
from courtparty.audit.services import record
from retention.models import HardshipCase
from retention.selectors.hardship import coordinators_for
from retention.services.hardship.measures import cancel_open_measures
from retention.services.hardship.steps import (
    CannotHelp,
    Event,
    Part,
    add_event,
    drop_files,
    keep_files,
    let_in,
    let_out,
    lock_case,
    move_case,
    next_number,
    open_for,
    opening,
    overtaken,
    tell,
)

State = HardshipCase.State


@transaction.atomic
def save_draft(
    *,
    officer: Officer,
    kind: str,
    story: str,
    turned_to: int,
    by: User,
    at: datetime,
    files: Sequence[UploadedFile] = (),
    case_id: int | None = None,
) -> HardshipCase:
    """Keep an application that is not sent yet; ``case_id`` names the draft it changes.

    Nobody but the officer sees a draft, and nobody is told. Refuses somebody else's officer, who
    has left, and to turn to somebody who does not handle hardship.
    """
    return _drafted(officer, kind, story, turned_to, by=by, at=at, files=files, case_id=case_id)


@transaction.atomic
def apply_for_help(
    *,
    officer: Officer,
    kind: str,
    story: str,
    turned_to: int,
    by: User,
    at: datetime,
    files: Sequence[UploadedFile] = (),
    case_id: int | None = None,
) -> HardshipCase:
    """Send an application, new or from a draft, to whom the officer has chosen.

    From now on the case has a number, its two time limits run, and whom the officer chose is its
    coordinator, who is told. Refuses what a draft refuses, and a story without words.
    """
    if not story.strip():
        raise CannotHelp(_("Say in a few words what has happened."))
    case = _drafted(officer, kind, story, turned_to, by=by, at=at, files=files, case_id=case_id)
    year = timezone.localdate(at).year
    number = next_number(case.court, year)
    move_case(case, "apply", year=year, number=number, **opening(case, at=at))
    begin_with_coordinator(case, by=by, at=at, kind=Event.APPLIED)
    record("hardship.applied", by=by, on=case, court=case.court)
    return case


def begin_with_coordinator(case: HardshipCase, *, by: User, at: datetime, kind: str) -> None:
    """The one who was turned to becomes the coordinator, and is told."""
    let_in(case, case.turned_to, Part.COORDINATOR, by=by, at=at)
    tell([case.turned_to], "help_applied", add_event(case, kind, by=by, at=at), case)


def chosen_coordinator(officer: Officer, user_id: int, *, at: datetime) -> User:
    found = coordinators_for(officer, on=timezone.localdate(at)).filter(pk=user_id).first()
    if found is None:
        raise CannotHelp(_("Choose somebody who handles hardship in your court."))
    return found


def _drafted(
    officer: Officer,
    kind: str,
    story: str,
    turned_to: int,
    *,
    by: User,
    at: datetime,
    files: Sequence[UploadedFile],
    case_id: int | None,
) -> HardshipCase:
    if officer.user_id != by.pk or officer.left_on:
        raise CannotHelp(_("Help is applied for by an officer in service, for oneself."))
    handler = chosen_coordinator(officer, turned_to, at=at)
    if case_id is None:
        case = HardshipCase(court=officer.court, officer=officer, account=by, created_at=at)
    else:
        case = _locked_draft(case_id, by)
    case.kind, case.story, case.turned_to = kind, story.strip(), handler
    case.save()
    keep_files(case, files, by=by, at=at)
    return case


def _locked_draft(case_id: int, by: User) -> HardshipCase:
    case = lock_case(case_id)
    if case.officer.user_id != by.pk or case.state != State.DRAFTED:
        raise overtaken(case)
    return case


@transaction.atomic
def discard_draft(*, case_id: int, by: User) -> None:
    """Delete a draft with its papers; nothing of it is kept, and nobody is told."""
    case = _locked_draft(case_id, by)
    drop_files(case)
    case.delete()


@transaction.atomic
def withdraw_case(*, case_id: int, by: User, at: datetime) -> HardshipCase:
    """The officer gives a case up: open measures are cancelled and all members leave it.

    Money reserved for open measures is free again; what was carried out stays. The members are
    told, and can't open it any more. Refuses a case that is closed or withdrawn.
    """
    case = open_for(case_id, "withdraw", by=by)
    move_case(case, "withdraw", ended_at=at, word_asked_on=None)
    cancel_open_measures(case, at=at)
    people = [member.user for member in case.members.current().select_related("user")]
    let_out(case.members.all(), at=at)
    event = add_event(case, Event.WITHDRAWN, by=by, at=at)
    tell(people, "help_withdrawn", event, case, has_way=False)
    record("hardship.withdrawn", by=by, on=case, court=case.court)
    return case
