"""Counting who left: read once when a year is closed, and as one total while it runs."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, Min, OuterRef, Q

from cadres.models import Officer, RosterImport
from courtparty.accounts.models import Unit
from courtparty.lib.dates import PartialDate
from retention.models import BoardYear, Departure, DepartureCause, ExitInterview
from retention.rules.causes import Tally
from retention.rules.groups import MINIMUM
from retention.rules.turnover import (
    DIVISIONS,
    Absence,
    Person,
    Scope,
    Turnover,
    divided,
    released,
    totals_released,
    turnover_of,
)
from retention.selectors.causes import causes_of

AT_ONCE = 5000


def people_of(court: Unit) -> list[Person]:
    """Everybody the court's roster has or had, as counting needs them. Three queries."""
    absences = _absences(court)
    organisations = _organisations_above(court)
    rows = Officer.objects.filter(court=court).order_by("pk")
    values = rows.values_list(
        "pk", "department__function", "work_since", "birth", "left_on", "branch_id"
    )
    people = []
    for pk, function, since, birth, left_on, branch in values.iterator(AT_ONCE):
        known = absences.get(pk, [])
        if left_on and all(one.end is not None for one in known):
            known = [*known, Absence(left_on)]
        people.append(
            Person(
                pk=pk,
                function=function,
                since=_first(since),
                birth=_first(birth),
                absences=tuple(known),
                units=organisations.get(branch, frozenset()),
            )
        )
    return people


def _first(day: PartialDate | None) -> date | None:
    return day.first if day else None


def _absences(court: Unit) -> dict[int, list[Absence]]:
    found: defaultdict[int, list[Absence]] = defaultdict(list)
    standing = Departure.objects.standing().filter(officer__court=court)
    rows = standing.order_by("left_on", "pk").values_list("officer_id", "left_on", "returned_on")
    for officer_id, left_on, returned_on in rows:
        found[officer_id].append(Absence(left_on, returned_on))
    return found


def _organisations_above(court: Unit) -> dict[int | None, frozenset[int]]:
    """Of each Party organisation: itself and those above it."""
    units = party_units(court)
    return {
        unit.pk: frozenset(above.pk for above in units if unit.path.startswith(above.path))
        for unit in units
    }


def party_units(court: Unit) -> list[Unit]:
    units = Unit.objects.within(court).filter(kind__in=Unit.PARTY_KINDS)
    return list(units.order_by("path"))


# -- closing a year -----------------------------------------------------------------------------


def first_year(court: Unit) -> int | None:
    """The first year of which the court knows who left; None while it has no roster."""
    first = RosterImport.objects.filter(court=court).aggregate(at=Min("imported_at"))["at"]
    left = Officer.objects.filter(court=court).aggregate(day=Min("left_on"))["day"]
    departures = Departure.objects.standing().filter(officer__court=court)
    departed = departures.aggregate(day=Min("left_on"))["day"]
    years = [one.year for one in (first, left, departed) if one]
    return min(years) if years else None


def years_closed(court: Unit) -> list[int]:
    years = BoardYear.objects.filter(court=court).order_by("year")
    return list(years.values_list("year", flat=True))


def years_to_close(court: Unit, *, until: int) -> list[int]:
    """Years up to ``until`` that have not been closed, in order; none before the first known."""
    first = first_year(court)
    if first is None:
        return []
    done = years_closed(court)
    start = max([first, *(year + 1 for year in done)])
    return list(range(start, until + 1))


@dataclass(frozen=True, slots=True)
class YearCounted:
    """What closing a year keeps, by unit."""

    tables: dict[str, Any]
    causes: dict[str, Any]


def count_year(court: Unit, year: int) -> YearCounted:
    """The group figures of one year: turnover as it may be shown, and how often each cause."""
    people = [person for person in people_of(court) if person.counts_in(year)]
    units = party_units(court)
    groups = {unit.pk: [one for one in people if unit.pk in one.units] for unit in units}
    scopes = [
        Scope(court.pk, None, divided(people, year)),
        *(
            Scope(unit.pk, _parent(unit, court, units), divided(groups[unit.pk], year))
            for unit in units
            if groups[unit.pk]
        ),
    ]
    everyone = {court.pk: people, **groups}
    shown = released(scopes)
    tables = {
        str(scope.unit): _table(scope, everyone[_key(scope)], shown[scope.unit], year)
        for scope in scopes
        if scope.unit in shown
    }
    tallies = tallies_of(court, year, people, units)
    return YearCounted(tables, {str(unit): asdict(tally) for unit, tally in tallies.items()})


def _key(scope: Scope) -> int:
    return int(str(scope.unit))


def units_below(court: Unit, units: Iterable[Unit]) -> list[tuple[int, int | None]]:
    """The court and its Party organisations from the top down, each with the unit above it."""
    listed = list(units)
    return [(court.pk, None), *((unit.pk, _parent(unit, court, listed)) for unit in listed)]


def _parent(unit: Unit, court: Unit, units: Iterable[Unit]) -> int:
    above = [one for one in units if one.pk != unit.pk and unit.path.startswith(one.path)]
    return max(above, key=lambda one: len(one.path)).pk if above else court.pk


def _table(
    scope: Scope, people: list[Person], shown: Mapping[str, frozenset[str]], year: int
) -> dict[str, Any]:
    by_pk = {person.pk: person for person in people}
    table: dict[str, Any] = {"all": _row(turnover_of("all", people, year)), "hidden": {}}
    for name in DIVISIONS:
        groups = scope.divisions.get(name, {})
        table[name] = [
            _row(turnover_of(key, [by_pk[pk] for pk in members], year))
            for key, members in sorted(groups.items())
            if key in shown[name]
        ]
        table["hidden"][name] = len(groups) - len(table[name])
    return table


def _row(turnover: Turnover) -> dict[str, Any]:
    return {
        "group": turnover.group,
        "people": turnover.people,
        "heads": str(turnover.heads),
        "leavers": turnover.leavers,
    }


def tallies_of(
    court: Unit, year: int, people: Iterable[Person], units: Iterable[Unit]
) -> dict[int, Tally]:
    """How often each cause was given by those who left in a year, by court and organisation."""
    leavers = {person.pk: person.units for person in people if person.left_in(year)}
    codes = [cause.code for cause in causes_of(court)]
    coded = _coded(court, year)
    said = _said(court, year)
    return {
        unit: _tally(
            {pk for pk, above in leavers.items() if unit == court.pk or unit in above},
            codes,
            coded,
            said,
        )
        for unit in [court.pk, *(one.pk for one in units)]
    }


def _tally(
    leavers: set[int],
    codes: list[str],
    coded: Mapping[int, tuple[str, list[str]]],
    said: Mapping[int, str],
) -> Tally:
    main, any_, told = dict.fromkeys(codes, 0), dict.fromkeys(codes, 0), dict.fromkeys(codes, 0)
    for pk in leavers & coded.keys():
        first, causes = coded[pk]
        main[first] = main.get(first, 0) + 1
        for code in causes:
            any_[code] = any_.get(code, 0) + 1
    for pk in leavers & said.keys():
        told[said[pk]] = told.get(said[pk], 0) + 1
    return Tally(
        leavers=len(leavers),
        coded=len(leavers & coded.keys()),
        main=main,
        any=any_,
        talks=len(leavers & said.keys()),
        said=told,
    )


def _coded(court: Unit, year: int) -> dict[int, tuple[str, list[str]]]:
    """Officer → (main cause, all causes), of the departures of a year that are coded."""
    causes = DepartureCause.objects.filter(
        departure__officer__court=court,
        departure__left_on__year=year,
        departure__withdrawn_at=None,
        departure__coded_at__isnull=False,
    )
    found: dict[int, tuple[str, list[str]]] = {}
    rows = causes.order_by("pk").values_list("departure__officer_id", "kind__code", "is_main")
    for officer_id, code, is_main in rows:
        main, codes = found.get(officer_id, ("", []))
        found[officer_id] = (code if is_main else main, [*codes, code])
    return found


def _said(court: Unit, year: int) -> dict[int, str]:
    """Officer → the main cause named in an interview whose summary may be used."""
    talks = ExitInterview.objects.standing().filter(
        departure__officer__court=court,
        departure__left_on__year=year,
        is_summary_allowed=True,
    )
    return {
        talk.departure.officer_id: talk.answers["main"]
        for talk in talks.select_related("departure").order_by("pk")
        if talk.answers
    }


# -- the year that runs -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class YearSoFar:
    """One total of the running year. The groups of it are counted when it is closed."""

    year: int
    heads: int
    leavers: int


def year_so_far(court: Unit, unit: Unit, *, on: date) -> YearSoFar | None:
    """People in service and those who left since 1 January, in a court or an organisation.

    None where they are fewer than five, or where they and what may be shown of the units beside
    them leave fewer than five of a unit above. Two queries.
    """
    start = date(on.year, 1, 1)
    this_year = Q(left_on__gte=start, left_on__lte=on)
    gone = Departure.objects.standing().filter(this_year, officer=OuterRef("pk"))
    entered = Departure.objects.open().filter(officer=OuterRef("pk"))
    serves = Q(left_on=None) | Q(left_on__gt=on)
    leaves = Exists(gone) | (this_year & ~Exists(entered))
    rows = Officer.objects.filter(court=court).order_by().values("branch")
    counted = rows.annotate(
        heads=Count("pk", filter=serves),
        leavers=Count("pk", filter=leaves),
        people=Count("pk", filter=serves | leaves),
    )
    by_branch: dict[int | None, dict[str, Any]] = {row["branch"]: {**row} for row in counted}
    units = party_units(court)
    inside = {
        one.pk: [one.pk, *(below.pk for below in units if below.path.startswith(one.path))]
        for one in units
    } | {court.pk: list(by_branch)}

    def total(of: int, what: str) -> int:
        return sum(by_branch[pk][what] for pk in set(inside[of]) & by_branch.keys())

    tree = [(pk, parent, total(pk, "people")) for pk, parent in units_below(court, units)]
    heads = total(unit.pk, "heads")
    if heads < MINIMUM or unit.pk not in totals_released(tree):
        return None
    return YearSoFar(on.year, heads, total(unit.pk, "leavers"))
