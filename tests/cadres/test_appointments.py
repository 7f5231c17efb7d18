"""Appointing, extending, approving, taking back: state, log, notices, refusals."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from cadres.models import (
    AllowanceRun,
    Appointment,
    Approval,
    Breach,
    Officer,
    SeatChange,
    TermExtension,
)
from cadres.selectors import appointment_plans
from cadres.services import appointments as services
from cadres.services.appointments import (
    CannotAppoint,
    CannotApprove,
    CannotExtend,
    CannotVoid,
    appoint,
    extend_term,
    record_approval,
    void_appointment,
)
from cadres.services.approvals import CannotEnter
from courtparty.audit.models import Entry
from courtparty.lib.conflicts import Conflict
from courtparty.lib.dates import PartialDate
from courtparty.notices.models import Notice
from tests.cadres.establishment import make_appointment, make_post
from tests.factories import make_officer, make_unit

START = date(2026, 3, 15)
PAPER = {"number": "示任通〔2026〕9号", "issued_on": date(2026, 3, 1)}
HIGHER = {"number": "县委组〔2026〕4号", "issued_on": date(2026, 3, 10)}
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _refusals_in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def post(party_org):
    return make_post(party_org, "secretary")


@pytest.fixture
def colleague(court, civil, branch):
    return make_officer(court=court, department=civil, branch=branch, name="李明")


def put(post, officer, by, start=START, **facts) -> Appointment:
    facts = {"document": PAPER, "start": start, "by": by} | facts
    return appoint(post_id=post.pk, officer_id=officer.pk, **facts)


def make_run(court, month: date = date(2026, 3, 1), **fields) -> AllowanceRun:
    return AllowanceRun.objects.create(
        court=court, month=month, computed_at=timezone.now(), **fields
    )


def nothing_was_done(officer) -> bool:
    told = Notice.objects.filter(user=officer.user).exists()
    logged = Entry.objects.filter(verb__startswith="appointment.").exists()
    return not (told or logged or Appointment.objects.exists() or Approval.objects.filter(
        number=PAPER["number"]
    ).exists())  # fmt: skip


# -- appointing ---------------------------------------------------------------------------------


def test_appoint_puts_an_officer_into_the_post(post, officer, political):
    appointment = put(post, officer, political, note=" 兼 ", higher_approval=HIGHER)

    appointment.refresh_from_db()
    assert (appointment.court, appointment.post, appointment.officer) == (
        officer.court, post, officer,
    )  # fmt: skip
    assert (appointment.seat, appointment.start, appointment.end) == (1, START, None)
    assert appointment.term_end == date(2029, 3, 15)
    assert appointment.document.number == PAPER["number"]
    assert appointment.higher_approval.number == HIGHER["number"]
    assert (appointment.note, appointment.created_by) == ("兼", political)
    assert appointment.changed_at == appointment.created_at


def test_appoint_logs_and_tells_the_officer_once(post, officer, political, party_affairs):
    appointment = put(post, officer, political)

    entry = Entry.objects.get(verb="appointment.made")
    assert entry.subject_pk == appointment.pk
    assert entry.detail == {
        "officer": officer.pk,
        "post": post.pk,
        "start": "2026-03-15",
        "document": appointment.document.pk,
    }
    notice = Notice.objects.get()
    assert (notice.user, notice.kind) == (officer.user, "appointment_made")
    assert notice.url == reverse("cadres:my_posts")


def test_appoint_takes_up_a_document_on_record(post, branch, officer, colleague, political):
    first = put(post, officer, political)
    second = put(make_post(branch, "branch_secretary"), colleague, political)

    assert first.document == second.document


@pytest.mark.parametrize(
    ("kind", "unit_kind", "expected"),
    [
        pytest.param("secretary", "party_committee", date(2031, 3, 15), id="committee, 5 years"),
        pytest.param("secretary", "general_branch", date(2029, 3, 15), id="general branch, 3"),
        pytest.param("branch_secretary", "branch", date(2029, 3, 15), id="branch, 3"),
        pytest.param("party_affairs_cadre", "party_committee", None, id="not elected"),
        pytest.param("group_leader", "branch", None, id="group leader"),
    ],
)
def test_appoint_computes_the_term_by_the_kind_of_organisation(
    court, officer, political, kind, unit_kind, expected
):
    post = make_post(make_unit(court, "组织", kind=unit_kind), kind)

    assert put(post, officer, political).term_end == expected


def test_appoint_from_29_february_ends_before_1_march(post, officer, political):
    assert put(post, officer, political, date(2024, 2, 29)).term_end == date(2027, 3, 1)


def test_appoint_for_the_running_term_joins_that_of_the_organisation(
    party_org, post, officer, colleague, political
):
    put(post, colleague, political, date(2025, 1, 1))
    member = make_post(party_org, "committee_member", authorised=5)

    assert put(member, officer, political, term="running").term_end == date(2028, 1, 1)


@pytest.mark.parametrize("start", [date(2019, 1, 1), date(2024, 6, 1)])
def test_appoint_for_the_running_term_needs_one(
    party_org, post, officer, colleague, political, start
):
    """None on record before 2021, and the one that ended by 2024 cannot be joined."""
    post.opened_on = date(2015, 1, 1)
    post.save()
    make_appointment(post, colleague, date(2020, 1, 1), term_end=date(2023, 1, 1))
    member = make_post(party_org, "committee_member", authorised=5, opened_on=date(2015, 1, 1))

    with pytest.raises(CannotAppoint, match="term"):
        put(member, officer, political, start, term="running")


def test_appoint_acting_has_no_own_term(post, officer, political):
    appointment = put(post, officer, political, nature="acting")

    assert (appointment.nature, appointment.seat, appointment.term_end) == ("acting", 1, None)


def test_appoint_seconded_in_takes_no_seat(post, officer, colleague, political):
    put(post, officer, political)

    guest = put(post, colleague, political, nature="seconded_in")

    assert (guest.seat, guest.term_end) == (None, None)


def test_appoint_gives_the_lowest_seat_free_over_the_whole_time(
    court, civil, party_org, officer, colleague, political
):
    post = make_post(party_org, "deputy_secretary", authorised=3)
    make_appointment(post, colleague, START + DAY * 30, seat=1)
    third = make_officer(court=court, department=civil, name="王五")
    make_appointment(post, third, START - DAY * 30, START, seat=2)

    assert put(post, officer, political).seat == 2


def test_appoint_enters_a_holder_of_the_past(post, officer, colleague, political):
    make_appointment(post, colleague, START)

    past = put(post, officer, political, date(2023, 1, 1), end=START, end_reason="term_end")

    assert (past.end, past.end_reason, past.seat) == (START, "term_end", 1)
    assert not Notice.objects.exists()


# -- refusals -----------------------------------------------------------------------------------


def changed(officer: Officer, **fields) -> None:
    Officer.objects.filter(pk=officer.pk).update(**fields)


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        pytest.param({"work_since": PartialDate(2026, 4)}, "2026-04", id="before work"),
        pytest.param({"party_status": "probationary_member"}, "full Party member", id="probation"),
        pytest.param({"party_status": "none"}, "full Party member", id="no member"),
        pytest.param({"party_joined": PartialDate(2026, 3, 16)}, "2026-03-16", id="not joined"),
        pytest.param({"party_full_since": PartialDate(2026, 4)}, "2026-04", id="not full yet"),
        pytest.param({"left_on": date(2026, 1, 31)}, "2026-01-31", id="has left"),
        pytest.param({"left_on": date(2026, 5, 31)}, "2026-05-31", id="leaves later"),
    ],
)
def test_appoint_refuses_who_cannot_hold_the_post(post, officer, political, fields, text):
    changed(officer, **fields)

    with pytest.raises(CannotAppoint, match=text):
        put(post, officer, political)

    assert nothing_was_done(officer)


def test_appoint_takes_anybody_in_work_for_a_post_that_is_not_elected(
    party_org, officer, political
):
    changed(officer, party_status="none", party_joined=None, party_full_since=None)
    post = make_post(party_org, "party_affairs_cadre")

    assert put(post, officer, political).pk


@pytest.mark.parametrize(
    ("fields", "start", "text"),
    [
        pytest.param({"opened_on": START + DAY}, START, "2026-03-16", id="not open yet"),
        pytest.param({"closed_on": date(2026, 6, 1)}, START, "2026-06-01", id="closed later"),
    ],
)
def test_appoint_refuses_a_post_that_is_not_open(
    party_org, officer, political, fields, start, text
):
    post = make_post(party_org, "secretary", **fields)

    with pytest.raises(CannotAppoint, match=text):
        put(post, officer, political, start)

    assert nothing_was_done(officer)


def test_appoint_to_a_closed_post_in_its_time(party_org, officer, political):
    post = make_post(party_org, "secretary", closed_on=date(2026, 6, 1))

    past = put(post, officer, political, end=date(2026, 6, 1), end_reason="post_closed")

    assert past.end == date(2026, 6, 1)


@pytest.mark.parametrize("end", [START, START - DAY])
def test_appoint_refuses_to_end_before_it_starts(post, officer, political, end):
    with pytest.raises(CannotAppoint, match="last day"):
        put(post, officer, political, end=end, end_reason="other")

    assert nothing_was_done(officer)


def test_appoint_refuses_an_end_without_a_reason(post, officer, political):
    with pytest.raises(CannotAppoint, match="why"):
        put(post, officer, political, end=START + DAY)


def test_appoint_refuses_an_officer_of_another_court(post, outsider, political):
    with pytest.raises(CannotAppoint, match="another court"):
        put(post, outsider.officer, political)


def test_appoint_refuses_a_second_holder_and_says_who_holds_the_post(
    post, officer, colleague, political
):
    put(post, colleague, political, date(2025, 2, 1))

    with pytest.raises(CannotAppoint, match="李明 since 2025-02-01"):
        put(post, officer, political)

    assert Appointment.objects.count() == 1
    assert not Notice.objects.exists()


def test_appoint_refuses_a_seat_that_is_taken_later(post, officer, colleague, political):
    make_appointment(post, colleague, date(2026, 9, 1), date(2026, 10, 1))

    with pytest.raises(CannotAppoint, match="李明 from 2026-09-01 to 2026-09-30"):
        put(post, officer, political)


def test_appoint_refuses_a_seat_before_it_was_authorised(party_org, officer, colleague, political):
    post = make_post(party_org, "deputy_secretary", authorised=2, is_exclusive=False)
    SeatChange.objects.create(
        post=post,
        day=date(2026, 4, 1),
        before=1,
        after=2,
        replaced=post.approval,
        approval=post.approval,
        at=timezone.now(),
    )
    put(post, colleague, political, date(2025, 1, 1))

    with pytest.raises(CannotAppoint, match="2026-04-01 only"):
        put(post, officer, political)

    assert put(post, officer, political, date(2026, 4, 1)).seat == 2


def test_appoint_refuses_an_officer_twice_in_one_post(party_org, officer, political):
    post = make_post(party_org, "deputy_secretary", authorised=2)
    put(post, officer, political)

    with pytest.raises(CannotAppoint, match="already"):
        put(post, officer, political, START + DAY)


def test_appoint_refuses_two_full_time_posts_at_a_time(party_org, officer, political):
    deputy = make_post(party_org, "fulltime_deputy")
    cadre = make_post(party_org, "party_affairs_cadre")
    put(cadre, officer, political, date(2025, 1, 1))

    with pytest.raises(CannotAppoint, match="full-time post"):
        put(deputy, officer, political)

    services_end = Appointment.objects.filter(post=cadre)
    services_end.update(end=START, end_reason="transfer")
    assert put(deputy, officer, political).pk


def test_appoint_allows_a_full_time_post_beside_another(party_org, branch, officer, political):
    put(make_post(party_org, "party_affairs_cadre"), officer, political)

    assert put(make_post(branch, "branch_secretary"), officer, political).pk


def test_appoint_says_everything_at_once(post, officer, colleague, political):
    put(post, colleague, political, date(2025, 2, 1))
    changed(officer, party_status="none")

    with pytest.raises(CannotAppoint) as refused:
        put(post, officer, political)

    assert "full Party member" in str(refused.value)
    assert "李明" in str(refused.value)


def test_appoint_writes_nothing_when_the_document_is_refused(post, officer, political):
    late = PAPER | {"issued_on": timezone.localdate() + DAY}

    with pytest.raises(CannotEnter):
        put(post, officer, political, document=late)

    assert nothing_was_done(officer)


def test_appoint_meets_the_database_when_somebody_was_faster(
    post, officer, colleague, political, monkeypatch
):
    """What was free when it was looked at is taken when it is written."""
    put(post, colleague, political)
    Notice.objects.all().delete()
    plan = appointment_plans.AppointmentPlan(seat=1, term_end=None)
    monkeypatch.setattr(services, "plan_of", lambda **facts: plan)

    with pytest.raises(Conflict) as conflict:
        put(post, officer, political, document=HIGHER)

    assert conflict.value.url == post.get_absolute_url()
    assert Appointment.objects.count() == 1
    assert not Approval.objects.filter(number=HIGHER["number"]).exists()
    assert not Notice.objects.exists()


# -- effects ------------------------------------------------------------------------------------


def test_appoint_marks_runs_from_its_month_on(court, other_court, post, officer, political):
    before = make_run(court, date(2026, 2, 1))
    same = make_run(court)
    elsewhere = make_run(other_court)

    put(post, officer, political)

    stale = {run.pk: run.is_stale for run in AllowanceRun.objects.all()}
    assert stale == {before.pk: False, same.pk: True, elsewhere.pk: False}


def test_appoint_puts_findings_of_the_full_time_check_right(
    court, party_org, branch, officer, political
):
    post = make_post(branch, "branch_secretary")
    appointment = put(post, officer, political)
    missing = Breach.objects.open().filter(code="approval_missing", officer=officer)
    assert missing.count() == 1

    record_approval(appointment_id=appointment.pk, by=political, document=HIGHER)

    assert not missing.exists()


def test_taking_back_tells_those_who_keep_posts_that_a_seat_is_vacant(
    post, officer, political, party_affairs, secretary, outsider_political
):
    appointment = put(post, officer, political)

    void_appointment(appointment_id=appointment.pk, reason="录错人", by=political)

    told = Notice.objects.filter(kind="seat_vacant")
    assert [notice.user for notice in told] == [party_affairs]
    assert told.get().url == post.get_absolute_url()
    assert told.get().params == {}


# -- extending ----------------------------------------------------------------------------------


@pytest.fixture
def appointment(post, officer, political):
    return put(post, officer, political)


def extend(appointment, by, term_end=date(2029, 9, 15), **facts):
    facts = {"known_term_end": appointment.term_end, "document": HIGHER} | facts
    return extend_term(appointment_id=appointment.pk, term_end=term_end, by=by, **facts)


def test_extend_term_keeps_what_it_was(appointment, officer, political):
    changed_at = appointment.changed_at

    extend(appointment, political)

    appointment.refresh_from_db()
    assert appointment.term_end == date(2029, 9, 15)
    extension = TermExtension.objects.get()
    assert (extension.old_term_end, extension.new_term_end, extension.by) == (
        date(2029, 3, 15), date(2029, 9, 15), political,
    )  # fmt: skip
    assert extension.approval.number == HIGHER["number"]
    # A term changes no allowance.
    assert appointment.changed_at == changed_at
    entry = Entry.objects.get(verb="appointment.extended")
    assert entry.detail == {
        "day_before": "2029-03-15",
        "day": "2029-09-15",
        "document": extension.approval_id,
    }


def test_extend_term_tells_each_time(appointment, officer, political):
    extend(appointment, political)
    appointment.refresh_from_db()
    extend(appointment, political, date(2029, 12, 15))

    told = Notice.objects.filter(user=officer.user, kind="appointment_extended")
    assert told.count() == 2


def test_extend_term_marks_no_run(court, appointment, political):
    run = make_run(court)

    extend(appointment, political)

    run.refresh_from_db()
    assert not run.is_stale


def test_extend_term_for_all_of_the_organisation(
    party_org, branch, appointment, officer, colleague, political
):
    member = make_post(party_org, "committee_member", authorised=3)
    same = put(member, colleague, political, term="running")
    other_term = make_appointment(member, officer, START, term_end=date(2030, 1, 1), seat=2)
    elsewhere = put(make_post(branch, "branch_secretary"), colleague, political)

    extended = extend(appointment, political, for_all=True)

    assert {one.pk for one in extended} == {appointment.pk, same.pk}
    ends = dict(Appointment.objects.values_list("pk", "term_end"))
    assert ends[same.pk] == date(2029, 9, 15)
    assert ends[other_term.pk] == date(2030, 1, 1)
    assert ends[elsewhere.pk] == date(2029, 3, 15)


@pytest.mark.parametrize("term_end", [date(2029, 3, 15), date(2028, 1, 1)])
def test_extend_term_refuses_one_that_is_not_longer(appointment, political, term_end):
    with pytest.raises(CannotExtend, match="2029-03-14"):
        extend(appointment, political, term_end)

    assert not TermExtension.objects.exists()


def test_extend_term_refuses_an_appointment_without_a_term(branch, officer, political):
    leader = put(make_post(branch, "group_leader"), officer, political)

    with pytest.raises(CannotExtend, match="no term"):
        extend(leader, political)


def test_extend_term_refuses_an_appointment_that_ends(appointment, political):
    Appointment.objects.update(end=date(2026, 9, 1), end_reason="other")

    with pytest.raises(CannotExtend, match="end"):
        extend(appointment, political)


def test_extend_term_refuses_another_term_than_was_seen(appointment, political):
    with pytest.raises(Conflict):
        extend(appointment, political, known_term_end=date(2028, 3, 15))

    assert not TermExtension.objects.exists()
    assert not Approval.objects.filter(number=HIGHER["number"]).exists()


# -- approval of the higher body ----------------------------------------------------------------


def test_record_approval_comes_later(appointment, political):
    record_approval(appointment_id=appointment.pk, by=political, document=HIGHER)

    appointment.refresh_from_db()
    assert appointment.higher_approval.number == HIGHER["number"]
    assert Entry.objects.get(verb="appointment.approved").subject_pk == appointment.pk


def test_record_approval_refuses_a_second_one(appointment, political):
    record_approval(appointment_id=appointment.pk, by=political, document=HIGHER)

    with pytest.raises(CannotApprove, match=HIGHER["number"]):
        record_approval(appointment_id=appointment.pk, by=political, document=PAPER)

    appointment.refresh_from_db()
    assert appointment.higher_approval.number == HIGHER["number"]


# -- taking back --------------------------------------------------------------------------------


def test_void_appointment_frees_the_seat(court, post, appointment, officer, colleague, political):
    run = make_run(court)

    void_appointment(appointment_id=appointment.pk, reason=" 录错 人 ", by=political)

    run.refresh_from_db()
    voided = Appointment.objects.get(pk=appointment.pk)
    assert (voided.is_void, voided.note) == (True, "录错 人")
    assert voided.changed_at > appointment.changed_at
    assert run.is_stale
    assert put(post, colleague, political).seat == 1
    entry = Entry.objects.get(verb="appointment.voided")
    assert entry.detail == {"officer": officer.pk, "post": post.pk}
    told = Notice.objects.filter(user=officer.user).values_list("kind", flat=True)
    assert sorted(told) == ["appointment_made", "appointment_voided"]


def test_void_appointment_keeps_the_note(post, officer, political):
    appointment = put(post, officer, political, note="兼任")

    void_appointment(appointment_id=appointment.pk, reason="重复", by=political)

    appointment.refresh_from_db()
    assert appointment.note == "兼任; 重复"


@pytest.mark.parametrize(
    ("note", "reason", "text"),
    [
        pytest.param("", "  ", "wrong", id="no reason"),
        pytest.param("甲" * 150, "乙" * 60, "48", id="too long together"),
    ],
)
def test_void_appointment_refuses(post, officer, political, note, reason, text):
    appointment = put(post, officer, political, note=note)

    with pytest.raises(CannotVoid, match=text):
        void_appointment(appointment_id=appointment.pk, reason=reason, by=political)

    appointment.refresh_from_db()
    assert not appointment.is_void


def test_what_was_taken_back_changes_no_more(appointment, political):
    void_appointment(appointment_id=appointment.pk, reason="重复", by=political)

    with pytest.raises(Conflict):
        void_appointment(appointment_id=appointment.pk, reason="重复", by=political)
    with pytest.raises(Conflict):
        extend(appointment, political)
    with pytest.raises(Conflict):
        record_approval(appointment_id=appointment.pk, by=political, document=HIGHER)

    assert Entry.objects.filter(verb="appointment.voided").count() == 1
