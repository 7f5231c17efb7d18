"""The log's pages: read by the audit administrator alone."""

from http import HTTPStatus
from io import BytesIO

import pytest
import time_machine
from django.urls import reverse
from openpyxl import load_workbook

from courtparty.audit import services
from courtparty.audit.models import Entry
from courtparty.lib.paging import CappedPaginator
from tests.factories import make_user

pytestmark = pytest.mark.django_db

OTHERS = [
    "secretary",
    "party_affairs",
    "political",
    "head",
    "steward",
    "appraiser",
    "president",
    "officer_user",
    "system_admin",
    "security_admin",
]
PAGES = {
    "entry_list": ([], "get"),
    "entry_export": ([], "get"),
    "log_verify": ([], "post"),
    "log_verdict": ([1], "get"),
}
LIST = reverse("audit:entry_list")


@pytest.fixture
def reader(client, audit_admin):
    client.force_login(audit_admin)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def at(moment, verb="unit.changed", **fields):
    with time_machine.travel(moment, tick=False):
        return services.record(verb, by=fields.pop("by", None), **fields)


def whats(response):
    return [line["what"] for line in response.context["lines"]]


@pytest.mark.parametrize("who", OTHERS)
@pytest.mark.parametrize("name", PAGES)
def test_log_is_closed_to_everybody_else(client, request, name, who):
    args, method = PAGES[name]
    client.force_login(request.getfixturevalue(who))

    response = getattr(client, method)(reverse(f"audit:{name}", args=args))

    assert response.status_code == HTTPStatus.FORBIDDEN
    assert not Entry.objects.exists()


@pytest.mark.parametrize("name", PAGES)
def test_log_asks_to_sign_in(client, name):
    args, method = PAGES[name]
    url = reverse(f"audit:{name}", args=args)

    assert getattr(client, method)(url).url == f"/sign-in/?next={url}"


def test_log_tells_in_words(reader, political, court, civil):
    services.record("unit.changed", by=political, on=civil, court=court, fields=["name", "code"])

    [line] = reader.get(LIST).context["lines"]

    assert (line["who"], line["username"]) == ("political", "political")
    assert (line["what"], line["subject"]) == ("Unit changed", f"unit #{civil.pk}")
    assert (line["court"], line["detail"]) == (court.name_en, "items: name, code")


def test_log_names_no_officer(reader, political, officer):
    services.record_read("officer.revealed", by=political, on=officer, court=officer.court)

    response = reader.get(LIST)

    assert response.context["lines"][0]["subject"] == f"officer #{officer.pk}"
    assert officer.name not in response.text


def test_log_at_one_and_at_three_entries(reader, political, court, django_assert_num_queries):
    services.record("unit.changed", by=political, court=court)
    reader.get(LIST)
    with django_assert_num_queries(7):
        reader.get(LIST)
    for number in range(2):
        services.record("unit.changed", by=political, court=court, number=number)
    with django_assert_num_queries(7):
        assert len(reader.get(LIST).context["lines"]) == 3


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        pytest.param({}, ["Unit changed", "Log exported", "Officer added"], id="newest first"),
        pytest.param({"q": "polit"}, ["Unit changed", "Officer added"], id="by user name"),
        pytest.param({"q": "nobody"}, [], id="by nobody"),
        pytest.param({"verb": "log.exported"}, ["Log exported"], id="by verb"),
        pytest.param({"verb": "x"}, ["Unit changed", "Log exported", "Officer added"], id="bad"),
        pytest.param({"reads": "reads"}, ["Officer added"], id="readings"),
        pytest.param({"reads": "changes"}, ["Unit changed", "Log exported"], id="changes"),
        pytest.param({"since": "2026-11-02"}, ["Unit changed", "Log exported"], id="since"),
        pytest.param({"until": "2026-11-02"}, ["Log exported", "Officer added"], id="until"),
        pytest.param({"since": "2026-11-02", "until": "2026-11-02"}, ["Log exported"], id="a day"),
        pytest.param(
            {"since": "0001-01-01", "until": "9999-12-31"},
            ["Unit changed", "Log exported", "Officer added"],
            id="the ends of the calendar",
        ),
    ],
)
def test_log_is_filtered(reader, political, officer, query, expected):
    with time_machine.travel("2026-11-01T00:30:00+08:00", tick=False):
        services.record_read("officer.created", by=political, on=officer)
    at("2026-11-02T23:59:59+08:00", "log.exported")
    at("2026-11-03T00:00:00+08:00", by=political)

    assert whats(reader.get(LIST, query)) == expected


def test_log_is_filtered_by_court(reader, court, other_court):
    at("2026-11-01T08:00:00+08:00", court=court)
    at("2026-11-01T09:00:00+08:00", "unit.created", court=other_court)

    assert whats(reader.get(LIST, {"court": other_court.pk})) == ["Unit created"]


def test_log_is_paged_and_counted_only_so_far(reader, monkeypatch):
    monkeypatch.setattr(CappedPaginator, "limit", 100)
    for _number in range(110):
        services.record("unit.changed", by=None)

    response = reader.get(LIST)
    assert len(response.context["lines"]) == 50
    assert "100+" in response.text
    assert response.context["page_obj"].paginator.num_pages == 2
    assert len(reader.get(LIST, {"page": 2}).context["lines"]) == 50


def test_export_holds_what_is_found(reader, political, court, civil):
    services.record("unit.changed", by=political, on=civil, court=court, fields=["name"])
    services.record("unit.created", by=None)

    response = reader.get(reverse("audit:entry_export"), {"verb": "unit.changed"})

    sheet = load_workbook(BytesIO(response.content)).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[0][0] == "Audit log"
    assert rows[1][:5] == ["Number", "Time", "Who", "User name", "What"]
    assert [row[4] for row in rows[2:]] == ["Unit changed"]
    assert Entry.objects.order_by("pk").last().verb == "log.exported"


def test_check_shows_that_the_log_is_whole(reader):
    services.record("unit.changed", by=None)
    services.seal_entries()

    response = reader.post(reverse("audit:log_verify"), follow=True)

    assert "The log is whole" in response.text
    assert response.context["verdict"]["sealed"] == 1
    assert Entry.objects.filter(verb="log.verified").count() == 1


def test_check_shows_where_the_log_is_broken(reader, audit_admin):
    entry = services.record(
        "log.verified", by=audit_admin, sealed=9, unsealed=0, broken_at=4, last_hash="a" * 64
    )

    response = reader.get(reverse("audit:log_verdict", args=[entry.pk]))

    assert "seal number 4 does not fit" in response.text


def test_verdict_page_shows_checks_only(reader, political):
    entry = services.record("unit.changed", by=political)

    response = reader.get(reverse("audit:log_verdict", args=[entry.pk]))

    assert response.status_code == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_log_speaks_both_languages(client, language, db):
    user = make_user("auditor.two", "auditor", language=language)
    client.force_login(user)
    services.record("unit.changed", by=user)

    response = client.get(LIST)

    assert response.headers["Content-Language"] == language
    assert response.status_code == HTTPStatus.OK
