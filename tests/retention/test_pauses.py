from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import override

from courtparty.audit.models import Entry
from courtparty.lib.conflicts import Conflict
from courtparty.notices.models import Notice
from retention.models import AssignmentPause, RetentionSettings
from retention.services.pauses import (
    CannotDecide,
    announce_ends,
    approve_suggestion,
    decline_suggestion,
    end_pause,
    suggest_pauses,
)
from tests.appraisal.cycle_cast import make_figures, make_import
from tests.factories import make_officer, make_user
from tests.retention.board_cast import AT, TODAY, make_pause, make_suggestion

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english():
    with override("en"):
        yield


OCTOBER = date(2026, 10, 1)
MONTHS = [date(2026, month, 1) for month in range(5, 11)]
END = date(2026, 12, 7)


def make_judges(court, department, pending, *, months=MONTHS):
    source = make_import(court)
    judges = []
    for number, value in enumerate(pending):
        judge = make_officer(court=court, department=department, name=f"法{number}")
        make_figures(judge, source, months=months, pending=value, new=3, closed=3)
        judges.append(judge)
    return judges


# -- the rule -----------------------------------------------------------------------------------


def test_the_rule_suggests_a_pause_to_the_head_with_the_figures_that_fired(court, civil, head):
    judges = make_judges(court, civil, [20, 20, 20, 20, 30])

    assert suggest_pauses(on=TODAY, at=AT) == 1

    pause = AssignmentPause.objects.get()
    assert (pause.officer, pause.state, pause.month) == (judges[4], "suggested", OCTOBER)
    assert pause.figures == {
        "pending": "30", "median": "20", "lower": "20", "upper": "20",
        "peers": 5, "percent": 150, "from": 150,
    }  # fmt: skip
    notice = Notice.objects.get()
    assert (notice.user, notice.kind, notice.params) == (head, "pause_suggested", {})
    entry = Entry.objects.get()
    assert (entry.verb, entry.actor, entry.detail) == (
        "pause.suggested", None, {"officer": judges[4].pk},
    )  # fmt: skip


def test_run_twice_it_suggests_once(court, civil, head):
    make_judges(court, civil, [20, 20, 20, 20, 40])
    suggest_pauses(on=TODAY, at=AT)

    assert suggest_pauses(on=TODAY, at=AT) == 0
    assert (AssignmentPause.objects.count(), Notice.objects.count()) == (1, 1)


def test_the_courts_own_share_decides(court, civil):
    make_judges(court, civil, [20, 20, 20, 20, 30])
    RetentionSettings.objects.create(court=court, pause_share=151)

    assert suggest_pauses(on=TODAY, at=AT) == 0


def test_of_four_judges_nothing_is_suggested(court, civil):
    make_judges(court, civil, [20, 20, 20, 80])

    assert suggest_pauses(on=TODAY, at=AT) == 0


def test_who_is_paused_is_not_suggested(court, civil, head):
    judges = make_judges(court, civil, [20, 20, 20, 20, 40])
    make_pause(judges[4], head)

    assert suggest_pauses(on=TODAY, at=AT) == 0


def test_a_declined_suggestion_does_not_come_back_with_the_same_figures(court, civil, head):
    make_judges(court, civil, [20, 20, 20, 20, 40])
    suggest_pauses(on=TODAY, at=AT)
    pause = AssignmentPause.objects.get()
    decline_suggestion(pause_id=pause.pk, reason="Two cases end this week", by=head, at=AT)

    assert suggest_pauses(on=TODAY, at=AT) == 0


def test_a_suggestion_lapses_when_newer_figures_do_not_fire(court, civil, head):
    judges = make_judges(court, civil, [20, 20, 20, 20, 20])
    pause = make_suggestion(judges[0], month=date(2026, 9, 1))

    assert suggest_pauses(on=TODAY, at=AT) == 0

    pause.refresh_from_db()
    assert pause.state == "lapsed"
    assert [entry.verb for entry in Entry.objects.all()] == ["pause.lapsed"]


def test_newer_figures_that_fire_take_the_place_of_the_old_suggestion(court, civil):
    judges = make_judges(court, civil, [20, 20, 20, 20, 40])
    old = make_suggestion(judges[4], month=date(2026, 9, 1))

    assert suggest_pauses(on=TODAY, at=AT) == 1

    old.refresh_from_db()
    assert old.state == "lapsed"
    assert AssignmentPause.objects.suggested().get().month == OCTOBER


# -- the head's decision ------------------------------------------------------------------------


def test_the_head_pauses_as_suggested_and_the_officer_is_told(officer, head):
    pause = make_suggestion(officer)

    approve_suggestion(
        pause_id=pause.pk, start=TODAY, end=END, reason="As suggested", by=head, at=AT
    )

    pause.refresh_from_db()
    assert (pause.state, pause.start, pause.end, pause.planned_end) == (
        "paused", TODAY, END, END,
    )  # fmt: skip
    assert (pause.decided_by, pause.reason) == (head, "As suggested")
    notice = Notice.objects.get()
    assert (notice.user, notice.kind, notice.params) == (officer.user, "pause_decided", {})
    assert Entry.objects.get().verb == "pause.decided"


def test_declining_keeps_the_figures_and_the_reason_and_tells_nobody(officer, head):
    pause = make_suggestion(officer)

    decline_suggestion(pause_id=pause.pk, reason="A colleague helps", by=head, at=AT)

    pause.refresh_from_db()
    assert (pause.state, pause.reason, pause.figures["pending"]) == (
        "declined", "A colleague helps", "60",
    )  # fmt: skip
    assert not Notice.objects.exists()
    assert "colleague" not in str(Entry.objects.get().detail)


def test_declining_needs_a_reason(officer, head):
    pause = make_suggestion(officer)

    with pytest.raises(CannotDecide, match="Say why"):
        decline_suggestion(pause_id=pause.pk, reason=" ", by=head, at=AT)


def test_of_two_decisions_at_once_one_wins(officer, head):
    pause = make_suggestion(officer)
    approve_suggestion(pause_id=pause.pk, start=TODAY, end=END, by=head, at=AT)

    with pytest.raises(Conflict):
        decline_suggestion(pause_id=pause.pk, reason="No", by=head, at=AT)
    with pytest.raises(CannotDecide, match="takes some of these days"):
        approve_suggestion(pause_id=pause.pk, start=TODAY, end=END, by=head, at=AT)

    pause.refresh_from_db()
    assert pause.state == "paused"


def test_nobody_without_scope_decides(
    officer, political, president, secretary, court, filing, outsider_political
):
    other_head = make_user("other.head", "head", filing)
    pause = make_suggestion(officer)

    for person in (political, president, secretary, other_head, outsider_political, officer.user):
        with pytest.raises(CannotDecide, match="head of the department"):
            approve_suggestion(pause_id=pause.pk, start=TODAY, end=END, by=person, at=AT)
        with pytest.raises(CannotDecide, match="head of the department"):
            make_pause(officer, person)

    pause.refresh_from_db()
    assert pause.state == "suggested"
    assert not Entry.objects.exists()


def test_a_head_decides_nothing_about_the_own_cases(officer, civil):
    officer.user.grants.create(role="head", unit=civil, starts_on=date(2026, 1, 1))

    with pytest.raises(CannotDecide, match="nobody about their own"):
        make_pause(officer, officer.user)


def test_a_fact_pauses_the_assignment(officer, head):
    pause = make_pause(officer, head, basis="sickness", reason="Until further notice")

    assert (pause.state, pause.basis, pause.month) == ("paused", "sickness", None)
    stored = AssignmentPause.objects.values_list("reason", flat=True)[0]
    assert "further" not in str(stored)
    assert Notice.objects.get().user == officer.user


@pytest.mark.parametrize("change", [{"category": "clerk"}, {"left_on": date(2026, 11, 1)}])
def test_only_judges_in_service_are_paused(officer, head, change):
    for name, value in change.items():
        setattr(officer, name, value)
    officer.save()

    with pytest.raises(CannotDecide, match="quota judges in service"):
        make_pause(officer, head)


@pytest.mark.parametrize(
    ("start", "days", "text"),
    [
        (TODAY, 0, "before the first one"),
        (TODAY, -3, "before the first one"),
        (TODAY, 400, "a year at most"),
        (date(2026, 10, 1), 100, "31 days late"),
        (date(2026, 11, 1), 10, "are over"),
    ],
)
def test_days_that_cannot_be_are_refused(officer, head, start, days, text):
    with pytest.raises(CannotDecide, match=text):
        make_pause(officer, head, start, days)

    assert not AssignmentPause.objects.exists()


def test_pauses_of_one_officer_do_not_overlap(court, civil, officer, head):
    make_pause(officer, head, TODAY, 14)
    colleague = make_officer(court=court, department=civil, name="李二")

    with pytest.raises(CannotDecide, match="takes some of these days"):
        make_pause(officer, head, TODAY + timedelta(days=13), 14)
    make_pause(officer, head, TODAY + timedelta(days=14), 14)
    make_pause(colleague, head, TODAY, 14)

    assert AssignmentPause.objects.count() == 3


def test_the_database_refuses_an_overlap_itself(officer, head):
    make_pause(officer, head, TODAY, 14)

    with pytest.raises(IntegrityError), transaction.atomic():
        AssignmentPause.objects.create(
            officer=officer, basis="leave", state="paused", start=TODAY + timedelta(days=3),
            end=END + timedelta(days=30), decided_by=head,
        )  # fmt: skip


@pytest.mark.parametrize(
    "fields",
    [
        {"state": "paused", "start": END, "end": TODAY},
        {"state": "paused", "start": TODAY, "end": TODAY},
        {"state": "paused", "start": None, "end": None},
        {"state": "suggested", "start": TODAY, "end": END},
    ],
)
def test_the_database_refuses_pauses_that_cannot_be(officer, head, fields):
    decided_by = None if fields["state"] == "suggested" else head
    with pytest.raises(IntegrityError), transaction.atomic():
        AssignmentPause.objects.create(
            officer=officer, basis="leave", decided_by=decided_by, **fields
        )


# -- the end ------------------------------------------------------------------------------------

LATER = timezone.make_aware(datetime(2026, 11, 25, 9, 0))


def test_a_pause_ends_early(officer, head):
    pause = make_pause(officer, head, TODAY, 14)

    end_pause(pause_id=pause.pk, end=date(2026, 11, 26), reason="Back", by=head, at=LATER)

    pause.refresh_from_db()
    assert (pause.state, pause.end, pause.planned_end) == ("ended", date(2026, 11, 26), END)
    assert (pause.ended_by, pause.end_reason) == (head, "Back")
    assert Notice.objects.filter(kind="pause_ended").get().user == officer.user
    make_pause(officer, head, date(2026, 11, 26), 7)


def test_a_pause_that_has_not_begun_is_called_off(officer, head):
    pause = make_pause(officer, head, date(2026, 12, 10), 14)

    end_pause(pause_id=pause.pk, end=TODAY, reason="", by=head, at=AT)

    pause.refresh_from_db()
    assert pause.state == "called_off"
    make_pause(officer, head, date(2026, 12, 12), 3)


@pytest.mark.parametrize(
    ("end", "text"),
    [(date(2026, 11, 24), "from today on"), (END, "by itself"), (date(2027, 1, 1), "by itself")],
)
def test_a_pause_ends_between_today_and_its_end(officer, head, end, text):
    pause = make_pause(officer, head, TODAY, 14)

    with pytest.raises(CannotDecide, match=text):
        end_pause(pause_id=pause.pk, end=end, reason="", by=head, at=LATER)


def test_ending_twice_is_refused(officer, head):
    pause = make_pause(officer, head, TODAY, 14)
    end_pause(pause_id=pause.pk, end=date(2026, 11, 26), reason="", by=head, at=LATER)

    with pytest.raises(Conflict):
        end_pause(pause_id=pause.pk, end=date(2026, 11, 26), reason="", by=head, at=LATER)


def test_a_pause_ends_by_itself_and_both_are_told_once(officer, head):
    pause = make_pause(officer, head, TODAY, 14)
    Notice.objects.all().delete()

    assert announce_ends(on=END - timedelta(days=1)) == 0
    assert announce_ends(on=END) == 2
    assert announce_ends(on=END) == 0

    assert {notice.kind for notice in Notice.objects.all()} == {"pause_over", "pause_over_own"}
    running = AssignmentPause.objects.running
    assert not running(on=END).exists()
    assert running(on=END - timedelta(days=1)).get() == pause


def test_pauses_are_seen_by_head_political_and_leadership_and_the_officer(
    officer, head, political, president, secretary, filing, appraiser, outsider_political
):
    other_head = make_user("other.head", "head", filing)
    make_pause(officer, head)
    make_suggestion(officer)
    seen = {
        user.username: AssignmentPause.objects.visible_to(user).count()
        for user in (
            head, political, president, officer.user, secretary, other_head, appraiser,
            outsider_political,
        )
    }  # fmt: skip

    assert seen == {
        "head": 2, "political": 2, "president": 2, "officer": 1, "secretary": 0,
        "other.head": 0, "appraiser": 0, "outsider.political": 0,
    }  # fmt: skip
