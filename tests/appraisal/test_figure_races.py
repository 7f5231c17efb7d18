"""Two people at once on one month's figures, in a process of its own, on this run's engine."""

import pytest

from tests.racing import rounds_of

ROUNDS = 16


@pytest.fixture(scope="module")
def rounds(tmp_path_factory) -> dict[str, list[dict]]:
    return rounds_of("figures", ROUNDS, folder=tmp_path_factory.mktemp("figures"))


def test_of_those_who_correct_at_once_one_does_and_nothing_is_confirmed_unseen(rounds):
    corrected = rounds["corrected"]

    assert [one["odd"] for one in corrected if one["odd"]] == []
    for what in (
        "one at most", "others told", "one delivery", "figure agrees", "never confirmed unseen",
    ):  # fmt: skip
        assert [one[what] for one in corrected] == [True] * ROUNDS, what


def test_of_those_who_enter_the_same_figure_at_once_one_does(rounds):
    entered = rounds["entered"]

    assert [one["odd"] for one in entered if one["odd"]] == []
    for what in ("one stored", "others refused", "no correction"):
        assert [one[what] for one in entered] == [True] * len(entered), what
