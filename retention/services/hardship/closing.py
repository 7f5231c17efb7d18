"""The end of a case: help followed, the officer's word asked for and given, and reopening."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from courtparty.accounts.models import User
from courtparty.audit.services import record
from courtparty.notices.calendar import working_calendar
from retention.models import HardshipCase
from retention.rules.hardship import RATINGS, may_close_silently
from retention.selectors.hardship import coordinators_for
from retention.services.hardship.steps import (
    CannotHelp,
    Event,
    Part,
    add_event,
    let_out,
    member_in,
    move_case,
    open_for,
    opening,
    overtaken,
    tell,
    write_texts,
)


@transaction.atomic
def follow_case(*, case_id: int, by: User, at: datetime) -> HardshipCase:
    """The help has been given; from now on the case is only followed. The officer is told.

    Refuses while a measure waits to be decided or carried out.
    """
    case = open_for(case_id, "follow", by=by)
    _refuse_open_measures(case)
    move_case(case, "follow")
    event = add_event(case, Event.FOLLOWED, by=by, at=at)
    tell([case.officer.user], "help_followed", event, case)
    record("hardship.followed", by=by, on=case, court=case.court)
    return case


@transaction.atomic
def ask_word(*, case_id: int, words: str, by: User, at: datetime) -> HardshipCase:
    """The coordinator says how the case ends and asks the officer for a rating, which closes it.

    The officer is told, and reminded every five working days. Refuses while a measure is open,
    without words, and to ask again while an answer is awaited.
    """
    case = open_for(case_id, "ask_word", by=by)
    _refuse_open_measures(case)
    if not words.strip():
        raise CannotHelp(_("Write a few words on how the case ends: the officer reads them."))
    if case.word_asked_on:
        raise CannotHelp(_("The officer has been asked already, and is reminded by itself."))
    asked = {"word_asked_on": timezone.localdate(at), "word_reminders": 0}
    here = HardshipCase.objects.filter(pk=case.pk, state=case.state, word_asked_on=None)
    if not here.update(word_reminded_on=None, **asked):
        raise overtaken(case)
    write_texts(case, closing=words)
    event = add_event(case, Event.WORD_ASKED, by=by, at=at)
    tell([case.officer.user], "help_word_asked", event, case)
    record("hardship.word_asked", by=by, on=case, court=case.court)
    return case


@transaction.atomic
def keep_open(*, case_id: int, by: User, at: datetime) -> HardshipCase:
    """The officer answers that the help is not over yet. The coordinator is told.

    Refuses where nobody has asked.
    """
    case = open_for(case_id, "keep_open", by=by)
    asked = HardshipCase.objects.filter(pk=case.pk).exclude(word_asked_on=None)
    if not asked.update(word_asked_on=None, word_reminders=0, word_reminded_on=None):
        raise CannotHelp(_("Nobody has asked to close this case: it stays open."))
    event = add_event(case, Event.KEPT_OPEN, by=by, at=at)
    tell([member_in(case, Part.COORDINATOR)], "help_kept_open", event, case)
    record("hardship.kept_open", by=by, on=case, court=case.court)
    return case


@transaction.atomic
def close_case(*, case_id: int, rating: int, words: str, by: User, at: datetime) -> HardshipCase:
    """The officer closes the case with a rating from 1 to 5 and a word.

    All members but the coordinator leave it. Refuses while a measure is open. The coordinator,
    who can read the word, is told.
    """
    case = open_for(case_id, "close", by=by)
    _refuse_open_measures(case)
    if rating not in RATINGS:
        raise CannotHelp(_("Choose a rating from 1 to 5."))
    move_case(case, "close", ended_at=at, rating=rating, word_asked_on=None)
    write_texts(case, rating_words=words)
    _all_but_coordinator_leave(case, at=at)
    event = add_event(case, Event.CLOSED, by=by, at=at)
    tell([member_in(case, Part.COORDINATOR)], "help_closed", event, case)
    record("hardship.closed", by=by, on=case, court=case.court)
    return case


@transaction.atomic
def close_silently(*, case_id: int, by: User, at: datetime) -> HardshipCase:
    """The coordinator closes a case whose officer was asked and reminded, and did not answer.

    Refuses until five working days after the last reminder, and while a measure is open. All
    members but the coordinator leave it; the officer is told, and can have it reopened.
    """
    case = open_for(case_id, "close_silent", by=by)
    _refuse_open_measures(case)
    today = timezone.localdate(at)
    is_due = may_close_silently(
        case.word_reminders, case.word_reminded_on, on=today, calendar=working_calendar()
    )
    if case.word_asked_on is None or not is_due:
        text = _(
            "Ask the officer first: without an answer the case can be closed once all reminders "
            "have gone out, and five working days after the last one."
        )
        raise CannotHelp(text)
    move_case(case, "close", ended_at=at, word_asked_on=None)
    _all_but_coordinator_leave(case, at=at)
    event = add_event(case, Event.CLOSED_SILENTLY, by=by, at=at)
    tell([case.officer.user], "help_closed_silently", event, case)
    record("hardship.closed_silently", by=by, on=case, court=case.court)
    return case


@transaction.atomic
def reopen_case(*, case_id: int, by: User, at: datetime) -> HardshipCase:
    """Take a closed case up again: officer or coordinator, and the other one is told.

    What was verified goes on being followed; what was not is verified anew, with new limits. The
    rating is asked for again at the end. Refuses where nobody is left to handle it: the officer
    turns to somebody first.
    """
    case = open_for(case_id, "reopen", by=by)
    coordinator = member_in(case, Part.COORDINATOR)
    handlers = coordinators_for(case.officer, on=timezone.localdate(at))
    if coordinator is None or not handlers.filter(pk=coordinator.pk).exists():
        raise CannotHelp(_("The coordinator no longer handles hardship: apply anew."))
    fresh = {"ended_at": None, "rating": None, "word_reminders": 0, "word_reminded_on": None}
    if _was_verified(case):
        move_case(case, "reopen", **fresh)
    else:
        limits = opening(case, at=at)
        del limits["opened_at"]  # how long the officer has waited counts from the first day
        move_case(case, "reapply", **fresh, **limits)
    write_texts(case, rating_words="", closing="")
    event = add_event(case, Event.REOPENED, by=by, at=at)
    tell([case.officer.user, coordinator], "help_reopened", event, case)
    record("hardship.reopened", by=by, on=case, court=case.court, state=case.state)
    return case


def _was_verified(case: HardshipCase) -> bool:
    """By the last finding: a case may have been verified at the second go."""
    found = case.events.filter(kind__in=[Event.VERIFIED, Event.NOT_VERIFIED])
    last = found.order_by("-pk").values_list("kind", flat=True).first()
    return last == Event.VERIFIED


def _refuse_open_measures(case: HardshipCase) -> None:
    if case.measures.open().exists():
        text = _("A measure is still open: have it decided and carried out, or cancel it first.")
        raise CannotHelp(text)


def _all_but_coordinator_leave(case: HardshipCase, *, at: datetime) -> None:
    let_out(case.members.exclude(part=Part.COORDINATOR), at=at)
