"""What was published or closed stays, whoever writes to the database."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from appraisal.models import (
    CaseWeight,
    CaseWeightTable,
    Cycle,
    IndexSet,
    Indicator,
    Measure,
    Participant,
    RaterGroup,
)
from tests.factories import make_officer

AT = datetime(2026, 11, 2, 1, tzinfo=UTC)
SET_MESSAGE = "a published index set does not change"
POINTS_MESSAGE = "a published table of case points does not change"
CLOSED_MESSAGE = "a closed cycle does not change"


def make_set(court, **fields):
    defaults = {
        "code": "civil-judge",
        "name": "民事法官",
        "name_en": "Civil judges",
        "function": "civil",
        "staff_class": "judge",
    }
    index_set = IndexSet.objects.create(court=court, **defaults | fields)
    Indicator.objects.create(
        index_set=index_set,
        code="closed",
        name="结案",
        name_en="Closed",
        area="quantity",
        kind="count",
        weight=Decimal(100),
        source="系统",
        owner="审管办",
        certainty="U",
    )
    RaterGroup.objects.create(index_set=index_set, kind="peers", weight=Decimal(100))
    return index_set


def put(index_set, state):
    published_at = AT if state in ("published", "retired") else None
    IndexSet.objects.filter(pk=index_set.pk).update(state=state, published_at=published_at)


@pytest.fixture
def index_set(court):
    return make_set(court)


def refused(message):
    return pytest.raises(DatabaseError, match=message)


@pytest.mark.parametrize("state", ["checked", "published", "retired"])
@pytest.mark.parametrize("model", [Indicator, RaterGroup])
def test_parts_of_a_set_change_in_a_draft_only(index_set, model, state):
    model.objects.update(weight=Decimal(50))
    put(index_set, state)
    for change in (
        lambda: model.objects.update(weight=Decimal(60)),
        lambda: model.objects.all().delete(),
    ):
        with refused(SET_MESSAGE), transaction.atomic():
            change()
    assert model.objects.get().weight == Decimal(50)


def test_a_published_set_keeps_what_it_says(index_set):
    put(index_set, "published")
    for fields in (
        {"name": "别的"},
        {"raters_known": True},
        {"staff_class": "support"},
        {"state": "draft", "published_at": None},
        {"state": "checked", "published_at": None},
    ):
        with refused(SET_MESSAGE), transaction.atomic():
            IndexSet.objects.filter(pk=index_set.pk).update(**fields)
    with refused(SET_MESSAGE), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM appraisal_indexset")


def test_a_retired_set_is_not_put_back(index_set):
    put(index_set, "published")
    put(index_set, "retired")
    with refused(SET_MESSAGE), transaction.atomic():
        put(index_set, "published")


def test_a_checked_set_goes_back_to_draft(index_set):
    put(index_set, "checked")
    put(index_set, "draft")
    Indicator.objects.update(weight=Decimal(40))
    assert Indicator.objects.get().weight == Decimal(40)


def test_a_published_table_of_case_points_is_fixed(court):
    measure = Measure.objects.create(
        code="closed_first", name="一审", name_en="First instance", aggregation="sum"
    )
    table = CaseWeightTable.objects.create(court=court, version=1, name="案件权重")
    weight = CaseWeight.objects.create(
        table=table, measure=measure, type_coefficient=Decimal("1.5"), certainty="S"
    )
    CaseWeight.objects.update(base=Decimal(9))
    CaseWeightTable.objects.update(state="published", published_at=AT)
    for change in (
        lambda: CaseWeight.objects.update(base=Decimal(8)),
        weight.delete,
        lambda: CaseWeightTable.objects.update(name="别的"),
        lambda: CaseWeightTable.objects.update(state="draft", published_at=None),
    ):
        with refused(POINTS_MESSAGE), transaction.atomic():
            change()
    assert CaseWeight.objects.get().base == Decimal(9)


@pytest.fixture
def closed(court, civil):
    cycle = Cycle.objects.create(
        court=court,
        code="2026-annual",
        name="2026",
        kind="annual",
        start=date(2026, 1, 1),
        end=date(2027, 1, 1),
        state="reviewing",
        opened_at=AT,
    )
    Participant.objects.create(
        cycle=cycle,
        officer=make_officer(court=court, department=civil),
        department=civil,
        function="civil",
        category="quota_judge",
        staff_class="judge",
        excluded="no_set",
    )
    Cycle.objects.update(state="closed")
    return cycle


def test_a_closed_cycle_stays_closed_with_its_rows(closed, court, civil):
    another = make_officer(court=court, department=civil)
    for change in (
        lambda: Cycle.objects.update(state="reviewing"),
        lambda: Cycle.objects.update(name="别的"),
        lambda: Participant.objects.update(months=["2026-01"]),
        lambda: Participant.objects.all().delete(),
        lambda: Participant.objects.create(
            cycle=closed,
            officer=another,
            department=civil,
            function="civil",
            category="quota_judge",
            staff_class="judge",
            excluded="no_set",
        ),
    ):
        with refused(CLOSED_MESSAGE), transaction.atomic():
            change()
    assert Participant.objects.get().months == []
    assert Cycle.objects.get().state == "closed"


@pytest.mark.parametrize(
    "table", ["appraisal_indicator", "appraisal_ratergroup", "appraisal_weightderivation"]
)
def test_published_parts_are_not_emptied_at_once(index_set, table):
    put(index_set, "published")
    index_set.refresh_from_db()
    is_postgres = connection.vendor == "postgresql"
    if is_postgres:
        connection.check_constraints()  # nothing is pending, which TRUNCATE would refuse first
    verb = "TRUNCATE" if is_postgres else "DELETE FROM"
    rows = Indicator.objects.count(), RaterGroup.objects.count()
    if is_postgres or table != "appraisal_weightderivation":
        with refused(SET_MESSAGE), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"{verb} {table}")
    assert (Indicator.objects.count(), RaterGroup.objects.count()) == rows == (1, 1)
