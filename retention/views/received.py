from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cadres.models import Officer
from courtparty.accounts.scope import court_scope
from courtparty.lib.paging import CappedPaginator
from courtparty.lib.responses import xlsx_response
from retention.forms.entitlements import ReasonForm, ReceivedFilter, ReceivedForm, WhatForm
from retention.models import Entitlement, EntitlementKind
from retention.selectors import received_lists as lists
from retention.selectors.entitlement_lists import entitlement_row
from retention.selectors.entitlement_pages import received_rows
from retention.selectors.entitlement_rules import MANAGE, VIEW, courts_with
from retention.services.entitlement_export import CannotExport, export_received
from retention.services.received import CannotEnterReceived, enter_received, void_received

PER_PAGE = 50


def _crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    return [(_("Entitlements"), reverse("retention:entitlement_list")), *more]


@require_safe
@login_required
@permission_required(VIEW, raise_exception=True)
def received_list(request: HttpRequest) -> HttpResponse:
    found = _found(request)
    paginator = CappedPaginator(found.found, PER_PAGE)
    page = paginator.get_page(request.GET.get("page"))
    page.object_list = received_rows(page.object_list)
    context = {
        "title": _("Received"),
        "intro": _(
            "What was entered by hand or from a workbook. Leave, paid allowances and check-ups "
            "are read where they are kept."
        ),
        "page_obj": page,
        "count": paginator.count,
        "count_limit": paginator.limit,
        "filter": found,
        "default_sort": lists.DEFAULT_ORDER,
        "export_url": reverse("retention:received_export"),
        "may_manage": bool(courts_with(request.user, MANAGE)),
        "breadcrumbs": _crumbs(),
    }
    return render(request, "retention/received_list.html", context)


def _found(request: HttpRequest) -> ReceivedFilter:
    rows = lists.ordered(lists.received_listed(request.user), request.GET.get("sort", ""))
    return ReceivedFilter(request.GET, rows, user=request.user)


@require_safe
@login_required
@permission_required(MANAGE, raise_exception=True)
def received_export(request: HttpRequest) -> HttpResponse:
    courts = courts_with(request.user, MANAGE)
    rows = _found(request).found.filter(court_scope(request.user, MANAGE, court="officer__court"))
    try:
        content = export_received(
            rows, by=request.user, court=courts[0] if len(courts) == 1 else None
        )
    except CannotExport as refusal:
        messages.error(request, str(refusal))
        return redirect(f"{reverse('retention:received_list')}?{request.GET.urlencode()}")
    return xlsx_response(content, f"待遇落实-{timezone.localdate()}.xlsx")


# -- by hand ----------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@permission_required(MANAGE, raise_exception=True)
def received_enter(request: HttpRequest, pk: int) -> HttpResponse:
    officers = Officer.objects.filter(court_scope(request.user, MANAGE)).exclude(user=request.user)
    officer = get_object_or_404(officers.select_related("court", "department"), pk=pk)
    choice = WhatForm(request.GET or None)
    if not choice.is_valid():
        return _choose_kind(request, officer, choice)
    kind, on = choice.cleaned_data["kind"], timezone.localdate()
    initial = {name: request.GET[name] for name in ("variant", "period") if name in request.GET}
    form = ReceivedForm(
        request.POST if request.method == "POST" else None, kind=kind, on=on, initial=initial
    )
    if form.is_valid():
        try:
            enter_received(officer_id=officer.pk, by=request.user, on=on, **form.facts)
        except CannotEnterReceived as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(request, _("Entered. What is due has been computed anew."))
            return redirect("retention:entitlement_officer", pk=officer.pk)
    open_rows = Entitlement.objects.filter(officer=officer, kind=kind).exclude(
        state__in=[Entitlement.State.RECEIVED, Entitlement.State.WAIVED]
    )
    context = {
        "title": _("Received: %(kind)s") % {"kind": EntitlementKind(kind).label},
        "intro": f"{officer.name} · {officer.department.display_name}",
        "form": form,
        "open": [
            entitlement_row(row, on=on)
            for row in open_rows.select_related("officer__department").order_by("due_on", "pk")
        ],
        "submit_label": _("Enter"),
        "cancel_url": _page(officer),
        "breadcrumbs": _crumbs((officer.name, _page(officer))),
    }
    return render(request, "retention/received_enter.html", context)


def _choose_kind(request: HttpRequest, officer: Officer, choice: WhatForm) -> HttpResponse:
    context = {
        "title": _("Enter what was received"),
        "intro": f"{officer.name} · {officer.department.display_name}",
        "form": choice,
        "cancel_url": _page(officer),
        "breadcrumbs": _crumbs((officer.name, _page(officer))),
    }
    return render(request, "retention/received_kind.html", context)


def _page(officer: Officer) -> str:
    return reverse("retention:entitlement_officer", args=[officer.pk])


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@permission_required(MANAGE, raise_exception=True)
def received_void(request: HttpRequest, pk: int) -> HttpResponse:
    managed = lists.received_managed(request.user).exclude(officer__user=request.user)
    received = get_object_or_404(managed, pk=pk)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        void_received(
            received_id=received.pk,
            by=request.user,
            on=timezone.localdate(),
            at=timezone.now(),
            **form.cleaned_data,
        )
        messages.success(request, _("Taken back. What it had settled is due again."))
        return redirect(_page(received.officer))
    context = {
        "title": _("Take this entry back?"),
        "text": _("Only for an entry made by mistake. The officer is told."),
        "row": received_rows([received])[0],
        "received": received,
        "form": form,
        "submit_label": _("Take it back"),
        "is_danger": True,
        "cancel_url": _page(received.officer),
        "breadcrumbs": _crumbs((received.officer.name, _page(received.officer))),
    }
    return render(request, "retention/received_void.html", context)
