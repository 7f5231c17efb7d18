"""The whole site as ``bin/run`` starts it, on a data folder of its own, and a real Chromium."""

import json
import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import redis
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests import databases
from tests.services import chromium
from tests.source import ROOT

QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
QUIET += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
# Windows of the browser's own that each new one would load beside the page. The last list counts,
# so it repeats what Playwright gives.
QUIET += ["--disable-extensions", "--disable-component-extensions-with-background-pages"]
QUIET += [
    "--disable-features=PreloadTopChromeWebUI,TabSearch,ReadAnything,SidePanel,HttpsUpgrades,"
    "Translate,PaintHolding,RenderDocument,OptimizationHints,MediaRouter,LensOverlay,"
    "GlobalMediaControls,DialMediaRouteProvider,ThirdPartyStoragePartitioning"
]
ANSWERS_WITHIN = 180
# Of everybody whom a test lets in by itself.
PASSWORD = "松柏-Longquan-2026"
PATIENCE = 60_000  # milliseconds; two processors may be shared with other sites and browsers


@dataclass(frozen=True, slots=True)
class Site:
    """A running site: its address, what it printed at the start, and how to run its commands."""

    address: str
    printed: str
    environment: dict[str, str]
    broker: "_Broker"

    def manage(self, *arguments: str) -> str:
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(
            command, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def prepare(self, what: str, **facts: str) -> dict[str, Any]:
        """Have a function of ``tests.browser.inside`` prepare something; what it says it made."""
        code = f"from tests.browser import inside; inside.{what}(**{facts!r})"
        return json.loads(self.manage("shell", "--no-imports", "-c", code))

    @property
    def link(self) -> str:
        """The first administrator's one-time link."""
        return re.search(r"https?://\S+/activate/\S+", self.printed)[0]

    @property
    def password(self) -> str:
        """That of every demo account."""
        return re.search(r"Password of every demo account: (\S+)", self.printed)[1]

    @property
    def data(self) -> Path:
        return Path(self.environment["COURTPARTY_DATA"])

    def processes(self, program: str) -> list[int]:
        """The site's processes that run ``program``, for instance ``celery worker``."""
        found = []
        for process in Path("/proc").glob("[0-9]*"):
            try:
                command = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                environment = (process / "environ").read_bytes().split(b"\0")
            except OSError:  # it has just ended
                continue
            is_ours = f"COURTPARTY_DATA={self.data}".encode() in environment
            if is_ours and all(word in command for word in program.split()):
                found.append(int(process.name))
        return sorted(found)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        expect.set_options(timeout=PATIENCE / 3)
        browser = playwright.chromium.launch(executable_path=chromium(), args=QUIET)
        yield browser
        browser.close()


Visitor = Callable[..., Page]


@pytest.fixture
def visitor(browser: Browser) -> Iterator[Visitor]:
    """Opens windows of an office screen, each somebody else's, in Chinese unless told otherwise.

    Any script or CSP error in any of them fails the test.
    """
    contexts, errors = [], []

    def note(page: Page, text: str) -> None:
        errors.append(f"{page.url}: {text}")

    def open_window(locale: str = "zh-CN", signed_in: Any = None) -> Page:
        context = browser.new_context(
            locale=locale,
            viewport={"width": 1366, "height": 768},
            accept_downloads=True,
            storage_state=signed_in,
        )
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: note(page, str(error)))
        page.on("console", lambda line: line.type == "error" and note(page, line.text))
        page.on("response", lambda answer: answer.status >= 500 and note(page, answer.url))
        return page

    yield open_window
    for context in contexts:
        context.close()
    # A refused form answers 4xx on purpose; everything else on the console is a defect.
    assert [error for error in errors if "status of 4" not in error] == []


@pytest.fixture
def page(visitor: Visitor) -> Page:
    return visitor()


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Iterator[Site]:
    """An empty site: no demo court, three administrators who have not come in yet."""
    folder = tmp_path_factory.mktemp("site")
    with databases.of_its_own(folder) as database, _Broker(folder) as broker:
        yield from _running(folder, database, broker, "--no-demo")


@pytest.fixture(scope="module")
def new_site(tmp_path_factory) -> Iterator[Site]:
    """The same on an empty database, which the first start fills with its tables."""
    folder = tmp_path_factory.mktemp("new")
    with databases.of_its_own(folder, is_migrated=False) as database, _Broker(folder) as broker:
        yield from _running(folder, database, broker, "--no-demo")


@pytest.fixture(scope="session")
def demo_site(tmp_path_factory) -> Iterator[Site]:
    """A site with the demo court. Tests leave its court as they found it."""
    folder = tmp_path_factory.mktemp("demo")
    with databases.of_its_own(folder) as database, _Broker(folder) as broker:
        yield from _running(folder, database, broker)


@pytest.fixture(scope="session")
def settled(demo_site) -> dict[str, Any]:
    """Another court on the demo site, where more has happened: see ``inside.settled_court``."""
    return demo_site.prepare("settled_court", code="settled", password=PASSWORD)


@pytest.fixture(scope="session")
def appraised(demo_site) -> dict[str, Any]:
    """A third court on the demo site, with an appraisal under way: ``inside.appraised_court``."""
    return demo_site.prepare("appraised_court", code="appraised", password=PASSWORD)


@pytest.fixture(scope="session")
def cared(demo_site) -> Callable[[str], dict[str, Any]]:
    """A court of its own for each language, where the four concerns begin: see ``inside``.

    The walks through them share it, and who has signed in there once stays so.
    """

    @cache
    def court(language: str) -> dict[str, Any]:
        code = f"cared-{language.lower()}"
        return demo_site.prepare("cared_court", code=code, password=PASSWORD) | {"signed_in": {}}

    return court


def _running(
    folder: Path, database: dict[str, str], broker: "_Broker", *options: str
) -> Iterator[Site]:
    environment = os.environ | {"COURTPARTY_DATA": str(folder), "PORT": str(_free_port())}
    environment |= database | {"CELERY_BROKER_URL": broker.url}
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
        yield Site(address, log.read_text(), environment, broker)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=60)


def _wait_for(log: Path, process: subprocess.Popen) -> None:
    """Until the address has been printed, and below it who can sign in."""
    until = time.monotonic() + ANSWERS_WITHIN
    while not re.search(
        r"courtparty runs at .*\n.*(link:\n.*/activate/|account: )", log.read_text()
    ):
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < until, log.read_text()
        time.sleep(0.2)


class _Broker:
    """A site's queue, which can fail for this site alone: its folder, or its own Redis account."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "queue"
        self.url = os.environ.get("CELERY_BROKER_URL", "filesystem://")
        self.server = None

    def __enter__(self) -> "_Broker":
        if self.url.startswith("redis"):
            self.server = self._empty_database()
            self.name, password = f"browser{time.monotonic_ns()}", secrets.token_hex()
            self._account("on", f">{password}", "~*", "&*", "+@all")
            self.url = re.sub(r"//(.*@)?", f"//{self.name}:{password}@", self.url)
        return self

    def _empty_database(self) -> redis.Redis:
        """Of its own, so that no other site's worker takes the tasks of this one."""
        for number in range(1, 16):
            self.url = re.sub(r"(/\d*)?$", f"/{number}", self.url.rstrip("/"), count=1)
            server = redis.Redis.from_url(self.url)
            if not server.dbsize() and server.set("taken by a test", 1, nx=True):
                return server
            server.close()
        raise AssertionError("every database of this Redis has something in it")

    def __exit__(self, *_error: object) -> None:
        if self.server:
            self.server.execute_command("ACL", "DELUSER", self.name)
            self.server.flushdb()
            self.server.close()

    def fail(self) -> None:
        if self.server:
            self._account("off")
            self.server.execute_command("CLIENT", "KILL", "USER", self.name)
        else:
            self.folder.rename(self.folder.with_name("queue-away"))
            self.folder.write_text("no folder any more")

    def work_again(self) -> None:
        if self.server:
            self._account("on")
        else:
            self.folder.unlink()
            self.folder.with_name("queue-away").rename(self.folder)

    def _account(self, *rules: str) -> None:
        self.server.execute_command("ACL", "SETUSER", self.name, *rules)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]
