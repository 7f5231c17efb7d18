"""Posts, appointments and standards for tests, made without the services."""

from datetime import date
from decimal import Decimal

from django.utils import timezone

from cadres.models import (
    AllowanceStandard,
    Appointment,
    Approval,
    FulltimeException,
    Officer,
    Post,
    Secondment,
)
from courtparty.accounts.models import Unit

LONG_AGO = date(2020, 1, 1)


def court_of(unit: Unit) -> Unit:
    return Unit.objects.get(path=unit.court_path)


def make_approval(court: Unit, **fields) -> Approval:
    defaults = {
        # The same in whatever order tests run: what they look for may be part of a number.
        "number": f"示组通〔2026〕{1001 + Approval.objects.filter(court=court).count()}号",
        "issued_on": LONG_AGO,
        "created_at": timezone.now(),
    }
    return Approval.objects.create(court=court, **defaults | fields)


def make_post(unit: Unit, kind: str = Post.Kind.SECRETARY, **fields) -> Post:
    court = court_of(unit)
    defaults = {
        "is_fulltime": kind in Post.FULLTIME_KINDS,
        "is_exclusive": fields.get("authorised", 1) == 1,
        "opened_on": LONG_AGO,
        "created_at": timezone.now(),
    }
    fields.setdefault("approval", None)
    approval = fields.pop("approval") or make_approval(court)
    return Post.objects.create(
        court=court, unit=unit, kind=kind, approval=approval, **defaults | fields
    )


def make_appointment(
    post: Post, officer: Officer, start: date, end: date | None = None, **fields
) -> Appointment:
    now = timezone.now()
    seconded = fields.get("nature") == Appointment.Nature.SECONDED_IN
    defaults = {
        "seat": None if seconded else 1,
        "end_reason": Appointment.EndReason.OTHER if end else "",
        "created_at": now,
        "changed_at": now,
    }
    fields.setdefault("document", None)
    document = fields.pop("document") or make_approval(post.court)
    return Appointment.objects.create(
        court=post.court,
        post=post,
        officer=officer,
        start=start,
        end=end,
        document=document,
        **defaults | fields,
    )


def make_secondment(
    appointment: Appointment, start: date, end: date | None = None, **fields
) -> Secondment:
    defaults = {"destination": "县委组织部", "at": timezone.now()}
    return Secondment.objects.create(
        appointment=appointment, start=start, end=end, **defaults | fields
    )


def make_standard(
    court: Unit, kind: str, amount: str, start: date = LONG_AGO, end: date | None = None, **fields
) -> AllowanceStandard:
    now = timezone.now()
    fields.setdefault("approval", None)
    approval = fields.pop("approval") or make_approval(court)
    return AllowanceStandard.objects.create(
        court=court,
        kind=kind,
        amount=Decimal(amount),
        start=start,
        end=end,
        approval=approval,
        **{"created_at": now, "changed_at": now} | fields,
    )


def make_exception(
    unit: Unit, code: str, start: date = LONG_AGO, end: date | None = None, **fields
) -> FulltimeException:
    court = court_of(unit)
    fields.setdefault("approval", None)
    approval = fields.pop("approval") or make_approval(court)
    return FulltimeException.objects.create(
        court=court,
        unit=unit,
        code=code,
        approval=approval,
        starts_on=start,
        ends_on=end,
        at=timezone.now(),
        **fields,
    )
