"""What an import would write: figures as stored, figures as they will be, whose they are."""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from appraisal.models import Figure, FigureImport
from appraisal.rules.figures import plain_number
from appraisal.selectors.figure_workbook import FigureRow
from courtparty.lib.xlsx import Fault

# (officer, code of the measure) within one month.
Cell = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Person:
    """An officer as far as a name in a workbook can tell."""

    pk: int
    name: str
    pinyin: str
    department: str
    department_en: str
    category: str
    left_on: date | None

    def is_in_post(self, month: date) -> bool:
        """In service, or left in that month or later."""
        return self.left_on is None or self.left_on >= month


@dataclass(frozen=True, slots=True)
class Unsettled:
    """A row that means no one officer for sure; an administrator chooses among ``candidates``."""

    sheet: str
    row: int
    department: str
    name: str
    occurrence: int
    candidates: list[int]


@dataclass(frozen=True, slots=True)
class Known:
    """A figure as it is stored."""

    figure_id: int
    value: Decimal
    as_of: date
    source_id: int
    is_by_hand: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """One figure to be written; ``known`` is what it replaces, None for a new one."""

    officer_id: int
    code: str
    month: date
    new: Decimal
    as_of: date
    known: Known | None = None


@dataclass(slots=True)
class Plan:
    """Everything an import would do, and everything that stands against it."""

    faults: list[Fault] = field(default_factory=list)
    unsettled: list[Unsettled] = field(default_factory=list)
    settled: list[tuple[FigureRow, str, Person]] = field(default_factory=list)
    new: list[Change] = field(default_factory=list)
    changed: list[Change] = field(default_factory=list)
    refreshed: list[Change] = field(default_factory=list)
    unchanged: int = 0
    months: list[date] = field(default_factory=list)
    people: dict[int, Person] = field(default_factory=dict)
    listed: set[int] = field(default_factory=set)
    without: dict[int, list[date]] = field(default_factory=dict)

    @property
    def errors(self) -> list[Fault]:
        return [fault for fault in self.faults if fault.is_error]

    @property
    def digest(self) -> str:
        """Of what would be written: what was shown is what is imported, to the byte."""
        parts: dict[str, list[list[Any]]] = {
            name: sorted(_as_line(change) for change in changes)
            for name, changes in (
                ("new", self.new),
                ("changed", self.changed),
                ("refreshed", self.refreshed),
            )
        }
        text = json.dumps(parts, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


def _as_line(change: Change) -> list[Any]:
    old = plain_number(change.known.value) if change.known else ""
    return [
        change.officer_id,
        change.code,
        change.month.isoformat(),
        old,
        plain_number(change.new),
        change.as_of.isoformat(),
    ]


def known_figures(figures: QuerySet[Figure]) -> dict[Cell, Known]:
    """{(officer, code of the measure): the figure} of one month. One query."""
    columns = (
        "officer_id", "measure__code", "pk", "value", "as_of", "source_id", "source__origin",
    )  # fmt: skip
    workbook = FigureImport.Origin.WORKBOOK
    return {
        (officer_id, code): Known(pk, value, as_of, source_id, origin != workbook)
        for officer_id, code, pk, value, as_of, source_id, origin in figures.values_list(*columns)
    }
