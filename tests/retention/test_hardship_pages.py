"""The pages of hardship help, as officer, coordinator, approver and helper see and use them."""

from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from courtparty.accounts.models import Grant
from courtparty.audit.models import Entry
from retention.models import BudgetSource, HardshipCase, HelpMeasure
from retention.services import hardship as services
from tests.factories import make_officer, make_user
from tests.retention.hardship_cast import (
    AGREED,
    FOUND,
    PAPER,
    PROPOSED,
    STORY,
    VISITED,
    WORD,
    decide,
    make_case,
    make_draft,
    make_helped,
    make_recommended,
    make_source,
    make_verified,
    make_verifying,
    paper,
    propose,
    propose_aid,
    propose_flexible,
)

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 23)
LIST, MINE = reverse("retention:help_list"), reverse("retention:my_help")


@pytest.fixture(autouse=True)
def _on_23_november(time_machine):
    time_machine.move_to("2026-11-23T10:00:00+08:00", tick=False)


@pytest.fixture
def as_user():
    def sign_in(user) -> Client:
        user.language = "en"
        user.save()
        client = Client()
        client.force_login(user)
        return client

    return sign_in


def _counting() -> CaptureQueriesContext:
    return CaptureQueriesContext(connection)


def page(name: str, case: HardshipCase, *also: int) -> str:
    return reverse(f"retention:{name}", args=[case.pk, *also])


def state_of(case: HardshipCase) -> str:
    return HardshipCase.objects.get(pk=case.pk).state


def colleague(officer, number: int, name: str = "李四"):
    user = make_user(f"colleague.{number}", court=officer.court)
    where = {"court": officer.court, "department": officer.department, "branch": officer.branch}
    return make_officer(name=name, user=user, **where)


# -- the officer --------------------------------------------------------------------------------


def test_my_help_invites_who_has_not_asked(as_user, officer_user):
    response = as_user(officer_user).get(MINE)

    assert "You have not asked for help" in response.text
    assert reverse("retention:help_apply") in response.text


def test_an_application_is_sent_with_a_paper(as_user, officer_user, union):
    facts = {"turned_to": union.pk, "kind": "housing", "story": STORY, "file": paper()}
    response = as_user(officer_user).post(reverse("retention:help_apply"), facts, follow=True)
    case = HardshipCase.objects.get()

    assert response.redirect_chain == [(case.get_absolute_url(), 302)]
    assert (case.state, case.story, case.files.get().name) == ("applied", STORY, f"{PAPER}.pdf")
    assert "Your application is sent" in response.text


def test_a_draft_is_saved_without_words_and_sent_later(as_user, officer_user, union):
    client, facts = as_user(officer_user), {"turned_to": union.pk, "kind": "housing"}
    client.post(reverse("retention:help_apply"), {**facts, "draft": "1"})
    case = HardshipCase.objects.get()
    assert state_of(case) == "drafted"

    refused = client.post(page("help_change", case), facts)
    assert "What has happened" in refused.text
    assert state_of(case) == "drafted"
    client.post(page("help_change", case), {**facts, "story": STORY})
    assert state_of(case) == "applied"


def test_what_is_missing_is_said_beside_the_field(as_user, officer_user, union):
    response = as_user(officer_user).post(reverse("retention:help_apply"), {})

    assert set(response.context["form"].errors) == {"turned_to", "kind", "story"}
    assert not HardshipCase.objects.exists()


def test_whom_one_can_turn_to_is_said_with_roles(as_user, officer_user, union, party_affairs, head):
    response = as_user(officer_user).get(reverse("retention:help_apply"))
    choices = response.context["form"].fields["turned_to"].choices

    assert [label for _key, label in choices] == [
        "—",
        "cadre · Party-affairs cadre",
        "union · Trade union",
    ]


def test_the_officer_sees_the_whole_case_members_and_openings(
    as_user, officer, union, party_affairs, president
):
    case = make_helped(officer, union, party_affairs, president)
    as_user(union).get(case.get_absolute_url())
    response = as_user(officer.user).get(case.get_absolute_url())

    for text in (STORY, FOUND, PROPOSED, VISITED, "Who opened this case", "Ask that this person"):
        assert text in response.text
    assert [one.reader for one in response.context["shown"].readings] == ["union"]


def test_every_opening_by_a_member_is_on_my_records(as_user, officer, union):
    case = make_case(officer, union, files=[paper()])
    client = as_user(union)
    client.get(case.get_absolute_url())
    client.get(page("help_paper", case, case.files.get().pk))
    as_user(officer.user).get(case.get_absolute_url())

    read = Entry.objects.about(officer).reads().order_by("pk")
    assert [(one.verb, one.actor, one.detail) for one in read] == [
        ("hardship.read", union, {"case": case.pk}),
        ("hardship.paper_read", union, {"case": case.pk}),
    ]
    assert "Hardship case opened" in as_user(officer.user).get(reverse("my_records")).text


def test_a_paper_comes_under_its_own_name(as_user, officer, union):
    case = make_case(officer, union, files=[paper("证明.pdf")])
    response = as_user(union).get(page("help_paper", case, case.files.get().pk))

    assert response.content == b"%PDF-1.7 paper"
    assert "%E8%AF%81%E6%98%8E.pdf" in response["Content-Disposition"]


def test_a_recommendation_is_taken_up_or_declined(as_user, officer, union, branch_secretary):
    facts = {"officer_id": officer.pk, "turned_to": union.pk, "kind": "care", "story": STORY}
    client = as_user(branch_secretary)
    response = client.post(reverse("retention:help_recommend"), facts, follow=True)
    assert "You are not told what becomes of it" in response.text
    case = HardshipCase.objects.get()
    assert client.get(case.get_absolute_url()).status_code == 404

    own = as_user(officer.user)
    assert "Only you see it so far" in own.get(case.get_absolute_url()).text
    own.post(page("help_consent", case), {"turned_to": union.pk})
    assert state_of(case) == "applied"

    other = make_recommended(officer, union, by=branch_secretary)
    own.post(page("help_decline", other))
    other.refresh_from_db()
    assert (other.state, other.story) == ("withdrawn", "")


def test_closing_keeping_open_and_withdrawing(as_user, officer, union, party_affairs, president):
    case = make_helped(officer, union, party_affairs, president)
    client = as_user(officer.user)
    client.post(page("help_keep_open", case))
    refused = client.post(page("help_close", case), {"words": WORD})
    assert "rating" in refused.context["form"].errors
    client.post(page("help_close", case), {"rating": "4", "words": WORD})
    assert state_of(case) == "closed"
    client.post(page("help_reopen", case))
    assert state_of(case) == "following"
    client.post(page("help_withdraw", case))
    assert state_of(case) == "withdrawn"
    late = client.get(page("help_withdraw", case), follow=True)
    assert "as it stands now" in late.text
    assert client.post(page("help_withdraw", case)).status_code == 409


def test_the_officer_turns_to_somebody_else(as_user, officer, union, party_affairs):
    case = make_case(officer, union)
    client = as_user(officer.user)
    response = client.get(page("help_hand_over", case))
    assert [one[0] for one in response.context["form"].fields["user_id"].choices] == [
        "",
        str(party_affairs.pk),
    ]
    client.post(page("help_hand_over", case), {"user_id": party_affairs.pk})

    assert not HardshipCase.objects.visible_to(union).exists()


def test_the_officer_does_none_of_the_handlers_work(as_user, officer, union):
    case = make_case(officer, union)
    client = as_user(officer.user)

    for name in ("help_begin", "help_visit", "help_member_add", "help_measure_propose"):
        assert client.get(page(name, case)).status_code == 403
    assert client.get(LIST).status_code == 403


# -- the coordinator's list ---------------------------------------------------------------------


def rows(response) -> list:
    return list(response.context["page_obj"].object_list)


def test_the_list_has_only_the_own_cases_and_their_clock(
    as_user, officer, union, party_affairs, time_machine
):
    case = make_case(officer, union)
    make_case(colleague(officer, 1), party_affairs)
    time_machine.move_to("2026-12-09T10:00:00+08:00", tick=False)
    response = as_user(union).get(LIST)
    (row,) = rows(response)

    assert (row.pk, row.officer, row.days, row.due.days) == (
        case.pk,
        "张海燕",
        16,
        -2,
    )
    assert (response.context["count"], response.context["late"]) == (1, 1)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "张海燕"}, ["张海燕"]),
        ({"q": "lisi"}, ["李四"]),
        ({"q": "zhy"}, ["张海燕"]),
        ({"q": "2026-002"}, ["李四"]),
        ({"q": "2"}, ["李四"]),
        ({"q": "2025-002"}, []),
        ({"q": "王"}, []),
        ({"state": "verifying"}, ["李四"]),
        ({"state": "helping"}, []),
        ({"state": "nonsense"}, []),
        ({"clock": "running", "sort": "officer"}, ["李四", "张海燕"]),
        ({"clock": "late"}, []),
        ({"sort": "-number"}, ["李四", "张海燕"]),
        ({"sort": "number"}, ["张海燕", "李四"]),
        ({"sort": "nonsense"}, ["张海燕", "李四"]),
    ],
)
def test_the_list_is_searched_filtered_and_sorted(
    as_user, officer, union, party_affairs, query, found
):
    make_case(officer, union)
    make_verifying(colleague(officer, 1), union, party_affairs)

    assert [row.officer for row in rows(as_user(union).get(LIST, query))] == found


def test_the_list_costs_the_same_at_one_and_three_rows(
    as_user, officer, union, django_assert_num_queries, django_assert_max_num_queries
):
    make_case(officer, union)
    client = as_user(union)
    client.get(LIST)  # the first page of a session costs more
    with django_assert_max_num_queries(20) as at_one:
        client.get(LIST)
    for number in range(2):
        make_case(colleague(officer, number), union)
    with django_assert_num_queries(len(at_one.captured_queries)):
        assert len(rows(client.get(LIST))) == 3


def test_my_help_costs_the_same_at_one_and_three_rows(
    as_user, officer, union, django_assert_num_queries, django_assert_max_num_queries
):
    make_case(officer, union)
    client = as_user(officer.user)
    client.get(MINE)
    with django_assert_max_num_queries(15) as at_one:
        client.get(MINE)
    make_case(officer, union)
    make_draft(officer, union)
    with django_assert_num_queries(len(at_one.captured_queries)):
        assert len(client.get(MINE).context["cases"]) == 3


def test_the_page_of_a_case_costs_the_same_however_much_is_in_it(
    as_user, officer, union, party_affairs, president
):
    case = make_helped(officer, union, party_affairs, president)
    client = as_user(union)
    client.get(case.get_absolute_url())
    with _counting() as at_one:
        client.get(case.get_absolute_url())
    for _one in range(2):
        propose_aid(case, president, BudgetSource.objects.get(), "10", by=union)
        services.record_visit(
            case_id=case.pk, day=TODAY, notes=VISITED, by=union, at=timezone.now()
        )
    with _counting() as at_three:
        client.get(case.get_absolute_url())

    assert len(at_three.captured_queries) == len(at_one.captured_queries)


def test_the_workbook_has_the_clock_and_no_content(
    as_user, officer, union, party_affairs, president
):
    make_helped(officer, union, party_affairs, president)
    response = as_user(union).get(reverse("retention:help_export"))
    sheet = load_workbook(BytesIO(response.content)).active
    values = [cell.value for row in sheet.iter_rows(min_row=3) for cell in row]

    assert values[:6] == [
        "2026-001",
        "张海燕",
        "民事审判第一庭",
        "help under way",
        "coordinator",
        values[5],
    ]
    assert Entry.objects.filter(verb="hardship.exported").get().detail == {"rows": 1}


# -- handling -----------------------------------------------------------------------------------


def test_a_case_goes_its_way_through_the_pages(
    as_user, officer, court, union, party_affairs, president, head
):
    case, source = make_case(officer, union), make_source(court)
    handler, verifier, chief = as_user(union), as_user(party_affairs), as_user(president)
    handler.post(page("help_begin", case), {"user_id": party_affairs.pk})
    found = {"is_true": "yes", "day": "2026-11-23", "words": FOUND}
    response = verifier.post(page("help_verify", case), found)
    assert response.url == LIST  # with the finding the verifier has left
    handler.post(page("help_member_add", case), {"user_id": head.pk})
    aid = {
        "kind": "aid",
        "text": PROPOSED,
        "approver_id": president.pk,
        "amount": "500.00",
        "source_id": source.pk,
    }
    handler.post(page("help_measure_propose", case), aid)
    measure = HelpMeasure.objects.get()
    assert case.reference in chief.get(reverse("retention:help_decision_list")).text
    assert PROPOSED in chief.get(page("help_measure_decide", case, measure.pk)).text
    chief.post(page("help_measure_decide", case, measure.pk), {"is_approved": "yes"})
    done = {"day": "2026-11-23", "note": "", "file": paper("回单.pdf")}
    as_user(head).post(page("help_measure_carry_out", case, measure.pk), done)
    handler.post(page("help_visit", case), {"day": "2026-11-23", "notes": VISITED})
    handler.post(page("help_follow", case))
    handler.post(page("help_ask_word", case), {"words": "…"})

    case.refresh_from_db()
    assert (case.state, case.word_asked_on) == ("following", TODAY)
    assert BudgetSource.objects.get().used == Decimal("500.00")
    assert case.files.get().measure == measure


def test_refusals_are_said_on_the_form(as_user, officer, court, union, party_affairs, president):
    case, source = make_verified(officer, union, party_affairs), make_source(court, "100")
    client = as_user(union)
    aid = {"kind": "aid", "text": PROPOSED, "approver_id": president.pk, "amount": "100.01"}

    no_source = client.post(page("help_measure_propose", case), aid)
    assert "Choose the budget source" in no_source.text
    too_much = client.post(page("help_measure_propose", case), {**aid, "source_id": source.pk})
    assert "Only 100.00 yuan are left" in too_much.text
    early = {"day": "2026-11-22", "notes": VISITED}
    assert "lie before that" in client.post(page("help_visit", case), early).text
    half = {"kind": "flexible", "start": "2026-11-23"}
    found = client.post(page("help_measure_propose", case), {**aid, **half}).context["form"].errors
    assert "last_day" in found
    assert state_of(case) == "verified"


def test_two_decide_at_once_and_one_is_told(as_user, officer, union, party_affairs, president):
    case = make_verified(officer, union, party_affairs)
    measure = propose(case, president, by=union)
    chief, address = as_user(president), page("help_measure_decide", case, measure.pk)
    chief.get(address)
    decide(measure)

    response = chief.post(address, {"is_approved": "no", "words": "…"})
    assert response.status_code == 409
    assert HelpMeasure.objects.get().state == "approved"


def test_another_president_does_not_decide(
    as_user, court, officer, union, party_affairs, president
):
    case = make_verified(officer, union, party_affairs)
    measure = propose(case, president, by=union)
    deputy = make_user("deputy", "president", court)
    propose(case, deputy, by=union)

    address = page("help_measure_decide", case, measure.pk)
    assert as_user(deputy).get(address).status_code == 403


def test_the_case_page_offers_what_can_be_done(as_user, officer, union, party_affairs, president):
    case = make_verified(officer, union, party_affairs)
    client = as_user(union)
    assert "Propose a measure" in client.get(case.get_absolute_url()).text
    services.withdraw_case(case_id=case.pk, by=officer.user, at=timezone.now())

    assert client.get(case.get_absolute_url()).status_code == 404


# -- heads, orphans, budget ---------------------------------------------------------------------


def test_the_head_sees_days_and_nothing_else(
    as_user, officer, union, party_affairs, president, head
):
    case = make_verified(officer, union, party_affairs)
    end = TODAY + timedelta(days=10)
    decide(propose_flexible(case, president, TODAY, end, by=union))
    client = as_user(head)
    response = client.get(reverse("retention:help_flexible_list"))

    assert [(one.officer, one.start, one.last_day) for one in rows(response)] == [
        ("张海燕", TODAY, date(2026, 12, 2))
    ]
    assert not any(word in response.text for word in (AGREED, PROPOSED, case.reference, "ardship"))
    assert client.get(case.get_absolute_url()).status_code == 404


def test_a_case_nobody_handles_is_shown_by_its_number(
    as_user, officer, union, party_affairs, president
):
    case = make_case(officer, union)
    client, address = as_user(president), reverse("retention:help_orphan_list")
    assert "Every case has a coordinator" in client.get(address).text
    Grant.objects.filter(user=union).update(ends_on=TODAY)
    response = client.get(address)

    assert [one.reference for one in rows(response)] == ["2026-001"]
    assert not any(word in response.text for word in (officer.name, STORY, "own illness"))
    client.post(page("help_orphan_place", case), {"user_id": party_affairs.pk})
    assert HardshipCase.objects.visible_to(party_affairs).get() == case
    assert client.get(page("help_orphan_place", case)).status_code == 404


def test_the_budget_is_listed_added_changed_and_exported(as_user, court, union, other_court):
    make_source(other_court, name="外院")
    client, address = as_user(union), reverse("retention:help_budget_list")
    assert "No budget source yet" in client.get(address).text
    facts = {"court": court.pk, "name": "慰问", "year": "2026", "amount": "1000"}
    client.post(reverse("retention:help_budget_add"), facts)
    again = client.post(reverse("retention:help_budget_add"), facts)
    assert "there already" in again.text
    source = BudgetSource.objects.get(court=court)
    change = reverse("retention:help_budget_change", args=[source.pk])
    client.post(change, {"name": "慰问", "amount": "1200", "seen": "1000"})
    assert client.post(change, {"name": "慰问", "amount": "9", "seen": "1000"}).status_code == 409

    assert [(one.name, one.amount) for one in rows(client.get(address))] == [
        ("慰问", Decimal("1200.00"))
    ]
    book = client.get(reverse("retention:help_budget_export"))
    values = [[cell.value for cell in row] for row in load_workbook(BytesIO(book.content)).active]
    assert values[2] == [2026, "slx court", "慰问", 1200, 0, 1200]
