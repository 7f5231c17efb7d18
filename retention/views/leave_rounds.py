from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cadres.models import Officer
from courtparty.accounts.models import Unit
from courtparty.accounts.scope import is_court_path, paths_with
from retention.forms.leave_years import CarryAnswerForm, CarryForm, RoundForm
from retention.models import LeaveCarry, LeaveRound
from retention.selectors.leave import DECIDE, MANAGE, VIEW
from retention.selectors.leave_accounts import progress_of, tasks_of
from retention.selectors.leave_balances import balance_of
from retention.services import leave_carries, leave_rounds
from retention.views.leave_tabs import leave_crumbs, leave_tabs, sent

PLANNED_IN = timedelta(days=30)


@require_safe
@login_required
@permission_required(VIEW, raise_exception=True)
def leave_round_list(request: HttpRequest) -> HttpResponse:
    rounds = LeaveRound.objects.visible_to(request.user).select_related("court")
    context = {
        "title": _("Planning of leave in autumn"),
        "subtitle": _("Leave without plan by autumn is planned together; then the year closes."),
        "tabs": leave_tabs(request, "leave_round_list"),
        "rounds": [(one, progress_of(one, request.user)) for one in rounds.order_by("-year")],
        "may_open": bool(_courts(request)),
        "breadcrumbs": leave_crumbs(request),
    }
    return render(request, "retention/leave_round_list.html", context)


@require_safe
@login_required
@permission_required(VIEW, raise_exception=True)
def leave_round(request: HttpRequest, pk: int) -> HttpResponse:
    rounds = LeaveRound.objects.visible_to(request.user).select_related("court")
    one = get_object_or_404(rounds, pk=pk)
    progress = progress_of(one, request.user)
    context = {
        "title": _("Planning of leave %(year)s") % {"year": one.year},
        "status_text": one.get_state_display(),
        "status_tone": {"open": "info", "closed": "warning", "settled": "neutral"}[one.state],
        "round": one,
        "tasks": tasks_of(one, request.user),
        "progress": progress,
        "officers": sum(line.officers for line in progress),
        "done": sum(line.done for line in progress),
        "days": sum(line.days for line in progress),
        "may_manage": LeaveRound.objects.managed_by(request.user).filter(pk=pk).exists(),
        "may_settle": timezone.localdate().year > one.year,
        "breadcrumbs": [
            *leave_crumbs(request),
            (_("Planning in autumn"), reverse("retention:leave_round_list")),
        ],
    }
    return render(request, "retention/leave_round.html", context)


@require_http_methods(["GET", "POST"])
@login_required
@permission_required(MANAGE, raise_exception=True)
def leave_round_open(request: HttpRequest) -> HttpResponse:
    on = timezone.localdate()
    courts = _courts(request)
    if not courts:
        raise Http404
    initial = {"year": on.year, "ends_on": on + PLANNED_IN}
    form = RoundForm(sent(request), years=[on.year, on.year + 1], initial=initial)
    if form.is_valid():
        try:
            opened = leave_rounds.open_round(
                court=courts[0], by=request.user, on=on, **form.cleaned_data
            )
        except leave_rounds.CannotChangeRound as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Opened. Officers and heads are told."))
            return redirect(opened)
    context = {
        "title": _("Open the planning"),
        "intro": _("Everybody with days that are neither taken, asked for nor planned is told."),
        "form": form,
        "submit_label": _("Open the planning"),
        "cancel_url": reverse("retention:leave_round_list"),
        "breadcrumbs": leave_crumbs(request),
    }
    return render(request, "retention/leave_round_open.html", context)


def _courts(request: HttpRequest) -> list[Unit]:
    """Courts whose leave the reader manages; nearly always one."""
    paths = [path for path in paths_with(request.user, MANAGE) if is_court_path(path)]
    return list(Unit.objects.courts().filter(path__in=paths).order_by("path"))


@require_http_methods(["GET", "POST"])
@login_required
@permission_required(MANAGE, raise_exception=True)
def leave_round_close(request: HttpRequest, pk: int) -> HttpResponse:
    context = {
        "title": _("Close the planning?"),
        "text": _("Nobody is reminded any more. What has no plan stays on the list."),
        "submit_label": _("Close"),
    }
    return _end(request, pk, leave_rounds.close_round, context)


@require_http_methods(["GET", "POST"])
@login_required
@permission_required(MANAGE, raise_exception=True)
def leave_round_settle(request: HttpRequest, pk: int) -> HttpResponse:
    context = {
        "title": _("Close the year?"),
        "text": _("What was not taken and not carried over is fixed and listed to be paid."),
        "warning": _("After that nothing about leave in this year changes any more."),
        "submit_label": _("Close the year"),
        "is_danger": True,
    }
    return _end(request, pk, leave_rounds.settle_year, context)


def _end(
    request: HttpRequest, pk: int, service: Callable[..., LeaveRound], context: dict[str, Any]
) -> HttpResponse:
    one = get_object_or_404(LeaveRound.objects.managed_by(request.user), pk=pk)
    if request.method == "POST":
        try:
            service(round_id=one.pk, by=request.user, at=timezone.now())
        except leave_rounds.CannotChangeRound as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Done."))
        return redirect(one)
    context |= {"cancel_url": one.get_absolute_url(), "breadcrumbs": leave_crumbs(request)}
    return render(request, "retention/leave_round_end.html", context)


# -- carrying over ------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@login_required
@permission_required(DECIDE, raise_exception=True)
def leave_carry_propose(request: HttpRequest, officer: int, year: int) -> HttpResponse:
    officers = Officer.objects.visible_to(request.user, DECIDE).in_service()
    related = officers.exclude(user=request.user).select_related("court", "department", "user")
    chosen = get_object_or_404(related, pk=officer)
    on = timezone.localdate()
    balance = balance_of(chosen, year=year, on=on, is_whole_year=True)
    form = CarryForm(sent(request), initial={"days": balance.may_carry or None})
    back = reverse("retention:leave_account", args=[chosen.pk, year])
    if form.is_valid():
        try:
            leave_carries.propose_carry(
                officer_id=chosen.pk,
                year=year,
                by=request.user,
                at=timezone.now(),
                **form.cleaned_data,
            )
        except leave_carries.CannotCarry as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Proposed. The officer is asked to agree."))
            return redirect(back)
    context = {
        "title": _("Carry leave of %(name)s over") % {"name": chosen},
        "balance": balance,
        "year": year,
        "form": form,
        "submit_label": _("Propose"),
        "cancel_url": back,
        "breadcrumbs": leave_crumbs(request),
    }
    return render(request, "retention/leave_carry_propose.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def leave_carry_answer(request: HttpRequest, pk: int) -> HttpResponse:
    own = LeaveCarry.objects.filter(officer__user=request.user).select_related("proposed_by")
    carry = get_object_or_404(own, pk=pk)
    back = reverse("retention:my_leave") + f"?year={carry.year}"
    if request.method == "GET" and carry.state != LeaveCarry.State.PROPOSED:
        messages.warning(request, _("This has been answered already."))
        return redirect(back)
    form = CarryAnswerForm(sent(request))
    if form.is_valid():
        agrees = form.cleaned_data["answer"] == CarryAnswerForm.AGREE
        answer = leave_carries.agree_carry if agrees else leave_carries.decline_carry
        try:
            answer(
                carry_id=carry.pk,
                words=form.cleaned_data["words"],
                by=request.user,
                at=timezone.now(),
            )
        except leave_carries.CannotCarry as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Answered. Whoever proposed it is told."))
            return redirect(back)
    context = {
        "title": _("Carry leave over into %(year)s?") % {"year": carry.year + 1},
        "carry": carry,
        "form": form,
        "submit_label": _("Answer"),
        "cancel_url": back,
        "breadcrumbs": [(_("My leave"), back)],
    }
    return render(request, "retention/leave_carry_answer.html", context)


@require_POST
@login_required
@permission_required(DECIDE, raise_exception=True)
def leave_carry_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    carries = LeaveCarry.objects.visible_to(request.user, DECIDE)
    carry = get_object_or_404(carries.exclude(officer__user=request.user), pk=pk)
    leave_carries.withdraw_carry(carry_id=carry.pk, by=request.user, at=timezone.now())
    messages.success(request, _("Withdrawn."))
    return redirect("retention:leave_account", carry.officer_id, carry.year)
