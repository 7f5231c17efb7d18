from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cadres.models import Officer
from retention.forms.leave_years import PlanForm
from retention.models import LeavePlan
from retention.selectors.leave import DECIDE, own_officer
from retention.selectors.leave_balances import balance_of
from retention.services import leave_plans as services
from retention.views.leave_tabs import leave_crumbs, leave_tabs, sent

PER_PAGE = 50


@require_safe
@login_required
@permission_required(DECIDE, raise_exception=True)
def leave_plan_list(request: HttpRequest) -> HttpResponse:
    """Plans of others that are agreed or wait for an answer, what waits for a head first."""
    plans = LeavePlan.objects.visible_to(request.user, DECIDE).active()
    plans = plans.exclude(officer__user=request.user, officer__user__isnull=False)
    listed = plans.filter(end__gt=timezone.localdate()).select_related("officer__department")
    page = Paginator(listed.order_by("-state", "start", "pk"), PER_PAGE)
    context = {
        "title": _("Plans of annual leave"),
        "intro": _("Proposals of officers wait for you; your own wait for the officer."),
        "tabs": leave_tabs(request, "leave_plan_list"),
        "page_obj": page.get_page(request.GET.get("page")),
        "count": page.count,
        "breadcrumbs": leave_crumbs(request),
    }
    return render(request, "retention/leave_plan_list.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def leave_plan_mine(request: HttpRequest) -> HttpResponse:
    officer = own_officer(request.user)
    if officer is None:
        raise Http404
    return _propose(request, officer, lambda year: reverse("retention:my_leave") + f"?year={year}")


@require_http_methods(["GET", "POST"])
@login_required
@permission_required(DECIDE, raise_exception=True)
def leave_plan_propose(request: HttpRequest, officer: int) -> HttpResponse:
    officers = Officer.objects.visible_to(request.user, DECIDE).in_service()
    related = officers.select_related("court", "department", "user")
    chosen = get_object_or_404(related, pk=officer)
    return _propose(
        request, chosen, lambda year: reverse("retention:leave_account", args=[chosen.pk, year])
    )


def _propose(request: HttpRequest, officer: Officer, back: Callable[[int], str]) -> HttpResponse:
    on = timezone.localdate()
    form = PlanForm(sent(request))
    if form.is_valid():
        try:
            plan = services.propose_plan(
                officer_id=officer.pk, by=request.user, at=timezone.now(), **form.facts
            )
        except services.CannotPlan as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Proposed. The other side is asked to agree."))
            return redirect(back(plan.year))
    context: dict[str, Any] = {
        "title": _("Plan annual leave of %(name)s") % {"name": officer},
        "intro": _("A plan keeps the days in sight. Leave is still asked for when the time comes."),
        "form": form,
        "balance": balance_of(officer, year=on.year, on=on, is_whole_year=True),
        "year": on.year,
        "submit_label": _("Propose"),
        "cancel_url": back(on.year),
        "breadcrumbs": leave_crumbs(request),
    }
    return render(request, "retention/leave_plan_propose.html", context)


@require_POST
@login_required
def leave_plan_agree(request: HttpRequest, pk: int) -> HttpResponse:
    return _answered(request, pk, services.agree_plan, _("Agreed."))


@require_POST
@login_required
def leave_plan_drop(request: HttpRequest, pk: int) -> HttpResponse:
    return _answered(request, pk, services.drop_plan, _("Dropped. The days can be planned anew."))


def _answered(
    request: HttpRequest, pk: int, service: Callable[..., LeavePlan], done: str
) -> HttpResponse:
    plan = get_object_or_404(LeavePlan.objects.visible_to(request.user, DECIDE), pk=pk)
    try:
        service(plan_id=plan.pk, by=request.user, at=timezone.now())
    except services.CannotPlan as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    own = own_officer(request.user)
    if own is not None and own.pk == plan.officer_id:
        return redirect(reverse("retention:my_leave") + f"?year={plan.year}")
    if "list" in request.POST:
        return redirect("retention:leave_plan_list")
    return redirect("retention:leave_account", plan.officer_id, plan.year)
