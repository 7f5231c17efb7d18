"""Case figures on their way to the full-time check: what counts, and who reads it."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils.translation import override

from appraisal.selectors.casework import case_work
from cadres.models import Breach
from cadres.selectors.casework import case_figures
from cadres.services.fulltime import check_court
from courtparty.accounts.roles import Role
from tests.appraisal.cycle_cast import make_figures, make_import
from tests.cadres.establishment import make_appointment, make_approval, make_post
from tests.factories import make_officer, make_user

pytestmark = pytest.mark.django_db

CHECK = reverse("cadres:fulltime_check")
ON = date(2026, 11, 23)
MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 1)
NONE_OF_IT = dict.fromkeys(
    ("carried_over", "within_limit", "mediated", "withdrawn", "appealed", "revised", "remanded",
     "long_pending", "new", "closed"),
)  # fmt: skip


@pytest.fixture
def source(court):
    return make_import(court)


def shown(officer, since=MARCH):
    return [
        (one.month, one.name, one.value) for one in case_figures([officer.pk], since)[officer.pk]
    ]


def test_case_work_is_new_closed_and_pending_above_zero(officer, source):
    make_figures(officer, source, months=[MARCH], new=3, closed=0, pending=5)
    make_figures(officer, source, months=[APRIL], **NONE_OF_IT | {"closed": 2})

    with override("en"):
        assert shown(officer) == [
            (MARCH, "New cases", Decimal(3)),
            (MARCH, "Pending cases", Decimal(5)),
            (APRIL, "Closed cases", Decimal(2)),
        ]


def test_figures_without_case_work_are_none(officer, source):
    make_figures(officer, source, months=[MARCH], new=0, closed=0, pending=0)
    make_figures(officer, source, months=[APRIL], **NONE_OF_IT | {"within_limit": 4})

    assert case_figures([officer.pk], MARCH) == {}


def test_months_before_and_other_officers_are_left_out(court, civil, officer, source):
    colleague = make_officer(court=court, department=civil, name="李二")
    make_figures(officer, source, months=[MARCH, APRIL], **NONE_OF_IT | {"new": 1})
    make_figures(colleague, source, months=[APRIL])

    assert [month for month, _name, _value in shown(officer, APRIL)] == [APRIL]


def test_case_work_is_one_query(court, civil, officer, source, django_assert_num_queries):
    people = [officer, *(make_officer(court=court, department=civil) for _number in range(3))]
    for one in people:
        make_figures(one, source)

    with django_assert_num_queries(1):
        found = case_work([one.pk for one in people], MARCH)

    assert len(found) == 4


# -- on the page of the check -------------------------------------------------------------------


@pytest.fixture
def deputy(court, party_org, officer, source):
    """A full-time deputy secretary from 16 February who judged on until April."""
    post = make_post(party_org, "fulltime_deputy")
    make_appointment(post, officer, date(2026, 2, 16), higher_approval=make_approval(court))
    months = [date(2026, month, 1) for month in (1, 2, 3, 4)]
    make_figures(officer, source, months=months, **NONE_OF_IT | {"new": 18, "closed": 16})
    check_court(court=court, on=ON)
    return officer


def months_seen(client, user) -> list[tuple[date, str]]:
    client.force_login(user)
    response = client.get(CHECK, {"code": "fulltime_with_cases"}, headers={"accept-language": "en"})
    (row,) = response.context["page_obj"].object_list
    return [(one.month, one.figures) for one in row.months]


def test_the_check_finds_the_deputy_with_cases(deputy, party_org):
    row = Breach.objects.get(code="fulltime_with_cases")

    assert (row.officer, row.unit, row.since) == (deputy, party_org, MARCH)
    assert row.facts == {"months": 2, "first": "2026-03", "last": "2026-04", "from": "2026-03-01"}


@pytest.mark.parametrize("role", ["political", "president"])
def test_who_reads_figures_sees_which_they_are(client, deputy, role, request):
    user = request.getfixturevalue(role)

    assert months_seen(client, user) == [
        (MARCH, "New cases 18, Closed cases 16"),
        (APRIL, "New cases 18, Closed cases 16"),
    ]


@pytest.mark.parametrize("role", ["secretary", "party_affairs"])
def test_who_does_not_read_figures_sees_how_many_months(client, deputy, role, request):
    user = request.getfixturevalue(role)

    assert months_seen(client, user) == []
    text = client.get(CHECK, {"code": "fulltime_with_cases"}).text
    assert "2026-03" in text
    assert "18" not in text.split("<tbody")[1].split("</tbody")[0]


def test_a_head_who_is_secretary_sees_figures_of_the_own_department_only(
    client, court, civil, filing, deputy, party_org
):
    for name, department, expected in (("one", civil, 2), ("two", filing, 0)):
        user = make_user(name, Role.SECRETARY, party_org)
        user.grants.create(role=Role.HEAD, unit=department, starts_on=date(2026, 1, 1))

        assert len(months_seen(client, user)) == expected


def test_the_deputy_sees_the_own_figures(client, deputy, party_org):
    deputy.user.grants.create(role=Role.SECRETARY, unit=party_org, starts_on=date(2026, 1, 1))

    assert len(months_seen(client, deputy.user)) == 2
