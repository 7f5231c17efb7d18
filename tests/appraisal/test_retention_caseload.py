"""Caseload beside peers, as the retention board reads it."""

from datetime import date
from decimal import Decimal

import pytest

from appraisal.selectors.retention_caseload import Peers, caseload
from appraisal.services.head_shares import seed_head_shares
from cadres.models import Officer
from courtparty.lib.dates import PartialDate
from tests.appraisal.cycle_cast import make_figures, make_import
from tests.factories import make_officer

pytestmark = pytest.mark.django_db

ON = date(2026, 11, 23)
MONTHS = [date(2026, month, 1) for month in range(5, 11)]


@pytest.fixture
def source(court):
    return make_import(court)


def make_judge(court, department, source, number, *, months=MONTHS, **fields):
    judge = make_officer(court=court, department=department, name=f"法{number}", **fields)
    make_figures(judge, source, months=months, pending=10 * number, new=number, closed=2)
    return judge


def load_of(found, officer):
    return next(one for one in found.judges if one.officer_id == officer.pk)


def test_without_figures_there_are_no_months(court, officer):
    found = caseload(court, on=ON)

    assert (found.months, found.judges, found.last) == ((), (), None)


def test_amounts_are_the_last_stock_and_the_flows_per_month_in_post(court, civil, source):
    judge = make_officer(court=court, department=civil)
    make_figures(judge, source, months=MONTHS[:5], pending=30, new=10, closed=8)
    make_figures(judge, source, months=MONTHS[5:], pending=42, new=22, closed=8)

    found = caseload(court, on=ON)
    load = load_of(found, judge)

    assert found.months == tuple(MONTHS)
    assert load.months == 6
    assert load.amounts == {"pending": Decimal(42), "new": Decimal("12.0"), "closed": Decimal(8)}


def test_only_months_in_post_count(court, civil, source):
    judge = make_officer(court=court, department=civil, title_since=PartialDate(2026, 9, 1))
    make_figures(judge, source, months=MONTHS[4:], pending=9, new=10, closed=4)

    load = load_of(caseload(court, on=ON), judge)

    assert (load.months, load.amounts["new"]) == (2, Decimal(10))


def test_a_missing_month_is_missing_and_not_zero(court, civil, source):
    judge = make_officer(court=court, department=civil)
    make_figures(judge, source, months=MONTHS[1:], pending=9, new=10, closed=4)
    other = make_officer(court=court, department=civil, name="李二")
    make_figures(other, source, months=MONTHS[:5], pending=9, new=10, closed=4)

    found = caseload(court, on=ON)

    assert load_of(found, judge).amounts["new"] is None
    assert load_of(found, judge).amounts["pending"] == 9
    assert load_of(found, other).amounts["pending"] is None


def test_the_running_month_is_left_out(court, civil, source):
    judge = make_officer(court=court, department=civil)
    make_figures(judge, source, months=[*MONTHS, date(2026, 11, 1)], pending=9)

    assert caseload(court, on=ON).last == date(2026, 10, 1)


def test_peers_are_five_judges_of_one_function(court, civil, filing, source):
    for number in range(1, 6):
        make_judge(court, civil, source, number)
    for number in range(1, 5):
        make_judge(court, filing, source, number)

    peers = caseload(court, on=ON).peers

    assert peers["civil", "pending"] == Peers(5, Decimal(20), Decimal(30), Decimal(40))
    assert ("case_filing", "pending") not in peers


def test_heads_with_a_share_are_compared_with_nobody(court, civil, source, political):
    seed_head_shares(court, by=political)
    for number in range(1, 6):
        make_judge(court, civil, source, number)
    head = make_judge(court, civil, source, 9, title="庭长")

    found = caseload(court, on=ON)

    assert load_of(found, head).share == 70
    assert found.peers["civil", "pending"].count == 5


def test_only_quota_judges_in_service_of_the_court(court, other_court, civil, source):
    make_judge(court, civil, source, 1, category=Officer.Category.CLERK)
    make_judge(court, civil, source, 2, left_on=date(2026, 10, 15))
    judge = make_judge(court, civil, source, 3)

    assert [one.officer_id for one in caseload(court, on=ON).judges] == [judge.pk]
    assert caseload(other_court, on=ON).judges == ()


def test_queries_do_not_grow_with_the_judges(court, civil, source, django_assert_num_queries):
    for number in range(1, 8):
        make_judge(court, civil, source, number)

    with django_assert_num_queries(4):
        caseload(court, on=ON)
