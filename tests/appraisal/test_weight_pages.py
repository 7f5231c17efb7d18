import re
from decimal import Decimal

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from appraisal.models import IndexSet, WeightDerivation
from appraisal.selectors.weight_words import choices
from appraisal.services.weights import derive_weights, submit_judgements
from courtparty.accounts.roles import Role
from tests.appraisal.weight_cast import (
    AT,
    CIRCULAR,
    EQUAL,
    ask,
    by_importance,
    judge,
    make_draft,
    make_indicator,
    save,
)
from tests.factories import make_user

LIST, JUDGE, SUBMIT = "appraisal:weight_list", "appraisal:weight_judge", "appraisal:weight_submit"
STUDY, DERIVE = "appraisal:weight_study", "appraisal:weight_derive"
INVITE, WITHDRAW = "appraisal:weight_expert_invite", "appraisal:weight_expert_withdraw"
REOPEN, DERIVATION = "appraisal:weight_expert_reopen", "appraisal:weight_derivation"
SET = "appraisal:index_set_detail"
HTMX = {"HTTP_HX_REQUEST": "true"}
OPINION = by_importance({"quantity": 2, "quality": 4, "effect": 1, "revised": 4, "remanded": 2})


@pytest.fixture(autouse=True)
def _english(settings):
    settings.LANGUAGE_CODE = "en"
    with translation.override("en"):
        yield


@pytest.fixture
def draft(court):
    return make_draft(court)


@pytest.fixture
def expert(draft, appraiser):
    return ask(draft, "expert", by=appraiser)


def get(client, user, name, *args, query=""):
    client.force_login(user)
    return client.get(reverse(name, args=args) + query)


def post(client, user, name, *args, data=None, follow=False, **headers):
    client.force_login(user)
    return client.post(reverse(name, args=args), data or {}, follow=follow, **headers)


def queries(client, user, name, *args):
    client.force_login(user)
    client.get(reverse(name, args=args))
    with CaptureQueriesContext(
        connection,
    ) as found:
        assert client.get(reverse(name, args=args)).status_code == 200
    return len(found)


def page_of(response):
    """What the form of a judging page would send without a change."""
    shown = response.context["judging"]
    return {
        "node": shown.node.branch.node,
        "items": list(shown.node.branch.items),
        "seen": shown.node.version,
        **{f"p-{pair.key}": pair.value for pair in shown.pairs},
    }


def messages_of(response):
    return [str(message) for message in response.context["messages"]]


# -- what is asked of me --------------------------------------------------------------------------


def test_weight_list_shows_ones_own_only_with_how_far_they_are(client, draft, expert, appraiser):
    ask(draft, "second", by=appraiser)
    save(expert, "quality", {"0-1": "3"})

    response = get(client, expert.user, LIST)

    (row,) = response.context["rows"]
    assert (row.index_set, row.state.judged, row.state.asked) == (draft, 1, 7)
    assert "to be compared" in response.text
    assert "Nobody has asked you" in get(client, appraiser, LIST).text


def test_weight_list_needs_the_same_queries_for_three(client, court, draft, expert, appraiser):
    one = queries(client, expert.user, LIST)
    for function in ("criminal", "enforcement"):
        other = make_draft(court, code=function, function=function)
        save(ask(other, "expert", by=appraiser), "quality", {"0-1": "3"})

    assert queries(client, expert.user, LIST) == one


def test_home_and_my_records_name_what_waits(client, expert, officer, draft, appraiser):
    ask(draft, officer.user.username, by=appraiser)

    assert "Compare an index set in pairs" in get(client, officer.user, "my_records").text
    ask(draft, appraiser.username, by=appraiser)
    assert "Compare an index set in pairs" in get(client, appraiser, "home").text


# -- judging ------------------------------------------------------------------------------------


def test_weight_judge_opens_the_first_unfinished_node(client, expert):
    save(expert, "", EQUAL(["quantity", "quality", "effect"]))

    shown = get(client, expert.user, JUDGE, expert.pk).context["judging"]

    assert shown.node.branch.node == "quantity"
    assert [(tab.name, tab.judged, tab.asked, tab.is_finished) for tab in shown.tabs] == [
        ("Duty areas", 3, 3, True),
        ("Quantity", 0, 1, False),
        ("Quality", 0, 3, False),
    ]
    assert shown.following == "quality"


def test_weight_judge_works_without_script(client, expert):
    response = get(client, expert.user, JUDGE, expert.pk, query="?node=quality")

    text = response.text
    assert text.count("<select") == 3
    assert text.count("<option") == 3 * 18
    assert text.count('type="range"') == 3
    assert "<label" in text
    assert "“Indicator revised” is strongly more important than “Indicator remanded” (5)" in text
    assert "“Indicator remanded” is strongly more important than “Indicator revised” (5)" in text


def test_weight_judge_shows_sliders_where_the_judgements_are(client, expert):
    save(expert, "quality", {"0-1": "9", "0-2": "1/9"})

    shown = get(client, expert.user, JUDGE, expert.pk, query="?node=quality").context["judging"]

    assert [(pair.value, pair.position) for pair in shown.pairs] == [("9", 0), ("1/9", 16), ("", 8)]
    assert [bar.name for bar in shown.bars] == [
        "Indicator revised",
        "Indicator remanded",
        "Indicator appealed",
    ]
    assert shown.worst is None


def test_choices_go_from_nine_to_a_ninth():
    found = choices("A", "B")

    assert [value for value, _words in found][:2] == ["9", "8"]
    assert found[8] == ("1", "“A” and “B” are equally important (1)")
    assert found[16] == ("1/9", "“B” is extremely more important than “A” (9)")
    assert len(found) == 17


def test_weight_judge_saves_and_goes_on(client, expert):
    sent = page_of(get(client, expert.user, JUDGE, expert.pk, query="?node=quality"))
    sent |= {"p-0-1": "2", "p-0-2": "4", "p-1-2": "2", "to": ""}

    response = post(client, expert.user, JUDGE, expert.pk, data=sent, follow=True)

    assert response.redirect_chain == [(f"/appraisal/weights/{expert.pk}/?node=", 302)]
    assert messages_of(response) == ["Your comparisons are saved."]
    assert expert.matrices.get().judgements == {"0-1": "2", "0-2": "4", "1-2": "2"}


def test_weight_judge_answers_the_script_with_figures(client, expert):
    sent = page_of(get(client, expert.user, JUDGE, expert.pk, query="?node=quality"))
    sent |= {"p-0-1": "2", "p-0-2": "4", "p-1-2": "2"}

    response = post(client, expert.user, JUDGE, expert.pk, data=sent, **HTMX)

    assert response.status_code == 200
    assert "<html" not in response.text
    assert "All pairs are compared and fit together: CR 0.00 (below 0.10)." in response.text
    assert re.findall(r"(\d+\.\d) %", response.text) == ["57.1", "28.6", "14.3"]
    version = expert.matrices.get().changed_at.isoformat()
    assert f'value="{version}"' in response.text
    assert response.text.count("hx-swap-oob") == 3


def test_weight_judge_points_at_the_pair_that_fits_least(client, expert):
    save(expert, "quality", CIRCULAR)

    response = get(client, expert.user, JUDGE, expert.pk, query="?node=quality")

    worst = response.context["judging"].worst
    assert f'href="#pair-{worst.key}"' in response.text
    assert f'id="pair-{worst.key}"' in response.text
    assert response.text.count("is-worst") == 1
    assert "The comparisons contradict each other: CR 2.76, below 0.10 is needed." in response.text
    assert worst.given != worst.implied
    assert "Your other judgements imply:" in response.text


@pytest.mark.parametrize(
    ("changed", "status", "text"),
    [
        pytest.param({"p-0-1": "17"}, 422, "Only the values of the scale", id="off the scale"),
        pytest.param({"p-7-9": "3"}, 422, "does not exist", id="no such pair"),
        pytest.param({"seen": "2020-01-01"}, 409, "another window", id="two windows"),
        pytest.param({"items": ["revised", "gone"]}, 409, "have been changed", id="set changed"),
        pytest.param({"node": "nowhere"}, 409, "have been changed", id="no such node"),
    ],
)
def test_weight_judge_refuses_bad_input_in_place(changed, status, text, client, expert):
    sent = page_of(get(client, expert.user, JUDGE, expert.pk, query="?node=quality"))
    sent |= {"p-0-1": "3"} | changed

    part = post(client, expert.user, JUDGE, expert.pk, data=sent, **HTMX)
    whole = post(client, expert.user, JUDGE, expert.pk, data=sent, follow=True)

    assert part.status_code == status
    assert text in part.text
    assert 'id="seen"' not in part.text
    assert whole.status_code == (409 if status == 409 else 200)
    assert text in whole.text
    assert not expert.matrices.exists()


def test_weight_judge_survives_an_empty_form(client, expert):
    assert post(client, expert.user, JUDGE, expert.pk).status_code == 409
    assert post(client, expert.user, JUDGE, expert.pk, **HTMX).status_code == 409


def test_weight_judge_is_ones_own(client, expert, appraiser, outsider):
    for person in (appraiser, outsider):
        assert get(client, person, JUDGE, expert.pk).status_code == 404
        assert post(client, person, JUDGE, expert.pk).status_code == 404
        assert post(client, person, SUBMIT, expert.pk).status_code == 404


def test_weight_judge_says_that_too_much_was_asked(client, draft, expert, appraiser):
    sent = page_of(get(client, expert.user, JUDGE, expert.pk, query="?node=quality"))
    for number in range(9):
        make_indicator(draft, f"q{number}", "quality", position=20 + number)

    response = get(client, expert.user, JUDGE, expert.pk)
    assert "Quality: 12 items can&#x27;t be compared in pairs, at most 10 can." in response.text
    part = post(client, expert.user, JUDGE, expert.pk, data=sent, **HTMX)
    assert part["HX-Redirect"] == reverse(JUDGE, args=[expert.pk])
    assert post(client, expert.user, JUDGE, expert.pk, data=sent).status_code == 409
    assert "at most 10 can" in get(client, appraiser, STUDY, draft.pk).text


def test_weight_judge_marks_what_changed_and_keeps_what_fits(client, draft, expert):
    judge(expert, OPINION)
    draft.indicators.get(code="remanded").delete()

    response = get(client, expert.user, JUDGE, expert.pk)

    shown = response.context["judging"]
    assert shown.node.branch.node == "quality"
    assert [pair.value for pair in shown.pairs] == ["4"]
    assert "The index set has been changed since you handed in." in response.text
    assert "Your earlier comparisons of those that stayed are filled in" in response.text


def test_weight_judge_needs_the_same_queries_however_much_is_judged(client, draft, expert):
    bare = queries(client, expert.user, JUDGE, expert.pk)
    judge(expert, OPINION)

    assert queries(client, expert.user, JUDGE, expert.pk) == bare


def test_ten_items_show_forty_five_pairs(client, court, appraiser):
    draft = make_draft(court, {"quality": [f"q{n}" for n in range(10)]})
    expert = ask(draft, "expert", by=appraiser)

    response = get(client, expert.user, JUDGE, expert.pk)

    assert response.text.count('type="range"') == 45


# -- handing in ---------------------------------------------------------------------------------


def test_weight_submit_asks_first_and_then_hands_in(client, expert):
    for node in ("", "quantity", "quality"):
        shown = page_of(get(client, expert.user, JUDGE, expert.pk, query=f"?node={node}"))
        said = {key: "1" for key in shown if key.startswith("p-")}
        answer = post(client, expert.user, JUDGE, expert.pk, data=shown | said | {"to": "hand-in"})
    assert answer.url == reverse(SUBMIT, args=[expert.pk])
    assert "Hand in your comparisons?" in get(client, expert.user, SUBMIT, expert.pk).text

    response = post(client, expert.user, SUBMIT, expert.pk, follow=True)

    assert messages_of(response) == ["Your comparisons are handed in. Thank you."]
    expert.refresh_from_db()
    assert expert.submitted_at is not None
    again = post(client, expert.user, SUBMIT, expert.pk, follow=True)
    assert messages_of(again) == ["These comparisons have been handed in already."]
    page = get(client, expert.user, JUDGE, expert.pk).text
    assert "<select" not in page
    assert "Take back and change" in page


def test_weight_submit_leads_to_what_is_wrong(client, expert):
    save(expert, "", EQUAL(["quantity", "quality", "effect"]))
    save(expert, "quantity", {"0-1": "1"})
    save(expert, "quality", CIRCULAR)

    response = post(client, expert.user, SUBMIT, expert.pk, follow=True)

    assert response.context["judging"].node.branch.node == "quality"
    (said,) = messages_of(response)
    assert said.startswith("Quality: the comparisons contradict each other (CR 2.76, ")
    assert "Your other judgements imply:" in said


def test_weight_expert_reopen_by_expert_and_administrator(client, expert, appraiser, political):
    judge(expert)
    assert post(client, political, REOPEN, expert.pk).status_code == 404
    assert post(client, expert.user, REOPEN, expert.pk).url == reverse(JUDGE, args=[expert.pk])
    expert.refresh_from_db()
    assert expert.submitted_at is None

    submit_judgements(expert_id=expert.pk, by=expert.user, at=AT)
    assert post(client, appraiser, REOPEN, expert.pk).url == reverse(
        STUDY, args=[expert.index_set_id]
    )
    again = post(client, appraiser, REOPEN, expert.pk, follow=True)

    assert messages_of(again)[-1] == "These comparisons have not been handed in."


# -- the study of a set -------------------------------------------------------------------------


def test_weight_study_shows_experts_agreement_and_the_weights_to_come(
    client, draft, expert, appraiser
):
    second, third = (ask(draft, name, by=appraiser) for name in ("second", "third"))
    judge(expert, OPINION)
    judge(second, OPINION)
    save(third, "quality", {"0-1": "3"})

    response = get(client, appraiser, STUDY, draft.pk)

    assert [row.status[0] for row in response.context["experts"]] == [
        "handed in",
        "handed in",
        "at work",
    ]
    assert response.context["agreement"].w == 1
    assert "The experts agree strongly." in response.text
    assert [(row.name, row.now, row.new) for row in response.context["rows"]][:2] == [
        ("Indicator closed", Decimal(5), Decimal("14.29")),
        ("Indicator long_pending", Decimal(5), Decimal("14.29")),
    ]
    assert response.context["total_new"] == Decimal(100)
    assert "Not handed in: 1 of 3 experts." in response.text
    assert "Take the weights" not in response.text


def test_weight_study_without_experts_says_what_to_do(client, draft, appraiser):
    response = get(client, appraiser, STUDY, draft.pk)

    assert "Nobody has been asked to compare yet." in response.text
    assert "Ask three to seven people" in response.text


def test_weight_study_needs_the_same_queries_for_three_experts(client, draft, appraiser):
    judge(ask(draft, "expert0", by=appraiser), OPINION)
    one = queries(client, appraiser, STUDY, draft.pk)
    for number in (1, 2):
        judge(ask(draft, f"expert{number}", by=appraiser), OPINION)

    assert queries(client, appraiser, STUDY, draft.pk) == one


def test_weight_study_is_for_whoever_manages_sets_here(
    client, draft, expert, political, other_court
):
    elsewhere = make_user("elsewhere", Role.APPRAISER, other_court)

    for name, args in ((STUDY, [draft.pk]), (DERIVE, [draft.pk]), (INVITE, [draft.pk])):
        assert get(client, political, name, *args).status_code == 403
        assert get(client, elsewhere, name, *args).status_code == 404
    assert get(client, elsewhere, WITHDRAW, expert.pk).status_code == 404
    assert post(client, elsewhere, WITHDRAW, expert.pk).status_code == 404
    assert post(client, elsewhere, REOPEN, expert.pk).status_code == 404
    assert (
        post(client, elsewhere, INVITE, draft.pk, data={"user": expert.user.pk}).status_code == 404
    )
    assert draft.experts.count() == 1


def test_weight_expert_invite_finds_and_asks(client, draft, appraiser, officer, other_court):
    make_user("elsewhere", court=other_court, name="张海外")

    page = get(client, appraiser, INVITE, draft.pk, query="?q=zhang")
    assert page.context["people"] == [officer.user]
    response = post(
        client, appraiser, INVITE, draft.pk, data={"user": officer.user.pk}, follow=True
    )

    assert messages_of(response) == ["officer has been asked, and told so in the inbox."]
    assert [one.user for one in draft.experts.all()] == [officer.user]
    again = post(client, appraiser, INVITE, draft.pk, data={"user": officer.user.pk}, follow=True)
    assert messages_of(again) == ["officer has been asked already."]


@pytest.mark.parametrize("user", ["", "x", "-1", "0", "9" * 30, "123456"])
def test_weight_expert_invite_refuses_bad_input(user, client, draft, appraiser):
    response = post(client, appraiser, INVITE, draft.pk, data={"user": user}, follow=True)

    assert response.status_code == 200
    assert not draft.experts.exists()


def test_weight_expert_invite_shows_that_nobody_is_found(client, draft, appraiser):
    assert "Nobody is found by this" in get(client, appraiser, INVITE, draft.pk, query="?q=zz").text
    assert "Search by name" in get(client, appraiser, INVITE, draft.pk).text
    assert get(client, appraiser, INVITE, draft.pk, query=f"?q={'a' * 99}").status_code == 200
    assert get(client, appraiser, INVITE, draft.pk, query="?q=%00").status_code == 200


def test_weight_expert_withdraw_asks_first(client, draft, expert, appraiser):
    page = get(client, appraiser, WITHDRAW, expert.pk)
    assert "The comparisons made so far are deleted" in page.text
    assert draft.experts.count() == 1

    response = post(client, appraiser, WITHDRAW, expert.pk, follow=True)

    assert messages_of(response) == ["expert is asked no more, and has been told."]
    assert draft.experts.count() == 0
    assert get(client, expert.user, JUDGE, expert.pk).status_code == 404


def test_weight_derive_shows_and_takes_the_weights(client, draft, expert, appraiser):
    judge(expert, OPINION)
    page = get(client, appraiser, DERIVE, draft.pk)
    assert page.context["total_new"] == Decimal(100)

    sent = {"shown": page.context["shown"]}
    response = post(client, appraiser, DERIVE, draft.pk, data=sent, follow=True)

    assert messages_of(response) == ["The weights are in the set. They total exactly 100."]
    assert sum(draft.indicators.values_list("weight", flat=True)) == Decimal(100)
    shown = response.context["shown"]
    assert shown.experts == ["expert"]
    assert [node.name for node in shown.nodes] == ["Duty areas", "Quantity", "Quality"]
    assert shown.nodes[2].experts[0].rows[0][1] == ["1", "2", "4"]
    assert shown.nodes[2].experts[0].rows[2][1] == ["1/4", "1/2", "1"]
    assert shown.total == Decimal(100)
    assert "It takes two experts to agree." in response.text
    assert "Derivation 1 of the weights" in get(client, appraiser, STUDY, draft.pk).text


def test_weight_derive_twice_by_two_windows_takes_them_once(client, draft, expert, appraiser):
    judge(expert, OPINION)
    sent = {"shown": get(client, appraiser, DERIVE, draft.pk).context["shown"]}

    post(client, appraiser, DERIVE, draft.pk, data=sent)
    again = post(client, appraiser, DERIVE, draft.pk, data=sent, follow=True)

    assert messages_of(again)[-1] == "These weights are in the set already."
    assert WeightDerivation.objects.count() == 1


def test_weight_derive_refuses_with_the_reason(client, draft, expert, appraiser):
    for answer in (get, post):
        response = answer(client, appraiser, DERIVE, draft.pk)
        assert response.url == reverse(STUDY, args=[draft.pk])
        said = str(list(get_messages(response.wsgi_request))[-1])
        assert said == "Not handed in: 1 of 1 experts. Wait for them, or ask them no more."


def test_a_published_set_shows_its_study_and_takes_nothing_more(client, draft, expert, appraiser):
    judge(expert, OPINION)
    shown = get(client, appraiser, DERIVE, draft.pk).context["shown"]
    IndexSet.objects.update(state="published", published_at=AT)

    page = get(client, appraiser, STUDY, draft.pk)
    assert "The set is no draft any more" in page.text
    assert "Ask an expert" not in page.text
    assert get(client, appraiser, DERIVE, draft.pk).url == reverse(STUDY, args=[draft.pk])
    assert post(client, appraiser, DERIVE, draft.pk, data={"shown": shown}).status_code == 409
    sent = {"user": appraiser.pk}
    assert post(client, appraiser, INVITE, draft.pk, data=sent).status_code == 409
    assert post(client, appraiser, WITHDRAW, expert.pk).status_code == 409
    assert post(client, expert.user, JUDGE, expert.pk).status_code == 409
    assert post(client, expert.user, SUBMIT, expert.pk).status_code == 409
    assert "no draft any more" in get(client, expert.user, JUDGE, expert.pk).text
    assert not WeightDerivation.objects.exists()


def test_weight_derivation_is_open_to_the_court_without_names(
    client, draft, expert, appraiser, president, officer, outsider
):
    judge(expert, OPINION)
    judge(ask(draft, "second", by=appraiser), OPINION)
    shown = get(client, appraiser, DERIVE, draft.pk).context["shown"]
    derivation = derive_weights(index_set_id=draft.pk, shown=shown, by=appraiser, at=AT)

    assert get(client, appraiser, DERIVATION, derivation.pk).context["shown"].experts == [
        "expert",
        "second",
    ]
    page = get(client, president, DERIVATION, derivation.pk)
    assert page.context["shown"].experts == ["Expert 1", "Expert 2"]
    assert ">appraiser<" not in page.text
    assert get(client, officer.user, DERIVATION, derivation.pk).status_code == 404
    IndexSet.objects.update(state="published", published_at=AT)
    assert get(client, officer.user, DERIVATION, derivation.pk).status_code == 200
    assert get(client, outsider, DERIVATION, derivation.pk).status_code == 404


def test_weight_derivation_keeps_what_was_called_and_judged_then(client, draft, expert, appraiser):
    judge(expert, OPINION)
    shown = get(client, appraiser, DERIVE, draft.pk).context["shown"]
    derivation = derive_weights(index_set_id=draft.pk, shown=shown, by=appraiser, at=AT)
    before = get(client, appraiser, DERIVATION, derivation.pk).context["shown"]
    draft.indicators.filter(code="revised").update(name="x", name_en="x")
    draft.indicators.filter(code="remanded").delete()
    post(client, appraiser, WITHDRAW, expert.pk)

    after = get(client, appraiser, DERIVATION, derivation.pk).context["shown"]

    assert after == before
    assert [row.name for row in after.rows][2:4] == ["Indicator revised", "Indicator remanded"]


def test_weight_derivation_needs_the_same_queries_for_three_experts(client, draft, appraiser):
    counts = []
    for names in (["one"], ["two", "three"]):
        for name in names:
            judge(ask(draft, name, by=appraiser), OPINION)
        shown = get(client, appraiser, DERIVE, draft.pk).context["shown"]
        derivation = derive_weights(index_set_id=draft.pk, shown=shown, by=appraiser, at=AT)
        counts.append(queries(client, appraiser, DERIVATION, derivation.pk))

    assert counts[0] == counts[1]


def test_the_page_of_a_set_leads_to_where_its_weights_came_from(client, draft, expert, appraiser):
    assert reverse(STUDY, args=[draft.pk]) in get(client, appraiser, SET, draft.pk).text
    judge(expert, OPINION)
    shown = get(client, appraiser, DERIVE, draft.pk).context["shown"]
    derivation = derive_weights(index_set_id=draft.pk, shown=shown, by=appraiser, at=AT)

    assert reverse(DERIVATION, args=[derivation.pk]) in get(client, appraiser, SET, draft.pk).text
