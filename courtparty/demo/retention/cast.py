"""Who does what in the demo's retention, on which day."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import count

from django.utils import timezone

from cadres.models import Officer
from cadres.services.accounts import open_accounts
from courtparty.accounts.models import Unit, User
from courtparty.lib.workdays import is_worked
from courtparty.notices.calendar import working_calendar

Category = Officer.Category
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Cast:
    """The demo's accounts by their part, and officers of the division that has them.

    ``officer``, ``leaver`` and ``applicant`` have accounts of their own; who takes the stage
    anywhere else comes out of ``judges``, ``assistants`` and ``clerks``.
    """

    court: Unit
    on: date
    president: User
    secretary: User
    branch: User
    head: User
    political: User
    steward: User
    union: User
    officer: Officer
    leaver: Officer
    applicant: Officer
    judges: list[Officer]
    assistants: list[Officer]
    clerks: list[Officer]

    @property
    def division(self) -> Unit:
        return self.officer.department

    def ago(self, days: int) -> date:
        return self.on - timedelta(days=days)

    def ahead(self, days: int) -> date:
        return self.on + timedelta(days=days)

    def this_year(self, days: int) -> date:
        """So many days ago, but not before this year: what belongs to a year stays in it."""
        return max(self.ago(days), self.on.replace(month=1, day=1))

    def at(self, day: date | None = None) -> datetime:
        """Ten in the morning of a day, today's when none is given; never later than now."""
        morning = timezone.make_aware(datetime.combine(day or self.on, time(10)))
        return min(morning, timezone.now())

    def stretch(self, start: date, days: int) -> tuple[date, date]:
        """The first so many working days in a row of one year from ``start`` on, half open."""
        calendar = working_calendar()
        for place in count():
            first = start + timedelta(days=place)
            these = [first + timedelta(days=nth) for nth in range(days)]
            in_one_year = these[0].year == these[-1].year
            if in_one_year and all(is_worked(day, calendar) for day in these):
                return first, first + timedelta(days=days)
        raise AssertionError("there is always a next week")


def cast_of(court: Unit, officer: Officer, *, on: date) -> Cast:
    """The accounts of the seats, and two officers more with an account of their own."""
    users = User.objects.in_bulk(
        ["president", "secretary", "branch", "head", "political", "steward", "union"],
        field_name="username",
    )
    judges = _colleagues(officer, Category.QUOTA_JUDGE)
    clerks = _colleagues(officer, Category.CLERK)
    leaver, applicant = judges.pop(), clerks.pop()
    open_accounts([leaver, applicant], by=None)
    for one in (officer, leaver, applicant):
        one.refresh_from_db()
    return Cast(
        court=court,
        on=on,
        **users,
        officer=officer,
        leaver=leaver,
        applicant=applicant,
        judges=judges,
        assistants=_colleagues(officer, Category.JUDGE_ASSISTANT),
        clerks=clerks,
    )


def account_of(officer: Officer) -> User:
    """Of those in the cast who have one of their own."""
    if officer.user is None:
        raise LookupError(f"officer #{officer.pk} has no account")
    return officer.user


def _colleagues(officer: Officer, category: str) -> list[Officer]:
    """Of the officer's division, without its head."""
    there = Officer.objects.filter(department=officer.department, category=category)
    return list(there.exclude(pk=officer.pk).exclude(title="庭长").order_by("list_order"))
