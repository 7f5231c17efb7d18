from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from retention.forms.health_files import (
    CloseFollowUpForm,
    DueForm,
    FollowUpFilter,
    FollowUpForm,
)
from retention.models import FollowUp
from retention.models.checkups import KEEP
from retention.selectors.health_list import (
    FOLLOW_UP_DEFAULT,
    follow_up_rows,
    follow_ups_kept,
    follow_ups_ordered,
)
from retention.services import follow_ups as services
from retention.services.health_reading import STEWARD, open_file
from retention.views.checkups import sent
from retention.views.health_files import crumbs, kept_officer_or_404

PER_PAGE = 50


@require_safe
@login_required
@permission_required(KEEP, raise_exception=True)
def follow_up_list(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    tasks = follow_ups_ordered(follow_ups_kept(request.user), request.GET.get("sort", ""))
    found = FollowUpFilter(request.GET, tasks, on=today)
    page = Paginator(found.found, PER_PAGE).get_page(request.GET.get("page"))
    page.object_list = follow_up_rows(page.object_list, on=today)
    context = {
        "title": _("Health follow-ups"),
        "intro": _("What you have to do for whom by when. The notes stand in the health file."),
        "page_obj": page,
        "count": page.paginator.count,
        "filter": found,
        "default_sort": FOLLOW_UP_DEFAULT,
        "breadcrumbs": crumbs(),
    }
    return render(request, "retention/follow_up_list.html", context)


@require_http_methods(["GET", "POST"])
@login_required
@permission_required(KEEP, raise_exception=True)
def follow_up_plan(request: HttpRequest, officer_pk: int) -> HttpResponse:
    officer = kept_officer_or_404(request, officer_pk)
    form = FollowUpForm(sent(request))
    if form.is_valid():
        try:
            services.plan_follow_up(
                officer_id=officer.pk, by=request.user, at=timezone.now(), **form.cleaned_data
            )
        except services.CannotFollow as refusal:
            form.add_error("due_on", str(refusal))
        else:
            messages.success(request, _("Planned. You will be reminded."))
            return redirect("retention:health_file", officer.pk)
    context = {
        "title": _("Plan a follow-up"),
        "intro": officer.name,
        "form": form,
        "cancel_url": reverse("retention:health_file", args=[officer.pk]),
        "breadcrumbs": crumbs(officer),
    }
    return render(request, "retention/checkup_form.html", context)


def _kept_or_404(request: HttpRequest, pk: int) -> FollowUp:
    tasks = follow_ups_kept(request.user).exclude(health_file__officer__user=request.user)
    return get_object_or_404(tasks.select_related("health_file__officer__court"), pk=pk)


@never_cache
@require_http_methods(["GET", "POST"])
@login_required
@permission_required(KEEP, raise_exception=True)
def follow_up_close(request: HttpRequest, pk: int) -> HttpResponse:
    task = _kept_or_404(request, pk)
    form = CloseFollowUpForm(sent(request))
    context = {
        "title": _("Close the follow-up"),
        "submit_label": pgettext("a follow-up", "Close it"),
    }
    return _act(request, task, form, services.close_follow_up, context)


@never_cache
@require_http_methods(["GET", "POST"])
@login_required
@permission_required(KEEP, raise_exception=True)
def follow_up_move(request: HttpRequest, pk: int) -> HttpResponse:
    task = _kept_or_404(request, pk)
    form = DueForm(sent(request), initial={"due_on": task.due_on})
    context = {"title": _("Move the follow-up"), "submit_label": _("Move")}
    return _act(request, task, form, services.move_follow_up, context)


def _act(
    request: HttpRequest, task: FollowUp, form: Any, service: Any, context: dict[str, Any]
) -> HttpResponse:
    officer = task.health_file.officer
    if form.is_valid():
        try:
            service(follow_up_id=task.pk, by=request.user, at=timezone.now(), **form.cleaned_data)
        except services.CannotFollow as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect("retention:follow_up_list")
    open_file(officer_id=officer.pk, by=request.user, reason="follow_up", via=STEWARD)
    context |= {
        "task": task,
        "intro": officer.name,
        "form": form,
        "cancel_url": reverse("retention:follow_up_list"),
        "breadcrumbs": crumbs(officer),
    }
    return render(request, "retention/follow_up_act.html", context)
