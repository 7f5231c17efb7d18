"""What may slip out of a hardship case: every sensitive text, to every role, on every page.

The case has a secret word in each encrypted field. What a person's pages hold is compared with
what that person's part reads, no more and no less.
"""

from datetime import timedelta
from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from courtparty.audit.models import Entry
from courtparty.notices.models import Notice
from retention.models import (
    BudgetSource,
    CaseEvent,
    CaseFile,
    CaseMember,
    FlexibleArrangement,
    HardshipCase,
    HardshipVisit,
    HelpMeasure,
)
from retention.services import hardship as services
from tests.access import EVERYONE
from tests.factories import make_officer, make_user
from tests.retention.hardship_cast import (
    AGREED,
    ANSWERED,
    CARRIED,
    CLOSING,
    FOUND,
    PAPER,
    PROPOSED,
    SECRETS,
    STORY,
    VISITED,
    decide,
    make_case,
    make_helped,
    make_recommended,
    make_verifying,
    paper,
    propose,
    propose_flexible,
)

pytestmark = pytest.mark.django_db

MEASURES = {PROPOSED, ANSWERED, CARRIED, AGREED}
ALL = {STORY, PAPER, FOUND, VISITED, CLOSING} | MEASURES
MODELS = (HardshipCase, CaseMember, CaseFile, CaseEvent, HelpMeasure, HardshipVisit)
# Every page that lists something, whoever opens it.
LISTS = [
    "retention:help_list",
    "retention:help_export",
    "retention:help_decision_list",
    "retention:help_orphan_list",
    "retention:help_flexible_list",
    "retention:help_budget_list",
    "retention:help_budget_export",
    "retention:help_report",
    "retention:help_recommend",
    "retention:my_help",
    "my_records",
    "home",
    "notices:inbox",
    "cadres:officer_list",
    "audit:entry_list",
]
READS = {
    "officer_user": ALL,
    "union": ALL,
    "president": {STORY, FOUND, CLOSING} | MEASURES,
    "steward": {VISITED} | MEASURES,  # let in as a helper
}


@pytest.fixture(autouse=True)
def _on_23_november(time_machine):
    time_machine.move_to("2026-11-23T10:00:00+08:00", tick=False)


@pytest.fixture
def case(officer, union, party_affairs, president, steward):
    """Coordinated by the union, verified by the Party-affairs cadre, with a steward who helps."""
    case = make_helped(officer, union, party_affairs, president)
    today = timezone.localdate()
    facts = {"by": union, "is_shown_to_head": True}
    decide(propose_flexible(case, president, today, today + timedelta(days=9), **facts))
    propose(case, president, by=union)
    services.add_helper(case_id=case.pk, user_id=steward.pk, by=union, at=timezone.now())
    services.attach_papers(case_id=case.pk, files=[paper()], by=officer.user, at=timezone.now())
    HardshipCase.objects.filter(pk=case.pk).update(word_asked_on=today)
    return case


def client_for(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def words_in(text: str) -> set[str]:
    return {word for word in SECRETS if word in text}


def text_of(response) -> str:
    """The page, or all cells of the workbook."""
    if response.status_code != 200:
        return ""
    if "spreadsheet" not in response["Content-Type"]:
        return response.text
    book = load_workbook(BytesIO(response.content))
    return " ".join(str(cell.value) for sheet in book for row in sheet for cell in row)


@pytest.mark.parametrize("who", EVERYONE)
def test_the_page_of_the_case_shows_each_role_what_its_part_reads(case, request, who):
    user = request.getfixturevalue(who)
    response = client_for(user).get(case.get_absolute_url())

    assert response.status_code == (200 if who in READS else 404)
    assert words_in(response.text if who in READS else "") == READS.get(who, set())
    if who not in READS:
        assert case.reference not in response.text


@pytest.mark.parametrize("who", EVERYONE)
def test_no_list_search_export_or_count_shows_content_to_anybody(case, request, who):
    client = client_for(request.getfixturevalue(who))
    for name in LISTS:
        for query in ("", f"?q={STORY}", "?q=2026-001", "?q=张海燕"):
            response = client.get(reverse(name) + query)
            found = words_in(text_of(response))
            # A search box shows what was searched for.
            assert found - {word for word in SECRETS if word in query} == set(), (name, query)


@pytest.mark.parametrize("who", [one for one in EVERYONE if one not in READS])
def test_who_is_not_in_the_case_does_not_learn_that_it_exists(case, request, who):
    user = request.getfixturevalue(who)
    client = client_for(user)
    for model in MODELS:
        assert list(model.objects.visible_to(user)) == []
    assert list(HardshipCase.objects.handled_by(user)) == []
    for name in LISTS:
        if name == "audit:entry_list":  # the audit administrator reads that something was done
            continue
        response = client.get(f"{reverse(name)}?q=2026-001")
        text = text_of(response).replace('value="2026-001"', "").replace("q=2026-001", "")
        text = text.replace("</span> 2026-001", "")
        assert case.reference not in text, name
        if response.context and response.context.get("page_obj") and "help_list" in name:
            assert response.context["count"] == 0


@pytest.mark.parametrize("who", [one for one in EVERYONE if one not in READS])
def test_every_address_in_the_case_is_404_for_who_is_not_in_it(case, request, who):
    client = client_for(request.getfixturevalue(who))
    measure = case.measures.first()
    inside = {
        "help_detail": [],
        "help_paper": [case.files.first().pk],
        "help_begin": [],
        "help_visit": [],
        "help_attach": [],
        "help_member_add": [],
        "help_member_end": [case.members.first().pk],
        "help_hand_over": [],
        "help_measure_decide": [measure.pk],
        "help_close": [],
        "help_withdraw": [],
        "help_reopen": [],
    }
    for name, also in inside.items():
        address = reverse(f"retention:{name}", args=[case.pk, *also])
        assert client.get(address).status_code == 404, name


@pytest.mark.parametrize(
    ("who", "status"),
    [("officer_user", 200), ("union", 200), ("president", 404), ("steward", 404), ("head", 404)],
)
def test_papers_are_for_those_who_read_papers(case, request, who, status):
    one = case.files.filter(measure=None).first()
    address = reverse("retention:help_paper", args=[case.pk, one.pk])

    assert client_for(request.getfixturevalue(who)).get(address).status_code == status


def test_a_paper_of_another_case_is_not_reached_through_the_own(case, union, officer, court, civil):
    other = make_officer(court=court, department=civil, user=make_user("o2", court=court))
    own = make_case(other, union)
    foreign = case.files.first().pk

    response = client_for(other.user).get(reverse("retention:help_paper", args=[own.pk, foreign]))
    assert response.status_code == 404


def test_the_verifier_reads_while_verifying_and_not_after(officer, union, party_affairs):
    case = make_verifying(officer, union, party_affairs, files=[paper()])
    client = client_for(party_affairs)
    assert words_in(client.get(case.get_absolute_url()).text) == {STORY, PAPER}
    services.verify_case(
        case_id=case.pk,
        is_true=True,
        words=FOUND,
        day=timezone.localdate(),
        by=party_affairs,
        at=timezone.now(),
    )

    assert client.get(case.get_absolute_url()).status_code == 404


def test_a_recommendation_is_seen_by_the_officer_alone(officer, union, branch_secretary, request):
    case = make_recommended(officer, union, by=branch_secretary)
    got = {
        who: client_for(request.getfixturevalue(who)).get(case.get_absolute_url()).status_code
        for who in EVERYONE
    }

    assert got == {who: 200 if who == "officer_user" else 404 for who in EVERYONE}


def test_the_head_learns_the_days_and_nothing_of_the_case(case, head):
    response = client_for(head).get(reverse("retention:help_flexible_list"))
    (row,) = response.context["page_obj"].object_list

    assert (row.officer, row.start) == ("张海燕", timezone.localdate())
    assert words_in(response.text) == set()
    assert FlexibleArrangement.objects.visible_to(head).count() == 1


def test_notices_log_and_names_hold_nothing_personal(case):
    kept = [
        *(str(one.params) + one.text + one.key + one.url for one in Notice.objects.all()),
        *(str(one.detail) + one.verb for one in Entry.objects.all()),
        *map(str, HardshipCase.objects.all()),
        *map(str, BudgetSource.objects.all()),
        *(one.file.name for one in CaseFile.objects.select_related("file")),
        *(str(one) for model in MODELS for one in model.objects.all()),
    ]

    assert words_in(" ".join(kept)) == set()
    assert "张海燕" not in " ".join(kept)


def test_nothing_sensitive_lies_open_in_the_database(case):
    stored = " ".join(
        str(list(model.objects.values_list()))
        for model in (*MODELS, FlexibleArrangement, CaseFile, Notice, Entry)
    )

    assert words_in(stored) == set()


def test_a_member_who_reads_no_story_is_not_told_the_kind(case, steward):
    response = client_for(steward).get(case.get_absolute_url())

    assert str(case.get_kind_display()) not in response.text


def test_an_officer_does_not_see_a_colleagues_case(case, court, civil):
    other = make_officer(court=court, department=civil, user=make_user("o3", court=court))
    client = client_for(other.user)

    assert client.get(case.get_absolute_url()).status_code == 404
    assert client.get(reverse("retention:my_help")).context["cases"] == []
