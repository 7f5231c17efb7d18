"""The establishment as its ledger, its pages and its workbook need it."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from cadres.models import Appointment, Post, SeatChange, Secondment
from cadres.rules.establishment import (
    KINDS_OF_UNIT,
    NumberChange,
    seat_opened,
    seats_free,
)
from cadres.rules.posts import days_vacant
from cadres.selectors.officers import Reach
from courtparty.accounts.models import Unit, User
from courtparty.accounts.scope import unit_scope
from courtparty.lib.people import normal_name
from courtparty.lib.words import bracketed, listed

VIEW = "cadres.view_post"
MANAGE = "cadres.manage_post"
VIEW_HOLDERS = "cadres.view_appointment"

_LETTERS = re.compile(r"[a-z]+")
_KIND_ORDER = {kind: place for place, kind in enumerate(Post.Kind.values)}


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a post on the day: in a seat, or seconded in without one."""

    appointment: int
    officer: int
    seat: int | None
    name: str
    pinyin: str
    initials: str
    nature: str
    start: date
    is_seconded_out: bool

    @property
    def words(self) -> str:
        """The name, and whether acting, seconded in or seconded out."""
        nature = Appointment.Nature(self.nature)
        marks = [] if nature is Appointment.Nature.REGULAR else [str(nature.label)]
        marks += [_("seconded out")] if self.is_seconded_out else []
        return bracketed(self.name, listed(marks)) if marks else self.name


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One post on one day. ``since`` is the first day of its longest vacancy."""

    pk: int
    court_id: int
    unit: Unit
    court: str
    kind: str
    title: str
    note: str
    is_fulltime: bool
    is_exclusive: bool
    authorised: int
    opened_on: date
    closed_on: date | None
    approval_id: int
    approval: str
    approved_on: date
    state: str
    holders: tuple[Holder, ...]
    occupied: int
    seconded_in: int
    seconded_out: int
    vacant: int
    since: date | None
    days: int | None

    @property
    def holders_in_words(self) -> str:
        """Names with what sets a holder apart; empty for those who may not read names."""
        return listed(holder.words for holder in self.holders if holder.name)

    @property
    def since_in_words(self) -> str:
        return _("since %(day)s") % {"day": self.since}

    @property
    def opened_in_words(self) -> str:
        return _("from %(day)s") % {"day": self.opened_on}

    @property
    def is_counted(self) -> bool:
        """Whether it is part of the establishment on the day."""
        return self.state in ("vacant", "full")


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums over the posts that are part of the establishment on the day."""

    posts: int
    authorised: int
    occupied: int
    vacant: int
    seconded_in: int
    seconded_out: int


def fulltime_officers(rows: Iterable[LedgerRow]) -> set[int]:
    """Officers who hold a full-time post; those seconded in belong to another establishment."""
    return {
        holder.officer
        for row in rows
        if row.is_fulltime and row.is_counted
        for holder in row.holders
        if holder.seat is not None
    }


def totals_of(rows: Iterable[LedgerRow]) -> Totals:
    counted = [row for row in rows if row.is_counted]
    return Totals(
        posts=len(counted),
        authorised=sum(row.authorised for row in counted),
        occupied=sum(row.occupied for row in counted),
        vacant=sum(row.vacant for row in counted),
        seconded_in=sum(row.seconded_in for row in counted),
        seconded_out=sum(row.seconded_out for row in counted),
    )


_FIELDS = (
    "pk", "court_id", "unit_id", "kind", "name", "note", "is_fulltime", "is_exclusive",
    "authorised", "opened_on", "closed_on", "approval_id", "approval__number",
    "approval__issued_on",
)  # fmt: skip


def ledger(user: User, reach: Reach, *, on: date) -> list[LedgerRow]:
    """Every post in reach on that day, closed ones too. At most four queries.

    All of it is read at once: the totals and the vacancy clocks need every post anyway.
    """
    posts = list(Post.objects.visible_to(user).values(*_FIELDS))
    seats = _Seats(posts, user, on=on)
    kinds = {kind: str(label) for kind, label in Post.Kind.choices}
    return [_row(post, kinds, reach, seats) for post in posts]


def _row(post: dict[str, Any], kinds: dict[str, str], reach: Reach, seats: "_Seats") -> LedgerRow:
    # Plain values and words looked up once: 500 model instances would cost the page target.
    kind = kinds[post["kind"]]
    opened_on, closed_on = post["opened_on"], post["closed_on"]
    holders, vacancies = seats.holders(post["pk"]), seats.vacancies(post)
    occupied = sum(holder.seat is not None for holder in holders)
    since = min(vacancies, default=None)
    return LedgerRow(
        pk=post["pk"],
        court_id=post["court_id"],
        unit=reach.units[post["unit_id"]],
        court=reach.name_of(post["court_id"]) if len(reach.courts) > 1 else "",
        kind=post["kind"],
        title=bracketed(kind, post["name"]) if post["name"] else kind,
        note=post["note"],
        is_fulltime=post["is_fulltime"],
        is_exclusive=post["is_exclusive"],
        authorised=post["authorised"],
        opened_on=opened_on,
        closed_on=closed_on,
        approval_id=post["approval_id"],
        approval=post["approval__number"],
        approved_on=post["approval__issued_on"],
        state=state_of(opened_on, closed_on, vacant=len(vacancies), on=seats.on),
        holders=holders,
        occupied=occupied,
        seconded_in=len(holders) - occupied,
        seconded_out=sum(holder.is_seconded_out for holder in holders),
        vacant=len(vacancies),
        since=since,
        days=None if since is None else days_vacant(since, on=seats.on),
    )


def state_of(opened_on: date, closed_on: date | None, *, vacant: int, on: date) -> str:
    """``closed``, ``planned`` (authorised from a day to come), ``vacant`` or ``full``."""
    if closed_on and closed_on <= on:
        return "closed"
    if opened_on > on:
        return "planned"
    return "vacant" if vacant else "full"


class _Seats:
    """Holders of many posts on one day, and since when each seat is vacant: three queries."""

    def __init__(self, posts: list[dict[str, Any]], user: User, *, on: date) -> None:
        self.on = on
        self._holders = _holders(user, on=on)
        self._free = {post["pk"]: free for post in posts if (free := self._free_seats(post))}
        # History grows with the years: it is read for posts with a vacancy only, and of those
        # who held a seat before only the last end.
        self._changes = _number_changes(self._free)
        past = Appointment.objects.standing().filter(post__in=self._free, seat__isnull=False)
        lasts = past.filter(end__lte=on).order_by().values_list("post", "seat")
        self._left = {(post, seat): end for post, seat, end in lasts.annotate(Max("end"))}

    def _free_seats(self, post: dict[str, Any]) -> list[int]:
        """Only a post that is open on the day has vacancies."""
        if state_of(post["opened_on"], post["closed_on"], vacant=0, on=self.on) != "full":
            return []
        taken = {one.seat for one in self.holders(post["pk"]) if one.seat is not None}
        return seats_free(taken, post["authorised"])

    def holders(self, post: int) -> tuple[Holder, ...]:
        return tuple(self._holders.get(post, ()))

    def vacancies(self, post: dict[str, Any]) -> list[date]:
        """The first day of each vacancy."""
        pk, opened_on = post["pk"], post["opened_on"]
        changes = self._changes.get(pk, ())
        return [
            max(seat_opened(seat, opened_on, changes), self._left.get((pk, seat), opened_on))
            for seat in self._free.get(pk, ())
        ]


def _holders(user: User, *, on: date) -> dict[int, list[Holder]]:
    """Who holds each post the reader sees; without names for those who may not read them."""
    scope = unit_scope(user, VIEW, court="court", units=("post__unit",))
    fields = ("post_id", "pk", "officer_id", "seat", "nature", "start")
    may_read = user.has_perm(VIEW_HOLDERS)
    names = ("officer__name", "officer__pinyin", "officer__initials") if may_read else ()
    in_seats = (
        Appointment.objects.in_force(on=on)
        .filter(scope)
        .order_by(F("seat").asc(nulls_last=True), "start", "pk")
    )
    away = Exists(_seconded_out(on).filter(appointment=OuterRef("pk")))
    found: dict[int, list[Holder]] = defaultdict(list)
    for post, pk, officer, seat, nature, start, is_away, *known in in_seats.values_list(
        *fields, away, *names
    ):
        name, pinyin, initials = known or ("", "", "")
        found[post].append(
            Holder(pk, officer, seat, name, pinyin, initials, nature, start, is_away)
        )
    return found


def _seconded_out(on: date) -> QuerySet[Secondment]:
    started = Secondment.objects.filter(start__lte=on)
    return started.filter(Q(end=None) | Q(end__gt=on))


def _number_changes(posts: Iterable[int]) -> dict[int, list[NumberChange]]:
    """How the authorised number of each post changed, in the order it was entered."""
    changes = SeatChange.objects.filter(post__in=posts).order_by("pk")
    found: dict[int, list[NumberChange]] = defaultdict(list)
    for post, day, before, after in changes.values_list("post", "day", "before", "after"):
        found[post].append(NumberChange(day, before, after))
    return found


SORTS: dict[str, Callable[[LedgerRow], Any]] = {
    "unit": lambda row: (),
    "post": lambda row: _KIND_ORDER[row.kind],
    "authorised": lambda row: row.authorised,
    "occupied": lambda row: row.occupied,
    "vacant": lambda row: row.vacant,
    "days": lambda row: row.days or 0,
}
DEFAULT_SORT = "unit"


def ledger_sorted(rows: Iterable[LedgerRow], sort: str) -> list[LedgerRow]:
    """By ?sort=, "-" turned round; rows that agree stay in the order of the tree of units."""
    key = SORTS.get(sort.removeprefix("-"), SORTS[DEFAULT_SORT])
    is_down = sort.startswith("-") and sort.removeprefix("-") in SORTS
    by_unit = sorted(rows, key=_place)
    if key is SORTS["unit"]:
        return by_unit[::-1] if is_down else by_unit
    return sorted(by_unit, key=key, reverse=is_down)


def _place(row: LedgerRow) -> tuple[Any, ...]:
    """By the tree, and in a unit as its kinds of post are usually named."""
    kinds = KINDS_OF_UNIT.get(row.unit.kind, ())
    rank = kinds.index(row.kind) if row.kind in kinds else len(kinds)
    return row.unit.path, rank, row.title, row.pk


def searched_posts(rows: Iterable[LedgerRow], text: str) -> list[LedgerRow]:
    """Posts whose unit, name or holder ``text`` names; letters may begin pinyin or initials."""
    plain = _squeezed(text)
    letters = re.sub(r"['’-]", "", plain).replace("ü", "v")
    return [row for row in rows if _is_named(row, plain, letters)]


def _is_named(row: LedgerRow, plain: str, letters: str) -> bool:
    words = [row.unit.name, row.unit.name_en, row.title, *(one.name for one in row.holders)]
    if any(plain in _squeezed(word) for word in words):
        return True
    return _LETTERS.fullmatch(letters) is not None and any(
        one.pinyin.startswith(letters) or one.initials.startswith(letters) for one in row.holders
    )


def _squeezed(text: str) -> str:
    return normal_name(text).replace(" ", "").casefold()


def ledger_units(rows: Iterable[LedgerRow], reach: Reach) -> list[Unit]:
    """The units to filter by: those with posts and those above them, in the order of the tree."""
    steps: set[str] = set()
    for path in {row.unit.path for row in rows}:
        steps.update(path[:end] for end in range(Unit.steplen, len(path) + 1, Unit.steplen))
    return sorted((u for u in reach.inside if u.path in steps), key=lambda unit: unit.path)
