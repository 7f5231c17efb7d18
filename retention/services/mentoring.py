"""Pairs of mentor and new officer: made, met, ended."""

import logging
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from cadres.models import Officer
from courtparty.accounts.models import User
from courtparty.accounts.selectors import holders_of
from courtparty.audit.services import record, record_read
from courtparty.lib.conflicts import Conflict
from courtparty.notices.services import notify_many
from retention.models import Mentoring, MentoringNote
from retention.rules.mentoring import quiet_rung

MANAGE = "retention.manage_mentoring"
State = Mentoring.State
_log = logging.getLogger(__name__)


class CannotMentor(Exception):
    """This can't be done with a pair. Its text is for the user."""


@transaction.atomic
def make_pair(
    *,
    mentor_id: int,
    mentee_id: int,
    start: date,
    aims: str,
    by: User,
    at: datetime,
    end: date | None = None,
) -> Mentoring:
    """Give a new officer a mentor from ``start`` on; ``end``, if known, is the first day after.

    Refuses a pair of one, people of two courts or who have left, an end before the start, and
    the same pair twice at a time. Both are told.
    """
    people = {one.pk: one for one in _people([mentor_id, mentee_id])}
    if mentor_id == mentee_id:
        raise CannotMentor(_("Nobody is mentor of oneself."))
    mentor, mentee = people[mentor_id], people[mentee_id]
    if mentor.court_id != mentee.court_id or mentor.left_on or mentee.left_on:
        raise CannotMentor(_("Choose two officers of this court who are in service."))
    if end is not None and end <= start:
        raise CannotMentor(_("The last day comes before the first one."))
    if not aims.strip():
        raise CannotMentor(_("Say what the pair works towards."))
    try:
        with transaction.atomic():
            pair = Mentoring.objects.create(
                mentor=mentor,
                mentee=mentee,
                start=start,
                end=end,
                aims=aims.strip(),
                made_by=by,
                created_at=at,
            )
    except IntegrityError:
        text = _("These two are a pair at that time already: end the earlier pair first.")
        raise CannotMentor(text) from None
    record("mentoring.made", by=by, on=pair, court=mentee.court)
    _tell_pair(pair, "mentoring_made", str(pair.pk), but=by)
    return pair


def _people(ids: list[int]) -> list[Officer]:
    return list(Officer.objects.select_related("court", "user").filter(pk__in=ids))


@transaction.atomic
def end_pair(
    *, mentoring_id: int, last_day: date, outcome: str, by: User, at: datetime
) -> Mentoring:
    """End a pair with its last day and what came of it; both are told.

    Refuses a day before the start, before the last meeting or in the future, and no outcome.
    """
    pair = _open_pair(mentoring_id)
    if not pair.start <= last_day <= timezone.localdate(at):
        text = _("The last day lies between the first one (%(day)s) and today.")
        raise CannotMentor(text % {"day": pair.start.isoformat()})
    last_met = pair.notes.aggregate(last=Max("met_on"))["last"]
    if last_met and last_day < last_met:
        text = _("The pair met on %(day)s: the last day can't be earlier.")
        raise CannotMentor(text % {"day": last_met.isoformat()})
    if not outcome.strip():
        raise CannotMentor(_("Say what came of it."))
    _end_on(pair, last_day)
    pair.outcome = outcome.strip()
    pair.save(update_fields=["outcome"])
    record("mentoring.ended", by=by, on=pair, court=pair.mentee.court)
    _tell_pair(pair, "mentoring_ended", str(pair.pk), but=by)
    return pair


def _end_on(pair: Mentoring, last_day: date) -> None:
    try:
        with transaction.atomic():
            _move(pair, State.ENDED, end=last_day + timedelta(days=1))
    except IntegrityError:
        text = _("By that day these two are a pair anew: give an earlier last day.")
        raise CannotMentor(text) from None


@transaction.atomic
def void_pair(*, mentoring_id: int, by: User) -> Mentoring:
    """Take back a pair made by mistake. Refuses one that has met already. Both are told."""
    pair = _open_pair(mentoring_id)
    if pair.notes.exists():
        raise CannotMentor(_("The pair has met already: end it instead."))
    _move(pair, State.VOID)
    record("mentoring.voided", by=by, on=pair, court=pair.mentee.court)
    _tell_pair(pair, "mentoring_ended", f"{pair.pk}-void", but=by)
    return pair


@transaction.atomic
def note_meeting(
    *, mentoring_id: int, met_on: date, text: str, by: User, at: datetime
) -> MentoringNote:
    """Keep a meeting of a pair with a note both share. The other one of the pair is told.

    Refuses a day outside the pair's time or in the future, a second note of one day, and a pair
    that is not running.
    """
    pair = _open_pair(mentoring_id)
    today = timezone.localdate(at)
    if not pair.start <= met_on <= today or (pair.end and met_on >= pair.end):
        raise CannotMentor(_("The meeting lies within the time of the pair, and not ahead."))
    if not text.strip():
        raise CannotMentor(_("Write down what both keep of the meeting."))
    try:
        with transaction.atomic():
            note = MentoringNote.objects.create(
                mentoring=pair, met_on=met_on, text=text.strip(), by=by, at=at
            )
    except IntegrityError:
        raise CannotMentor(_("The meeting of that day is on record already.")) from None
    record("mentoring.met", by=by, on=pair, court=pair.mentee.court, day=met_on.isoformat())
    _tell_pair(pair, "mentoring_met", str(note.pk), but=by)
    return note


@transaction.atomic
def change_note(*, note_id: int, text: str, by: User) -> MentoringNote:
    """Correct the words of a meeting. Only whoever wrote them may, while the pair is running."""
    note = MentoringNote.objects.select_for_update(no_key=True).get(pk=note_id)
    pair = _open_pair(note.mentoring_id)
    if note.by_id != by.pk:
        raise CannotMentor(_("Only whoever wrote the note may change it."))
    if not text.strip():
        raise CannotMentor(_("Write down what both keep of the meeting."))
    note.text = text.strip()
    note.save(update_fields=["text"])
    record("mentoring.note_changed", by=by, on=pair, court=pair.mentee.court)
    return note


@transaction.atomic
def read_pair(pair: Mentoring, *, by: User) -> None:
    """A manager who opens the notes of a pair is named in the records of both."""
    users = (pair.mentor.user_id, pair.mentee.user_id)
    if by.pk in users:
        return
    for officer in (pair.mentor, pair.mentee):
        record_read("mentoring.read", by=by, on=officer, court=officer.court)


def remind_quiet_pairs(*, on: date) -> int:
    """Remind pairs that have not met for a quarter; a month later whoever manages them too.

    Once for each time without a meeting and step. Returns how many notices are new.
    """
    told = 0
    pairs = Mentoring.objects.active().filter(start__lte=on).annotate(last_met=Max("notes__met_on"))
    people = ("mentor__user", "mentee__user", "mentee__department")
    for pair in pairs.select_related(*people).order_by("pk"):
        since = pair.last_met or pair.start
        if pair.end is None or on < pair.end:
            told += _told(pair, since, on=on)
    return told


def _told(pair: Mentoring, since: date, *, on: date) -> int:
    """One that fails is logged, and keeps nobody else from being reminded."""
    try:
        return _remind(pair, since, quiet_rung(since, on), on=on)
    except Exception:
        _log.exception("reminder of pair %s failed", pair.pk)
        return 0


@transaction.atomic
def _remind(pair: Mentoring, since: date, rung: str, *, on: date) -> int:
    if not rung:
        return 0
    people = {one.user for one in (pair.mentor, pair.mentee) if one.user}
    if rung == "escalated":
        people |= set(holders_of(MANAGE, pair.mentee.department, on=on))
    key = f"mentoring-quiet:{pair.pk}:{since.isoformat()}"
    return notify_many(
        [(one, f"{key}:{one.pk}") for one in sorted(people, key=lambda user: user.pk)],
        kind="mentoring_quiet",
        url=pair.get_absolute_url(),
        day=since.isoformat(),
    )


def _open_pair(mentoring_id: int) -> Mentoring:
    found = Mentoring.objects.select_for_update(of=("self",), no_key=True).select_related(
        "mentor__user", "mentor__court", "mentee__user", "mentee__court"
    )
    pair = found.get(pk=mentoring_id)
    if pair.state != State.ACTIVE:
        raise _overtaken(pair)
    return pair


def _move(pair: Mentoring, state: str, **changed: date) -> None:
    here = Mentoring.objects.filter(pk=pair.pk, state=State.ACTIVE)
    if here.update(state=state, **changed) != 1:
        raise _overtaken(pair)
    for name, value in {"state": state, **changed}.items():
        setattr(pair, name, value)


def _overtaken(pair: Mentoring) -> Conflict:
    text = _("This pair is not running any more. Nothing was saved.")
    return Conflict(text, url=pair.get_absolute_url())


def _tell_pair(pair: Mentoring, kind: str, key: str, *, but: User) -> None:
    people = [one.user for one in (pair.mentor, pair.mentee) if one.user and one.user != but]
    notify_many(
        [(one, f"{kind}:{key}:{one.pk}") for one in people],
        kind=kind,
        url=pair.get_absolute_url(),
    )
