"""Asking for a correction of one's own data, and deciding on it."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from cadres.models import Correction, Officer
from cadres.rules.corrections import CORRECTABLE, UNITS
from cadres.rules.roster import PARTY_MEMBERS, Value
from cadres.selectors.corrections import deciders, faults_in_words, proposal, text_of
from cadres.selectors.officers import ID_PURPOSE
from cadres.services.officers import NUMBERS
from courtparty.accounts.models import User
from courtparty.audit.services import record, record_read
from courtparty.lib.crypto import keyed_hash
from courtparty.lib.people import pinyin_of
from courtparty.notices.services import notify, notify_many


class CannotAsk(Exception):
    """The correction can't be asked for like this. Its text is for the user."""


class CannotDecide(Exception):
    """The request can't be decided like this. Its text is for the user."""


@transaction.atomic
def ask_correction(
    *, officer_id: int, field: str, proposed: str, reason: str, by: User, at: datetime
) -> Correction:
    """Ask that one item of the own record be put right; those who keep the roster are told.

    Refuses another's record, a value the roster import would not take either, the value that is
    there already, and a second request for an item while the first is open.
    """
    officer = _officer(officer_id)
    if officer.user_id != by.pk or field not in CORRECTABLE:
        raise CannotAsk(_("Only items of your own record can be corrected here."))
    value, faults = proposal(officer, field, proposed.strip(), on=timezone.localdate(at))
    errors = faults_in_words(fault for fault in faults if fault.is_error)
    if errors:
        raise CannotAsk(" ".join(errors))
    if str(value or "") == text_of(officer, field):
        raise CannotAsk(_("That is what your record says already."))
    correction = _store_request(officer, field, str(value or ""), reason, at)
    record(
        "correction.requested",
        by=by, on=officer, court=officer.court, correction=correction.pk, item=field,
    )  # fmt: skip
    people = deciders(officer.court, on=timezone.localdate(at)).exclude(pk=by.pk)
    notify_many(
        [(person, f"correction:{correction.pk}:{person.pk}") for person in people],
        kind="correction_asked",
        url=correction.get_absolute_url(),
    )
    return correction


def _officer(officer_id: int) -> Officer:
    officers = Officer.objects.select_for_update(of=("self",), no_key=True)
    return officers.select_related("court", "department", "branch", "user").get(pk=officer_id)


def _store_request(
    officer: Officer, field: str, proposed: str, reason: str, at: datetime
) -> Correction:
    try:
        with transaction.atomic():
            return Correction.objects.create(
                officer=officer, field=field, proposed=proposed, reason=reason, asked_at=at
            )
    except IntegrityError:
        text = _("You have asked for a correction of this item already; it is not decided yet.")
        raise CannotAsk(text) from None


@transaction.atomic
def open_correction(correction: Correction, *, by: User) -> None:
    """Note that ``by`` reads a number that a request shows in full; its holder can see that.

    Other items are on the officer's page for everybody who decides.
    """
    officer = correction.officer
    if correction.field in NUMBERS and officer.user_id != by.pk:
        record_read("officer.revealed", by=by, on=officer, court=officer.court, reason="roster")


@transaction.atomic
def accept_correction(*, correction_id: int, by: User, at: datetime, answer: str = "") -> Officer:
    """Put the item right as asked, and tell the officer.

    Refuses the own request, one that has been decided, and a value that does not go with the
    record as it stands now, such as an ID number that another officer has.
    """
    correction = _decide(correction_id, Correction.State.ACCEPTED, answer, by=by, at=at)
    officer = _officer(correction.officer_id)
    field = correction.field
    value, faults = proposal(officer, field, correction.proposed, on=timezone.localdate(at))
    errors = faults_in_words(fault for fault in faults if fault.is_error)
    if errors:
        raise CannotDecide(" ".join(errors))
    _put_right(officer, field, value)
    record(
        "correction.accepted",
        by=by, on=officer, court=officer.court, correction=correction.pk, item=field,
    )  # fmt: skip
    record("officer.changed", by=by, on=officer, court=officer.court, fields=[field])
    _tell_officer(officer, "correction_accepted", correction)
    return officer


@transaction.atomic
def decline_correction(*, correction_id: int, by: User, at: datetime, answer: str) -> Correction:
    """Leave the record as it is and tell the officer why.

    Refuses to do so without an answer, the own request, and one that has been decided.
    """
    if not answer.strip():
        raise CannotDecide(_("Say why the request is declined: the officer reads it."))
    correction = _decide(correction_id, Correction.State.DECLINED, answer, by=by, at=at)
    officer = correction.officer
    record(
        "correction.declined",
        by=by, on=officer, court=officer.court, correction=correction.pk, item=correction.field,
    )  # fmt: skip
    _tell_officer(officer, "correction_declined", correction)
    return correction


def _decide(correction_id: int, state: str, answer: str, *, by: User, at: datetime) -> Correction:
    """Compare-and-set, so that of two decisions at the same time one is refused."""
    waiting = Correction.objects.filter(pk=correction_id).awaiting()
    is_decided = not waiting.update(state=state, decided_at=at, decided_by=by)
    correction = Correction.objects.select_related("officer__court", "officer__user").get(
        pk=correction_id
    )
    if correction.officer.user_id == by.pk:
        raise CannotDecide(_("Nobody decides a request of their own."))
    if is_decided:
        text = _("This request has been decided already: %(state)s.")
        raise CannotDecide(text % {"state": correction.get_state_display()})
    correction.answer = answer.strip()
    correction.save(update_fields=["answer"])
    return correction


def _put_right(officer: Officer, field: str, value: Value) -> None:
    changed: dict[str, Any] = {field: value}
    if field in UNITS:
        changed = {f"{field}_id": int(str(value)) if value else None}
    if field == "name":
        pinyin, initials = pinyin_of(str(value))
        changed |= {"pinyin": pinyin, "initials": initials}
    if field == "id_number":
        changed["id_hash"] = keyed_hash(str(value), purpose=ID_PURPOSE)
    if field == "party_status" and value not in PARTY_MEMBERS:
        changed["branch_id"] = None
    for name, new in changed.items():
        setattr(officer, name, new)
    try:
        with transaction.atomic():
            officer.save(update_fields=[*changed, "updated_at"])
    except IntegrityError:
        raise CannotDecide(_("Another officer of this court has this ID number.")) from None
    if field == "name" and officer.user:
        officer.user.name = officer.name
        officer.user.save(update_fields=["name"])


def _tell_officer(officer: Officer, kind: str, correction: Correction) -> None:
    if officer.user:
        key = f"correction-decided:{correction.pk}"
        notify(officer.user, kind=kind, key=key, url=reverse("my_records"))
