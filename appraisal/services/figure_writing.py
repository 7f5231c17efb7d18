"""Writing planned figures: called inside the transaction of an import."""

from collections.abc import Iterable
from datetime import datetime

from appraisal.models import Figure, FigureCorrection, FigureImport, FigureSheet, Measure
from appraisal.selectors.figure_changes import Change, Known, Plan
from courtparty.accounts.models import User
from courtparty.audit.services import record

AT_A_TIME = 1000


def write_figures(
    figure_import: FigureImport, plan: Plan, *, by: User | None, at: datetime
) -> None:
    """Store what a workbook brings, and record that it came in."""
    write_changes(figure_import, plan, at=at)
    court, counts = figure_import.court, figure_import.counts
    record("figures.imported", by=by, on=figure_import, court=court, **counts)


def write_changes(figure_import: FigureImport, plan: Plan, *, at: datetime) -> None:
    """Store new and changed figures, what the changed ones were, and whose word is wanted."""
    measures = dict(Measure.objects.values_list("code", "pk"))
    Figure.objects.bulk_create(
        [
            Figure(
                officer_id=change.officer_id,
                measure_id=measures[change.code],
                month=change.month,
                value=change.new,
                as_of=change.as_of,
                source=figure_import,
            )
            for change in plan.new + plan.changed + plan.refreshed
        ],
        batch_size=AT_A_TIME,
        update_conflicts=True,
        unique_fields=["officer", "measure", "month"],
        update_fields=["value", "as_of", "source"],
    )
    FigureCorrection.objects.bulk_create(
        [
            _correction(change, change.known, figure_import, at)
            for change in plan.changed
            if change.known
        ],
        batch_size=AT_A_TIME,
    )
    _ask_for_confirmation(figure_import, plan.new + plan.changed)


def _correction(
    change: Change, known: Known, figure_import: FigureImport, at: datetime
) -> FigureCorrection:
    return FigureCorrection(
        figure_id=known.figure_id,
        old_value=known.value,
        new_value=change.new,
        old_as_of=known.as_of,
        old_source_id=known.source_id,
        source=figure_import,
        corrected_at=at,
    )


def _ask_for_confirmation(figure_import: FigureImport, changes: Iterable[Change]) -> None:
    """A month with a new number is the officer's to confirm; an untouched one stays confirmed."""
    months = sorted({(change.officer_id, change.month) for change in changes})
    FigureSheet.objects.bulk_create(
        [
            FigureSheet(officer_id=officer_id, month=month, source=figure_import)
            for officer_id, month in months
        ],
        batch_size=AT_A_TIME,
        update_conflicts=True,
        unique_fields=["officer", "month"],
        update_fields=["state", "decided_at", "source"],
    )
