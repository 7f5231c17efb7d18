"""The table of measures: what it starts with, who keeps which, and what may not change."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO

import pytest
from django.db import IntegrityError, transaction
from openpyxl import load_workbook

from appraisal.models import Measure
from appraisal.rules.case_points import CASE_POINTS, ROLE_COEFFICIENTS, TYPE_COEFFICIENTS
from appraisal.rules.entered_measures import CASE_KINDS, CASE_ROLES, case_measure
from appraisal.rules.measures import CASE_MEASURES, MEASURES
from appraisal.selectors.figure_workbook import headings_of
from appraisal.selectors.figures import measures_in_order
from appraisal.selectors.measures import (
    case_measures_of,
    measures_kept_by,
    measures_of,
    measures_visible_to,
)
from appraisal.services.case_weights import publish_case_table, seed_case_table
from appraisal.services.figure_access import figure_template
from appraisal.services.figures import known_measures
from appraisal.services.measures import CannotChangeMeasure, save_measure, seed_measures
from courtparty.audit.models import Entry
from courtparty.lib.xlsx import normal_heading

AT = datetime(2026, 11, 23, tzinfo=UTC)


def make_measure(court=None, **fields):
    known = {
        "code": "trials",
        "name": "开庭",
        "name_en": "Hearings",
        "headings": "开庭",
        "aggregation": "sum",
    }
    return Measure(court=court, **known | fields)


# -- the seeds ----------------------------------------------------------------------------------


def test_seeds_have_codes_names_and_headings_of_their_own():
    names = [seed.name for seed in MEASURES]
    headings = [normal_heading(text) for seed in MEASURES for text in seed.headings.split()]

    assert len({seed.code for seed in MEASURES}) == len(set(names)) == len(MEASURES)
    assert len(headings) == len(set(headings))
    assert all(seed.name_en and seed.unit for seed in MEASURES)


def test_only_the_case_workbook_must_have_columns():
    further = [seed for seed in MEASURES if seed not in CASE_MEASURES]

    assert not any(seed.is_required for seed in further)
    assert all(seed.is_entered or seed.code == CASE_POINTS for seed in further)
    assert all(seed.source for seed in further)
    assert not any(seed.is_entered or seed.is_register for seed in CASE_MEASURES)


def test_every_kind_of_case_has_a_measure_for_each_role():
    codes = {seed.code for seed in MEASURES}

    assert set(CASE_KINDS) == set(TYPE_COEFFICIENTS)
    assert set(CASE_ROLES) == set(ROLE_COEFFICIENTS)
    assert {case_measure(kind, role) for kind in CASE_KINDS for role in CASE_ROLES} <= codes


def test_what_is_due_has_what_was_done_on_time_beside_it():
    codes = {seed.code for seed in MEASURES}
    due = {code.removesuffix("_due") for code in codes if code.endswith("_due")}

    assert due
    assert {f"{stem}_done" for stem in due} <= codes


def test_yes_or_no_and_grades_are_bounded():
    bounds = {seed.code: seed.maximum for seed in MEASURES if seed.maximum}

    assert bounds == {"review_score": "100", "drill_score": "100", "training_done": "1"}


def test_measures_are_seeded_with_everything_they_say(db):
    seed_measures()

    for seed in MEASURES:
        row = Measure.objects.get(code=seed.code)
        stored = replace(
            seed,
            is_register=row.is_register,
            is_entered=row.is_entered,
            maximum=None if row.maximum is None else f"{row.maximum:.0f}",
            source=row.source,
        )
        assert stored == seed
        assert row.court is None


def test_further_measures_take_no_heading_of_the_case_workbook(db):
    seed_measures()
    alone = headings_of(list(Measure.objects.filter(code__in=[s.code for s in CASE_MEASURES])))
    together = headings_of(list(Measure.objects.order_by("position")))

    assert {code: together[code] for code in alone} == alone


# -- the workbook -------------------------------------------------------------------------------


def test_template_and_list_have_the_columns_of_the_workbook_only(court, officer):
    seed_measures()
    usual = [seed.code for seed in CASE_MEASURES]

    sheet = load_workbook(BytesIO(figure_template(court, on=AT.date()))).active

    assert [measure.code for measure in measures_in_order()] == usual
    headings = [cell.value for cell in sheet[2]]
    assert headings == ["序号", "部门", "承办人", *(seed.name for seed in CASE_MEASURES)]


def test_workbook_may_bring_entered_measures_but_no_points_and_nobody_elses(court, other_court):
    seed_measures()
    make_measure(court).save()
    make_measure(other_court, code="foreign", name="外院", headings="外院").save()

    codes = {measure.code for measure in known_measures(court)}

    assert {"closed", "articles", "first_instance_handling", "trials"} <= codes
    assert not {CASE_POINTS, "foreign"} & codes


# -- whose they are -----------------------------------------------------------------------------


def test_measures_of_a_court_are_the_shared_ones_and_its_own(court, other_court):
    seed_measures()
    own, foreign = make_measure(court), make_measure(other_court, code="foreign")
    own.save()
    foreign.save()

    assert measures_of(court).count() == len(MEASURES) + 1
    assert own in measures_of(court)
    assert foreign not in measures_of(court)


def test_case_points_are_given_to_whole_counts_only(court):
    seed_measures()
    codes = set(case_measures_of(court).values_list("code", flat=True))

    assert {"closed", "first_instance_handling"} <= codes
    assert not {CASE_POINTS, "mean_days", "pending", "articles", "training_done"} & codes


def test_system_administrator_keeps_shared_measures_and_appraisers_those_of_their_court(
    court, appraiser, political, system_admin
):
    assert measures_kept_by(appraiser) == {court.pk}
    assert measures_kept_by(system_admin) == {None}
    assert measures_kept_by(political) == set()


def test_measures_of_other_courts_are_not_visible(court, other_court, appraiser, system_admin):
    seed_measures()
    make_measure(court).save()
    make_measure(other_court, code="foreign").save()

    seen = set(measures_visible_to(appraiser).values_list("code", flat=True))
    above = set(measures_visible_to(system_admin).values_list("code", flat=True))

    assert "trials" in seen
    assert "foreign" not in seen
    assert not {"trials", "foreign"} & above


def test_own_measure_is_kept_and_recorded_for_its_court(court, appraiser):
    measure = save_measure(make_measure(court), by=appraiser)

    entry = Entry.objects.get()
    assert (entry.verb, entry.court, entry.actor) == ("measure.changed", court, appraiser)
    assert Measure.objects.get().pk == measure.pk


def test_appraiser_changes_no_shared_measure_and_makes_none(court, appraiser):
    seed_measures()
    shared = Measure.objects.get(code="closed")
    shared.name = "改名"

    for measure in (shared, make_measure()):
        with pytest.raises(CannotChangeMeasure):
            save_measure(measure, by=appraiser)

    shared.refresh_from_db()
    assert shared.name == "结案"
    assert not Entry.objects.exists()


def test_shared_measure_is_not_taken_over_by_a_court(court, appraiser):
    seed_measures()
    shared = Measure.objects.get(code="closed")
    shared.court = court

    with pytest.raises(CannotChangeMeasure):
        save_measure(shared, by=appraiser)


def test_measure_of_another_court_is_refused(other_court, appraiser):
    with pytest.raises(CannotChangeMeasure):
        save_measure(make_measure(other_court), by=appraiser)


def test_system_administrator_changes_shared_measures(system_admin):
    seed_measures()
    shared = Measure.objects.get(code="closed")
    shared.headings = "结案 审结数"

    save_measure(shared, by=system_admin)

    assert Measure.objects.get(code="closed").headings == "结案 审结数"


@pytest.mark.parametrize("change", [{"aggregation": "last"}, {"is_register": True}])
def test_measure_in_published_case_points_counts_as_it_did(court, appraiser, system_admin, change):
    table = seed_case_table(court, by=appraiser)
    publish_case_table(table_id=table.pk, by=appraiser, at=AT)
    measure = Measure.objects.get(code="first_instance_handling")
    for name, value in change.items():
        setattr(measure, name, value)

    with pytest.raises(CannotChangeMeasure):
        save_measure(measure, by=system_admin)


def test_code_is_taken_once_for_all_courts(court, other_court):
    make_measure(court).save()

    with pytest.raises(IntegrityError), transaction.atomic():
        make_measure(other_court).save()


def test_maximum_is_exact(db):
    seed_measures()

    assert Measure.objects.get(code="review_score").maximum == Decimal(100)
