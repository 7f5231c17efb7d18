"""The whole site as ``bin/run`` starts it, on a data folder of its own, and a real Chromium."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg2
import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.services import chromium

ROOT = Path(__file__).resolve().parents[2]
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
QUIET += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
ANSWERS_WITHIN = 90


@dataclass(frozen=True, slots=True)
class Site:
    """A running site: its address, what it printed at the start, and how to run its commands."""

    address: str
    printed: str
    environment: dict[str, str]

    def manage(self, *arguments: str) -> str:
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(
            command, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    @property
    def link(self) -> str:
        """The first administrator's one-time link."""
        return re.search(r"https?://\S+/activate/\S+", self.printed)[0]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A window of an office screen, in Chinese, that fails the test on any script or CSP error."""
    context = browser.new_context(
        locale="zh-CN", viewport={"width": 1366, "height": 768}, accept_downloads=True
    )
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda line: line.type == "error" and errors.append(line.text))
    yield page
    context.close()
    # A refused form answers 4xx on purpose; everything else on the console is a defect.
    assert [error for error in errors if "status of 4" not in error] == []


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Iterator[Site]:
    """An empty site: no demo court, three administrators who have not come in yet."""
    with _database() as database_url:
        yield from _running(tmp_path_factory.mktemp("site"), database_url, "--no-demo")


@pytest.fixture(scope="module")
def demo_site(tmp_path_factory) -> Iterator[Site]:
    with _database() as database_url:
        yield from _running(tmp_path_factory.mktemp("demo"), database_url)


def _running(folder: Path, database_url: str, *options: str) -> Iterator[Site]:
    environment = os.environ | {"COURTPARTY_DATA": str(folder), "PORT": str(_free_port())}
    environment |= {"DATABASE_URL": database_url} if database_url else {}
    environment["CELERY_BROKER_URL"] = _broker(environment)
    log = folder / "printed.txt"
    with log.open("w") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "courtparty.supervision", *options],
            cwd=ROOT,
            env=environment,
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        _wait_for(log, process)
        address = f"http://127.0.0.1:{environment['PORT']}"
        yield Site(address, log.read_text(), environment)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=60)


def _wait_for(log: Path, process: subprocess.Popen) -> None:
    until = time.monotonic() + ANSWERS_WITHIN
    while "courtparty runs at" not in log.read_text():
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < until, log.read_text()
        time.sleep(0.2)


def _broker(environment: dict[str, str]) -> str:
    """On Redis a database number of its own, so that no other test's worker takes its tasks."""
    broker = environment.get("CELERY_BROKER_URL", "filesystem://")
    number = 1 + int(environment["PORT"]) % 15
    return re.sub(r"/\d+$", f"/{number}", broker) if broker.startswith("redis") else broker


class _database:
    """A database of its own on PostgreSQL when the tests run there; else SQLite in the folder."""

    def __enter__(self) -> str:
        self.server = os.environ.get("DATABASE_URL", "")
        if not self.server.startswith("postgres"):
            return ""
        self.name = f"courtparty_browser_{os.getpid()}_{time.monotonic_ns()}"
        self._run(f"CREATE DATABASE {self.name} TEMPLATE template0 ENCODING 'UTF8'")
        return re.sub(r"/[^/]*$", f"/{self.name}", self.server)

    def __exit__(self, *_error: object) -> None:
        if self.server.startswith("postgres"):
            self._run(f"DROP DATABASE {self.name} WITH (FORCE)")

    def _run(self, statement: str) -> None:
        connection = psycopg2.connect(self.server)
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement)
        connection.close()


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]
