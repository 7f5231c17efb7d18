"""Accounts, grants and sessions as their pages and services need them."""

from datetime import date, datetime

from axes.helpers import get_cool_off
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.db.models import QuerySet, Sum
from django.utils.encoding import force_str
from django.utils.http import urlsafe_base64_decode

from courtparty.accounts.models import Grant, SignIn, Unit, User
from courtparty.accounts.roles import PERMISSIONS, PLATFORM_ROLES
from courtparty.accounts.rules import ROLE_UNIT_KINDS
from courtparty.accounts.scope import paths_with


def account_of_link(uidb64: str, token: str, *, is_locking: bool = False) -> User | None:
    """Whose password a one-time link may set; None when the link is not valid any more."""
    users = User.objects.filter(is_active=True)
    if is_locking:
        users = users.select_for_update(no_key=True)
    try:
        user = users.filter(pk=int(force_str(urlsafe_base64_decode(uidb64)))).first()
    except (ValueError, OverflowError):
        return None
    return user if user and default_token_generator.check_token(user, token) else None


def others_hold(role: str, *, than: User, on: date) -> bool:
    """Whether an open account other than ``than`` holds a platform role on that day."""
    grants = Grant.objects.in_force(on=on).filter(role=role, user__is_active=True)
    return grants.exclude(user=than).exists()


def platform_role(user: User, *, on: date) -> Grant | None:
    """The platform role of an account. What it may do in a court is not told to administrators."""
    return user.grants.in_force(on=on).filter(role__in=PLATFORM_ROLES).first()


def units_for_role(user: User, role: str) -> QuerySet[Unit]:
    """The units in use of the account's court on which ``role`` may be held."""
    if user.court is None:
        return Unit.objects.none()
    units = Unit.objects.within(user.court).filter(is_active=True)
    return units.filter(kind__in=ROLE_UNIT_KINDS.get(role, ())).order_by("path")


def units_with(user: User, permission: str) -> QuerySet[Unit]:
    """The units ``user`` holds ``permission`` on; held on no unit (by a platform role), all."""
    if any(grant.unit is None for grant in user.grants_giving(permission)):
        return Unit.objects.all()
    units = Unit.objects.none()
    for path in paths_with(user, permission):
        units |= Unit.objects.filter(path__startswith=path)
    return units


def holders_of(permission: str, unit: Unit, *, on: date) -> QuerySet[User]:
    """Open accounts that hold ``permission`` on ``unit`` or on what it lies below, on that day."""
    roles = [role for role, given in PERMISSIONS.items() if permission in given]
    above = [unit.path[:end] for end in range(unit.steplen, len(unit.path) + 1, unit.steplen)]
    held = Grant.objects.in_force(on=on).filter(role__in=roles, unit__path__in=above)
    return User.objects.filter(pk__in=held.values("user"), is_active=True)


def locked_accounts(*, at: datetime) -> list[User]:
    """Accounts that somebody has tried too often with a wrong password, and that are locked."""
    recent = AccessAttempt.objects.filter(attempt_time__gte=at - get_cool_off())
    tried = recent.values("username", "ip_address").annotate(failures=Sum("failures_since_start"))
    locked = tried.filter(failures__gte=settings.AXES_FAILURE_LIMIT).values("username")
    users = User.objects.filter(username__in=locked)
    return list(users.select_related("court").order_by("username"))


def own_sessions(user: User) -> QuerySet[SignIn]:
    return user.sign_ins.order_by("-started_at", "-pk")
