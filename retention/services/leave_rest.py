"""Taking a make-up rest out of overtime, oldest first, and giving it back."""

from datetime import timedelta
from decimal import Decimal

from django.db.models import F
from django.utils.translation import gettext as _

from retention.models import LeaveRequest, Overtime, RestUse
from retention.rules.overtime import Stock, taken_from
from retention.services.leave_steps import CannotAsk, overtaken


def take_rest(leave: LeaveRequest) -> None:
    """Set aside the hours of a rest; refuses where they are not enough by its last day."""
    if leave.hours is None:
        return
    last = leave.end - timedelta(days=1)
    rows = list(Overtime.objects.filter(officer=leave.officer_id).restable(on=last))
    stocks = [Stock(one.pk, one.expires_on, one.left) for one in rows if one.day <= last]
    parts = taken_from(stocks, hours=leave.hours, until=last)
    if parts is None:
        have = sum((one.left for one in stocks), Decimal(0))
        text = _(
            "This rest takes %(hours)s hours, and %(have)s hours of confirmed overtime are left "
            "that do not expire before %(last)s. Enter overtime first, or choose fewer days."
        )
        words = {"hours": leave.hours, "have": have, "last": last.isoformat()}
        raise CannotAsk(text % words)
    for pk, hours in parts:
        _use(leave, pk, hours)


def _use(leave: LeaveRequest, overtime_id: int, hours: Decimal) -> None:
    rest = Overtime.objects.filter(pk=overtime_id, used__lte=F("hours") - hours)
    if rest.update(used=F("used") + hours) != 1:
        raise overtaken(leave)
    RestUse.objects.create(request=leave, overtime_id=overtime_id, hours=hours)


def give_back_rest(leave: LeaveRequest) -> None:
    """The hours can be taken again, as far as they have not expired."""
    for use in leave.rest_uses.all():
        Overtime.objects.filter(pk=use.overtime_id).update(used=F("used") - use.hours)
    leave.rest_uses.all().delete()
