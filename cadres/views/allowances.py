from typing import Any

from django.contrib.auth.decorators import login_required, permission_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cadres.forms.allowances import ChangeFilter, DraftForm, LineFilter, RunFilter
from cadres.models import AllowanceRun
from cadres.selectors import allowances as selectors
from cadres.selectors.allowance_changes import change_rows, changes_found, comparison_of
from cadres.selectors.allowance_steps import MAKE, WAITS, WAY, steps_open, why_not
from cadres.selectors.allowances import VIEW
from cadres.selectors.officers import own_record
from cadres.services.allowance_export import export_run, export_runs
from cadres.services.allowance_runs import CannotDraft, start_draft
from courtparty.jobs.services import CannotStart
from courtparty.lib.charts import Bar, column_chart
from courtparty.lib.money import in_capitals
from courtparty.lib.paging import CappedPaginator
from courtparty.lib.responses import xlsx_response

PER_PAGE = 50
MOST_TABS = 12
LEAST_COLUMNS = 8


@require_safe
@login_required
@permission_required(VIEW, raise_exception=True)
def run_list(request: HttpRequest) -> HttpResponse:
    found = _found(request)
    page = Paginator(found.found, PER_PAGE).get_page(request.GET.get("page"))
    totals = selectors.latest_totals(found.found)
    context = {
        "title": _("Allowance runs"),
        "intro": _(
            "The post allowances of each month, from the draft to the payment. Maker, checker and "
            "approver are three people."
        ),
        "page_obj": page,
        "rows": [(run, selectors.TONES[run.state]) for run in page],
        "count": page.paginator.count,
        "filter": found,
        "default_sort": selectors.DEFAULT_RUN_ORDER,
        "export_url": reverse("cadres:run_list_export"),
        "totals": totals,
        "chart": _totals_chart(totals) if len(totals) > 1 else "",
        "may_draft": request.user.has_perm(MAKE),
        "breadcrumbs": [(_("Cadre team"), "")],
    }
    return render(request, "cadres/run_list.html", context)


def _found(request: HttpRequest) -> RunFilter:
    runs = selectors.runs_listed(request.user)
    return RunFilter(
        request.GET,
        selectors.ordered_runs(runs, request.GET.get("sort", "")),
        courts=list(selectors.courts_with(request.user, VIEW)),
        years=selectors.years_of(request.user),
    )


def _totals_chart(totals) -> str:
    bars = [Bar(f"{month:%y-%m}", max(total, 0), f"{total:,.0f}") for month, total in totals]
    return column_chart(_widened(bars), title=_("Totals of the months, in yuan"))


def _widened(bars: list[Bar]) -> list[Bar]:
    """Room for half a year, so that two months don't become two blocks."""
    return bars + [Bar("", 0)] * (LEAST_COLUMNS - len(bars))


@require_safe
@login_required
@permission_required(VIEW, raise_exception=True)
def run_list_export(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    content = export_runs(_found(request).found, by=request.user, on=today)
    return xlsx_response(content, _("allowance-runs-%(day)s.xlsx") % {"day": today})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@permission_required(MAKE, raise_exception=True)
def run_draft(request: HttpRequest) -> HttpResponse:
    courts = selectors.courts_with(request.user, MAKE)
    form = DraftForm(
        request.POST if request.method == "POST" else None,
        courts=courts,
        initial={"month": timezone.localdate().replace(day=1)},
    )
    if form.is_valid():
        try:
            job = start_draft(by=request.user, **form.asked())
        except (CannotDraft, CannotStart) as refusal:
            form.add_error("month", str(refusal))
        else:
            return redirect("jobs:job_detail", pk=job.pk)
    context = {
        "title": _("Compute a month"),
        "form": form,
        "submit_label": _("Compute"),
        "cancel_url": reverse("cadres:run_list"),
        "breadcrumbs": breadcrumbs(),
    }
    return render(request, "cadres/run_draft.html", context)


def breadcrumbs(run: AllowanceRun | None = None) -> list[tuple[str, str]]:
    above = [(_("Cadre team"), ""), (_("Allowance runs"), reverse("cadres:run_list"))]
    return [*above, (f"{run.month:%Y-%m}", run.get_absolute_url())] if run else above


@require_safe
@login_required
@permission_required(VIEW, raise_exception=True)
def run_detail(request: HttpRequest, pk: int) -> HttpResponse:
    run = get_object_or_404(selectors.runs_listed(request.user), pk=pk)
    context = _header(request, run, is_lines=False)
    compared = context["compared"]
    if compared.earlier:
        form = ChangeFilter(request.GET)
        found = changes_found(compared.changed, run=run, user=request.user, **form.narrowed)
        page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
        context |= {
            "form": form,
            "page_obj": page,
            "rows": change_rows(page.object_list, run, compared.earlier),
        }
    return render(request, "cadres/run_detail.html", context)


@require_safe
@login_required
@permission_required(VIEW, raise_exception=True)
def run_lines(request: HttpRequest, pk: int) -> HttpResponse:
    run = get_object_or_404(selectors.runs_listed(request.user), pk=pk)
    lines = selectors.ordered_lines(run.lines.all(), request.GET.get("sort", ""))
    found = LineFilter(
        request.GET, lines, user=request.user, departments=selectors.departments_of(run)
    )
    paginator = CappedPaginator(found.found.values_list("pk", flat=True), PER_PAGE)
    page = paginator.get_page(request.GET.get("page"))
    context = _header(request, run, is_lines=True) | {
        "filter": found,
        "page_obj": page,
        "rows": selectors.line_rows(page.object_list),
        "found_count": paginator.count,
        "count_limit": paginator.limit,
        "default_sort": selectors.DEFAULT_LINE_ORDER,
    }
    return render(request, "cadres/run_lines.html", context)


def _header(request: HttpRequest, run: AllowanceRun, *, is_lines: bool) -> dict[str, Any]:
    """What both pages of a run begin with."""
    figures = selectors.run_figures(run)
    return {
        "title": _("Allowances of %(month)s") % {"month": f"{run.month:%Y-%m}"},
        "subtitle": run.court.display_name,
        "status_text": run.get_state_display(),
        "status_tone": selectors.TONES[run.state],
        "run": run,
        "figures": figures,
        "capitals": in_capitals(run.total),
        "compared": comparison_of(run, officers=figures.officers),
        "way": [capfirst(AllowanceRun.State(state).label) for state in WAY],
        # A paid run has every step behind it.
        "place": _place(run),
        "steps": steps_open(run, request.user),
        "why_not": why_not(run, request.user),
        "waits": WAITS[run.state],
        "tabs": [
            (_("Compared with the month before"), run.get_absolute_url(), not is_lines),
            (
                _("All lines: %(count)s") % {"count": f"{figures.lines:,}"},
                reverse("cadres:run_lines", args=[run.pk]),
                is_lines,
            ),
        ],
        "breadcrumbs": breadcrumbs(),
    }


def _place(run: AllowanceRun) -> int:
    if run.state == AllowanceRun.State.PAID:
        return len(WAY) + 1
    return WAY.index(run.state) + 1 if run.state in WAY else 0


@require_safe
@login_required
@permission_required(VIEW, raise_exception=True)
def run_sheet(request: HttpRequest, pk: int) -> HttpResponse:
    run = get_object_or_404(selectors.runs_listed(request.user), pk=pk)
    figures = selectors.run_figures(run)
    context = {
        "title": _("Approval sheet of %(month)s") % {"month": f"{run.month:%Y-%m}"},
        "run": run,
        "figures": figures,
        "kinds": selectors.sums_by_kind(run),
        "capitals": in_capitals(run.total),
        "compared": comparison_of(run, officers=figures.officers),
        "is_decided": run.state in selectors.DECIDED,
        "breadcrumbs": breadcrumbs(run),
    }
    return render(request, "cadres/run_sheet.html", context)


@require_safe
@login_required
@permission_required(VIEW, raise_exception=True)
def run_export(request: HttpRequest, pk: int) -> HttpResponse:
    run = get_object_or_404(selectors.runs_listed(request.user), pk=pk)
    content = export_run(run, by=request.user)
    return xlsx_response(content, f"岗位津贴发放表-{run.month:%Y-%m}.xlsx")


@require_safe
@login_required
def my_allowances(request: HttpRequest) -> HttpResponse:
    years = selectors.own_allowances(request.user)
    asked = request.GET.get("year", "")
    shown = next((year for year in years if str(year.year) == asked), years[0] if years else None)
    context = {
        "title": _("My allowances"),
        "subtitle": _("What you are paid for your posts in Party work, and how it is computed."),
        "officer": own_record(request.user),
        "years": years,
        "shown": shown,
        "tabs": _year_tabs(years, shown),
        "chart": _own_chart(shown) if shown and len(shown.months) > 1 else "",
    }
    return render(request, "cadres/my_allowances.html", context)


def _year_tabs(years, shown) -> list[tuple[str, str, bool]]:
    if len(years) < 2:
        return []
    return [(str(one.year), f"?year={one.year}", one is shown) for one in years[:MOST_TABS]]


def _own_chart(year: selectors.OwnYear) -> str:
    bars = [
        Bar(f"{month.run.month:%m}", max(month.total, 0), f"{month.total:,.0f}")
        for month in reversed(year.months)
    ]
    title = _("Allowances of %(year)s by month") % {"year": year.year}
    return column_chart(_widened(bars), title=title)
