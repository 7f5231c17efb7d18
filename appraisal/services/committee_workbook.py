"""The committee's workbook: a sheet for each group, with empty columns to write decisions in."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from appraisal.models import Cycle
from appraisal.selectors.grade_lists import (
    GradeNarrowing,
    GradeRow,
    GradeState,
    QuotaMeter,
    grade_rows,
    grade_state,
    grades_of,
)
from appraisal.services.grades import CannotGrade
from courtparty.accounts.models import User
from courtparty.audit.services import record
from courtparty.lib.xlsx import SheetPlan, write_workbook

POINTS, SIGNED_POINTS = "0.00", "+0.00;-0.00;0.00"


@transaction.atomic
def export_for_committee(cycle: Cycle, *, by: User) -> bytes:
    """What the committee needs to decide grades, in the reader's language; recorded.

    By department and name: there is no ranking. Refuses before grades are proposed.
    """
    rows = grade_rows(grades_of(cycle, by, GradeNarrowing()), cycle)
    if not rows:
        raise CannotGrade(_("No grades are proposed yet. Have them proposed first."))
    content = write_workbook(_sheets(cycle, rows, grade_state(cycle)))
    record("committee_workbook.exported", by=by, on=cycle, court=cycle.court, rows=len(rows))
    return content


def _sheets(cycle: Cycle, rows: Sequence[GradeRow], state: GradeState) -> Iterator[SheetPlan]:
    groups: dict[str, list[GradeRow]] = {}
    for row in rows:
        groups.setdefault(row.group, []).append(row)
    for group, members in groups.items():
        yield _group_sheet(cycle, group, members)
    yield _quota_sheet(cycle, state)


def _group_sheet(cycle: Cycle, group: str, rows: Sequence[GradeRow]) -> SheetPlan:
    return SheetPlan(
        sheet_name=group,
        title=f"{cycle.name} · {group}",
        headings=[
            _("Name"),
            _("Department"),
            _("Base"),
            _("Bonus"),
            _("Routine"),
            pgettext("of points", "Total"),
            _("Adjustment"),
            _("After adjustment"),
            _("Standing"),
            _("Proposed grade"),
            _("Why"),
            _("Decided grade"),
            _("Minutes or document"),
            _("Note"),
        ],
        rows=[_cells(row) for row in rows],
        number_formats={2: POINTS, 3: POINTS, 4: POINTS, 5: POINTS, 6: SIGNED_POINTS, 7: POINTS},
        widths=[10, 16, 8, 8, 8, 8, 9, 9, 12, 12, 44, 12, 18, 18],
    )


def _cells(row: GradeRow) -> list[Any]:
    """Decisions made already stand in their columns; the others are left to be written in."""
    result = row.result
    return [
        row.name,
        row.department,
        result.base if result else None,
        result.bonus if result else None,
        result.routine if result else None,
        row.total,
        row.adjustment.amount if row.adjustment else None,
        row.after,
        row.quartile,
        row.proposed,
        " ".join(row.reasons),
        row.decided or None,
        row.grade.document or None,
        None,
    ]


def _quota_sheet(cycle: Cycle, state: GradeState) -> SheetPlan:
    whole = [_("Whole court"), *_numbers(state.court)]
    return SheetPlan(
        sheet_name=_("Places for excellent"),
        title=_("%(cycle)s · excellent at most %(percent)s %%")
        % {"cycle": cycle.name, "percent": f"{state.percent.normalize():f}"},
        headings=[
            _("Group"),
            _("With a grade"),
            _("Places"),
            _("Proposed as excellent"),
            _("Decided as excellent"),
            _("Undecided"),
        ],
        rows=[whole, *([meter.label, *_numbers(meter)] for meter in state.meters)],
        landscape=False,
    )


def _numbers(meter: QuotaMeter) -> list[int]:
    return [meter.graded, meter.seats, meter.proposed, meter.decided, meter.open]
