"""What importing a read workbook would change: whose rows they are, what is new, what differs."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from django.db.models import Max, Q

from appraisal.models import Figure, FigureImport, SettledName
from appraisal.selectors.figure_changes import Change, Person, Plan, Unsettled, known_figures
from appraisal.selectors.figure_cycles import cycles_without
from appraisal.selectors.figure_warnings import (
    by_hand_faults,
    continuity_faults,
    cycle_faults,
    judge_faults,
    pending_before,
)
from appraisal.selectors.figure_workbook import FigureRow, MonthSheet, Reading
from cadres.models import Officer
from courtparty.accounts.models import Unit
from courtparty.lib.people import normal_name, pinyin_of
from courtparty.lib.xlsx import Fault

CANDIDATES = 100


def plan_figures(court: Unit, reading: Reading, *, allow_older: bool = False) -> Plan:
    """Match names and compare numbers with what is stored. Reads only."""
    plan = Plan(faults=list(reading.faults), months=[sheet.month for sheet in reading.months])
    roster = _Roster(court, reading.months)
    stored_days = _stored_days(court, plan.months)
    pending = pending_before(court, reading.months)
    without = cycles_without(court.pk, plan.months, roster.by_pk)
    for sheet in sorted(reading.months, key=lambda one: one.month):
        whose = roster.whose(sheet, plan)
        plan.people |= {person.pk: person for person in whose.values()}
        plan.listed |= {person.pk for person in whose.values()}
        if not allow_older:
            plan.faults += _older_faults(sheet, stored_days)
        _compare(court, plan, sheet, whose)
        plan.faults += judge_faults(sheet, whose)
        plan.faults += continuity_faults(sheet, whose, pending)
        plan.faults += cycle_faults(sheet, whose, without)
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
    figures = Figure.objects.filter(officer__court=court, month=sheet.month)
    stored = known_figures(figures)
    by_hand = {cell for cell, known in stored.items() if known.is_by_hand}
    for row, person in whose.items():
        for code, value in row.values.items():
            if value is not None:
                known = stored.pop((person.pk, code), None)
                change = Change(person.pk, code, sheet.month, value, sheet.as_of, known)
                _sort_in(plan, change)
                plan.faults += by_hand_faults(sheet, row, person, change)
    # What is entered by hand is not expected of a workbook.
    kept = Counter(pk for pk, code in stored if (pk, code) not in by_hand)
    plan.faults += _kept_faults(court, sheet, whose, kept)


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
    """As of when the workbooks' figures stand; what was put right by hand holds nothing up."""
    origin = FigureImport.Origin.WORKBOOK
    rows = Figure.objects.filter(officer__court=court, month__in=months, source__origin=origin)
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
