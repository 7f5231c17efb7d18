"""Who of a team is away when: a month or a year, without saying why."""

from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q

from cadres.models import Officer
from courtparty.accounts.models import Unit, User
from courtparty.lib.workdays import Calendar, is_worked
from courtparty.notices.calendar import working_calendar
from retention.models import AwayLimit, LeavePair, LeavePlan, LeaveRequest
from retention.rules.leave_requests import Away, Clash, clashes, days_of
from retention.selectors.leave import departments_in_reach

# Of a department, where the court has set nothing. Ours, not verified.
MOST_PERCENT = 34

AWAY, ASKED, PLANNED = "away", "asked", "planned"


def teams_of(user: User, own: Officer | None) -> list[Unit]:
    """Departments whose calendar the reader opens: the own one, and those in reach."""
    found = {unit.pk: unit for unit in departments_in_reach(user)}
    if own is not None:
        found.setdefault(own.department_id, own.department)
    return sorted(found.values(), key=lambda unit: unit.path)


def limit_of(unit: Unit) -> int:
    """Percent of a department that may be away at once: its own limit, the court's, or ours."""
    rows = AwayLimit.objects.filter(Q(unit=unit) | Q(unit__path=unit.court_path))
    found = {row.unit_id: row.percent for row in rows}
    own = found.pop(unit.pk, None)
    return own if own is not None else next(iter(found.values()), MOST_PERCENT)


@dataclass(frozen=True, slots=True)
class Team:
    """A department from one day until another: who belongs to it, and who is away."""

    unit: Unit
    officers: list[Officer]
    absences: list[tuple[str, Away]]
    clashes: list[Clash]
    percent: int
    calendar: Calendar


def team_of(unit: Unit, start: date, end: date, *, with_asked: bool) -> Team:
    """Six queries. ``with_asked``: requests not decided yet are for those who decide them."""
    officers = list(
        Officer.objects.filter(department=unit)
        .filter(Q(left_on=None) | Q(left_on__gt=start))
        .only("id", "name", "pinyin", "department_id")
        .order_by("pinyin", "pk")
    )
    ids = [one.pk for one in officers]
    absences = [*_requested(ids, start, end, with_asked), *_planned(ids, start, end)]
    pairs = LeavePair.objects.filter(first__in=ids, second__in=ids)
    calendar, percent = working_calendar(), limit_of(unit)
    found = clashes(
        [away for _kind, away in absences],
        days=days_of(start, end),
        staff=len(officers),
        most_percent=percent,
        pairs=pairs.values_list("first_id", "second_id"),
        calendar=calendar,
    )
    return Team(unit, officers, absences, found, percent, calendar)


def _requested(
    ids: list[int], start: date, end: date, with_asked: bool
) -> Iterable[tuple[str, Away]]:
    states = [LeaveRequest.State.APPROVED, *([LeaveRequest.State.ASKED] if with_asked else [])]
    rows = LeaveRequest.objects.filter(officer__in=ids, state__in=states).touching(start, end)
    for officer, first, until, state in rows.values_list("officer", "start", "end", "state"):
        yield ASKED if state == LeaveRequest.State.ASKED else AWAY, Away(officer, first, until)


def _planned(ids: list[int], start: date, end: date) -> Iterable[tuple[str, Away]]:
    rows = LeavePlan.objects.filter(
        officer__in=ids, state=LeavePlan.State.AGREED, start__lt=end, end__gt=start
    )
    for officer, first, until in rows.values_list("officer", "start", "end"):
        yield PLANNED, Away(officer, first, until)


# -- a month ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DayShown:
    day: date
    is_worked: bool
    is_today: bool
    is_clash: bool


@dataclass(frozen=True, slots=True)
class CellShown:
    """One officer on one day: ``kind`` is away, asked, planned, or nothing."""

    day: date
    kind: str
    is_off: bool
    is_clash: bool


@dataclass(frozen=True, slots=True)
class OfficerMonth:
    name: str
    cells: list[CellShown]
    away: int


@dataclass(frozen=True, slots=True)
class Stretch:
    """An absence as a line of words, for a telephone and for a screen reader."""

    name: str
    start: date
    last: date
    kind: str


@dataclass(frozen=True, slots=True)
class ClashShown:
    day: date
    away: int
    staff: int
    is_share: bool
    pairs: list[str]


@dataclass(frozen=True, slots=True)
class TeamMonth:
    days: list[DayShown]
    rows: list[OfficerMonth]
    stretches: list[Stretch]
    clashes: list[ClashShown]


def month_of(team: Team, first: date, *, on: date) -> TeamMonth:
    """No query."""
    days = [first.replace(day=n) for n in range(1, monthrange(first.year, first.month)[1] + 1)]
    clashing = {one.day for one in team.clashes}
    kinds = _kinds_by_day(team)
    return TeamMonth(
        days=[DayShown(d, is_worked(d, team.calendar), d == on, d in clashing) for d in days],
        rows=[_officer_month(one, days, kinds, clashing, team.calendar) for one in team.officers],
        stretches=_stretches(team),
        clashes=clashes_shown(team),
    )


def _kinds_by_day(team: Team) -> dict[tuple[int, date], str]:
    """The most certain thing known of each officer on each day."""
    found: dict[tuple[int, date], str] = {}
    for wanted in (PLANNED, ASKED, AWAY):
        for kind, one in team.absences:
            if kind == wanted:
                found |= dict.fromkeys(
                    ((one.officer_id, day) for day in days_of(one.start, one.end)), kind
                )
    return found


def _officer_month(
    officer: Officer,
    days: list[date],
    kinds: dict[tuple[int, date], str],
    clashing: set[date],
    calendar: Calendar,
) -> OfficerMonth:
    cells = []
    for day in days:
        kind = kinds.get((officer.pk, day), "")
        is_off = not is_worked(day, calendar)
        cells.append(CellShown(day, kind, is_off, bool(kind) and day in clashing))
    away = sum(1 for cell in cells if cell.kind and not cell.is_off)
    return OfficerMonth(officer.name, cells, away)


def _stretches(team: Team) -> list[Stretch]:
    names = {one.pk: one.name for one in team.officers}
    found = [
        Stretch(names[one.officer_id], one.start, one.end - timedelta(days=1), kind)
        for kind, one in team.absences
    ]
    return sorted(found, key=lambda one: (one.start, one.name))


def clashes_shown(team: Team) -> list[ClashShown]:
    names = {one.pk: one.name for one in team.officers}
    return [
        ClashShown(
            day=one.day,
            away=one.away,
            staff=len(team.officers),
            is_share=one.is_share,
            pairs=[f"{names[first]} – {names[second]}" for first, second in one.pairs],
        )
        for one in team.clashes
    ]


# -- a year -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OfficerYear:
    name: str
    months: list[int]
    total: int


@dataclass(frozen=True, slots=True)
class TeamYear:
    """Working days away by officer and month, and how many days of each month clash."""

    months: list[date]
    rows: list[OfficerYear]
    clashes: list[int]


def year_of(team: Team, year: int) -> TeamYear:
    """No query."""
    away: defaultdict[tuple[int, int], int] = defaultdict(int)
    for officer, day in _kinds_by_day(team):
        if day.year == year and is_worked(day, team.calendar):
            away[officer, day.month] += 1
    rows = []
    for one in team.officers:
        months = [away[one.pk, month] for month in range(1, 13)]
        rows.append(OfficerYear(one.name, months, sum(months)))
    counts = [sum(1 for c in team.clashes if c.day.month == month) for month in range(1, 13)]
    return TeamYear([date(year, month, 1) for month in range(1, 13)], rows, counts)


def clashes_with(leave: LeaveRequest | LeavePlan) -> list[ClashShown]:
    """Where the team clashes in the days of a request or plan, for whoever decides on it."""
    unit = leave.officer.department
    return clashes_shown(team_of(unit, leave.start, leave.end, with_asked=True))
