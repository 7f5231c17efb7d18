import random
from collections import Counter
from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from cadres.models import AllowanceRun, Officer
from cadres.rules.comparison import Months, compare
from cadres.selectors.allowance_changes import (
    _lines_of,
    comparison_of,
    earlier_run,
    officers_changed,
)
from cadres.selectors.allowance_steps import runs_needing, steps_open
from courtparty.accounts.roles import Role
from courtparty.audit.models import Entry
from courtparty.jobs.models import Job
from courtparty.jobs.services import store_file
from courtparty.lib.xlsx import read_workbook
from tests.cadres.establishment import make_appointment, make_post, make_standard
from tests.cadres.paid_months import (
    MONTH,
    NEXT_MONTH,
    approved,
    at,
    checked,
    drafted,
    make_line,
    make_run,
    paid,
    submitted,
)
from tests.factories import make_officer, make_user

LIST, DRAFT, MINE = (
    reverse("cadres:run_list"),
    reverse("cadres:run_draft"),
    reverse("cadres:my_allowances"),
)


def url(name: str, run: AllowanceRun) -> str:
    return reverse(f"cadres:run_{name}", args=[run.pk])


@pytest.fixture
def standard(court):
    return make_standard(court, "secretary", "800")


@pytest.fixture
def held(party_org, officer, standard):
    """The officer is secretary, and there is a standard for it."""
    return make_appointment(make_post(party_org), officer, date(2026, 1, 1))


@pytest.fixture
def run(court, held) -> AllowanceRun:
    return drafted(court)


@pytest.fixture
def people(party_affairs, political, president):
    """Maker, checker, approver."""
    return party_affairs, political, president


def second_person(court, unit, kind: str = "branch_secretary", amount: str = "300", **dates):
    """Another officer with a paid post of its own."""
    person = make_officer(court=court, department=dates.pop("department"), name="孙二")
    return make_appointment(
        make_post(unit, kind), person, dates.pop("start", date(2026, 1, 1)), **dates
    ), make_standard(court, kind, amount)


# -- the list ------------------------------------------------------------------------------------


def months(client, **query) -> list[str]:
    return [str(run) for run in client.get(LIST, query).context["page_obj"].object_list]


def test_run_list_filters_by_year_and_state(client, court, president):
    make_run(court, date(2025, 12, 1))
    make_run(court, MONTH)
    make_run(court, NEXT_MONTH, state="discarded")
    client.force_login(president)

    assert months(client) == ["2026-09", "2025-12"]
    assert months(client, year="2025") == ["2025-12"]
    assert months(client, state="discarded") == ["2026-10"]
    assert months(client, year="2019") == []


def test_run_list_sorts_and_charts_the_totals(client, court, president):
    make_run(court, date(2026, 8, 1), total=Decimal("900"))
    make_run(court, MONTH, total=Decimal("100"))
    client.force_login(president)

    assert months(client, sort="total") == ["2026-09", "2026-08"]
    context = client.get(LIST).context
    assert context["totals"] == [(date(2026, 8, 1), Decimal("900")), (MONTH, Decimal("100"))]
    assert "26-08" in context["chart"]


def test_run_list_costs_the_same_for_one_and_three_rows(
    client, court, president, django_assert_num_queries
):
    make_run(court, date(2026, 7, 1))
    client.force_login(president)
    client.get(LIST)
    with django_assert_num_queries(9):
        client.get(LIST)
    make_run(court, date(2026, 8, 1))
    make_run(court, MONTH)

    with django_assert_num_queries(9):
        response = client.get(LIST)

    assert len(response.context["page_obj"].object_list) == 3


def test_runs_of_another_court_stay_hidden(client, run, outsider_political):
    client.force_login(outsider_political)

    assert months(client) == []
    for name in ("detail", "lines", "sheet", "export", "check", "return"):
        assert client.get(url(name, run)).status_code == 404
    # Making and approving is nobody's right there.
    assert client.post(url("approve", run)).status_code == 403


@pytest.mark.parametrize("role", ["secretary", "branch_secretary", "head", "steward", "officer"])
def test_pay_data_is_not_for_everybody(client, request, run, role):
    user = request.getfixturevalue(role)
    client.force_login(user.user if isinstance(user, Officer) else user)

    for address in (LIST, run.get_absolute_url(), url("lines", run), url("export", run)):
        assert client.get(address).status_code == 403


def test_run_list_export_holds_what_the_list_shows(client, court, president):
    make_run(court, MONTH, total=Decimal("800.00"), officers=1)
    make_run(court, NEXT_MONTH, state="discarded")
    client.force_login(president)

    response = client.get(reverse("cadres:run_list_export"), {"year": "2026"})

    rows = read_workbook(response.content, filename="a.xlsx").sheets[0].rows[2:]
    assert [(row.cell(0).text, row.cell(3).text, row.cell(4).text) for row in rows] == [
        ("2026-09", "1", "800")
    ]
    assert Entry.objects.get(verb="runs.exported").detail == {"count": 1}


# -- computing -----------------------------------------------------------------------------------


def test_run_draft_starts_the_computing(client, court, held, party_affairs):
    client.force_login(party_affairs)

    response = client.post(DRAFT, {"month": "2026-09"})

    job = Job.objects.get()
    assert response.url == reverse("jobs:job_detail", args=[job.pk])
    assert (job.court, job.args["month"]) == (court, "2026-09-01")


@pytest.mark.parametrize("month", ["2099-01", "0001-01", "2026-13", "", "September"])
def test_run_draft_says_what_is_wrong_with_the_month(client, party_affairs, month):
    client.force_login(party_affairs)

    response = client.post(DRAFT, {"month": month})

    assert list(response.context["form"].errors) == ["month"]
    assert not Job.objects.exists()


def test_run_draft_refuses_a_month_that_is_paid(client, run, people, party_affairs):
    paid(run, *people)
    client.force_login(party_affairs)

    response = client.post(DRAFT, {"month": "2026-09"})

    assert list(response.context["form"].errors) == ["month"]


def test_run_draft_asks_for_the_court_where_there_are_several(
    client, court, other_court, party_affairs
):
    party_affairs.grants.create(
        role=Role.PARTY_AFFAIRS, unit=other_court, starts_on=date(2026, 1, 1)
    )
    client.force_login(party_affairs)

    assert client.post(DRAFT, {"month": "2026-09"}).context["form"].errors.keys() == {"court"}
    client.post(DRAFT, {"month": "2026-09", "court": other_court.pk})
    assert Job.objects.get().court == other_court


def test_run_recompute_starts_the_computing_again(client, run, party_affairs):
    client.force_login(party_affairs)

    assert client.get(url("recompute", run)).status_code == 200
    response = client.post(url("recompute", run))

    assert response.url == reverse("jobs:job_detail", args=[Job.objects.get().pk])


def test_run_recompute_of_a_run_handed_over_leads_back_with_the_reason(client, run, people):
    submitted(run, people[0])
    client.force_login(people[0])

    response = client.post(url("recompute", run), follow=True)

    assert response.redirect_chain[0][0] == run.get_absolute_url()
    assert len(response.context["messages"]) == 1
    assert not Job.objects.exists()


# -- one run -------------------------------------------------------------------------------------


def test_run_detail_adds_up_the_lines(client, run, political):
    client.force_login(political)

    context = client.get(run.get_absolute_url()).context

    figures = context["figures"]
    assert (figures.officers, figures.lines, figures.owing) == (1, 1, 0)
    assert (figures.regular, figures.arrears, figures.recovered) == (800, 0, 0)
    assert context["capitals"] == "捌佰元整"
    compared = context["compared"]
    assert (context["place"], compared.earlier, compared.difference) == (1, None, None)
    assert (compared.counts.new, compared.counts.same) == (1, 0)


def test_run_figures_tell_what_is_to_be_collected(client, court, held, standard, political):
    run = make_run(court, total=Decimal("-50"))
    make_line(run, held, standard, "800")
    make_line(
        run, held, standard, "-850", kind="recovery", month=date(2026, 8, 1), paid_before="850"
    )
    client.force_login(political)

    figures = client.get(run.get_absolute_url()).context["figures"]

    assert (figures.total, figures.owing, figures.owed, figures.paid_out) == (-50, 1, 50, 0)


def test_run_detail_names_who_changed_and_why(client, court, civil, branch, run, people, standard):
    paid(run, *people)
    second_person(court, branch, start=date(2026, 10, 17), department=civil)
    standard.end = NEXT_MONTH
    standard.save()
    make_standard(court, "secretary", "900", NEXT_MONTH)
    october = drafted(court, NEXT_MONTH)
    client.force_login(people[0])

    context = client.get(october.get_absolute_url()).context

    counts = context["compared"].counts
    assert (counts.new, counts.stopped, counts.changed, counts.same) == (1, 0, 1, 0)
    rows = {row.name: row for row in context["rows"]}
    assert rows["孙二"].now == Decimal("145.16")
    assert rows["孙二"].reasons[0].count("2026-10-17") == 1
    assert rows["张海燕"].difference == 100
    assert "900.00" in rows["张海燕"].reasons[0]


def test_run_detail_narrows_the_changes(client, court, civil, branch, run, people):
    paid(run, *people)
    second_person(court, branch, start=date(2026, 10, 17), department=civil)
    october = drafted(court, NEXT_MONTH)
    client.force_login(people[0])

    def names(**query):
        return [row.name for row in client.get(october.get_absolute_url(), query).context["rows"]]

    assert names() == names(what="new") == names(q="sune") == ["孙二"]
    assert names(what="stopped") == names(what="changed") == names(q="张") == []


def test_run_detail_tells_who_stopped(client, court, run, held, people):
    paid(run, *people)
    held.end, held.end_reason = NEXT_MONTH, "retired"
    held.save()
    october = drafted(court, NEXT_MONTH)
    client.force_login(people[0])

    (row,) = client.get(october.get_absolute_url(), {"what": "stopped"}).context["rows"]

    assert (row.before, row.now) == (800, 0)
    assert "2026-09-30" in row.reasons[0]


def test_run_detail_costs_the_same_for_one_and_three_changes(
    client, court, civil, party_org, branch, political, standard, django_assert_num_queries
):
    """With and without lines before: the number of officers does not matter."""

    def someone(kind, unit):
        person = make_officer(court=court, department=civil)
        return make_appointment(make_post(unit, kind), person, date(2026, 1, 1))

    people = [someone(kind, branch) for kind in ("secretary", "group_leader", "other")]
    before, now = make_run(court, MONTH), make_run(court, NEXT_MONTH)
    make_line(before, people[0], standard, "800")
    make_line(now, people[0], standard, "400", days=15)
    client.force_login(political)
    client.get(now.get_absolute_url())
    with django_assert_num_queries(12):
        client.get(now.get_absolute_url())
    make_line(now, people[1], standard, "800")
    make_line(before, people[2], standard, "800")

    with django_assert_num_queries(12):
        response = client.get(now.get_absolute_url())

    assert len(response.context["rows"]) == 3


def test_the_database_and_the_rule_agree_about_who_changed(court, civil, branch):
    """Who differs is found in SQL, why is a pure rule: the two must mean the same."""
    chance = random.Random(3)
    standards = [
        make_standard(court, kind, "800") for kind in ("secretary", "group_leader", "other")
    ]
    post = make_post(branch, "other", authorised=60, is_exclusive=False)
    held = [
        make_appointment(
            post, make_officer(court=court, department=civil), date(2026, 1, 1), seat=seat
        )
        for seat in range(1, 41)
    ]
    before, now = make_run(court, MONTH), make_run(court, NEXT_MONTH)
    for run, month_days in ((before, 30), (now, 31)):
        for one in held:
            for standard in chance.sample(standards, chance.choice([0, 1, 1, 1, 2])):
                days = chance.choice([month_days, month_days, 15])
                make_line(run, one, standard, "400", days=days, month_days=month_days)
            if chance.random() < 0.1:
                make_line(
                    run, one, standards[0], "50", kind="arrears", month=date(2026, 7, 1)
                )  # fmt: skip

    lines = _lines_of([one.officer_id for one in held], [before, now])
    by_rule = compare(lines[before.pk], lines[now.pk], months=Months(MONTH, NEXT_MONTH, MONTH))

    counts = comparison_of(now, officers=len({line.officer for line in lines[now.pk]})).counts
    expected = Counter(change.what for change in by_rule)
    assert min(expected.values()) > 1
    assert expected == {
        "new": counts.new, "stopped": counts.stopped, "changed": counts.changed,
        "same": counts.same,
    }  # fmt: skip
    assert officers_changed(now, before) == {
        change.officer: change.what for change in by_rule if change.what != "same"
    }


def test_run_is_compared_with_the_last_month_that_has_one(court):
    make_run(court, date(2026, 6, 1))
    june = make_run(court, date(2026, 7, 1))
    make_run(court, date(2026, 8, 1), state="discarded")
    run = make_run(court, MONTH)

    assert earlier_run(run) == june


def test_run_lines_explain_every_amount(client, run, political):
    client.force_login(political)

    (row,) = client.get(url("lines", run)).context["rows"]

    assert (row.name, row.days, row.month_days, row.amount) == ("张海燕", 30, 30, 800)
    assert "30" in row.explained
    assert "800.00" in row.explained


def test_run_lines_are_searched_filtered_and_sorted(
    client, court, civil, filing, branch, run, standard, political
):
    other, second = second_person(court, branch, department=filing)
    make_line(run, other, second, "300")
    client.force_login(political)

    def names(**query):
        return [row.name for row in client.get(url("lines", run), query).context["rows"]]

    assert names() == ["孙二", "张海燕"]
    assert names(sort="-amount") == ["张海燕", "孙二"]
    assert names(q="zhy") == names(department=civil.pk) == ["张海燕"]
    assert names(kind="arrears") == []
    assert names(kind="regular", q="孙") == ["孙二"]


def test_run_lines_cost_the_same_for_one_and_three_rows(
    client, court, civil, branch, run, political, django_assert_num_queries
):
    client.force_login(political)
    client.get(url("lines", run))
    with django_assert_num_queries(12):
        client.get(url("lines", run))
    for kind in ("branch_secretary", "branch_deputy"):
        other, standard = second_person(court, branch, kind, department=civil)
        make_line(run, other, standard, "300")

    with django_assert_num_queries(12):
        response = client.get(url("lines", run))

    assert len(response.context["rows"]) == 3


# -- who may do what -----------------------------------------------------------------------------


def buttons(client, user, run) -> set[str]:
    client.force_login(user)
    text = client.get(run.get_absolute_url()).text
    names = ("submit", "check", "approve", "return", "pay", "discard", "recompute")
    return {name for name in names if url(name, run) in text}


def test_buttons_follow_right_and_state(client, run, people):
    maker, checker, approver = people
    assert buttons(client, maker, run) == {"submit", "recompute", "discard"}
    assert buttons(client, checker, run) == buttons(client, approver, run) == set()

    submitted(run, maker)
    assert buttons(client, checker, run) == {"check", "return"}
    assert buttons(client, maker, run) == buttons(client, approver, run) == set()


def test_buttons_of_checked_approved_and_paid_runs(client, court, run, people):
    maker, checker, approver = people
    checked(run, maker, checker)
    assert buttons(client, approver, run) == {"approve", "return"}
    assert buttons(client, checker, run) == {"return"}


def test_buttons_after_the_approval(client, run, people):
    maker, checker, approver = people
    approved(run, maker, checker, approver)
    assert buttons(client, maker, run) == {"pay"}
    assert buttons(client, approver, run) == set()


def test_a_stale_run_offers_only_the_way_back(client, run, people):
    maker, checker, _approver = people
    AllowanceRun.objects.filter(pk=run.pk).update(is_stale=True)
    assert buttons(client, maker, run) == {"recompute", "discard"}

    AllowanceRun.objects.filter(pk=run.pk).update(is_stale=False)
    submitted(run, maker)
    AllowanceRun.objects.filter(pk=run.pk).update(is_stale=True)
    assert buttons(client, checker, run) == {"return"}


def test_the_maker_is_told_why_there_is_no_button_to_check(client, court, run, people):
    both = make_user("both", Role.PARTY_AFFAIRS, court)
    both.grants.create(role=Role.POLITICAL, unit=court, starts_on=date(2026, 1, 1))
    submitted(run, both)

    assert buttons(client, both, run) == {"return"}
    assert client.get(run.get_absolute_url()).context["why_not"]
    response = client.post(url("check", run), {"fingerprint": run.fingerprint})
    assert len(response.context["form"].non_field_errors()) == 1
    run.refresh_from_db()
    assert run.state == "submitted"


def test_the_checker_does_not_approve(client, court, run, people):
    both = make_user("both", Role.POLITICAL, court)
    both.grants.create(role=Role.PRESIDENT, unit=court, starts_on=date(2026, 1, 1))
    checked(run, people[0], both)

    assert "approve" not in buttons(client, both, run)
    response = client.post(url("approve", run), {"fingerprint": run.fingerprint})
    assert len(response.context["form"].non_field_errors()) == 1


# -- the steps -----------------------------------------------------------------------------------


def post(client, user, name, run, **data):
    client.force_login(user)
    run.refresh_from_db()
    return client.post(url(name, run), {"fingerprint": run.fingerprint} | data)


def test_a_run_walks_from_the_draft_to_the_payment(client, run, people):
    maker, checker, approver = people
    today = timezone.localdate().isoformat()
    steps = [
        (maker, "submit", {}, "submitted"),
        (checker, "check", {}, "checked"),
        (approver, "approve", {}, "approved"),
        (maker, "pay", {"on": today, "voucher": "记-12"}, "paid"),
    ]
    for user, name, data, state in steps:
        response = post(client, user, name, run, **data)
        assert response.url == run.get_absolute_url()
        run.refresh_from_db()
        assert run.state == state
    assert (run.made_by, run.checked_by, run.approved_by, run.voucher) == (*people, "记-12")


@pytest.mark.parametrize("name", ["submit", "discard"])
def test_a_decision_page_shows_what_is_decided(client, run, party_affairs, name):
    client.force_login(party_affairs)

    context = client.get(url(name, run)).context

    assert (context["run"], context["capitals"]) == (run, "捌佰元整")
    assert context["form"]["fingerprint"].value() == run.fingerprint
    run.refresh_from_db()
    assert run.state == "draft"


def test_a_decision_on_a_run_computed_anew_is_refused(client, court, run, held, people):
    maker = people[0]
    client.force_login(maker)
    seen = client.get(url("submit", run)).context["form"]["fingerprint"].value()
    held.end, held.end_reason = date(2026, 9, 16), "removed"
    held.save()
    drafted(court)

    response = client.post(url("submit", run), {"fingerprint": seen})

    assert response.status_code == 409
    assert run.get_absolute_url() in response.text
    run.refresh_from_db()
    assert (run.state, run.made_by) == ("draft", None)


def test_a_decision_without_having_seen_the_run_is_refused(client, run, party_affairs):
    client.force_login(party_affairs)

    response = client.post(url("submit", run))

    assert list(response.context["form"].errors) == ["fingerprint"]
    run.refresh_from_db()
    assert run.state == "draft"


def test_a_second_decision_gets_the_page_that_says_so(client, run, people):
    submitted(run, people[0])
    assert post(client, people[1], "check", run).status_code == 302

    assert post(client, people[1], "check", run).status_code == 409


def test_run_return_asks_for_a_reason_and_shows_it_to_the_maker(client, run, people):
    maker, checker, _approver = people
    submitted(run, maker)

    assert list(post(client, checker, "return", run).context["form"].errors) == ["reason"]
    assert post(client, checker, "return", run, reason="孙二已调离").status_code == 302

    run.refresh_from_db()
    assert (run.state, run.made_by) == ("draft", None)
    client.force_login(maker)
    assert "孙二已调离" in client.get(run.get_absolute_url()).text


def test_run_pay_refuses_a_day_in_the_future(client, run, people):
    approved(run, *people)

    response = post(client, people[0], "pay", run, on="2099-01-01")

    assert len(response.context["form"].non_field_errors()) == 1
    run.refresh_from_db()
    assert run.state == "approved"


def test_run_discard_frees_the_month(client, run, people):
    assert post(client, people[0], "discard", run).status_code == 302

    assert client.get(LIST).context["page_obj"].object_list == []
    run.refresh_from_db()
    assert run.state == "discarded"


@pytest.mark.parametrize("name", ["submit", "check", "approve", "return", "pay", "discard"])
def test_a_right_in_another_court_decides_nothing_here(client, court, other_court, run, name):
    user = make_user("elsewhere", Role.PRESIDENT, court)
    for role in (Role.PARTY_AFFAIRS, Role.POLITICAL, Role.PRESIDENT):
        user.grants.create(role=role, unit=other_court, starts_on=date(2026, 1, 1))
    user.grants.filter(unit=court).update(role=Role.PRESIDENT)
    expected = 403 if name not in ("approve", "return") else 200
    client.force_login(user)

    assert client.get(url(name, run)).status_code == expected


# -- what waits for whom -------------------------------------------------------------------------


def test_runs_needing_names_the_next_person(run, people, django_assert_num_queries):
    maker, checker, approver = people

    def waiting():
        fresh = [type(user).objects.get(pk=user.pk) for user in people]
        return [[what for _run, what in runs_needing(user)] for user in fresh]

    assert waiting() == [["submit"], [], []]
    submitted(run, maker)
    assert waiting() == [[], ["check"], []]
    run.refresh_from_db()
    checker.current_grants()
    with django_assert_num_queries(1):
        assert runs_needing(checker) == [(run, "check")]


def test_runs_needing_leaves_out_whom_the_three_people_rule_bars(court, run, people):
    both = make_user("both", Role.POLITICAL, court)
    both.grants.create(role=Role.PRESIDENT, unit=court, starts_on=date(2026, 1, 1))
    checked(run, people[0], both)

    assert runs_needing(both) == []
    assert [what for _run, what in runs_needing(people[2])] == ["approve"]


def test_runs_needing_after_the_approval_and_for_others(
    run, people, secretary, officer_user, outsider_political, django_assert_num_queries
):
    approved(run, *people)

    assert [what for _run, what in runs_needing(people[0])] == ["pay"]
    assert runs_needing(people[1]) == runs_needing(outsider_political) == []
    secretary.current_grants()
    officer_user.current_grants()
    with django_assert_num_queries(0):
        assert runs_needing(secretary) == runs_needing(officer_user) == []


def test_steps_open_agree_with_what_the_start_page_asks_for(run, people):
    for advance in (submitted, checked, approved):
        for user in people:
            for one, what in runs_needing(user):
                assert what in steps_open(one, user)
        AllowanceRun.objects.filter(pk=run.pk).update(
            state="draft", made_by=None, checked_by=None, approved_by=None
        )
        count = {submitted: 1, checked: 2, approved: 3}[advance]
        advance(run, *people[:count])
    assert [what for _run, what in runs_needing(people[0])] == ["pay"]


# -- the printed sheet ---------------------------------------------------------------------------


def test_run_sheet_adds_up_by_kind_of_post(client, court, civil, branch, run, people):
    other, standard = second_person(court, branch, department=civil)
    make_line(run, other, standard, "300")
    make_line(
        run, other, standard, "-20", kind="recovery", month=date(2026, 8, 1), paid_before="320"
    )
    client.force_login(people[2])

    context = client.get(url("sheet", run)).context

    sums = [(one.officers, one.regular, one.recovered, one.total) for one in context["kinds"]]
    assert sums == [(1, 800, 0, 800), (1, 300, -20, 280)]


def test_run_sheet_has_the_names_of_those_who_signed(client, run, people):
    approved(run, *people)
    client.force_login(people[0])

    response = client.get(url("sheet", run))

    for user in people:
        assert f"{user.name}<span" in response.text.replace("\n", "").replace(" ", "")
    assert response.context["is_decided"] is True


# -- the officer's own page ----------------------------------------------------------------------


def own(client, user):
    client.force_login(user)
    return client.get(MINE).context


def test_my_allowances_shows_only_own_lines_of_runs_decided(
    client, court, civil, branch, run, people, officer_user
):
    other, standard = second_person(court, branch, department=civil)
    make_line(run, other, standard, "300")
    assert own(client, officer_user)["shown"] is None
    approved(run, *people)

    shown = own(client, officer_user)["shown"]

    (month,) = shown.months
    assert [line.officer.user for line in month.lines] == [officer_user]
    assert (shown.year, shown.total, month.total) == (2026, 800, 800)


def test_my_allowances_links_the_document_and_its_file(client, run, people, officer_user, standard):
    basis = standard.approval
    basis.file = store_file(b"%PDF-1", name="a.pdf", content_type="", by=people[1], is_kept=True)
    basis.save()
    paid(run, *people)
    client.force_login(officer_user)

    text = client.get(MINE).text

    assert basis.number in text
    for address in (basis.get_absolute_url(), reverse("cadres:approval_file", args=[basis.pk])):
        assert address in text
        assert client.get(address).status_code == 200


def test_my_allowances_explains_what_is_taken_back(client, court, run, held, people, officer_user):
    paid(run, *people)
    held.end, held.end_reason, held.changed_at = date(2026, 9, 16), "removed", at(MONTH, 29)
    held.save()
    paid(drafted(court, NEXT_MONTH), *people)

    october, _september = own(client, officer_user)["shown"].months

    ((line, explained),) = october.explained
    assert (line.kind, line.amount, october.total) == ("recovery", -400, -400)
    assert "2026-09" in explained
    assert "800.00" in explained


def test_my_allowances_by_year(client, court, held, standard, people, officer_user):
    for month in (date(2025, 11, 1), date(2025, 12, 1), date(2026, 1, 1)):
        run = make_run(court, month)
        make_line(run, held, standard, "800")
        paid(run, *people)
    client.force_login(officer_user)

    latest, asked = client.get(MINE).context, client.get(MINE, {"year": "2025"}).context

    assert [(year.year, year.total) for year in latest["years"]] == [(2026, 800), (2025, 1600)]
    assert (latest["shown"].year, asked["shown"].year) == (2026, 2025)
    assert "11" in asked["chart"]
    assert client.get(MINE, {"year": "x"}).context["shown"].year == 2026


def test_my_allowances_costs_the_same_for_one_and_three_months(
    client, court, held, standard, people, officer_user, django_assert_num_queries
):
    def month(number):
        run = make_run(court, date(2026, number, 1))
        make_line(run, held, standard, "800")
        paid(run, *people)

    month(1)
    client.force_login(officer_user)
    client.get(MINE)
    with django_assert_num_queries(6):
        client.get(MINE)
    month(2)
    month(3)

    with django_assert_num_queries(6):
        response = client.get(MINE)

    assert len(response.context["shown"].months) == 3


def test_my_allowances_of_an_account_without_a_record(client, president):
    context = own(client, president)

    assert (context["officer"], context["shown"]) == (None, None)
