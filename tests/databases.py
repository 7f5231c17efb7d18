"""Databases for tests, with every table already made: copies of one that was migrated once.

Migrating takes some twenty seconds, and a whole run needs a dozen databases.
"""

import fcntl
import hashlib
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path

import psycopg2
from django.db.backends.base.base import BaseDatabaseWrapper

from tests.environment import DATA
from tests.source import APPS, ROOT

# Where the settings put the file of a site that names no server.
FILE = "court.sqlite3"
MIGRATED = DATA / "migrated"


def is_on_server() -> bool:
    return os.environ.get("DATABASE_URL", "").startswith("postgres")


@contextmanager
def of_its_own(folder: Path, *, is_migrated: bool = True) -> Iterator[dict[str, str]]:
    """The surroundings of a site with a database of its own: on the server of this run, or a file
    in its data ``folder``. Without ``is_migrated`` it is as empty as on a new machine.
    """
    if not is_on_server():
        if is_migrated:
            with _alone():
                shutil.copyfile(_file(), folder / FILE)
        yield {}
        return
    name = f"courtparty_tests_{os.getpid()}_{time.monotonic_ns()}"
    with _alone():
        template = _on_server() if is_migrated else "template0"
        _run(f"CREATE DATABASE {name} TEMPLATE {template} ENCODING 'UTF8'")
    try:
        yield {"DATABASE_URL": _address(name)}
    finally:
        _run(f"DROP DATABASE {name} WITH (FORCE)")


def copied_when_made(connection: BaseDatabaseWrapper) -> None:
    """Let Django's test database begin as a copy; what it then migrates is done already."""
    make = connection.creation._create_test_db

    def made(verbosity: int, autoclobber: bool, keepdb: bool = False) -> str:
        if is_on_server() and keepdb:  # --reuse-db: migrated where it stands
            return make(verbosity, autoclobber, keepdb)
        with _alone():
            if is_on_server():
                connection.settings_dict["TEST"]["TEMPLATE"] = _on_server()
                return make(verbosity, autoclobber, keepdb)
            name = make(verbosity, autoclobber, keepdb)
            # In memory: it lives as long as somebody holds it.
            _held.append(sqlite3.connect(name, uri=True))
            with closing(sqlite3.connect(_file())) as source:
                source.backup(_held[-1])
            return name

    connection.creation._create_test_db = made


_held: list[sqlite3.Connection] = []


# -- migrated once -----------------------------------------------------------------------------


@contextmanager
def _alone() -> Iterator[None]:
    """One process of this checkout at a time."""
    MIGRATED.mkdir(parents=True, exist_ok=True)
    with (MIGRATED / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@cache
def _code() -> str:
    """Changes with any code of the product: migrations may call it."""
    digest = hashlib.sha256((ROOT / "requirements.txt").read_bytes())
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            digest.update(str(path).encode() + path.read_bytes())
    return digest.hexdigest()


@cache
def _file() -> Path:
    made = MIGRATED / FILE
    stamp = MIGRATED / "code"
    if not (made.exists() and stamp.exists() and stamp.read_text() == _code()):
        stamp.unlink(missing_ok=True)
        for old in MIGRATED.glob(f"{FILE}*"):
            old.unlink()
        _migrate({"COURTPARTY_DATA": str(MIGRATED)})
        with closing(sqlite3.connect(made)) as connection:
            # What a copy of the file alone would leave behind.
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        stamp.write_text(_code())
    return made


@cache
def _on_server() -> str:
    """The name of a database that nobody is connected to."""
    name = "courtparty_migrated_" + hashlib.sha256(str(ROOT).encode()).hexdigest()[:12]
    made_of = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s"
    if _run(made_of, name) != [(_code(),)]:
        _run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        _run(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")
        _migrate({"DATABASE_URL": _address(name)})
        _run(f"COMMENT ON DATABASE {name} IS %s", _code())
    return name


def _migrate(surroundings: dict[str, str]) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    command = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    done = subprocess.run(
        command, cwd=ROOT, env=environment | surroundings, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def _address(name: str) -> str:
    return re.sub(r"/[^/]*$", f"/{name}", os.environ["DATABASE_URL"])


def _run(statement: str, *parameters: str) -> list[tuple]:
    with closing(psycopg2.connect(os.environ["DATABASE_URL"])) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement, parameters or None)
            return cursor.fetchall() if cursor.description else []
