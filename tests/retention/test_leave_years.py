"""Plans, the planning round, carrying over, accounts, tables and reminders of leave."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import override

from courtparty.accounts.roles import Role
from courtparty.audit.models import Entry
from courtparty.lib.conflicts import Conflict
from courtparty.notices.models import Notice
from retention.models import (
    AwayLimit,
    LeaveAccount,
    LeaveAdjustment,
    LeaveCarry,
    LeaveKind,
    LeavePair,
    LeavePlan,
    LeaveRound,
    LeaveTask,
    Overtime,
    RetentionSettings,
)
from retention.selectors.leave_accounts import account_rows, progress_of
from retention.selectors.leave_balances import balance_of
from retention.selectors.leave_calendar import limit_of, month_of, team_of, year_of
from retention.selectors.leave_levels import deciders
from retention.selectors.leave_rules import kinds_of
from retention.selectors.needs.leave import needs_of
from retention.services.leave_carries import (
    CannotCarry,
    agree_carry,
    decline_carry,
    propose_carry,
    withdraw_carry,
)
from retention.services.leave_decisions import approve_leave
from retention.services.leave_plans import CannotPlan, agree_plan, drop_plan, propose_plan
from retention.services.leave_reminders import remind_leave
from retention.services.leave_rounds import (
    CannotChangeRound,
    close_round,
    open_due_rounds,
    open_round,
    refresh_round,
    settle_year,
)
from retention.services.leave_tables import (
    CannotKeep,
    add_pair,
    correct_account,
    remove_pair,
    reset_kind,
    set_away_limit,
    set_kind,
)
from retention.services.overtime import (
    CannotEnter,
    confirm_overtime,
    refuse_overtime,
    withdraw_overtime,
)
from tests.factories import make_officer, make_user
from tests.retention.leave_cast import DAY, NOW, make_leave, make_overtime

pytestmark = pytest.mark.django_db

START, END = date(2026, 12, 7), date(2026, 12, 12)
NEW_YEAR = timezone.make_aware(datetime(2027, 1, 11, 10, 0))


@pytest.fixture(autouse=True)
def _in_english():
    with override("en"):
        yield


@pytest.fixture
def colleague(court, civil):
    user = make_user("colleague", court=court)
    return make_officer(court=court, department=civil, name="王同事", user=user)


@pytest.fixture
def planning(officer, head, political):
    return open_round(
        court=officer.court, year=2026, ends_on=date(2026, 12, 11), by=political, on=DAY
    )


def verbs():
    return list(Entry.objects.order_by("pk").values_list("verb", flat=True))


def told():
    return list(Notice.objects.order_by("pk").values_list("user__username", "kind"))


def plan(officer, by=None, start=START, end=END):
    return propose_plan(officer_id=officer.pk, start=start, end=end, by=by or officer.user, at=NOW)


# -- plans --------------------------------------------------------------------------------------


def test_a_plan_of_the_officer_is_agreed_by_the_head(officer, head):
    proposed = plan(officer)
    assert (proposed.state, proposed.days, proposed.is_by_officer) == ("proposed", 5, True)
    with pytest.raises(CannotPlan, match="other side"):
        agree_plan(plan_id=proposed.pk, by=officer.user, at=NOW)

    agree_plan(plan_id=proposed.pk, by=head, at=NOW)

    proposed.refresh_from_db()
    assert (proposed.state, proposed.answered_by) == ("agreed", head)
    assert told() == [("head", "leave_plan_proposed"), ("officer", "leave_plan_agreed")]
    assert verbs() == ["leave_plan.proposed", "leave_plan.agreed"]
    with pytest.raises(Conflict):
        agree_plan(plan_id=proposed.pk, by=head, at=NOW)


def test_a_plan_of_the_head_is_agreed_by_the_officer(officer, head):
    proposed = plan(officer, by=head)
    with pytest.raises(CannotPlan, match="other side"):
        agree_plan(plan_id=proposed.pk, by=head, at=NOW)

    assert agree_plan(plan_id=proposed.pk, by=officer.user, at=NOW).officer == officer
    assert told() == [("officer", "leave_plan_proposed"), ("head", "leave_plan_agreed")]


def test_a_plan_counts_until_it_is_asked_for_or_dropped(officer, head):
    proposed = plan(officer)

    def planned():
        found = balance_of(officer, year=2026, on=DAY)
        return found.planned, found.left, found.unplanned

    assert planned() == (5, 10, 5)
    make_leave(officer, START, date(2026, 12, 8))
    assert planned() == (3, 8, 5)
    drop_plan(plan_id=proposed.pk, by=officer.user, at=NOW)
    assert planned() == (0, 8, 8)
    with pytest.raises(Conflict):
        drop_plan(plan_id=proposed.pk, by=head, at=NOW)


@pytest.mark.parametrize(
    ("start", "end", "text"),
    [
        pytest.param(END, START, "before the first", id="ends before it starts"),
        pytest.param(date(2026, 11, 20), date(2026, 11, 25), "has passed", id="past"),
        pytest.param(date(2026, 12, 31), date(2027, 1, 6), "one year", id="two years"),
        pytest.param(date(2028, 1, 3), date(2028, 1, 5), "this year and the next", id="far"),
        pytest.param(date(2026, 12, 5), date(2026, 12, 7), "No working day", id="weekend"),
        pytest.param(date(2026, 12, 1), date(2026, 12, 31), "10 days are left", id="beyond"),
    ],
)
def test_plans_that_can_not_be(officer, start, end, text):
    with pytest.raises(CannotPlan, match=text):
        plan(officer, start=start, end=end)

    assert (LeavePlan.objects.count(), verbs()) == (0, [])


def test_plans_do_not_overlap(officer, head):
    plan(officer)

    with pytest.raises(CannotPlan, match="planned already"):
        plan(officer, start=date(2026, 12, 11), end=date(2026, 12, 12))
    with pytest.raises(IntegrityError), transaction.atomic():
        LeavePlan.objects.create(
            officer=officer,
            year=2026,
            start=START,
            end=END,
            days=5,
            is_by_officer=False,
            proposed_by=head,
            proposed_at=NOW,
        )


# -- the round ----------------------------------------------------------------------------------


def test_a_round_asks_everybody_with_days_without_plan(planning, officer, colleague, head):
    task = LeaveTask.objects.get()

    assert (task.officer, task.days_then, task.days) == (officer, 10, 10)
    assert set(told()) == {("officer", "leave_to_plan"), ("head", "leave_round_opened")}
    assert refresh_round(round_id=planning.pk, on=DAY) == 1  # the colleague has come since
    assert verbs() == ["leave_round.opened"]


def test_planning_and_asking_bring_the_round_up_to_date(planning, officer, head):
    plan(officer)
    make_leave(officer, date(2026, 12, 14), date(2026, 12, 16))

    assert LeaveTask.objects.get().days == 2
    (line,) = progress_of(planning, head)
    assert (line.officers, line.open, line.done, line.days) == (1, 1, 0, 2)


def test_a_round_of_a_year_is_opened_once_by_hand_or_by_schedule(planning, officer, political):
    with pytest.raises(CannotChangeRound, match="opened already"):
        open_round(court=officer.court, year=2026, ends_on=END, by=political, on=DAY)

    assert open_due_rounds(on=DAY) == 0


@pytest.mark.parametrize(("month", "opened"), [(11, 1), (12, 0)])
def test_the_schedule_opens_the_round_in_the_courts_month(officer, month, opened):
    RetentionSettings.objects.create(court=officer.court, leave_autumn_month=month)

    assert open_due_rounds(on=DAY) == opened
    assert LeaveRound.objects.count() == opened
    assert open_due_rounds(on=DAY) == 0


@pytest.mark.parametrize(
    ("year", "ends_on", "text"),
    [
        pytest.param(2026, date(2026, 11, 1), "before it begins", id="past"),
        pytest.param(2030, END, "this year or the next", id="far"),
    ],
)
def test_rounds_that_can_not_be_opened(officer, political, year, ends_on, text):
    with pytest.raises(CannotChangeRound, match=text):
        open_round(court=officer.court, year=year, ends_on=ends_on, by=political, on=DAY)


def test_a_year_is_closed_after_its_round_and_after_its_end(planning, officer, head, political):
    with pytest.raises(CannotChangeRound, match="Close the planning first"):
        settle_year(round_id=planning.pk, by=political, at=NEW_YEAR)
    close_round(round_id=planning.pk, by=political, at=NOW)
    with pytest.raises(Conflict):
        close_round(round_id=planning.pk, by=political, at=NOW)
    with pytest.raises(CannotChangeRound, match="from 1 January 2027"):
        settle_year(round_id=planning.pk, by=political, at=NOW)
    leave = make_leave(officer, START)
    with pytest.raises(CannotChangeRound, match="1 request of this year"):
        settle_year(round_id=planning.pk, by=political, at=NEW_YEAR)
    approve_leave(request_id=leave.pk, by=head, at=NOW)

    settle_year(round_id=planning.pk, by=political, at=NEW_YEAR)

    planning.refresh_from_db()
    assert planning.state == "settled"
    assert verbs()[-1] == "leave_round.settled"
    with pytest.raises(CannotKeep, match="2026 is closed"):
        correct_account(
            officer_id=officer.pk, year=2026, days=1, reason="late", by=political, at=NEW_YEAR
        )


# -- carrying over ------------------------------------------------------------------------------


def carry(officer, by, days=4, year=2026):
    return propose_carry(
        officer_id=officer.pk, year=year, days=days, reason="trials", by=by, at=NOW
    )


def test_leave_goes_on_with_the_officers_words(officer, head):
    proposed = carry(officer, head)
    with pytest.raises(CannotCarry, match="in a few words"):
        agree_carry(carry_id=proposed.pk, words=" ", by=officer.user, at=NOW)
    with pytest.raises(CannotCarry, match="Only the officer"):
        agree_carry(carry_id=proposed.pk, words="yes", by=head, at=NOW)

    agree_carry(carry_id=proposed.pk, words="I agree", by=officer.user, at=NOW)

    assert LeaveCarry.objects.get().words == "I agree"
    this, following = balance_of(officer, year=2026, on=DAY), balance_of(officer, year=2027, on=DAY)
    assert (this.carried_on, this.left, following.carried_in) == (4, 6, 4)
    assert told() == [("officer", "leave_carry_proposed"), ("head", "leave_carry_answered")]
    with pytest.raises(Conflict):
        decline_carry(carry_id=proposed.pk, words="", by=officer.user, at=NOW)


def test_days_carried_in_never_go_on_again(officer, head):
    LeaveAccount.objects.create(officer=officer, year=2026, carried_in=3)

    with pytest.raises(CannotCarry, match="10 days of this year"):
        carry(officer, head, days=11)
    assert carry(officer, head, days=10).state == "proposed"


@pytest.mark.parametrize(
    ("by", "days", "year", "text"),
    [
        pytest.param("officer", 4, 2026, "Somebody else", id="own"),
        pytest.param("head", 0, 2026, "10 days", id="none"),
        pytest.param("head", 4, 2024, "next year only", id="long ago"),
        pytest.param("head", 4, 2027, "next year only", id="not begun"),
    ],
)
def test_carry_overs_that_can_not_be(officer, head, by, days, year, text):
    user = officer.user if by == "officer" else head

    with pytest.raises(CannotCarry, match=text):
        carry(officer, user, days=days, year=year)


def test_a_carry_over_declined_or_withdrawn_changes_no_account(officer, head):
    decline_carry(carry_id=carry(officer, head).pk, words="", by=officer.user, at=NOW)
    withdraw_carry(carry_id=carry(officer, head).pk, by=head, at=NOW)

    assert set(LeaveCarry.objects.values_list("state", flat=True)) == {"declined", "withdrawn"}
    assert LeaveAccount.objects.count() == 0
    with pytest.raises(IntegrityError, match="agreed_in_words"), transaction.atomic():
        LeaveCarry.objects.update(state="agreed")


# -- overtime -----------------------------------------------------------------------------------


def test_overtime_is_confirmed_by_somebody_else(officer, head):
    overtime = make_overtime(officer, date(2026, 11, 21), "3.5")
    assert (overtime.state, overtime.expires_on) == ("entered", date(2027, 5, 21))
    with pytest.raises(CannotEnter, match="somebody other"):
        confirm_overtime(overtime_id=overtime.pk, by=officer.user, at=NOW)

    confirm_overtime(overtime_id=overtime.pk, by=head, at=NOW)

    assert told() == [("head", "overtime_waits"), ("officer", "overtime_confirmed")]
    assert verbs() == ["overtime.entered", "overtime.confirmed"]
    for again in (
        lambda: confirm_overtime(overtime_id=overtime.pk, by=head, at=NOW),
        lambda: withdraw_overtime(overtime_id=overtime.pk, by=officer.user),
    ):
        with pytest.raises(Conflict):
            again()


def test_what_a_head_has_entered_somebody_else_confirms(officer, head, political):
    overtime = make_overtime(officer, date(2026, 11, 21), entered_by=head)

    with pytest.raises(CannotEnter, match="somebody other"):
        confirm_overtime(overtime_id=overtime.pk, by=head, at=NOW)
    assert confirm_overtime(overtime_id=overtime.pk, by=political, at=NOW).state == "confirmed"


@pytest.mark.parametrize("who", ["entered_by", "own_user"])
def test_the_database_refuses_confirming_ones_own_overtime(officer, head, who):
    overtime = make_overtime(officer, date(2026, 11, 21), entered_by=head)
    own = getattr(overtime, who)

    with pytest.raises(IntegrityError, match="overtime_not_decided_by"), transaction.atomic():
        Overtime.objects.filter(pk=overtime.pk).update(
            state="confirmed", decided_by=own, decided_at=NOW
        )


@pytest.mark.parametrize(
    ("day", "hours", "text"),
    [
        pytest.param(date(2026, 11, 24), "2", "future", id="future"),
        pytest.param(date(2008, 6, 30), "2", "began to work", id="before joining"),
        pytest.param(date(2026, 7, 1), "2", "within 90 days", id="long ago"),
        pytest.param(date(2026, 11, 21), "24.5", "24 at most", id="more than a day"),
        pytest.param(date(2026, 11, 21), "0", "24 at most", id="nothing"),
    ],
)
def test_overtime_that_can_not_be(officer, day, hours, text):
    with pytest.raises(CannotEnter, match=text):
        make_overtime(officer, day, hours)

    assert Overtime.objects.count() == 0


def test_overtime_of_one_day_is_entered_once_until_it_is_refused(officer, head):
    overtime = make_overtime(officer, date(2026, 11, 21))
    with pytest.raises(CannotEnter, match="entered already"):
        make_overtime(officer, date(2026, 11, 21))
    with pytest.raises(CannotEnter, match="Say why"):
        refuse_overtime(overtime_id=overtime.pk, answer=" ", by=head, at=NOW)

    refuse_overtime(overtime_id=overtime.pk, answer="no duty then", by=head, at=NOW)

    assert make_overtime(officer, date(2026, 11, 21), "4").hours == Decimal(4)


# -- tables -------------------------------------------------------------------------------------


def test_an_account_is_corrected_with_a_reason_by_somebody_else(officer, political):
    correct_account(
        officer_id=officer.pk, year=2026, days=3, reason="from 2025", by=political, at=NOW
    )

    assert balance_of(officer, year=2026, on=DAY).due == 13
    assert LeaveAdjustment.objects.get().reason == "from 2025"
    for days, by, text in (
        (1, officer.user, "own account"),
        (0, political, "not zero"),
        (60, political, "60 days"),
    ):
        with pytest.raises(CannotKeep, match=text):
            correct_account(officer_id=officer.pk, year=2026, days=days, reason="x", by=by, at=NOW)


def test_a_kind_is_changed_and_set_back(court, political):
    set_kind(court=court, kind="marriage", by=political, counts="working", days=15)
    assert kinds_of(court)["marriage"].days == 15

    reset_kind(court=court, kind="marriage", by=political)

    assert (kinds_of(court)["marriage"].days, LeaveKind.objects.count()) == (3, 0)
    assert verbs() == ["leave_kind.set", "leave_kind.reset"]


def test_limits_of_a_department_go_before_the_courts(court, civil, filing, political):
    assert limit_of(civil) == 34
    set_away_limit(unit=court, court=court, percent=50, by=political)
    set_away_limit(unit=civil, court=court, percent=20, by=political)
    assert (limit_of(civil), limit_of(filing)) == (20, 50)

    set_away_limit(unit=civil, court=court, percent=None, by=political)

    assert limit_of(civil) == 50
    assert AwayLimit.objects.count() == 1


def test_a_pair_is_two_people_once(officer, colleague, political):
    pair = add_pair(first=colleague, second=officer, note="", by=political)
    for first, second, text in (
        (officer, officer, "two different"),
        (officer, colleague, "a pair already"),
    ):
        with pytest.raises(CannotKeep, match=text):
            add_pair(first=first, second=second, note="", by=political)

    remove_pair(pair_id=pair.pk, by=political)

    assert LeavePair.objects.count() == 0


# -- the calendar and the accounts --------------------------------------------------------------


def test_the_calendar_shows_who_is_away_and_clashes_but_never_why(
    officer, colleague, head, political
):
    add_pair(first=officer, second=colleague, note="", by=political)
    sick = make_leave(officer, date(2026, 12, 1), date(2026, 12, 2), kind="sick", reason="flu")
    approve_leave(request_id=sick.pk, by=head, at=NOW)
    make_leave(colleague, date(2026, 12, 2))

    team = team_of(officer.department, date(2026, 12, 1), date(2027, 1, 1), with_asked=True)
    month = month_of(team, date(2026, 12, 1), on=DAY)

    rows = {row.name: [c.day.day for c in row.cells if c.kind] for row in month.rows}
    assert rows == {"王同事": [2], "张海燕": [1, 2]}
    assert [(c.day.day, c.away, c.is_share) for c in month.clashes] == [(2, 2, True)]
    assert month.clashes[0].pairs == ["张海燕 – 王同事"]
    assert "sick" not in repr(team)
    assert "flu" not in repr(team)
    year = year_of(
        team_of(officer.department, date(2026, 1, 1), date(2027, 1, 1), with_asked=False), 2026
    )
    assert {row.name: row.total for row in year.rows} == {"王同事": 0, "张海燕": 2}


def test_accounts_of_many_take_as_many_queries_as_of_one(
    officer, court, civil, head, django_assert_num_queries
):
    def rows():
        officers = type(officer).objects.select_related("court", "department")
        return account_rows(officers, year=2026, on=DAY)

    make_leave(officer, START)
    with django_assert_num_queries(7):
        assert len(rows()) == 1
    for number in range(2):
        other = make_officer(
            court=court, department=civil, user=make_user(f"o{number}", court=court)
        )
        make_leave(other, START)
    with django_assert_num_queries(7):
        assert [row.left for row in rows()] == [9, 9, 9]


# -- reminders ----------------------------------------------------------------------------------


def kinds_told(on):
    before = Notice.objects.count()
    remind_leave(on=on)
    return sorted(Notice.objects.order_by("pk").values_list("user__username", "kind")[before:])


def test_a_request_that_waits_is_said_again_then_one_level_up(officer, head, political):
    make_leave(officer, START)

    assert kinds_told(date(2026, 11, 24)) == []
    assert kinds_told(date(2026, 11, 25)) == [("head", "leave_still_waits")]
    assert kinds_told(date(2026, 11, 25)) == []
    assert kinds_told(date(2026, 11, 28)) == []  # a Saturday
    assert kinds_told(date(2026, 11, 30)) == [
        ("head", "leave_still_waits"),
        ("political", "leave_still_waits"),
    ]


def test_rest_that_expires_is_said_twice(officer, head):
    make_overtime(officer, date(2026, 11, 21), confirmed_by=head)
    Overtime.objects.update(expires_on=date(2026, 12, 24))

    assert kinds_told(date(2026, 11, 23)) == []
    assert kinds_told(date(2026, 11, 24)) == [("officer", "rest_expires")]
    assert kinds_told(date(2026, 11, 25)) == []
    assert kinds_told(date(2026, 12, 18)) == [("officer", "rest_expires")]
    assert kinds_told(date(2026, 12, 25)) == []


def test_a_round_reminds_every_week_and_at_its_end(planning, officer, head, political):
    assert kinds_told(date(2026, 11, 26)) == []
    assert kinds_told(date(2026, 11, 30)) == [
        ("head", "leave_team_to_plan"),
        ("officer", "leave_to_plan"),
    ]
    assert kinds_told(date(2026, 12, 8)) == [
        ("head", "leave_team_to_plan"),
        ("political", "leave_round_ends"),
    ]
    assert kinds_told(date(2026, 12, 14)) == [("political", "leave_round_over")]


def test_one_reminder_that_fails_keeps_nobody_else_from_being_told(
    officer, colleague, head, monkeypatch, caplog
):
    first, second = make_leave(officer, START), make_leave(colleague, START)

    def broken(leave, level, *, on):
        if leave.pk == first.pk:
            raise RuntimeError("broken")
        return deciders(leave, level, on=on)

    monkeypatch.setattr("retention.services.leave_reminders.deciders", broken)
    remind_leave(on=DAY + timedelta(days=2))

    told_of = Notice.objects.filter(kind="leave_still_waits").values_list("url", flat=True)
    assert list(told_of) == [second.get_absolute_url()]
    assert "failed" in caplog.text


# -- what waits ---------------------------------------------------------------------------------


def test_needs_count_what_waits_for_each(officer, head, political, planning):
    make_leave(officer, START)
    make_overtime(officer, date(2026, 11, 21))
    plan(officer, start=date(2026, 12, 14), end=date(2026, 12, 16))
    plan(officer, by=head, start=date(2026, 12, 21), end=date(2026, 12, 22))

    def counted(user):
        return [one.rows.count() for one in needs_of(user, on=DAY)]

    assert counted(head) == [1, 1, 1, 1, 0, 0, 0, 0, 0]
    assert counted(political) == [0, 1, 1, 1, 0, 0, 0, 0, 0]
    assert counted(officer.user) == [0, 1, 0, 1, 0]


def test_needs_show_nothing_of_another_court(officer, head, outsider_political):
    make_leave(officer, START)
    make_overtime(officer, date(2026, 11, 21))

    assert [one.rows.count() for one in needs_of(outsider_political, on=DAY)] == [0] * 9


def test_a_head_elsewhere_has_nothing_to_decide(officer, filing):
    other = make_user("other.head", Role.HEAD, filing)
    make_overtime(officer, date(2026, 11, 21))

    assert [one.rows.count() for one in needs_of(other, on=DAY)] == [0] * 9
