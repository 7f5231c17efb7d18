import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from appraisal.models import Cycle, RatingSheet
from appraisal.services.rating_returns import remind_now, replace_rater
from courtparty.accounts.roles import Role
from courtparty.audit.models import Entry
from courtparty.notices.models import Notice
from tests.appraisal.rating_cast import (
    AT,
    REMARK,
    draw,
    make_cycle,
    make_division,
    rate,
    rate_all,
    sheet_of,
)
from tests.factories import make_user

LIST, FORM, SUBMIT = "appraisal:rating_list", "appraisal:rating_form", "appraisal:rating_submit"
PROGRESS, REMIND = "appraisal:rating_progress", "appraisal:rating_remind"
REPLACE, AGREEMENT = "appraisal:rating_replace", "appraisal:rating_agreement"


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


def test_progress_counts_and_names_nobody(client, division, appraiser):
    rate(division.head, division.assistants[0])

    response = get(client, appraiser, PROGRESS, division.cycle.pk)

    progress = response.context["progress"]
    assert (progress.whole.asked, progress.whole.submitted) == (10, 1)
    names = [division.head, *division.judges, *division.assistants]
    assert not any(one.name in response.text for one in names)
    assert "keep raters unknown" in response.text


def test_progress_names_who_has_ratings_left_where_the_set_says_so(client, division, appraiser):
    division.index_set.raters_known = True
    division.index_set.save()
    for one in division.assistants:
        rate(division.head, one)

    response = get(client, appraiser, PROGRESS, division.cycle.pk)

    assert [one.name for one in response.context["owing"]] == ["法官0", "法官1", "助理0", "助理1"]
    assert "keep raters unknown" not in response.text


def test_progress_of_a_cycle_without_panels_says_what_to_do(client, court, appraiser):
    cycle = make_cycle(court, state=Cycle.State.PREPARING)

    response = get(client, appraiser, PROGRESS, cycle.pk)

    assert "No ratings are asked for" in response.text


@pytest.mark.parametrize("name", [PROGRESS, AGREEMENT, REPLACE])
def test_pages_of_the_administrator_are_of_the_own_court(client, division, other_court, name):
    elsewhere = make_user("appraiser.elsewhere", Role.APPRAISER, other_court)

    assert get(client, elsewhere, name, division.cycle.pk).status_code == 404


@pytest.mark.parametrize("role", ["president", "political", "head", "officer_user"])
@pytest.mark.parametrize("name", [PROGRESS, AGREEMENT, REPLACE])
def test_pages_of_the_administrator_need_the_permission(client, division, name, role, request):
    user = request.getfixturevalue(role)

    assert get(client, user, name, division.cycle.pk).status_code == 403


@pytest.mark.parametrize("name", [PROGRESS, AGREEMENT])
def test_pages_of_the_administrator_take_the_same_queries(client, three, appraiser, name):
    rate_all(three.cycle)
    many = queries_of(client, appraiser, name, three.cycle.pk)
    keep_one(three)

    assert queries_of(client, appraiser, name, three.cycle.pk) <= many


def test_administrator_reminds_by_a_button_once_a_day(client, division, appraiser):
    first = post(client, appraiser, REMIND, division.cycle.pk, follow=True)
    second = post(client, appraiser, REMIND, division.cycle.pk, follow=True)

    assert messages_of(first) == ["5 people were reminded."]
    assert "today already" in messages_of(second)[0]


def test_administrator_asks_somebody_else(client, division, appraiser):
    data = {"rater": division.judges[0].pk, "reason": "长期病假"}

    response = post(client, appraiser, REPLACE, division.cycle.pk, data=data, follow=True)

    assert messages_of(response) == [
        "2 ratings were passed on. For 2 of them nobody is left to ask; those panels are smaller "
        "by one."
    ]


def test_asking_somebody_else_about_one_does_not_tell_who_was_asked(client, division, appraiser):
    data = {"reason": "近亲属", "ratee": division.assistants[0].pk}
    on_the_panel, not_on_it = division.judges[0], division.assistants[1]
    close = {"rater": not_on_it.pk}
    RatingSheet.objects.filter(rater=not_on_it).delete()

    answers = [
        messages_of(
            post(client, appraiser, REPLACE, division.cycle.pk, data=data | rater, follow=True)
        )
        for rater in ({"rater": on_the_panel.pk}, close)
    ]

    assert answers[0] == answers[1]
    assert "if this rating was asked for" in answers[0][0]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        pytest.param({"reason": ""}, "This field is required", id="no reason"),
        pytest.param({"rater": ""}, "This field is required", id="nobody"),
        pytest.param({"rater": "999999"}, "Select a valid choice", id="unknown"),
        pytest.param({"rater": "x"}, "Select a valid choice", id="no number"),
    ],
)
def test_asking_somebody_else_says_what_is_missing(client, division, appraiser, changed, said):
    data = {"rater": division.judges[0].pk, "reason": "长期病假"} | changed

    response = post(client, appraiser, REPLACE, division.cycle.pk, data=data)

    assert said in response.text
    assert not RatingSheet.objects.filter(state="void").exists()


def test_nobody_else_gives_the_word_about_oneself(client, division, appraiser):
    one = division.assistants[0].pk
    data = {"rater": one, "ratee": one, "reason": "x"}

    response = post(client, appraiser, REPLACE, division.cycle.pk, data=data)

    assert "Nobody else can give the word about oneself." in response.text


def test_officers_of_another_court_are_no_choice(client, division, outsider, appraiser):
    data = {"rater": outsider.officer.pk, "reason": "x"}

    response = post(client, appraiser, REPLACE, division.cycle.pk, data=data)

    assert "Select a valid choice" in response.text
    assert "钱外人" not in response.text


# -- privacy ------------------------------------------------------------------------------------

CANARY = "canary-remark-7f3a"


def test_marks_and_remarks_reach_nobody_but_their_rater(
    client, division, appraiser, president, political, head, audit_admin, caplog
):
    sheet = sheet_of(division.head, division.assistants[0])
    with caplog.at_level("DEBUG"):
        post(
            client,
            division.head.user,
            FORM,
            division.cycle.pk,
            data=fields(sheet, conduct=2, diligence=3, comment=CANARY),
        )
        post(client, division.head.user, SUBMIT, sheet.pk)
        remind_now(cycle_id=division.cycle.pk, by=appraiser, at=AT)
        replace_rater(
            cycle_id=division.cycle.pk,
            rater_id=division.judges[0].pk,
            reason="长期病假",
            by=appraiser,
            at=AT,
        )

    pages = everything(client, division, [appraiser, president, political, head, audit_admin])
    pages += [
        get(client, one.user, FORM, division.cycle.pk).text
        for one in [*division.assistants, *division.judges[1:]]
    ]
    assert CANARY in get(client, division.head.user, FORM, division.cycle.pk).text
    for text in [*pages, caplog.text, stored(Entry), stored(Notice)]:
        assert CANARY not in text
    for text in [caplog.text, stored(Entry), stored(Notice)]:
        assert "conduct" not in text
        assert "助理" not in text


def everything(client: Client, division, users) -> list[str]:
    """What each of ``users`` reads on every page about this cycle and its ratings."""
    names = [
        (LIST, []),
        *((name, [division.cycle.pk]) for name in (FORM, PROGRESS, AGREEMENT, REPLACE)),
        ("appraisal:cycle_list", []),
        ("notices:inbox", []),
        ("audit:entry_list", []),
        ("home", []),
    ]
    return [get(client, user, name, *args).text for user in users for name, args in names]


def stored(model) -> str:
    return "\n".join(
        str({field.name: getattr(one, field.attname) for field in model._meta.concrete_fields})
        for one in model.objects.all()
    )


def test_raters_are_not_named_on_the_pages_of_the_administrator(client, division, appraiser):
    rate_all(division.cycle, comment=REMARK)

    for name in (PROGRESS, AGREEMENT):
        text = get(client, appraiser, name, division.cycle.pk).text
        for one in [division.head, *division.judges, *division.assistants]:
            assert one.name not in text
        assert REMARK not in text
