"""What the pages of one roster import show, from the report its check left behind."""

from dataclasses import dataclass
from typing import Any

from cadres.models import Officer, RosterImport
from courtparty.accounts.models import Unit
from courtparty.jobs.faults import ShownFault, shown_fault
from courtparty.lib.xlsx import Fault, message
from courtparty.lib.xlsx.faults import LISTED_FAULTS

SHOWN = 200


@dataclass(frozen=True, slots=True)
class ShownChange:
    label: str
    old: str
    new: str


@dataclass(slots=True)
class RosterReport:
    """Everything in words. Of long lists the first 200 are here; ``counts`` has their length."""

    counts: dict[str, int]
    refusal: str
    errors: list[ShownFault]
    warnings: list[ShownFault]
    unknown: list[list[str]]
    units: list[dict[str, Any]]
    new: list[dict[str, Any]]
    changed: list[dict[str, Any]]
    left: list[dict[str, Any]]
    listed_faults: int = LISTED_FAULTS

    @property
    def can_be_marked(self) -> bool:
        """Whether a workbook with the errors marked can be made."""
        return not self.refusal and bool(self.errors)


def roster_report(roster_import: RosterImport) -> RosterReport:
    report = roster_import.report or {}
    faults = [Fault.from_json(fault) for fault in report.get("faults", [])]
    headings = report.get("headings", {})
    return RosterReport(
        counts=roster_import.counts,
        refusal=_refusal(report.get("refusal")),
        errors=[shown_fault(fault, headings) for fault in faults if fault.is_error][:SHOWN],
        warnings=[shown_fault(fault, headings) for fault in faults if not fault.is_error][:SHOWN],
        unknown=report.get("unknown", []),
        units=[_unit(unit) for unit in report.get("units", [])],
        new=[_new(row) for row in report.get("new", [])],
        changed=[_changed(row) for row in report.get("changed", [])],
        left=report.get("left", []),
    )


def roster_faults(roster_import: RosterImport) -> tuple[list[Fault], dict[str, int]]:
    """All listed faults, and the heading row of each sheet, to mark the workbook with."""
    report = roster_import.report or {}
    faults = [Fault.from_json(fault) for fault in report.get("faults", [])]
    return faults, report.get("heading_rows", {})


def _refusal(refusal: dict[str, Any] | None) -> str:
    return str(message(refusal["code"], refusal["params"])) if refusal else ""


def _unit(unit: dict[str, Any]) -> dict[str, Any]:
    kinds, functions = dict(Unit.Kind.choices), dict(Unit.Function.choices)
    return unit | {
        "kind_label": kinds.get(unit["kind"], ""),
        "function_label": functions.get(unit["function"], ""),
    }


def _new(row: dict[str, Any]) -> dict[str, Any]:
    return row | {"category_label": dict(Officer.Category.choices)[row["category"]]}


def _changed(row: dict[str, Any]) -> dict[str, Any]:
    changes = [
        ShownChange(_label(field), _shown(field, old), _shown(field, new))
        for field, old, new in row["changes"]
    ]
    return row | {"changes": changes}


def _label(field: str) -> str:
    return str(Officer._meta.get_field(field).verbose_name)  # type: ignore[union-attr]


def _shown(field: str, value: str) -> str:
    choices = dict(Officer._meta.get_field(field).choices or ())  # type: ignore[union-attr]
    return str(choices.get(value, value))
