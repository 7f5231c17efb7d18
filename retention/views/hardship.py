from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cadres.selectors.officers import own_record
from courtparty.lib.responses import download, xlsx_response
from retention.forms.hardship import HelpFilter, NoForm
from retention.models import HardshipCase
from retention.selectors.hardship import (
    DEFAULT_ORDER,
    TONES,
    case_rows,
    courts_handled,
    may_open_list,
    ordered,
)
from retention.selectors.hardship_pages import case_shown, own_cases, paper_or_none
from retention.services import hardship as services
from retention.views.hardship_cases import acting_or_403, case_or_404, crumbs

PER_PAGE = 50


@require_safe
@login_required
def help_list(request: HttpRequest) -> HttpResponse:
    _list_or_403(request)
    today = timezone.localdate()
    found = _found(request)
    page = Paginator(found.found, PER_PAGE).get_page(request.GET.get("page"))
    page.object_list = case_rows(page.object_list, request.user, on=today)
    context = {
        "title": _("Hardship cases"),
        "intro": _("The cases you have been let into. Nobody sees any others, nor how many."),
        "page_obj": page,
        "count": page.paginator.count,
        "filter": found,
        "default_sort": DEFAULT_ORDER,
        "late": HardshipCase.objects.handled_by(request.user).late(on=today).count(),
        "export_url": reverse("retention:help_export"),
        "breadcrumbs": [(_("Retention"), "")],
    }
    return render(request, "retention/help_list.html", context)


def _list_or_403(request: HttpRequest) -> None:
    if not may_open_list(request.user):
        raise PermissionDenied


def _found(request: HttpRequest) -> HelpFilter:
    cases = HardshipCase.objects.handled_by(request.user)
    cases = ordered(cases, request.GET.get("sort", ""))
    return HelpFilter(request.GET, cases, on=timezone.localdate())


@require_safe
@login_required
def help_export(request: HttpRequest) -> HttpResponse:
    _list_or_403(request)
    today = timezone.localdate()
    courts = courts_handled(request.user)
    try:
        content = services.export_cases(
            _found(request).found, courts=courts, by=request.user, on=today
        )
    except services.CannotExport as refusal:
        messages.error(request, str(refusal))
        return redirect(f"{reverse('retention:help_list')}?{request.GET.urlencode()}")
    return xlsx_response(content, _("hardship-cases-%(day)s.xlsx") % {"day": today})


@require_safe
@login_required
def help_detail(request: HttpRequest, pk: int) -> HttpResponse:
    case = case_or_404(request, pk)
    services.note_reading(case, by=request.user)
    shown = case_shown(case, request.user, on=timezone.localdate())
    name = case.reference if case.number else _("draft")
    context = {
        "title": _("Hardship case %(number)s") % {"number": name},
        "subtitle": "" if shown.is_own else f"{case.officer.name} · {case.officer.department}",
        "case": case,
        "shown": shown,
        "status_text": case.get_state_display(),
        "status_tone": TONES[case.state],
        "breadcrumbs": crumbs(request, case)[:-1],
    }
    return render(request, "retention/help_detail.html", context)


@require_safe
@login_required
def help_paper(request: HttpRequest, pk: int, paper_pk: int) -> HttpResponse:
    case = case_or_404(request, pk)
    paper = paper_or_none(case, paper_pk, request.user)
    if paper is None:
        raise Http404
    file = services.read_paper(paper, by=request.user)
    return download(file.content, paper.name, file.content_type)


@require_http_methods(["GET", "POST"])
@login_required
def help_paper_remove(request: HttpRequest, pk: int, paper_pk: int) -> HttpResponse:
    case = acting_or_403(request, pk, "attach", "change")
    paper = paper_or_none(case, paper_pk, request.user)
    if paper is None:
        raise Http404
    if request.method != "POST":
        services.note_reading(case, by=request.user)
    form = NoForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            services.remove_paper(paper_id=paper.pk, by=request.user)
        except services.CannotHelp as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("The paper is deleted."))
        return redirect(case)
    context = {
        "title": _("Delete this paper?"),
        "text": paper.name,
        "warning": _("It is deleted for good."),
        "submit_label": _("Delete"),
        "is_danger": True,
        "form": form,
        "case": case,
        "cancel_url": case.get_absolute_url(),
        "breadcrumbs": crumbs(request, case),
    }
    return render(request, "retention/help_confirm.html", context)


@require_safe
@login_required
def my_help(request: HttpRequest) -> HttpResponse:
    officer = own_record(request.user)
    cases = own_cases(request.user, TONES, on=timezone.localdate()) if officer else []
    context = {
        "title": _("My help"),
        "subtitle": _("Help in a hardship: only you and those let into your case see it."),
        "officer": officer,
        "cases": cases,
        "may_apply": officer is not None and officer.left_on is None,
    }
    return render(request, "retention/my_help.html", context)
