from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cadres.models import Officer
from cadres.selectors.officers import own_record
from retention.forms.hardship import ApplyForm, ConsentForm, NoForm, RecommendForm
from retention.models import HardshipCase
from retention.models.hardship import RECOMMEND
from retention.selectors.hardship import (
    Person,
    coordinators_for,
    handlers_near,
    people_to_choose,
    recommendable,
)
from retention.selectors.hardship_pages import case_shown
from retention.services import hardship as services
from retention.views.hardship_cases import (
    acting_or_403,
    crumbs,
    is_too_late,
    sent,
    step_page,
    too_late,
)


@require_http_methods(["GET", "POST"])
@login_required
def help_apply(request: HttpRequest) -> HttpResponse:
    officer = own_record(request.user)
    if officer is None or officer.left_on:
        raise PermissionDenied
    return _apply(request, officer, None, _("Apply for help"))


@require_http_methods(["GET", "POST"])
@login_required
def help_change(request: HttpRequest, pk: int) -> HttpResponse:
    case = acting_or_403(request, pk, "change")
    if is_too_late(request, case, "change"):
        return too_late(request, case)
    return _apply(request, case.officer, case, _("Change the draft"))


def _apply(
    request: HttpRequest, officer: Officer, case: HardshipCase | None, title: str
) -> HttpResponse:
    is_draft = "draft" in request.POST
    form = ApplyForm(
        *sent(request),
        people=_handlers(officer),
        is_draft=is_draft,
        initial=_initial(case) if case else None,
    )
    service = services.save_draft if is_draft else services.apply_for_help
    if form.is_valid() and (made := _made(request, form, service, officer, case)):
        messages.success(
            request,
            _("The draft is saved; only you see it.")
            if is_draft
            else _("Your application is sent. You can follow it here."),
        )
        return redirect(made)
    shown = case_shown(case, request.user, on=timezone.localdate()) if case else None
    context = {
        "title": title,
        "intro": _("You choose whom you turn to. Nobody else learns of it unless let in."),
        "submit_label": _("Send"),
        "form": form,
        "case": case,
        "papers": shown.papers if shown else [],
        "has_nobody": len(form.fields["turned_to"].choices) == 1,
        "cancel_url": case.get_absolute_url() if case else reverse("retention:my_help"),
        "breadcrumbs": [(_("My help"), reverse("retention:my_help"))],
    }
    return render(request, "retention/help_apply.html", context)


def _initial(case: HardshipCase) -> dict[str, Any]:
    return {"turned_to": case.turned_to_id, "kind": case.kind, "story": case.story}


def _handlers(officer: Officer) -> list[Person]:
    today = timezone.localdate()
    return people_to_choose(coordinators_for(officer, on=today), officer.court, on=today)


def _made(
    request: HttpRequest,
    form: ApplyForm,
    service: Callable[..., HardshipCase],
    officer: Officer,
    case: HardshipCase | None,
) -> HardshipCase | None:
    try:
        return service(
            officer=officer,
            by=request.user,
            at=timezone.now(),
            case_id=case.pk if case else None,
            **form.facts,
        )
    except services.CannotHelp as refusal:
        form.add_error(None, str(refusal))
        return None


@require_http_methods(["GET", "POST"])
@login_required
def help_discard(request: HttpRequest, pk: int) -> HttpResponse:
    case = acting_or_403(request, pk, "change")
    if is_too_late(request, case, "change"):
        return too_late(request, case)
    form = NoForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        services.discard_draft(case_id=case.pk, by=request.user)
        messages.success(request, _("The draft is deleted."))
        return redirect("retention:my_help")
    context = {
        "title": _("Delete this draft?"),
        "warning": _("What you wrote and its papers are deleted for good."),
        "submit_label": _("Delete"),
        "is_danger": True,
        "form": form,
        "case": case,
        "cancel_url": case.get_absolute_url(),
        "breadcrumbs": crumbs(request, case),
    }
    return render(request, "retention/help_confirm.html", context)


# -- recommending -------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@login_required
@permission_required(RECOMMEND, raise_exception=True)
def help_recommend(request: HttpRequest) -> HttpResponse:
    officers = recommendable(request.user).select_related("department").order_by("pinyin", "pk")
    form = RecommendForm(
        *sent(request),
        officers=[(one.pk, f"{one.name} · {one.department}") for one in officers],
        people=handlers_near(request.user, on=timezone.localdate()),
    )
    if form.is_valid():
        try:
            services.recommend_officer(by=request.user, at=timezone.now(), **form.facts)
        except services.CannotHelp as refusal:
            form.add_error(None, str(refusal))
        else:
            text = _("Sent to the officer, who decides. You are not told what becomes of it.")
            messages.success(request, text)
            return redirect("home")
    context = {
        "title": _("Recommend an officer for help"),
        "intro": _("The officer is asked first. Afterwards only those let in can open the case."),
        "submit_label": _("Send to the officer"),
        "form": form,
        "cancel_url": reverse("home"),
        "breadcrumbs": [(_("Retention"), "")],
    }
    return render(request, "retention/help_recommend.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def help_consent(request: HttpRequest, pk: int) -> HttpResponse:
    case = acting_or_403(request, pk, "answer")
    if is_too_late(request, case, "answer"):
        return too_late(request, case)
    people = _handlers(case.officer)
    initial = {"turned_to": case.turned_to_id}
    form = ConsentForm(
        request.POST if request.method == "POST" else None, people=people, initial=initial
    )
    context = {
        "title": _("Take up this recommendation"),
        "intro": _("From now on it is your application, and its time limits run."),
        "submit_label": _("I consent"),
    }
    done = _("You have consented. You can follow the case here.")
    return step_page(request, case, form, services.consent_to_help, context, done=done)


@require_http_methods(["GET", "POST"])
@login_required
def help_decline(request: HttpRequest, pk: int) -> HttpResponse:
    case = acting_or_403(request, pk, "answer")
    if is_too_late(request, case, "answer"):
        return too_late(request, case)
    form = NoForm(request.POST if request.method == "POST" else None)
    context = {
        "title": _("Decline this recommendation?"),
        "text": _("Nobody is told: neither who recommended you nor who was to handle it."),
        "warning": _("What was written about you and its papers are deleted for good."),
        "submit_label": _("Decline and delete"),
        "is_danger": True,
    }
    done = _("You have declined. The content is deleted.")
    template = "retention/help_confirm.html"
    service = services.decline_help
    return step_page(request, case, form, service, context, done=done, template=template)
