from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.paginator import Paginator
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cadres.models import Officer
from cadres.selectors.officers import reach_of, searched
from courtparty.lib.responses import xlsx_response
from retention.forms.departures import CodeForm, DepartureFilter, DepartureForm, ReturnForm
from retention.models import Departure
from retention.selectors.causes import MANAGE, causes_of
from retention.selectors.departures import (
    DEFAULT_ORDER,
    causes_coded,
    codes_of,
    departure_rows,
    interview_of,
    last_day,
    left_without_departure,
    may_be_entered,
    ordered,
    state_of,
    years_of,
)
from retention.services import departures as services
from retention.services.board_export import CannotExport, export_departures
from retention.views.asked import asked_number, asked_words
from retention.views.board import board_tabs

PER_PAGE = 50
FOUND = 20
WAITING = 20


@require_safe
@login_required
@permission_required(MANAGE, raise_exception=True)
def departure_list(request: HttpRequest) -> HttpResponse:
    found = _found(request)
    page = Paginator(found.found, PER_PAGE).get_page(request.GET.get("page"))
    page.object_list = departure_rows(page.object_list, on=timezone.localdate())
    waiting = left_without_departure(request.user)
    context = {
        "title": _("Departures"),
        "intro": _("Who leaves or has left, and whether the causes are coded."),
        "page_obj": page,
        "count": page.paginator.count,
        "filter": found,
        "default_sort": DEFAULT_ORDER,
        "waiting": list(waiting[:WAITING]),
        "waiting_count": waiting.count(),
        "tabs": board_tabs(request.user, "departure_list"),
        "export_url": reverse("retention:departure_export"),
        "breadcrumbs": [(_("Retention"), "")],
    }
    return render(request, "retention/departure_list.html", context)


def _found(request: HttpRequest) -> DepartureFilter:
    reach = reach_of(request.user, MANAGE)
    reach.lend_court(request.user)
    visible = Departure.objects.visible_to(request.user)
    listed = ordered(visible, request.GET.get("sort", ""))
    return DepartureFilter(request.GET, listed, reach=reach, years=years_of(visible))


@require_safe
@login_required
@permission_required(MANAGE, raise_exception=True)
def departure_export(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    try:
        content = export_departures(_found(request).found, by=request.user, on=today)
    except CannotExport as refusal:
        messages.error(request, str(refusal))
        return redirect(f"{reverse('retention:departure_list')}?{request.GET.urlencode()}")
    return xlsx_response(content, _("departures-%(day)s.xlsx") % {"day": today})


@require_http_methods(["GET", "POST"])
@login_required
@permission_required(MANAGE, raise_exception=True)
def departure_enter(request: HttpRequest) -> HttpResponse:
    chosen = asked_number(request.GET.get("officer", ""))
    if chosen is None:
        return _choose_officer(request)
    officer = get_object_or_404(may_be_entered(request.user), pk=chosen)
    form = DepartureForm(_posted(request), initial=_proposed(officer))
    if form.is_valid():
        try:
            departure = services.enter_departure(
                officer_id=officer.pk, by=request.user, at=timezone.now(), **form.facts
            )
        except services.CannotEnter as refusal:
            form.add_error("last_day", str(refusal))
        else:
            messages.success(request, _("Entered. The causes can be coded now or later."))
            return redirect(departure)
    context = {
        "title": _("Departure of %(name)s") % {"name": officer.name},
        "intro": officer.department.display_name,
        "form": form,
        "submit_label": _("Enter the departure"),
        "cancel_url": reverse("retention:departure_list"),
        "breadcrumbs": _crumbs(),
    }
    return render(request, "skeletons/form.html", context)


def _choose_officer(request: HttpRequest) -> HttpResponse:
    text = asked_words(request.GET.get("q", ""))
    officers = may_be_entered(request.user).in_service().select_related("department")
    found = searched(officers, text, user=request.user).order_by("pinyin", "pk") if text else []
    context = {
        "title": _("Who leaves?"),
        "q": text,
        "officers": list(found[:FOUND]),
        "limit": FOUND,
        "breadcrumbs": _crumbs(),
    }
    return render(request, "retention/departure_choose.html", context)


def _proposed(officer: Officer) -> dict[str, Any]:
    return {"last_day": last_day(officer.left_on)} if officer.left_on else {}


@require_safe
@login_required
@permission_required(MANAGE, raise_exception=True)
def departure_detail(request: HttpRequest, pk: int) -> HttpResponse:
    departure = _departure_or_404(request, pk)
    services.open_departure(departure=departure, by=request.user)
    today = timezone.localdate()
    state, tone = state_of(departure, on=today)
    context = {
        "title": departure.officer.name,
        "subtitle": departure.officer.department.display_name,
        "status_text": state,
        "status_tone": tone,
        "departure": departure,
        "last_day": last_day(departure.left_on),
        "causes": causes_coded(departure),
        "interview": interview_of(departure),
        "is_ahead": departure.is_open and not departure.is_over(on=today),
        "breadcrumbs": _crumbs(),
    }
    return render(request, "retention/departure_detail.html", context)


@require_http_methods(["GET", "POST"])
@login_required
@permission_required(MANAGE, raise_exception=True)
def departure_change(request: HttpRequest, pk: int) -> HttpResponse:
    departure = _departure_or_404(request, pk)
    if request.method != "POST":
        services.open_departure(departure=departure, by=request.user)
    initial = {
        "last_day": last_day(departure.left_on),
        "destination": departure.destination,
        "announced_on": departure.announced_on,
        "note": departure.note,
        "seen": services.version_of(departure),
    }
    form = DepartureForm(_posted(request), initial=initial)
    context = {"title": _("Change the departure"), "submit_label": _("Save")}

    def save() -> None:
        seen = form.cleaned_data["seen"]
        services.change_departure(
            departure_id=departure.pk, seen=seen, by=request.user, at=timezone.now(), **form.facts
        )

    return _step(request, departure, form, "last_day", save, context)


@require_http_methods(["GET", "POST"])
@login_required
@permission_required(MANAGE, raise_exception=True)
def departure_code(request: HttpRequest, pk: int) -> HttpResponse:
    departure = _departure_or_404(request, pk)
    if request.method != "POST":
        services.open_departure(departure=departure, by=request.user)
    main, codes = codes_of(causes_coded(departure))
    kinds = [
        kind for kind in causes_of(departure.officer.court) if kind.is_active or kind.code in codes
    ]
    initial = {"main": main, "causes": codes, "seen": departure.coded_at}
    form = CodeForm(_posted(request), kinds=kinds, initial=initial)
    context = {
        "title": _("Why does %(name)s leave?") % {"name": departure.officer.name},
        "intro": _("Only counts of five and more are ever shown, and only when a year is closed."),
        "submit_label": _("Code the causes"),
    }

    def save() -> None:
        services.code_causes(
            departure_id=departure.pk,
            main=form.cleaned_data["main"],
            causes=form.cleaned_data["causes"],
            seen=form.cleaned_data["seen"],
            by=request.user,
            at=timezone.now(),
        )

    return _step(request, departure, form, "main", save, context)


@require_http_methods(["GET", "POST"])
@login_required
@permission_required(MANAGE, raise_exception=True)
def departure_return(request: HttpRequest, pk: int) -> HttpResponse:
    departure = _departure_or_404(request, pk)
    form = ReturnForm(_posted(request), initial={"returned_on": timezone.localdate()})
    context = {"title": _("Back at the court"), "submit_label": _("Note the return")}

    def save() -> None:
        services.note_return(
            departure_id=departure.pk, by=request.user, at=timezone.now(), **form.cleaned_data
        )

    return _step(request, departure, form, "returned_on", save, context)


@require_http_methods(["GET", "POST"])
@login_required
@permission_required(MANAGE, raise_exception=True)
def departure_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    departure = _departure_or_404(request, pk)
    if request.method == "POST":
        services.withdraw_departure(departure_id=pk, by=request.user, at=timezone.now())
        messages.success(request, _("Taken back. The departure counts no more."))
        return redirect(departure)
    context = {
        "title": _("Take this departure back?"),
        "text": _("For a departure entered by mistake, or when the officer stays."),
        "consequences": [
            _("It counts in no year that is still open; closed years keep their figures."),
            _("An exit interview that was offered is closed; its summary is not used."),
        ],
        "submit_label": _("Take back"),
        "is_danger": True,
        "cancel_url": departure.get_absolute_url(),
        "breadcrumbs": _crumbs(departure),
    }
    return render(request, "skeletons/confirm.html", context)


def _step(
    request: HttpRequest,
    departure: Departure,
    form: Form,
    field: str,
    save: Callable[[], None],
    context: dict[str, Any],
) -> HttpResponse:
    if form.is_valid():
        try:
            save()
        except (services.CannotEnter, services.CannotCode) as refusal:
            form.add_error(field, str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect(departure)
    context |= {
        "form": form,
        "cancel_url": departure.get_absolute_url(),
        "breadcrumbs": _crumbs(departure),
    }
    return render(request, "skeletons/form.html", context)


def _posted(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _departure_or_404(request: HttpRequest, pk: int) -> Departure:
    related = ("officer__court", "officer__department", "interview__interviewer", "entered_by")
    departures = Departure.objects.visible_to(request.user).select_related(*related)
    return get_object_or_404(departures, pk=pk)


def _crumbs(departure: Departure | None = None) -> list[tuple[str, str]]:
    crumbs = [(_("Retention"), ""), (_("Departures"), reverse("retention:departure_list"))]
    if departure:
        crumbs.append((departure.officer.name, departure.get_absolute_url()))
    return crumbs
