from datetime import date
from decimal import Decimal

import pytest
from django.utils import timezone

from appraisal.models import Figure, FigureImport, Measure
from appraisal.selectors.revised_cases import RevisedMonth, revised_months
from tests.factories import make_officer, make_unit

pytestmark = pytest.mark.django_db

OCTOBER, NOVEMBER = date(2026, 10, 1), date(2026, 11, 1)


@pytest.fixture
def measure(db):
    def build(code):
        defaults = {"name": code, "name_en": code, "headings": code, "aggregation": "sum"}
        return Measure.objects.get_or_create(code=code, defaults=defaults)[0]

    return build


@pytest.fixture
def figure(measure):
    def build(officer, code, month, value):
        source = FigureImport.objects.create(
            court=officer.court,
            file_name="f.xlsx",
            state="imported",
            created_at=timezone.now(),
            imported_at=timezone.now(),
        )
        return Figure.objects.create(
            officer=officer,
            measure=measure(code),
            month=month,
            value=value,
            as_of=month,
            source=source,
        )

    return build


def test_revised_and_remanded_are_added_by_officer_and_month(court, officer, figure):
    figure(officer, "revised", OCTOBER, 2)
    figure(officer, "remanded", OCTOBER, 1)
    figure(officer, "closed", OCTOBER, 30)
    figure(officer, "revised", NOVEMBER, 0)

    assert revised_months(court, since=OCTOBER) == [
        RevisedMonth(officer.pk, OCTOBER, Decimal(3)),
        RevisedMonth(officer.pk, NOVEMBER, Decimal(0)),
    ]


def test_months_before_those_asked_for_are_left_out(court, officer, figure):
    figure(officer, "revised", OCTOBER, 2)

    assert revised_months(court, since=NOVEMBER) == []


def test_who_left_and_other_courts_are_left_out(court, other_court, officer, figure):
    department = make_unit(other_court, "民事审判庭")
    figure(make_officer(court=other_court, department=department), "revised", OCTOBER, 1)
    figure(officer, "revised", OCTOBER, 1)
    officer.left_on = NOVEMBER
    officer.save()

    assert revised_months(court, since=OCTOBER) == []


def test_one_query_however_many(court, officer, figure, django_assert_num_queries):
    for month in (OCTOBER, NOVEMBER):
        figure(officer, "revised", month, 1)

    with django_assert_num_queries(1):
        assert len(revised_months(court, since=OCTOBER)) == 2
