"""Opening a health file in an emergency: asked, decided by another, read, ended."""

import logging
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from cadres.models import Officer
from cadres.selectors.officers import has_reach
from courtparty.accounts.models import User
from courtparty.audit.services import record, record_read
from courtparty.lib.conflicts import Conflict
from courtparty.notices.services import notify_many
from retention.models import BreakGlass
from retention.models.break_glass import ASK
from retention.rules.break_glass import is_open, open_until, state_after
from retention.selectors.break_glass import deciders_of, over_by, stewards_of
from retention.selectors.settings import court_settings
from retention.services.health_reading import BREAK_GLASS, EMERGENCY, open_file

_log = logging.getLogger(__name__)

State = BreakGlass.State


class CannotAsk(Exception):
    """The file can't be asked for like this. Its text is for the user."""


class CannotDecide(Exception):
    """The request can't be decided by this person. Its text is for the user."""


@transaction.atomic
def ask_to_open(*, officer: Officer, reason: str, by: User, at: datetime) -> BreakGlass:
    """Ask that an officer's health file be opened for some hours. Not for one's own.

    The officer, the stewards and who may decide are told at once. Refuses a second request for
    the same officer while one waits or is open, and one that nobody else could decide.
    """
    if officer.user_id == by.pk:
        raise CannotAsk(_("Your own health file is open to you at any time."))
    one = BreakGlass(
        officer=officer, subject_id=officer.user_id, asked_by=by, asked_at=at, reason=reason
    )
    if not deciders_of(one, on=timezone.localdate(at)).exists():
        text = _("There is nobody in your court who could decide this: appoint one first.")
        raise CannotAsk(text)
    try:
        with transaction.atomic():
            one.save()
    except IntegrityError:
        text = _("You have asked for this officer's file already. Look at that request first.")
        raise CannotAsk(text) from None
    record("break_glass.asked", by=by, on=one, court=officer.court)
    _tell(one, "asked", "asked", at=at)
    return one


@transaction.atomic
def approve_request(*, break_glass_id: int, by: User, at: datetime) -> BreakGlass:
    """Open the file to who asked, for the hours the court has set.

    Never by who asked, and never by the officer: the database refuses it too. Of two who decide
    at once the second is told so. The officer, the stewards and who asked are told.
    """
    one = _to_decide(break_glass_id, by)
    hours = court_settings(one.officer.court).break_glass_hours
    until = open_until(at, hours=hours)
    _move(one, "approve", decided_by=by, decided_at=at, opened_until=until)
    record("break_glass.approved", by=by, on=one, court=one.officer.court, hours=hours)
    _tell(one, "approved", "approved", at=at)
    return one


@transaction.atomic
def refuse_request(*, break_glass_id: int, answer: str, by: User, at: datetime) -> BreakGlass:
    """Leave the file closed, with an answer for who asked. The officer is told as well."""
    one = _to_decide(break_glass_id, by)
    _move(one, "refuse", decided_by=by, decided_at=at)
    one.answer = answer
    one.save(update_fields=["answer"])
    record("break_glass.refused", by=by, on=one, court=one.officer.court)
    _tell(one, "refused", "refused", at=at)
    return one


@transaction.atomic
def withdraw_request(*, break_glass_id: int, by: User, at: datetime) -> BreakGlass:
    """Take back one's own request before it is decided. Those told of it are told of this."""
    one = _locked(break_glass_id)
    if one.asked_by_id != by.pk:
        raise CannotDecide(_("Only who asked can take the request back."))
    _move(one, "withdraw", ended_at=at, ended_by=by)
    record("break_glass.withdrawn", by=by, on=one, court=one.officer.court)
    _tell(one, "over", "withdrawn", at=at)
    return one


@transaction.atomic
def open_health_file(*, break_glass_id: int, by: User, at: datetime) -> BreakGlass:
    """Hand out the health file to who asked, while it is open. Screenings are not in it.

    Every opening is recorded for the officer, and the officer and the stewards are told at once.
    """
    one = _locked(break_glass_id)
    if one.asked_by_id != by.pk:
        raise CannotDecide(_("The file is open to who asked for it, and to nobody else."))
    if not has_reach(by, ASK, one.officer):
        text = _("You don't look after this officer any more: the file stays closed.")
        raise Conflict(text, url=one.get_absolute_url())
    still = BreakGlass.objects.filter(pk=one.pk).open_at(at)
    if not still.update(openings=F("openings") + 1):
        raise _overtaken(one, at)
    one.refresh_from_db(fields=["openings"])
    open_file(officer_id=one.officer_id, by=by, reason=EMERGENCY, via=BREAK_GLASS)
    record("break_glass.opened", by=by, on=one, court=one.officer.court, number=one.openings)
    _tell(one, "opened", f"opened-{one.openings}", at=at)
    return one


@transaction.atomic
def end_opening(*, break_glass_id: int, by: User, at: datetime) -> BreakGlass:
    """Close the file before its time: by who asked, or by somebody who may decide."""
    one = _locked(break_glass_id)
    _refuse_strangers(one, by, at)
    if not is_open(one.state, one.opened_until, at=at):
        raise _overtaken(one, at)
    _move(one, "end", ended_at=at, ended_by=by)
    record("break_glass.ended", by=by, on=one, court=one.officer.court)
    _tell(one, "over", "ended", at=at)
    return one


@transaction.atomic
def read_request(*, one: BreakGlass, by: User) -> None:
    """Note that ``by`` read the reason; who gave it and whom it concerns leave no trace."""
    if by.pk not in (one.asked_by_id, one.subject_id):
        officer = one.officer
        record_read("break_glass.read", by=by, on=officer, court=officer.court, reason=EMERGENCY)


def end_over(*, at: datetime) -> int:
    """End what is open past its end, and requests nobody decided in three days.

    For the timetable. The end itself counts without it: a file past its end does not open.
    Returns how many were ended.
    """
    ended = 0
    for one in over_by(at).select_related("officer__court").order_by("pk"):
        try:
            ended += _end(one, at=at)
        except Conflict:  # somebody ended it at the same moment
            continue
        except Exception:
            _log.exception("end of break-glass %s failed", one.pk)
    return ended


@transaction.atomic
def _end(one: BreakGlass, *, at: datetime) -> int:
    _move(one, "lapse" if one.state == State.ASKED else "end", ended_at=at)
    record("break_glass.ended", by=None, on=one, court=one.officer.court)
    _tell(one, "over", "ended", at=at)
    return 1


def _to_decide(break_glass_id: int, by: User) -> BreakGlass:
    one = _locked(break_glass_id)
    # The officer's account may have been opened after it was asked.
    if by.pk in (one.asked_by_id, one.subject_id, one.officer.user_id):
        text = _("This is decided by somebody who did not ask for it and whom it does not concern.")
        raise CannotDecide(text)
    return one


def _refuse_strangers(one: BreakGlass, by: User, at: datetime) -> None:
    is_asker = one.asked_by_id == by.pk
    if not is_asker and not deciders_of(one, on=timezone.localdate(at)).filter(pk=by.pk).exists():
        raise CannotDecide(_("This is closed by who asked for it, or by who may decide it."))


def _locked(break_glass_id: int) -> BreakGlass:
    requests = BreakGlass.objects.select_for_update(of=("self",), no_key=True)
    people = ("officer__court", "officer__department", "officer__branch", "asked_by")
    return requests.select_related(*people).get(pk=break_glass_id)


def _move(one: BreakGlass, action: str, **changed: object) -> None:
    """Compare-and-set: of two at the same time one finds another state."""
    state = state_after(one.state, action)
    here = BreakGlass.objects.filter(pk=one.pk, state=one.state)
    if state is None or not here.update(state=state, **changed):
        raise _overtaken(one)
    one.refresh_from_db(fields=["state", *changed])


def _overtaken(one: BreakGlass, at: datetime | None = None) -> Conflict:
    is_past = at is not None and one.state == State.APPROVED
    state = State.EXPIRED if is_past else State(one.state)
    text = _("This request is “%(state)s” by now. Nothing was done.") % {"state": state.label}
    return Conflict(text, url=one.get_absolute_url())


# What the officer is told, and what the others are, by what was done.
TOLD = {
    "asked": ("break_glass_asked_own", "break_glass_asked"),
    "approved": ("break_glass_approved_own", "break_glass_approved"),
    "refused": ("break_glass_refused_own", "break_glass_refused"),
    "opened": ("break_glass_opened_own", "break_glass_opened"),
    "over": ("break_glass_over_own", "break_glass_over"),
}


def _tell(one: BreakGlass, what: str, step: str, *, at: datetime) -> None:
    """The officer, the stewards, and who asked, or, as long as it waits, who may decide."""
    kind_own, kind = TOLD[what]
    url, key = one.get_absolute_url(), f"break-glass:{one.pk}:{step}"
    on = timezone.localdate(at)
    others = {person.pk: person for person in stewards_of(one.officer, on=on)}
    if what == "asked":
        others |= {person.pk: person for person in deciders_of(one, on=on)}
    else:
        others[one.asked_by_id] = one.asked_by
    if one.subject_id:
        others.pop(one.subject_id, None)
    if one.subject:
        notify_many([(one.subject, f"{key}:{one.subject_id}")], kind=kind_own, url=url)
    told = [(others[pk], f"{key}:{pk}") for pk in sorted(others)]
    notify_many(told, kind=kind, url=url)
