from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courtparty.jobs.faults import shown_fault
from courtparty.jobs.forms import WorkbookForm
from courtparty.lib.responses import xlsx_response
from courtparty.lib.xlsx import Fault
from retention.models import AchievementImport
from retention.selectors.ladder import MANAGE, courts_kept
from retention.services import achievement_import as services
from retention.services.achievement_import import CannotImport
from retention.views.achievements import METHODS, sent

RECENT, SHOWN = 20, 200
State = AchievementImport.State
TONES: dict[str, str] = {
    State.FAULTY: "danger",
    State.READY: "warning",
    State.IMPORTED: "success",
    State.DISCARDED: "neutral",
}


@require_http_methods(METHODS)
@login_required
@permission_required(MANAGE, raise_exception=True)
def achievement_import(request: HttpRequest) -> HttpResponse:
    courts = courts_kept(request.user)
    if not courts:  # the right is held on a part of a court only
        raise PermissionDenied
    form = WorkbookForm(*sent(request), courts=courts)
    if form.is_valid() and form.chosen_court:
        try:
            found = services.upload_achievements(
                content=form.content,
                filename=form.file_name,
                court=form.chosen_court,
                by=request.user,
                at=timezone.now(),
            )
        except CannotImport as refusal:
            form.add_error("file", str(refusal))
        else:
            return redirect(found)
    recent = AchievementImport.objects.visible_to(request.user).defer("report")
    recent = recent.select_related("court", "created_by").order_by("-created_at")[:RECENT]
    context = {
        "title": _("Import achievements"),
        "form": form,
        "imports": [(one, TONES[one.state]) for one in recent],
        "submit_label": _("Upload and check"),
        "breadcrumbs": _crumbs()[:2],
    }
    return render(request, "retention/achievement_import.html", context)


@require_safe
@login_required
@permission_required(MANAGE, raise_exception=True)
def achievement_import_template(request: HttpRequest) -> HttpResponse:
    return xlsx_response(services.empty_workbook(), _("achievements-to-fill-in.xlsx"))


@require_safe
@login_required
@permission_required(MANAGE, raise_exception=True)
def achievement_import_detail(request: HttpRequest, pk: int) -> HttpResponse:
    found = _visible_or_404(request, pk)
    report = found.report or {"rows": [], "faults": [], "headings": {}}
    faults = [Fault.from_json(one) for one in report["faults"][:SHOWN]]
    context = {
        "title": found.file_name,
        "status_text": found.get_state_display(),
        "status_tone": TONES[found.state],
        "found": found,
        "faults": [shown_fault(fault, report["headings"]) for fault in faults],
        "rows": report["rows"][:SHOWN],
        "shown": SHOWN,
        "breadcrumbs": _crumbs(),
    }
    return render(request, "retention/achievement_import_detail.html", context)


@require_POST
@login_required
@permission_required(MANAGE, raise_exception=True)
def achievement_import_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    found = _visible_or_404(request, pk)
    try:
        services.import_achievements(import_id=found.pk, by=request.user, at=timezone.now())
    except CannotImport as refusal:
        messages.error(request, str(refusal))
        return redirect(found)
    messages.success(request, _("Imported: %(count)s.") % {"count": found.counts["new"]})
    return redirect("retention:achievement_list")


@require_POST
@login_required
@permission_required(MANAGE, raise_exception=True)
def achievement_import_discard(request: HttpRequest, pk: int) -> HttpResponse:
    services.discard_import(import_id=_visible_or_404(request, pk).pk, by=request.user)
    messages.success(request, _("Discarded. Nothing was imported."))
    return redirect("retention:achievement_import")


@require_safe
@login_required
@permission_required(MANAGE, raise_exception=True)
def achievement_import_errors(request: HttpRequest, pk: int) -> HttpResponse:
    found = _visible_or_404(request, pk)
    try:
        content = services.marked_workbook(found)
    except CannotImport as refusal:
        messages.error(request, str(refusal))
        return redirect(found)
    return xlsx_response(content, _("achievements-with-errors.xlsx"))


def _visible_or_404(request: HttpRequest, pk: int) -> AchievementImport:
    found = AchievementImport.objects.visible_to(request.user)
    return get_object_or_404(found.select_related("court", "created_by", "file"), pk=pk)


def _crumbs() -> list[tuple[str, str]]:
    return [
        (_("Retention"), ""),
        (_("Achievements"), reverse("retention:achievement_list")),
        (_("Import achievements"), reverse("retention:achievement_import")),
    ]
