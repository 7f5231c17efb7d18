"""Overtime as its list needs it."""

from dataclasses import dataclass

from django.db.models import F, QuerySet

from courtparty.accounts.models import User
from retention.models import Overtime
from retention.models.overtime import OvertimeQuerySet
from retention.selectors.leave_levels import overtime_awaiting
from retention.selectors.leave_own import OVERTIME_TONES

# The keys of ?sort=.
ORDERS = {
    "officer": "officer__pinyin",
    "department": "officer__department__path",
    "day": "day",
    "hours": "hours",
    "state": "state",
    "expires": "expires_on",
}
DEFAULT_ORDER = "-day"


def ordered(rows: OvertimeQuerySet, sort: str) -> OvertimeQuerySet:
    name = sort.removeprefix("-")
    if name not in ORDERS:
        sort, name = DEFAULT_ORDER, DEFAULT_ORDER.removeprefix("-")
    is_down = sort.startswith("-")
    field = F(ORDERS[name])
    return rows.order_by(field.desc() if is_down else field.asc(), "-pk" if is_down else "pk")


@dataclass(frozen=True, slots=True)
class OvertimeRow:
    overtime: Overtime
    tone: str
    may_decide: bool
    may_withdraw: bool


def overtime_rows(rows: QuerySet[Overtime], user: User) -> list[OvertimeRow]:
    """Two queries, however many rows."""
    listed = list(rows.select_related("officer__department", "entered_by", "decided_by"))
    ids = [one.pk for one in listed]
    mine = set(overtime_awaiting(user).filter(pk__in=ids).values_list("pk", flat=True))
    return [
        OvertimeRow(
            overtime=one,
            tone=OVERTIME_TONES[one.state],
            may_decide=one.pk in mine,
            may_withdraw=one.state == Overtime.State.ENTERED and one.entered_by_id == user.pk,
        )
        for one in listed
    ]
