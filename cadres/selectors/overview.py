"""How the cadre team in reach stands, for the start page: every figure in one query."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models import Aggregate, Count, Q, QuerySet, Sum, Value

from cadres.models import Appointment, Breach, Post, StaffingRequest
from cadres.rules.appointments import ELECTED
from cadres.rules.posts import TERM_YEARS
from cadres.selectors.corrections import waiting_for
from cadres.selectors.terms import soon_until
from courtparty.accounts.models import User
from courtparty.accounts.scope import standing_of, unit_scope
from courtparty.lib.counts import Kept, Statement, statement_of

# The most figures that one of the tables gives: a union wants rows of one width.
WIDEST = 4


@dataclass(frozen=True, slots=True)
class CadreOverview:
    """Counts within the units where the reader reads posts, and corrections that wait."""

    authorised: int
    occupied: int
    fulltime_staff: int
    # Of organisations, by their earliest term as on the page of terms: those that end within
    # half a year with those that have ended.
    terms_near: int
    terms_overdue: int
    breaches: int
    warnings: int
    awaiting_reply: int
    replies_overdue: int
    corrections: int

    @property
    def vacant(self) -> int:
        return max(0, self.authorised - self.occupied)

    @property
    def terms_ending(self) -> int:
        return self.terms_near - self.terms_overdue

    @property
    def breach_tone(self) -> str:
        return "danger" if self.breaches else "success"


def cadre_overview(user: User, *, on: date) -> CadreOverview | None:
    """One query; None, without any, for those who read no posts."""
    if not user.has_perm("cadres.view_post"):
        return None
    asked = _KEPT.get((*standing_of(user), on), lambda: _asked(user, on))
    # A table without a row in reach gives none here: its figures are zero.
    rows = asked.statement.rows() if asked.statement else []
    given = {place: figures for place, *figures in rows}
    return CadreOverview(
        *(
            figure or 0
            for place, width in enumerate(asked.widths)
            for figure in given.get(place, [0] * WIDEST)[:width]
        )
    )


@dataclass(frozen=True, slots=True)
class _Asked:
    """The statement that asks every table, none if nothing is in reach; how many figures each."""

    statement: Statement | None
    widths: list[int]


def _asked(user: User, on: date) -> _Asked:
    tables = _tables(user, on)
    parts = [_part(place, rows, figures) for place, (rows, figures) in enumerate(tables)]
    widths = [len(figures) for _rows, figures in tables]
    try:
        return _Asked(statement_of(parts[0].union(*parts[1:], all=True)), widths)
    except EmptyResultSet:
        return _Asked(None, widths)


# Readers of today by their standing. About 10 KB each.
_KEPT: Kept[_Asked] = Kept(60)


def _tables(user: User, on: date) -> list[tuple[QuerySet[Any], list[Aggregate]]]:
    """What is counted and how, in the order of the fields: each table is read once."""
    held = Appointment.objects.in_force(on=on).filter(
        unit_scope(user, "cadres.view_post", court="court", units=("post__unit",))
    )
    seated = Q(seat__isnull=False)
    # The earliest term of an organisation ends by a day if any of its terms does.
    term = Q(post__kind__in=ELECTED, post__unit__kind__in=TERM_YEARS, post__unit__is_active=True)
    breach, warning = (Q(weight=weight) for weight in (Breach.Weight.BREACH, Breach.Weight.WARNING))
    return [
        (Post.objects.visible_to(user).open(on=on), [Sum("authorised")]),
        (
            held,
            [
                Count("pk", filter=seated),
                Count("officer", distinct=True, filter=seated & Q(post__is_fulltime=True)),
                _units(term & Q(term_end__lte=soon_until(on))),
                _units(term & Q(term_end__lte=on)),
            ],
        ),
        (
            Breach.objects.visible_to(user).open().filter(exception=None),
            [Count("pk", filter=breach), Count("pk", filter=warning)],
        ),
        (
            StaffingRequest.objects.visible_to(user).awaiting_reply(),
            [Count("pk"), Count("pk", filter=Q(reply_due_on__lt=on))],
        ),
        (waiting_for(user), [Count("pk")]),
    ]


def _units(of: Q) -> Count:
    return Count("post__unit", distinct=True, filter=of)


def _part(place: int, rows: QuerySet[Any], figures: list[Aggregate]) -> QuerySet[Any]:
    """The figures of one table as one row that begins with its place."""
    padded = [*figures, *[Value(0)] * (WIDEST - len(figures))]
    # Grouping by a constant makes the aggregates a row of a query that can be joined to others.
    grouped = rows.order_by().annotate(place=Value(place)).values_list("place")
    return grouped.annotate(**{f"figure_{n}": figure for n, figure in enumerate(padded)})
