"""``bin/bench entitlements``: a court's entitlements computed, beside one SQL statement.

On PostgreSQL with 50,000 officers, and embedded with 126. Exact: every rank step, leave and
check-up is compared with an independent recomputation.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.bench import database
from tests.bench.pages import _keys

OFFICERS = int(os.environ.get("BENCH_OFFICERS", "50000"))
EMBEDDED = 126
TARGETS = {"PostgreSQL": 60.0, "SQLite": 2.0}


def main() -> int:
    with database.fresh() as url:
        large = _measure(url, OFFICERS)
    with tempfile.TemporaryDirectory() as folder:
        small = _measure(f"sqlite:///{Path(folder) / 'bench.sqlite3'}", EMBEDDED)
    missed = [*_shown(large, "PostgreSQL"), *_shown(small, "SQLite")]
    for line in missed:
        print("  " + line)
    return 1 if missed else 0


def _measure(url: str, officers: int) -> dict:
    with tempfile.TemporaryDirectory() as folder:
        surroundings = {"DATABASE_URL": url, "COURTPARTY_DATA": folder, "LOG_LEVEL": "ERROR"}
        surroundings["DJANGO_SETTINGS_MODULE"] = "courtparty.settings"
        ran = subprocess.run(
            [sys.executable, "-m", "tests.bench.entitlements_at", str(officers)],
            env=os.environ | surroundings | _keys(),
            stdout=subprocess.PIPE,
            check=True,
            text=True,
        )
        return json.loads(ran.stdout.splitlines()[-1])


def _shown(found: dict, engine: str) -> list[str]:
    bare, target = found["bare"]["seconds"], TARGETS[engine]
    print(f"\n{found['officers']:,} officers, 7 kinds, {engine}")
    print(f"{'':<32}{'seconds':>9}{'x bare':>9}{'rows':>11}{'written':>11}")
    for name in ("bare", "first", "again", "changed"):
        one = found[name]
        print(
            f"{one['what']:<32}{one['seconds']:>9.2f}{one['seconds'] / bare:>9.2f}"
            f"{one['rows']:>11,}{one['written']:>11,}"
        )
    print(f"entitlements that differ from a recomputation: {found['wrong']}")
    missed = [
        f"{engine}: {found[name]['what']}: {found[name]['seconds']:.1f} s"
        for name in ("first", "again", "changed")
        if found[name]["seconds"] > target
    ]
    if found["wrong"]:
        missed.append(f"{engine}: {found['wrong']} entitlements are not exact")
    if found["again"]["written"]:
        missed.append(f"{engine}: computing again wrote {found['again']['written']} rows")
    if len(found["kinds"]) != 7:
        missed.append(f"{engine}: only {len(found['kinds'])} kinds were computed")
    print(f"target {target:g} s, exact, nothing written twice:", "MISSED" if missed else "met")
    return missed


if __name__ == "__main__":
    sys.exit(main())
