"""What importing a workbook of what was received would write, or everything against it."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from cadres.models import Officer
from cadres.rules.roster import CellFault
from courtparty.accounts.models import Unit
from courtparty.lib.crypto import keyed_hash
from courtparty.lib.dates import PartialDate
from courtparty.lib.people import normal_name
from courtparty.lib.xlsx import Fault
from retention.models import Received
from retention.selectors.received_workbook import PlacedRow, ReceivedReading

AT_ONCE = 1000
Key = tuple[int, str, str, date, str]


@dataclass(frozen=True, slots=True)
class NewReceived:
    """A row to be written, for an officer of the court."""

    place: PlacedRow
    officer: int

    @property
    def key(self) -> Key:
        row = self.place.row
        return (self.officer, row.kind, row.variant, row.received_on, row.period)


@dataclass(slots=True)
class ReceivedPlan:
    """New and unchanged rows. With errors, nothing of it may be written."""

    reading: ReceivedReading
    new: list[NewReceived] = field(default_factory=list)
    unchanged: int = 0

    @property
    def faults(self) -> list[Fault]:
        return self.reading.faults.in_order(self.reading.sheets)

    @property
    def has_errors(self) -> bool:
        return self.reading.faults.errors > 0

    @property
    def counts(self) -> dict[str, int]:
        return {
            "rows": len(self.reading.rows),
            "new": len(self.new),
            "unchanged": self.unchanged,
            "errors": self.reading.faults.errors,
            "warnings": self.reading.faults.warnings,
        }

    @property
    def digest(self) -> str:
        """Equal exactly when the same would be written."""
        content = [
            [*map(str, one.key), f"{one.place.row.quantity:f}", one.place.row.document]
            for one in self.new
        ]
        text = json.dumps([content, self.unchanged], separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


def plan_received(reading: ReceivedReading, *, court: Unit) -> ReceivedPlan:
    """Compare a workbook with the court's roster and what was entered before.

    Officers are looked for in this court only; whoever is not found is unknown, whatever other
    courts there are.
    """
    plan = ReceivedPlan(reading)
    known = _Roster(court)
    found = []
    for placed in reading.rows:
        officer = known.find(placed, reading)
        if officer is not None:
            found.append(NewReceived(placed, officer))
    _sort_out(plan, _without_repeats(found, reading))
    return plan


class _Roster:
    """Everybody ever on the court's roster, by ID number and by name. One query."""

    def __init__(self, court: Unit) -> None:
        self.by_number: dict[str, tuple[int, str]] = {}
        self.by_name: dict[str, list[int]] = defaultdict(list)
        self.since: dict[int, PartialDate | None] = {}
        officers = Officer.objects.filter(court=court)
        for pk, name, hashed, since in officers.values_list("pk", "name", "id_hash", "work_since"):
            plain = normal_name(name)
            self.by_number[hashed] = (pk, plain)
            self.by_name[plain].append(pk)
            self.since[pk] = since

    def find(self, placed: PlacedRow, reading: ReceivedReading) -> int | None:
        """The officer of a row; a fault instead where there is none, or more than one."""
        row = placed.row
        if row.id_number:
            hashed = keyed_hash(row.id_number, purpose="officer.id_number")
            pk, name = self.by_number.get(hashed, (None, ""))
            found = [pk] if pk is not None and name == row.name else []
        else:
            found = list(self.by_name.get(row.name, []))
        if len(found) != 1:
            field_name = "id_number" if row.id_number else "name"
            code = "officer_ambiguous" if found else "officer_unknown"
            reading.add_fault(placed.sheet, placed.number, CellFault(field_name, code))
            return None
        return self._if_in_work(found[0], placed, reading)

    def _if_in_work(self, pk: int, placed: PlacedRow, reading: ReceivedReading) -> int | None:
        since = self.since[pk]
        if since is None or placed.row.received_on >= since.first:
            return pk
        fault = CellFault("received_on", "before_work", {"since": str(since)})
        reading.add_fault(placed.sheet, placed.number, fault)
        return None


def _without_repeats(found: Iterable[NewReceived], reading: ReceivedReading) -> list[NewReceived]:
    first: dict[Key, PlacedRow] = {}
    kept = []
    for one in found:
        before = first.setdefault(one.key, one.place)
        if before is one.place:
            kept.append(one)
            continue
        params = {"sheet": before.sheet, "row": before.number}
        fault = CellFault("name", "received_twice", params)
        reading.add_fault(one.place.sheet, one.place.number, fault)
    return kept


def _sort_out(plan: ReceivedPlan, found: Sequence[NewReceived]) -> None:
    before = _entered({one.officer for one in found})
    for one in found:
        known = before.get(one.key)
        row = one.place.row
        if known is None:
            plan.new.append(one)
        elif known == (row.quantity, row.document):
            plan.unchanged += 1
        else:
            params = {"quantity": f"{known[0]:f}", "document": known[1]}
            fault = CellFault("quantity", "received_differs", params)
            plan.reading.add_fault(one.place.sheet, one.place.number, fault)


def _entered(officers: set[int]) -> dict[Key, tuple[Decimal, str]]:
    ids = sorted(officers)
    found: dict[Key, tuple[Decimal, str]] = {}
    columns = ("officer", "kind", "variant", "received_on", "period", "quantity", "document")
    for start in range(0, len(ids), AT_ONCE):
        rows = Received.objects.standing().filter(officer__in=ids[start : start + AT_ONCE])
        for *key, quantity, document in rows.values_list(*columns):
            found[tuple(key)] = (quantity, document)
    return found


def report_of(plan: ReceivedPlan, *, shown: int) -> dict[str, Any]:
    """What the preview page shows: all faults, and of the rows the beginning."""
    reading = plan.reading
    return {
        "faults": [fault.as_json() for fault in plan.faults],
        "unknown": reading.unknown_headings,
        "heading_rows": reading.heading_rows,
        "headings": {
            name: {table.letter(one): text for one, text in table.headings.items()}
            for name, table in reading.tables.items()
        },
        "new": [_listed(one) for one in plan.new[:shown]],
    }


def _listed(one: NewReceived) -> dict[str, Any]:
    row = one.place.row
    return {
        "row": one.place.number,
        "officer": one.officer,
        "name": row.name,
        "kind": row.kind,
        "variant": row.variant,
        "received_on": row.received_on.isoformat(),
        "period": row.period,
        "quantity": f"{row.quantity:f}",
        "document": row.document,
    }
