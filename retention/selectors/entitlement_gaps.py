"""How many wait for rank or pay, for the retention board: departments of five people or more."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count

from cadres.models import Officer, OfficerQuerySet
from courtparty.accounts.models import Unit, User
from courtparty.accounts.scope import court_scope
from retention.models import Entitlement
from retention.rules.entitlement_tables import PAY
from retention.rules.groups import MINIMUM, hidden_groups

VIEW_BOARD = "retention.view_board"


@dataclass(frozen=True, slots=True)
class GapGroup:
    """A department: its people, and how many of them wait; None where it is too small to show."""

    unit: Unit
    people: int
    waiting: int | None

    @property
    def is_hidden(self) -> bool:
        return self.waiting is None


@dataclass(frozen=True, slots=True)
class GapCounts:
    """The whole and its departments. ``waiting`` is None where the whole is too small."""

    people: int
    waiting: int | None
    groups: list[GapGroup]


def gap_counts(user: User, on: date) -> GapCounts:
    """Officers in service for whom a rank, wage or allowance entitlement is late on a day.

    Of the courts whose board ``user`` sees as a whole; nobody is named. A department of fewer
    than five is hidden, and another with it, so that none can be had by subtraction. Three queries.
    """
    officers = Officer.objects.in_service().filter(court_scope(user, VIEW_BOARD))
    people = _by_department(officers)
    late = Entitlement.objects.late(on=on).filter(kind__in=PAY)
    waiting = _by_department(officers.filter(pk__in=late.values("officer")))
    hidden = hidden_groups(people)
    units = Unit.objects.filter(pk__in=people).order_by("path")
    total = sum(people.values())
    return GapCounts(
        people=total,
        waiting=sum(waiting.values()) if total >= MINIMUM else None,
        groups=[
            GapGroup(unit, people[unit.pk], None if unit.pk in hidden else waiting.get(unit.pk, 0))
            for unit in units
        ],
    )


def _by_department(officers: OfficerQuerySet) -> dict[int, int]:
    counted = officers.order_by().values_list("department").annotate(people=Count("pk"))
    return dict(counted)
