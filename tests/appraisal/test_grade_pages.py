from decimal import Decimal
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from appraisal.models import AppraisalSettings, GradeProposal, Result
from appraisal.rules.grades import Why
from appraisal.selectors.grade_lists import grade_state
from appraisal.selectors.grades import REASONS, reasons_in_words
from appraisal.services.adjustments import exclude_from_grade
from appraisal.services.grades import propose
from courtparty.audit.models import Entry
from tests.appraisal.cycle_cast import make_cycle, put
from tests.appraisal.graded import AT, grade_of, grades_of, make_reviewed, make_run
from tests.factories import make_unit

TOTALS = ["97", "95", "93", "88", "85", "80", "75", "70", "65", "40"]
MINUTES = "考核委员会纪要〔2026〕1号"


@pytest.fixture
def cycle(court, civil):
    return make_reviewed(court, civil, TOTALS)


@pytest.fixture
def proposed(cycle, appraiser):
    propose(cycle_id=cycle.pk, by=appraiser)
    return cycle


def address(name, cycle, query=""):
    return reverse(f"appraisal:{name}", args=[cycle.pk]) + query


def in_english(client, user):
    user.language = "en"
    user.save()
    client.force_login(user)


def said(response):
    return [str(message) for message in response.context["messages"]]


# -- words --------------------------------------------------------------------------------------


def test_every_reason_has_words():
    assert set(REASONS) == set(Why)


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        (
            {"code": "within_quota",
             "params": {"total": "95", "threshold": "90", "seats": "2", "taking_part": "10"}},
            "95 points reach the 90 asked for excellent, and one of the group's 2 places "
            "(of 10 people) is free for it.",
        ),
        (
            {"code": "tie_at_border",
             "params": {"total": "95", "threshold": "90", "seats": "1", "taking_part": "9",
                        "tied": "2"}},
            "95 points reach the 90 asked for excellent, but 2 people have this total and the "
            "group's 1 places (of 9 people) are not enough for all of them. The committee decides "
            "between them.",
        ),
        (
            {"code": "veto", "params": {"at_most": "incompetent", "without": "excellent"}},
            "A veto limits the grade to “incompetent”; without it, it would be “excellent”.",
        ),
        (
            {"code": "excluded", "params": {"exclusion": "probation"}},
            "Excluded from a grade: in the probationary year.",
        ),
        (
            {"code": "months_below_minimum", "params": {"months": "3", "minimum": "6"}},
            "3 months in post; a grade needs at least 6 months.",
        ),
        ({"code": "no_total"}, "There is no total, because figures or ratings are missing."),
    ],
)  # fmt: skip
def test_reasons_are_sentences(reason, words):
    with translation.override("en"):
        assert reasons_in_words([reason]) == [words]


# -- the list -----------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_list_shows_grades_reasons_and_standing(client, proposed, political, language):
    political.language = language
    political.save()
    client.force_login(political)

    response = client.get(address("grade_list", proposed))

    rows = response.context["rows"]
    assert [row.total for row in rows] == [Decimal(f"{total}.00") for total in TOTALS]
    with translation.override(language):
        words = reasons_in_words(grade_of(proposed, 2).reasons)
    assert [str(reason) for reason in rows[2].reasons] == words
    assert words[0] in unescape(response.text)
    assert rows[0].quartile
    assert "style=" not in response.text


def test_list_is_in_the_order_of_names_not_points(client, court, civil, political, appraiser):
    cycle = make_reviewed(court, civil, ["70", "95", "80"])
    propose(cycle_id=cycle.pk, by=appraiser)
    client.force_login(political)

    rows = client.get(address("grade_list", cycle)).context["rows"]

    assert [row.name for row in rows] == ["法官0", "法官1", "法官2"]
    assert [row.quartile for row in rows] == ["", "", ""]


def test_quota_is_metered_by_group_and_for_the_court(client, proposed, court, civil, political):
    client.force_login(political)

    state = client.get(address("grade_list", proposed)).context["state"]

    assert (state.court.graded, state.court.seats, state.court.proposed) == (10, 2, 2)
    (meter,) = state.meters
    assert (meter.graded, meter.seats, meter.decided, meter.open) == (10, 2, 0, 10)
    assert meter.median == Decimal("82.5")


def test_places_are_rounded_down_and_small_groups_have_no_median(court, civil, filing, appraiser):
    cycle = make_reviewed(court, civil, ["95"] * 4)
    index_set = Result.objects.first().participant.index_set
    make_reviewed(court, filing, ["95"] * 5, cycle=cycle, index_set=index_set)
    propose(cycle_id=cycle.pk, by=appraiser)

    state = grade_state(cycle)

    assert state.court.seats == 1
    assert {meter.seats for meter in state.meters} == {0, 1}
    assert sorted(meter.median is None for meter in state.meters) == [False, True]


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", 10),
        ("?q=法官3", 1),
        ("?function=civil", 10),
        ("?function=criminal", 0),
        ("?staff_class=judge", 10),
        ("?staff_class=head", 0),
        ("?proposed=excellent", 2),
        ("?decision=undecided", 9),
        ("?decision=decided", 1),
        ("?decision=differs", 1),
        ("?proposed=nonsense&page=99", 10),
    ],
)
def test_list_is_narrowed(client, proposed, political, query, count):
    client.force_login(political)
    decided = {"decided": "competent", "document": MINUTES, "note": "另有考虑"}
    client.post(reverse("appraisal:grade_decide", args=[grade_of(proposed).pk]), decided)

    response = client.get(address("grade_list", proposed, query))

    assert response.context["page_obj"].paginator.count == count


def test_list_is_narrowed_to_a_department(client, court, civil, proposed, political):
    client.force_login(political)
    other = make_unit(court, "民事审判第二庭", function="civil")

    kept = client.get(address("grade_list", proposed, f"?department={civil.pk}"))
    none = client.get(address("grade_list", proposed, f"?department={other.pk}"))

    assert (len(kept.context["rows"]), len(none.context["rows"])) == (10, 10)
    assert str(other.pk) not in dict(none.context["form"].fields["department"].choices)


def test_head_reads_the_own_department_and_no_court_figures(
    client, court, civil, filing, proposed, head, appraiser
):
    index_set = Result.objects.first().participant.index_set
    make_reviewed(court, filing, ["91"], cycle=proposed, index_set=index_set)
    propose(cycle_id=proposed.pk, by=appraiser)
    client.force_login(head)

    response = client.get(address("grade_list", proposed))

    assert {row.department for row in response.context["rows"]} == {civil.display_name}
    assert response.context["state"] is None
    assert filing.name not in response.text


def test_list_asks_as_much_for_three_as_for_one(client, court, civil, political, appraiser):
    client.force_login(political)
    cycle = make_reviewed(court, civil, ["90"])
    index_set = Result.objects.get().participant.index_set
    propose(cycle_id=cycle.pk, by=appraiser)
    client.get(address("grade_list", cycle))
    with CaptureQueriesContext(connection) as one:
        client.get(address("grade_list", cycle))
    make_reviewed(court, civil, ["80", "70"], cycle=cycle, index_set=index_set)
    propose(cycle_id=cycle.pk, by=appraiser)

    with CaptureQueriesContext(connection) as three:
        response = client.get(address("grade_list", cycle))

    assert len(response.context["rows"]) == 3
    assert len(three) == len(one)


def test_other_court_and_officers_find_nothing(client, proposed, outsider_political, officer_user):
    client.force_login(outsider_political)
    assert client.get(address("grade_list", proposed)).status_code == 404
    client.force_login(officer_user)
    assert client.get(address("grade_list", proposed)).status_code == 403


# -- empty and stale ----------------------------------------------------------------------------


def test_empty_list_offers_to_propose(client, cycle, appraiser):
    in_english(client, appraiser)

    response = client.get(address("grade_list", cycle))

    assert "No grades proposed yet" in response.text
    assert address("grade_propose", cycle) in response.text


def test_list_of_a_cycle_of_another_kind_says_so(client, court, political):
    in_english(client, political)
    special = put(make_cycle(court), "reviewing")

    response = client.get(address("grade_list", special))

    assert "Grades belong to annual cycles." in response.text


def test_nothing_is_offered_before_and_after_the_review(client, proposed, political, appraiser):
    for state in ("scoring", "closed"):
        put(proposed, state)
        for user in (political, appraiser):
            client.force_login(user)
            response = client.get(address("grade_list", proposed))
            assert (response.context["proposes"], response.context["decides"]) == (False, False)


def test_proposals_of_an_older_computing_are_shown_as_such(client, proposed, political):
    make_run(proposed, number=2)
    in_english(client, political)

    response = client.get(address("grade_list", proposed))

    assert response.context["state"].is_stale
    assert "computed anew since these grades were proposed" in response.text
    assert "?all=1" not in response.text


def test_changed_exclusions_make_proposals_stale(client, proposed, political):
    participant = grade_of(proposed).participant
    exclude_from_grade(
        participant_id=participant.pk, reason="penalty", document="1", by=political, at=AT
    )
    in_english(client, political)

    response = client.get(address("grade_list", proposed))

    assert response.context["state"].is_stale
    assert "Who is excluded from a grade has changed since" in response.text
    propose(cycle_id=proposed.pk, by=political)
    assert not client.get(address("grade_list", proposed)).context["state"].is_stale


def test_deciding_a_stale_proposal_is_refused(client, proposed, political):
    make_run(proposed, number=2)
    in_english(client, political)
    page = reverse("appraisal:grade_decide", args=[grade_of(proposed).pk])

    response = client.post(page, {"decided": "excellent", "document": MINUTES})

    assert "computed anew" in response.text
    assert grades_of(proposed)[0] == ("excellent", "")


# -- proposing ----------------------------------------------------------------------------------


def test_proposing_needs_the_permission(client, cycle, political, appraiser):
    client.force_login(political)
    assert client.post(address("grade_propose", cycle)).status_code == 403
    in_english(client, appraiser)

    response = client.post(address("grade_propose", cycle), follow=True)

    assert said(response) == ["Proposed for 10 people."]
    assert GradeProposal.objects.count() == 10


def test_proposing_in_a_closed_cycle_is_refused(client, cycle, appraiser):
    put(cycle, "closed")
    in_english(client, appraiser)

    response = client.post(address("grade_propose", cycle), follow=True)

    assert said(response) == ["Grades are given while the cycle is being reviewed; it is not."]
    assert not GradeProposal.objects.exists()


# -- deciding one -------------------------------------------------------------------------------


def test_decision_is_recorded_from_the_form(client, proposed, political):
    in_english(client, political)
    page = reverse("appraisal:grade_decide", args=[grade_of(proposed).pk])
    assert "places (of 10 people) is free" in client.get(page).text

    response = client.post(page, {"decided": "excellent", "document": MINUTES}, follow=True)

    assert said(response) == ["法官0: excellent, decided."]
    assert grades_of(proposed)[0] == ("excellent", "excellent")


@pytest.mark.parametrize(
    ("sent", "text"),
    [
        ({"decided": "competent", "document": MINUTES}, "Say why"),
        ({"decided": "splendid", "document": MINUTES}, "splendid is not one of the available"),
        ({"decided": "excellent"}, "This field is required"),
        ({"decided": "excellent", "document": "x" * 81}, "at most 80 characters"),
        ({}, "This field is required"),
    ],
)
def test_unsound_decision_says_what_is_wrong(client, proposed, political, sent, text):
    in_english(client, political)

    response = client.post(reverse("appraisal:grade_decide", args=[grade_of(proposed).pk]), sent)

    assert response.status_code == 200
    assert text in response.text
    assert grades_of(proposed)[0] == ("excellent", "")


def test_quota_is_refused_with_numbers(client, proposed, political):
    in_english(client, political)
    for place in range(2):
        page = reverse("appraisal:grade_decide", args=[grade_of(proposed, place).pk])
        client.post(page, {"decided": "excellent", "document": MINUTES})
    page = reverse("appraisal:grade_decide", args=[grade_of(proposed, 2).pk])

    response = client.post(page, {"decided": "excellent", "document": MINUTES, "note": "x"})

    assert "Only 2 of 10 may be excellent (20" in response.text


def test_second_to_decide_gets_the_page_of_conflicts(client, proposed, political, president):
    page = reverse("appraisal:grade_decide", args=[grade_of(proposed).pk])
    client.force_login(political)
    client.post(page, {"decided": "excellent", "document": MINUTES})
    in_english(client, president)

    response = client.post(page, {"decided": "excellent", "document": MINUTES})

    assert response.status_code == 409
    assert "decided meanwhile" in response.text
    assert address("grade_list", proposed) in response.text


def test_grade_of_another_court_is_not_found(client, proposed, outsider_political):
    client.force_login(outsider_political)
    for name in ("grade_decide", "grade_take_back"):
        page = reverse(f"appraisal:{name}", args=[grade_of(proposed).pk])
        assert client.get(page).status_code == 404
        assert client.post(page, {"decided": "competent", "document": "x"}).status_code == 404
    assert grades_of(proposed)[0] == ("excellent", "")


def test_decision_is_taken_back_after_asking(client, proposed, political):
    in_english(client, political)
    grade = grade_of(proposed)
    page = reverse("appraisal:grade_decide", args=[grade.pk])
    client.post(page, {"decided": "excellent", "document": MINUTES})
    page = reverse("appraisal:grade_take_back", args=[grade.pk])

    asked = client.get(page)
    assert f"Decided was “excellent”, by {MINUTES}." in asked.text
    assert grades_of(proposed)[0] == ("excellent", "excellent")
    response = client.post(page, follow=True)

    assert said(response) == ["The grade of 法官0 is open again."]
    assert grades_of(proposed)[0] == ("excellent", "")


# -- deciding many ------------------------------------------------------------------------------


def test_chosen_ones_are_decided_after_asking(client, proposed, political):
    in_english(client, political)
    ids = [grade_of(proposed, place).pk for place in (0, 3)]
    asked = client.get(address("grade_decide_many", proposed, f"?grade={ids[0]}&grade={ids[1]}"))
    assert asked.context["consequences"][:2] == ["excellent: 1", "competent: 1"]

    sent = {"ids": asked.context["form"]["ids"].value(), "document": MINUTES}
    response = client.post(address("grade_decide_many", proposed), sent, follow=True)

    assert said(response) == ["Decided as proposed: 2."]
    assert [decided for _proposed, decided in grades_of(proposed)] == [
        "excellent", "", "", "competent", *[""] * 6,
    ]  # fmt: skip
    assert Entry.objects.filter(verb="grade.decided").count() == 2


def test_all_undecided_are_decided(client, proposed, political):
    client.force_login(political)
    asked = client.get(address("grade_decide_many", proposed, "?all=1"))

    sent = {"ids": asked.context["form"]["ids"].value(), "document": MINUTES}
    client.post(address("grade_decide_many", proposed, "?all=1"), sent)

    assert all(decided for _proposed, decided in grades_of(proposed))


@pytest.mark.parametrize("query", ["", "?grade=", "?grade=x", "?grade=99999999999999999999"])
def test_nobody_chosen_is_said(client, proposed, political, query):
    in_english(client, political)

    response = client.get(address("grade_decide_many", proposed, query), follow=True)

    assert said(response) == ["Nobody undecided was chosen."]


def test_many_beyond_the_quota_are_refused_whole(client, proposed, political):
    in_english(client, political)
    GradeProposal.objects.filter(proposed="competent").update(proposed="excellent")
    asked = client.get(address("grade_decide_many", proposed, "?all=1"))
    sent = {"ids": asked.context["form"]["ids"].value(), "document": MINUTES}

    response = client.post(address("grade_decide_many", proposed), sent, follow=True)

    assert "Only 2 of 10 may be excellent" in said(response)[0]
    assert not any(decided for _proposed, decided in grades_of(proposed))


@pytest.mark.parametrize("sent", [{}, {"ids": "1,x,", "document": ""}])
def test_many_without_a_document_are_not_decided(client, proposed, political, sent):
    client.force_login(political)

    response = client.post(address("grade_decide_many", proposed), sent)

    assert response.status_code == 200
    assert not any(decided for _proposed, decided in grades_of(proposed))


def test_ids_of_another_cycle_are_left_alone(client, court, civil, proposed, political):
    client.force_login(political)
    other = make_cycle(court, kind="annual", code="other")
    index_set = Result.objects.first().participant.index_set
    make_reviewed(court, civil, ["80"], cycle=other, index_set=index_set)
    propose(cycle_id=other.pk, by=political)
    foreign = grade_of(other)

    client.post(
        address("grade_decide_many", proposed), {"ids": str(foreign.pk), "document": MINUTES}
    )

    assert grades_of(other) == [("competent", "")]


# -- exclusions ---------------------------------------------------------------------------------


def test_exclusion_counts_when_proposed_again(client, proposed, political, appraiser):
    participant = grade_of(proposed).participant
    exclude_from_grade(
        participant_id=participant.pk, reason="penalty", document="1", by=political, at=AT
    )
    client.force_login(appraiser)

    client.post(address("grade_propose", proposed))

    assert grades_of(proposed)[0] == ("no_grade", "")
    assert grade_state(proposed).court.graded == 9


def test_quota_of_the_court_is_the_courts_setting(court, proposed):
    AppraisalSettings.objects.create(court=court, excellent_percent=10)

    assert grade_state(proposed).court.seats == 1
