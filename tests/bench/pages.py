"""``bin/bench pages``: each page beside a bare view, at 200, 5,000 and 50,000 officers."""

import json
import os
import subprocess
import sys
import tempfile

from tests.bench import database

SIZES = [int(size) for size in os.environ.get("BENCH_SIZES", "200,5000,50000").split(",")]
TARGET_RATIO, TARGET_QUERIES, TARGET_GROWTH = 2.5, 12, 1.3
TARGET_MEMORY, TARGET_REQUESTS, TARGET_COLD = 140, 30, 500
TARGETED = (
    "officer list",
    "officer page",
    "home",
    "establishment",
    "appointments",
    "allowance run",
    "my allowances",
)


def main() -> int:
    results = {}
    for size in SIZES:
        results[size] = _measure(size)
        _print(size, results[size])
        sys.stdout.flush()
    missed = [*_missed(results), *_grown(results)]
    print("\nTargets:", "all met" if not missed else "MISSED")
    for line in missed:
        print("  " + line)
    return 1 if missed else 0


def _measure(size: int) -> dict:
    with database.fresh() as url, tempfile.TemporaryDirectory() as folder:
        surroundings = {"DATABASE_URL": url, "COURTPARTY_DATA": folder, "LOG_LEVEL": "ERROR"}
        surroundings["DJANGO_SETTINGS_MODULE"] = "tests.bench.settings"
        ran = subprocess.run(
            [sys.executable, "-m", "tests.bench.pages_at", str(size)],
            env=os.environ | surroundings | _keys(),
            stdout=subprocess.PIPE,
            check=True,
            text=True,
        )
        return json.loads(ran.stdout.splitlines()[-1])


def _keys() -> dict[str, str]:
    """Keys that protect nothing: the database lives for one measurement."""
    key = "b25seS1mb3ItdGVzdHMtb25seS1mb3ItdGVzdHMtb24="
    return {"SECRET_KEY": "x" * 50, "FIELD_KEYS": key, "INDEX_KEY": "bench"}


def _print(size: int, result: dict) -> None:
    print(f"\n{size:,} officers, one court, PostgreSQL, one web worker")
    print(f"{'page':<16}{'queries':>8}{'median':>9}{'p95':>9}{'x bare':>8}{'req/s':>8}{'bytes':>9}")
    bare = result["pages"]["bare"]["median"]
    for name, page in result["pages"].items():
        print(
            f"{name:<16}{page['queries']:>8}{page['median']:>7.2f}ms{page['p95']:>7.2f}ms"
            f"{page['median'] / bare:>8.2f}{page['per_second']:>8.0f}{page['bytes']:>9,}"
        )
    print(f"peak memory of the worker: {result['memory']:.0f} MB")
    if result["cold"]:
        print("cold in Chromium: {requests} requests, {kilobytes:.0f} KB".format(**result["cold"]))


def _missed(results: dict[int, dict]) -> list[str]:
    lines = []
    for size, result in results.items():
        bare = result["pages"]["bare"]["median"]
        for name in TARGETED:
            page = result["pages"][name]
            if page["median"] > TARGET_RATIO * bare:
                lines.append(f"{name} at {size:,}: {page['median'] / bare:.2f} x bare")
            if page["queries"] > TARGET_QUERIES:
                lines.append(f"{name} at {size:,}: {page['queries']} queries")
        if result["memory"] > TARGET_MEMORY:
            lines.append(f"memory at {size:,}: {result['memory']:.0f} MB")
        cold = result["cold"]
        if cold and (cold["requests"] > TARGET_REQUESTS or cold["kilobytes"] > TARGET_COLD):
            lines.append(f"cold page at {size:,}: {cold}")
    return lines


def _grown(results: dict[int, dict]) -> list[str]:
    """Growth is of the ratio to the bare view, so that a busy machine changes both alike."""
    small, large = results[min(results)], results[max(results)]
    lines = []
    for name in TARGETED:
        growth = _ratio(large, name) / _ratio(small, name)
        if len(results) > 1:
            print(f"growth of {name}, smallest to largest: {growth:.2f}")
        if growth > TARGET_GROWTH:
            lines.append(f"{name} grows {growth:.2f} times")
    return lines


def _ratio(result: dict, name: str) -> float:
    return result["pages"][name]["median"] / result["pages"]["bare"]["median"]


if __name__ == "__main__":
    sys.exit(main())
