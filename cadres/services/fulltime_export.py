"""The findings of the full-time check as the ledger an office prints."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from cadres.fulltime_wording import TITLES, basis_in_words
from cadres.models import Breach, FulltimeException
from cadres.rules.fulltime import basis_of
from cadres.rules.posts import days_vacant
from cadres.selectors import fulltime, fulltime_exceptions
from courtparty.accounts.models import Unit, User
from courtparty.audit.services import record
from courtparty.lib.xlsx import SheetPlan, write_workbook


@transaction.atomic
def export_findings(
    breaches: QuerySet[Breach],
    exceptions: QuerySet[FulltimeException],
    *,
    courts: Iterable[Unit],
    by: User,
    on: date,
) -> bytes:
    """The findings given and, on a second sheet, the exceptions, as a workbook.

    The log of each court keeps who took it out. Case figures are not in it, only in how many
    months there were any.
    """
    found = list(fulltime.with_relations(breaches))
    excused = list(fulltime_exceptions.with_relations(exceptions))
    for court in courts:
        count = sum(one.court_id == court.pk for one in found)
        record("fulltime.exported", by=by, on=court, court=court, count=count)
    return write_workbook([_findings_sheet(found, on), _exceptions_sheet(excused, on)])


def _findings_sheet(breaches: Iterable[Breach], on: date) -> SheetPlan:
    headings = [
        _("Unit"), _("Finding"), _("What was found"), _("Basis"), _("State"), _("Since"),
        _("Days"), _("Document of the exception"),
    ]  # fmt: skip
    return SheetPlan(
        title=_("Full-time check, %(day)s") % {"day": on.isoformat()},
        headings=headings,
        rows=_finding_cells(breaches, on),
        widths=[26, 22, 50, 30, 12, 12, 8, 22],
        text_columns=[0, 1, 2, 3, 4, 7],
        sheet_name=_("Findings"),
    )


def _finding_cells(breaches: Iterable[Breach], on: date) -> Iterator[list[object]]:
    for one in breaches:
        yield [
            one.unit.display_name,
            str(TITLES[one.code]),
            fulltime.sentence_of(one),
            basis_in_words(basis_of(one.code, one.unit.kind, one.facts)),
            fulltime.state_of(one),
            one.since,
            days_vacant(one.since, on=on),
            one.exception.approval.number if one.exception else "",
        ]


def _exceptions_sheet(exceptions: Iterable[FulltimeException], on: date) -> SheetPlan:
    headings = [
        _("Unit"), _("Finding"), _("Officer"), _("Document number"), _("Date of the document"),
        _("From"), _("Last day"), _("State"), _("Note"),
    ]  # fmt: skip
    return SheetPlan(
        title=_("Approved exceptions, %(day)s") % {"day": on.isoformat()},
        headings=headings,
        rows=_exception_cells(exceptions, on),
        widths=[26, 24, 12, 22, 12, 12, 12, 12, 30],
        text_columns=[0, 1, 2, 3, 7, 8],
        sheet_name=_("Approved exceptions"),
    )


def _exception_cells(exceptions: Iterable[FulltimeException], on: date) -> Iterator[list[object]]:
    for one in exceptions:
        yield [
            one.unit.display_name,
            str(TITLES[one.code]),
            one.officer.name if one.officer else "",
            one.approval.number,
            one.approval.issued_on,
            one.starts_on,
            one.ends_on - timedelta(days=1) if one.ends_on else None,
            str(fulltime_exceptions.STATES[fulltime_exceptions.state_of(one, on)]),
            one.note,
        ]
