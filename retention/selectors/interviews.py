"""Exit interviews: who may hold one, who reads what of it, and which are the reader's own."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from courtparty.accounts.models import User
from courtparty.accounts.selectors import holders_of
from retention.models import Departure, ExitInterview
from retention.selectors.causes import MANAGE, cause_names, causes_of
from retention.selectors.departures import INTERVIEW_TONES

HOLD = "retention.hold_talks"
WAITING = (ExitInterview.State.OFFERED, ExitInterview.State.ACCEPTED)
HELD = ExitInterview.State.HELD


def interviewers_for(departure: Departure, *, on: date) -> QuerySet[User]:
    """Who may be named to hold the interview: those who hold talks with this officer."""
    officer = departure.officer
    people = holders_of(HOLD, officer.department, on=on)
    if officer.branch:
        people |= holders_of(HOLD, officer.branch, on=on)
    return people.exclude(pk=officer.user_id).order_by("name", "pk")  # type: ignore[misc]


def own_interviews(user: User) -> QuerySet[ExitInterview]:
    """Those offered to the reader, in departures that stand."""
    own = ExitInterview.objects.standing().filter(departure__officer__user=user)
    return own.select_related("departure__officer__court", "interviewer").order_by("-offered_at")


def waiting_for_officer(user: User) -> QuerySet[ExitInterview]:
    """Offers to answer, and summaries on which the officer's word is asked."""
    own = ExitInterview.objects.standing().filter(departure__officer__user=user)
    return own.filter(
        Q(state=ExitInterview.State.OFFERED)
        | Q(state=ExitInterview.State.HELD, is_summary_allowed=None)
    )


def to_hold(user: User) -> QuerySet[ExitInterview]:
    return ExitInterview.objects.standing().filter(
        interviewer=user, state=ExitInterview.State.ACCEPTED
    )


@dataclass(frozen=True, slots=True)
class InterviewRow:
    """A line of the interviewer's own list; what was said is not read for it."""

    pk: int
    name: str
    department: str
    planned_on: date
    place: str
    state: str
    tone: str
    is_open: bool


def interviews_to_hold(user: User) -> list[InterviewRow]:
    """Those ``user`` is named for, open ones first. One query."""
    mine = ExitInterview.objects.standing().filter(interviewer=user)
    listed = mine.select_related("departure__officer__department").defer(
        "text", "answers", "summary"
    )
    rows = [
        InterviewRow(
            pk=one.pk,
            name=one.departure.officer.name,
            department=one.departure.officer.department.display_name,
            planned_on=one.planned_on,
            place=one.place,
            state=one.get_state_display(),
            tone=INTERVIEW_TONES[one.state],
            is_open=one.state in WAITING,
        )
        for one in listed.order_by("planned_on", "pk")
    ]
    return sorted(rows, key=lambda row: not row.is_open)


@dataclass(frozen=True, slots=True)
class Reading:
    """What one reader is shown of an interview."""

    is_own: bool
    is_interviewer: bool
    has_text: bool
    has_summary: bool


def reading_of(interview: ExitInterview, user: User) -> Reading:
    """The text is the interviewer's; the summary also the officer's, and, where allowed, that of
    those who keep departures."""
    is_own = interview.departure.officer.user_id == user.pk
    is_interviewer = interview.interviewer_id == user.pk
    is_held = interview.state == ExitInterview.State.HELD
    is_allowed = bool(interview.is_summary_allowed) and user.has_perm(MANAGE)
    return Reading(
        is_own=is_own,
        is_interviewer=is_interviewer,
        has_text=is_held and is_interviewer,
        has_summary=is_held and (is_own or is_interviewer or is_allowed),
    )


@dataclass(frozen=True, slots=True)
class AnswersShown:
    """The coded answers, in words."""

    main: str
    others: list[str]
    would_return: str


def answers_shown(interview: ExitInterview) -> AnswersShown | None:
    answers: Mapping[str, Any] | None = interview.answers
    if not answers:
        return None
    names = cause_names(causes_of(interview.departure.officer.court))
    main = answers["main"]
    return AnswersShown(
        main=names.get(main, main),
        others=[names.get(code, code) for code in answers["causes"] if code != main],
        would_return=str(ExitInterview.WouldReturn(answers["would_return"]).label),
    )


@dataclass(frozen=True, slots=True)
class OwnInterview:
    """An interview offered to the reader, with what the reader may say about it now."""

    interview: ExitInterview
    tone: str
    answers: AnswersShown | None
    may_accept: bool
    may_decline: bool
    may_decide: bool


def own_interviews_shown(user: User) -> list[OwnInterview]:
    return [
        OwnInterview(
            interview=one,
            tone=INTERVIEW_TONES[one.state],
            answers=answers_shown(one) if one.state == HELD else None,
            may_accept=one.state == ExitInterview.State.OFFERED,
            may_decline=one.state in WAITING,
            may_decide=one.state == HELD,
        )
        for one in own_interviews(user)
    ]
