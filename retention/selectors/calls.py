"""The calls a health steward owes, as the list and their pages need them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from cadres.models import Officer
from courtparty.accounts.models import User
from courtparty.accounts.selectors import holders_of
from courtparty.audit.models import Entry
from retention.models import Screening, ScreeningAlert
from retention.models.break_glass import APPROVE
from retention.models.screening import ScreeningAlertQuerySet
from retention.selectors.screening import ResultShown, result_shown

State = ScreeningAlert.State
READ = "call.read"
TONES = {State.OPEN: "warning", State.CALLED: "info", State.CLOSED: "neutral"}


def in_order(alerts: ScreeningAlertQuerySet) -> ScreeningAlertQuerySet:
    """Who is to be called first; those closed last, the latest of them first."""
    rank = Case(
        When(state=State.OPEN, then=Value(0)),
        When(state=State.CALLED, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    alerts = alerts.select_related("officer__department", "officer__court", "officer__user")
    return alerts.order_by(rank, "due_on", "raised_at", "pk")


def searched(alerts: ScreeningAlertQuerySet, text: str) -> ScreeningAlertQuerySet:
    named = Q(officer__name__contains=text) | Q(officer__pinyin__contains=text.lower())
    return alerts.filter(named | Q(officer__initials__startswith=text.lower()))


@dataclass(frozen=True, slots=True)
class CallRow:
    """A line of the list: whom to call, and nothing of what was answered."""

    pk: int
    name: str
    phone: str
    department: str
    why: str
    due_on: date
    state: str
    tone: str
    is_open: bool
    is_late: bool
    is_today: bool
    tries: int
    called_at: datetime | None


def call_rows(alerts: Iterable[ScreeningAlert], *, on: date) -> list[CallRow]:
    return [_row(alert, on) for alert in alerts]


def _row(alert: ScreeningAlert, on: date) -> CallRow:
    is_open = alert.state == State.OPEN
    return CallRow(
        pk=alert.pk,
        name=alert.officer.name,
        phone=alert.officer.phone if alert.state != State.CLOSED else "",
        department=alert.officer.department.display_name,
        why=str(alert.get_why_display()),
        due_on=alert.due_on,
        state=str(alert.get_state_display()),
        tone="danger" if is_open and alert.due_on < on else TONES[State(alert.state)],
        is_open=is_open,
        is_late=is_open and alert.due_on < on,
        is_today=is_open and alert.due_on == on,
        tries=alert.tries,
        called_at=alert.called_at,
    )


def unread_today(alerts: Iterable[ScreeningAlert], by: User, *, on: date) -> list[Officer]:
    """Officers among them whose number ``by`` has not been noted to have read on this day."""
    officers = {alert.officer_id: alert.officer for alert in alerts if alert.state != State.CLOSED}
    read = Entry.objects.reads().filter(
        actor=by, verb=READ, at__date=on, subject_pk__in=list(officers)
    )
    known = set(read.values_list("subject_pk", flat=True))
    return [officer for pk, officer in officers.items() if pk not in known]


def results_shown_to(steward: User, officer: Officer) -> list[ResultShown]:
    """What the officer shows the steward, newest first; usually nothing."""
    shared = Screening.objects.visible_to(steward).filter(officer=officer, shares_with_steward=True)
    return [result_shown(one) for one in shared.order_by("-taken_on", "-pk")]


def in_charge_of(officer: Officer, *, on: date) -> QuerySet[User]:
    """Who learns that a call is overdue, or that nobody is there to make it; never the officer."""
    people = holders_of(APPROVE, officer.court, on=on)
    return people.exclude(pk=officer.user_id)  # type: ignore[misc]
