from datetime import date
from decimal import Decimal

import pytest
from django.utils import timezone

from cadres.models import AllowanceLine, AllowanceRun
from cadres.selectors.own_posts import PaidMonth, own_posts
from tests.cadres.establishment import make_appointment, make_post, make_standard

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 23)


@pytest.fixture
def held(branch, officer):
    return make_appointment(make_post(branch, "branch_secretary"), officer, date(2026, 1, 1))


def add_line(appointment, month: date, amount: str, state: str, people) -> None:
    court = appointment.court
    run = AllowanceRun.objects.create(court=court, month=month, computed_at=timezone.now())
    standard = court.allowance_standard
    AllowanceLine.objects.create(
        run=run,
        officer=appointment.officer,
        appointment=appointment,
        standard=standard,
        kind="regular",
        month=month,
        rate=500,
        days=30,
        month_days=30,
        due=Decimal(amount),
        amount=Decimal(amount),
    )
    made_by, checked_by, approved_by = people
    AllowanceRun.objects.filter(pk=run.pk).update(
        state=state, made_by=made_by, checked_by=checked_by, approved_by=approved_by
    )


def test_own_posts_are_those_held_now_and_the_latest_decided_month(
    officer, held, branch, party_affairs, political, president, django_assert_num_queries
):
    make_appointment(make_post(branch, "group_leader"), officer, date(2024, 1, 1), date(2025, 1, 1))
    held.court.allowance_standard = make_standard(held.court, "branch_secretary", "500.00")
    people = (party_affairs, political, president)
    add_line(held, date(2026, 9, 1), "480.00", "approved", people)
    add_line(held, date(2026, 10, 1), "500.00", "approved", people)
    add_line(held, date(2026, 11, 1), "510.00", "draft", (None, None, None))

    with django_assert_num_queries(2):
        posts = own_posts(officer.user, on=TODAY)

    assert posts.held == [held]
    assert posts.paid == PaidMonth(date(2026, 10, 1), Decimal("500.00"))


def test_somebody_without_posts_has_none(officer, outsider, held):
    posts = own_posts(outsider, on=TODAY)

    assert (posts.held, posts.paid) == ([], None)
