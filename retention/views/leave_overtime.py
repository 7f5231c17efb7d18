from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courtparty.lib.responses import xlsx_response
from retention.forms.leave_years import AnswerForm, OvertimeFilter, OvertimeForm
from retention.models import Overtime
from retention.selectors.leave import DECIDE, VIEW, departments_in_reach, own_officer
from retention.selectors.leave_accounts import officers_of
from retention.selectors.leave_levels import overtime_awaiting
from retention.selectors.leave_overtime import DEFAULT_ORDER, ordered, overtime_rows
from retention.services import overtime as services
from retention.services.leave_export import CannotExport, export_overtime
from retention.views.leave_tabs import leave_crumbs, leave_tabs, sent

PER_PAGE = 50


@require_safe
@login_required
@permission_required(VIEW, raise_exception=True)
def leave_overtime_list(request: HttpRequest) -> HttpResponse:
    found = _found(request)
    page = Paginator(found.found, PER_PAGE).get_page(request.GET.get("page"))
    page.object_list = overtime_rows(page.object_list, request.user)
    context = {
        "title": _("Overtime"),
        "intro": _("Hours beyond working time: confirmed by somebody else, rested hour for hour."),
        "tabs": leave_tabs(request, "leave_overtime_list"),
        "page_obj": page,
        "count": page.paginator.count,
        "filter": found,
        "default_sort": DEFAULT_ORDER,
        "waiting": overtime_awaiting(request.user).count(),
        "export_url": reverse("retention:leave_overtime_export"),
        "breadcrumbs": leave_crumbs(request),
    }
    return render(request, "retention/leave_overtime_list.html", context)


def _found(request: HttpRequest) -> OvertimeFilter:
    rows = Overtime.objects.visible_to(request.user)
    return OvertimeFilter(
        request.GET,
        ordered(rows, request.GET.get("sort", "")),
        units=list(departments_in_reach(request.user)),
        user=request.user,
    )


@require_safe
@login_required
@permission_required(VIEW, raise_exception=True)
def leave_overtime_export(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    try:
        content = export_overtime(_found(request).found, by=request.user, on=today)
    except CannotExport as refusal:
        messages.error(request, str(refusal))
        return redirect(f"{reverse('retention:leave_overtime_list')}?{request.GET.urlencode()}")
    return xlsx_response(content, _("overtime-%(day)s.xlsx") % {"day": today})


@require_http_methods(["GET", "POST"])
@login_required
def leave_overtime_mine(request: HttpRequest) -> HttpResponse:
    officer = own_officer(request.user)
    if officer is None:
        raise Http404
    form = OvertimeForm(sent(request))
    facts = {"officer_id": officer.pk, **form.cleaned_data} if form.is_valid() else {}
    return _enter(request, form, facts, back=reverse("retention:my_leave"))


@require_http_methods(["GET", "POST"])
@login_required
@permission_required(DECIDE, raise_exception=True)
def leave_overtime_enter(request: HttpRequest) -> HttpResponse:
    """A head enters it for an officer; then somebody else confirms."""
    others = officers_of(request.user, DECIDE).exclude(Q(user=request.user))
    form = OvertimeForm(
        sent(request), officers=others.select_related("department").order_by("pinyin", "pk")
    )
    facts: dict[str, Any] = {}
    if form.is_valid():
        facts = {**form.cleaned_data, "officer_id": form.cleaned_data["officer"].pk}
        del facts["officer"]
    return _enter(request, form, facts, back=reverse("retention:leave_overtime_list"))


def _enter(
    request: HttpRequest, form: OvertimeForm, facts: dict[str, Any], *, back: str
) -> HttpResponse:
    if facts:
        try:
            services.enter_overtime(by=request.user, at=timezone.now(), **facts)
        except services.CannotEnter as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Entered. Somebody else confirms it now."))
            return redirect(back)
    context = {
        "title": _("Enter overtime"),
        "intro": _("Whoever worked or entered it does not confirm it."),
        "form": form,
        "submit_label": _("Enter"),
        "cancel_url": back,
        "breadcrumbs": leave_crumbs(request),
    }
    return render(request, "retention/leave_overtime_enter.html", context)


@require_POST
@login_required
@permission_required(DECIDE, raise_exception=True)
def leave_overtime_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    overtime = get_object_or_404(Overtime.objects.visible_to(request.user, DECIDE), pk=pk)
    try:
        services.confirm_overtime(overtime_id=overtime.pk, by=request.user, at=timezone.now())
    except services.CannotEnter as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Confirmed: rest can be taken for it."))
    return redirect(f"{reverse('retention:leave_overtime_list')}?waiting=mine")


@require_http_methods(["GET", "POST"])
@login_required
@permission_required(DECIDE, raise_exception=True)
def leave_overtime_refuse(request: HttpRequest, pk: int) -> HttpResponse:
    rows = Overtime.objects.visible_to(request.user, DECIDE).select_related("officer")
    overtime = get_object_or_404(rows, pk=pk)
    form = AnswerForm(sent(request))
    back = f"{reverse('retention:leave_overtime_list')}?waiting=mine"
    if form.is_valid():
        try:
            services.refuse_overtime(
                overtime_id=pk, by=request.user, at=timezone.now(), **form.cleaned_data
            )
        except services.CannotEnter as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Refused. The officer reads why."))
            return redirect(back)
    context = {
        "title": _("Refuse this overtime?"),
        "overtime": overtime,
        "form": form,
        "submit_label": _("Refuse"),
        "is_danger": True,
        "cancel_url": back,
        "breadcrumbs": leave_crumbs(request),
    }
    return render(request, "retention/leave_overtime_refuse.html", context)


@require_POST
@login_required
def leave_overtime_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """By the officer, or whoever entered it."""
    rows = Overtime.objects.filter(Q(officer__user=request.user) | Q(entered_by=request.user))
    overtime = get_object_or_404(rows, pk=pk)
    services.withdraw_overtime(overtime_id=overtime.pk, by=request.user)
    messages.success(request, _("Withdrawn."))
    is_own = overtime.own_user_id == request.user.pk
    return redirect("retention:my_leave" if is_own else "retention:leave_overtime_list")
