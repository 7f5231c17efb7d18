"""Heart-to-heart talks: between whom, how often, and when in the year each of them is due.

Source: Regulation on the work of Party branches (trial, 2018), read on secondary pages only: at
least once a year for each kind of pair. So the frequency is a default in a table the court edits;
the kinds that the regulation does not name are marked as unverified and are off until used.
"""

import calendar as months
from dataclasses import dataclass
from datetime import date, timedelta

BRANCH_REGULATION = "《中国共产党支部工作条例（试行）》（2018）· 二手来源"
OURS = "本系统默认值，未经核实"

# What a talk is about that its officer must be able to read in writing.
NEEDS_SHARED_NOTE = frozenset({"care", "reminder"})
# Talks by rule are due from this month of a span on, so that January is free for planning.
FIRST_MONTH = 2
LAST_MONTH = 11
MOST_TIMES = 12


@dataclass(frozen=True, slots=True)
class PairFacts:
    """What is shipped for one kind of pair. ``certainty``: R read, S seen, U unverified."""

    times_per_year: int = 1
    certainty: str = "U"
    source: str = OURS
    is_used: bool = False


PAIRS = {
    "secretary_member": PairFacts(certainty="S", source=BRANCH_REGULATION, is_used=True),
    "secretary_committee": PairFacts(certainty="S", source=BRANCH_REGULATION, is_used=True),
    "committee_committee": PairFacts(certainty="S", source=BRANCH_REGULATION, is_used=True),
    "deputy_member": PairFacts(),
    "head_officer": PairFacts(is_used=True),
    "leader_head": PairFacts(is_used=True),
}

SECRETARY_POSTS = frozenset({"secretary", "branch_secretary"})
DEPUTY_POSTS = frozenset({"fulltime_deputy", "deputy_secretary", "branch_deputy"})
COMMITTEE_POSTS = frozenset(
    {
        "discipline_secretary",
        "organisation_member",
        "publicity_member",
        "discipline_member",
        "youth_member",
        "committee_member",
        *DEPUTY_POSTS,
    }
)
HEAD_TITLES = ("庭长", "局长", "主任", "队长", "大队长", "负责人")


def is_head_title(title: str) -> bool:
    """Whether a title on the roster is that of a department's head; deputies are none."""
    plain = title.strip()
    return "副" not in plain and "助理" not in plain and plain.endswith(HEAD_TITLES)


def span_of(year: int, *, times: int, nth: int) -> tuple[date, date]:
    """First and last day of the ``nth`` (from 1) of ``times`` equal parts of a year."""
    if not 1 <= nth <= times <= MOST_TIMES:
        raise ValueError(f"part {nth} of {times}")
    first = date(year, (nth - 1) * 12 // times + 1, 1)
    last_month = nth * 12 // times
    return first, date(year, last_month, months.monthrange(year, last_month)[1])


def due_day(year: int, *, times: int, nth: int, seed: int, on: date) -> date | None:
    """By when one of the talks of a year is due; None when its part of the year is over.

    The days of many officers are spread over the months by ``seed`` (any number of the officer's
    own), so that no holder has them all in December. Planned late, it is due in a month to come.
    """
    first, last = span_of(year, times=times, nth=nth)
    if last < on:
        return None
    earliest = max(first.month, FIRST_MONTH if times == 1 else first.month)
    latest = max(min(last.month, LAST_MONTH if times == 1 else last.month), earliest)
    month = earliest + seed % (latest - earliest + 1)
    if on.year == year and month <= on.month:
        month = min(on.month + 1, last.month)
    return _last_weekday(year, month)


def _last_weekday(year: int, month: int) -> date:
    day = date(year, month, months.monthrange(year, month)[1])
    while day.weekday() > 4:
        day -= timedelta(days=1)
    return day


def rule_key(*, year: int, pair: str, people: str, nth: int) -> str:
    """What names one planned talk for good; ``people`` is who it is between, in numbers."""
    return f"rule:{year}:{pair}:{people}:{nth}"
