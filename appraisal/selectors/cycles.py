"""Reads of cycles: who may open which, who takes part, with which figures, and who lacks some."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Count, Prefetch, Q, QuerySet

from appraisal.models import AssessmentRun, Cycle, Figure, Participant, Result
from appraisal.rules import scoring
from appraisal.rules.periods import Gap, months_in_post
from appraisal.selectors.index_sets import (
    aggregations,
    measure_names,
    published_for,
    rules_of,
)
from cadres.models import Officer
from courtparty.accounts.models import Unit, User
from courtparty.accounts.scope import court_scope, is_court_path, paths_with, unit_scope
from courtparty.lib.dates import Period
from courtparty.lib.words import listed

# Totals of fewer people would show whose they are.
SMALLEST_GROUP = 5
BAND = 10
ROWS_AT_A_TIME = 5000


class Cell(NamedTuple):
    """A figure with where it came from."""

    value: Decimal
    as_of: date
    source: str


# {officer id: {first day of the month: {code of the measure: cell}}}
Cells = dict[int, dict[date, dict[str, Cell]]]


def cycles_kept_by(user: User, permission: str) -> QuerySet[Cycle]:
    """Cycles of the courts in which ``user`` holds ``permission`` on the whole court."""
    return Cycle.objects.visible_to(user).filter(court_scope(user, permission))


def keeps(user: User, permission: str, cycle: Cycle) -> bool:
    """Whether ``user`` holds ``permission`` on the whole court of the cycle."""
    return cycle.court.path in paths_with(user, permission)


def cycles_listed(user: User) -> QuerySet[Cycle]:
    runs = Prefetch("runs", AssessmentRun.objects.order_by("-number"))
    found = Cycle.objects.visible_to(user).select_related("court").prefetch_related(runs)
    return found.order_by("court__path", "-start", "-end", "code")


def courts_to_open_for(user: User) -> QuerySet[Unit]:
    paths = [p for p in paths_with(user, "appraisal.manage_cycle") if is_court_path(p)]
    return Unit.objects.courts().filter(path__in=paths).order_by("path")


def cycles_named(text: str, *, court_code: str = "") -> list[Cycle]:
    """Cycles whose code, or else whose number, is ``text``; in one court if its code is given."""
    cycles = Cycle.objects.select_related("court").order_by("pk")
    if court_code:
        cycles = cycles.filter(court__code=court_code)
    found = list(cycles.filter(code=text))
    if not found and text.isdigit():
        found = list(cycles.filter(pk=int(text)))
    return found


def period_of(cycle: Cycle) -> Period:
    return Period(cycle.start, cycle.end)


def months_text(cycle: Cycle) -> str:
    """2026-01 – 2026-10: the first and the last month, both included."""
    months = period_of(cycle).months()
    first, last = f"{months[0]:%Y-%m}", f"{months[-1]:%Y-%m}"
    return first if first == last else f"{first} – {last}"


def cells_of(cycle: Cycle) -> Cells:
    """Every figure of the cycle's court and months. One query, however many officers there are."""
    rows = Figure.objects.filter(
        officer__court=cycle.court_id, month__gte=cycle.start, month__lt=cycle.end
    ).values_list("officer_id", "month", "measure__code", "value", "as_of", "source__file_name")
    cells: Cells = {}
    for officer_id, month, measure, value, as_of, source in rows.iterator(ROWS_AT_A_TIME):
        months = cells.setdefault(officer_id, {})
        months.setdefault(month, {})[measure] = Cell(value, as_of, source)
    return cells


def values_of(months: Mapping[date, Mapping[str, Cell]]) -> dict[date, dict[str, Decimal]]:
    return {
        month: {measure: cell.value for measure, cell in cells.items()}
        for month, cells in months.items()
    }


@dataclass(frozen=True, slots=True)
class Entrant:
    """An officer in a cycle, frozen or about to be."""

    officer_id: int
    # The same in every copy of the same court, unlike the row's number or its random key; being
    # a keyed hash it says nothing about the person.
    stable_key: str
    name: str
    user_id: int | None
    department_id: int
    department: str
    function: str
    category: str
    index_set_id: int | None
    months: tuple[date, ...]
    participant_id: int | None = None

    @property
    def excluded(self) -> str:
        if self.index_set_id is None:
            return Participant.Excluded.NO_SET
        return "" if self.months else Participant.Excluded.NO_MONTHS


def entrants(cycle: Cycle, cells: Cells) -> list[Entrant]:
    """Who takes part: those frozen at the first computing, before that those who would be.

    Frozen are the person, department, function and index set. Months in post are those found
    then, and any month for which figures came in later.
    """
    frozen = list(
        Participant.objects.filter(cycle=cycle)
        .select_related("officer", "department")
        .order_by("officer__id_hash")
    )
    if frozen:
        return [_frozen(participant, cycle, cells) for participant in frozen]
    return _candidates(cycle, cells)


def _frozen(participant: Participant, cycle: Cycle, cells: Cells) -> Entrant:
    officer, period = participant.officer, period_of(cycle)
    reported = {month for month in cells.get(officer.pk, {}) if month in period}
    months = {date.fromisoformat(f"{month}-01") for month in participant.months}
    return Entrant(
        officer_id=officer.pk,
        stable_key=officer.id_hash,
        name=officer.name,
        user_id=officer.user_id,
        department_id=participant.department_id,
        department=participant.department.name,
        function=participant.function,
        category=participant.category,
        index_set_id=participant.index_set_id,
        months=tuple(sorted(months | reported)),
        participant_id=participant.pk,
    )


def _candidates(cycle: Cycle, cells: Cells) -> list[Entrant]:
    sets = published_for(cycle.court_id)
    officers = (
        Officer.objects.filter(court=cycle.court_id)
        .filter(Q(left_on=None) | Q(left_on__gt=cycle.start))
        .select_related("department")
        .order_by("id_hash")
    )
    return [_candidate(officer, cycle, cells, sets) for officer in officers]


def _candidate(
    officer: Officer, cycle: Cycle, cells: Cells, sets: Mapping[tuple[str, str], int]
) -> Entrant:
    function = officer.department.function
    return Entrant(
        officer_id=officer.pk,
        stable_key=officer.id_hash,
        name=officer.name,
        user_id=officer.user_id,
        department_id=officer.department_id,
        department=officer.department.name,
        function=function,
        category=officer.category,
        index_set_id=sets.get((function, officer.category)),
        months=months_in_post(
            period_of(cycle),
            since=officer.title_since.first if officer.title_since else None,
            left_on=officer.left_on,
            with_figures=cells.get(officer.pk, {}),
        ),
    )


@dataclass(frozen=True, slots=True)
class Scored:
    """An entrant with the lines that the figures give. Those excluded have none."""

    entrant: Entrant
    lines: tuple[scoring.Line, ...]

    @property
    def gaps(self) -> tuple[Gap, ...]:
        return tuple(dict.fromkeys(gap for line in self.lines for gap in line.gaps))


class Sheet:
    """All that a computing reads, in a number of queries that does not grow with the court."""

    def __init__(self, cycle: Cycle) -> None:
        self.cells = cells_of(cycle)
        self.entrants = entrants(cycle, self.cells)
        self.aggregations = aggregations()
        self.rules = rules_of({e.index_set_id for e in self.entrants if e.index_set_id})

    def scored(self, entrant: Entrant) -> Scored:
        if entrant.excluded or entrant.index_set_id is None:
            return Scored(entrant, ())
        figures = values_of(self.cells.get(entrant.officer_id, {}))
        rules = self.rules.get(entrant.index_set_id, ())
        return Scored(entrant, scoring.lines_of(rules, self.aggregations, entrant.months, figures))


@dataclass(frozen=True, slots=True)
class Lack:
    """Whose figures are missing: for each month, the names of the measures."""

    name: str
    department: str
    months: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """What a computing would find now."""

    taking_part: int
    excluded: tuple[tuple[str, int], ...]
    functions: tuple[tuple[str, int], ...]
    lacks: tuple[Lack, ...]


def preview(cycle: Cycle, user: User) -> Preview:
    """Who would take part and who lacks what, of the departments ``user`` reaches."""
    sheet = Sheet(cycle)
    reach = departments_reached(user, cycle)
    found = [
        sheet.scored(entrant)
        for entrant in sheet.entrants
        if reach is None or entrant.department_id in reach
    ]
    included = [one.entrant for one in found if not one.entrant.excluded]
    names = measure_names()
    return Preview(
        taking_part=len(included),
        excluded=_counts(
            (one.entrant.excluded for one in found if one.entrant.excluded), Participant.Excluded
        ),
        functions=_counts((entrant.function for entrant in included), Unit.Function),
        lacks=tuple(
            lack_of(one.entrant.name, one.entrant.department, one.gaps, names)
            for one in sorted(found, key=lambda one: (one.entrant.department, one.entrant.name))
            if one.gaps
        ),
    )


def _counts(values: Iterable[str], choices: type) -> tuple[tuple[str, int], ...]:
    counts: dict[str, int] = {}
    for value in values:
        counts[value] = counts.get(value, 0) + 1
    return tuple((str(choices(value).label), count) for value, count in sorted(counts.items()))


def lack_of(name: str, department: str, gaps: Iterable[Gap], names: Mapping[str, str]) -> Lack:
    months: dict[str, list[str]] = {}
    for gap in sorted(gaps, key=lambda gap: gap.month):
        months.setdefault(f"{gap.month:%Y-%m}", []).append(names.get(gap.measure, gap.measure))
    texts = tuple((month, listed(measures)) for month, measures in months.items())
    return Lack(name, department, texts)


def stored_lacks(cycle: Cycle, user: User) -> list[Lack]:
    """What was missing at the last computing, of the officers ``user`` reaches."""
    return _lacks_in(Result.objects.visible_to(user), cycle)


def all_lacks(cycle: Cycle) -> list[Lack]:
    """What was missing at the last computing, of everybody; for commands."""
    return _lacks_in(Result.objects.all(), cycle)


def exclusions_of(cycle: Cycle) -> tuple[tuple[str, int], ...]:
    """How many take no part, by reason."""
    found = Participant.objects.filter(cycle=cycle).exclude(excluded="")
    return _counts(found.values_list("excluded", flat=True), Participant.Excluded)


def _lacks_in(results: QuerySet[Result], cycle: Cycle) -> list[Lack]:
    found = (
        results.filter(participant__cycle=cycle, state=Result.State.MISSING)
        .select_related("participant__officer", "participant__department")
        .order_by("participant__department__path", "participant__officer__pinyin")
    )
    names = measure_names()
    return [
        lack_of(
            result.participant.officer.name,
            result.participant.department.name,
            missing_of(result.lines),
            names,
        )
        for result in found
    ]


def missing_of(lines: Sequence[Mapping[str, object]]) -> tuple[Gap, ...]:
    """The gaps stored with the lines of a result, each once."""
    gaps = [
        Gap(date.fromisoformat(f"{month}-01"), measure)
        for line in lines
        for month, measure in line.get("missing", ())  # type: ignore[attr-defined]
    ]
    return tuple(dict.fromkeys(gaps))


def departments_reached(user: User, cycle: Cycle) -> set[int] | None:
    """The departments of the cycle's court whose results ``user`` reads; None for the whole."""
    court_path = cycle.court.path
    paths = [p for p in paths_with(user, "appraisal.view_result") if p.startswith(court_path)]
    if court_path in paths:
        return None
    inside = Q(pk__in=[])
    for path in paths:
        inside |= Q(path__startswith=path)
    return set(Unit.objects.filter(inside).values_list("pk", flat=True))


def participants_reached(cycle: Cycle, user: User) -> QuerySet[Participant]:
    reach = unit_scope(user, "appraisal.view_result", court="cycle__court", units=("department",))
    return Participant.objects.filter(reach, cycle=cycle)


def participants_counted(cycle: Cycle, user: User) -> dict[str, int]:
    """How many take part and how many do not, of those ``user`` reaches."""
    return participants_reached(cycle, user).aggregate(
        taking_part=Count("pk", filter=Q(excluded="")),
        excluded=Count("pk", filter=~Q(excluded="")),
    )


def participants_listed(cycle: Cycle, user: User, *, excluded: bool) -> QuerySet[Participant]:
    """Who takes part, or who does not, by function, department and name. There is no ranking."""
    found = participants_reached(cycle, user)
    return (
        (found.exclude(excluded="") if excluded else found.filter(excluded=""))
        .select_related("officer", "department", "result")
        .defer("result__lines", "officer__id_number", "officer__phone")
        .order_by("function", "department__path", "officer__pinyin", "officer_id")
    )


@dataclass(frozen=True, slots=True)
class RunShown:
    run: AssessmentRun
    is_equal: bool  # to the run before


def runs_of(cycle: Cycle) -> list[RunShown]:
    """Computings, newest first, with whether each gave what the one before gave."""
    runs = list(cycle.runs.select_related("started_by").order_by("number"))
    before = [None, *runs]
    shown = [
        RunShown(run, last is not None and last.fingerprint == run.fingerprint)
        for last, run in zip(before, runs, strict=False)
    ]
    return shown[::-1]


@dataclass(frozen=True, slots=True)
class Distribution:
    """How the totals of one group spread, in bands of ten points."""

    label: str
    count: int
    bands: tuple[tuple[str, int], ...]


def distributions(cycle: Cycle) -> list[Distribution]:
    """The spread of totals per index set, only where at least five have one.

    Those under one set have one function and one category: nothing is compared across.
    """
    rows = Result.objects.filter(participant__cycle=cycle, state=Result.State.COMPLETE).values_list(
        "participant__function", "participant__category", "total"
    )
    groups: dict[tuple[str, str], list[Decimal]] = {}
    for function, category, total in rows:
        if total is not None:
            groups.setdefault((function, category), []).append(total)
    return [
        Distribution(group_label(*group), len(totals), _bands(totals))
        for group, totals in sorted(groups.items())
        if len(totals) >= SMALLEST_GROUP
    ]


def group_label(function: str, category: str) -> str:
    labels = Unit.Function(function).label, Officer.Category(category).label
    return " · ".join(str(label) for label in labels)


def _bands(totals: Iterable[Decimal]) -> tuple[tuple[str, int], ...]:
    counts = [0] * (100 // BAND)
    for total in totals:
        counts[min(int(total) // BAND, len(counts) - 1)] += 1
    return tuple((f"{band * BAND}–{(band + 1) * BAND}", count) for band, count in enumerate(counts))
