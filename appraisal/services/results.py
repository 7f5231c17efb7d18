"""Opening another person's result, which is recorded, and handing results out as a workbook."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from appraisal.models import AssessmentRun, Cycle, IndexSet, Indicator, Participant, Result
from appraisal.selectors.cycles import group_label, months_text
from appraisal.selectors.index_sets import measure_names
from appraisal.selectors.result_words import LineShown
from appraisal.selectors.results import lines_shown, results_of
from appraisal.selectors.snapshots import agrees_with, reads_of
from courtparty.accounts.models import User
from courtparty.audit.services import record, record_read
from courtparty.lib.words import listed
from courtparty.lib.xlsx import SheetPlan, write_workbook


class CannotExport(Exception):
    """There is nothing to hand out. Its text is for the user."""


@transaction.atomic
def open_result(result: Result, *, by: User) -> None:
    """Note that ``by`` reads this result, unless it is the own one; the officer can see that."""
    participant = result.participant
    if participant.officer.user_id != by.pk:
        record_read(
            "result.read",
            by=by,
            on=participant.officer,
            court=participant.cycle.court,
            cycle=participant.cycle_id,
        )


@transaction.atomic
def export_results(
    cycle: Cycle,
    *,
    by: User | None,
    results: QuerySet[Result] | None = None,
    language: str | None = None,
) -> bytes:
    """A workbook of a cycle's results with every explanation, recorded; ``results`` cuts it down.

    The same results give the same cells. Refuses before the first computing.
    """
    run = cycle.runs.order_by("-number").first()
    if run is None:
        raise CannotExport(_("This cycle has not been computed yet."))
    with translation.override(language or translation.get_language()):
        found = _read(cycle, results)
        content = write_workbook(_sheets(cycle, run, found))
    record(
        "results.exported",
        by=by,
        on=cycle,
        court=cycle.court,
        number=run.number,
        rows=len(found),
    )
    return content


@dataclass(frozen=True, slots=True)
class _Row:
    """A result with its lines in words, from the snapshot of its computing."""

    result: Result
    group: str
    department: str
    name: str
    lines: list[LineShown]
    agrees: bool


def _read(cycle: Cycle, results: QuerySet[Result] | None) -> list[_Row]:
    names = measure_names()
    indicators: dict[int, list[Indicator]] = {}
    used = IndexSet.objects.filter(pk__in=_set_ids(cycle))
    for indicator in Indicator.objects.filter(index_set__in=used).order_by("position", "code"):
        indicators.setdefault(indicator.index_set_id, []).append(indicator)
    rows = []
    for result, read in reads_of(results_of(cycle, results)):
        participant = result.participant
        known = indicators.get(participant.index_set_id or 0, [])
        rows.append(
            _Row(
                result=result,
                group=group_label(participant.function, participant.staff_class),
                department=participant.department.display_name,
                name=participant.officer.name,
                lines=lines_shown(read, known, None, names) if read else [],
                agrees=read is not None and agrees_with(result, read),
            )
        )
    return rows


def _set_ids(cycle: Cycle) -> QuerySet[Participant, int | None]:
    found = Participant.objects.filter(cycle=cycle, index_set__isnull=False)
    return found.values_list("index_set_id", flat=True)


def _sheets(cycle: Cycle, run: AssessmentRun, rows: list[_Row]) -> Iterator[SheetPlan]:
    groups: dict[str, list[_Row]] = {}
    for row in rows:
        groups.setdefault(row.group, []).append(row)
    for group, members in groups.items():
        yield _results_sheet(cycle, group, members)
    yield _explanations_sheet(rows)
    yield _missing_sheet(rows)
    yield _excluded_sheet(cycle)
    yield _run_sheet(cycle, run, rows)


def _results_sheet(cycle: Cycle, group: str, rows: list[_Row]) -> SheetPlan:
    """Totals in the order of departments and names, the routine share only where there is one."""
    lines = max((row.lines for row in rows), key=len)
    headings = [f"{line.name} ({line.weight.normalize():f})" for line in lines]
    sums = ["base", "bonus", *(["own", "routine"] if cycle.routine_share else []), "total"]
    return SheetPlan(
        sheet_name=group,
        title=f"{cycle.name} · {group}",
        headings=[
            _("Department"),
            _("Name"),
            *headings,
            *(_heading(name) for name in sums),
            _("State"),
        ],
        rows=[
            [
                row.department,
                row.name,
                *(_cell(line) for line in row.lines),
                *[None] * (len(lines) - len(row.lines)),
                *(getattr(row.result, name) for name in sums),
                row.result.get_state_display(),
            ]
            for row in rows
        ],
        number_formats=dict.fromkeys(range(2, len(lines) + len(sums) + 2), "0.00"),
    )


def _heading(name: str) -> str:
    return {
        "base": _("Base"),
        "bonus": _("Bonus"),
        "own": _("Own"),
        "routine": _("Routine"),
        "total": pgettext("of points", "Total"),
    }[name]


def _cell(line: LineShown) -> Any:
    """Points; a veto has none, and says in its explanation whether it limits."""
    if line.points is not None or line.is_veto:
        return line.points
    return line.state_label


def _explanations_sheet(rows: Iterable[_Row]) -> SheetPlan:
    return SheetPlan(
        sheet_name=_("Explanations"),
        headings=[
            _("Department"),
            _("Name"),
            _("Indicator"),
            _("Points"),
            _("Weight"),
            _("State"),
            _("How it came about"),
            _("Basis"),
        ],
        rows=[
            [
                row.department,
                row.name,
                line.name,
                line.points,
                line.weight,
                line.state_label,
                line.explanation,
                line.indicator.display_basis if line.indicator else "",
            ]
            for row in rows
            for line in row.lines
        ],
        number_formats={3: "0.00", 4: "0.00"},
    )


def _missing_sheet(rows: Iterable[_Row]) -> SheetPlan:
    return SheetPlan(
        sheet_name=_("Missing figures"),
        headings=[_("Department"), _("Name"), _("Month"), _("Missing figures")],
        rows=[
            [row.department, row.name, month, listed(measures)]
            for row in rows
            for month, measures in _missing(row.lines).items()
        ],
        text_columns=(2,),
    )


def _missing(lines: Iterable[LineShown]) -> dict[str, list[str]]:
    months: dict[str, list[str]] = {}
    for month, measure in dict.fromkeys(gap for line in lines for gap in line.missing):
        months.setdefault(month, []).append(measure)
    return dict(sorted(months.items()))


def _excluded_sheet(cycle: Cycle) -> SheetPlan:
    """Who takes no part. Shown to those who export the whole court only, as all of this is."""
    found = (
        Participant.objects.filter(cycle=cycle)
        .exclude(excluded="")
        .select_related("officer", "department")
        .order_by("function", "department__path", "officer__pinyin", "officer__id_hash")
    )
    return SheetPlan(
        sheet_name=_("Not taking part"),
        headings=[_("Department"), _("Name"), _("Function"), _("Category"), _("Reason")],
        rows=[
            [
                one.department.display_name,
                one.officer.name,
                one.get_function_display(),
                one.get_category_display(),
                one.get_excluded_display(),
            ]
            for one in found
        ],
    )


def _run_sheet(cycle: Cycle, run: AssessmentRun, rows: Iterable[_Row]) -> SheetPlan:
    wrong = [row.name for row in rows if not row.agrees]
    facts: list[list[Any]] = [
        [_("Court"), cycle.court.display_name],
        [_("Cycle"), cycle.name],
        [_("Code"), cycle.code],
        [_("Period"), months_text(cycle)],
        [_("Computing number"), run.number],
        [_("Fingerprint"), run.fingerprint],
        [_("Taking part"), run.participants],
        [_("Complete"), run.complete],
        [_("Figures missing"), run.missing],
        [_("Differs from its snapshot"), listed(wrong) or _("none")],
    ]
    return SheetPlan(
        sheet_name=_("Computing"),
        headings=[_("Item"), _("Value")],
        rows=facts,
        widths=[20, 70],
        landscape=False,
    )
