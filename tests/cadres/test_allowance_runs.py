"""The monthly run: computing, the three people, corrections of settled months, the timetable."""

from contextlib import contextmanager
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random

import pytest
from celery import current_app
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from cadres import tasks
from cadres.models import (
    AllowanceLine,
    AllowanceRun,
    AllowanceStandard,
    Appointment,
    CadreSettings,
    Officer,
    Post,
    Secondment,
)
from cadres.rules.allowances import Held, Span, Standard
from cadres.services import allowance_computing, allowance_runs
from cadres.services.allowance_due import run_due
from cadres.services.allowance_marks import mark_runs_stale
from cadres.services.allowance_runs import (
    CannotDecide,
    CannotDraft,
    approve_run,
    check_run,
    discard_run,
    draft_run,
    draft_steps,
    pay_run,
    return_run,
    start_draft,
    submit_run,
)
from cadres.services.standards import take_back_standard
from courtparty.accounts.roles import Role
from courtparty.audit.models import Entry
from courtparty.jobs.models import Job
from courtparty.jobs.runner import run_job
from courtparty.jobs.services import CannotStart
from courtparty.lib.conflicts import Conflict
from courtparty.notices.models import Notice, WorkingDay
from courtparty.schedule import SCHEDULE
from tests.accounts.test_concurrency import at_once
from tests.cadres.allowance_days import day_by_day
from tests.cadres.establishment import make_appointment, make_post, make_standard
from tests.factories import make_officer, make_unit, make_user

MARCH, APRIL, MAY = date(2026, 3, 1), date(2026, 4, 1), date(2026, 5, 1)
State = AllowanceRun.State


def draft(court, month=MARCH, by=None, at=None) -> AllowanceRun:
    return draft_run(court=court, month=month, by=by, at=at or timezone.now())


def lines(run: AllowanceRun) -> list[tuple]:
    rows = run.lines.order_by("month", "appointment", "standard").values_list(
        "kind", "month", "days", "due", "paid_before", "amount"
    )
    return [(kind, f"{month:%m}", days, *map(str, sums)) for kind, month, days, *sums in rows]


@pytest.fixture
def post(party_org) -> Post:
    return make_post(party_org, Post.Kind.SECRETARY)


@pytest.fixture
def standard(court) -> AllowanceStandard:
    return make_standard(court, Post.Kind.SECRETARY, "620.00")


@pytest.fixture
def appointment(post, officer, standard) -> Appointment:
    return make_appointment(post, officer, date(2026, 3, 17))


@pytest.fixture
def run(court, appointment, party_affairs) -> AllowanceRun:
    return draft(court, by=party_affairs)


class Office:
    """Takes runs on their way, each step by the person whose it is."""

    def __init__(self, maker, checker, approver) -> None:
        self.maker, self.checker, self.approver = maker, checker, approver

    def submit(self, run, at=None):
        return submit_run(run_id=run.pk, by=self.maker, at=at or timezone.now())

    def check(self, run, at=None):
        return check_run(run_id=run.pk, by=self.checker, at=at or timezone.now())

    def approve(self, run, at=None):
        return approve_run(run_id=run.pk, by=self.approver, at=at or timezone.now())

    def pay(self, run, on=None):
        on = on or timezone.localdate()
        return pay_run(run_id=run.pk, by=self.maker, on=on, voucher="记-12")

    def settle(self, run, at=None):
        for step in (self.submit, self.check, self.approve):
            run = step(run, at)
        return run

    def finish(self, run):
        return self.pay(self.settle(run))


@pytest.fixture
def office(party_affairs, political, president) -> Office:
    return Office(party_affairs, political, president)


def changed(appointment: Appointment, **fields) -> None:
    """A change as the services of appointments make it."""
    fields |= {"changed_at": timezone.now()}
    if fields.get("end"):
        fields["end_reason"] = Appointment.EndReason.RESIGNED
    Appointment.objects.filter(pk=appointment.pk).update(**fields)
    mark_runs_stale(court=appointment.court, since=fields.get("end") or appointment.start)


# -- the draft ----------------------------------------------------------------------------------


def test_draft_run_pays_days_served_over_days_of_the_month(court, appointment, party_affairs):
    run = draft(court, date(2026, 3, 20), by=party_affairs)

    assert (run.month, run.state, run.is_stale) == (MARCH, "draft", False)
    assert (run.officers, run.total) == (1, Decimal("300.00"))
    assert lines(run) == [("regular", "03", 15, "300.00", "0.00", "300.00")]
    line = run.lines.get()
    assert (line.officer, line.appointment) == (appointment.officer, appointment)
    assert (line.rate, line.month_days) == (Decimal("620.00"), 31)
    entry = Entry.objects.get(verb="run.drafted")
    assert (entry.actor, entry.subject_pk) == (party_affairs, run.pk)
    assert entry.detail == {"month": "2026-03", "officers": 1, "fingerprint": run.fingerprint}


def test_draft_run_again_rewrites_the_same_run(court, run, appointment):
    changed(appointment, end=date(2026, 3, 20))
    assert AllowanceRun.objects.get().is_stale

    again = draft(court)

    assert again.pk == run.pk
    assert (again.is_stale, again.total) == (False, Decimal("60.00"))
    assert lines(again) == [("regular", "03", 3, "60.00", "0.00", "60.00")]
    assert again.fingerprint != run.fingerprint


def test_equal_runs_have_equal_fingerprints(court, run, appointment):
    assert draft(court).fingerprint == run.fingerprint
    assert len(run.fingerprint) == 64

    other = draft(court, APRIL)
    assert other.fingerprint != run.fingerprint


def test_draft_run_never_mixes_courts(court, run, other_court):
    unit = make_unit(other_court, "总支", kind="general_branch")
    department = make_unit(other_court, "民庭")
    holder = make_officer(court=other_court, department=department)
    make_appointment(make_post(unit), holder, date(2026, 1, 1))
    make_standard(other_court, Post.Kind.SECRETARY, "31.00")

    assert lines(draft(other_court)) == [("regular", "03", 31, "31.00", "0.00", "31.00")]
    assert draft(court).fingerprint == run.fingerprint


def test_draft_run_without_standards_is_an_empty_draft(court, post, officer):
    make_appointment(post, officer, date(2026, 1, 1))

    run = draft(court)

    assert (run.officers, run.total, run.lines.count()) == (0, 0, 0)


def test_draft_run_reads_every_flag_of_standards_and_posts(court, post, branch, officer, civil):
    make_standard(
        court, "secretary", "310.00",
        pays_acting=False, pays_seconded_out=False, several="highest",
    )  # fmt: skip
    make_standard(court, "group_leader", "31.00", several="sum")
    make_standard(court, "branch_secretary", "300.00", pays_seconded_in=True)
    first = make_appointment(post, officer, date(2026, 1, 1))
    make_appointment(make_post(branch, "group_leader"), officer, date(2026, 3, 31))
    make_appointment(make_post(branch, "branch_secretary"), officer, date(2026, 1, 1))
    Secondment.objects.create(
        appointment=first, start=date(2026, 3, 11), end=date(2026, 3, 21),
        destination="县委组织部", at=timezone.now(),
    )  # fmt: skip
    guest = make_officer(court=court, department=civil, name="王借调", left_on=date(2026, 3, 3))
    deputies = make_post(branch, "branch_secretary", name="二", authorised=2)
    make_appointment(deputies, guest, date(2026, 1, 1), nature="seconded_in")
    acting = make_post(branch, "secretary", name="代")
    make_appointment(acting, guest, date(2026, 1, 1), nature="acting")
    make_appointment(deputies, officer, date(2026, 1, 1), seat=2, is_void=True)

    found = draft(court).lines.values_list("officer", "appointment__post__kind", "days")

    assert sorted(found) == sorted(
        [
            (officer.pk, "secretary", 21),
            (officer.pk, "branch_secretary", 10),
            (officer.pk, "group_leader", 1),
            (guest.pk, "branch_secretary", 2),
        ]
    )


def test_draft_run_computes_in_parts_what_it_computes_at_once(court, post, civil, monkeypatch):
    make_standard(court, "committee_member", "93.00")
    members = make_post(post.unit, "committee_member", authorised=9)
    for seat in range(1, 8):
        holder = make_officer(court=court, department=civil, name="委员")
        make_appointment(members, holder, date(2026, 3, seat), seat=seat)
    whole = draft(court)
    monkeypatch.setattr(allowance_computing, "POSTS_AT_A_TIME", 2)
    monkeypatch.setattr(allowance_computing, "LINES_AT_A_TIME", 3)

    assert draft(court).fingerprint == whole.fingerprint
    assert whole.lines.count() == 7


def test_draft_run_refuses_a_month_that_has_not_begun(court, appointment):
    at = datetime.fromisoformat("2026-03-31T23:59:00+08:00")

    with pytest.raises(CannotDraft, match="2026-04"):
        draft(court, APRIL, at=at)

    assert not AllowanceRun.objects.exists()
    assert draft(court, APRIL, at=at + timedelta(minutes=1)).month == APRIL


@pytest.mark.parametrize("steps", [1, 2, 3, 4])
def test_draft_run_refuses_a_run_on_its_way_or_paid(court, run, office, steps):
    for step in (office.submit, office.check, office.approve, office.pay)[:steps]:
        step(run)
    before = AllowanceRun.objects.values().get()

    with pytest.raises(CannotDraft, match="2026-03"):
        draft(court)
    with pytest.raises(CannotDraft):
        start_draft(court=court, month=MARCH, by=office.maker)

    assert AllowanceRun.objects.values().get() == before
    assert not Job.objects.exists()


def test_draft_run_stores_all_or_nothing(court, run, appointment, monkeypatch):
    def fail(*args, **kwargs):
        raise RuntimeError

    changed(appointment, end=date(2026, 3, 20))
    monkeypatch.setattr(allowance_runs, "record", fail)

    with pytest.raises(RuntimeError):
        draft(court)

    stored = AllowanceRun.objects.get()
    assert (stored.is_stale, stored.total) == (True, Decimal("300.00"))
    assert lines(stored) == [("regular", "03", 15, "300.00", "0.00", "300.00")]


def test_draft_is_stale_when_something_changed_while_it_was_computed(court, run, appointment):
    work = draft_steps(court_id=court.pk, month=MARCH, by=None, at=timezone.now())
    next(work)
    changed(appointment, end=date(2026, 3, 20))
    for _progress in work:
        pass

    assert AllowanceRun.objects.get().is_stale


def test_draft_after_a_discarded_one_is_another_run(court, run, office):
    discard_run(run_id=run.pk, by=office.maker)

    again = draft(court)

    assert again.pk != run.pk
    assert list(AllowanceRun.objects.standing()) == [again]
    assert run.lines.count() == again.lines.count() == 1


# -- as a job -----------------------------------------------------------------------------------


def test_start_draft_queues_a_job_that_makes_the_draft(court, appointment, party_affairs):
    job = start_draft(court=court, month=date(2026, 3, 9), by=party_affairs)
    assert job.return_url == reverse("cadres:run_list")

    run_job(job_id=job.pk)

    job.refresh_from_db()
    run = AllowanceRun.objects.get()
    assert (job.state, job.result) == ("done", {"run": run.pk, "fingerprint": run.fingerprint})
    assert job.done == job.total == 1
    assert run.total == Decimal("300.00")
    assert Entry.objects.get(verb="run.drafted").actor == party_affairs


def test_start_draft_leads_back_to_the_run_there_is(court, run, party_affairs):
    job = start_draft(court=court, month=MARCH, by=party_affairs)

    assert job.return_url == run.get_absolute_url()


def test_start_draft_refuses_while_the_court_is_computed(court, appointment, party_affairs):
    start_draft(court=court, month=MARCH, by=party_affairs)

    with pytest.raises(CannotStart):
        start_draft(court=court, month=APRIL, by=party_affairs)


def test_draft_job_done_twice_computes_once(court, run, party_affairs):
    job = start_draft(court=court, month=MARCH, by=party_affairs)
    run_job(job_id=job.pk)
    Job.objects.filter(pk=job.pk).update(state=Job.State.QUEUED)

    run_job(job_id=job.pk)

    job.refresh_from_db()
    assert job.state == "done"
    assert Entry.objects.filter(verb="run.drafted").count() == 2


def test_draft_job_says_why_it_is_refused(court, run, office):
    job = start_draft(court=court, month=MARCH, by=office.maker)
    office.submit(run)

    run_job(job_id=job.pk)

    job.refresh_from_db()
    assert job.state == "refused"
    assert "2026-03" in job.message


# -- three people -------------------------------------------------------------------------------


def test_a_run_goes_through_three_people_to_the_payment(run, office):
    run = office.submit(run)
    assert (run.state, run.made_by) == ("submitted", office.maker)
    run = office.check(run)
    assert (run.state, run.checked_by) == ("checked", office.checker)
    run = office.approve(run)
    assert (run.state, run.approved_by) == ("approved", office.approver)
    run = office.pay(run)

    run.refresh_from_db()
    assert (run.state, run.paid_by, run.voucher) == ("paid", office.maker, "记-12")
    assert run.paid_on == timezone.localdate()
    assert None not in (run.made_at, run.checked_at, run.approved_at)
    entries = Entry.objects.about(run).order_by("pk").values_list("verb", "actor__username")
    assert list(entries) == [
        ("run.drafted", "cadre"),
        ("run.submitted", "cadre"),
        ("run.checked", "political"),
        ("run.approved", "president"),
        ("run.paid", "cadre"),
    ]


def test_each_step_tells_whose_turn_it_is(run, office, outsider_political, head, secretary):
    office.finish(run)

    told = Notice.objects.order_by("pk").values_list("kind", "user__username", "url", "params")
    page, month = run.get_absolute_url(), {"month": "2026-03"}
    assert list(told) == [
        ("run_submitted", "political", page, month),
        ("run_checked", "president", page, month),
        ("run_approved", "cadre", page, month),
        ("allowance_paid", "officer", reverse("cadres:my_allowances"), month),
    ]


def test_nobody_is_told_of_a_step_they_may_not_take(run, office, court):
    for user, role in ((office.maker, Role.POLITICAL), (office.checker, Role.PRESIDENT)):
        user.grants.create(role=role, unit=court, starts_on=date(2026, 1, 1))

    office.check(office.submit(run))

    told = Notice.objects.order_by("pk").values_list("kind", "user__username")
    assert list(told) == [("run_submitted", "political"), ("run_checked", "president")]


def test_the_maker_does_not_check(run, office):
    office.submit(run)

    with pytest.raises(CannotDecide):
        check_run(run_id=run.pk, by=office.maker, at=timezone.now())

    run.refresh_from_db()
    assert (run.state, run.checked_by) == ("submitted", None)
    assert not Entry.objects.filter(verb="run.checked").exists()


@pytest.mark.parametrize("who", ["maker", "checker"])
def test_maker_and_checker_do_not_approve(run, office, who):
    office.check(office.submit(run))

    with pytest.raises(CannotDecide):
        approve_run(run_id=run.pk, by=getattr(office, who), at=timezone.now())

    run.refresh_from_db()
    assert (run.state, run.approved_by) == ("checked", None)
    assert Notice.objects.filter(kind="run_approved").count() == 0


@pytest.mark.parametrize("state", State.values)
@pytest.mark.parametrize(
    ("step", "source"),
    [("submit", "draft"), ("check", "submitted"), ("approve", "checked"), ("pay", "approved")],
)
def test_a_step_from_another_state_is_a_conflict(court, appointment, office, step, source, state):
    run = draft(court)
    if state == "discarded":
        discard_run(run_id=run.pk, by=office.maker)
    else:
        way = [office.submit, office.check, office.approve, office.pay]
        for earlier in way[: ["draft", "submitted", "checked", "approved", "paid"].index(state)]:
            earlier(run)
    entries, notices = Entry.objects.count(), Notice.objects.count()

    if state == source:
        assert getattr(office, step)(run).state != source
        return
    with pytest.raises(Conflict) as raised:
        getattr(office, step)(run)

    assert raised.value.url == run.get_absolute_url()
    run.refresh_from_db()
    assert run.state == state
    assert (Entry.objects.count(), Notice.objects.count()) == (entries, notices)


def test_a_stale_run_goes_no_further(run, office, appointment):
    for step in (office.submit, office.check, office.approve):
        changed(appointment, end=date(2026, 3, 20))
        with pytest.raises(CannotDecide):
            step(run)
        AllowanceRun.objects.update(is_stale=False)
        step(run)

    changed(appointment, end=date(2026, 3, 21))
    assert not AllowanceRun.objects.get().is_stale
    assert office.pay(run).state == "paid"


def test_a_run_without_lines_is_not_handed_over(court, office):
    run = draft(court)

    with pytest.raises(CannotDecide):
        office.submit(run)

    run.refresh_from_db()
    assert run.state == "draft"


def test_what_was_shown_is_what_is_decided(court, run, office, appointment):
    shown = run.fingerprint
    changed(appointment, end=date(2026, 3, 20))
    draft(court)

    for step in (submit_run, check_run, approve_run):
        person = {submit_run: office.maker, check_run: office.checker}.get(step, office.approver)
        facts = {"run_id": run.pk, "by": person, "at": timezone.now()}
        with pytest.raises(Conflict):
            step(**facts, fingerprint=shown)
        step(**facts, fingerprint=AllowanceRun.objects.get().fingerprint)


def test_a_run_is_sent_back_with_the_reason(court, run, office):
    office.check(office.submit(run))

    returned = return_run(run_id=run.pk, by=office.approver, at=timezone.now(), reason=" 差一人 ")

    assert (returned.state, returned.returned) == ("draft", "差一人")
    assert (returned.made_by, returned.made_at) == (None, None)
    assert (returned.checked_by, returned.checked_at) == (None, None)
    notice = Notice.objects.get(kind="run_returned")
    assert (notice.user, notice.url) == (office.maker, run.get_absolute_url())
    assert Entry.objects.filter(verb="run.returned").count() == 1
    draft(court)
    assert office.finish(run).state == "paid"
    assert Notice.objects.filter(kind="run_submitted").count() == 2


def test_a_run_sent_back_may_be_made_by_another(run, office):
    office.submit(run)
    return_run(run_id=run.pk, by=office.checker, at=timezone.now(), reason="重算")

    swapped = Office(office.checker, office.maker, office.approver)

    assert swapped.settle(run).made_by == office.checker


def test_a_run_is_not_sent_back_without_a_reason(run, office):
    office.submit(run)

    with pytest.raises(CannotDecide):
        return_run(run_id=run.pk, by=office.checker, at=timezone.now(), reason="  ")

    run.refresh_from_db()
    assert (run.state, run.made_by) == ("submitted", office.maker)


@pytest.mark.parametrize("steps", [0, 3, 4])
def test_only_a_run_handed_over_is_sent_back(run, office, steps):
    for step in (office.submit, office.check, office.approve, office.pay)[:steps]:
        step(run)

    with pytest.raises(Conflict):
        return_run(run_id=run.pk, by=office.approver, at=timezone.now(), reason="迟了")

    assert not Notice.objects.filter(kind="run_returned").exists()


@pytest.mark.parametrize("days", [-1, 1])
def test_the_payment_is_neither_in_the_future_nor_before_the_approval(run, office, days):
    office.settle(run)

    with pytest.raises(CannotDecide):
        office.pay(run, on=timezone.localdate() + timedelta(days=days))

    run.refresh_from_db()
    assert (run.state, run.paid_on) == ("approved", None)
    assert not Notice.objects.filter(kind="allowance_paid").exists()


def test_the_payment_is_told_to_those_with_a_line_and_an_account(court, run, office, civil, branch):
    make_standard(court, "branch_secretary", "31.00")
    without = make_officer(court=court, department=civil)
    closed = make_officer(
        court=court, department=civil, user=make_user("closed", court=court, is_active=False)
    )
    other = make_officer(court=court, department=civil, user=make_user("other", court=court))
    make_officer(court=court, department=civil, user=make_user("unpaid", court=court))
    branches = make_post(branch, "branch_secretary", authorised=3)
    for seat, holder in enumerate((without, closed, other), 1):
        make_appointment(branches, holder, date(2026, 1, 1), seat=seat)

    office.finish(draft(court))

    told = Notice.objects.filter(kind="allowance_paid").values_list("user__username", flat=True)
    assert sorted(told) == ["officer", "other"]


def test_a_draft_is_discarded_even_when_stale(run, office, appointment):
    changed(appointment, end=date(2026, 3, 20))

    discard_run(run_id=run.pk, by=office.maker)

    run.refresh_from_db()
    assert run.state == "discarded"
    with pytest.raises(Conflict):
        discard_run(run_id=run.pk, by=office.maker)
    assert Entry.objects.filter(verb="run.discarded").count() == 1


# -- settled months -----------------------------------------------------------------------------


def test_a_later_end_with_back_date_is_recovered_exactly(court, run, office, appointment):
    office.finish(run)
    changed(appointment, end=date(2026, 3, 20))

    april = draft(court, APRIL)

    assert lines(april) == [("recovery", "03", 3, "60.00", "300.00", "-240.00")]
    assert (april.total, april.officers) == (Decimal("-240.00"), 1)
    office.finish(april)
    assert lines(draft(court, MAY)) == []


def test_an_appointment_entered_late_earns_arrears(court, run, office, branch, civil):
    office.finish(run)
    make_standard(court, "branch_secretary", "310.00", start=date(2026, 3, 22))
    late = make_officer(court=court, department=civil)
    make_appointment(make_post(branch, "branch_secretary"), late, date(2026, 2, 1))

    april = draft(court, APRIL)

    assert lines(april) == [
        ("arrears", "03", 10, "100.00", "0.00", "100.00"),
        ("regular", "04", 30, "620.00", "0.00", "620.00"),
        ("regular", "04", 30, "310.00", "0.00", "310.00"),
    ]
    assert april.lines.get(kind="arrears").officer == late


def test_an_appointment_entered_by_mistake_is_taken_back_whole(court, run, office, appointment):
    office.finish(run)
    changed(appointment, is_void=True)

    assert lines(draft(court, APRIL)) == [("recovery", "03", 0, "0.00", "300.00", "-300.00")]


def test_another_standard_with_back_date_swaps_the_lines(court, run, office, standard):
    office.finish(run)
    now = timezone.now()
    AllowanceStandard.objects.filter(pk=standard.pk).update(end=date(2026, 3, 27), changed_at=now)
    make_standard(court, "secretary", "930.00", start=date(2026, 3, 27))

    assert lines(draft(court, APRIL)) == [
        ("recovery", "03", 10, "200.00", "300.00", "-100.00"),
        ("arrears", "03", 5, "150.00", "0.00", "150.00"),
        ("regular", "04", 30, "930.00", "0.00", "930.00"),
    ]


def test_a_change_is_made_up_for_once_and_then_the_other_way_round(court, run, office, appointment):
    office.finish(run)
    changed(appointment, end=date(2026, 3, 20))
    office.finish(draft(court, APRIL))
    changed(appointment, end=date(2026, 5, 2), end_reason="other")

    may = draft(court, MAY)

    assert lines(may) == [
        ("arrears", "03", 15, "300.00", "60.00", "240.00"),
        ("arrears", "04", 30, "620.00", "0.00", "620.00"),
        ("regular", "05", 1, "20.00", "0.00", "20.00"),
    ]


def test_months_without_a_settled_run_are_left_alone(court, run, office, appointment):
    changed(appointment, end=date(2026, 3, 20))

    assert lines(draft(court, APRIL)) == []


def test_an_approved_run_counts_as_paid(court, run, office, appointment):
    office.settle(run)
    changed(appointment, end=date(2026, 3, 20))
    april = office.settle(draft(court, APRIL))
    assert lines(april) == [("recovery", "03", 3, "60.00", "300.00", "-240.00")]

    assert lines(draft(court, MAY)) == []


def test_two_runs_on_their_way_never_make_up_for_the_same_change(court, run, office, appointment):
    office.finish(run)
    changed(appointment, start=date(2026, 3, 2))
    april, may = draft(court, APRIL), draft(court, MAY)
    assert [run.lines.filter(kind="arrears").count() for run in (april, may)] == [1, 1]
    for one in (april, may):
        office.check(office.submit(one))

    office.approve(april)
    with pytest.raises(CannotDecide):
        office.approve(may)

    return_run(run_id=may.pk, by=office.approver, at=timezone.now(), reason="重算")
    assert lines(draft(court, MAY)) == [("regular", "05", 31, "620.00", "0.00", "620.00")]


def test_a_run_without_corrections_leaves_the_others_as_they_are(court, run, office):
    april = draft(court, APRIL)

    office.settle(run)

    april.refresh_from_db()
    assert not april.is_stale


def long_ago() -> datetime:
    """Make all that is on record older than any run."""
    before = timezone.now() - timedelta(days=2)
    Appointment.objects.update(changed_at=before)
    Officer.objects.update(updated_at=before)
    AllowanceStandard.objects.update(changed_at=before)
    return before


def left_the_court(appointment, now) -> None:
    officer = Officer.objects.filter(pk=appointment.officer_id)
    officer.update(left_on=date(2026, 3, 18), updated_at=now)


def ended(appointment, now) -> None:
    changes = {"end": date(2026, 3, 18), "end_reason": "other", "changed_at": now}
    Appointment.objects.filter(pk=appointment.pk).update(**changes)


def not_paid_any_more(appointment, now) -> None:
    AllowanceStandard.objects.update(end=date(2026, 3, 18), changed_at=now)


def has_a_higher_post_too(appointment, now) -> None:
    post = make_post(appointment.post.unit, "fulltime_deputy")
    make_standard(post.court, "fulltime_deputy", "930.00", changed_at=now - timedelta(days=3))
    make_appointment(post, appointment.officer, date(2026, 3, 18), changed_at=now)


@pytest.mark.parametrize(
    "change", [left_the_court, ended, not_paid_any_more, has_a_higher_post_too]
)
def test_each_kind_of_change_is_found_by_itself(court, run, office, appointment, change):
    long_ago()
    office.finish(run)
    change(appointment, timezone.now())

    found = draft(court, APRIL).lines.filter(month=MARCH, appointment=appointment)

    assert [(line.kind, line.days, line.amount) for line in found] == [
        ("recovery", 1, Decimal("-280.00"))
    ]


def test_what_nobody_has_changed_keeps_the_amount_paid(court, run, office, appointment):
    """Were everything computed again, this would be another amount."""
    office.finish(run)
    ended(appointment, long_ago())

    assert lines(draft(court, APRIL)) == []


# -- any order of changes and runs --------------------------------------------------------------

CLOCK = datetime.fromisoformat("2026-01-05T09:00:00+08:00")
KINDS = ("committee_member", "group_leader", "other")


class World:
    """A court whose records change at random, under a clock that moves on by half a day or more."""

    def __init__(self, court, unit, office, officers, seed: int) -> None:
        self.court, self.office, self.officers = court, office, officers
        self.random, self.now = Random(seed), CLOCK
        self.posts = {kind: make_post(unit, kind, authorised=99) for kind in KINDS}
        for kind in KINDS:
            self.make_standard(kind, date(2025, 6, 1))
        for _one in range(3):
            self.appoint()

    def month(self, month: date) -> None:
        """Changes of the weeks before and after the run is computed, whatever they concern."""
        for _change in range(self.random.randint(0, 5)):
            self.change()
        self.now = max(self.now, CLOCK.replace(month=month.month, day=20))
        self.run(month)

    def change(self) -> None:
        # A little more than the margin that a run allows for, so that it must look closely.
        self.now += timedelta(hours=self.random.randint(2, 60))
        changes = (
            self.appoint, self.end, self.void, self.move, self.leave, self.second,
            self.succeed, self.stop,
        )  # fmt: skip
        self.random.choice(changes)()

    def run(self, month: date) -> None:
        run = draft(self.court, month, at=self.now)
        if not run.lines.exists():
            return
        if self.random.random() < 0.3:
            self.change()  # too late for this run: it is approved as it was computed
        AllowanceRun.objects.filter(pk=run.pk).update(is_stale=False)
        self.office.settle(run, at=self.now)

    def catch_up(self, *months: date) -> None:
        """Months that had nothing to pay at the time, and may have by now."""
        for month in months:
            if AllowanceRun.objects.filter(month=month, state="approved").exists():
                continue
            if (run := draft(self.court, month, at=self.now)).lines.exists():
                self.office.settle(run, at=self.now)

    def touch(self, appointment, **fields) -> None:
        Appointment.objects.filter(pk=appointment.pk).update(changed_at=self.now, **fields)

    def some(self, queryset):
        rows = list(queryset.order_by("pk"))
        return self.random.choice(rows) if rows else None

    def day(self) -> date:
        return date(2025, 12, 20) + timedelta(days=self.random.randint(0, 120))

    def appoint(self) -> None:
        kind, officer = self.random.choice(KINDS), self.random.choice(self.officers)
        start = self.day()
        end = self.random.choice([None, None, start + timedelta(days=self.random.randint(1, 60))])
        held = Appointment.objects.standing().filter(post=self.posts[kind], officer=officer)
        # The database refuses somebody twice in one post at the same time.
        if any(one.start < (end or date.max) and start < (one.end or date.max) for one in held):
            return
        nature = self.random.choice(["regular", "regular", "acting", "seconded_in"])
        make_appointment(
            self.posts[kind], officer, start, end,
            nature=nature,
            seat=None if nature == "seconded_in" else Appointment.objects.count() + 1,
            changed_at=self.now,
        )  # fmt: skip

    def end(self) -> None:
        if one := self.some(Appointment.objects.filter(end=None)):
            days = self.random.randint(1, 90)
            self.touch(one, end=one.start + timedelta(days=days), end_reason="other")

    def void(self) -> None:
        if one := self.some(Appointment.objects.standing()):
            self.touch(one, is_void=True)

    def move(self) -> None:
        if one := self.some(Appointment.objects.standing()):
            later = one.start + timedelta(days=self.random.randint(0, 20))
            if one.end is None or later < one.end:
                self.touch(one, start=later)

    def leave(self) -> None:
        officer = self.random.choice(self.officers)
        left_on = self.random.choice([None, self.day()])
        Officer.objects.filter(pk=officer.pk).update(left_on=left_on, updated_at=self.now)

    def second(self) -> None:
        if one := self.some(Appointment.objects.filter(is_void=False, secondments=None)):
            start = one.start + timedelta(days=self.random.randint(0, 40))
            end = self.random.choice([None, start + timedelta(days=9)])
            Secondment.objects.create(
                appointment=one, start=start, end=end, destination="x", at=self.now
            )
            self.touch(one)

    def succeed(self) -> None:
        """Another amount for a kind of post, with other rules, possibly for months long paid."""
        kind, start = self.random.choice(KINDS), self.day()
        last = AllowanceStandard.objects.filter(kind=kind).latest("start")
        if start > last.start:
            if last.end is None or last.end > start:
                AllowanceStandard.objects.filter(pk=last.pk).update(end=start, changed_at=self.now)
            self.make_standard(kind, start)

    def make_standard(self, kind: str, start: date) -> None:
        make_standard(
            self.court, kind, self.random.choice(["31.00", "77.77", "620.00"]), start,
            several=self.random.choice(["sum", "highest", "highest"]),
            pays_acting=self.random.random() < 0.5,
            pays_seconded_in=self.random.random() < 0.5,
            pays_seconded_out=self.random.random() < 0.5,
            changed_at=self.now,
        )  # fmt: skip

    def stop(self) -> None:
        if one := self.some(AllowanceStandard.objects.filter(end=None)):
            end = max(self.day(), one.start + timedelta(days=1))
            AllowanceStandard.objects.filter(pk=one.pk).update(end=end, changed_at=self.now)

    def due(self, month: date) -> dict:
        """What is due for a month by now, day by day, from the rows themselves."""
        held = [
            Held(
                one.pk, one.officer_id, one.post.kind, one.nature, one.start, one.end,
                one.officer.left_on,
                tuple(Span(away.start, away.end) for away in one.secondments.all()),
                one.is_void,
            )
            for one in Appointment.objects.select_related("post", "officer")
        ]  # fmt: skip
        standards = [
            Standard(
                one.pk, one.kind, one.amount, one.start, one.end, one.several == "sum",
                one.pays_acting, one.pays_seconded_in, one.pays_seconded_out,
            )
            for one in AllowanceStandard.objects.all()
        ]  # fmt: skip
        return {key: due for key, (_days, due) in day_by_day(held, standards, month).items() if due}

    def paid(self, month: date) -> dict:
        found: dict = {}
        for line in AllowanceLine.objects.filter(month=month).exclude(run__state="discarded"):
            key = line.appointment_id, line.standard_id
            found[key] = found.get(key, 0) + line.amount
        return {key: amount for key, amount in found.items() if amount}


@contextmanager
def undone():
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@settings(
    max_examples=20,
    deadline=None,
    # One case takes a third of a second, and a smaller seed is no smaller case.
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(seed=st.integers(0, 2**32))
def test_in_the_end_exactly_what_is_due_has_been_paid(court, party_org, civil, office, seed):
    months = [date(2026, number, 1) for number in range(1, 6)]
    with undone():
        officers = [make_officer(court=court, department=civil) for _n in range(3)]
        Officer.objects.update(updated_at=CLOCK)
        world = World(court, party_org, office, officers, seed)
        for month in months[:-1]:
            world.month(month)
        for _change in range(3):
            world.change()
        world.now = max(world.now, CLOCK.replace(month=5, day=20))
        world.catch_up(*months)

        for month in months:
            assert world.paid(month) == world.due(month)


# -- the timetable ------------------------------------------------------------------------------


RUN_DAY = date(2026, 3, 25)


def notices() -> list[tuple[str, str]]:
    return list(Notice.objects.order_by("pk").values_list("kind", "user__username"))


def test_run_due_makes_the_draft_on_the_day_and_tells_who_makes_runs(
    court, appointment, party_affairs
):
    assert run_due(on=RUN_DAY - timedelta(days=1)) == 0
    assert not AllowanceRun.objects.exists()

    assert run_due(on=RUN_DAY) == 1

    run = AllowanceRun.objects.get()
    assert (run.month, run.state, run.total) == (MARCH, "draft", Decimal("300.00"))
    assert notices() == [("run_drafted", "cadre")]
    assert Entry.objects.get(verb="run.drafted").actor is None


def test_run_due_twice_makes_and_tells_once(court, appointment, party_affairs):
    run_due(on=RUN_DAY)
    before = AllowanceRun.objects.values().get()

    assert run_due(on=RUN_DAY) == run_due(on=RUN_DAY + timedelta(days=1)) == 0

    assert AllowanceRun.objects.values().get() == before
    assert notices() == [("run_drafted", "cadre")]


def test_run_due_makes_up_for_a_missed_day_within_the_month(court, appointment):
    assert run_due(on=date(2026, 3, 31)) == 1
    assert AllowanceRun.objects.get().month == MARCH


def test_run_due_makes_up_for_a_month_that_was_missed_whole(court, appointment):
    """No night ran in late April: without a run it would be neither paid nor corrected."""
    run_due(on=RUN_DAY)

    assert run_due(on=date(2026, 5, 6)) == 1

    months = AllowanceRun.objects.order_by("month").values_list("month", flat=True)
    assert list(months) == [MARCH, APRIL]


def test_run_due_makes_up_for_no_month_before_the_first_run(court, appointment):
    run_due(on=date(2026, 5, 6))

    assert not AllowanceRun.objects.exists()


def test_a_standard_taken_back_after_payment_is_recovered_whole(court, run, office, political):
    office.finish(run)
    standard = run.lines.get().standard

    take_back_standard(standard_id=standard.pk, reason="误录", by=political)

    assert lines(draft(court, APRIL)) == [("recovery", "03", 0, "0.00", "300.00", "-300.00")]


def test_run_due_leaves_a_month_alone_whose_draft_was_discarded(court, appointment, office):
    run_due(on=RUN_DAY)
    discard_run(run_id=AllowanceRun.objects.get().pk, by=office.maker)

    assert run_due(on=RUN_DAY) == 0


def test_run_due_keeps_no_court_from_its_run_when_another_fails(
    court, appointment, other_court, monkeypatch
):
    make_standard(other_court, "secretary", "100.00")

    def draft(**facts):
        if facts["court"] == court:
            raise RuntimeError
        return draft_run(**facts)

    monkeypatch.setattr("cadres.services.allowance_due.draft_run", draft)

    assert run_due(on=RUN_DAY) == 1
    assert AllowanceRun.objects.get().court == other_court


def test_run_due_goes_by_the_settings_of_each_court(court, appointment, other_court):
    make_standard(other_court, "secretary", "100.00")
    CadreSettings.objects.create(court=court, run_day=10, paid_month="previous")
    CadreSettings.objects.create(court=other_court, is_run_automatic=False)

    assert run_due(on=date(2026, 4, 9)) == 0
    assert run_due(on=date(2026, 4, 10)) == 1
    assert run_due(on=date(2026, 4, 30)) == 0
    run = AllowanceRun.objects.get()
    assert (run.court, run.month) == (court, MARCH)


def test_the_timetable_starts_it(monkeypatch):
    days = []
    monkeypatch.setattr(tasks.allowance_due, "run_due", lambda *, on: days.append(on))
    name = SCHEDULE["allowance-runs"]["task"]

    current_app.tasks[name]()

    assert days == [timezone.localdate()]


def test_computing_costs_the_same_queries_for_one_and_many(court, run, civil, party_org):
    make_standard(court, "committee_member", "93.00")
    members = make_post(party_org, "committee_member", authorised=9)

    def queries() -> int:
        with CaptureQueriesContext(connection) as queries:
            draft(court)
        return len(queries)

    holders = [make_officer(court=court, department=civil) for _n in range(6)]
    make_appointment(members, holders[0], MARCH, seat=1)
    for_one = queries()
    for seat, holder in enumerate(holders[1:], 2):
        make_appointment(members, holder, MARCH, seat=seat)

    assert queries() == for_one


def test_run_due_comes_before_a_holiday(court, appointment):
    WorkingDay.objects.bulk_create(
        WorkingDay(day=date(2026, 3, number), is_worked=False) for number in (24, 25)
    )

    assert run_due(on=date(2026, 3, 22)) == 0
    assert run_due(on=date(2026, 3, 23)) == 1


def test_run_due_makes_nothing_without_a_standard_for_the_month(court, post, officer):
    make_appointment(post, officer, date(2026, 1, 1))
    make_standard(court, "secretary", "100.00", end=MARCH)

    assert run_due(on=RUN_DAY) == 0
    assert not AllowanceRun.objects.exists()


def test_run_due_tells_nobody_of_an_empty_draft(court, standard, party_affairs):
    assert run_due(on=RUN_DAY) == 1
    run_due(on=date(2026, 4, 15))

    assert notices() == []


def test_unpaid_runs_are_remembered_on_the_third_and_fifth_working_day(
    court, run, office, secretary
):
    # The run day is Wednesday 25 March: three working days on is Monday, five is Wednesday.
    run_due(on=date(2026, 3, 29))
    assert notices() == []
    for number in (30, 31):
        run_due(on=date(2026, 3, number))
    assert notices() == [("run_unpaid", "cadre")]
    for number in (1, 2, 20):
        run_due(on=date(2026, 4, number))

    assert [one for one in notices() if one[0] != "run_drafted"] == [
        ("run_unpaid", "cadre"),
        ("run_overdue", "cadre"),
        ("run_overdue", "president"),
    ]


@pytest.mark.parametrize(
    ("steps", "expected"),
    [(0, "cadre"), (1, "political"), (2, "president"), (3, "cadre"), (4, None)],
)
def test_the_reminder_goes_to_whose_turn_it_is(run, office, steps, expected):
    for step in (office.submit, office.check, office.approve, office.pay)[:steps]:
        step(run)

    run_due(on=date(2026, 3, 30))

    reminded = Notice.objects.filter(kind="run_unpaid").values_list("user__username", flat=True)
    assert list(reminded) == ([expected] if expected else [])


# -- at the same moment -------------------------------------------------------------------------


@pytest.fixture
def presidents(court):
    return [make_user(f"president.{n}", Role.PRESIDENT, court) for n in range(4)]


def approving(run, user):
    return lambda: approve_run(run_id=run.pk, by=user, at=timezone.now())


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_of_several_who_approve_at_once_one_wins(court, appointment, office, presidents):
    for month in (MARCH, APRIL, MAY):
        run = office.check(office.submit(draft(court, month)))
        outcomes = at_once(*(approving(run, user) for user in presidents))

        assert sorted(type(one).__name__ for one in outcomes) == [
            "AllowanceRun", "Conflict", "Conflict", "Conflict",
        ]  # fmt: skip
        assert Entry.objects.about(run).filter(verb="run.approved").count() == 1
        assert Notice.objects.filter(kind="run_approved", url=run.get_absolute_url()).count() == 1


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_drafts_at_once_make_one_run(court, appointment):
    outcomes = at_once(*[lambda: draft(court)] * 4)

    assert {one.pk for one in outcomes} == {AllowanceRun.objects.get().pk}
    assert lines(AllowanceRun.objects.get()) == [("regular", "03", 15, "300.00", "0.00", "300.00")]


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_handing_over_and_computing_again_at_once_keep_to_what_was_shown(
    court, appointment, office
):
    for end in (date(2026, 3, 20), date(2026, 3, 21), date(2026, 3, 22), date(2026, 3, 23)):
        run = draft(court)
        Appointment.objects.update(end=end, end_reason="other")

        def hand_over(run=run):
            return submit_run(
                run_id=run.pk, by=office.maker, at=timezone.now(), fingerprint=run.fingerprint
            )

        handed_over, drafted = at_once(hand_over, lambda: draft(court))

        now = AllowanceRun.objects.get()
        if isinstance(handed_over, Conflict):
            assert (now.state, now.pk) == ("draft", drafted.pk)
        else:
            assert isinstance(drafted, CannotDraft)
            assert now.fingerprint == run.fingerprint
            return_run(run_id=run.pk, by=office.checker, at=timezone.now(), reason="再来")
        assert sum(line.amount for line in now.lines.all()) == now.total


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_two_runs_approved_at_once_make_up_for_a_change_once(
    court, appointment, office, presidents
):
    office.finish(draft(court))
    changed(appointment, start=date(2026, 3, 2))
    runs = [office.check(office.submit(draft(court, month))) for month in (APRIL, MAY)]

    outcomes = at_once(*(approving(*pair) for pair in zip(runs, presidents, strict=False)))

    assert sorted(type(one).__name__ for one in outcomes) == ["AllowanceRun", "CannotDecide"]
    assert AllowanceLine.objects.filter(kind="arrears", run__state="approved").count() == 1
