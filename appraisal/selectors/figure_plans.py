"""What importing a read workbook would change: whose rows they are, what is new, what differs."""

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Max, Q

from appraisal.models import Figure, SettledName
from appraisal.rules.figures import month_before, plain_number
from appraisal.selectors.figure_workbook import FigureRow, MonthSheet, Reading
from cadres.models import Officer
from courtparty.accounts.models import Unit
from courtparty.lib.people import normal_name, pinyin_of
from courtparty.lib.xlsx import Fault

CANDIDATES = 100


@dataclass(frozen=True, slots=True)
class Person:
    """An officer as far as a name in a workbook can tell."""

    pk: int
    name: str
    pinyin: str
    department: str
    department_en: str
    category: str
    left_on: date | None

    def is_in_post(self, month: date) -> bool:
        """In service, or left in that month or later."""
        return self.left_on is None or self.left_on >= month


@dataclass(frozen=True, slots=True)
class Unsettled:
    """A row that means no one officer for sure; an administrator chooses among ``candidates``."""

    sheet: str
    row: int
    department: str
    name: str
    occurrence: int
    candidates: list[int]


@dataclass(frozen=True, slots=True)
class Known:
    """A figure as it is stored."""

    figure_id: int
    value: Decimal
    as_of: date
    source_id: int


@dataclass(frozen=True, slots=True)
class Change:
    """One figure to be written; ``known`` is what it replaces, None for a new one."""

    officer_id: int
    code: str
    month: date
    new: Decimal
    as_of: date
    known: Known | None = None


@dataclass(slots=True)
class Plan:
    """Everything an import would do, and everything that stands against it."""

    faults: list[Fault] = field(default_factory=list)
    unsettled: list[Unsettled] = field(default_factory=list)
    settled: list[tuple[FigureRow, str, Person]] = field(default_factory=list)
    new: list[Change] = field(default_factory=list)
    changed: list[Change] = field(default_factory=list)
    refreshed: list[Change] = field(default_factory=list)
    unchanged: int = 0
    months: list[date] = field(default_factory=list)
    people: dict[int, Person] = field(default_factory=dict)
    listed: set[int] = field(default_factory=set)
    without: dict[int, list[date]] = field(default_factory=dict)

    @property
    def errors(self) -> list[Fault]:
        return [fault for fault in self.faults if fault.is_error]

    @property
    def digest(self) -> str:
        """Of what would be written: what was shown is what is imported, to the byte."""
        parts: dict[str, list[list[Any]]] = {
            name: sorted(_as_line(change) for change in changes)
            for name, changes in (
                ("new", self.new),
                ("changed", self.changed),
                ("refreshed", self.refreshed),
            )
        }
        text = json.dumps(parts, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


def _as_line(change: Change) -> list[Any]:
    old = plain_number(change.known.value) if change.known else ""
    return [
        change.officer_id,
        change.code,
        change.month.isoformat(),
        old,
        plain_number(change.new),
        change.as_of.isoformat(),
    ]


def plan_figures(court: Unit, reading: Reading, *, allow_older: bool = False) -> Plan:
    """Match names and compare numbers with what is stored. Reads only."""
    plan = Plan(faults=list(reading.faults), months=[sheet.month for sheet in reading.months])
    roster = _Roster(court, reading.months)
    stored_days = _stored_days(court, plan.months)
    pending = _pending_before(court, reading.months)
    for sheet in sorted(reading.months, key=lambda one: one.month):
        whose = roster.whose(sheet, plan)
        plan.people |= {person.pk: person for person in whose.values()}
        plan.listed |= {person.pk for person in whose.values()}
        if not allow_older:
            plan.faults += _older_faults(sheet, stored_days)
        _compare(court, plan, sheet, whose)
        plan.faults += _judge_faults(sheet, whose)
        plan.faults += _continuity_faults(sheet, whose, pending)
        for person in roster.judges_without(sheet.month, whose):
            plan.people[person.pk] = person
            plan.without.setdefault(person.pk, []).append(sheet.month)
    plan.faults = reading.in_order(plan.faults)
    return plan


# -- whose row it is --------------------------------------------------------------------------


class _Roster:
    """The court's officers by what a workbook says of them, and the names settled before."""

    def __init__(self, court: Unit, sheets: list[MonthSheet]) -> None:
        first = min((sheet.month for sheet in sheets), default=date.max)
        self.people = list(_people(court, since=first))
        self.by_pk = {person.pk: person for person in self.people}
        self.by_name = _grouped((person.name, person) for person in self.people)
        self.by_pinyin = _grouped((person.pinyin, person) for person in self.people)
        self.by_department = _grouped(
            (text, person)
            for person in self.people
            for text in {person.department, person.department_en} - {""}
        )
        settled = SettledName.objects.filter(court=court).values_list(
            "department_text", "name_text", "occurrence", "officer_id"
        )
        self.settled = {(text, name, nth): pk for text, name, nth, pk in settled}

    def whose(self, sheet: MonthSheet, plan: Plan) -> dict[FigureRow, Person]:
        """Each row's officer; rows that mean none for sure become faults to be settled."""
        rows_of = _grouped(((row.department, row.name), row) for row in sheet.rows)
        found: dict[int, FigureRow] = {}
        whose: dict[int, Person] = {}
        for row in sheet.rows:
            same = rows_of[row.department, row.name]
            person = self._settled(row, sheet.month)
            if person is not None:
                plan.settled.append((row, sheet.sheet, person))
                plan.faults += self._namesake_faults(sheet, row, len(same))
            else:
                person = self._matched(row, same, sheet, plan)
            if person is None:
                continue
            first = found.setdefault(person.pk, row)
            if first is row:
                whose[row.row] = person
            else:
                self._clash(sheet, first, row, plan)
        return {row: whose[row.row] for row in sheet.rows if row.row in whose}

    def judges_without(self, month: date, whose: dict[FigureRow, Person]) -> Iterator[Person]:
        present = {person.pk for person in whose.values()}
        for person in self.people:
            is_judge = person.category == Officer.Category.QUOTA_JUDGE
            if is_judge and person.is_in_post(month) and person.pk not in present:
                yield person

    def _settled(self, row: FigureRow, month: date) -> Person | None:
        pk = self.settled.get((row.department, row.name, row.occurrence))
        person = self.by_pk.get(pk) if pk else None
        return person if person and person.is_in_post(month) else None

    def _fitting(self, row: FigureRow, month: date) -> list[Person]:
        named = [person for person in self.by_name[row.name] if person.is_in_post(month)]
        if not row.department:
            return named
        return [p for p in named if row.department in (p.department, p.department_en)]

    def _matched(
        self, row: FigureRow, same: list[FigureRow], sheet: MonthSheet, plan: Plan
    ) -> Person | None:
        fitting = self._fitting(row, sheet.month)
        params: dict[str, Any] = {"department": row.department, "name": row.name}
        if len(same) > 1:
            code, params["rows"] = "figures_name_twice", [other.row for other in same]
        elif len(fitting) == 1:
            return fitting[0]
        elif fitting:
            code, params["count"] = "figures_name_ambiguous", len(fitting)
        else:
            code = "figures_name_unknown"
        letter = sheet.letters["officer"]
        plan.faults.append(Fault(sheet.sheet, row.row, letter, code, params))
        plan.unsettled.append(self._unsettled(sheet, row))
        return None

    def _clash(self, sheet: MonthSheet, first: FigureRow, row: FigureRow, plan: Plan) -> None:
        """Two rows mean one officer. Only a settled name can be chosen anew."""
        for one, other in ((first, row), (row, first)):
            place = (sheet.sheet, one.row, sheet.letters["officer"])
            plan.faults.append(Fault(*place, "figures_officer_twice", {"other": other.row}))
            if (one.department, one.name, one.occurrence) in self.settled:
                plan.unsettled.append(self._unsettled(sheet, one))

    def _namesake_faults(self, sheet: MonthSheet, row: FigureRow, rows: int) -> list[Fault]:
        count = len(self._fitting(row, sheet.month))
        if row.occurrence != rows or count <= rows or not row.department:
            return []
        params = {"department": row.department, "name": row.name, "count": count}
        place = (sheet.sheet, row.row, sheet.letters["officer"])
        return [Fault(*place, "figures_namesake_missing", params, "warning")]

    def _unsettled(self, sheet: MonthSheet, row: FigureRow) -> Unsettled:
        near = [
            *self.by_name[row.name],
            *self.by_pinyin[pinyin_of(row.name)[0]],
            *self.by_department[row.department],
        ]
        pks = dict.fromkeys(person.pk for person in near if person.is_in_post(sheet.month))
        return Unsettled(
            sheet.sheet, row.row, row.department, row.name, row.occurrence, list(pks)[:CANDIDATES]
        )


def _grouped(pairs: Iterable[tuple[Any, Any]]) -> defaultdict[Any, list[Any]]:
    groups: defaultdict[Any, list[Any]] = defaultdict(list)
    for key, value in pairs:
        groups[key].append(value)
    return groups


def _people(court: Unit, *, since: date) -> Iterator[Person]:
    rows = (
        Officer.objects.filter(court=court)
        .filter(Q(left_on=None) | Q(left_on__gte=since))
        .order_by("list_order", "pk")
        .values_list(
            "pk", "name", "pinyin", "department__name", "department__name_en", "category", "left_on"
        )
    )
    texts: dict[str, str] = {}
    for pk, name, pinyin, department, department_en, category, left_on in rows:
        for text in (department, department_en):
            texts.setdefault(text, "".join(text.split()))
        yield Person(
            pk,
            normal_name(name),
            pinyin,
            texts[department],
            texts[department_en],
            category,
            left_on,
        )


# -- what differs -----------------------------------------------------------------------------


def _compare(court: Unit, plan: Plan, sheet: MonthSheet, whose: dict[FigureRow, Person]) -> None:
    columns = ("officer_id", "measure__code", "pk", "value", "as_of", "source_id")
    figures = Figure.objects.filter(officer__court=court, month=sheet.month)
    stored = {
        (officer_id, code): Known(pk, value, as_of, source_id)
        for officer_id, code, pk, value, as_of, source_id in figures.values_list(*columns)
    }
    for row, person in whose.items():
        for code, value in row.values.items():
            if value is not None:
                known = stored.pop((person.pk, code), None)
                change = Change(person.pk, code, sheet.month, value, sheet.as_of, known)
                _sort_in(plan, change)
    plan.faults += _kept_faults(court, sheet, whose, Counter(pk for pk, _code in stored))


def _sort_in(plan: Plan, change: Change) -> None:
    if change.known is None:
        plan.new.append(change)
    elif change.known.value != change.new:
        plan.changed.append(change)
    else:
        plan.unchanged += 1
        if change.known.as_of < change.as_of:
            plan.refreshed.append(change)


def _kept_faults(
    court: Unit, sheet: MonthSheet, whose: dict[FigureRow, Person], kept: Counter[int]
) -> Iterator[Fault]:
    """Stored figures that the workbook does not have: told, never deleted."""
    rows = {person.pk: row.row for row, person in whose.items()}
    names = dict(
        Officer.objects.filter(court=court, pk__in=list(kept)[:500]).values_list("pk", "name")
    )
    for pk, count in kept.items():
        params = {"count": count, "name": names.get(pk, "…"), "month": f"{sheet.month:%Y-%m}"}
        yield Fault(sheet.sheet, rows.get(pk, 0), "", "figures_kept", params, "warning")


def _stored_days(court: Unit, months: list[date]) -> dict[date, date]:
    rows = Figure.objects.filter(officer__court=court, month__in=months)
    return dict(rows.values("month").annotate(day=Max("as_of")).values_list("month", "day"))


def _older_faults(sheet: MonthSheet, stored_days: dict[date, date]) -> list[Fault]:
    stored = stored_days.get(sheet.month)
    if stored is None or stored <= sheet.as_of:
        return []
    params = {
        "day": sheet.as_of.isoformat(),
        "stored": stored.isoformat(),
        "month": f"{sheet.month:%Y-%m}",
    }
    return [Fault(sheet.sheet, 0, "", "figures_older", params)]


def _judge_faults(sheet: MonthSheet, whose: dict[FigureRow, Person]) -> Iterator[Fault]:
    for row, person in whose.items():
        has_figures = any(value for value in row.values.values())
        if person.category == Officer.Category.QUOTA_JUDGE or not has_figures:
            continue
        params = {"name": person.name}
        place = (sheet.sheet, row.row, sheet.letters["officer"])
        yield Fault(*place, "figures_not_a_judge", params, "warning")


# -- from month to month ----------------------------------------------------------------------

Pending = dict[tuple[int, date], Decimal]


def _pending_before(court: Unit, sheets: list[MonthSheet]) -> Pending:
    """What was pending at the end of the months before, where the workbook lacks those months."""
    inside = {sheet.month for sheet in sheets}
    before = {month_before(month) for month in inside} - inside
    rows = Figure.objects.filter(
        officer__court=court, month__in=before, measure__code="pending"
    ).values_list("officer_id", "month", "value")
    return {(officer_id, month): value for officer_id, month, value in rows}


def _continuity_faults(
    sheet: MonthSheet, whose: dict[FigureRow, Person], pending: Pending
) -> Iterator[Fault]:
    before = month_before(sheet.month)
    for row, person in whose.items():
        left, carried = pending.get((person.pk, before)), row.values.get("carried_over")
        if left is not None and carried is not None and left != carried:
            params = {
                "number": plain_number(carried),
                "before": f"{before:%Y-%m}",
                "other": plain_number(left),
            }
            place = (sheet.sheet, row.row, sheet.letters.get("carried_over", ""))
            yield Fault(*place, "figures_not_continued", params, "warning")
        if (now := row.values.get("pending")) is not None:
            pending[person.pk, sheet.month] = now
