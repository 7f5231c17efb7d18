"""What a computing reads: who takes part, their figures and ratings, and what they are held to.

The number of statements grows neither with the court nor with its figures. Figures arrive in one
statement, so that an import is seen whole or not at all.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from io import BytesIO
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import connection
from django.db.models import TextField
from django.db.models.functions import Cast

from appraisal.models import CaseWeight, Cycle, FigureImport, Measure, Participant, Result
from appraisal.rules.case_points import CASE_POINTS, CaseWeightRow, weights_of
from appraisal.rules.evidence import NO_NOTES, NONE, PLACES, Basis, Notes, inputs_from
from appraisal.rules.periods import Aggregation
from appraisal.rules.ratings import LEADERSHIP, RatingValue
from appraisal.rules.rollup import RoutineResult
from appraisal.rules.scoring import Indicator, Kind, average_per_month
from appraisal.rules.staff import StaffClass
from appraisal.selectors.index_sets import rules_of
from appraisal.selectors.ratings import rating_values
from appraisal.selectors.snapshots import Provenance
from courtparty.lib.dates import Period

if TYPE_CHECKING:
    from appraisal.rules import columns

# So many share a snapshot: opening one result unpacks this many.
PART = 500
FIRST_DAY = date(2000, 1, 1)
# What PostgreSQL's binary copy has before and after the one value asked for.
COPY_HEAD, COPY_TAIL = 11 + 4 + 4 + 2 + 4, 2
ROUTINE = (Cycle.Kind.MONTHLY, Cycle.Kind.QUARTERLY)


def numbers() -> Any:
    """``rules.columns``, loaded by the first computing: numpy takes 12 MB that no page needs."""
    from appraisal.rules import columns  # noqa: PLC0415 - see above; the only place that loads it

    return columns


class Person(NamedTuple):
    """Someone frozen into the cycle. ``key`` is the same in every copy of the same court.

    ``months`` are as the database writes them: few differ, so each is read once.
    """

    participant_id: int
    key: str
    officer_id: int
    function: str
    staff_class: str
    head_share: Decimal | None
    index_set_id: int | None
    excluded: str
    months: str


@dataclass(frozen=True, slots=True)
class Part:
    """Some of those under one basis, at most PART: as columns, and where their figures are from."""

    people: tuple[Person, ...]
    group: "columns.Group"
    origins: Any
    notes: tuple[Notes, ...]


class Material:
    """All that computing ``cycle`` needs. Reading happens on the way, once each."""

    def __init__(self, cycle: Cycle) -> None:
        self.cycle = cycle
        self.months = tuple(Period(cycle.start, cycle.end).months())
        self.people = _people(cycle)
        self._measures = list(
            Measure.objects.order_by("code").values_list("pk", "code", "aggregation", "is_register")
        )
        self.grid = _grid(cycle, self.people, [row[0] for row in self._measures], self.months)
        self.in_post = self._in_post()

    def _in_post(self) -> Any:
        """Months frozen, and months with figures: who has figures of a month served in it."""
        names = [f"{month:%Y-%m}" for month in self.months]
        flags = {}
        for months in {person.months for person in self.people}:
            frozen = set(json.loads(months))
            flags[months] = [name in frozen for name in names]
        known = numbers().flags([flags[person.months] for person in self.people], len(names))
        found = known | self.grid.reported()
        self._has_grown = (found != known).any(axis=1).tolist()
        return found

    @cached_property
    def excluded(self) -> list[tuple[Person, str]]:
        """Who takes no part, and why."""
        included = set(self._rows)
        return [
            (person, person.excluded or Participant.Excluded.NO_MONTHS)
            for row, person in enumerate(self.people)
            if row not in included
        ]

    @cached_property
    def grown(self) -> list[Participant]:
        """Those for whom figures of more months came in than were frozen."""
        changed = []
        for row in self._rows:
            if self._has_grown[row] or self.people[row].excluded:
                served = zip(self.months, self.in_post[row].tolist(), strict=True)
                months = [f"{month:%Y-%m}" for month, is_served in served if is_served]
                number = self.people[row].participant_id
                changed.append(Participant(pk=number, months=months, excluded=""))
        return changed

    @cached_property
    def _rows(self) -> list[int]:
        """Who takes part, by place in ``people``."""
        served = self.in_post.any(axis=1).tolist()
        may = ("", Participant.Excluded.NO_MONTHS)
        return [
            row
            for row, person in enumerate(self.people)
            if served[row] and person.index_set_id and person.excluded in may
        ]

    @cached_property
    def count(self) -> int:
        return len(self._rows)

    def parts(self) -> Iterator[Part]:
        """Everybody who takes part, under each basis in the order of their keys."""
        groups: dict[tuple[str, str, int], list[int]] = {}
        for row in self._rows:
            person = self.people[row]
            key = (person.function, person.staff_class, person.index_set_id or 0)
            groups.setdefault(key, []).append(row)
        for (function, staff_class, index_set), rows in sorted(groups.items()):
            basis = self._basis(function, staff_class, self._rules.get(index_set, ()))
            for start in range(0, len(rows), PART):
                yield self._part(basis, rows[start : start + PART])

    def _part(self, basis: Basis, rows: Sequence[int]) -> Part:
        people = tuple(self.people[row] for row in rows)
        notes = (NO_NOTES,) * len(people)
        if self._ratings or self._routine:
            notes = tuple(self._notes(basis, person) for person in people)
        group, origins = self._group(basis, rows, notes)
        return Part(people, group, origins, notes)

    def _group(
        self, basis: Basis, rows: Sequence[int], notes: Sequence[Notes]
    ) -> tuple["columns.Group", Any]:
        places = [self._places.get(code) for code in basis.measures]
        figures, origins = self.grid.chosen(rows, places)
        ratings = [
            [_rating(self._ratings, self.people[row], code) for row in rows] for code in basis.rated
        ]
        shares = [_cents(self.people[row].head_share) for row in rows]
        columns = numbers()
        group = columns.Group(
            basis=basis,
            in_post=self.in_post[rows],
            figures=figures,
            ratings=columns.integers(ratings, len(rows)).T,
            head_shares=columns.integers(shares),
            notes=notes,
        )
        return group, origins

    def _basis(self, function: str, staff_class: str, rules: tuple[Indicator, ...]) -> Basis:
        return Basis(
            function=function,
            staff_class=staff_class,
            months=self.months,
            indicators=rules,
            aggregations={code: Aggregation(how) for _pk, code, how, _reg in self._measures},
            registers=frozenset(code for _pk, code, _how, register in self._measures if register),
            derived=self._derived,
            averages={
                rule.code: average
                for rule in rules
                if rule.kind is Kind.HEAD_SHARE
                and (average := self._average(function, rule)) is not None
            },
            routine_share=self.cycle.routine_share,
        )

    def _average(self, function: str, rule: Indicator) -> Decimal | None:
        """What judges reach per month: those of the function; of all, where a court is led [S]."""
        counted = Indicator(rule.code, Kind.VETO, Decimal(0), rule.numerator, (), {})
        basis = self._basis(function, StaffClass.JUDGE, (counted,))
        rows = [
            row
            for row in self._rows
            if self.people[row].staff_class == StaffClass.JUDGE
            and function in (LEADERSHIP, self.people[row].function)
        ]
        if not rows:
            return None
        group, _origins = self._group(basis, rows, [NO_NOTES] * len(rows))
        reached = []
        for row in numbers().packed(group):
            inputs = inputs_from(basis, row)
            (line,) = inputs.lines()
            if not line.gaps and line.value is not None:
                reached.append((Decimal(line.value), len(inputs.months)))
        return average_per_month(reached)

    @cached_property
    def _places(self) -> dict[str, int]:
        return {code: place for place, (_pk, code, *_rest) in enumerate(self._measures)}

    @cached_property
    def _rules(self) -> dict[int, tuple[Indicator, ...]]:
        return rules_of({self.people[row].index_set_id or 0 for row in self._rows})

    @cached_property
    def _derived(self) -> Mapping[str, tuple[tuple[str, Decimal], ...]]:
        """Case points, by the table frozen with the cycle."""
        if self.cycle.case_weights_id is None:
            return {}
        rows = CaseWeight.objects.filter(table=self.cycle.case_weights_id).values_list(
            "measure__code", "base", "type_coefficient", "role_coefficient"
        )
        parts = weights_of(CaseWeightRow(*row) for row in rows.order_by("measure__code"))
        return {CASE_POINTS: parts} if parts else {}

    @cached_property
    def _ratings(self) -> Mapping[int, Mapping[str, RatingValue]]:
        if not any(rule.is_rated for rules in self._rules.values() for rule in rules):
            return {}
        return rating_values(self.cycle)

    @cached_property
    def _routine(self) -> Mapping[int, tuple[RoutineResult, ...]]:
        return routine_results(self.cycle) if self.cycle.routine_share else {}

    def _notes(self, basis: Basis, person: Person) -> Notes:
        rated = self._ratings.get(person.participant_id, {})
        groups = {
            code: [
                [one.kind, str(one.weight), one.count, str(one.mean), one.is_trimmed]
                for one in rated[code].groups
            ]
            for code in basis.rated
            if code in rated
        }
        routine = self._routine.get(person.officer_id, ())
        return Notes(groups, routine) if groups or routine else NO_NOTES

    @cached_property
    def sources(self) -> list[Provenance]:
        """In the order in which ``origins`` count them, from 1."""
        ids = {source for _day, source in self.grid.sources}
        rows = FigureImport.objects.filter(pk__in=ids).values_list(
            "pk", "origin", "file_name", "created_by__name"
        )
        # Of what was entered by hand the name of whoever did it.
        found = {
            pk: ((file_name if origin == FigureImport.Origin.WORKBOOK else by) or "", origin)
            for pk, origin, file_name, by in rows
        }
        return [
            Provenance(FIRST_DAY + timedelta(days=day), *found[source])
            for day, source in self.grid.sources
        ]


def _cents(share: Decimal | None) -> int:
    return NONE if share is None else int(share.scaleb(2))


def _rating(ratings: Mapping[int, Mapping[str, RatingValue]], person: Person, code: str) -> int:
    found = ratings.get(person.participant_id, {}).get(code)
    return NONE if found is None else int(found.value.scaleb(PLACES))


def _people(cycle: Cycle) -> list[Person]:
    """In the order of their keys, which is the same in every copy of the court."""
    rows = Participant.objects.filter(cycle=cycle).values_list(
        "pk",
        "officer__id_hash",
        "officer_id",
        "function",
        "staff_class",
        "head_share",
        "index_set_id",
        "excluded",
        Cast("months", TextField()),
    )
    return sorted(map(Person._make, rows), key=attrgetter("key"))


def routine_results(cycle: Cycle) -> dict[int, tuple[RoutineResult, ...]]:
    """By officer, what closed monthly and quarterly cycles within the cycle's months came to."""
    rows = Result.objects.filter(
        participant__cycle__court=cycle.court_id,
        participant__cycle__kind__in=ROUTINE,
        participant__cycle__state=Cycle.State.CLOSED,
        participant__cycle__start__gte=cycle.start,
        participant__cycle__end__lte=cycle.end,
    ).values_list(
        "participant__officer_id", "total", "participant__months", "participant__cycle__code"
    )
    found: dict[int, list[RoutineResult]] = {}
    for officer, total, months, code in rows:
        found.setdefault(officer, []).append(RoutineResult(total, len(months), code))
    return {
        officer: tuple(sorted(results, key=lambda one: one.code))
        for officer, results in found.items()
    }


# -- figures ----------------------------------------------------------------------------------

# Of those who take part, in the months of the cycle. Its values are numbers and days of our own.
_FIGURES = """
FROM appraisal_participant p
JOIN appraisal_figure f ON f.officer_id = p.officer_id
WHERE p.cycle_id = {cycle} AND f.month >= '{start}' AND f.month < '{end}'
"""
_AS_BYTES = f"""
COPY (SELECT string_agg(
  int8send(f.officer_id) || int8send(f.measure_id) || int4send(f.month - date '{FIRST_DAY}')
  || int8send((f.value * 10000)::bigint) || int4send(f.as_of - date '{FIRST_DAY}')
  || int8send(f.source_id), ''::bytea) {_FIGURES}) TO STDOUT (FORMAT BINARY)
"""
_AS_ROWS = f"""
SELECT f.officer_id, f.measure_id, f.month, CAST(ROUND(f.value * 10000) AS INTEGER), f.as_of,
  f.source_id {_FIGURES}
"""


def _grid(
    cycle: Cycle, people: Sequence[Person], measures: Sequence[int], months: Sequence[date]
) -> "columns.Grid":
    """Every figure, in one statement: packed by PostgreSQL itself, row by row from SQLite."""
    read = _bytes_of if connection.vendor == "postgresql" else _rows_of
    figures = read({"cycle": int(cycle.pk), "start": cycle.start, "end": cycle.end})
    return numbers().grid_of(
        figures,
        officers=[person.officer_id for person in people],
        measures=measures,
        months=[(month - FIRST_DAY).days for month in months],
    )


def _bytes_of(values: Mapping[str, Any]) -> Any:
    content = BytesIO()
    with connection.cursor() as cursor:
        cursor.copy_expert(_AS_BYTES.format(**values), content)
    return numbers().figures_in(content.getbuffer()[COPY_HEAD:-COPY_TAIL])


def _rows_of(values: Mapping[str, Any]) -> Any:
    days: dict[date, int] = {}

    def day(of: date) -> int:
        return days.setdefault(of, (of - FIRST_DAY).days)

    with connection.cursor() as cursor:
        cursor.execute(_AS_ROWS.format(**values))
        rows = [
            (officer, measure, day(month), value, day(as_of), source)
            for officer, measure, month, value, as_of, source in cursor.fetchall()
        ]
    return numbers().figures_from(rows)
