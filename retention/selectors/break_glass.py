"""Requests to open a health file in an emergency, for who asks, who decides, and the officer."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from cadres.models import Officer
from cadres.models.officers import OfficerQuerySet
from cadres.selectors.officers import has_reach
from courtparty.accounts.models import User
from courtparty.accounts.selectors import holders_of
from retention.models import BreakGlass
from retention.models.break_glass import APPROVE, ASK, BreakGlassQuerySet
from retention.models.screening import ANSWER_ALERTS
from retention.rules.break_glass import is_open, lapses_at

State = BreakGlass.State
TONES = {
    State.ASKED: "warning",
    State.APPROVED: "danger",
    State.REFUSED: "neutral",
    State.WITHDRAWN: "neutral",
    State.EXPIRED: "neutral",
}
SEARCH_LIMIT = 20


def officers_to_ask_for(user: User) -> OfficerQuerySet:
    """Officers in the scope in which ``user`` may ask, without the own self."""
    officers = Officer.objects.visible_to(user, ASK).in_service().exclude(user=user)
    return officers.select_related("court", "department")


def named_like(officers: OfficerQuerySet, text: str) -> list[Officer]:
    """Those with ``text`` in name or pinyin, a few of them."""
    text = text.strip()
    if not text:
        return []
    named = Q(name__contains=text) | Q(pinyin__contains=text.lower())
    found = officers.filter(named | Q(initials__startswith=text.lower()))
    return list(found.order_by("pinyin", "pk")[:SEARCH_LIMIT])


def in_order(requests: BreakGlassQuerySet) -> BreakGlassQuerySet:
    """Those to be decided first, then those open, then the rest, newest first."""
    rank = Case(
        When(state=State.ASKED, then=Value(0)),
        When(state=State.APPROVED, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    people = ("officer__court", "officer__department", "asked_by", "decided_by")
    return requests.select_related(*people).order_by(rank, "-asked_at", "-pk")


def searched(requests: BreakGlassQuerySet, text: str) -> BreakGlassQuerySet:
    named = Q(officer__name__contains=text) | Q(officer__pinyin__contains=text.lower())
    return requests.filter(named | Q(asked_by__name__contains=text))


@dataclass(frozen=True, slots=True)
class RequestRow:
    """A line of a list. The reason is not among it: it is read on the request's own page."""

    pk: int
    officer: str
    department: str
    asked_by: str
    asked_at: datetime
    decided_by: str
    state: str
    tone: str
    opened_until: datetime | None
    openings: int
    is_open: bool
    is_asked: bool


def request_rows(requests: Iterable[BreakGlass], *, at: datetime) -> list[RequestRow]:
    return [_row(one, at) for one in requests]


def _row(one: BreakGlass, at: datetime) -> RequestRow:
    is_now = is_open(one.state, one.opened_until, at=at)
    # The end counts, whether or not the timetable has noted it yet.
    is_over = one.state == State.APPROVED and not is_now
    state = State.EXPIRED if is_over else State(one.state)
    return RequestRow(
        pk=one.pk,
        officer=one.officer.name,
        department=one.officer.department.display_name,
        asked_by=str(one.asked_by),
        asked_at=one.asked_at,
        decided_by=str(one.decided_by or ""),
        state=str(state.label),
        tone=TONES[state],
        opened_until=one.opened_until,
        openings=one.openings,
        is_open=is_now,
        is_asked=one.state == State.ASKED,
    )


@dataclass(frozen=True, slots=True)
class Possible:
    """What the reader may do about a request now."""

    decide: bool
    withdraw: bool
    open: bool
    end: bool


def possible_for(one: BreakGlass, user: User, *, at: datetime) -> Possible:
    """One query when it waits or is open, else none."""
    is_asker = one.asked_by_id == user.pk
    is_subject = user.pk in (one.subject_id, one.officer.user_id)
    is_asked, is_now = one.state == State.ASKED, is_open(one.state, one.opened_until, at=at)
    decides = bool(
        (is_asked or is_now)
        and not (is_asker or is_subject)
        and BreakGlass.objects.decidable_by(user).filter(pk=one.pk).exists()
    )
    return Possible(
        decide=is_asked and decides,
        withdraw=is_asked and is_asker,
        open=is_now and is_asker and has_reach(user, ASK, one.officer),
        end=is_now and (is_asker or decides),
    )


def deciders_of(one: BreakGlass, *, on: date) -> QuerySet[User]:
    """Who may decide: neither who asked nor the officer."""
    officer = one.officer
    people = holders_of(APPROVE, officer.department, on=on)
    if officer.branch:
        people |= holders_of(APPROVE, officer.branch, on=on)
    return people.exclude(pk__in=[one.asked_by_id, one.subject_id or 0]).distinct()


def stewards_of(officer: Officer, *, on: date) -> QuerySet[User]:
    """The stewards who keep this file, and are told of every step."""
    return holders_of(ANSWER_ALERTS, officer.department, on=on)


def over_by(at: datetime) -> BreakGlassQuerySet:
    """Open ones whose end has come, and requests nobody has decided in time."""
    undecided = BreakGlass.objects.filter(state=State.ASKED, asked_at__lte=_lapsed_from(at))
    ended = BreakGlass.objects.filter(state=State.APPROVED, opened_until__lte=at)
    return undecided | ended


def _lapsed_from(at: datetime) -> datetime:
    return at - (lapses_at(at) - at)
