"""Handing out what came with a step, and the list as a workbook."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from cadres.models import RequestStep
from cadres.models.requests import StaffingRequestQuerySet
from cadres.selectors.requests import RequestRow, file_of, request_rows
from courtparty.accounts.models import User
from courtparty.audit.services import record
from courtparty.jobs.models import StoredFile
from courtparty.lib.xlsx.writing import write_table

EXPORT_LIMIT = 10_000


class CannotExport(Exception):
    """The list is too long for one workbook. Its text is for the user."""


@transaction.atomic
def read_attachment(*, step: RequestStep, by: User) -> StoredFile | None:
    """The file of a step, and a line in the log that it was handed out; None without a file."""
    file = file_of(step)
    if file:
        staffing = step.request
        record("request.file_downloaded", by=by, on=staffing, court=staffing.court, step=step.pk)
    return file


@transaction.atomic
def export_requests(requests: StaffingRequestQuerySet, *, by: User, on: date) -> bytes:
    """The given requests as a workbook, recorded in the log of each court.

    Refuses more than 10,000 rows.
    """
    if requests[: EXPORT_LIMIT + 1].count() > EXPORT_LIMIT:
        text = _("More than %(limit)s requests: narrow the list by filters first.")
        raise CannotExport(text % {"limit": f"{EXPORT_LIMIT:,}"})
    listed = list(requests.select_related("court"))
    for court in {one.court for one in listed}:
        rows = sum(one.court_id == court.pk for one in listed)
        record("requests.exported", by=by, on=court, court=court, rows=rows)
    return write_table(
        title=_("Staffing requests, %(day)s") % {"day": on.isoformat()},
        headings=[
            _("Subject"),
            _("Party organisation"),
            _("Addressed to"),
            _("Posts asked for"),
            _("Approved number"),
            _("State"),
            _("Document number"),
            _("Sent"),
            _("Reply due"),
            _("Drafted"),
        ],
        rows=map(_cells, request_rows(requests, on=on)),
        text_columns=[0, 1, 2, 5, 6],
        sheet_name=_("Staffing requests"),
    )


def _cells(row: RequestRow) -> list[object]:
    return [
        row.title,
        row.unit,
        row.addressee,
        row.asked,
        row.approved,
        row.state,
        row.number,
        row.sent_on,
        row.due.day if row.due else None,
        row.drafted_on,
    ]
