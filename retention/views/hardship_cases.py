"""What the pages of one hardship case share: who may open it, and how a step is asked for."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from retention.models import HardshipCase
from retention.rules.hardship import DONE_IN, OFFICER, does_of
from retention.selectors.hardship import may_open_list, parts_of
from retention.services import hardship as services

Crumbs = list[tuple[str, str]]


def case_or_404(request: HttpRequest, pk: int) -> HardshipCase:
    """404 for everybody who is neither the officer nor a member: not even that it exists."""
    cases = HardshipCase.objects.visible_to(request.user)
    related = ("court", "officer__court", "officer__department", "officer__branch", "account")
    return get_object_or_404(cases.select_related(*related), pk=pk)


def acting_or_403(request: HttpRequest, pk: int, *acts: str) -> HardshipCase:
    """403 for who sees the case but has no part in it that may do one of ``acts``."""
    case = case_or_404(request, pk)
    if not does_of(parts_of(case, request.user)) & set(acts):
        raise PermissionDenied
    return case


def sent(request: HttpRequest) -> tuple[Any, Any]:
    """What a form is made of: nothing unless it was sent."""
    return (request.POST, request.FILES) if request.method == "POST" else (None, None)


def too_late(request: HttpRequest, case: HardshipCase) -> HttpResponse:
    text = _("This can't be done with the case as it stands now: %(state)s.")
    messages.warning(request, text % {"state": case.get_state_display()})
    return redirect(case)


def is_too_late(request: HttpRequest, case: HardshipCase, act: str) -> bool:
    """For pages that are opened; what is sent too late is refused by the service."""
    return request.method == "GET" and case.state not in DONE_IN[act]


def step_page(
    request: HttpRequest,
    case: HardshipCase,
    form: Form,
    service: Callable[..., Any],
    context: dict[str, Any],
    *,
    done: str,
    template: str = "retention/help_step.html",
    **ids: int,
) -> HttpResponse:
    """A form or a question about a case, and its one service call."""
    if form.is_valid():
        try:
            service(
                by=request.user, at=timezone.now(), **(ids or {"case_id": case.pk}), **form.facts
            )
        except services.CannotHelp as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, done)
            return _onward(request, case)
    context |= {
        "form": form,
        "case": case,
        "cancel_url": case.get_absolute_url(),
        "breadcrumbs": crumbs(request, case),
    }
    return render(request, template, context)


def _onward(request: HttpRequest, case: HardshipCase) -> HttpResponse:
    """Back to the case, unless the step has let the reader out of it."""
    if HardshipCase.objects.visible_to(request.user).filter(pk=case.pk).exists():
        return redirect(case)
    return redirect("retention:help_list" if may_open_list(request.user) else "home")


def crumbs(request: HttpRequest, case: HardshipCase | None = None) -> Crumbs:
    """Through *My help* for the officer, through the list of cases for the others."""
    is_own = case is not None and OFFICER in parts_of(case, request.user)
    if is_own:
        found = [(_("My help"), reverse("retention:my_help"))]
    else:
        found = [(_("Retention"), ""), (_("Hardship cases"), reverse("retention:help_list"))]
    return [*found, (case.reference, case.get_absolute_url())] if case else found
