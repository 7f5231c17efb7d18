"""Consenting, answering, showing, deleting: what is kept, who is told, and what leaves no trace."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from courtparty.audit.models import Entry
from courtparty.lib.conflicts import Conflict
from courtparty.notices.models import Notice
from retention.models import Consent, RetentionSettings, Screening, ScreeningAlert
from retention.rules.screening import AnswersMissing
from retention.selectors.screening import consent_in_force, own_instruments
from retention.services import screening as services
from tests.factories import make_officer, make_user
from tests.retention.screening_cast import AT, CALM, ITEM9, STRESSED, TODAY, WELL, make_screening

pytestmark = pytest.mark.django_db


def entries(prefix="screening."):
    found = Entry.objects.filter(verb__startswith=prefix).order_by("pk")
    return list(found.values_list("verb", "actor", "subject_pk"))


def told(user):
    return sorted(Notice.objects.filter(user=user).values_list("kind", flat=True))


def test_screening_is_kept_with_what_it_comes_to(officer, steward, president):
    taken = make_screening(officer, STRESSED)

    taken = Screening.objects.get(pk=taken.pk)
    assert (taken.answers, taken.score, taken.band) == (STRESSED, 40, "high")
    assert (taken.taken_on, taken.shares_with_steward) == (TODAY, False)
    assert not ScreeningAlert.objects.exists()
    assert not Notice.objects.exists()


def test_the_log_says_that_something_was_done_never_by_whom(officer):
    make_screening(officer)

    assert entries() == [("screening.consented", None, None), ("screening.taken", None, None)]
    assert set(Entry.objects.values_list("court", flat=True)) == {officer.court_id}


def test_answers_score_and_band_are_stored_encrypted(officer):
    make_screening(officer)

    with connection.cursor() as cursor:
        cursor.execute("SELECT answers, score, band FROM retention_screening")
        stored = cursor.fetchone()
    # Two digits can stand in a cipher text by chance; a cipher text is never as short.
    assert all(len(str(value)) > 40 for value in stored)
    assert not any(text in str(value) for value in stored for text in ("high", "[4,"))


def test_consent_is_given_once_and_without_it_nothing_is_taken(officer):
    facts = {"officer": officer, "instrument": "pss10", "at": AT}
    with pytest.raises(services.CannotTake, match="no consent|没有"):
        services.take_screening(answers=CALM, shares_with_steward=False, **facts)

    first = services.give_consent(**facts)
    again = services.give_consent(**facts)

    assert first == again
    assert Consent.objects.count() == 1
    assert not Screening.objects.exists()


def test_consent_to_one_questionnaire_is_none_to_the_other(officer):
    services.give_consent(officer=officer, instrument="pss10", at=AT)

    with pytest.raises(services.CannotTake):
        services.take_screening(
            officer=officer, instrument="phq9", answers=WELL, shares_with_steward=False, at=AT
        )


def test_consent_to_older_words_is_asked_for_again(officer):
    services.give_consent(officer=officer, instrument="pss10", at=AT)
    Consent.objects.update(text_version="2020-1")

    assert consent_in_force(officer, "pss10") is None
    services.give_consent(officer=officer, instrument="pss10", at=AT + timedelta(days=1))
    assert consent_in_force(officer, "pss10").given_at == AT + timedelta(days=1)
    assert Consent.objects.count() == 1


def test_a_missing_item_leaves_nothing_behind(officer):
    services.give_consent(officer=officer, instrument="phq9", at=AT)

    with pytest.raises(AnswersMissing) as refusal:
        services.take_screening(
            officer=officer,
            instrument="phq9",
            answers=[0, 0, None, 0, 0, 0, 0, 0, 1],
            shares_with_steward=True,
            at=AT,
        )

    assert refusal.value.numbers == (3,)
    assert not Screening.objects.exists()
    assert not ScreeningAlert.objects.exists()


def test_sent_twice_is_taken_once(officer):
    make_screening(officer)

    with pytest.raises(services.CannotTake):
        make_screening(officer, CALM)

    assert Screening.objects.get().score == 40
    make_screening(officer, CALM, at=AT + timedelta(days=1))
    assert Screening.objects.count() == 2


def test_the_database_takes_one_a_day(officer):
    taken = make_screening(officer)
    with pytest.raises(IntegrityError), transaction.atomic():
        Screening.objects.create(
            consent=taken.consent, officer=officer, instrument="pss10", taken_on=TODAY,
            answers=CALM, score=0, band="low",
        )  # fmt: skip


def test_item_9_asks_the_steward_to_call_today_and_says_nothing_else(officer, steward, president):
    make_screening(officer, ITEM9, instrument="phq9")

    alert = ScreeningAlert.objects.get()
    assert (alert.officer, alert.why, alert.state) == (officer, "item9", "open")
    assert (alert.due_on, alert.screening, alert.note) == (TODAY, None, "")
    assert told(steward) == ["call_owed"]
    assert told(president) == []
    notice = Notice.objects.get(user=steward)
    assert notice.params == {}
    assert officer.name not in str(vars(notice))


def test_item_9_asks_once_while_a_call_is_owed(officer, steward):
    make_screening(officer, ITEM9, instrument="phq9")
    make_screening(officer, ITEM9, instrument="phq9", at=AT + timedelta(days=1))

    assert ScreeningAlert.objects.count() == 1
    assert told(steward) == ["call_owed"]


@pytest.mark.parametrize(("instrument", "answers"), [("phq9", [3] * 8 + [0]), ("pss10", STRESSED)])
def test_whatever_else_is_answered_nobody_is_told(
    officer, steward, president, political, instrument, answers
):
    make_screening(officer, answers, instrument=instrument)

    assert not ScreeningAlert.objects.exists()
    assert not Notice.objects.exists()


def test_where_there_is_no_steward_the_leadership_learns_that_one_is_missing(officer, president):
    make_screening(officer, ITEM9, instrument="phq9")

    assert ScreeningAlert.objects.get().state == "open"
    notice = Notice.objects.get()
    assert (notice.user, notice.kind, notice.params, notice.url) == (
        president, "steward_missing", {}, "",
    )  # fmt: skip


def test_a_steward_is_not_asked_to_call_himself(court, civil, president):
    steward = make_user("s", "steward", court)
    himself = make_officer(court=court, department=civil, user=steward)

    make_screening(himself, ITEM9, instrument="phq9")

    assert told(steward) == []
    assert told(president) == ["steward_missing"]
    assert not ScreeningAlert.objects.visible_to(steward).exists()


def test_sharing_shows_the_result_and_asks_for_a_call(officer, officer_user, steward, president):
    taken = make_screening(officer)
    assert not Screening.objects.visible_to(steward).exists()

    services.share_screening(screening_id=taken.pk, by=officer_user, at=AT)

    assert Screening.objects.visible_to(steward).get() == taken
    alert = ScreeningAlert.objects.get()
    assert (alert.why, alert.screening) == ("shared", taken)
    assert told(steward) == ["call_owed"]
    assert not Screening.objects.visible_to(president).exists()
    with pytest.raises(services.CannotShare):
        services.share_screening(screening_id=taken.pk, by=officer_user, at=AT)


def test_sharing_is_chosen_while_answering_too(officer, steward):
    taken = make_screening(officer, shares=True)

    assert Screening.objects.visible_to(steward).get() == taken
    assert ScreeningAlert.objects.get().why == "shared"


def test_unsharing_takes_back_the_call_not_made(officer, officer_user, steward):
    taken = make_screening(officer, shares=True)

    services.unshare_screening(screening_id=taken.pk, by=officer_user)

    assert not Screening.objects.visible_to(steward).exists()
    assert not ScreeningAlert.objects.exists()
    with pytest.raises(services.CannotShare):
        services.unshare_screening(screening_id=taken.pk, by=officer_user)


def test_unsharing_one_of_two_leaves_the_call_owed_for_the_other(officer, officer_user, steward):
    first = make_screening(officer, shares=True)
    second = make_screening(officer, shares=True, at=AT + timedelta(days=1))
    assert ScreeningAlert.objects.get().screening == second

    services.unshare_screening(screening_id=second.pk, by=officer_user)

    assert ScreeningAlert.objects.get().screening == first


def test_nobody_shares_or_deletes_what_is_not_his(officer, steward, outsider):
    taken = make_screening(officer)

    for stranger in (steward, outsider):
        with pytest.raises(Conflict):
            services.share_screening(screening_id=taken.pk, by=stranger, at=AT)
        with pytest.raises(Conflict):
            services.delete_screening(screening_id=taken.pk, by=stranger)

    assert Screening.objects.get().shares_with_steward is False


def test_withdrawal_deletes_every_answer_and_keeps_no_content(officer, steward):
    make_screening(officer, shares=True)
    make_screening(officer, CALM, at=AT + timedelta(days=1))
    make_screening(officer, ITEM9, instrument="phq9")

    count = services.withdraw_consent(
        officer=officer, instrument="pss10", at=AT + timedelta(days=2)
    )

    assert count == 2
    assert [one.instrument for one in Screening.objects.all()] == ["phq9"]
    assert Consent.objects.get(instrument="pss10").withdrawn_at == AT + timedelta(days=2)
    assert entries()[-1] == ("screening.withdrawn", None, None)
    assert Entry.objects.latest("pk").detail == {"count": 2}
    # The call that was asked for by showing a result is not owed any more; the other one is.
    assert [one.why for one in ScreeningAlert.objects.all()] == ["item9"]


def test_withdrawing_twice_says_so(officer):
    make_screening(officer)
    facts = {"officer": officer, "instrument": "pss10"}
    services.withdraw_consent(at=AT, **facts)

    with pytest.raises(Conflict):
        services.withdraw_consent(at=AT, **facts)
    with pytest.raises(services.CannotTake):
        services.take_screening(answers=CALM, shares_with_steward=False, at=AT, **facts)


def test_deleting_one_result_leaves_the_others(officer, officer_user):
    first = make_screening(officer)
    second = make_screening(officer, CALM, at=AT + timedelta(days=1))

    services.delete_screening(screening_id=first.pk, by=officer_user)

    assert Screening.objects.get() == second
    with pytest.raises(Conflict):
        services.delete_screening(screening_id=first.pk, by=officer_user)


@pytest.mark.parametrize(("months", "left"), [(24, 2), (12, 1)])
def test_answers_are_deleted_after_the_months_the_court_has_set(court, officer, months, left):
    RetentionSettings.objects.create(court=court, screening_months=months)
    make_screening(officer, at=AT - timedelta(days=400))
    make_screening(officer, CALM)

    deleted = services.delete_expired(court=court, on=TODAY)

    assert Screening.objects.count() == left
    assert deleted == 2 - left
    if deleted:
        last = Entry.objects.latest("pk")
        assert (last.verb, last.actor, last.detail) == (
            "screening.expired", None, {"count": 1, "calls": 0},
        )  # fmt: skip


def test_answers_go_when_an_officer_leaves(court, officer):
    make_screening(officer)
    officer.left_on = date(2026, 11, 17)
    officer.save(update_fields=["left_on"])

    assert services.delete_expired(court=court, on=date(2026, 11, 16)) == 0
    assert services.delete_all_expired(on=TODAY) == 1
    assert not Screening.objects.exists()


def test_a_night_without_anything_to_delete_leaves_no_entry(court):
    services.delete_all_expired(on=TODAY)

    assert not Entry.objects.exists()


def test_own_history_is_newest_first_and_costs_the_same_at_one_and_three(
    officer, django_assert_num_queries
):
    make_screening(officer)
    with django_assert_num_queries(2):
        own_instruments(officer, on=TODAY)
    make_screening(officer, CALM, at=AT - timedelta(days=30))
    make_screening(officer, CALM, at=AT - timedelta(days=60))

    with django_assert_num_queries(2):
        stress, mood = own_instruments(officer, on=TODAY)

    assert [one.score for one in stress.results] == [40, 0, 0]
    assert "<svg" in stress.chart
    assert (stress.has_consent, stress.is_taken_today) == (True, True)
    assert (mood.results, mood.has_consent, mood.chart) == ([], False, "")
