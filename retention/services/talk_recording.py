"""Talks that were held: entered once, corrected with their history, taken back with a record.

Nothing of what was said is ever in the log or in a notice.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cadres.models import Officer
from courtparty.accounts.models import User
from courtparty.audit.services import record, record_read
from courtparty.lib.conflicts import Conflict
from courtparty.notices.services import notify
from retention.models import PrivateNote, Talk, TalkFollowUp, TalkTask, TalkVersion
from retention.rules.talks import NEEDS_SHARED_NOTE
from retention.services.setbacks import lock_setback, note_talk, unnote_talk
from retention.services.talk_planning import lock_task, not_open, tell_holder

State, Kind = TalkTask.State, TalkTask.Kind
MOST_AGREED = 5


class CannotRecord(Exception):
    """The talk can't be entered or changed like this. Its text is for the user."""


@dataclass(frozen=True, slots=True)
class Agreed:
    """Something agreed in a talk, with the day it is due."""

    text: str
    due_on: date


@transaction.atomic
def record_talk(
    *,
    officer_id: int,
    held_on: date,
    kind: str,
    by: User,
    at: datetime,
    place: str = "",
    shared_note: str = "",
    private_note: str = "",
    agreed: Sequence[Agreed] = (),
    task_id: int | None = None,
) -> Talk:
    """Enter a talk that was held, and with ``task_id`` the planned one it was.

    Refuses a day in the future, oneself, a day before the setback it is about or in another year
    than its rule, a kind that needs a shared note without one, something agreed that is due
    before the talk, a planned talk that was held already, and two on one day with the same
    officer. The officer is told that a shared note can be read; nobody is told what it says.
    """
    officer = Officer.objects.select_related("court", "user").get(pk=officer_id)
    task = lock_task(task_id) if task_id else None
    _refuse_person(officer, task, by)
    _refuse_talk(held_on, kind, shared_note, agreed, at)
    if task:
        _refuse_day_of(task, held_on)
        if not TalkTask.objects.filter(pk=task.pk, state=State.OPEN).update(
            state=State.HELD, holder=by
        ):
            raise not_open(task)
    talk = _stored(
        Talk(
            court=officer.court,
            officer=officer,
            holder=by,
            task=task,
            held_on=held_on,
            place=place.strip(),
            kind=kind,
            shared_note=shared_note.strip(),
            recorded_at=at,
        )
    )
    _store_agreed(talk, agreed)
    if private_note.strip():
        PrivateNote.objects.create(
            talk=talk, author=by, private_note=private_note.strip(), written_at=at
        )
    if task and task.setback and task.setback.is_running:
        note_talk(lock_setback(task.setback.pk), held_on=held_on)
    record("talk.recorded", by=by, on=talk, court=talk.court, day=held_on.isoformat())
    _tell_officer(talk, f"talk-recorded:{talk.pk}", "talk_recorded")
    return talk


def _refuse_person(officer: Officer, task: TalkTask | None, by: User) -> None:
    if officer.user_id == by.pk:
        raise CannotRecord(_("A talk is held with somebody else, not with oneself."))
    if task and task.officer_id != officer.pk:
        raise CannotRecord(_("The planned talk is with somebody else."))
    if task and task.state != State.OPEN:
        raise not_open(task)


def _refuse_talk(
    held_on: date, kind: str, shared_note: str, agreed: Sequence[Agreed], at: datetime
) -> None:
    if held_on > timezone.localdate(at):
        raise CannotRecord(_("The day of the talk lies in the future. Enter it once it was held."))
    if kind in NEEDS_SHARED_NOTE and not shared_note.strip():
        text = _("A talk of this kind needs a shared note, so that the officer can read it.")
        raise CannotRecord(text)
    _refuse_agreed(held_on, agreed)


def _refuse_agreed(held_on: date, agreed: Sequence[Agreed]) -> None:
    if len(agreed) > MOST_AGREED:
        raise CannotRecord(_("Agree on at most %(most)s things.") % {"most": MOST_AGREED})
    if any(one.due_on < held_on for one in agreed):
        raise CannotRecord(_("What was agreed can't be due before the talk."))


def _refuse_day_of(task: TalkTask, held_on: date) -> None:
    if task.setback and held_on < task.setback.happened_on:
        text = _("The setback happened on %(day)s: the talk about it can't be earlier.")
        raise CannotRecord(text % {"day": task.setback.happened_on.isoformat()})
    if task.year and held_on.year != task.year:
        text = _("This talk is planned for %(year)s; a talk held in another year does not count.")
        raise CannotRecord(text % {"year": task.year})


def _stored(talk: Talk) -> Talk:
    try:
        with transaction.atomic():
            talk.save()
    except IntegrityError as same:
        text = _("A talk between you two on this day is there already.")
        raise CannotRecord(text) from same
    return talk


def _store_agreed(talk: Talk, agreed: Sequence[Agreed]) -> None:
    TalkFollowUp.objects.bulk_create(
        TalkFollowUp(talk=talk, text=one.text.strip(), due_on=one.due_on) for one in agreed
    )


def _tell_officer(talk: Talk, key: str, kind: str) -> None:
    if talk.officer.user:
        notify(talk.officer.user, kind=kind, key=key, url=talk.get_absolute_url())


# -- reading and changing -----------------------------------------------------------------------


def open_talk(talk: Talk, *, by: User) -> None:
    """Put down that somebody else than the officer opened a talk; the officer sees it."""
    if talk.officer.user_id != by.pk:
        record_read("talk.read", by=by, on=talk.officer, court=talk.court, talk=talk.pk)


def _lock_talk(talk_id: int, *, by: User) -> Talk:
    """The talk for its holder alone; corrected, taken back and written on by nobody else."""
    talks = Talk.objects.select_for_update(of=("self",), no_key=True).filter(holder=by)
    return talks.select_related("court", "officer__user").get(pk=talk_id)


def _overtaken(talk: Talk) -> Conflict:
    text = _("This talk was changed in the meantime. Nothing was saved.")
    return Conflict(text, url=talk.get_absolute_url())


@transaction.atomic
def correct_talk(
    *,
    talk_id: int,
    held_on: date,
    kind: str,
    place: str,
    shared_note: str,
    by: User,
    at: datetime,
    seen: int | None = None,
) -> Talk:
    """Correct what both sides read; the version before is kept, and the officer reads it anew.

    ``seen`` is how many earlier versions there were when the page was opened. Refuses what
    entering refuses, and a talk taken back.
    """
    talk = _lock_talk(talk_id, by=by)
    number = talk.versions.count()
    if talk.taken_back_at or seen not in (None, number):
        raise _overtaken(talk)
    _refuse_talk(held_on, kind, shared_note, (), at)
    if talk.task:
        _refuse_day_of(talk.task, held_on)
    if talk.shared_follow_up.filter(due_on__lt=held_on).exists():
        raise CannotRecord(_("What was agreed can't be due before the talk."))
    new = {
        "held_on": held_on,
        "kind": kind,
        "place": place.strip(),
        "shared_note": shared_note.strip(),
    }
    changed = [name for name, value in new.items() if getattr(talk, name) != value]
    if not changed:
        return talk
    TalkVersion.objects.create(
        talk=talk,
        number=number + 1,
        held_on=talk.held_on,
        place=talk.place,
        kind=talk.kind,
        shared_note=talk.shared_note,
        replaced_at=at,
    )
    for name, value in new.items():
        setattr(talk, name, value)
    talk.acknowledged_at = None
    _stored(talk)
    record("talk.corrected", by=by, on=talk, court=talk.court, fields=changed)
    _tell_officer(talk, f"talk-corrected:{talk.pk}:{number + 1}", "talk_corrected")
    return talk


@transaction.atomic
def write_private_note(*, talk_id: int, private_note: str, by: User, at: datetime) -> PrivateNote:
    """Write the own private note anew; what it said before is kept for the author alone.

    The log says that a note was written, and nobody is told.
    """
    talk = _lock_talk(talk_id, by=by)
    note = PrivateNote.objects.create(
        talk=talk, author=by, private_note=private_note.strip(), written_at=at
    )
    record("talk.note_written", by=by, on=talk, court=talk.court)
    return note


@transaction.atomic
def take_back_talk(*, talk_id: int, reason: str, by: User, at: datetime) -> Talk:
    """Take back a talk entered by mistake: it stays on record, and what was planned is due again.

    Refuses a talk after a setback on which more has been built. The officer is told.
    """
    talk = _lock_talk(talk_id, by=by)
    here = Talk.objects.filter(pk=talk.pk, taken_back_at=None)
    if not here.update(taken_back_at=at, back_reason=reason):
        raise _overtaken(talk)
    if talk.task_id:
        _reopen(talk.task_id)
    talk.refresh_from_db(fields=["taken_back_at", "back_reason"])
    record("talk.taken_back", by=by, on=talk, court=talk.court, reason=reason)
    _tell_officer(talk, f"talk-back:{talk.pk}", "talk_taken_back")
    return talk


def _reopen(task_id: int) -> None:
    task = lock_task(task_id)
    setback = lock_setback(task.setback_id) if task.setback_id else None
    if setback and not unnote_talk(setback):
        text = _("Follow-ups rest on this talk. Correct it instead of taking it back.")
        raise CannotRecord(text)
    TalkTask.objects.filter(pk=task.pk, state=State.HELD).update(state=State.OPEN)
    tell_holder(task)


# -- what was agreed ----------------------------------------------------------------------------


@transaction.atomic
def add_agreed(*, talk_id: int, text: str, due_on: date, by: User) -> TalkFollowUp:
    """Add something agreed to a talk; the officer is told. Refuses a day before the talk."""
    talk = _lock_talk(talk_id, by=by)
    if talk.taken_back_at:
        raise _overtaken(talk)
    if talk.shared_follow_up.count() >= MOST_AGREED:
        raise CannotRecord(_("Agree on at most %(most)s things.") % {"most": MOST_AGREED})
    _refuse_agreed(talk.held_on, [Agreed(text, due_on)])
    agreed = TalkFollowUp.objects.create(talk=talk, text=text.strip(), due_on=due_on)
    record("talk.agreed", by=by, on=talk, court=talk.court, day=due_on.isoformat())
    _tell_officer(talk, f"talk-agreed:{agreed.pk}", "talk_agreed")
    return agreed


@transaction.atomic
def tick_agreed(*, agreed_id: int, by: User, at: datetime, is_done: bool = True) -> TalkFollowUp:
    """Tick off something agreed, or take the tick back; either of the two may. Nobody is told."""
    found = TalkFollowUp.objects.select_related("talk__court").get(pk=agreed_id)
    here = TalkFollowUp.objects.filter(pk=found.pk, done_on__isnull=is_done)
    done = {"done_on": timezone.localdate(at), "done_by": by}
    if not here.update(**(done if is_done else {"done_on": None, "done_by": None})):
        raise _overtaken(found.talk)
    found.refresh_from_db()
    if is_done:
        record("talk.agreed_done", by=by, on=found.talk, court=found.talk.court)
    else:
        record("talk.agreed_reopened", by=by, on=found.talk, court=found.talk.court)
    return found


@transaction.atomic
def acknowledge_talk(*, talk_id: int, by: User, at: datetime, own_word: str = "") -> Talk:
    """The officer has read the shared note, and may add a word, which then stands as written.

    Refuses a talk taken back, a second acknowledgement without a word, and a second word. The
    holder is told.
    """
    talks = Talk.objects.select_for_update(of=("self",), no_key=True).filter(officer__user=by)
    talk = talks.select_related("court", "holder").get(pk=talk_id)
    word = own_word.strip()
    if talk.taken_back_at or (talk.acknowledged_at and not word):
        raise _overtaken(talk)
    if word and talk.own_word:
        raise CannotRecord(_("Your word is there already; it stands as you wrote it."))
    talk.acknowledged_at = talk.acknowledged_at or at
    talk.own_word = word or talk.own_word
    talk.save(update_fields=["acknowledged_at", "own_word"])
    record("talk.acknowledged", by=by, on=talk, court=talk.court)
    notify(
        talk.holder,
        kind="talk_acknowledged",
        key=f"talk-acknowledged:{talk.pk}:{at.isoformat()}",
        url=talk.get_absolute_url(),
    )
    return talk
