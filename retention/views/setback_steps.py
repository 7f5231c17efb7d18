from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from retention.forms.setbacks import CloseForm, FollowUpForm, HelpForm, RecoverForm
from retention.models import Setback, SetbackHelp
from retention.selectors.setbacks import RAISE, possible_steps
from retention.selectors.talk_people import people_to_ask
from retention.services import setbacks as services
from retention.views.setbacks import crumbs, visible_or_404


@require_http_methods(["GET", "POST"])
@login_required
@permission_required(RAISE, raise_exception=True)
def setback_help(request: HttpRequest, pk: int) -> HttpResponse:
    setback = visible_or_404(request, pk, RAISE)
    people = people_to_ask(setback.officer, on=timezone.localdate())
    form = HelpForm(_sent(request), people=people)
    context = {
        "title": _("Arrange help"),
        "intro": _("The officer and whoever is to help are told at once."),
        "submit_label": _("Arrange"),
    }
    return _step(request, setback, "help", form, services.add_help, context)


@require_http_methods(["GET", "POST"])
@login_required
@permission_required(RAISE, raise_exception=True)
def setback_follow_up(request: HttpRequest, pk: int) -> HttpResponse:
    setback = visible_or_404(request, pk, RAISE)
    initial = {"day": timezone.localdate(), "outcome": "same"}
    form = FollowUpForm(_sent(request), initial=initial)
    context = {
        "title": _("How is it now?"),
        "intro": _("The next follow-up is due by itself, until it is better."),
        "submit_label": _("Enter the follow-up"),
    }
    return _step(request, setback, "follow", form, services.add_follow_up, context)


@require_http_methods(["GET", "POST"])
@login_required
@permission_required(RAISE, raise_exception=True)
def setback_recover(request: HttpRequest, pk: int) -> HttpResponse:
    setback = visible_or_404(request, pk, RAISE)
    form = RecoverForm(_sent(request), initial={"on": timezone.localdate()})
    context = {
        "title": _("Is it better?"),
        "text": _("The care ends well. It can be taken up again at any time."),
        "submit_label": _("It is better"),
    }
    return _step(request, setback, "recover", form, services.recover_setback, context)


@require_http_methods(["GET", "POST"])
@login_required
@permission_required(RAISE, raise_exception=True)
def setback_close(request: HttpRequest, pk: int) -> HttpResponse:
    setback = visible_or_404(request, pk, RAISE)
    form = CloseForm(_sent(request), initial={"on": timezone.localdate()})
    context = {
        "title": _("End the care for another reason?"),
        "text": _("A talk still planned for it is cancelled. The care can be taken up again."),
        "submit_label": _("End the care"),
    }
    return _step(request, setback, "close", form, services.close_setback, context)


@require_http_methods(["GET", "POST"])
@login_required
@permission_required(RAISE, raise_exception=True)
def setback_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    setback = visible_or_404(request, pk, RAISE)
    context = {
        "title": _("Withdraw this setback?"),
        "text": _("For an entry made by mistake. The talk planned for it is cancelled."),
        "warning": _(
            "A withdrawn setback is not shown to the officer and can't be taken up again."
        ),
        "submit_label": _("Withdraw"),
        "is_danger": True,
    }
    form = Form(_sent(request))
    return _step(request, setback, "withdraw", form, _without_moment, context)


def _without_moment(*, at: Any, **facts: Any) -> Setback:
    return services.withdraw_setback(**facts)


@require_POST
@login_required
@permission_required(RAISE, raise_exception=True)
def setback_reopen(request: HttpRequest, pk: int) -> HttpResponse:
    setback = visible_or_404(request, pk, RAISE)
    try:
        services.reopen_setback(setback_id=setback.pk, by=request.user, at=timezone.now())
    except services.CannotCare as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The care is taken up again."))
    return redirect(setback)


@require_POST
@login_required
@permission_required(RAISE, raise_exception=True)
def setback_help_done(request: HttpRequest, pk: int, help_pk: int) -> HttpResponse:
    given = _help_or_404(request, pk, help_pk)
    services.finish_help(help_id=given.pk, by=request.user, at=timezone.now())
    messages.success(request, _("Noted as given."))
    return redirect(given.setback)


@require_POST
@login_required
@permission_required(RAISE, raise_exception=True)
def setback_help_drop(request: HttpRequest, pk: int, help_pk: int) -> HttpResponse:
    given = _help_or_404(request, pk, help_pk)
    services.finish_help(help_id=given.pk, by=request.user, at=timezone.now(), is_dropped=True)
    messages.success(request, _("Noted as not needed any more."))
    return redirect(given.setback)


@require_POST
@login_required
@permission_required(RAISE, raise_exception=True)
def setback_help_reopen(request: HttpRequest, pk: int, help_pk: int) -> HttpResponse:
    given = _help_or_404(request, pk, help_pk)
    services.reopen_help(help_id=given.pk, by=request.user)
    messages.success(request, _("The help goes on."))
    return redirect(given.setback)


def _help_or_404(request: HttpRequest, pk: int, help_pk: int) -> SetbackHelp:
    setback = visible_or_404(request, pk, RAISE)
    return get_object_or_404(setback.help.select_related("setback"), pk=help_pk)


def _sent(request: HttpRequest) -> Any:
    """What a form is made of: nothing unless it was sent."""
    return request.POST if request.method == "POST" else None


def _step(
    request: HttpRequest,
    setback: Setback,
    action: str,
    form: Form,
    service: Callable[..., Any],
    context: dict[str, Any],
) -> HttpResponse:
    if request.method == "GET" and action not in possible_steps(setback, request.user):
        text = _("This can't be done with the setback as it stands now: %(state)s.")
        messages.warning(request, text % {"state": setback.get_state_display()})
        return redirect(setback)
    if form.is_valid():
        try:
            service(setback_id=setback.pk, by=request.user, at=timezone.now(), **form.cleaned_data)
        except services.CannotCare as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect(setback)
    context |= {
        "form": form,
        "setback": setback,
        "cancel_url": setback.get_absolute_url(),
        "breadcrumbs": crumbs(setback),
    }
    return render(request, f"retention/setback_{action}.html", context)
