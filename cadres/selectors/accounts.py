"""Which officers still need an account, or a new first password."""

from dataclasses import dataclass

from django.db.models import Count, Q

from cadres.models import Officer, OfficerQuerySet
from courtparty.accounts.models import Unit, User
from courtparty.accounts.scope import court_scope

OPEN = "cadres.open_accounts"
# Signed in never, and the first password still waits to be changed. Accounts with a role are
# left alone: whoever sets their password would have that role.
UNUSED = Q(
    user__must_change_password=True,
    user__last_login=None,
    user__is_active=True,
    user__grants=None,
)


def _served(user: User) -> OfficerQuerySet:
    """Officers in service for whom ``user`` opens accounts."""
    reach = court_scope(user, OPEN)
    return Officer.objects.visible_to(user, OPEN).filter(reach).in_service()


def without_account(user: User) -> OfficerQuerySet:
    return _served(user).filter(user=None)


def with_unused_account(user: User) -> OfficerQuerySet:
    return _served(user).filter(UNUSED)


@dataclass(frozen=True, slots=True)
class DepartmentNeed:
    """A department with officers who have no account yet, or have never used theirs."""

    unit: Unit
    without: int
    unused: int


def account_needs(user: User) -> list[DepartmentNeed]:
    """Departments in which something is to be done, in the order of the tree. Two queries."""
    counts = (
        _served(user)
        .filter(Q(user=None) | UNUSED)
        .order_by()
        .values("department")
        .annotate(without=Count("pk", filter=Q(user=None)), unused=Count("pk", filter=UNUSED))
    )
    found = {row["department"]: row for row in counts}
    units = Unit.objects.filter(pk__in=found).order_by("path")
    return [
        DepartmentNeed(unit, found[unit.pk]["without"], found[unit.pk]["unused"]) for unit in units
    ]


def officer_to_serve(user: User, officer_id: int) -> Officer | None:
    officers = _served(user).select_related("court", "department", "user")
    return officers.filter(pk=officer_id).first()
