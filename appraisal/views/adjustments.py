from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from appraisal.forms.adjustments import AdjustmentForm, ExclusionForm
from appraisal.models import Participant, Result
from appraisal.selectors.committee import (
    adjustments_kept_by,
    exclusions_kept_by,
    results_decided_by,
)
from appraisal.selectors.grade_lists import DECIDE
from appraisal.services.adjustments import (
    CannotAdjust,
    exclude_from_grade,
    make_adjustment,
    readmit_to_grade,
    revoke_adjustment,
)
from appraisal.views.cycles import breadcrumbs


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@permission_required(DECIDE, raise_exception=True)
def adjustment_make(request: HttpRequest, pk: int) -> HttpResponse:
    result = _result(request, pk)
    form = AdjustmentForm(
        request.POST if request.method == "POST" else None,
        initial={"decided_on": timezone.localdate()},
    )
    if form.is_valid():
        try:
            make_adjustment(
                participant_id=result.participant_id,
                by=request.user,
                at=timezone.now(),
                **form.cleaned_data,
            )
        except CannotAdjust as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The adjustment is recorded beside the computed score."))
            return redirect(result)
    context = _asking(result.participant, result) | {
        "title": _("Adjust the score of %(name)s") % {"name": result.participant.officer.name},
        "intro": _("The computed score stays as it is; the adjustment is shown beside it."),
        "form": form,
        "result": result,
        "submit_label": _("Record the adjustment"),
    }
    return render(request, "appraisal/adjustment_make.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@permission_required(DECIDE, raise_exception=True)
def adjustment_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    adjustment = get_object_or_404(adjustments_kept_by(request.user), pk=pk)
    participant = adjustment.participant
    result = participant.result
    if request.method == "POST":
        try:
            revoke_adjustment(adjustment_id=adjustment.pk, by=request.user, at=timezone.now())
        except CannotAdjust as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("The adjustment is taken back."))
        return redirect(result)
    context = _asking(participant, result) | {
        "title": _("Take back the adjustment for %(name)s?") % {"name": participant.officer.name},
        "consequences": [
            _("The %(points)s points no longer stand beside the score.")
            % {"points": f"{adjustment.amount:+.2f}"},
            _("It stays on record with who made it and who took it back."),
        ],
        "submit_label": _("Take back"),
        "is_danger": True,
    }
    return render(request, "skeletons/confirm.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@permission_required(DECIDE, raise_exception=True)
def grade_exclude(request: HttpRequest, pk: int) -> HttpResponse:
    result = _result(request, pk)
    form = ExclusionForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            exclude_from_grade(
                participant_id=result.participant_id,
                by=request.user,
                at=timezone.now(),
                **form.cleaned_data,
            )
        except CannotAdjust as refusal:
            form.add_error(None, str(refusal))
        else:
            text = _("Recorded. It counts when the grades are proposed again.")
            messages.success(request, text)
            return redirect(result)
    context = _asking(result.participant, result) | {
        "title": _("Exclude %(name)s from a grade") % {"name": result.participant.officer.name},
        "intro": _("Only for reasons that the rules give. The score itself is not touched."),
        "form": form,
        "submit_label": _("Record the exclusion"),
    }
    return render(request, "skeletons/form.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@permission_required(DECIDE, raise_exception=True)
def grade_readmit(request: HttpRequest, pk: int) -> HttpResponse:
    exclusion = get_object_or_404(exclusions_kept_by(request.user), pk=pk)
    participant = exclusion.participant
    result = participant.result
    if request.method == "POST":
        try:
            readmit_to_grade(exclusion_id=exclusion.pk, by=request.user)
        except CannotAdjust as refusal:
            messages.error(request, str(refusal))
        else:
            text = _("Withdrawn. It counts when the grades are proposed again.")
            messages.success(request, text)
        return redirect(result)
    context = _asking(participant, result) | {
        "title": _("Withdraw the exclusion of %(name)s?") % {"name": participant.officer.name},
        "consequences": [
            _("“%(reason)s” no longer keeps the officer from a grade.")
            % {"reason": exclusion.get_reason_display()},
            _("The record of it is removed; the log keeps that there was one."),
        ],
        "submit_label": _("Withdraw"),
        "is_danger": True,
    }
    return render(request, "skeletons/confirm.html", context)


def _result(request: HttpRequest, pk: int) -> Result:
    return get_object_or_404(results_decided_by(request.user), pk=pk)


def _asking(participant: Participant, result: Result) -> dict[str, Any]:
    cycle = participant.cycle
    crumbs = breadcrumbs(cycle)
    if cycle.kind == cycle.Kind.ANNUAL:
        crumbs.append((_("Grades"), reverse("appraisal:grade_list", args=[cycle.pk])))
    crumbs.append((participant.officer.name, result.get_absolute_url()))
    return {"breadcrumbs": crumbs, "cancel_url": result.get_absolute_url()}
