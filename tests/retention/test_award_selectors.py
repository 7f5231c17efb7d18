"""What waits for whom, the tile of My records, and the ladder with its suggestion."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from appraisal.models import AssessmentRun, Cycle, GradeProposal, IndexSet, Participant
from appraisal.selectors.annual_grades import excellent_years
from retention.models import Award
from retention.selectors.award_register import award_year
from retention.selectors.ladder import ladder_of, quota_uses
from retention.selectors.needs.awards import needs_of
from retention.selectors.own.awards import own_line
from tests.factories import make_officer, make_user
from tests.retention.awards_cast import (
    TODAY,
    make_achievement,
    make_award,
    make_checked,
    make_limited_rung,
    make_pair,
    make_proposal,
    make_rung,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


def needs(user, on=TODAY):
    with CaptureQueriesContext(connection) as found:
        waiting = list(needs_of(user, on=on))
    assert not [query for query in found if "retention_" in query["sql"]]
    counted = {str(one.title): one.rows.count() for one in waiting}
    return {title: count for title, count in counted.items() if count}


def test_each_role_is_told_what_waits_for_it(officer, court, head, political, president, steward):
    rung = make_rung(court)
    facts = {"by": head, "checker": political}
    make_achievement(officer, by=head, title="甲")
    make_proposal(officer, rung, by=head, title="乙")
    make_checked(officer, rung, title="丙", **facts)
    make_award(officer, rung, title="丁", decider=president, **facts)

    assert needs(head) == {"Achievements to propose for an award": 1}
    assert needs(political) == {
        "Achievements to propose for an award": 1,
        "Proposals for awards that wait for you": 1,
        "Awards without their document": 1,
    }
    assert needs(president) == {"Proposals for awards that wait for you": 1}
    assert needs(steward) == {}
    late = needs(head, on=date(2026, 9, 1))
    assert late["Achievements whose decision is overdue"] == 3


def test_a_quiet_pair_waits_for_both_and_for_the_head(officer, court, civil, head, officer_user):
    mentee = make_officer(court=court, department=civil, name="孙小新")
    make_pair(officer, mentee, by=head)

    assert needs(officer_user) == {}
    later = date(2026, 9, 1)
    assert list(needs(officer_user, on=later).values()) == [1]
    assert needs(head, on=later) == {"Pairs that have not met for a quarter": 1}


def test_the_tile_of_my_records_costs_two_queries(
    officer, court, head, political, president, django_assert_num_queries
):
    facts = {"by": head, "checker": political, "decider": president}
    make_award(officer, make_rung(court), **facts)
    make_achievement(officer, by=head, title="乙")

    with django_assert_num_queries(2):
        line = own_line(officer, on=TODAY)
    assert line.text == "1 award · 1 achievement under way"


def make_excellent(officer, year, *, state="closed", kind="annual"):
    cycle = Cycle.objects.create(
        court=officer.court,
        code=f"{year}-{kind}-{state}",
        name=str(year),
        kind=kind,
        start=date(year, 1, 1),
        end=date(year + 1, 1, 1),
        state="reviewing",
        opened_at="2026-01-01T00:00:00Z",
    )
    department = officer.department
    about = {"court": officer.court, "function": department.function, "staff_class": "judge"}
    index_set, _is_new = IndexSet.objects.get_or_create(
        code="civil", name="民事", name_en="Civil", **about
    )
    participant = Participant.objects.create(
        cycle=cycle,
        index_set=index_set,
        officer=officer,
        department=department,
        function=department.function,
        category=officer.category,
        staff_class="judge",
    )
    run = AssessmentRun.objects.create(
        cycle=cycle, number=1, participants=1, complete=1, missing=0, finished_at=cycle.opened_at
    )
    GradeProposal.objects.create(
        participant=participant,
        run=run,
        proposed="excellent",
        decided="excellent",
        decided_by=make_user(f"committee{cycle.pk}", court=officer.court),
        decided_at=cycle.opened_at,
    )
    # Last, because a closed cycle does not change.
    Cycle.objects.filter(pk=cycle.pk).update(state=state)


def test_excellent_years_come_from_closed_annual_cycles(officer):
    make_excellent(officer, 2025)
    make_excellent(officer, 2024, state="publicity")
    make_excellent(officer, 2023, kind="special")

    assert excellent_years([officer.pk]) == {officer.pk: frozenset({2025})}


def test_three_excellent_years_suggest_the_merit(officer, court):
    merit = make_rung(court, name="记三等功", position=3, excellent_years=3)
    make_rung(court, excellent_years=1)
    for year in (2023, 2024, 2025):
        make_excellent(officer, year)

    found = ladder_of(officer, on=TODAY, with_appraisal=True)
    hidden = ladder_of(officer, on=TODAY, with_appraisal=False)

    assert [(one.rung, one.suggestion) for one in found][0] == (
        merit,
        "Excellent in the annual appraisal of 2023, 2024, 2025.",
    )
    assert [one.suggestion for one in found + hidden].count("") == 3


def test_the_ladder_shows_held_next_and_free_again(officer, court, head, political, president):
    held = make_rung(court, interval_months=12)
    higher = make_rung(court, name="记三等功", position=3)
    make_award(officer, held, by=head, checker=political, decider=president)

    top, bottom = ladder_of(officer, on=TODAY, with_appraisal=False)

    assert (top.rung, top.is_next, top.is_held) == (higher, True, False)
    assert (bottom.rung, bottom.is_next, bottom.is_held) == (held, False, True)
    assert bottom.free_from == date(2027, 6, 1)


def test_places_are_counted_by_staff_and_by_year(officer, court, head, political, president):
    limited = make_limited_rung(court, 2)
    share = make_rung(
        court, name="表扬", position=1, quota_kind="percent", quota_value=Decimal(100)
    )
    make_award(officer, limited, by=head, checker=political, decider=president)

    uses = quota_uses([limited, share], year=2026)
    assert (uses[limited.pk].seats, uses[limited.pk].used) == (2, 1)
    assert (uses[share.pk].seats, uses[share.pk].used) == (1, 0)
    assert quota_uses([limited], year=2025)[limited.pk].used == 0


def test_a_year_of_awards_by_month_and_function(officer, court, head, political, president):
    make_award(officer, make_rung(court), by=head, checker=political, decider=president)

    year = award_year(Award.objects.all(), year=2026)

    assert [(line.function, line.total, line.days) for line in year.lines] == [
        ("civil trial", 1, 5)
    ]
    assert (year.months[5], year.total, year.days) == (1, 1, 5)
    assert award_year(Award.objects.all(), year=2025).total == 0
