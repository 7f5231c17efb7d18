import json
from datetime import date, datetime, time
from pathlib import Path

import pytest

from retention.rules.calls import may_move, rung_reached
from retention.rules.screening import (
    AnswersMissing,
    missing_items,
    months_before,
    outcome_of,
    points_of,
)
from retention.rules.screening_items import PHQ9, PSS10, QUESTIONNAIRES

GOLDEN = json.loads((Path(__file__).parents[1] / "golden" / "rules.json").read_text())


@pytest.mark.parametrize("case", GOLDEN["pss10"], ids=str)
def test_pss10_scores_as_published(case):
    outcome = outcome_of(PSS10, case["answers"])

    assert (outcome.score, outcome.band) == (case["score"], case["band"])
    assert outcome.asks_for_call is False


@pytest.mark.parametrize("case", GOLDEN["phq9"], ids=str)
def test_phq9_scores_as_published(case):
    outcome = outcome_of(PHQ9, case["answers"])

    assert (outcome.score, outcome.band) == (case["score"], case["band"])
    assert outcome.asks_for_call is case.get("item9_alert", False)


def phq9_with(score):
    """Answers of that score that leave item 9 alone, as far as they can."""
    answers = [0] * 9
    for place in range(9):
        answers[place] = min(3, score - sum(answers))
    return answers


@pytest.mark.parametrize(
    ("score", "band"),
    [
        (0, "none"), (4, "none"), (5, "mild"), (9, "mild"), (10, "moderate"), (14, "moderate"),
        (15, "moderately_severe"), (19, "moderately_severe"), (20, "severe"), (27, "severe"),
    ],
)  # fmt: skip
def test_phq9_band_changes_at_its_cut_offs(score, band):
    outcome = outcome_of(PHQ9, phq9_with(score))

    assert (outcome.score, outcome.band) == (score, band)


def pss10_with(score):
    """Points by item, turned back into answers: the reversed items count the other way round."""
    points = [0] * 10
    for place in range(10):
        points[place] = min(4, score - sum(points))
    return points_of(PSS10, points)


@pytest.mark.parametrize(
    ("score", "band"),
    [(0, "low"), (13, "low"), (14, "moderate"), (26, "moderate"), (27, "high"), (40, "high")],
)
def test_pss10_band_changes_at_its_cut_offs(score, band):
    outcome = outcome_of(PSS10, pss10_with(score))

    assert (outcome.score, outcome.band) == (score, band)


def test_pss10_reverses_items_4_5_7_and_8_and_no_others():
    reversed_items = [n for n, item in enumerate(PSS10.items, 1) if item.is_reversed]

    assert reversed_items == [4, 5, 7, 8]
    assert not any(item.is_reversed for item in PHQ9.items)


@pytest.mark.parametrize(
    ("answers", "missing"),
    [
        ([None] * 9, (1, 2, 3, 4, 5, 6, 7, 8, 9)),
        ([0, None, 0, 0, 0, 0, 0, 0, None], (2, 9)),
        ([0] * 8, (9,)),
        ([], (1, 2, 3, 4, 5, 6, 7, 8, 9)),
    ],
)
def test_missing_items_are_refused_by_their_numbers(answers, missing):
    assert missing_items(PHQ9, answers) == missing
    with pytest.raises(AnswersMissing) as refusal:
        outcome_of(PHQ9, answers)
    assert refusal.value.numbers == missing


def test_missing_items_are_found_by_number_too():
    assert missing_items(PHQ9, {1: 0, 2: 3, 9: 1}) == (3, 4, 5, 6, 7, 8)


@pytest.mark.parametrize("answers", [[0] * 8 + [4], [0] * 8 + [-1], [0] * 10])
def test_answers_that_are_no_answers_are_refused(answers):
    with pytest.raises(ValueError, match="answer"):
        outcome_of(PHQ9, answers)


@pytest.mark.parametrize("answer", [1, 2, 3])
def test_item_9_asks_for_a_call_whatever_the_score_is(answer):
    outcome = outcome_of(PHQ9, [0] * 8 + [answer])

    assert outcome.asks_for_call
    assert outcome.band == "none"


def test_everything_but_item_9_asks_for_no_call():
    assert not outcome_of(PHQ9, [3] * 8 + [0]).asks_for_call


@pytest.mark.parametrize("questionnaire", QUESTIONNAIRES.values(), ids=lambda one: one.code)
def test_a_questionnaire_is_whole_in_both_languages(questionnaire):
    texts = [questionnaire.lead, questionnaire.source, *(i.text for i in questionnaire.items)]
    texts += [option.text for option in questionnaire.options]
    english = [questionnaire.lead_en, questionnaire.source_en]
    english += [one.text_en for one in [*questionnaire.items, *questionnaire.options]]

    assert len(questionnaire.items) == {"pss10": 10, "phq9": 9}[questionnaire.code]
    assert all(any("\u4e00" <= sign <= "\u9fff" for sign in text) for text in texts)
    assert all(text and not any("\u4e00" <= sign <= "\u9fff" for sign in text) for text in english)
    assert questionnaire.certainty in "SU"


@pytest.mark.parametrize("questionnaire", QUESTIONNAIRES.values(), ids=lambda one: one.code)
def test_the_bands_of_a_questionnaire_leave_no_gap(questionnaire):
    covered = [score for b in questionnaire.bands for score in range(b.low, b.high + 1)]

    assert covered == list(range(questionnaire.most + 1))
    assert [band.level for band in questionnaire.bands] == list(range(len(questionnaire.bands)))


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 11, 24), 24, date(2024, 11, 24)),
        (date(2026, 3, 31), 1, date(2026, 2, 28)),
        (date(2026, 1, 31), 2, date(2025, 11, 30)),
        (date(2028, 2, 29), 12, date(2027, 2, 28)),
    ],
)
def test_months_before_stays_inside_the_month(day, months, expected):
    assert months_before(day, months) == expected


@pytest.mark.parametrize(
    ("day", "hour", "expected"),
    [
        pytest.param(24, time(14, 59), None, id="there is time"),
        pytest.param(24, time(15, 0), ("today", False), id="afternoon"),
        pytest.param(24, time(17, 30), ("late-0", True), id="after work"),
        pytest.param(25, time(7, 0), ("late-0", True), id="the night after it"),
        pytest.param(25, time(8, 30), ("late-1", True), id="next morning"),
        pytest.param(25, time(17, 30), ("late-1", True), id="once a day"),
        pytest.param(28, time(8, 30), ("late-4", True), id="a Saturday as well"),
        pytest.param(23, time(20, 0), None, id="not before its day"),
    ],
)
def test_a_call_not_made_climbs_the_ladder(day, hour, expected):
    rung = rung_reached(due=date(2026, 11, 24), at=datetime.combine(date(2026, 11, day), hour))

    assert (rung and (rung.key, rung.is_escalated)) == expected


@pytest.mark.parametrize(
    ("state", "to", "expected"),
    [
        ("open", "called", True),
        ("called", "closed", True),
        ("open", "closed", False),
        ("closed", "called", False),
        ("closed", "open", False),
    ],
)
def test_a_call_is_closed_only_after_it_was_made(state, to, expected):
    assert may_move(state, to) is expected
