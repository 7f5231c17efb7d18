"""Two people at once, in a process of its own, on the engine this run of the tests is on."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg2
import pytest

ROOT = Path(__file__).resolve().parents[2]
ROUNDS, MAKINGS = 200, 14


@contextmanager
def a_database_of_its_own() -> Iterator[dict[str, str]]:
    """On the server of these tests, or a file in the data folder."""
    server = os.environ.get("DATABASE_URL", "")
    if not server.startswith("postgres"):
        yield {"DATABASE_URL": ""}
        return
    name = f"courtparty_races_{os.getpid()}"
    connection = psycopg2.connect(server)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")
        try:
            yield {"DATABASE_URL": re.sub(r"/[^/]*$", f"/{name}", server)}
        finally:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")
    connection.close()


@pytest.fixture(scope="module")
def rounds(tmp_path_factory) -> dict[str, list[dict]]:
    folder = tmp_path_factory.mktemp("races")
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
            [sys.executable, "-m", "tests.races.approvals", str(ROUNDS), str(MAKINGS)],
            cwd=ROOT,
            env=surroundings,
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stderr[-4000:]
    return json.loads(done.stdout.splitlines()[-1])


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
