from datetime import date

import pytest
import time_machine
from django.urls import resolve
from django.utils import timezone

from courtparty.accounts.models import Grant, SignIn, User
from courtparty.accounts.roles import PLATFORM_ROLES, Role
from courtparty.accounts.services import accounts, first_administrator_link, sessions
from courtparty.audit.models import Entry
from tests.factories import make_user

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse battery"


def verbs():
    return list(Entry.objects.order_by("pk").values_list("verb", flat=True))


def link_parts(link):
    return resolve(link.removeprefix("http://site")).kwargs


def activate(link, password=PASSWORD):
    return accounts.activate_account(**link_parts(link), password=password)


def open_session(user, key, at="2026-11-20T08:00:00+08:00"):
    with time_machine.travel(at, tick=False):
        return sessions.open_session(
            user=user, session_key=key, address="127.0.0.1", user_agent="", at=timezone.now()
        )


def test_create_account_has_no_password_and_no_rights(court, system_admin):
    user = accounts.create_account(username="li", name="李", court=court, by=system_admin)

    assert not user.has_usable_password()
    assert user.current_grants() == []
    entry = Entry.objects.get()
    assert (entry.verb, entry.actor, entry.court) == ("account.created", system_admin, court)
    assert entry.detail == {"is_platform": False}


def test_create_account_refuses_a_taken_user_name(court, system_admin):
    make_user("li", court=court)

    with pytest.raises(accounts.CannotChangeAccount, match="taken"):
        accounts.create_account(username="li", name="李", court=court, by=system_admin)

    assert User.objects.filter(username="li").count() == 1
    assert verbs() == []


def test_create_account_refuses_a_platform_account_in_a_court(court, system_admin):
    with pytest.raises(accounts.CannotChangeAccount, match="no court"):
        accounts.create_account(
            username="li", name="李", court=court, is_platform=True, by=system_admin
        )


def test_create_account_refuses_a_court_account_without_court(system_admin):
    with pytest.raises(accounts.CannotChangeAccount, match="Choose the court"):
        accounts.create_account(username="li", name="李", by=system_admin)


def test_disable_account_ends_its_sessions(officer_user, system_admin):
    open_session(officer_user, "a" * 32)

    accounts.disable_account(user_id=officer_user.pk, by=system_admin)

    officer_user.refresh_from_db()
    assert not officer_user.is_active
    assert not SignIn.objects.exists()
    assert verbs() == ["account.signed_in", "account.disabled"]


def test_disable_account_twice_is_logged_once(officer_user, system_admin):
    for _time in range(2):
        accounts.disable_account(user_id=officer_user.pk, by=system_admin)

    assert verbs() == ["account.disabled"]


def test_disable_account_refuses_the_own_one(system_admin):
    with pytest.raises(accounts.CannotChangeAccount, match="your own"):
        accounts.disable_account(user_id=system_admin.pk, by=system_admin)


@pytest.mark.parametrize("role", sorted(PLATFORM_ROLES))
def test_disable_account_refuses_the_last_holder_of_a_platform_role(role, system_admin):
    by = make_user("system.two", Role.SYSTEM)
    last = system_admin if role == Role.SYSTEM else make_user("last", role)
    if role == Role.SYSTEM:
        Grant.objects.filter(user=by).update(ends_on=date(2026, 2, 1))

    with pytest.raises(accounts.CannotChangeAccount, match="last account"):
        accounts.disable_account(user_id=last.pk, by=by)

    last.refresh_from_db()
    assert last.is_active


def test_disable_account_lets_an_administrator_go_when_another_is_there(system_admin):
    other = make_user("system.two", Role.SYSTEM)

    accounts.disable_account(user_id=other.pk, by=system_admin)

    other.refresh_from_db()
    assert not other.is_active


def test_enable_account_gives_it_back(officer_user, system_admin):
    accounts.disable_account(user_id=officer_user.pk, by=system_admin)

    accounts.enable_account(user_id=officer_user.pk, by=system_admin)

    officer_user.refresh_from_db()
    assert officer_user.is_active
    assert verbs() == ["account.disabled", "account.enabled"]


def test_issued_link_sets_a_password_once(officer_user, system_admin):
    link = accounts.issue_link(user_id=officer_user.pk, by=system_admin, base_url="http://site/")

    activate(link)

    officer_user.refresh_from_db()
    assert officer_user.check_password(PASSWORD)
    with pytest.raises(accounts.CannotActivate):
        activate(link, "another good password")
    officer_user.refresh_from_db()
    assert officer_user.check_password(PASSWORD)
    assert verbs() == ["account.link_issued", "account.password_set"]
    assert Entry.objects.get(verb="account.password_set").detail == {"by_link": True}


def test_issued_link_ends_first_password_and_sessions(officer_user, system_admin):
    User.objects.filter(pk=officer_user.pk).update(must_change_password=True)
    open_session(officer_user, "a" * 32)

    activate(accounts.issue_link(user_id=officer_user.pk, by=system_admin, base_url="http://site"))

    officer_user.refresh_from_db()
    assert not officer_user.must_change_password
    assert not SignIn.objects.exists()


@pytest.mark.parametrize(
    ("used_at", "is_valid"),
    [
        pytest.param("2026-11-26T23:00:00+08:00", True, id="within seven days"),
        pytest.param("2026-11-27T09:00:00+08:00", False, id="after seven days"),
    ],
)
def test_issued_link_is_valid_for_seven_days(officer_user, system_admin, used_at, is_valid):
    with time_machine.travel("2026-11-20T08:00:00+08:00", tick=False):
        link = accounts.issue_link(user_id=officer_user.pk, by=system_admin, base_url="http://site")
    with time_machine.travel(used_at, tick=False):
        if is_valid:
            activate(link)
        else:
            with pytest.raises(accounts.CannotActivate):
                activate(link)

    officer_user.refresh_from_db()
    assert officer_user.has_usable_password() is is_valid


def test_issued_link_is_dead_when_the_account_is_closed(officer_user, system_admin):
    link = accounts.issue_link(user_id=officer_user.pk, by=system_admin, base_url="http://site")
    accounts.disable_account(user_id=officer_user.pk, by=system_admin)

    with pytest.raises(accounts.CannotActivate):
        activate(link)


def test_issue_link_refuses_a_closed_account(officer_user, system_admin):
    accounts.disable_account(user_id=officer_user.pk, by=system_admin)

    with pytest.raises(accounts.CannotChangeAccount, match="closed"):
        accounts.issue_link(user_id=officer_user.pk, by=system_admin, base_url="http://site")


@pytest.mark.parametrize("uidb64", ["", "x", "!!", "OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk", "w6k"])
def test_link_for_nobody_is_refused(db, uidb64):
    with pytest.raises(accounts.CannotActivate):
        accounts.activate_account(uidb64=uidb64, token="x-y", password=PASSWORD)


def test_change_password_keeps_the_own_session_only(officer_user):
    for key in ("a" * 32, "b" * 32):
        open_session(officer_user, key)

    accounts.change_password(user_id=officer_user.pk, password=PASSWORD, keep_session="a" * 32)

    assert [sign_in.session_key for sign_in in SignIn.objects.all()] == ["a" * 32]


def test_first_administrators_are_three_with_one_role_each(db):
    link = first_administrator_link("http://site")

    held = {g.user.username: g.role for g in Grant.objects.select_related("user")}
    assert held == {"system": "system", "security": "security", "auditor": "auditor"}
    assert all(user.is_platform and user.court is None for user in User.objects.all())
    assert not any(user.has_usable_password() for user in User.objects.all())
    activate(link)
    assert User.objects.get(username="system").check_password(PASSWORD)


def test_first_administrator_gets_a_fresh_link_until_one_is_used(db):
    first, second = first_administrator_link("http://site"), first_administrator_link("http://site")

    assert first is not None
    assert User.objects.count() == 3
    activate(second)
    assert first_administrator_link("http://site") is None


def test_first_administrators_make_way_for_an_account_of_the_same_name(court):
    make_user("system", court=court)

    first_administrator_link("http://site")

    assert Grant.objects.get(role=Role.SYSTEM).user.username == "system-admin"


def test_log_of_the_first_set_up_names_no_person(db):
    first_administrator_link("http://site")

    assert verbs() == ["account.created", "grant.given"] * 3 + ["account.link_issued"]
    assert {entry.actor for entry in Entry.objects.all()} == {None}
