"""The pages of accounts, grants and sessions: who may open them, and what they do."""

from http import HTTPStatus

import pytest
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone

from courtparty.accounts.models import Grant, SignIn, User
from courtparty.accounts.roles import Role
from courtparty.audit.models import Entry
from tests.factories import make_user

pytestmark = pytest.mark.django_db

CAST = [
    "secretary",
    "branch_secretary",
    "party_affairs",
    "political",
    "head",
    "steward",
    "appraiser",
    "president",
    "officer_user",
    "outsider",
    "system_admin",
    "security_admin",
    "audit_admin",
]
OK, MOVED, GONE_AWAY = HTTPStatus.OK, HTTPStatus.FOUND, HTTPStatus.METHOD_NOT_ALLOWED
FORBIDDEN, NOT_FOUND = HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND


@pytest.fixture
def clerk(court):
    return make_user("clerk", court=court, name="李文员")


@pytest.fixture
def client_of(request):
    def build(name):
        client = Client(headers={"accept-language": "en"})
        client.force_login(request.getfixturevalue(name))
        return client

    return build


# URL name → (arguments, method, who may, what they get)
EVERYONE = set(CAST)
SYSTEM, SECURITY = {"system_admin"}, {"security_admin"}
TABLE = {
    "user_list": ([], "get", SYSTEM, OK),
    "user_create": ([], "get", SYSTEM, OK),
    "user_detail": (["clerk"], "get", SYSTEM, OK),
    "user_disable": (["clerk"], "get", SYSTEM, OK),
    "user_enable": (["clerk"], "get", SYSTEM, OK),
    "user_link": (["clerk"], "post", SYSTEM, OK),
    "grant_list": ([], "get", SECURITY, OK),
    "grant_create": ([], "get", SECURITY, OK),
    "grant_end": (["grant"], "get", SECURITY, OK),
    "locked_list": ([], "get", SECURITY, OK),
    "locked_unlock": (["clerk"], "post", SECURITY, MOVED),
    "session_list": ([], "get", EVERYONE, OK),
    "session_end": (["session"], "post", set(), NOT_FOUND),
}


@pytest.fixture
def subjects(clerk, civil):
    grant = Grant.objects.create(user=clerk, role=Role.HEAD, unit=civil, starts_on="2026-01-01")
    session = SignIn.objects.create(
        user=clerk, session_key="k" * 32, started_at=timezone.now(), address=None
    )
    return {"clerk": clerk.pk, "grant": grant.pk, "session": session.pk}


def address(name, subjects):
    return reverse(f"accounts:{name}", args=[subjects[key] for key in TABLE[name][0]])


def test_every_address_has_a_row():
    _prefix, resolver = get_resolver().namespace_dict["accounts"]

    assert {key for key in resolver.reverse_dict if isinstance(key, str)} == set(TABLE)


@pytest.mark.parametrize("name", TABLE)
def test_page_opens_for_those_who_may(name, subjects, client_of):
    _args, method, allowed, given = TABLE[name]
    got = {}
    for who in CAST:
        got[who] = getattr(client_of(who), method)(address(name, subjects)).status_code

    # What is somebody's own is not forbidden, it just is not there for others.
    otherwise = FORBIDDEN if allowed else NOT_FOUND
    assert got == {who: given if who in allowed else otherwise for who in CAST}


@pytest.mark.parametrize("name", TABLE)
def test_page_asks_to_sign_in(name, subjects, client):
    response = getattr(client, TABLE[name][1])(address(name, subjects))

    assert response.url == f"/sign-in/?next={address(name, subjects)}"


@pytest.mark.parametrize("name", [name for name in TABLE if TABLE[name][1] == "post"])
def test_page_that_acts_changes_nothing_by_get(name, subjects, client_of):
    who = "system_admin" if name == "user_link" else "security_admin"

    client_of(who).get(address(name, subjects))

    assert not Entry.objects.exists()


@pytest.mark.parametrize("name", [name for name in TABLE if TABLE[name][0]])
def test_page_of_nothing_is_not_found(name, client_of, db):
    who = "system_admin" if name.startswith("user") else "security_admin"
    url = reverse(f"accounts:{name}", args=[987654])

    assert getattr(client_of(who), TABLE[name][1])(url).status_code == NOT_FOUND


# -- accounts -----------------------------------------------------------------------------------


def listed(response):
    return [row.username for row in response.context["page_obj"]]


def test_account_list_at_one_and_at_three_accounts(
    client_of, court, system_admin, django_assert_num_queries
):
    client = client_of("system_admin")
    url = reverse("accounts:user_list")
    client.get(url)
    with django_assert_num_queries(7):
        client.get(url)
    for username in ("a", "b"):
        make_user(username, court=court)
    with django_assert_num_queries(7):
        assert listed(client.get(url)) == ["a", "b", "system"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        pytest.param({"q": "李"}, ["clerk"], id="name"),
        pytest.param({"q": "CLE"}, ["clerk"], id="part of the user name"),
        pytest.param({"q": "gone@court.example"}, ["gone"], id="e-mail"),
        pytest.param({"state": "closed"}, ["gone"], id="closed"),
        pytest.param({"state": "never"}, ["clerk", "foreign"], id="never signed in"),
        pytest.param({"kind": "platform"}, ["system"], id="platform"),
        pytest.param(
            {"kind": "court", "sort": "-username"}, ["gone", "foreign", "clerk"], id="sort"
        ),
        pytest.param({"sort": "password"}, ["clerk", "foreign", "gone", "system"], id="bad sort"),
        pytest.param({"page": "999"}, ["clerk", "foreign", "gone", "system"], id="page too far"),
    ],
)
def test_account_list_is_filtered(client_of, clerk, other_court, court, query, expected):
    make_user("foreign", court=other_court)
    make_user("gone", court=court, is_active=False, email="gone@court.example")

    response = client_of("system_admin").get(reverse("accounts:user_list"), query)

    assert listed(response) == expected


def test_account_list_by_court(client_of, clerk, other_court):
    make_user("foreign", court=other_court)

    response = client_of("system_admin").get(
        reverse("accounts:user_list"), {"court": other_court.pk}
    )

    assert listed(response) == ["foreign"]


def test_account_pages_show_no_business(client_of, head, civil):
    client = client_of("system_admin")

    text = client.get(reverse("accounts:user_detail", args=[head.pk])).text
    text += client.get(reverse("accounts:user_list"), {"q": "head"}).text

    assert civil.name not in text
    assert str(Role.HEAD.label) not in text


def test_account_is_opened(client_of, court):
    data = {"username": "New.One", "name": "新人", "email": "", "court": court.pk}

    response = client_of("system_admin").post(reverse("accounts:user_create"), data)

    user = User.objects.get(username="new.one")
    assert response.url == reverse("accounts:user_detail", args=[user.pk])
    assert (user.name, user.court, user.is_platform) == ("新人", court, False)


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        pytest.param({"username": "clerk"}, "username", id="user name taken"),
        pytest.param({"username": "有空 格"}, "username", id="user name malformed"),
        pytest.param({"court": ""}, "court", id="no court"),
        pytest.param({"is_platform": "on"}, "court", id="platform account in a court"),
        pytest.param({"email": "x"}, "email", id="bad e-mail"),
    ],
)
def test_account_form_says_what_is_wrong(client_of, clerk, court, change, wrong):
    data = {"username": "new", "name": "新人", "court": court.pk} | change

    response = client_of("system_admin").post(reverse("accounts:user_create"), data)

    assert list(response.context["form"].errors) == [wrong]
    assert not User.objects.filter(name="新人").exists()


def test_account_is_closed_and_opened_again(client_of, clerk):
    client = client_of("system_admin")

    client.post(reverse("accounts:user_disable", args=[clerk.pk]))
    clerk.refresh_from_db()
    assert not clerk.is_active

    client.post(reverse("accounts:user_enable", args=[clerk.pk]))
    clerk.refresh_from_db()
    assert clerk.is_active


def test_own_account_cannot_be_closed(client_of, system_admin):
    response = client_of("system_admin").post(
        reverse("accounts:user_disable", args=[system_admin.pk]), follow=True
    )

    assert [str(message) for message in response.context["messages"]] == [
        "You cannot close your own account."
    ]
    system_admin.refresh_from_db()
    assert system_admin.is_active


def test_closed_account_is_signed_out_at_once(client_of, clerk):
    there = Client()
    there.force_login(clerk)

    client_of("system_admin").post(reverse("accounts:user_disable", args=[clerk.pk]))

    assert there.get(reverse("accounts:session_list")).status_code == MOVED


def test_link_is_shown_once_and_works(client_of, clerk):
    response = client_of("system_admin").post(reverse("accounts:user_link", args=[clerk.pk]))

    link = response.context["link"]
    assert link.startswith("http://testserver/activate/")
    assert response.text.count(link) == 1
    assert response.headers["Cache-Control"] == "no-store"
    assert Client().get(link).status_code == OK


def test_no_link_for_a_closed_account(client_of, clerk):
    User.objects.filter(pk=clerk.pk).update(is_active=False)

    response = client_of("system_admin").post(reverse("accounts:user_link", args=[clerk.pk]))

    assert response.url == reverse("accounts:user_detail", args=[clerk.pk])
    assert not Entry.objects.exists()


# -- grants -------------------------------------------------------------------------------------


def held(response):
    return [(grant.user.username, grant.role) for grant in response.context["page_obj"]]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        pytest.param({"sort": "role"}, ["head", "political", "security"], id="sorted by role"),
        pytest.param({"role": "head"}, ["head"], id="by role"),
        pytest.param({"state": "in_force", "sort": "role"}, ["head", "security"], id="in force"),
        pytest.param({"state": "ended"}, ["political"], id="ended"),
        pytest.param({"state": "to_come"}, [], id="to come"),
        pytest.param({"q": "politic"}, ["political"], id="by person"),
        pytest.param({"sort": "-password"}, ["security", "political", "head"], id="bad sort"),
    ],
)
def test_grant_list_is_filtered(client_of, head, political, query, expected):
    Grant.objects.filter(user=political).update(ends_on="2026-02-01")

    response = client_of("security_admin").get(reverse("accounts:grant_list"), query)

    assert [role for _user, role in held(response)] == expected


def test_grant_list_by_court(client_of, head, outsider_political, other_court):
    response = client_of("security_admin").get(
        reverse("accounts:grant_list"), {"court": other_court.pk}
    )

    assert held(response) == [("outsider.political", "political")]


def create_url(username, role):
    return f"{reverse('accounts:grant_create')}?account={username}&role={role}"


def offered_units(response):
    return [unit.pk for unit in response.context["form"].fields["unit"].queryset]


def test_grant_form_offers_units_that_fit_in_the_own_court(
    client_of, clerk, civil, filing, party_org, branch, other_court
):
    client = client_of("security_admin")

    assert offered_units(client.get(create_url("clerk", "head"))) == [civil.pk, filing.pk]
    assert offered_units(client.get(create_url("clerk", "secretary"))) == [party_org.pk, branch.pk]
    assert offered_units(client.get(create_url("clerk", "president"))) == [clerk.court_id]


def test_grant_form_asks_for_no_unit_for_a_platform_role(client_of, db):
    User.objects.create(username="platform", name="p", is_platform=True)

    response = client_of("security_admin").get(create_url("platform", "auditor"))

    assert list(response.context["form"].fields) == ["on", "basis"]


def test_role_is_granted(client_of, clerk, civil, security_admin):
    data = {"unit": civil.pk, "on": timezone.localdate(), "basis": "院党组〔2026〕1号"}

    response = client_of("security_admin").post(create_url("clerk", "head"), data)

    assert response.url == reverse("accounts:grant_list")
    grant = Grant.objects.get(user=clerk)
    assert (grant.role, grant.unit, grant.granted_by) == ("head", civil, security_admin)


@pytest.mark.parametrize(
    ("username", "role", "change", "wrong"),
    [
        pytest.param("clerk", "head", {"unit": ""}, "unit", id="no unit"),
        pytest.param("clerk", "secretary", {}, "unit", id="unit does not fit the role"),
        pytest.param("clerk", "head", {"basis": ""}, "basis", id="no basis"),
        pytest.param("clerk", "head", {"on": "2026-01-01"}, "on", id="in the past"),
        pytest.param("clerk", "auditor", {}, "__all__", id="platform role"),
        pytest.param("security", "auditor", {}, "__all__", id="oneself"),
        pytest.param("outsider", "head", {}, "unit", id="account of another court"),
    ],
)
def test_grant_form_says_why_it_refuses(
    client_of, clerk, civil, outsider, username, role, change, wrong
):
    before = Grant.objects.count()
    client = client_of("security_admin")
    data = {"unit": civil.pk, "on": timezone.localdate(), "basis": "x"} | change

    response = client.post(create_url(username, role), data)

    assert list(response.context["form"].errors) == [wrong]
    assert Grant.objects.count() == before + 1  # the security administrator's own


@pytest.mark.parametrize("query", ["?account=nobody&role=head", "?account=clerk&role=king", ""])
def test_grant_form_starts_with_account_and_role(client_of, clerk, query):
    response = client_of("security_admin").post(reverse("accounts:grant_create") + query)

    assert response.context["form"] is None
    assert response.status_code == OK


def test_role_is_ended(client_of, head):
    grant = Grant.objects.get(user=head)

    client_of("security_admin").post(reverse("accounts:grant_end", args=[grant.pk]))

    grant.refresh_from_db()
    assert grant.ends_on == timezone.localdate()


def test_ended_role_gives_nothing_in_a_session_under_way(client_of, head):
    there = client_of("head")
    assert there.get(reverse("cadres:officer_list")).status_code == OK
    grant = Grant.objects.get(user=head)

    client_of("security_admin").post(reverse("accounts:grant_end", args=[grant.pk]))

    assert there.get(reverse("cadres:officer_list")).status_code == FORBIDDEN


def test_last_security_administrator_stays(client_of, security_admin):
    grant = Grant.objects.get(user=security_admin)

    response = client_of("security_admin").post(
        reverse("accounts:grant_end", args=[grant.pk]), follow=True
    )

    assert [str(message) for message in response.context["messages"]] == [
        "Somebody has to hold this role: give it to another account first."
    ]


# -- own sessions -------------------------------------------------------------------------------


def test_own_sessions_are_listed_and_this_browser_marked(client, clerk, subjects):
    client.force_login(clerk)
    SignIn.objects.create(
        user=clerk, session_key=client.session.session_key, started_at=timezone.now()
    )

    response = client.get(reverse("accounts:session_list"), headers={"accept-language": "en"})

    assert response.text.count("this browser") == 1
    assert response.text.count(reverse("accounts:session_end", args=[subjects["session"]])) == 1


def test_own_session_elsewhere_is_ended(client, clerk):
    there = Client()
    there.force_login(clerk)
    note = SignIn.objects.create(
        user=clerk, session_key=there.session.session_key, started_at=timezone.now()
    )
    client.force_login(clerk)

    client.post(reverse("accounts:session_end", args=[note.pk]))

    assert not SignIn.objects.exists()
    assert there.get(reverse("accounts:session_list")).status_code == MOVED
    assert Entry.objects.get().verb == "account.signed_out_elsewhere"
