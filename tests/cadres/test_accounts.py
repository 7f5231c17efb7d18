from datetime import date
from io import BytesIO

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from cadres.models import Officer
from cadres.services import accounts
from cadres.services.accounts import CannotOpen, open_account, open_accounts, renew_passwords
from courtparty.accounts.models import User
from courtparty.accounts.roles import Role
from courtparty.audit.models import Entry
from tests.factories import make_officer

PAGE = reverse("cadres:account_open")


@pytest.fixture
def people(court, civil, filing):
    places = [("曾海燕", civil), ("曾海燕", filing), ("张小明", filing)]
    return [make_officer(court=court, department=where, name=name) for name, where in places]


def slips(response) -> list[tuple]:
    sheet = load_workbook(BytesIO(response.content)).active
    return list(sheet.iter_rows(min_row=3, values_only=True))


def test_open_accounts_gives_each_officer_an_account(people, political):
    given = open_accounts(people, by=political)

    assert [slip.username for slip in given] == ["zenghaiyan", "zenghaiyan2", "zhangxiaoming"]
    for officer, slip in zip(people, given, strict=True):
        officer.refresh_from_db()
        user = officer.user
        assert (user.username, user.name, user.court) == (
            slip.username,
            officer.name,
            officer.court,
        )
        assert user.must_change_password
    assert User.objects.get(username="zenghaiyan2").check_password(given[1].password)


def test_open_accounts_keeps_no_password(people, political):
    given = open_accounts(people, by=political)

    entries = Entry.objects.filter(verb="account.opened")
    assert {entry.detail["officer"] for entry in entries} == {officer.pk for officer in people}
    stored = [str(row) for row in [*entries.values_list(), *User.objects.values_list()]]
    assert not [row for row in stored for slip in given if slip.password in row]


def test_first_passwords_are_readable_and_differ(people, political):
    given = [slip.password for slip in open_accounts(people, by=political)]

    assert len(set(given)) == 3
    assert {len(password) for password in given} == {10}
    assert not set("".join(given)) & set("0o1li")


def test_a_first_password_is_hashed_at_full_cost_when_it_is_used(people, political):
    slip = open_account(people[0], by=political)
    user = User.objects.get(username=slip.username)
    cheap = user.password

    assert user.check_password(slip.password)

    user.refresh_from_db()
    assert "m=8192" in cheap
    assert "m=102400" in user.password


def test_open_accounts_is_all_or_none(people, political):
    open_account(people[1], by=political)

    with pytest.raises(CannotOpen):
        open_accounts(people, by=political)

    assert list(Officer.objects.exclude(user=None)) == [people[1]]
    assert Entry.objects.filter(verb="account.opened").count() == 1


def test_open_accounts_refuses_those_who_left(people, political):
    Officer.objects.update(left_on=date(2026, 1, 1))

    with pytest.raises(CannotOpen):
        open_account(people[0], by=political)


def test_open_accounts_refuses_too_many_at_a_time(people, political, monkeypatch):
    monkeypatch.setattr(accounts, "AT_ONCE", 2)

    with pytest.raises(CannotOpen):
        open_accounts(Officer.objects.all(), by=political)

    assert not Officer.objects.exclude(user=None).exists()


def test_renew_passwords_replaces_the_password(people, political):
    first = open_account(people[0], by=political)
    User.objects.update(must_change_password=False)
    people[0].refresh_from_db()

    (again,) = renew_passwords([people[0]], by=political)

    user = User.objects.get(username=first.username)
    assert user.check_password(again.password)
    assert not user.check_password(first.password)
    assert user.must_change_password
    assert Entry.objects.get(verb="account.link_issued").detail == {"officer": people[0].pk}


def test_renew_passwords_refuses_an_account_with_a_role(people, political, court):
    open_account(people[0], by=political)
    people[0].refresh_from_db()
    people[0].user.grants.create(role=Role.PRESIDENT, unit=court, starts_on=date(2026, 1, 1))
    before = User.objects.get(pk=people[0].user_id).password

    with pytest.raises(CannotOpen):
        renew_passwords([people[0]], by=political)

    assert User.objects.get(pk=people[0].user_id).password == before


def test_renew_passwords_refuses_the_own_closed_and_missing_accounts(people, political):
    with pytest.raises(CannotOpen):
        renew_passwords([people[0]], by=political)
    for officer in people:
        open_account(officer, by=political)
        officer.refresh_from_db()
    User.objects.filter(pk=people[1].user_id).update(is_active=False)
    people[1].refresh_from_db()

    for officer, by in ((people[0], people[0].user), (people[1], political)):
        with pytest.raises(CannotOpen):
            renew_passwords([officer], by=by)


def test_account_open_hands_out_the_slips_once(client, people, political):
    client.force_login(political)

    given = slips(client.post(PAGE, {"action": "open", "department": ""}))

    assert {row[2] for row in given} == {"zenghaiyan", "zenghaiyan2", "zhangxiaoming"}
    again = client.post(PAGE, {"action": "open", "department": ""})
    assert len(again.context["form"].non_field_errors()) == 1


def test_account_open_for_one_department(client, people, political, civil):
    client.force_login(political)

    given = slips(client.post(PAGE, {"action": "open", "department": civil.pk}))

    assert [row[:3] for row in given] == [("曾海燕", civil.name, "zenghaiyan")]


def test_account_open_gives_new_slips_to_those_who_never_signed_in(client, people, political):
    open_accounts(people, by=political)
    User.objects.filter(username="zhangxiaoming").update(last_login=timezone.now())
    client.force_login(political)

    given = slips(client.post(PAGE, {"action": "renew", "department": ""}))

    assert [row[2] for row in given] == ["zenghaiyan", "zenghaiyan2"]


def test_account_open_for_one_officer(client, people, political):
    client.force_login(political)
    page = f"{PAGE}?officer={people[2].pk}"

    assert [row[2] for row in slips(client.post(page, {"action": "open"}))] == ["zhangxiaoming"]
    assert [row[2] for row in slips(client.post(page, {"action": "renew"}))] == ["zhangxiaoming"]


def test_account_open_shows_what_is_to_be_done(client, people, political, filing):
    open_account(people[0], by=political)
    client.force_login(political)

    shown = client.get(PAGE).context

    assert (shown["without"], shown["unused"]) == (2, 1)
    assert [(need.unit, need.without) for need in shown["needs"] if need.without] == [(filing, 2)]


def test_account_open_reaches_no_other_court(
    client, people, court, outsider_political, outsider, filing
):
    Officer.objects.filter(user=outsider).update(user=None)
    client.force_login(outsider_political)

    assert client.get(f"{PAGE}?officer={people[0].pk}").status_code == 404
    for text in ("x", "٣", "9" * 5000):
        assert client.get(f"{PAGE}?officer={text}").status_code == 404
    refused = client.post(PAGE, {"action": "open", "department": filing.pk})
    assert "department" in refused.context["form"].errors
    given = slips(client.post(PAGE, {"action": "open", "department": ""}))
    assert [row[0] for row in given] == ["钱外人"]
    assert not Officer.objects.filter(court=court).exclude(user=None).exists()


def test_account_open_needs_permission(client, head, officer_user):
    for user in (head, officer_user):
        client.force_login(user)
        assert client.get(PAGE).status_code == 403
