"""Rank steps of civil servants and of judges: months in a rank, shortened by excellent years.

Sources as far as known: for civil servants two years in a rank below the top ones, and half a
year less for each year graded excellent (seen on secondary pages [S]); for judges three years in
a rank up to the third class, then four (an older rule [S]). Every number is in the court's table.

Ours, and named in each explanation: a term known to the month is counted from its last day; an
excellent year counts when 31 December of it lies in the term and it has ended before the term
has; a term never ends before the year that shortened it was over.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from courtparty.lib.dates import PartialDate
from retention.rules.entitlement_tables import RANK_STEP, TermTable, rank_name
from retention.rules.entitlements import (
    DUE,
    ONE,
    Due,
    Given,
    Lines,
    add_months,
    iso,
    missing,
    past_terms,
    started,
    starts,
)

EXCELLENT = "excellent"
YEAR = 12
UNKNOWN_START = "start-unknown"


@dataclass(frozen=True, slots=True)
class RankFacts:
    """What the roster and what was received say of an officer's rank."""

    category: str
    rank: str
    since: PartialDate | None = None
    given: Sequence[Given] = ()
    grades: Mapping[int, str] = field(default_factory=dict)


def rank_steps(kind: str, table: TermTable, facts: RankFacts, *, on: date) -> list[Due]:
    """The terms that have ended and the one under way. Nothing for categories without the rule.

    ``grades``: the annual grade by year. Nothing either without a rank, and for one after which
    the table names no term.
    """
    if facts.category not in table.categories:
        return []
    rank = rank_name(facts.rank)
    known = starts(_roster_day(kind, facts), facts.given)
    done = past_terms(kind, known)
    if not rank:
        return done
    if not known:
        return [_without_start(kind, table, facts)]
    now = known[-1]
    period = str(now.day)
    if rank not in table.months:
        return [*done, missing(kind, period, *started(now), ["rank_unknown", {"rank": rank}])]
    months = table.months[rank]
    if months is None:
        return done
    lines: Lines = [*started(now), ["rank_months", {"rank": rank, "months": months}]]
    due_on, more = _counted(now.counted, months, table, facts.grades, on)
    return [*done, Due(kind, period, DUE, due_on, ONE, lines + more)]


def _roster_day(kind: str, facts: RankFacts) -> PartialDate | None:
    """The roster has one day for both kinds of rank, and does not say which it is for judges."""
    return facts.since if kind == RANK_STEP else None


def _without_start(kind: str, table: TermTable, facts: RankFacts) -> Due:
    lines: Lines = []
    rank = rank_name(facts.rank)
    if rank not in table.months:
        lines.append(["rank_unknown", {"rank": rank}])
    lines.append(["start_missing" if kind == RANK_STEP else "judge_start_missing", {}])
    if kind != RANK_STEP and facts.since is not None:
        lines.append(["roster_day_unclear", {"day": str(facts.since)}])
    return missing(kind, UNKNOWN_START, *lines)


def _counted(
    start: date, months: int, table: TermTable, grades: Mapping[int, str], on: date
) -> tuple[date, Lines]:
    """The day the term ends, and what moved it."""
    due_on, term = add_months(start, months), months
    lines: Lines = [["term_ends", {"day": iso(due_on)}]]
    unknown: list[int] = []
    year = start.year
    while date(year + 1, 1, 1) <= due_on:
        over, grade = date(year + 1, 1, 1), grades.get(year)
        if grade == EXCELLENT and table.excellent_months:
            term -= table.excellent_months
            due_on = max(over, add_months(start, term))
            values = {"year": year, "months": table.excellent_months, "day": iso(due_on)}
            lines.append(["shortened", values])
        elif grade in table.uncounted:
            term += YEAR
            due_on = add_months(start, term)
            lines.append(["lengthened", {"year": year, "grade": grade, "day": iso(due_on)}])
        elif grade is None and over <= on and table.excellent_months:
            unknown.append(year)
        year += 1
    if unknown:
        lines.append(["grades_unknown", {"years": unknown}])
    return due_on, lines
