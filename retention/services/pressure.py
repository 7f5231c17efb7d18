"""Publishing pressure: one report for a court, a questionnaire and a quarter, then never again."""

import logging
from collections.abc import Iterator
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from courtparty.accounts.models import Unit, User
from courtparty.accounts.selectors import holders_of
from courtparty.audit.services import record
from courtparty.lib.xlsx import write_table
from courtparty.notices.services import notify_many
from retention.models import Instrument, PressureReport
from retention.models.pressure import VIEW_BOARD
from retention.rules.pressure import last_quarter, report_of
from retention.selectors.pressure import Figure, PressureIndex, groups_in, index_shown, taken_in

_log = logging.getLogger(__name__)


def publish_due(*, at: datetime) -> int:
    """Publish the reports of the quarter that is over, where they are not yet.

    A report once made is never made again, whatever is answered, withdrawn or deleted later.
    Returns how many were made.
    """
    quarter = last_quarter(timezone.localdate(at))
    made = 0
    for court in Unit.objects.courts():
        there = PressureReport.objects.filter(court=court, quarter=quarter)
        known = set(there.values_list("instrument", flat=True))
        for instrument in Instrument.values:
            if instrument not in known:
                made += _publish(court, instrument, quarter, at)
    return made


def _publish(court: Unit, instrument: str, quarter: date, at: datetime) -> int:
    """One that fails is logged, and keeps no other court's from being made."""
    try:
        publish_report(court=court, instrument=instrument, quarter=quarter, at=at)
    except IntegrityError:  # another worker was faster
        return 0
    except Exception:
        _log.exception("pressure report of court %s failed", court.pk)
        return 0
    return 1


@transaction.atomic
def publish_report(*, court: Unit, instrument: str, quarter: date, at: datetime) -> PressureReport:
    """Freeze the group figures of a quarter that is over, and tell those who see the whole court.

    The database refuses a second report. The figures hold no officer and no number of less than
    five people.
    """
    groups = groups_in(court, on=timezone.localdate(at))
    figures = report_of(taken_in(court, instrument, quarter), groups)
    report = PressureReport.objects.create(
        court=court, instrument=instrument, quarter=quarter, figures=figures, made_at=at
    )
    record(
        "pressure.published",
        by=None,
        on=report,
        court=court,
        quarter=quarter.isoformat(),
        kind=instrument,
    )
    if figures["whole"]:
        people = holders_of(VIEW_BOARD, court, on=timezone.localdate(at)).order_by("pk")
        key = f"pressure:{court.pk}:{quarter.isoformat()}"
        notify_many(
            [(person, f"{key}:{person.pk}") for person in people],
            kind="pressure_published",
            url=reverse("retention:pressure_board"),
        )
    return report


@transaction.atomic
def export_report(report: PressureReport, *, by: User) -> bytes:
    """The published figures as a workbook, and no others. Recorded."""
    index = index_shown(report, by)
    record("pressure.exported", by=by, on=report, court=report.court)
    return write_table(
        title=f"{index.label} · {index.quarter_words} · {index.court.display_name}",
        headings=[
            _("Division"),
            _("Group"),
            _("People (about)"),
            _("Mean score"),
            _("With raised values"),
        ],
        rows=list(_export_rows(index)),
        widths=[22, 24, 16, 14, 20],
        sheet_name=_("Pressure"),
    )


def _export_rows(index: PressureIndex) -> Iterator[list[object]]:
    yield [_("Whole court"), "", *_cells(index.whole)]
    for division in index.divisions:
        for row in division.rows:
            yield [division.label, row.label, *_cells(row.figure)]


def _cells(figure: Figure | None) -> list[object]:
    if figure is None:
        return [_("hidden"), "", ""]
    return [figure.people_words, figure.mean, figure.share_words]
