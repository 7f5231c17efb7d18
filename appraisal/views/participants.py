from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from appraisal.forms.participants import (
    AddOfficerForm,
    LeaveOutForm,
    MonthsForm,
    ParticipantFilter,
)
from appraisal.models import Cycle, Participant
from appraisal.rules.cycles import MANAGE, is_roll_open
from appraisal.selectors import cycles as selectors
from appraisal.selectors.cycle_people import officers_to_add, people_of, person_rows, roll_of
from appraisal.services.participants import CannotDecide, correct_months, leave_out, take_in
from appraisal.views.cycles import breadcrumbs
from cadres.models import Officer

PER_PAGE = 100
EXCLUDED = "excluded"


@require_safe
@login_required
@permission_required("appraisal.view_cycle", raise_exception=True)
def participant_list(request: HttpRequest, pk: int) -> HttpResponse:
    cycle = get_object_or_404(selectors.cycles_listed(request.user), pk=pk)
    shows_excluded = request.GET.get("show") == EXCLUDED
    form = ParticipantFilter(request.GET)
    found = people_of(cycle, request.user, form.narrowed, excluded=shows_excluded)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    roll = roll_of(cycle, request.user)
    keeps = selectors.keeps(request.user, MANAGE, cycle)
    here = reverse("appraisal:participant_list", args=[cycle.pk])
    context = {
        "title": _("Participants"),
        "subtitle": cycle.name,
        "breadcrumbs": breadcrumbs(cycle),
        "cycle": cycle,
        "form": form,
        "page_obj": page,
        "rows": person_rows(page.object_list),
        "is_frozen": cycle.state != Cycle.State.PREPARING,
        "shows_excluded": shows_excluded,
        "is_narrowed": any(request.GET.get(name) for name in ("q", "function", "staff_class")),
        "decides": keeps and is_roll_open(cycle.state),
        "may_add": keeps and cycle.state == Cycle.State.COLLECTING,
        "tabs": [
            (_("Taking part: %(count)s") % {"count": roll.taking_part}, here, not shows_excluded),
            (
                _("Not taking part: %(count)s") % {"count": roll.excluded},
                f"{here}?show={EXCLUDED}",
                shows_excluded,
            ),
        ],
    }
    return render(request, "appraisal/participant_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@permission_required(MANAGE, raise_exception=True)
def participant_leave_out(request: HttpRequest, pk: int, officer: int) -> HttpResponse:
    cycle, person = _found(request, pk, officer)
    form = LeaveOutForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            leave_out(cycle_id=cycle.pk, officer_id=person.pk, by=request.user, **form.cleaned_data)
        except CannotDecide as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("%(name)s is left out.") % {"name": person.name})
            return redirect(_list_url(cycle, excluded=True))
    context = _asking(cycle) | {
        "title": _("Leave %(name)s out?") % {"name": person.name},
        "form": form,
        "consequences": [
            _("The officer gets no result and no grade in this cycle."),
            _("Ratings of and by the officer that are still open are no longer asked for."),
            _("Until the collecting is closed the officer can be taken in again."),
        ],
        "submit_label": _("Leave out"),
    }
    return render(request, "skeletons/confirm.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@permission_required(MANAGE, raise_exception=True)
def participant_take_in(request: HttpRequest, pk: int, officer: int) -> HttpResponse:
    cycle, person = _found(request, pk, officer)
    if request.method == "POST":
        return _take_in(request, cycle, person)
    context = _asking(cycle) | {
        "title": _("Take %(name)s in?") % {"name": person.name},
        "consequences": [
            _("The officer takes part as the roster stands now."),
            _("While ratings are collected, raters are drawn for the officer and told."),
        ],
        "submit_label": _("Take in"),
    }
    return render(request, "skeletons/confirm.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@permission_required(MANAGE, raise_exception=True)
def participant_add(request: HttpRequest, pk: int) -> HttpResponse:
    cycle = _cycle(request, pk)
    form = AddOfficerForm(
        request.POST if request.method == "POST" else None, officers=officers_to_add(cycle)
    )
    if form.is_valid():
        return _take_in(request, cycle, form.cleaned_data["officer"])
    context = _asking(cycle) | {
        "title": _("Add an officer"),
        "intro": _("For those who joined after collecting had begun."),
        "form": form,
        "submit_label": _("Take in"),
    }
    return render(request, "skeletons/form.html", context)


def _take_in(request: HttpRequest, cycle: Cycle, person: Officer) -> HttpResponse:
    try:
        take_in(cycle_id=cycle.pk, officer_id=person.pk, by=request.user, at=timezone.now())
    except CannotDecide as refusal:
        messages.error(request, str(refusal))
        return redirect(_list_url(cycle))
    known = Participant.objects.filter(cycle=cycle, officer=person).exclude(excluded="").first()
    if known is not None:
        text = _("%(name)s is in the cycle, but takes no part: %(reason)s.")
        reason = known.get_excluded_display()
        messages.warning(request, text % {"name": person.name, "reason": reason})
    else:
        messages.success(request, _("%(name)s takes part.") % {"name": person.name})
    return redirect(_list_url(cycle, excluded=known is not None))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@permission_required(MANAGE, raise_exception=True)
def participant_months(request: HttpRequest, pk: int, officer: int) -> HttpResponse:
    cycle, person = _found(request, pk, officer)
    participant = get_object_or_404(Participant, cycle=cycle, officer=person)
    form = MonthsForm(
        request.POST if request.method == "POST" else None,
        cycle=cycle,
        initial={"months": participant.months},
    )
    if form.is_valid():
        try:
            correct_months(
                participant_id=participant.pk,
                months=form.chosen,
                reason=form.cleaned_data["reason"],
                by=request.user,
                at=timezone.now(),
            )
        except CannotDecide as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect(_list_url(cycle))
    context = _asking(cycle) | {
        "title": _("Months in post of %(name)s") % {"name": person.name},
        "intro": _("Targets and deductions are prorated by these months."),
        "form": form,
    }
    return render(request, "skeletons/form.html", context)


def _cycle(request: HttpRequest, pk: int) -> Cycle:
    kept = selectors.cycles_kept_by(request.user, MANAGE)
    return get_object_or_404(kept.select_related("court"), pk=pk)


def _found(request: HttpRequest, pk: int, officer: int) -> tuple[Cycle, Officer]:
    cycle = _cycle(request, pk)
    return cycle, get_object_or_404(Officer.objects.filter(court=cycle.court_id), pk=officer)


def _asking(cycle: Cycle) -> dict[str, Any]:
    return {
        "breadcrumbs": [
            *breadcrumbs(cycle),
            (_("Participants"), _list_url(cycle)),
        ],
        "cycle": cycle,
        "cancel_url": _list_url(cycle),
    }


def _list_url(cycle: Cycle, *, excluded: bool = False) -> str:
    url = reverse("appraisal:participant_list", args=[cycle.pk])
    return f"{url}?show={EXCLUDED}" if excluded else url
