"""Terms of Party organisations, their elections, and the reminders of both."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from django.urls import reverse
from django.utils import timezone, translation
from openpyxl import load_workbook

from cadres.models import Approval, CadreSettings, ElectionPlan
from cadres.selectors.terms import OVERDUE, RUNNING, SOON, UNKNOWN, ordered_terms, terms_of
from cadres.services.elections import (
    CannotHold,
    CannotPlan,
    hold_election,
    plan_election,
    remind_terms,
)
from cadres.tasks import remind_terms as remind_terms_task
from courtparty.accounts.models import Unit
from courtparty.audit.models import Entry
from courtparty.lib.conflicts import Conflict
from courtparty.notices.models import Notice
from tests.cadres.establishment import make_appointment, make_post
from tests.factories import make_officer, make_unit

LIST = reverse("cadres:term_list")
TODAY = date(2026, 6, 15)
DUE = date(2026, 10, 1)
PAPER = {"number": "示选〔2026〕1号", "issued_on": date(2026, 6, 10)}
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _refusals_in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def elected(branch, officer):
    """The branch secretary, in the last months of the term."""
    return make_appointment(
        make_post(branch, "branch_secretary"), officer, date(2023, 10, 1), term_end=DUE
    )


def plan(branch, by, planned_on=date(2026, 9, 20), **facts) -> ElectionPlan:
    facts = {"due_on": DUE, "on": TODAY} | facts
    return plan_election(unit_id=branch.pk, planned_on=planned_on, by=by, **facts)


def hold(branch, by, held_on=TODAY, **facts) -> ElectionPlan:
    facts = {"due_on": DUE, "on": TODAY, "document": PAPER} | facts
    return hold_election(unit_id=branch.pk, held_on=held_on, by=by, **facts)


def told(kind: str) -> set:
    return {notice.user for notice in Notice.objects.filter(kind=kind)}


# -- the term an organisation is in -------------------------------------------------------------


@pytest.mark.parametrize(
    ("due", "state", "months"),
    [
        pytest.param(date(2026, 6, 15), OVERDUE, 0, id="over today"),
        pytest.param(date(2025, 6, 15), OVERDUE, 12, id="a year over"),
        pytest.param(date(2026, 12, 15), SOON, 6, id="in six months"),
        pytest.param(date(2026, 12, 16), RUNNING, 6, id="a day later"),
        pytest.param(None, UNKNOWN, 0, id="none on record"),
    ],
)
def test_terms_of_says_how_a_term_stands(branch, officer, due, state, months):
    post = make_post(branch, "branch_secretary")
    make_appointment(post, officer, date(2023, 1, 1), term_end=due)

    row = terms_of([branch], on=TODAY)[0]

    assert (row.term_end, row.state, row.months) == (due, state, months)


def test_terms_of_takes_the_earliest_of_those_in_office(court, civil, branch, officer, elected):
    colleague = make_officer(court=court, department=civil, name="李明")
    members = make_post(branch, "committee_member", authorised=5)
    make_appointment(members, colleague, date(2024, 1, 1), term_end=date(2027, 1, 1), seat=1)
    make_appointment(
        members, officer, date(2020, 1, 1), date(2021, 1, 1), term_end=date(2030, 1, 1), seat=2
    )
    make_appointment(
        members, officer, date(2024, 1, 1), term_end=date(2031, 1, 1), seat=3, is_void=True
    )

    row = terms_of([branch], on=TODAY)[0]

    assert (row.term_end, row.holders, row.last_day) == (
        date(2026, 10, 1), 2, date(2026, 9, 30),
    )  # fmt: skip


def test_terms_of_costs_the_same_for_one_and_three(
    court, party_org, branch, elected, django_assert_num_queries
):
    more = [branch, party_org, make_unit(party_org, "第三党支部", kind="branch")]

    for units in ([branch], more):
        with django_assert_num_queries(2):
            terms_of(units, on=TODAY)


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        pytest.param("", [2, 1, 3], id="by term, unknown last"),
        pytest.param("-term", [1, 2, 3], id="turned round, unknown still last"),
        pytest.param("unit", [1, 2, 3], id="as in the tree"),
        pytest.param("-unit", [3, 2, 1], id="the tree turned round"),
        pytest.param("nonsense", [2, 1, 3], id="unknown order"),
    ],
)
def test_ordered_terms(party_org, officer, sort, expected):
    branches = [make_unit(party_org, f"第{n}支部", kind="branch") for n in (1, 2, 3)]
    for branch, due in zip(branches, (DUE, date(2026, 7, 1)), strict=False):
        post = make_post(branch, "branch_secretary")
        make_appointment(post, officer, date(2023, 7, 1), term_end=due)

    rows = ordered_terms(terms_of(branches, on=TODAY), sort)

    assert [branches.index(row.unit) + 1 for row in rows] == expected


# -- planning -----------------------------------------------------------------------------------


def test_plan_election_sets_and_moves_the_day(branch, elected, political, branch_secretary):
    first = plan(branch, political, note="先报方案")
    second = plan(branch, political, date(2026, 9, 25))

    assert first.pk == second.pk
    stored = ElectionPlan.objects.get()
    assert (stored.due_on, stored.planned_on, stored.note) == (DUE, date(2026, 9, 25), "")
    days = [entry.detail["day"] for entry in Entry.objects.filter(verb="election.planned")]
    assert sorted(days) == ["2026-09-20", "2026-09-25"]
    assert told("election_planned") == {branch_secretary}
    assert Notice.objects.filter(kind="election_planned").count() == 2


def test_plan_election_may_lie_after_the_term(branch, elected, political):
    late = plan(branch, political, DUE + DAY)

    assert terms_of([branch], on=TODAY)[0].is_late_plan
    assert late.planned_on == DUE + DAY


def test_plan_election_refuses_a_day_in_the_past(branch, elected, political):
    with pytest.raises(CannotPlan):
        plan(branch, political, TODAY - DAY)

    assert not ElectionPlan.objects.exists()
    assert plan(branch, political, TODAY).pk


def test_plan_election_refuses_a_term_that_has_changed(branch, elected, political):
    with pytest.raises(Conflict):
        plan(branch, political, due_on=DUE + DAY)

    assert not ElectionPlan.objects.exists()


def test_plan_election_refuses_one_that_was_held(branch, elected, political):
    hold(branch, political)

    with pytest.raises(Conflict):
        plan(branch, political)

    assert ElectionPlan.objects.get().planned_on == TODAY


# -- holding ------------------------------------------------------------------------------------


def test_hold_election_keeps_the_plan_and_its_document(
    branch, elected, political, secretary, branch_secretary
):
    plan(branch, political)

    hold(branch, political, TODAY - DAY)

    stored = ElectionPlan.objects.get()
    assert (stored.planned_on, stored.held_on) == (date(2026, 9, 20), TODAY - DAY)
    assert stored.document.number == PAPER["number"]
    entry = Entry.objects.get(verb="election.held")
    assert entry.detail == {
        "unit": branch.pk,
        "day": "2026-06-14",
        "document": stored.document_id,
    }
    assert told("election_held") == {branch_secretary}


def test_hold_election_without_a_plan(branch, elected, political):
    held = hold(branch, political)

    assert (held.planned_on, held.held_on) == (TODAY, TODAY)


def test_hold_election_refuses_a_day_to_come(branch, elected, political):
    with pytest.raises(CannotHold):
        hold(branch, political, TODAY + DAY)

    assert not ElectionPlan.objects.exists()
    assert not Approval.objects.filter(number=PAPER["number"]).exists()


def test_hold_election_refuses_a_second_one(branch, elected, political, branch_secretary):
    hold(branch, political)

    with pytest.raises(Conflict):
        hold(branch, political, document=PAPER | {"number": "示选〔2026〕2号"})

    assert ElectionPlan.objects.get().document.number == PAPER["number"]
    assert not Approval.objects.filter(number="示选〔2026〕2号").exists()
    assert Notice.objects.filter(kind="election_held").count() == 1


def test_a_new_term_begins_with_the_appointments(branch, officer, elected, political):
    hold(branch, political)
    elected.end, elected.end_reason = TODAY, "term_end"
    elected.save()
    make_appointment(elected.post, officer, TODAY, term_end=date(2029, 6, 15))

    row = terms_of([branch], on=TODAY)[0]

    assert (row.term_end, row.held_on, row.state) == (date(2029, 6, 15), None, RUNNING)


# -- reminders ----------------------------------------------------------------------------------


def kinds_and_days() -> list[tuple[str, str]]:
    found = Notice.objects.order_by("pk").values_list("kind", "params__day")
    return [(kind, day) for kind, day in found]


def test_remind_terms_follows_a_term_to_its_end_and_after(branch, elected, political):
    """Four months before, one month before, on the day, then each month."""
    new = {}
    day = date(2026, 5, 1)
    while day < date(2026, 12, 31):
        if remind_terms(on=day):
            new[day.isoformat()] = Notice.objects.order_by("pk").last().kind
        day += DAY

    assert new == {
        "2026-06-01": "term_ending",
        "2026-09-01": "term_ending",
        "2026-10-01": "term_over",
        "2026-11-01": "term_over",
        "2026-12-01": "term_over",
    }


def test_remind_terms_of_a_court_are_sent_when_those_of_another_fail(
    elected, political, other_court, monkeypatch
):
    def settings(court):
        if court == other_court:
            raise RuntimeError
        return CadreSettings(court=court)

    monkeypatch.setattr("cadres.services.elections.court_settings", settings)

    assert remind_terms(on=TODAY) > 0
    assert Notice.objects.filter(user=political, kind__startswith="term_").exists()


def test_remind_terms_tells_the_secretary_and_who_appoints(
    branch, elected, political, branch_secretary, secretary, party_affairs, president
):
    remind_terms(on=TODAY)

    assert told("term_ending") == {political, branch_secretary}
    assert {notice.url for notice in Notice.objects.all()} == {LIST}
    # The last day of the term, as people say it; no name of anybody.
    assert {str(notice.params) for notice in Notice.objects.all()} == {"{'day': '2026-09-30'}"}


def test_remind_terms_of_an_overdue_term_goes_up_the_tree(
    branch, elected, political, branch_secretary, secretary
):
    remind_terms(on=date(2026, 10, 31))
    assert told("term_over") == {political, branch_secretary}

    remind_terms(on=date(2026, 11, 1))
    assert told("term_over") == {political, branch_secretary, secretary}


def test_remind_terms_run_twice_tells_once(branch, elected, political, branch_secretary):
    assert remind_terms(on=TODAY) == 2

    assert remind_terms(on=TODAY) == 0
    assert remind_terms(on=TODAY + DAY) == 0


def test_remind_terms_begins_as_the_court_has_set(court, branch, elected, political):
    CadreSettings.objects.create(court=court, term_notice_months=2)

    assert remind_terms(on=date(2026, 7, 31)) == 0
    assert remind_terms(on=date(2026, 8, 1)) == 1


def test_remind_terms_leaves_who_has_planned_in_time_until_the_last_month(
    branch, elected, political
):
    plan(branch, political)
    Notice.objects.all().delete()

    assert remind_terms(on=TODAY) == 0
    assert remind_terms(on=date(2026, 9, 1)) == 1


def test_remind_terms_ends_with_the_election(branch, elected, political):
    hold(branch, political)
    Notice.objects.all().delete()

    assert remind_terms(on=date(2026, 11, 1)) == 0


def test_remind_terms_asks_nothing_of_a_unit_out_of_use(branch, elected, political):
    Unit.objects.filter(pk=branch.pk).update(is_active=False)

    assert remind_terms(on=TODAY) == 0


def test_remind_terms_task_takes_today(branch, officer, political):
    due = timezone.localdate()
    make_appointment(make_post(branch, "branch_secretary"), officer, date(2023, 1, 1), term_end=due)

    remind_terms_task()

    assert kinds_and_days() == [("term_over", (due - DAY).isoformat())]


# -- pages --------------------------------------------------------------------------------------


def units(response) -> list[str]:
    return [row.unit.name for row, _may_plan in response.context["rows"]]


@pytest.fixture
def soon(branch, officer):
    """A term that ends three months from the day the test runs."""
    due = timezone.localdate() + DAY * 90
    return make_appointment(
        make_post(branch, "branch_secretary"), officer, date(2023, 1, 1), term_end=due
    )


def test_term_list_shows_organisations_by_the_end_of_their_term(
    client, party_org, branch, other_branch, soon, political
):
    client.force_login(political)

    response = client.get(LIST)

    assert units(response) == [branch.name, party_org.name, other_branch.name]
    assert [may_plan for _row, may_plan in response.context["rows"]] == [True, True, True]


def test_term_list_shows_a_secretary_the_own_organisation_only(
    client, branch, other_branch, soon, branch_secretary
):
    client.force_login(branch_secretary)

    response = client.get(LIST)

    assert units(response) == [branch.name]
    assert [may_plan for _row, may_plan in response.context["rows"]] == [False]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        pytest.param({"state": "soon"}, ["第一党支部"], id="soon"),
        pytest.param({"state": "unknown", "kind": "branch"}, ["第二党支部"], id="none, branches"),
        pytest.param({"election": "missing"}, ["第一党支部"], id="to be planned"),
        pytest.param({"election": "planned"}, [], id="planned"),
        pytest.param({"q": "第二"}, ["第二党支部"], id="name"),
        pytest.param({"kind": "court"}, [], id="no such kind"),
    ],
)
def test_term_list_filters(client, party_org, branch, other_branch, soon, political, query, found):
    client.force_login(political)

    assert units(client.get(LIST, query)) == found


def test_term_list_costs_the_same_for_one_and_three_rows(
    client, party_org, branch, soon, political, branch_secretary, django_assert_num_queries
):
    client.force_login(political)
    client.get(LIST)
    with django_assert_num_queries(7):
        client.get(LIST)
    make_unit(party_org, "第三党支部", kind="branch")

    with django_assert_num_queries(7):
        response = client.get(LIST)

    assert len(units(response)) == 3


def test_term_export_holds_what_the_filters_let_through(
    client, court, party_org, branch, soon, political
):
    client.force_login(political)

    response = client.get(reverse("cadres:term_export"), {"state": "soon"})

    sheet = load_workbook(BytesIO(response.content)).active
    cells = [cell.value for cell in sheet[3]]
    last = (soon.term_end - DAY).isoformat()
    assert (cells[0], cells[2], cells[5]) == (branch.name, last, 1)
    entry = Entry.objects.get(verb="terms.exported")
    assert (entry.subject_pk, entry.detail) == (court.pk, {"count": 1})


def test_election_plan_page_plans(client, branch, soon, political):
    client.force_login(political)
    url = reverse("cadres:election_plan", args=[branch.pk])
    day = timezone.localdate() + DAY * 30

    response = client.post(url, {"planned_on": day, "due_on": soon.term_end, "note": ""})

    assert response.url == LIST
    assert ElectionPlan.objects.get().planned_on == day


def test_election_plan_page_says_why_it_refuses(client, branch, soon, political):
    client.force_login(political)
    url = reverse("cadres:election_plan", args=[branch.pk])

    response = client.post(url, {"planned_on": timezone.localdate() - DAY, "due_on": soon.term_end})

    assert list(response.context["form"].errors) == ["planned_on"]
    assert not ElectionPlan.objects.exists()


def test_election_plan_answers_409_when_the_term_has_changed(client, branch, soon, political):
    client.force_login(political)
    url = reverse("cadres:election_plan", args=[branch.pk])
    day = timezone.localdate() + DAY

    response = client.post(url, {"planned_on": day, "due_on": soon.term_end + DAY})

    assert response.status_code == 409
    assert LIST in response.text


def test_election_pages_do_not_know_a_unit_without_a_term(client, party_org, branch, political):
    client.force_login(political)

    for name in ("election_plan", "election_hold"):
        assert client.get(reverse(f"cadres:{name}", args=[party_org.pk])).status_code == 404


def test_election_hold_page_leads_to_the_appointments(client, branch, soon, political):
    client.force_login(political)
    url = reverse("cadres:election_hold", args=[branch.pk])
    today = timezone.localdate()
    facts = {"held_on": today, "due_on": soon.term_end, "number": "选1", "issued_on": today}

    response = client.post(url, facts)

    assert response.url == f"{reverse('cadres:appointment_list')}?unit={branch.pk}"
    assert ElectionPlan.objects.get().held_on == today
    assert ElectionPlan.objects.get().document.number == "选1"
