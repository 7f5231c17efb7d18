"""``bin/bench assess``: cycles computed and stored with explanations, beside one SQL statement.

Two processes compute, as two Celery workers on two cores do; the statement uses both cores too.
``BENCH_OFFICERS`` makes the largest measurement smaller.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from typing import Any

from tests.bench import database
from tests.bench.pages import _keys

OFFICERS = int(os.environ.get("BENCH_OFFICERS", "400000"))
WORKERS = 2
SMALL = 126
TARGET_RATIO, TARGET_MEMORY, TARGET_GROWTH, TARGET_SMALL = 4, 1024, 1.25, 2


def main() -> int:
    sizes = [size for size in (4000, 40000) if size < OFFICERS] + [OFFICERS]
    print(f"{WORKERS} worker processes, as two Celery workers on two cores; PostgreSQL")
    print(
        f"{'officers':>9}{'figures':>11}{'SQL s':>8}{'assess s':>10}{'x SQL':>7}"
        f"{'per 1,000':>11}{'MB each':>9}{'wrong':>7}"
    )
    found = {size: _measure(size) for size in sizes}
    small = _small()
    print(
        f"a court of {SMALL}, embedded: {small['seconds']:.2f} s, {small['memory']:.0f} MB, "
        f"{small['wrong']} wrong of {small['explained']}"
    )
    missed = _missed(found, small)
    print("\nTargets:", "all met" if not missed else "MISSED")
    for line in missed:
        print("  " + line)
    return 1 if missed else 0


def _measure(size: int) -> dict[str, Any]:
    with database.fresh() as url, tempfile.TemporaryDirectory() as folder:
        surroundings = _surroundings(url, folder)
        filled = _run(surroundings, "fill", size)
        bare = _run(surroundings, "bare")
        seconds, workers = _work(surroundings)
        stored = _run(surroundings, "stored")
    found = {
        "bare": bare["seconds"],
        "seconds": seconds,
        "memory": max(one["memory"] for one in workers),
        "is_equal": bare["found"] == stored["found"],
        "wrong": stored["wrong"],
    }
    print(
        f"{size:>9,}{filled['figures']:>11,}{bare['seconds']:>8.2f}{seconds:>10.2f}"
        f"{seconds / bare['seconds']:>7.2f}{seconds / size * 1000:>11.4f}{found['memory']:>9.0f}"
        f"{stored['wrong']:>4}/{stored['explained']}",
        flush=True,
    )
    print(
        f"{'':>9}both come to {stored['found']}"
        if found["is_equal"]
        else f"{'':>9}SQL {bare['found']}, stored {stored['found']}"
    )
    print(f"{'':>9}explaining one result: {stored['explaining'] * 1000:.1f} ms")
    return found


def _work(surroundings: Mapping[str, str]) -> tuple[float, list[dict[str, Any]]]:
    """All workers start together; the time is until the last has finished."""
    workers = [
        subprocess.Popen(
            _command("work", first, WORKERS),
            env=dict(surroundings),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for first in range(WORKERS)
    ]
    for one in workers:
        assert one.stdout.readline() == "ready\n"
    begin = time.perf_counter()
    for one in workers:
        one.stdin.write("go\n")
        one.stdin.flush()
    answers = [json.loads(one.stdout.readline()) for one in workers]
    seconds = time.perf_counter() - begin
    for one in workers:
        one.communicate()
    return seconds, answers


def _small() -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        surroundings = _surroundings("", folder)
        return _run(surroundings, "small", SMALL)


def _surroundings(url: str, folder: str) -> dict[str, str]:
    surroundings = os.environ | {"COURTPARTY_DATA": folder, "LOG_LEVEL": "ERROR"} | _keys()
    surroundings["DJANGO_SETTINGS_MODULE"] = "courtparty.settings"
    surroundings.pop("DATABASE_URL", None)
    return surroundings | ({"DATABASE_URL": url} if url else {})


def _command(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "tests.bench.assess_at", *map(str, arguments)]


def _run(surroundings: Mapping[str, str], *arguments: object) -> dict[str, Any]:
    ran = subprocess.run(
        _command(*arguments), env=dict(surroundings), stdout=subprocess.PIPE, check=True, text=True
    )
    return json.loads(ran.stdout.splitlines()[-1])


def _missed(found: dict[int, dict[str, Any]], small: dict[str, Any]) -> list[str]:
    lines = []
    largest, smallest = max(found), min(found)
    ratio = found[largest]["seconds"] / found[largest]["bare"]
    if ratio > TARGET_RATIO:
        lines.append(f"{largest:,} officers: {ratio:.2f} x the statement")
    growth = found[largest]["seconds"] / largest / (found[smallest]["seconds"] / smallest)
    if growth > TARGET_GROWTH:
        lines.append(f"each officer takes {growth:.2f} times as long among {largest:,}")
    for size, one in found.items():
        if one["memory"] > TARGET_MEMORY:
            lines.append(f"memory at {size:,}: {one['memory']:.0f} MB")
        if one["wrong"] or not one["is_equal"]:
            lines.append(f"results at {size:,} differ")
    if small["seconds"] > TARGET_SMALL or small["wrong"]:
        lines.append(f"a court of {SMALL}: {small['seconds']:.2f} s")
    return lines


if __name__ == "__main__":
    sys.exit(main())
