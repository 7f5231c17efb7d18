"""What can be done to an appointment once it is there: each page asks, one service does it."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from cadres.forms.appointments import (
    ApproveForm,
    EndChangeForm,
    EndForm,
    ExtendForm,
    ReopenForm,
    SecondmentEndForm,
    SecondmentForm,
    VoidForm,
)
from cadres.models import Appointment, Secondment
from cadres.rules.appointments import last_day
from cadres.selectors.appointments import (
    MANAGE,
    has_paid_lines,
    managed_by,
    same_term,
    with_papers,
)
from cadres.services import appointments as services
from cadres.services import endings, secondments
from cadres.services.approvals import CannotEnter

REFUSALS = (
    CannotEnter,
    services.CannotApprove,
    services.CannotExtend,
    services.CannotVoid,
    endings.CannotEnd,
    secondments.CannotSecond,
)


def _appointment(request: HttpRequest, pk: int) -> Appointment:
    return get_object_or_404(with_papers(managed_by(request.user)).standing(), pk=pk)


def _answer(
    request: HttpRequest,
    appointment: Appointment,
    form: forms.Form,
    save: Callable[[], object],
    *,
    done: str,
    template: str,
    **context: Any,
) -> HttpResponse:
    if form.is_valid():
        try:
            save()
        except REFUSALS as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, done)
            return redirect(appointment)
    context |= {
        "appointment": appointment,
        "form": form,
        "cancel_url": appointment.get_absolute_url(),
        "breadcrumbs": [
            (_("Cadre team"), ""),
            (_("Appointments"), reverse("cadres:appointment_list")),
            (appointment.officer.name, appointment.get_absolute_url()),
        ],
    }
    return render(request, f"cadres/{template}.html", context)


def _data(request: HttpRequest) -> tuple:
    return (request.POST, request.FILES) if request.method == "POST" else ()


@require_http_methods(["GET", "POST"])
@login_required
@permission_required(MANAGE, raise_exception=True)
def appointment_extend(request: HttpRequest, pk: int) -> HttpResponse:
    appointment = _appointment(request, pk)
    if appointment.term_end is None or appointment.end:
        raise Http404
    others = same_term(appointment).count()
    form = ExtendForm(*_data(request), appointment=appointment, others=others)
    return _answer(
        request,
        appointment,
        form,
        lambda: services.extend_term(appointment_id=pk, by=request.user, **form.facts),
        done=_("The term has been extended, and the officers have been told."),
        template="appointment_extend",
        title=_("Extend the term"),
        now=last_day(appointment.term_end),
        others=ngettext(
            "%(n)s other appointment of this organisation ends its term on the same day.",
            "%(n)s other appointments of this organisation end their term on the same day.",
            others,
        )
        % {"n": others}
        if others
        else "",
    )


@require_http_methods(["GET", "POST"])
@login_required
@permission_required(MANAGE, raise_exception=True)
def appointment_approve(request: HttpRequest, pk: int) -> HttpResponse:
    appointment = _appointment(request, pk)
    form = ApproveForm(*_data(request))
    return _answer(
        request,
        appointment,
        form,
        lambda: services.record_approval(
            appointment_id=pk, by=request.user, document=form.approval
        ),
        done=_("The approval has been entered."),
        template="appointment_approve",
        title=_("Enter the approval of the higher body"),
    )


@require_http_methods(["GET", "POST"])
@login_required
@permission_required(MANAGE, raise_exception=True)
def appointment_end(request: HttpRequest, pk: int) -> HttpResponse:
    appointment = _appointment(request, pk)
    form = EndForm(*_data(request))
    return _answer(
        request,
        appointment,
        form,
        lambda: endings.end_appointment(appointment_id=pk, by=request.user, **form.facts),
        done=_("The end has been entered, and the officer has been told."),
        template="appointment_end",
        title=_("End the appointment"),
        submit_label=_("End the appointment"),
        is_danger=True,
        has_paid=has_paid_lines(appointment),
    )


@require_http_methods(["GET", "POST"])
@login_required
@permission_required(MANAGE, raise_exception=True)
def appointment_end_change(request: HttpRequest, pk: int) -> HttpResponse:
    appointment = _appointment(request, pk)
    if appointment.end is None:
        raise Http404
    form = EndChangeForm(*_data(request), appointment=appointment)
    return _answer(
        request,
        appointment,
        form,
        lambda: endings.change_end(appointment_id=pk, by=request.user, **form.facts),
        done=_("The end has been corrected, and the officer has been told."),
        template="appointment_end",
        title=_("Correct the end"),
        has_paid=has_paid_lines(appointment),
    )


@require_http_methods(["GET", "POST"])
@login_required
@permission_required(MANAGE, raise_exception=True)
def appointment_reopen(request: HttpRequest, pk: int) -> HttpResponse:
    appointment = _appointment(request, pk)
    if appointment.end is None:
        raise Http404
    form = ReopenForm(*_data(request), appointment=appointment)
    return _answer(
        request,
        appointment,
        form,
        lambda: endings.reopen_appointment(
            appointment_id=pk, known_end=form.cleaned_data["known"], by=request.user
        ),
        done=_("The end has been taken back, and the officer has been told."),
        template="appointment_reopen",
        title=_("Take back the end of this appointment?"),
        submit_label=_("Take back the end"),
        consequences=[
            _("The officer counts as in the post without a break, and the seat as taken."),
            _("Allowances for the time since are paid by the next run."),
        ],
    )


@require_http_methods(["GET", "POST"])
@login_required
@permission_required(MANAGE, raise_exception=True)
def appointment_void(request: HttpRequest, pk: int) -> HttpResponse:
    appointment = _appointment(request, pk)
    form = VoidForm(*_data(request)[:1])
    recovered = _("Allowances have been paid for it: the next run recovers all of them.")
    return _answer(
        request,
        appointment,
        form,
        lambda: services.void_appointment(appointment_id=pk, by=request.user, **form.cleaned_data),
        done=_("Taken back, and the officer has been told."),
        template="appointment_void",
        title=_("Was this appointment entered by mistake?"),
        submit_label=_("Take it back"),
        is_danger=True,
        text=_("If the officer did hold the post for a time, end the appointment instead."),
        consequences=[
            _("It counts as if it had never been; the seat is free again."),
            *([recovered] if has_paid_lines(appointment) else []),
        ],
        warning=_("This can't be undone: the appointment would have to be entered again."),
    )


@require_http_methods(["GET", "POST"])
@login_required
@permission_required(MANAGE, raise_exception=True)
def secondment_start(request: HttpRequest, pk: int) -> HttpResponse:
    appointment = _appointment(request, pk)
    form = SecondmentForm(*_data(request))
    return _answer(
        request,
        appointment,
        form,
        lambda: secondments.second_out(appointment_id=pk, by=request.user, **form.facts),
        done=_("The secondment has been entered, and the officer has been told."),
        template="secondment_start",
        title=_("Second out"),
        intro=_("The officer keeps the post and works elsewhere for a time."),
    )


@require_http_methods(["GET", "POST"])
@login_required
@permission_required(MANAGE, raise_exception=True)
def secondment_end(request: HttpRequest, pk: int) -> HttpResponse:
    managed = managed_by(request.user).standing().values("pk")
    secondment = get_object_or_404(Secondment.objects.filter(appointment__in=managed), pk=pk)
    appointment = _appointment(request, secondment.appointment_id)
    form = SecondmentEndForm(*_data(request)[:1], secondment=secondment)
    return _answer(
        request,
        appointment,
        form,
        lambda: secondments.end_secondment(secondment_id=pk, by=request.user, **form.facts),
        done=_("The end of the secondment has been entered, and the officer has been told."),
        template="secondment_end",
        title=_("End the secondment"),
        secondment=secondment,
    )
