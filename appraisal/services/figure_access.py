"""Figures handed out: a page opened, a workbook exported, a template filled with names."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from appraisal.models import Cycle, FigureSheet, Measure
from appraisal.rules.figures import month_after, month_before
from appraisal.selectors.entry_workbook import entry_sheet
from appraisal.selectors.figure_grid import Grid
from appraisal.selectors.figure_needs import Need
from appraisal.selectors.figures import SheetRow
from appraisal.services.figures import known_measures
from cadres.models import Officer
from courtparty.accounts.models import Unit, User
from courtparty.audit.services import record, record_read
from courtparty.lib.xlsx.writing import SheetPlan, write_table, write_workbook

TEMPLATE_JUDGES = 2000


@transaction.atomic
def open_sheet(*, sheet: FigureSheet, by: User) -> None:
    """Note in the officer's own history that somebody else opened the month's figures."""
    if sheet.officer.user_id != by.pk:
        month = f"{sheet.month:%Y-%m}"
        record_read("figures.read", by=by, on=sheet.officer, court=sheet.officer.court, month=month)


@transaction.atomic
def export_figures(
    rows: Iterable[SheetRow], measures: list[Measure], *, by: User, court: Unit | None
) -> bytes:
    """A workbook of listed months with every measure. That it was taken is recorded."""
    count = 0

    def lines() -> Iterable[list[Any]]:
        nonlocal count
        for count, row in enumerate(rows, start=1):
            yield _line(count, row)

    headings = [_("No."), _("Month"), _("Department"), _("Judge")]
    headings += [measure.display_name for measure in measures] + [_("As of"), _("State")]
    content = write_table(title=_("Case figures"), headings=headings, rows=lines())
    record("figures.exported", by=by, court=court, rows=count)
    return content


def _line(number: int, row: SheetRow) -> list[Any]:
    officer = row.sheet.officer
    return [
        number,
        f"{row.sheet.month:%Y-%m}",
        officer.department.display_name,
        officer.name,
        *row.values,
        row.as_of,
        row.sheet.get_state_display(),
    ]


@transaction.atomic
def entry_template(grid: Grid, *, by: User) -> bytes:
    """The grid as a workbook to fill in. That it was taken, with its figures, is recorded."""
    record("figures.exported", by=by, court=grid.group.court, rows=len(grid.rows))
    return entry_sheet(grid)


@transaction.atomic
def export_needs(needs: list[Need], *, cycle: Cycle, by: User) -> bytes:
    """A workbook of what is absent for a cycle, a line for each figure. It is recorded."""
    headings = [
        _("No."),
        _("Department"),
        _("Name"),
        _("Measure"),
        _("Month"),
        _("How it comes in"),
    ]
    lines = [(need, month) for need in needs for month in need.months]
    record("figures.needs_exported", by=by, on=cycle, court=cycle.court, rows=len(lines))
    rows = (
        [
            number,
            need.person.department,
            need.person.name,
            need.measure.display_name,
            f"{month:%Y-%m}",
            _("entered by hand") if need.measure.is_entered else _("workbook"),
        ]
        for number, (need, month) in enumerate(lines, start=1)
    )
    title = _("Missing figures: %(cycle)s") % {"cycle": cycle.name}
    return write_table(title=title, headings=headings, rows=rows)


def figure_template(court: Unit, *, on: date) -> bytes:
    """A workbook to fill in: last month's sheet with the judges in post and every heading.

    Its words are those of the measures' table, Chinese as the office writes, in any language.
    """
    month = month_before(on.replace(day=1))
    judges = Officer.objects.filter(court=court, category=Officer.Category.QUOTA_JUDGE)
    in_post = judges.filter(Q(left_on=None) | Q(left_on__gte=month)).select_related("department")
    listed = in_post.order_by("department__path", "list_order", "pk")[:TEMPLATE_JUDGES]
    measures = [measure for measure in known_measures(court) if not measure.is_entered]
    as_of = min(on, month_after(month) - timedelta(days=1))
    title = f"{court.name}{month:%Y年%-m月}审判质效情况（数据截至{as_of}）"
    rows = [
        [number, judge.department.name, judge.name, *[None] * len(measures)]
        for number, judge in enumerate(listed, start=1)
    ]
    headings = ["序号", "部门", "承办人", *(measure.name for measure in measures)]
    plan = SheetPlan(title=title, headings=headings, rows=rows, sheet_name=f"{month:%Y-%m}")
    return write_workbook([plan])
