from datetime import date
from decimal import Decimal

import pytest

from appraisal.rules.figures import (
    MonthName,
    NotANumber,
    SeveralMonths,
    as_of_named,
    conflicts,
    figure_from,
    month_after,
    month_before,
    month_named,
    month_span,
    plain_number,
    rate_differs,
    rate_from,
)
from appraisal.rules.measures import MEASURES


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("2026-01", MonthName(1, 2026), id="dashed"),
        pytest.param("2026.1", MonthName(1, 2026), id="dotted"),
        pytest.param("202612", MonthName(12, 2026), id="packed"),
        pytest.param("2026年1月", MonthName(1, 2026), id="named"),
        pytest.param("２０２６ 年 １ 月份", MonthName(1, 2026), id="full width and spaces"),
        pytest.param("1月", MonthName(1), id="month only"),
        pytest.param("十二月", MonthName(12), id="Chinese number"),
        pytest.param("示例县人民法院2026年10月审判质效情况", MonthName(10, 2026), id="in a title"),
        pytest.param("审管办　数据截至2026-01-28", None, id="an as-of day is no month"),
        pytest.param("制表日期：2026年1月30日", None, id="a day is no month"),
        pytest.param("12个月以上未结", None, id="a span is no month"),
        pytest.param("2026-13", None, id="no such month"),
        pytest.param("Sheet1", None, id="nothing"),
    ],
)
def test_month_is_read_from_names_and_titles(text, expected):
    assert month_named(text) == expected


@pytest.mark.parametrize(
    "text",
    ["2026年1-10月", "1月至3月", "2026年1月-2026年10月", "2026.1-2026.3", "2026年上半年", "一季度"],
)
def test_month_of_several_months_is_refused(text):
    with pytest.raises(SeveralMonths):
        month_named(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("数据截至2026-01-28", date(2026, 1, 28), id="dashed"),
        pytest.param("统计截止日期：2026年1月28日24时", date(2026, 1, 28), id="named"),
        pytest.param("截至 1月28日", date(2026, 1, 28), id="year of the sheet"),
        pytest.param("截至2026年1月底", date(2026, 1, 31), id="end of month"),
        pytest.param("数据截止到2026.2.3", date(2026, 2, 3), id="dotted"),
        pytest.param("截至2026年2月30日", None, id="no such day"),
        pytest.param("2026年1月28日", None, id="a day of something else"),
    ],
)
def test_as_of_is_read_from_titles(text, expected):
    assert as_of_named([text], month=date(2026, 1, 1)) == expected


def test_as_of_without_year_of_december_may_lie_in_january():
    assert as_of_named(["截至1月5日"], month=date(2026, 12, 1)) == date(2027, 1, 5)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param(5, "5", id="whole"),
        pytest.param(5.0, "5", id="float"),
        pytest.param("1,234", "1234", id="thousands"),
        pytest.param("１２件", "12", id="full width with unit"),
        pytest.param(" 7 ", "7", id="spaces"),
        pytest.param(0, "0", id="zero is a number"),
    ],
)
def test_figure_is_read(content, expected):
    assert plain_number(figure_from(content, is_whole=True)) == expected


def test_figure_with_places_keeps_what_the_cell_means():
    assert figure_from(27.9, is_whole=False) == Decimal("27.9")


@pytest.mark.parametrize("content", [None, "", "—", "-", "／", "无", "  "])
def test_figure_that_says_nothing_is_missing_not_zero(content):
    assert figure_from(content, is_whole=True) is None


@pytest.mark.parametrize(
    ("content", "code"),
    [
        pytest.param("十五", "figure_not_a_number", id="words"),
        pytest.param(True, "figure_not_a_number", id="truth value"),
        pytest.param(date(2026, 1, 1), "figure_not_a_number", id="date"),
        pytest.param("NaN", "figure_not_a_number", id="nan"),
        pytest.param("1_0", "figure_not_a_number", id="only a program reads it as ten"),
        pytest.param("1e3", "figure_not_a_number", id="only a program reads it as a thousand"),
        pytest.param("-3", "figure_negative", id="negative text"),
        pytest.param(float("inf"), "figure_not_a_number", id="infinite"),
        pytest.param("45%", "figure_not_a_number", id="percentage of a count"),
        pytest.param("=SUM(D4:D9)", "figure_formula_text", id="formula text"),
        pytest.param(-1, "figure_negative", id="negative"),
        pytest.param(2.5, "figure_not_whole", id="half a case"),
        pytest.param(10**12, "figure_too_large", id="too large"),
    ],
)
def test_figure_that_is_none_says_why(content, code):
    with pytest.raises(NotANumber) as refusal:
        figure_from(content, is_whole=True)
    assert refusal.value.code == code


def test_share_may_be_a_percentage():
    assert figure_from("45.16%", is_whole=False, is_share=True) == Decimal("0.4516")


NUMBERS = {
    "carried_over": 10, "new": 5, "accepted": 15, "closed": 6, "pending": 9, "within_limit": 6,
    "mediated": 2, "withdrawn": 1, "summary": 4, "appealed": 1, "revised": 1, "remanded": 0,
    "long_pending": 1,
}  # fmt: skip


def numbers(**other):
    return {code: Decimal(value) for code, value in (NUMBERS | other).items()}


def test_numbers_that_agree_have_no_conflict():
    assert conflicts(numbers()) == []


@pytest.mark.parametrize(
    ("other", "code", "is_error"),
    [
        ({"closed": 16, "pending": 0}, "closed_over_accepted", True),
        ({"within_limit": 7}, "within_limit_over_closed", True),
        ({"mediated": 6}, "settled_over_closed", True),
        ({"accepted": 16, "pending": 10}, "accepted_not_sum", False),
        ({"pending": 8}, "pending_not_rest", False),
        ({"revised": 2}, "revised_over_appealed", False),
        ({"long_pending": 10}, "long_over_pending", False),
        ({"summary": 7}, "summary_over_closed", False),
    ],
)
def test_numbers_that_contradict_each_other_are_told(other, code, is_error):
    found = conflicts(numbers(**other))

    assert (code, is_error) in [(one.code, one.is_error) for one in found]


def test_missing_numbers_contradict_nothing():
    assert conflicts({"closed": Decimal(6), "new": Decimal(1), "carried_over": None}) == []


@pytest.mark.parametrize(
    ("content", "differs"),
    [("40.00%", False), ("40.09%", False), (0.4, False), (40, False), ("41%", True), (0.3, True)],
)
def test_closing_rate_is_checked_to_a_tenth_of_a_point(content, differs):
    assert rate_differs(rate_from(content), numbers()) is differs


def test_closing_rate_of_no_cases_is_not_checked():
    assert rate_differs(Decimal(0), numbers(carried_over=0, new=0)) is False


def test_months_are_next_to_each_other():
    assert month_before(date(2026, 1, 1)) == date(2025, 12, 1)
    assert month_after(date(2025, 12, 1)) == date(2026, 1, 1)


def test_month_span_names_the_first_and_the_last():
    assert month_span([date(2026, 10, 1), date(2026, 1, 1)]) == "2026-01 … 2026-10"
    assert month_span([date(2026, 1, 1)]) == "2026-01"


def test_measures_have_headings_of_their_own():
    headings = [text for seed in MEASURES for text in seed.headings.split()]

    assert len(headings) == len(set(headings))
    assert {seed.code for seed in MEASURES if seed.is_required} == {"carried_over", "new", "closed"}


# -- the most a figure can be -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "maximum", "expected"),
    [
        pytest.param("100", "100", "100", id="the most itself"),
        pytest.param("95%", "100", "95", id="per cent of a hundred"),
        pytest.param("95%", "1", "0.95", id="per cent of one"),
        pytest.param("95%", None, "0.95", id="per cent without a bound"),
    ],
)
def test_share_is_read_by_what_it_is_of(content, maximum, expected):
    most = None if maximum is None else Decimal(maximum)

    value = figure_from(content, is_whole=False, is_share=True, maximum=most)

    assert value == Decimal(expected)


@pytest.mark.parametrize(
    ("content", "most"), [("100.01", "100"), (101, "100"), ("120%", "100"), ("1.5", "1"), (2, "1")]
)
def test_figure_above_the_most_is_refused(content, most):
    with pytest.raises(NotANumber) as caught:
        figure_from(content, is_whole=False, is_share=True, maximum=Decimal(most))

    assert caught.value.code == "figure_over_maximum"


@pytest.mark.parametrize(
    ("text", "expected"),
    [("是", 1), ("√", 1), ("Yes", 1), ("1", 1), ("否", 0), ("×", 0), ("NO", 0), ("0", 0)],
)
def test_yes_and_no_are_read(text, expected):
    assert figure_from(text, is_whole=True, maximum=Decimal(1)) == expected


def test_yes_is_no_count():
    with pytest.raises(NotANumber):
        figure_from("是", is_whole=True)


@pytest.mark.parametrize(
    ("values", "found"),
    [
        pytest.param({"files_due": 3, "files_done": 4}, [("files_done", "files_due")], id="task"),
        pytest.param({"files_due": 3, "files_done": 3}, [], id="all done"),
        pytest.param({"files_done": 4}, [], id="due is missing"),
        pytest.param(
            {"reviews": 1, "reviews_upheld": 2}, [("reviews_upheld", "reviews")], id="reviews"
        ),
    ],
)
def test_part_above_its_whole_is_a_conflict(values, found):
    numbers = {code: Decimal(value) for code, value in values.items()}

    errors = [one for one in conflicts(numbers) if one.is_error]

    assert [(one.measure, one.whole) for one in errors] == found
