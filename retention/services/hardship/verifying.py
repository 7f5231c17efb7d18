"""Finding out whether a hardship is as it was told: by neither the officer nor the recommender."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from courtparty.accounts.models import User
from courtparty.audit.services import record
from retention.models import HardshipCase
from retention.selectors.hardship import verifiers_for
from retention.services.hardship.steps import (
    CannotHelp,
    Event,
    Part,
    add_event,
    let_in,
    let_out,
    member_in,
    move_case,
    open_for,
    opened_on,
    overtaken,
    refuse_future,
    tell,
    write_texts,
)


@transaction.atomic
def name_verifier(*, case_id: int, user_id: int, by: User, at: datetime) -> HardshipCase:
    """The coordinator gives a case to a verifier, who is let in; an earlier one is let out.

    Refuses the officer and who recommended the case, which the database refuses as well, and
    those who may not. The verifier and the officer are told.
    """
    case = open_for(case_id, "begin", by=by)
    verifier = verifiers_for(case, on=timezone.localdate(at)).filter(pk=user_id).first()
    if verifier is None:
        text = _(
            "Choose a verifier who may look after this officer, and who is neither the officer "
            "nor the one who recommended the case."
        )
        raise CannotHelp(text)
    move_case(case, "begin", verifier=verifier, verified_on=None)
    let_out(case.members.filter(part=Part.VERIFIER).exclude(user=verifier), at=at)
    let_in(case, verifier, Part.VERIFIER, by=by, at=at)
    event = add_event(case, Event.BEGUN, by=by, at=at)
    tell([verifier], "help_to_verify", event, case)
    tell([case.officer.user], "help_member_added", event, case)
    record("hardship.begun", by=by, on=case, court=case.court)
    return case


@transaction.atomic
def verify_case(
    *, case_id: int, is_true: bool, words: str, day: date, by: User, at: datetime
) -> HardshipCase:
    """Write down what was found, and whether the hardship is as it was told.

    Refuses anybody but the verifier named, an empty finding, and a day before the case was
    opened or in the future. With it the verifier leaves the case; officer and coordinator are
    told that it was verified, or was not.
    """
    case = open_for(case_id, "verify", by=by)
    if case.verifier_id != by.pk:
        raise overtaken(case)
    if not words.strip():
        raise CannotHelp(_("Write down what was found, and how."))
    refuse_future(day, at)
    if day < opened_on(case):
        text = _("The case was opened on %(day)s: it can't have been verified before.")
        raise CannotHelp(text % {"day": opened_on(case).isoformat()})
    move_case(case, "confirm" if is_true else "deny", verified_on=day)
    write_texts(case, verification=words)
    kind = Event.VERIFIED if is_true else Event.NOT_VERIFIED
    event = add_event(case, kind, by=by, at=at)
    told = [case.officer.user, member_in(case, Part.COORDINATOR)]
    let_out(case.members.filter(part=Part.VERIFIER), at=at)
    tell(told, "help_verified" if is_true else "help_not_verified", event, case)
    record("hardship.verified", by=by, on=case, court=case.court, state=case.state)
    return case
