"""One hardship case as its page shows it: to each reader only what their part reads."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import pgettext

from cadres.selectors.readers import Reading, in_words
from courtparty.accounts.models import User
from courtparty.audit.models import Entry
from courtparty.lib.words import listed
from courtparty.notices.calendar import is_announced, working_calendar
from retention.models import CaseFile, CaseMember, HardshipCase, HelpMeasure
from retention.rules.hardship import (
    OFFICER,
    WORD_REMINDERS,
    days_open,
    may_close_silently,
    possible_in,
    reads_of,
)
from retention.selectors.hardship import Due, due_of, parts_of

READINGS_SHOWN = 20
# Not offered while a measure is open; the services refuse them too.
ENDING = frozenset({"follow", "ask_word", "close", "close_silent"})
MEASURE_TONES = {
    "proposed": "warning",
    "approved": "info",
    "refused": "danger",
    "done": "success",
    "cancelled": "neutral",
}


@dataclass(frozen=True, slots=True)
class Paper:
    """A file of a case under the name it was given."""

    pk: int
    name: str
    person: str
    added_at: datetime
    can_be_removed: bool


@dataclass(frozen=True, slots=True)
class ArrangementShown:
    """Flexible work of a measure; ``can_be_shortened`` by the coordinator."""

    pk: int
    start: date
    last_day: date
    what: str
    is_shown_to_head: bool
    is_agreed: bool
    can_be_shortened: bool


@dataclass(frozen=True, slots=True)
class MeasureShown:
    """A measure in words, and what the reader may do to it."""

    pk: int
    kind: str
    state: str
    tone: str
    is_open: bool
    text: str
    amount: Decimal | None
    source: str
    proposer: str
    proposed_at: datetime
    approver: str
    decided_at: datetime | None
    answer: str
    done_on: date | None
    doer: str
    done_note: str
    arrangement: ArrangementShown | None
    papers: list[Paper]
    can_decide: bool
    can_carry_out: bool
    can_cancel: bool


@dataclass(frozen=True, slots=True)
class VisitShown:
    day: date
    person: str
    notes: str


@dataclass(frozen=True, slots=True)
class MemberShown:
    """Somebody in the case, or who was; ``reads`` in words."""

    pk: int
    name: str
    part: str
    reads: str
    since: date
    until: date | None
    is_removal_asked: bool
    can_be_ended: bool
    can_be_objected: bool


@dataclass(frozen=True, slots=True)
class EventShown:
    at: datetime
    words: str
    person: str


@dataclass(frozen=True, slots=True)
class Clock:
    """How long a case is open, what is due next, and what was kept or missed."""

    days: int
    is_ended: bool
    due: Due | None
    is_uncertain: bool
    verified_late: bool
    helped_late: bool


@dataclass(frozen=True, slots=True)
class CaseShown:
    """A case for one reader. Texts the reader's part does not read are None, lists are empty."""

    parts: frozenset[str]
    possible: frozenset[str]
    reads: frozenset[str]
    clock: Clock | None
    story: str | None
    verification: str | None
    closing: str | None
    rating: int | None
    rating_words: str | None
    papers: list[Paper]
    measures: list[MeasureShown]
    visits: list[VisitShown]
    members: list[MemberShown]
    events: list[EventShown]
    readings: list[Reading]
    helped: Decimal

    @property
    def is_own(self) -> bool:
        return OFFICER in self.parts


def case_shown(case: HardshipCase, user: User, *, on: date) -> CaseShown:
    """Some ten queries, whatever the case holds."""
    parts = parts_of(case, user)
    reads, possible = reads_of(parts), _possible(case, parts, on=on)
    papers = _papers(case, user, possible) if reads & {"files", "measures"} else {}
    measures = _measures(case, user, possible, papers) if "measures" in reads else []
    if any(one.is_open for one in measures):
        possible -= ENDING
    has_words = "closing" in reads
    return CaseShown(
        parts=parts,
        possible=possible,
        reads=reads,
        clock=_clock(case, on=on),
        story=case.story if "story" in reads else None,
        verification=case.verification if "verification" in reads else None,
        closing=case.closing if has_words else None,
        rating=case.rating if has_words else None,
        rating_words=case.rating_words if has_words else None,
        papers=papers.get(None, []) if "files" in reads else [],
        measures=measures,
        visits=_visits(case) if "visits" in reads else [],
        members=_members(case, possible),
        events=_events(case),
        readings=_readings(case) if OFFICER in parts else [],
        helped=sum((one.amount for one in measures if one.done_on and one.amount), Decimal(0)),
    )


def _possible(case: HardshipCase, parts: frozenset[str], *, on: date) -> frozenset[str]:
    """What can be done now, by the state and by what was asked before."""
    possible = set(possible_in(case.state, parts))
    if case.word_asked_on is None:
        possible -= {"keep_open", "close_silent"}
    else:
        possible -= {"ask_word"}
    if "close_silent" in possible and not _may_close_silently(case, on=on):
        possible -= {"close_silent"}
    return frozenset(possible)


def _may_close_silently(case: HardshipCase, *, on: date) -> bool:
    """One query, and that only once all reminders have gone out."""
    if case.word_reminders < WORD_REMINDERS:
        return False
    return may_close_silently(
        case.word_reminders, case.word_reminded_on, on=on, calendar=working_calendar()
    )


def _clock(case: HardshipCase, *, on: date) -> Clock | None:
    if case.opened_at is None:
        return None
    calendar = working_calendar()
    ended = timezone.localdate(case.ended_at) if case.ended_at else None
    due = due_of(case, on=on, calendar=calendar)
    verified, helped = case.verified_on, case.first_help_on
    return Clock(
        days=days_open(timezone.localdate(case.opened_at), ended, on=on),
        is_ended=ended is not None,
        due=due,
        is_uncertain=due is not None and not is_announced(due.day.year, calendar),
        verified_late=bool(verified and case.verify_due_on and verified > case.verify_due_on),
        helped_late=bool(helped and case.first_help_due_on and helped > case.first_help_due_on),
    )


def _papers(
    case: HardshipCase, user: User, possible: frozenset[str]
) -> dict[int | None, list[Paper]]:
    """By measure; None for those of the case itself. Without the contents of the files."""
    found: dict[int | None, list[Paper]] = {}
    for one in case.files.select_related("added_by").order_by("pk"):
        is_mine = one.added_by_id == user.pk and one.measure_id is None
        paper = Paper(
            pk=one.pk,
            name=one.name,
            person=str(one.added_by),
            added_at=one.added_at,
            can_be_removed=is_mine and bool(possible & {"attach", "change"}),
        )
        found.setdefault(one.measure_id, []).append(paper)
    return found


def _measures(
    case: HardshipCase,
    user: User,
    possible: frozenset[str],
    papers: dict[int | None, list[Paper]],
) -> list[MeasureShown]:
    related = ("source", "proposed_by", "approver", "done_by", "arrangement")
    return [
        _measure_shown(one, user, possible, papers.get(one.pk, []))
        for one in case.measures.select_related(*related).order_by("-pk")
    ]


def _measure_shown(
    one: HelpMeasure, user: User, possible: frozenset[str], papers: list[Paper]
) -> MeasureShown:
    state = HelpMeasure.State
    is_open = one.state in (state.PROPOSED, state.APPROVED)
    return MeasureShown(
        pk=one.pk,
        kind=str(one.get_kind_display()),
        state=str(one.get_state_display()),
        tone=MEASURE_TONES[one.state],
        is_open=is_open,
        text=one.text,
        amount=one.amount,
        source=str(one.source or ""),
        proposer=str(one.proposed_by),
        proposed_at=one.proposed_at,
        approver=str(one.approver),
        decided_at=one.decided_at,
        answer=one.answer,
        done_on=one.done_on,
        doer=str(one.done_by or ""),
        done_note=one.done_note,
        arrangement=_arrangement(one, possible),
        papers=papers,
        can_decide=one.state == state.PROPOSED
        and one.approver_id == user.pk
        and "decide" in possible,
        can_carry_out=one.state == state.APPROVED and "carry_out" in possible,
        can_cancel=is_open and "cancel" in possible,
    )


def _arrangement(one: HelpMeasure, possible: frozenset[str]) -> ArrangementShown | None:
    if one.kind != HelpMeasure.Kind.FLEXIBLE or not hasattr(one, "arrangement"):
        return None
    found = one.arrangement
    return ArrangementShown(
        pk=found.pk,
        start=found.start,
        last_day=found.last_day,
        what=found.what,
        is_shown_to_head=found.is_shown_to_head,
        is_agreed=found.is_agreed,
        can_be_shortened=found.is_agreed and "end_flexible" in possible,
    )


def _visits(case: HardshipCase) -> list[VisitShown]:
    visits = case.visits.select_related("by").order_by("-day", "-pk")
    return [VisitShown(one.day, str(one.by), one.notes) for one in visits]


def _members(case: HardshipCase, possible: frozenset[str]) -> list[MemberShown]:
    """Those in it now first, then those who were."""
    members = list(case.members.select_related("user").order_by("pk"))
    members.sort(key=lambda one: one.until is not None)
    ends = {"helper", "approver", "verifier"}
    return [
        MemberShown(
            pk=one.pk,
            name=str(one.user),
            part=str(one.get_part_display()),
            reads=_reads_in_words(one.part),
            since=one.since,
            until=one.until,
            is_removal_asked=one.removal_asked_at is not None and one.until is None,
            can_be_ended=one.until is None and one.part in ends and "manage_members" in possible,
            can_be_objected=one.until is None
            and one.removal_asked_at is None
            and one.part in ends
            and "object" in possible,
        )
        for one in members
    ]


def _reads_in_words(part: str) -> str:
    words = {
        "story": pgettext("in a hardship case", "what has happened"),
        "files": pgettext("in a hardship case", "papers"),
        "verification": pgettext("in a hardship case", "what was found"),
        "measures": pgettext("in a hardship case", "measures"),
        "visits": pgettext("in a hardship case", "visits"),
        "closing": pgettext("in a hardship case", "closing words"),
    }
    reads = reads_of(frozenset({part}))
    return listed(text for name, text in words.items() if name in reads)


def _events(case: HardshipCase) -> list[EventShown]:
    events = case.events.select_related("by").order_by("-at", "-pk")
    return [EventShown(one.at, str(one.get_kind_display()), str(one.by or "")) for one in events]


def readings_of_case(case: HardshipCase) -> Iterable[Entry]:
    """The log's entries on openings of this case by members, newest first."""
    entries = Entry.objects.about(case.officer).reads()
    entries = entries.filter(verb__startswith="hardship.", detail__case=case.pk)
    return entries.select_related("actor").order_by("-at", "-pk")[:READINGS_SHOWN]


def _readings(case: HardshipCase) -> list[Reading]:
    return in_words(readings_of_case(case), case.officer)


# -- the officer's own page ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OwnCase:
    """One's own case on *My help*: what it is, how far it is, who handles it."""

    pk: int
    title: str
    kind: str
    state: str
    code: str
    tone: str
    coordinator: str
    days: int | None
    due: Due | None
    can_change: bool
    is_asked: bool


def own_cases(user: User, tones: dict[str, str], *, on: date) -> list[OwnCase]:
    """Three queries."""
    cases = list(HardshipCase.objects.filter(officer__user=user).order_by("-created_at", "-pk"))
    members = CaseMember.objects.current().filter(case__in=cases, part="coordinator")
    coordinators = {one.case_id: str(one.user) for one in members.select_related("user")}
    calendar = working_calendar()
    return [
        OwnCase(
            pk=one.pk,
            title=one.reference,
            kind=str(one.get_kind_display()),
            state=str(one.get_state_display()),
            code=one.state,
            tone=tones[one.state],
            coordinator=coordinators.get(one.pk, ""),
            days=_days_of(one, on=on),
            due=due_of(one, on=on, calendar=calendar),
            can_change=one.state == HardshipCase.State.DRAFTED,
            is_asked=one.state == HardshipCase.State.RECOMMENDED or one.word_asked_on is not None,
        )
        for one in cases
    ]


def _days_of(case: HardshipCase, *, on: date) -> int | None:
    if case.opened_at is None:
        return None
    ended = timezone.localdate(case.ended_at) if case.ended_at else None
    return days_open(timezone.localdate(case.opened_at), ended, on=on)


def paper_or_none(case: HardshipCase, paper_pk: int, user: User) -> CaseFile | None:
    """A paper of the case that the reader's part reads."""
    paper = case.files.select_related("file", "case__officer", "case__court").filter(pk=paper_pk)
    found = paper.first()
    if found is None:
        return None
    needed = "measures" if found.measure_id else "files"
    return found if needed in reads_of(parts_of(case, user)) else None
