"""Two people at once, in a process of its own, on the engine this run of the tests is on."""

import json
import os
import subprocess
import sys

import pytest

from tests.cadres.test_races import ROOT, a_database_of_its_own

# Up to 24 the timetable's months have begun.
ROUNDS = 20


@pytest.fixture(scope="module")
def rounds(tmp_path_factory) -> dict[str, list[dict]]:
    folder = tmp_path_factory.mktemp("cycle-races")
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
            [sys.executable, "-m", "tests.races.cycles", str(ROUNDS)],
            cwd=ROOT,
            env=surroundings,
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stderr[-4000:]
    return json.loads(done.stdout.splitlines()[-1])


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
