from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appraisal.rules.periods import (
    Aggregation,
    Amount,
    Gap,
    Part,
    months_in_post,
    over_period,
    period_fault,
    proposed_code,
    runs_of_months,
    weighed,
)
from courtparty.lib.dates import Period

JAN, FEB, MAR, APR = (date(2026, month, 1) for month in range(1, 5))
QUARTER = Period(JAN, APR)


def figures(**measures):
    """{measure: values of January, February …} as {month: {measure: value}}."""
    months: dict[date, dict[str, Decimal]] = {}
    for measure, values in measures.items():
        for month, value in zip((JAN, FEB, MAR, APR), values, strict=False):
            if value is not None:
                months.setdefault(month, {})[measure] = Decimal(str(value))
    return months


@pytest.mark.parametrize(
    ("aggregation", "values", "expected"),
    [
        pytest.param(Aggregation.SUM, [20, 27, 0], "47", id="sum"),
        pytest.param(Aggregation.FIRST, [28, 33, 40], "28", id="first: the stock at the beginning"),
        pytest.param(Aggregation.LAST, [0, 2, 1], "1", id="last: the stock at the end"),
    ],
)
def test_over_period_takes_months_together_as_the_measure_says(aggregation, values, expected):
    amount = over_period("m", aggregation, [JAN, FEB, MAR], figures(m=values))

    assert (amount.value, amount.gaps) == (Decimal(expected), ())


def test_over_period_lists_a_month_without_figures_and_gives_no_value():
    amount = over_period("m", Aggregation.SUM, [JAN, FEB, MAR], figures(m=[20, None, 0]))

    assert (amount.value, amount.gaps) == (None, (Gap(FEB, "m"),))


@pytest.mark.parametrize(
    ("aggregation", "values"),
    [
        pytest.param(Aggregation.FIRST, [28, None, None], id="a first needs the first month only"),
        pytest.param(Aggregation.LAST, [None, None, 3], id="a last needs the last month only"),
    ],
)
def test_over_period_misses_no_month_it_does_not_need(aggregation, values):
    assert over_period("m", aggregation, [JAN, FEB, MAR], figures(m=values)).gaps == ()


def test_mean_is_weighted_by_closed_cases():
    found = over_period(
        "days", Aggregation.MEAN, [JAN, FEB], figures(days=[30, 60], closed=[10, 20])
    )

    assert found.value == Decimal(50)


def test_mean_needs_no_figure_for_a_month_in_which_nothing_was_closed():
    found = over_period(
        "days", Aggregation.MEAN, [JAN, FEB], figures(days=[30, None], closed=[10, 0])
    )

    assert (found.value, found.gaps) == (Decimal(30), ())


def test_mean_of_nothing_closed_is_neither_zero_nor_missing():
    found = over_period("days", Aggregation.MEAN, [JAN], figures(closed=[0]))

    assert (found.value, found.gaps) == (None, ())


def test_mean_without_its_weight_is_missing():
    found = over_period("days", Aggregation.MEAN, [JAN], figures(days=[30]))

    assert found.gaps == (Gap(JAN, "closed"),)


def test_month_without_an_entry_in_a_register_counts_zero_and_is_known_as_such():
    found = over_period(
        "m", Aggregation.SUM, [JAN, FEB, MAR], figures(m=[None, 2, None]), is_register=True
    )

    assert (found.value, found.months, found.assumed, found.gaps) == (
        Decimal(2),
        ((FEB, Decimal(2)),),
        (JAN, MAR),
        (),
    )


def test_register_of_no_months_has_no_value():
    assert over_period("m", Aggregation.SUM, [], {}, is_register=True).value is None


def test_weighed_adds_up_parts_times_coefficients():
    parts = [
        Part(Amount("a", Decimal(3)), Decimal(9)),
        Part(Amount("b", Decimal(2)), Decimal("0.5")),
    ]

    assert weighed("points", parts).value == Decimal(28)


def test_weighed_has_no_value_where_a_part_has_none():
    nothing, gap = Amount("a", None), Amount("b", None, gaps=(Gap(FEB, "b"),))
    whole = Part(Amount("c", Decimal(3)), Decimal(9))

    assert weighed("points", [whole, Part(nothing, Decimal(1))]).value is None
    assert weighed("points", [whole, Part(gap, Decimal(1))]).gaps == (Gap(FEB, "b"),)
    assert weighed("points", []).value is None


def test_runs_of_months_break_at_gaps_and_at_new_year():
    december, january = date(2025, 12, 1), date(2026, 1, 1)

    assert runs_of_months([MAR, january, FEB, december, date(2026, 5, 1)]) == [
        (december, december),
        (january, MAR),
        (date(2026, 5, 1), date(2026, 5, 1)),
    ]


@given(st.dictionaries(st.sampled_from([JAN, FEB, MAR]), st.integers(0, 500)), st.randoms())
def test_order_in_which_months_were_read_is_irrelevant(values, random):
    plain = {month: {"m": Decimal(value)} for month, value in values.items()}
    shuffled_items = list(plain.items())
    random.shuffle(shuffled_items)

    for aggregation in (Aggregation.SUM, Aggregation.FIRST, Aggregation.LAST):
        assert over_period("m", aggregation, [JAN, FEB, MAR], plain) == over_period(
            "m", aggregation, [JAN, FEB, MAR], dict(shuffled_items)
        )


@pytest.mark.parametrize(
    ("since", "left_on", "with_figures", "expected"),
    [
        pytest.param(None, None, [], [JAN, FEB, MAR], id="nothing known: the whole period"),
        pytest.param(date(2015, 3, 1), None, [], [JAN, FEB, MAR], id="long in post"),
        pytest.param(date(2026, 2, 16), None, [], [FEB, MAR], id="from a day in February"),
        pytest.param(None, date(2026, 2, 16), [], [JAN, FEB], id="left in February"),
        pytest.param(None, FEB, [], [JAN], id="left on the first of February"),
        pytest.param(MAR, None, [JAN], [JAN, MAR], id="a month with figures counts"),
        pytest.param(date(2027, 1, 1), None, [], [], id="not yet in post"),
        pytest.param(None, date(2025, 6, 1), [], [], id="left before"),
        pytest.param(None, None, [APR], [JAN, FEB, MAR], id="figures after the period do not"),
    ],
)
def test_months_in_post(since, left_on, with_figures, expected):
    found = months_in_post(QUARTER, since=since, left_on=left_on, with_figures=with_figures)

    assert list(found) == expected


@pytest.mark.parametrize(
    ("kind", "start", "end", "expected"),
    [
        pytest.param("monthly", JAN, FEB, "", id="a month"),
        pytest.param("monthly", JAN, MAR, "monthly", id="two months are no monthly cycle"),
        pytest.param("quarterly", JAN, APR, "", id="a quarter"),
        pytest.param("quarterly", FEB, date(2026, 5, 1), "quarterly", id="no calendar quarter"),
        pytest.param("annual", date(2025, 1, 1), JAN, "", id="a year"),
        pytest.param("annual", date(2025, 7, 1), date(2026, 7, 1), "annual", id="July to June"),
        pytest.param("special", FEB, date(2026, 12, 1), "", id="any months, the last one begun"),
        pytest.param("special", JAN, date(2027, 1, 1), "future", id="a month not begun"),
        pytest.param("special", date(2026, 1, 2), FEB, "not_whole_months", id="half a month"),
    ],
)
def test_period_fault(kind, start, end, expected):
    assert period_fault(kind, Period(start, end), today=date(2026, 11, 20)) == expected


@pytest.mark.parametrize(
    ("kind", "start", "end", "expected"),
    [
        ("annual", JAN, date(2027, 1, 1), "2026-annual"),
        ("quarterly", APR, date(2026, 7, 1), "2026-Q2"),
        ("monthly", MAR, APR, "2026-03"),
        ("special", MAR, APR, "2026-03-special"),
        ("special", JAN, date(2026, 11, 1), "2026-01-to-2026-10"),
    ],
)
def test_proposed_code_says_kind_and_period(kind, start, end, expected):
    assert proposed_code(kind, Period(start, end)) == expected
