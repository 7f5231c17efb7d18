"""The real web server, started for one measurement and asked over one kept-open connection."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles
from threading import Thread

WARM_UP, ROUNDS, CLIENTS = 30, 200, 4


@contextmanager
def running() -> Iterator[tuple[int, int]]:
    """Yield (port, pid of the one worker)."""
    port = _free_port()
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1"]
    command += ["--port", str(port), "--workers", "1", "--blocking-threads", "4", "--no-access-log"]
    command += ["--log-level", "error", "tests.bench.wsgi:application"]
    # As courtparty/supervision.py and the unit of deploy/ start it.
    surroundings = os.environ | {"MALLOC_ARENA_MAX": "1"}
    process = subprocess.Popen(command, env=surroundings, start_new_session=True)
    try:
        _wait_for(port)
        yield port, _worker_of(process.pid)
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=20)


def timings(port: int, pages: dict[str, tuple[str, str]]) -> dict[str, list[float]]:
    """Milliseconds of each request, pages taken in turn so that noise falls on all alike."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    took: dict[str, list[float]] = {name: [] for name in pages}
    for turn in range(WARM_UP + ROUNDS):
        for name, (path, session) in pages.items():
            begin = time.perf_counter()
            fetch(connection, path, session)
            if turn >= WARM_UP:
                took[name].append((time.perf_counter() - begin) * 1000)
    return took


def fetch(connection: http.client.HTTPConnection, path: str, session: str) -> bytes:
    headers = {"Cookie": f"sessionid={session}", "Accept-Encoding": "identity"}
    connection.request("GET", path, headers=headers)
    response = connection.getresponse()
    body = response.read()
    if response.status != 200:
        raise SystemExit(f"{path} answered {response.status}")
    return body


def requests_per_second(port: int, path: str, session: str, *, seconds: float = 2.0) -> float:
    """By four clients at once, each on a connection of its own."""
    counts = [0] * CLIENTS

    def ask(client: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        until = time.perf_counter() + seconds
        while time.perf_counter() < until:
            fetch(connection, path, session)
            counts[client] += 1

    threads = [Thread(target=ask, args=[client]) for client in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / seconds


def mid_and_p95(milliseconds: list[float]) -> tuple[float, float]:
    return median(milliseconds), quantiles(milliseconds, n=20)[-1]


def peak_memory_mb(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def _wait_for(port: int) -> None:
    for _attempt in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("the web server did not start")


def _worker_of(pid: int) -> int:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return int(children[-1]) if children else pid
