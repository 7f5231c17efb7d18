"""Two people at once, in a process of its own, on the engine this run of the tests is on."""

import pytest

from tests.racing import rounds_of

ROUNDS, MAKINGS = 200, 14


@pytest.fixture(scope="module")
def rounds(tmp_path_factory) -> dict[str, list[dict]]:
    return rounds_of("approvals", ROUNDS, MAKINGS, folder=tmp_path_factory.mktemp("approvals"))


def test_of_those_who_approve_at_once_one_wins_and_the_others_are_told(rounds):
    approved = rounds["approved"]

    assert len(approved) == ROUNDS
    assert {one["clients"] for one in approved} == set(range(2, 9))
    assert [one["odd"] for one in approved if one["odd"]] == []
    for what in ("as expected", "one run", "one entry", "one notice each"):
        assert sum(one[what] for one in approved) == ROUNDS, what


def test_those_who_make_a_run_at_once_make_one(rounds):
    made = rounds["made"]

    assert [one["odd"] for one in made if one["odd"]] == []
    assert [(one["one run"], one["lines once"]) for one in made] == [(1, 1)] * MAKINGS
