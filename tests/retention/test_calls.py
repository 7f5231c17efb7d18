"""The calls a steward owes: made once, noted encrypted, and chased until somebody calls."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from courtparty.audit.models import Entry
from courtparty.lib.conflicts import Conflict
from courtparty.notices.models import Notice
from retention.models import Screening, ScreeningAlert
from retention.services import calls as services
from tests.factories import make_officer, make_user
from tests.retention.screening_cast import AT, make_alert, make_screening, make_second_steward

pytestmark = pytest.mark.django_db

AFTERNOON = datetime(2026, 11, 17, 7, 30, tzinfo=UTC)
EVENING = datetime(2026, 11, 17, 9, 30, tzinfo=UTC)
NEXT_MORNING = datetime(2026, 11, 18, 0, 30, tzinfo=UTC)


def told(user):
    return list(Notice.objects.filter(user=user).order_by("pk").values_list("kind", flat=True))


def test_a_call_is_made_then_closed(officer, steward):
    alert = make_alert(officer)

    services.call_made(alert_id=alert.pk, note="已通话", by=steward, at=AT)
    services.close_call(alert_id=alert.pk, note="", by=steward, at=AT + timedelta(hours=1))

    alert.refresh_from_db()
    assert (alert.state, alert.called_by, alert.closed_by) == ("closed", steward, steward)
    assert alert.note.startswith("2026-11-17 10:00 (")
    assert alert.note.endswith(") 已通话")
    verbs = Entry.objects.filter(verb__startswith="call.").order_by("pk")
    assert [(e.verb, e.actor) for e in verbs] == [
        ("call.asked", None), ("call.made", steward), ("call.closed", steward),
    ]  # fmt: skip
    assert all("已通话" not in str(entry.detail) for entry in verbs)


def test_the_note_is_stored_encrypted(officer, steward):
    alert = make_alert(officer)
    services.call_made(alert_id=alert.pk, note="听起来很累", by=steward, at=AT)

    with connection.cursor() as cursor:
        cursor.execute("SELECT note FROM retention_screeningalert")
        assert "听起来" not in cursor.fetchone()[0]


def test_a_try_in_vain_leaves_the_call_owed_and_the_note_growing(officer, steward):
    alert = make_alert(officer)

    services.not_reached(alert_id=alert.pk, note="无人接听", by=steward, at=AT)
    services.not_reached(alert_id=alert.pk, note="", by=steward, at=AT)
    services.not_reached(alert_id=alert.pk, note="又无人接听", by=steward, at=AT)

    alert.refresh_from_db()
    assert (alert.state, alert.tries) == ("open", 3)
    assert [line[-5:] for line in alert.note.split("\n")] == [" 无人接听", "又无人接听"]


def test_of_two_stewards_who_call_at_once_one_is_told(officer, steward, court):
    alert = make_alert(officer)
    other = make_second_steward(court)
    services.call_made(alert_id=alert.pk, note="", by=steward, at=AT)

    for late in (services.call_made, services.not_reached):
        with pytest.raises(Conflict):
            late(alert_id=alert.pk, note="x", by=other, at=AT)

    alert.refresh_from_db()
    assert (alert.called_by, alert.note, alert.tries) == (steward, "", 0)


def test_a_call_not_made_is_not_closed(officer, steward):
    alert = make_alert(officer)

    with pytest.raises(Conflict):
        services.close_call(alert_id=alert.pk, note="", by=steward, at=AT)


@pytest.mark.parametrize(
    "fields",
    [
        {"state": "called"},
        {"state": "closed"},
        {"called_at": AT},
        {"state": "called", "called_at": AT, "closed_at": AT},
    ],
)
def test_the_database_refuses_a_state_without_its_time(officer, fields):
    alert = make_alert(officer)

    with pytest.raises(IntegrityError), transaction.atomic():
        ScreeningAlert.objects.filter(pk=alert.pk).update(**fields)


def test_the_database_lets_no_item_9_call_point_at_a_result(officer):
    alert = make_alert(officer)

    with pytest.raises(IntegrityError), transaction.atomic():
        ScreeningAlert.objects.filter(pk=alert.pk).update(screening=Screening.objects.get())


def test_alerts_are_seen_by_the_stewards_of_the_court_only(
    officer, steward, president, political, head, secretary, outsider_political, officer_user
):
    alert = make_alert(officer)

    assert ScreeningAlert.objects.visible_to(steward).get() == alert
    for other in (president, political, head, secretary, outsider_political, officer_user):
        assert not ScreeningAlert.objects.visible_to(other).exists()


def test_reading_the_numbers_is_noted_once_a_day_for_the_officer(officer, steward):
    alert = make_alert(officer)
    alerts = list(ScreeningAlert.objects.select_related("officer__court"))

    assert services.read_numbers(alerts=alerts, by=steward, at=AT) == 1
    # The log's own clock says when: what was noted today is not noted again.
    entry = Entry.objects.reads().get()
    assert (entry.verb, entry.actor, entry.subject_pk) == ("call.read", steward, officer.pk)
    assert entry.detail == {"reason": "alert"}
    assert services.read_numbers(alerts=alerts, by=steward, at=entry.at) == 0

    services.call_made(alert_id=alert.pk, note="", by=steward, at=AT)
    services.close_call(alert_id=alert.pk, note="", by=steward, at=AT)
    closed = list(ScreeningAlert.objects.select_related("officer__court"))
    assert services.read_numbers(alerts=closed, by=make_user("z"), at=AT) == 0


def test_the_ladder_climbs_to_the_leadership_without_saying_to_whom_or_why(
    officer, steward, president, political
):
    make_alert(officer)
    assert services.remind_calls(at=AT) == 0

    assert services.remind_calls(at=AFTERNOON) == 1
    assert told(president) == []

    assert services.remind_calls(at=EVENING) == 2
    assert services.remind_calls(at=EVENING) == 0
    assert services.remind_calls(at=NEXT_MORNING) == 2

    assert told(steward) == ["call_owed", "call_today", "call_overdue", "call_overdue"]
    assert told(president) == ["call_escalated", "call_escalated"]
    assert told(political) == []
    escalated = Notice.objects.filter(user=president)
    assert {(str(notice.params), notice.url) for notice in escalated} == {("{}", "")}
    assert not any(str(officer.pk) in notice.key.split(":")[2:] for notice in escalated)


def test_two_overdue_calls_are_one_notice_to_the_leadership(court, civil, officer, president):
    make_user("s", "steward", court)
    make_alert(officer)
    other = make_officer(court=court, department=civil, name="李四", user=make_user("li"))
    make_alert(other)

    services.remind_calls(at=EVENING)

    assert told(president) == ["call_escalated"]


def test_a_call_made_is_not_chased(officer, steward, president):
    alert = make_alert(officer)
    services.call_made(alert_id=alert.pk, note="", by=steward, at=AT)

    assert services.remind_calls(at=NEXT_MORNING) == 0


def test_one_reminder_that_fails_keeps_nobody_else_from_being_reminded(
    court, civil, officer, steward, monkeypatch
):
    make_alert(officer)
    other = make_officer(court=court, department=civil, name="李四", user=make_user("li"))
    make_alert(other)
    real = services.stewards_for
    failing = iter([True])

    def stewards(officer, *, on):
        if next(failing, False):
            raise RuntimeError("boom")
        return real(officer, on=on)

    monkeypatch.setattr(services, "stewards_for", stewards)

    assert services.remind_calls(at=AFTERNOON) == 1


def test_a_president_who_is_to_be_called_is_not_told_of_the_own_call(court, civil, steward):
    boss = make_user("boss", "president", court)
    himself = make_officer(court=court, department=civil, name="王院长", user=boss)
    make_alert(himself)

    services.remind_calls(at=EVENING)

    assert told(boss) == []


def test_opening_a_shared_result_is_noted_for_the_officer(officer, steward):
    shared = make_screening(officer, shares=True)

    services.read_result(screening=shared, by=steward)

    entry = Entry.objects.reads().get()
    assert (entry.verb, entry.subject_pk, entry.detail) == (
        "screening.read", officer.pk, {"reason": "alert"},
    )  # fmt: skip
