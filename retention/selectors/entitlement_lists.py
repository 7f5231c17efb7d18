"""The list of entitlements: whose, which, when due; and its lines in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Case, F, IntegerField, Q, QuerySet, Value, When
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cadres.models import Officer
from cadres.selectors.officers import searched
from courtparty.accounts.models import Unit, User
from courtparty.accounts.scope import court_scope
from retention.models import Entitlement, EntitlementKind
from retention.rules.entitlements import HORIZON_MONTHS, add_months, days_late
from retention.selectors.entitlement_rules import VIEW
from retention.selectors.entitlement_words import LATE_TONE, TONES, gap, quantity, what

State = Entitlement.State
ORDERS = {
    "due": "due_on",
    "name": "officer__pinyin",
    "department": "officer__department__path",
    "kind": "kind_place",
}
DEFAULT_ORDER = "due"
LATE, YEAR, ALL = "late", "", "all"
WHEN: dict[str, str | Promise] = {
    LATE: gettext_lazy("late"),
    "30": gettext_lazy("within 30 days"),
    "90": gettext_lazy("within 90 days"),
    "expected": gettext_lazy("expected, depends on a grade"),
    "missing": gettext_lazy("facts are missing"),
    "received": gettext_lazy("received"),
    "waived": gettext_lazy("not to be given"),
    ALL: gettext_lazy("all"),
}


def entitlements_listed(user: User) -> QuerySet[Entitlement]:
    """Those of the courts whose entitlements the reader sees by role; never just the own ones."""
    rows = Entitlement.objects.filter(court_scope(user, VIEW))
    return rows.select_related("officer__department")


def ordered(rows: QuerySet[Entitlement], sort: str) -> QuerySet[Entitlement]:
    """As ?sort= asks; days that are missing come last."""
    name = sort if sort.removeprefix("-") in ORDERS else DEFAULT_ORDER
    column = ORDERS[name.removeprefix("-")]
    if column == "kind_place":
        places = [
            When(kind=kind, then=Value(place)) for place, kind in enumerate(EntitlementKind.values)
        ]
        rows = rows.annotate(kind_place=Case(*places, output_field=IntegerField()))
    first = F(column)
    key = first.desc(nulls_last=True) if name.startswith("-") else first.asc(nulls_last=True)
    return rows.order_by(key, "due_on", "officer__pinyin", "pk")


def at_time(rows: QuerySet[Entitlement], when: str, *, on: date) -> QuerySet[Entitlement]:
    """What a choice of the filter lets through; none given: due or late within twelve months."""
    if when == ALL:
        return rows
    if when in (State.EXPECTED, State.MISSING, State.RECEIVED, State.WAIVED):
        return rows.filter(state=when)
    due = rows.filter(state=State.DUE)
    if when == LATE:
        return due.filter(due_on__lt=on)
    if when.isdecimal():
        return due.filter(due_on__gte=on, due_on__lte=on + timedelta(days=int(when)))
    ends = add_months(on, HORIZON_MONTHS)
    within = Q(state=State.DUE) | Q(state=State.EXPECTED)
    return rows.filter(within, due_on__lte=ends)


def of_people(rows: QuerySet[Entitlement], text: str, *, user: User) -> QuerySet[Entitlement]:
    officers = Officer.objects.filter(court_scope(user, VIEW))
    return rows.filter(officer__in=searched(officers, text, user=user).values("pk"))


def departments_of(courts: Iterable[Unit]) -> list[Unit]:
    """The departments in use of some courts, in the order of the tree. One query."""
    inside = Q(pk__in=[])
    for court in courts:
        inside |= Q(path__startswith=court.path)
    return list(Unit.objects.departments().filter(inside, is_active=True).order_by("path"))


@dataclass(frozen=True, slots=True)
class EntitlementRow:
    """One line in words."""

    pk: int
    officer_id: int
    name: str
    department: str
    kind: str
    what: str
    due_on: date | None
    due: str
    received: str
    owed: str
    state: str
    tone: str
    when: str
    days_late: int

    @property
    def is_open(self) -> bool:
        return bool(self.owed) and not self.received


def entitlement_rows(rows: Iterable[Entitlement], *, on: date) -> list[EntitlementRow]:
    return [entitlement_row(row, on=on) for row in rows]


def entitlement_row(row: Entitlement, *, on: date) -> EntitlementRow:
    """Its officer and department have to be read already. No query."""
    late = days_late(row.due_on, row.state, on)
    return EntitlementRow(
        pk=row.pk,
        officer_id=row.officer_id,
        name=row.officer.name,
        department=row.officer.department.display_name,
        kind=row.kind,
        what=what(row.kind, row.period),
        due_on=row.due_on,
        due=quantity(row.kind, row.quantity),
        received=quantity(row.kind, row.received) if row.received else "",
        owed=gap(row.kind, row.quantity, row.received) if row.state == State.DUE else "",
        state=str(_("late") if late else row.get_state_display()),
        tone=LATE_TONE if late else TONES[State(row.state)],
        when=_when(row, late, on),
        days_late=late,
    )


def _when(row: Entitlement, late: int, on: date) -> str:
    """How far off the day is, for what is still to come or late."""
    if late:
        return ngettext("%(n)s day late", "%(n)s days late", late) % {"n": f"{late:,}"}
    if row.due_on is None or row.state not in (State.DUE, State.EXPECTED):
        return ""
    left = (row.due_on - on).days
    if left == 0:
        return _("today")
    return ngettext("in %(n)s day", "in %(n)s days", left) % {"n": f"{left:,}"}
