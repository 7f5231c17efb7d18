"""Case work of officers, as the full-time check asks for it.

The figures belong to appraisal, which lies above this app and hands in its reader when it starts.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class CaseMonth:
    """One figure above zero of one officer's month; ``name`` is in the reader's language."""

    month: date
    name: str
    value: Decimal


CaseMonths = dict[int, list[CaseMonth]]
Source = Callable[[Collection[int], date], CaseMonths]

_SOURCES: dict[str, Source] = {}


def register_case_figures(source: Source) -> Source:
    """Let ``source`` be asked; one and the same function counts once, however often it comes."""
    _SOURCES[f"{source.__module__}.{source.__qualname__}"] = source
    return source


def case_figures(officer_ids: Iterable[int], since: date) -> CaseMonths:
    """The case work of these officers in months from ``since`` on, in the order of months.

    Only those who had any are in the answer. Nobody asked for: no query.
    """
    ids = sorted(set(officer_ids))
    found: defaultdict[int, list[CaseMonth]] = defaultdict(list)
    for source in _SOURCES.values() if ids else ():
        for officer_id, months in source(ids, since).items():
            found[officer_id] += months
    return {
        officer_id: sorted(months, key=lambda one: one.month)
        for officer_id, months in found.items()
        if months
    }
