"""Several people at once, in a process of its own: tests in one transaction cannot show that."""

import json
import os
import subprocess
import sys
from pathlib import Path

from tests import databases
from tests.source import ROOT


def rounds_of(race: str, *rounds: int, folder: Path) -> dict[str, list[dict]]:
    """What each round of ``tests.races.<race>`` came to, on the engine this run of tests is on."""
    (folder / "static").mkdir()
    with databases.of_its_own(folder) as database:
        surroundings = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        surroundings |= database
        surroundings |= {
            "COURTPARTY_DATA": str(folder),
            "DJANGO_SETTINGS_MODULE": "courtparty.settings",
            "CELERY_BROKER_URL": "filesystem://",
            "LOG_LEVEL": "CRITICAL",
        }
        done = subprocess.run(
            [sys.executable, "-m", f"tests.races.{race}", *map(str, rounds)],
            cwd=ROOT,
            env=surroundings,
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stderr[-4000:]
    return json.loads(done.stdout.splitlines()[-1])
