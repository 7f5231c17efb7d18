"""Group figures of pressure: who is in which group, and what of them may be published. Pure.

A report covers the screenings of one quarter and no other: no screening is ever counted in two
reports, so that two of them can't be subtracted. Inside a report rules/groups.py hides what could
be; and what is left is rounded (people down to a multiple of five, means to whole points, shares
to tenths from 10 to 90), so that sums over many people do not give back one of them either.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from retention.rules.groups import MINIMUM, publishable

DIVISIONS = ("function", "category", "tenure")
MONTHS = 3
UNKNOWN = "unknown"

# Years in work, from and below.
TENURES = (("years_0_4", 0, 5), ("years_5_9", 5, 10), ("years_10_19", 10, 20), ("years_20", 20, 99))


@dataclass(frozen=True, slots=True)
class Taken:
    """One person's last screening of a quarter, and the group of each division."""

    person: int
    score: int
    is_elevated: bool
    function: str
    category: str
    tenure: str

    def group(self, division: str) -> str:
        return str(getattr(self, division))


def quarter_of(day: date) -> date:
    """The first day of the quarter ``day`` lies in."""
    return date(day.year, (day.month - 1) // MONTHS * MONTHS + 1, 1)


def next_quarter(first: date) -> date:
    index = first.year * 12 + first.month - 1 + MONTHS
    return date(index // 12, index % 12 + 1, 1)


def last_quarter(day: date) -> date:
    """The first day of the last quarter that was over by ``day``."""
    index = quarter_of(day).year * 12 + quarter_of(day).month - 1 - MONTHS
    return date(index // 12, index % 12 + 1, 1)


def tenure_of(since: date | None, *, on: date) -> str:
    """The band of whole years in work by ``on``."""
    if since is None or since > on:
        return UNKNOWN
    years = on.year - since.year - ((on.month, on.day) < (since.month, since.day))
    return next((key for key, low, high in TENURES if low <= years < high), UNKNOWN)


def report_of(taken: Sequence[Taken], groups: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """What a report says: the whole, and each of ``groups`` by division, None where it is hidden.

    ``groups`` are the ones there are people in, so that an empty one is told like a small one.
    """
    if len({one.person for one in taken}) != len(taken):
        raise ValueError("one screening per person")
    if len(taken) < MINIMUM:
        return _hidden(groups)
    divisions = {name: _by_group(taken, name, groups[name]) for name in DIVISIONS}
    visible = publishable(divisions)
    by_person = {one.person: one for one in taken}
    return {
        "whole": _figures(taken),
        **{
            name: {
                key: _figures([by_person[person] for person in sorted(people)])
                if key in visible[name]
                else None
                for key, people in divisions[name].items()
            }
            for name in DIVISIONS
        },
    }


def _hidden(groups: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    return {"whole": None, **{name: dict.fromkeys(groups[name]) for name in DIVISIONS}}


def _by_group(
    taken: Iterable[Taken], division: str, groups: Sequence[str]
) -> dict[str, frozenset[int]]:
    members: defaultdict[Hashable, set[int]] = defaultdict(set)
    for one in taken:
        members[one.group(division)].add(one.person)
    named = [*groups, *sorted(str(key) for key in members if key not in groups)]
    return {key: frozenset(members[key]) for key in named}


def _figures(taken: Sequence[Taken]) -> dict[str, int]:
    mean = Decimal(sum(one.score for one in taken)) / len(taken)
    raised = Decimal(sum(one.is_elevated for one in taken)) / len(taken)
    return {
        "people": len(taken) // MINIMUM * MINIMUM,
        "mean": _whole(mean),
        # Never 0 or 100: all of a group are no more told than one of it.
        "share": min(max(_whole(raised * 10) * 10, 10), 90),
    }


def _whole(value: Decimal) -> int:
    return int(value.quantize(Decimal(1), rounding=ROUND_HALF_UP))
