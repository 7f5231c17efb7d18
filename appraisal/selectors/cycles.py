"""Reads of cycles: which there are for whom, their computings, and how totals spread."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Prefetch, Q, QuerySet

from appraisal.models import AssessmentRun, Cycle, Participant, Result
from appraisal.models.index_sets import STAFF_CLASSES
from appraisal.rules.staff import StaffClass
from courtparty.accounts.models import Unit, User
from courtparty.accounts.scope import court_scope, is_court_path, paths_with
from courtparty.lib.dates import Period

# Totals of fewer people would show whose they are.
SMALLEST_GROUP = 5
BAND = 10


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


def by_name_or_code(cycles: QuerySet[Cycle], text: str) -> QuerySet[Cycle]:
    return cycles.filter(Q(name__icontains=text) | Q(code__icontains=text))


def years_of(user: User) -> list[int]:
    """The years in which cycles that ``user`` sees begin, newest first."""
    years = Cycle.objects.visible_to(user).order_by("-start__year")
    return list(years.values_list("start__year", flat=True).distinct())


def courts_of_cycles(user: User) -> list[Unit]:
    """The courts whose cycles ``user`` sees as a matter of office."""
    roots = {path[: Unit.steplen] for path in paths_with(user, "appraisal.view_cycle")}
    return list(Unit.objects.courts().filter(path__in=roots).order_by("path"))


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


def _counts(values: Iterable[str], choices: type) -> tuple[tuple[str, int], ...]:
    counts: dict[str, int] = {}
    for value in values:
        counts[value] = counts.get(value, 0) + 1
    return tuple((str(choices(value).label), count) for value, count in sorted(counts.items()))


def exclusions_of(cycle: Cycle) -> tuple[tuple[str, int], ...]:
    """How many take no part, by reason."""
    found = Participant.objects.filter(cycle=cycle).exclude(excluded="")
    return _counts(found.values_list("excluded", flat=True), Participant.Excluded)


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
    """The spread of totals per function and staff class, only where at least five have one."""
    rows = Result.objects.filter(participant__cycle=cycle, state=Result.State.COMPLETE).values_list(
        "participant__function", "participant__staff_class", "total"
    )
    groups: dict[tuple[str, str], list[Decimal]] = {}
    for function, staff_class, total in rows:
        if total is not None:
            groups.setdefault((function, staff_class), []).append(total)
    return [
        Distribution(group_label(*group), len(totals), _bands(totals))
        for group, totals in sorted(groups.items())
        if len(totals) >= SMALLEST_GROUP
    ]


def group_label(function: str, staff_class: str) -> str:
    return f"{Unit.Function(function).label} · {STAFF_CLASSES[StaffClass(staff_class)]}"


def _bands(totals: Iterable[Decimal]) -> tuple[tuple[str, int], ...]:
    counts = [0] * (100 // BAND)
    for total in totals:
        counts[min(int(total) // BAND, len(counts) - 1)] += 1
    return tuple((f"{band * BAND}–{(band + 1) * BAND}", count) for band, count in enumerate(counts))
