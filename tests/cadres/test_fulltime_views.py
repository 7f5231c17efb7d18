from datetime import date, timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from cadres.models import Breach, FulltimeException, Post
from cadres.services.fulltime import check_court
from courtparty.accounts.models import Unit
from courtparty.audit.models import Entry
from tests.cadres.establishment import (
    make_appointment,
    make_approval,
    make_exception,
    make_post,
)
from tests.factories import make_officer, make_unit

pytestmark = pytest.mark.django_db

CHECK = reverse("cadres:fulltime_check")
EXPORT = reverse("cadres:fulltime_export")
LIST = reverse("cadres:exception_list")
RECORD = reverse("cadres:exception_record")
Kind = Post.Kind


@pytest.fixture
def today():
    return timezone.localdate()


@pytest.fixture
def checked(court, party_org, branch, today):
    """A general branch and a branch with nobody in any post and no member."""
    check_court(court=court, on=today)


def rows(client, **query):
    return client.get(CHECK, query).context["page_obj"].object_list


def row(client, code: str, **query):
    (one,) = [one for one in rows(client, **query) if one.breach.code == code]
    return one


def steps(client, code: str) -> list[str]:
    return [step.url for step in row(client, code).steps]


# -- the page -----------------------------------------------------------------------------------


def test_the_page_lists_findings_by_organisation_in_tree_order(client, secretary, checked):
    client.force_login(secretary)

    response = client.get(CHECK)

    assert [(one.unit, one.breach.code) for one in response.context["page_obj"].object_list] == [
        ("中共示例县人民法院总支部委员会", "no_fulltime_staff"),
        ("中共示例县人民法院总支部委员会", "no_secretary"),
        ("中共示例县人民法院总支部委员会", "below_general_branch"),
        ("第一党支部", "no_secretary"),
        ("第一党支部", "below_branch"),
    ]
    counted = response.context["tally"]
    assert (counted.breaches, counted.warnings, counted.exceptions) == (3, 2, 0)
    assert timezone.localdate(response.context["checked_at"]) == timezone.localdate()


def test_a_line_says_what_since_when_and_by_which_article(client, secretary, checked, today):
    Breach.objects.filter(code="no_fulltime_staff").update(since=today - timedelta(days=9))
    client.force_login(secretary)

    one = row(client, "no_fulltime_staff")

    assert (one.days, one.tone) == (10, "danger")
    assert "8" in one.basis
    assert "30" in one.basis
    assert one.sentence


def test_cleared_findings_are_not_listed(client, secretary, checked, today):
    Breach.objects.filter(code="no_secretary").update(cleared_on=today)
    client.force_login(secretary)

    assert "no_secretary" not in {one.breach.code for one in rows(client)}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"code": "no_secretary"}, {"no_secretary"}),
        ({"state": "breach"}, {"no_fulltime_staff", "no_secretary"}),
        ({"state": "warning"}, {"below_general_branch"}),
        ({"state": "exception"}, {"below_branch"}),
        ({"q": "第一"}, {"no_secretary", "below_branch"}),
        ({"q": "slx"}, set()),
        ({"code": "nonsense"}, set()),
        ({"unit": "999999"}, set()),
    ],
    ids=lambda value: "-".join(f"{k}" for k in value) if isinstance(value, dict) else None,
)
def test_filters(client, court, branch, political, checked, today, query, found):
    make_exception(branch, "below_branch")
    check_court(court=court, on=today)
    client.force_login(political)

    assert {one.breach.code for one in rows(client, **query)} == found


def test_a_unit_is_filtered_with_what_is_below(client, political, checked, party_org, branch):
    client.force_login(political)

    assert len(rows(client, unit=party_org.pk)) == 5
    assert {one.unit for one in rows(client, unit=branch.pk)} == {"第一党支部"}


def test_findings_are_searched_by_the_officers_pinyin(client, political, party_org, officer, court,
                                                      today):  # fmt: skip
    make_appointment(make_post(party_org, Kind.SECRETARY), officer, date(2026, 1, 1))
    check_court(court=court, on=today)
    client.force_login(political)

    for text in ("zhanghai", "zhy", "海燕"):
        assert {one.breach.code for one in rows(client, q=text)} == {"approval_missing"}


def test_findings_sort_by_since(client, political, checked, today):
    Breach.objects.filter(code="below_branch").update(since=date(2020, 1, 1))
    client.force_login(political)

    assert rows(client, sort="since")[0].breach.code == "below_branch"
    assert rows(client, sort="-since")[-1].breach.code == "below_branch"


def test_the_page_costs_the_same_for_one_and_many_rows(
    client, court, political, party_org, officer, today, django_assert_num_queries
):
    make_appointment(make_post(party_org, Kind.SECRETARY), officer, date(2026, 1, 1))
    check_court(court=court, on=today)
    client.force_login(political)
    client.get(CHECK)
    with django_assert_num_queries(11):
        few = len(rows(client))
    for number in range(4):
        further = make_unit(party_org, f"第{number}支部", kind=Unit.Kind.BRANCH)
        make_exception(further, "below_branch")
        member = make_officer(court=court, department=officer.department, branch=further)
        make_appointment(make_post(further, Kind.BRANCH_SECRETARY), member, date(2026, 1, 1))
    check_court(court=court, on=today)

    with django_assert_num_queries(11):
        many = len(rows(client))

    assert many > few + 6


def test_findings_of_another_court_and_other_branches_stay_hidden(
    client, checked, outsider_political, branch_secretary
):
    client.force_login(outsider_political)
    assert rows(client) == []
    client.force_login(branch_secretary)
    assert {one.unit for one in rows(client)} == {"第一党支部"}


def test_the_empty_page_tells_order_from_nothing_to_check(
    client, court, civil, other_court, political, outsider_political, today
):
    client.force_login(political)
    assert not client.get(CHECK).context["has_organisations"]

    top = make_unit(court, "机关党支部", kind=Unit.Kind.BRANCH)
    response = client.get(CHECK)
    assert (response.context["has_organisations"], response.context["checked_at"]) == (True, None)

    check_court(court=court, on=today)
    assert {one.unit for one in rows(client)} == {top.name}


# -- next steps ---------------------------------------------------------------------------------


def test_without_a_vacant_post_the_next_step_is_a_request(client, political, checked, party_org):
    client.force_login(political)

    ask = reverse("cadres:request_draft")
    breach = row(client, "no_fulltime_staff").breach
    assert steps(client, "no_fulltime_staff") == [
        f"{ask}?unit={party_org.pk}&kind=fulltime_deputy",
        f"{RECORD}?breach={breach.pk}",
    ]


def test_a_branch_asks_for_a_branch_secretary(client, political, checked, branch):
    client.force_login(political)

    (one,) = [r for r in rows(client, code="no_secretary") if r.breach.unit == branch]
    assert one.steps[0].url.endswith(f"?unit={branch.pk}&kind=branch_secretary")


def test_with_a_vacant_post_the_next_step_is_to_appoint(
    client, political, checked, party_org, court, civil
):
    taken = make_post(party_org, Kind.FULLTIME_DEPUTY)
    make_appointment(taken, make_officer(court=court, department=civil), date(2026, 1, 1))
    make_post(party_org, Kind.SECRETARY)
    cadre = make_post(civil, Kind.PARTY_AFFAIRS_CADRE, authorised=2)
    make_appointment(cadre, make_officer(court=court, department=civil), date(2026, 1, 1), seat=2)
    client.force_login(political)

    appoint = reverse("cadres:appointment_make")
    assert steps(client, "no_fulltime_staff")[0] == f"{appoint}?post={cadre.pk}"


@pytest.mark.parametrize(
    ("code", "fields", "name"),
    [
        ("approval_missing", {"higher_approval": None}, "appointment_approve"),
        ("term_too_long", {"term_end": date(2033, 1, 1)}, "appointment_extend"),
    ],
)
def test_what_is_wrong_with_a_holder_leads_to_the_appointment(
    client, court, political, party_org, officer, today, code, fields, name
):
    post = make_post(party_org, Kind.SECRETARY)
    usual = {"higher_approval": make_approval(court)}
    held = make_appointment(post, officer, date(2026, 1, 1), **usual | fields)
    check_court(court=court, on=today)
    client.force_login(political)

    assert steps(client, code)[0] == reverse(f"cadres:{name}", args=[held.pk])


def test_a_holder_who_left_leads_to_the_end_of_the_appointment_and_to_no_exception(
    client, court, political, party_org, officer, today
):
    held = make_appointment(make_post(party_org, Kind.SECRETARY), officer, date(2026, 1, 1))
    officer.left_on = date(2026, 6, 1)
    officer.save()
    check_court(court=court, on=today)
    client.force_login(political)

    assert steps(client, "holder_left") == [reverse("cadres:appointment_end", args=[held.pk])]


@pytest.mark.parametrize("term_end", [date(2026, 5, 1), None])
def test_an_overdue_term_leads_to_the_election_once_it_is_on_record(
    client, court, political, party_org, officer, today, term_end
):
    post = make_post(party_org, Kind.SECRETARY)
    make_appointment(post, officer, date(2023, 5, 1), term_end=term_end)
    check_court(court=court, on=today)
    client.force_login(political)

    expected = (
        reverse("cadres:election_plan", args=[party_org.pk])
        if term_end
        else f"{reverse('cadres:appointment_list')}?unit={party_org.pk}"
    )
    assert steps(client, "term_overdue")[0] == expected


def test_links_are_for_those_who_may_follow_them(
    client, political, party_affairs, secretary, president, checked, party_org
):
    make_post(party_org, Kind.SECRETARY)

    def shown(user):
        client.force_login(user)
        (one,) = [r for r in rows(client, code="no_secretary") if r.breach.unit == party_org]
        return [bool(step.url) for step in one.steps], len(one.steps)

    assert shown(political) == ([True, True], 2)
    # Appointing is the political department's; the exception is hers too.
    assert shown(party_affairs) == ([True], 1)
    assert shown(secretary) == shown(president) == ([False], 1)


def test_the_band_of_a_court_without_one_organisation_asks_for_posts_anywhere(
    client, court, civil, political, today
):
    make_unit(court, "机关党支部", kind=Unit.Kind.BRANCH)
    make_unit(court, "老干部党支部", kind=Unit.Kind.BRANCH)
    make_officer(court=court, department=civil)
    check_court(court=court, on=today)
    client.force_login(political)

    one = row(client, "band_below")
    assert one.breach.unit == court
    assert one.steps[0].url == reverse("cadres:request_draft")


def test_every_next_step_opens_a_page(client, court, civil, party_org, branch, officer, political,
                                       today):  # fmt: skip
    deputy = make_officer(court=court, department=civil, name="李二", party_status="none")
    gone = make_officer(court=court, department=civil, name="王五", left_on=date(2026, 6, 1))
    make_appointment(
        make_post(party_org, Kind.SECRETARY), officer, date(2022, 1, 1), term_end=date(2026, 1, 1)
    )
    make_appointment(make_post(party_org, Kind.DEPUTY_SECRETARY), deputy, date(2026, 1, 1))
    make_appointment(make_post(party_org, Kind.YOUTH_MEMBER), gone, date(2026, 1, 1))
    make_appointment(
        make_post(branch, Kind.BRANCH_DEPUTY), officer, date(2026, 1, 1), term_end=date(2035, 1, 1)
    )
    make_post(branch, Kind.BRANCH_SECRETARY)
    make_exception(branch, "below_branch")
    check_court(court=court, on=today)
    client.force_login(political)

    urls = {step.url for one in rows(client) for step in one.steps}

    assert len(urls) > 12
    assert {url: client.get(url).status_code for url in urls} == dict.fromkeys(urls, 200)


# -- check now, export --------------------------------------------------------------------------


def test_check_now_checks_and_says_what_stands(client, court, party_org, political):
    client.force_login(political)

    response = client.post(reverse("cadres:fulltime_recheck"), follow=True)

    assert response.redirect_chain == [(CHECK, 302)]
    assert [str(message) for message in response.context["messages"]]
    assert Entry.objects.about(court).get(verb="fulltime.checked").actor == political
    assert Breach.objects.count() == 3


def test_the_export_holds_what_is_filtered_and_is_in_the_log(
    client, court, political, checked, branch, today
):
    make_exception(branch, "below_branch", note="联合党支部")
    check_court(court=court, on=today)
    client.force_login(political)

    response = client.get(EXPORT, {"code": "no_secretary"})

    findings, exceptions = load_workbook(BytesIO(response.content)).worksheets
    assert [line[0] for line in findings.iter_rows(min_row=3, values_only=True)] == [
        "中共示例县人民法院总支部委员会",
        "第一党支部",
    ]
    (line,) = exceptions.iter_rows(min_row=3, values_only=True)
    assert (line[0], line[-1]) == ("第一党支部", "联合党支部")
    assert Entry.objects.about(court).get(verb="fulltime.exported").detail == {"count": 2}


def test_the_export_is_cut_to_the_readers_reach(client, checked, branch_secretary):
    client.force_login(branch_secretary)

    sheet = load_workbook(BytesIO(client.get(EXPORT).content)).worksheets[0]

    names = {line[0] for line in sheet.iter_rows(min_row=3, values_only=True)}
    assert names == {"第一党支部"}


# -- exceptions ---------------------------------------------------------------------------------


def document(today, **changes) -> dict[str, str]:
    filled = {
        "number": "示组通〔2026〕88号",
        "issued_on": "2026-11-01",
        "starts_on": today.isoformat(),
        "last_day": "",
    }
    return filled | changes


def test_an_exception_is_recorded_from_its_finding(client, political, checked, today):
    breach = Breach.objects.get(code="no_fulltime_staff")
    client.force_login(political)
    last_day = today + timedelta(days=99)
    scan = SimpleUploadedFile("批复.pdf", b"%PDF-1.7 scan")

    response = client.post(
        f"{RECORD}?breach={breach.pk}",
        document(today, last_day=last_day.isoformat(), file=scan),
    )

    assert response.url == CHECK
    exception = FulltimeException.objects.get()
    assert (exception.unit, exception.code) == (breach.unit, breach.code)
    assert exception.ends_on == last_day + timedelta(days=1)
    assert exception.approval.file.name == "批复.pdf"
    one = row(client, "no_fulltime_staff")
    assert (one.tone, one.exception.last_day) == ("neutral", last_day)
    assert one.exception.document_url == exception.approval.get_absolute_url()
    assert [step.url for step in one.steps][-1] == reverse(
        "cadres:exception_end", args=[exception.pk]
    )


def test_an_exception_is_recorded_without_a_finding(client, political, party_org, today):
    client.force_login(political)

    client.post(RECORD, document(today, unit=party_org.pk, code="below_general_branch"))

    assert FulltimeException.objects.get().unit == party_org


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"number": ""}, "number"),
        ({"issued_on": ""}, "issued_on"),
        ({"starts_on": ""}, "starts_on"),
        ({"starts_on": "0026-11-01"}, "starts_on"),
        ({"last_day": "9999-12-31"}, "last_day"),
        ({"last_day": "2020-01-01"}, "last_day"),
        ({"code": "below_branch"}, "code"),
        ({"code": "holder_left"}, "code"),
        ({"unit": "999999"}, "unit"),
        ({"issued_on": "2099-01-01"}, "__all__"),
    ],
)
def test_a_wrong_exception_is_refused_at_the_field(
    client, political, party_org, today, changes, field
):
    client.force_login(political)
    filled = document(today, unit=party_org.pk, code="below_general_branch")

    response = client.post(RECORD, filled | changes)

    assert response.status_code == 200
    assert list(response.context["form"].errors) == [field]
    assert not FulltimeException.objects.exists()


def test_an_exception_that_overlaps_is_refused_with_a_reason(client, political, party_org, today):
    make_exception(party_org, "below_general_branch")
    client.force_login(political)

    response = client.post(RECORD, document(today, unit=party_org.pk, code="below_general_branch"))

    assert len(response.context["form"].non_field_errors()) == 1
    assert FulltimeException.objects.count() == 1


@pytest.mark.parametrize("asked", ["0", "999999", "x", "9" * 30, "-1", "²"])
def test_a_finding_that_is_not_there_is_not_found(client, political, checked, asked):
    client.force_login(political)

    assert client.get(RECORD, {"breach": asked}).status_code == 404


def test_findings_without_exceptions_and_of_other_courts_are_not_found(
    client, court, political, outsider_political, party_org, officer, today
):
    make_appointment(make_post(party_org, Kind.SECRETARY), officer, date(2026, 1, 1))
    check_court(court=court, on=today)
    missing = Breach.objects.get(code="approval_missing")
    other = Breach.objects.get(code="no_fulltime_staff")

    client.force_login(political)
    assert client.get(RECORD, {"breach": missing.pk}).status_code == 404
    client.force_login(outsider_political)
    assert client.get(RECORD, {"breach": other.pk}).status_code == 404


def test_exceptions_are_listed_with_their_document(client, political, secretary, branch, today):
    exception = make_exception(branch, "below_branch", end=today + timedelta(days=1))
    ended = make_exception(branch, "no_secretary", end=today)
    client.force_login(political)

    (one,) = client.get(LIST).context["page_obj"].object_list
    assert (one.pk, one.last_day, one.can_be_ended) == (exception.pk, today, True)
    assert one.document_url == exception.approval.get_absolute_url()
    (past,) = client.get(LIST, {"state": "ended"}).context["page_obj"].object_list
    assert (past.pk, past.can_be_ended) == (ended.pk, False)
    assert len(client.get(LIST, {"state": "all"}).context["page_obj"].object_list) == 2
    client.force_login(secretary)
    (one,) = client.get(LIST).context["page_obj"].object_list
    assert (one.number, one.document_url, one.can_be_ended) == (
        exception.approval.number,
        "",
        False,
    )


def test_exceptions_of_others_stay_hidden(client, outsider_political, branch_secretary, party_org):
    make_exception(party_org, "no_fulltime_staff")

    for user in (outsider_political, branch_secretary):
        client.force_login(user)
        assert client.get(LIST).context["page_obj"].object_list == []


def test_the_list_of_exceptions_costs_the_same_for_one_and_three(
    client, political, branch, party_org, django_assert_num_queries
):
    make_exception(branch, "below_branch")
    client.force_login(political)
    client.get(LIST)
    with django_assert_num_queries(7):
        client.get(LIST)
    make_exception(branch, "no_secretary")
    make_exception(party_org, "no_secretary")

    with django_assert_num_queries(7):
        response = client.get(LIST, {"sort": "-until"})

    assert len(response.context["page_obj"].object_list) == 3


def test_an_exception_is_ended_with_its_last_day(client, political, court, checked, branch, today):
    exception = make_exception(branch, "below_branch")
    client.force_login(political)
    url = reverse("cadres:exception_end", args=[exception.pk])

    assert client.get(url).context["form"]["last_day"].value() == today
    response = client.post(url, {"last_day": today.isoformat(), "seen_end": ""})

    assert response.url == LIST
    exception.refresh_from_db()
    assert exception.ends_on == today + timedelta(days=1)


def test_an_end_that_somebody_changed_meanwhile_is_a_conflict(client, political, branch, today):
    exception = make_exception(branch, "below_branch", end=today + timedelta(days=30))
    client.force_login(political)
    url = reverse("cadres:exception_end", args=[exception.pk])

    response = client.post(url, {"last_day": today.isoformat(), "seen_end": ""})

    assert response.status_code == 409
    assert LIST in response.text


def test_an_end_before_the_beginning_is_refused(client, political, branch, today):
    exception = make_exception(branch, "below_branch", start=today)
    client.force_login(political)
    url = reverse("cadres:exception_end", args=[exception.pk])

    response = client.post(url, {"last_day": "2020-01-01", "seen_end": ""})

    assert len(response.context["form"].non_field_errors()) == 1
