"""An officer's own pages: what is said beforehand, what is asked, and what is left afterwards."""

from datetime import timedelta

import pytest
from django.urls import reverse

from retention.models import Consent, Screening, ScreeningAlert, ScreeningSettings
from retention.services import calls
from tests.factories import make_officer
from tests.retention.screening_cast import (
    AT,
    CALM,
    ITEM9,
    STRESSED,
    make_alert,
    make_break_glass,
    make_screening,
)

pytestmark = pytest.mark.django_db

HOME = reverse("retention:my_screening")


@pytest.fixture
def reader(officer_user, client):
    """The officer, reading English."""
    officer_user.language = "en"
    officer_user.save()
    client.force_login(officer_user)
    return officer_user


def page(name, *args):
    return reverse(f"retention:{name}", args=args)


def answered(answers):
    return {f"answer_{number}": value for number, value in enumerate(answers, 1)}


def consent(client, instrument="pss10"):
    return client.post(page("screening_consent", instrument))


def test_nothing_is_asked_before_the_officer_was_told_who_learns_what(client, reader, steward):
    response = client.get(page("screening_take", "phq9"))
    assert response.url == page("screening_consent", "phq9")

    text = client.get(response.url).text

    assert "with one exception: if you answer question 9" in text
    assert "The steward sees neither answers nor score" in text
    assert "Answers are deleted after 24 months" in text
    assert "Appraisal, promotion and pay know nothing of it" in text
    assert not Consent.objects.exists()


def test_what_is_told_beforehand_is_true_where_there_is_no_steward(client, reader):
    text = client.get(page("screening_consent", "phq9")).text

    assert "your court has none for you at present" in text
    assert "is asked to call you today" not in text


def test_the_exception_stands_before_the_first_question_and_again_before_sending(
    client, reader, steward
):
    consent(client, "phq9")

    text = client.get(page("screening_take", "phq9")).text

    first = text.index("Little interest or pleasure")
    places = [n for n in range(len(text)) if text.startswith("Nobody learns of your answers", n)]
    assert len(places) == 2
    assert places[0] < first < places[1] < text.index("Send and read the advice")


def test_the_questions_are_shown_in_chinese_to_who_reads_chinese(client, officer_user):
    client.force_login(officer_user)
    consent(client)

    text = client.get(page("screening_take", "pss10")).text

    assert "感到紧张不安和压力" in text
    assert "Felt nervous" not in text


def test_sending_leads_to_the_advice(client, reader, steward):
    consent(client)

    response = client.post(page("screening_take", "pss10"), answered(STRESSED))

    taken = Screening.objects.get()
    assert response.url == page("screening_result", taken.pk)
    text = client.get(response.url).text
    assert "40 / 40" in text
    assert "high stress" in text
    assert "This is no diagnosis" in text
    assert "Nobody sees this result but you" in text
    assert "The court has not entered one yet" in text
    assert not ScreeningAlert.objects.exists()


def test_missing_items_are_named_and_what_was_chosen_is_kept(client, reader):
    consent(client)
    answers = answered(STRESSED)
    del answers["answer_3"], answers["answer_10"]

    response = client.post(page("screening_take", "pss10"), answers)

    text = response.text
    assert response.status_code == 200
    assert text.count("Question 3 has no answer yet.") == 2  # in the summary and at the question
    assert 'href="#div_id_answer_10"' in text
    assert 'id="div_id_answer_10"' in text
    assert "Question 4 has no answer" not in text
    assert 'name="answer_1" value="4" checked' in " ".join(text.split())
    assert not Screening.objects.exists()


@pytest.mark.parametrize("value", ["5", "-1", "x", ""])
def test_an_answer_that_is_none_is_refused(client, reader, value):
    consent(client)

    response = client.post(
        page("screening_take", "pss10"), answered(STRESSED) | {"answer_1": value}
    )

    assert "Question 1 has no answer yet." in response.text
    assert not Screening.objects.exists()


def test_item_9_is_answered_with_kindness_and_the_crisis_line(client, reader, steward, court):
    ScreeningSettings.objects.create(court=court, crisis_line="示例热线 00000", local_help="三楼")
    consent(client, "phq9")

    response = client.post(page("screening_take", "phq9"), answered(ITEM9), follow=True)

    text = response.text
    assert "You are not alone with this" in text
    assert "is asked to call you today" in " ".join(text.split())
    assert "示例热线 00000" in text
    assert "三楼" in text
    assert ScreeningAlert.objects.get().why == "item9"


def test_a_second_time_on_a_day_says_why_not(client, reader):
    consent(client)
    client.post(page("screening_take", "pss10"), answered(STRESSED))

    response = client.post(page("screening_take", "pss10"), answered(CALM))

    assert "You have answered this questionnaire today already" in response.text
    assert Screening.objects.get().score == 40


def test_history_shows_results_with_their_chart(client, reader, officer):
    make_screening(officer, STRESSED)
    make_screening(officer, CALM, at=AT - timedelta(days=30))

    text = client.get(HOME).text

    assert "2026-11-17" in text
    assert "2026-10-18" in text
    assert "40 / 40" in text
    assert '<svg class="chart"' in text
    assert "only you" in text


def test_home_without_anything_invites_to_read_first(client, reader):
    text = client.get(HOME).text

    assert text.count("Read who learns what, and begin") == 2
    assert "Withdraw consent" not in text


def test_home_of_an_account_without_a_record_says_so(client, steward):
    steward.language = "en"
    steward.save()
    client.force_login(steward)

    assert "record belongs to your account" in client.get(HOME).text


def test_home_costs_the_same_at_one_and_three(
    client, reader, officer, django_assert_max_num_queries
):
    make_screening(officer)
    client.get(HOME)
    with django_assert_max_num_queries(30) as one:
        client.get(HOME)
    for days in (30, 60):
        make_screening(officer, CALM, at=AT - timedelta(days=days))
    with django_assert_max_num_queries(30) as three:
        client.get(HOME)
    assert len(one) == len(three)


def test_sharing_and_taking_it_back(client, reader, officer, steward):
    taken = make_screening(officer)

    assert "is asked to call you" in " ".join(
        client.get(page("screening_share", taken.pk)).text.split()
    )
    client.post(page("screening_share", taken.pk))
    assert Screening.objects.get().shares_with_steward
    again = client.post(page("screening_share", taken.pk), follow=True)
    assert "sees this result already" in again.text

    client.post(page("screening_unshare", taken.pk))
    assert not Screening.objects.get().shares_with_steward
    assert not ScreeningAlert.objects.exists()


def test_deleting_one_result_asks_first(client, reader, officer):
    taken = make_screening(officer)

    assert "Nobody can bring them back" in client.get(page("screening_delete", taken.pk)).text
    assert Screening.objects.exists()
    response = client.post(page("screening_delete", taken.pk), follow=True)

    assert "Deleted" in response.text
    assert not Screening.objects.exists()
    assert client.get(page("screening_result", taken.pk)).status_code == 404


def test_withdrawing_confirms_what_was_deleted(client, reader, officer):
    make_screening(officer)

    asked = client.get(page("screening_withdraw", "pss10")).text
    assert "1 result is deleted, with its answers." in asked
    response = client.post(page("screening_withdraw", "pss10"), follow=True)

    assert response.redirect_chain == [(page("screening_withdrawn", "pss10"), 302)]
    assert "is withdrawn, and your answers are deleted" in " ".join(response.text.split())
    assert not Screening.objects.exists()
    assert client.post(page("screening_withdraw", "pss10")).status_code == 409


def test_results_of_others_do_not_exist(client, reader, court, civil, steward):
    other = make_officer(court=court, department=civil, name="李四")
    shown = make_screening(other, shares=True)

    for user in (reader, steward):
        client.force_login(user)
        for name in ("screening_result", "screening_share", "screening_delete"):
            assert client.get(page(name, shown.pk)).status_code == 404
    assert client.get(page("screening_take", "gad7")).status_code == 404


def test_the_officer_reads_calls_and_openings_on_the_own_page(
    client, reader, officer, steward, political
):
    make_alert(officer)
    make_break_glass(officer, political)

    text = client.get(HOME).text

    assert "Calls the steward was asked for" in text
    assert "Emergency openings of my health file" in text


def test_after_the_call_the_page_no_longer_says_that_one_is_owed(client, reader, officer, steward):
    alert = make_alert(officer)
    calls.call_made(alert_id=alert.pk, note="", by=steward, at=AT)

    text = " ".join(client.get(officer.screenings.get().get_absolute_url()).text.split())

    assert "You are not alone with this" in text
    assert "is asked to call you today" not in text
