from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courtparty.lib.dates import PartialDate, Period, months_between

MONTH = PartialDate(1985, 6)
DAY = PartialDate(1985, 6, 15)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param(datetime(1985, 6, 15, 8, 30), "1985-06-15", id="datetime"),
        pytest.param(date(1985, 6, 15), "1985-06-15", id="date"),
        pytest.param(31213, "1985-06-15", id="excel serial"),
        pytest.param(31213.75, "1985-06-15", id="excel serial with time of day"),
        pytest.param(198506, "1985-06", id="month as whole number"),
        pytest.param(198506.0, "1985-06", id="month as float without fraction"),
        pytest.param(19850615, "1985-06-15", id="day as whole number"),
        pytest.param(1985.06, "1985-06", id="month as decimal number"),
        pytest.param(1985.6, "1985-06", id="month as decimal number, one digit"),
        pytest.param(1985.12, "1985-12", id="December as decimal number"),
        pytest.param("1985.06", "1985-06", id="dots"),
        pytest.param("1985.6", "1985-06", id="dots, one digit"),
        pytest.param("1985.1", "1985-01", id="dots, January as text"),
        pytest.param("1985.10", "1985-10", id="dots, October as text"),
        pytest.param("1985.06.15", "1985-06-15", id="dots to the day"),
        pytest.param("1985.6.", "1985-06", id="dot at the end"),
        pytest.param("1985-06-01", "1985-06-01", id="iso"),
        pytest.param("1985-06-01 00:00:00", "1985-06-01", id="iso with midnight"),
        pytest.param("1985-06-01T00:00", "1985-06-01", id="iso with T"),
        pytest.param("1985-06", "1985-06", id="iso month"),
        pytest.param("1985/6/1", "1985-06-01", id="slashes"),
        pytest.param("1985年6月", "1985-06", id="Chinese month"),
        pytest.param("1985年06月15日", "1985-06-15", id="Chinese day"),
        pytest.param("1985年06月15", "1985-06-15", id="Chinese day, mark left out"),
        pytest.param("1985年6月15号", "1985-06-15", id="Chinese day, spoken mark"),
        pytest.param("198506", "1985-06", id="six digits"),
        pytest.param("19850615", "1985-06-15", id="eight digits"),
        pytest.param("１９８５．０６", "1985-06", id="full width"),
        pytest.param("１９８５年６月", "1985-06", id="full width digits, Chinese month"),
        pytest.param("1985－06－15", "1985-06-15", id="full width dashes"),
        pytest.param("1985—06", "1985-06", id="em dash"),
        pytest.param("\u30001985 年 6 月 ", "1985-06", id="spaces inside"),
        pytest.param("2000.02.29", "2000-02-29", id="leap day"),
    ],
)
def test_from_cell_reads_what_offices_write(value, expected):
    assert PartialDate.from_cell(value).isoformat() == expected


@pytest.mark.parametrize(
    "value",
    [
        pytest.param("1985.13", id="month 13"),
        pytest.param("1985.00", id="month 0"),
        pytest.param("1985.02.30", id="30 February"),
        pytest.param("1900.02.29", id="Excel's phantom leap day"),
        pytest.param("19850600", id="day 0"),
        pytest.param("1985", id="year only"),
        pytest.param(1985, id="year only as number"),
        pytest.param("1985年", id="Chinese year only"),
        pytest.param(1985.1, id="number that is January or October"),
        pytest.param("1985-06/15", id="mixed separators"),
        pytest.param("850615", id="two-digit year"),
        pytest.param("31213", id="serial as text"),
        pytest.param("无", id="word"),
        pytest.param("", id="empty"),
        pytest.param("T" * 30_000, id="a long text that would take a pattern long"),
        pytest.param("至今", id="to this day"),
        pytest.param(True, id="boolean"),
        pytest.param(None, id="nothing"),
        pytest.param(0, id="zero"),
        pytest.param(-31213, id="negative"),
        pytest.param(9.9e17, id="an ID number"),
        pytest.param(float("nan"), id="not a number"),
        pytest.param(float("inf"), id="infinite"),
        pytest.param(date(1804, 1, 1), id="date cell two centuries ago"),
        pytest.param("2985.06", id="year beyond the window"),
    ],
)
def test_from_cell_refuses_what_is_no_date(value):
    with pytest.raises(ValueError, match="date|year|month|day|January or October"):
        PartialDate.from_cell(value)


def test_from_cell_counts_serials_from_1904_when_told():
    assert PartialDate.from_cell(29751, epoch1904=True) == DAY
    assert PartialDate.from_cell(31213) == DAY


@given(st.text(max_size=12))
def test_from_cell_gives_a_date_or_a_value_error(text):
    try:
        found = PartialDate.from_cell(text)
    except ValueError:
        return
    assert PartialDate.parse_iso(found.isoformat()) == found


@given(st.dates(date(1930, 1, 1), date(2100, 12, 31)))
def test_from_cell_reads_every_serial_and_every_spelling_of_a_day(day):
    whole = PartialDate(day.year, day.month, day.day)
    spellings = [
        (day - date(1899, 12, 30)).days,
        day.isoformat(),
        f"{day:%Y.%m.%d}",
        f"{day:%Y%m%d}",
        f"{day.year}年{day.month}月{day.day}日",
    ]
    assert {PartialDate.from_cell(spelling) for spelling in spellings} == {whole}


@pytest.mark.parametrize("text", ["2006-08", "2006-08-15"])
def test_parse_iso_and_isoformat_are_inverse(text):
    assert PartialDate.parse_iso(text).isoformat() == text
    assert str(PartialDate.parse_iso(text)) == text


@pytest.mark.parametrize("text", ["2006", "2006-8", "2006-13", "2006-02-30", "2006-08-15T00", ""])
def test_parse_iso_refuses_other_texts(text):
    with pytest.raises(ValueError, match="date|month|day"):
        PartialDate.parse_iso(text)


def test_first_and_last_bound_the_days_it_can_be():
    assert (MONTH.first, MONTH.last) == (date(1985, 6, 1), date(1985, 6, 30))
    assert (DAY.first, DAY.last) == (date(1985, 6, 15), date(1985, 6, 15))
    assert PartialDate(2024, 2).last == date(2024, 2, 29)


@pytest.mark.parametrize(
    ("coarse", "fine", "expected"),
    [
        pytest.param(MONTH, DAY, True, id="month covers its day"),
        pytest.param(MONTH, MONTH, True, id="month covers itself"),
        pytest.param(DAY, DAY, True, id="day covers itself"),
        pytest.param(DAY, MONTH, False, id="day does not cover the month"),
        pytest.param(DAY, PartialDate(1985, 6, 16), False, id="another day"),
        pytest.param(MONTH, PartialDate(1986, 6, 15), False, id="another year"),
    ],
)
def test_covers_means_same_or_coarser(coarse, fine, expected):
    assert coarse.covers(fine) is expected


def test_order_is_by_time_and_equals_the_order_of_the_texts():
    dates = [
        PartialDate(2006, 12),
        PartialDate(2006, 8, 15),
        PartialDate(2006, 8),
        PartialDate(2006, 8, 1),
        PartialDate(1985, 6),
    ]
    ordered = [found.isoformat() for found in sorted(dates)]
    assert ordered == sorted(found.isoformat() for found in dates)
    assert MONTH < DAY
    assert DAY >= MONTH
    with pytest.raises(TypeError):
        sorted([MONTH, date(1985, 6, 1)])


def test_partial_date_is_frozen_and_must_be_possible():
    with pytest.raises(AttributeError):
        MONTH.year = 1986
    with pytest.raises(ValueError, match="day"):
        PartialDate(1985, 2, 30)
    with pytest.raises(ValueError, match="day"):
        PartialDate(1985, 6, 0)


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        pytest.param(date(2026, 1, 15), date(2026, 1, 15), 0, id="same day"),
        pytest.param(date(2026, 1, 15), date(2026, 2, 14), 0, id="a day short"),
        pytest.param(date(2026, 1, 15), date(2026, 2, 15), 1, id="to the day"),
        pytest.param(date(2026, 1, 31), date(2026, 2, 28), 1, id="no such day in the month"),
        pytest.param(date(2024, 2, 29), date(2025, 2, 28), 12, id="leap day"),
        pytest.param(date(2026, 2, 15), date(2026, 1, 15), -1, id="backwards"),
        pytest.param(date(2025, 12, 1), date(2027, 1, 1), 13, id="over the year"),
    ],
)
def test_months_between_counts_whole_months(a, b, expected):
    assert months_between(a, b) == expected


def test_period_is_half_open():
    april = Period(date(2026, 4, 1), date(2026, 5, 1))
    assert april.days == 30
    assert date(2026, 4, 30) in april
    assert date(2026, 5, 1) not in april
    assert april.months() == [date(2026, 4, 1)]


def test_period_names_each_month_touched():
    assert Period(date(2026, 12, 31), date(2027, 2, 2)).months() == [
        date(2026, 12, 1),
        date(2027, 1, 1),
        date(2027, 2, 1),
    ]


def test_period_may_not_be_empty():
    with pytest.raises(ValueError, match="empty period"):
        Period(date(2026, 4, 1), date(2026, 4, 1))
