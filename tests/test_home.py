from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext

from appraisal.models import Cycle, FigureImport, FigureSheet
from cadres.models import AllowanceRun, Breach, Officer, RosterImport, StaffingRequest
from cadres.services.corrections import ask_correction
from cadres.services.officers import reveal_officer
from courtparty import views
from courtparty.accounts.roles import Role
from courtparty.audit.services import record_read
from courtparty.notices.services import notify
from tests.appraisal.cycle_cast import make_rated_cycle
from tests.cadres.establishment import make_appointment, make_post
from tests.factories import make_officer

HOME, MINE = reverse("home"), reverse("my_records")


def home(client, user):
    client.force_login(user)
    return client.get(HOME).context["home"]


def titles(shown) -> list[str]:
    return [need.url for need in shown.needs]


@pytest.fixture
def work(officer, court, political, filing, branch):
    """Something of everything that a start page tells of."""
    make_officer(court=court, department=filing, branch=branch, name="孙二", party_status="none")
    common = {"court": court, "file_name": "a.xlsx", "created_by": political}
    now = timezone.now()
    RosterImport.objects.create(**common, state="imported", created_at=now, imported_at=now)
    RosterImport.objects.create(**common, state="ready", created_at=now)
    source = FigureImport.objects.create(
        **common, state="imported", created_at=now, imported_at=now, counts={"months": 10}
    )
    FigureImport.objects.create(**common, state="ready", created_at=now)
    FigureSheet.objects.create(officer=officer, month=date(2026, 9, 1), source=source)
    FigureSheet.objects.create(
        officer=officer, month=date(2026, 10, 1), source=source, state="disputed", decided_at=now
    )
    Cycle.objects.create(
        court=court,
        code="2026",
        name="2026年度考核",
        kind="annual",
        start=date(2026, 1, 1),
        end=date(2027, 1, 1),
        opened_at=now,
    )
    ask_correction(
        officer_id=officer.pk, field="title", proposed="庭长", reason="", by=officer.user, at=now
    )


# -- start page ---------------------------------------------------------------------------------


def test_home_of_a_roster_keeper_names_what_waits(client, political, work):
    shown = home(client, political)

    assert titles(shown) == [
        reverse("appraisal:figure_list") + "?state=disputed",
        reverse("cadres:correction_list"),
        RosterImport.objects.get(state="ready").get_absolute_url(),
        reverse("cadres:account_open"),
        FigureImport.objects.get(state="ready").get_absolute_url(),
    ]


def test_home_names_cycles_whose_next_step_is_the_readers(client, appraiser, work):
    cycle = Cycle.objects.get()
    collecting = {"state": "collecting", "collect_until": timezone.localdate() + timedelta(days=3)}

    assert cycle.get_absolute_url() in titles(home(client, appraiser))
    Cycle.objects.update(**collecting)
    assert cycle.get_absolute_url() not in titles(home(client, appraiser))
    Cycle.objects.update(collect_until=timezone.localdate() - timedelta(days=1))
    assert cycle.get_absolute_url() in titles(home(client, appraiser))


def test_home_counts_the_ratings_one_is_asked_for(client, officer_user, court):
    make_rated_cycle(court)

    client.force_login(officer_user)
    (need,) = client.get(MINE).context["needs"]
    assert (need.url, need.count) == (reverse("appraisal:rating_list"), 1)


def test_home_tells_how_the_court_stands(client, political, work, civil, filing):
    shown = home(client, political)

    assert (shown.heads.total, shown.heads.full_members, shown.heads.probationary) == (2, 1, 0)
    assert [(one.label, one.count) for one in shown.departments] == [
        (civil.name, 1),
        (filing.name, 1),
    ]
    assert [one.count for one in shown.categories] == [2]
    assert shown.roster.state == "imported"
    assert shown.figures.counts == {"months": 10}
    assert shown.cycle.name == "2026年度考核"


def test_home_counts_the_own_scope_only(client, head, branch_secretary, work, outsider, civil):
    shown = home(client, head)
    assert [(one.label, one.count) for one in shown.departments] == [(civil.name, 1)]
    assert titles(shown) == []

    assert home(client, branch_secretary).heads.total == 2


def test_home_follows_the_roster(client, political, officer, court, civil):
    assert home(client, political).heads.total == 1
    make_officer(court=court, department=civil, name="孙二")
    assert home(client, political).heads.total == 2

    leaver = Officer.objects.get(name="孙二")
    leaver.left_on = date(2026, 3, 1)
    leaver.save()

    assert home(client, political).heads.total == 1


def test_home_of_another_court_tells_nothing(client, outsider_political, work):
    shown = home(client, outsider_political)

    assert (shown.needs, shown.heads.total) == ([], 0)
    assert (shown.roster, shown.figures, shown.cycle) == (None, None, None)


@pytest.mark.parametrize(
    "role", ["political", "party_affairs", "president", "head", "secretary", "appraiser", "steward"]
)
def test_home_costs_at_most_thirteen_queries(client, request, role, work, court, civil):
    client.force_login(request.getfixturevalue(role))
    with CaptureQueriesContext(connection) as first:
        client.get(HOME)
    for number in range(3):
        make_officer(court=court, department=civil, name=f"孙二{number}")

    with CaptureQueriesContext(connection) as later:
        assert client.get(HOME).status_code == 200

    # The first request of a session writes when it was seen, in a transaction of three.
    assert len(first) <= 16
    assert len(later) <= 13


@pytest.fixture
def checked_run(court, party_affairs, political):
    return AllowanceRun.objects.create(
        court=court,
        month=date(2026, 10, 1),
        state=AllowanceRun.State.CHECKED,
        computed_at=timezone.now(),
        made_by=party_affairs,
        checked_by=political,
    )


def test_home_brings_an_allowance_run_to_whom_it_waits_for(
    client, president, political, party_affairs, checked_run
):
    assert titles(home(client, president)) == [checked_run.get_absolute_url()]
    assert titles(home(client, political)) == []
    assert titles(home(client, party_affairs)) == []


def test_home_names_replies_terms_and_breaches_that_are_overdue(
    client, secretary, court, party_org, officer
):
    yesterday = timezone.localdate() - timedelta(days=1)
    StaffingRequest.objects.create(
        court=court,
        unit=party_org,
        state="sent",
        reply_due_on=yesterday,
        created_at=timezone.now(),
    )
    post = make_post(party_org)
    make_appointment(post, officer, date(2020, 1, 1), term_end=yesterday)
    Breach.objects.create(
        court=court,
        unit=party_org,
        code="no_fulltime_staff",
        weight="breach",
        subject="s",
        since=yesterday,
        seen_on=yesterday,
    )

    shown = home(client, secretary)

    assert titles(shown) == [
        reverse("cadres:request_list") + "?reply=overdue",
        reverse("cadres:term_list") + "?state=overdue",
        reverse("cadres:fulltime_check"),
    ]
    assert (shown.posts.authorised, shown.posts.occupied, shown.posts.vacant) == (1, 1, 0)


def test_home_of_an_officer_without_a_role_is_my_records(client, officer_user):
    client.force_login(officer_user)

    assert client.get(HOME).url == MINE


@pytest.mark.parametrize("role", ["system_admin", "security_admin", "audit_admin"])
def test_home_of_an_administrator_counts_no_business_record(client, request, role, work):
    client.force_login(request.getfixturevalue(role))

    response = client.get(HOME)

    assert "home" not in response.context
    assert response.context["duties"]
    assert "张海燕" not in response.text


def test_home_shows_unread_notices(client, political):
    notify(political, kind="account_rights_changed", key="x")
    client.force_login(political)

    assert reverse("notices:inbox") + "?show=unread" in client.get(HOME).text


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_home_speaks_the_readers_language(client, political, language):
    political.language = language
    political.save()
    client.force_login(political)
    with translation.override(language):
        label = gettext("Officers in service")

    assert label in client.get(HOME).text


def test_home_needs_sign_in(client, db):
    for page in (HOME, MINE):
        assert client.get(page).url.startswith(reverse("sign_in"))


# -- my records ---------------------------------------------------------------------------------


def test_my_records_shows_own_data_and_masks_numbers(client, officer, officer_user):
    client.force_login(officer_user)

    text = client.get(MINE).text

    assert officer.department.name in text
    assert officer.id_number not in text
    assert officer.phone not in text


def test_my_records_shows_own_numbers_on_demand_without_a_reading(client, officer, officer_user):
    client.force_login(officer_user)

    response = client.post(MINE)

    assert officer.id_number in response.text
    assert list(response.context["readings"]) == []


def test_my_records_costs_few_queries(client, officer, officer_user, work, political):
    client.force_login(officer_user)
    for _each in range(3):
        reveal_officer(officer_id=officer.pk, by=political, reason="party")
    client.get(MINE)

    with CaptureQueriesContext(connection) as captured:
        client.get(MINE)

    assert len(captured) <= 27


def test_my_records_says_who_opened_them(client, officer, officer_user, political, appraiser):
    reveal_officer(officer_id=officer.pk, by=political, reason="party")
    record_read("result.read", by=appraiser, on=officer, court=officer.court)
    record_read("officer.revealed", by=officer_user, on=officer, court=officer.court)
    officer_user.language = "en"
    officer_user.save()
    client.force_login(officer_user)

    readings = client.get(MINE).context["readings"]

    assert [(one.reader, one.roles, one.what, one.reason) for one in readings] == [
        ("appraiser", "Appraisal administrator", "Appraisal result opened", ""),
        (
            "political",
            "Political department",
            "ID number and telephone opened",
            "Party membership records",
        ),
    ]


def test_my_records_names_the_role_held_at_that_time(client, officer, officer_user, political):
    reveal_officer(officer_id=officer.pk, by=political, reason="party")
    political.grants.update(starts_on=timezone.localdate() + timedelta(days=1))
    political.grants.create(
        role=Role.STEWARD, unit=officer.court, starts_on=date(2020, 1, 1), ends_on=date(2020, 2, 1)
    )
    client.force_login(officer_user)

    assert [one.roles for one in client.get(MINE).context["readings"]] == [""]


def test_my_records_lists_own_requests_and_figures(client, officer_user, work):
    client.force_login(officer_user)

    shown = client.get(MINE).context

    assert [(one.proposed, one.tone) for one in shown["requests"]] == [("庭长", "info")]
    assert [(need.url, need.count) for need in shown["needs"]] == [
        (reverse("appraisal:my_figures"), 1)
    ]
    items = {item.field: item for _label, items in shown["sections"] for item in items}
    assert (items["title"].is_asked, items["rank"].is_asked) == (True, False)


def test_my_records_without_a_record_helps_on(client, political):
    client.force_login(political)

    response = client.get(MINE)

    assert response.status_code == 200
    assert response.context["officer"] is None
    assert HOME in response.text


# -- health and refusals ------------------------------------------------------------------------


def test_healthz_asks_the_database(client, db, django_assert_num_queries):
    with django_assert_num_queries(1):
        response = client.get(reverse("healthz"))

    assert response.json() == {"status": "ok", "database": "ok"}


def test_a_missing_page_is_explained(client, political):
    client.force_login(political)

    response = client.get("/no/such/page/")

    assert response.status_code == 404
    assert "404.html" in [template.name for template in response.templates]


def test_a_refusal_is_explained(client, officer_user):
    client.force_login(officer_user)

    response = client.get(reverse("cadres:officer_list"))

    assert response.status_code == 403
    assert "403.html" in [template.name for template in response.templates]


def test_refusals_need_nothing_that_may_have_failed():
    request = RequestFactory().get("/")

    assert views.server_error(request).status_code == 500
    assert views.bad_request(request, PermissionDenied()).status_code == 400


def test_a_fault_shows_a_page_and_no_detail(political, monkeypatch):
    def fail(user):
        raise ValueError("secret")

    monkeypatch.setattr(views, "home_of", fail)
    client = Client(raise_request_exception=False)
    client.force_login(political)

    response = client.get(HOME)

    assert response.status_code == 500
    assert "secret" not in response.text
