"""Opening cycles, taking them from state to state, and what each step fixes and refuses."""

from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import translation

from appraisal.models import (
    Cycle,
    CycleStep,
    GradeExclusion,
    GradeProposal,
    Participant,
    RatingSheet,
)
from appraisal.rules.cycles import (
    TRANSITIONS,
    WAY,
    Due,
    Reminder,
    cycles_due,
    reminder_due,
    step_back,
    step_forward,
    transition,
)
from appraisal.services import cycles
from appraisal.services.assessment import assess_cycle
from appraisal.services.cycles import (
    CannotMove,
    CannotOpen,
    bring_to_scoring,
    open_cycle,
)
from courtparty.audit.models import Entry
from courtparty.jobs.models import Job
from courtparty.lib.conflicts import Conflict
from courtparty.lib.dates import Period
from courtparty.notices.models import Notice
from tests.appraisal.cycle_cast import (
    AT,
    COLLECTED,
    MONTHS,
    annual,
    assess,
    begin_scoring,
    make_cycle,
    make_figures,
    make_import,
    make_published_set,
    make_rated_cycle,
    moved,
    put,
)
from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today(time_machine):
    time_machine.move_to(AT)


@pytest.fixture
def source(court):
    return make_import(court)


@pytest.fixture
def index_set(court, source):
    return make_published_set(court)


@pytest.fixture
def cycle(court, index_set):
    return make_cycle(court)


@pytest.fixture
def complete(officer, source):
    """The officer has every figure of the period."""
    make_figures(officer, source)
    return officer


def opened(court, kind="special", start=date(2026, 1, 1), end=date(2026, 11, 1), **fields):
    return open_cycle(court=court, kind=kind, start=start, end=end, by=None, **fields)


# -- opening ----------------------------------------------------------------------------------


def test_open_cycle_proposes_code_and_name_and_records(court, appraiser):
    with translation.override("en"):
        cycle = open_cycle(
            court=court,
            kind="special",
            start=date(2026, 1, 1),
            end=date(2026, 11, 1),
            by=appraiser,
        )

    assert (cycle.code, cycle.name) == (
        "2026-01-to-2026-10",
        "Special appraisal 2026-01 to 2026-10",
    )
    assert (cycle.state, cycle.opened_by) == (Cycle.State.PREPARING, appraiser)
    entry = Entry.objects.about(cycle).get(verb="cycle.opened")
    assert (entry.actor, entry.court) == (appraiser, court)


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        pytest.param({"end": date(2027, 1, 1)}, "not begun yet", id="a month to come"),
        pytest.param({"end": date(2026, 1, 1)}, "before the first", id="turned round"),
        pytest.param({"kind": "monthly"}, "exactly one month", id="too long for a month"),
        pytest.param({"kind": "annual"}, "January to December", id="no whole year"),
    ],
)
def test_open_cycle_refuses_a_period(court, asked, reason):
    with translation.override("en"), pytest.raises(CannotOpen, match=reason):
        opened(court, **asked)
    assert not Cycle.objects.exists()


def test_open_cycle_refuses_months_of_another_cycle_of_the_kind(court):
    opened(court, name="First")

    with translation.override("en"), pytest.raises(CannotOpen, match="“First” of the same kind"):
        opened(court, start=date(2026, 10, 1), code="again")


def test_open_cycle_refuses_a_code_that_is_taken(court):
    opened(court, code="a", name="First")

    with translation.override("en"), pytest.raises(CannotOpen, match="taken by the cycle “First”"):
        opened(court, kind="monthly", start=date(2026, 10, 1), code="a")


def test_open_cycle_lets_kinds_courts_and_neighbours_be(court, other_court):
    opened(court, kind="monthly", start=date(2026, 10, 1))
    opened(court, kind="monthly", start=date(2026, 9, 1), end=date(2026, 10, 1))
    opened(court)
    opened(other_court)

    assert Cycle.objects.count() == 4


def test_open_cycle_command_includes_the_last_month(court):
    call_command(
        "open_cycle",
        "--court=slx",
        "--code=2026-1-10",
        "--start=2026-01",
        "--end=2026-10",
        "--kind=special",
        stdout=StringIO(),
    )

    cycle = Cycle.objects.get()
    assert (cycle.code, cycle.start, cycle.end) == (
        "2026-1-10",
        date(2026, 1, 1),
        date(2026, 11, 1),
    )


@pytest.mark.parametrize(
    ("court_code", "end", "reason"),
    [
        pytest.param("nowhere", "2026-10", "no court with the code “nowhere”", id="no court"),
        pytest.param("slx", "October", "2026-01", id="no month"),
        pytest.param("slx", "2026-12", "not begun yet", id="a month to come"),
    ],
)
def test_open_cycle_command_refuses(court, court_code, end, reason):
    with translation.override("en"), pytest.raises(CommandError, match=reason):
        call_command(
            "open_cycle", f"--court={court_code}", "--start=2026-01", f"--end={end}",
            "--kind=special",
        )  # fmt: skip


# -- the table of steps -----------------------------------------------------------------------


def test_every_state_but_the_ends_has_one_way_forward_and_one_back():
    assert [step_forward(state).target for state in WAY[:-1]] == list(WAY[1:])
    assert [step_back(state).target for state in WAY[1:-1]] == list(WAY[:-2])
    assert (step_forward("closed"), step_back("closed"), step_back("preparing")) == (None,) * 3


def test_steps_back_need_a_reason_and_steps_forward_none():
    order = list(WAY)
    for step in TRANSITIONS:
        assert step.needs_reason == (order.index(step.target) < order.index(step.source))


def test_nothing_leads_to_publicity_yet():
    assert not [step for step in TRANSITIONS if "publicity" in (step.source, step.target)]
    assert transition("reviewing", "publicity") is None


@pytest.mark.parametrize(
    ("on", "kinds", "expected"),
    [
        pytest.param(date(2026, 11, 1), "m", ["2026-10-01"], id="a month"),
        pytest.param(date(2026, 11, 30), "m", ["2026-10-01"], id="later in the month"),
        pytest.param(date(2026, 11, 1), "qa", [], id="no quarter ends in October"),
        pytest.param(date(2026, 10, 5), "q", ["2026-07-01"], id="third quarter"),
        pytest.param(date(2027, 1, 1), "mqa", ["2026-12-01", "2026-10-01", "2026-01-01"], id="all"),
        pytest.param(date(2027, 1, 1), "", [], id="nothing is wanted"),
    ],
)
def test_cycles_due_are_those_over_the_months_just_ended(on, kinds, expected):
    wanted = {"monthly": "m" in kinds, "quarterly": "q" in kinds, "annual": "a" in kinds}

    found = cycles_due(wanted, 1, on=on)

    assert [due.period.start.isoformat() for due in found] == expected
    assert {due.period.end for due in found} <= {on.replace(day=1)}


def test_cycles_are_not_due_before_the_opening_day():
    wanted = {"monthly": True}
    october = Due("monthly", Period(date(2026, 10, 1), date(2026, 11, 1)))

    assert cycles_due(wanted, 5, on=date(2026, 11, 4)) == []
    assert cycles_due(wanted, 5, on=date(2026, 11, 5)) == [october]


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        pytest.param(6, None, id="early"),
        pytest.param(7, Reminder.SOON, id="ahead"),
        pytest.param(10, Reminder.TODAY, id="the day"),
        pytest.param(11, Reminder.PAST, id="past"),
    ],
)
def test_reminders_are_due_ahead_on_the_day_and_after(day, expected):
    until, ahead = date(2026, 12, 10), date(2026, 12, 7)
    assert reminder_due(until, ahead=ahead, on=date(2026, 12, day)) == expected


# -- from state to state ----------------------------------------------------------------------


STEPS = {(step.source, step.target) for step in TRANSITIONS}


@pytest.mark.parametrize("target", Cycle.State.values)
@pytest.mark.parametrize("source_state", Cycle.State.values)
def test_no_step_outside_the_table_is_taken(cycle, source_state, target):
    if (source_state, target) in STEPS:
        return
    put(cycle, source_state)

    expected = Conflict if source_state == target else CannotMove
    with pytest.raises(expected):
        moved(cycle, target, reason="whatever")
    cycle.refresh_from_db()
    assert (cycle.state, CycleStep.objects.count()) == (source_state, 0)


def test_a_cycle_goes_all_the_way_and_is_then_fixed(cycle, complete, appraiser):
    for target in ("collecting", "scoring"):
        moved(cycle, target, by=appraiser, seen=cycle.state)
        cycle.refresh_from_db()
    assess_cycle(cycle_id=cycle.pk, by=appraiser)
    moved(cycle, "reviewing", by=appraiser)
    moved(cycle, "closed", by=appraiser)

    steps = CycleStep.objects.order_by("pk").values_list("from_state", "to_state", "made_by")
    assert list(steps) == [
        ("preparing", "collecting", appraiser.pk),
        ("collecting", "scoring", appraiser.pk),
        ("scoring", "reviewing", appraiser.pk),
        ("reviewing", "closed", appraiser.pk),
    ]
    assert Entry.objects.about(cycle).filter(verb="cycle.moved").count() == 4
    with pytest.raises(DatabaseError, match="closed cycle"), transaction.atomic():
        Participant.objects.filter(cycle=cycle).update(months=[])
    with pytest.raises(CannotMove, match="No step leads"):
        moved(cycle, "reviewing", reason="once more")


def test_a_step_back_needs_its_reason_and_keeps_it(cycle, complete, appraiser):
    begin_scoring(cycle)

    with pytest.raises(CannotMove, match="needs a reason"):
        moved(cycle, "collecting", reason="  ")
    moved(cycle, "collecting", reason=" 漏收一部门数据 ", by=appraiser)

    step = CycleStep.objects.order_by("-pk").first()
    assert (step.reason, step.to_state, step.made_at) == ("漏收一部门数据", "collecting", AT)


def test_whoever_saw_another_state_gets_a_conflict(cycle, complete):
    moved(cycle, "collecting", seen="preparing")

    with pytest.raises(Conflict, match="It is now: collecting"):
        moved(cycle, "collecting", seen="preparing")
    assert CycleStep.objects.count() == 1


def test_somebody_faster_is_noticed_by_compare_and_set(cycle, complete, monkeypatch):
    """The row is read, and then another transaction moves it."""

    def overtaken(cycle, step, *, at):
        Cycle.objects.filter(pk=cycle.pk).update(state="scoring")
        return {}

    monkeypatch.setattr(cycles, "_effects", overtaken)

    with pytest.raises(Conflict), transaction.atomic():
        moved(cycle, "collecting")
    assert not CycleStep.objects.exists()


# -- guards -----------------------------------------------------------------------------------


def refusals(cycle, to, **fields):
    with pytest.raises(CannotMove) as refused, transaction.atomic():
        moved(cycle, to, **fields)
    return {one.guard.value: one for one in refused.value.obstacles}


def test_collecting_needs_somebody_to_take_part(court, officer):
    missing = refusals(make_cycle(court), "collecting")

    assert missing["someone_takes_part"].url == reverse("appraisal:index_set_list")
    assert not Participant.objects.exists()


def test_review_needs_a_computing(cycle, complete):
    begin_scoring(cycle)

    missing = refusals(cycle, "reviewing")

    assert list(missing) == ["computed"]
    assert missing["computed"].url == reverse("appraisal:cycle_assess", args=[cycle.pk])


def test_review_needs_a_computing_without_gaps(cycle, officer, source):
    make_figures(officer, source, months=MONTHS[1:])
    assess(cycle)

    missing = refusals(cycle, "reviewing")

    assert list(missing) == ["complete"]
    assert missing["complete"].url == f"{cycle.get_absolute_url()}#lacks"


def test_review_needs_a_computing_of_what_is_stored_now(cycle, complete):
    assess(cycle)
    complete.figures.filter(month=MONTHS[2], measure__code="closed").update(value=3)

    assert list(refusals(cycle, "reviewing")) == ["current"]


def test_closing_needs_a_computing_of_what_is_stored_now(cycle, complete):
    assess(cycle)
    moved(cycle, "reviewing")
    complete.figures.filter(month=MONTHS[2], measure__code="closed").update(value=3)

    missing = refusals(cycle, "closed")

    assert list(missing) == ["current"]
    assert missing["current"].url == reverse("appraisal:cycle_move", args=[cycle.pk, "scoring"])


def test_review_waits_for_an_import_under_way(cycle, complete, court, appraiser):
    assess(cycle)
    Job.objects.create(
        kind="appraisal.assess", lock=f"figures:{court.pk}", created_by=appraiser, created_at=AT
    )

    assert list(refusals(cycle, "reviewing")) == ["not_busy"]


def in_review(cycle, officer, source):
    make_figures(officer, source, months=Period(cycle.start, cycle.end).months())
    assess(cycle)
    moved(cycle, "reviewing")
    cycle.refresh_from_db()
    return cycle.participants.get()


def test_an_annual_cycle_closes_only_with_every_grade_decided(court, index_set, officer, source):
    cycle = annual(court)
    participant = in_review(cycle, officer, source)
    run = cycle.runs.get()
    grade = GradeProposal.objects.create(participant=participant, run=run, proposed="competent")

    assert list(refusals(cycle, "closed")) == ["graded"]

    grade.decided, grade.decided_at = "competent", AT
    grade.decided_by = make_user("committee", court=court)
    grade.save()
    assert moved(cycle, "closed").state == "closed"


def test_who_is_excluded_from_a_grade_needs_none(court, index_set, officer, source, appraiser):
    cycle = annual(court)
    GradeExclusion.objects.create(
        participant=in_review(cycle, officer, source), reason="probation", document="1",
        made_by=appraiser, made_at=AT,
    )  # fmt: skip

    assert moved(cycle, "closed").state == "closed"


def test_other_kinds_close_without_grades(cycle, officer, source):
    in_review(cycle, officer, source)

    assert moved(cycle, "closed").state == "closed"


def test_preparing_is_not_reached_again_after_a_computing(cycle, complete):
    assess(cycle)
    put(cycle, "collecting")

    assert list(refusals(cycle, "preparing", reason="anew")) == ["not_computed"]


def test_preparing_is_not_reached_again_after_a_rating(court, source, officer):
    rated = make_rated_cycle(court)
    RatingSheet.objects.update(saved_at=AT)

    assert list(refusals(rated, "preparing", reason="anew")) == ["nothing_rated"]


def test_preparing_is_not_reached_again_after_a_decision(cycle, complete, appraiser):
    moved(cycle, "collecting")
    GradeExclusion.objects.create(
        participant=cycle.participants.get(), reason="probation", document="1",
        made_by=appraiser, made_at=AT,
    )  # fmt: skip

    assert list(refusals(cycle, "preparing", reason="anew")) == ["nothing_decided"]


# -- telling people -------------------------------------------------------------------------------


def told(kind):
    return set(Notice.objects.filter(kind=kind).values_list("user__username", flat=True))


def test_those_concerned_are_told_but_not_whoever_took_the_step(
    cycle, complete, political, appraiser, president
):
    moved(cycle, "collecting", by=appraiser)
    moved(cycle, "scoring", by=appraiser)
    assess_cycle(cycle_id=cycle.pk, by=appraiser)
    moved(cycle, "reviewing", by=appraiser)
    moved(cycle, "closed", by=appraiser)

    assert told("cycle_collecting") == {"political"}
    assert told("cycle_scoring") == set()
    assert told("cycle_reviewing") == told("cycle_closed") == {"political", "president"}
    assert told("result_ready") == told("result_final") == {"officer"}


def test_a_step_back_is_told_as_such(cycle, complete, political, appraiser):
    begin_scoring(cycle)

    moved(cycle, "collecting", reason="补收", by=appraiser)

    assert told("cycle_back") == {"political"}


# -- for commands ---------------------------------------------------------------------------------


def test_bring_to_scoring_takes_each_step_and_is_content_with_scoring(cycle, complete):
    for _time in range(2):
        assert bring_to_scoring(cycle_id=cycle.pk, by=None, at=COLLECTED).state == "scoring"

    steps = CycleStep.objects.order_by("pk").values_list("to_state", flat=True)
    assert list(steps) == ["collecting", "scoring"]


def test_bring_to_scoring_refuses_what_is_past_it(cycle, complete):
    put(cycle, "reviewing")

    with translation.override("en"), pytest.raises(CannotMove, match="past computing"):
        bring_to_scoring(cycle_id=cycle.pk, by=None, at=COLLECTED)
