"""Appointments and terms as workbooks."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from cadres.models import Appointment
from cadres.models.appointments import AppointmentQuerySet
from cadres.rules.appointments import last_day, state_of
from cadres.selectors.appointments import STATES
from cadres.selectors.terms import STATES as TERM_STATES
from cadres.selectors.terms import TermRow
from courtparty.accounts.models import Unit, User
from courtparty.audit.services import record
from courtparty.lib.xlsx.writing import write_table

EXPORT_LIMIT = 10_000


class CannotExport(Exception):
    """The list is too long for one workbook. Its text is for the user."""


@transaction.atomic
def export_appointments(appointments: AppointmentQuerySet, *, by: User, on: date) -> bytes:
    """The given appointments as a workbook, recorded in the log of each court.

    Days are last days, as people say them. Refuses more than 10,000 rows.
    """
    if appointments[: EXPORT_LIMIT + 1].count() > EXPORT_LIMIT:
        text = _("More than %(limit)s appointments: narrow the list by filters first.")
        raise CannotExport(text % {"limit": f"{EXPORT_LIMIT:,}"})
    listed = list(
        appointments.select_related(
            "court", "post__unit", "officer__department", "document", "removal_document",
            "higher_approval",
        )
    )  # fmt: skip
    for court in {one.court_id: one.court for one in listed}.values():
        rows = sum(one.court_id == court.pk for one in listed)
        record("appointments.exported", by=by, on=court, court=court, count=rows)
    headings = [
        _("Officer"), _("Department"), _("Unit"), _("Post"), _("Full-time"), _("Nature"),
        _("In the post from"), _("Last day in the post"), _("Term until"), _("State"),
        _("Reason of the end"), _("Appointment document"), _("Date of the document"),
        _("Approval of the higher body"), _("Removal document"), _("Note"),
    ]  # fmt: skip
    return write_table(
        title=_("Appointments, %(day)s") % {"day": on.isoformat()},
        headings=headings,
        rows=(_cells(one, on) for one in listed),
        text_columns=range(len(headings)),
        sheet_name=_("Appointments"),
    )


def _cells(one: Appointment, on: date) -> list[object]:
    state = state_of(one.start, one.end, is_void=one.is_void, on=on)
    return [
        one.officer.name,
        one.officer.department.display_name,
        one.post.unit.display_name,
        one.post.title,
        _("yes") if one.post.is_fulltime else _("no"),
        str(one.get_nature_display()),
        one.start.isoformat(),
        _last(one.end),
        _last(one.term_end),
        str(STATES[state]),
        str(one.get_end_reason_display()),
        one.document.number,
        one.document.issued_on.isoformat(),
        str(one.higher_approval or ""),
        str(one.removal_document or ""),
        one.note,
    ]


def _last(end: date | None) -> str:
    return last_day(end).isoformat() if end else ""


@transaction.atomic
def export_terms(rows: Iterable[TermRow], *, by: User, on: date) -> bytes:
    """The terms of Party organisations as a workbook, recorded in the log of each court."""
    rows = list(rows)
    paths = {row.unit.court_path for row in rows}
    for court in Unit.objects.filter(path__in=paths):
        own = sum(row.unit.court_path == court.path for row in rows)
        record("terms.exported", by=by, on=court, court=court, count=own)
    headings = [
        _("Party organisation"), _("Kind"), _("Term until"), _("Term"), _("Months left"),
        _("Holders"), _("Election planned for"), _("Election held on"),
    ]  # fmt: skip
    return write_table(
        title=_("Terms of Party organisations, %(day)s") % {"day": on.isoformat()},
        headings=headings,
        rows=(_term_cells(row) for row in rows),
        text_columns=(0, 1, 2, 3, 6, 7),
        sheet_name=_("Terms"),
    )


def _term_cells(row: TermRow) -> list[object]:
    months = None if row.term_end is None else row.months
    return [
        row.unit.display_name,
        row.kind,
        _last(row.term_end),
        str(TERM_STATES[row.state]),
        -months if months and row.state == "overdue" else months,
        row.holders,
        row.planned_on.isoformat() if row.planned_on else "",
        row.held_on.isoformat() if row.held_on else "",
    ]
