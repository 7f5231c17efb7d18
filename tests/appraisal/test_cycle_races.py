"""Two people at once, in a process of its own, on the engine this run of the tests is on."""

import pytest

from tests.racing import rounds_of

# Up to 24 the timetable's months have begun.
ROUNDS = 20


@pytest.fixture(scope="module")
def rounds(tmp_path_factory) -> dict[str, list[dict]]:
    return rounds_of("cycles", ROUNDS, folder=tmp_path_factory.mktemp("cycles"))


def test_of_those_who_take_a_step_at_once_one_does_and_the_others_are_told(rounds):
    moved = rounds["moved"]

    assert [one["odd"] for one in moved if one["odd"]] == []
    for what in ("as expected", "one step", "frozen once", "one entry", "one notice each"):
        assert [one[what] for one in moved] == [True] * ROUNDS, what


def test_timetables_on_the_same_morning_open_a_cycle_once(rounds):
    opened = rounds["opened"]

    assert [one["odd"] for one in opened if one["odd"]] == []
    for what in ("one cycle", "counted once"):
        assert [one[what] for one in opened] == [True] * ROUNDS, what
