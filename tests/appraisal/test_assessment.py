import os
import subprocess
import sys
import time
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from appraisal.models import (
    AssessmentRun,
    Cycle,
    Figure,
    Participant,
    Result,
    RunSnapshot,
)
from appraisal.selectors.snapshots import agrees, read_of
from appraisal.services.assessment import (
    CannotAssess,
    assess_cycle,
    assessment_steps,
    is_current,
    start_assessment,
    tell_results,
)
from cadres.models import Officer
from courtparty.audit.models import Entry
from courtparty.jobs.models import Job
from courtparty.jobs.registry import Progress
from courtparty.jobs.runner import run_job
from courtparty.jobs.services import CannotStart, start_job
from courtparty.lib.dates import PartialDate
from courtparty.notices.models import Notice
from tests.appraisal.assessed import line_of, result_of
from tests.appraisal.cycle_cast import (
    MONTHS,
    PLAIN,
    assess,
    begin_scoring,
    make_cycle,
    make_figures,
    make_import,
    make_judges,
    make_published_set,
    put,
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


# -- who takes part ---------------------------------------------------------------------------


def test_who_takes_no_part_has_no_result(court, civil, filing, cycle, officer, source):
    make_figures(officer, source)
    make_officer(court=court, department=civil, name="李书记", category="clerk")
    make_officer(court=court, department=filing, name="王立案")

    run = assess(cycle)

    assert sorted(Participant.objects.values_list("excluded", flat=True)) == [
        "",
        "no_set",
        "no_set",
    ]
    assert run.participants == Result.objects.count() == 1


def test_participants_stay_as_they_were_frozen(court, civil, filing, cycle, officer, source):
    make_figures(officer, source)
    assess(cycle)
    Officer.objects.filter(pk=officer.pk).update(department=filing, category="clerk")
    make_officer(court=court, department=civil, name="后来者")

    run = assess_cycle(cycle_id=cycle.pk, by=None)

    participant = Participant.objects.get()
    assert (participant.department, participant.function) == (civil, "civil")
    assert run.participants == 1


def test_months_for_which_figures_come_later_are_added(court, civil, cycle, source):
    judge = make_officer(court=court, department=civil, title_since=PartialDate(2026, 6))
    late = make_officer(
        court=court, department=civil, name="赵新任", title_since=PartialDate(2026, 11)
    )
    make_figures(judge, source, months=MONTHS[5:])
    assess(cycle)
    assert Participant.objects.get(officer=late).excluded == "no_months"
    make_figures(judge, source, months=MONTHS[:5])
    make_figures(late, source, months=MONTHS[9:])

    run = assess_cycle(cycle_id=cycle.pk, by=None)

    assert len(Participant.objects.get(officer=judge).months) == 10
    assert line_of(judge, "cases_closed").formula.params["months"] == "10"
    assert Participant.objects.get(officer=late).excluded == ""
    assert (run.participants, Participant.objects.get(officer=late).months) == (2, ["2026-10"])


def test_who_was_left_out_since_has_no_result_any_more(cycle, court, civil, source):
    first, second = make_judges(court, civil, source, 2)
    assess(cycle)
    Participant.objects.filter(officer=second).update(
        excluded="left_out", left_out_why="〔2026〕1号"
    )

    run = assess_cycle(cycle_id=cycle.pk, by=None)

    assert run.participants == 1
    assert list(Result.objects.values_list("participant__officer", flat=True)) == [first.pk]


def test_officers_of_another_court_are_never_read(cycle, officer, source, outsider):
    make_figures(officer, source)

    assess(cycle)

    assert list(Result.objects.values_list("participant__officer", flat=True)) == [officer.pk]


# -- reproducible -----------------------------------------------------------------------------


def stored():
    columns = ("pk", "fingerprint", "points", "total", "z_score", "quartile", "part", "row")
    return list(Result.objects.order_by("pk").values_list(*columns))


def test_computed_twice_everything_is_equal_to_the_byte(cycle, officer, source, court, civil):
    make_figures(officer, source)
    make_judges(court, civil, source, 6)

    first = assess(cycle)
    before = stored()
    second = assess_cycle(cycle_id=cycle.pk, by=None)

    assert (second.number, second.fingerprint) == (2, first.fingerprint)
    assert before == stored()
    contents = RunSnapshot.objects.order_by("run", "part").values_list("content", flat=True)
    assert len({bytes(content) for content in contents}) == 1
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

    first = assess(cycle)
    second = assess(make_cycle(other_court))

    assert second.fingerprint == first.fingerprint


def fill(court, department, source, people, months=MONTHS):
    for name, id_number in people:
        judge = make_officer(court=court, department=department, name=name, id_number=id_number)
        closed = 10 + int(name[-1])
        make_figures(judge, source, months=months, closed=closed, within_limit=closed)


def test_any_changed_figure_changes_the_fingerprint(cycle, officer, source):
    make_figures(officer, source)
    first = assess(cycle)
    assert is_current(cycle)
    Figure.objects.filter(measure__code="new", month=MONTHS[3]).update(value=Decimal(19))

    assert not is_current(cycle)
    assert assess_cycle(cycle_id=cycle.pk, by=None).fingerprint != first.fingerprint
    assert is_current(cycle)


def test_figure_that_no_indicator_counts_changes_nothing(cycle, officer, source):
    make_figures(officer, source)
    first = assess(cycle)
    make_figures(officer, source, **dict.fromkeys(PLAIN) | {"summary": 3})

    assert is_current(cycle)
    assert assess_cycle(cycle_id=cycle.pk, by=None).fingerprint == first.fingerprint


def test_figures_reported_again_with_a_later_date_keep_the_fingerprint(cycle, officer, source):
    make_figures(officer, source)
    first = assess(cycle)
    Figure.objects.update(as_of=date(2026, 11, 5))

    assert assess_cycle(cycle_id=cycle.pk, by=None).fingerprint == first.fingerprint
    origin = read_of(result_of(officer)).origins[MONTHS[0], "closed"]
    assert (origin.as_of, origin.source) == (date(2026, 11, 5), "figures.xlsx")


def test_cycle_that_was_never_computed_is_not_current(cycle, officer, source):
    make_figures(officer, source)
    assert not is_current(begin_scoring(cycle))


def test_large_groups_are_kept_in_parts(cycle, court, civil, source, monkeypatch):
    monkeypatch.setattr("appraisal.selectors.assessment.PART", 2)
    make_judges(court, civil, source, 5)

    run = assess(cycle)

    assert list(run.snapshots.order_by("part").values_list("part", flat=True)) == [0, 1, 2]
    places = Result.objects.order_by("part", "row").values_list("part", "row")
    assert list(places) == [(0, 0), (0, 1), (1, 0), (1, 1), (2, 0)]
    assert all(agrees(result) for result in Result.objects.all())


def test_parts_do_not_change_the_fingerprint(cycle, court, civil, source, monkeypatch):
    make_judges(court, civil, source, 5)
    whole = assess(cycle)
    monkeypatch.setattr("appraisal.selectors.assessment.PART", 2)

    assert assess_cycle(cycle_id=cycle.pk, by=None).fingerprint == whole.fingerprint


def test_queries_do_not_grow_with_the_court(cycle, court, civil, source):
    make_judges(court, civil, source, 1)
    begin_scoring(cycle)
    with CaptureQueriesContext(connection) as few:
        assess_cycle(cycle_id=cycle.pk, by=None)
    make_judges(court, civil, source, 30)
    again = begin_scoring(make_cycle(court, code="again"))

    with CaptureQueriesContext(connection) as many:
        assess_cycle(cycle_id=again.pk, by=None)

    assert again.participants.count() == 31
    assert len(many) == len(few)


# -- told and recorded ------------------------------------------------------------------------


def test_assess_cycle_records_and_leaves_the_cycle_where_it_is(
    cycle, officer, source, appraiser, court
):
    make_figures(officer, source)
    begin_scoring(cycle)

    run = assess_cycle(cycle_id=cycle.pk, by=appraiser)

    cycle.refresh_from_db()
    entry = Entry.objects.about(cycle).get(verb="cycle.assessed")
    assert cycle.state == Cycle.State.SCORING
    assert (entry.actor, entry.court, entry.detail["fingerprint"]) == (
        appraiser,
        court,
        run.fingerprint,
    )


def test_nobody_is_told_by_computing(cycle, officer, officer_user, source):
    make_figures(officer, source)

    assess(cycle)

    assert not Notice.objects.filter(kind="result_ready").exists()


def test_officer_is_told_once_for_each_new_result(cycle, officer, officer_user, source):
    make_figures(officer, source)
    assess(cycle)
    assert (tell_results(cycle), tell_results(cycle)) == (1, 0)
    notice = Notice.objects.get(user=officer_user, kind="result_ready")
    assert notice.url == reverse("my_records")

    Figure.objects.filter(measure__code="new", month=MONTHS[3]).update(value=Decimal(19))
    assess_cycle(cycle_id=cycle.pk, by=None)

    assert tell_results(cycle) == 1


def test_officer_is_not_told_of_a_result_without_total(cycle, officer_user, officer, source):
    make_figures(officer, source, months=MONTHS[:3])
    assess(cycle)

    assert tell_results(cycle) == 0


# -- refused ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("preparing", "not being scored yet"),
        ("collecting", "Close the collecting"),
        ("reviewing", "take the cycle back"),
        ("closed", "take the cycle back"),
    ],
)
def test_refused_unless_the_cycle_is_being_scored(cycle, officer, source, appraiser, state, words):
    make_figures(officer, source)
    put(begin_scoring(cycle), state)

    with translation.override("en"):
        with pytest.raises(CannotAssess, match=words):
            assess_cycle(cycle_id=cycle.pk, by=None)
        with pytest.raises(CannotAssess, match=words):
            start_assessment(cycle=cycle, by=appraiser)
    assert not AssessmentRun.objects.exists()


def test_refused_when_the_cycle_has_moved_on_meanwhile(cycle, officer, source):
    make_figures(officer, source)
    work = assessment_steps(cycle_id=begin_scoring(cycle).pk, by=None)
    next(work)
    put(cycle, "reviewing")

    with pytest.raises(CannotAssess):
        list(work)
    assert not AssessmentRun.objects.exists()


def test_refused_when_nobody_takes_part(cycle, court, filing):
    make_officer(court=court, department=filing)
    put(cycle, "scoring")

    with translation.override("en"), pytest.raises(CannotAssess, match="Nobody takes part"):
        assess_cycle(cycle_id=cycle.pk, by=None)
    assert not AssessmentRun.objects.exists()


def test_refused_while_figures_are_being_imported(cycle, officer, source, court, appraiser):
    make_figures(officer, source)
    begin_scoring(cycle)
    start_job("appraisal.figures_import", by=appraiser, lock=f"figures:{court.pk}", court=court)

    with pytest.raises(CannotStart):
        start_assessment(cycle=cycle, by=appraiser)
    with pytest.raises(CannotAssess):
        assess_cycle(cycle_id=cycle.pk, by=None)
    assert not AssessmentRun.objects.exists()


def test_failure_while_storing_leaves_everything_as_it_was(cycle, officer, source, monkeypatch):
    make_figures(officer, source)
    first = assess(cycle)
    before = stored()
    Figure.objects.filter(measure__code="closed").update(value=Decimal(2))
    monkeypatch.setattr("appraisal.services.assessment.record", lambda *a, **k: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        assess_cycle(cycle_id=cycle.pk, by=None)

    assert (stored(), cycle.runs.get(), RunSnapshot.objects.count()) == (before, first, 1)


# -- memory -----------------------------------------------------------------------------------


def test_web_worker_does_not_load_numpy():
    code = (
        "import courtparty.wsgi, sys, appraisal.views.cycles, appraisal.views.results; "
        "print('numpy' in sys.modules)"
    )
    ran = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "courtparty.settings"},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout.split() == ["False"]


# -- as a job, and from the command line ------------------------------------------------------


def test_job_computes_with_progress(cycle, officer, source, appraiser):
    make_figures(officer, source)
    begin_scoring(cycle)

    job = start_assessment(cycle=cycle, by=appraiser)
    run_job(job_id=job.pk)

    job.refresh_from_db()
    run = AssessmentRun.objects.get()
    assert (job.state, job.done, job.total) == (Job.State.DONE, 1, 1)
    assert (run.started_by, job.result["fingerprint"]) == (appraiser, run.fingerprint)
    assert job.return_url == cycle.get_absolute_url()


def test_work_that_was_cut_off_stores_nothing_and_can_be_repeated(cycle, officer, source):
    make_figures(officer, source)
    work = assessment_steps(cycle_id=begin_scoring(cycle).pk, by=None)
    assert [next(work), next(work)] == [Progress(0, 1), Progress(1, 1)]
    work.close()

    assert not AssessmentRun.objects.exists()
    assert assess_cycle(cycle_id=cycle.pk, by=None).complete == 1


def test_job_of_a_worker_that_died_after_storing_computes_nothing_twice(
    cycle, officer, source, appraiser
):
    make_figures(officer, source)
    begin_scoring(cycle)
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
        call_command("assess", cycle.code, "--begin", court="slx")

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

    begin_scoring(cycle)
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


def test_assess_command_says_what_to_do_before_scoring(cycle, officer):
    with translation.override("en"), pytest.raises(CommandError, match="Close the collecting"):
        call_command("assess", cycle.code)


def test_assess_command_says_what_to_do_without_an_index_set(court, officer):
    make_cycle(court)

    with translation.override("en"), pytest.raises(CommandError, match="Nobody would take part"):
        call_command("assess", "2026-01-to-2026-10", "--begin")


def test_court_of_126_is_computed_in_under_two_seconds(cycle, court, civil, source):
    make_judges(court, civil, source, 36)
    for number in range(90):
        make_officer(court=court, department=civil, name=f"书记{number}", category="clerk")
    begin_scoring(cycle)

    began = time.perf_counter()
    run = assess_cycle(cycle_id=cycle.pk, by=None)

    assert (run.participants, Participant.objects.count()) == (36, 126)
    assert time.perf_counter() - began < 2
