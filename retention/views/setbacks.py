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

from cadres.selectors.officers import reach_of
from courtparty.lib.responses import xlsx_response
from retention.forms.setbacks import ChangeForm, RaiseForm, SetbackFilter
from retention.models import Setback
from retention.selectors.setbacks import (
    DEFAULT_ORDER,
    RAISE,
    TONES,
    VIEW,
    officers_to_raise,
    ordered,
    setback_rows,
    setback_shown,
    talks_late,
)
from retention.selectors.talk_people import people_to_ask
from retention.services import setbacks as services
from retention.services.setback_intake import CannotRaise, enter_setback
from retention.services.setbacks_export import CannotExport, export_setbacks
from retention.views.talk_choices import choose_officer, chosen_officer

PER_PAGE = 50


@require_safe
@login_required
@permission_required(VIEW, raise_exception=True)
def setback_list(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    found = _found(request)
    page = Paginator(found.found, PER_PAGE).get_page(request.GET.get("page"))
    page.object_list = setback_rows(page.object_list, on=today)
    context = {
        "title": _("Setbacks"),
        "intro": _("Who needs care: a talk in time, help, and asking again until it is better."),
        "page_obj": page,
        "count": page.paginator.count,
        "filter": found,
        "default_sort": DEFAULT_ORDER,
        "late": talks_late(request.user, on=today),
        "export_url": reverse("retention:setback_export"),
        "breadcrumbs": [(_("Retention"), "")],
    }
    return render(request, "retention/setback_list.html", context)


def _found(request: HttpRequest) -> SetbackFilter:
    reach = reach_of(request.user, VIEW)
    reach.lend_court(request.user)
    setbacks = ordered(Setback.objects.visible_to(request.user), request.GET.get("sort", ""))
    return SetbackFilter(
        request.GET, setbacks, user=request.user, reach=reach, on=timezone.localdate()
    )


@require_safe
@login_required
@permission_required(VIEW, raise_exception=True)
def setback_export(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    try:
        content = export_setbacks(_found(request).found, by=request.user, on=today)
    except CannotExport as refusal:
        messages.error(request, str(refusal))
        return redirect(f"{reverse('retention:setback_list')}?{request.GET.urlencode()}")
    return xlsx_response(content, _("setbacks-%(day)s.xlsx") % {"day": today})


@require_http_methods(["GET", "POST"])
@login_required
@permission_required(RAISE, raise_exception=True)
def setback_raise(request: HttpRequest) -> HttpResponse:
    officers = officers_to_raise(request.user)
    officer = chosen_officer(request, officers)
    context: dict[str, Any] = {
        "title": _("Enter a setback"),
        "intro": _("A reason to care, never to judge: no part of any appraisal reads it."),
        "cancel_url": reverse("retention:setback_list"),
        "breadcrumbs": crumbs(),
    }
    if officer is None:
        return choose_officer(request, officers, context)
    today = timezone.localdate()
    form = RaiseForm(
        request.POST if request.method == "POST" else None,
        people=people_to_ask(officer, on=today),
        initial={"happened_on": today},
    )
    if form.is_valid():
        try:
            setback = enter_setback(
                officer_id=officer.pk, by=request.user, at=timezone.now(), **form.cleaned_data
            )
        except CannotRaise as refusal:
            form.add_error(None, str(refusal))
        else:
            day = setback.talk_due_on.isoformat()
            messages.success(request, _("Entered. The talk is due on %(day)s.") % {"day": day})
            return redirect(setback)
    context |= {"form": form, "officer": officer, "submit_label": _("Enter")}
    return render(request, "retention/setback_raise.html", context)


@require_safe
@login_required
@permission_required(VIEW, raise_exception=True)
def setback_detail(request: HttpRequest, pk: int) -> HttpResponse:
    setback = visible_or_404(request, pk)
    services.open_setback(setback, by=request.user)
    shown = setback_shown(setback, request.user, on=timezone.localdate())
    context = {
        "title": setback.officer.name,
        "subtitle": setback.get_kind_display(),
        "shown": shown,
        "setback": setback,
        "status_text": setback.get_state_display(),
        "status_tone": TONES[setback.state],
        "breadcrumbs": crumbs(),
    }
    return render(request, "retention/setback_detail.html", context)


@require_http_methods(["GET", "POST"])
@login_required
@permission_required(RAISE, raise_exception=True)
def setback_change(request: HttpRequest, pk: int) -> HttpResponse:
    setback = visible_or_404(request, pk, RAISE)
    services.open_setback(setback, by=request.user)
    form = ChangeForm(
        request.POST if request.method == "POST" else None,
        initial={"kind": setback.kind, "detail": setback.detail},
    )
    if form.is_valid():
        try:
            services.change_setback(setback_id=setback.pk, by=request.user, **form.cleaned_data)
        except services.CannotCare as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect(setback)
    context = {
        "title": _("Correct the entry"),
        "form": form,
        "cancel_url": setback.get_absolute_url(),
        "breadcrumbs": crumbs(setback),
    }
    return render(request, "retention/setback_change.html", context)


def visible_or_404(request: HttpRequest, pk: int, permission: str = VIEW) -> Setback:
    setbacks = Setback.objects.visible_to(request.user, permission)
    related = ("court", "officer__department", "officer__branch", "officer__user", "raised_by")
    return get_object_or_404(setbacks.select_related(*related), pk=pk)


def crumbs(setback: Setback | None = None) -> list[tuple[str, str]]:
    found = [(_("Retention"), ""), (_("Setbacks"), reverse("retention:setback_list"))]
    return [*found, (setback.officer.name, setback.get_absolute_url())] if setback else found
