from datetime import date, datetime

import pytest
from django.utils import timezone
from django.utils.translation import override

from courtparty.accounts.models import User
from courtparty.audit.models import Entry
from courtparty.lib.conflicts import Conflict
from courtparty.notices.models import Notice
from retention.models import ExitInterview
from retention.selectors.interviews import reading_of
from retention.services.departures import withdraw_departure
from retention.services.exit_interviews import (
    CannotAnswer,
    CannotHold,
    CannotOffer,
    answer_offer,
    decide_summary,
    hold_interview,
    open_interview,
)
from tests.retention.board_cast import AT, TODAY, make_departure, make_interview

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english():
    with override("en"):
        yield


LATER = timezone.make_aware(datetime(2026, 11, 24, 9, 0))


@pytest.fixture
def departure(officer, political):
    return make_departure(officer, political)


@pytest.fixture
def offered(departure, branch_secretary, political):
    return make_interview(departure, branch_secretary, political)


def hold(interview, by, **changes):
    facts = {
        "interview_id": interview.pk, "held_on": date(2026, 11, 24), "text": "Secret words",
        "summary": "Pay and distance", "main": "pay", "causes": ["distance"],
        "would_return": "perhaps", "by": by, "at": LATER,
    }  # fmt: skip
    return hold_interview(**facts | changes)


@pytest.fixture
def held(offered, officer, branch_secretary):
    answer_offer(interview_id=offered.pk, accepts=True, by=officer.user, at=AT)
    return hold(offered, branch_secretary)


def test_offering_tells_the_officer(offered, officer, branch_secretary):
    assert (offered.state, offered.interviewer) == ("offered", branch_secretary)
    notice = Notice.objects.get()
    assert (notice.user, notice.kind, notice.params) == (officer.user, "interview_offered", {})
    assert Entry.objects.filter(verb="interview.offered").count() == 1


def test_an_open_offer_is_changed_and_asked_anew(offered, departure, officer, head, political):
    answer_offer(interview_id=offered.pk, accepts=True, by=officer.user, at=AT)

    again = make_interview(departure, head, political, at=LATER)

    assert (again.pk, again.state, again.interviewer) == (offered.pk, "offered", head)
    assert again.answered_at is None


@pytest.mark.parametrize(
    ("at", "text"),
    [
        (timezone.make_aware(datetime(2026, 12, 1, 9, 0)), "before the last day"),
        (timezone.make_aware(datetime(2027, 1, 5, 9, 0)), "before the last day"),
    ],
)
def test_offering_after_the_last_day_is_refused(departure, branch_secretary, political, at, text):
    with pytest.raises(CannotOffer, match=text):
        make_interview(departure, branch_secretary, political, at=at)


def test_offering_refuses_who_has_no_account(departure, branch_secretary, political, officer):
    User.objects.filter(pk=officer.user_id).update(is_active=False)

    with pytest.raises(CannotOffer, match="no open account"):
        make_interview(departure, branch_secretary, political)


@pytest.mark.parametrize("day", [date(2026, 11, 22), date(2026, 12, 1)])
def test_offering_refuses_days_outside_of_the_time_left(
    departure, branch_secretary, political, day
):
    with pytest.raises(CannotOffer, match="Propose a day"):
        make_interview(departure, branch_secretary, political, planned_on=day)


def test_offering_refuses_an_interviewer_without_the_right(
    departure, political, appraiser, outsider, officer
):
    for person in (appraiser, outsider, officer.user):
        with pytest.raises(CannotOffer, match="hold talks"):
            make_interview(departure, person, political)

    assert not ExitInterview.objects.exists()


def test_the_officer_accepts_and_the_interviewer_is_told(
    offered, officer, branch_secretary, political
):
    answer_offer(interview_id=offered.pk, accepts=True, by=officer.user, at=AT)

    offered.refresh_from_db()
    assert offered.state == "accepted"
    told = Notice.objects.filter(kind="interview_accepted")
    assert {notice.user for notice in told} == {branch_secretary, political}


def test_who_declined_is_asked_no_more(offered, officer, departure, branch_secretary, political):
    answer_offer(interview_id=offered.pk, accepts=False, by=officer.user, at=AT)

    with pytest.raises(Conflict):
        make_interview(departure, branch_secretary, political, at=LATER)
    with pytest.raises(Conflict):
        hold(offered, branch_secretary)
    with pytest.raises(Conflict):
        answer_offer(interview_id=offered.pk, accepts=True, by=officer.user, at=LATER)


def test_nobody_else_answers_for_the_officer(offered, political, branch_secretary):
    for person in (political, branch_secretary):
        with pytest.raises(CannotAnswer):
            answer_offer(interview_id=offered.pk, accepts=True, by=person, at=AT)


def test_only_the_person_named_holds_it(offered, political, head):
    for person in (political, head):
        with pytest.raises(CannotHold, match="Only the person named"):
            hold(offered, person)

    offered.refresh_from_db()
    assert (offered.state, offered.text) == ("offered", "")


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"held_on": date(2026, 11, 22)}, "between the offer and today"),
        ({"held_on": date(2026, 11, 25)}, "between the offer and today"),
        ({"main": "nothing"}, "court's table"),
    ],
)
def test_holding_refuses(offered, branch_secretary, change, text):
    with pytest.raises(CannotHold, match=text):
        hold(offered, branch_secretary, **change)


def test_what_was_said_is_sealed_and_the_officer_is_asked(held, officer):
    raw = ExitInterview.objects.values("text", "summary", "answers").get()

    assert not [word for word in ("Secret", "Pay", "pay") if word in str(raw)]
    assert held.answers == {
        "main": "pay", "causes": ["pay", "distance"], "would_return": "perhaps",
    }  # fmt: skip
    notice = Notice.objects.get(kind="interview_held")
    assert (notice.user, notice.params) == (officer.user, {})


def test_holding_twice_is_refused(held, branch_secretary):
    with pytest.raises(Conflict):
        hold(held, branch_secretary)


def test_the_text_is_the_interviewers_and_the_summary_needs_the_officers_word(
    held, officer, branch_secretary, political, president
):
    def seen(user):
        reading = reading_of(ExitInterview.objects.get(), user)
        return reading.has_text, reading.has_summary

    assert seen(branch_secretary) == (True, True)
    assert seen(officer.user) == (False, True)
    assert seen(political) == (False, False)

    decide_summary(interview_id=held.pk, allows=True, by=officer.user, at=LATER)
    assert seen(political) == (False, True)
    assert seen(president) == (False, False)

    decide_summary(interview_id=held.pk, allows=False, by=officer.user, at=LATER)
    assert seen(political) == (False, False)


def test_only_the_officer_decides_about_the_summary(held, political, branch_secretary):
    for person in (political, branch_secretary):
        with pytest.raises(CannotAnswer):
            decide_summary(interview_id=held.pk, allows=True, by=person, at=LATER)


def test_there_is_nothing_to_allow_before_it_is_held(offered, officer):
    with pytest.raises(Conflict):
        decide_summary(interview_id=offered.pk, allows=True, by=officer.user, at=AT)


def test_whoever_reads_it_is_shown_to_the_officer(held, officer, branch_secretary, political):
    for user in (branch_secretary, political, officer.user):
        open_interview(interview=ExitInterview.objects.get(), by=user)
    decide_summary(interview_id=held.pk, allows=True, by=officer.user, at=LATER)
    open_interview(interview=ExitInterview.objects.get(), by=political)

    reads = Entry.objects.about(officer).reads().order_by("pk")
    assert [(entry.actor, entry.verb) for entry in reads] == [
        (branch_secretary, "interview.read"),
        (political, "interview.summary_read"),
    ]


def test_a_departure_taken_back_ends_its_interview(offered, departure, officer, political):
    withdraw_departure(departure_id=departure.pk, by=political, at=AT)

    with pytest.raises(Conflict):
        answer_offer(interview_id=offered.pk, accepts=True, by=officer.user, at=LATER)


def test_interviews_are_seen_by_those_they_concern(
    offered, officer, branch_secretary, political, president, head, outsider_political
):
    users = (officer.user, branch_secretary, political, president, head, outsider_political)

    seen = [ExitInterview.objects.visible_to(user).count() for user in users]

    assert seen == [1, 1, 1, 0, 0, 0]
    assert offered.planned_on == TODAY
