"""Two people at the same moment, on a database that lets them be."""

from threading import Barrier, Thread

import pytest
from django.db import IntegrityError, connections
from django.utils import timezone

from courtparty.accounts.models import Grant, SignIn, User
from courtparty.accounts.roles import Role
from courtparty.accounts.services import accounts, grants, sessions, tree
from courtparty.accounts.services.units import create_unit
from tests.factories import make_court, make_unit, make_user

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]


def at_once(*actions):
    """Run all actions at the same time. What each came to: its value, or what it raised."""
    together, outcomes = Barrier(len(actions)), [None] * len(actions)

    def run(place, action):
        together.wait()
        try:
            outcomes[place] = action()
        except Exception as error:
            outcomes[place] = error
        finally:
            connections.close_all()

    threads = [Thread(target=run, args=pair) for pair in enumerate(actions)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def refused(outcomes, kind):
    assert [error for error in outcomes if isinstance(error, Exception)] == [
        error for error in outcomes if isinstance(error, kind)
    ]
    return sum(isinstance(error, kind) for error in outcomes)


def test_two_security_administrators_cannot_end_each_other():
    one, two = (make_user(name, Role.SECURITY) for name in ("one", "two"))
    today = timezone.localdate()

    def end(whose, by):
        grant = Grant.objects.get(user=whose)
        return lambda: grants.end_grant(grant_id=grant.pk, by=by, on=today)

    outcomes = at_once(end(one, two), end(two, one))

    assert refused(outcomes, grants.CannotGrant) == 1
    assert Grant.objects.in_force(on=today).count() == 1


def test_two_system_administrators_cannot_close_each_other():
    one, two = (make_user(name, Role.SYSTEM) for name in ("one", "two"))

    outcomes = at_once(
        lambda: accounts.disable_account(user_id=one.pk, by=two),
        lambda: accounts.disable_account(user_id=two.pk, by=one),
    )

    assert refused(outcomes, accounts.CannotChangeAccount) == 1
    assert User.objects.filter(is_active=True).count() == 1


def test_role_and_kind_of_an_account_cannot_pass_each_other():
    user = make_user("someone", court=make_court())

    outcomes = at_once(
        lambda: Grant.objects.create(
            user=user, role=Role.POLITICAL, unit=user.court, starts_on=timezone.localdate()
        ),
        lambda: User.objects.filter(pk=user.pk).update(is_platform=True),
    )

    assert refused(outcomes, IntegrityError) == 1
    user.refresh_from_db()
    assert user.is_platform is not user.grants.exists()


def test_same_role_twice_is_given_once():
    court = make_court()
    user, by = make_user("someone", court=court), make_user("security", Role.SECURITY)

    def give():
        return grants.grant_role(
            user_id=user.pk,
            role=Role.POLITICAL,
            unit_id=court.pk,
            basis="x",
            by=by,
            on=timezone.localdate(),
        )

    assert refused(at_once(give, give), grants.CannotGrant) == 1
    assert user.grants.count() == 1


def test_sign_ins_at_once_keep_to_the_limit(settings):
    settings.SESSIONS_PER_USER = 2
    user = make_user("someone", court=make_court())

    def sign_in(key):
        return lambda: sessions.open_session(
            user=user, session_key=key * 32, address=None, user_agent="", at=timezone.now()
        )

    assert refused(at_once(*(sign_in(key) for key in "abcd")), ()) == 0
    assert SignIn.objects.count() == 2


def test_link_sets_one_password_however_often_it_is_used_at_once():
    user = make_user("someone", court=make_court())
    link = accounts.issue_link(user_id=user.pk, by=None, base_url="")
    uid, token = link.strip("/").split("/")[1:]

    def use(password):
        return lambda: accounts.activate_account(uidb64=uid, token=token, password=password)

    outcomes = at_once(use("first good password"), use("second good password"))

    assert refused(outcomes, accounts.CannotActivate) == 1


def test_unit_added_while_its_parent_moves_moves_along():
    court = make_court()
    by = make_user("political", Role.POLITICAL, court)
    committee = make_unit(court, "机关党委", kind="party_committee")
    branch = make_unit(court, "第一党支部", kind="branch")

    outcomes = at_once(
        lambda: tree.move_unit(unit_id=branch.pk, parent_id=committee.pk, by=by),
        lambda: create_unit(parent=branch, kind="group", name="第一党小组", by=by),
    )

    assert refused(outcomes, ()) == 0
    units = type(court).objects
    assert units.find_problems() == ([], [], [], [], [])
    assert [unit.name for unit in units.all()] == [
        court.name,
        "机关党委",
        "第一党支部",
        "第一党小组",
    ]
