from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cadres.forms.roster import ConfirmRosterForm
from cadres.models import RosterImport
from cadres.selectors.roster import (
    latest_job,
    recent_imports,
    roster_courts,
)
from cadres.selectors.roster_report import RosterReport, roster_faults, roster_report
from cadres.services.roster import (
    SPREADSHEET,
    CannotImportRoster,
    confirm_roster,
    discard_roster,
    upload_roster,
)
from cadres.services.roster_export import template_workbook
from courtparty.accounts.models import Unit
from courtparty.jobs.forms import WorkbookForm
from courtparty.jobs.services import CannotStart
from courtparty.lib.xlsx import UnsafeWorkbook, mark_errors

State = RosterImport.State
TONES: dict[str, str] = {
    State.CHECKING: "info",
    State.FAULTY: "danger",
    State.READY: "warning",
    State.IMPORTED: "success",
    State.DISCARDED: "neutral",
}


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@permission_required("cadres.import_roster", raise_exception=True)
def roster_import(request: HttpRequest) -> HttpResponse:
    courts = _courts(request)
    if request.method == "POST":
        form = WorkbookForm(request.POST, request.FILES, courts=courts)
    else:
        form = WorkbookForm(courts=courts)
    if form.is_valid() and form.chosen_court:
        job = upload_roster(
            content=form.content, filename=form.file_name, court=form.chosen_court, by=request.user
        )
        return redirect("jobs:job_detail", pk=job.pk)
    context = {
        "title": _("Roster import"),
        "form": form,
        "imports": [(one, TONES[one.state]) for one in recent_imports(request.user)],
        "steps": _steps(),
        "submit_label": _("Upload and check"),
    }
    return render(request, "cadres/roster_import.html", context)


def _courts(request: HttpRequest) -> list[Unit]:
    courts = list(roster_courts(request.user))
    if not courts:  # the right is held on a part of a court only
        raise PermissionDenied
    return courts


def _steps() -> list[str]:
    return [_("Upload"), _("Check"), _("Preview"), _("Import")]


def _visible(request: HttpRequest, pk: int) -> RosterImport:
    imports = RosterImport.objects.visible_to(request.user)
    return get_object_or_404(imports.select_related("court", "created_by", "file"), pk=pk)


def _breadcrumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    return [(_("Roster import"), reverse("cadres:roster_import")), *more]


@require_safe
@login_required
@permission_required("cadres.import_roster", raise_exception=True)
def roster_import_detail(request: HttpRequest, pk: int) -> HttpResponse:
    found = _visible(request, pk)
    job = latest_job(found)
    context = {
        "title": found.file_name,
        "breadcrumbs": _breadcrumbs(),
        "status_text": found.get_state_display(),
        "status_tone": TONES[found.state],
        "roster_import": found,
        "report": roster_report(found),
        "job": job,
        "is_own_job": job is not None and job.created_by_id == request.user.pk,
        "steps": _steps(),
        "step": 5 if found.state == State.IMPORTED else 3,
    }
    return render(request, "cadres/roster_import_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@permission_required("cadres.import_roster", raise_exception=True)
def roster_import_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    found = _visible(request, pk)
    if found.state != State.READY:
        messages.warning(request, _("This workbook is not ready to be imported."))
        return redirect(found)
    report = roster_report(found)
    about: dict[str, Any] = {"units": report.units, "left": report.counts["left"]}
    form = ConfirmRosterForm(request.POST if request.method == "POST" else None, **about)
    if form.is_valid():
        response = _start_import(request, found, form)
        if response is not None:
            return response
    context = {
        "title": _("Import this roster?"),
        "breadcrumbs": _breadcrumbs((found.file_name, found.get_absolute_url())),
        "text": _("%(file)s, for %(court)s") % {"file": found.file_name, "court": found.court},
        "consequences": _consequences(report),
        "warning": _("An import cannot be undone as a whole. Everything in it is kept in the log."),
        "form": form,
        "submit_label": _("Import"),
        "cancel_url": found.get_absolute_url(),
        "roster_import": found,
    }
    return render(request, "cadres/roster_import_confirm.html", context)


def _start_import(
    request: HttpRequest, found: RosterImport, form: ConfirmRosterForm
) -> HttpResponse | None:
    try:
        job = confirm_roster(
            import_id=found.pk,
            by=request.user,
            choices=form.choices,
            mark_left=form.cleaned_data.get("mark_left", False),
        )
    except (CannotImportRoster, CannotStart) as refusal:
        messages.error(request, str(refusal))
        return None
    return redirect("jobs:job_detail", pk=job.pk)


def _consequences(report: RosterReport) -> list[str]:
    counts = report.counts
    sentences = [
        (
            counts["units"],
            ngettext(
                "%(count)s unit will be made.", "%(count)s units will be made.", counts["units"]
            ),
        ),
        (
            counts["new"],
            ngettext(
                "%(count)s officer will be added.",
                "%(count)s officers will be added.",
                counts["new"],
            ),
        ),
        (
            counts["changed"],
            ngettext(
                "The data of %(count)s officer will be changed.",
                "The data of %(count)s officers will be changed.",
                counts["changed"],
            ),
        ),
        (
            counts["returned"],
            ngettext(
                "%(count)s of them had left and will be back in service.",
                "%(count)s of them had left and will be back in service.",
                counts["returned"],
            ),
        ),
        (
            counts["unchanged"],
            ngettext(
                "%(count)s officer stays as it is on the roster.",
                "%(count)s officers stay as they are on the roster.",
                counts["unchanged"],
            ),
        ),
    ]
    return [sentence % {"count": count} for count, sentence in sentences if count]


@require_POST
@login_required
@permission_required("cadres.import_roster", raise_exception=True)
def roster_import_discard(request: HttpRequest, pk: int) -> HttpResponse:
    found = _visible(request, pk)
    try:
        discard_roster(import_id=found.pk, by=request.user)
    except CannotImportRoster as refusal:
        messages.error(request, str(refusal))
        return redirect(found)
    messages.success(request, _("Discarded. The workbook was deleted and nothing was imported."))
    return redirect("cadres:roster_import")


@require_safe
@login_required
@permission_required("cadres.import_roster", raise_exception=True)
def roster_import_errors(request: HttpRequest, pk: int) -> HttpResponse:
    found = _visible(request, pk)
    faults, heading_rows = roster_faults(found)
    if found.file is None or not faults:
        raise Http404
    language = get_language() or "zh-hans"
    try:
        content = mark_errors(
            found.file.content, faults, language=language, heading_rows=heading_rows
        )
    except UnsafeWorkbook as refusal:
        messages.error(request, str(refusal))
        return redirect(found)
    stem = found.file_name.rpartition(".")[0] or found.file_name
    return _workbook(content, _("%(name)s (errors marked).xlsx") % {"name": stem})


@require_safe
@login_required
@permission_required("cadres.import_roster", raise_exception=True)
def roster_template(request: HttpRequest) -> HttpResponse:
    courts = _courts(request)
    content = template_workbook(courts[0] if len(courts) == 1 else None)
    return _workbook(content, _("Roster to fill in.xlsx"))


def _workbook(content: bytes, name: str) -> HttpResponse:
    disposition = content_disposition_header(as_attachment=True, filename=name)
    headers = {"Content-Disposition": disposition, "Cache-Control": "no-store"}
    return HttpResponse(content, content_type=SPREADSHEET, headers=headers)
