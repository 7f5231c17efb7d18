"""Opening a case and its papers, which the officer can see; and the list as a workbook."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from courtparty.accounts.models import Unit, User
from courtparty.audit.services import record, record_read
from courtparty.jobs.models import StoredFile
from courtparty.lib.words import listed
from courtparty.lib.xlsx import write_table
from retention.models import CaseFile, HardshipCase
from retention.models.hardship import HardshipCaseQuerySet
from retention.selectors.hardship import CaseRow, case_rows

EXPORT_LIMIT = 5_000


class CannotExport(Exception):
    """The list is too long for one workbook. Its text is for the user."""


@transaction.atomic
def note_reading(case: HardshipCase, *, by: User) -> None:
    """A member has opened a case: the officer sees that under *My records* and in the case."""
    if case.officer.user_id != by.pk:
        record_read("hardship.read", by=by, on=case.officer, court=case.court, case=case.pk)


@transaction.atomic
def read_paper(paper: CaseFile, *, by: User) -> StoredFile:
    """A paper to hand out under its own name; that it was taken is noted like an opening."""
    case = paper.case
    if case.officer.user_id != by.pk:
        record_read("hardship.paper_read", by=by, on=case.officer, court=case.court, case=case.pk)
    return paper.file


@transaction.atomic
def export_cases(
    cases: HardshipCaseQuerySet, *, courts: Iterable[Unit], by: User, on: date
) -> bytes:
    """The reader's own cases with their clock, without content; each court's log keeps it.

    Refuses more than 5,000 rows.
    """
    if cases[: EXPORT_LIMIT + 1].count() > EXPORT_LIMIT:
        text = _("More than %(limit)s cases: narrow the list by filters first.")
        raise CannotExport(text % {"limit": f"{EXPORT_LIMIT:,}"})
    rows = case_rows(cases, by, on=on)
    for court in courts:
        record("hardship.exported", by=by, on=court, court=court, rows=len(rows))
    return write_table(
        title=_("My hardship cases, %(day)s") % {"day": on.isoformat()},
        headings=[
            _("Number"), _("Officer"), _("Department"), _("State"), _("My part"), _("Opened"),
            _("Ended"), _("Days open"), _("Due next"), _("Due on"), _("Clock"),
            _("Open measures"),
        ],
        rows=map(_cells, rows),
        text_columns=[0, 1, 2, 3, 4, 8, 10],
        sheet_name=_("Hardship cases"),
    )  # fmt: skip


def _cells(row: CaseRow) -> list[object]:
    return [
        row.reference,
        row.officer,
        row.department,
        row.state,
        listed(row.parts),
        row.opened_on,
        row.ended_on,
        row.days,
        row.due.what if row.due else "",
        row.due.day if row.due else None,
        row.due.words if row.due else "",
        row.measures,
    ]
