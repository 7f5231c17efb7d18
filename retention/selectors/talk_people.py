"""Who leads whom in a court, so that each talk finds its holder."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from operator import attrgetter

from cadres.models import Appointment, Officer
from courtparty.accounts.models import Grant, Unit, User
from courtparty.accounts.roles import Role
from courtparty.accounts.selectors import holders_of
from retention.rules.talks import COMMITTEE_POSTS, DEPUTY_POSTS, SECRETARY_POSTS, is_head_title

HOLD = "retention.hold_talks"
MEMBERS = (Officer.PartyStatus.FULL, Officer.PartyStatus.PROBATIONARY)
ROLES = (Role.SECRETARY, Role.HEAD, Role.PRESIDENT, Role.POLITICAL)


@dataclass(frozen=True, slots=True)
class Person:
    """An officer in service, as far as planning needs to know them."""

    pk: int
    user_id: int | None
    department_id: int
    organisation: str
    is_member: bool
    is_titled_head: bool


@dataclass(frozen=True, slots=True)
class People:
    """The officers of a court and who leads them. Units are named by their paths."""

    court: Unit
    persons: dict[int, Person]
    departments: dict[int, str]
    granted: dict[tuple[str, str], list[int]]
    secretaries: dict[str, list[int]]
    committees: dict[str, list[int]]
    deputies: dict[str, list[int]]

    def secretary_of(self, organisation: str) -> int | None:
        """The account of the secretary: who is appointed, else who holds the role there."""
        appointed = self.accounts(self.secretaries.get(organisation, []))
        return _first([*appointed, *self.granted.get((Role.SECRETARY, organisation), [])])

    def head_of(self, department_id: int, *, but: int | None = None) -> int | None:
        """The account that holds the role of head there, else whose title says so."""
        held = self.granted.get((Role.HEAD, self.departments.get(department_id, "")), [])
        titled = [
            person.user_id
            for person in self.persons.values()
            if person.department_id == department_id and person.is_titled_head and person.user_id
        ]
        return _first(one for one in [*held, *titled] if one != but)

    def leader(self) -> int | None:
        return _first(self.granted.get((Role.PRESIDENT, self.court.path), []))

    def accounts(self, officer_ids: Iterable[int]) -> list[int]:
        found = (self.persons[one].user_id for one in officer_ids if one in self.persons)
        return [user_id for user_id in found if user_id]

    def holder_for(self, officer_id: int) -> int | None:
        """Who talks with an officer unless somebody else is asked.

        The branch secretary, else the head, else the nearest secretary above, else the political
        department; never the officer.
        """
        person = self.persons.get(officer_id)
        if person is None:
            return None
        own = person.user_id
        near = [self.secretary_of(person.organisation)] if person.organisation else []
        above = map(self.secretary_of, _paths_above(person.organisation))
        political = self.granted.get((Role.POLITICAL, self.court.path), [])
        head = self.head_of(person.department_id, but=own)
        order = [*near, head, *above, *political]
        return _first(one for one in order if one and one != own)


def _first(ids: Iterable[int]) -> int | None:
    return next(iter(ids), None)


def _paths_above(path: str) -> Iterator[str]:
    while len(path) > Unit.steplen:
        path = path[: -Unit.steplen]
        yield path


def people_of(court: Unit, *, on: date) -> People:
    """Four queries, however large the court."""
    units = {unit.pk: unit for unit in Unit.objects.within(court)}
    granted = defaultdict(list)
    grants = Grant.objects.in_force(on=on).filter(
        unit__in=units, role__in=ROLES, user__is_active=True
    )
    for role, unit_id, user_id in grants.order_by("pk").values_list("role", "unit_id", "user_id"):
        granted[role, units[unit_id].path].append(user_id)
    posts = _posts(court, units, on)
    return People(
        court=court,
        persons=_persons(court, units),
        departments={pk: unit.path for pk, unit in units.items()},
        granted=dict(granted),
        secretaries=_officers_in(posts, SECRETARY_POSTS),
        committees=_officers_in(posts, COMMITTEE_POSTS),
        deputies=_officers_in(posts, DEPUTY_POSTS),
    )


def _persons(court: Unit, units: dict[int, Unit]) -> dict[int, Person]:
    officers = Officer.objects.filter(court=court).in_service().select_related("user")
    officers = officers.only(
        "department_id", "branch_id", "party_status", "title", "user__is_active"
    )
    return {
        one.pk: Person(
            pk=one.pk,
            user_id=one.user_id if one.user and one.user.is_active else None,
            department_id=one.department_id,
            organisation=_organisation(units.get(one.branch_id)) if one.branch_id else "",
            is_member=one.party_status in MEMBERS,
            is_titled_head=is_head_title(one.title),
        )
        for one in officers.order_by("pk")
    }


def _organisation(unit: Unit | None) -> str:
    """Where a member is led: a Party group has no secretary of its own."""
    if unit is None:
        return ""
    return unit.path[: -Unit.steplen] if unit.kind == Unit.Kind.GROUP else unit.path


def _posts(court: Unit, units: dict[int, Unit], on: date) -> list[tuple[str, str, int]]:
    held = Appointment.objects.in_force(on=on).filter(court=court).order_by("start", "pk")
    return [
        (units[unit_id].path, kind, officer_id)
        for unit_id, kind, officer_id in held.values_list("post__unit", "post__kind", "officer_id")
        if unit_id in units
    ]


def _officers_in(
    posts: Iterable[tuple[str, str, int]], kinds: frozenset[str]
) -> dict[str, list[int]]:
    found: defaultdict[str, list[int]] = defaultdict(list)
    for path, kind, officer_id in posts:
        if kind in kinds and officer_id not in found[path]:
            found[path].append(officer_id)
    return dict(found)


# -- the pairs ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Couple:
    """Two who are to talk: ``people`` names them for good, whoever holds the office now."""

    pair: str
    people: str
    officer_id: int
    holder_id: int | None


def couples_of(people: People, pair: str) -> list[Couple]:
    """Everybody of one kind of pair, each once. No query."""
    return sorted(set(_FINDERS[pair](people)), key=attrgetter("people"))


def _secretary_member(people: People) -> Iterator[Couple]:
    for person in people.persons.values():
        organisation = person.organisation
        leads = people.secretaries.get(organisation, []) + people.committees.get(organisation, [])
        holder = people.secretary_of(organisation) if organisation else None
        if person.is_member and organisation and person.pk not in leads:
            yield from _couple("secretary_member", person, holder)


def _secretary_committee(people: People) -> Iterator[Couple]:
    for organisation, members in people.committees.items():
        holder = people.secretary_of(organisation)
        for officer_id in members:
            if officer_id in people.persons:
                unit = organisation.removeprefix(people.court.path)
                person = people.persons[officer_id]
                yield from _couple("secretary_committee", person, holder, suffix=f"@{unit}")


def _committee_committee(people: People) -> Iterator[Couple]:
    for members in people.committees.values():
        known = sorted(one for one in members if one in people.persons)
        for low, high in combinations(known, 2):
            holder, officer = people.persons[low], people.persons[high]
            if holder.user_id is None and officer.user_id is not None:
                holder, officer = officer, holder
            yield Couple("committee_committee", f"{low}-{high}", officer.pk, holder.user_id)


def _deputy_member(people: People) -> Iterator[Couple]:
    for person in people.persons.values():
        deputies = people.deputies.get(person.organisation, [])
        secretaries = people.secretaries.get(person.organisation, [])
        if person.is_member and deputies and person.pk not in [*deputies, *secretaries]:
            yield from _couple("deputy_member", person, _first(people.accounts(deputies)))


def _head_officer(people: People) -> Iterator[Couple]:
    heads = set(_heads(people))
    for person in people.persons.values():
        if person.pk not in heads:
            holder = people.head_of(person.department_id, but=person.user_id)
            yield from _couple("head_officer", person, holder)


def _leader_head(people: People) -> Iterator[Couple]:
    for officer_id in _heads(people):
        yield from _couple("leader_head", people.persons[officer_id], people.leader())


def _heads(people: People) -> Iterator[int]:
    held = {
        user
        for (role, _path), users in people.granted.items()
        if role == Role.HEAD
        for user in users
    }
    for person in people.persons.values():
        if person.is_titled_head or person.user_id in held:
            yield person.pk


def _couple(
    pair: str, person: Person, holder_id: int | None, *, suffix: str = ""
) -> Iterator[Couple]:
    """Nobody talks with oneself."""
    if holder_id is None or holder_id != person.user_id:
        yield Couple(pair, f"{person.pk}{suffix}", person.pk, holder_id)


_FINDERS = {
    "secretary_member": _secretary_member,
    "secretary_committee": _secretary_committee,
    "committee_committee": _committee_committee,
    "deputy_member": _deputy_member,
    "head_officer": _head_officer,
    "leader_head": _leader_head,
}


# -- choosing by hand ---------------------------------------------------------------------------


def people_to_ask(officer: Officer, *, on: date) -> list[User]:
    """Who may be asked to talk with ``officer``: whoever holds talks where they belong."""
    found = User.objects.none()
    for unit in (officer.branch, officer.department):
        if unit:
            found |= holders_of(HOLD, unit, on=on)
    return list(found.exclude(officer=officer).distinct().order_by("name", "pk"))
