from datetime import date

import pytest
from axes.models import AccessAttempt
from django.db import IntegrityError, transaction
from django.utils import timezone

from courtparty.accounts.models import Grant, Unit, User
from courtparty.accounts.roles import PLATFORM_ROLES, Role
from courtparty.accounts.services import grants
from courtparty.audit.models import Entry
from tests.factories import make_unit, make_user

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 20)


@pytest.fixture
def clerk(court):
    return make_user("clerk", court=court)


@pytest.fixture
def units(court, civil, party_org, branch):
    return {
        "court": court,
        "department": civil,
        "general_branch": party_org,
        "branch": branch,
        "group": make_unit(branch, "第一党小组", kind=Unit.Kind.GROUP),
        "none": None,
    }


def give(user, role, unit, by, on=TODAY):
    unit_id = unit.pk if unit else None
    return grants.grant_role(
        user_id=user.pk, role=role, unit_id=unit_id, basis="院党组〔2026〕1号", by=by, on=on
    )


MATRIX = {
    Role.SECRETARY: {"general_branch", "branch", "group"},
    Role.HEAD: {"department"},
    Role.PARTY_AFFAIRS: {"court"},
    Role.POLITICAL: {"court"},
    Role.APPRAISER: {"court"},
    Role.STEWARD: {"court"},
    Role.UNION: {"court"},
    Role.PRESIDENT: {"court"},
    Role.SYSTEM: set(),
    Role.SECURITY: set(),
    Role.AUDITOR: set(),
}


@pytest.mark.parametrize("role", Role.values)
def test_role_is_given_on_units_that_fit_and_nowhere_else(role, clerk, units, security_admin):
    given = set()
    for kind, unit in units.items():
        try:
            give(clerk, role, unit, security_admin)
        except grants.CannotGrant:
            continue
        given.add(kind)

    assert given == MATRIX[role]


@pytest.mark.parametrize("role", Role.values)
def test_platform_account_gets_platform_roles_only(role, security_admin, units):
    platform = User.objects.create(username="platform", name="platform", is_platform=True)
    given = set()
    for kind, unit in units.items():
        try:
            give(platform, role, unit, security_admin)
        except grants.CannotGrant:
            continue
        given.add(kind)

    assert given == ({"none"} if role in PLATFORM_ROLES else set())


def test_grant_is_logged_without_a_name(clerk, civil, security_admin, court):
    grant = give(clerk, Role.HEAD, civil, security_admin)

    entry = Entry.objects.get()
    assert (entry.verb, entry.actor, entry.court) == ("grant.given", security_admin, court)
    assert entry.detail == {"account": clerk.pk, "role": "head", "unit": civil.pk}
    assert (grant.basis, grant.granted_by, grant.starts_on) == (
        "院党组〔2026〕1号",
        security_admin,
        TODAY,
    )


def test_grant_refuses_oneself(security_admin):
    with pytest.raises(grants.CannotGrant, match="themselves"):
        give(security_admin, Role.SYSTEM, None, security_admin)


def test_grant_refuses_a_second_platform_role(system_admin, security_admin):
    with pytest.raises(grants.CannotGrant, match="at most one"):
        give(system_admin, Role.AUDITOR, None, security_admin)


def test_grant_gives_another_platform_role_after_the_first_has_ended(system_admin, security_admin):
    Grant.objects.filter(user=system_admin).update(ends_on=date(2026, 2, 1))

    grant = give(system_admin, Role.AUDITOR, None, security_admin)

    assert grant.role == Role.AUDITOR


def test_grant_refuses_the_same_twice(clerk, civil, security_admin):
    give(clerk, Role.HEAD, civil, security_admin)

    with pytest.raises(grants.CannotGrant, match="already"):
        give(clerk, Role.HEAD, civil, security_admin)

    assert Grant.objects.filter(user=clerk).count() == 1
    assert Entry.objects.count() == 1


def test_grant_refuses_another_court(clerk, other_court, security_admin):
    with pytest.raises(grants.CannotGrant, match="another court"):
        give(clerk, Role.POLITICAL, other_court, security_admin)


def test_grant_refuses_a_unit_out_of_use(clerk, civil, security_admin):
    Unit.objects.filter(pk=civil.pk).update(is_active=False)

    with pytest.raises(grants.CannotGrant, match="not held"):
        give(clerk, Role.HEAD, civil, security_admin)


def test_grant_refuses_a_closed_account(clerk, civil, security_admin):
    User.objects.filter(pk=clerk.pk).update(is_active=False)

    with pytest.raises(grants.CannotGrant, match="closed"):
        give(clerk, Role.HEAD, civil, security_admin)


def test_ended_grant_gives_nothing_from_that_day(head, security_admin):
    grant = Grant.objects.get(user=head)
    today = timezone.localdate()

    grants.end_grant(grant_id=grant.pk, by=security_admin, on=today)

    assert User.objects.get(pk=head.pk).current_grants() == []
    entry = Entry.objects.get()
    assert (entry.verb, entry.detail) == ("grant.ended", {"account": head.pk, "role": "head"})


def test_grant_to_come_can_be_ended_before_it_begins(clerk, civil, security_admin):
    grant = give(clerk, Role.HEAD, civil, security_admin, on=date(2026, 12, 1))

    grants.end_grant(grant_id=grant.pk, by=security_admin, on=TODAY)

    assert not Grant.objects.filter(user=clerk).in_force(on=date(2027, 1, 1)).exists()


def test_end_grant_refuses_what_has_ended(head, security_admin):
    grant = Grant.objects.get(user=head)
    grants.end_grant(grant_id=grant.pk, by=security_admin, on=TODAY)

    with pytest.raises(grants.CannotGrant, match="already"):
        grants.end_grant(grant_id=grant.pk, by=security_admin, on=date(2026, 11, 21))

    grant.refresh_from_db()
    assert grant.ends_on == TODAY


@pytest.mark.parametrize("role", sorted(PLATFORM_ROLES))
def test_end_grant_refuses_the_last_holder_of_a_platform_role(role, security_admin):
    holder = security_admin if role == Role.SECURITY else make_user("holder", role)

    with pytest.raises(grants.CannotGrant, match="Somebody has to hold"):
        grants.end_grant(grant_id=Grant.objects.get(user=holder).pk, by=security_admin, on=TODAY)


def test_end_grant_does_not_count_holders_whose_account_is_closed(security_admin):
    other = make_user("security.two", Role.SECURITY)
    User.objects.filter(pk=other.pk).update(is_active=False)

    with pytest.raises(grants.CannotGrant, match="Somebody has to hold"):
        grants.end_grant(
            grant_id=Grant.objects.get(user=security_admin).pk, by=security_admin, on=TODAY
        )


def test_unlock_forgets_failed_attempts(clerk, security_admin):
    for username in ("clerk", "other"):
        AccessAttempt.objects.create(
            username=username, ip_address="10.0.0.1", failures_since_start=8
        )

    grants.unlock_sign_in(user_id=clerk.pk, by=security_admin)

    assert [attempt.username for attempt in AccessAttempt.objects.all()] == ["other"]
    assert Entry.objects.get().verb == "account.unlocked"


# What the database itself refuses, whoever writes to it.


def refused(action):
    with pytest.raises(IntegrityError), transaction.atomic():
        action()


def test_database_refuses_a_platform_role_for_a_business_account(clerk):
    refused(lambda: Grant.objects.create(user=clerk, role=Role.SYSTEM, starts_on=TODAY))


def test_database_refuses_a_business_role_for_a_platform_account(system_admin, civil):
    refused(
        lambda: Grant.objects.create(user=system_admin, role=Role.HEAD, unit=civil, starts_on=TODAY)
    )


def test_database_refuses_to_turn_a_grant_into_a_platform_role(head):
    refused(lambda: Grant.objects.filter(user=head).update(role=Role.SYSTEM, unit=None))


def test_database_refuses_to_hand_a_grant_to_the_other_kind_of_account(head, system_admin):
    refused(lambda: Grant.objects.filter(user=head).update(user=system_admin))


def test_database_refuses_to_change_the_kind_of_an_account_with_grants(head, system_admin):
    refused(lambda: User.objects.filter(pk=head.pk).update(is_platform=True))
    refused(lambda: User.objects.filter(pk=system_admin.pk).update(is_platform=False))


def test_database_lets_an_account_without_grants_change_its_kind(clerk):
    User.objects.filter(pk=clerk.pk).update(is_platform=True, court=None)

    clerk.refresh_from_db()
    assert clerk.is_platform


def test_database_lets_grants_be_ended(head):
    assert Grant.objects.filter(user=head).update(ends_on=TODAY) == 1


def test_database_refuses_a_second_open_platform_role(system_admin):
    refused(lambda: Grant.objects.create(user=system_admin, role=Role.AUDITOR, starts_on=TODAY))


def test_database_refuses_platform_roles_on_a_unit(system_admin, court):
    refused(lambda: Grant.objects.filter(user=system_admin).update(unit=court))
