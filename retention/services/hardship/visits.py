"""Calling on the officer or the family, and papers that come in later."""

from collections.abc import Sequence
from datetime import date, datetime

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from courtparty.accounts.models import User
from courtparty.audit.services import record
from retention.models import CaseFile, HardshipCase, HardshipVisit
from retention.services.hardship.steps import (
    CannotHelp,
    Event,
    Part,
    add_event,
    keep_files,
    member_in,
    open_for,
    opened_on,
    refuse_future,
    tell,
)


@transaction.atomic
def record_visit(*, case_id: int, day: date, notes: str, by: User, at: datetime) -> HardshipVisit:
    """Note a visit of ``by`` on a day. The officer, who can read the notes, is told.

    Refuses empty notes, and a day before the case was opened or in the future.
    """
    case = open_for(case_id, "visit", by=by)
    if not notes.strip():
        raise CannotHelp(_("Write down what the visit was about, and what is still needed."))
    refuse_future(day, at)
    if day < opened_on(case):
        text = _("The case was opened on %(day)s: a visit for it can't lie before that.")
        raise CannotHelp(text % {"day": opened_on(case).isoformat()})
    visit = HardshipVisit.objects.create(
        case=case, day=day, by=by, notes=notes.strip(), entered_at=at
    )
    event = add_event(case, Event.VISITED, by=by, at=at)
    tell([case.officer.user, member_in(case, Part.COORDINATOR)], "help_visited", event, case)
    record("hardship.visited", by=by, on=case, court=case.court, day=day.isoformat())
    return visit


@transaction.atomic
def attach_papers(
    *, case_id: int, files: Sequence[UploadedFile], by: User, at: datetime
) -> HardshipCase:
    """The officer or the coordinator adds papers to an open case. The other one is told."""
    case = open_for(case_id, "attach", by=by)
    if not files:
        raise CannotHelp(_("Choose a file first."))
    keep_files(case, files, by=by, at=at)
    event = add_event(case, Event.ATTACHED, by=by, at=at)
    tell([case.officer.user, member_in(case, Part.COORDINATOR)], "help_attached", event, case)
    record("hardship.attached", by=by, on=case, court=case.court, count=len(files))
    return case


@transaction.atomic
def remove_paper(*, paper_id: int, by: User) -> None:
    """Delete a paper one has added oneself to a draft or an open case. Nobody is told.

    Refuses somebody else's paper, and those that show how a measure was carried out.
    """
    paper = CaseFile.objects.select_related("case", "file").get(pk=paper_id)
    act = "change" if paper.case.state == HardshipCase.State.DRAFTED else "attach"
    case = open_for(paper.case_id, act, by=by)
    if paper.added_by_id != by.pk or paper.measure_id is not None:
        raise CannotHelp(_("You can delete only papers you have added yourself."))
    file = paper.file
    paper.delete()
    file.delete()
    record("hardship.paper_removed", by=by, on=case, court=case.court)
