"""Computing what officers are due: for one after something was entered, for a court every night.

Everything is derived, so it is safe to repeat: a row that stays the same is not written, what no
longer follows from the facts is removed, and two computings at once wait for one another.
"""

import json
import logging
from collections.abc import Collection, Generator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from cadres.models import Officer
from courtparty.accounts.models import Unit, User
from courtparty.audit.services import record
from courtparty.jobs.models import Job
from courtparty.jobs.registry import Progress, Refused
from courtparty.jobs.services import start_job
from courtparty.lib.collector import collector_paused
from courtparty.lib.copying import copy_in
from retention.models import Entitlement, EntitlementComputing, EntitlementKind
from retention.rules.entitlement_tables import FaultyTable
from retention.rules.entitlements import DUE, EXPECTED, MISSING, RECEIVED, WAIVED, Due, add_months
from retention.selectors.entitlement_dues import dues_of
from retention.selectors.entitlement_rules import rules_in_force
from retention.selectors.entitlement_sources import (
    COLUMNS,
    Frame,
    Sources,
    allowance_months,
    frame_of,
    sources_of,
)

COMPUTE = "retention.entitlements"
OFFICERS_AT_A_TIME = 2000
ROWS_AT_A_TIME = 1000
Kind = EntitlementKind
OPEN = (DUE, EXPECTED, MISSING)
CONTENT = (
    "due_on", "quantity", "received", "received_on", "explained", "rule_id", "state",
)  # fmt: skip
# What ends with a day received; of the others older periods are kept as they were.
TERMS = (Kind.RANK_STEP, Kind.WAGE_STEP, Kind.JUDGE_RANK_STEP, Kind.CHECKUP)
Key = tuple[int, str, str]
Content = tuple[Any, ...]  # in the order of CONTENT
Steps = Generator[Progress, None, dict[str, Any]]

_log = logging.getLogger(__name__)


class CannotCompute(Refused):
    """Entitlements can't be computed now. Its text is for the user."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A row as it is, by its number."""

    pk: int
    content: Content

    @property
    def state(self) -> str:
        return str(self.content[-1])


@dataclass(slots=True)
class Counts:
    """What one computing came to."""

    officers: int = 0
    entitlements: int = 0
    written: int = 0
    removed: int = 0

    def add(self, other: "Counts") -> None:
        self.officers += other.officers
        self.entitlements += other.entitlements
        self.written += other.written
        self.removed += other.removed


# -- asked for --------------------------------------------------------------------------------


@transaction.atomic
def ask_computing(*, court: Unit, by: User, return_url: str) -> Job:
    """Queue the computing of a court. Refuses while one is under way (CannotStart)."""
    return start_job(
        COMPUTE,
        by=by,
        lock=f"entitlements:{court.pk}",
        court=court,
        return_url=return_url,
        court_id=court.pk,
    )


def compute_court(*, court_id: int, by: User | None, on: date) -> Steps:
    """Compute a whole court, some thousand officers at a time, each part in its transaction.

    Refuses while a rule's table can't be read. Recorded at the end; nobody is told here.
    """
    court = Unit.objects.courts().get(pk=court_id)
    frame = _frame(court, on)
    ids = officers_computed(court)
    yield Progress(0, len(ids))
    months = allowance_months(frame)
    counts = Counts()
    for start in range(0, len(ids), OFFICERS_AT_A_TIME):
        counts.add(_compute_part(ids[start : start + OFFICERS_AT_A_TIME], frame, months))
        yield Progress(min(start + OFFICERS_AT_A_TIME, len(ids)), len(ids))
    _note(court, counts, by=by, on=on)
    return {"officers": counts.officers, "entitlements": counts.entitlements}


def _frame(court: Unit, on: date) -> Frame:
    try:
        rules = rules_in_force(court, on=on)
    except FaultyTable as fault:
        text = _("The table of an entitlement rule can't be read: %(faults)s. Put it right first.")
        raise CannotCompute(text % {"faults": fault}) from fault
    return frame_of(court, rules, on=on)


def officers_computed(court: Unit) -> list[int]:
    """Those in service, and those who left with something still open."""
    officers = Officer.objects.filter(court=court)
    is_open = Entitlement.objects.filter(
        court=court, state__in=OPEN, officer__left_on__isnull=False
    )
    found = officers.filter(Q(left_on=None) | Q(pk__in=is_open.values("officer")))
    return list(found.order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def _compute_part(ids: Sequence[int], frame: Frame, months: Mapping[int, list[Any]]) -> Counts:
    with collector_paused():
        return _compute(ids, frame, months)


@transaction.atomic
def _note(court: Unit, counts: Counts, *, by: User | None, on: date) -> None:
    done = EntitlementComputing.objects.create(
        court=court,
        on=on,
        officers=counts.officers,
        entitlements=counts.entitlements,
        written=counts.written,
        removed=counts.removed,
        by=by,
        finished_at=timezone.now(),
    )
    record(
        "entitlements.computed",
        by=by,
        on=done,
        court=court,
        officers=counts.officers,
        rows=counts.entitlements,
        changed=counts.written,
    )


def compute_all(*, on: date) -> int:
    """Every court by itself: one that fails is logged and keeps no other from being computed."""
    done = 0
    for court in Unit.objects.courts().filter(is_active=True):
        try:
            for _progress in compute_court(court_id=court.pk, by=None, on=on):
                pass
        except Exception:
            _log.exception("entitlements of court %s failed", court.pk)
        else:
            done += 1
    return done


def compute_officers(*, court: Unit, officers: Collection[int], on: date) -> None:
    """Bring some officers up to date, inside the caller's transaction."""
    frame = _frame(court, on)
    ids = sorted(officers)
    _compute(ids, frame, allowance_months(frame, ids))


# -- computed ---------------------------------------------------------------------------------


def _compute(ids: Sequence[int], frame: Frame, months: Mapping[int, list[Any]]) -> Counts:
    officers = _locked(ids, frame.court)
    sources = sources_of(officers, frame, months)
    stored = _stored(ids)
    wanted: dict[Key, Content] = {}
    for officer in officers:
        for due in dues_of(officer, frame, sources):
            key = (officer.pk, due.kind, due.period)
            rule = frame.rules[due.kind].pk
            wanted[key] = _content(due, rule, stored.get(key), key in sources.waived)
    written = _write(wanted, stored, frame.court)
    gone = [
        row.pk
        for key, row in stored.items()
        if key not in wanted and _is_gone(key, row, frame, sources)
    ]
    _remove(gone)
    return Counts(len(officers), len(wanted), written, len(gone))


def _locked(ids: Sequence[int], court: Unit) -> list[Officer]:
    """The officers, held so that a second computing of the same ones waits for this one."""
    rows = Officer.objects.filter(pk__in=ids).only(*COLUMNS).order_by("pk")
    officers = list(rows.select_for_update(of=("self",), no_key=True))
    for officer in officers:
        officer.court = court
    return officers


def _stored(ids: Sequence[int]) -> dict[Key, Stored]:
    rows = Entitlement.objects.filter(officer__in=ids)
    columns = ("pk", "officer_id", "kind", "period", *CONTENT)
    return {
        (row[1], row[2], row[3]): Stored(row[0], row[4:])
        for row in rows.values_list(*columns).iterator(ROWS_AT_A_TIME * 5)
    }


# -- written ----------------------------------------------------------------------------------


def _content(due: Due, rule: int, before: Stored | None, is_waived: bool) -> Content:
    """A row as it is to be, in the order of CONTENT.

    A term that has ended keeps the day and the explanation it had while it was under way.
    """
    due_on, explained = due.due_on, due.explained
    if due.is_past and before is not None:
        due_on, rule = before.content[0], before.content[5] or rule
        kept = [line for line in before.content[4] if line[0] != "received"]
        explained = [*kept, *due.explained]
    state = WAIVED if is_waived and due.state in OPEN else due.state
    return (due_on, due.quantity, due.received, due.received_on, explained, rule, state)


def _write(wanted: Mapping[Key, Content], stored: Mapping[Key, Stored], court: Unit) -> int:
    at = timezone.now()
    new = {key: content for key, content in wanted.items() if key not in stored}
    changed = {
        key: content
        for key, content in wanted.items()
        if key in stored and stored[key].content != content
    }
    if connection.vendor == "postgresql" and len(new) > ROWS_AT_A_TIME:
        _copy(new, court, at)
    else:
        rows = [_row(key, content, court, at) for key, content in new.items()]
        Entitlement.objects.bulk_create(rows, batch_size=ROWS_AT_A_TIME)
    Entitlement.objects.bulk_create(
        [_row(key, content, court, at) for key, content in changed.items()],
        batch_size=ROWS_AT_A_TIME,
        update_conflicts=True,
        unique_fields=["officer", "kind", "period"],
        update_fields=[name.removesuffix("_id") for name in (*CONTENT, "computed_at")],
    )
    return len(new) + len(changed)


def _row(key: Key, content: Content, court: Unit, at: datetime) -> Entitlement:
    officer, kind, period = key
    return Entitlement(
        court_id=court.pk,
        officer_id=officer,
        kind=kind,
        period=period,
        computed_at=at,
        **dict(zip(CONTENT, content, strict=True)),
    )


def _copy(new: Mapping[Key, Content], court: Unit, at: datetime) -> None:
    """The same rows as those of ``_row``; a court's first night has hundreds of thousands."""
    explained = CONTENT.index("explained")
    copy_in(
        Entitlement._meta.db_table,
        ["officer_id", "kind", "period", "court_id", "computed_at", *CONTENT],
        (
            (
                *key,
                court.pk,
                at,
                *content[:explained],
                json.dumps(content[explained]),
                *content[explained + 1 :],
            )
            for key, content in new.items()
        ),
    )


def _is_gone(key: Key, row: Stored, frame: Frame, sources: Sources) -> bool:
    """Whether a row that no longer follows is to be removed, or kept as what has been."""
    officer, kind, period = key
    if kind in TERMS:
        return not (row.state == RECEIVED and _was_given(officer, kind, row, sources))
    if kind == Kind.MAKEUP_REST:
        ends, rule = row.content[0], frame.rules.get(kind)
        months = rule.table.months_back if rule else 0
        is_old = ends is not None and ends < add_months(frame.on, -months)
        return not (is_old and row.state == RECEIVED)
    covered = {str(year) for year in frame.years} | {f"{one:%Y-%m}" for one in frame.months}
    return period in covered or row.state in OPEN


def _was_given(officer: int, kind: str, row: Stored, sources: Sources) -> bool:
    given = sources.given[officer][kind] if officer in sources.given else []
    return any(one.on == row.content[3] for one in given)


def _remove(pks: list[int]) -> None:
    for start in range(0, len(pks), ROWS_AT_A_TIME):
        Entitlement.objects.filter(pk__in=pks[start : start + ROWS_AT_A_TIME]).delete()
