from datetime import date

from django.contrib.auth.decorators import login_required, permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from courtparty.accounts.models import Unit
from courtparty.lib.responses import xlsx_response
from retention.models import Instrument, PressureReport
from retention.models.pressure import VIEW_BOARD
from retention.rules.groups import MINIMUM
from retention.selectors.pressure import (
    courts_seen,
    index_shown,
    quarter_words,
    sees_groups,
    trend_of,
)
from retention.services import pressure as services


@require_safe
@login_required
@permission_required(VIEW_BOARD, raise_exception=True)
def pressure_board(request: HttpRequest) -> HttpResponse:
    court, courts = _court(request)
    reports = _reports(request, court)
    quarters = sorted({one.quarter for one in reports}, reverse=True)
    quarter = _quarter(request, quarters)
    context = {
        "title": _("Pressure"),
        "subtitle": court.display_name,
        "court": court,
        "courts": courts,
        "quarters": [(one.isoformat(), quarter_words(one)) for one in quarters],
        "quarter": quarter.isoformat() if quarter else "",
        "parts": [
            (index_shown(one, request.user), trend_of(_of(reports, one.instrument)))
            for one in reports
            if one.quarter == quarter
        ],
        "minimum": MINIMUM,
        "sees_groups": sees_groups(request.user, court),
        "breadcrumbs": [(_("Retention"), "")],
    }
    return render(request, "retention/pressure_board.html", context)


@require_safe
@login_required
@permission_required(VIEW_BOARD, raise_exception=True)
def pressure_export(request: HttpRequest, pk: int) -> HttpResponse:
    reports = PressureReport.objects.visible_to(request.user).select_related("court")
    report = get_object_or_404(reports, pk=pk)
    content = services.export_report(report, by=request.user)
    name = _("pressure-%(instrument)s-%(quarter)s.xlsx")
    words = {"instrument": report.instrument, "quarter": f"{report.quarter:%Y-%m}"}
    return xlsx_response(content, name % words)


def _reports(request: HttpRequest, court: Unit) -> list[PressureReport]:
    """Oldest first, PSS-10 before PHQ-9."""
    reports = PressureReport.objects.visible_to(request.user).filter(court=court)
    order = {code: place for place, code in enumerate(Instrument.values)}
    found = reports.select_related("court").order_by("quarter", "pk")
    return sorted(found, key=lambda one: (one.quarter, order[one.instrument]))


def _of(reports: list[PressureReport], instrument: str) -> list[PressureReport]:
    return [one for one in reports if one.instrument == instrument]


def _quarter(request: HttpRequest, quarters: list[date]) -> date | None:
    """The one asked for by ?quarter=, else the latest: only what was published can be chosen."""
    chosen = request.GET.get("quarter", "")
    if not chosen:
        return quarters[0] if quarters else None
    found = next((one for one in quarters if one.isoformat() == chosen), None)
    if found is None:
        raise Http404
    return found


def _court(request: HttpRequest) -> tuple[Unit, list[Unit]]:
    courts = courts_seen(request.user)
    chosen = request.GET.get("court", "")
    court = next((one for one in courts if chosen in ("", str(one.pk))), None)
    if court is None:
        raise Http404
    return court, courts
