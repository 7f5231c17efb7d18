"""Pages of leave: happy path, what is hidden from whom, and why something is refused."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from courtparty.accounts.roles import Role
from courtparty.audit.models import Entry
from retention.models import LeaveKind, LeavePlan, LeaveRequest, Overtime
from retention.services.leave_checks import Wish
from retention.services.leave_decisions import approve_leave
from retention.services.leave_requests import ask_leave
from retention.services.leave_rounds import open_round
from tests.factories import make_officer, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def monday():
    """A Monday to come, in a year that has nothing else in it."""
    first = date(timezone.localdate().year + 1, 3, 1)
    return first + timedelta(days=-first.weekday() % 7)


def enter(client, user):
    user.language = "en"
    user.save()
    client.force_login(user)
    return client


def leave_of(officer, start, *, days=1, kind="other", reason=""):
    wish = Wish(kind=kind, start=start, end=start + timedelta(days=days), reason=reason)
    return ask_leave(officer_id=officer.pk, wish=wish, by=officer.user, at=timezone.now())


def ask(client, start, last, kind="annual", **data):
    sent = {"kind": kind, "start": start, "last": last, "reason": "", **data}
    return client.post(reverse("retention:leave_ask"), sent)


def test_an_officer_asks_for_leave_and_sees_the_chain(client, officer, head, political, monday):
    enter(client, officer.user)

    answer = ask(client, monday, monday + timedelta(days=4))

    leave = LeaveRequest.objects.get()
    assert answer.url == leave.get_absolute_url()
    text = client.get(answer.url).text
    assert "decides now" in text
    assert "decides after that" in text
    assert "5 days" in text


def test_asking_says_why_it_is_refused_and_keeps_what_was_written(client, officer, head, monday):
    enter(client, officer.user)

    text = ask(client, monday, monday + timedelta(days=20), reason="a long journey").text

    assert "10 days of annual leave are left" in text
    assert "a long journey" in text
    assert "lies before the first one" in ask(client, monday, monday - timedelta(days=1)).text
    assert "Hours are for make-up rest only" in ask(client, monday, monday, hours="2").text
    assert LeaveRequest.objects.count() == 0


def test_a_draft_is_kept_changed_and_asked_for(client, officer, head, monday):
    enter(client, officer.user)
    ask(client, monday, monday, draft="1")
    leave = LeaveRequest.objects.get()
    assert leave.state == "drafted"
    address = reverse("retention:leave_change", args=[leave.pk])
    assert monday.isoformat() in client.get(address).text

    client.post(address, {"kind": "annual", "start": monday, "last": monday, "seen": 0})

    leave.refresh_from_db()
    assert leave.state == "asked"
    assert client.get(address).status_code == 302


def test_days_are_counted_while_writing(client, officer, head, monday):
    enter(client, officer.user)

    def counted(last, kind="annual"):
        query = {"kind": kind, "start": monday, "last": last}
        return " ".join(client.get(reverse("retention:leave_count"), query).text.split())

    text = counted(monday + timedelta(days=6))
    assert "5 working days" in text
    assert "5 left afterwards" in text
    assert "department head" in text
    assert "7 calendar days" in counted(monday + timedelta(days=6), "sick")
    assert client.get(reverse("retention:leave_count")).text.strip() == ""


def test_a_head_decides_on_the_page(client, officer, head, monday):
    leave = leave_of(officer, monday)
    enter(client, head)
    address = reverse("retention:leave_decide", args=[leave.pk])
    assert "Your decision" in client.get(leave.get_absolute_url()).text

    refused = client.post(address, {"decision": "refuse", "opinion": "", "seen": 1})
    assert refused.status_code == 400
    assert "Say why" in refused.text
    assert (
        client.post(address, {"decision": "approve", "opinion": "", "seen": 1}).status_code == 302
    )

    leave.refresh_from_db()
    assert leave.state == "approved"
    assert client.post(address, {"decision": "approve", "seen": 1}).status_code == 409


def test_a_medical_reason_is_hidden_from_the_head_and_opened_by_the_political_department(
    client, officer, head, political, monday
):
    leave = leave_of(officer, monday, kind="sick", reason="influenza")
    address = reverse("retention:leave_reason", args=[leave.pk])

    text = enter(client, head).get(leave.get_absolute_url()).text
    assert "sick leave" in text.lower()
    assert "influenza" not in text
    assert "Open the reason" not in text
    assert client.post(address).status_code == 403
    enter(client, political)
    assert "influenza" not in client.get(leave.get_absolute_url()).text
    assert not Entry.objects.about(officer).reads().exists()
    assert "influenza" in client.post(address).text
    assert Entry.objects.about(officer).reads().get().actor == political
    assert "influenza" in enter(client, officer.user).get(leave.get_absolute_url()).text


def test_a_private_reason_is_opened_by_whoever_decides(client, officer, head, monday):
    leave = leave_of(officer, monday, kind="personal", reason="a house to move")
    enter(client, head)
    assert "a house to move" not in client.get(leave.get_absolute_url()).text

    text = client.post(reverse("retention:leave_reason", args=[leave.pk])).text

    assert "a house to move" in text
    assert "written down" in text


def test_colleagues_see_who_is_away_and_not_why(client, officer, court, civil, head, monday):
    colleague = make_officer(
        court=court, department=civil, name="王同事", user=make_user("colleague", court=court)
    )
    leave = leave_of(officer, monday, kind="sick", reason="influenza")
    enter(client, colleague.user)
    address = f"{reverse('retention:leave_calendar')}?month={monday:%Y-%m}"
    cell = 'class=" is-away"'
    assert "is-asked" not in client.get(address).text
    approve_leave(request_id=leave.pk, by=head, at=timezone.now())

    text = client.get(address).text

    assert text.count(cell) == 1
    for word in ("sick", "influenza"):
        assert word not in text.lower()
    assert client.get(leave.get_absolute_url()).status_code == 403
    year = client.get(f"{reverse('retention:leave_calendar')}?year={monday.year}").text
    assert "王同事" in year
    assert "sick" not in year


def test_another_department_is_not_in_the_calendar(client, officer, filing, outsider):
    enter(client, officer.user)
    address = reverse("retention:leave_calendar")

    assert client.get(f"{address}?unit={filing.pk}").status_code == 404
    for odd in ("month=x", "month=9999-13", "year=abc", "year=٣", "year=99999"):
        assert client.get(f"{address}?{odd}").status_code == 200


@pytest.mark.parametrize("query", ["", "?year=2026", "?year=abc"])
def test_own_page_explains_the_balance(client, officer, query):
    text = enter(client, officer.user).get(reverse("retention:my_leave") + query).text

    assert "职工带薪年休假条例" in text
    assert "default of the product" in text
    assert "full years of service" in text


def test_own_page_of_somebody_without_record(client, political):
    text = enter(client, political).get(reverse("retention:my_leave")).text

    assert "No record of you in this court" in text


def test_lists_take_as_many_queries_at_three_rows_as_at_one(
    client, officer, court, civil, head, monday, django_assert_num_queries
):
    enter(client, head)
    names = ("leave_list", "leave_overtime_list", "leave_plan_list", "leave_account_list")

    def counts():
        found = []
        for name in names:
            with django_assert_num_queries(40, exact=False) as queries:
                assert client.get(reverse(f"retention:{name}")).status_code == 200
            found.append(len(queries))
        return found

    def fill(one, day):
        leave_of(one, day)
        facts = {"officer": one, "entered_by": one.user, "entered_at": timezone.now()}
        Overtime.objects.create(
            **facts, day=date(2026, 5, 1), hours=Decimal(2), expires_on=day, work="duty"
        )
        LeavePlan.objects.create(
            officer=one, year=day.year, start=day, end=day + timedelta(days=1), days=1,
            is_by_officer=True, proposed_by=one.user, proposed_at=timezone.now(),
        )  # fmt: skip

    fill(officer, monday)
    client.get(reverse("retention:leave_list"))
    one_row = counts()
    for number in range(2):
        user = make_user(f"other{number}", court=court)
        fill(make_officer(court=court, department=civil, user=user), monday)

    assert counts() == one_row


def test_lists_are_searched_filtered_sorted_and_exported(client, officer, head, monday):
    leave_of(officer, monday)
    enter(client, head)
    address = reverse("retention:leave_list")

    for query, shown in (
        ("q=zhang", True), ("q=李", False), ("waiting=mine", True), ("state=approved", False),
        ("kind=other", True), (f"since={monday}&until={monday}", True), ("sort=-days", True),
        ("sort=odd", True), ("department=999999", False),
    ):  # fmt: skip
        assert (officer.name in client.get(f"{address}?{query}").text) is shown, query
    for name in ("leave_export", "leave_overtime_export", "leave_account_export"):
        answer = client.get(reverse(f"retention:{name}"))
        assert answer.content[:2] == b"PK"


def test_overtime_is_entered_and_confirmed_on_the_pages(client, officer, head):
    yesterday = timezone.localdate() - timedelta(days=1)
    enter(client, officer.user)
    sent = {"day": yesterday, "hours": "3.5", "work": "duty"}
    address = reverse("retention:leave_overtime_mine")
    client.post(address, sent)
    assert "entered already" in client.post(address, sent).text
    assert "less than or equal to 24" in client.post(address, sent | {"hours": "25"}).text
    tomorrow = yesterday + timedelta(days=2)
    assert "future" in client.post(address, sent | {"day": tomorrow}).text

    overtime = Overtime.objects.get()
    enter(client, head)
    client.post(reverse("retention:leave_overtime_confirm", args=[overtime.pk]))

    overtime.refresh_from_db()
    assert overtime.state == "confirmed"
    again = client.post(reverse("retention:leave_overtime_confirm", args=[overtime.pk]))
    assert again.status_code == 409


def test_a_plan_is_proposed_and_agreed_on_the_pages(client, officer, head, monday):
    enter(client, head)
    address = reverse("retention:leave_plan_propose", args=[officer.pk])
    client.post(address, {"start": monday, "last": monday + timedelta(days=1)})
    plan = LeavePlan.objects.get()
    enter(client, officer.user)
    page = client.get(f"{reverse('retention:my_leave')}?year={monday.year}").text
    assert reverse("retention:leave_plan_agree", args=[plan.pk]) in page

    client.post(reverse("retention:leave_plan_agree", args=[plan.pk]))

    plan.refresh_from_db()
    assert plan.state == "agreed"


def test_a_round_shows_progress_and_ends(client, officer, head, political):
    today = timezone.localdate()
    one = open_round(court=officer.court, year=today.year, ends_on=today, by=political, on=today)
    text = enter(client, head).get(one.get_absolute_url()).text
    assert officer.name in text
    assert "Close the planning" not in text
    enter(client, political)
    assert "Close the planning" in client.get(one.get_absolute_url()).text

    client.post(reverse("retention:leave_round_close", args=[one.pk]))

    one.refresh_from_db()
    assert one.state == "closed"


def test_a_head_sees_rounds_of_the_own_department_only(client, officer, filing, political):
    today = timezone.localdate()
    one = open_round(court=officer.court, year=today.year, ends_on=today, by=political, on=today)
    other = make_user("other.head", Role.HEAD, filing)

    assert officer.name not in enter(client, other).get(one.get_absolute_url()).text


def test_the_political_department_keeps_kinds_accounts_and_teams(client, officer, political, civil):
    enter(client, political)
    client.post(
        reverse("retention:leave_kind_edit", args=["marriage"]),
        {"counts": "working", "days": "15", "is_paid": "on", "is_active": "on", "certainty": "R"},
    )
    assert LeaveKind.objects.get().days == 15
    address = reverse("retention:leave_account_correct", args=[officer.pk, 2026])
    assert "Zero changes nothing" in client.post(address, {"days": 0, "reason": "x"}).text
    client.post(address, {"days": 3, "reason": "carried from 2025"})
    account = client.get(reverse("retention:leave_account", args=[officer.pk, 2026])).text
    assert "carried from 2025" in account
    client.post(reverse("retention:leave_team_limit"), {"unit": civil.pk, "percent": 50})
    team = client.get(reverse("retention:leave_team")).text
    assert "50 %" in team
    answer = client.post(
        reverse("retention:leave_pair_add"), {"first": officer.pk, "second": officer.pk}
    )
    assert "two different officers" in answer.text
