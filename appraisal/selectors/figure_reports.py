"""What a checked import is kept as until somebody decides: counts for all, and who is concerned."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from appraisal.models import FigureImport, Measure
from appraisal.rules.figures import plain_number
from appraisal.selectors.figure_changes import Change, Plan, Unsettled
from appraisal.selectors.figure_workbook import Reading
from courtparty.jobs.faults import ShownFault, shown_fault
from courtparty.jobs.models import Job
from courtparty.lib.xlsx import Fault, message

FAULTS_KEPT = 5000
EXAMPLES = 20
LINES_KEPT = 500


def report_of(plan: Plan, reading: Reading) -> tuple[dict[str, int], dict[str, Any]]:
    """Counts (nothing personal) and the report (encrypted where it is stored)."""
    errors = plan.errors
    to_settle = _to_settle(plan.unsettled)
    counts = {
        "months": len(plan.months),
        "officers": len(plan.listed),
        "new": len(plan.new),
        "changed": len(plan.changed),
        "unchanged": plan.unchanged,
        "errors": len(errors),
        "warnings": len(plan.faults) - len(errors),
        "to_settle": len(to_settle),
        "without": len(plan.without),
    }
    report = {
        "months": [
            {
                "sheet": sheet.sheet,
                "month": f"{sheet.month:%Y-%m}",
                "as_of": sheet.as_of.isoformat(),
                "rows": len(sheet.rows),
            }
            for sheet in sorted(reading.months, key=lambda one: one.month)
        ],
        "unknown": reading.unknown_headings,
        "heading_rows": {name: table.heading_row for name, table in reading.tables.items()},
        "headings": {
            name: {table.letter(field): text for field, text in table.headings.items()}
            for name, table in reading.tables.items()
        },
        "faults": [fault.as_json() for fault in errors[:FAULTS_KEPT]],
        "warnings": _grouped(fault for fault in plan.faults if not fault.is_error),
        "to_settle": to_settle,
        "settled": [
            {
                "sheet": sheet,
                "row": row.row,
                "text": f"{row.department} {row.name}".strip(),
                "officer": person.name,
                "department": person.department,
            }
            for row, sheet, person in plan.settled[:LINES_KEPT]
        ],
        "corrections": [_correction(plan, change) for change in plan.changed[:LINES_KEPT]],
        "without": _without(plan),
    }
    return counts, report


def _grouped(warnings: Iterable[Fault]) -> list[dict[str, Any]]:
    """One entry for each kind of warning: hundreds of equal sentences are read by nobody."""
    groups: dict[str, list[Fault]] = {}
    for fault in warnings:
        groups.setdefault(fault.code, []).append(fault)
    return [
        {
            "code": code,
            "count": len(faults),
            "examples": [fault.as_json() for fault in faults[:EXAMPLES]],
        }
        for code, faults in groups.items()
    ]


def _to_settle(unsettled: list[Unsettled]) -> list[dict[str, Any]]:
    """Each name once, however many months it stands in."""
    found: dict[tuple[str, str, int], dict[str, Any]] = {}
    for one in unsettled:
        entry = found.setdefault(
            (one.department, one.name, one.occurrence),
            {
                "department": one.department,
                "name": one.name,
                "occurrence": one.occurrence,
                "places": [],
                "candidates": one.candidates,
            },
        )
        entry["places"].append([one.sheet, one.row])
        entry["candidates"] = [pk for pk in entry["candidates"] if pk in set(one.candidates)]
    return list(found.values())


def _correction(plan: Plan, change: Change) -> dict[str, str]:
    person = plan.people[change.officer_id]
    return {
        "officer": person.name,
        "department": person.department,
        "month": f"{change.month:%Y-%m}",
        "measure": change.code,
        "old": plain_number(change.known.value) if change.known else "",
        "new": plain_number(change.new),
    }


def _without(plan: Plan) -> list[dict[str, Any]]:
    return [
        {
            "officer": plan.people[pk].name,
            "department": plan.people[pk].department,
            "months": [f"{month:%Y-%m}" for month in months],
        }
        for pk, months in list(plan.without.items())[:LINES_KEPT]
    ]


# -- for the page -----------------------------------------------------------------------------

SHOWN = 200


@dataclass(frozen=True, slots=True)
class FigureReport:
    """Everything in words; of long lists the beginning: ``counts`` says how many there are."""

    counts: dict[str, int]
    refusal: str
    errors: list[ShownFault]
    warnings: list[ShownFault]
    unknown: list[list[str]]
    months: list[dict[str, Any]]
    to_settle: list[dict[str, Any]]
    settled: list[dict[str, Any]]
    corrections: list[dict[str, Any]]
    without: list[dict[str, Any]]

    @property
    def can_be_marked(self) -> bool:
        """Whether a workbook with the errors marked can be made."""
        return not self.refusal and bool(self.errors)


def figure_report(figure_import: FigureImport) -> FigureReport:
    report = figure_import.report or {}
    headings = report.get("headings", {})
    faults = [Fault.from_json(fault) for fault in report.get("faults", [])[:SHOWN]]
    refusal = report.get("refusal")
    return FigureReport(
        counts=figure_import.counts,
        refusal=str(message(refusal["code"], refusal["params"])) if refusal else "",
        errors=[shown_fault(fault, headings) for fault in faults],
        warnings=[
            shown_fault(Fault.from_json(one), headings)
            for group in report.get("warnings", [])
            for one in group["examples"]
        ],
        unknown=report.get("unknown", []),
        months=report.get("months", []),
        to_settle=report.get("to_settle", []),
        settled=report.get("settled", []),
        corrections=_with_names(report.get("corrections", [])[:SHOWN]),
        without=report.get("without", [])[:SHOWN],
    )


def _with_names(corrections: list[dict[str, Any]]) -> list[dict[str, Any]]:
    if not corrections:
        return []
    names = {measure.code: measure.display_name for measure in Measure.objects.all()}
    return [one | {"measure": names.get(one["measure"], one["measure"])} for one in corrections]


def latest_job(figure_import: FigureImport) -> Job | None:
    """The last check or import of this workbook that somebody asked for."""
    jobs = Job.objects.filter(court=figure_import.court, kind__startswith="appraisal.figures_")
    return jobs.filter(args__import_id=figure_import.pk).order_by("-pk").first()
