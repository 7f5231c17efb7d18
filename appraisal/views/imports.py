from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from appraisal.forms.figures import FigureWorkbookForm, SettleForm
from appraisal.models import FigureImport
from appraisal.selectors.figure_reports import FigureReport, figure_report, latest_job
from appraisal.selectors.figures import figure_courts, recent_imports, settle_candidates
from appraisal.services.figure_access import figure_template as template_workbook
from appraisal.services.figure_names import CannotSettle, settle_names
from appraisal.services.figures import (
    CannotImport,
    confirm_import,
    discard_import,
    error_workbook,
    upload_figures,
)
from courtparty.accounts.models import Unit
from courtparty.jobs.services import CannotStart
from courtparty.lib.responses import xlsx_response
from courtparty.lib.xlsx import UnsafeWorkbook

IMPORT = "appraisal.import_figures"
State = FigureImport.State
TONES: dict[str, str] = {
    State.CHECKING: "info",
    State.FAULTY: "danger",
    State.READY: "warning",
    State.IMPORTED: "success",
    State.DISCARDED: "neutral",
}


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@permission_required(IMPORT, raise_exception=True)
def figure_import(request: HttpRequest) -> HttpResponse:
    courts = _courts(request)
    is_sent = request.method == "POST"
    form = FigureWorkbookForm(
        request.POST if is_sent else None, request.FILES if is_sent else None, courts=courts
    )
    if form.is_valid() and form.chosen_court:
        job = upload_figures(
            content=form.content,
            filename=form.file_name,
            court=form.chosen_court,
            by=request.user,
            as_of=form.cleaned_data["as_of"],
            allow_older=form.cleaned_data["allow_older"],
        )
        return redirect("jobs:job_detail", pk=job.pk)
    context = {
        "title": _("Figures import"),
        "form": form,
        "imports": [(one, TONES[one.state]) for one in recent_imports(request.user)],
        "steps": _steps(),
        "submit_label": _("Upload and check"),
    }
    return render(request, "appraisal/figure_import.html", context)


def _courts(request: HttpRequest) -> list[Unit]:
    courts = list(figure_courts(request.user))
    if not courts:  # the right is held on a part of a court only
        raise PermissionDenied
    return courts


def _steps() -> list[str]:
    return [_("Upload"), _("Check"), _("Preview"), _("Import")]


def _visible(request: HttpRequest, pk: int) -> FigureImport:
    imports = FigureImport.objects.visible_to(request.user).workbooks()
    return get_object_or_404(imports.select_related("court", "created_by", "file"), pk=pk)


def _breadcrumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    return [(_("Figures import"), reverse("appraisal:figure_import")), *more]


@require_safe
@login_required
@permission_required(IMPORT, raise_exception=True)
def figure_template(request: HttpRequest) -> HttpResponse:
    content = template_workbook(_courts(request)[0], on=timezone.localdate())
    return xlsx_response(content, _("Case figures to fill in.xlsx"))


@require_safe
@login_required
@permission_required(IMPORT, raise_exception=True)
def figure_import_detail(request: HttpRequest, pk: int) -> HttpResponse:
    found = _visible(request, pk)
    job = latest_job(found)
    context = {
        "title": found.file_name,
        "breadcrumbs": _breadcrumbs(),
        "status_text": found.get_state_display(),
        "status_tone": TONES[found.state],
        "figure_import": found,
        "report": figure_report(found),
        "job": job,
        "is_own_job": job is not None and job.created_by_id == request.user.pk,
        "steps": _steps(),
        "step": 5 if found.state == State.IMPORTED else 3,
    }
    return render(request, "appraisal/figure_import_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@permission_required(IMPORT, raise_exception=True)
def figure_import_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    found = _visible(request, pk)
    if request.method == "POST":
        try:
            job = confirm_import(import_id=found.pk, by=request.user)
        except (CannotImport, CannotStart) as refusal:
            messages.error(request, str(refusal))
            return redirect(found)
        return redirect("jobs:job_detail", pk=job.pk)
    if found.state != State.READY:
        messages.warning(request, _("This workbook is not ready to be imported."))
        return redirect(found)
    context = {
        "title": _("Import these case figures?"),
        "breadcrumbs": _breadcrumbs((found.file_name, found.get_absolute_url())),
        "text": _("%(file)s, for %(court)s") % {"file": found.file_name, "court": found.court},
        "consequences": _consequences(figure_report(found)),
        "warning": _(
            "An import cannot be undone as a whole. Each corrected figure keeps its history."
        ),
        "submit_label": _("Import"),
        "cancel_url": found.get_absolute_url(),
    }
    return render(request, "appraisal/figure_import_confirm.html", context)


def _consequences(report: FigureReport) -> list[str]:
    counts = report.counts
    sentences = [
        (
            counts["new"],
            ngettext(
                "%(count)s figure will be added.", "%(count)s figures will be added.", counts["new"]
            ),
        ),
        (
            counts["changed"],
            ngettext(
                "%(count)s figure will be corrected; its officer is asked to confirm again.",
                "%(count)s figures will be corrected; their officers are asked to confirm again.",
                counts["changed"],
            ),
        ),
        (
            counts["unchanged"],
            ngettext(
                "%(count)s figure stays as it is.",
                "%(count)s figures stay as they are.",
                counts["unchanged"],
            ),
        ),
    ]
    return [sentence % {"count": f"{count:,}"} for count, sentence in sentences if count]


@require_POST
@login_required
@permission_required(IMPORT, raise_exception=True)
def figure_import_discard(request: HttpRequest, pk: int) -> HttpResponse:
    found = _visible(request, pk)
    try:
        discard_import(import_id=found.pk, by=request.user)
    except CannotImport as refusal:
        messages.error(request, str(refusal))
        return redirect(found)
    messages.success(request, _("Discarded. The workbook was deleted and nothing was imported."))
    return redirect("appraisal:figure_import")


@require_safe
@login_required
@permission_required(IMPORT, raise_exception=True)
def figure_import_errors(request: HttpRequest, pk: int) -> HttpResponse:
    found = _visible(request, pk)
    if found.file is None or not figure_report(found).can_be_marked:
        raise Http404
    try:
        content = error_workbook(import_id=found.pk, language=get_language() or "zh-hans")
    except UnsafeWorkbook as refusal:
        messages.error(request, str(refusal))
        return redirect(found)
    stem = found.file_name.rpartition(".")[0] or found.file_name
    return xlsx_response(content, _("%(name)s (errors marked).xlsx") % {"name": stem})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@permission_required(IMPORT, raise_exception=True)
def name_settle(request: HttpRequest, pk: int) -> HttpResponse:
    found = _visible(request, pk)
    names = figure_report(found).to_settle
    if not names or found.state != State.FAULTY:
        messages.info(request, _("No name of this workbook waits to be settled."))
        return redirect(found)
    offered = (officer for name in names for officer in name["candidates"])
    officers = settle_candidates(found.court, offered)
    data = request.POST if request.method == "POST" else None
    form = SettleForm(data, names=names, officers=officers)
    if form.is_valid():
        try:
            job = settle_names(
                import_id=found.pk, choices=form.choices, by=request.user, at=timezone.now()
            )
        except (CannotSettle, CannotStart) as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("jobs:job_detail", pk=job.pk)
    context = {
        "title": _("Settle names"),
        "intro": _(
            "These names mean no one officer for sure. Choose who is meant; it is remembered, and "
            "the workbook is checked again."
        ),
        "breadcrumbs": _breadcrumbs((found.file_name, found.get_absolute_url())),
        "form": form,
        "submit_label": _("Remember and check again"),
        "cancel_url": found.get_absolute_url(),
    }
    return render(request, "appraisal/name_settle.html", context)
