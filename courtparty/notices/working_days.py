"""Keeping the table of the working calendar."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from courtparty.accounts.models import User
from courtparty.audit.services import record
from courtparty.lib.workdays import SATURDAY
from courtparty.notices.models import WorkingDay


class CannotKeep(Exception):
    """The day says nothing that its weekday doesn't say. Its text is for the user."""


def refuse_needless(day: date, is_worked: bool) -> None:
    """A weekday is worked without being listed: such a row hides a mistyped date or tick."""
    if is_worked and day.weekday() < SATURDAY:
        text = _("%(day)s is a weekday: it is worked without being listed here.")
        raise CannotKeep(text % {"day": day.isoformat()})


@transaction.atomic
def save_working_day(one: WorkingDay, *, by: User) -> WorkingDay:
    """Keep a new or changed day. Deadlines counted from now on follow it; dates set stay.

    Refuses a weekday that is worked.
    """
    refuse_needless(one.day, one.is_worked)
    one.save()
    record("workingday.changed", by=by, on=one, day=one.day.isoformat())
    return one


@transaction.atomic
def remove_working_day(one: WorkingDay, *, by: User) -> None:
    """Take a day out of the table: its weekday decides again."""
    record("workingday.removed", by=by, on=one, day=one.day.isoformat())
    one.delete()
