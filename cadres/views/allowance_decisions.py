"""The steps of an allowance run: each page shows what is decided, and asks before it is done."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from cadres.forms.allowances import DecisionForm, PayForm, ReturnForm
from cadres.models import AllowanceRun
from cadres.selectors.allowance_changes import comparison_of
from cadres.selectors.allowance_steps import APPROVE, CHECK, MAKE, PAY, is_held, why_not
from cadres.selectors.allowances import run_figures, runs_listed
from cadres.services import allowance_runs as services
from cadres.views.allowances import breadcrumbs
from courtparty.jobs.services import CannotStart
from courtparty.lib.money import in_capitals

Text = str | Promise
Service = Callable[..., AllowanceRun]


@dataclass(frozen=True, slots=True)
class Step:
    """How a step is asked for, and what the page says when it is done."""

    question: Text
    text: Text
    submit_label: Text
    done: Text
    permissions: tuple[str, ...]
    form: type[DecisionForm] = DecisionForm
    is_danger: bool = False


SUBMIT = Step(
    gettext_lazy("Hand the allowances of %(month)s over for checking?"),
    gettext_lazy(
        "You become the maker of this run. Those who check runs are told; after that you neither "
        "check nor approve it."
    ),
    gettext_lazy("Hand over for checking"),
    gettext_lazy("Handed over. Those who check runs have been told."),
    (MAKE,),
)
CHECKED = Step(
    gettext_lazy("Are the allowances of %(month)s right?"),
    gettext_lazy(
        "You confirm that the lines agree with appointments and standards. Those who approve "
        "runs are told."
    ),
    gettext_lazy("They are right"),
    gettext_lazy("Checked. Those who approve runs have been told."),
    (CHECK,),
)
APPROVED = Step(
    gettext_lazy("Approve the allowances of %(month)s?"),
    gettext_lazy(
        "After approval the lines stay as they are: what turns out wrong is put right in a later "
        "month."
    ),
    gettext_lazy("Approve"),
    gettext_lazy("Approved. It can be paid now."),
    (APPROVE,),
)
RETURNED = Step(
    gettext_lazy("Send the allowances of %(month)s back?"),
    gettext_lazy("The run becomes a draft again, and who made it is told why."),
    gettext_lazy("Send back"),
    gettext_lazy("Sent back, and the maker has been told why."),
    (CHECK, APPROVE),
    form=ReturnForm,
)
PAID = Step(
    gettext_lazy("Enter the payment of the allowances of %(month)s"),
    gettext_lazy(
        "The run and its lines never change again after this. Everybody paid by it is told."
    ),
    gettext_lazy("Enter the payment"),
    gettext_lazy("The payment is entered."),
    (PAY,),
    form=PayForm,
)
DISCARDED = Step(
    gettext_lazy("Discard the draft of %(month)s?"),
    gettext_lazy("The draft is put aside; the month can be computed anew."),
    gettext_lazy("Discard"),
    gettext_lazy("Discarded."),
    (MAKE,),
    is_danger=True,
)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@permission_required(MAKE, raise_exception=True)
def run_submit(request: HttpRequest, pk: int) -> HttpResponse:
    return _decide(request, pk, SUBMIT, services.submit_run)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@permission_required(CHECK, raise_exception=True)
def run_check(request: HttpRequest, pk: int) -> HttpResponse:
    return _decide(request, pk, CHECKED, services.check_run)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@permission_required(APPROVE, raise_exception=True)
def run_approve(request: HttpRequest, pk: int) -> HttpResponse:
    return _decide(request, pk, APPROVED, services.approve_run)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def run_return(request: HttpRequest, pk: int) -> HttpResponse:
    if not any(request.user.has_perm(permission) for permission in RETURNED.permissions):
        raise PermissionDenied
    return _decide(request, pk, RETURNED, services.return_run)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@permission_required(PAY, raise_exception=True)
def run_pay(request: HttpRequest, pk: int) -> HttpResponse:
    today = timezone.localdate()
    return _decide(request, pk, PAID, services.pay_run, initial={"on": today}, needs_time=False)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@permission_required(MAKE, raise_exception=True)
def run_discard(request: HttpRequest, pk: int) -> HttpResponse:
    return _decide(request, pk, DISCARDED, services.discard_run, needs_time=False)


def _decide(
    request: HttpRequest,
    pk: int,
    step: Step,
    service: Service,
    *,
    initial: Mapping[str, Any] | None = None,
    needs_time: bool = True,
) -> HttpResponse:
    run = _run_or_404(request, pk, step)
    form = step.form(
        request.POST if request.method == "POST" else None,
        initial={"fingerprint": run.fingerprint} | dict(initial or {}),
    )
    if form.is_valid():
        facts = {"at": timezone.now()} if needs_time else {}
        try:
            service(run_id=run.pk, by=request.user, **facts, **form.cleaned_data)
        except services.CannotDecide as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, str(step.done))
            return redirect(run)
    return _confirm(request, run, step, form)


def _run_or_404(request: HttpRequest, pk: int, step: Step) -> AllowanceRun:
    """A run in sight, of a court where the reader has the right to the step."""
    run = get_object_or_404(runs_listed(request.user), pk=pk)
    if not any(is_held(request.user, permission, run) for permission in step.permissions):
        raise PermissionDenied
    return run


def _confirm(
    request: HttpRequest, run: AllowanceRun, step: Step, form: DecisionForm
) -> HttpResponse:
    figures = run_figures(run)
    context = {
        "title": step.question % {"month": f"{run.month:%Y-%m}"},
        "text": step.text,
        "run": run,
        "figures": figures,
        "capitals": in_capitals(run.total),
        "compared": comparison_of(run, officers=figures.officers),
        "why_not": why_not(run, request.user),
        "form": form,
        "submit_label": step.submit_label,
        "is_danger": step.is_danger,
        "cancel_url": run.get_absolute_url(),
        "breadcrumbs": breadcrumbs(run),
    }
    return render(request, "cadres/run_confirm.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@permission_required(MAKE, raise_exception=True)
def run_recompute(request: HttpRequest, pk: int) -> HttpResponse:
    run = get_object_or_404(runs_listed(request.user), pk=pk)
    if not is_held(request.user, MAKE, run):
        raise PermissionDenied
    if request.method == "POST":
        try:
            job = services.start_draft(court=run.court, month=run.month, by=request.user)
        except (services.CannotDraft, CannotStart) as refusal:
            messages.error(request, str(refusal))
            return redirect(run)
        return redirect("jobs:job_detail", pk=job.pk)
    context = {
        "title": _("Compute the allowances of %(month)s again?") % {"month": f"{run.month:%Y-%m}"},
        "text": _(
            "The lines are replaced by what appointments and standards come to now. The comparison "
            "with the month before is made anew."
        ),
        "run": run,
        "submit_label": _("Compute again"),
        "cancel_url": run.get_absolute_url(),
        "breadcrumbs": breadcrumbs(run),
    }
    return render(request, "cadres/run_recompute.html", context)
