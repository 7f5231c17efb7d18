from collections import Counter
from datetime import date, timedelta

import pytest
from django.utils import timezone

from cadres.models import Breach, Correction, Post, StaffingRequest
from cadres.rules.appointments import months_before
from cadres.selectors.overview import CadreOverview, cadre_overview
from cadres.selectors.terms import SOON_MONTHS, party_organisations, soon_until, terms_of
from courtparty.accounts.models import Unit
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
        terms_near=2,
        terms_overdue=1,
        corrections=1,
    )
    assert overview.terms_ending == 1
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


def test_overview_counts_an_organisation_by_its_earliest_term(
    political, court, civil, branch, team
):
    """The branch has one member more, elected later: it is overdue, and not ending as well."""
    later = make_officer(court=court, department=civil, branch=branch, name="周三")
    member = make_post(branch, Post.Kind.ORGANISATION_MEMBER)
    make_appointment(member, later, date(2024, 2, 1), term_end=date(2027, 2, 1))

    overview = cadre_overview(political, on=TODAY)
    rows = terms_of(party_organisations(Unit.objects.within(court)), on=TODAY)

    assert (overview.terms_ending, overview.terms_overdue) == (1, 1)
    assert Counter(row.state for row in rows if row.term_end) == {"soon": 1, "overdue": 1}


def test_overview_counts_the_terms_of_organisations_in_use_only(political, branch, team):
    Unit.objects.filter(pk=branch.pk).update(is_active=False)

    assert cadre_overview(political, on=TODAY).terms_overdue == 0


@pytest.mark.parametrize("on", [TODAY, date(2026, 2, 28), date(2026, 4, 30), date(2026, 8, 30)])
def test_a_term_ends_soon_up_to_the_day_the_page_of_terms_says(on):
    ends = [on + timedelta(days=ahead) for ahead in range(1, 250)]

    soon = [end for end in ends if months_before(end, SOON_MONTHS) <= on]

    assert soon_until(on) == max(soon)
