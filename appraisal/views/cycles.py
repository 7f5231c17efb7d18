from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from appraisal.forms.cycles import CycleFilter, MoveForm, OpenCycleForm
from appraisal.models import Cycle
from appraisal.rules.cycles import MANAGE, State, Transition, transition
from appraisal.selectors import cycle_steps
from appraisal.selectors import cycles as selectors
from appraisal.selectors.cycle_lacks import Lack, lacks_of
from appraisal.selectors.cycle_people import departments_reached, roll_of
from appraisal.selectors.cycle_progress import Concern, bars_of, concerns_of
from appraisal.selectors.results import results_exported_by
from appraisal.services.assessment import CannotAssess, start_assessment
from appraisal.services.cycle_guards import last_run, obstacles
from appraisal.services.cycles import CannotMove, CannotOpen, move_cycle, open_cycle
from appraisal.services.freezing import last_day
from appraisal.services.results import CannotExport, export_results
from courtparty.jobs.services import CannotStart
from courtparty.lib.charts import Bar, column_chart

PAGE_SIZE = 50
# Whoever lacks more is found on a page of its own.
LACKS_SHOWN = 10
SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
@login_required
@permission_required("appraisal.view_cycle", raise_exception=True)
def cycle_list(request: HttpRequest) -> HttpResponse:
    found = CycleFilter(
        request.GET,
        selectors.cycles_listed(request.user),
        years=selectors.years_of(request.user),
        courts=selectors.courts_of_cycles(request.user),
    )
    page = Paginator(found.found, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "title": _("Appraisal cycles"),
        "intro": _("Each cycle appraises one court over a period of whole months."),
        "page_obj": page,
        "rows": [
            (cycle, selectors.months_text(cycle), cycle_steps.TONES[cycle.state]) for cycle in page
        ],
        "count": page.paginator.count,
        "filter": found,
        "can_open": request.user.has_perm(MANAGE),
        "breadcrumbs": [(_("Appraisal"), "")],
    }
    return render(request, "appraisal/cycle_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@permission_required(MANAGE, raise_exception=True)
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
        "breadcrumbs": breadcrumbs(),
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
    sees_whole = departments_reached(request.user, cycle) is None
    run = last_run(cycle)
    context: dict[str, Any] = {
        "title": cycle.name,
        "breadcrumbs": breadcrumbs(),
        "cycle": cycle,
        "months": selectors.months_text(cycle),
        "status_text": cycle.get_state_display(),
        "status_tone": cycle_steps.TONES[cycle.state],
        "tabs": cycle_steps.sections_of(cycle, request.user),
        "way": cycle_steps.way(),
        "place": cycle_steps.place_of(cycle),
        "waits": cycle_steps.WAITS[cycle.state],
        "timeline": cycle_steps.timeline_of(cycle),
        "roll": roll_of(cycle, request.user),
        "sees_whole": sees_whole,
        "bars": bars_of(cycle, request.user) if sees_whole else [],
        **_steps(request, cycle, has_run=run is not None, missing=run.missing if run else 0),
        **_lacks(lacks_of(cycle, request.user)),
    }
    if run is not None:
        context |= {
            "runs": selectors.runs_of(cycle),
            "distributions": [
                (one, _histogram(one))
                for one in (selectors.distributions(cycle) if sees_whole else [])
            ],
        }
    return render(request, "appraisal/cycle_detail.html", context)


def _steps(request: HttpRequest, cycle: Cycle, *, has_run: bool, missing: int) -> dict[str, Any]:
    """The one next step first: computing, while a cycle in scoring has gaps or was not computed."""
    may_assess = selectors.keeps(request.user, "appraisal.assess", cycle)
    computes = may_assess and cycle.state == State.SCORING
    may_export = selectors.keeps(request.user, "appraisal.export_results", cycle)
    return {
        "computes": computes,
        "computes_first": computes and (missing or not has_run),
        "has_run": has_run,
        "forward": cycle_steps.forward_of(cycle, request.user),
        "back": cycle_steps.back_of(cycle, request.user),
        "may_export": has_run and may_export,
        "keeps": selectors.keeps(request.user, MANAGE, cycle),
    }


def _lacks(lacks: list[Lack]) -> dict[str, Any]:
    return {"lacks": lacks[:LACKS_SHOWN], "lacking": len(lacks)}


def _histogram(distribution: selectors.Distribution) -> str:
    bars = [Bar(band, count, str(count or "")) for band, count in distribution.bands]
    title = _("Totals by bands of ten points: %(group)s") % {"group": distribution.label}
    return column_chart(bars, title=title)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@permission_required(MANAGE, raise_exception=True)
def cycle_move(request: HttpRequest, pk: int, to: str) -> HttpResponse:
    kept = selectors.cycles_kept_by(request.user, MANAGE)
    cycle = get_object_or_404(kept.select_related("court"), pk=pk)
    if to not in Cycle.State.values:
        raise Http404
    step = transition(cycle.state, to)
    is_sent = request.method == "POST"
    form = MoveForm(
        request.POST if is_sent else None,
        needs_reason=step is not None and step.needs_reason,
        initial={"seen": cycle.state},
    )
    if is_sent and form.is_valid():
        try:
            move_cycle(cycle_id=cycle.pk, to=to, by=request.user, at=timezone.now(), **form.asked)
        except CannotMove as refusal:
            form.add_error(None, str(refusal))
        else:
            cycle.refresh_from_db()
            state = cycle.get_state_display()
            messages.success(request, _("The cycle is now: %(state)s.") % {"state": state})
            return redirect(cycle)
    if step is None:
        messages.info(request, _("The cycle has moved on meanwhile. This is how it stands now."))
        return redirect(cycle)
    return _move_page(request, cycle, step, form)


def _move_page(
    request: HttpRequest, cycle: Cycle, step: Transition, form: MoveForm
) -> HttpResponse:
    """What the step will do or, while something is missing, what and where it is mended."""
    missing = obstacles(cycle, step)
    context = {
        "title": cycle_steps.question_of(cycle, step),
        "breadcrumbs": breadcrumbs(cycle),
        "cycle": cycle,
        "form": form,
        "cancel_url": cycle.get_absolute_url(),
    }
    if missing:
        context["title"] = _("“%(label)s” is not possible yet") % {
            "label": cycle_steps.label_of(step)
        }
        context["obstacles"] = missing
        return render(request, "appraisal/cycle_blocked.html", context)
    until = last_day(cycle, at=timezone.now())
    context |= {
        "consequences": cycle_steps.consequences_of(
            step, roll=roll_of(cycle, request.user), until=until
        ),
        "concerns": _concerns(request, cycle, step),
        "submit_label": cycle_steps.label_of(step),
        "is_danger": step.target == State.CLOSED,
        "warning": _("This cannot be undone.") if step.target == State.CLOSED else "",
    }
    return render(request, "appraisal/cycle_move.html", context)


def _concerns(request: HttpRequest, cycle: Cycle, step: Transition) -> list[Concern]:
    if step.needs_reason:
        return []
    return concerns_of(cycle, step, lacking=len(lacks_of(cycle, request.user)))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@permission_required("appraisal.assess", raise_exception=True)
def cycle_assess(request: HttpRequest, pk: int) -> HttpResponse:
    kept = selectors.cycles_kept_by(request.user, "appraisal.assess")
    cycle = get_object_or_404(kept.select_related("court"), pk=pk)
    if cycle.state != State.SCORING:
        messages.error(request, _("A cycle is computed in the state “scoring” only."))
        return redirect(cycle)
    if request.method == "POST":
        try:
            job = start_assessment(cycle=cycle, by=request.user)
        except (CannotAssess, CannotStart) as refusal:
            messages.error(request, str(refusal))
            return redirect(cycle)
        return redirect("jobs:job_detail", pk=job.pk)
    context = {
        "title": _("Compute “%(name)s”?") % {"name": cycle.name},
        "breadcrumbs": breadcrumbs(cycle),
        "cycle": cycle,
        "months": selectors.months_text(cycle),
        "roll": roll_of(cycle, request.user),
        "is_first": not cycle.runs.exists(),
        **_lacks(lacks_of(cycle, request.user)),
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


def breadcrumbs(cycle: Cycle | None = None) -> list[tuple[str, str]]:
    above = [(_("Appraisal"), ""), (_("Appraisal cycles"), reverse("appraisal:cycle_list"))]
    return [*above, (cycle.name, cycle.get_absolute_url())] if cycle else above
