from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from courtparty.lib.responses import xlsx_response
from retention.forms.hardship import PersonForm
from retention.forms.help_measures import BudgetFilter, SourceChangeForm, SourceForm
from retention.models import BudgetSource, HardshipReport
from retention.models.hardship import APPROVE, HANDLE
from retention.selectors.hardship import (
    coordinators_for,
    orphan_rows,
    orphans_seen_by,
    people_to_choose,
)
from retention.selectors.hardship_reports import report_shown, reports_for
from retention.selectors.help_measures import (
    BUDGET_DEFAULT,
    courts_with_budget,
    flexible_rows,
    flexible_seen_by,
    ordered_sources,
    total_of,
)
from retention.services import hardship as services
from retention.views.hardship_cases import sent

PER_PAGE = 50


# -- cases nobody handles -----------------------------------------------------------------------


@require_safe
@login_required
@permission_required(APPROVE, raise_exception=True)
def help_orphan_list(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    cases = orphans_seen_by(request.user, on=today).order_by("opened_at", "pk")
    page = Paginator(cases, PER_PAGE).get_page(request.GET.get("page"))
    page.object_list = orphan_rows(page.object_list, on=today)
    context = {
        "title": _("Hardship cases nobody handles"),
        "intro": _(
            "Their coordinator has left the role. You name another one, without opening the case."
        ),
        "page_obj": page,
        "count": page.paginator.count,
        "breadcrumbs": [(_("Retention"), "")],
    }
    return render(request, "retention/help_orphan_list.html", context)


@require_http_methods(["GET", "POST"])
@login_required
@permission_required(APPROVE, raise_exception=True)
def help_orphan_place(request: HttpRequest, pk: int) -> HttpResponse:
    today = timezone.localdate()
    cases = orphans_seen_by(request.user, on=today).select_related("court", "officer")
    case = get_object_or_404(cases, pk=pk)
    people = people_to_choose(coordinators_for(case.officer, on=today), case.court, on=today)
    form = PersonForm(*sent(request), people=people, label=_("Coordinator"))
    if form.is_valid():
        try:
            services.place_orphan(case_id=case.pk, by=request.user, at=timezone.now(), **form.facts)
        except services.CannotHelp as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The case has a coordinator again."))
            return redirect("retention:help_orphan_list")
    context = {
        "title": _("Name a coordinator for case %(number)s") % {"number": case.reference},
        "intro": _("The officer is told, and can turn to somebody else at any time."),
        "submit_label": _("Name"),
        "form": form,
        "cancel_url": reverse("retention:help_orphan_list"),
        "breadcrumbs": [
            (_("Retention"), ""),
            (_("Hardship cases nobody handles"), reverse("retention:help_orphan_list")),
        ],
    }
    return render(request, "retention/help_orphan_place.html", context)


# -- flexible work ------------------------------------------------------------------------------


@require_safe
@login_required
@permission_required("retention.decide_pause", raise_exception=True)
def help_flexible_list(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    agreed = flexible_seen_by(request.user, on=today)
    page = Paginator(agreed, PER_PAGE).get_page(request.GET.get("page"))
    page.object_list = flexible_rows(page.object_list, on=today)
    context = {
        "title": _("Flexible hours"),
        "intro": _("Agreed in your department, for your planning. Why is not for the list."),
        "page_obj": page,
        "count": page.paginator.count,
        "breadcrumbs": [(_("Retention"), "")],
    }
    return render(request, "retention/help_flexible_list.html", context)


# -- budget -------------------------------------------------------------------------------------


def _sources(request: HttpRequest) -> BudgetFilter:
    sources = BudgetSource.objects.visible_to(request.user).select_related("court")
    return BudgetFilter(request.GET, ordered_sources(sources, request.GET.get("sort", "")))


@require_safe
@login_required
@permission_required(HANDLE, raise_exception=True)
def help_budget_list(request: HttpRequest) -> HttpResponse:
    found = _sources(request)
    page = Paginator(found.found, PER_PAGE).get_page(request.GET.get("page"))
    page.object_list = list(page.object_list)
    context = {
        "title": _("Budget sources of help"),
        "intro": _("What help is paid from. Approved measures take their money; no case is named."),
        "page_obj": page,
        "count": page.paginator.count,
        "filter": found,
        "default_sort": BUDGET_DEFAULT,
        "total": total_of(page.object_list) if not page.has_other_pages() else None,
        "has_courts": len(courts_with_budget(request.user)) > 1,
        "export_url": reverse("retention:help_budget_export"),
        "breadcrumbs": [(_("Retention"), "")],
    }
    return render(request, "retention/help_budget_list.html", context)


@require_safe
@login_required
@permission_required(HANDLE, raise_exception=True)
def help_budget_export(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    content = services.export_sources(
        _sources(request).found,
        courts=courts_with_budget(request.user),
        by=request.user,
        on=today,
    )
    return xlsx_response(content, _("help-budget-%(day)s.xlsx") % {"day": today})


def _budget_crumbs() -> list[tuple[str, str]]:
    url = reverse("retention:help_budget_list")
    return [(_("Retention"), ""), (_("Budget sources of help"), url)]


@require_http_methods(["GET", "POST"])
@login_required
@permission_required(HANDLE, raise_exception=True)
def help_budget_add(request: HttpRequest) -> HttpResponse:
    form = SourceForm(
        request.POST if request.method == "POST" else None,
        courts=courts_with_budget(request.user),
        initial={"year": timezone.localdate().year},
    )
    if form.is_valid():
        try:
            services.add_source(by=request.user, **form.cleaned_data)
        except services.CannotBudget as refusal:
            form.add_error("name", str(refusal))
        else:
            messages.success(request, _("The budget source is added."))
            return redirect("retention:help_budget_list")
    context = {
        "title": _("Add a budget source"),
        "submit_label": _("Add"),
        "form": form,
        "cancel_url": reverse("retention:help_budget_list"),
        "breadcrumbs": _budget_crumbs(),
    }
    return render(request, "retention/help_budget_edit.html", context)


@require_http_methods(["GET", "POST"])
@login_required
@permission_required(HANDLE, raise_exception=True)
def help_budget_change(request: HttpRequest, pk: int) -> HttpResponse:
    source = get_object_or_404(BudgetSource.objects.visible_to(request.user), pk=pk)
    initial = {"name": source.name, "amount": source.amount, "seen": source.amount}
    form = SourceChangeForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        try:
            services.change_source(source_id=source.pk, by=request.user, **form.cleaned_data)
        except services.CannotBudget as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect("retention:help_budget_list")
    used = _("%(used)s yuan are used already: the amount can't be lower.")
    context = {
        "title": _("Change %(name)s %(year)s") % {"name": source.name, "year": source.year},
        "intro": used % {"used": f"{source.used:,}"} if source.used else "",
        "form": form,
        "cancel_url": reverse("retention:help_budget_list"),
        "breadcrumbs": _budget_crumbs(),
    }
    return render(request, "retention/help_budget_edit.html", context)


# -- the yearly report --------------------------------------------------------------------------


def _report(request: HttpRequest) -> tuple[list[HardshipReport], HardshipReport | None]:
    """All the reader may read, and the one asked for; the newest unless ?report= names another."""
    reports = list(reports_for(request.user))
    asked = request.GET.get("report", "")
    if not asked:
        return reports, reports[0] if reports else None
    found = next((one for one in reports if str(one.pk) == asked), None)
    if found is None:
        raise Http404
    return reports, found


@require_safe
@login_required
@permission_required("retention.view_board", raise_exception=True)
def help_report(request: HttpRequest) -> HttpResponse:
    reports, report = _report(request)
    context = {
        "title": _("Report on help in hardship"),
        "subtitle": _("Figures of groups of five people or more; nobody can be read out of them."),
        "reports": reports,
        "report": report,
        "shown": report_shown(report) if report else None,
        "has_courts": len({one.court_id for one in reports}) > 1,
        "breadcrumbs": [(_("Retention"), "")],
    }
    return render(request, "retention/help_report.html", context)


@require_safe
@login_required
@permission_required("retention.view_board", raise_exception=True)
def help_report_export(request: HttpRequest) -> HttpResponse:
    _reports, report = _report(request)
    if report is None:
        messages.warning(request, _("There is no report yet."))
        return redirect("retention:help_report")
    today = timezone.localdate()
    shown = report_shown(report)
    content = services.export_report(report, shown, by=request.user, on=today)
    return xlsx_response(content, _("help-report-%(year)s.xlsx") % {"year": report.year})
