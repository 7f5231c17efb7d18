"""Which figures are needed, and which of those are absent: before anything is computed."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from appraisal.models import CaseWeight, CaseWeightTable, Cycle, Measure, Participant
from appraisal.rules.case_points import CASE_POINTS
from appraisal.rules.evidence import measures_needed
from appraisal.rules.periods import Aggregation, Months, over_period
from appraisal.selectors.candidates import candidates
from appraisal.selectors.figures import VIEW, figures_for
from appraisal.selectors.index_sets import aggregations, rules_of
from cadres.models import Officer
from courtparty.accounts.models import User
from courtparty.accounts.scope import unit_scope
from courtparty.lib.dates import Period

State = Cycle.State


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who takes part, as far as the list shows the person."""

    officer_id: int
    name: str
    pinyin: str
    initials: str
    department_id: int
    department: str

    def is_named(self, text: str) -> bool:
        """Chinese anywhere in the name, letters at the beginning of pinyin or initials."""
        plain = "".join(text.split()).lower()
        starts = (self.pinyin, self.initials)
        return plain in self.name.lower() or any(one.startswith(plain) for one in starts)


@dataclass(frozen=True, slots=True)
class Need:
    """A measure of one officer with the months for which there is no figure."""

    person: Person
    measure: Measure
    months: tuple[date, ...]


@dataclass(frozen=True, slots=True)
class NeedSummary:
    """How much is absent; ``departments`` has the number of figures for each, most first."""

    people: int
    figures: int
    departments: tuple[tuple[str, int], ...]


def summary_of(needs: Iterable[Need]) -> NeedSummary:
    people, departments = set(), Counter[str]()
    for need in needs:
        people.add(need.person.officer_id)
        departments[need.person.department] += len(need.months)
    return NeedSummary(len(people), departments.total(), tuple(departments.most_common()))


def needs_of(cycle: Cycle, user: User) -> list[Need]:
    """What is absent for computing ``cycle``, of the departments whose figures ``user`` sees.

    By department, name and measure. While a cycle is prepared it is told for those who would
    take part now; a closed cycle needs nothing. The number of queries does not grow with the
    court.
    """
    if cycle.state == State.CLOSED:
        return []
    entrants = _entrants(cycle, user)
    wanted = _wanted({entrant.index_set_id for entrant in entrants}, cycle)
    period = Period(cycle.start, cycle.end)
    figures = figures_for([entrant.person.officer_id for entrant in entrants], period)
    measures = {one.code: one for one in Measure.objects.order_by("position", "code")}
    rules = _Rules(aggregations(), {m.code for m in measures.values() if m.is_register})
    found: list[Need] = []
    for entrant in entrants:
        of_officer = figures[entrant.person.officer_id]
        months = entrant.months_with(of_officer, cycle)
        absent = rules.absent(wanted.get(entrant.index_set_id, ()), months, of_officer)
        known = [
            (measures[code], found_in) for code, found_in in absent.items() if code in measures
        ]
        known.sort(key=lambda one: (one[0].position, one[0].code))
        found += [Need(entrant.person, measure, months) for measure, months in known]
    return found


def narrowed(
    needs: Iterable[Need],
    *,
    text: str = "",
    department: str = "",
    measure: str = "",
    month: date | None = None,
) -> list[Need]:
    """Those of a person, department, measure or month; of a month, with that month only."""
    found = [
        need
        for need in needs
        if need.person.is_named(text)
        and department in ("", str(need.person.department_id))
        and measure in ("", need.measure.code)
    ]
    if month is None:
        return found
    return [replace(need, months=(month,)) for need in found if month in need.months]


def cycles_collecting(court_ids: Iterable[int]) -> list[Cycle]:
    """The open cycles of courts for which figures may be absent, newest first."""
    states = [State.PREPARING, State.COLLECTING, State.SCORING, State.REVIEWING]
    cycles = Cycle.objects.filter(court__in=list(court_ids), state__in=states)
    return list(cycles.order_by("-start", "-pk"))


# -- who takes part, under which set ----------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Entrant:
    person: Person
    index_set_id: int
    months: tuple[date, ...]

    def months_with(self, figures: Months, cycle: Cycle) -> tuple[date, ...]:
        """Until collecting ends, a month for which a figure came in counts as well."""
        if cycle.state != State.COLLECTING:
            return self.months
        return tuple(sorted({*self.months, *figures}))


def _entrants(cycle: Cycle, user: User) -> list[_Entrant]:
    if cycle.state == State.PREPARING:
        return _would_be(cycle, user)
    reach = unit_scope(user, VIEW, court="cycle__court", units=("department",))
    found = (
        Participant.objects.filter(reach, cycle=cycle, excluded="", index_set__isnull=False)
        .select_related("officer", "department")
        .defer("officer__id_number", "officer__phone")
        .order_by("department__path", "officer__pinyin", "officer_id")
    )
    return [
        _Entrant(
            _person(one.officer, one.department_id, one.department.display_name),
            one.index_set_id or 0,
            tuple(sorted(date.fromisoformat(f"{month}-01") for month in one.months)),
        )
        for one in found
    ]


def _would_be(cycle: Cycle, user: User) -> list[_Entrant]:
    reach = unit_scope(user, VIEW, court="court", units=("department",))
    seen = Officer.objects.filter(reach, court=cycle.court_id).values_list("pk", flat=True)
    found = [one for one in candidates(cycle, officer_ids=seen) if not one.excluded]
    found.sort(key=lambda one: (one.officer.department.path, one.officer.pinyin, one.officer.pk))
    return [
        _Entrant(
            _person(one.officer, one.officer.department_id, one.officer.department.display_name),
            one.index_set_id or 0,
            one.months,
        )
        for one in found
    ]


def _person(officer: Officer, department_id: int, department: str) -> Person:
    return Person(
        officer.pk, officer.name, officer.pinyin, officer.initials, department_id, department
    )


# -- what a set asks for ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Rules:
    """How months become a period, and in which measures no entry means none."""

    aggregations: Mapping[str, Aggregation]
    registers: set[str]

    def absent(
        self, codes: Iterable[str], months: tuple[date, ...], figures: Months
    ) -> dict[str, tuple[date, ...]]:
        """{measure: months without the figure it needs}, as computing would find them."""
        gaps: dict[str, set[date]] = {}
        for code in codes:
            how = self.aggregations.get(code, Aggregation.SUM)
            amount = over_period(code, how, months, figures, is_register=code in self.registers)
            for gap in amount.gaps:
                gaps.setdefault(gap.measure, set()).add(gap.month)
        return {code: tuple(sorted(found)) for code, found in gaps.items()}


def _wanted(index_set_ids: Iterable[int], cycle: Cycle) -> dict[int, tuple[str, ...]]:
    table = cycle.case_weights_id or published_table(cycle.court_id)
    return set_measures(index_set_ids, parts_of_points(table))


def set_measures(
    index_set_ids: Iterable[int], parts: Mapping[str, tuple[tuple[str, Decimal], ...]]
) -> dict[int, tuple[str, ...]]:
    """{index set: codes of the measures whose figures it needs}."""
    how = aggregations()
    return {pk: measures_needed(rules, how, parts) for pk, rules in rules_of(index_set_ids).items()}


def parts_of_points(table_id: int | None) -> dict[str, tuple[tuple[str, Decimal], ...]]:
    """Case points are made of the cases that a table weighs; without a table of nothing."""
    if table_id is None:
        return {}
    rows = CaseWeight.objects.filter(table=table_id).values_list("measure__code", "base")
    return {CASE_POINTS: tuple(rows.order_by("position", "pk"))}


def published_table(court_id: int) -> int | None:
    """The table of case points that holds now."""
    published = CaseWeightTable.objects.filter(
        court=court_id, state=CaseWeightTable.State.PUBLISHED
    )
    return published.values_list("pk", flat=True).first()
