from decimal import Decimal
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from appraisal.models import Cycle, Result
from appraisal.rules.cycles import State
from appraisal.selectors.committee import decisions_about, is_provisional, joined_in_words
from appraisal.selectors.cycles import keeps, months_text
from appraisal.selectors.duty_areas import DutyAreas, duty_areas_of, own_series
from appraisal.selectors.grade_lists import DECIDE, EXPORT
from appraisal.selectors.results import (
    LineShown,
    ResultShown,
    result_shown,
    results_opened_by,
)
from appraisal.selectors.standing import standing_of
from appraisal.services.results import open_result
from courtparty.lib.charts import Bar, Trace, bar_chart, line_chart, radar_chart

POINTS_OF_A_TREND = 3
# With fewer axes a radar is a line; the table says it better.
LEAST_AXES = 3


@require_safe
@login_required
def result_detail(request: HttpRequest, pk: int) -> HttpResponse:
    result = get_object_or_404(results_opened_by(request.user), pk=pk)
    open_result(result, by=request.user)
    participant = result.participant
    is_own = participant.officer.user_id == request.user.pk
    shown = result_shown(result)
    series = own_series(result, request.user)
    areas = duty_areas_of(result, series)
    is_complete = result.state == Result.State.COMPLETE
    context = {
        "title": _("Result of %(name)s") % {"name": participant.officer.name},
        "subtitle": f"{participant.cycle.name} · {months_text(participant.cycle)}",
        "breadcrumbs": _breadcrumbs(result, is_own=is_own),
        "result": result,
        "participant": participant,
        "status_text": result.get_state_display() if shown.agrees else _("differs"),
        "status_tone": _tone(is_complete) if shown.agrees else "danger",
        "is_own": is_own,
        "is_complete": is_complete,
        "shown": shown,
        "lines": [(line, _trend(line)) for line in shown.lines],
        "months_in_post": len(participant.months),
        "comparison": _comparison(shown) if is_complete and shown.medians else "",
        "joined": joined_in_words(result),
        "standing": standing_of(result),
        "areas": areas,
        "radar": _radar(areas) if len(areas.axes) >= LEAST_AXES else "",
        "series": _with_totals(series),
        "totals": _totals(series),
        "is_provisional": is_provisional(participant.cycle),
        **_committee(request, result, is_own=is_own),
    }
    return render(request, "appraisal/result_detail.html", context)


def _committee(request: HttpRequest, result: Result, *, is_own: bool) -> dict[str, Any]:
    """What was decided beside the score, and what the reader may do about it."""
    cycle = result.participant.cycle
    decides = keeps(request.user, DECIDE, cycle) and cycle.state == State.REVIEWING and not is_own
    is_closed = cycle.state == State.CLOSED
    return {
        "decisions": decisions_about(result, request.user),
        "decides": decides,
        "is_annual": cycle.kind == Cycle.Kind.ANNUAL,
        "may_print": keeps(request.user, EXPORT, cycle) or (is_own and is_closed),
    }


def _radar(areas: DutyAreas) -> SafeString:
    traces = [
        Trace(trace.label, trace.shares, 4 if trace.is_median else place, trace.is_median)
        for place, trace in enumerate(areas.traces)
    ]
    return radar_chart(areas.labels, traces, title=_("Share of the weight reached by duty area"))


def _with_totals(series: list[Result]) -> list[Result]:
    return [one for one in series if one.total is not None]


def _totals(series: list[Result]) -> SafeString | str:
    points = [
        Bar(f"{one.participant.cycle.start:%Y-%m}", one.total, str(one.total))
        for one in _with_totals(series)
    ]
    return line_chart(points, title=_("Own totals")) if len(points) > 1 else ""


def _tone(is_complete: bool) -> str:
    return "success" if is_complete else "warning"


def _comparison(shown: ResultShown) -> SafeString:
    bars = []
    for line in shown.lines:
        if line.share is not None and line.median_share is not None:
            bars += [
                Bar(line.name, line.share, str(line.points), 0),
                Bar(_("median"), line.median_share, str(line.median), 4),
            ]
    title = _("Points of each line beside the median of the function")
    return bar_chart(bars, title=title, most=1)


def _trend(line: LineShown) -> SafeString | str:
    """The months of a line that counts one thing, as a small chart above their table."""
    if len(line.measures) != 1 or len(line.months) < POINTS_OF_A_TREND:
        return ""
    points = [
        Bar(month.month[2:], Decimal(month.values[0]), month.values[0])
        for month in line.months
        if month.values[0] is not None
    ]
    return line_chart(points, title=_("%(measure)s by month") % {"measure": line.measures[0]})


def _breadcrumbs(result: Result, *, is_own: bool) -> list[tuple[str, str]]:
    if is_own:
        return [(_("My records"), reverse("my_records"))]
    cycle = result.participant.cycle
    return [
        (_("Appraisal cycles"), reverse("appraisal:cycle_list")),
        (cycle.name, cycle.get_absolute_url()),
    ]
