"""Several people at the same moment, on a database that lets them be."""

from collections import Counter
from threading import Barrier, Thread

import pytest
from django.db import connections

from courtparty.accounts.roles import Role
from retention.models import Achievement, Award, AwardProposal, Mentoring
from retention.services.achievement_intake import raise_achievement
from retention.services.awards import revoke_award
from tests.factories import make_officer, make_user
from tests.retention.awards_cast import (
    NOW,
    TODAY,
    decide,
    make_award,
    make_checked,
    make_limited_rung,
    make_pair,
    make_rung,
)

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]
CLIENTS = 4


def at_once(action) -> Counter:
    """``action`` by four at a time, each with an own number: how often it came to what."""
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
def deciders(court):
    return [make_user(f"vice{n}", Role.PRESIDENT, court) for n in range(CLIENTS)]


def test_one_of_four_decides(court, officer, head, political, deciders):
    proposal = make_checked(officer, make_rung(court), by=head, checker=political)

    found = at_once(lambda place: decide(proposal, by=deciders[place]))

    assert found == {"done": 1, "Conflict": CLIENTS - 1}
    assert Award.objects.count() == 1


def test_the_last_place_is_given_once(court, civil, head, political, deciders):
    rung = make_limited_rung(court, 1)
    people = [make_officer(court=court, department=civil, name="王小明") for _n in range(CLIENTS)]
    proposals = [make_checked(one, rung, by=head, checker=political) for one in people]

    found = at_once(lambda place: decide(proposals[place], by=deciders[place]))

    assert found == {"done": 1, "CannotDecide": CLIENTS - 1}
    assert AwardProposal.objects.filter(state="granted").count() == 1


def test_an_award_is_revoked_once(court, officer, head, political, president):
    award = make_award(officer, make_rung(court), by=head, checker=political, decider=president)
    facts = {"award_id": award.pk, "on": TODAY, "reason": "x", "by": political, "at": NOW}

    found = at_once(lambda place: revoke_award(number=f"撤{place}号", **facts))

    assert found == {"done": 1, "Conflict": CLIENTS - 1}


def test_another_part_enters_once(officer):
    facts = {"officer_id": officer.pk, "kind": "annual", "achieved_on": TODAY, "by": None}

    found = at_once(lambda place: raise_achievement(source_key="annual:2025", **facts))

    assert found == {"done": CLIENTS}
    assert Achievement.objects.count() == 1


def test_a_pair_is_made_once(court, civil, officer, head):
    mentee = make_officer(court=court, department=civil, name="孙小新")

    found = at_once(lambda place: make_pair(officer, mentee, by=head))

    assert found == {"done": 1, "CannotMentor": CLIENTS - 1}
    assert Mentoring.objects.count() == 1
