from datetime import date
from decimal import Decimal

import pytest

from appraisal.models import (
    AppraisalSettings,
    CaseWeight,
    CaseWeightTable,
    Figure,
    HeadShare,
    Measure,
    Participant,
    Result,
)
from appraisal.rules.case_points import CASE_POINTS
from appraisal.rules.periods import Gap
from appraisal.rules.ratings import GroupValue, RatingValue
from appraisal.rules.standing import standing_of
from appraisal.selectors.snapshots import agrees, read_of
from appraisal.services.assessment import (
    assess_cycle,
)
from cadres.models import Officer
from courtparty.lib.dates import PartialDate
from tests.appraisal.assessed import beside, line_of, make_measures, points_of, result_of
from tests.appraisal.cycle_cast import (
    CIVIL_JUDGE,
    MONTHS,
    OPENED,
    PLAIN,
    RATED,
    annual,
    assess,
    begin_scoring,
    make_cycle,
    make_figures,
    make_import,
    make_judges,
    make_published_set,
    make_set,
    put,
)
from tests.factories import make_officer, make_unit

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


def D(text):
    return Decimal(text)


# -- what is computed -------------------------------------------------------------------------


def test_assess_cycle_gives_points_line_by_line(cycle, officer, source):
    make_figures(officer, source)

    run = assess(cycle)

    result = result_of(officer)
    assert points_of(officer) == {
        "cases_closed": 2400,  # 160 of 20 × 10
        "closing_rate": 1463,  # 160 ÷ (20 + 180) = 80 % of 82 %
        "within_limit_rate": 1500,
        "mediation_rate": 1000,  # (50 + 30) ÷ 160 = 50 %, inside
        "reversal_rate": 2000,
        "long_pending": 1000,
    }
    assert (result.state, result.total) == (Result.State.COMPLETE, Decimal("93.63"))
    assert (result.base, result.bonus, result.own) == (D("93.63"), D("0.00"), D("93.63"))
    assert (result.routine, result.vetoes) == (None, [])
    assert (run.participants, run.complete, run.missing) == (1, 1, 0)


def test_missing_month_gives_no_total_and_is_listed(cycle, officer, source):
    make_figures(officer, source, months=MONTHS[:4] + MONTHS[5:])

    run = assess(cycle)

    result = result_of(officer)
    assert (result.state, result.total, result.base) == (Result.State.MISSING, None, None)
    assert line_of(officer, "cases_closed").gaps == (Gap(date(2026, 5, 1), "closed"),)
    assert points_of(officer)["cases_closed"] == Result.MISSING
    assert points_of(officer)["long_pending"] == 1000  # needs the last month only
    assert (run.complete, run.missing) == (0, 1)


def test_missing_measure_is_missing_although_the_month_has_others(cycle, officer, source):
    make_figures(officer, source, appealed=None)

    assess(cycle)

    assert points_of(officer)["reversal_rate"] == Result.MISSING
    assert result_of(officer).total is None


def test_reported_zero_is_a_figure(cycle, officer, source):
    make_figures(officer, source, appealed=0)

    assess(cycle)

    assert points_of(officer)["reversal_rate"] == Result.NOT_APPLICABLE
    assert result_of(officer).total == Decimal("92.04")  # 73.63 of the 80 that apply


def test_points_are_pro_rata_by_months_in_post(cycle, officer, source):
    Officer.objects.filter(pk=officer.pk).update(title_since=PartialDate(2026, 6))
    make_figures(officer, source, months=MONTHS[5:])

    assess(cycle)

    participant = Participant.objects.get(officer=officer)
    assert participant.months == ["2026-06", "2026-07", "2026-08", "2026-09", "2026-10"]
    assert points_of(officer)["cases_closed"] == 2400
    assert line_of(officer, "cases_closed").formula.params["target"] == "100"


def test_bonus_and_veto_stand_beside_the_hundred(court, officer, source):
    make_measures("awards", "discipline")
    make_set(
        court,
        [
            *CIVIL_JUDGE,
            beside("awards", "bonus", "5", {"per_event": "2"}),
            beside("discipline", "veto", "0", {"at_most": "competent"}),
        ],
    )
    make_figures(officer, source, awards=1, discipline=1)

    assess(cycle := make_cycle(court))

    result = result_of(officer)
    assert points_of(officer)["awards"] == 500
    assert points_of(officer)["discipline"] == Result.NO_POINTS
    assert (result.base, result.bonus, result.total) == (D("93.63"), D("5.00"), D("98.63"))
    assert result.vetoes == ["discipline"]
    assert cycle.runs.get().complete == 1


def test_register_without_an_entry_counts_none_and_is_no_gap(court, officer, source):
    make_measures("awards", is_register=True)
    make_set(court, [*CIVIL_JUDGE, beside("awards", "bonus", "5", {"per_event": "2"})])
    make_figures(officer, source)

    assess(make_cycle(court))

    assert points_of(officer)["awards"] == 0
    assert line_of(officer, "awards").inputs[0].assumed == tuple(MONTHS)
    assert result_of(officer).total == D("93.63")


def test_case_points_come_by_the_table_frozen_with_the_cycle(court, officer, source):
    table = CaseWeightTable.objects.create(court=court, version=1, name="案件计分")
    CaseWeight.objects.create(
        table=table,
        measure=Measure.objects.get(code="closed"),
        type_coefficient=Decimal("1.5"),
        role_coefficient=Decimal("0.6"),
        certainty="S",
    )
    CaseWeightTable.objects.update(state="published", published_at=OPENED)
    make_set(court, [beside("points", "count", "100", {"per_month": "288"}, [CASE_POINTS])])
    make_figures(officer, source)

    assess(make_cycle(court))

    # 16 a month × 10 × 1.5 × 0.6 = 144 of 288
    assert result_of(officer).total == D("50.00")
    parts = line_of(officer, "points").formula.params["parts"]
    assert parts == {CASE_POINTS: [["closed", "9", "160"]]}


def test_head_is_held_to_a_share_of_what_the_judges_of_the_function_reach(
    court, civil, officer, source
):
    make_published_set(court)
    make_set(
        court,
        [beside("handled", "head_share", "100", {}, ["closed"])],
        code="civil-head",
        staff_class="head",
    )
    HeadShare.objects.create(court=court, words="庭长", share=70, certainty="S")
    head = make_officer(court=court, department=civil, name="李庭长", title="庭长")
    make_figures(head, source, closed=7, within_limit=7)
    make_figures(officer, source)  # 16 a month
    make_judges(court, civil, source, 1)  # 10 a month

    assess(make_cycle(court))

    # 7 of 70 % of (16 + 10) ÷ 2 = 9.1
    line = line_of(head, "handled")
    assert (line.formula.params["average"], line.formula.params["target"]) == ("13", "91")
    assert result_of(head).total == D("76.92")


def test_leaders_are_held_to_the_judges_of_the_whole_court(court, civil, filing, officer, source):
    make_published_set(court)
    make_set(court, CIVIL_JUDGE, code="filing-judge", function="case_filing")
    rules = [beside("handled", "head_share", "100", {}, ["closed"])]
    make_set(court, rules, code="leaders", function="leadership", staff_class="head")
    HeadShare.objects.create(court=court, words="院长", share=5, certainty="S")
    leaders = make_unit(court, "院领导", function="leadership")
    president = make_officer(court=court, department=leaders, name="周院长", title="院长")
    make_figures(president, source, closed=1, within_limit=1)
    make_figures(officer, source)  # 16 a month
    make_judges(court, filing, source, 1)  # 10 a month

    assess(make_cycle(court))

    assert line_of(president, "handled").formula.params["average"] == "13"
    assert result_of(president).total == D("100.00")


def test_judges_with_gaps_are_no_measure_for_heads(court, civil, officer, source):
    make_published_set(court)
    rules = [beside("handled", "head_share", "100", {}, ["closed"])]
    make_set(court, rules, code="civil-head", staff_class="head")
    HeadShare.objects.create(court=court, words="庭长", share=70, certainty="S")
    head = make_officer(court=court, department=civil, name="李庭长", title="庭长")
    make_figures(head, source, closed=7, within_limit=7)
    make_figures(officer, source, months=MONTHS[1:])

    assess(make_cycle(court))

    assert points_of(head)["handled"] == Result.NOT_APPLICABLE
    assert result_of(head).total is None


def test_ratings_enter_as_they_stand_when_computed(court, officer, source, monkeypatch):
    make_set(court, [*CIVIL_JUDGE[:1], {**RATED, "weight": "70"}])
    make_figures(officer, source)
    cycle = begin_scoring(make_cycle(court))
    participant = cycle.participants.get()
    groups = (GroupValue("peers", Decimal(100), 5, Decimal("87.5"), True),)
    values = {participant.pk: {"attitude": RatingValue(Decimal("87.5"), groups)}}
    monkeypatch.setattr("appraisal.selectors.assessment.rating_values", lambda cycle: values)

    assess_cycle(cycle_id=cycle.pk, by=None)

    assert points_of(officer) == {"cases_closed": 2400, "attitude": 6125}
    read = read_of(result_of(officer))
    assert read.inputs.ratings == {"attitude": Decimal("87.5000")}
    assert read.notes.groups == {"attitude": [["peers", "100", 5, "87.5", True]]}


def test_who_was_not_rated_has_no_total(court, officer, source):
    make_set(court, [*CIVIL_JUDGE[:1], {**RATED, "weight": "70"}])
    make_figures(officer, source)

    assess(make_cycle(court))

    assert points_of(officer) == {"cases_closed": 2400, "attitude": Result.MISSING}
    assert result_of(officer).total is None


# -- rolled up --------------------------------------------------------------------------------


def test_annual_total_takes_its_share_from_closed_routine_cycles(court, officer, source, index_set):
    make_figures(officer, source, months=[date(2025, month, 1) for month in range(1, 13)])
    for number, total in enumerate(("80.00", "90.00"), start=1):
        quarter = make_cycle(
            court, kind="quarterly", code=f"2025-Q{number}",
            start=date(2025, 3 * number - 2, 1), end=date(2025, 3 * number + 1, 1),
        )  # fmt: skip
        assess(quarter)
        Result.objects.filter(participant__cycle=quarter).update(total=Decimal(total))
        put(quarter, "closed")
    open_one = make_cycle(
        court, kind="monthly", code="2025-12", start=date(2025, 12, 1), end=date(2026, 1, 1)
    )
    assess(open_one)
    AppraisalSettings.objects.create(court=court, routine_share=40)
    year = annual(court)

    assess(year)

    result = Result.objects.get(participant__cycle=year)
    assert (result.own, result.routine) == (D("93.88"), D("85.00"))
    assert result.total == D("90.33")  # 60 % of 93.88 and 40 % of 85
    routine = read_of(result).notes.routine
    assert [(one.code, one.total, one.months) for one in routine] == [
        ("2025-Q1", D("80.00"), 3),
        ("2025-Q2", D("90.00"), 3),
    ]
    assert agrees(result)


def test_without_routine_results_the_own_total_stands_alone(court, officer, source, index_set):
    make_figures(officer, source, months=[date(2025, month, 1) for month in range(1, 13)])
    AppraisalSettings.objects.create(court=court, routine_share=40)

    assess(year := annual(court))

    result = Result.objects.get(participant__cycle=year)
    assert (result.own, result.routine) == (result.total, None)


# -- standing ---------------------------------------------------------------------------------


def test_standing_needs_five_with_a_total(cycle, court, civil, source):
    judges = make_judges(court, civil, source, 6)
    Figure.objects.filter(officer__in=judges[:2], measure__code="new").delete()

    assess(cycle)
    assert set(Result.objects.values_list("z_score", "quartile")) == {(None, None)}

    make_figures(judges[1], source, **dict.fromkeys(PLAIN) | {"new": 18})
    assess(cycle)
    found = {
        result.participant.officer.name: (result.z_score, result.quartile)
        for result in Result.objects.select_related("participant__officer")
    }
    assert found["法官0"] == (None, None)
    assert [found[f"法官{number}"][1] for number in range(1, 6)] == [4, 3, 2, 2, 1]
    totals = Result.objects.exclude(total=None).order_by("total").values_list("total", flat=True)
    assert found["法官5"][0] == standing_of(totals[4], totals).z_score


def test_standing_is_taken_within_function_and_staff_class(court, civil, filing, source):
    make_published_set(court)
    make_set(court, CIVIL_JUDGE, code="filing-judge", function="case_filing")
    make_judges(court, civil, source, 5)
    make_judges(court, filing, source, 4)

    assess(make_cycle(court))

    rows = Result.objects.values_list("participant__function", "quartile")
    assert sum(quartile is not None for _function, quartile in rows) == 5
    assert {function for function, quartile in rows if quartile} == {"civil"}
