"""Allowance runs for tests: computed by the service, or put together by hand."""

from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone

from cadres.models import AllowanceLine, AllowanceRun, Appointment
from cadres.services.allowance_runs import approve_run, check_run, draft_run, pay_run, submit_run
from courtparty.accounts.models import Unit, User

MONTH = date(2026, 9, 1)
NEXT_MONTH = date(2026, 10, 1)
FINGERPRINT = "f" * 64


def at(month: date, day: int = 25) -> datetime:
    return timezone.make_aware(datetime(month.year, month.month, day, 10))


def drafted(court: Unit, month: date = MONTH) -> AllowanceRun:
    return draft_run(court=court, month=month, by=None, at=at(month))


def submitted(run: AllowanceRun, by: User) -> AllowanceRun:
    return submit_run(run_id=run.pk, by=by, at=at(run.month, 26))


def checked(run: AllowanceRun, maker: User, checker: User) -> AllowanceRun:
    submitted(run, maker)
    return check_run(run_id=run.pk, by=checker, at=at(run.month, 27))


def approved(run: AllowanceRun, maker: User, checker: User, approver: User) -> AllowanceRun:
    checked(run, maker, checker)
    return approve_run(run_id=run.pk, by=approver, at=at(run.month, 28))


def paid(run: AllowanceRun, maker: User, checker: User, approver: User) -> AllowanceRun:
    approved(run, maker, checker, approver)
    return pay_run(run_id=run.pk, by=maker, on=at(run.month, 28).date(), voucher="记-9")


def make_run(court: Unit, month: date = MONTH, **fields) -> AllowanceRun:
    """A draft put together by hand; its lines follow."""
    defaults = {"computed_at": at(month), "fingerprint": FINGERPRINT}
    return AllowanceRun.objects.create(court=court, month=month, **defaults | fields)


def make_line(
    run: AllowanceRun, appointment: Appointment, standard, amount: str, **fields
) -> AllowanceLine:
    """A regular line for the whole of September unless told otherwise."""
    paid_before = Decimal(fields.pop("paid_before", "0"))
    defaults = {
        "kind": AllowanceLine.Kind.REGULAR,
        "month": run.month,
        "rate": standard.amount,
        "days": 30,
        "month_days": 30,
        "due": Decimal(amount) + paid_before,
        "paid_before": paid_before,
        "amount": Decimal(amount),
    }
    return AllowanceLine.objects.create(
        run=run,
        officer=appointment.officer,
        appointment=appointment,
        standard=standard,
        **defaults | fields,
    )
