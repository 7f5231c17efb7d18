"""The grid in which figures are entered by hand: whose rows, which measures, what is stored."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import Min, Q, QuerySet

from appraisal.models import Cycle, Figure, Measure, Participant
from appraisal.rules.figures import month_before, plain_number
from appraisal.rules.staff import head_share_of, staff_class_of
from appraisal.selectors.candidates import published_sets
from appraisal.selectors.figure_changes import Cell, Known, known_figures
from appraisal.selectors.figure_cycles import OPEN, cycles_without
from appraisal.selectors.figure_needs import parts_of_points, published_table, set_measures
from appraisal.selectors.head_shares import head_share_table
from appraisal.selectors.measures import measures_of
from cadres.models import Officer
from courtparty.accounts.models import Unit, User

MONTHS_BACK = 12


@dataclass(frozen=True, slots=True)
class Group:
    """Whom a grid is for: a department, or all departments of one function of a court."""

    value: str
    label: str
    court: Unit
    department_id: int | None = None
    function: str = ""


def entry_groups(courts: Sequence[Unit]) -> list[Group]:
    """Departments and functions of courts; with their court's name where there are several."""
    groups: list[Group] = []
    for court in courts:
        departments = Unit.objects.departments().within(court).filter(is_active=True)
        lead = f"{court.display_name} · " if len(courts) > 1 else ""
        units = list(departments.order_by("path"))
        groups += [
            Group(f"d{unit.pk}", f"{lead}{unit.display_name}", court, department_id=unit.pk)
            for unit in units
        ]
        groups += _functions(court, units, lead)
    return groups


def _functions(court: Unit, units: Iterable[Unit], lead: str) -> list[Group]:
    """Those with several departments: of one, the department says it already."""
    counts: defaultdict[str, int] = defaultdict(int)
    for unit in units:
        counts[unit.function] += 1
    return [
        Group(
            f"f{court.pk}-{function}",
            f"{lead}{Unit.Function(function).label} ({count})",
            court,
            function=function,
        )
        for function, count in counts.items()
        if count > 1
    ]


def entry_months(court_ids: Collection[int], *, on: date) -> list[date]:
    """This month and a year back, or as far as an open cycle reaches; newest first."""
    cycles = Cycle.objects.filter(court__in=court_ids, state__in=OPEN)
    first = cycles.aggregate(first=Min("start"))["first"] or on
    months = [on.replace(day=1)]
    while len(months) <= MONTHS_BACK or months[-1] > first:
        months.append(month_before(months[-1]))
    return months


def group_officers(group: Group, month: date) -> QuerySet[Officer]:
    """Who is in the group and was in service in the month, in the order of the roster."""
    officers = Officer.objects.filter(court=group.court)
    if group.department_id:
        officers = officers.filter(department=group.department_id)
    else:
        officers = officers.filter(department__function=group.function)
    in_service = officers.filter(Q(left_on=None) | Q(left_on__gte=month))
    found = in_service.select_related("department").defer("id_number", "phone")
    return found.order_by("department__path", "list_order", "pk")


@dataclass(slots=True)
class GridCell:
    """One figure to enter: what is stored, what stands in the field, what is wrong with it."""

    officer_id: int
    measure: Measure
    known: Known | None
    text: str = ""
    error: str = ""

    @property
    def name(self) -> str:
        return f"v{self.officer_id}-{self.measure.pk}"

    @property
    def place(self) -> Cell:
        return self.officer_id, self.measure.code


@dataclass(slots=True)
class GridRow:
    """An officer's line. ``cells`` has None where the officer's sets do not ask for the measure."""

    officer: Officer
    cells: list[GridCell | None]
    is_own: bool
    outside: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Grid:
    """Officers × measures of one month."""

    group: Group
    month: date
    measures: list[Measure]
    rows: list[GridRow]

    @property
    def cells(self) -> dict[Cell, GridCell]:
        return {cell.place: cell for row in self.rows for cell in row.cells if cell}


def grid_of(group: Group, month: date, user: User) -> Grid:
    """Everybody of the group for whom something is entered by hand, with what is stored.

    Asked for are the measures of the sets frozen in open cycles over the month, and of the sets
    published now. The number of queries does not grow with the group.
    """
    officers = list(group_officers(group, month))
    asked = asked_of(group.court, month, officers)
    figures = Figure.objects.filter(officer__in=[one.pk for one in officers], month=month)
    known = known_figures(figures)
    entered = [one for one in measures_of(group.court) if one.is_entered]
    wanted = {code for codes in asked.values() for code in codes} | {code for _pk, code in known}
    measures = [one for one in entered if one.code in wanted]
    outside = cycles_without(group.court.pk, [month], [one.pk for one in officers])
    rows = [
        GridRow(
            officer,
            [_cell(officer, one, asked[officer.pk], known) for one in measures],
            is_own=officer.user_id == user.pk,
            outside=outside.get((officer.pk, month), []),
        )
        for officer in officers
    ]
    return Grid(group, month, measures, [row for row in rows if any(row.cells)])


def _cell(
    officer: Officer, measure: Measure, asked: set[str], known: Mapping[Cell, Known]
) -> GridCell | None:
    stored = known.get((officer.pk, measure.code))
    if stored is None and measure.code not in asked:
        return None
    text = plain_number(stored.value) if stored else ""
    return GridCell(officer.pk, measure, stored, text)


def asked_of(court: Unit, month: date, officers: Iterable[Officer]) -> dict[int, set[str]]:
    """{officer: codes of the measures that the officer's index sets need}."""
    listed = list(officers)
    frozen = _frozen_sets(court, month, [one.pk for one in listed])
    shares, published = head_share_table(court), published_sets(court.pk)
    for officer in listed:
        staff_class = staff_class_of(officer.category, head_share_of(officer.title, shares))
        found = published.get((officer.department.function, staff_class.value))
        if found:
            frozen[officer.pk].add(found)
    ids = {pk for of_officer in frozen.values() for pk in of_officer}
    needed = set_measures(ids, parts_of_points(published_table(court.pk)))
    return {
        officer.pk: {code for pk in frozen[officer.pk] for code in needed.get(pk, ())}
        for officer in listed
    }


def _frozen_sets(
    court: Unit, month: date, officer_ids: Collection[int]
) -> defaultdict[int, set[int]]:
    taking_part = Participant.objects.filter(
        cycle__court=court,
        cycle__state__in=OPEN,
        cycle__start__lte=month,
        cycle__end__gt=month,
        officer__in=officer_ids,
        excluded="",
    )
    found: defaultdict[int, set[int]] = defaultdict(set)
    for officer_id, index_set_id in taking_part.values_list("officer", "index_set"):
        found[officer_id].add(index_set_id)
    return found


def stored_values(known: Mapping[Cell, Known]) -> dict[int, dict[str, Decimal]]:
    """{officer: {measure: value}} of one month."""
    values: defaultdict[int, dict[str, Decimal]] = defaultdict(dict)
    for (officer_id, code), figure in known.items():
        values[officer_id][code] = figure.value
    return values
