"""Who may be what in a hardship case, and the handler's list of cases."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Case, Count, DateField, Exists, F, OuterRef, Q, QuerySet, When
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cadres.models import Officer
from courtparty.accounts.models import Grant, Unit, User
from courtparty.accounts.roles import PERMISSIONS
from courtparty.accounts.scope import court_scope, paths_with
from courtparty.accounts.selectors import holders_of
from courtparty.lib.workdays import Calendar, working_days_until
from courtparty.notices.calendar import working_calendar
from retention.models import CaseMember, HardshipCase, HelpMeasure
from retention.models.hardship import APPROVE, HANDLE, RECOMMEND, HardshipCaseQuerySet
from retention.rules.hardship import (
    APPROVER,
    AWAITING_HELP,
    AWAITING_VERIFICATION,
    COORDINATOR,
    HELPER,
    OFFICER,
    VERIFIER,
    days_open,
)

State = HardshipCase.State
TONES = {
    "drafted": "neutral",
    "recommended": "warning",
    "applied": "info",
    "verifying": "info",
    "not_verified": "warning",
    "verified": "info",
    "helping": "info",
    "following": "success",
    "closed": "neutral",
    "withdrawn": "neutral",
}

# The keys of ?sort=.
ORDERS = {
    "number": ("year", "number"),
    "officer": ("officer__pinyin",),
    "state": ("state",),
    "opened": ("opened_at",),
    "due": ("due_on",),
}
DEFAULT_ORDER = "due"


# -- parts --------------------------------------------------------------------------------------


def parts_of(case: HardshipCase, user: User) -> frozenset[str]:
    """What ``user`` is in ``case``; nothing for who is no member, or has lost the role for it.

    One query. It says the same as ``HardshipCase.objects.visible_to``, part by part.
    """
    if case.officer.user_id == user.pk:
        return frozenset({OFFICER})
    held = case.members.current().filter(user=user).values_list("part", flat=True)
    return frozenset(part for part in held if _holds_role_for(part, case.court, user))


def _holds_role_for(part: str, court: Unit, user: User) -> bool:
    if part == COORDINATOR:
        return court.path in paths_with(user, HANDLE)
    if part == APPROVER:
        return court.path in paths_with(user, APPROVE)
    if part == VERIFIER:
        return any(path.startswith(court.path) for path in paths_with(user, RECOMMEND))
    held = [grant.unit for grant in user.current_grants() if grant.unit]
    return part == HELPER and any(unit.path.startswith(court.path) for unit in held)


def coordinators_for(officer: Officer, *, on: date) -> QuerySet[User]:
    """Whom one can turn to: those who handle hardship in the court, never the officer."""
    return _others(holders_of(HANDLE, officer.court, on=on), officer)


def verifiers_for(case: HardshipCase, *, on: date) -> QuerySet[User]:
    """Those who may say whether it is true: neither the officer nor who recommended the case."""
    unit = case.officer.branch or case.court
    found = _others(holders_of(RECOMMEND, unit, on=on), case.officer)
    return found.exclude(pk=case.recommended_by_id).exclude(pk=case.account_id)  # type: ignore[misc]


def approvers_for(case: HardshipCase, *, proposer: User, on: date) -> QuerySet[User]:
    """Those who may decide on a measure: neither the officer nor who proposes it."""
    found = _others(holders_of(APPROVE, case.court, on=on), case.officer)
    return found.exclude(pk=proposer.pk).exclude(pk=case.account_id)


def helpers_for(case: HardshipCase, *, on: date) -> QuerySet[User]:
    """People with an office in the court who are not in the case as helpers yet."""
    held = Grant.objects.in_force(on=on).filter(unit__path__startswith=case.court.path)
    people = User.objects.filter(pk__in=held.values("user"), is_active=True)
    there = case.members.current().filter(part=HELPER)
    return _others(people, case.officer).exclude(pk__in=there.values("user"))


def _others(people: QuerySet[User], officer: Officer) -> QuerySet[User]:
    return people.exclude(pk=officer.user_id) if officer.user_id else people


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody to choose, with the roles they hold in the court."""

    pk: int
    name: str
    roles: str

    @property
    def label(self) -> str:
        return f"{self.name} · {self.roles}" if self.roles else self.name


def people_to_choose(people: QuerySet[User], court: Unit, *, on: date) -> list[Person]:
    """Two queries."""
    grants = Grant.objects.in_force(on=on).filter(unit__path__startswith=court.path)
    roles: dict[int, dict[str, None]] = {}
    for grant in grants.filter(user__in=people).order_by("pk"):
        roles.setdefault(grant.user_id, {})[str(grant.get_role_display())] = None
    return [
        Person(one.pk, str(one), " / ".join(roles.get(one.pk, ())))
        for one in people.order_by("name", "pk")
    ]


def recommendable(user: User) -> QuerySet[Officer]:
    """Officers in service with an account whom ``user`` may recommend for help."""
    officers = Officer.objects.visible_to(user, RECOMMEND).in_service()
    return officers.exclude(user=user).exclude(user=None)


# -- cases nobody handles -----------------------------------------------------------------------


def with_coordinator(*, on: date) -> Q:
    """Cases whose coordinator still holds the role in the court, with an open account."""
    roles = [role for role, given in PERMISSIONS.items() if HANDLE in given]
    held = Grant.objects.in_force(on=on).filter(
        user=OuterRef("user"), role__in=roles, unit=OuterRef("case__court")
    )
    members = CaseMember.objects.current().filter(
        Exists(held), case=OuterRef("pk"), part=COORDINATOR, user__is_active=True
    )
    return Q(Exists(members))


def orphaned(*, on: date) -> HardshipCaseQuerySet:
    """Open cases that nobody handles any more: the coordinator has left the role or the court."""
    return HardshipCase.objects.open().filter(~with_coordinator(on=on))


def orphans_seen_by(user: User, *, on: date) -> HardshipCaseQuerySet:
    """Those of them for which ``user`` may name somebody. Of the content nothing is shown.

    Whoever approves help names the new coordinator: holders of the role must not take cases for
    themselves, and the officer can choose somebody at any time too. A president's own case is
    not for the president to place.
    """
    return orphaned(on=on).filter(court_scope(user, APPROVE)).exclude(officer__user=user)


@dataclass(frozen=True, slots=True)
class OrphanRow:
    """A case nobody handles, by its number and its days; not whose it is, nor what about."""

    pk: int
    reference: str
    opened_on: date
    days: int


def orphan_rows(cases: Iterable[HardshipCase], *, on: date) -> list[OrphanRow]:
    rows = []
    for one in cases:
        if one.opened_at:
            opened = timezone.localdate(one.opened_at)
            rows.append(OrphanRow(one.pk, one.reference, opened, days_open(opened, None, on=on)))
    return rows


# -- the list -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Due:
    """What is due next, when, and how far off that is in working days."""

    what: str
    day: date
    days: int

    @property
    def is_late(self) -> bool:
        return self.days < 0

    @property
    def words(self) -> str:
        if self.is_late:
            return ngettext(
                "overdue by %(days)s working day", "overdue by %(days)s working days", -self.days
            ) % {"days": -self.days}
        if not self.days:
            return _("due today")
        return ngettext("in %(days)s working day", "in %(days)s working days", self.days) % {
            "days": self.days
        }

    @property
    def tone(self) -> str:
        return "danger" if self.is_late else "warning" if not self.days else "neutral"


def due_of(case: HardshipCase, *, on: date, calendar: Calendar) -> Due | None:
    """The next time limit that is still to be kept. No query."""
    if case.state in AWAITING_VERIFICATION and case.verify_due_on:
        return _due(_("verification"), case.verify_due_on, on, calendar)
    if case.state in AWAITING_HELP and case.first_help_due_on and not case.first_help_on:
        return _due(_("first help"), case.first_help_due_on, on, calendar)
    return None


def _due(what: str, day: date, on: date, calendar: Calendar) -> Due:
    days = working_days_until(on, day, calendar)
    # A limit passed over a weekend is late although no working day lies between.
    return Due(what, day, min(days, -1) if day < on else days)


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A line of the handler's list: the clock and the state, nothing of the content."""

    pk: int
    reference: str
    officer: str
    department: str
    state: str
    tone: str
    parts: list[str]
    opened_on: date | None
    ended_on: date | None
    days: int
    due: Due | None
    measures: int


def searched(cases: HardshipCaseQuerySet, text: str) -> HardshipCaseQuerySet:
    """Those with this number, or whose officer has this name, pinyin or initials."""
    words = text.strip().lower()
    year, _sep, number = words.rpartition("-")
    if number.isdecimal() and len(number) < 10 and (not year or year.isdecimal()):
        found = Q(number=int(number))
        return cases.filter(found & Q(year=int(year[:4])) if year else found)
    name = Q(officer__name__contains=text.strip()) | Q(officer__pinyin__startswith=words)
    return cases.filter(name | Q(officer__initials__startswith=words))


def ordered(cases: HardshipCaseQuerySet, sort: str) -> HardshipCaseQuerySet:
    """In the order ?sort= asks for; an unknown one is by what is due first."""
    name = sort.removeprefix("-")
    if name not in ORDERS:
        sort = name = DEFAULT_ORDER
    is_down = sort.startswith("-")
    cases = cases.annotate(due_on=_next_due())
    fields = [
        F(one).desc(nulls_last=True) if is_down else F(one).asc(nulls_last=True)
        for one in ORDERS[name]
    ]
    return cases.order_by(*fields, "-pk" if is_down else "pk")


def _next_due() -> Case:
    """The day of ``due_of``, for the order of the list."""
    return Case(
        When(state__in=AWAITING_VERIFICATION, then=F("verify_due_on")),
        When(state__in=AWAITING_HELP, first_help_on=None, then=F("first_help_due_on")),
        default=None,
        output_field=DateField(),
    )


def case_rows(cases: HardshipCaseQuerySet, user: User, *, on: date) -> list[CaseRow]:
    """Three queries, however many rows."""
    listed = list(cases.select_related("officer__department"))
    mine: dict[int, list[str]] = {}
    members = CaseMember.objects.current().filter(user=user, case__in=[one.pk for one in listed])
    for member in members.order_by("pk"):
        mine.setdefault(member.case_id, []).append(str(member.get_part_display()))
    waiting = HelpMeasure.objects.open().filter(case__in=[one.pk for one in listed])
    measures = dict(waiting.values_list("case").annotate(Count("pk")))
    calendar = working_calendar()
    return [
        _case_row(one, mine.get(one.pk, []), measures.get(one.pk, 0), on=on, calendar=calendar)
        for one in listed
    ]


def _case_row(
    case: HardshipCase, parts: list[str], measures: int, *, on: date, calendar: Calendar
) -> CaseRow:
    opened = timezone.localdate(case.opened_at) if case.opened_at else None
    ended = timezone.localdate(case.ended_at) if case.ended_at else None
    return CaseRow(
        pk=case.pk,
        reference=case.reference,
        officer=case.officer.name,
        department=case.officer.department.display_name,
        state=str(case.get_state_display()),
        tone=TONES[case.state],
        parts=parts,
        opened_on=opened,
        ended_on=ended,
        days=days_open(opened, ended, on=on) if opened else 0,
        due=due_of(case, on=on, calendar=calendar),
        measures=measures,
    )


# -- whose list ---------------------------------------------------------------------------------


def may_open_list(user: User) -> bool:
    """Those with a role in hardship help, and helpers without one, for as long as they help."""
    if user.has_perm(HANDLE) or user.has_perm(RECOMMEND) or user.has_perm(APPROVE):
        return True
    return not user.is_platform and HardshipCase.objects.handled_by(user).exists()


def courts_handled(user: User) -> list[Unit]:
    """The courts of the cases ``user`` is in, for the log."""
    cases = HardshipCase.objects.handled_by(user)
    return list(Unit.objects.courts().filter(pk__in=cases.values("court")))


def handlers_near(user: User, *, on: date) -> list[Person]:
    """Who handles hardship in the courts in which ``user`` may recommend somebody."""
    roots = sorted({path[: Unit.steplen] for path in paths_with(user, RECOMMEND)})
    found: list[Person] = []
    for court in Unit.objects.courts().filter(path__in=roots):
        found += people_to_choose(holders_of(HANDLE, court, on=on), court, on=on)
    return found
