from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from cadres.models import Officer
from retention.forms.screening import ScreeningForm
from retention.models import BreakGlass, Instrument, Screening
from retention.selectors.break_glass import in_order, request_rows
from retention.selectors.own_health_tabs import health_tabs
from retention.selectors.screening import (
    consent_in_force,
    open_campaign,
    own_calls,
    own_instruments,
    screening_settings,
    stewards_for,
)
from retention.selectors.screening_results import result_page
from retention.selectors.screening_words import consent_points, shown_instrument, who_learns
from retention.selectors.settings import court_settings
from retention.services import screening as services

HOME = "retention:my_screening"


@require_safe
@login_required
def my_screening(request: HttpRequest) -> HttpResponse:
    officer = _officers(request).first()
    today = timezone.localdate()
    context = {
        "title": _("Self-screening"),
        "officer": officer,
        "tabs": health_tabs("my_screening"),
        "breadcrumbs": [],
    }
    if officer:
        openings = in_order(BreakGlass.objects.filter(subject=request.user))
        context |= {
            "instruments": own_instruments(officer, on=today),
            "calls": own_calls(officer),
            "openings": request_rows(openings, at=timezone.now()),
            "campaign": open_campaign(officer.court, on=today),
            "settings": screening_settings(officer.court),
            "months": court_settings(officer.court).screening_months,
        }
    return render(request, "retention/my_screening.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def screening_consent(request: HttpRequest, instrument: str) -> HttpResponse:
    officer, instrument = _officer_and(request, instrument)
    if request.method == "POST":
        services.give_consent(officer=officer, instrument=instrument, at=timezone.now())
        return redirect("retention:screening_take", instrument)
    if consent_in_force(officer, instrument):
        return redirect("retention:screening_take", instrument)
    about = shown_instrument(instrument)
    context = {
        "title": _("Before you begin: %(name)s") % {"name": about.label},
        "about": about,
        "points": consent_points(
            instrument,
            months=court_settings(officer.court).screening_months,
            has_steward=_has_steward(officer),
        ),
        "settings": screening_settings(officer.court),
        "submit_label": _("I consent and begin"),
        "cancel_url": reverse(HOME),
        "breadcrumbs": _crumbs(),
    }
    return render(request, "retention/screening_consent.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def screening_take(request: HttpRequest, instrument: str) -> HttpResponse:
    officer, instrument = _officer_and(request, instrument)
    if consent_in_force(officer, instrument) is None:
        return redirect("retention:screening_consent", instrument)
    about = shown_instrument(instrument)
    form = ScreeningForm(request.POST if request.method == "POST" else None, about=about)
    if form.is_valid():
        try:
            taken = services.take_screening(
                officer=officer, instrument=instrument, at=timezone.now(), **form.facts
            )
        except services.CannotTake as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect(taken)
    context = {
        "title": about.label,
        "about": about,
        "form": form,
        "who_learns": who_learns(instrument, has_steward=_has_steward(officer)),
        "cancel_url": reverse(HOME),
        "breadcrumbs": _crumbs(),
    }
    return render(request, "retention/screening_take.html", context)


@require_safe
@login_required
def screening_result(request: HttpRequest, pk: int) -> HttpResponse:
    screening = _own_or_404(request, pk)
    context = {
        "title": str(screening.get_instrument_display()),
        "page": result_page(screening, has_steward=_has_steward(screening.officer)),
        "settings": screening_settings(screening.officer.court),
        "breadcrumbs": _crumbs(),
    }
    return render(request, "retention/screening_result.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def screening_share(request: HttpRequest, pk: int) -> HttpResponse:
    screening = _own_or_404(request, pk)
    if request.method == "POST":
        try:
            services.share_screening(screening_id=pk, by=request.user, at=timezone.now())
        except services.CannotShare as refusal:
            messages.warning(request, str(refusal))
        else:
            messages.success(request, _("The health steward sees this result and will call you."))
        return redirect(screening)
    context = {
        "title": _("Show this result to the health steward?"),
        "text": _(
            "The steward then sees your score and what it means, not your single answers, and is "
            "asked to call you. Nobody else learns of it. You can take it back."
        ),
        "submit_label": _("Show it and ask for a call"),
    }
    return _confirm(request, context, screening.get_absolute_url())


@require_http_methods(["GET", "POST"])
@login_required
def screening_unshare(request: HttpRequest, pk: int) -> HttpResponse:
    screening = _own_or_404(request, pk)
    if request.method == "POST":
        try:
            services.unshare_screening(screening_id=pk, by=request.user)
        except services.CannotShare as refusal:
            messages.warning(request, str(refusal))
        else:
            messages.success(request, _("The health steward does not see this result any more."))
        return redirect(screening)
    context = {
        "title": _("Stop showing this result?"),
        "text": _("A call you asked for and that was not made yet is taken back as well."),
        "submit_label": _("Stop showing it"),
    }
    return _confirm(request, context, screening.get_absolute_url())


@require_http_methods(["GET", "POST"])
@login_required
def screening_delete(request: HttpRequest, pk: int) -> HttpResponse:
    screening = _own_or_404(request, pk)
    if request.method == "POST":
        services.delete_screening(screening_id=pk, by=request.user)
        messages.success(request, _("Deleted: the answers, the score and the advice."))
        return redirect(HOME)
    context = {
        "title": _("Delete this result?"),
        "text": _("Answers, score and advice of %(day)s are deleted at once.")
        % {"day": screening.taken_on.isoformat()},
        "warning": _("Nobody can bring them back."),
        "submit_label": _("Delete"),
        "is_danger": True,
    }
    return _confirm(request, context, screening.get_absolute_url())


@require_http_methods(["GET", "POST"])
@login_required
def screening_withdraw(request: HttpRequest, instrument: str) -> HttpResponse:
    officer, instrument = _officer_and(request, instrument)
    about = shown_instrument(instrument)
    if request.method == "POST":
        services.withdraw_consent(officer=officer, instrument=instrument, at=timezone.now())
        return redirect("retention:screening_withdrawn", instrument)
    mine = Screening.objects.own(request.user).filter(instrument=instrument).count()
    context = {
        "title": _("Withdraw your consent to “%(name)s”?") % {"name": about.label},
        "consequences": [
            ngettext(
                "%(count)s result is deleted, with its answers.",
                "%(count)s results are deleted, with their answers.",
                mine,
            )
            % {"count": mine},
            _("What you showed to the steward is shown no more."),
            _("A call asked for by question 9 and not made yet is still made."),
            _("Figures of groups already published stay; you can't be found in them."),
        ],
        "warning": _("Nobody can bring the answers back. You may consent again at any time."),
        "submit_label": _("Withdraw and delete"),
        "is_danger": True,
    }
    return _confirm(request, context, reverse(HOME))


@require_safe
@login_required
def screening_withdrawn(request: HttpRequest, instrument: str) -> HttpResponse:
    officer, instrument = _officer_and(request, instrument)
    if consent_in_force(officer, instrument):
        return redirect(HOME)
    about = shown_instrument(instrument)
    context = {
        "title": _("Your consent is withdrawn"),
        "about": about,
        "left": Screening.objects.own(request.user).filter(instrument=instrument).count(),
        "breadcrumbs": _crumbs(),
    }
    return render(request, "retention/screening_withdrawn.html", context)


def _confirm(request: HttpRequest, context: dict, cancel_url: str) -> HttpResponse:
    context |= {"cancel_url": cancel_url, "breadcrumbs": _crumbs()}
    return render(request, "skeletons/confirm.html", context)


def _officers(request: HttpRequest):
    officers = Officer.objects.in_service().filter(user=request.user)
    return officers.select_related("court", "department", "branch", "user")


def _officer_and(request: HttpRequest, instrument: str) -> tuple[Officer, str]:
    if instrument not in Instrument.values:
        raise Http404
    return get_object_or_404(_officers(request)), instrument


def _own_or_404(request: HttpRequest, pk: int) -> Screening:
    units = ("officer__court", "officer__department", "officer__branch")
    return get_object_or_404(Screening.objects.own(request.user).select_related(*units), pk=pk)


def _has_steward(officer: Officer) -> bool:
    return stewards_for(officer, on=timezone.localdate()).exists()


def _crumbs() -> list[tuple[str, str]]:
    return [(_("Self-screening"), reverse(HOME))]
