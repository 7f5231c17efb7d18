from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from appraisal.models import Cycle, RatingSheet
from appraisal.services.ratings import Answer, close_ratings, save_rating
from courtparty.navigation import navigation_for
from tests.appraisal.rating_cast import (
    AT,
    REMARK,
    draw,
    make_cycle,
    make_division,
    rate,
    sheet_of,
    take_part,
)

LIST, FORM, SAVE = "appraisal:rating_list", "appraisal:rating_form", "appraisal:rating_save"
SUBMIT, SUBMIT_ALL = "appraisal:rating_submit", "appraisal:rating_submit_all"
PROGRESS = "appraisal:rating_progress"
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture(autouse=True)
def _english(settings):
    settings.LANGUAGE_CODE = "en"
    with translation.override("en"):
        yield


@pytest.fixture
def division(court, civil):
    division = make_division(court, civil)
    draw(division)
    return division


def get(client, user, name, *args):
    client.force_login(user)
    return client.get(reverse(name, args=args))


def post(client, user, name, *args, data=None, follow=False, **headers):
    client.force_login(user)
    return client.post(reverse(name, args=args), data or {}, follow=follow, **headers)


def fields(sheet, *, comment=None, **places):
    """What the browser sends of one card."""
    sent = {f"s{sheet.pk}-q-{code}": place for code, place in places.items()}
    return sent if comment is None else sent | {f"s{sheet.pk}-comment": comment}


def messages_of(response):
    return [str(message) for message in response.context["messages"]]


# -- what is asked of me --------------------------------------------------------------------------


def test_rating_list_shows_my_cycles_with_progress_and_last_day(client, division):
    rate(division.head, division.assistants[0])

    response = get(client, division.head.user, LIST)

    (asked,) = response.context["asked"]
    assert (asked.cycle, asked.submitted, asked.total) == (division.cycle, 1, 2)
    assert "until 2026-11-20" in response.text
    assert "Cycles whose ratings you look after" not in response.text


def test_rating_list_says_when_nothing_is_asked(client, outsider):
    response = get(client, outsider, LIST)

    assert response.context["asked"] == []
    assert "You are not asked for any rating" in response.text


def test_rating_list_leads_the_administrator_to_the_return(client, division, appraiser):
    response = get(client, appraiser, LIST)

    ((cycle, whole),) = response.context["returning"]
    assert (cycle, whole.asked, whole.submitted) == (division.cycle, 10, 0)
    assert reverse(PROGRESS, args=[cycle.pk]) in response.text


def test_rating_list_says_what_lapsed(client, division):
    close_ratings(cycle=division.cycle, at=AT)
    Cycle.objects.update(state=Cycle.State.SCORING)

    response = get(client, division.head.user, LIST)

    assert "not handed in in time: 2" in response.text
    assert "collecting is over" in response.text


def test_navigation_leads_officers_to_the_ratings(division, system_admin):
    def labels(user):
        return {str(link.label) for group in navigation_for(user) for link in group.links}

    assert "Ratings to give" in labels(division.head.user)
    assert "Ratings to give" not in labels(system_admin)


# -- the form -----------------------------------------------------------------------------------


def test_rating_form_has_a_card_for_each_person_and_each_word(client, division):
    response = get(client, division.head.user, FORM, division.cycle.pk)

    names = [form.card.sheet.ratee.name for form in response.context["forms"]]
    assert names == ["助理0", "助理1"]
    assert response.text.count('type="radio"') == 2 * 2 * 4
    for word in ("excellent", "good", "fair", "poor"):
        assert word in response.text
    assert "People you lead" in response.text


def test_rating_form_speaks_chinese(client, division):
    user = division.head.user
    user.language = "zh-hans"
    user.save()

    response = get(client, user, FORM, division.cycle.pk)

    assert "优秀" in response.text
    assert "excellent" not in response.text


@pytest.mark.parametrize("name", [FORM, SUBMIT_ALL])
def test_rating_form_is_of_those_who_are_asked(client, division, name, appraiser, outsider):
    for user in (appraiser, outsider):
        assert get(client, user, name, division.cycle.pk).status_code == 404
    assert get(client, division.head.user, name, division.cycle.pk + 1000).status_code == 404


def test_rating_is_saved_by_a_tap_and_says_when(client, division):
    sheet = sheet_of(division.head, division.assistants[0])
    data = fields(sheet, conduct=1, comment="")

    response = post(client, division.head.user, SAVE, sheet.pk, data=data, **HTMX)

    assert response["X-Rating"] == "saved"
    sheet.refresh_from_db()
    assert sheet.marks == {"conduct": 1}
    assert "Saved" in response.text
    assert "1 question left" in " ".join(response.text.split())


def test_rating_says_when_all_is_answered(client, division):
    sheet = sheet_of(division.head, division.assistants[0])

    response = post(
        client,
        division.head.user,
        SAVE,
        sheet.pk,
        data=fields(sheet, conduct=1, diligence=0),
        **HTMX,
    )

    assert "all answered, not handed in yet" in response.text


def test_everything_is_saved_by_one_button_without_script(client, division):
    first, second = (sheet_of(division.head, one) for one in division.assistants)
    data = fields(first, conduct=0, comment=REMARK) | fields(second, conduct=3, diligence=2)

    response = post(client, division.head.user, FORM, division.cycle.pk, data=data, follow=True)

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.marks, first.comment) == ({"conduct": 0}, REMARK)
    assert second.marks == {"conduct": 3, "diligence": 2}
    assert messages_of(response)[0].startswith("Saved ")
    assert response.text.count("checked") == 3


def test_one_card_without_script_is_saved_too(client, division):
    sheet = sheet_of(division.head, division.assistants[0])

    response = post(client, division.head.user, SAVE, sheet.pk, data=fields(sheet, conduct=1))

    assert response.url == f"{sheet.get_absolute_url()}#person-{sheet.pk}"
    sheet.refresh_from_db()
    assert sheet.marks == {"conduct": 1}


@pytest.mark.parametrize("place", ["4", "-1", "excellent", "1.5", "9" * 30])
def test_word_that_does_not_exist_is_refused_and_nothing_kept(client, division, place):
    first, second = (sheet_of(division.head, one) for one in division.assistants)
    data = fields(first, conduct=place) | fields(second, conduct=0)

    whole = post(client, division.head.user, FORM, division.cycle.pk, data=data)
    tap = post(
        client, division.head.user, SAVE, first.pk, data=fields(first, conduct=place), **HTMX
    )

    assert "none of the words" in whole.text
    assert (tap["X-Rating"], "none of the words" in tap.text) == ("refused", True)
    assert not RatingSheet.objects.exclude(saved_at=None).exists()


def test_remark_too_long_is_refused(client, division):
    sheet = sheet_of(division.head, division.assistants[0])
    data = fields(sheet, conduct=0, comment="长" * 501)

    response = post(client, division.head.user, FORM, division.cycle.pk, data=data)

    assert "500" in response.text
    sheet.refresh_from_db()
    assert sheet.marks is None


def test_forged_fields_change_nothing_else(client, division):
    sheet = sheet_of(division.head, division.assistants[0])
    foreign = sheet_of(division.judges[0], division.assistants[0])
    data = fields(sheet, conduct=0) | fields(foreign, conduct=3)
    data |= {"group": "self", f"s{sheet.pk}-group": "self", f"s{sheet.pk}-q-closed": "0"}

    post(client, division.head.user, FORM, division.cycle.pk, data=data)

    sheet.refresh_from_db()
    foreign.refresh_from_db()
    assert (sheet.group, sheet.marks, foreign.marks) == ("head", {"conduct": 0}, None)


def test_sheets_of_others_are_not_there(client, division, appraiser, outsider):
    sheet = sheet_of(division.head, division.assistants[0])

    for user in (division.assistants[0].user, division.judges[0].user, appraiser, outsider):
        for name in (SAVE, SUBMIT):
            assert post(client, user, name, sheet.pk).status_code == 404
    sheet.refresh_from_db()
    assert sheet.state == "open"


def test_sheet_of_another_court_is_not_there(client, division, other_court, outsider):
    cycle = make_cycle(other_court, code="elsewhere")
    participant = take_part(cycle, outsider.officer, division.index_set)
    foreign = RatingSheet.objects.create(
        cycle=cycle,
        participant=participant,
        ratee=outsider.officer,
        rater=outsider.officer,
        group="self",
    )

    assert post(client, division.head.user, SAVE, foreign.pk).status_code == 404
    assert get(client, division.head.user, FORM, cycle.pk).status_code == 404


# -- handing in ---------------------------------------------------------------------------------


def test_handing_in_saves_asks_and_is_final(client, division):
    head, sheet = division.head.user, sheet_of(division.head, division.assistants[0])
    data = fields(sheet, conduct=0, diligence=1) | {"then": str(sheet.pk)}

    saved = post(client, head, FORM, division.cycle.pk, data=data)
    assert saved.url == reverse(SUBMIT, args=[sheet.pk])
    asked = client.get(saved.url)
    assert "nobody can change it" in asked.text
    sheet.refresh_from_db()
    assert sheet.state == "open"
    done = post(client, head, SUBMIT, sheet.pk, follow=True)

    sheet.refresh_from_db()
    assert sheet.state == "submitted"
    assert messages_of(done) == ["Your rating of 助理0 is handed in."]
    assert done.text.count('type="radio"') == 8
    assert done.context["submitted"] == 1


def test_handing_in_with_questions_left_says_so(client, division):
    sheet = sheet_of(division.head, division.assistants[0])

    asked = client_get_follow(client, division.head.user, SUBMIT, sheet.pk)
    sent = post(client, division.head.user, SUBMIT, sheet.pk, follow=True)

    for response in (asked, sent):
        assert messages_of(response) == ["2 questions about 助理0 have no answer yet."]


def client_get_follow(client, user, name, *args):
    client.force_login(user)
    return client.get(reverse(name, args=args), follow=True)


def test_rating_twice_is_refused(client, division):
    rate(division.head, division.assistants[0])
    sheet = sheet_of(division.head, division.assistants[0])

    asked = client_get_follow(client, division.head.user, SUBMIT, sheet.pk)
    sent = post(client, division.head.user, SUBMIT, sheet.pk, follow=True)
    tap = post(client, division.head.user, SAVE, sheet.pk, data=fields(sheet, conduct=3), **HTMX)

    for response in (asked, sent):
        assert "already" in messages_of(response)[0]
    assert (tap["X-Rating"], "already" in tap.text) == ("refused", True)
    sheet.refresh_from_db()
    assert sheet.marks == {"conduct": 0, "diligence": 0}


def test_all_finished_are_handed_in_after_asking(client, division):
    head = division.head.user
    first, second = (sheet_of(division.head, one) for one in division.assistants)
    data = fields(first, conduct=0, diligence=1) | fields(second, conduct=0) | {"then": "all"}

    saved = post(client, head, FORM, division.cycle.pk, data=data)
    asked = client.get(saved.url)
    done = post(client, head, SUBMIT_ALL, division.cycle.pk, follow=True)

    assert [card.sheet for card in asked.context["finished"]] == [first]
    assert [card.sheet for card in asked.context["unfinished"]] == [second]
    assert messages_of(done) == ["1 rating is handed in."]
    states = RatingSheet.objects.filter(rater=division.head).order_by("pk")
    assert [sheet.state for sheet in states] == ["submitted", "open"]


def test_nothing_finished_is_said(client, division):
    asked = client_get_follow(client, division.head.user, SUBMIT_ALL, division.cycle.pk)
    sent = post(client, division.head.user, SUBMIT_ALL, division.cycle.pk, follow=True)

    for response in (asked, sent):
        assert messages_of(response) == ["None of your ratings is finished yet."]


def test_second_window_does_not_change_what_was_handed_in(client, division):
    first, second = (sheet_of(division.head, one) for one in division.assistants)
    rate(division.head, division.assistants[0])
    stale = fields(first, conduct=3, diligence=3) | fields(second, conduct=2)

    response = post(client, division.head.user, FORM, division.cycle.pk, data=stale, follow=True)

    assert "What was handed in already stays as it was handed in." in messages_of(response)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.marks, second.marks) == ({"conduct": 0, "diligence": 0}, {"conduct": 2})


def test_form_after_the_end_is_read_only_and_says_why(client, division):
    sheet = sheet_of(division.head, division.assistants[0])
    rate(division.head, division.assistants[1], comment=REMARK)
    close_ratings(cycle=division.cycle, at=AT)
    Cycle.objects.update(state=Cycle.State.SCORING)

    page = get(client, division.head.user, FORM, division.cycle.pk)
    sent = post(client, division.head.user, FORM, division.cycle.pk, data=fields(sheet, conduct=0))
    tap = post(client, division.head.user, SAVE, sheet.pk, data=fields(sheet, conduct=0), **HTMX)

    assert 'type="radio"' not in page.text
    assert "not handed in in time" in page.text
    assert REMARK in page.text
    assert "no longer collected" in messages_of(sent)[0]
    assert tap["X-Rating"] == "refused"


def queries_of(client, user, name, *args):
    client.force_login(user)
    client.get(reverse(name, args=args))  # the first request of a session notes when it began
    with CaptureQueriesContext(connection) as found:
        assert client.get(reverse(name, args=args)).status_code == 200
    return len(found)


@pytest.fixture
def three(court, civil):
    division = make_division(court, civil, assistants=3)
    draw(division)
    return division


def keep_one(division):
    """What is left is one rating, by the head about one assistant."""
    kept = sheet_of(division.head, division.assistants[0])
    RatingSheet.objects.exclude(pk=kept.pk).delete()


@pytest.mark.parametrize("name", [LIST, FORM])
def test_pages_of_a_rater_take_the_same_queries_for_one_and_three(client, three, name):
    args = [] if name == LIST else [three.cycle.pk]
    many = queries_of(client, three.head.user, name, *args)
    keep_one(three)

    assert queries_of(client, three.head.user, name, *args) == many


def test_draft_saved_a_minute_ago_shows_its_time(client, division):
    sheet = sheet_of(division.head, division.assistants[0])
    answer = Answer({"conduct": 0}, "")
    moment = AT + timedelta(hours=4, minutes=2)
    save_rating(sheet_id=sheet.pk, answer=answer, by=division.head.user, at=moment)

    text = get(client, division.head.user, FORM, division.cycle.pk).text

    assert "Saved 14:02" in text
