"""Steps, need to know, time limits and the yearly figures of hardship help. No database."""

from datetime import date
from decimal import Decimal

import pytest

from retention.models import CaseMember, HardshipCase, HelpMeasure
from retention.rules import hardship as rules
from retention.rules import help_measures
from retention.rules.hardship_reports import CaseFact, PaidFact, year_figures

WEEK = {date(2026, 10, day): False for day in range(1, 8)}


@pytest.mark.parametrize(
    ("state", "action", "after"),
    [
        ("", "draft", "drafted"),
        ("drafted", "apply", "applied"),
        ("", "recommend", "recommended"),
        ("recommended", "consent", "applied"),
        ("recommended", "decline", "withdrawn"),
        ("recommended", "begin", None),
        ("applied", "begin", "verifying"),
        ("applied", "help", None),
        ("verifying", "confirm", "verified"),
        ("verifying", "deny", "not_verified"),
        ("not_verified", "begin", "verifying"),
        ("not_verified", "help", None),
        ("verified", "help", "helping"),
        ("helping", "follow", "following"),
        ("following", "help", "helping"),
        ("following", "close", "closed"),
        ("applied", "close", None),
        ("closed", "reopen", "following"),
        ("closed", "reapply", "applied"),
        ("closed", "withdraw", None),
        ("withdrawn", "reopen", None),
        ("withdrawn", "help", None),
    ],
)
def test_what_follows_what(state, action, after):
    assert rules.state_after(state, action) == after


def test_nothing_leads_out_of_a_withdrawn_case():
    assert [action for state, action in rules.TRANSITIONS if state == "withdrawn"] == []


def test_the_tables_name_the_states_of_the_model():
    named = {state for state, _action in rules.TRANSITIONS} | set(rules.TRANSITIONS.values())

    assert named - {rules.NOWHERE} == set(HardshipCase.State.values)
    assert set(rules.OPEN) | rules.ENDED | rules.UNOPENED == set(HardshipCase.State.values)
    assert set(rules.PARTS) == set(CaseMember.Part.values)
    assert set().union(*rules.DOES.values()) == set(rules.DONE_IN)


def test_the_table_of_measures_names_the_states_of_the_model():
    table = help_measures.TRANSITIONS
    named = {state for state, _action in table} | set(table.values())

    assert named == set(HelpMeasure.State.values)


@pytest.mark.parametrize(
    ("part", "reads"),
    [
        ("officer", {"story", "files", "verification", "measures", "visits", "closing"}),
        ("coordinator", {"story", "files", "verification", "measures", "visits", "closing"}),
        ("verifier", {"story", "files", "verification"}),
        ("approver", {"story", "verification", "measures", "closing"}),
        ("helper", {"measures", "visits"}),
    ],
)
def test_each_part_reads_what_it_needs(part, reads):
    assert rules.reads_of(frozenset({part})) == reads


def test_who_has_no_part_reads_and_does_nothing():
    assert rules.reads_of(frozenset()) == rules.does_of(frozenset()) == frozenset()


@pytest.mark.parametrize(
    ("state", "part", "possible"),
    [
        ("drafted", "officer", {"change"}),
        ("recommended", "officer", {"answer"}),
        ("applied", "officer", {"attach", "turn_to", "withdraw", "object"}),
        ("following", "officer", {"attach", "turn_to", "withdraw", "object", "close", "keep_open"}),
        ("closed", "officer", {"reopen", "object"}),
        ("withdrawn", "officer", set()),
        ("withdrawn", "coordinator", set()),
        ("verifying", "verifier", {"verify", "visit"}),
        ("verified", "verifier", {"visit"}),
        ("helping", "approver", {"decide"}),
        ("following", "approver", set()),
        ("helping", "helper", {"visit", "carry_out"}),
        ("closed", "coordinator", {"reopen", "hand_over"}),
    ],
)
def test_what_a_part_can_do_in_a_state(state, part, possible):
    assert rules.possible_in(state, frozenset({part})) == possible


def test_limits_are_counted_in_working_days():
    limits = rules.limits_from(date(2026, 9, 29), verify_days=2, help_days=4, calendar=WEEK)

    assert limits == rules.Limits(date(2026, 10, 8), date(2026, 10, 12))


@pytest.mark.parametrize(
    ("ended", "days"), [(None, 22), (date(2026, 11, 5), 4), (date(2026, 11, 1), 0)]
)
def test_days_open(ended, days):
    assert rules.days_open(date(2026, 11, 1), ended, on=date(2026, 11, 23)) == days


@pytest.mark.parametrize(
    ("on", "key", "is_escalated"),
    [
        pytest.param(date(2026, 11, 11), None, False, id="too early"),
        pytest.param(date(2026, 11, 12), "before", False, id="two days before"),
        pytest.param(date(2026, 11, 14), None, False, id="Saturday"),
        pytest.param(date(2026, 11, 16), "due", False, id="on the day"),
        pytest.param(date(2026, 11, 20), "due", False, id="four days late"),
        pytest.param(date(2026, 11, 23), "late-5", False, id="five days late"),
        pytest.param(date(2026, 11, 30), "late-10", True, id="ten days late"),
    ],
)
def test_rungs_of_the_ladder(on, key, is_escalated):
    rung = rules.rung_reached(due=date(2026, 11, 16), on=on, calendar={})

    assert (rung.key if rung else None) == key
    assert bool(rung and rung.is_escalated) is is_escalated


@pytest.mark.parametrize(
    ("reminders", "last", "may"),
    [
        (2, date(2026, 11, 2), False),
        (3, None, False),
        (3, date(2026, 11, 17), False),
        (3, date(2026, 11, 16), True),
    ],
)
def test_closing_without_a_word_waits_for_the_last_reminder(reminders, last, may):
    on = date(2026, 11, 23)

    assert rules.may_close_silently(reminders, last, on=on, calendar={}) is may


@pytest.mark.parametrize(
    ("kind", "amount", "has_source", "has_period", "lacking"),
    [
        ("aid", "100", True, False, ""),
        ("aid", None, False, False, "amount"),
        ("aid", "100", False, False, "source"),
        ("referral", None, True, False, "amount"),
        ("visit", "0", True, False, "range"),
        ("aid", "1000000.01", True, False, "range"),
        ("referral", None, False, False, ""),
        ("flexible", None, False, False, "period"),
        ("flexible", None, False, True, ""),
        ("other", None, False, True, "no_period"),
    ],
)
def test_what_a_proposal_lacks(kind, amount, has_source, has_period, lacking):
    found = help_measures.lacks(
        kind,
        amount=Decimal(amount) if amount else None,
        has_source=has_source,
        has_period=has_period,
    )

    assert found == lacking


# -- the yearly figures -------------------------------------------------------------------------

KINDS = ["family_illness", "own_illness", "housing", "other"]
MEASURES = ["aid", "visit"]


def figures(cases=(), paid=()):
    return year_figures(cases, paid, kinds=KINDS, measure_kinds=MEASURES)


def people_of(found, part="kinds"):
    return [one["people"] for one in found[part]]


def facts(kind, officers, **rest):
    return [CaseFact(officer, kind, **rest) for officer in officers]


def test_small_groups_take_the_next_one_with_them_until_five_people_are_hidden():
    cases = [
        *facts("family_illness", range(1, 10)),
        *facts("own_illness", range(11, 17)),
        *facts("housing", range(20, 23)),
    ]

    assert people_of(figures(cases)) == [9, None, None, None]


def test_a_lone_small_group_takes_another_one_with_it():
    kinds = ["family_illness", "own_illness"]
    cases = [*facts("family_illness", range(6)), *facts("own_illness", range(10, 14))]
    found = year_figures(cases, [], kinds=kinds, measure_kinds=MEASURES)

    assert people_of(found) == [None, None]
    assert found["total"]["people"] == 10


def test_five_cases_of_one_person_are_a_group_of_one():
    found = figures(facts("family_illness", [1, 1, 1, 1, 1], rating=5, days=3))

    assert found["total"] == {"people": None, "days": None, "rating": None, "amount": None}


def test_figures_are_averages_and_sums_of_those_behind_them():
    cases = facts("family_illness", range(5), days=10, rating=4)
    cases += facts("own_illness", range(10, 15), days=21, rating=5)
    paid = [PaidFact(one, "family_illness", "aid", Decimal("100.50")) for one in range(5)]
    paid += [PaidFact(one, "own_illness", "visit", Decimal("200")) for one in range(10, 15)]
    found = year_figures(cases, paid, kinds=KINDS[:2], measure_kinds=MEASURES)

    assert found["total"] == {"people": 10, "days": "16", "rating": "4.5", "amount": "1502.50"}
    assert found["kinds"][0] == {
        "kind": "family_illness",
        "people": 5,
        "days": "10",
        "rating": "4.0",
        "amount": "502.50",
    }
    assert found["measures"] == [
        {"kind": "aid", "people": 5, "amount": "502.50"},
        {"kind": "visit", "people": 5, "amount": "1000"},
    ]
    assert people_of(found, "ratings") == [None, None, None, None, 5]


def test_an_amount_of_few_is_left_out_though_the_people_are_shown():
    cases = facts("family_illness", range(9))
    paid = [PaidFact(one, "family_illness", "aid", Decimal(100)) for one in range(4)]
    found = year_figures(cases, paid, kinds=["family_illness"], measure_kinds=MEASURES)

    assert found["kinds"][0]["amount"] is None
    assert found["total"]["amount"] is None
