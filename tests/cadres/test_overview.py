from datetime import date

import pytest
from django.utils import timezone

from cadres.models import Breach, Correction, Post, StaffingRequest
from cadres.selectors.overview import CadreOverview, cadre_overview
from tests.cadres.establishment import make_appointment, make_post
from tests.factories import make_officer

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 23)


@pytest.fixture
def team(court, civil, party_org, branch, other_branch, officer):
    """A secretary whose term ends soon, a branch whose term is over, a vacant full-time post."""
    secretary = make_post(party_org)
    make_appointment(secretary, officer, date(2024, 3, 1), term_end=date(2027, 3, 1))
    late = make_officer(court=court, department=civil, branch=branch, name="孙二")
    leading = make_post(branch, Post.Kind.BRANCH_SECRETARY)
    make_appointment(leading, late, date(2023, 5, 1), term_end=date(2026, 5, 1))
    make_post(party_org, Post.Kind.PARTY_AFFAIRS_CADRE, authorised=3)
    make_post(other_branch, Post.Kind.BRANCH_SECRETARY, closed_on=date(2026, 1, 1))
    finding = {"court": court, "since": TODAY, "seen_on": TODAY, "code": "no_fulltime_staff"}
    Breach.objects.create(unit=party_org, weight="breach", subject="a", **finding)
    Breach.objects.create(unit=branch, weight="warning", subject="b", **finding)
    Breach.objects.create(unit=branch, weight="breach", subject="c", cleared_on=TODAY, **finding)
    asked = {"court": court, "unit": party_org, "created_at": timezone.now(), "state": "sent"}
    StaffingRequest.objects.create(title="1", reply_due_on=date(2026, 11, 20), **asked)
    StaffingRequest.objects.create(title="2", reply_due_on=TODAY, **asked)
    Correction.objects.create(officer=officer, field="name", asked_at=timezone.now())


def test_overview_counts_what_is_in_the_court(political, team, django_assert_num_queries):
    political.current_grants()

    with django_assert_num_queries(1):
        overview = cadre_overview(political, on=TODAY)

    assert overview == CadreOverview(
        authorised=5,
        occupied=2,
        fulltime_staff=0,
        breaches=1,
        warnings=1,
        awaiting_reply=2,
        replies_overdue=1,
        terms_ending=1,
        terms_overdue=1,
        corrections=1,
    )
    assert overview.vacant == 3
    assert overview.breach_tone == "danger"


def test_overview_of_a_branch_secretary_ends_at_the_branch(branch_secretary, team):
    overview = cadre_overview(branch_secretary, on=TODAY)

    assert (overview.authorised, overview.occupied, overview.warnings) == (1, 1, 1)
    assert (overview.breaches, overview.awaiting_reply, overview.corrections) == (0, 0, 0)
    assert (overview.terms_ending, overview.terms_overdue) == (0, 1)


def test_overview_of_another_court_is_empty(outsider_political, team):
    assert cadre_overview(outsider_political, on=TODAY) == CadreOverview(*[0] * 10)


def test_a_department_head_has_no_overview(head, team, django_assert_num_queries):
    head.current_grants()

    with django_assert_num_queries(0):
        assert cadre_overview(head, on=TODAY) is None
