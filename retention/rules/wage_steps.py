"""Wage steps and wage levels: given after so many years graded competent or better.

Source as far as known: competent in two years one wage step, in five years one level (seen on
secondary pages [S]); the numbers are in the court's table. Ours: the two are counted apart, each
from the year in which the last one took effect; a year with another grade is not counted; it
takes effect in the table's month of the following year.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from retention.rules.entitlement_tables import WAGE_STEP, WageTable
from retention.rules.entitlements import (
    DUE,
    EXPECTED,
    ONE,
    Due,
    Given,
    Line,
    Lines,
    iso,
    missing,
    past_terms,
    started,
    starts,
)

VARIANTS = ("step", "level")


@dataclass(frozen=True, slots=True)
class WageFacts:
    """What was received so far, and the annual grade by year."""

    category: str
    given: Sequence[Given] = ()
    grades: Mapping[int, str] = field(default_factory=dict)


def wage_steps(table: WageTable, facts: WageFacts, *, on: date) -> list[Due]:
    """Terms that have ended and those under way, for steps and for levels."""
    if facts.category not in table.categories:
        return []
    found: list[Due] = []
    for variant in VARIANTS:
        given = [one for one in facts.given if one.variant == variant]
        found += _of_variant(table, variant, given, facts.grades, on)
    return found


def _of_variant(
    table: WageTable, variant: str, given: Sequence[Given], grades: Mapping[int, str], on: date
) -> list[Due]:
    known = starts(None, given)
    if not known:
        unknown = ["wage_start_missing", {"variant": variant}]
        return [missing(WAGE_STEP, f"{variant}:start-unknown", unknown)]
    now, needed = known[-1], table.years[variant]
    done = past_terms(WAGE_STEP, known, prefix=f"{variant}:")
    lines: Lines = [*started(now), ["years_needed", {"variant": variant, "years": needed}]]
    period = f"{variant}:{now.day}"
    count = _count(now.counted.year, needed, table, grades, on)
    lines += count.lines
    if count.unknown:
        line: Line = ["grades_missing", {"years": count.unknown}]
        return [*done, missing(WAGE_STEP, period, *lines, line)]
    due_on = date(count.last + 1, table.month, 1)
    lines.append(["takes_effect", {"day": iso(due_on)}])
    if count.open:
        lines.append(["if_graded", {"years": count.open}])
    state = EXPECTED if count.open else DUE
    return [*done, Due(WAGE_STEP, period, state, due_on, ONE, lines)]


@dataclass(slots=True)
class _Count:
    """Years gone through: the last one counted, those still open, those whose grade is missing."""

    last: int
    lines: Lines = field(default_factory=list)
    open: list[int] = field(default_factory=list)
    unknown: list[int] = field(default_factory=list)


def _count(
    first: int, needed: int, table: WageTable, grades: Mapping[int, str], on: date
) -> _Count:
    """Count years from ``first`` on until there are enough.

    The year under way and the one before, whose grade is often not decided yet, are taken as
    open: a step that rests on them is expected, not due. An older year without a grade stops it.
    """
    found, counted, year = _Count(first), 0, first
    while counted < needed:
        grade = grades.get(year)
        if grade is None and year < on.year - 1:
            found.unknown.append(year)
        elif grade is None:
            found.open.append(year)
        else:
            code = "year_counts" if grade in table.counted else "year_counts_not"
            found.lines.append([code, {"year": year, "grade": grade}])
        counted += grade is None or grade in table.counted
        found.last = year
        year += 1
    return found
