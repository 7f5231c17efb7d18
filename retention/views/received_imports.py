from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courtparty.accounts.models import Unit
from courtparty.jobs.forms import WorkbookForm
from courtparty.jobs.services import CannotStart
from courtparty.lib.responses import xlsx_response
from courtparty.lib.xlsx import UnsafeWorkbook, mark_errors
from retention.models import ReceivedImport
from retention.selectors import received_lists as lists
from retention.selectors.entitlement_rules import MANAGE, courts_with
from retention.services import received_imports as services
from retention.services.entitlement_export import received_template as template_workbook

State = ReceivedImport.State
TONES: dict[str, str] = {
    State.CHECKING: "info",
    State.FAULTY: "danger",
    State.READY: "warning",
    State.IMPORTED: "success",
    State.DISCARDED: "neutral",
}


def _courts(request: HttpRequest) -> list[Unit]:
    courts = courts_with(request.user, MANAGE)
    if not courts:  # the right is held on a part of a court only
        raise PermissionDenied
    return courts


def _steps() -> list[str]:
    return [_("Upload"), _("Check"), _("Preview"), _("Import")]


def _crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    return [
        (_("Entitlements"), reverse("retention:entitlement_list")),
        (_("Import of what was received"), reverse("retention:received_import")),
        *more,
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@permission_required(MANAGE, raise_exception=True)
def received_import(request: HttpRequest) -> HttpResponse:
    courts = _courts(request)
    if request.method == "POST":
        form = WorkbookForm(request.POST, request.FILES, courts=courts)
    else:
        form = WorkbookForm(courts=courts)
    if form.is_valid() and form.chosen_court:
        job = services.upload_received(
            content=form.content, filename=form.file_name, court=form.chosen_court, by=request.user
        )
        return redirect("jobs:job_detail", pk=job.pk)
    context = {
        "title": _("Import of what was received"),
        "form": form,
        "imports": [(one, TONES[one.state]) for one in lists.recent_imports(request.user)],
        "steps": _steps(),
        "submit_label": _("Upload and check"),
        "breadcrumbs": _crumbs()[:1],
    }
    return render(request, "retention/received_import.html", context)


def _visible(request: HttpRequest, pk: int) -> ReceivedImport:
    imports = ReceivedImport.objects.visible_to(request.user)
    return get_object_or_404(imports.select_related("court", "created_by", "file"), pk=pk)


@require_safe
@login_required
@permission_required(MANAGE, raise_exception=True)
def received_import_detail(request: HttpRequest, pk: int) -> HttpResponse:
    found = _visible(request, pk)
    job = lists.latest_job(found)
    context = {
        "title": found.file_name,
        "breadcrumbs": _crumbs(),
        "status_text": found.get_state_display(),
        "status_tone": TONES[found.state],
        "found": found,
        "report": lists.import_report(found),
        "job": job,
        "is_own_job": job is not None and job.created_by_id == request.user.pk,
        "steps": _steps(),
        "step": 5 if found.state == State.IMPORTED else 3,
    }
    return render(request, "retention/received_import_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@permission_required(MANAGE, raise_exception=True)
def received_import_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    found = _visible(request, pk)
    if request.method == "POST":
        try:
            job = services.confirm_received(import_id=found.pk, by=request.user)
        except (services.CannotImportReceived, CannotStart) as refusal:
            messages.error(request, str(refusal))
            return redirect(found)
        return redirect("jobs:job_detail", pk=job.pk)
    if found.state != State.READY:
        messages.warning(request, _("This workbook is not ready to be imported."))
        return redirect(found)
    context = {
        "title": _("Import what was received?"),
        "breadcrumbs": _crumbs((found.file_name, found.get_absolute_url())),
        "text": _("%(file)s, for %(court)s") % {"file": found.file_name, "court": found.court},
        "consequences": _consequences(found.counts),
        "warning": _("Single entries can be taken back afterwards, an import as a whole cannot."),
        "submit_label": _("Import"),
        "cancel_url": found.get_absolute_url(),
    }
    return render(request, "retention/received_import_confirm.html", context)


def _consequences(counts: dict[str, int]) -> list[str]:
    sentences = [
        (
            counts["new"],
            ngettext("%(count)s row will be entered.", "%(count)s rows will be entered.",
                     counts["new"]),
        ),
        (
            counts["unchanged"],
            ngettext("%(count)s row is on record already.", "%(count)s rows are on record already.",
                     counts["unchanged"]),
        ),
    ]  # fmt: skip
    return [sentence % {"count": count} for count, sentence in sentences if count]


@require_POST
@login_required
@permission_required(MANAGE, raise_exception=True)
def received_import_discard(request: HttpRequest, pk: int) -> HttpResponse:
    found = _visible(request, pk)
    try:
        services.discard_received(import_id=found.pk, by=request.user)
    except services.CannotImportReceived as refusal:
        messages.error(request, str(refusal))
        return redirect(found)
    messages.success(request, _("Discarded. The workbook was deleted and nothing was imported."))
    return redirect("retention:received_import")


@require_safe
@login_required
@permission_required(MANAGE, raise_exception=True)
def received_import_errors(request: HttpRequest, pk: int) -> HttpResponse:
    found = _visible(request, pk)
    faults, heading_rows = lists.import_faults(found)
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
    response = xlsx_response(content, _("%(name)s (errors marked).xlsx") % {"name": stem})
    response["Cache-Control"] = "no-store"
    return response


@require_safe
@login_required
@permission_required(MANAGE, raise_exception=True)
def received_template(request: HttpRequest) -> HttpResponse:
    courts = _courts(request)
    content = template_workbook(courts[0] if len(courts) == 1 else None)
    return xlsx_response(content, _("Received entitlements to fill in.xlsx"))
