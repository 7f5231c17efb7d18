"""Leave decided and asked for at once, in a process of its own, on the engine of this run."""

import pytest

from tests.racing import rounds_of

ROUNDS = 50


@pytest.fixture(scope="module")
def rounds(tmp_path_factory) -> dict[str, list[dict]]:
    return rounds_of("leave", ROUNDS, folder=tmp_path_factory.mktemp("leave"))


def test_of_those_who_decide_a_request_at_once_one_wins(rounds):
    assert len(rounds["decided"]) == ROUNDS
    assert [
        one["odd"] for one in rounds["decided"] if not (one["one wins"] and one["its step"])
    ] == []


def test_days_and_hours_asked_for_at_once_are_spent_once(rounds):
    assert len(rounds["spent"]) == ROUNDS
    wrong = [
        one
        for one in rounds["spent"]
        if not (one["days once"] and one["hours once"] and one["told"])
    ]
    assert wrong == []


def test_a_year_is_closed_or_leave_of_it_is_asked_for(rounds):
    assert len(rounds["settled"]) == ROUNDS
    wrong = [one for one in rounds["settled"] if not (one["never both"] and one["one of them"])]
    assert wrong == []
