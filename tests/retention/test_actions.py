from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone
from django.utils.translation import override

from courtparty.accounts.models import User
from courtparty.audit.models import Entry
from courtparty.lib.conflicts import Conflict
from courtparty.notices.models import Notice
from retention.models import ActionNote, RetentionAction
from retention.selectors.actions import version_of
from retention.services.actions import (
    CannotKeep,
    add_action,
    change_action,
    close_action,
    follow_up_action,
    remind_actions,
    reopen_action,
)
from tests.retention.board_cast import AT, TODAY, make_action

pytestmark = pytest.mark.django_db

LATER = timezone.make_aware(datetime(2026, 11, 25, 9, 0))


@pytest.fixture(autouse=True)
def _in_english():
    with override("en"):
        yield


@pytest.fixture
def action(court, head, political):
    return make_action(court, head, political)


def change(action, by, **values):
    facts = {
        "action_id": action.pk, "unit": action.unit, "title": action.title,
        "figure": action.figure, "why": action.why, "responsible_id": action.responsible_id,
        "due_on": action.due_on, "seen": version_of(action), "by": by, "at": LATER,
    }  # fmt: skip
    return change_action(**facts | values)


def close(action, by, state="done", result="Two clerks came", day=date(2026, 11, 25)):
    return close_action(
        action_id=action.pk, state=state, result=result, closed_on=day, by=by, at=LATER
    )


def test_entering_tells_whoever_is_responsible(action, head, court):
    assert (action.state, action.court, action.responsible) == ("open", court, head)
    notice = Notice.objects.get()
    assert (notice.user, notice.kind, notice.params) == (
        head,
        "action_given",
        {"day": "2026-12-18"},
    )
    assert Entry.objects.get().detail == {"day": "2026-12-18"}
    stored = RetentionAction.objects.values_list("why", flat=True)[0]
    assert "median" not in str(stored)


def test_an_action_without_somebody_responsible_is_refused(
    court, political, outsider, system_admin
):
    closed = User.objects.create(username="gone", name="Gone", court=court, is_active=False)
    facts = {
        "unit": court, "title": "x", "figure": "other", "why": "y", "due_on": TODAY,
        "by": political, "at": AT,
    }  # fmt: skip

    for user_id in (None, outsider.pk, system_admin.pk, closed.pk, 0):
        with pytest.raises(CannotKeep, match="somebody of this court"):
            add_action(responsible_id=user_id, **facts)

    assert not RetentionAction.objects.exists()
    assert not Entry.objects.exists()


def test_a_day_that_is_past_is_refused(court, head, political):
    with pytest.raises(CannotKeep, match="is past"):
        make_action(court, head, political, TODAY - timedelta(days=1))


def test_changing_tells_somebody_newly_responsible(action, president, political):
    change(action, political, responsible_id=president.pk, title="Three more clerks")

    action.refresh_from_db()
    assert (action.title, action.responsible) == ("Three more clerks", president)
    assert Notice.objects.filter(user=president).count() == 1


def test_changing_what_somebody_else_has_changed_is_a_conflict(action, political):
    seen = version_of(action)
    change(action, political, title="Three more clerks")

    with pytest.raises(Conflict):
        change(action, political, title="Four more clerks", seen=seen)

    action.refresh_from_db()
    assert action.title == "Three more clerks"


def test_changing_refuses_another_court_and_other_people(
    action, other_court, political, head, outsider_political
):
    with pytest.raises(CannotKeep, match="stays with the court"):
        change(action, political, unit=other_court)
    for person in (head, outsider_political):
        with pytest.raises(CannotKeep, match="keeps the register"):
            change(action, person)


def test_a_follow_up_begins_the_action(action, head):
    follow_up_action(action_id=action.pk, on=date(2026, 11, 24), text="Asked", by=head, at=LATER)

    action.refresh_from_db()
    assert (action.state, ActionNote.objects.get().text) == ("doing", "Asked")
    assert Entry.objects.filter(verb="action.followed").get().detail == {"day": "2026-11-24"}


@pytest.mark.parametrize("day", [date(2026, 11, 22), date(2026, 11, 26)])
def test_days_before_the_entry_or_in_the_future_are_refused(action, head, day):
    with pytest.raises(CannotKeep, match="between the entry"):
        follow_up_action(action_id=action.pk, on=day, text="Asked", by=head, at=LATER)
    with pytest.raises(CannotKeep, match="between the entry"):
        close(action, head, day=day)


def test_nobody_else_follows_up_or_closes(action, secretary, officer_user, outsider_political):
    for person in (secretary, officer_user, outsider_political):
        with pytest.raises(CannotKeep, match="who is responsible"):
            follow_up_action(action_id=action.pk, on=TODAY, text="x", by=person, at=LATER)
        with pytest.raises(CannotKeep, match="who is responsible"):
            close(action, person)


def test_closing_keeps_the_result_and_tells_who_entered_it(action, head, political):
    close(action, head)

    action.refresh_from_db()
    assert (action.state, action.result, action.closed_on) == (
        "done", "Two clerks came", date(2026, 11, 25),
    )  # fmt: skip
    assert Notice.objects.filter(user=political, kind="action_closed").count() == 1


def test_closing_needs_a_result_and_happens_once(action, head, political):
    with pytest.raises(CannotKeep, match="what came of it"):
        close(action, head, result=" ")
    close(action, head)
    with pytest.raises(Conflict):
        close(action, political, state="dropped")
    with pytest.raises(Conflict):
        follow_up_action(action_id=action.pk, on=TODAY, text="x", by=head, at=LATER)


def test_a_closed_action_is_opened_again_by_who_keeps_it(action, head, political):
    close(action, head)

    with pytest.raises(CannotKeep):
        reopen_action(action_id=action.pk, by=head, at=LATER)
    reopen_action(action_id=action.pk, by=political, at=LATER)
    with pytest.raises(Conflict):
        reopen_action(action_id=action.pk, by=political, at=LATER)

    action.refresh_from_db()
    assert (action.state, action.closed_on) == ("doing", None)


@pytest.mark.parametrize(
    ("on", "kinds"),
    [
        pytest.param(date(2026, 12, 10), [], id="six working days before"),
        pytest.param(date(2026, 12, 11), ["action_due"], id="five working days before"),
        pytest.param(date(2026, 12, 18), ["action_due"], id="on the day"),
        pytest.param(date(2026, 12, 19), [], id="on a Saturday"),
        pytest.param(date(2026, 12, 25), ["action_late"], id="five working days late"),
    ],
)
def test_reminders_go_to_whoever_is_responsible(action, head, on, kinds):
    Notice.objects.all().delete()

    assert remind_actions(on=on) == len(kinds)
    assert remind_actions(on=on) == 0

    assert [(one.user, one.kind) for one in Notice.objects.all()] == [
        (head, kind) for kind in kinds
    ]


def test_ten_working_days_late_those_who_keep_it_are_told(action, head, political, president):
    Notice.objects.all().delete()

    remind_actions(on=date(2027, 1, 5))

    assert {notice.user for notice in Notice.objects.all()} == {head, political, president}


def test_closed_actions_are_not_reminded_of(action, head):
    close(action, head)
    Notice.objects.all().delete()

    assert remind_actions(on=date(2027, 1, 5)) == 0


def test_actions_are_seen_where_the_board_is_read(
    court, action, party_org, head, secretary, branch_secretary, president, political, officer_user,
    outsider_political,
):  # fmt: skip
    make_action(party_org, president, political)
    users = (
        political, president, secretary, branch_secretary, head, officer_user, outsider_political,
    )  # fmt: skip

    seen = [RetentionAction.objects.visible_to(user).count() for user in users]

    assert seen == [2, 2, 1, 0, 1, 0, 0]
