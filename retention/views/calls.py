from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from retention.forms.screening import CallFilter, CallNoteForm
from retention.models import Screening, ScreeningAlert
from retention.models.screening import ANSWER_ALERTS
from retention.rules.calls import may_move
from retention.selectors.calls import call_rows, in_order, results_shown_to
from retention.selectors.screening import result_shown
from retention.selectors.screening_results import scale_chart
from retention.selectors.screening_words import shown_instrument
from retention.services import calls as services

PER_PAGE = 50


@require_safe
@login_required
@permission_required(ANSWER_ALERTS, raise_exception=True)
def alert_list(request: HttpRequest) -> HttpResponse:
    found = CallFilter(request.GET, in_order(ScreeningAlert.objects.visible_to(request.user)))
    page = Paginator(found.found, PER_PAGE).get_page(request.GET.get("page"))
    alerts = list(page.object_list)
    services.read_numbers(alerts=alerts, by=request.user, at=timezone.now())
    page.object_list = call_rows(alerts, on=timezone.localdate())
    context = {
        "title": _("Calls to make"),
        "intro": _(
            "Who asked to be called, or is to be called today because of an answer. You see a name "
            "and a number, never what was answered, unless the officer shows you the result."
        ),
        "page_obj": page,
        "count": page.paginator.count,
        "filter": found,
        "breadcrumbs": [(_("Retention"), "")],
    }
    return render(request, "retention/alert_list.html", context)


@require_safe
@login_required
@permission_required(ANSWER_ALERTS, raise_exception=True)
def alert_detail(request: HttpRequest, pk: int) -> HttpResponse:
    alert = _alert_or_404(request, pk)
    services.read_call(alert=alert, by=request.user)
    row = call_rows([alert], on=timezone.localdate())[0]
    context = {
        "title": row.name,
        "subtitle": row.department,
        "status_text": row.state,
        "status_tone": row.tone,
        "alert": alert,
        "row": row,
        "results": results_shown_to(request.user, alert.officer),
        "may_call": may_move(alert.state, "called"),
        "may_close": may_move(alert.state, "closed"),
        "breadcrumbs": _crumbs(),
    }
    return render(request, "retention/alert_detail.html", context)


@require_safe
@login_required
@permission_required(ANSWER_ALERTS, raise_exception=True)
def alert_result(request: HttpRequest, pk: int, result: int) -> HttpResponse:
    alert = _alert_or_404(request, pk)
    shared = Screening.objects.visible_to(request.user).filter(
        officer=alert.officer, shares_with_steward=True
    )
    screening = get_object_or_404(shared.select_related("officer__court"), pk=result)
    services.read_result(screening=screening, by=request.user)
    about, shown = shown_instrument(screening.instrument), result_shown(screening)
    context = {
        "title": about.label,
        "subtitle": alert.officer.name,
        "about": about,
        "result": shown,
        "chart": scale_chart(about, shown),
        "breadcrumbs": [*_crumbs(), (alert.officer.name, alert.get_absolute_url())],
    }
    return render(request, "retention/alert_result.html", context)


@require_http_methods(["GET", "POST"])
@login_required
@permission_required(ANSWER_ALERTS, raise_exception=True)
def alert_called(request: HttpRequest, pk: int) -> HttpResponse:
    context = {
        "title": _("Note the call"),
        "intro": _("You have spoken with the officer. Reminders of this call end."),
        "submit_label": _("Note as called"),
        "done": _("Noted. Close it when nothing more is to be done."),
    }
    return _step(request, pk, services.call_made, context)


@require_http_methods(["GET", "POST"])
@login_required
@permission_required(ANSWER_ALERTS, raise_exception=True)
def alert_not_reached(request: HttpRequest, pk: int) -> HttpResponse:
    context = {
        "title": _("Note that nobody answered"),
        "intro": _("The call is owed as before; reminders go on."),
        "submit_label": _("Note the try"),
        "done": _("Noted. Please try again."),
    }
    return _step(request, pk, services.not_reached, context)


@require_http_methods(["GET", "POST"])
@login_required
@permission_required(ANSWER_ALERTS, raise_exception=True)
def alert_close(request: HttpRequest, pk: int) -> HttpResponse:
    context = {
        "title": _("Close the call"),
        "intro": _("Nothing more is to be done about it."),
        "submit_label": _("Close"),
        "done": _("Closed."),
    }
    return _step(request, pk, services.close_call, context)


def _step(
    request: HttpRequest,
    pk: int,
    service: Callable[..., ScreeningAlert],
    context: dict[str, Any],
) -> HttpResponse:
    alert = _alert_or_404(request, pk)
    form = CallNoteForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        service(alert_id=alert.pk, by=request.user, at=timezone.now(), **form.cleaned_data)
        messages.success(request, context["done"])
        return redirect(alert)
    context |= {
        "form": form,
        "cancel_url": alert.get_absolute_url(),
        "breadcrumbs": [*_crumbs(), (alert.officer.name, alert.get_absolute_url())],
    }
    return render(request, "skeletons/form.html", context)


def _alert_or_404(request: HttpRequest, pk: int) -> ScreeningAlert:
    alerts = ScreeningAlert.objects.visible_to(request.user)
    people = ("officer__department", "officer__court", "called_by", "closed_by")
    return get_object_or_404(alerts.select_related(*people), pk=pk)


def _crumbs() -> list[tuple[str, str]]:
    return [(_("Retention"), ""), (_("Calls to make"), reverse("retention:alert_list"))]
