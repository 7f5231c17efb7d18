"""How many people leave, by function, tenure and age, so that nobody can be read out of it. Pure.

Turnover of a year = people who left in it ÷ average headcount × 100. The average headcount is
the mean of the headcounts on the first day of each of its twelve months. The bands are ours [U].
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from typing import TypeVar

from retention.rules.groups import MINIMUM, publishable, tell_apart

FUNCTION, TENURE, AGE = "function", "tenure", "age"
DIVISIONS = (FUNCTION, TENURE, AGE)
TENURE_FROM = (0, 3, 5, 10, 20)
AGE_FROM = (0, 30, 35, 40, 50)
UNKNOWN = "unknown"
MONTHS = 12
TENTH = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class Absence:
    """From the first day no longer at the court until the day of coming back, if there is one."""

    start: date
    end: date | None = None

    def covers(self, day: date) -> bool:
        return self.start <= day and (self.end is None or day < self.end)


@dataclass(frozen=True, slots=True)
class Person:
    """What counting needs of one officer; ``units`` are the Party organisations above, by id."""

    pk: int
    function: str
    since: date | None = None
    birth: date | None = None
    absences: tuple[Absence, ...] = ()
    units: frozenset[int] = frozenset()

    def serves(self, day: date) -> bool:
        if self.since is not None and day < self.since:
            return False
        return not any(one.covers(day) for one in self.absences)

    def left_in(self, year: int) -> bool:
        return any(one.start.year == year for one in self.absences)

    def last_day(self, year: int) -> date:
        """The day on which tenure and age are read: the last of the year, or of service in it."""
        left = [one.start for one in self.absences if one.start.year == year]
        return min(left) - timedelta(days=1) if left else date(year, 12, 31)

    def counts_in(self, year: int) -> bool:
        """Whether any first day of a month was served, or the person left in the year."""
        return self.left_in(year) or any(self.serves(day) for day in first_days(year))


def first_days(year: int) -> list[date]:
    return [date(year, month, 1) for month in range(1, MONTHS + 1)]


def band_of(since: date | None, starts: Sequence[int], *, on: date) -> str:
    """The band of whole years on a day, as "3-4" or "20+"; "unknown" without a date."""
    if since is None or since > on:
        return UNKNOWN
    years = on.year - since.year - ((on.month, on.day) < (since.month, since.day))
    place = max(index for index, start in enumerate(starts) if start <= years)
    return bands(starts)[place]


def bands(starts: Sequence[int]) -> list[str]:
    ends = [f"{low}-{high - 1}" for low, high in pairwise(starts)]
    return [*ends, f"{starts[-1]}+"]


@dataclass(frozen=True, slots=True)
class Turnover:
    """One group in one year. ``heads`` is the average headcount."""

    group: str
    people: int
    heads: Decimal
    leavers: int

    @property
    def rate(self) -> Decimal | None:
        return rate_of(self.leavers, self.heads)


def rate_of(leavers: int, heads: Decimal) -> Decimal | None:
    """Per cent with one decimal; None where nobody was there."""
    if heads <= 0:
        return None
    return (leavers * 100 / heads).quantize(TENTH, ROUND_HALF_UP)


def turnover_of(group: str, people: Iterable[Person], year: int) -> Turnover:
    found = list(people)
    days = first_days(year)
    served = sum(person.serves(day) for person in found for day in days)
    return Turnover(
        group=group,
        people=len(found),
        heads=(Decimal(served) / MONTHS).quantize(TENTH, ROUND_HALF_UP),
        leavers=sum(person.left_in(year) for person in found),
    )


def divided(people: Iterable[Person], year: int) -> dict[str, dict[str, frozenset[int]]]:
    """The people of a year by function, tenure and age: division → group → their ids."""
    groups: dict[str, dict[str, set[int]]] = {name: {} for name in DIVISIONS}
    for person in people:
        day = person.last_day(year)
        keys = {
            FUNCTION: person.function,
            TENURE: band_of(person.since, TENURE_FROM, on=day),
            AGE: band_of(person.birth, AGE_FROM, on=day),
        }
        for name, key in keys.items():
            groups[name].setdefault(key, set()).add(person.pk)
    return {
        name: {key: frozenset(members) for key, members in found.items()}
        for name, found in groups.items()
    }


# -- what may be shown -------------------------------------------------------------------------

Divisions = Mapping[str, Mapping[str, frozenset[int]]]
Shown = dict[str, frozenset[str]]
Group = tuple[str, str]
Place = tuple[Hashable, Group]
K = TypeVar("K", bound=Hashable)
# The place of everybody of a unit, beside those of its groups.
ALL: Group = ("", "")


@dataclass(frozen=True, slots=True)
class Scope:
    """One unit whose figures may be asked for: its people, and the unit it lies below."""

    unit: Hashable
    parent: Hashable | None
    divisions: Divisions

    @property
    def everybody(self) -> frozenset[int]:
        return frozenset().union(
            *(people for groups in self.divisions.values() for people in groups.values())
        )


def released(scopes: Sequence[Scope]) -> dict[Hashable, Shown]:
    """Which groups of each unit are shown, when the figures of all of them may be read together.

    ``scopes`` come from the top down. What a unit shows is compared with everything shown above
    it, alone and together with what else is shown below that: where a difference would be fewer
    than five people, the unit hides that whole division, or everything. A hidden unit stands
    between nobody: what lies below it is compared with what is shown above it.
    """
    over: dict[Hashable, tuple[Hashable, ...]] = {}
    below: dict[Place, frozenset[int]] = {}
    sets: dict[Hashable, list[frozenset[int]]] = {}
    found: dict[Hashable, Shown] = {}
    for scope in scopes:
        above = over.get(scope.parent, ())
        over[scope.unit] = above
        known = [one for unit in above for one in sets[unit]]
        everybody = scope.everybody
        if len(everybody) < MINIMUM or _is_told(ALL, everybody, above, below, known):
            continue
        over[scope.unit] = (*above, scope.unit)
        found[scope.unit] = shown = _shown_below(scope, above, below, known)
        groups = {
            (name, key): scope.divisions[name][key] for name, keys in shown.items() for key in keys
        }
        sets[scope.unit] = [everybody, *groups.values()]
        for unit in above:
            for group, people in {ALL: everybody, **groups}.items():
                below[unit, group] = below.get((unit, group), frozenset()) | people
    return found


def _is_told(
    group: Group,
    people: frozenset[int],
    above: Sequence[Hashable],
    below: Mapping[Place, frozenset[int]],
    known: Sequence[frozenset[int]],
) -> bool:
    """Whether a set, alone or with what else is shown of its kind, leaves a few of a known one."""
    together = [people | below.get((unit, group), frozenset()) for unit in above]
    return any(tell_apart(one, other) for one in (people, *together) for other in known)


def _shown_below(
    scope: Scope,
    above: Sequence[Hashable],
    below: Mapping[Place, frozenset[int]],
    known: Sequence[frozenset[int]],
) -> Shown:
    shown = publishable(scope.divisions)
    for name, keys in shown.items():
        groups = scope.divisions[name]
        if any(_is_told((name, key), groups[key], above, below, known) for key in keys):
            shown[name] = frozenset()
    return shown


def totals_released(units: Iterable[tuple[K, K | None, int]]) -> frozenset[K]:
    """Units whose totals may be shown together, of (unit, unit above, people) from the top down.

    The same for totals alone: nowhere may what is in no unit shown below come to a few people.
    """
    nearest: dict[K | None, K | None] = {}
    left: dict[K, int] = {}
    for unit, parent, people in units:
        above = nearest.get(parent)
        nearest[unit] = above
        if people < MINIMUM or (above is not None and 0 < left[above] - people < MINIMUM):
            continue
        if above is not None:
            left[above] -= people
        nearest[unit], left[unit] = unit, people
    return frozenset(left)
