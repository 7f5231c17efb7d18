from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from courtparty.accounts.scope import court_scope
from retention.forms.checkup_results import (
    CorrectForm,
    RecheckForm,
    ResultForm,
    initial_values,
)
from retention.models import CheckUp, CheckUpResult, HealthCorrection
from retention.models.checkups import KEEP
from retention.selectors.checkups import checkups_of, ordered, without_result
from retention.selectors.health_values import own_ranges
from retention.services import checkup_results as services
from retention.services.checkups import CannotNote
from retention.views.checkups import checkup_or_404, crumbs, sent

Refusals = (services.CannotEnter, CannotNote)


def files_of(request: HttpRequest) -> Any:
    return request.FILES if request.method == "POST" else None


@never_cache
@require_http_methods(["GET", "POST"])
@login_required
@permission_required(KEEP, raise_exception=True)
def result_enter(request: HttpRequest, pk: int) -> HttpResponse:
    found = checkup_or_404(request, pk)
    existing = CheckUpResult.objects.filter(checkup=found).values_list("pk", flat=True).first()
    if existing and request.method == "GET":
        messages.info(request, _("A result has been entered already. You can correct it here."))
        return redirect("retention:result_correct", existing)
    form = ResultForm(
        sent(request),
        files_of(request),
        sex=found.officer.sex,
        ranges=own_ranges(found.officer.court),
        initial={"done_on": found.done_on or min(found.due_on, timezone.localdate())},
    )
    if form.is_valid() and _entered(request, form, found):
        messages.success(request, _("The result is in the health file; the officer has been told."))
        return redirect(_next(request, found))
    context = {
        "title": _("Enter the result of a check-up"),
        "intro": f"{found.officer.name} · {found.officer.department.display_name}"
        f" · {found.campaign.name}",
        "form": form,
        "submit_label": _("Save the result"),
        "cancel_url": reverse("retention:checkup", args=[found.pk]),
        "breadcrumbs": crumbs(found.campaign),
    }
    return render(request, "retention/result_enter.html", context)


def _entered(request: HttpRequest, form: ResultForm, found: CheckUp) -> bool:
    try:
        services.enter_result(
            checkup_id=found.pk,
            done_on=form.cleaned_data["done_on"],
            finding=form.finding,
            file=form.cleaned_data["file"],
            by=request.user,
            at=timezone.now(),
        )
    except Refusals as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


def _next(request: HttpRequest, found: CheckUp) -> str:
    """With "and the next": the first check-up of the campaign that is done without a result."""
    if "next" in request.POST:
        waiting = without_result(checkups_of(found.campaign, request.user))
        following = ordered(waiting, "").values_list("pk", flat=True).first()
        if following:
            return reverse("retention:result_enter", args=[following])
        messages.info(request, _("No check-up of this campaign lacks its result any more."))
        return found.campaign.get_absolute_url()
    return reverse("retention:checkup", args=[found.pk])


@never_cache
@require_http_methods(["GET", "POST"])
@login_required
@permission_required(KEEP, raise_exception=True)
def result_correct(request: HttpRequest, pk: int) -> HttpResponse:
    result = _kept_or_404(request, pk)
    correction = _asked_correction(result)
    officer = result.checkup.officer
    form = CorrectForm(
        sent(request),
        files_of(request),
        sex=officer.sex,
        ranges=own_ranges(officer.court),
        initial=_initial(result),
    )
    if form.is_valid() and _corrected(request, form, result, correction):
        messages.success(request, _("Corrected. What it said before is kept beside it."))
        return redirect("retention:health_file", officer.pk)
    reason = "health_correction" if correction else "checkup"
    services.open_result(result, by=request.user, reason=reason)
    context = {
        "title": _("Correct the result of a check-up"),
        "intro": f"{officer.name} · {result.checkup.campaign.name}",
        "form": form,
        "correction": correction,
        "submit_label": _("Correct the result"),
        "cancel_url": reverse("retention:health_file", args=[officer.pk]),
        "breadcrumbs": [
            *crumbs()[:1],
            (_("Health files"), reverse("retention:health_list")),
        ],
    }
    return render(request, "retention/result_correct.html", context)


def _initial(result: CheckUpResult) -> dict[str, Any]:
    texts = {name: getattr(result, name) for name in ("findings", "advice", "recheck_on")}
    days = {"done_on": result.checkup.done_on, "seen": result.version}
    return texts | days | initial_values(result.vitals)


def _kept_or_404(request: HttpRequest, pk: int) -> CheckUpResult:
    kept = court_scope(request.user, KEEP, court="checkup__officer__court")
    results = CheckUpResult.objects.filter(kept).select_related(
        "checkup__campaign__court", "checkup__officer__court", "checkup__officer__user"
    )
    return get_object_or_404(results, pk=pk)


def _asked_correction(result: CheckUpResult) -> HealthCorrection | None:
    """The officer's request this is the answer to: the open one of this result, if any."""
    return HealthCorrection.objects.awaiting().filter(result=result).first()


def _corrected(
    request: HttpRequest,
    form: CorrectForm,
    result: CheckUpResult,
    correction: HealthCorrection | None,
) -> bool:
    try:
        services.correct_result(
            result_id=result.pk,
            seen=form.cleaned_data["seen"],
            done_on=form.cleaned_data["done_on"],
            finding=form.finding,
            reason=form.cleaned_data["reason"],
            file=form.cleaned_data["file"],
            correction_id=correction.pk if correction else None,
            answer=form.cleaned_data["reason"],
            by=request.user,
            at=timezone.now(),
        )
    except Refusals as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


@require_http_methods(["GET", "POST"])
@login_required
def result_recheck(request: HttpRequest, pk: int) -> HttpResponse:
    """By the officer of the result, or by the steward of the court."""
    results = CheckUpResult.objects.visible_to(request.user).select_related("checkup__officer")
    result = get_object_or_404(results, pk=pk)
    officer = result.checkup.officer
    is_own = officer.user_id == request.user.pk
    back = reverse("retention:my_health")
    if not is_own:
        back = reverse("retention:health_file", args=[officer.pk])
    form = RecheckForm(sent(request), initial={"done_on": timezone.localdate()})
    if form.is_valid():
        try:
            services.note_recheck(
                result_id=result.pk, by=request.user, at=timezone.now(), **form.cleaned_data
            )
        except services.CannotEnter as refusal:
            form.add_error("done_on", str(refusal))
        else:
            messages.success(request, _("Noted. There are no more reminders of it."))
            return redirect(back)
    context = {
        "title": _("Note the re-check as done"),
        "intro": "" if is_own else officer.name,
        "form": form,
        "cancel_url": back,
        "breadcrumbs": [] if is_own else [(_("Retention"), "")],
    }
    return render(request, "retention/checkup_form.html", context)
