"""Approved exceptions from the rules of the full-time check, in words."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from cadres.fulltime_wording import TITLES
from cadres.models import FulltimeException
from courtparty.accounts.models import User
from courtparty.accounts.scope import is_court_path, paths_with

EXCEPT = "cadres.manage_exception"

ORDERS = {
    "unit": ("unit__path", "code", "-starts_on", "pk"),
    "code": ("code", "unit__path", "-starts_on", "pk"),
    "since": ("starts_on", "unit__path", "pk"),
    "until": ("ends_on", "unit__path", "pk"),
}
DEFAULT_ORDER = "unit"
IN_FORCE, AHEAD, ENDED = "in_force", "ahead", "ended"
STATES = {IN_FORCE: _("in force"), AHEAD: _("from a later day"), ENDED: _("ended")}
TONES = {IN_FORCE: "info", AHEAD: "neutral", ENDED: "neutral"}


@dataclass(frozen=True, slots=True)
class ExceptionRow:
    """An exception in words. ``last_day`` None: until further notice."""

    pk: int
    unit: str
    rule: str
    officer: str
    number: str
    document_url: str
    starts_on: date
    last_day: date | None
    note: str
    state: str
    tone: str
    can_be_ended: bool


class Readable:
    """What of an exception the reader may go on to: its document, and ending it. No query."""

    def __init__(self, user: User) -> None:
        documents = paths_with(user, "cadres.view_approval")
        self._documents = tuple(path for path in documents if is_court_path(path))
        self._endings = paths_with(user, EXCEPT)

    def url_of(self, exception: FulltimeException) -> str:
        is_open = exception.unit.path.startswith(self._documents) if self._documents else False
        return exception.approval.get_absolute_url() if is_open else ""

    def can_end(self, exception: FulltimeException, on: date) -> bool:
        is_over = exception.ends_on is not None and exception.ends_on <= on
        is_kept = exception.unit.path.startswith(self._endings) if self._endings else False
        return is_kept and not is_over


def exception_row(one: FulltimeException, readable: Readable, *, on: date) -> ExceptionRow:
    state = state_of(one, on)
    return ExceptionRow(
        pk=one.pk,
        unit=one.unit.display_name,
        rule=str(TITLES[one.code]),
        officer=one.officer.name if one.officer else "",
        number=one.approval.number,
        document_url=readable.url_of(one),
        starts_on=one.starts_on,
        last_day=one.ends_on - timedelta(days=1) if one.ends_on else None,
        note=one.note,
        state=str(STATES[state]),
        tone=TONES[state],
        can_be_ended=readable.can_end(one, on),
    )


def state_of(one: FulltimeException, on: date) -> str:
    if one.starts_on > on:
        return AHEAD
    return ENDED if one.ends_on is not None and one.ends_on <= on else IN_FORCE


def in_state(
    exceptions: QuerySet[FulltimeException], state: str, *, on: date
) -> QuerySet[FulltimeException]:
    has_ended = Q(ends_on__isnull=False, ends_on__lte=on)
    if state == ENDED:
        return exceptions.filter(has_ended)
    return exceptions.exclude(has_ended)


def in_order(exceptions: QuerySet[FulltimeException], sort: str) -> QuerySet[FulltimeException]:
    keys = ORDERS.get(sort.removeprefix("-"))
    if keys is None:
        sort, keys = DEFAULT_ORDER, ORDERS[DEFAULT_ORDER]
    # Those without an end last longest.
    first = F(keys[0])
    ordered = first.desc(nulls_first=True) if sort.startswith("-") else first.asc(nulls_last=True)
    return exceptions.order_by(ordered, *keys[1:])


def exception_rows(
    exceptions: QuerySet[FulltimeException], user: User, *, on: date
) -> list[ExceptionRow]:
    """Lines for a page of exceptions. One query."""
    readable = Readable(user)
    return [exception_row(one, readable, on=on) for one in with_relations(exceptions)]


def with_relations(exceptions: QuerySet[FulltimeException]) -> QuerySet[FulltimeException]:
    related = exceptions.select_related("unit", "officer", "approval")
    return related.defer("officer__id_number", "officer__phone")
