from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import translation

from appraisal.models import Cycle, RatingSheet
from appraisal.rules.agreement import icc, kendalls_w
from appraisal.selectors.agreement import agreement_reports
from courtparty.audit.models import Entry
from tests.appraisal.rating_cast import draw, make_cycle, make_division, rate, rate_all, sheet_of

AGREEMENT = "appraisal:rating_agreement"
SCORES = [Decimal(95), Decimal(85), Decimal(70), Decimal(50)]


@pytest.fixture(autouse=True)
def _english(settings):
    settings.LANGUAGE_CODE = "en"
    with translation.override("en"):
        yield


@pytest.fixture
def division(court, civil):
    """Four assistants, rated by the head, by three judges and by each other."""
    division = make_division(court, civil, assistants=4, judges=3)
    draw(division)
    return division


def page(client, user, cycle):
    """As it is read once no rating can be handed in any more."""
    Cycle.objects.filter(pk=cycle.pk).update(state=Cycle.State.SCORING)
    client.force_login(user)
    return client.get(reverse(AGREEMENT, args=[cycle.pk]))


def number_of(officer) -> int:
    return int(officer.name[-1])


def by_rank(sheet):
    """Everybody places the assistants in the order of their numbers."""
    return number_of(sheet.ratee)


def test_agreement_is_reckoned_from_those_who_rated_the_same_people(division):
    rate_all(division.cycle, by_rank)

    (report,) = agreement_reports(division.cycle)

    # The head and three judges rated all four; an assistant rated the three others.
    assert (report.ratees, report.raters, report.count, report.asked) == (4, 8, 28, 28)
    assert (report.concordance.judges, report.concordance.items) == (4, 4)
    assert report.concordance.w == 1
    assert report.intraclass.icc_2_k == 1


def test_agreement_is_what_the_rules_say_of_the_same_marks(division):
    RatingSheet.objects.filter(group__in=["peers", "self"]).delete()
    table = [[0, 1, 2, 3], [1, 1, 2, 3], [0, 2, 1, 3], [3, 2, 1, 0]]
    raters = [division.head, *division.judges]
    for rater, places in zip(raters, table, strict=True):
        for ratee, place in zip(division.assistants, places, strict=True):
            rate(rater, ratee, place)

    (report,) = agreement_reports(division.cycle)

    scores = [[SCORES[place] for place in places] for places in table]
    assert report.concordance == kendalls_w(scores)
    assert report.intraclass == icc(list(zip(*scores, strict=True)))


def test_words_are_weighted_as_in_the_score(division):
    for ratee in division.assistants:
        for rater in [division.head, *division.judges]:
            rate(rater, ratee, 0, diligence=3)

    (report,) = agreement_reports(division.cycle)

    # conduct 95 × 15, diligence 50 × 5
    assert {mark.value for mark in report.marks} == {Decimal("83.75")}


def test_own_word_is_not_compared(division):
    for one in division.assistants:
        rate(one, one)

    (report,) = agreement_reports(division.cycle)

    assert (report.count, report.is_hidden) == (0, True)


def test_trimmed_and_plain_means_are_told_by_kind_of_rater(court, civil):
    division = make_division(court, civil, assistants=1, judges=5)
    draw(division)
    for judge in division.judges:
        rate(judge, division.assistants[0], 3 if judge.name == "法官0" else 0)

    (report,) = agreement_reports(division.cycle)

    (means,) = report.means
    assert (means.label, means.count) == ("judges served", 5)
    assert (means.plain, means.trimmed) == (Decimal(86), Decimal(95))


def test_means_stand_in_a_table_beside_the_picture(client, court, civil, appraiser):
    division = make_division(court, civil, assistants=1, judges=5)
    draw(division)
    for judge in division.judges:
        rate(judge, division.assistants[0], 3 if judge.name == "法官0" else 0)

    text = page(client, appraiser, division.cycle).text

    assert [text.count(cell) for cell in (">5</td>", ">86.00</td>", ">95.00</td>")] == [1, 1, 1]
    assert text.count('class="chart"') == 1


def test_kinds_of_too_few_raters_are_told_together(division):
    rate_all(division.cycle, lambda sheet: 2 if sheet.group == "head" else 0)

    (report,) = agreement_reports(division.cycle)

    labels = [(means.label, means.count) for means in report.means]
    assert labels == [("head, judges served", 16), ("peers", 12)]


def test_lenient_and_strict_raters_are_found(client, division, appraiser):
    rate_all(division.cycle, lambda sheet: 2 if sheet.rater == division.head else 0)

    response = page(client, appraiser, division.cycle)

    (report,) = response.context["reports"]
    lines = {difference: word for _name, difference, word in report["lenient"]}
    assert lines["−25.0"] == "clearly stricter than the others"
    assert lines["+4.2"] == "like the others"
    assert "Who is strict, who is lenient" in response.text


def test_raters_are_numbers_in_an_order_of_chance(client, division, appraiser):
    rate_all(division.cycle, lambda sheet: 2 if sheet.rater == division.head else 0)

    first = page(client, appraiser, division.cycle)
    second = page(client, appraiser, division.cycle)

    names = [name for name, _difference, _word in first.context["reports"][0]["lenient"]]
    assert names == [f"rater {number}" for number in range(1, 9)]
    assert first.context["reports"][0]["lenient"] == second.context["reports"][0]["lenient"]
    for one in [division.head, *division.judges, *division.assistants]:
        assert one.name not in first.text


def test_raters_are_named_where_the_set_says_so(client, division, appraiser):
    division.index_set.raters_known = True
    division.index_set.save()
    rate_all(division.cycle, lambda sheet: 2 if sheet.rater == division.head else 0)

    response = page(client, appraiser, division.cycle)

    lines = {name: word for name, _difference, word in response.context["reports"][0]["lenient"]}
    assert lines["庭长"] == "clearly stricter than the others"
    assert len(lines) == 8


@pytest.mark.parametrize(
    "raters",
    [
        pytest.param(["head"], id="one rater, four ratings"),
        pytest.param(["head", "judge"], id="two raters, eight ratings"),
    ],
)
def test_groups_with_too_few_are_hidden(client, division, appraiser, raters):
    chosen = [division.head, division.judges[0]][: len(raters)]
    for rater in chosen:
        for ratee in division.assistants:
            rate(rater, ratee, 3)

    response = page(client, appraiser, division.cycle)

    assert response.context["reports"] == []
    (hidden,) = response.context["hidden"]
    assert (hidden.means, hidden.lenient, hidden.concordance.w) == ((), (), None)
    assert "Too few ratings to show" in response.text
    assert "50.00" not in response.text


def test_equal_marks_are_nothing_to_tell_apart(client, division, appraiser):
    rate_all(division.cycle)

    response = page(client, appraiser, division.cycle)

    assert "Everybody got the same marks, so there is nothing to tell apart." in response.text


def test_perfect_agreement_is_said_in_words(client, division, appraiser):
    rate_all(division.cycle, by_rank)

    response = page(client, appraiser, division.cycle)

    assert "The raters strongly agree on whom to place higher." in response.text
    assert "excellent" in response.text
    assert [name for name, *_rest in response.context["reports"][0]["coefficients"]] == [
        "ICC(1,1)",
        "ICC(1,k)",
        "ICC(2,1)",
        "ICC(2,k)",
        "ICC(3,1)",
        "ICC(3,k)",
    ]


def test_opening_the_agreement_is_noted(client, division, appraiser):
    page(client, appraiser, division.cycle)

    entry = Entry.objects.get(verb="agreement.read")
    assert (entry.actor, entry.subject_pk, entry.is_read) == (appraiser, division.cycle.pk, True)


def test_cycle_without_ratings_says_so(client, court, appraiser):
    response = page(client, appraiser, make_cycle(court))

    assert "Nothing to compare yet" in response.text


def test_drafts_and_void_ratings_do_not_count(division):
    rate_all(division.cycle)
    RatingSheet.objects.filter(rater=division.head).update(state="void", submitted_at=None)

    (report,) = agreement_reports(division.cycle)

    assert division.head.pk not in {mark.rater for mark in report.marks}
    assert sheet_of(division.head, division.assistants[0]).state == "void"


def test_strictness_is_not_told_where_it_would_be_single_marks(court, civil):
    division = make_division(court, civil, assistants=2, judges=5)
    draw(division)
    rate_all(division.cycle, by_rank)

    (report,) = agreement_reports(division.cycle)

    assert not report.is_hidden
    assert report.lenient == ()
