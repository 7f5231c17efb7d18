"""``bin/bench allowances``: a run over 50,000 appointments beside one SQL statement, both exact."""

import json
import os
import subprocess
import sys
import tempfile

from tests.bench import database
from tests.bench.pages import _keys

APPOINTMENTS = int(os.environ.get("BENCH_APPOINTMENTS", "50000"))
TARGET_SECONDS, TARGET_RATIO = 20, 5


def main() -> int:
    found = _measure()
    bare = found["bare"]["seconds"]
    print(f"\n{found['appointments']:,} appointments of {found['officers']:,} officers, PostgreSQL")
    print(f"{'':<36}{'seconds':>8}{'x bare':>8}{'lines':>9}{'total':>17}")
    for name in ("bare", "first", "again", "second"):
        one = found[name]
        print(
            f"{one['what']:<36}{one['seconds']:>8.2f}{one['seconds'] / bare:>8.2f}"
            f"{one['lines']:>9,}{one['total']:>17}"
        )
    print(f"lines that differ from a recomputation day by day: {found['wrong']}")
    missed = _missed(found)
    print(
        f"target {TARGET_SECONDS} s, {TARGET_RATIO} x bare, exact:", "MISSED" if missed else "met"
    )
    for line in missed:
        print("  " + line)
    return 1 if missed else 0


def _measure() -> dict:
    with database.fresh() as url, tempfile.TemporaryDirectory() as folder:
        surroundings = {"DATABASE_URL": url, "COURTPARTY_DATA": folder, "LOG_LEVEL": "ERROR"}
        surroundings["DJANGO_SETTINGS_MODULE"] = "courtparty.settings"
        ran = subprocess.run(
            [sys.executable, "-m", "tests.bench.allowances_at", str(APPOINTMENTS)],
            env=os.environ | surroundings | _keys(),
            stdout=subprocess.PIPE,
            check=True,
            text=True,
        )
        return json.loads(ran.stdout.splitlines()[-1])


def _missed(found: dict) -> list[str]:
    lines = []
    for name in ("first", "again", "second"):
        one = found[name]
        if one["seconds"] > TARGET_SECONDS:
            lines.append(f"{one['what']}: {one['seconds']:.1f} s")
        if one["seconds"] > TARGET_RATIO * found["bare"]["seconds"]:
            lines.append(f"{one['what']}: {one['seconds'] / found['bare']['seconds']:.2f} x bare")
    if found["wrong"]:
        lines.append(f"{found['wrong']} lines are not exact")
    if found["first"]["total"] != found["bare"]["total"]:
        lines.append("the SQL statement comes to another total")
    return lines


if __name__ == "__main__":
    sys.exit(main())
