"""The pages of staffing requests: what they show to whom, and what they say when they refuse."""

from datetime import date
from io import BytesIO

import pytest
from django.urls import reverse
from django.utils import translation
from docx import Document
from openpyxl import load_workbook

from cadres.models import Post, StaffingRequest
from cadres.services import requests as services
from cadres.services.requests import PostAsked
from courtparty.accounts.models import Unit
from courtparty.audit.models import Entry
from courtparty.navigation import navigation_for
from courtparty.notices.models import WorkingDay
from tests.cadres.establishment import make_approval
from tests.cadres.staffing import answer, draft, scan, send, step

LIST, DRAFT = reverse("cadres:request_list"), reverse("cadres:request_draft")
EXPORT = reverse("cadres:request_export")
DEPUTY, CADRE = "fulltime_deputy", "party_affairs_cadre"


@pytest.fixture(autouse=True)
def _on_23_november(time_machine):
    time_machine.move_to("2026-11-23T10:00:00+08:00")


@pytest.fixture
def drafted(party_org, party_affairs) -> StaffingRequest:
    posts = [PostAsked(party_org, DEPUTY), PostAsked(party_org, CADRE, count=2)]
    return draft(party_org, by=party_affairs, posts=posts)


@pytest.fixture
def sent(drafted, party_affairs) -> StaffingRequest:
    return send(drafted, by=party_affairs)


@pytest.fixture
def of_branch(branch, party_affairs) -> StaffingRequest:
    posts = [PostAsked(branch, "branch_secretary")]
    return draft(branch, by=party_affairs, posts=posts, title="关于支部书记岗位的请示")


def page(name: str, staffing: StaffingRequest, *more: int) -> str:
    return reverse(f"cadres:request_{name}", args=[staffing.pk, *more])


def listed(client, **query) -> list[int]:
    return [row.pk for row in client.get(LIST, query).context["page_obj"].object_list]


def lines(*posts: dict) -> dict[str, str]:
    """The six lines of the form as a browser sends them."""
    sent = {"line-TOTAL_FORMS": "6", "line-INITIAL_FORMS": "0"}
    for place in range(6):
        line = {"unit": "", "kind": "", "name": "", "count": "1"}
        line |= posts[place] if place < len(posts) else {}
        sent |= {f"line-{place}-{field}": str(value) for field, value in line.items()}
    return sent


def filled(organisation: Unit, *posts: dict, **fields) -> dict:
    texts = {
        "unit": organisation.pk,
        "addressee": "中共示例县委组织部",
        "title": "关于增设岗位的请示",
        "reason": "理由。",
        "on": "2026-11-20",
    }
    return texts | lines(*posts) | fields


# -- the list -----------------------------------------------------------------------------------


def test_request_list_shows_what_lies_in_reach(
    client, drafted, of_branch, political, secretary, branch_secretary, outsider_political
):
    found = {}
    for user in (political, secretary, branch_secretary, outsider_political):
        client.force_login(user)
        found[user] = listed(client)

    both = [of_branch.pk, drafted.pk]
    assert found == {
        political: both,
        secretary: both,
        branch_secretary: [of_branch.pk],
        outsider_political: [],
    }


def test_request_list_says_how_each_request_stands(client, sent, political):
    client.force_login(political)

    row = client.get(LIST).context["page_obj"].object_list[0]

    assert (row.title, row.asked, row.approved, row.number) == (
        "关于增设专职党务岗位的请示",
        3,
        0,
        "示法党〔2026〕3号",
    )
    assert (row.sent_on, row.drafted_on) == (date(2026, 9, 14), date(2026, 9, 10))
    assert (row.due.day, row.due.days, row.due.tone) == (date(2026, 10, 26), -20, "danger")


@pytest.mark.parametrize(
    ("on", "words", "tone"),
    [
        pytest.param("2026-10-23", "in 1 working day", "neutral", id="before"),
        pytest.param("2026-10-26", "due today", "warning", id="today"),
        pytest.param("2026-10-28", "overdue by 2 working days", "danger", id="after"),
    ],
)
def test_request_pages_say_how_far_off_the_reply_is(
    client, sent, political, time_machine, on, words, tone
):
    time_machine.move_to(f"{on}T10:00:00+08:00")
    political.language = "en"
    political.save()
    client.force_login(political)

    listed_due = client.get(LIST).context["page_obj"].object_list[0].due
    shown = client.get(sent.get_absolute_url())

    with translation.override("en"):
        assert (listed_due.words, listed_due.tone) == (words, tone)
    assert f"Reply due on 2026-10-26: {words}." in " ".join(shown.text.split())


def test_a_deadline_in_a_year_without_holidays_says_so(client, sent, political):
    client.force_login(political)

    assert client.get(sent.get_absolute_url()).context["deadline"].is_uncertain is True
    WorkingDay.objects.create(day=date(2026, 10, 1), is_worked=False)
    assert client.get(sent.get_absolute_url()).context["deadline"].is_uncertain is False


def test_a_reply_due_on_a_day_off_is_overdue_from_the_next_day(client, sent, political):
    StaffingRequest.objects.update(reply_due_on=date(2026, 11, 22))
    client.force_login(political)

    due = client.get(LIST).context["page_obj"].object_list[0].due

    assert (due.is_past, due.days) == (True, -1)


def test_request_list_can_be_narrowed(client, sent, of_branch, party_affairs, party_org, branch):
    client.force_login(party_affairs)

    assert listed(client, state="drafted") == [of_branch.pk]
    assert listed(client, reply="awaited") == listed(client, reply="overdue") == [sent.pk]
    assert listed(client, unit=branch.pk) == [of_branch.pk]
    assert listed(client, q="支部书记") == [of_branch.pk]
    assert listed(client, q="示法党〔2026〕3号") == [sent.pk]
    assert listed(client, q="总支部委员会") == [sent.pk]
    assert listed(client, q="无此事") == []
    assert listed(client, state="nonsense") == listed(client, unit="x") == []


def test_request_list_offers_only_units_in_reach(client, of_branch, branch_secretary, branch):
    client.force_login(branch_secretary)

    choices = client.get(LIST).context["filter"].form.fields["unit"].choices

    assert [key for key, _label in choices] == ["", str(branch.pk)]


@pytest.mark.parametrize(
    ("sort", "is_reversed"),
    [
        ("title", True),
        ("-title", False),
        ("unit", False),
        ("-unit", True),
        ("state", True),
        ("due", False),
        ("-due", False),
        ("drafted", False),
        ("-drafted", True),
        ("nonsense", True),
    ],
)
def test_request_list_can_be_sorted(client, sent, of_branch, party_affairs, sort, is_reversed):
    Unit.objects.filter(pk=sent.unit_id).update(name="A")
    StaffingRequest.objects.filter(pk=sent.pk).update(title="B")
    StaffingRequest.objects.filter(pk=of_branch.pk).update(title="A")
    client.force_login(party_affairs)

    order = [sent.pk, of_branch.pk]
    assert listed(client, sort=sort) == (order[::-1] if is_reversed else order)


def test_request_list_costs_the_same_for_one_and_three_rows(
    client, sent, party_org, political, party_affairs, django_assert_num_queries
):
    client.force_login(political)
    client.get(LIST)
    with django_assert_num_queries(9):
        client.get(LIST)
    send(draft(party_org, by=party_affairs), by=party_affairs)
    draft(party_org, by=party_affairs)

    with django_assert_num_queries(9):
        assert len(listed(client)) == 3


def test_request_list_counts_what_is_overdue(client, sent, of_branch, political):
    client.force_login(political)

    assert client.get(LIST).context["overdue"] == 1


def test_an_empty_list_says_what_to_do(client, political, president):
    client.force_login(political)
    assert client.get(LIST).text.count(f'href="{DRAFT}"') == 2
    client.force_login(president)
    assert DRAFT not in client.get(LIST).text


def test_request_export_has_the_rows_of_the_list(client, sent, of_branch, political):
    client.force_login(political)

    response = client.get(EXPORT, {"state": "sent"})

    sheet = load_workbook(BytesIO(response.content)).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=3)]
    assert [row[0] for row in rows] == ["关于增设专职党务岗位的请示"]
    assert rows[0][3:5] == [3, 0]
    assert rows[0][6] == "示法党〔2026〕3号"
    entry = Entry.objects.get(verb="requests.exported")
    assert (entry.actor, entry.court, entry.detail) == (political, sent.court, {"rows": 1})


def test_request_export_refuses_too_many_rows(client, sent, of_branch, political, monkeypatch):
    monkeypatch.setattr("cadres.services.requests.files.EXPORT_LIMIT", 1)
    client.force_login(political)

    response = client.get(EXPORT, {"sort": "title"})

    assert response.url == f"{LIST}?sort=title"
    assert not Entry.objects.filter(verb="requests.exported").exists()


def test_navigation_leads_to_the_list(political, head):
    def urls(user):
        return [link.url for group in navigation_for(user) for link in group.links]

    assert LIST in urls(political)
    assert LIST not in urls(head)


# -- drafting -----------------------------------------------------------------------------------


def test_request_draft_page_is_filled_in_for_a_post(client, party_org, political):
    client.force_login(political)

    form = client.get(DRAFT, {"unit": party_org.pk, "kind": DEPUTY}).context["form"]

    assert (form["unit"].value(), form["on"].value()) == (str(party_org.pk), date(2026, 11, 23))
    assert "第三十条" in form["reason"].value()
    assert [line["kind"].value() for line in form.lines][:2] == [DEPUTY, None]
    assert len(form.lines.forms) == 6
    assert not form.lines.is_long


@pytest.mark.parametrize("query", [{}, {"unit": "x"}, {"unit": "999999", "kind": "king"}])
def test_request_draft_page_opens_with_the_first_organisation(client, party_org, political, query):
    client.force_login(political)

    form = client.get(DRAFT, query).context["form"]

    assert form["unit"].value() == str(party_org.pk)
    assert {line["kind"].value() for line in form.lines} == {None}


def test_request_draft_page_of_a_court_without_organisations(client, court, political):
    client.force_login(political)

    assert client.get(DRAFT).context["form"].units == {}


def test_request_draft_page_drafts(client, party_org, branch, political):
    client.force_login(political)
    secretary = {"unit": branch.pk, "kind": "branch_secretary", "is_fulltime": "on"}
    data = filled(party_org, {"kind": CADRE, "count": 2}, {}, secretary, file=scan("纪要.pdf"))

    response = client.post(DRAFT, data)

    staffing = StaffingRequest.objects.get()
    assert response.url == staffing.get_absolute_url()
    facts = ("unit", "kind", "count", "is_fulltime")
    assert list(staffing.lines.order_by("pk").values_list(*facts)) == [
        (party_org.pk, CADRE, 2, True),
        (branch.pk, "branch_secretary", 1, True),
    ]
    first = staffing.steps.get()
    assert (first.on, first.file.name, first.by) == (date(2026, 11, 20), "纪要.pdf", political)


@pytest.mark.parametrize(
    ("posts", "fields", "wrong"),
    [
        pytest.param([], {}, "__all__", id="no post"),
        pytest.param([{"count": 3}], {}, "__all__", id="a number of nothing"),
        pytest.param([{"kind": CADRE, "count": 0}], {}, "__all__", id="none of a kind"),
        pytest.param([{"kind": "king"}], {}, "__all__", id="no such kind"),
        pytest.param([{"kind": CADRE, "unit": "999999"}], {}, "__all__", id="no such unit"),
        pytest.param([{"kind": DEPUTY, "count": 2}], {}, "__all__", id="exclusive, two"),
        pytest.param([{"kind": CADRE}], {"unit": ""}, "unit", id="no organisation"),
        pytest.param([{"kind": CADRE}], {"title": " "}, "title", id="no subject"),
        pytest.param([{"kind": CADRE}], {"on": "2999-01-01"}, "__all__", id="to come"),
        pytest.param([{"kind": CADRE}], {"on": "0002-01-01"}, "on", id="a slip of the pen"),
        pytest.param([{"kind": CADRE}], {"line-TOTAL_FORMS": ""}, "__all__", id="tampered with"),
    ],
)
def test_request_draft_page_says_what_is_wrong(client, party_org, political, posts, fields, wrong):
    client.force_login(political)

    response = client.post(DRAFT, filled(party_org, *posts, **fields))

    assert response.status_code == 200
    assert list(response.context["form"].errors) == [wrong]
    assert not StaffingRequest.objects.exists()


def test_request_draft_page_refuses_a_file_of_another_kind(client, party_org, political):
    client.force_login(political)

    response = client.post(DRAFT, filled(party_org, {"kind": CADRE}, file=scan("纪要.exe")))

    assert list(response.context["form"].errors) == ["file"]
    assert not StaffingRequest.objects.exists()


def test_request_draft_page_knows_no_unit_of_another_court(client, party_org, outsider_political):
    client.force_login(outsider_political)

    response = client.post(DRAFT, filled(party_org, {"kind": CADRE}))

    assert list(response.context["form"].errors) == ["unit"]


def test_request_change_page_shows_and_changes_the_draft(client, drafted, party_org, political):
    client.force_login(political)
    form = client.get(page("change", drafted)).context["form"]
    shown = [(line["kind"].value(), line["count"].value()) for line in form.lines][:3]
    assert shown == [(DEPUTY, 1), (CADRE, 2), (None, 1)]
    assert (form["title"].value(), form["on"].value()) == (drafted.title, date(2026, 9, 10))

    # The first line is emptied.
    data = filled(party_org, {}, {"kind": CADRE, "count": 3}, title="改过的请示")
    response = client.post(page("change", drafted), data)

    assert response.url == drafted.get_absolute_url()
    drafted.refresh_from_db()
    assert drafted.title == "改过的请示"
    assert list(drafted.lines.values_list("kind", "count")) == [(CADRE, 3)]


def test_request_change_page_refuses_as_drafting_does(client, drafted, party_org, political):
    client.force_login(political)

    response = client.post(page("change", drafted), filled(party_org))

    assert list(response.context["form"].errors) == ["__all__"]
    assert drafted.lines.count() == 2


# -- one request --------------------------------------------------------------------------------


def test_request_detail_is_a_timeline(client, sent, party_affairs, political):
    first, second = sent.lines.order_by("pk")
    answer(
        sent, {first.pk: 1, second.pk: 0}, by=party_affairs, note="先行核定", file=scan("批复.pdf")
    )
    client.force_login(political)

    response = client.get(sent.get_absolute_url())

    steps = response.context["steps"]
    assert [(one.on, one.number, one.person) for one in steps] == [
        (date(2026, 10, 14), "组通〔2026〕12号", "cadre"),
        (date(2026, 9, 14), "示法党〔2026〕3号", "cadre"),
        (date(2026, 9, 10), "", "cadre"),
    ]
    assert (steps[0].granted, steps[0].note, steps[0].file.name) == (
        [f"{Post.Kind(DEPUTY).label} × 1"],
        "先行核定",
        "批复.pdf",
    )
    shown = response.context["lines"]
    assert [(one.asked, one.approved, one.left) for one in shown] == [(1, 1, 0), (2, 0, 2)]
    post = Post.objects.get()
    for url in (post.get_absolute_url(), post.approval.get_absolute_url()):
        assert url in response.text
    assert page("file", sent, steps[0].pk) in response.text


def test_request_detail_costs_the_same_for_two_and_six_steps(
    client, sent, political, django_assert_max_num_queries
):
    client.force_login(political)
    client.get(sent.get_absolute_url())
    with django_assert_max_num_queries(10) as before:
        client.get(sent.get_absolute_url())
    for _time in range(4):
        step(services.chase_reply, sent, by=political, file=scan())

    with django_assert_max_num_queries(len(before)):
        client.get(sent.get_absolute_url())


def test_a_reply_that_refuses_the_rest_reads_so(client, sent, party_affairs, political):
    first, _second = sent.lines.order_by("pk")
    answer(sent, {first.pk: 1}, by=party_affairs)
    step(services.resend_request, sent, by=party_affairs, number="示法党〔2026〕8号",
         on=date(2026, 11, 2))  # fmt: skip
    answer(sent, {}, by=party_affairs, number="组通〔2026〕20号", issued_on=date(2026, 11, 9),
           on=date(2026, 11, 10))  # fmt: skip
    political.language = "en"
    political.save()
    client.force_login(political)

    titles = [one.title for one in client.get(sent.get_absolute_url()).context["steps"]]

    assert titles[0] == "refused; what was approved before stands"
    assert titles[2] == "partly approved"


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("drafted", {"send", "change", "withdraw"}),
        ("sent", {"chase", "answer", "withdraw"}),
        ("approved", set()),
        ("partly", {"resend"}),
        ("refused", {"resend"}),
        ("withdrawn", set()),
    ],
)
def test_request_detail_offers_what_may_be_done_next(
    client, drafted, political, president, state, expected
):
    due = date(2026, 12, 1) if state == "sent" else None
    StaffingRequest.objects.update(state=state, reply_due_on=due)
    offered = {}
    for user in (political, president):
        client.force_login(user)
        text = client.get(drafted.get_absolute_url()).text
        steps = ("send", "change", "chase", "answer", "resend", "withdraw")
        offered[user] = {name for name in steps if f'href="{page(name, drafted)}"' in text}

    assert offered == {political: expected, president: set()}


def test_request_file_is_handed_out(client, party_org, party_affairs, secretary, branch_secretary):
    staffing = draft(party_org, by=party_affairs, file=scan("党组会议纪要.pdf"))
    url = page("file", staffing, staffing.steps.get().pk)
    client.force_login(secretary)

    response = client.get(url)

    assert response.content == scan().read()
    assert response["Content-Disposition"].startswith("attachment")
    assert Entry.objects.get(verb="request.file_downloaded").actor == secretary
    client.force_login(branch_secretary)
    assert client.get(url).status_code == 404


def test_request_file_knows_only_its_own_steps(client, drafted, branch, party_affairs, political):
    other = draft(branch, by=party_affairs, posts=[PostAsked(branch, CADRE)], file=scan())
    client.force_login(political)

    assert client.get(page("file", drafted, other.steps.get().pk)).status_code == 404
    assert client.get(page("file", drafted, drafted.steps.get().pk)).status_code == 404


def test_request_letter_is_a_document(client, sent, secretary):
    client.force_login(secretary)

    response = client.get(page("letter", sent))

    texts = [one.text for one in Document(BytesIO(response.content)).paragraphs]
    assert texts[0] == "示法党〔2026〕3号"
    assert "filename*=utf-8''" in response["Content-Disposition"]


# -- steps --------------------------------------------------------------------------------------


def last(staffing: StaffingRequest) -> int:
    return staffing.steps.order_by("-pk")[0].pk


def test_request_send_page_notes_it_as_sent(client, drafted, political):
    client.force_login(political)
    form = client.get(page("send", drafted)).context["form"]
    assert form["seen"].value() == last(drafted)

    data = {
        "seen": last(drafted),
        "number": "示法党〔2026〕3号",
        "on": "2026-11-20",
        "file": scan(),
    }
    response = client.post(page("send", drafted), data)

    assert response.url == drafted.get_absolute_url()
    drafted.refresh_from_db()
    assert drafted.state == "sent"


@pytest.mark.parametrize(
    ("data", "wrong"),
    [
        pytest.param({"on": "2026-11-20"}, "number", id="no number"),
        pytest.param({"number": "3号", "on": ""}, "on", id="no day"),
        pytest.param({"number": "3号", "on": "2026-09-01"}, "__all__", id="before the draft"),
        pytest.param({"number": "3号", "on": "2999-01-01"}, "__all__", id="to come"),
    ],
)
def test_request_send_page_says_what_is_wrong(client, drafted, political, data, wrong):
    client.force_login(political)

    response = client.post(page("send", drafted), data)

    assert list(response.context["form"].errors) == [wrong]
    drafted.refresh_from_db()
    assert drafted.state == "drafted"


@pytest.mark.parametrize("name", ["chase", "withdraw"])
def test_request_pages_that_need_a_day_only(client, sent, political, name):
    client.force_login(political)

    response = client.post(page(name, sent), {"on": "2026-11-20", "note": "电话"})

    assert response.url == sent.get_absolute_url()
    assert sent.steps.order_by("-pk")[0].note == "电话"


def test_request_answer_page_asks_for_what_is_outstanding(client, sent, party_affairs, political):
    first, second = sent.lines.order_by("pk")
    answer(sent, {first.pk: 1, second.pk: 1}, by=party_affairs)
    step(services.resend_request, sent, by=party_affairs, number="示法党〔2026〕8号",
         on=date(2026, 11, 2))  # fmt: skip
    client.force_login(political)

    form = client.get(page("answer", sent)).context["form"]

    assert list(form.granted.values()) == [second.pk]
    assert form.fields[f"granted_{second.pk}"].max_value == 1


def reply(staffing: StaffingRequest, *counts, **fields) -> dict:
    granted = {
        f"granted_{line.pk}": count
        for line, count in zip(staffing.lines.order_by("pk"), counts, strict=True)
    }
    texts = {"seen": last(staffing), "number": "组通〔2026〕12号", "issued_on": "2026-10-12"}
    return granted | texts | {"on": "2026-10-14"} | fields


def test_request_answer_page_opens_the_posts(client, sent, political):
    client.force_login(political)

    response = client.post(page("answer", sent), reply(sent, 1, 0, issuer="示例县委组织部"))

    assert response.url == sent.get_absolute_url()
    sent.refresh_from_db()
    assert sent.state == "partly"
    assert Post.objects.get().kind == DEPUTY


@pytest.mark.parametrize(
    ("counts", "fields", "wrong"),
    [
        pytest.param((1, ""), {}, "granted", id="not said"),
        pytest.param((2, 0), {}, "granted", id="more than asked for"),
        pytest.param((1, -1), {}, "granted", id="less than nothing"),
        pytest.param((1, 0), {"number": ""}, "number", id="no number"),
        pytest.param((1, 0), {"issued_on": "2026-09-01"}, "__all__", id="older than the request"),
        pytest.param((1, 0), {"on": "2026-09-01"}, "__all__", id="received before it was sent"),
    ],
)
def test_request_answer_page_says_what_is_wrong(client, sent, political, counts, fields, wrong):
    client.force_login(political)

    response = client.post(page("answer", sent), reply(sent, *counts, **fields))

    assert [name.rpartition("_")[0] if "granted" in name else name
            for name in response.context["form"].errors] == [wrong]  # fmt: skip
    sent.refresh_from_db()
    assert sent.state == "sent"
    assert not Post.objects.exists()


def test_request_answer_page_refuses_a_number_with_another_date(client, sent, court, political):
    make_approval(court, number="组通〔2026〕12号", issued_on=date(2026, 10, 9))
    client.force_login(political)

    response = client.post(page("answer", sent), reply(sent, 1, 0))

    assert "2026-10-09" in response.context["form"].non_field_errors()[0]


def test_whoever_comes_second_is_told_so(client, sent, party_affairs, political):
    data = reply(sent, 1, 0)
    client.force_login(party_affairs)
    client.post(page("answer", sent), data)
    client.force_login(political)

    response = client.post(page("answer", sent), data | {"number": "组通〔2026〕13号"})

    assert response.status_code == 409
    assert sent.get_absolute_url() in response.text
    assert Post.objects.count() == 1


@pytest.mark.parametrize("name", ["change", "send", "resend"])
def test_a_page_opened_too_late_leads_back(client, sent, political, name):
    client.force_login(political)

    response = client.get(page(name, sent), follow=True)

    assert response.redirect_chain == [(sent.get_absolute_url(), 302)]
    assert len(list(response.context["messages"])) == 1


@pytest.mark.parametrize("name", ["send", "chase", "answer", "resend", "withdraw", "change"])
def test_pages_that_change_are_for_those_who_keep_requests(
    client, drafted, secretary, president, outsider_political, name
):
    for user, status in ((secretary, 403), (president, 403), (outsider_political, 404)):
        client.force_login(user)
        assert client.get(page(name, drafted)).status_code == status
        assert client.post(page(name, drafted)).status_code == status
