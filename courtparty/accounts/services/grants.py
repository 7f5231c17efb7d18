"""Giving and ending roles, and unlocking sign-in: what a security administrator does."""

from datetime import date

from axes.utils import reset
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from courtparty.accounts.models import Grant, Unit, User
from courtparty.accounts.roles import PLATFORM_ROLES, Role
from courtparty.accounts.rules import may_hold_on
from courtparty.accounts.selectors import others_hold
from courtparty.accounts.services.accounts import lock_holders
from courtparty.audit.services import record


class CannotGrant(Exception):
    """The role may not be given, or not ended. Its text is for the user."""


@transaction.atomic
def grant_role(
    *, user_id: int, role: str, unit_id: int | None, basis: str, by: User, on: date
) -> Grant:
    """Give an account a role on a unit and everything below it, from ``on``.

    Refuses oneself, a closed account, a platform role for a business account and the other way
    round, a second platform role, a unit of another court or of a kind that does not fit the
    role, and a role held there already.
    """
    user = User.objects.select_for_update(no_key=True).get(pk=user_id)
    unit = Unit.objects.get(pk=unit_id) if unit_id else None
    _refuse_account(user, role, by=by, on=on)
    _refuse_unit(user, role, unit)
    grant = Grant(user=user, role=role, unit=unit, starts_on=on, granted_by=by, basis=basis)
    try:
        with transaction.atomic():
            grant.save(force_insert=True)
    except IntegrityError:
        raise CannotGrant(_("This account holds this role there already.")) from None
    court = user.court if unit else None
    record("grant.given", by=by, on=grant, court=court, account=user.pk, role=role, unit=unit_id)
    return grant


def _refuse_account(user: User, role: str, *, by: User, on: date) -> None:
    if user.pk == by.pk:
        raise CannotGrant(_("Nobody gives a role to themselves."))
    if not user.is_active:
        raise CannotGrant(_("This account is closed."))
    if role in PLATFORM_ROLES and not user.is_platform:
        raise CannotGrant(_("This role is for platform accounts; this is an account of a court."))
    if role not in PLATFORM_ROLES and user.is_platform:
        raise CannotGrant(_("A platform account never holds a role in a court."))
    held = user.grants.exclude(ends_on__lte=on).filter(role__in=PLATFORM_ROLES)
    if role in PLATFORM_ROLES and held.exists():
        raise CannotGrant(_("One account holds at most one of the three platform roles."))


def _refuse_unit(user: User, role: str, unit: Unit | None) -> None:
    if role in PLATFORM_ROLES:
        if unit:
            raise CannotGrant(_("A platform role is held on no unit."))
        return
    if unit is None or not unit.is_active or not may_hold_on(role, unit.kind):
        text = _("“%(role)s” is not held on this kind of unit.")
        raise CannotGrant(text % {"role": Role(role).label})
    if user.court is None or not unit.path.startswith(user.court.path):
        raise CannotGrant(_("The unit lies in another court than the account."))


@transaction.atomic
def end_grant(*, grant_id: int, by: User, on: date) -> Grant:
    """End a role from ``on``; one that had not begun never takes effect.

    Refuses one that has ended, and the last holding of a platform role.
    """
    grant = Grant.objects.select_related("user__court").get(pk=grant_id)
    if grant.role in PLATFORM_ROLES:
        lock_holders(grant.role)
        if not others_hold(grant.role, than=grant.user, on=on):
            raise CannotGrant(
                _("Somebody has to hold this role: give it to another account first.")
            )
    grant.ends_on = max(on, grant.starts_on)
    still_held = Grant.objects.filter(pk=grant.pk).exclude(ends_on__lte=on)
    if not still_held.update(ends_on=grant.ends_on):
        raise CannotGrant(_("This role has ended already."))
    court = grant.user.court if grant.unit_id else None
    record("grant.ended", by=by, on=grant, court=court, account=grant.user_id, role=grant.role)
    return grant


@transaction.atomic
def unlock_sign_in(*, user_id: int, by: User) -> None:
    """Forget the failed attempts to sign in to an account, so that its owner may try again."""
    user = User.objects.select_related("court").get(pk=user_id)
    reset(username=user.username)
    record("account.unlocked", by=by, on=user, court=user.court)
