from datetime import date
from decimal import Decimal

import pytest

from courtparty.lib.dates import PartialDate
from retention.rules.awards import (
    DESKS,
    TRANSITIONS,
    QuotaUse,
    achievement_fault,
    actions_in,
    decision_due,
    excellent_run,
    free_again,
    grant_action,
    quota_seats,
    state_after,
    suggested_rung,
)
from retention.rules.ladder import SEEDS, certificate_words, unknown_fields
from retention.rules.mentoring import joined_after, quiet_rung

TODAY = date(2026, 6, 1)


@pytest.mark.parametrize(
    ("state", "action", "after"),
    [
        ("", "propose", "proposed"),
        ("proposed", "check", "checked"),
        ("proposed", "grant", None),
        ("checked", "grant", "granted"),
        ("checked", "report", "reported"),
        ("reported", "grant", "granted"),
        ("reported", "return", None),
        ("returned", "resubmit", "proposed"),
        ("granted", "refuse", None),
        ("withdrawn", "resubmit", None),
    ],
)
def test_a_proposal_goes_step_by_step(state, action, after):
    assert state_after(state, action) == after


def test_every_state_something_waits_in_has_a_desk():
    waiting = {before for before, _action in TRANSITIONS if before}
    assert waiting | {"entered"} == set(DESKS)


def test_what_is_decided_has_no_step_left():
    assert not actions_in("granted") | actions_in("refused") | actions_in("withdrawn")


@pytest.mark.parametrize(("level", "action"), [("own", "grant"), ("higher", "report")])
def test_a_yes_is_a_report_where_a_higher_body_decides(level, action):
    assert grant_action(level) == action


def test_a_decision_is_due_after_working_days_and_holidays_do_not_count():
    calendar = {date(2026, 6, 5): False, date(2026, 6, 6): True}

    assert decision_due(TODAY, days=5, calendar=calendar) == date(2026, 6, 8)


@pytest.mark.parametrize(
    ("day", "since", "fault"),
    [
        pytest.param(date(2026, 6, 2), None, "future", id="tomorrow"),
        pytest.param(TODAY, None, "", id="today"),
        pytest.param(date(2008, 6, 30), date(2008, 7, 1), "before_work", id="the day before"),
        pytest.param(date(2008, 7, 1), date(2008, 7, 1), "", id="the first day"),
    ],
)
def test_an_achievement_lies_in_the_time_of_work(day, since, fault):
    assert achievement_fault(day, working_since=since, on=TODAY) == fault


@pytest.mark.parametrize(
    ("kind", "value", "staff", "seats"),
    [
        pytest.param("percent", Decimal(20), 64, 12, id="12.8 is 12"),
        pytest.param("percent", Decimal(20), 4, 0, id="0.8 is none"),
        pytest.param("percent", Decimal("12.5"), 8, 1, id="exactly one"),
        pytest.param("number", Decimal(3), 64, 3, id="a number"),
        pytest.param("none", None, 64, None, id="no limit"),
    ],
)
def test_a_quota_is_rounded_down(kind, value, staff, seats):
    assert quota_seats(kind, value, staff=staff) == seats


@pytest.mark.parametrize(
    ("seats", "used", "left", "is_full"),
    [(None, 9, None, False), (2, 1, 1, False), (2, 2, 0, True), (0, 0, 0, True), (1, 3, 0, True)],
)
def test_places_left(seats, used, left, is_full):
    use = QuotaUse(seats, used)
    assert (use.left, use.is_full) == (left, is_full)


@pytest.mark.parametrize(
    ("last", "months", "free"),
    [
        pytest.param(date(2026, 1, 15), 12, date(2027, 1, 15), id="a year"),
        pytest.param(date(2026, 1, 31), 1, date(2026, 2, 28), id="no such day"),
        pytest.param(date(2024, 2, 29), 12, date(2025, 2, 28), id="leap day"),
        pytest.param(date(2026, 12, 1), 1, date(2027, 1, 1), id="over new year"),
        pytest.param(date(2026, 2, 1), -3, date(2025, 11, 1), id="backwards"),
    ],
)
def test_the_same_award_is_free_again(last, months, free):
    assert free_again(last, months) == free


@pytest.mark.parametrize(
    ("years", "after", "run"),
    [
        pytest.param([2023, 2024, 2025], None, (2023, 2024, 2025), id="three"),
        pytest.param([2022, 2024, 2025], None, (2024, 2025), id="a gap"),
        pytest.param([2022, 2023, 2024, 2025], 2024, (2025,), id="rewarded before"),
        pytest.param([], None, (), id="none"),
    ],
)
def test_years_excellent_in_a_row(years, after, run):
    assert excellent_run(years, after=after) == run


@pytest.mark.parametrize(
    ("years", "rewarded", "found"),
    [
        pytest.param([2023, 2024, 2025], {}, (3, (2023, 2024, 2025)), id="merit"),
        pytest.param([2024, 2025], {}, (2, (2025,)), id="commendation"),
        pytest.param([2025], {2: 2025}, None, id="commended already"),
        pytest.param([2022, 2023, 2024, 2025], {3: 2024, 2: 2024}, (2, (2025,)), id="after merit"),
        pytest.param([], {}, None, id="never excellent"),
    ],
)
def test_a_rung_is_suggested_by_years_in_a_row(years, rewarded, found):
    assert suggested_rung(years, {1: 0, 2: 1, 3: 3}, rewarded) == found


def test_the_seeded_ladder_says_how_sure_it_is():
    seen = [(seed.name, seed.excellent_years) for seed in SEEDS if seed.certainty == "S"]

    assert seen == [("嘉奖", 1), ("记三等功", 3)]
    assert all(seed.source for seed in SEEDS)
    assert not any(unknown_fields(seed.certificate) for seed in SEEDS)


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        ("{name}同志：{reason}", []),
        ("{名字}同志", ["名字"]),
        ("{name", [""]),
        ("name}", [""]),
        ("{{name}}", [""]),
        ("没有空格", []),
    ],
)
def test_a_certificate_knows_four_words_in_braces(text, unknown):
    assert unknown_fields(text) == unknown


def test_the_certificate_is_filled_in_and_braces_of_people_stay_text():
    words = certificate_words(
        "{name}同志：因{reason}，{year}年给予{rung}。",
        name="张{name}",
        rung="嘉奖",
        year=2026,
        titles=["甲", "乙"],
    )

    assert words == "张（name）同志：因甲、乙，2026年给予嘉奖。"


def test_new_is_who_has_fewer_than_two_years_in_work():
    assert joined_after(TODAY) == PartialDate(2024, 6)


@pytest.mark.parametrize(
    ("met", "rung"),
    [
        (date(2026, 3, 2), ""),
        (date(2026, 3, 1), "quiet"),
        (date(2026, 2, 2), "quiet"),
        (date(2026, 2, 1), "escalated"),
    ],
)
def test_a_pair_is_quiet_after_a_quarter(met, rung):
    assert quiet_rung(met, TODAY) == rung
