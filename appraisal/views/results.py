from decimal import Decimal

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from appraisal.models import Result
from appraisal.selectors.cycles import months_text
from appraisal.selectors.results import (
    LineShown,
    ResultShown,
    result_shown,
    results_opened_by,
)
from appraisal.services.results import open_result
from courtparty.lib.charts import Bar, bar_chart, line_chart

POINTS_OF_A_TREND = 3


@require_safe
@login_required
def result_detail(request: HttpRequest, pk: int) -> HttpResponse:
    result = get_object_or_404(results_opened_by(request.user), pk=pk)
    open_result(result, by=request.user)
    participant = result.participant
    is_own = participant.officer.user_id == request.user.pk
    shown = result_shown(result)
    is_complete = result.state == Result.State.COMPLETE
    context = {
        "title": _("Result of %(name)s") % {"name": participant.officer.name},
        "subtitle": f"{participant.cycle.name} · {months_text(participant.cycle)}",
        "breadcrumbs": _breadcrumbs(result, is_own=is_own),
        "result": result,
        "participant": participant,
        "status_text": result.get_state_display(),
        "status_tone": "success" if is_complete else "warning",
        "is_own": is_own,
        "is_complete": is_complete,
        "shown": shown,
        "lines": [(line, _trend(line)) for line in shown.lines],
        "months_in_post": len(participant.months),
        "comparison": _comparison(shown) if is_complete and shown.medians else "",
    }
    return render(request, "appraisal/result_detail.html", context)


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
