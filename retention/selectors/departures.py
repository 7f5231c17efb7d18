"""Departures as their list and pages need them, and those of whom only the roster knows."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from cadres.models import Officer
from courtparty.accounts.models import Unit, User
from courtparty.accounts.scope import court_scope
from retention.models import Departure, DepartureCause, ExitInterview
from retention.models.departures import DepartureQuerySet
from retention.selectors.causes import MANAGE

ORDERS = {
    "name": "officer__pinyin",
    "department": "officer__department__path",
    "left": "left_on",
    "destination": "destination",
    "coded": "coded_at",
}
DEFAULT_ORDER = "-left"
INTERVIEW_TONES = {
    "offered": "info",
    "accepted": "info",
    "declined": "neutral",
    "held": "success",
}


def searched(departures: DepartureQuerySet, text: str) -> DepartureQuerySet:
    """Those of people whose name has ``text``, or whose pinyin or initials begin with it."""
    plain = "".join(text.split())
    letters = plain.lower()
    words = Q(officer__name__contains=plain)
    return departures.filter(
        words | Q(officer__pinyin__startswith=letters) | Q(officer__initials__startswith=letters)
    )


def ordered(departures: DepartureQuerySet, sort: str) -> DepartureQuerySet:
    """In the order ?sort= asks for, "-" turned round; an unknown one is the latest day first."""
    if sort.removeprefix("-") not in ORDERS:
        sort = DEFAULT_ORDER
    field = F(ORDERS[sort.removeprefix("-")])
    is_down = sort.startswith("-")
    first = field.desc(nulls_last=True) if is_down else field.asc(nulls_first=True)
    return departures.order_by(first, "-pk" if is_down else "pk")


def uncoded(departures: DepartureQuerySet) -> DepartureQuerySet:
    return departures.standing().filter(coded_at=None)


def uncoded_in(court: Unit, year: int) -> int:
    """How many of those who left in a year have no causes coded."""
    left = Departure.objects.filter(officer__court=court, left_on__year=year)
    return uncoded(left).count()


def left_without_departure(user: User) -> QuerySet[Officer]:
    """Officers the roster has as left, for whom no departure stands: they wait to be entered."""
    known = Departure.objects.open().filter(officer=OuterRef("pk"))
    kept = court_scope(user, MANAGE)
    left = Officer.objects.filter(kept, left_on__isnull=False).exclude(Exists(known))
    return left.select_related("department").order_by("-left_on", "pinyin", "pk")


def years_of(departures: DepartureQuerySet) -> list[int]:
    """The years in which somebody left, the last one first."""
    return [day.year for day in departures.dates("left_on", "year", order="DESC")]


def may_be_entered(user: User) -> QuerySet[Officer]:
    """Officers of the courts whose departures ``user`` keeps, without an open departure."""
    known = Departure.objects.open().filter(officer=OuterRef("pk"))
    return Officer.objects.filter(court_scope(user, MANAGE)).exclude(Exists(known))


@dataclass(frozen=True, slots=True)
class DepartureRow:
    """A line of the list, in words. ``last_day`` is the last one at the court."""

    pk: int
    name: str
    department: str
    last_day: date
    destination: str
    state: str
    tone: str
    is_coded: bool
    interview: str
    interview_tone: str


def departure_rows(departures: DepartureQuerySet, *, on: date) -> list[DepartureRow]:
    """One query. Causes are not read: they are on the page of each, which is recorded."""
    listed = departures.select_related("officer__department", "interview").defer(
        "note", "interview__text", "interview__answers", "interview__summary"
    )
    return [_row(one, on=on) for one in listed]


def _row(departure: Departure, *, on: date) -> DepartureRow:
    state, tone = state_of(departure, on=on)
    interview = interview_of(departure)
    return DepartureRow(
        pk=departure.pk,
        name=departure.officer.name,
        department=departure.officer.department.display_name,
        last_day=last_day(departure.left_on),
        destination=departure.get_destination_display(),
        state=state,
        tone=tone,
        is_coded=departure.is_coded,
        interview=interview.get_state_display() if interview else "",
        interview_tone=INTERVIEW_TONES[interview.state] if interview else "",
    )


def interview_of(departure: Departure) -> ExitInterview | None:
    return getattr(departure, "interview", None)


def last_day(left_on: date) -> date:
    return left_on - timedelta(days=1)


def state_of(departure: Departure, *, on: date) -> tuple[str, str]:
    """How a departure stands, in words and as a tone."""
    if departure.withdrawn_at:
        return _("taken back"), "neutral"
    if departure.returned_on:
        return _("came back"), "neutral"
    if departure.is_over(on=on):
        return pgettext("departure", "left"), "info"
    return pgettext("departure", "announced"), "warning"


def causes_coded(departure: Departure) -> list[DepartureCause]:
    """The causes of one departure, the main one first."""
    causes = departure.causes.select_related("kind")
    return list(causes.order_by("-is_main", "kind__position", "kind_id"))


def codes_of(causes: Iterable[DepartureCause]) -> tuple[str, list[str]]:
    """(main, all) of the causes of one departure."""
    listed = list(causes)
    main = next((one.kind.code for one in listed if one.is_main), "")
    return main, [one.kind.code for one in listed]
