"""The yearly anonymous report on help, written once the year is over, and as a workbook."""

import logging
from datetime import date, datetime

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from courtparty.accounts.models import Unit, User
from courtparty.accounts.selectors import holders_of
from courtparty.audit.services import record
from courtparty.lib.xlsx import SheetPlan, write_workbook
from courtparty.notices.services import notify_many
from retention.models import HardshipCase, HardshipReport
from retention.selectors.hardship_reports import ReportShown, figures_of

_log = logging.getLogger(__name__)


def freeze_reports(*, at: datetime) -> int:
    """Write the report of the last year for each court that had a case by then, once.

    Returns how many were written. A year that is not over is never reported: two reports of the
    same year, a week apart, would give away who came in between.
    """
    year = timezone.localdate(at).year - 1
    written = HardshipReport.objects.filter(year=year)
    had = HardshipCase.objects.filter(opened_at__year__lte=year)
    courts = Unit.objects.courts().filter(pk__in=had.values("court"))
    missing = courts.exclude(pk__in=written.values("court"))
    return sum(_frozen(court, year, at=at) for court in missing)


def _frozen(court: Unit, year: int, *, at: datetime) -> bool:
    """One court that fails is logged, and keeps no other from its report."""
    try:
        return _freeze(court, year, at=at)
    except Exception:
        _log.exception("report on help of court %s failed", court.pk)
        return False


@transaction.atomic
def _freeze(court: Unit, year: int, *, at: datetime) -> bool:
    Unit.objects.select_for_update(no_key=True).get(pk=court.pk)
    if HardshipReport.objects.filter(court=court, year=year).exists():
        return False
    report = HardshipReport.objects.create(
        court=court, year=year, figures=figures_of(court, year), frozen_at=at
    )
    record("hardship.report_frozen", by=None, on=report, court=court, year=year)
    readers = holders_of("retention.view_board", court, on=timezone.localdate(at))
    notify_many(
        [(one, f"hardship-report:{report.pk}:{one.pk}") for one in readers.order_by("pk")],
        kind="help_report_ready",
        url=reverse("retention:help_report"),
        year=year,
    )
    return True


@transaction.atomic
def export_report(report: HardshipReport, shown: ReportShown, *, by: User, on: date) -> bytes:
    """The report as it was frozen, in three sheets. The log keeps who took it out."""
    record("hardship.report_exported", by=by, on=report, court=report.court, year=report.year)
    where = {"court": report.court.display_name, "year": report.year}
    title = _("%(court)s · help in hardship %(year)s") % where
    left_out = _("left out")
    return write_workbook(
        [
            SheetPlan(
                title=title,
                headings=[
                    _("Kind of hardship"), _("People"), _("Average days to the first help"),
                    _("Average rating"), _("Amount (yuan)"),
                ],
                rows=[
                    [row.label, *(left_out if one is None else one for one in row.figures)]
                    for row in [*shown.kinds, shown.total]
                ],
                number_formats={4: "#,##0.00"},
                sheet_name=_("By kind of hardship"),
            ),
            SheetPlan(
                title=title,
                headings=[_("Kind of help"), _("People"), _("Amount (yuan)")],
                rows=[
                    [row.label, *(left_out if one is None else one for one in row.figures)]
                    for row in shown.measures
                ],
                number_formats={2: "#,##0.00"},
                sheet_name=_("By kind of help"),
            ),
            SheetPlan(
                title=title,
                headings=[_("Rating"), _("People")],
                rows=[
                    [row.label, *(left_out if one is None else one for one in row.figures)]
                    for row in shown.ratings
                ],
                sheet_name=_("By rating"),
            ),
        ]
    )  # fmt: skip
