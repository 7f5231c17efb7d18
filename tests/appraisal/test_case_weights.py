"""Tables of case points: drafted, edited, published, and fixed from then on."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from appraisal.models import CaseWeight, CaseWeightTable, Measure
from appraisal.rules.case_points import weights_of as points_per_measure
from appraisal.selectors.case_weights import (
    changes_between,
    faults_shown,
    former_of,
    rows_of,
    weights_of,
    weights_shown,
)
from appraisal.services.case_weights import (
    CannotChangeTable,
    describe_case_table,
    discard_case_table,
    draft_case_table,
    keep_case_weight,
    publish_case_table,
    remove_case_weight,
    seed_case_table,
)
from courtparty.audit.models import Entry

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 23, 1, tzinfo=UTC)


@pytest.fixture
def table(court, appraiser):
    return seed_case_table(court, by=appraiser)


@pytest.fixture
def published(table, appraiser):
    return publish_case_table(table_id=table.pk, by=appraiser, at=AT)


def kept(table, by, code="closed", **fields):
    numbers = {
        "base": Decimal(10),
        "type_coefficient": Decimal("1.2"),
        "role_coefficient": Decimal(1),
        "certainty": "U",
    }
    measure = Measure.objects.get(code=code)
    return keep_case_weight(table_id=table.pk, measure=measure, by=by, **numbers | fields)


def verbs(table):
    return [entry.verb for entry in Entry.objects.about(table).order_by("pk")]


# -- the draft a court begins with --------------------------------------------------------------


def test_seeded_draft_is_the_provincial_program(table, appraiser):
    points = dict(points_per_measure(rows_of(weights_of(table))))

    assert points == {
        "first_instance_handling": Decimal("9"),
        "first_instance_member": Decimal("3"),
        "second_instance_handling": Decimal("6"),
        "second_instance_member": Decimal("2"),
        "review_handling": Decimal("3"),
        "review_member": Decimal("1"),
        "sentence_reduction_handling": Decimal("0.42"),
        "sentence_reduction_member": Decimal("0.14"),
    }
    assert {one.certainty for one in weights_of(table)} == {"S"}
    assert (table.state, table.version, table.made_by) == ("draft", 1, appraiser)
    assert faults_shown(weights_of(table)) == []
    assert verbs(table) == ["case_weights.drafted"]


def test_formula_says_base_kind_and_role(table):
    shown = weights_shown(weights_of(table))[0]

    assert (shown.formula, shown.points) == ("10 × 1.5 × 0.6", "9")


def test_court_with_a_table_gets_no_second_draft(court, table):
    assert seed_case_table(court, by=None) is None
    assert CaseWeightTable.objects.count() == 1


# -- editing a draft ----------------------------------------------------------------------------


def test_row_is_added_changed_and_removed(table, appraiser):
    row = kept(table, appraiser)
    kept(table, appraiser, weight_id=row.pk, base=Decimal(8))

    row.refresh_from_db()
    assert (row.base, row.position) == (8, 9)
    remove_case_weight(table_id=table.pk, weight_id=row.pk, by=appraiser)
    assert weights_of(table)[-1].measure.code == "sentence_reduction_member"
    assert verbs(table) == ["case_weights.drafted", *["case_weights.changed"] * 3]


@pytest.mark.parametrize(
    ("code", "fields"),
    [
        pytest.param("first_instance_member", {}, id="a kind that has a row"),
        pytest.param("case_points", {}, id="counts itself"),
        pytest.param("mean_days", {}, id="no number of cases"),
        pytest.param("articles", {}, id="a register"),
        pytest.param("closed", {"base": Decimal(0)}, id="zero"),
        pytest.param("closed", {"type_coefficient": Decimal("-1")}, id="negative"),
        pytest.param("closed", {"role_coefficient": Decimal("NaN")}, id="no number"),
        pytest.param("closed", {"type_coefficient": Decimal(21)}, id="far too large"),
    ],
)
def test_row_that_is_not_sound_is_refused_and_nothing_written(table, appraiser, code, fields):
    with pytest.raises(CannotChangeTable) as refusal:
        kept(table, appraiser, code, **fields)

    assert str(refusal.value)
    assert len(weights_of(table)) == 8
    assert verbs(table) == ["case_weights.drafted"]


def test_measure_of_another_court_is_refused(table, other_court, appraiser):
    Measure.objects.create(
        code="foreign", name="外", name_en="x", headings="外", aggregation="sum", court=other_court
    )

    with pytest.raises(CannotChangeTable):
        kept(table, appraiser, "foreign")


def test_row_of_another_table_is_not_touched(court, other_court, table, appraiser):
    theirs = seed_case_table(other_court, by=None)
    row = weights_of(theirs)[0]

    with pytest.raises(CannotChangeTable):
        remove_case_weight(table_id=table.pk, weight_id=row.pk, by=appraiser)
    with pytest.raises(CannotChangeTable):
        kept(table, appraiser, weight_id=row.pk)

    assert CaseWeight.objects.filter(pk=row.pk, table=theirs).exists()


def test_name_and_basis_of_a_draft_are_changed(table, appraiser):
    describe_case_table(table_id=table.pk, name="新表", basis="院务会", by=appraiser)

    table.refresh_from_db()
    assert (table.name, table.basis) == ("新表", "院务会")


def test_draft_is_discarded_with_its_rows(table, appraiser):
    discard_case_table(table_id=table.pk, by=appraiser)

    assert not CaseWeightTable.objects.exists()
    assert not CaseWeight.objects.exists()
    assert Entry.objects.filter(verb="case_weights.discarded").exists()


# -- publishing ---------------------------------------------------------------------------------


def test_published_table_has_its_time_and_entry(published):
    assert (published.state, published.published_at) == ("published", AT)
    assert verbs(published) == ["case_weights.drafted", "case_weights.published"]


def test_empty_table_is_not_published_and_says_why(court, appraiser):
    empty = draft_case_table(court=court, name="空", basis="", by=appraiser)

    with pytest.raises(CannotChangeTable) as refusal:
        publish_case_table(table_id=empty.pk, by=appraiser, at=AT)

    assert len(refusal.value.reasons) == 1
    empty.refresh_from_db()
    assert empty.state == "draft"


def test_table_is_published_once(published, appraiser):
    with pytest.raises(CannotChangeTable):
        publish_case_table(table_id=published.pk, by=appraiser, at=AT)


def test_newer_version_retires_the_former(published, appraiser):
    draft = draft_case_table(
        court=published.court, name="第二版", basis="", by=appraiser, like=published
    )

    publish_case_table(table_id=draft.pk, by=appraiser, at=AT)

    published.refresh_from_db()
    assert (published.state, draft.version) == ("retired", 2)
    assert verbs(published)[-1] == "case_weights.retired"
    assert CaseWeightTable.objects.get(state="published") == draft


def test_services_refuse_to_change_what_is_published(published, appraiser):
    row = weights_of(published)[0]
    for change in (
        lambda: kept(published, appraiser),
        lambda: remove_case_weight(table_id=published.pk, weight_id=row.pk, by=appraiser),
        lambda: describe_case_table(table_id=published.pk, name="x", basis="", by=appraiser),
        lambda: discard_case_table(table_id=published.pk, by=appraiser),
    ):
        with pytest.raises(CannotChangeTable):
            change()

    assert len(weights_of(published)) == 8


def test_database_refuses_to_change_what_is_published(published):
    for change in (
        lambda: CaseWeight.objects.filter(table=published).update(base=1),
        lambda: CaseWeight.objects.filter(table=published).delete(),
        lambda: CaseWeightTable.objects.filter(pk=published.pk).update(name="x"),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_discarded_draft_is_gone_for_everyone_else(table, appraiser):
    discard_case_table(table_id=table.pk, by=appraiser)

    with pytest.raises(CannotChangeTable, match=r"."):
        publish_case_table(table_id=table.pk, by=appraiser, at=AT)


# -- versions -----------------------------------------------------------------------------------


def test_copy_has_the_same_rows_and_changes_alone(published, appraiser):
    draft = draft_case_table(
        court=published.court, name="二", basis="", by=appraiser, like=published
    )
    kept(draft, appraiser)

    assert len(weights_of(published)) == 8
    assert [one.measure_id for one in weights_of(draft)][:8] == [
        one.measure_id for one in weights_of(published)
    ]


def test_table_of_another_court_is_not_copied(published, other_court, appraiser):
    with pytest.raises(CannotChangeTable):
        draft_case_table(court=other_court, name="x", basis="", by=appraiser, like=published)


def test_comparison_says_what_counts_more_less_and_what_is_new(published, appraiser):
    draft = draft_case_table(
        court=published.court, name="二", basis="", by=appraiser, like=published
    )
    first, second, third = weights_of(draft)[:3]
    kept(draft, appraiser, first.measure.code, weight_id=first.pk, type_coefficient=Decimal(2))
    kept(draft, appraiser, second.measure.code, weight_id=second.pk, base=Decimal(1))
    remove_case_weight(table_id=draft.pk, weight_id=third.pk, by=appraiser)
    kept(draft, appraiser)

    changes = {
        one.measure.code: (one.before, one.after, one.change)
        for one in changes_between(former_of(draft), draft)
    }

    assert changes["first_instance_handling"] == ("9", "20", "more")
    assert changes["first_instance_member"] == ("3", "1.2", "less")
    assert changes["second_instance_handling"] == ("6", "", "removed")
    assert changes["closed"] == ("", "12", "added")
    assert changes["review_member"] == ("1", "1", "same")


def test_former_version_is_one_that_was_in_force(court, published, appraiser):
    never = draft_case_table(court=court, name="二", basis="", by=appraiser)
    third = draft_case_table(court=court, name="三", basis="", by=appraiser)

    assert former_of(third) == published
    assert former_of(never) == published
    assert former_of(published) is None


# -- who reads what -----------------------------------------------------------------------------


def test_officers_read_what_is_published_and_no_draft(court, table, appraiser, officer_user):
    visible = CaseWeightTable.objects.visible_to(officer_user)
    assert not visible.exists()

    publish_case_table(table_id=table.pk, by=appraiser, at=AT)

    assert visible.get() == table


def test_nobody_reads_tables_of_another_court(published, outsider, outsider_political):
    for stranger in (outsider, outsider_political):
        assert not CaseWeightTable.objects.visible_to(stranger).exists()
