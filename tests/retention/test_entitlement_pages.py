"""Pages of entitlements: the list, one officer, rules, entering, importing, and one's own."""

from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from courtparty.audit.models import Entry
from courtparty.jobs.models import Job
from retention.models import Entitlement, EntitlementRule, Received, ReceivedImport, Waiver
from retention.rules.entitlement_defaults import SHIPPED
from retention.selectors.entitlement_gaps import gap_counts
from retention.selectors.entitlement_words import CODES, explained
from retention.selectors.needs.entitlements import needs_of
from retention.selectors.own.entitlements import own_line
from retention.services.entitlement_reminders import remind_entitlements
from tests.factories import make_officer
from tests.retention.entitlements_cast import computed, make_ranked, make_received, make_rules

TODAY = timezone.localdate()


@pytest.fixture
def ranked(officer):
    """Due for a rank step since some weeks."""
    since = TODAY.replace(day=1) - timedelta(days=790)
    return make_ranked(officer, since=since.isoformat())


@pytest.fixture
def keeper(political):
    political.language = "en"
    political.save()
    return political


@pytest.fixture
def ready(court, ranked, keeper):
    make_rules(court)
    computed(court, TODAY)
    return keeper


def rank_step(officer):
    return Entitlement.objects.get(officer=officer, kind="rank_step", state="due")


def page(client, user, name, /, *args, **query):
    client.force_login(user)
    return client.get(reverse(f"retention:{name}", args=args), query)


def post(client, user, name, /, *args, query="", **data):
    client.force_login(user)
    return client.post(reverse(f"retention:{name}", args=args) + query, data)


# -- the list ---------------------------------------------------------------------------------


def test_the_list_shows_what_is_late(client, ready, ranked):
    text = page(client, ready, "entitlement_list", when="late").text

    assert ranked.name in text
    assert "days late" in text


@pytest.mark.parametrize(
    ("query", "is_found"),
    [
        ({}, True), ({"q": "zhanghai"}, True), ({"q": "nobody"}, False),
        ({"kind": "rank_step"}, True), ({"kind": "allowance"}, False), ({"when": "30"}, False),
        ({"when": "late", "sort": "-due"}, True), ({"when": "all", "sort": "kind"}, True),
        ({"when": "received"}, False), ({"department": "999999"}, False),
        ({"sort": "department"}, True), ({"when": "nonsense"}, False),
    ],
)  # fmt: skip
def test_the_list_is_narrowed(client, ready, ranked, query, is_found):
    answer = page(client, ready, "entitlement_list", **query)

    assert answer.status_code == 200
    names = [row.name for row in answer.context["page_obj"].object_list]
    kinds = [row.kind for row in answer.context["page_obj"].object_list]
    assert (ranked.name in names and "rank_step" in kinds) is is_found


def test_the_list_takes_as_many_queries_for_one_as_for_three(
    client, court, civil, ready, django_assert_num_queries
):
    client.force_login(ready)
    address = reverse("retention:entitlement_list")
    client.get(address)  # what is kept from the first request on is read
    with CaptureQueriesContext(connection) as counted:
        client.get(address)
    Entitlement.objects.all().delete()
    for number in range(3):
        make_ranked(make_officer(court=court, department=civil, name=f"干警{number}"))
    computed(court, TODAY)

    with django_assert_num_queries(len(counted.captured_queries)):
        client.get(address)


def test_the_list_is_exported_as_it_is_filtered(client, ready, ranked):
    answer = page(client, ready, "entitlement_export", kind="rank_step")

    rows = list(openpyxl.load_workbook(BytesIO(answer.content)).active.values)
    assert [row[:3] for row in rows[2:]] == [(ranked.name, ranked.department.name, "rank step")]
    assert Entry.objects.get(verb="entitlements.exported").detail == {"count": 1}


def test_an_empty_list_says_what_to_do(client, keeper, ranked):
    text = page(client, keeper, "entitlement_list").text

    assert "Add the default rules" in text


def test_computing_is_asked_for_once(client, ready):
    first = post(client, ready, "entitlement_compute")
    second = post(client, ready, "entitlement_compute")

    assert Job.objects.count() == 1
    assert first.url == reverse("jobs:job_detail", args=[Job.objects.get().pk])
    assert second.url == reverse("retention:entitlement_list")


def test_computing_another_court_is_refused(client, ready, other_court):
    post(client, ready, "entitlement_compute", court=other_court.pk)

    assert not Job.objects.exists()


def test_gaps_by_kind_name_who_waits(client, ready, ranked):
    answer = page(client, ready, "entitlement_kinds", kind="rank_step")

    assert [gap.officer for gap in answer.context["gaps"]] == [ranked]
    assert "<svg" in answer.text
    assert page(client, ready, "entitlement_kinds", kind="x").status_code == 200


# -- one officer ------------------------------------------------------------------------------


def test_the_page_of_an_officer_explains_and_is_noted(client, ready, ranked):
    text = page(client, ready, "entitlement_officer", ranked.pk).text

    assert "The rule asks for 24 months in the rank 一级科员 before the next." in text
    assert "is not on record. Enter it as received." in text
    entry = Entry.objects.get(verb="entitlement.read")
    assert (entry.actor, entry.subject_pk, entry.is_read) == (ready, ranked.pk, True)


def test_officers_read_their_own_without_a_trace(client, ready, ranked):
    ranked.user.language = "en"
    ranked.user.save()

    text = page(client, ranked.user, "my_entitlements").text

    assert "24 months" in text
    assert "Enter what was received" not in text
    assert not Entry.objects.filter(verb="entitlement.read").exists()


def test_accounts_without_an_officer_see_that(client, keeper):
    assert (
        "If you are one, ask the political department"
        in page(client, keeper, "my_entitlements").text
    )


def test_an_officer_of_another_court_does_not_exist(client, ready, ranked, outsider_political):
    for name, pk in (
        ("entitlement_officer", ranked.pk),
        ("entitlement_detail", rank_step(ranked).pk),
        ("received_enter", ranked.pk),
        ("entitlement_waive", rank_step(ranked).pk),
    ):
        assert page(client, outsider_political, name, pk).status_code == 404


def test_heads_and_officers_are_refused(client, ready, ranked, head):
    for user in (head, ranked.user):
        assert page(client, user, "entitlement_list").status_code == 403
        assert page(client, user, "entitlement_officer", ranked.pk).status_code == 403


def test_an_entitlement_is_waived_and_given_back(client, ready, ranked):
    due = rank_step(ranked)
    assert page(client, ready, "entitlement_waive", due.pk).status_code == 200

    refused = post(client, ready, "entitlement_waive", due.pk, reason="", document="")
    assert "This field is required." in refused.text

    post(client, ready, "entitlement_waive", due.pk, reason="处分期内", document="示纪1号")
    due.refresh_from_db()
    assert due.state == "waived"
    assert "处分期内" in page(client, ready, "entitlement_detail", due.pk).text
    assert (
        post(client, ready, "entitlement_waive", due.pk, reason="x", document="y").status_code
        == 409
    )

    post(client, ready, "waiver_withdraw", Waiver.objects.get().pk)
    due.refresh_from_db()
    assert due.state == "due"


# -- received ---------------------------------------------------------------------------------


def test_what_was_received_is_entered_and_taken_back(client, ready, ranked):
    assert "What was received" in page(client, ready, "received_enter", ranked.pk).text
    query = "?kind=rank_step"
    answer = post(
        client, ready, "received_enter", ranked.pk, query=query,
        received_on=TODAY.isoformat(), document="示政3号",
    )  # fmt: skip
    assert answer.url == reverse("retention:entitlement_officer", args=[ranked.pk])
    received = Received.objects.get()
    assert not Entitlement.objects.late(on=TODAY).filter(kind="rank_step").exists()
    assert "示政3号" in page(client, ready, "received_list").text

    assert page(client, ready, "received_void", received.pk).status_code == 200
    post(client, ready, "received_void", received.pk, reason="填错")
    assert Entitlement.objects.late(on=TODAY).filter(kind="rank_step").exists()
    assert post(client, ready, "received_void", received.pk, reason="再").status_code == 409


@pytest.mark.parametrize(
    ("kind", "data", "text"),
    [
        ("rank_step", {"received_on": "2999-01-01"}, "lies in the future"),
        ("rank_step", {"received_on": "x"}, "Enter a valid date."),
        ("rank_step", {}, "This field is required."),
        ("wage_step", {"received_on": "2026-01-01"}, "This field is required."),
        ("annual_leave", {"received_on": "2026-01-01", "period": "26", "quantity": "5"},
         "is not a year"),
        ("annual_leave", {"received_on": "2026-01-01", "period": "2026", "quantity": "99"},
         "at most 60"),
        ("allowance", {"received_on": "2026-01-01", "period": "2026-13", "quantity": "9"},
         "is not a month"),
    ],
)  # fmt: skip
def test_entering_says_what_is_wrong(client, ready, ranked, kind, data, text):
    answer = post(client, ready, "received_enter", ranked.pk, query=f"?kind={kind}", **data)

    assert text in answer.text
    assert not Received.objects.exists()


def test_received_is_exported_for_the_import(client, ready, ranked):
    make_received(ranked, "annual_leave", date(2026, 5, 6), ready, period="2026",
                  quantity=Decimal(5))  # fmt: skip

    answer = page(client, ready, "received_export")

    rows = list(openpyxl.load_workbook(BytesIO(answer.content)).active.values)
    assert rows[-1][1:] == (
        ranked.name, ranked.id_number, "年休假", None, "2026-05-06", "2026", "5", None,
    )  # fmt: skip


def test_a_workbook_is_uploaded_shown_and_discarded(client, ready, ranked):
    assert page(client, ready, "received_template").status_code == 200
    client.force_login(ready)
    file = BytesIO(page(client, ready, "received_export").content)
    file.name = "待遇.xlsx"
    answer = client.post(reverse("retention:received_import"), {"file": file})
    found = ReceivedImport.objects.get()
    assert answer.url == reverse("jobs:job_detail", args=[Job.objects.get().pk])
    assert page(client, ready, "received_import_detail", found.pk).status_code == 200
    assert page(client, ready, "received_import_confirm", found.pk).status_code == 302

    post(client, ready, "received_import_discard", found.pk)
    found.refresh_from_db()
    assert found.state == "discarded"
    assert "待遇.xlsx" in page(client, ready, "received_import").text


def test_an_old_workbook_is_refused_at_the_door(client, ready):
    client.force_login(ready)
    file = BytesIO(b"x")
    file.name = "a.xls"

    answer = client.post(reverse("retention:received_import"), {"file": file})

    assert "save it as .xlsx" in answer.text


# -- rules ------------------------------------------------------------------------------------


def rule_data(kind="checkup", **changes):
    table = next(one.table for one in SHIPPED if one.kind == kind)
    data = {
        "name": "体检", "name_en": "Check-ups", "source": "示政〔2026〕8号", "certainty": "R",
        "note": "", "start": "2027-01-01", "categories": table["categories"], "months": 18,
    }  # fmt: skip
    return data | changes


def test_default_rules_are_added_once(client, keeper, court):
    post(client, keeper, "entitlement_rule_install")
    post(client, keeper, "entitlement_rule_install")

    assert EntitlementRule.objects.filter(court=court).count() == 7
    assert "not verified" in page(client, keeper, "entitlement_rule_list").text


def test_a_version_follows_the_one_before_and_is_taken_back(client, ready, court):
    before = EntitlementRule.objects.get(kind="checkup")

    answer = post(client, ready, "entitlement_rule_set", query="?kind=checkup", **rule_data())

    after = EntitlementRule.objects.get(kind="checkup", end=None)
    before.refresh_from_db()
    assert answer.url == after.get_absolute_url()
    assert (after.table["months"], after.is_shipped) == (18, False)
    assert before.end == after.start == date(2027, 1, 1)
    text = page(client, ready, "entitlement_rule_compare", after.pk).text
    assert "18" in text
    assert "changed" in text

    post(client, ready, "entitlement_rule_take_back", after.pk)
    before.refresh_from_db()
    assert before.end is None
    assert Entry.objects.filter(verb="entitlement_rule.taken_back").exists()


@pytest.mark.parametrize(
    ("kind", "changes", "text"),
    [
        ("checkup", {"months": "0"}, "greater than or equal to 1"),
        ("checkup", {"categories": []}, "This field is required."),
        ("checkup", {"start": "2019-01-01"}, "begins on that day or later"),
        ("checkup", {"source": ""}, "This field is required."),
        ("rank_step", {"ladder": "科员"}, "write the rank, then the months"),
        ("rank_step", {"ladder": "科员 24\n科员 12"}, "stands there twice"),
        ("annual_leave", {"bands": "1 5"}, "three whole numbers"),
        ("annual_leave", {"bands": "10 10 3\n1 5 2"}, "have to rise"),
    ],
)
def test_a_version_says_what_is_wrong(client, ready, kind, changes, text):
    numbers = {
        "rank_step": {"excellent_months": 6},
        "annual_leave": {"personal_leave_days": 20},
    }.get(kind, {})
    data = rule_data("checkup", **{**numbers, **changes})

    answer = post(client, ready, "entitlement_rule_set", query=f"?kind={kind}", **data)

    assert text in answer.text
    assert EntitlementRule.objects.filter(kind=kind).count() == 1


def test_a_ladder_is_written_and_read_back(client, ready):
    text = page(client, ready, "entitlement_rule_set", kind="rank_step").text

    assert "二级科员 24" in text
    assert "一级调研员 -" in text
    data = rule_data(ladder="科员 12\n主任 -", excellent_months=6)
    post(client, ready, "entitlement_rule_set", query="?kind=rank_step", **data)
    assert EntitlementRule.objects.get(kind="rank_step", end=None).table["ladder"] == [
        {"rank": "科员", "months": 12}, {"rank": "主任", "months": None},
    ]  # fmt: skip


def test_a_rule_is_described_ended_and_not_taken_back(client, ready):
    rule = EntitlementRule.objects.get(kind="checkup")
    words = {key: rule_data()[key] for key in ("name", "name_en", "source", "certainty", "note")}
    post(client, ready, "entitlement_rule_describe", rule.pk, **words)
    rule.refresh_from_db()
    assert (rule.certainty, rule.is_shipped) == ("R", False)

    assert post(client, ready, "entitlement_rule_take_back", rule.pk).url == rule.get_absolute_url()
    refused = post(client, ready, "entitlement_rule_end", rule.pk, last="2019-01-01")
    assert "ends after its first day" in refused.text
    post(client, ready, "entitlement_rule_end", rule.pk, last="2026-12-31")
    rule.refresh_from_db()
    assert rule.end == date(2027, 1, 1)
    again = post(client, ready, "entitlement_rule_end", rule.pk, last="2026-12-31")
    assert again.status_code == 409


def test_rules_are_exported(client, ready):
    answer = page(client, ready, "entitlement_rule_export", when="in_force")

    rows = list(openpyxl.load_workbook(BytesIO(answer.content)).active.values)
    assert len(rows) == 2 + 7


def test_rules_of_another_court_do_not_exist(client, ready, outsider_political):
    rule = EntitlementRule.objects.get(kind="checkup")

    assert page(client, outsider_political, "entitlement_rule_detail", rule.pk).status_code == 404
    text = page(client, outsider_political, "entitlement_rule_list").text
    assert rule.name not in text


# -- told -------------------------------------------------------------------------------------


def test_reminders_are_told_once(ready, ranked):
    due = rank_step(ranked)
    workday = due.due_on + timedelta(days=(7 - due.due_on.weekday()) % 7 or 0)
    if workday.weekday() > 4:
        workday += timedelta(days=2)
    while not remind_entitlements(on=workday):
        workday += timedelta(days=1)
        assert (workday - due.due_on).days < 7

    assert remind_entitlements(on=workday) == 0
    kinds = set(ranked.user.notices.values_list("kind", flat=True))
    assert "entitlement_due" in kinds


def test_needs_and_tile_count_what_is_late(ready, ranked):
    titles = {str(line.title): line.rows.count() for line in needs_of(ready, on=TODAY)}
    assert sum(titles.values()) == 1 + 7
    own = list(needs_of(ranked.user, on=TODAY))
    assert [line.rows.count() for line in own] == [1]
    assert own_line(ranked, on=TODAY).tone == "danger"


def test_board_counts_groups_of_five_or_more_only(court, civil, filing, ready, president):
    for number in range(5):
        make_ranked(make_officer(court=court, department=civil, name=f"民{number}"))
        make_ranked(make_officer(court=court, department=filing, name=f"立{number}"))
    computed(court, TODAY)

    found = gap_counts(president, TODAY)

    assert (found.people, found.waiting) == (11, 11)
    assert [(one.people, one.waiting) for one in found.groups] == [(6, 6), (5, 5)]


def test_board_hides_small_groups_and_another_with_them(court, civil, filing, ready, president):
    for number in range(6):
        make_ranked(make_officer(court=court, department=civil, name=f"民{number}"))
    make_ranked(make_officer(court=court, department=filing))
    computed(court, TODAY)

    assert [one.waiting for one in gap_counts(president, TODAY).groups] == [None, None]


def test_every_code_of_an_explanation_has_its_words(ready):
    lines = [line for one in Entitlement.objects.all() for line in one.explained]

    assert lines
    assert {line[0] for line in lines} <= CODES
    assert all("%(" not in text for text in explained(lines))
