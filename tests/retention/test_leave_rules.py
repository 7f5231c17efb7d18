"""Rules of leave: days by law, exclusion, balance, chain, clashes, overtime and its rest."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from courtparty.lib.dates import PartialDate
from retention.rules.leave import (
    DEFAULT_BANDS,
    DEFAULT_EXCLUSION,
    DEFAULT_TABLE,
    Balance,
    Band,
    annual_leave_days,
    bands_of,
    excluded_by,
    exclusion_of,
    rises_on,
    service_years,
)
from retention.rules.leave_kinds import BY_KEY, MEDICAL, SENSITIVE
from retention.rules.leave_requests import (
    Away,
    chain,
    clashes,
    days_of,
    leave_days,
    state_after,
)
from retention.rules.overtime import Stock, expires_on, rest_hours, taken_from

GOLDEN = json.loads(
    (Path(__file__).parent.parent / "golden" / "rules.json").read_text(encoding="utf-8")
)["annual_leave_days"]
# National Day 2026: 1 to 7 October off, 20 September and 10 October worked.
HOLIDAYS = {date(2026, 10, day): False for day in range(1, 8)} | {
    date(2026, 9, 20): True,
    date(2026, 10, 10): True,
}


@pytest.mark.parametrize("case", GOLDEN, ids=lambda case: str(case["service_years"]))
def test_annual_leave_is_by_bands_of_service(case):
    assert annual_leave_days(case["service_years"], DEFAULT_BANDS) == case["days"]


def test_bands_of_a_court_are_read_in_any_order():
    table = {"bands": [{"from_years": 10, "days": 12}, {"from_years": 1, "days": 6}]}

    assert bands_of(table) == (Band(1, 6), Band(10, 12))
    assert exclusion_of(table) == DEFAULT_EXCLUSION
    assert bands_of(DEFAULT_TABLE) == DEFAULT_BANDS
    assert exclusion_of(DEFAULT_TABLE) == DEFAULT_EXCLUSION


def test_a_table_without_bands_is_refused():
    with pytest.raises(ValueError, match="without bands"):
        bands_of({"bands": []})


@pytest.mark.parametrize(
    ("since", "on", "years"),
    [
        pytest.param(PartialDate(2016, 7), date(2026, 6, 30), 9, id="the day before"),
        pytest.param(PartialDate(2016, 7), date(2026, 7, 1), 10, id="month is its first day"),
        pytest.param(PartialDate(2016, 7, 15), date(2026, 7, 31), 9, id="from the next month"),
        pytest.param(PartialDate(2016, 7, 15), date(2026, 8, 1), 10, id="the next month"),
        pytest.param(PartialDate(2016, 12, 2), date(2026, 12, 31), 9, id="not in this year"),
        pytest.param(PartialDate(2026, 11), date(2026, 11, 23), 0, id="just begun"),
        pytest.param(PartialDate(2027, 1), date(2026, 11, 23), 0, id="still to come"),
        pytest.param(None, date(2026, 11, 23), 0, id="unknown"),
    ],
)
def test_service_years_count_from_the_month_after_they_are_complete(since, on, years):
    assert service_years(since, on) == years


def test_leave_rises_on_the_first_of_a_month_of_the_year():
    since = PartialDate(2016, 7, 15)

    assert rises_on(since, on=date(2026, 3, 10), bands=DEFAULT_BANDS) == date(2026, 8, 1)
    assert rises_on(since, on=date(2026, 8, 1), bands=DEFAULT_BANDS) is None


@pytest.mark.parametrize(
    ("years", "personal", "sick", "expected"),
    [
        pytest.param(5, 19, 0, "", id="19 days personal"),
        pytest.param(5, 20, 0, "personal", id="20 days personal"),
        pytest.param(5, 0, 59, "", id="under 2 months, first band"),
        pytest.param(5, 0, 60, "sick", id="2 months, first band"),
        pytest.param(10, 0, 60, "", id="2 months, second band"),
        pytest.param(10, 0, 90, "sick", id="3 months, second band"),
        pytest.param(20, 0, 119, "", id="under 4 months, third band"),
        pytest.param(20, 0, 120, "sick", id="4 months, third band"),
        pytest.param(0, 0, 300, "", id="nothing to lose"),
    ],
)
def test_leave_of_the_year_is_excluded_by_law(years, personal, sick, expected):
    found = excluded_by(
        service_years=years,
        bands=DEFAULT_BANDS,
        exclusion=DEFAULT_EXCLUSION,
        personal_paid_days=personal,
        sick_days=sick,
    )

    assert found == expected


@pytest.mark.parametrize(
    ("balance", "due", "left", "unplanned", "may_carry"),
    [
        pytest.param(Balance(10), 10, 10, 10, 10, id="untouched"),
        pytest.param(Balance(10, carried_in=3, taken=2), 13, 11, 11, 10, id="carried goes first"),
        pytest.param(Balance(10, carried_in=3, taken=4, asked=1), 13, 8, 8, 8, id="carried gone"),
        pytest.param(Balance(10, taken=4, planned=6), 10, 6, 0, 6, id="all planned"),
        pytest.param(Balance(10, adjusted=-2), 8, 8, 8, 8, id="corrected"),
        pytest.param(Balance(10, carried_in=2, excluded="sick"), 2, 2, 2, 0, id="excluded"),
        pytest.param(Balance(10, carried_on=4), 10, 6, 6, 6, id="carried on"),
        pytest.param(Balance(5, taken=7), 5, -2, 0, 0, id="overdrawn"),
    ],
)
def test_balance(balance, due, left, unplanned, may_carry):
    found = (balance.due, balance.left, balance.unplanned, balance.may_carry)

    assert found == (due, left, unplanned, may_carry)


@pytest.mark.parametrize(
    ("days", "held", "manned", "expected"),
    [
        pytest.param(3, (), ("head", "political", "president"), ["head"], id="head alone"),
        pytest.param(4, (), ("head", "political", "president"), ["head", "political"], id="two"),
        pytest.param(
            11, (), ("head", "political", "president"), ["head", "political", "president"], id="all"
        ),
        pytest.param(2, ("head",), ("political", "president"), ["political"], id="own, head"),
        pytest.param(2, ("head",), ("head", "political"), ["political"], id="other head too"),
        pytest.param(12, ("head",), ("political", "president"), ["political", "president"], id="h"),
        pytest.param(2, ("political",), ("head", "president"), ["president"], id="own, political"),
        pytest.param(2, ("president",), ("head", "political"), ["political"], id="the president"),
        pytest.param(2, ("president",), ("political", "president"), ["president"], id="deputy"),
        pytest.param(2, (), ("political",), ["political"], id="no head"),
        pytest.param(12, (), ("head",), ["head"], id="head only"),
        pytest.param(2, (), (), [], id="nobody"),
    ],
)
def test_chain_follows_days_and_never_ends_at_oneself(days, held, manned, expected):
    found = chain(days, head_decides=3, political_decides=10, held=held, manned=manned)

    assert list(found) == expected


def test_days_of_leave_follow_the_working_calendar():
    start, end = date(2026, 9, 30), date(2026, 10, 12)

    assert leave_days(start, end, counts="working", calendar=HOLIDAYS) == 4
    assert leave_days(start, end, counts="calendar", calendar=HOLIDAYS) == 12
    assert leave_days(end, start, counts="calendar", calendar=HOLIDAYS) == 0


@pytest.mark.parametrize(
    ("state", "action", "after"),
    [
        ("drafted", "ask", "asked"),
        ("returned", "ask", "asked"),
        ("asked", "refuse", "refused"),
        ("approved", "withdraw", None),
        ("refused", "approve", None),
        ("withdrawn", "ask", None),
    ],
)
def test_what_may_follow_what(state, action, after):
    assert state_after(state, action) == after


def clashing(*absences, staff=6, percent=34, pairs=()):
    found = clashes(
        [Away(*one) for one in absences],
        days=days_of(date(2026, 10, 5), date(2026, 10, 15)),
        staff=staff,
        most_percent=percent,
        pairs=pairs,
        calendar=HOLIDAYS,
    )
    return [(one.day.day, one.away, one.is_share, one.pairs) for one in found]


def test_a_team_clashes_when_more_than_its_share_is_away_on_a_working_day():
    away = [(n, date(2026, 10, 7), date(2026, 10, 9)) for n in (1, 2, 3)]

    assert clashing(*away) == [(8, 3, True, ())]
    assert clashing(*away[:2]) == []


def test_both_of_a_pair_clash_whatever_the_share():
    away = [(1, date(2026, 10, 8), date(2026, 10, 10)), (2, date(2026, 10, 9), date(2026, 10, 10))]

    assert clashing(*away, pairs=[(1, 2), (1, 3)]) == [(9, 2, False, ((1, 2),))]


def test_one_alone_is_never_too_many():
    assert clashing((1, date(2026, 10, 8), date(2026, 10, 10)), staff=1) == []


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        pytest.param(date(2026, 5, 23), 6, date(2026, 11, 23), id="half a year"),
        pytest.param(date(2026, 8, 31), 6, date(2027, 2, 28), id="no such day"),
        pytest.param(date(2026, 12, 1), 1, date(2027, 1, 1), id="over new year"),
        pytest.param(date(2026, 11, 15), 12, date(2027, 11, 15), id="a year"),
    ],
)
def test_rest_expires_so_many_months_later(day, months, expected):
    assert expires_on(day, months) == expected


def test_rest_is_taken_from_what_expires_first():
    stocks = [
        Stock(1, date(2026, 12, 31), Decimal("4")),
        Stock(2, date(2026, 11, 30), Decimal("6")),
        Stock(3, date(2026, 11, 1), Decimal("8")),
    ]
    until = date(2026, 11, 23)

    assert taken_from(stocks, hours=Decimal(8), until=until) == [(2, Decimal(6)), (1, Decimal(2))]
    assert taken_from(stocks, hours=Decimal("10.5"), until=until) is None


def test_hours_of_a_rest():
    assert rest_hours(2) == 16
    assert rest_hours(1, Decimal("2.5")) == Decimal("2.5")
    assert rest_hours(1) == 8


def test_medical_reasons_are_private_and_every_kind_says_how_sure_it_is():
    assert MEDICAL < SENSITIVE <= set(BY_KEY)
    assert {facts.certainty for facts in BY_KEY.values()} == {"R", "S", "U"}
    assert [
        facts.key for facts in BY_KEY.values() if facts.certainty != "U" and not facts.source
    ] == []
