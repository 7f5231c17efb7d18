from decimal import Decimal

import pytest
from django.utils import translation

from appraisal.models import AppraisalSettings, GradeProposal, Result
from appraisal.rules.cycles import transition
from appraisal.services.adjustments import exclude_from_grade
from appraisal.services.cycle_guards import obstacles
from appraisal.services.grades import (
    CannotGrade,
    decide_as_proposed,
    decide_grade,
    propose,
    take_back_grade,
    undecided_in,
)
from courtparty.audit.models import Entry
from courtparty.lib.conflicts import Conflict
from tests.appraisal.cycle_cast import make_cycle, make_set, put
from tests.appraisal.graded import AT, grade_of, grades_of, make_reviewed, make_run

MINUTES = "考核委员会纪要〔2026〕1号"


@pytest.fixture
def cycle(court, civil):
    """Ten judges: two seats of excellent, three above the threshold of 90."""
    totals = ["97", "95", "93", "88", "85", "80", "75", "70", "65", "40"]
    return make_reviewed(court, civil, totals)


def decide(grade, by, **changes):
    fields = {
        "grade_id": grade.pk,
        "decided": grade.proposed,
        "document": MINUTES,
        "by": by,
        "at": AT,
    }
    with translation.override("en"):
        return decide_grade(**fields | changes)


def proposed(cycle, by):
    with translation.override("en"):
        return propose(cycle_id=cycle.pk, by=by)


def test_grades_are_proposed_by_quota_and_thresholds(cycle, appraiser):
    assert proposed(cycle, appraiser) == 10
    assert [grade for grade, _decided in grades_of(cycle)] == [
        *["excellent"] * 2,
        *["competent"] * 6,
        "basically_competent",
        "incompetent",
    ]
    reasons = grade_of(cycle, 2).reasons
    assert reasons == [
        {
            "code": "quota_full",
            "params": {"seats": "2", "taking_part": "10", "threshold": "90", "total": "93.00"},
        }
    ]
    entry = Entry.objects.get(verb="grades.proposed")
    assert entry.detail == {"number": 1}


def test_settings_of_the_court_decide(cycle, court, appraiser):
    AppraisalSettings.objects.create(court=court, excellent_percent=10, basic_from=30)
    proposed(cycle, appraiser)
    assert [grade for grade, _decided in grades_of(cycle)][:2] == ["excellent", "competent"]
    assert grade_of(cycle, 9).proposed == "basically_competent"


def test_veto_exclusion_and_missing_figures_count(cycle, appraiser, political):
    vetoed, missing, out = cycle.participants.order_by("pk")[:3]
    cycle.participants.filter(pk=vetoed.pk).update(index_set=_vetoing_set(cycle))
    Result.objects.filter(participant=vetoed).update(vetoes=["discipline"])
    Result.objects.filter(participant=missing).update(total=None, state="missing")
    exclude_from_grade(
        participant_id=out.pk, reason="penalty", document=MINUTES, by=political, at=AT
    )

    proposed(cycle, appraiser)

    assert [grade for grade, _decided in grades_of(cycle)][:4] == [
        "incompetent",
        "no_grade",
        "no_grade",
        "competent",
    ]


def _vetoing_set(cycle):
    veto = {
        "code": "discipline",
        "name": "违纪",
        "name_en": "Discipline",
        "area": "conduct",
        "kind": "veto",
        "weight": "0",
        "numerator": ["closed"],
        "params": {"at_most": "incompetent"},
    }
    return make_set(cycle.court, [veto], code="vetoing", state="draft")


def test_proposals_follow_newer_results_and_keep_decisions(cycle, appraiser, political):
    proposed(cycle, appraiser)
    decide(grade_of(cycle, 9), political)
    Result.objects.filter(total=Decimal(97)).update(total=Decimal(60))
    make_run(cycle, number=2)

    with pytest.raises(CannotGrade, match="computed anew"):
        decide(grade_of(cycle, 1), political)
    proposed(cycle, appraiser)

    assert grades_of(cycle)[0] == ("basically_competent", "")
    assert grades_of(cycle)[9] == ("incompetent", "incompetent")


@pytest.mark.parametrize("state", ["scoring", "closed"])
def test_grades_belong_to_the_review(cycle, appraiser, state):
    put(cycle, state)
    with pytest.raises(CannotGrade, match="while the cycle is being reviewed"):
        proposed(cycle, appraiser)


def test_grades_belong_to_annual_cycles(court, appraiser):
    special = put(make_cycle(court), "reviewing")
    with pytest.raises(CannotGrade, match="annual"):
        proposed(special, appraiser)


def test_decision_as_proposed_needs_no_note(cycle, appraiser, political):
    proposed(cycle, appraiser)
    grade = decide(grade_of(cycle), political)
    assert (grade.decided, grade.decided_by, grade.document) == ("excellent", political, MINUTES)
    assert undecided_in(cycle) == 9
    assert Entry.objects.filter(verb="grade.decided").count() == 1


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"decided": "basically_competent"}, "Say why"),
        ({"decided": "splendid", "note": "x"}, "Choose one of the grades"),
        ({"document": " "}, "Name the minutes"),
    ],
)
def test_unsound_decision_is_refused(cycle, appraiser, political, changes, text):
    proposed(cycle, appraiser)
    with pytest.raises(CannotGrade, match=text):
        decide(grade_of(cycle), political, **changes)
    assert grades_of(cycle)[0] == ("excellent", "")


def test_decision_that_differs_keeps_its_note(cycle, appraiser, political):
    proposed(cycle, appraiser)
    decide(grade_of(cycle), political, decided="competent", note="另有考虑")
    assert grade_of(cycle).note == "另有考虑"
    assert grades_of(cycle)[0] == ("excellent", "competent")


def test_nobody_decides_the_own_grade(cycle, appraiser, political):
    proposed(cycle, appraiser)
    own = grade_of(cycle)
    own.participant.officer.user = political
    own.participant.officer.save()
    with pytest.raises(CannotGrade, match="about oneself"):
        decide(own, political)
    with translation.override("en"):
        done = decide_as_proposed(
            cycle_id=cycle.pk, grade_ids=[own.pk], document=MINUTES, by=appraiser, at=AT
        )
    assert done == 1


def test_excellent_stays_within_the_quota(cycle, appraiser, political):
    proposed(cycle, appraiser)
    for place in range(2):
        decide(grade_of(cycle, place), political)
    with pytest.raises(CannotGrade, match=r"Only 2 of 10 may be excellent \(20 %"):
        decide(grade_of(cycle, 2), political, decided="excellent", note="x")
    assert grades_of(cycle)[2] == ("competent", "")


def test_deciding_twice_is_a_conflict(cycle, appraiser, political, president):
    proposed(cycle, appraiser)
    decide(grade_of(cycle, 3), political)
    with pytest.raises(Conflict, match="decided meanwhile"):
        decide(grade_of(cycle, 3), president, decided="basically_competent", note="x")
    assert grades_of(cycle)[3] == ("competent", "competent")


def test_all_are_decided_as_proposed_or_none(cycle, appraiser, political):
    proposed(cycle, appraiser)
    GradeProposal.objects.filter(proposed="competent").update(proposed="excellent")
    ids = list(GradeProposal.objects.values_list("pk", flat=True))
    with translation.override("en"), pytest.raises(CannotGrade, match="Only 2 of 10"):
        decide_as_proposed(cycle_id=cycle.pk, grade_ids=ids, document=MINUTES, by=political, at=AT)
    assert undecided_in(cycle) == 10

    proposed(cycle, appraiser)
    done = decide_as_proposed(
        cycle_id=cycle.pk, grade_ids=ids, document=MINUTES, by=political, at=AT
    )
    assert (done, undecided_in(cycle)) == (10, 0)


def test_decision_is_taken_back_during_the_review(cycle, appraiser, political):
    proposed(cycle, appraiser)
    decide(grade_of(cycle), political, decided="competent", note="另有考虑")

    grade = take_back_grade(grade_id=grade_of(cycle).pk, by=political)

    assert (grade.decided, grade.decided_by, grade.note, grade.document) == ("", None, "", "")
    with pytest.raises(Conflict):
        take_back_grade(grade_id=grade.pk, by=political)


def test_taking_back_leaves_no_more_excellent_than_the_quota(cycle, appraiser, political):
    proposed(cycle, appraiser)
    out = grade_of(cycle, 9)
    GradeProposal.objects.filter(pk=out.pk).update(proposed="no_grade")
    decide(grade_of(cycle, 9), political, decided="incompetent", note="x")
    for place in range(2):
        decide(grade_of(cycle, place), political)

    with translation.override("en"), pytest.raises(CannotGrade, match="Only 1 of 9"):
        take_back_grade(grade_id=out.pk, by=political)

    assert grades_of(cycle)[9] == ("no_grade", "incompetent")


def test_closing_refuses_more_excellent_than_the_quota(cycle, court, appraiser, political):
    proposed(cycle, appraiser)
    ids = list(GradeProposal.objects.values_list("pk", flat=True))
    decide_as_proposed(cycle_id=cycle.pk, grade_ids=ids, document=MINUTES, by=political, at=AT)
    AppraisalSettings.objects.create(court=court, excellent_percent=10)

    with translation.override("en"):
        found = obstacles(cycle, transition("reviewing", "closed"))

    assert "Only 1 of 10 may be excellent (10 %)." in [one.text for one in found]
