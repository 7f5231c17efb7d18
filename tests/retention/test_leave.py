"""Asking for leave and deciding it: state, log, notices, refusals, all or nothing."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils.translation import override

from courtparty.accounts.models import Grant
from courtparty.accounts.roles import Role
from courtparty.audit.models import Entry
from courtparty.lib.conflicts import Conflict
from courtparty.lib.dates import PartialDate
from courtparty.notices.models import Notice
from retention.models import (
    EntitlementRule,
    LeaveKind,
    LeaveRequest,
    LeaveRound,
    LeaveStep,
    Overtime,
    RestUse,
)
from retention.selectors.leave_balances import balance_of, explained
from retention.selectors.leave_levels import awaiting, deciding_level
from retention.selectors.own.leave import own_line
from retention.services.leave_checks import check_wish
from retention.services.leave_decisions import (
    approve_leave,
    open_reason,
    refuse_leave,
    return_leave,
)
from retention.services.leave_requests import (
    ask_leave,
    cancel_leave,
    draft_leave,
    end_leave_early,
    withdraw_leave,
)
from retention.services.leave_steps import CannotAsk, CannotDecide
from tests.factories import make_officer, make_unit, make_user
from tests.retention.leave_cast import DAY, NOW, make_leave, make_overtime, wish

pytestmark = pytest.mark.django_db

# Work since July 2008: 18 full years, ten days.
MONDAY, FRIDAY = date(2026, 11, 30), date(2026, 12, 4)


@pytest.fixture(autouse=True)
def _in_english():
    with override("en"):
        yield


def verbs():
    return list(Entry.objects.order_by("pk").values_list("verb", flat=True))


def told():
    return list(Notice.objects.order_by("pk").values_list("user__username", "kind"))


def left(officer):
    return balance_of(officer, year=2026, on=DAY).left


# -- asking -------------------------------------------------------------------------------------


def test_leave_asked_for_waits_for_the_first_level_and_sets_days_aside(officer, head, political):
    leave = make_leave(officer, MONDAY, FRIDAY)

    leave.refresh_from_db()
    assert (leave.state, leave.waits_for, leave.waits_since) == ("asked", "head", DAY)
    assert (leave.days, leave.levels) == (5, ["head", "political"])
    assert [(s.number, s.action, s.by) for s in leave.steps.all()] == [(1, "ask", officer.user)]
    assert left(officer) == 5
    assert verbs() == ["leave.asked"]
    assert told() == [("head", "leave_waits")]


def test_a_draft_sets_nothing_aside_and_nobody_else_sees_it(officer, head):
    leave = draft_leave(officer_id=officer.pk, wish=wish(MONDAY, FRIDAY), by=officer.user, at=NOW)

    assert (leave.state, left(officer), told()) == ("drafted", 10, [])
    assert list(LeaveRequest.objects.visible_to(head)) == []
    assert list(LeaveRequest.objects.visible_to(officer.user)) == [leave]


def test_a_draft_is_asked_for_as_it_was_changed(officer, head):
    leave = draft_leave(officer_id=officer.pk, wish=wish(MONDAY, FRIDAY), by=officer.user, at=NOW)

    asked = ask_leave(
        officer_id=officer.pk,
        wish=wish(MONDAY, MONDAY + timedelta(days=1)),
        by=officer.user,
        at=NOW,
        request_id=leave.pk,
        seen=0,
    )

    assert (asked.pk, asked.state, asked.days) == (leave.pk, "asked", 2)


@pytest.mark.parametrize(
    ("start", "last", "kind", "text"),
    [
        pytest.param(FRIDAY, MONDAY, "annual", "before the first", id="ends before it starts"),
        pytest.param(date(2026, 11, 28), date(2026, 11, 29), "annual", "No working", id="weekend"),
        pytest.param(MONDAY, date(2026, 12, 14), "annual", "10 days of annual", id="beyond"),
        pytest.param(
            date(2026, 12, 30), date(2027, 1, 5), "annual", "belongs to one year", id="two years"
        ),
        pytest.param(date(2026, 6, 1), date(2026, 6, 2), "sick", "afterwards", id="long ago"),
        pytest.param(date(2028, 6, 1), date(2028, 6, 2), "other", "more than a year", id="far"),
        pytest.param(MONDAY, FRIDAY, "marriage", "3 days at most", id="more than the kind has"),
        pytest.param(MONDAY, MONDAY, "makeup_rest", "0 hours", id="rest without hours"),
    ],
)
def test_leave_that_can_not_be_asked_for(officer, head, start, last, kind, text):
    with pytest.raises(CannotAsk, match=text):
        make_leave(officer, start, last, kind=kind)

    assert (LeaveRequest.objects.count(), LeaveStep.objects.count(), verbs()) == (0, 0, [])


@pytest.mark.parametrize(
    ("changed", "text"),
    [
        pytest.param({"left_on": MONDAY}, "not in service", id="left by then"),
        pytest.param({"work_since": PartialDate(2027, 1)}, "began to work", id="before joining"),
    ],
)
def test_leave_outside_of_service_is_refused(officer, head, changed, text):
    for name, value in changed.items():
        setattr(officer, name, value)
    officer.save()

    with pytest.raises(CannotAsk, match=text):
        make_leave(officer, MONDAY, FRIDAY, kind="other")


def test_leave_in_a_closed_year_is_refused(officer, head):
    LeaveRound.objects.create(
        court=officer.court,
        year=2026,
        state="settled",
        opened_on=DAY,
        ends_on=DAY,
        closed_at=NOW,
        settled_at=NOW,
    )

    with pytest.raises(CannotAsk, match="2026 is closed"):
        make_leave(officer, MONDAY, FRIDAY)


def test_a_kind_the_court_does_not_offer_is_refused(officer, head):
    LeaveKind.objects.create(
        court=officer.court, kind="childcare", counts="working", is_active=False
    )

    with pytest.raises(CannotAsk, match="can't be asked for in this court"):
        make_leave(officer, MONDAY, kind="childcare")


def test_leave_that_overlaps_is_refused_by_words_and_by_the_database(officer, head):
    make_leave(officer, MONDAY, FRIDAY)

    with pytest.raises(CannotAsk, match="From 2026-11-30 to 2026-12-04"):
        make_leave(officer, FRIDAY, FRIDAY, kind="sick")
    with pytest.raises(IntegrityError), transaction.atomic():
        LeaveRequest.objects.create(
            officer=officer,
            kind="sick",
            start=FRIDAY,
            end=FRIDAY + timedelta(days=3),
            days=1,
            state="approved",
            entered_by=officer.user,
            created_at=NOW,
        )


def test_leave_after_other_leave_is_no_overlap(officer, head):
    make_leave(officer, MONDAY, FRIDAY)

    assert make_leave(officer, date(2026, 12, 7), kind="sick").state == "asked"


def test_who_decides_follows_from_working_days_however_the_kind_counts(officer, head, political):
    # Friday to Tuesday: five calendar days, three working days.
    leave = make_leave(officer, FRIDAY, date(2026, 12, 8), kind="sick")

    assert (leave.days, leave.levels) == (5, ["head"])


def test_nobody_who_could_decide_is_said(officer):
    with pytest.raises(CannotAsk, match="Nobody in this court"):
        make_leave(officer, MONDAY)


def test_annual_leave_excluded_by_law_is_refused(officer, head, political, president):
    leave = make_leave(officer, date(2026, 9, 1), date(2026, 11, 29), kind="sick")
    approve_leave(request_id=leave.pk, by=president, at=NOW)

    assert balance_of(officer, year=2026, on=DAY).excluded == "sick"
    with pytest.raises(CannotAsk, match="excludes it by law"):
        make_leave(officer, MONDAY)


def test_days_by_law_come_from_the_rule_of_the_court(officer):
    assert explained(officer, year=2026, on=DAY).rule.is_default
    EntitlementRule.objects.create(
        court=officer.court,
        kind="annual_leave",
        name="年休假",
        name_en="annual leave",
        start=date(2026, 1, 1),
        table={"bands": [{"from_years": 1, "days": 7}]},
        source="示法〔2026〕1号",
        created_at=NOW,
    )

    found = explained(officer, year=2026, on=DAY)
    assert (found.balance.by_law, found.rule.source, found.rule.is_default) == (
        7, "示法〔2026〕1号", False,
    )  # fmt: skip


# -- deciding -----------------------------------------------------------------------------------


def test_leave_goes_up_the_chain_and_is_approved_at_its_end(officer, head, political):
    leave = make_leave(officer, MONDAY, FRIDAY)

    approve_leave(request_id=leave.pk, by=head, at=NOW, opinion="fine", seen=1)
    leave.refresh_from_db()
    assert (leave.state, leave.waits_for) == ("asked", "political")
    approve_leave(request_id=leave.pk, by=political, at=NOW, seen=2)

    leave.refresh_from_db()
    assert (leave.state, leave.waits_for, leave.waits_since) == ("approved", "", None)
    decided = leave.steps.exclude(level="").order_by("number")
    assert [(s.level, s.by, s.opinion) for s in decided] == [
        ("head", head, "fine"),
        ("political", political, ""),
    ]
    assert told() == [
        ("head", "leave_waits"),
        ("political", "leave_waits"),
        ("officer", "leave_approved"),
    ]
    assert verbs() == ["leave.asked", "leave.approved", "leave.approved"]


def test_a_level_above_decides_for_those_below(officer, head, political):
    leave = make_leave(officer, MONDAY, FRIDAY)

    decided = approve_leave(request_id=leave.pk, by=political, at=NOW)

    assert decided.state == "approved"
    assert [s.level for s in decided.steps.exclude(level="")] == ["political"]


def test_a_level_below_does_not_decide(officer, head, political):
    leave = make_leave(officer, MONDAY, FRIDAY)
    approve_leave(request_id=leave.pk, by=head, at=NOW)

    with pytest.raises(CannotDecide, match="another level"):
        approve_leave(request_id=leave.pk, by=head, at=NOW)


def test_a_head_of_another_department_does_not_decide(officer, head, filing):
    other = make_user("other.head", Role.HEAD, filing)
    leave = make_leave(officer, MONDAY)

    assert deciding_level(leave, other) == ""
    assert list(awaiting(other)) == []
    assert list(awaiting(head)) == [leave]


def test_a_heads_own_leave_goes_to_the_next_level(officer, head, political):
    Grant.objects.create(
        user=officer.user, role=Role.HEAD, unit=officer.department, starts_on=date(2026, 1, 1)
    )
    leave = make_leave(officer, MONDAY)

    assert leave.levels == ["political"]
    assert list(awaiting(officer.user)) == []
    with pytest.raises(CannotDecide, match="Nobody decides the own leave"):
        approve_leave(request_id=leave.pk, by=officer.user, at=NOW)


def test_the_database_refuses_a_decision_by_oneself(officer, head):
    leave = make_leave(officer, MONDAY)

    with pytest.raises(IntegrityError, match="leave_not_decided_by_oneself"), transaction.atomic():
        LeaveStep.objects.create(
            request=leave,
            number=2,
            action="approve",
            level="head",
            by=officer.user,
            asker=officer.user,
            at=NOW,
        )


def test_who_enters_leave_for_somebody_does_not_decide_it(court, civil, head, political, president):
    nobody = make_officer(court=court, department=civil, name="李无账")
    leave = make_leave(nobody, MONDAY, by=political)

    assert leave.levels == ["head"]
    with pytest.raises(CannotDecide, match="You have entered"):
        approve_leave(request_id=leave.pk, by=political, at=NOW)
    assert approve_leave(request_id=leave.pk, by=head, at=NOW).state == "approved"
    assert told()[-1] == ("political", "leave_approved")


@pytest.mark.parametrize(
    ("decide", "state", "kind"),
    [
        pytest.param(refuse_leave, "refused", "leave_refused", id="refused"),
        pytest.param(return_leave, "returned", "leave_returned", id="sent back"),
    ],
)
def test_leave_turned_down_needs_a_reason_and_frees_its_days(officer, head, decide, state, kind):
    leave = make_leave(officer, MONDAY)
    with pytest.raises(CannotDecide, match="Say why"):
        decide(request_id=leave.pk, by=head, at=NOW, opinion="  ")

    decide(request_id=leave.pk, by=head, at=NOW, opinion="too many away")

    leave.refresh_from_db()
    assert (leave.state, leave.waits_for, left(officer)) == (state, "", 10)
    assert leave.steps.get(number=2).opinion == "too many away"
    assert told()[-1] == ("officer", kind)
    assert verbs()[-1] == f"leave.{state}"


def test_leave_sent_back_is_asked_for_again_from_the_first_level(officer, head, political):
    leave = make_leave(officer, MONDAY, FRIDAY)
    approve_leave(request_id=leave.pk, by=head, at=NOW)
    return_leave(request_id=leave.pk, by=political, at=NOW, opinion="one day less")

    again = ask_leave(
        officer_id=officer.pk,
        wish=wish(MONDAY, date(2026, 12, 3)),
        by=officer.user,
        at=NOW,
        request_id=leave.pk,
        seen=3,
    )

    assert (again.state, again.waits_for, again.days) == ("asked", "head", 4)


def test_deciding_what_has_changed_in_the_meantime_is_a_conflict(officer, head, political):
    leave = make_leave(officer, MONDAY, FRIDAY)
    approve_leave(request_id=leave.pk, by=head, at=NOW, seen=1)

    with pytest.raises(Conflict):
        approve_leave(request_id=leave.pk, by=political, at=NOW, seen=1)
    withdraw_leave(request_id=leave.pk, by=officer.user, at=NOW)
    with pytest.raises(Conflict):
        approve_leave(request_id=leave.pk, by=political, at=NOW)


def test_annual_leave_not_covered_any_more_is_not_approved(officer, head, political, president):
    leave = make_leave(officer, MONDAY)
    sick = make_leave(officer, date(2026, 9, 1), date(2026, 11, 29), kind="sick")
    approve_leave(request_id=sick.pk, by=president, at=NOW)

    with pytest.raises(CannotDecide, match="1 days more"):
        approve_leave(request_id=leave.pk, by=head, at=NOW)


# -- afterwards ---------------------------------------------------------------------------------


def test_leave_withdrawn_is_free_again_and_who_it_waited_for_is_told(officer, head):
    leave = make_leave(officer, MONDAY)

    withdraw_leave(request_id=leave.pk, by=officer.user, at=NOW, seen=1)

    leave.refresh_from_db()
    assert (leave.state, left(officer)) == ("withdrawn", 10)
    assert told()[-1] == ("head", "leave_taken_back")


def test_approved_leave_is_cancelled_before_it_begins(officer, head):
    leave = make_leave(officer, MONDAY)
    approve_leave(request_id=leave.pk, by=head, at=NOW)

    cancel_leave(request_id=leave.pk, reason="not needed", by=officer.user, at=NOW)

    leave.refresh_from_db()
    assert (leave.state, left(officer)) == ("cancelled", 10)
    assert told()[-1] == ("head", "leave_cancelled")
    assert verbs()[-1] == "leave.cancelled"


def test_leave_that_has_begun_is_not_cancelled_but_shortened(officer, head, political):
    leave = make_leave(officer, DAY, date(2026, 11, 27))
    approve_leave(request_id=leave.pk, by=political, at=NOW)
    with pytest.raises(CannotAsk, match="has begun"):
        cancel_leave(request_id=leave.pk, reason="", by=officer.user, at=NOW)

    end_leave_early(request_id=leave.pk, last_day=date(2026, 11, 24), by=officer.user, at=NOW)

    leave.refresh_from_db()
    assert (leave.end, leave.days, left(officer)) == (date(2026, 11, 25), 2, 8)


@pytest.mark.parametrize("day", [date(2026, 11, 22), date(2026, 11, 27), date(2026, 12, 1)])
def test_leave_is_shortened_to_one_of_its_days_only(officer, head, political, day):
    leave = make_leave(officer, DAY, date(2026, 11, 27))
    approve_leave(request_id=leave.pk, by=political, at=NOW)

    with pytest.raises(CannotAsk, match="before its last one"):
        end_leave_early(request_id=leave.pk, last_day=day, by=officer.user, at=NOW)


# -- make-up rest -------------------------------------------------------------------------------


def test_rest_takes_hours_that_expire_first_and_gives_them_back(officer, head):
    old = make_overtime(officer, date(2026, 9, 5), "6", confirmed_by=head)
    new = make_overtime(officer, date(2026, 11, 14), "6", confirmed_by=head)

    leave = make_leave(officer, MONDAY, kind="makeup_rest")

    assert leave.hours == 8
    used = RestUse.objects.order_by("pk").values_list("overtime", "hours")
    assert list(used) == [(old.pk, Decimal("6.0")), (new.pk, Decimal("2.0"))]
    withdraw_leave(request_id=leave.pk, by=officer.user, at=NOW)
    assert list(Overtime.objects.values_list("used", flat=True)) == [0, 0]
    assert RestUse.objects.count() == 0


def test_rest_of_part_of_a_day(officer, head):
    make_overtime(officer, date(2026, 11, 14), "3", confirmed_by=head)

    assert make_leave(officer, MONDAY, kind="makeup_rest", hours=Decimal("2.5")).hours == 2.5
    with pytest.raises(CannotAsk, match=r"0\.5 hours of confirmed"):
        make_leave(officer, FRIDAY, kind="makeup_rest", hours=Decimal(1))


@pytest.mark.parametrize(
    ("last", "hours", "text"),
    [
        pytest.param(MONDAY, Decimal(9), "eight hours", id="nine hours"),
        pytest.param(FRIDAY, Decimal(2), "one day only", id="hours of five days"),
    ],
)
def test_hours_of_a_rest_that_can_not_be(officer, last, hours, text):
    with pytest.raises(CannotAsk, match=text):
        check_wish(officer, wish(MONDAY, last, kind="makeup_rest", hours=hours), on=DAY)


def test_unconfirmed_and_expired_overtime_gives_no_rest(officer, head):
    make_overtime(officer, date(2026, 11, 14), "8")
    Overtime.objects.filter(
        pk=make_overtime(officer, date(2026, 9, 5), confirmed_by=head).pk
    ).update(expires_on=date(2026, 11, 29))

    with pytest.raises(CannotAsk, match="0 hours of confirmed overtime"):
        make_leave(officer, MONDAY, kind="makeup_rest")


# -- privacy ------------------------------------------------------------------------------------


def test_opening_a_reason_is_written_down_for_the_officer(officer, head, political):
    leave = make_leave(officer, MONDAY, kind="sick", reason="influenza")

    assert open_reason(leave=LeaveRequest.objects.get(pk=leave.pk), by=political) == "influenza"
    entry = Entry.objects.about(officer).reads().get()
    assert (entry.actor, entry.verb, entry.detail) == (
        political, "leave.reason_read", {"request": leave.pk},
    )  # fmt: skip


def test_log_and_notices_hold_nothing_personal(officer, head, political):
    leave = make_leave(officer, MONDAY, kind="sick", reason="influenza")
    refuse_leave(request_id=leave.pk, by=head, at=NOW, opinion="see a doctor first")

    kept = str(list(Entry.objects.values_list("detail", flat=True)))
    kept += str(list(Notice.objects.values_list("params", "url", "key")))
    for word in ("influenza", "doctor", "sick", officer.name):
        assert word not in kept


def test_requests_of_others_stay_out_of_sight(officer, outsider, outsider_political, filing, head):
    other_head = make_user("other.head", Role.HEAD, filing)
    make_leave(officer, MONDAY)

    for user in (outsider, outsider_political, other_head):
        assert list(LeaveRequest.objects.visible_to(user)) == []


def test_own_line_says_what_is_left(officer, head, django_assert_num_queries):
    make_leave(officer, MONDAY)
    own = type(officer).objects.select_related("court").get(pk=officer.pk)

    with django_assert_num_queries(2):
        line = own_line(own, on=DAY)

    assert "9 days of annual leave left in 2026" in line.text


def test_a_team_in_a_department_of_its_own_is_reached_from_the_court(court, political):
    deep = make_unit(make_unit(court, "派出法庭"), "审判组")
    officer = make_officer(court=court, department=deep, user=make_user("deep", court=court))

    assert make_leave(officer, MONDAY).levels == ["political"]
