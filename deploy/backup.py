"""Save the database to a file, and bring it back. PostgreSQL needs its client tools.

    python deploy/backup.py save FOLDER [--keep 30]
    python deploy/backup.py restore FILE [--replace]

DATABASE_URL and COURTPARTY_DATA are read as by the site. Everything the site keeps is in the
database, so this is the whole of it but for the keys. They are left out on purpose: a stolen
backup alone opens no encrypted field. Keep a copy of them elsewhere, on paper or in a safe.
"""

import argparse
import fcntl
import hashlib
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import datetime
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

DATA = Path(os.environ.get("COURTPARTY_DATA") or Path(__file__).resolve().parent.parent / "var")
URL = os.environ.get("DATABASE_URL") or f"sqlite:///{DATA / 'court.sqlite3'}"
IS_SQLITE = URL.startswith("sqlite:")
PREFIX = "courtparty-"
SUFFIX = ".sqlite3" if IS_SQLITE else ".dump"


def save(folder: Path, *, keep: int) -> Path:
    """Write one backup with its checksum, prove that it can be read, and drop the oldest."""
    os.umask(0o077)
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{PREFIX}{datetime.now():%Y%m%d-%H%M%S}{SUFFIX}"  # noqa: DTZ005
    draft = target.with_name(f".{target.name}")
    try:
        if IS_SQLITE:
            _save_sqlite(draft)
        else:
            _run("pg_dump", "--format=custom", "--no-owner", f"--file={draft}")
            _run("pg_restore", "--list", str(draft), quiet=True)
        _checksum_file(target).write_text(f"{_checksum(draft)}  {target.name}\n")
        draft.rename(target)
    finally:
        draft.unlink(missing_ok=True)
    for old in sorted(folder.glob(f"{PREFIX}*{SUFFIX}"))[:-keep]:
        old.unlink()
        _checksum_file(old).unlink(missing_ok=True)
    return target


def restore(file: Path, *, replace: bool) -> None:
    """Bring a backup back; a database that has something in it only when told to."""
    expected = _checksum_file(file)
    if expected.exists() and expected.read_text().split()[0] != _checksum(file):
        sys.exit(f"{file} is not what was saved: its checksum differs.")
    if not replace and _has_content():
        sys.exit("There is a database already. Stop the site, then give --replace.")
    if IS_SQLITE:
        _restore_sqlite(file)
    else:
        options = ["--clean", "--if-exists", "--no-owner", "--single-transaction"]
        database = f"--dbname={_parts()['PGDATABASE']}"
        _run("pg_restore", *options, "--exit-on-error", database, str(file))


def _sqlite_path() -> Path:
    return Path(unquote(urlsplit(URL).path.removeprefix("/")))


def _save_sqlite(draft: Path) -> None:
    source_path = f"file:{_sqlite_path()}?mode=ro"
    with (
        closing(sqlite3.connect(source_path, uri=True)) as source,
        closing(sqlite3.connect(draft)) as copy,
    ):
        source.backup(copy)
        # Checks that call Django's own functions can only be evaluated by Django.
        copy.execute("PRAGMA ignore_check_constraints = ON")
        if copy.execute("PRAGMA integrity_check").fetchone() != ("ok",):
            sys.exit("The copy is damaged; look at the disk.")


def _restore_sqlite(file: Path) -> None:
    DATA.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (DATA / "run.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            sys.exit(f"The site runs with the data in {DATA}: stop it first.")
        path = _sqlite_path()
        # The copy goes in through SQLite, so a left-over write-ahead log cannot mix with it.
        with closing(sqlite3.connect(file)) as copy, closing(sqlite3.connect(path)) as target:
            copy.backup(target)


def _has_content() -> bool:
    if IS_SQLITE:
        return _sqlite_path().exists()
    question = "select exists (select from pg_tables where schemaname = 'public')"
    return _run("psql", "--tuples-only", "--no-align", f"--command={question}", quiet=True) == "t\n"


def _parts() -> dict[str, str]:
    """The URL as libpq's own variables, so that no password stands in a process list."""
    url = urlsplit(URL)
    parts = {
        "PGHOST": url.hostname or "",
        "PGPORT": str(url.port or ""),
        "PGUSER": unquote(url.username or ""),
        "PGPASSWORD": unquote(url.password or ""),
        "PGDATABASE": unquote(url.path.removeprefix("/")),
    } | {f"PG{name.upper()}": value for name, value in parse_qsl(url.query)}
    return {name: value for name, value in parts.items() if value}


def _run(*command: str, quiet: bool = False) -> str:
    output = subprocess.PIPE if quiet else None
    done = subprocess.run(command, env=os.environ | _parts(), stdout=output, text=True)
    if done.returncode:
        sys.exit(f"{command[0]} failed.")
    return done.stdout or ""


def _checksum_file(file: Path) -> Path:
    return file.with_name(f"{file.name}.sha256")


def _checksum(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def main() -> None:
    parser = argparse.ArgumentParser()
    actions = parser.add_subparsers(dest="action", required=True)
    saving = actions.add_parser("save")
    saving.add_argument("folder", type=Path)
    saving.add_argument("--keep", type=int, default=30, help="how many to keep (30)")
    restoring = actions.add_parser("restore")
    restoring.add_argument("file", type=Path)
    restoring.add_argument("--replace", action="store_true")
    options = parser.parse_args()
    if options.action == "save":
        print(save(options.folder, keep=max(1, options.keep)))
    else:
        restore(options.file, replace=options.replace)
        print("Restored. Start the site with the keys that were in use when it was saved.")


if __name__ == "__main__":
    main()
