from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from retention.forms.departures import HoldForm, OfferForm
from retention.models import Departure, ExitInterview
from retention.selectors.causes import MANAGE, causes_in_use
from retention.selectors.departures import INTERVIEW_TONES, interview_of, last_day
from retention.selectors.interviews import (
    WAITING,
    answers_shown,
    interviewers_for,
    interviews_to_hold,
    own_interviews,
    reading_of,
)
from retention.services import exit_interviews as services


@require_http_methods(["GET", "POST"])
@login_required
@permission_required(MANAGE, raise_exception=True)
def interview_offer(request: HttpRequest, pk: int) -> HttpResponse:
    related = ("officer__court", "officer__department", "officer__branch", "interview")
    departures = Departure.objects.visible_to(request.user).select_related(*related)
    departure = get_object_or_404(departures, pk=pk)
    today = timezone.localdate()
    people = list(interviewers_for(departure, on=today))
    form = OfferForm(_posted(request), people=people, initial=_proposed(departure))
    if form.is_valid():
        try:
            services.offer_interview(
                departure_id=pk, by=request.user, at=timezone.now(), **form.cleaned_data
            )
        except services.CannotOffer as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Offered. The officer is told and can accept or decline."))
            return redirect(departure)
    context = {
        "title": _("Offer an exit interview"),
        "intro": _("Confidential and voluntary. The offer has to be made before the last day."),
        "form": form,
        "submit_label": _("Offer the interview"),
        "cancel_url": departure.get_absolute_url(),
        "breadcrumbs": [
            (_("Retention"), ""),
            (_("Departures"), reverse("retention:departure_list")),
            (departure.officer.name, departure.get_absolute_url()),
        ],
    }
    return render(request, "skeletons/form.html", context)


def _proposed(departure: Departure) -> dict[str, Any]:
    interview = interview_of(departure)
    if interview is None:
        return {}
    return {
        "interviewer_id": interview.interviewer_id,
        "planned_on": interview.planned_on,
        "place": interview.place,
    }


@require_safe
@login_required
def interview_list(request: HttpRequest) -> HttpResponse:
    context = {
        "title": _("Exit interviews to hold"),
        "intro": _("Interviews for which you are named, open ones first."),
        "interviews": interviews_to_hold(request.user),
        "breadcrumbs": [(_("Retention"), "")],
    }
    return render(request, "retention/interview_list.html", context)


@require_safe
@login_required
def interview_detail(request: HttpRequest, pk: int) -> HttpResponse:
    interview = _interview_or_404(request, pk)
    reading = reading_of(interview, request.user)
    if reading.is_own:
        return redirect("retention:my_pauses")
    services.open_interview(interview=interview, by=request.user)
    officer = interview.departure.officer
    context = {
        "title": _("Exit interview: %(name)s") % {"name": officer.name},
        "subtitle": officer.department.display_name,
        "status_text": interview.get_state_display(),
        "status_tone": INTERVIEW_TONES[interview.state],
        "interview": interview,
        "reading": reading,
        "last_day": last_day(interview.departure.left_on),
        "answers": answers_shown(interview) if reading.has_summary else None,
        "may_hold": reading.is_interviewer and interview.state in WAITING,
        "may_manage": request.user.has_perm(MANAGE),
        "breadcrumbs": [(_("Retention"), "")],
    }
    return render(request, "retention/interview_detail.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def interview_hold(request: HttpRequest, pk: int) -> HttpResponse:
    interview = _interview_or_404(request, pk)
    if interview.interviewer_id != request.user.pk:
        raise PermissionDenied(_("Only the person named holds this interview."))
    officer = interview.departure.officer
    form = HoldForm(
        _posted(request),
        kinds=causes_in_use(officer.court),
        initial={"held_on": timezone.localdate()},
    )
    if form.is_valid():
        try:
            services.hold_interview(
                interview_id=pk, by=request.user, at=timezone.now(), **form.cleaned_data
            )
        except services.CannotHold as refusal:
            form.add_error("held_on", str(refusal))
        else:
            text = _("Noted. The officer is asked whether the summary may be used.")
            messages.success(request, text)
            return redirect(interview)
    context = {
        "title": _("Exit interview with %(name)s") % {"name": officer.name},
        "form": form,
        "submit_label": _("Note as held"),
        "cancel_url": interview.get_absolute_url(),
        "breadcrumbs": [(_("Retention"), "")],
    }
    return render(request, "skeletons/form.html", context)


ANSWERS = {"accept": True, "decline": False}
SUMMARIES = {"allow": True, "refuse": False}


@require_POST
@login_required
def interview_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """The officer's own word: ?… is in the button pressed."""
    interview = get_object_or_404(own_interviews(request.user), pk=pk)
    word = request.POST.get("word", "")
    if word in ANSWERS:
        services.answer_offer(
            interview_id=interview.pk,
            accepts=ANSWERS[word],
            by=request.user,
            at=timezone.now(),
        )
    elif word in SUMMARIES:
        services.decide_summary(
            interview_id=interview.pk,
            allows=SUMMARIES[word],
            by=request.user,
            at=timezone.now(),
        )
    else:
        messages.error(request, _("Choose one of the buttons on this page."))
        return redirect("retention:my_pauses")
    messages.success(request, _("Your word is kept."))
    return redirect("retention:my_pauses")


def _posted(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _interview_or_404(request: HttpRequest, pk: int) -> ExitInterview:
    related = (
        "departure__officer__court",
        "departure__officer__department",
        "interviewer",
        "offered_by",
    )
    interviews = ExitInterview.objects.visible_to(request.user).select_related(*related)
    return get_object_or_404(interviews, pk=pk)
