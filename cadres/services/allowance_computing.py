"""Computing the lines of an allowance run, and storing them as a draft."""

import hashlib
import json
from collections.abc import Generator, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar

from cadres.models import AllowanceLine, AllowanceRun
from cadres.rules.allowances import (
    Held,
    Line,
    Settled,
    Standard,
    corrections,
    month_lines,
    next_month,
)
from cadres.selectors.allowance_inputs import (
    Review,
    inputs_stamp,
    last_changes,
    posts_held,
    reviews,
    settled_amounts,
    standards_of,
)
from courtparty.accounts.models import Unit
from courtparty.jobs.registry import Progress

POSTS_AT_A_TIME = 5000
LINES_AT_A_TIME = 2000
CONTENT = (
    "officer_id", "appointment_id", "standard_id", "kind", "month", "rate", "days", "month_days",
    "due", "paid_before", "amount",
)  # fmt: skip
Row = TypeVar("Row", Held, Settled)


@dataclass(frozen=True, slots=True)
class Computed:
    """The lines of a month in their order, and the stamp of what they were computed from."""

    lines: list[Line]
    stamp: tuple[Any, ...]

    @property
    def officers(self) -> int:
        return len({line.officer for line in self.lines})

    @property
    def total(self) -> Decimal:
        return sum((line.amount for line in self.lines), Decimal("0.00"))


def computing(court: Unit, month: date) -> Generator[Progress, None, Computed]:
    """The allowances of a month and what is owed for settled months before it. Writes nothing.

    Progress counts months: this one, then those before.
    """
    stamp = inputs_stamp(court)
    standards = standards_of(court)
    before = reviews(court, before=month)
    total = 1 + len(before)
    yield Progress(0, total)
    lines = yield from _of_month(court, month, standards, total)
    yield Progress(1, total)
    lines += yield from _of_months_before(court, month, standards, before)
    return Computed(lines, stamp)


def _of_month(
    court: Unit, month: date, standards: Sequence[Standard], total: int
) -> Generator[Progress, None, list[Line]]:
    lines: list[Line] = []
    for posts in _in_parts(posts_held(court, since=month, until=next_month(month))):
        lines += month_lines(posts, standards, month)
        yield Progress(0, total)
    return lines


def _in_parts(posts: Sequence[Held]) -> Generator[Sequence[Held], None, None]:
    """Some thousand posts at a time, never parting those of one officer."""
    start = 0
    while start < len(posts):
        end = min(start + POSTS_AT_A_TIME, len(posts))
        while end < len(posts) and posts[end].officer == posts[end - 1].officer:
            end += 1
        yield posts[start:end]
        start = end


def _of_months_before(
    court: Unit, month: date, standards: Sequence[Standard], before: Sequence[Review]
) -> Generator[Progress, None, list[Line]]:
    """Arrears and recoveries, the months in their order."""
    if not before:
        return []
    since = None if any(one.is_for_all for one in before) else min(one.since for one in before)
    changes = last_changes(court, since=min(one.since for one in before))
    posts = posts_held(court, since=before[0].month, until=month, changed=since)
    settled = settled_amounts(court, before=month, changed=since)
    lines: list[Line] = []
    for done, one in enumerate(before, 2):
        concerned = None if one.is_for_all else _changed(changes, one)
        now = month_lines(_those(concerned, posts), standards, one.month)
        lines += corrections(now, _those(concerned, settled[one.month]), one.month)
        yield Progress(done, 1 + len(before))
    return lines


def _changed(changes: dict[int, datetime], review: Review) -> set[int]:
    return {officer for officer, moment in changes.items() if moment >= review.since}


def _those(officers: set[int] | None, rows: Iterable[Row]) -> Iterable[Row]:
    return rows if officers is None else [row for row in rows if row.officer in officers]


def store_lines(run: AllowanceRun, computed: Computed) -> None:
    """Make the draft have exactly the computed lines. Part of the caller's transaction.

    Lines that stay the same are left as they are: of a large run little changes each time.
    """
    rows = run.lines.values_list("pk", *CONTENT)
    stored = {row[1:]: row[0] for row in rows.iterator(LINES_AT_A_TIME)}
    computed_now = dict.fromkeys(map(_content, computed.lines))
    gone = [pk for content, pk in stored.items() if content not in computed_now]
    for start in range(0, len(gone), LINES_AT_A_TIME):
        run.lines.filter(pk__in=gone[start : start + LINES_AT_A_TIME]).delete()
    fresh = (
        AllowanceLine(run_id=run.pk, **dict(zip(CONTENT, content, strict=True)))
        for content in computed_now
        if content not in stored
    )
    AllowanceLine.objects.bulk_create(fresh, batch_size=LINES_AT_A_TIME)


def _content(line: Line) -> tuple[Any, ...]:
    return (
        line.officer,
        line.appointment,
        line.standard,
        line.kind,
        line.month,
        line.rate,
        line.days,
        line.month_days,
        line.due,
        line.paid_before,
        line.amount,
    )


def fingerprint_of(court: Unit, month: date, lines: Iterable[Line]) -> str:
    """SHA-256 over every line in one writing: equal exactly when the runs are equal."""
    content = [[str(value) for value in _content(line)] for line in lines]
    text = json.dumps([court.code, month.isoformat(), content], separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
