"""Writing results: called inside the transaction of a computing."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from io import StringIO

from django.db import connection

from appraisal.models import AssessmentRun, Result
from appraisal.rules.evidence import NONE, from_cents

ROWS_AT_A_TIME = 500


@dataclass(slots=True)
class Computed:
    """What is stored for one participant. ``sums``: base, bonus, own, routine, total."""

    participant_id: int
    key: str
    group: tuple[str, str]
    part: int
    row: int
    points: list[int]
    sums: list[int]
    vetoes: list[str]
    fingerprint: str
    z_score: Decimal | None = None
    quartile: int | None = None

    @property
    def is_complete(self) -> bool:
        return self.sums[-1] != NONE

    @property
    def state(self) -> str:
        return Result.State.COMPLETE if self.is_complete else Result.State.MISSING


def write_results(run: AssessmentRun, results: Sequence[Computed]) -> None:
    """One row for each participant; an earlier computing's is overwritten and keeps its number."""
    write = _write_at_once if connection.vendor == "postgresql" else _write_in_batches
    write(run, results)


FIELDS = [
    "run", "part", "row", "state", "points", "base", "bonus", "own", "routine", "total", "vetoes",
    "z_score", "quartile", "fingerprint",
]  # fmt: skip


def _write_in_batches(run: AssessmentRun, results: Sequence[Computed]) -> None:
    Result.objects.bulk_create(
        [_result(run, one) for one in results],
        update_conflicts=True,
        unique_fields=["participant"],
        update_fields=FIELDS,
        batch_size=ROWS_AT_A_TIME,
    )


def _result(run: AssessmentRun, one: Computed) -> Result:
    base, bonus, own, routine, total = map(from_cents, one.sums)
    return Result(
        participant_id=one.participant_id,
        run=run,
        part=one.part,
        row=one.row,
        state=one.state,
        points=one.points,
        base=base,
        bonus=bonus or Decimal(0),
        own=own,
        routine=routine,
        total=total,
        vetoes=one.vetoes,
        z_score=one.z_score,
        quartile=one.quartile,
        fingerprint=one.fingerprint,
    )


# -- PostgreSQL, a court at once ----------------------------------------------------------------

COLUMNS = ["participant_id", "run_id", *(f'"{name}"' for name in FIELDS[1:])]
_NAMES = ", ".join(COLUMNS)
_PUT_IN = f"COPY {{table}} ({_NAMES}) FROM STDIN"
_SET_ASIDE = f"""
CREATE TEMPORARY TABLE computed ON COMMIT DROP AS
SELECT {_NAMES} FROM appraisal_result WITH NO DATA
"""  # noqa: S608 - nothing in it but the names above
_TAKE_OVER = f"""
INSERT INTO appraisal_result ({_NAMES}) SELECT {_NAMES} FROM computed
ON CONFLICT (participant_id) DO UPDATE SET
  {", ".join(f"{name} = EXCLUDED.{name}" for name in COLUMNS[1:])};
DROP TABLE computed
"""  # noqa: S608


def _write_at_once(run: AssessmentRun, results: Sequence[Computed]) -> None:
    rows = StringIO("".join(_row(run.pk, one) for one in results))
    with connection.cursor() as cursor:
        if run.number == 1:
            cursor.copy_expert(_PUT_IN.format(table="appraisal_result"), rows)
        else:
            cursor.execute(_SET_ASIDE)
            cursor.copy_expert(_PUT_IN.format(table="computed"), rows)
            cursor.execute(_TAKE_OVER)


def _row(run_id: int, one: Computed) -> str:
    """As COPY reads it: tabs between values, \\N for none."""
    base, bonus, own, routine, total = map(_decimal, one.sums)
    vetoes = json.dumps(one.vetoes).replace("\\", "\\\\") if one.vetoes else "[]"
    z_score = "\\N" if one.z_score is None else one.z_score
    quartile = "\\N" if one.quartile is None else one.quartile
    return (
        f"{one.participant_id}\t{run_id}\t{one.part}\t{one.row}\t{one.state}\t{one.points}\t"
        f"{base}\t{bonus}\t{own}\t{routine}\t{total}\t{vetoes}\t{z_score}\t{quartile}\t"
        f"{one.fingerprint}\n"
    )


@lru_cache(maxsize=2**15)
def _decimal(hundredths: int) -> str:
    """Totals repeat: among the thousands of a court there are no more than 11,000 of them."""
    return "\\N" if hundredths < 0 else f"{hundredths // 100}.{hundredths % 100:02d}"
