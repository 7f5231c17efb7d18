import time
from datetime import date
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from appraisal.models import AssessmentRun, Cycle, Figure, IndexSet, Participant, Result
from appraisal.services.assessment import (
    CannotAssess,
    assess_cycle,
    assessment_steps,
    start_assessment,
)
from cadres.models import Officer
from courtparty.audit.models import Entry
from courtparty.jobs.models import Job
from courtparty.jobs.runner import run_job
from courtparty.jobs.services import CannotStart, start_job
from courtparty.lib.dates import PartialDate
from courtparty.notices.models import Notice
from tests.appraisal.cycle_cast import (
    MONTHS,
    make_cycle,
    make_figures,
    make_import,
    make_judges,
    make_published_set,
)
from tests.factories import make_id_number, make_officer, make_unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def source(court):
    return make_import(court)


@pytest.fixture
def index_set(court, source):
    return make_published_set(court)


@pytest.fixture
def cycle(court, index_set):
    return make_cycle(court)


def result_of(officer):
    return Result.objects.get(participant__officer=officer)


def line_of(officer, code):
    return next(line for line in result_of(officer).lines if line["code"] == code)


# -- what is computed -------------------------------------------------------------------------


def test_assess_cycle_gives_points_line_by_line(cycle, officer, source):
    make_figures(officer, source)

    run = assess_cycle(cycle_id=cycle.pk, by=None)

    result = result_of(officer)
    assert {line["code"]: line["points"] for line in result.lines} == {
        "cases_closed": "24.00",  # 160 of 20 × 10
        "closing_rate": "14.63",  # 160 ÷ (20 + 180) = 80 % of 82 %
        "within_limit_rate": "15.00",
        "mediation_rate": "10.00",  # (50 + 30) ÷ 160 = 50 %, inside
        "reversal_rate": "20.00",
        "long_pending": "10.00",
    }
    assert (result.state, result.total) == (Result.State.COMPLETE, Decimal("93.63"))
    assert (run.participants, run.complete, run.missing) == (1, 1, 0)


def test_each_line_keeps_its_figures_with_as_of_date_and_workbook(cycle, officer, source):
    make_figures(officer, source)

    assess_cycle(cycle_id=cycle.pk, by=None)

    figures = line_of(officer, "closing_rate")["figures"]
    assert figures["carried_over"] == {"2026-01": ["20", "2026-01-28", "figures.xlsx"]}
    assert list(figures["closed"]) == [f"2026-{month:02d}" for month in range(1, 11)]


def test_missing_month_gives_no_total_and_is_listed(cycle, officer, source):
    make_figures(officer, source, months=MONTHS[:4] + MONTHS[5:])

    run = assess_cycle(cycle_id=cycle.pk, by=None)

    result = result_of(officer)
    assert (result.state, result.total) == (Result.State.MISSING, None)
    assert line_of(officer, "cases_closed")["missing"] == [["2026-05", "closed"]]
    assert line_of(officer, "long_pending")["state"] == "scored"  # needs the last month only
    assert (run.complete, run.missing) == (0, 1)


def test_missing_measure_is_missing_although_the_month_has_others(cycle, officer, source):
    make_figures(officer, source, appealed=None)

    assess_cycle(cycle_id=cycle.pk, by=None)

    assert line_of(officer, "reversal_rate")["state"] == "missing"
    assert result_of(officer).total is None


def test_reported_zero_is_a_figure(cycle, officer, source):
    make_figures(officer, source, appealed=0)

    assess_cycle(cycle_id=cycle.pk, by=None)

    assert line_of(officer, "reversal_rate")["state"] == "not_applicable"
    assert result_of(officer).total == Decimal("92.04")  # 73.63 of the 80 that apply


def test_points_are_pro_rata_by_months_in_post(cycle, officer, source):
    Officer.objects.filter(pk=officer.pk).update(title_since=PartialDate(2026, 6))
    make_figures(officer, source, months=MONTHS[5:])

    assess_cycle(cycle_id=cycle.pk, by=None)

    participant = Participant.objects.get(officer=officer)
    assert participant.months == ["2026-06", "2026-07", "2026-08", "2026-09", "2026-10"]
    assert line_of(officer, "cases_closed")["points"] == "24.00"
    assert line_of(officer, "cases_closed")["formula"]["target"] == "100"


# -- who takes part ---------------------------------------------------------------------------


def test_everybody_is_frozen_and_those_left_out_have_a_reason(
    court, civil, filing, cycle, officer, source
):
    make_figures(officer, source)
    clerk = make_officer(court=court, department=civil, name="李书记", category="clerk")
    other = make_officer(court=court, department=filing, name="王立案")
    late = make_officer(
        court=court, department=civil, name="赵新任", title_since=PartialDate(2026, 11)
    )
    make_officer(court=court, department=civil, name="已离职", left_on=date(2025, 12, 31))

    run = assess_cycle(cycle_id=cycle.pk, by=None)

    found = dict(Participant.objects.values_list("officer_id", "excluded"))
    assert found == {officer.pk: "", clerk.pk: "no_set", other.pk: "no_set", late.pk: "no_months"}
    assert run.participants == Result.objects.count() == 1


def test_who_left_within_the_period_takes_part_for_the_months_served(court, civil, cycle, source):
    left = make_officer(court=court, department=civil, left_on=date(2026, 4, 1))
    make_figures(left, source, months=MONTHS[:3])

    assess_cycle(cycle_id=cycle.pk, by=None)

    assert Participant.objects.get(officer=left).months == ["2026-01", "2026-02", "2026-03"]
    assert result_of(left).state == Result.State.COMPLETE


def test_participants_stay_as_the_first_computing_fixed_them(
    court, civil, filing, cycle, officer, source, index_set
):
    make_figures(officer, source)
    assess_cycle(cycle_id=cycle.pk, by=None)
    Officer.objects.filter(pk=officer.pk).update(department=filing, category="clerk")
    make_officer(court=court, department=civil, name="后来者")

    run = assess_cycle(cycle_id=cycle.pk, by=None)

    participant = Participant.objects.get()
    assert (participant.department, participant.function) == (civil, "civil")
    assert (participant.category, participant.index_set) == ("quota_judge", index_set)
    assert run.participants == 1


def test_months_for_which_figures_come_later_are_added(court, civil, cycle, source):
    judge = make_officer(court=court, department=civil, title_since=PartialDate(2026, 6))
    make_figures(judge, source, months=MONTHS[5:])
    assess_cycle(cycle_id=cycle.pk, by=None)
    make_figures(judge, source, months=MONTHS[:5])

    assess_cycle(cycle_id=cycle.pk, by=None)

    assert len(Participant.objects.get().months) == 10
    assert line_of(judge, "cases_closed")["formula"]["months"] == "10"


def test_set_published_later_does_not_change_a_computed_cycle(cycle, officer, source, index_set):
    make_figures(officer, source)
    assess_cycle(cycle_id=cycle.pk, by=None)
    IndexSet.objects.filter(pk=index_set.pk).update(state=IndexSet.State.RETIRED)

    run = assess_cycle(cycle_id=cycle.pk, by=None)

    assert (run.number, run.participants) == (2, 1)


def test_officers_of_another_court_are_never_read(cycle, officer, source, outsider):
    make_figures(officer, source)

    assess_cycle(cycle_id=cycle.pk, by=None)

    assert list(Participant.objects.values_list("officer_id", flat=True)) == [officer.pk]


# -- reproducible -----------------------------------------------------------------------------


def test_computed_twice_the_fingerprint_is_equal_to_the_byte(cycle, officer, source, court, civil):
    make_figures(officer, source)
    make_judges(court, civil, source, 3)

    first = assess_cycle(cycle_id=cycle.pk, by=None)
    before = list(Result.objects.order_by("pk").values_list("pk", "fingerprint", "lines", "total"))
    second = assess_cycle(cycle_id=cycle.pk, by=None)

    assert (second.number, second.fingerprint) == (2, first.fingerprint)
    assert before == list(
        Result.objects.order_by("pk").values_list("pk", "fingerprint", "lines", "total")
    )
    assert set(Result.objects.values_list("run", flat=True)) == {second.pk}


def test_same_people_and_figures_in_another_database_order_give_the_same_fingerprint(
    cycle, court, civil, source, other_court
):
    people = [(f"法官{number}", make_id_number()) for number in range(4)]
    fill(court, civil, source, people)
    copy = make_import(other_court)
    make_published_set(other_court)
    elsewhere = make_unit(other_court, "民庭", function="civil")
    make_officer(court=other_court, department=elsewhere, name="无关", left_on=date(2020, 1, 1))
    fill(other_court, elsewhere, copy, people[::-1], months=MONTHS[::-1])

    first = assess_cycle(cycle_id=cycle.pk, by=None)
    second = assess_cycle(cycle_id=make_cycle(other_court).pk, by=None)

    assert second.fingerprint == first.fingerprint


def fill(court, department, source, people, months=MONTHS):
    for name, id_number in people:
        judge = make_officer(court=court, department=department, name=name, id_number=id_number)
        closed = 10 + int(name[-1])
        make_figures(judge, source, months=months, closed=closed, within_limit=closed)


def test_any_changed_figure_changes_the_fingerprint(cycle, officer, source):
    make_figures(officer, source)
    first = assess_cycle(cycle_id=cycle.pk, by=None)
    Figure.objects.filter(measure__code="new", month=MONTHS[3]).update(value=Decimal(19))

    assert assess_cycle(cycle_id=cycle.pk, by=None).fingerprint != first.fingerprint


def test_figures_reported_again_with_a_later_date_keep_the_fingerprint(cycle, officer, source):
    make_figures(officer, source)
    first = assess_cycle(cycle_id=cycle.pk, by=None)
    Figure.objects.update(as_of=date(2026, 11, 5))

    assert assess_cycle(cycle_id=cycle.pk, by=None).fingerprint == first.fingerprint
    assert line_of(officer, "cases_closed")["figures"]["closed"]["2026-01"][1] == "2026-11-05"


def test_queries_do_not_grow_with_the_court(cycle, court, civil, source):
    make_judges(court, civil, source, 1)
    with CaptureQueriesContext(
        connection,
    ) as few:
        assess_cycle(cycle_id=cycle.pk, by=None)
    make_judges(court, civil, source, 30)
    again = make_cycle(court, code="again")

    with CaptureQueriesContext(connection) as many:
        assess_cycle(cycle_id=again.pk, by=None)

    assert again.participants.count() == 31
    assert len(many) == len(few)


# -- told and recorded ------------------------------------------------------------------------


def test_assess_cycle_records_and_moves_the_cycle_on(cycle, officer, source, appraiser, court):
    make_figures(officer, source)

    run = assess_cycle(cycle_id=cycle.pk, by=appraiser)

    cycle.refresh_from_db()
    entry = Entry.objects.about(cycle).get(verb="cycle.assessed")
    assert cycle.state == Cycle.State.COMPUTED
    assert (entry.actor, entry.court, entry.detail["fingerprint"]) == (
        appraiser,
        court,
        run.fingerprint,
    )


def test_officer_is_told_once_for_each_new_result(cycle, officer, officer_user, source):
    make_figures(officer, source)
    assess_cycle(cycle_id=cycle.pk, by=None)
    assess_cycle(cycle_id=cycle.pk, by=None)
    assert Notice.objects.filter(user=officer_user, kind="result_ready").count() == 1

    Figure.objects.filter(measure__code="new", month=MONTHS[3]).update(value=Decimal(19))
    assess_cycle(cycle_id=cycle.pk, by=None)

    assert Notice.objects.filter(user=officer_user, kind="result_ready").count() == 2


def test_officer_is_not_told_of_a_result_without_total(cycle, officer_user, officer, source):
    make_figures(officer, source, months=MONTHS[:3])

    assess_cycle(cycle_id=cycle.pk, by=None)

    assert not Notice.objects.exists()


# -- refused ----------------------------------------------------------------------------------


def test_refused_without_a_published_index_set(court, officer):
    cycle = make_cycle(court)

    with translation.override("en"), pytest.raises(CannotAssess, match="no published index set"):
        assess_cycle(cycle_id=cycle.pk, by=None)
    assert not Participant.objects.exists()


def test_refused_when_nobody_takes_part(cycle, court, filing):
    make_officer(court=court, department=filing)

    with translation.override("en"), pytest.raises(CannotAssess, match="Nobody takes part"):
        assess_cycle(cycle_id=cycle.pk, by=None)
    assert not Participant.objects.exists()


def test_refused_while_figures_are_being_imported(cycle, officer, court, appraiser):
    start_job("appraisal.figures_import", by=appraiser, lock=f"figures:{court.pk}", court=court)

    with pytest.raises(CannotStart):
        start_assessment(cycle=cycle, by=appraiser)
    with pytest.raises(CannotAssess):
        assess_cycle(cycle_id=cycle.pk, by=None)
    assert not AssessmentRun.objects.exists()


def test_failure_while_storing_leaves_everything_as_it_was(cycle, officer, source, monkeypatch):
    make_figures(officer, source)
    monkeypatch.setattr("appraisal.services.assessment.notify_many", lambda *a, **k: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        assess_cycle(cycle_id=cycle.pk, by=None)

    cycle.refresh_from_db()
    assert cycle.state == Cycle.State.COLLECTING
    assert not Participant.objects.exists()
    assert not Result.objects.exists()


# -- as a job, and from the command line ------------------------------------------------------


def test_job_computes_with_progress(cycle, officer, source, appraiser):
    make_figures(officer, source)

    job = start_assessment(cycle=cycle, by=appraiser)
    run_job(job_id=job.pk)

    job.refresh_from_db()
    run = AssessmentRun.objects.get()
    assert (job.state, job.done, job.total) == (Job.State.DONE, 1, 1)
    assert (run.started_by, job.result["fingerprint"]) == (appraiser, run.fingerprint)
    assert job.return_url == cycle.get_absolute_url()


def test_work_that_was_cut_off_stores_nothing_and_can_be_repeated(cycle, officer, source):
    make_figures(officer, source)
    work = assessment_steps(cycle_id=cycle.pk, by=None)
    next(work)
    work.close()

    assert not Participant.objects.exists()
    assert assess_cycle(cycle_id=cycle.pk, by=None).complete == 1


def test_job_of_a_worker_that_died_after_storing_computes_nothing_twice(
    cycle, officer, source, appraiser
):
    make_figures(officer, source)
    job = start_assessment(cycle=cycle, by=appraiser)
    run_job(job_id=job.pk)
    Job.objects.filter(pk=job.pk).update(state=Job.State.QUEUED)

    run_job(job_id=job.pk)

    job.refresh_from_db()
    assert (job.state, job.result["run"]) == (Job.State.DONE, AssessmentRun.objects.get().pk)


def test_assess_command_prints_what_came_of_it(cycle, court, civil, filing, source, capsys):
    judges = make_judges(court, civil, source, 2)
    Figure.objects.filter(officer=judges[1], month=MONTHS[2], measure__code="closed").delete()
    make_officer(court=court, department=filing, name="王立案")

    with translation.override("en"):
        call_command("assess", cycle.code, court="slx")

    run = AssessmentRun.objects.get()
    lines = capsys.readouterr().out.splitlines()
    assert lines[:4] == [
        f"Cycle: {cycle.name}",
        "Taking part: 2",
        "Complete: 1",
        "Figures missing: 1",
    ]
    assert f"Fingerprint: {run.fingerprint}" in lines
    assert any("no published index set" in line and line.endswith(": 1") for line in lines)
    assert any("2026-03" in line and "法官1" in line for line in lines)


def test_assess_command_takes_the_number_too(cycle, officer, source):
    make_figures(officer, source)

    call_command("assess", str(cycle.pk))

    assert AssessmentRun.objects.count() == 1


def test_assess_command_lists_the_cycles_when_there_is_no_such_one(cycle):
    with translation.override("en"), pytest.raises(CommandError) as refusal:
        call_command("assess", "2099-annual")

    assert str(refusal.value).splitlines() == [
        "There is no cycle “2099-annual”.",
        f"  {cycle.pk}  slx  2026-01-to-2026-10  2026-01 – 2026-10  {cycle.name}",
    ]


def test_assess_command_asks_for_the_court_when_several_have_the_code(cycle, other_court):
    make_cycle(other_court)

    with translation.override("en"), pytest.raises(CommandError, match="add --court"):
        call_command("assess", cycle.code)


def test_assess_command_says_what_to_do_without_an_index_set(court, officer):
    make_cycle(court)

    with translation.override("en"), pytest.raises(CommandError, match="Publish one"):
        call_command("assess", "2026-01-to-2026-10")


def test_court_of_126_is_computed_in_under_two_seconds(cycle, court, civil, source):
    make_judges(court, civil, source, 36)
    for number in range(90):
        make_officer(court=court, department=civil, name=f"书记{number}", category="clerk")

    began = time.perf_counter()
    run = assess_cycle(cycle_id=cycle.pk, by=None)

    assert (run.participants, Participant.objects.count()) == (36, 126)
    assert time.perf_counter() - began < 2
