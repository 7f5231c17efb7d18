"""The board and its lists as workbooks: exactly what the pages show, and recorded in the log."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from courtparty.accounts.models import Unit, User
from courtparty.audit.services import record
from courtparty.lib.xlsx.writing import SheetPlan, write_table, write_workbook
from retention.models.board import RetentionActionQuerySet
from retention.models.departures import DepartureQuerySet
from retention.models.pauses import AssignmentPauseQuerySet
from retention.selectors.actions import action_rows
from retention.selectors.board import Board, CauseTable, Division, Row
from retention.selectors.caseload import LoadRow
from retention.selectors.departures import departure_rows
from retention.selectors.pauses import pause_rows

MOST_ROWS = 10_000


class CannotExport(Exception):
    """The list is too long for one workbook. Its text is for the user."""


@transaction.atomic
def export_board(board: Board, *, by: User) -> bytes:
    """The group tables of the board as they are shown; hidden groups are in no cell."""
    unit = board.unit.pk
    record("board.exported", by=by, on=board.court, court=board.court, year=board.year, unit=unit)
    plans = [_rows_plan(_("Turnover by year"), _("Year"), board.years)]
    plans += [_division_plan(one, board.year) for one in board.divisions]
    plans += [_causes_plan(one) for one in board.causes if one.rows]
    return write_workbook(plans)


def _rows_plan(title: str, first: str, rows: Iterable[Row]) -> SheetPlan:
    headings = [first, _("Average headcount"), pgettext("people", "Left"), _("Turnover (%)")]
    cells = [[row.label, row.heads, row.leavers, row.rate] for row in rows]
    return SheetPlan(title=title, headings=headings, rows=cells, sheet_name=title, text_columns=[0])


def _division_plan(division: Division, year: int | None) -> SheetPlan:
    return _rows_plan(f"{division.label} {year}", _("Group"), division.rows)


def _causes_plan(table: CauseTable) -> SheetPlan:
    title = _("Causes of leaving %(years)s") % {"years": table.years}
    headings = [_("Cause"), _("As the main cause"), _("Among the causes"), _("Said in interviews")]
    cells = [[row.label, _cell(row.main), _cell(row.any), _cell(row.said)] for row in table.rows]
    return SheetPlan(title=title, headings=headings, rows=cells, sheet_name=title, text_columns=[0])


def _cell(count: int | None) -> int | str:
    return _("hidden") if count is None else count


@transaction.atomic
def export_departures(departures: DepartureQuerySet, *, by: User, on: date) -> bytes:
    """The listed departures without their causes, recorded in the log of each court.

    Refuses more than 10,000 rows.
    """
    _refuse_long(departures)
    courts = Unit.objects.courts().filter(pk__in=departures.order_by().values("officer__court"))
    rows = departure_rows(departures, on=on)
    for court in courts:
        record("departures.exported", by=by, on=court, court=court, rows=len(rows))
    headings = [
        _("Name"), _("Department"), _("Last day at the court"), _("Where to"), _("State"),
        _("Causes coded"), _("Exit interview"),
    ]  # fmt: skip
    return write_table(
        title=_("Departures, %(day)s") % {"day": on.isoformat()},
        headings=headings,
        rows=[
            [
                row.name, row.department, row.last_day, row.destination, row.state,
                _("yes") if row.is_coded else _("no"), row.interview,
            ]
            for row in rows
        ],
        text_columns=[0, 1, 3, 4, 5, 6],
        sheet_name=_("Departures"),
    )  # fmt: skip


@transaction.atomic
def export_pauses(pauses: AssignmentPauseQuerySet, *, by: User, on: date) -> bytes:
    """The listed pauses without their reasons, recorded in the log of each court.

    Refuses more than 10,000 rows.
    """
    _refuse_long(pauses)
    courts = Unit.objects.courts().filter(pk__in=pauses.order_by().values("officer__court"))
    rows = pause_rows(pauses, on=on)
    for court in courts:
        record("pauses.exported", by=by, on=court, court=court, rows=len(rows))
    headings = [
        _("Name"), _("Department"), _("Reason"), _("State"), _("First day of the pause"),
        _("Last day of the pause"),
    ]  # fmt: skip
    return write_table(
        title=_("Assignment pauses, %(day)s") % {"day": on.isoformat()},
        headings=headings,
        rows=[
            [row.name, row.department, row.basis, row.state, row.start, row.last_day]
            for row in rows
        ],
        text_columns=[0, 1, 2, 3],
        sheet_name=_("Assignment pauses"),
    )


@transaction.atomic
def export_caseload(rows: Iterable[LoadRow], *, court: Unit, by: User, on: date) -> bytes:
    """The listed judges' caseload beside their peers, recorded in the court's log."""
    listed = list(rows)
    record("caseload.exported", by=by, on=court, court=court, rows=len(listed))
    headings = [
        _("Name"), _("Department"), _("Function"), _("Months in post"), _("Pending"),
        _("Peers' median"), _("% of the median"), _("New per month"), _("Closed per month"),
    ]  # fmt: skip
    return write_table(
        title=_("Caseload, %(day)s") % {"day": on.isoformat()},
        headings=headings,
        rows=map(_load_cells, listed),
        text_columns=[0, 1, 2],
        sheet_name=_("Caseload"),
    )


def _load_cells(row: LoadRow) -> list[Any]:
    return [
        row.officer.name,
        row.officer.department.display_name,
        row.function,
        row.months,
        row.pending,
        row.peers.median if row.peers else None,
        row.percent,
        row.new,
        row.closed,
    ]


@transaction.atomic
def export_actions(actions: RetentionActionQuerySet, *, by: User, on: date) -> bytes:
    """The listed actions, recorded in the log of each court. Refuses more than 10,000 rows."""
    _refuse_long(actions)
    courts = Unit.objects.courts().filter(pk__in=actions.order_by().values("court"))
    rows = action_rows(actions, on=on)
    for court in courts:
        record("actions.exported", by=by, on=court, court=court, rows=len(rows))
    headings = [
        _("What is to be done"), pgettext("an action", "For"), _("Figure behind it"),
        _("Person responsible"), _("Due on"), _("State"), _("Follow-ups"),
    ]  # fmt: skip
    return write_table(
        title=_("Actions to keep people, %(day)s") % {"day": on.isoformat()},
        headings=headings,
        rows=[
            [
                row.title, row.unit, row.figure, row.responsible, row.due_on, row.state, row.notes,
            ]
            for row in rows
        ],
        text_columns=[0, 1, 2, 3, 5],
        sheet_name=_("Actions"),
    )  # fmt: skip


def _refuse_long(rows: Any) -> None:
    if rows[: MOST_ROWS + 1].count() > MOST_ROWS:
        text = _("More than %(limit)s rows: narrow the list by filters first.")
        raise CannotExport(text % {"limit": f"{MOST_ROWS:,}"})
