from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from courtparty.accounts.models import Unit, User
from courtparty.lib.responses import xlsx_response
from retention.models.board import BOARD
from retention.selectors.board import Board, board_of, board_units, gaps_of, next_year_to_close
from retention.selectors.causes import MANAGE, courts_kept
from retention.selectors.departures import uncoded_in
from retention.selectors.pauses import may_read_pauses
from retention.selectors.pressure import pressure_index
from retention.services.board_export import export_board
from retention.services.board_years import CannotClose, close_year


@require_safe
@login_required
@permission_required(BOARD, raise_exception=True)
def board(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    units, shown = _board(request)
    pressure = pressure_index(request.user, on=today)
    context = {
        "title": _("Retention board"),
        "intro": _(
            "How many people leave, why, and what is done about it. Groups, never a person."
        ),
        "board": shown,
        "units": units,
        "tabs": board_tabs(request.user, "board"),
        "closing": next_year_to_close(request.user, shown.court, on=today),
        "pressure": pressure if pressure and pressure.court == shown.court else None,
        "gaps": gaps_of(request.user, shown.unit, on=today),
        "export_query": f"?unit={shown.unit.pk}&year={shown.year or ''}",
        "breadcrumbs": [(_("Retention"), "")],
    }
    return render(request, "retention/board.html", context)


def _board(request: HttpRequest) -> tuple[list[Unit], Board]:
    """What may be chosen, and the board of what is chosen; 404 for anything else."""
    units = board_units(request.user)
    wanted = request.GET.get("unit", "")
    unit = next((one for one in units if wanted in ("", str(one.pk))), None)
    if unit is None:
        raise Http404
    year = request.GET.get("year", "")
    number = int(year) if year.isdecimal() and len(year) == 4 else None
    return units, board_of(request.user, unit, year=number, on=timezone.localdate())


@require_safe
@login_required
@permission_required(BOARD, raise_exception=True)
def board_export(request: HttpRequest) -> HttpResponse:
    _units, shown = _board(request)
    content = export_board(shown, by=request.user)
    today = timezone.localdate()
    return xlsx_response(content, _("retention-board-%(day)s.xlsx") % {"day": today})


@require_http_methods(["GET", "POST"])
@login_required
@permission_required(MANAGE, raise_exception=True)
def board_close(request: HttpRequest, court_id: int, year: int) -> HttpResponse:
    court = next((one for one in courts_kept(request.user) if one.pk == court_id), None)
    if court is None:
        raise Http404
    if request.method == "POST":
        try:
            close_year(court=court, year=year, by=request.user, at=timezone.now())
        except CannotClose as refusal:
            messages.error(request, str(refusal))
        else:
            text = _("%(year)s is closed. Its groups are on the board.")
            messages.success(request, text % {"year": year})
        return redirect(f"{reverse('retention:board')}?unit={court.pk}&year={year}")
    missing = uncoded_in(court, year)
    context = {
        "title": _("Close %(year)s?") % {"year": year},
        "text": _("Turnover and causes of the year are counted once and shown as groups."),
        "warning": _(
            "What is entered or coded later does not change a closed year: from the difference of "
            "two tables a single person could be read."
        ),
        "consequences": [_("Departures whose causes are not coded: %(n)s") % {"n": missing}],
        "submit_label": _("Close the year"),
        "cancel_url": reverse("retention:board"),
        "breadcrumbs": [(_("Retention"), ""), (_("Retention board"), reverse("retention:board"))],
    }
    return render(request, "skeletons/confirm.html", context)


def board_tabs(user: User, current: str) -> list[tuple[str, str, bool]]:
    """The pages of the board that ``user`` may open."""
    has_board = user.has_perm(BOARD)
    pages = [
        ("board", _("Turnover and causes"), has_board),
        ("caseload", _("Caseload"), may_read_pauses(user)),
        ("pause_list", _("Assignment pauses"), may_read_pauses(user)),
        ("action_list", _("Actions to keep people"), has_board),
        ("departure_list", _("Departures"), user.has_perm(MANAGE)),
    ]
    return [
        (label, reverse(f"retention:{name}"), name == current)
        for name, label, is_open in pages
        if is_open
    ]
