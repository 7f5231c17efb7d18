from datetime import date
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

from appraisal.forms.cycles import OpenCycleForm
from appraisal.models import Cycle
from appraisal.selectors import cycles as selectors
from appraisal.selectors.results import results_exported_by
from appraisal.services.assessment import CannotAssess, start_assessment
from appraisal.services.cycles import CannotOpen, open_cycle
from appraisal.services.results import CannotExport, export_results
from courtparty.jobs.services import CannotStart
from courtparty.lib.charts import Bar, column_chart

PAGE_SIZE = 50
PARTICIPANTS_A_PAGE = 100
SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
@login_required
@permission_required("appraisal.view_cycle", raise_exception=True)
def cycle_list(request: HttpRequest) -> HttpResponse:
    found = selectors.cycles_listed(request.user)
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "title": _("Appraisal cycles"),
        "intro": _("Each cycle appraises one court over a period of whole months."),
        "page_obj": page,
        "rows": [(cycle, selectors.months_text(cycle)) for cycle in page],
        "count": page.paginator.count,
        "can_open": request.user.has_perm("appraisal.manage_cycle"),
    }
    return render(request, "appraisal/cycle_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@permission_required("appraisal.manage_cycle", raise_exception=True)
def cycle_open(request: HttpRequest) -> HttpResponse:
    form = OpenCycleForm(
        request.POST if request.method == "POST" else None,
        courts=selectors.courts_to_open_for(request.user),
        initial=_proposed_period(timezone.localdate()),
    )
    if form.is_valid():
        try:
            cycle = open_cycle(by=request.user, **form.asked())
        except CannotOpen as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The cycle “%(name)s” is open.") % {"name": cycle.name})
            return redirect(cycle)
    context = {
        "title": _("Open a cycle"),
        "breadcrumbs": _breadcrumbs(),
        "form": form,
        "submit_label": _("Open the cycle"),
        "cancel_url": reverse("appraisal:cycle_list"),
    }
    return render(request, "appraisal/cycle_open.html", context)


def _proposed_period(today: date) -> dict[str, str]:
    return {
        "kind": Cycle.Kind.SPECIAL,
        "first": f"{today.year}-01",
        "last": f"{today:%Y-%m}",
    }


@require_safe
@login_required
@permission_required("appraisal.view_cycle", raise_exception=True)
def cycle_detail(request: HttpRequest, pk: int) -> HttpResponse:
    cycle = get_object_or_404(selectors.cycles_listed(request.user), pk=pk)
    is_computed = cycle.state == Cycle.State.COMPUTED
    sees_whole = selectors.departments_reached(request.user, cycle) is None
    context: dict[str, Any] = {
        "title": cycle.name,
        "breadcrumbs": _breadcrumbs(),
        "cycle": cycle,
        "months": selectors.months_text(cycle),
        "status_text": cycle.get_state_display(),
        "status_tone": "success" if is_computed else "info",
        "is_computed": is_computed,
        "sees_whole": sees_whole,
        "may_assess": selectors.keeps(request.user, "appraisal.assess", cycle),
        "may_export": is_computed
        and selectors.keeps(request.user, "appraisal.export_results", cycle),
    }
    if is_computed:
        context |= _computed(request, cycle, sees_whole=sees_whole)
    else:
        context["preview"] = selectors.preview(cycle, request.user)
        context["lacks"] = context["preview"].lacks
    return render(request, "appraisal/cycle_detail.html", context)


def _computed(request: HttpRequest, cycle: Cycle, *, sees_whole: bool) -> dict[str, Any]:
    shows_excluded = request.GET.get("show") == "excluded"
    found = selectors.participants_listed(cycle, request.user, excluded=shows_excluded)
    counts = selectors.participants_counted(cycle, request.user)
    return {
        "page_obj": Paginator(found, PARTICIPANTS_A_PAGE).get_page(request.GET.get("page")),
        "shows_excluded": shows_excluded,
        "participant_tabs": [
            (
                _("Taking part: %(count)s") % {"count": counts["taking_part"]},
                "?",
                not shows_excluded,
            ),
            (
                _("Not taking part: %(count)s") % {"count": counts["excluded"]},
                "?show=excluded",
                shows_excluded,
            ),
        ],
        "lacks": selectors.stored_lacks(cycle, request.user),
        "runs": selectors.runs_of(cycle),
        "distributions": [
            (one, _histogram(one)) for one in (selectors.distributions(cycle) if sees_whole else [])
        ],
    }


def _histogram(distribution: selectors.Distribution) -> str:
    bars = [Bar(band, count, str(count or "")) for band, count in distribution.bands]
    title = _("Totals by bands of ten points: %(group)s") % {"group": distribution.label}
    return column_chart(bars, title=title)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@permission_required("appraisal.assess", raise_exception=True)
def cycle_assess(request: HttpRequest, pk: int) -> HttpResponse:
    kept = selectors.cycles_kept_by(request.user, "appraisal.assess")
    cycle = get_object_or_404(kept.select_related("court"), pk=pk)
    if request.method == "POST":
        try:
            job = start_assessment(cycle=cycle, by=request.user)
        except (CannotAssess, CannotStart) as refusal:
            messages.error(request, str(refusal))
            return redirect(cycle)
        return redirect("jobs:job_detail", pk=job.pk)
    context = {
        "title": _("Compute “%(name)s”?") % {"name": cycle.name},
        "breadcrumbs": [*_breadcrumbs(), (cycle.name, cycle.get_absolute_url())],
        "cycle": cycle,
        "months": selectors.months_text(cycle),
        "preview": selectors.preview(cycle, request.user),
        "is_first": cycle.state == Cycle.State.COLLECTING,
        "submit_label": _("Compute"),
        "cancel_url": cycle.get_absolute_url(),
    }
    return render(request, "appraisal/cycle_assess.html", context)


@require_safe
@login_required
@permission_required("appraisal.export_results", raise_exception=True)
def cycle_export(request: HttpRequest, pk: int) -> HttpResponse:
    kept = selectors.cycles_kept_by(request.user, "appraisal.export_results")
    cycle = get_object_or_404(kept.select_related("court"), pk=pk)
    try:
        content = export_results(cycle, by=request.user, results=results_exported_by(request.user))
    except CannotExport as refusal:
        messages.error(request, str(refusal))
        return redirect(cycle)
    response = HttpResponse(content, content_type=SPREADSHEET)
    response["Content-Disposition"] = f'attachment; filename="results-{cycle.code}.xlsx"'
    return response


def _breadcrumbs() -> list[tuple[str, str]]:
    return [(_("Appraisal cycles"), reverse("appraisal:cycle_list"))]
