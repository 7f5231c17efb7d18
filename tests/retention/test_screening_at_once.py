"""Two people at the same moment, on a database that lets them be."""

from datetime import timedelta

import pytest

from courtparty.lib.conflicts import Conflict
from courtparty.notices.models import Notice
from retention.models import BreakGlass, Consent, PressureReport, Screening, ScreeningAlert
from retention.services import break_glass, calls, pressure, screening
from tests.accounts.test_concurrency import at_once, refused
from tests.retention.screening_cast import (
    AT,
    ITEM9,
    make_alert,
    make_break_glass,
    make_opening,
    make_second_steward,
)

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]


def test_of_those_who_decide_at_once_one_does(officer, political, president, steward):
    one = make_break_glass(officer, political)

    def approve(by):
        return lambda: break_glass.approve_request(break_glass_id=one.pk, by=by, at=AT)

    def refuse(by):
        return lambda: break_glass.refuse_request(break_glass_id=one.pk, answer="不", by=by, at=AT)

    outcomes = at_once(approve(president), refuse(steward), approve(steward), refuse(president))

    assert refused(outcomes, Conflict) == 3
    one.refresh_from_db()
    assert (one.state == "approved") is (one.answer == "")
    kinds = set(Notice.objects.filter(user=officer.user).values_list("kind", flat=True))
    assert len(kinds & {"break_glass_approved_own", "break_glass_refused_own"}) == 1


def test_of_the_same_request_sent_at_once_one_is_kept(officer, political, president):
    outcomes = at_once(*[lambda: make_break_glass(officer, political)] * 4)

    assert refused(outcomes, break_glass.CannotAsk) == 3
    assert BreakGlass.objects.count() == 1


def test_an_end_and_an_opening_at_once_leave_no_opening_after_the_end(
    officer, political, president
):
    one = make_opening(officer, political, president)
    outcomes = at_once(
        lambda: break_glass.end_opening(break_glass_id=one.pk, by=president, at=AT),
        lambda: break_glass.open_health_file(break_glass_id=one.pk, by=political, at=AT),
        lambda: break_glass.end_over(at=AT + timedelta(days=2)),
    )

    one.refresh_from_db()
    assert one.state == "expired"
    # Opened before the end, or refused: one of the two, never both.
    assert one.openings + min(refused(outcomes[1:2], Conflict), 1) == 1
    with pytest.raises(Conflict):
        break_glass.open_health_file(break_glass_id=one.pk, by=political, at=AT)


def test_of_two_stewards_at_once_one_has_called(officer, steward, court):
    alert, other = make_alert(officer), make_second_steward(court)

    outcomes = at_once(
        *[
            lambda by=by: calls.call_made(alert_id=alert.pk, note=by.username, by=by, at=AT)
            for by in (steward, other)
        ]
    )

    assert refused(outcomes, Conflict) == 1
    alert.refresh_from_db()
    assert alert.note.endswith(alert.called_by.username)


def test_a_questionnaire_sent_at_once_is_taken_once_and_asks_once(officer, steward):
    screening.give_consent(officer=officer, instrument="phq9", at=AT)

    def take():
        return screening.take_screening(
            officer=officer, instrument="phq9", answers=ITEM9, shares_with_steward=False, at=AT
        )

    outcomes = at_once(*[take] * 4)

    assert refused(outcomes, screening.CannotTake) == 3
    assert (Screening.objects.count(), ScreeningAlert.objects.count()) == (1, 1)
    assert Notice.objects.filter(user=steward).count() == 1


def test_an_answer_and_a_withdrawal_at_once_leave_nothing_behind(officer):
    screening.give_consent(officer=officer, instrument="pss10", at=AT)
    facts = {"officer": officer, "instrument": "pss10", "at": AT}

    at_once(
        lambda: screening.take_screening(answers=[1] * 10, shares_with_steward=False, **facts),
        lambda: screening.withdraw_consent(**facts),
    )

    assert not Consent.objects.in_force().exists()
    assert not Screening.objects.exists()


def test_consent_given_at_once_is_given_once(officer):
    at_once(*[lambda: screening.give_consent(officer=officer, instrument="pss10", at=AT)] * 4)

    assert Consent.objects.count() == 1


def test_a_quarter_published_at_once_is_published_once(court, president):
    at_once(*[lambda: pressure.publish_due(at=AT)] * 4)

    assert PressureReport.objects.count() == 2
