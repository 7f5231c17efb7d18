"""Officers as lists, pages and counts need them, always cut to what the reader may see."""

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from django.core.cache import cache
from django.db.models import Count, OuterRef, Q, Subquery

from cadres.models import Officer, OfficerQuerySet, RosterImport
from cadres.rules.officers import full_years, party_standing
from courtparty.accounts.models import Unit, User
from courtparty.accounts.scope import (
    court_scope,
    is_court_path,
    paths_with,
    touched_court_scope,
)
from courtparty.lib.crypto import keyed_hash
from courtparty.lib.people import normal_id, normal_name

VIEW = "cadres.view_officer"
REVEAL = "cadres.reveal_officer"
ID_PURPOSE = "officer.id_number"

# The keys of ?sort=; each has an index that ends with pinyin and id.
ORDERS = {
    "name": "pinyin",
    "department": "department_id",
    "category": "category",
    "title": "title",
    "party_status": "party_status",
    "title_since": "title_since",
}
DEFAULT_ORDER = "name"

LISTED = (
    "id", "name", "department_id", "branch_id", "title", "category", "party_status",
    "title_since", "left_on",
)  # fmt: skip

_ID_NUMBER = re.compile(r"\d{15}|\d{17}[\dXx]")
_LETTERS = re.compile(r"[a-z]+")
_LAST_LETTERS = "z" * 10
COUNTS_LIFE = 600
RECENT = 20


@dataclass(frozen=True)
class Reach:
    """The units on which a user holds a permission, and the other units of the same courts."""

    paths: tuple[str, ...]
    units: dict[int, Unit]
    changed: str = ""

    @cached_property
    def inside(self) -> list[Unit]:
        return [unit for unit in self.units.values() if unit.path.startswith(self.paths)]

    @cached_property
    def courts(self) -> list[Unit]:
        return [unit for unit in self.units.values() if unit.kind == Unit.Kind.COURT]

    @cached_property
    def departments(self) -> list[Unit]:
        return [unit for unit in self.inside if unit.kind == Unit.Kind.DEPARTMENT]

    @cached_property
    def branches(self) -> list[Unit]:
        """Where members are: branches and groups, not the organisations above them."""
        kinds = (Unit.Kind.BRANCH, Unit.Kind.GROUP)
        return [unit for unit in self.inside if unit.kind in kinds]

    def name_of(self, unit_id: int | None) -> str:
        return self.units[unit_id].display_name if unit_id in self.units else ""

    def lend_court(self, user: User) -> None:
        """Spare the page's frame the query for the court it names."""
        if user.court_id in self.units:
            user.court = self.units[user.court_id]

    def narrow(self, officers: OfficerQuerySet) -> OfficerQuerySet:
        """The same officers, said in plain numbers that the list's indexes understand.

        ``visible_to`` decides; a subquery joined by "or" alone would hide the order from the
        planner. Oneself is left out where the own record lies elsewhere: that is My records.
        """
        officers = officers.filter(_equals("court", [court.pk for court in self.courts]))
        if any(is_court_path(path) for path in self.paths):
            return officers
        parts = Q(pk__in=[])
        if departments := [unit.pk for unit in self.departments]:
            parts |= _equals("department", departments)
        if branches := [u.pk for u in self.inside if u.kind in Unit.PARTY_KINDS]:
            parts |= _equals("branch", branches)
        return officers.filter(parts)


def _equals(name: str, ids: list[int]) -> Q:
    return Q(**{name: ids[0]}) if len(ids) == 1 else Q(**{f"{name}__in": ids})


def reach_of(user: User, permission: str = VIEW, *, with_change: bool = False) -> Reach:
    """Where ``user`` holds ``permission``, and when an officer there last changed. One query."""
    paths = paths_with(user, permission)
    roots = Q(pk__in=[])
    for root in sorted({path[: Unit.steplen] for path in paths}):
        roots |= Q(path__startswith=root)
    units = Unit.objects.filter(roots)
    units = units.only("id", "path", "depth", "numchild", "kind", "name", "name_en")
    if with_change:
        changes = Officer.objects.filter(court=OuterRef("pk")).order_by("-updated_at")
        units = units.annotate(changed_at=Subquery(changes.values("updated_at")[:1]))
    found = {unit.pk: unit for unit in units} if paths else {}
    stamps = [getattr(unit, "changed_at", None) for unit in found.values()]
    return Reach(paths, found, ",".join(str(stamp.timestamp()) for stamp in stamps if stamp))


def officers_in(reach: Reach, user: User) -> OfficerQuerySet:
    """The officers of a list: visible to ``user`` and inside ``reach``."""
    return reach.narrow(Officer.objects.visible_to(user))


def searched(officers: OfficerQuerySet, text: str, *, user: User) -> OfficerQuerySet:
    """Those whose name, pinyin, initials or ID number ``text`` is.

    Chinese is looked for anywhere in the name, letters at the beginning of pinyin or initials.
    An ID number finds its holder by the keyed hash, and only where ``user`` may see numbers.
    """
    plain = normal_name(text)
    number = normal_id(text)
    if _ID_NUMBER.fullmatch(number):
        holders = officers.filter(id_hash=keyed_hash(number, purpose=ID_PURPOSE))
        return holders.filter(court_scope(user, REVEAL))
    letters = re.sub(r"[\s'’-]", "", plain.lower()).replace("ü", "v")
    if _LETTERS.fullmatch(letters):
        # A range, because a prefix search by LIKE needs an index of its own on PostgreSQL.
        span = (letters, letters + _LAST_LETTERS)
        return officers.filter(Q(pinyin__range=span) | Q(initials__range=span))
    return officers.filter(name__contains=plain)


def ordered(officers: OfficerQuerySet, sort: str) -> OfficerQuerySet:
    """In the order ?sort= asks for, "-" turned round; an unknown one is the order by name."""
    down = "-" if sort.startswith("-") else ""
    first = ORDERS.get(sort.removeprefix("-"))
    if first is None:
        down, first = "", ORDERS[DEFAULT_ORDER]
    # All one way round, so that the index serves both directions.
    keys = dict.fromkeys([first, "pinyin", "id"])
    return officers.order_by(*(down + key for key in keys))


@dataclass(frozen=True, slots=True)
class OfficerRow:
    """A line of the officer list, in words."""

    pk: str
    name: str
    department: str
    branch: str
    title: str
    category: str
    party_status: str
    title_since: str
    has_left: bool


def officer_rows(officers: OfficerQuerySet, reach: Reach) -> list[OfficerRow]:
    """Lines for a page of officers; without numbers, which are not even read."""
    categories = {code: str(label) for code, label in Officer.Category.choices}
    statuses = {code: str(label) for code, label in Officer.PartyStatus.choices}
    return [
        OfficerRow(
            pk=str(pk),
            name=name,
            department=reach.name_of(department_id),
            branch=reach.name_of(branch_id),
            title=title,
            category=categories[category],
            party_status=statuses[party_status],
            title_since=str(title_since or ""),
            has_left=left_on is not None,
        )
        for (
            pk, name, department_id, branch_id, title, category, party_status, title_since, left_on
        ) in officers.values_list(*LISTED)
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Spans:
    """Whole years of an officer's life and service on one day; None where a date is missing."""

    age: int | None
    work: int | None
    title: int | None
    rank: int | None
    party: int | None


def spans_of(officer: Officer, *, on: date) -> Spans:
    end = min(on, officer.left_on) if officer.left_on else on
    is_full = officer.party_status == Officer.PartyStatus.FULL
    return Spans(
        age=full_years(officer.birth, on=on),
        work=full_years(officer.work_since, on=end),
        title=full_years(officer.title_since, on=end),
        rank=full_years(officer.rank_since, on=end),
        party=party_standing(officer.party_full_since, on=on) if is_full else None,
    )


def has_reach(user: User, permission: str, officer: Officer) -> bool:
    """Whether ``user`` holds ``permission`` where ``officer`` belongs; oneself is no reach."""
    paths = paths_with(user, permission)
    units = [officer.court, officer.department, officer.branch]
    return any(unit.path.startswith(paths) for unit in units if unit) if paths else False


@dataclass(frozen=True)
class HeadCounts:
    """How many are in service, in all and by what they are."""

    total: int = 0
    full_members: int = 0
    probationary: int = 0
    by_department: list[tuple[int, int]] = field(default_factory=list)
    by_category: list[tuple[str, int]] = field(default_factory=list)
    without_account: int = 0


def head_counts(reach: Reach, user: User) -> HeadCounts:
    """Head counts inside ``reach``, computed once after each change of its roster.

    Counting reads every officer, so the answer is kept beside the moment of the last change:
    a home page costs the same with 200 officers and with 50,000.
    """
    if not reach.paths:
        return HeadCounts()
    key = f"head-counts:{'.'.join(reach.paths)}:{reach.changed}"
    counts: HeadCounts | None = cache.get(key)
    if counts is None:
        counts = _count_heads(officers_in(reach, user).in_service())
        cache.set(key, counts, COUNTS_LIFE)
    return counts


def _count_heads(officers: OfficerQuerySet) -> HeadCounts:
    kinds = ("department_id", "category", "party_status")
    counted = officers.order_by().values_list(*kinds).annotate(n=Count("pk"), known=Count("user"))
    departments, categories, statuses = Counter[int](), Counter[str](), Counter[str]()
    without_account = 0
    for department, category, status, n, known in counted:
        departments[department] += n
        categories[category] += n
        statuses[status] += n
        without_account += n - known
    return HeadCounts(
        total=categories.total(),
        full_members=statuses[Officer.PartyStatus.FULL],
        probationary=statuses[Officer.PartyStatus.PROBATIONARY],
        by_department=sorted(departments.items()),
        by_category=[
            (code, categories[code]) for code in Officer.Category.values if categories[code]
        ],
        without_account=without_account,
    )


def own_record(user: User) -> Officer | None:
    """The officer ``user`` is, with the units to be named; None for an account without one."""
    return Officer.objects.filter(user=user).select_related("court", "department", "branch").first()


def keeps_roster_of(reach: Reach, user: User) -> bool:
    """Whether ``user`` keeps the roster of every court in ``reach``."""
    kept = set(paths_with(user, "cadres.import_roster"))
    return bool(reach.courts) and {court.path for court in reach.courts} <= kept


@dataclass(frozen=True, slots=True)
class RosterImports:
    """The roster import taken last, and those that wait to be confirmed by the reader."""

    last: RosterImport | None
    waiting: list[RosterImport]


def roster_imports(user: User) -> RosterImports:
    """One query; none for those who see no officers."""
    if not user.has_perm(VIEW):
        return RosterImports(None, [])
    states = [RosterImport.State.READY, RosterImport.State.IMPORTED]
    recent = RosterImport.objects.filter(touched_court_scope(user, VIEW), state__in=states)
    found = list(recent.defer("report").order_by("-created_at")[:RECENT])
    taken = [(one.imported_at, one.pk, one) for one in found if one.imported_at]
    waiting = [one for one in found if one.state == RosterImport.State.READY]
    return RosterImports(
        max(taken)[2] if taken else None,
        waiting if user.has_perm("cadres.import_roster") else [],
    )
