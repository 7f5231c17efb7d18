from datetime import date
from decimal import Decimal

import pytest

from retention.rules.caseload import Days, days_fault, end_fault, percent_of, suggests_pause

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("value", "median", "expected"),
    [
        pytest.param("45", "30", True, id="at the share exactly"),
        pytest.param("44", "30", False, id="one below"),
        pytest.param("60", "30", True, id="far above"),
        pytest.param(None, "30", False, id="figure missing"),
        pytest.param("60", None, False, id="fewer than five peers"),
        pytest.param("60", "0", False, id="median of nothing"),
    ],
)
def test_rule_fires_from_the_share_of_the_peers_median(value, median, expected):
    found = suggests_pause(value and Decimal(value), median and Decimal(median), share=150)

    assert found is expected


@pytest.mark.parametrize(
    ("value", "median", "expected"), [("45", "30", 150), ("10", "30", 33), ("1", "0", None)]
)
def test_percent_of_the_median(value, median, expected):
    assert percent_of(Decimal(value), Decimal(median)) == expected


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        pytest.param(date(2026, 11, 23), date(2026, 12, 7), "", id="two weeks from today"),
        pytest.param(date(2026, 11, 20), date(2026, 11, 24), "", id="begun, entered late"),
        pytest.param(date(2026, 12, 7), date(2026, 12, 7), "ends_before_start", id="no day"),
        pytest.param(date(2026, 12, 7), date(2026, 12, 1), "ends_before_start", id="backwards"),
        pytest.param(date(2026, 11, 10), date(2026, 11, 23), "over", id="over"),
        pytest.param(date(2026, 10, 1), date(2026, 12, 1), "too_early", id="long ago"),
        pytest.param(date(2026, 12, 1), date(2028, 1, 1), "too_long", id="more than a year"),
        pytest.param(date(2027, 1, 1), date(2027, 1, 15), "", id="ends where another begins"),
        pytest.param(date(2027, 1, 10), date(2027, 1, 16), "overlaps", id="one day too long"),
        pytest.param(date(2027, 1, 31), date(2027, 2, 10), "overlaps", id="its last day"),
        pytest.param(date(2027, 2, 1), date(2027, 2, 10), "", id="the day after it"),
        pytest.param(date(2027, 1, 20), date(2027, 1, 21), "overlaps", id="inside"),
    ],
)
def test_days_of_a_pause(start, end, expected):
    taken = [Days(date(2027, 1, 15), date(2027, 2, 1))]

    assert days_fault(start, end, today=TODAY, taken=taken) == expected


@pytest.mark.parametrize(
    ("new_end", "expected"),
    [
        (date(2026, 11, 25), ""),
        (date(2026, 11, 23), "not_begun"),
        (date(2026, 11, 20), "not_begun"),
        (date(2026, 12, 7), "not_earlier"),
    ],
)
def test_end_of_a_pause(new_end, expected):
    found = end_fault(date(2026, 11, 23), date(2026, 12, 7), new_end=new_end)

    assert found == expected
