"""What the database itself refuses, whatever services and forms let through: on both engines."""

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from cadres.models import AllowanceStandard, Appointment, Secondment
from tests.cadres.establishment import (
    make_appointment,
    make_post,
    make_secondment,
    make_standard,
)
from tests.factories import make_court, make_officer, make_unit

JAN, MAR, MAY, JUL = (date(2026, month, 1) for month in (1, 3, 5, 7))

# A period taken from March to May: what touches it is refused, what only meets it is not.
OVERLAPPING = [
    pytest.param(MAR, MAY, id="the same days"),
    pytest.param(JAN, date(2026, 3, 2), id="over its first day"),
    pytest.param(date(2026, 4, 30), JUL, id="over its last day"),
    pytest.param(date(2026, 4, 1), date(2026, 4, 2), id="one day inside"),
    pytest.param(JAN, JUL, id="all around it"),
    pytest.param(JAN, None, id="open, from before"),
    pytest.param(date(2026, 4, 30), None, id="open, from its last day"),
]
MEETING = [
    pytest.param(JAN, MAR, id="up to it"),
    pytest.param(MAY, JUL, id="from its end"),
    pytest.param(MAY, None, id="open, from its end"),
]


@pytest.fixture
def post(party_org):
    return make_post(party_org, "secretary")


@pytest.fixture
def colleague(court, civil, branch):
    return make_officer(court=court, department=civil, branch=branch, name="李明")


def refuses(name: str):
    """PostgreSQL names the constraint; the trigger of SQLite is raised with its name."""
    return pytest.raises(IntegrityError, match=name)


def move(row, start: date, end: date | None) -> None:
    """By SQL alone: no model, no service."""
    table = type(row)._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f'UPDATE {table} SET start = %s, "end" = %s WHERE id = %s', [start, end, row.pk]
        )


# -- one person in a seat -----------------------------------------------------------------------


@pytest.mark.parametrize(("start", "end"), OVERLAPPING)
def test_a_second_holder_of_a_seat_is_refused_on_insert(post, officer, colleague, start, end):
    make_appointment(post, officer, MAR, MAY)

    with refuses("appointment_one_per_seat"), transaction.atomic():
        make_appointment(post, colleague, start, end)

    assert Appointment.objects.count() == 1


@pytest.mark.parametrize(("start", "end"), MEETING)
def test_holders_of_a_seat_may_follow_each_other(post, officer, colleague, start, end):
    make_appointment(post, officer, MAR, MAY)

    assert make_appointment(post, colleague, start, end).pk


@pytest.mark.parametrize(("start", "end"), OVERLAPPING)
def test_a_second_holder_of_a_seat_is_refused_on_update(post, officer, colleague, start, end):
    make_appointment(post, officer, MAR, MAY)
    later = make_appointment(post, colleague, JUL, date(2026, 8, 1))
    # With an end on record there is a reason, so that nothing but the overlap is refused.
    end = end or date(9999, 12, 31)

    with refuses("appointment_one_per_seat"), transaction.atomic():
        move(later, start, end)

    later.refresh_from_db()
    assert later.start == JUL


def test_a_holder_may_be_moved_within_free_days(post, officer, colleague):
    make_appointment(post, officer, MAR, MAY)
    later = make_appointment(post, colleague, JUL, date(2026, 8, 1))

    move(later, MAY, date(2026, 8, 1))
    move(later, MAY, date(2026, 8, 2))

    later.refresh_from_db()
    assert (later.start, later.end) == (MAY, date(2026, 8, 2))


def test_another_seat_of_the_post_is_free(party_org, officer, colleague):
    post = make_post(party_org, "deputy_secretary", authorised=2)
    make_appointment(post, officer, JAN, seat=1)
    second = make_appointment(post, colleague, JAN, seat=2)

    with refuses("appointment_one_per_seat"), transaction.atomic():
        Appointment.objects.filter(pk=second.pk).update(seat=1)


def test_what_was_taken_back_holds_no_seat(post, officer, colleague):
    wrong = make_appointment(post, officer, JAN, is_void=True)
    make_appointment(post, colleague, JAN)

    with refuses("appointment_one_per_seat"), transaction.atomic():
        Appointment.objects.filter(pk=wrong.pk).update(is_void=False)


def test_who_is_seconded_in_takes_no_seat(post, officer, colleague):
    make_appointment(post, officer, JAN)
    guest = make_appointment(post, colleague, JAN, nature="seconded_in")

    with refuses("appointment_one_per_seat"), transaction.atomic():
        Appointment.objects.filter(pk=guest.pk).update(nature="regular", seat=1)


# -- one officer in a post ----------------------------------------------------------------------


@pytest.mark.parametrize(("start", "end"), OVERLAPPING)
def test_an_officer_twice_in_a_post_is_refused_on_insert(party_org, officer, start, end):
    post = make_post(party_org, "deputy_secretary", authorised=2)
    make_appointment(post, officer, MAR, MAY, seat=1)

    with refuses("appointment_once_per_post"), transaction.atomic():
        make_appointment(post, officer, start, end, seat=2)


def test_an_officer_twice_in_a_post_is_refused_on_update(party_org, officer, colleague):
    post = make_post(party_org, "deputy_secretary", authorised=2)
    make_appointment(post, officer, JAN, seat=1)
    other = make_appointment(post, colleague, JAN, seat=2)

    with refuses("appointment_once_per_post"), transaction.atomic():
        Appointment.objects.filter(pk=other.pk).update(officer=officer)


def test_an_officer_may_hold_two_posts(party_org, branch, officer):
    make_appointment(make_post(party_org, "secretary"), officer, JAN)

    assert make_appointment(make_post(branch, "branch_secretary"), officer, JAN).pk


# -- secondments --------------------------------------------------------------------------------


@pytest.mark.parametrize(("start", "end"), OVERLAPPING)
def test_secondments_that_overlap_are_refused(post, officer, start, end):
    appointment = make_appointment(post, officer, JAN)
    make_secondment(appointment, MAR, MAY)
    later = make_secondment(appointment, JUL, date(2026, 8, 1))

    with refuses("secondment_no_overlap"), transaction.atomic():
        make_secondment(appointment, start, min(end or JUL, JUL))
    with refuses("secondment_no_overlap"), transaction.atomic():
        move(later, start, end)

    assert Secondment.objects.count() == 2


@pytest.mark.parametrize(("start", "end"), MEETING)
def test_secondments_may_follow_each_other(post, officer, start, end):
    appointment = make_appointment(post, officer, JAN)
    make_secondment(appointment, MAR, MAY)

    assert make_secondment(appointment, start, end).pk


# -- standards ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("start", "end"), OVERLAPPING)
def test_standards_that_overlap_are_refused(court, start, end):
    make_standard(court, "secretary", "800", MAR, MAY)
    later = make_standard(court, "secretary", "900", JUL, date(2026, 8, 1))

    with refuses("allowance_standard_no_overlap"), transaction.atomic():
        make_standard(court, "secretary", "700", start, min(end or JUL, JUL))
    with refuses("allowance_standard_no_overlap"), transaction.atomic():
        move(later, start, end)

    assert AllowanceStandard.objects.count() == 2


def test_standards_of_another_kind_or_court_stand_beside_each_other(court):
    other = make_court("other", "另一县人民法院")
    make_standard(court, "secretary", "800", JAN)
    branch = make_standard(court, "branch_secretary", "300", JAN)

    assert make_standard(other, "secretary", "600", JAN).pk
    with refuses("allowance_standard_no_overlap"), transaction.atomic():
        AllowanceStandard.objects.filter(pk=branch.pk).update(kind="secretary")


def test_officers_of_two_courts_share_no_seat(court, civil, party_org, officer):
    """The number of a seat is one of its own post."""
    other = make_court("other", "另一县人民法院")
    organisation = make_unit(other, "总支部委员会", kind="general_branch")
    stranger = make_officer(court=other, department=make_unit(other, "民庭"), name="钱外人")
    make_appointment(make_post(party_org, "secretary"), officer, JAN)

    assert make_appointment(make_post(organisation, "secretary"), stranger, JAN).seat == 1
