"""The terms of Party organisations, the elections planned for their ends, and whom to remind."""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Min, Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cadres.models import Appointment, ElectionPlan
from cadres.rules.appointments import ELECTED, last_day, months_before, term_stage
from cadres.rules.posts import TERM_YEARS
from cadres.selectors.appointments import MANAGE
from courtparty.accounts.models import Grant, Unit, User
from courtparty.accounts.roles import Role
from courtparty.accounts.selectors import holders_of
from courtparty.lib.dates import months_between

OVERDUE, SOON, RUNNING, UNKNOWN = "overdue", "soon", "running", "unknown"
STATES = {
    OVERDUE: _("overdue"),
    SOON: _("ends within 6 months"),
    RUNNING: pgettext_lazy("of a term", "running"),
    UNKNOWN: _("not on record"),
}
TONES = {OVERDUE: "danger", SOON: "warning", RUNNING: "success", UNKNOWN: "neutral"}
# A filter of the list; when to plan an election is each court's own setting.
SOON_MONTHS = 6
ORDERS = ("term", "unit", "kind", "planned")
DEFAULT_ORDER = "term"


@dataclass(frozen=True, slots=True)
class TermRow:
    """A Party organisation with the term it is in and the election at its end."""

    unit: Unit
    kind: str
    term_end: date | None
    holders: int
    state: str
    months: int
    planned_on: date | None
    held_on: date | None
    is_late_plan: bool

    @property
    def pk(self) -> int:
        return self.unit.pk

    @property
    def last_day(self) -> date | None:
        return last_day(self.term_end) if self.term_end else None

    @property
    def state_text(self) -> str:
        return str(STATES[self.state])

    @property
    def tone(self) -> str:
        return TONES[self.state]

    @property
    def needs_plan(self) -> bool:
        return self.state in (OVERDUE, SOON) and not (self.planned_on or self.held_on)


def party_organisations(units: QuerySet[Unit]) -> QuerySet[Unit]:
    """Of ``units`` those in use that have a term: committees, general branches, branches."""
    return units.filter(kind__in=TERM_YEARS, is_active=True)


def terms_of(units: Iterable[Unit], *, on: date) -> list[TermRow]:
    """The term each organisation is in on that day, in three queries."""
    units = list(units)
    ids = [unit.pk for unit in units]
    elected = Appointment.objects.in_force(on=on).filter(
        post__unit__in=ids, post__kind__in=ELECTED, term_end__isnull=False
    )
    counted = (
        elected.order_by()
        .values("post__unit")
        .annotate(until=Min("term_end"), holders=Count("officer", distinct=True))
    )
    terms = {one["post__unit"]: (one["until"], one["holders"]) for one in counted}
    plans = {(one.unit_id, one.due_on): one for one in ElectionPlan.objects.filter(unit__in=ids)}
    rows = []
    for unit in units:
        until, holders = terms.get(unit.pk, (None, 0))
        rows.append(_row(unit, until, holders, plans.get((unit.pk, until)), on=on))
    return rows


def _row(
    unit: Unit, until: date | None, holders: int, plan: ElectionPlan | None, *, on: date
) -> TermRow:
    planned = plan.planned_on if plan and not plan.held_on else None
    return TermRow(
        unit=unit,
        kind=str(unit.get_kind_display()),
        term_end=until,
        holders=holders,
        state=_state(until, on),
        months=abs(months_between(on, until)) if until else 0,
        planned_on=planned,
        held_on=plan.held_on if plan else None,
        is_late_plan=bool(planned and until and planned >= until),
    )


def _state(until: date | None, on: date) -> str:
    if until is None:
        return UNKNOWN
    if until <= on:
        return OVERDUE
    return SOON if months_before(until, SOON_MONTHS) <= on else RUNNING


def soon_until(on: date) -> date:
    """The last day on which a term can end and still be one that ends soon."""
    day = months_before(on, -SOON_MONTHS)
    # Half a year before the 31st of August is the 28th of February, as before the 28th.
    last = day.replace(day=monthrange(day.year, day.month)[1])
    return last if months_before(last, SOON_MONTHS) <= on else day


def ordered_terms(rows: list[TermRow], sort: str) -> list[TermRow]:
    """In the order ?sort= asks for; what has no date comes last either way."""
    name = sort.removeprefix("-")
    name = name if name in ORDERS else DEFAULT_ORDER
    is_down = sort == f"-{name}"
    if name in ("unit", "kind"):
        keys = {"unit": lambda row: row.unit.path, "kind": lambda row: (row.kind, row.unit.path)}
        return sorted(rows, key=keys[name], reverse=is_down)
    field = "term_end" if name == "term" else "planned_on"
    dated = [row for row in rows if getattr(row, field)]
    dated.sort(key=lambda row: (getattr(row, field), row.unit.path), reverse=is_down)
    return dated + [row for row in rows if not getattr(row, field)]


def term_of(unit: Unit, *, on: date) -> TermRow:
    return terms_of([unit], on=on)[0]


def past_elections(unit: Unit) -> list[ElectionPlan]:
    plans = ElectionPlan.objects.filter(unit=unit).select_related("document", "by")
    return list(plans.order_by("-due_on"))


@dataclass(frozen=True, slots=True)
class TermReminder:
    """One organisation whose term is near its end, or over, without an election held."""

    unit: Unit
    due: date
    stage: str

    @property
    def is_late(self) -> bool:
        return self.stage.startswith("late")


def term_reminders(court: Unit, *, on: date, notice_months: int) -> list[TermReminder]:
    """What is to be reminded of that day. Who has planned in time is not asked to plan."""
    reminders = []
    for row in terms_of(party_organisations(Unit.objects.within(court)), on=on):
        if row.term_end is None or row.held_on:
            continue
        stage = term_stage(row.term_end, on=on, notice_months=notice_months)
        if stage and not (stage == "notice" and row.planned_on):
            reminders.append(TermReminder(row.unit, row.term_end, stage))
    return reminders


def people_for_term(unit: Unit, court: Unit, *, on: date, with_above: bool) -> list[User]:
    """The secretaries of the organisation and who manages appointments of the court.

    ``with_above``: those of the organisations above it too, as for a term that is overdue.
    """
    steps = range(unit.steplen, len(unit.path) + 1, unit.steplen)
    paths = [unit.path[:end] for end in steps] if with_above else [unit.path]
    own = Grant.objects.in_force(on=on).filter(role=Role.SECRETARY, unit__path__in=paths)
    told = Q(pk__in=own.values("user")) | Q(pk__in=holders_of(MANAGE, court, on=on).values("pk"))
    return list(User.objects.filter(told, is_active=True).order_by("pk"))
