from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courtparty.lib.responses import xlsx_response
from retention.forms.leave import DecisionForm, LeaveFilter
from retention.models import LeaveRequest
from retention.rules.leave_kinds import ANNUAL
from retention.selectors.leave import (
    DECIDE,
    DEFAULT_ORDER,
    TONES,
    VIEW,
    acts_for,
    chain_shown,
    departments_in_reach,
    last_day,
    leave_rows,
    ordered,
    possible,
    steps_of,
    timeline,
)
from retention.selectors.leave_balances import balance_of
from retention.selectors.leave_calendar import clashes_with
from retention.selectors.leave_levels import awaiting
from retention.services import leave_decisions as services
from retention.services.leave_export import CannotExport, export_leave
from retention.services.leave_steps import CannotDecide
from retention.views.leave_tabs import leave_crumbs, leave_tabs, sent

PER_PAGE = 50
RELATED = ("officer__court", "officer__department", "officer__user", "entered_by")


@require_safe
@login_required
@permission_required(VIEW, raise_exception=True)
def leave_list(request: HttpRequest) -> HttpResponse:
    found = _found(request)
    page = Paginator(found.found, PER_PAGE).get_page(request.GET.get("page"))
    page.object_list = leave_rows(page.object_list, request.user)
    context = {
        "title": _("Leave"),
        "intro": _("What is asked for in your departments, and what waits for you."),
        "tabs": leave_tabs(request, "leave_list"),
        "page_obj": page,
        "count": page.paginator.count,
        "filter": found,
        "default_sort": DEFAULT_ORDER,
        "waiting": awaiting(request.user).count() if request.user.has_perm(DECIDE) else 0,
        "export_url": reverse("retention:leave_export"),
        "breadcrumbs": [(_("Retention"), "")],
    }
    return render(request, "retention/leave_list.html", context)


def _found(request: HttpRequest) -> LeaveFilter:
    requests = LeaveRequest.objects.visible_to(request.user)
    return LeaveFilter(
        request.GET,
        ordered(requests, request.GET.get("sort", "")),
        units=list(departments_in_reach(request.user)),
        user=request.user,
    )


@require_safe
@login_required
@permission_required(VIEW, raise_exception=True)
def leave_export(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    try:
        content = export_leave(_found(request).found, by=request.user, on=today)
    except CannotExport as refusal:
        messages.error(request, str(refusal))
        return redirect(f"{reverse('retention:leave_list')}?{request.GET.urlencode()}")
    return xlsx_response(content, _("leave-%(day)s.xlsx") % {"day": today})


@require_safe
@login_required
def leave_detail(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, _visible_or_refusal(request, pk), DecisionForm())


@require_http_methods(["POST"])
@login_required
@permission_required(DECIDE, raise_exception=True)
def leave_decide(request: HttpRequest, pk: int) -> HttpResponse:
    leave = _decided_or_404(request, pk)
    form = DecisionForm(sent(request))
    if form.is_valid():
        try:
            decided = _decide(request, leave, form)
        except CannotDecide as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _said(decided))
            return redirect(decided)
    return _page(request, leave, form, status=400)


def _said(decided: LeaveRequest) -> str:
    if decided.state == LeaveRequest.State.ASKED:
        return _("Approved. Whoever decides next has been told.")
    return _("Decided: %(state)s.") % {"state": decided.get_state_display()}


def _decide(request: HttpRequest, leave: LeaveRequest, form: DecisionForm) -> LeaveRequest:
    decision = {
        DecisionForm.APPROVE: services.approve_leave,
        DecisionForm.REFUSE: services.refuse_leave,
        DecisionForm.RETURN: services.return_leave,
    }[form.cleaned_data["decision"]]
    return decision(
        request_id=leave.pk,
        by=request.user,
        at=timezone.now(),
        opinion=form.cleaned_data["opinion"],
        seen=form.cleaned_data["seen"],
    )


@require_POST
@login_required
@permission_required(DECIDE, raise_exception=True)
def leave_reason(request: HttpRequest, pk: int) -> HttpResponse:
    leave = _decided_or_404(request, pk)
    if possible(leave, request.user, on=timezone.localdate()).reason != "on_request":
        raise PermissionDenied
    reason = services.open_reason(leave=leave, by=request.user)
    return _page(request, leave, DecisionForm(), reason=reason)


def _page(
    request: HttpRequest,
    leave: LeaveRequest,
    form: DecisionForm,
    *,
    reason: str | None = None,
    status: int = 200,
) -> HttpResponse:
    on = timezone.localdate()
    steps = steps_of(leave)
    may = possible(leave, request.user, on=on)
    form.initial["seen"] = steps[0].number if steps else 0
    context: dict[str, Any] = {
        "title": _("%(kind)s from %(day)s") % {"kind": _kind(leave), "day": leave.start},
        "status_text": leave.get_state_display(),
        "status_tone": TONES[leave.state],
        "leave": leave,
        "last": last_day(leave),
        "may": may,
        "form": form,
        "reason": leave.reason if may.reason == "shown" else reason,
        "is_opened": reason is not None,
        "chain": chain_shown(leave, steps),
        "steps": timeline(steps),
        "uses": list(leave.rest_uses.select_related("overtime").order_by("overtime__day")),
        "breadcrumbs": leave_crumbs(request),
    }
    if may.level:
        context["clashes"] = clashes_with(leave)
    if leave.kind == ANNUAL and (may.level or may.is_own):
        context["balance"] = balance_of(leave.officer, year=leave.start.year, on=leave.start)
    return render(request, "retention/leave_detail.html", context, status=status)


def _kind(leave: LeaveRequest) -> str:
    label = str(leave.get_kind_display())
    return label[:1].upper() + label[1:]


def _visible_or_refusal(request: HttpRequest, pk: int) -> LeaveRequest:
    """403 for those who see nobody's leave but their own, 404 for what is out of sight."""
    rows = LeaveRequest.objects.select_related(*RELATED)
    own = rows.filter(pk=pk).first()
    if own is not None and acts_for(own, request.user):
        return own
    if not request.user.has_perm(VIEW):
        raise PermissionDenied
    return get_object_or_404(rows.visible_to(request.user), pk=pk)


def _decided_or_404(request: HttpRequest, pk: int) -> LeaveRequest:
    rows = LeaveRequest.objects.visible_to(request.user, DECIDE)
    return get_object_or_404(rows.select_related(*RELATED), pk=pk)
