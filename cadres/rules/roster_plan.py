"""What importing a roster would do: who is new, changed, unchanged, back, or not listed. Pure."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal, cast

from cadres.rules.roster import PARTY_MEMBERS, Value
from courtparty.lib.dates import PartialDate

# Regulation on primary-level Party organisations of Party and state organs (2019), art. 5 and 6.
COMMITTEE_FROM = 100
GENERAL_BRANCH_FROM = 50

# What a department does, guessed from its name; the first hit counts.
_FUNCTIONS = (
    ("院领导", "leadership"),
    ("领导班子", "leadership"),
    ("人民法庭", "tribunal"),
    ("立案", "case_filing"),
    ("诉讼服务", "case_filing"),
    ("刑事", "criminal"),
    ("刑庭", "criminal"),
    ("行政审判", "administrative_cases"),
    ("行政庭", "administrative_cases"),
    ("民事", "civil"),
    ("商事", "civil"),
    ("家事", "civil"),
    ("民庭", "civil"),
    ("执行", "enforcement"),
    ("审判管理", "adjudication_management"),
    ("审管", "adjudication_management"),
    ("政治", "political"),
    ("法警", "judicial_police"),
    ("司法警察", "judicial_police"),
    ("办公室", "general_office"),
)


@dataclass(frozen=True, slots=True)
class OfficerRow:
    """One person of the workbook. ``values`` has only the columns that the sheet has."""

    sheet: str
    row: int
    id_hash: str
    values: Mapping[str, Value]

    @property
    def name(self) -> str:
        return str(self.values["name"])

    @property
    def is_party_member(self) -> bool:
        return self.values.get("party_status") in PARTY_MEMBERS


@dataclass(frozen=True, slots=True)
class KnownOfficer:
    """One person of the roster as it stands."""

    pk: int
    id_hash: str
    in_service: bool
    values: Mapping[str, Value]

    @property
    def name(self) -> str:
        return str(self.values["name"])


@dataclass(frozen=True, slots=True)
class Change:
    field: str
    old: Value
    new: Value


@dataclass(frozen=True, slots=True)
class ChangedOfficer:
    """Someone on the roster whose row says something else, or who is back in service."""

    known: KnownOfficer
    row: OfficerRow
    changes: tuple[Change, ...]

    @property
    def returned(self) -> bool:
        return not self.known.in_service


@dataclass(frozen=True, slots=True)
class Plan:
    """Everybody in one of four places; ``left`` are in service but not in the workbook."""

    new: tuple[OfficerRow, ...]
    changed: tuple[ChangedOfficer, ...]
    unchanged: tuple[tuple[KnownOfficer, OfficerRow], ...]
    left: tuple[KnownOfficer, ...]

    @property
    def counts(self) -> dict[str, int]:
        return {
            "new": len(self.new),
            "changed": len(self.changed),
            "returned": sum(one.returned for one in self.changed),
            "unchanged": len(self.unchanged),
            "left": len(self.left),
        }


def plan_roster(rows: Sequence[OfficerRow], existing: Iterable[KnownOfficer]) -> Plan:
    """Match the workbook with the roster by ID number and say what is different.

    A column that the workbook does not have changes nothing. An empty cell in one that it has
    empties the field. A day already known is kept where the workbook only says its month.
    """
    known = {officer.id_hash: officer for officer in existing}
    new, changed, unchanged = [], [], []
    for row in rows:
        officer = known.pop(row.id_hash, None)
        if officer is None:
            new.append(row)
            continue
        changes = tuple(_changes(officer.values, row.values))
        if changes or not officer.in_service:
            changed.append(ChangedOfficer(officer, row, changes))
        else:
            unchanged.append((officer, row))
    left = tuple(officer for officer in known.values() if officer.in_service)
    return Plan(tuple(new), tuple(changed), tuple(unchanged), left)


def _changes(old: Mapping[str, Value], new: Mapping[str, Value]) -> Iterable[Change]:
    for field, value in new.items():
        if field != "id_number" and not _says_the_same(old[field], value):
            yield Change(field, old[field], value)


def _says_the_same(old: Value, new: Value) -> bool:
    if isinstance(old, PartialDate) and isinstance(new, PartialDate):
        return new.covers(old)
    return (old or None) == (new or None)


def look_alikes(plan: Plan, existing: Iterable[KnownOfficer]) -> list[OfficerRow]:
    """New rows with the name, birth and department of someone with another ID number."""
    matched = {one.known.pk for one in plan.changed} | {known.pk for known, _row in plan.unchanged}
    others: dict[tuple[Value, Value], list[KnownOfficer]] = {}
    for officer in existing:
        if officer.pk not in matched:
            key = (officer.values["name"], officer.values["department"])
            others.setdefault(key, []).append(officer)
    return [
        row
        for row in plan.new
        if any(
            _may_be_same(officer.values["birth"], row.values.get("birth"))
            for officer in others.get((row.values["name"], row.values["department"]), [])
        )
    ]


def _may_be_same(one: Value, other: Value) -> bool:
    if not (isinstance(one, PartialDate) and isinstance(other, PartialDate)):
        return True
    return one.covers(other) or other.covers(one)


# -- units the workbook names and the court does not have ---------------------------------------

PARTY_ORG = "party_org"
UnitKind = Literal["department", "branch", "party_committee", "general_branch", "none"]


@dataclass(frozen=True, slots=True)
class NewUnit:
    """A unit to be made. ``rows`` are those that name it, as (sheet, row)."""

    kind: UnitKind
    name: str
    function: str = ""
    rows: tuple[tuple[str, int], ...] = ()

    @property
    def key(self) -> str:
        """Names this unit among the proposals, whatever is then chosen for it."""
        is_listed = self.kind in ("department", "branch")
        return f"{self.kind}:{self.name}" if is_listed else PARTY_ORG


def missing_units(
    rows: Sequence[OfficerRow],
    *,
    departments: Iterable[str],
    branches: Iterable[str],
    has_party_org: bool,
    court_name: str,
) -> tuple[NewUnit, ...]:
    """The units to make first, in the order in which the workbook names them.

    Branches stand under the court's Party organisation; where there is none yet, one is proposed
    by the number of Party members: a committee from 100, a general branch from 50 (regulation of
    2019, art. 5 and 6). Below that its kind is 'none': branches stand under the court itself.
    """
    new_departments = _named(rows, "department", known=frozenset(departments))
    new_branches = _named(rows, "branch", known=frozenset(branches))
    found = [
        NewUnit("department", name, department_function(name), places)
        for name, places in new_departments.items()
    ]
    if new_branches and not has_party_org:
        kind = party_org_kind(sum(row.is_party_member for row in rows))
        found.append(NewUnit(kind, party_org_name(kind, court_name)))
    found += [NewUnit("branch", name, "", places) for name, places in new_branches.items()]
    return tuple(found)


def _named(
    rows: Iterable[OfficerRow], field: str, *, known: frozenset[str]
) -> dict[str, tuple[tuple[str, int], ...]]:
    places: dict[str, list[tuple[str, int]]] = {}
    for row in rows:
        name = row.values.get(field)
        if name and name not in known:
            places.setdefault(str(name), []).append((row.sheet, row.row))
    return {name: tuple(where) for name, where in places.items()}


def department_function(name: str) -> str:
    """What a department does, as far as its name says so; 'other' where it does not."""
    return next((function for part, function in _FUNCTIONS if part in name), "other")


def party_org_kind(members: int) -> UnitKind:
    if members >= COMMITTEE_FROM:
        return "party_committee"
    return "general_branch" if members >= GENERAL_BRANCH_FROM else "none"


def party_org_name(kind: UnitKind, court_name: str) -> str:
    bodies = {"party_committee": "机关委员会", "general_branch": "总支部委员会"}
    return f"中共{court_name}{bodies[kind]}" if kind in bodies else ""


def chosen_units(
    units: Sequence[NewUnit], choices: Mapping[str, str], *, court_name: str
) -> list[NewUnit]:
    """The proposed units as they were confirmed: another function, another kind of organisation.

    ``choices`` maps a unit's ``key`` to the function (departments) or the kind (organisation).
    """
    chosen = []
    for unit in units:
        choice = choices.get(unit.key, "")
        if unit.kind == "department" and choice:
            unit = replace(unit, function=choice)
        elif unit.key == PARTY_ORG and choice:
            kind = cast(UnitKind, choice)
            unit = NewUnit(kind, party_org_name(kind, court_name))
        if unit.kind != "none":
            chosen.append(unit)
    return chosen


def row_ranges(rows: Iterable[int]) -> str:
    """'4–6, 9' for 4, 5, 6 and 9."""
    parts: list[list[int]] = []
    for row in sorted(rows):
        if parts and row == parts[-1][1] + 1:
            parts[-1][1] = row
        else:
            parts.append([row, row])
    return ", ".join(str(low) if low == high else f"{low}–{high}" for low, high in parts)


# -- what was shown is what is done -------------------------------------------------------------


def plan_digest(plan: Plan, units: Sequence[NewUnit]) -> str:
    """The same for the same plan, to the byte: a confirmation is good for one plan only."""
    content = {
        "new": [_row(row) for row in plan.new],
        "changed": [
            [one.known.pk, one.returned, [asdict(change) for change in one.changes]]
            for one in plan.changed
        ],
        "unchanged": [known.pk for known, _row in plan.unchanged],
        "left": sorted(officer.pk for officer in plan.left),
        "units": [[unit.kind, unit.name] for unit in units],
    }
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, default=_plain)
    return hashlib.sha256(text.encode()).hexdigest()


def _row(row: OfficerRow) -> list[Any]:
    values = {field: value for field, value in row.values.items() if field != "id_number"}
    return [row.sheet, row.row, row.id_hash, values]


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, PartialDate) else str(value)
