from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cadres.models import Officer
from retention.forms.leave import ONE_DAY, CancelForm, EndEarlyForm, LeaveForm, SeenForm
from retention.models import LeaveRequest
from retention.selectors.leave import (
    MANAGE,
    acts_for,
    last_day,
    own_officer,
    possible,
    steps_of,
)
from retention.selectors.leave_calendar import clashes_shown, team_of
from retention.selectors.leave_own import own_year, years_of
from retention.selectors.leave_preview import preview_of
from retention.selectors.leave_rules import kinds_of
from retention.services import leave_requests as services
from retention.services.leave_checks import check_wish
from retention.services.leave_steps import CannotAsk
from retention.views.asked import asked_number
from retention.views.leave import RELATED
from retention.views.leave_tabs import leave_crumbs, own_tabs, sent


@require_safe
@login_required
def my_leave(request: HttpRequest) -> HttpResponse:
    on = timezone.localdate()
    officer = own_officer(request.user)
    context: dict[str, Any] = {"title": _("My leave"), "officer": officer, "breadcrumbs": []}
    if officer is not None:
        years = years_of(officer, on=on)
        chosen = request.GET.get("year", "")
        year = int(chosen) if chosen in map(str, years) else on.year
        context |= {
            "subtitle": _("What you are due, what is planned and taken, and your make-up rest."),
            "tabs": own_tabs("my_leave"),
            "years": years,
            "own": own_year(officer, year=year, on=on),
        }
    return render(request, "retention/my_leave.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def leave_ask(request: HttpRequest) -> HttpResponse:
    officer = own_officer(request.user)
    if officer is None:
        raise Http404
    return _ask_page(request, officer, cancel_url=reverse("retention:my_leave"))


@require_http_methods(["GET", "POST"])
@login_required
@permission_required(MANAGE, raise_exception=True)
def leave_enter(request: HttpRequest, officer: int) -> HttpResponse:
    """The political department enters leave for somebody, for instance without an account."""
    chosen = _managed_officer(request, officer)
    year = timezone.localdate().year
    back = reverse("retention:leave_account", args=[chosen.pk, year])
    return _ask_page(request, chosen, cancel_url=back)


def _managed_officer(request: HttpRequest, pk: int) -> Officer:
    officers = Officer.objects.visible_to(request.user, MANAGE).in_service()
    return get_object_or_404(officers.select_related("court", "department", "user"), pk=pk)


@require_http_methods(["GET", "POST"])
@login_required
def leave_change(request: HttpRequest, pk: int) -> HttpResponse:
    leave = _own_or_404(request, pk)
    if request.method == "GET" and not possible(leave, request.user, on=_today()).change:
        return _too_late(request, leave)
    return _ask_page(request, leave.officer, cancel_url=leave.get_absolute_url(), leave=leave)


def _ask_page(
    request: HttpRequest, officer: Officer, *, cancel_url: str, leave: LeaveRequest | None = None
) -> HttpResponse:
    form = LeaveForm(sent(request), kinds=kinds_of(officer.court), initial=_initial(request, leave))
    if form.is_valid() and (asked := _asked(request, form, officer, leave)):
        if asked.state == LeaveRequest.State.DRAFTED:
            messages.success(request, _("Kept as a draft. Nobody else sees it yet."))
        else:
            level = asked.get_waits_for_display()
            messages.success(request, _("Asked for. It waits for: %(level)s.") % {"level": level})
        return redirect(asked)
    is_own = officer.user_id == request.user.pk
    context = {
        "title": _("Ask for leave")
        if is_own
        else _("Enter leave for %(name)s") % {"name": officer},
        "form": form,
        "officer": officer,
        "leave": leave,
        "is_draft": leave is None or leave.state == LeaveRequest.State.DRAFTED,
        "submit_label": _("Ask for leave"),
        "cancel_url": cancel_url,
        "breadcrumbs": leave_crumbs(request),
    }
    return render(request, "retention/leave_ask.html", context)


def _initial(request: HttpRequest, leave: LeaveRequest | None) -> dict[str, Any]:
    if leave is None:
        return {name: request.GET.get(name, "") for name in ("kind", "start", "last")}
    steps = steps_of(leave)
    return {
        "kind": leave.kind,
        "start": leave.start,
        "last": last_day(leave),
        "hours": leave.hours if leave.days == 1 else None,
        "reason": leave.reason,
        "seen": steps[0].number if steps else 0,
    }


def _asked(
    request: HttpRequest, form: LeaveForm, officer: Officer, leave: LeaveRequest | None
) -> LeaveRequest | None:
    ids: dict[str, Any] = {"officer_id": officer.pk, "request_id": leave.pk if leave else None}
    ids |= {"wish": form.wish, "by": request.user, "at": timezone.now()}
    try:
        if "draft" in request.POST:
            return services.draft_leave(**ids)
        return services.ask_leave(**ids, seen=form.cleaned_data["seen"])
    except CannotAsk as refusal:
        form.add_error(None, str(refusal))
        return None


@require_safe
@login_required
def leave_count(request: HttpRequest) -> HttpResponse:
    """A fragment beside the form: how many days it comes to, and who decides them."""
    officer = own_officer(request.user)
    chosen = asked_number(request.GET.get("officer", ""))
    if chosen is not None and (officer is None or officer.pk != chosen):
        if not request.user.has_perm(MANAGE):
            raise Http404
        officer = _managed_officer(request, chosen)
    if officer is None:
        raise Http404
    form = LeaveForm(request.GET, kinds=kinds_of(officer.court))
    context: dict[str, Any] = {"preview": None, "refusal": ""}
    if form.is_valid():
        on, pk = _today(), asked_number(request.GET.get("without", ""))
        try:
            counted = check_wish(officer, form.wish, on=on, without=pk)
        except CannotAsk as refusal:
            context["refusal"] = str(refusal)
        else:
            wish = form.wish
            context["preview"] = preview_of(
                officer,
                wish.kind,
                wish.start,
                days=counted.days,
                working=counted.working,
                by=request.user,
                on=on,
                without=pk,
            )
            context["hours"] = counted.hours
            team = team_of(officer.department, wish.start, wish.end, with_asked=False)
            context["clashes"] = clashes_shown(team)
    return render(request, "retention/_leave_count.html", context)


# -- afterwards ---------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@login_required
def leave_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    context = {
        "title": _("Withdraw this request?"),
        "text": _("Its days and hours are free again. You can ask anew at any time."),
        "submit_label": _("Withdraw"),
        "is_danger": True,
    }
    return _step(request, pk, "withdraw", SeenForm, services.withdraw_leave, context)


@require_http_methods(["GET", "POST"])
@login_required
def leave_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    context = {
        "title": _("Cancel this leave?"),
        "text": _("Its days and hours are free again, and those who approved it are told."),
        "submit_label": _("Cancel the leave"),
        "is_danger": True,
    }
    return _step(request, pk, "cancel", CancelForm, services.cancel_leave, context)


@require_http_methods(["GET", "POST"])
@login_required
def leave_end(request: HttpRequest, pk: int) -> HttpResponse:
    context = {
        "title": _("Back at work early"),
        "text": _("The days after the last one are free again."),
        "submit_label": _("Save"),
    }
    return _step(request, pk, "end_early", EndEarlyForm, services.end_leave_early, context)


def _step(
    request: HttpRequest,
    pk: int,
    action: str,
    form_class: type[SeenForm] | type[CancelForm],
    service: Callable[..., LeaveRequest],
    context: dict[str, Any],
) -> HttpResponse:
    leave = _own_or_404(request, pk)
    if request.method == "GET" and not getattr(possible(leave, request.user, on=_today()), action):
        return _too_late(request, leave)
    steps = steps_of(leave)
    form = form_class(sent(request), initial={"seen": steps[0].number if steps else 0})
    if form.is_valid():
        try:
            service(request_id=leave.pk, by=request.user, at=timezone.now(), **form.cleaned_data)
        except CannotAsk as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Done."))
            return redirect(leave)
    context |= {
        "form": form,
        "leave": leave,
        "last": leave.end - ONE_DAY,
        "cancel_url": leave.get_absolute_url(),
        "breadcrumbs": leave_crumbs(request),
    }
    return render(request, "retention/leave_step.html", context)


def _too_late(request: HttpRequest, leave: LeaveRequest) -> HttpResponse:
    text = _("This can't be done with the request as it stands now: %(state)s.")
    messages.warning(request, text % {"state": leave.get_state_display()})
    return redirect(leave)


def _own_or_404(request: HttpRequest, pk: int) -> LeaveRequest:
    leave = get_object_or_404(LeaveRequest.objects.select_related(*RELATED), pk=pk)
    if not acts_for(leave, request.user):
        raise Http404
    return leave


def _today():
    return timezone.localdate()
