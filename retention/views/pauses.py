from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cadres.selectors.officers import reach_of
from courtparty.accounts.models import Unit
from courtparty.lib.responses import xlsx_response
from retention.forms.pauses import (
    ApproveForm,
    DeclineForm,
    EndForm,
    LoadFilter,
    OrderForm,
    PauseFilter,
)
from retention.models import AssignmentPause
from retention.models.pauses import BOARD, DECIDE
from retention.selectors import caseload as loads
from retention.selectors.interviews import own_interviews_shown
from retention.selectors.pauses import (
    DEFAULT_ORDER,
    judges_to_pause,
    last_day_of,
    may_decide,
    may_read_pauses,
    ordered,
    own_pause_rows,
    pause_rows,
    pauses_listed,
    state_of,
)
from retention.selectors.settings import court_settings
from retention.services import pauses as services
from retention.services.board_export import CannotExport, export_caseload, export_pauses
from retention.views.board import board_tabs

PER_PAGE = 50


# -- caseload -----------------------------------------------------------------------------------


@require_safe
@login_required
def caseload(request: HttpRequest) -> HttpResponse:
    court, courts, shown, found = _caseload(request)
    rows = loads.in_order(loads.narrowed(shown.rows, **found.facts), request.GET.get("sort", ""))
    context = {
        "title": _("Caseload beside peers"),
        "intro": _(
            "Pending cases and the flow per month in post, beside judges of the same function."
        ),
        "page_obj": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "count": len(rows),
        "filter": {"form": found},
        "shown": shown,
        "chart": loads.peers_chart(shown.groups),
        "court": court,
        "courts": courts,
        "default_sort": loads.DEFAULT_ORDER,
        "may_order": request.user.has_perm(DECIDE),
        "tabs": board_tabs(request.user, "caseload"),
        "export_url": reverse("retention:caseload_export"),
        "breadcrumbs": [(_("Retention"), "")],
    }
    return render(request, "retention/caseload.html", context)


@require_safe
@login_required
def caseload_export(request: HttpRequest) -> HttpResponse:
    court, _courts, shown, found = _caseload(request)
    rows = loads.in_order(loads.narrowed(shown.rows, **found.facts), request.GET.get("sort", ""))
    today = timezone.localdate()
    content = export_caseload(rows, court=court, by=request.user, on=today)
    return xlsx_response(content, _("caseload-%(day)s.xlsx") % {"day": today})


def _caseload(
    request: HttpRequest,
) -> tuple[Unit, list[Unit], loads.CaseloadShown, LoadFilter]:
    """The court chosen with ?court=, or the reader's first one, and its lines in reach."""
    _refuse_others(request)
    reach = reach_of(request.user, DECIDE if request.user.has_perm(DECIDE) else BOARD)
    reach.lend_court(request.user)
    courts = sorted(reach.courts, key=lambda one: one.path)
    wanted = request.GET.get("court", "")
    court = next((one for one in courts if wanted in ("", str(one.pk))), None)
    if court is None:
        raise Http404
    shown = loads.caseload_shown(request.user, court, on=timezone.localdate())
    return court, courts, shown, LoadFilter(request.GET, reach=reach)


def _refuse_others(request: HttpRequest) -> None:
    if not may_read_pauses(request.user):
        raise PermissionDenied


# -- pauses -------------------------------------------------------------------------------------


@require_safe
@login_required
def pause_list(request: HttpRequest) -> HttpResponse:
    found = _found(request)
    page = Paginator(found.found, PER_PAGE).get_page(request.GET.get("page"))
    page.object_list = pause_rows(page.object_list, on=timezone.localdate())
    context = {
        "title": _("Assignment pauses"),
        "intro": _("Suggested by figures or facts, decided by the head; they end by themselves."),
        "page_obj": page,
        "count": page.paginator.count,
        "filter": found,
        "default_sort": DEFAULT_ORDER,
        "may_order": request.user.has_perm(DECIDE),
        "tabs": board_tabs(request.user, "pause_list"),
        "export_url": reverse("retention:pause_export"),
        "breadcrumbs": [(_("Retention"), "")],
    }
    return render(request, "retention/pause_list.html", context)


def _found(request: HttpRequest) -> PauseFilter:
    _refuse_others(request)
    reach = reach_of(request.user, DECIDE if request.user.has_perm(DECIDE) else BOARD)
    reach.lend_court(request.user)
    listed = ordered(pauses_listed(request.user), request.GET.get("sort", ""))
    return PauseFilter(request.GET, listed, units=reach.departments, on=timezone.localdate())


@require_safe
@login_required
def pause_export(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    try:
        content = export_pauses(_found(request).found, by=request.user, on=today)
    except CannotExport as refusal:
        messages.error(request, str(refusal))
        return redirect(f"{reverse('retention:pause_list')}?{request.GET.urlencode()}")
    return xlsx_response(content, _("assignment-pauses-%(day)s.xlsx") % {"day": today})


@require_safe
@login_required
def pause_detail(request: HttpRequest, pk: int) -> HttpResponse:
    pause = _pause_or_404(request, pk)
    services.open_pause(pause=pause, by=request.user)
    state, tone = state_of(pause, on=timezone.localdate())
    is_decider = may_decide(request.user, pause.officer)
    context = {
        "title": pause.officer.name,
        "subtitle": pause.officer.department.display_name,
        "status_text": state,
        "status_tone": tone,
        "pause": pause,
        "last_day": last_day_of(pause),
        "planned_last_day": pause.planned_end and pause.planned_end - timedelta(days=1),
        "may_answer": is_decider and pause.state == AssignmentPause.State.SUGGESTED,
        "may_end": is_decider and _is_standing(pause, on=timezone.localdate()),
        "breadcrumbs": _crumbs(),
    }
    return render(request, "retention/pause_detail.html", context)


def _is_standing(pause: AssignmentPause, *, on: date) -> bool:
    return pause.state == AssignmentPause.State.PAUSED and bool(pause.end and pause.end > on)


@require_http_methods(["GET", "POST"])
@login_required
@permission_required(DECIDE, raise_exception=True)
def pause_order(request: HttpRequest) -> HttpResponse:
    judges = list(judges_to_pause(request.user))
    initial = {
        "start": timezone.localdate(),
        "officer_id": request.GET.get("officer"),
        "basis": request.GET.get("basis"),
    }
    form = OrderForm(_posted(request), judges=judges, initial=initial)
    if form.is_valid():
        try:
            pause = services.order_pause(by=request.user, at=timezone.now(), **form.facts)
        except services.CannotDecide as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Decided. The officer is told."))
            return redirect(pause)
    context = {
        "title": _("Pause the assignment of cases"),
        "intro": _("For leave, sickness, training or caseload. It ends by itself on its last day."),
        "form": form,
        "submit_label": _("Decide the pause"),
        "cancel_url": reverse("retention:pause_list"),
        "breadcrumbs": _crumbs(),
    }
    return render(request, "skeletons/form.html", context)


@require_http_methods(["GET", "POST"])
@login_required
@permission_required(DECIDE, raise_exception=True)
def pause_approve(request: HttpRequest, pk: int) -> HttpResponse:
    pause = _decidable_or_404(request, pk)
    today = timezone.localdate()
    days = court_settings(pause.officer.court).pause_days
    initial = {"start": today, "last_day": today + timedelta(days=days - 1)}
    context = {"title": _("Pause as suggested"), "submit_label": _("Decide the pause")}
    form = ApproveForm(_posted(request), initial=initial)
    return _step(request, pause, form, services.approve_suggestion, context)


@require_http_methods(["GET", "POST"])
@login_required
@permission_required(DECIDE, raise_exception=True)
def pause_decline(request: HttpRequest, pk: int) -> HttpResponse:
    pause = _decidable_or_404(request, pk)
    context = {"title": _("No pause"), "submit_label": _("Decline the suggestion")}
    return _step(
        request, pause, DeclineForm(_posted(request)), services.decline_suggestion, context
    )


@require_http_methods(["GET", "POST"])
@login_required
@permission_required(DECIDE, raise_exception=True)
def pause_end(request: HttpRequest, pk: int) -> HttpResponse:
    pause = _decidable_or_404(request, pk)
    context = {"title": _("End the pause earlier"), "submit_label": _("End the pause")}
    form = EndForm(_posted(request), initial={"end": timezone.localdate()})
    return _step(request, pause, form, services.end_pause, context)


def _step(
    request: HttpRequest,
    pause: AssignmentPause,
    form: Form,
    service: Callable[..., AssignmentPause],
    context: dict[str, Any],
) -> HttpResponse:
    if form.is_valid():
        try:
            service(pause_id=pause.pk, by=request.user, at=timezone.now(), **form.facts)
        except services.CannotDecide as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Recorded."))
            return redirect(pause)
    context |= {
        "intro": f"{pause.officer.name} · {pause.officer.department.display_name}",
        "form": form,
        "pause": pause,
        "cancel_url": pause.get_absolute_url(),
        "breadcrumbs": [*_crumbs(), (pause.officer.name, pause.get_absolute_url())],
    }
    return render(request, "retention/pause_step.html", context)


# -- one's own ----------------------------------------------------------------------------------


@require_safe
@login_required
def my_pauses(request: HttpRequest) -> HttpResponse:
    context = {
        "title": _("My pauses"),
        "subtitle": _("Days without new cases, and the interview offered to you before you leave"),
        "pauses": own_pause_rows(request.user, on=timezone.localdate()),
        "interviews": own_interviews_shown(request.user),
        "breadcrumbs": [],
    }
    return render(request, "retention/my_pauses.html", context)


def _posted(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _pause_or_404(request: HttpRequest, pk: int) -> AssignmentPause:
    _refuse_others(request)
    related = (
        "officer__court", "officer__department", "officer__branch", "decided_by", "ended_by",
    )  # fmt: skip
    return get_object_or_404(pauses_listed(request.user).select_related(*related), pk=pk)


def _decidable_or_404(request: HttpRequest, pk: int) -> AssignmentPause:
    pauses = AssignmentPause.objects.decidable_by(request.user).exclude(officer__user=request.user)
    return get_object_or_404(pauses.select_related("officer__court", "officer__department"), pk=pk)


def _crumbs() -> list[tuple[str, str]]:
    return [(_("Retention"), ""), (_("Assignment pauses"), reverse("retention:pause_list"))]
