from datetime import date, timedelta
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from courtparty.accounts.models import Unit
from retention.selectors.leave import DECIDE, VIEW, departments_in_reach, own_officer
from retention.selectors.leave_calendar import month_of, team_of, teams_of, year_of
from retention.views.asked import asked_number
from retention.views.leave_tabs import leave_crumbs, leave_tabs, own_tabs

YEARS = range(2000, 2101)


@require_safe
@login_required
def leave_calendar(request: HttpRequest) -> HttpResponse:
    """A month, or with ?year= a year, of one department. Kinds and reasons are never shown."""
    on = timezone.localdate()
    own = own_officer(request.user)
    if own is not None and own.left_on is not None:
        own = None  # who has left is not told who of the department is away
    teams = teams_of(request.user, own)
    unit = _chosen(request, teams, own.department_id if own else None)
    is_planner = request.user.has_perm(VIEW) and "own" not in request.GET
    context: dict[str, Any] = {
        "title": _("Calendar of leave"),
        "subtitle": _("Who is away when. Why is not shown to anybody here."),
        "tabs": leave_tabs(request, "leave_calendar") if is_planner else own_tabs("leave_calendar"),
        "teams": teams,
        "unit": unit,
        "breadcrumbs": leave_crumbs(request),
    }
    if unit is None:
        return render(request, "retention/leave_calendar.html", context)
    reach = departments_in_reach(request.user, DECIDE).filter(pk=unit.pk)
    with_asked = request.user.has_perm(DECIDE) and reach.exists()
    context["with_asked"] = with_asked
    if year := _year(request):
        team = team_of(unit, date(year, 1, 1), date(year + 1, 1, 1), with_asked=with_asked)
        context |= {"team": team, "year": year, "shown": year_of(team, year)}
        context |= {"previous": str(year - 1), "following": str(year + 1)}
        return render(request, "retention/leave_calendar_year.html", context)
    first = _month(request, on)
    following = (first + timedelta(days=31)).replace(day=1)
    team = team_of(unit, first, following, with_asked=with_asked)
    context |= {
        "team": team,
        "month": first,
        "shown": month_of(team, first, on=on),
        "previous": f"{first - timedelta(days=1):%Y-%m}",
        "following": f"{following:%Y-%m}",
    }
    return render(request, "retention/leave_calendar.html", context)


def _chosen(request: HttpRequest, teams: list[Unit], own: int | None) -> Unit | None:
    wanted = request.GET.get("unit", "")
    if wanted:
        found = next((one for one in teams if str(one.pk) == wanted), None)
        if found is None:
            raise Http404
        return found
    return next((one for one in teams if one.pk == own), teams[0] if teams else None)


def _month(request: HttpRequest, on: date) -> date:
    try:
        found = date.fromisoformat(request.GET.get("month", "") + "-01")
    except ValueError:
        return on.replace(day=1)
    return found if found.year in YEARS else on.replace(day=1)


def _year(request: HttpRequest) -> int | None:
    wanted = asked_number(request.GET.get("year", ""))
    return wanted if wanted in YEARS else None
