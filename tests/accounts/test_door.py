"""Sign-in, sign-out, language, passwords and one-time links, as a browser sees them."""

from http import HTTPStatus

import pytest
import time_machine
from django.conf import settings as project
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from courtparty.accounts.models import SignIn, User
from courtparty.accounts.passwords import LengthValidator
from courtparty.accounts.services import accounts
from courtparty.accounts.tasks import clear_sessions
from courtparty.audit.models import Entry
from tests.factories import make_user

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse battery"
CHINESE, ENGLISH = "zh-hans", "en"


@pytest.fixture(autouse=True)
def _fast_hashing(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def clerk(court):
    user = make_user("clerk", court=court, language=ENGLISH)
    user.set_password(PASSWORD)
    user.save()
    return user


def sign_in(client, username="clerk", password=PASSWORD, **extra):
    data = {"username": username, "password": password}
    return client.post(reverse("sign_in"), data | extra, headers={"accept-language": "en"})


def is_signed_in(client):
    return "_auth_user_id" in client.session


# -- signing in ---------------------------------------------------------------------------------


def test_sign_in_notes_the_session(client, clerk):
    response = client.post(
        reverse("sign_in"),
        {"username": "clerk", "password": PASSWORD},
        headers={"user-agent": "Mozilla/5.0 (Windows NT 10.0) Firefox/128.0"},
    )

    assert (response.status_code, response.url) == (HTTPStatus.FOUND, "/")
    noted = SignIn.objects.get()
    assert (noted.user, noted.session_key) == (clerk, client.session.session_key)
    assert (noted.address, noted.browser) == ("127.0.0.1", "Firefox · Windows")
    assert Entry.objects.get().verb == "account.signed_in"


def test_sign_in_takes_capital_letters_and_spaces_in_the_user_name(client, clerk):
    sign_in(client, username=" Clerk ")

    assert is_signed_in(client)


def test_sign_in_changes_the_session_key(client, clerk):
    client.get(reverse("sign_in"))
    session = client.session
    session["planted"] = True
    session.save()
    planted = session.session_key

    sign_in(client)

    assert client.session.session_key != planted
    assert not Session.objects.filter(session_key=planted).exists()


@pytest.mark.parametrize(
    ("username", "password", "is_active"),
    [
        pytest.param("clerk", "wrong", True, id="wrong password"),
        pytest.param("nobody", PASSWORD, True, id="no such account"),
        pytest.param("clerk", PASSWORD, False, id="closed account"),
    ],
)
def test_refused_sign_in_never_says_why(client, clerk, username, password, is_active):
    User.objects.filter(pk=clerk.pk).update(is_active=is_active)

    response = sign_in(client, username=username, password=password)

    assert list(response.context["form"].non_field_errors()) == [
        "User name and password do not fit an account that may sign in."
    ]
    assert not is_signed_in(client)
    assert not SignIn.objects.exists()


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ("/inbox/", "/inbox/"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("javascript:alert(1)", "/"),
    ],
)
def test_sign_in_goes_on_to_pages_of_this_site_only(client, clerk, wanted, expected):
    assert sign_in(client, next=wanted).url == expected


def test_sign_in_page_sends_on_who_is_signed_in(client, clerk):
    client.force_login(clerk)

    assert client.get(reverse("sign_in")).url == "/"


def test_sign_in_keeps_the_newest_sessions_only(clerk, settings):
    settings.SESSIONS_PER_USER = 2
    clients = []
    for hour in (8, 9, 10):
        with time_machine.travel(f"2026-11-20T{hour:02}:00:00+08:00", tick=False):
            client = Client()
            sign_in(client)
            clients.append((client, client.session.session_key))

    assert [row.session_key for row in SignIn.objects.order_by("started_at")] == [
        key for _client, key in clients[1:]
    ]
    assert [Session.objects.filter(session_key=key).exists() for _client, key in clients] == [
        False,
        True,
        True,
    ]


def test_sessions_of_others_are_not_counted(clerk, court, settings):
    settings.SESSIONS_PER_USER = 1
    other = make_user("other", court=court)
    other.set_password(PASSWORD)
    other.save()
    sign_in(Client(), username="other")

    sign_in(Client())

    assert SignIn.objects.count() == 2


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        pytest.param(0, "10.9.9.9", "127.0.0.1", id="no proxy of our own: claims are ignored"),
        pytest.param(1, "6.6.6.6, 10.1.2.3", "10.1.2.3", id="one proxy"),
        pytest.param(2, "6.6.6.6, 10.1.2.3, 10.0.0.1", "10.1.2.3", id="two proxies"),
        pytest.param(1, "rubbish", None, id="no address"),
    ],
)
def test_address_behind_proxies(client, clerk, settings, proxies, forwarded, expected):
    settings.BEHIND_TLS_PROXY = proxies
    client.post(
        reverse("sign_in"),
        {"username": "clerk", "password": PASSWORD},
        headers={"x-forwarded-for": forwarded},
    )

    assert SignIn.objects.get().address == expected


# -- locking ------------------------------------------------------------------------------------


def fail(client, times, username="clerk"):
    for _time in range(times):
        response = sign_in(client, username=username, password="wrong")
    return response


def test_sign_in_is_locked_after_too_many_wrong_passwords(client, clerk):
    assert fail(client, project.AXES_FAILURE_LIMIT - 1).status_code == HTTPStatus.OK

    response = fail(client, 1)

    assert response.status_code == HTTPStatus.TOO_MANY_REQUESTS
    assert "Sign-in is locked for now" in response.text
    assert sign_in(client).status_code == HTTPStatus.TOO_MANY_REQUESTS
    assert not is_signed_in(client)


def test_lock_ends_by_itself(client, clerk):
    with time_machine.travel("2026-11-20T08:00:00+08:00", tick=False):
        fail(client, project.AXES_FAILURE_LIMIT)
    with time_machine.travel("2026-11-20T08:16:00+08:00", tick=False):
        sign_in(client)

        assert is_signed_in(client)


def test_lock_is_for_one_account_from_one_machine(client, clerk, court):
    fail(client, project.AXES_FAILURE_LIMIT, username="somebody.else")

    sign_in(client)

    assert is_signed_in(client)


def test_capital_letters_do_not_get_round_the_lock(client, clerk):
    for username in ["clerk", "Clerk", "CLERK", " clerk"] * 2:
        response = sign_in(client, username=username, password="wrong")

    assert response.status_code == HTTPStatus.TOO_MANY_REQUESTS


def test_security_administrator_unlocks(client, clerk, security_admin):
    fail(client, project.AXES_FAILURE_LIMIT)
    keeper = Client()
    keeper.force_login(security_admin)
    locked = keeper.get(reverse("accounts:locked_list"))
    assert locked.context["accounts"] == [clerk]

    keeper.post(reverse("accounts:locked_unlock", args=[clerk.pk]))

    assert keeper.get(reverse("accounts:locked_list")).context["accounts"] == []
    sign_in(client)
    assert is_signed_in(client)


# -- going out ----------------------------------------------------------------------------------


def test_sign_out_forgets_the_session(client, clerk):
    sign_in(client)

    response = client.post(reverse("sign_out"))

    assert response.url == reverse("sign_in")
    assert not is_signed_in(client)
    assert not SignIn.objects.exists()


def test_sign_out_needs_a_post(client, clerk):
    client.force_login(clerk)

    assert client.get(reverse("sign_out")).status_code == HTTPStatus.METHOD_NOT_ALLOWED


def test_idle_session_ends(client, clerk, settings):
    start = timezone.now().timestamp()
    with time_machine.travel(start, tick=False):
        sign_in(client)
        client.get(reverse("password_change"))
    with time_machine.travel(start + settings.SESSION_IDLE_SECONDS - 1, tick=False):
        assert client.get(reverse("password_change")).status_code == HTTPStatus.OK
    later = start + 2 * settings.SESSION_IDLE_SECONDS
    with time_machine.travel(later, tick=False):
        response = client.get(reverse("password_change"), {"a": "b"})

        assert response.url == "/sign-in/?next=%2Fpassword%2F%3Fa%3Db"
        assert not is_signed_in(client)
        assert not SignIn.objects.exists()
        assert (
            "nothing happened for a while"
            in client.get(response.url, headers={"accept-language": "en"}).text
        )


def test_session_ends_after_its_longest_time_however_busy(client, clerk, settings):
    start = int(timezone.now().timestamp())
    step = settings.SESSION_IDLE_SECONDS - 60
    with time_machine.travel(start, tick=False):
        sign_in(client)
        client.get(reverse("password_change"))
    for moment in range(start, start + settings.SESSION_COOKIE_AGE, step):
        with time_machine.travel(moment, tick=False):
            assert client.get(reverse("password_change")).status_code == HTTPStatus.OK
    with time_machine.travel(start + settings.SESSION_COOKIE_AGE + 1, tick=False):
        response = client.get(reverse("password_change"))

        assert response.url.startswith(reverse("sign_in"))
        assert not is_signed_in(client)


def test_idle_session_of_a_page_part_sends_the_whole_page_away(client, clerk, settings):
    start = timezone.now().timestamp()
    with time_machine.travel(start, tick=False):
        sign_in(client)
        client.get(reverse("password_change"))
    with time_machine.travel(start + settings.SESSION_IDLE_SECONDS + 1, tick=False):
        response = client.get(reverse("password_change"), headers={"hx-request": "true"})

    assert response.headers["HX-Redirect"] == reverse("sign_in")


def test_reading_pages_writes_the_session_once_a_minute(client, clerk, django_assert_num_queries):
    start = timezone.now().timestamp()
    with time_machine.travel(start, tick=False):
        client.force_login(clerk)
        client.get(reverse("password_change"))
        seen = client.session["seen"]
    with time_machine.travel(start + 59, tick=False):
        client.get(reverse("password_change"))

        assert client.session["seen"] == seen
    with time_machine.travel(start + 61, tick=False):
        client.get(reverse("password_change"))

        assert client.session["seen"] == seen + 61


def test_cleaning_up_forgets_sessions_that_are_over(client, clerk):
    sign_in(client)
    sign_in(Client())
    Session.objects.filter(session_key=client.session.session_key).delete()

    clear_sessions()

    assert SignIn.objects.count() == 1


# -- language -----------------------------------------------------------------------------------


def language_of(response):
    return response.headers["Content-Language"]


@pytest.mark.parametrize(
    ("account", "cookie", "browser", "expected"),
    [
        pytest.param("en", CHINESE, "zh-CN", ENGLISH, id="the account's own first"),
        pytest.param("zh-hans", ENGLISH, "en", CHINESE, id="the account's own first, Chinese"),
        pytest.param("", ENGLISH, "zh-CN", ENGLISH, id="then the one chosen at the door"),
        pytest.param("", "", "en-US,en;q=0.9", ENGLISH, id="then the browser's"),
        pytest.param("", "", "zh-TW", CHINESE, id="any Chinese is Chinese"),
        pytest.param("", "", "fr", CHINESE, id="then Chinese"),
        pytest.param("", "", "", CHINESE, id="no wish at all: Chinese"),
    ],
)
def test_language_is_chosen_in_order(client, clerk, account, cookie, browser, expected):
    User.objects.filter(pk=clerk.pk).update(language=account)
    client.force_login(clerk)
    if cookie:
        client.cookies[project.LANGUAGE_COOKIE_NAME] = cookie

    response = client.get(reverse("password_change"), headers={"accept-language": browser})

    assert language_of(response) == expected


def test_language_chosen_at_the_door_is_kept_in_the_browser(client):
    response = client.post(reverse("set_language"), {"language": "en", "next": "/sign-in/"})

    assert response.url == "/sign-in/"
    assert language_of(client.get(response.url, headers={"accept-language": "zh-CN"})) == ENGLISH


def test_language_chosen_when_signed_in_is_kept_in_the_account(client, clerk):
    client.force_login(clerk)

    response = client.post(reverse("set_language"), {"language": "zh-hans", "next": "/inbox/"})

    clerk.refresh_from_db()
    assert clerk.language == "zh-hans"
    assert project.LANGUAGE_COOKIE_NAME not in response.cookies


@pytest.mark.parametrize("wanted", ["https://evil.example/", "//evil.example", "", "javascript:x"])
def test_set_language_leads_to_pages_of_this_site_only(client, wanted):
    response = client.post(reverse("set_language"), {"language": "en", "next": wanted})

    assert response.url == "/"


def test_set_language_ignores_what_it_does_not_speak(client, clerk):
    client.force_login(clerk)

    client.post(reverse("set_language"), {"language": "tlh"})

    clerk.refresh_from_db()
    assert clerk.language == "en"


# -- passwords ----------------------------------------------------------------------------------


def new_password(password, old=PASSWORD):
    return {"old_password": old, "new_password1": password, "new_password2": password}


def test_changed_password_ends_other_sessions_and_keeps_this_one(clerk):
    here, there = Client(), Client()
    sign_in(here)
    sign_in(there)

    response = here.post(reverse("password_change"), new_password("another good password"))

    assert response.url == reverse("home")
    assert [row.session_key for row in SignIn.objects.all()] == [here.session.session_key]
    assert here.get(reverse("password_change")).status_code == HTTPStatus.OK
    assert there.get(reverse("password_change")).status_code == HTTPStatus.FOUND
    clerk.refresh_from_db()
    assert clerk.check_password("another good password")
    assert Entry.objects.filter(verb="account.password_set").count() == 1


def test_password_change_needs_the_old_one(client, clerk):
    client.force_login(clerk)

    response = client.post(
        reverse("password_change"), new_password("another good password", old="wrong")
    )

    assert list(response.context["form"].errors) == ["old_password"]
    clerk.refresh_from_db()
    assert clerk.check_password(PASSWORD)


RULES = {
    "x7-kq": {ENGLISH: "{too_short}", CHINESE: "{too_short}"},
    "password123": {ENGLISH: "This password is too common.", CHINESE: "这个密码太常见了。"},
    "83650284716": {ENGLISH: "This password is entirely numeric.", CHINESE: "密码只包含数字。"},
    "zhangsanfeng1": {
        ENGLISH: "The password is too similar to the name.",
        CHINESE: "密码跟 {name} 太相似了。",
    },
}


@pytest.mark.parametrize("language", [ENGLISH, CHINESE])
@pytest.mark.parametrize("password", RULES)
def test_password_rules_are_told_in_the_readers_language(client, clerk, password, language):
    User.objects.filter(pk=clerk.pk).update(language=language, name="zhangsanfeng")
    client.force_login(clerk)

    response = client.post(reverse("password_change"), new_password(password))

    with translation.override(language):
        words = RULES[password][language].format(
            name=User._meta.get_field("name").verbose_name,
            too_short=LengthValidator(10).get_error_message(),
        )
    assert response.context["form"].errors["new_password2"] == [words]
    clerk.refresh_from_db()
    assert clerk.check_password(PASSWORD)


@pytest.mark.parametrize("url", ["/inbox/", "/admin/", "/nowhere/", "/my/"])
def test_first_password_has_to_be_changed_before_anything_else(client, clerk, url):
    User.objects.filter(pk=clerk.pk).update(must_change_password=True)
    client.force_login(clerk)

    assert client.get(url).url == reverse("password_change")


def test_first_password_once_changed_lets_one_go_on(client, clerk):
    User.objects.filter(pk=clerk.pk).update(must_change_password=True)
    client.force_login(clerk)
    page = client.get(reverse("password_change"))
    assert "Choose a password of your own" in page.text

    client.post(reverse("password_change"), new_password("another good password"))

    assert client.get(reverse("accounts:session_list")).status_code == HTTPStatus.OK


def test_first_password_is_not_changed_into_itself(client, clerk):
    User.objects.filter(pk=clerk.pk).update(must_change_password=True)
    client.force_login(clerk)

    response = client.post(reverse("password_change"), new_password(PASSWORD))

    assert list(response.context["form"].errors) == ["new_password1"]
    assert client.get(reverse("my_records")).url == reverse("password_change")


# -- one-time links -----------------------------------------------------------------------------


@pytest.fixture
def link(clerk, system_admin):
    link = accounts.issue_link(user_id=clerk.pk, by=system_admin, base_url="http://testserver/")
    return link.removeprefix("http://testserver")


def choose(client, link, password="another good password"):
    return client.post(link, {"new_password1": password, "new_password2": password})


def test_link_leads_to_a_password_and_signs_in(client, clerk, link):
    page = client.get(link, headers={"accept-language": "en"})
    assert page.context["is_valid_link"] is True

    response = choose(client, link)

    assert response.url == reverse("home")
    assert is_signed_in(client)
    assert SignIn.objects.get().session_key == client.session.session_key


def test_link_used_is_gone(client, clerk, link):
    choose(client, link)

    for response in (Client().get(link), choose(Client(), link, "a third good password")):
        assert response.status_code == HTTPStatus.GONE
        assert response.context["is_valid_link"] is False
    clerk.refresh_from_db()
    assert clerk.check_password("another good password")


def test_link_is_no_way_round_the_password_rules(client, clerk, link):
    response = choose(client, link, "short")

    assert list(response.context["form"].errors) == ["new_password2"]
    clerk.refresh_from_db()
    assert clerk.check_password(PASSWORD)


def test_link_of_another_account_does_not_fit(client, court, clerk, link):
    other = make_user("other", court=court)
    token = link.rstrip("/").rsplit("/", 1)[1]
    accounts.issue_link(user_id=other.pk, by=None, base_url="http://testserver/")
    mixed = reverse("activate", args=["Mg" if other.pk != 2 else "Mw", token])

    assert client.get(mixed).status_code == HTTPStatus.GONE


@pytest.mark.parametrize("language", [ENGLISH, CHINESE])
@pytest.mark.parametrize("name", ["sign_in", "password_change", "accounts:session_list"])
def test_pages_at_the_door_speak_both_languages(client, clerk, name, language):
    if name != "sign_in":
        User.objects.filter(pk=clerk.pk).update(language=language)
        client.force_login(clerk)

    response = client.get(reverse(name), headers={"accept-language": language})

    assert response.status_code == HTTPStatus.OK
    assert f'lang="{"en" if language == ENGLISH else "zh-Hans"}"' in response.text
