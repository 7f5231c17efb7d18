from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cadres.models import RequestStep, StaffingRequest
from cadres.rules.requests import (
    ANSWERS,
    BASES,
    NOWHERE,
    TRANSITIONS,
    Rung,
    actions_in,
    asked_at,
    outcome,
    reply_due,
    rung_reached,
    state_after,
    states_before,
)
from courtparty.lib.workdays import is_worked

ACTIONS = [str(action) for action in RequestStep.Action.values]
STATES = [str(state) for state in StaffingRequest.State.values]
DUE = date(2026, 11, 20)  # a Friday


def test_the_table_names_the_actions_and_states_of_the_models():
    assert {action for _state, action in TRANSITIONS} == set(ACTIONS) == set(BASES)
    assert set(TRANSITIONS.values()) == set(STATES)
    assert {state for state, _action in TRANSITIONS} <= {NOWHERE, *STATES}


@pytest.mark.parametrize(
    ("state", "actions"),
    [
        (NOWHERE, ("draft",)),
        ("drafted", ("send", "withdraw")),
        ("sent", ("chase", "approve", "partly", "refuse", "withdraw")),
        ("approved", ()),
        ("partly", ("resend",)),
        ("refused", ("resend",)),
        ("withdrawn", ()),
    ],
)
def test_what_can_be_done_in_a_state(state, actions):
    assert actions_in(state) == actions
    assert [action for action in ACTIONS if state in states_before(action)] == sorted(
        actions, key=ACTIONS.index
    )


@given(st.lists(st.sampled_from(ACTIONS), max_size=30))
def test_no_path_leaves_the_table(actions):
    state, path = NOWHERE, []
    for action in actions:
        after = state_after(state, action)
        if after is None:
            assert action not in actions_in(state)
            continue
        path.append(action)
        state = after
        assert state in STATES

    assert path[:1] in ([], ["draft"])
    # Between two sendings lies a reply that left something open.
    sent = [place for place, action in enumerate(path) if action in ("send", "resend")]
    for first, second in zip(sent, sent[1:], strict=False):
        assert set(path[first:second]) & {"partly", "refuse"}
    # What is approved or withdrawn stays so.
    assert all(action not in path[:-1] for action in ("approve", "withdraw"))


@given(st.data())
def test_replies_add_up_to_what_was_asked(data):
    asked, approved, state = data.draw(st.integers(1, 30)), 0, "sent"
    while state == "sent":
        granted = data.draw(st.integers(0, asked - approved))
        action = outcome(asked=asked, approved_before=approved, granted=granted)
        approved += granted
        state = state_after(state, action)

        assert action in ANSWERS
        assert (state == "approved") == (approved == asked)
        assert (state == "refused") == (approved == 0)
        if data.draw(st.booleans()):
            state = state_after(state, "resend") or state


@pytest.mark.parametrize(
    ("asked", "before", "granted", "expected"),
    [
        pytest.param(2, 0, 2, "approve", id="all"),
        pytest.param(2, 0, 1, "partly", id="one of two"),
        pytest.param(2, 0, 0, "refuse", id="none"),
        pytest.param(2, 1, 1, "approve", id="the rest"),
        pytest.param(3, 1, 1, "partly", id="one more"),
        pytest.param(3, 1, 0, "partly", id="no more, but what was approved stands"),
    ],
)
def test_outcome(asked, before, granted, expected):
    assert outcome(asked=asked, approved_before=before, granted=granted) == expected


@pytest.mark.parametrize(("before", "granted"), [(0, 3), (1, 2), (0, -1)])
def test_outcome_knows_no_more_than_is_outstanding(before, granted):
    with pytest.raises(ValueError, match="outstanding"):
        outcome(asked=2, approved_before=before, granted=granted)


def test_asked_at_leaves_out_what_replies_granted():
    assert asked_at({1: 2, 2: 1, 3: 1}, []) == {1: 2, 2: 1, 3: 1}
    assert asked_at({1: 2, 2: 1, 3: 1}, [{"1": 1, "2": 1}, {"1": 0}]) == {1: 1, 3: 1}


@pytest.mark.parametrize(
    ("sent", "days", "calendar", "expected"),
    [
        pytest.param(date(2026, 11, 23), 5, {}, date(2026, 11, 30), id="over a weekend"),
        pytest.param(date(2026, 11, 21), 1, {}, date(2026, 11, 23), id="sent on a Saturday"),
        pytest.param(
            date(2026, 9, 30),
            1,
            {date(2026, 10, day): False for day in range(1, 8)} | {date(2026, 10, 10): True},
            date(2026, 10, 8),
            id="over a holiday",
        ),
        pytest.param(
            date(2026, 10, 9), 1, {date(2026, 10, 10): True}, date(2026, 10, 10), id="made up"
        ),
    ],
)
def test_reply_is_due_in_working_days(sent, days, calendar, expected):
    assert reply_due(sent, days=days, calendar=calendar) == expected


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        pytest.param(date(2026, 11, 12), None, id="six working days before"),
        pytest.param(date(2026, 11, 13), Rung("before"), id="five before"),
        pytest.param(date(2026, 11, 14), None, id="a day off"),
        pytest.param(date(2026, 11, 19), Rung("before"), id="the day before: the same rung"),
        pytest.param(date(2026, 11, 20), Rung("due"), id="on the day"),
        pytest.param(date(2026, 11, 26), Rung("due"), id="four late: made good if missed"),
        pytest.param(date(2026, 11, 27), Rung("late-5", 5), id="five late"),
        pytest.param(date(2026, 12, 4), Rung("late-10", 10), id="ten late"),
        pytest.param(date(2026, 12, 8), Rung("late-10", 10), id="twelve late"),
        pytest.param(date(2026, 12, 11), Rung("late-15", 15), id="fifteen late"),
    ],
)
def test_rung_reached(on, expected):
    assert rung_reached(due=DUE, on=on, remind_days=5, calendar={}) == expected


def test_rung_before_can_be_switched_off():
    day_before = date(2026, 11, 19)

    assert rung_reached(due=DUE, on=day_before, remind_days=0, calendar={}) is None
    assert rung_reached(due=DUE, on=DUE, remind_days=0, calendar={}) == Rung("due")


@pytest.mark.parametrize(("days", "expected"), [(5, False), (10, True), (25, True)])
def test_escalates_ten_days_late(days, expected):
    assert Rung(f"late-{days}", days).is_escalated is expected


@given(
    st.dates(date(2026, 1, 1), date(2027, 12, 31)),
    st.integers(0, 20),
    st.dictionaries(st.dates(date(2026, 1, 1), date(2028, 2, 28)), st.booleans(), max_size=60),
)
def test_each_rung_is_reached_in_order(sent, remind_days, calendar):
    due = reply_due(sent, days=10, calendar=calendar)
    days = [sent + timedelta(days=n) for n in range(60)]
    reached = {
        day: rung.key
        for day in days
        if (rung := rung_reached(due=due, on=day, remind_days=remind_days, calendar=calendar))
    }

    expected = (["before"] if remind_days else []) + ["due", "late-5", "late-10"]
    rungs = list(dict.fromkeys(reached.values()))
    shared = min(len(rungs), len(expected))
    assert rungs[:shared] == expected[:shared]
    assert reached[due] == "due"
    assert all(is_worked(day, calendar) for day in reached)
