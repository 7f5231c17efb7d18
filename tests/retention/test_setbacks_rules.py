from datetime import date

import pytest

from retention.rules.setbacks import (
    RUNNING,
    TRANSITIONS,
    actions_in,
    day_of_month_figure,
    next_follow_up,
    state_after,
    talk_due,
)
from retention.rules.talks import due_day, is_head_title, rule_key, span_of


@pytest.mark.parametrize(
    ("state", "action", "expected"),
    [
        pytest.param("open", "talk", "talked", id="the talk comes first"),
        pytest.param("open", "help", "open", id="help before the talk leaves it due"),
        pytest.param("talked", "help", "helping", id="help after the talk"),
        pytest.param("helping", "follow", "following", id="asked again"),
        pytest.param("following", "help", "helping", id="more help"),
        pytest.param("following", "recover", "better", id="better"),
        pytest.param("open", "recover", None, id="not better before anybody talked"),
        pytest.param("open", "follow", None, id="no follow-up before the talk"),
        pytest.param("talked", "withdraw", None, id="not withdrawn once talked"),
        pytest.param("following", "untalk", None, id="the talk stays under a follow-up"),
        pytest.param("withdrawn", "reopen", None, id="withdrawn is gone"),
        pytest.param("better", "close", None, id="over is over"),
        pytest.param("closed", "reopen_untalked", "open", id="taken up, still to be talked"),
    ],
)
def test_state_after_a_step(state, action, expected):
    assert state_after(state, action) == expected


def test_talk_leads_to_helping_where_help_was_arranged_before():
    assert state_after("open", "talk", has_help=True) == "helping"
    assert state_after("following", "talk", has_help=True) == "following"


def test_every_running_state_can_be_ended():
    assert all("close" in actions_in(state) for state in RUNNING)
    assert set(TRANSITIONS.values()) <= {*RUNNING, "better", "closed", "withdrawn"}


@pytest.mark.parametrize(
    ("known_on", "days", "calendar", "expected"),
    [
        pytest.param(date(2026, 11, 2), 5, {}, date(2026, 11, 9), id="a week of working days"),
        pytest.param(date(2026, 11, 7), 1, {}, date(2026, 11, 9), id="from a Saturday"),
        pytest.param(
            date(2026, 9, 30), 1, {date(2026, 10, 1): False}, date(2026, 10, 2), id="over a holiday"
        ),
    ],
)
def test_talk_is_due_so_many_working_days_after(known_on, days, calendar, expected):
    assert talk_due(known_on, days=days, calendar=calendar) == expected


def test_next_follow_up_counts_calendar_days():
    assert next_follow_up(date(2026, 1, 31), days=30) == date(2026, 3, 2)


@pytest.mark.parametrize(
    ("month", "on", "expected"),
    [
        pytest.param(date(2026, 10, 1), date(2026, 11, 12), date(2026, 10, 31), id="month over"),
        pytest.param(date(2026, 11, 1), date(2026, 11, 12), date(2026, 11, 12), id="month running"),
        pytest.param(date(2028, 2, 1), date(2028, 3, 1), date(2028, 2, 29), id="leap month"),
    ],
)
def test_figure_of_a_month_stands_for_its_last_day(month, on, expected):
    assert day_of_month_figure(month, on=on) == expected


# -- talks ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("times", "nth", "expected"),
    [
        (1, 1, (date(2026, 1, 1), date(2026, 12, 31))),
        (2, 2, (date(2026, 7, 1), date(2026, 12, 31))),
        (4, 1, (date(2026, 1, 1), date(2026, 3, 31))),
        (12, 2, (date(2026, 2, 1), date(2026, 2, 28))),
        (5, 5, (date(2026, 10, 1), date(2026, 12, 31))),
    ],
)
def test_span_is_one_equal_part_of_the_year(times, nth, expected):
    assert span_of(2026, times=times, nth=nth) == expected


@pytest.mark.parametrize(("times", "nth"), [(1, 2), (0, 1), (13, 1), (2, 0)])
def test_span_refuses_a_part_that_is_not_there(times, nth):
    with pytest.raises(ValueError, match="part"):
        span_of(2026, times=times, nth=nth)


@pytest.mark.parametrize(
    ("times", "nth", "seed", "on", "expected"),
    [
        pytest.param(1, 1, 0, date(2026, 1, 1), date(2026, 2, 27), id="first month of the spread"),
        pytest.param(1, 1, 9, date(2026, 1, 1), date(2026, 11, 30), id="last month of it"),
        pytest.param(1, 1, 10, date(2026, 1, 1), date(2026, 2, 27), id="round again"),
        pytest.param(1, 1, 0, date(2026, 6, 10), date(2026, 7, 31), id="planned late: next month"),
        pytest.param(1, 1, 0, date(2026, 12, 20), date(2026, 12, 31), id="planned in December"),
        pytest.param(4, 1, 7, date(2026, 4, 1), None, id="quarter over"),
        pytest.param(4, 2, 1, date(2026, 1, 5), date(2026, 5, 29), id="second quarter"),
        pytest.param(12, 3, 5, date(2026, 3, 31), date(2026, 3, 31), id="monthly, its last day"),
    ],
)
def test_talks_of_a_year_are_spread_over_its_months(times, nth, seed, on, expected):
    assert due_day(2026, times=times, nth=nth, seed=seed, on=on) == expected


def test_no_talk_is_due_in_the_past_or_on_a_weekend():
    days = [
        due_day(2026, times=times, nth=nth, seed=seed, on=on)
        for times in (1, 2, 3, 4, 6, 12)
        for nth in range(1, times + 1)
        for seed in range(12)
        for on in (date(2026, 1, 1), date(2026, 5, 31), date(2026, 11, 23))
        for before in [on]
    ]

    assert all(day is None or (day.year == 2026 and day.weekday() < 5) for day in days)


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("庭长", True),
        ("副庭长", False),
        ("执行局局长", True),
        ("审判员", False),
        ("", False),
        ("综合办公室主任", True),
        ("副主任", False),
        ("庭长助理", False),
    ],
)
def test_head_is_known_by_the_title(title, expected):
    assert is_head_title(title) is expected


def test_rule_key_names_one_talk():
    assert (
        rule_key(year=2026, pair="head_officer", people="7", nth=1) == "rule:2026:head_officer:7:1"
    )
