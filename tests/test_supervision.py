import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from courtparty import supervision
from courtparty.supervision import CannotStart, Site

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 120  # seconds, on a machine with much else to do


@pytest.fixture
def port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def site_with(**environment):
    return Site.from_environment(environment)


def tls_files(folder, key_text="-----BEGIN PRIVATE KEY-----"):
    (folder / "cert.pem").write_text("-----BEGIN CERTIFICATE-----")
    (folder / "key.pem").write_text(key_text)
    return {"TLS_CERT": str(folder / "cert.pem"), "TLS_KEY": str(folder / "key.pem")}


@pytest.mark.parametrize(
    "environment",
    [
        pytest.param({}, id="nothing said"),
        pytest.param({"HOST": "localhost"}, id="localhost"),
        pytest.param({"HOST": "::1"}, id="IPv6 loopback"),
        pytest.param({"HOST": "127.0.0.53"}, id="another loopback address"),
        pytest.param({"HOST": "0.0.0.0", "BEHIND_TLS_PROXY": "1"}, id="behind a proxy"),
    ],
)
def test_refuse_unsafe_accepts_what_stays_private(environment):
    assert supervision.refuse_unsafe(site_with(**environment)) is None


def test_refuse_unsafe_accepts_tls(tmp_path):
    assert supervision.refuse_unsafe(site_with(HOST="0.0.0.0", **tls_files(tmp_path))) is None


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "court.example"])
def test_refuse_unsafe_refuses_passwords_in_the_clear(host):
    with pytest.raises(CannotStart, match="TLS is required"):
        supervision.refuse_unsafe(site_with(HOST=host))


def test_refuse_unsafe_says_how_to_convert_a_key(tmp_path):
    files = tls_files(tmp_path, key_text="-----BEGIN RSA PRIVATE KEY-----")

    with pytest.raises(CannotStart, match="openssl pkcs8"):
        supervision.refuse_unsafe(site_with(**files))


@pytest.mark.parametrize(
    ("environment", "text"),
    [
        pytest.param({"TLS_CERT": "/cert.pem"}, "given together", id="certificate alone"),
        pytest.param({"TLS_CERT": "/none", "TLS_KEY": "/none"}, "cannot be read", id="no files"),
    ],
)
def test_refuse_unsafe_refuses_half_a_certificate(environment, text):
    with pytest.raises(CannotStart, match=text):
        supervision.refuse_unsafe(site_with(**environment))


def test_site_refuses_a_port_that_is_no_number():
    with pytest.raises(CannotStart, match="whole numbers"):
        site_with(PORT="http")


def test_refuse_taken_port_names_another(port):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()

        with pytest.raises(CannotStart, match=f"PORT={port + 1}"):
            supervision.refuse_taken_port(site_with(PORT=str(port)))

    assert supervision.refuse_taken_port(site_with(PORT=str(port))) is None


def test_hold_refuses_a_second_start_on_the_same_data(tmp_path):
    first = supervision.hold(tmp_path / "data")

    with pytest.raises(CannotStart, match=f"process {os.getpid()}"):
        supervision.hold(tmp_path / "data")

    first.close()
    supervision.hold(tmp_path / "data").close()
    assert (tmp_path / "data").stat().st_mode & 0o777 == 0o700


def test_site_is_announced_by_its_name_and_asked_on_this_machine(tmp_path):
    site = site_with(
        HOST="0.0.0.0", PORT="8443", ALLOWED_HOSTS="court.example,other", **tls_files(tmp_path)
    )

    assert site.address == "https://court.example:8443/"
    assert site.local_address == "https://127.0.0.1:8443/"


def processes_naming(text):
    """Command lines of the running processes that contain ``text``, by process number."""
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except OSError:
                continue
            if text in command:
                found[int(entry.name)] = command
    return found


def wait_until(condition):
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if result := condition():
            return result
        time.sleep(0.1)
    raise AssertionError("waited in vain")


def children_of(parent):
    path = Path(f"/proc/{parent}/task/{parent}/children")
    try:
        return [int(number) for number in path.read_text().split()]
    except OSError:
        return []


def descendants_of(parent):
    children = children_of(parent)
    return children + [below for child in children for below in descendants_of(child)]


def test_run_answers_restarts_what_is_killed_and_leaves_nothing_behind(tmp_path, port):
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in {"DATABASE_URL", "CELERY_BROKER_URL"}
    } | {"COURTPARTY_DATA": str(tmp_path / "data"), "PORT": str(port)}
    command = [sys.executable, "-P", "courtparty/supervision.py", "--no-demo"]
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
    ) as running:
        try:
            said = wait_until(lambda: (line := running.stdout.readline()) != "\n" and line)
            assert f"http://127.0.0.1:{port}/" in said
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz/") as answer:
                assert answer.status == 200

            def worker():
                workers = [n for n, command in processes_naming(" worker --pool ").items()]
                return next(iter(sorted(set(workers) & set(descendants_of(running.pid)))), None)

            killed = wait_until(worker)
            os.kill(killed, signal.SIGKILL)
            wait_until(lambda: worker() not in {None, killed})
            family = descendants_of(running.pid)
        finally:
            running.send_signal(signal.SIGTERM)
            running.wait(PATIENCE)
    assert running.returncode == 0
    assert [number for number in family if Path(f"/proc/{number}").exists()] == []
