"""Two people at once on one month's figures, in a process of its own, on this run's engine."""

import json
import os
import subprocess
import sys

import pytest

from tests.cadres.test_races import ROOT, a_database_of_its_own

ROUNDS = 16


@pytest.fixture(scope="module")
def rounds(tmp_path_factory) -> dict[str, list[dict]]:
    folder = tmp_path_factory.mktemp("figure-races")
    (folder / "static").mkdir()
    with a_database_of_its_own() as database:
        surroundings = os.environ | {
            "COURTPARTY_DATA": str(folder),
            "DJANGO_SETTINGS_MODULE": "courtparty.settings",
            "CELERY_BROKER_URL": "filesystem://",
            "LOG_LEVEL": "CRITICAL",
        }
        surroundings |= database
        if not database["DATABASE_URL"]:
            del surroundings["DATABASE_URL"]
        done = subprocess.run(
            [sys.executable, "-m", "tests.races.figures", str(ROUNDS)],
            cwd=ROOT,
            env=surroundings,
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stderr[-4000:]
    return json.loads(done.stdout.splitlines()[-1])


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
