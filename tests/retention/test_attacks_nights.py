"""Nights that go wrong: one court that fails, a worker that did not run, nobody at the broker."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone, translation
from kombu.exceptions import OperationalError

from courtparty.jobs.models import Job
from courtparty.jobs.tasks import run_job
from courtparty.notices.models import Notice
from courtparty.notices.tasks import send_mail
from retention.models import HealthDeletion, LeaveRound, Mentoring
from retention.services import (
    departures,
    health_expiry,
    leave_rounds,
    mentoring,
    pauses,
    received_imports,
)
from tests.factories import make_court, make_officer
from tests.retention import awards_cast as awards
from tests.retention.board_cast import AT
from tests.retention.received_books import book, row

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def dead_broker(monkeypatch):
    """Every poke of a worker fails, as it does when nothing listens at the broker's address."""
    poked = []

    def refuse(*args):
        poked.append(args)
        raise OperationalError("connection refused")

    monkeypatch.setattr(run_job, "delay", refuse)
    monkeypatch.setattr(send_mail, "delay", refuse)
    return poked


# -- nights that go wrong -------------------------------------------------------------------------


def make_pause(officer, head, *, end):
    return pauses.AssignmentPause.objects.create(
        officer=officer, basis="leave", state="paused", start=end - 7 * DAY, end=end,
        planned_end=end, decided_by=head, decided_at=AT,
    )  # fmt: skip


def test_the_end_of_a_pause_is_announced_after_a_night_without_a_worker(officer, head):
    end = date(2026, 11, 20)
    make_pause(officer, head, end=end)

    assert pauses.announce_ends(on=end - DAY) == 0
    assert pauses.announce_ends(on=end + DAY) == 2
    assert pauses.announce_ends(on=end + 2 * DAY) == 0
    assert pauses.announce_ends(on=end + 8 * DAY) == 0
    assert set(Notice.objects.values_list("user", flat=True)) == {officer.user_id, head.pk}


def fail_for(monkeypatch, module, name, court):
    real = getattr(module, name)

    def fails(here, *args, **facts):
        if court in (here, facts.get("court")):
            raise RuntimeError("broken")
        return real(here, *args, **facts)

    monkeypatch.setattr(module, name, fails)


def test_a_court_that_fails_keeps_no_other_from_deleting(court, officer, monkeypatch):
    on = timezone.localdate()
    HealthDeletion.objects.create(
        officer=officer, rule="age", before=on, deletes_on=on, announced_at=AT
    )
    fail_for(monkeypatch, health_expiry, "_announce", court)

    health_expiry.expire_health(on=on, at=timezone.now())

    assert HealthDeletion.objects.get().state == HealthDeletion.State.DROPPED


def test_a_court_that_fails_keeps_no_other_from_its_planning_of_leave(court, monkeypatch):
    other = make_court(code="zz", name="第二县人民法院")
    real = leave_rounds.open_round

    def fails(**facts):
        if facts["court"] == court:
            raise RuntimeError("broken")
        return real(**facts)

    monkeypatch.setattr(leave_rounds, "open_round", fails)

    assert leave_rounds.open_due_rounds(on=date(2026, 12, 1)) == 1
    assert LeaveRound.objects.get().court == other


def test_a_pair_that_fails_keeps_no_other_from_being_reminded(
    court, civil, officer, political, monkeypatch
):
    for name in ("孙小新", "李小新"):
        mentee = make_officer(court=court, department=civil, name=name)
        awards.make_pair(officer, mentee, by=political)
    broken, whole = Mentoring.objects.order_by("pk")
    fail_for(monkeypatch, mentoring, "_remind", broken)
    Notice.objects.all().delete()

    assert mentoring.remind_quiet_pairs(on=awards.TODAY + 100 * DAY) == 1
    assert Notice.objects.get().url == whole.get_absolute_url()


def test_a_departure_that_fails_keeps_no_other_from_being_told(
    court, civil, political, monkeypatch
):
    first, second = (
        make_officer(court=court, department=civil, name=name, left_on=date(2026, 11, 1))
        for name in ("孙已走", "李已走")
    )
    fail_for(monkeypatch, departures, "_remind", first)

    assert departures.remind_departures(on=date(2026, 11, 23)) == 1
    assert Notice.objects.get().key.startswith(f"departure-waits:{second.pk}:")


# -- nobody at the broker -------------------------------------------------------------------------


def test_a_dead_broker_loses_neither_computing_nor_workbook(
    client, officer, political, dead_broker, django_capture_on_commit_callbacks
):
    client.force_login(political)
    content = book([row(officer)])
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(reverse("retention:entitlement_compute")).status_code == 302
    with django_capture_on_commit_callbacks(execute=True):
        received_imports.upload_received(
            content=content, filename="x.xlsx", court=officer.court, by=political
        )

    kinds = set(Job.objects.filter(state=Job.State.QUEUED).values_list("kind", flat=True))
    assert kinds == {"retention.entitlements", "retention.received_check"}
    assert len(dead_broker) == 2


def test_a_dead_broker_keeps_nobody_from_telling(
    client, officer, head, dead_broker, django_capture_on_commit_callbacks
):
    officer.user.email = "somebody@example.invalid"
    officer.user.save()
    achievement = awards.make_achievement(officer, by=head)
    client.force_login(head)
    address = reverse("retention:achievement_decline", args=[achievement.pk])

    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(address, {"answer": "Not yet"})

    assert answer.status_code == 302
    assert Notice.objects.get(user=officer.user).mail_state == Notice.Mail.OWED
    assert dead_broker
