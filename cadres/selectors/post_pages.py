"""One post as its page shows it: its seats, everybody who held it, and how its number changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from django.db.models import Q

from cadres.models import Appointment, Approval, Post, Secondment
from cadres.rules.establishment import NumberChange, seat_opened, vacant_since
from cadres.rules.posts import days_vacant
from cadres.selectors.approvals import visible_approvals
from cadres.selectors.posts import VIEW_HOLDERS, state_of
from courtparty.accounts.models import User
from courtparty.lib.dates import ONE_DAY

WIDTH = 1000
BAR = 20
MOST_YEARS = 12


@dataclass(frozen=True, slots=True)
class Document:
    """A document as a page names it; ``is_open`` where the reader may open its own page."""

    pk: int
    number: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class Term:
    """One holder's time in the post. ``last_day`` is None while it has no end."""

    appointment: int
    name: str
    seat: int | None
    nature: str
    start: date
    last_day: date | None
    reason: str
    term_until: date | None
    document: Document | None
    removal: Document | None
    state: str
    is_seconded_out: bool


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a time bar, in thousandths of its width."""

    x: int
    width: int
    text: str
    is_acting: bool


@dataclass(frozen=True, slots=True)
class Seat:
    """One seat on the day: its holder, or since when and for how many days it has none."""

    number: int
    is_held: bool
    holder: Term | None
    since: date | None
    days: int | None


@dataclass(frozen=True, slots=True)
class Bar:
    """Who held one seat when, from ``x`` where it was authorised, ``y`` below the top."""

    seat: int
    x: int
    y: int
    pieces: list[Piece]

    @property
    def width(self) -> int:
        return WIDTH - self.x

    @property
    def text_y(self) -> int:
        return self.y + 11


@dataclass(frozen=True, slots=True)
class NumberStep:
    """The authorised number from one day on, and the document that says so."""

    day: date
    number: int
    document: Document | None


@dataclass(frozen=True, slots=True)
class PostShown:
    state: str
    seats: list[Seat]
    guests: list[Term]
    history: list[Term]
    bars: list[Bar]
    years: list[tuple[int, int]]
    steps: list[NumberStep]
    approval: Document | None
    closing: Document | None

    @property
    def vacant(self) -> int:
        return sum(seat.since is not None for seat in self.seats)

    @property
    def bars_end(self) -> int:
        return len(self.bars) * BAR

    @property
    def bars_height(self) -> int:
        return self.bars_end + BAR


def post_shown(post: Post, user: User, *, on: date) -> PostShown:
    """At most five queries; ``post`` comes with its documents. Nobody is named, and there is no
    history, for those who may not read appointments.
    """
    may_see = user.has_perm(VIEW_HOLDERS)
    held = _appointments(post)
    steps = _steps(post)
    documents = _documents(post, held, steps, user)
    away = _away(post, on)
    terms = [_term(one, documents, one.pk in away, on=on) for one in held]
    first = min([post.opened_on, *(one.start for one in held)])
    span = (first, max([on + ONE_DAY, *(one.end for one in held if one.end)]))
    changes = [
        NumberChange(day, before, after)
        for (_day, before, _pk), (day, after, _document) in pairwise(steps)
    ]
    seats = _seats(post, terms, changes, on=on, with_names=may_see)
    return PostShown(
        state=state_of(
            post.opened_on,
            post.closed_on,
            vacant=sum(seat.since is not None for seat in seats),
            on=on,
        ),
        seats=seats,
        guests=[one for one in terms if one.seat is None and one.state == "now" and may_see],
        history=terms if may_see else [],
        bars=_bars(post, terms, changes, span) if may_see else [],
        years=_years(*span),
        steps=[NumberStep(day, number, documents.get(pk)) for day, number, pk in steps],
        approval=documents.get(post.approval_id),
        closing=documents.get(post.closing_approval_id or 0),
    )


def _appointments(post: Post) -> list[Appointment]:
    standing = post.appointments.standing().select_related(
        "officer", "document", "removal_document"
    )
    return list(standing.order_by("-start", "-pk"))


def _away(post: Post, on: date) -> set[int]:
    started = Secondment.objects.filter(appointment__post=post, start__lte=on)
    current = started.filter(Q(end=None) | Q(end__gt=on))
    return set(current.values_list("appointment", flat=True))


def _steps(post: Post) -> list[tuple[date, int, int]]:
    """The authorised number over time: day, number, document; nothing if it never changed."""
    changes = list(post.seat_changes.order_by("pk"))
    if not changes:
        return []
    first = (post.opened_on, changes[0].before, changes[0].replaced_id)
    return [first, *((one.day, one.after, one.approval_id) for one in changes)]


def _documents(
    post: Post, held: Sequence[Appointment], steps: list[tuple[date, int, int]], user: User
) -> dict[int, Document]:
    named = {post.approval_id: post.approval.number}
    if post.closing_approval:
        named[post.closing_approval.pk] = post.closing_approval.number
    for one in held:
        named[one.document_id] = one.document.number
        if one.removal_document:
            named[one.removal_document.pk] = one.removal_document.number
    older = {pk for _day, _number, pk in steps} - set(named)
    named |= dict(Approval.objects.filter(pk__in=older).values_list("pk", "number"))
    seen = visible_approvals(named, user)
    return {pk: Document(pk, number, pk in seen) for pk, number in named.items()}


def _term(one: Appointment, documents: dict[int, Document], is_away: bool, *, on: date) -> Term:
    is_over = one.end is not None and one.end <= on
    return Term(
        appointment=one.pk,
        name=one.officer.name,
        seat=one.seat,
        nature=one.nature,
        start=one.start,
        last_day=one.end - ONE_DAY if one.end else None,
        reason=one.get_end_reason_display() if one.end_reason else "",
        term_until=one.term_end - ONE_DAY if one.term_end else None,
        document=documents.get(one.document_id),
        removal=documents.get(one.removal_document_id or 0),
        state="over" if is_over else "now" if one.start <= on else "to come",
        is_seconded_out=is_away,
    )


def _seats(
    post: Post,
    terms: list[Term],
    changes: list[NumberChange],
    *,
    on: date,
    with_names: bool,
) -> list[Seat]:
    is_open = post.opened_on <= on and not (post.closed_on and post.closed_on <= on)
    seats = []
    for number in range(1, post.authorised + 1):
        own = [one for one in terms if one.seat == number]
        periods = [(one.start, one.last_day + ONE_DAY if one.last_day else None) for one in own]
        opened = seat_opened(number, post.opened_on, changes)
        since = vacant_since(periods, opened=opened, on=on) if is_open else None
        seats.append(
            Seat(
                number=number,
                is_held=any(one.state == "now" for one in own),
                holder=next((o for o in own if o.state == "now"), None) if with_names else None,
                since=since,
                days=None if since is None else days_vacant(since, on=on),
            )
        )
    return seats


def _bars(
    post: Post, terms: list[Term], changes: list[NumberChange], span: tuple[date, date]
) -> list[Bar]:
    """One for each seat there is, and for each there was."""
    seats = sorted({*range(1, post.authorised + 1), *(one.seat for one in terms if one.seat)})
    return [
        Bar(
            seat=seat,
            x=_place(seat_opened(seat, post.opened_on, changes), span),
            y=place * BAR + 4,
            pieces=[_piece(one, span) for one in terms if one.seat == seat],
        )
        for place, seat in enumerate(seats)
    ]


def _piece(term: Term, span: tuple[date, date]) -> Piece:
    last = span[1]
    end = min(term.last_day + ONE_DAY, last) if term.last_day else last
    left, right = _place(term.start, span), _place(end, span)
    until = term.last_day or ""
    is_acting = term.nature == Appointment.Nature.ACTING
    return Piece(left, max(2, right - left), f"{term.name} {term.start} – {until}", is_acting)


def _place(day: date, span: tuple[date, date]) -> int:
    first, last = span
    return round((day - first).days / max(1, (last - first).days) * WIDTH)


def _years(first: date, last: date) -> list[tuple[int, int]]:
    """Where a time bar marks the beginning of a year; every second, fifth … of a long time."""
    years = range(first.year + 1, last.year + 1)
    step = -(-len(years) // MOST_YEARS) or 1
    return [(_place(date(year, 1, 1), (first, last)), year) for year in years if not year % step]
