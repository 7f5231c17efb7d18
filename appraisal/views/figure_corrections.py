from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from appraisal.forms.figure_entry import AnswerForm, CorrectionForm
from appraisal.models import FigureSheet
from appraisal.selectors.figure_cycles import closed_cycles, cycles_without
from appraisal.selectors.figure_sheets import correctable_lines
from appraisal.selectors.figures import CORRECT, courts_with
from appraisal.services.figure_access import open_sheet
from appraisal.services.figure_entry import CannotCorrect, correct_figures, keep_figures
from courtparty.lib.words import listed


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@permission_required(CORRECT, raise_exception=True)
def figure_correct(request: HttpRequest, pk: int) -> HttpResponse:
    sheet = _sheet(request, pk)
    data = request.POST if request.method == "POST" else None
    form = CorrectionForm(data, sheet=sheet, lines=correctable_lines(sheet))
    if form.is_valid() and _correct(request, sheet, form):
        return redirect("appraisal:figure_sheet", pk=sheet.pk)
    open_sheet(sheet=sheet, by=request.user)
    context = {
        "title": _("Correct the figures of %(name)s, %(month)s") % _named(sheet),
        "intro": _("Change what is wrong and leave the rest. The officer reads the reason."),
        "breadcrumbs": _breadcrumbs(sheet),
        "sheet": sheet,
        "form": form,
        "warnings": _warnings(sheet),
        "submit_label": _("Correct"),
        "cancel_url": reverse("appraisal:figure_sheet", args=[sheet.pk]),
    }
    return render(request, "appraisal/figure_correct.html", context)


def _sheet(request: HttpRequest, pk: int) -> FigureSheet:
    """404 for figures out of sight, 403 where the right is held on a part of the court only."""
    sheets = FigureSheet.objects.visible_to(request.user).select_related(
        "officer__court", "officer__department", "source"
    )
    sheet = get_object_or_404(sheets, pk=pk)
    if sheet.officer.court not in courts_with(request.user, CORRECT):
        raise PermissionDenied
    return sheet


def _named(sheet: FigureSheet) -> dict[str, str]:
    return {"name": sheet.officer.name, "month": f"{sheet.month:%Y-%m}"}


def _breadcrumbs(sheet: FigureSheet) -> list[tuple[str, str]]:
    return [
        (_("Case figures"), reverse("appraisal:figure_list")),
        (
            _("%(name)s, %(month)s") % _named(sheet),
            reverse("appraisal:figure_sheet", args=[sheet.pk]),
        ),
    ]


def _warnings(sheet: FigureSheet) -> list[str]:
    """What a correction will not do."""
    officer, month, found = sheet.officer, sheet.month, []
    if closed := closed_cycles(officer.pk, month):
        text = _("Closed, so that their results do not change with a correction: %(cycles)s.")
        found.append(text % {"cycles": listed(closed)})
    outside = cycles_without(officer.court_id, [month], [officer.pk]).get((officer.pk, month))
    if outside:
        text = _("The officer has no part in these cycles, so nothing counts there: %(cycles)s.")
        found.append(text % {"cycles": listed(outside)})
    return found


def _correct(request: HttpRequest, sheet: FigureSheet, form: CorrectionForm) -> bool:
    try:
        delivery = correct_figures(
            sheet_id=sheet.pk,
            values=form.cleaned_data["values"],
            seen=form.seen,
            reason=form.cleaned_data["reason"],
            by=request.user,
            at=timezone.now(),
        )
    except CannotCorrect as refusal:
        form.refuse(refusal.faults)
        if not refusal.faults:
            form.add_error(None, str(refusal))
        return False
    messages.success(request, _("Corrected. The officer is asked to look at it and confirm."))
    for remark in delivery.remarks:
        messages.warning(request, remark)
    return True


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@permission_required(CORRECT, raise_exception=True)
def figure_keep(request: HttpRequest, pk: int) -> HttpResponse:
    sheet = _sheet(request, pk)
    data = request.POST if request.method == "POST" else None
    form = AnswerForm(data, sheet=sheet)
    if form.is_valid() and _keep(request, sheet, form):
        return redirect("appraisal:figure_sheet", pk=sheet.pk)
    if data is None and sheet.state != FigureSheet.State.DISPUTED:
        messages.info(request, _("Nobody disputes these figures."))
        return redirect("appraisal:figure_sheet", pk=sheet.pk)
    context = {
        "title": _("Keep the figures of %(name)s, %(month)s") % _named(sheet),
        "intro": _(
            "Nothing is changed. The officer reads the reason, and confirms or disputes again."
        ),
        "breadcrumbs": _breadcrumbs(sheet),
        "sheet": sheet,
        "form": form,
        "submit_label": _("Keep and answer"),
        "cancel_url": reverse("appraisal:figure_sheet", args=[sheet.pk]),
    }
    return render(request, "appraisal/figure_keep.html", context)


def _keep(request: HttpRequest, sheet: FigureSheet, form: AnswerForm) -> bool:
    try:
        keep_figures(
            sheet_id=sheet.pk,
            seen=form.seen,
            reason=form.cleaned_data["reason"],
            by=request.user,
            at=timezone.now(),
        )
    except CannotCorrect as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, _("Answered. The officer is asked to look at it again."))
    return True
