"""Leave for tests: requests, overtime and plans at a fixed time, a Monday without holidays."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from django.utils import timezone

from cadres.models import Officer
from courtparty.accounts.models import User
from retention.models import LeaveRequest, Overtime
from retention.services.leave_checks import Wish
from retention.services.leave_requests import ask_leave
from retention.services.overtime import confirm_overtime, enter_overtime

# A Monday; the weeks around have no holiday.
DAY = date(2026, 11, 23)
NOW = timezone.make_aware(datetime(2026, 11, 23, 10, 0))


def wish(start: date, last: date | None = None, *, kind: str = "annual", **fields) -> Wish:
    return Wish(kind=kind, start=start, end=(last or start) + timedelta(days=1), **fields)


def make_leave(
    officer: Officer, start: date, last: date | None = None, *, by: User | None = None, **fields
) -> LeaveRequest:
    """Leave asked for by the officer at the fixed time."""
    by = by or officer.user
    assert by is not None
    return ask_leave(officer_id=officer.pk, wish=wish(start, last, **fields), by=by, at=NOW)


def make_overtime(
    officer: Officer,
    day: date,
    hours: str = "8",
    *,
    confirmed_by: User | None = None,
    entered_by: User | None = None,
    at: datetime = NOW,
) -> Overtime:
    by = entered_by or officer.user
    assert by is not None
    overtime = enter_overtime(
        officer_id=officer.pk, day=day, hours=Decimal(hours), work="duty", by=by, at=at
    )
    if confirmed_by is not None:
        overtime = confirm_overtime(overtime_id=overtime.pk, by=confirmed_by, at=at)
    return overtime
