"""Several people at the same moment, on a database that lets them be."""

from collections import Counter
from datetime import date, timedelta
from threading import Barrier, Thread

import pytest
from django.db import connections
from django.utils import timezone

from cadres.models import Appointment, TermExtension
from cadres.services.allowance_runs import draft_run
from cadres.services.appointments import appoint, extend_term
from cadres.services.endings import end_appointment
from cadres.services.secondments import second_out
from courtparty.audit.models import Entry
from tests.cadres.establishment import make_appointment, make_post, make_standard
from tests.factories import make_officer

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]

START = date(2026, 1, 1)
PAPER = {"number": "示任通〔2026〕9号", "issued_on": START}
CLIENTS = 8


def at_once(action) -> Counter:
    """``action`` by eight at a time, each with an own number: how often it came to what."""
    together, outcomes = Barrier(CLIENTS), [""] * CLIENTS

    def run(place):
        together.wait()
        try:
            action(place)
            outcomes[place] = "done"
        except Exception as error:
            outcomes[place] = type(error).__name__
        finally:
            connections.close_all()

    threads = [Thread(target=run, args=[place]) for place in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Counter(outcomes)


@pytest.fixture
def officers(court, civil, branch):
    return [
        make_officer(court=court, department=civil, branch=branch, name="王小明")
        for _n in range(CLIENTS)
    ]


def test_one_of_eight_gets_the_exclusive_post(party_org, officers, political):
    post = make_post(party_org, "secretary")

    def put(place):
        facts = {"officer_id": officers[place].pk, "start": START, "document": PAPER}
        appoint(post_id=post.pk, by=political, **facts)

    assert at_once(put) == {"done": 1, "CannotAppoint": 7}
    assert Appointment.objects.count() == 1
    assert Entry.objects.filter(verb="appointment.made").count() == 1


def test_eight_fill_the_eight_seats_of_a_post(party_org, officers, political):
    post = make_post(party_org, "committee_member", authorised=CLIENTS)

    def put(place):
        facts = {"officer_id": officers[place].pk, "start": START, "document": PAPER}
        appoint(post_id=post.pk, by=political, **facts)

    assert at_once(put) == {"done": CLIENTS}
    seats = Appointment.objects.order_by("seat").values_list("seat", flat=True)
    assert list(seats) == list(range(1, CLIENTS + 1))


def test_an_officer_gets_one_of_eight_full_time_posts(party_org, officers, political):
    posts = [make_post(party_org, "party_affairs_cadre", name=str(n)) for n in range(CLIENTS)]

    def put(place):
        facts = {"officer_id": officers[0].pk, "start": START, "document": PAPER}
        appoint(post_id=posts[place].pk, by=political, **facts)

    assert at_once(put) == {"done": 1, "CannotAppoint": 7}
    assert Appointment.objects.count() == 1


def test_one_of_eight_ends_an_appointment(party_org, officers, political):
    appointment = make_appointment(make_post(party_org, "secretary"), officers[0], START)

    def end(place):
        on = date(2026, 2, 1) + timedelta(days=place)
        end_appointment(appointment_id=appointment.pk, reason="other", on=on, by=political)

    assert at_once(end) == {"done": 1, "Conflict": 7}
    assert Entry.objects.filter(verb="appointment.ended").count() == 1


def test_one_of_eight_extends_the_terms_of_an_organisation(party_org, officers, political):
    """Each from another of them, for all: nobody waits for somebody who waits for them."""
    post = make_post(party_org, "committee_member", authorised=CLIENTS)
    due = date(2029, 1, 1)
    held = [
        make_appointment(post, officer, START, term_end=due, seat=seat)
        for seat, officer in enumerate(officers, start=1)
    ]

    def extend(place):
        extend_term(
            appointment_id=held[place].pk,
            known_term_end=due,
            term_end=date(2029, 6, 1) + timedelta(days=place),
            for_all=True,
            document=PAPER,
            by=political,
        )

    assert at_once(extend)["done"] == 1
    assert TermExtension.objects.count() == CLIENTS
    assert Appointment.objects.values("term_end").distinct().count() == 1


def test_ending_and_computing_the_run_wait_for_each_other_in_one_order(
    party_org, officers, court, political
):
    post = make_post(party_org, "committee_member", authorised=CLIENTS)
    make_standard(court, post.kind, "800.00")
    held = [
        make_appointment(post, officer, START, seat=seat)
        for seat, officer in enumerate(officers, start=1)
    ]
    facts = {"court": court, "month": START, "by": None, "at": timezone.now()}
    draft_run(**facts)

    def end_or_compute(place):
        if place % 2:
            draft_run(**facts)
        else:
            on = date(2026, 2, 1)
            end_appointment(appointment_id=held[place].pk, reason="other", on=on, by=political)

    assert at_once(end_or_compute) == {"done": CLIENTS}


def test_extending_for_all_and_a_secondment_wait_for_each_other_in_one_order(
    party_org, officers, political
):
    post = make_post(party_org, "committee_member", authorised=CLIENTS)
    due = date(2029, 1, 1)
    held = [
        make_appointment(post, officer, START, term_end=due, seat=seat)
        for seat, officer in enumerate(officers, start=1)
    ]

    def extend_or_second(place):
        if place == 0:
            facts = {"known_term_end": due, "term_end": date(2029, 6, 1), "for_all": True}
            extend_term(appointment_id=held[0].pk, document=PAPER, by=political, **facts)
        else:
            second_out(
                appointment_id=held[place].pk, start=START, destination="县委组织部", by=political
            )

    assert at_once(extend_or_second) == {"done": CLIENTS}
