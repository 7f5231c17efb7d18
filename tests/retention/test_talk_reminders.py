from datetime import date, timedelta

import pytest

from courtparty.notices.models import Notice, WorkingDay
from retention.models import TalkFollowUp
from retention.services.talk_reminders import remind_all
from tests.retention.setbacks_cast import make_rule_task, make_setback, make_talk, make_task

pytestmark = pytest.mark.django_db

TUESDAY = date(2026, 11, 10)


def told(kind=None):
    notices = Notice.objects.filter(**{"kind": kind} if kind else {})
    return sorted(notices.values_list("kind", "user__username"))


@pytest.mark.parametrize(
    ("due", "expected"),
    [
        pytest.param(date(2026, 11, 16), [], id="four working days before"),
        pytest.param(date(2026, 11, 13), [("talk_due", "branch.secretary")], id="three before"),
        pytest.param(TUESDAY, [("talk_due", "branch.secretary")], id="on the day"),
        pytest.param(date(2026, 11, 9), [("talk_late", "branch.secretary")], id="late"),
    ],
)
def test_holder_is_reminded_before_on_and_after_the_day(
    officer, branch_secretary, secretary, due, expected
):
    make_rule_task(officer, branch_secretary, due_on=due)

    remind_all(on=TUESDAY)

    assert told() == expected


def test_five_days_late_goes_up_to_the_secretaries_ten_to_the_court(
    officer, branch_secretary, secretary, political, president, party_affairs
):
    make_rule_task(officer, branch_secretary, due_on=date(2026, 11, 3))

    remind_all(on=TUESDAY)
    assert told("talk_late_below") == [("talk_late_below", "secretary")]

    remind_all(on=date(2026, 11, 17))
    above = {user for _kind, user in told("talk_late_below")}
    assert above == {"secretary", "political", "president", "cadre"}


def test_talk_after_a_setback_goes_up_to_those_who_follow_setbacks(
    officer, branch_secretary, secretary, political, president, party_affairs
):
    setback = make_setback(officer)
    make_task(officer, branch_secretary, setback=setback, due_on=date(2026, 10, 20))

    remind_all(on=TUESDAY)

    assert {user for _kind, user in told("talk_late_below")} == {"secretary", "political"}


def test_twice_tells_once_and_days_off_tell_nobody(officer, branch_secretary):
    make_rule_task(officer, branch_secretary, due_on=TUESDAY)
    WorkingDay.objects.create(day=date(2026, 11, 11), is_worked=False)

    assert remind_all(on=TUESDAY) == 1
    assert remind_all(on=TUESDAY) == 0
    assert remind_all(on=date(2026, 11, 11)) == 0


def test_follow_up_due_is_told_to_the_near_secretaries_else_the_political(
    officer, branch_secretary, political
):
    make_setback(officer, state="talked", next_follow_up_on=TUESDAY)
    remind_all(on=TUESDAY)
    assert told() == [("setback_follow_up_due", "branch.secretary")]


def test_follow_up_of_who_has_no_secretary_is_told_to_the_political(officer, political):
    make_setback(officer, state="talked", next_follow_up_on=TUESDAY)
    remind_all(on=TUESDAY)
    assert told() == [("setback_follow_up_due", "political")]


def test_help_and_what_was_agreed_are_reminded_of(officer, branch_secretary, head):
    setback = make_setback(officer, state="helping", next_follow_up_on=date(2026, 12, 1))
    setback.help.create(
        measure="rest", who=head, until=TUESDAY, added_by=head, added_at=setback.raised_at
    )
    talk = make_talk(officer, branch_secretary, held_on=TUESDAY - timedelta(days=9))
    TalkFollowUp.objects.create(talk=talk, text="·", due_on=TUESDAY)

    remind_all(on=TUESDAY)

    assert told() == [
        ("setback_help_due", "head"),
        ("talk_agreed_due", "branch.secretary"),
        ("talk_agreed_due", "officer"),
    ]


def test_failing_reminder_keeps_nobody_else(officer, branch_secretary, monkeypatch, caplog):
    make_task(officer, branch_secretary, due_on=TUESDAY)
    make_setback(officer, state="talked", next_follow_up_on=TUESDAY)

    def failing(*_args):
        raise RuntimeError("broken")

    monkeypatch.setattr("retention.services.talk_reminders._remind_task", failing)

    assert remind_all(on=TUESDAY) == 1
    assert "failed" in caplog.text
