"""Pages of appointments: who sees what, the four steps of appointing, and every change."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from cadres.models import Appointment, Secondment, TermExtension
from cadres.services import appointment_export
from courtparty.accounts.roles import Role
from courtparty.audit.models import Entry
from tests.cadres.establishment import (
    make_appointment,
    make_approval,
    make_post,
    make_secondment,
    make_standard,
)
from tests.factories import make_court, make_officer, make_unit, make_user

LIST = reverse("cadres:appointment_list")
EXPORT = reverse("cadres:appointment_export")
MAKE = reverse("cadres:appointment_make")
MINE = reverse("cadres:my_posts")
START = date(2026, 1, 1)
DAY = timedelta(days=1)
PAPER = {"number": "示任通〔2026〕9号", "issued_on": "2026-01-05"}


def address(name: str, record, query: str = "") -> str:
    return reverse(f"cadres:{name}", args=[record.pk]) + query


@pytest.fixture
def today():
    return timezone.localdate()


@pytest.fixture
def post(branch):
    return make_post(branch, "branch_secretary")


@pytest.fixture
def appointment(post, officer):
    return make_appointment(post, officer, START, term_end=date(2029, 1, 1))


@pytest.fixture
def people(court, civil, branch, party_org, officer, appointment, today):
    """Beside the branch secretary: a general branch's deputy, one ended, one to come, one void."""
    deputy = make_post(party_org, "fulltime_deputy")
    members = make_post(branch, "committee_member", authorised=5)
    named = {
        name: make_officer(court=court, department=civil, branch=branch, name=name)
        for name in ("曾一", "钱二", "孙三", "周四")
    }
    make_appointment(deputy, named["曾一"], date(2021, 1, 1), term_end=today, nature="acting")
    make_appointment(members, named["钱二"], date(2020, 1, 1), date(2024, 1, 1), seat=1)
    make_appointment(members, named["孙三"], today + DAY, seat=2)
    make_appointment(members, named["周四"], START, seat=3, is_void=True)
    return named


def names(response) -> list[str]:
    return [row.officer for row in response.context["page_obj"].object_list]


# -- list ---------------------------------------------------------------------------------------


def test_appointment_list_shows_who_is_in_a_post_latest_first(client, political, people, officer):
    client.force_login(political)

    assert names(client.get(LIST)) == [officer.name, "曾一"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        pytest.param({"state": "ended"}, ["钱二"], id="ended"),
        pytest.param({"state": "coming"}, ["孙三"], id="to come"),
        pytest.param({"state": "void"}, ["周四"], id="taken back"),
        pytest.param(
            {"state": "all", "kind": "committee_member"}, ["孙三", "周四", "钱二"], id="kind"
        ),
        pytest.param({"nature": "acting"}, ["曾一"], id="nature"),
        pytest.param({"within": "overdue"}, ["曾一"], id="term over"),
        pytest.param({"within": "12"}, [], id="term within a year"),
        pytest.param({"q": "zy"}, ["曾一"], id="initials"),
        pytest.param({"q": "zengyi"}, ["曾一"], id="pinyin"),
        pytest.param({"q": "曾"}, ["曾一"], id="Chinese"),
        pytest.param({"unit": "999999"}, [], id="no such unit"),
        pytest.param({"state": "king"}, [], id="no such state"),
    ],
)  # fmt: skip
def test_appointment_list_filters(client, political, people, query, found):
    client.force_login(political)

    assert names(client.get(LIST, query)) == found


def test_appointment_list_filters_by_unit_and_below(client, political, people, party_org, branch):
    client.force_login(political)

    assert len(names(client.get(LIST, {"unit": party_org.pk}))) == 2
    assert len(names(client.get(LIST, {"unit": branch.pk}))) == 1


@pytest.mark.parametrize("sort", ["start", "-start", "officer", "unit", "kind", "term", "end"])
def test_appointment_list_sorts(client, political, people, sort):
    client.force_login(political)

    response = client.get(LIST, {"sort": sort, "state": "all"})

    assert len(names(response)) == 5
    if sort == "officer":
        assert names(response)[-1] == "周四"
    if sort == "start":
        assert names(response)[0] == "钱二"


def test_appointment_list_costs_the_same_for_one_and_three_rows(
    client, court, civil, branch, political, appointment, django_assert_num_queries
):
    client.force_login(political)
    client.get(LIST)
    with django_assert_num_queries(7):
        client.get(LIST)
    members = make_post(branch, "committee_member", authorised=5)
    for seat in (1, 2):
        officer = make_officer(court=court, department=civil, name="钱一")
        make_appointment(members, officer, START, seat=seat)

    with django_assert_num_queries(7):
        response = client.get(LIST)

    assert len(names(response)) == 3


def test_appointment_list_is_cut_to_the_readers_units(
    client, people, secretary, branch_secretary, outsider_political
):
    for user, expected in ((secretary, 2), (branch_secretary, 1), (outsider_political, 0)):
        client.force_login(user)
        assert len(names(client.get(LIST))) == expected


def test_appointments_of_another_court_are_nowhere(
    client, people, appointment, outsider_political, officer
):
    """Neither listed, nor counted, nor found, nor exported, nor offered to be chosen."""
    client.force_login(outsider_political)

    response = client.get(LIST, {"q": officer.name, "state": "all"})
    assert (names(response), response.context["count"]) == ([], 0)
    sheet = load_workbook(BytesIO(client.get(EXPORT, {"state": "all"}).content)).active
    assert sheet.max_row == 2
    assert list(client.get(MAKE, {"vacant": "all"}).context["posts"]) == []
    assert client.get(MAKE, {"post": appointment.post_id}).status_code == 404


def test_officers_of_another_court_are_not_offered(client, post, political, outsider):
    client.force_login(political)

    response = client.get(MAKE, {"post": post.pk, "q": outsider.officer.name})
    assert response.context["officers"] == []
    assert client.get(
        MAKE, {"post": post.pk, "officer": outsider.officer.pk}
    ).status_code == 404  # fmt: skip


def test_appointment_list_marks_an_overdue_term(client, political, people):
    client.force_login(political)

    rows = client.get(LIST).context["page_obj"].object_list

    assert {row.officer: row.is_overdue for row in rows}["曾一"]


def test_appointment_list_without_anybody_says_what_to_do(client, political):
    client.force_login(political)

    assert MAKE in client.get(LIST).text


# -- export -------------------------------------------------------------------------------------


def test_appointment_export_holds_the_filtered_list(client, court, political, people):
    client.force_login(political)

    response = client.get(EXPORT, {"state": "ended"})

    sheet = load_workbook(BytesIO(response.content)).active
    rows = list(sheet.iter_rows(min_row=3, values_only=True))
    assert [(row[0], row[6], row[7]) for row in rows] == [("钱二", "2020-01-01", "2023-12-31")]
    entry = Entry.objects.get(verb="appointments.exported")
    assert (entry.subject_pk, entry.actor, entry.detail) == (court.pk, political, {"count": 1})


def test_appointment_export_refuses_too_long_a_list(client, political, people, monkeypatch):
    monkeypatch.setattr(appointment_export, "EXPORT_LIMIT", 1)
    client.force_login(political)

    response = client.get(EXPORT, {"nature": ""})

    assert response.url.startswith(LIST)
    assert not Entry.objects.filter(verb="appointments.exported").exists()


# -- appointing ---------------------------------------------------------------------------------


def test_make_offers_posts_with_a_vacancy(client, post, appointment, party_org, political):
    free = make_post(party_org, "secretary")
    make_post(party_org, "deputy_secretary", closed_on=date(2025, 1, 1))
    client.force_login(political)

    assert [one.pk for one in client.get(MAKE).context["posts"]] == [free.pk]
    both = client.get(MAKE, {"vacant": "all"}).context["posts"]
    assert {(one.pk, one.vacant) for one in both} == {(free.pk, 1), (post.pk, 0)}
    assert client.get(MAKE, {"unit": post.unit_id, "vacant": "all"}).context["posts"] == [post]
    assert client.get(MAKE, {"kind": "secretary"}).context["posts"] == [free]


def test_make_keeps_the_officer_while_a_post_is_chosen(client, post, officer, political):
    client.force_login(political)

    response = client.get(MAKE, {"officer": officer.pk})

    assert f"?post={post.pk}&amp;officer={officer.pk}" in response.text


@pytest.mark.parametrize("text", ["张海燕", "zhy", "zhanghai"])
def test_make_searches_for_the_officer_without_script(client, post, officer, political, text):
    client.force_login(political)

    response = client.get(MAKE, {"post": post.pk, "q": text})

    assert response.context["officers"] == [officer]


def test_make_lists_at_most_twenty_officers(client, court, civil, post, political):
    for _n in range(21):
        make_officer(court=court, department=civil, name="王小明")
    client.force_login(political)

    response = client.get(MAKE, {"post": post.pk, "q": "wxm"})

    assert (len(response.context["officers"]), response.context["has_more"]) == (20, True)


def test_make_leaves_out_who_has_left(client, court, civil, post, political):
    make_officer(court=court, department=civil, name="王小明", left_on=START)
    client.force_login(political)

    assert client.get(MAKE, {"post": post.pk, "q": "王小明"}).context["officers"] == []


def steps_of(post, officer, **facts) -> dict:
    return {
        "post": post.pk, "officer": officer.pk, "start": "2026-02-10", "nature": "regular",
        "term": "own",
    } | facts  # fmt: skip


def test_make_shows_the_term_before_anything_is_written(client, post, officer, political):
    client.force_login(political)

    response = client.get(MAKE, steps_of(post, officer))

    assert response.context["current"] == 4
    assert response.context["term_last"] == date(2029, 2, 9)
    assert response.context["plan"].seat == 1
    assert not Appointment.objects.exists()


def test_make_goes_back_with_what_was_entered(client, post, officer, political):
    client.force_login(political)
    back = client.get(MAKE, steps_of(post, officer, note="兼")).context["back_url"]

    response = client.get(MAKE + back)

    assert response.context["current"] == 3
    assert response.context["form"]["note"].value() == "兼"


def test_make_appoints_with_documents_and_file(client, post, officer, political):
    client.force_login(political)
    query = "&".join(f"{key}={value}" for key, value in steps_of(post, officer).items())
    scan = SimpleUploadedFile("文件.pdf", b"%PDF-1.7 test")
    higher = {"higher-number": "县委组〔2026〕4号", "higher-issued_on": "2026-02-01"}

    response = client.post(f"{MAKE}?{query}", PAPER | higher | {"file": scan})

    appointment = Appointment.objects.get()
    assert response.url == appointment.get_absolute_url()
    assert (appointment.start, appointment.officer) == (date(2026, 2, 10), officer)
    assert appointment.document.file.content == b"%PDF-1.7 test"
    assert appointment.higher_approval.number == "县委组〔2026〕4号"


@pytest.mark.parametrize(
    ("facts", "wrong"),
    [
        pytest.param({"start": ""}, ["start"], id="no start"),
        pytest.param({"start": "9999-01-01"}, ["start"], id="year out of range"),
        pytest.param({"start": "1899-01-01"}, ["start"], id="year too early"),
        pytest.param({"start": "yesterday"}, ["start"], id="no date"),
        pytest.param({"nature": "king"}, ["nature"], id="no such nature"),
        pytest.param({"last": "2026-02-09", "end_reason": "other"}, ["last"], id="ends before"),
        pytest.param({"last": "2026-03-09"}, ["end_reason"], id="ends without a reason"),
        pytest.param({"end_reason": "other"}, ["last"], id="a reason without an end"),
        pytest.param({"start": "2001-01-01"}, ["__all__"], id="before work"),
        pytest.param({"term": "running"}, ["__all__"], id="no running term"),
    ],
)
def test_make_says_what_is_wrong_with_the_period(client, post, officer, political, facts, wrong):
    client.force_login(political)

    response = client.get(MAKE, steps_of(post, officer, **facts))

    assert response.context["current"] == 3
    assert list(response.context["form"].errors) == wrong


def test_make_shows_who_holds_the_post_already(client, court, civil, appointment, political):
    other = make_officer(court=court, department=civil, name="李明")
    client.force_login(political)

    response = client.get(MAKE, steps_of(appointment.post, other))

    assert appointment.officer.name in response.context["form"].non_field_errors()[0]


def test_make_refuses_a_document_without_number(client, post, officer, political):
    client.force_login(political)
    query = "&".join(f"{key}={value}" for key, value in steps_of(post, officer).items())

    response = client.post(f"{MAKE}?{query}", {"issued_on": "2026-01-05"})

    assert list(response.context["form"].errors) == ["number"]
    assert not Appointment.objects.exists()


def test_make_says_why_the_service_refuses(client, court, post, officer, political):
    make_approval(court, number=PAPER["number"], issued_on=date(2020, 1, 1))
    client.force_login(political)
    query = "&".join(f"{key}={value}" for key, value in steps_of(post, officer).items())

    response = client.post(f"{MAKE}?{query}", PAPER)

    assert len(response.context["form"].non_field_errors()) == 1
    assert not Appointment.objects.exists()


@pytest.mark.parametrize("query", ["?post=0", "?post=x", "?post=99999999999999999999", "?post=²"])
def test_make_does_not_know_such_a_post(client, political, query):
    client.force_login(political)

    assert client.get(MAKE + query).status_code == 404


def test_make_warns_of_a_member_of_another_branch(
    client, court, civil, post, other_branch, political
):
    other = make_officer(court=court, department=civil, branch=other_branch, name="李明")
    client.force_login(political)

    warnings = client.get(MAKE, steps_of(post, other)).context["plan"].warnings

    assert len(warnings) == 2
    assert other_branch.name in warnings[1]


# -- one appointment ----------------------------------------------------------------------------


def test_detail_shows_everything_it_rests_on(client, political, appointment, court):
    make_secondment(appointment, date(2026, 2, 1), date(2026, 3, 1))
    TermExtension.objects.create(
        appointment=appointment,
        old_term_end=date(2029, 1, 1),
        new_term_end=date(2029, 7, 1),
        approval=make_approval(court, number="延〔2026〕1号"),
        at=timezone.now(),
    )
    make_standard(court, appointment.post.kind, "800")
    client.force_login(political)

    page = client.get(appointment.get_absolute_url())

    shown = page.context["shown"]
    assert (shown.extensions[0].first, shown.extensions[0].last) == (
        date(2028, 12, 31), date(2029, 6, 30),
    )  # fmt: skip
    assert shown.secondments[0].last == date(2026, 2, 28)
    assert page.context["standard"].amount == 800
    for text in ("延〔2026〕1号", appointment.document.number, "县委组织部", "800"):
        assert text in page.text


def test_detail_links_every_document_for_whoever_reads_the_appointment(
    client, court, political, branch_secretary, appointment
):
    letter = make_approval(court, number="借〔2026〕1号")
    make_secondment(appointment, date(2026, 2, 1), document=letter)

    pages = {
        political: appointment.get_absolute_url(),
        branch_secretary: appointment.get_absolute_url(),
        appointment.officer.user: reverse("cadres:my_posts"),
    }
    for reader, address_of_page in pages.items():
        client.force_login(reader)
        page = client.get(address_of_page)
        for document in (letter, appointment.document):
            assert document.get_absolute_url() in page.text
            assert client.get(document.get_absolute_url()).status_code == 200


def test_detail_offers_changes_to_those_who_may(client, political, branch_secretary, appointment):
    end = address("appointment_end", appointment)

    client.force_login(political)
    assert end in client.get(appointment.get_absolute_url()).text
    client.force_login(branch_secretary)
    assert end not in client.get(appointment.get_absolute_url()).text


def test_detail_tells_nothing_of_allowances_to_who_does_not_read_standards(
    client, court, branch_secretary, appointment
):
    make_standard(court, appointment.post.kind, "812")
    client.force_login(branch_secretary)

    assert "812" not in client.get(appointment.get_absolute_url()).text


def test_detail_lists_others_in_the_post(client, court, civil, political, appointment):
    before = make_officer(court=court, department=civil, name="李明")
    make_appointment(appointment.post, before, date(2023, 1, 1), START)
    client.force_login(political)

    holders = client.get(appointment.get_absolute_url()).context["holders"]

    assert [(row.officer, row.last_day) for row in holders] == [("李明", START - DAY)]


def test_detail_costs_few_queries(client, political, appointment, django_assert_max_num_queries):
    client.force_login(political)

    with django_assert_max_num_queries(17):
        client.get(appointment.get_absolute_url())


def test_one_appointed_to_manage_appointments_reads_the_own_but_changes_nothing_elsewhere(
    client, officer, appointment, outsider_political
):
    """Being the holder shows an appointment; it gives no right to change it."""
    elsewhere = make_unit(make_court("third", "第三县人民法院"), "政治部")
    officer.user.grants.create(role=Role.POLITICAL, unit=elsewhere, starts_on=START)
    client.force_login(officer.user)

    assert client.get(address("appointment_end", appointment)).status_code == 404


# -- changes ------------------------------------------------------------------------------------


def test_end_page_ends(client, political, appointment):
    client.force_login(political)

    response = client.post(
        address("appointment_end", appointment), {"last": "2026-03-31", "reason": "transfer"}
    )

    assert response.url == appointment.get_absolute_url()
    appointment.refresh_from_db()
    assert appointment.end == date(2026, 4, 1)


def test_end_page_says_what_is_wrong(client, political, appointment):
    client.force_login(political)
    url = address("appointment_end", appointment)

    assert set(client.post(url, {}).context["form"].errors) == {"last", "reason"}
    early = client.post(url, {"last": "2025-12-31", "reason": "other"})
    assert len(early.context["form"].non_field_errors()) == 1
    removed = client.post(url, {"last": "2026-03-31", "reason": "removed"})
    assert len(removed.context["form"].non_field_errors()) == 1
    appointment.refresh_from_db()
    assert appointment.end is None


def test_end_page_answers_409_to_the_second_of_two(client, political, appointment):
    client.force_login(political)
    url = address("appointment_end", appointment)
    client.post(url, {"last": "2026-03-31", "reason": "transfer"})

    response = client.post(url, {"last": "2026-04-30", "reason": "transfer"})

    assert response.status_code == 409
    assert appointment.get_absolute_url() in response.text
    appointment.refresh_from_db()
    assert appointment.end == date(2026, 4, 1)


@pytest.fixture
def ended(appointment):
    Appointment.objects.update(end=date(2026, 4, 1), end_reason="transfer")
    appointment.refresh_from_db()
    return appointment


def test_end_change_page_corrects(client, political, ended):
    client.force_login(political)
    url = address("appointment_end_change", ended)
    shown = client.get(url).context["form"]

    response = client.post(
        url, {"last": "2026-05-31", "reason": "resigned", "known": shown["known"].value()}
    )

    assert shown["last"].value() == date(2026, 3, 31)
    assert response.url == ended.get_absolute_url()
    ended.refresh_from_db()
    assert (ended.end, ended.end_reason) == (date(2026, 6, 1), "resigned")


def test_reopen_page_takes_the_end_back(client, political, ended):
    client.force_login(political)

    response = client.post(address("appointment_reopen", ended), {"known": "2026-04-01"})

    assert response.url == ended.get_absolute_url()
    ended.refresh_from_db()
    assert ended.end is None


def test_extend_page_asks_twice_for_more_than_a_year(client, political, appointment):
    client.force_login(political)
    url = address("appointment_extend", appointment)
    facts = PAPER | {"last": "2030-06-30", "known": "2029-01-01"}

    first = client.post(url, facts)
    assert list(first.context["form"].errors) == ["is_meant"]
    assert not TermExtension.objects.exists()

    client.post(url, facts | {"is_meant": "on"})
    appointment.refresh_from_db()
    assert appointment.term_end == date(2030, 7, 1)


def test_extend_page_offers_the_others_of_the_organisation(
    client, court, civil, political, appointment, branch
):
    member = make_officer(court=court, department=civil, name="李明")
    other = make_appointment(
        make_post(branch, "committee_member", authorised=3),
        member,
        START,
        term_end=appointment.term_end,
    )
    client.force_login(political)
    url = address("appointment_extend", appointment)

    assert client.get(url).context["form"]["for_all"].value() is True
    client.post(url, PAPER | {"last": "2029-06-30", "known": "2029-01-01", "for_all": "on"})

    other.refresh_from_db()
    assert other.term_end == date(2029, 7, 1)


@pytest.mark.parametrize("name", ["appointment_end_change", "appointment_reopen"])
def test_an_end_that_is_not_there_has_no_page(client, political, appointment, name):
    client.force_login(political)

    assert client.get(address(name, appointment)).status_code == 404


def test_approve_page_enters_the_approval(client, political, appointment):
    client.force_login(political)
    url = address("appointment_approve", appointment)

    client.post(url, PAPER)
    again = client.post(url, PAPER)

    appointment.refresh_from_db()
    assert appointment.higher_approval.number == PAPER["number"]
    assert len(again.context["form"].non_field_errors()) == 1


def test_void_page_takes_back(client, political, appointment):
    client.force_login(political)
    url = address("appointment_void", appointment)

    refused = client.post(url, {"reason": ""})
    response = client.post(url, {"reason": "重复录入"})

    assert list(refused.context["form"].errors) == ["reason"]
    assert response.url == appointment.get_absolute_url()
    appointment.refresh_from_db()
    assert appointment.is_void
    assert client.get(url).status_code == 404


def test_secondment_pages_begin_and_end_it(client, political, appointment):
    client.force_login(political)
    client.post(
        address("secondment_start", appointment),
        {"destination": "县委组织部", "start": "2026-02-01", "last": ""},
    )
    secondment = Secondment.objects.get()

    client.post(address("secondment_end", secondment), {"last": "2026-02-28", "known": ""})

    secondment.refresh_from_db()
    assert (secondment.start, secondment.end) == (date(2026, 2, 1), date(2026, 3, 1))


# -- notices on paper ---------------------------------------------------------------------------


def paper(client, appointment, query=""):
    return client.get(address("appointment_notice", appointment, query)).context["papers"]


def test_notice_of_appointment_is_worded_as_the_office_does(client, political, appointment):
    client.force_login(political)

    (page,) = paper(client, appointment)

    assert (page.language, page.number) == ("zh-Hans", appointment.document.number)
    assert page.title == "关于张海燕同志任职的通知"
    assert page.sentence == ("张海燕同志任第一党支部书记，自2026年1月1日起，任期至2028年12月31日。")
    assert page.day == "2020年1月1日"


def test_notice_has_an_english_reading_for_who_reads_english(client, political, appointment):
    political.language = "en"
    political.save()
    client.force_login(political)

    chinese, english = paper(client, appointment)

    assert (chinese.language, english.language) == ("zh-Hans", "en")
    assert "branch secretary" in english.sentence
    assert english.sentence.endswith("from 2026-01-01, for a term until 2028-12-31.")


@pytest.mark.parametrize(
    ("reason", "title", "sentence"),
    [
        pytest.param("removed", "免去张海燕同志职务", "免去张海燕同志", id="removed"),
        pytest.param("term_end", "张海燕同志不再担任有关职务", "因任期届满，自2026年", id="term"),
        pytest.param("other", "张海燕同志不再担任有关职务", "张海燕同志自2026年", id="other"),
    ],
)
def test_notice_of_removal_names_the_cause(client, political, ended, reason, title, sentence):
    Appointment.objects.update(end_reason=reason)
    client.force_login(political)

    (page,) = paper(client, ended, "?of=removal")

    assert page.title == f"关于{title}的通知"
    assert sentence in page.sentence
    assert "2026年4月1日起不再担任" in page.sentence


@pytest.mark.parametrize(
    ("nature", "sentence"), [("acting", "代理"), ("seconded_in", "借调张海燕同志承担")]
)
def test_notice_says_how_the_post_is_held(client, political, post, officer, nature, sentence):
    held = make_appointment(post, officer, START, nature=nature)
    client.force_login(political)

    assert sentence in paper(client, held)[0].sentence


def test_notice_of_a_removal_that_is_not_there_is_not_found(client, political, appointment):
    client.force_login(political)

    assert client.get(address("appointment_notice", appointment, "?of=removal")).status_code == 404


def test_notice_is_for_the_own_officer_too(client, officer_user, court, civil, appointment):
    colleague = make_user("colleague", court=court)
    make_officer(court=court, department=civil, name="李明", user=colleague)

    client.force_login(officer_user)
    assert client.get(address("appointment_notice", appointment)).status_code == 200
    client.force_login(colleague)
    assert client.get(address("appointment_notice", appointment)).status_code == 403


# -- my posts -----------------------------------------------------------------------------------


def test_my_posts_shows_own_posts_now_and_before(client, officer_user, people, branch, officer):
    make_appointment(make_post(branch, "group_leader"), officer, date(2020, 1, 1), date(2022, 1, 1))
    client.force_login(officer_user)

    posts = client.get(MINE).context["posts"]

    assert [(one.row.start, one.row.last_day) for one in posts] == [
        (START, None), (date(2020, 1, 1), date(2021, 12, 31)),
    ]  # fmt: skip
    assert {one.appointment.officer for one in posts} == {officer}


def test_my_posts_links_the_document_of_the_appointment(client, officer_user, appointment):
    client.force_login(officer_user)

    page = client.get(MINE)

    link = appointment.document.get_absolute_url()
    assert link in page.text
    assert client.get(link).status_code == 200


def test_my_posts_leaves_out_what_was_taken_back(client, officer_user, appointment):
    Appointment.objects.update(is_void=True)
    client.force_login(officer_user)

    assert client.get(MINE).context["posts"] == []


@pytest.mark.parametrize("role", ["political", "outsider", "system_admin"])
def test_my_posts_of_others_is_empty(client, request, appointment, role):
    client.force_login(request.getfixturevalue(role))

    response = client.get(MINE)

    assert (response.status_code, response.context["posts"]) == (200, [])


# -- the officer's page -------------------------------------------------------------------------


def test_officer_page_lists_posts_for_those_who_read_appointments(
    client, political, head, secretary, appointment, officer
):
    for user, expected in ((political, 1), (secretary, 1), (head, 0)):
        client.force_login(user)
        assert len(client.get(officer.get_absolute_url()).context["posts"]) == expected
    assert appointment.get_absolute_url() not in client.get(officer.get_absolute_url()).text


def test_officer_page_shows_only_posts_in_reach(client, party_org, branch_secretary, officer):
    make_appointment(make_post(party_org, "secretary"), officer, START)
    client.force_login(branch_secretary)

    assert client.get(officer.get_absolute_url()).context["posts"] == []


def test_officer_page_offers_to_appoint(client, political, party_affairs, officer):
    link = f"{MAKE}?officer={officer.pk}"

    client.force_login(political)
    assert link in client.get(officer.get_absolute_url()).text
    client.force_login(party_affairs)
    assert link not in client.get(officer.get_absolute_url()).text


def test_officer_page_costs_the_same_with_one_and_three_posts(
    client, political, appointment, officer, party_org, branch, django_assert_num_queries
):
    client.force_login(political)
    client.get(officer.get_absolute_url())
    with django_assert_num_queries(7):
        client.get(officer.get_absolute_url())
    make_appointment(make_post(branch, "group_leader"), officer, START)
    make_appointment(make_post(party_org, "secretary"), officer, START)

    with django_assert_num_queries(7):
        response = client.get(officer.get_absolute_url())

    assert len(response.context["posts"]) == 3
