from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_safe

from appraisal.forms.grades import GradeFilter
from appraisal.models import Cycle
from appraisal.selectors.appraisal_forms import results_with_forms
from appraisal.selectors.cycles import cycles_kept_by
from appraisal.selectors.grade_lists import EXPORT, departments_graded, grades_of
from appraisal.services.appraisal_forms import CannotPrint, print_form, print_forms
from appraisal.services.committee_workbook import export_for_committee
from appraisal.services.grades import CannotGrade
from courtparty.lib.responses import docx_response, xlsx_response


@require_safe
@login_required
def result_form(request: HttpRequest, pk: int) -> HttpResponse:
    found = results_with_forms(request.user)
    result = get_object_or_404(
        found.select_related("participant__cycle__court", "participant__officer"), pk=pk
    )
    content = print_form(result, by=request.user, on=timezone.localdate())
    participant = result.participant
    return docx_response(
        content, f"考核登记表-{participant.cycle.code}-{participant.officer.name}.docx"
    )


@require_safe
@login_required
@permission_required(EXPORT, raise_exception=True)
def grade_forms(request: HttpRequest, pk: int) -> HttpResponse:
    """The forms of those in the list, as it is narrowed."""
    cycle = _cycle(request, pk)
    form = GradeFilter(request.GET, departments=departments_graded(cycle, request.user))
    graded = grades_of(cycle, request.user, form.narrowed).order_by().values("participant")
    results = results_with_forms(request.user).filter(participant__in=graded)
    try:
        content = print_forms(cycle, results, by=request.user, on=timezone.localdate())
    except CannotPrint as refusal:
        messages.error(request, str(refusal))
        return redirect("appraisal:grade_list", pk=cycle.pk)
    return docx_response(content, f"考核登记表-{cycle.code}.docx")


@require_safe
@login_required
@permission_required(EXPORT, raise_exception=True)
def grade_workbook(request: HttpRequest, pk: int) -> HttpResponse:
    cycle = _cycle(request, pk)
    try:
        content = export_for_committee(cycle, by=request.user)
    except CannotGrade as refusal:
        messages.error(request, str(refusal))
        return redirect("appraisal:grade_list", pk=cycle.pk)
    return xlsx_response(content, f"committee-{cycle.code}.xlsx")


def _cycle(request: HttpRequest, pk: int) -> Cycle:
    return get_object_or_404(cycles_kept_by(request.user, EXPORT).select_related("court"), pk=pk)
