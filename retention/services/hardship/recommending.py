"""Recommending an officer for help, and the officer's answer to it."""

from collections.abc import Sequence
from datetime import datetime

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from courtparty.accounts.models import User
from courtparty.audit.services import record
from retention.models import HardshipCase
from retention.selectors.hardship import recommendable
from retention.services.hardship.applying import begin_with_coordinator, chosen_coordinator
from retention.services.hardship.steps import (
    CannotHelp,
    Event,
    add_event,
    drop_files,
    keep_files,
    lock_case,
    move_case,
    next_number,
    opening,
    overtaken,
    tell,
    write_texts,
)


@transaction.atomic
def recommend_officer(
    *,
    officer_id: int,
    kind: str,
    story: str,
    turned_to: int,
    by: User,
    at: datetime,
    files: Sequence[UploadedFile] = (),
) -> HardshipCase:
    """Recommend an officer for help. Only the officer sees it, is told, and decides on it.

    Until the officer consents nobody else can open it, not even who wrote it. Refuses oneself,
    officers out of reach, who have left, or have no account to be asked through.
    """
    officer = recommendable(by).select_related("court").filter(pk=officer_id).first()
    if officer is None or officer.user is None:
        text = _("Choose an officer in service, with an account, among those you look after.")
        raise CannotHelp(text)
    if not story.strip():
        raise CannotHelp(_("Say in a few words what has happened."))
    year = timezone.localdate(at).year
    case = HardshipCase(
        court=officer.court,
        officer=officer,
        account=officer.user,
        kind=kind,
        state=HardshipCase.State.RECOMMENDED,
        story=story.strip(),
        turned_to=chosen_coordinator(officer, turned_to, at=at),
        recommended_by=by,
        created_at=at,
        year=year,
        number=next_number(officer.court, year),
    )
    case.save()
    keep_files(case, files, by=by, at=at)
    event = add_event(case, Event.RECOMMENDED, by=by, at=at)
    tell([officer.user], "help_recommended", event, case)
    record("hardship.recommended", by=by, on=case, court=case.court)
    return case


@transaction.atomic
def consent_to_help(*, case_id: int, turned_to: int, by: User, at: datetime) -> HardshipCase:
    """The officer takes a recommendation up and says who is to handle it, who is told.

    From now on it has its time limits. Refuses anybody else, and what is answered already.
    """
    case = _asked(case_id, by)
    handler = chosen_coordinator(case.officer, turned_to, at=at)
    move_case(case, "consent", turned_to=handler, **opening(case, at=at))
    begin_with_coordinator(case, by=by, at=at, kind=Event.CONSENTED)
    record("hardship.consented", by=by, on=case, court=case.court)
    return case


@transaction.atomic
def decline_help(*, case_id: int, by: User, at: datetime) -> HardshipCase:
    """The officer declines a recommendation: the case ends and its content is deleted.

    What was written, its kind and its papers are gone; the number and the steps stay. Nobody is
    told, neither who recommended it nor who was to handle it.
    """
    case = _asked(case_id, by)
    move_case(case, "decline", ended_at=at, kind=HardshipCase.Kind.OTHER)
    write_texts(case, story="")
    drop_files(case)
    add_event(case, Event.DECLINED, by=by, at=at)
    record("hardship.declined", by=by, on=case, court=case.court)
    return case


def _asked(case_id: int, by: User) -> HardshipCase:
    case = lock_case(case_id)
    if case.officer.user_id != by.pk or case.state != HardshipCase.State.RECOMMENDED:
        raise overtaken(case)
    return case
