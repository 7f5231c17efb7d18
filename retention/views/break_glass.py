from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.paginator import Paginator
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courtparty.lib.responses import download
from retention.forms.break_glass import BreakGlassFilter, ReasonForm, RefusalForm
from retention.models import BreakGlass
from retention.models.break_glass import APPROVE, ASK, BreakGlassQuerySet
from retention.selectors.break_glass import (
    in_order,
    named_like,
    officers_to_ask_for,
    possible_for,
    request_rows,
)
from retention.selectors.health_files import file_content
from retention.selectors.settings import court_settings
from retention.services import break_glass as services
from retention.views.asked import asked_words

PER_PAGE = 50


@require_safe
@login_required
@permission_required(ASK, raise_exception=True)
def break_glass_list(request: HttpRequest) -> HttpResponse:
    context = {
        "title": _("Emergency openings"),
        "intro": _(
            "Health files you asked to open. Somebody else decides, the officer is told at once, "
            "and every opening is on record."
        ),
        "is_queue": False,
        "breadcrumbs": [(_("Retention"), "")],
    }
    return _list(request, BreakGlass.objects.filter(asked_by=request.user), context)


@require_safe
@login_required
@permission_required(APPROVE, raise_exception=True)
def break_glass_queue(request: HttpRequest) -> HttpResponse:
    context = {
        "title": _("Emergency openings to decide"),
        "intro": _(
            "All requests to open a health file in an emergency. You decide those of others; "
            "who asks never decides."
        ),
        "is_queue": True,
        "breadcrumbs": [(_("Retention"), "")],
    }
    return _list(request, BreakGlass.objects.in_charge(request.user), context)


def _list(
    request: HttpRequest, requests: BreakGlassQuerySet, context: dict[str, Any]
) -> HttpResponse:
    found = BreakGlassFilter(request.GET, in_order(requests))
    page = Paginator(found.found, PER_PAGE).get_page(request.GET.get("page"))
    page.object_list = request_rows(page.object_list, at=timezone.now())
    context |= {"page_obj": page, "count": page.paginator.count, "filter": found}
    return render(request, "retention/break_glass_list.html", context)


@require_safe
@login_required
@permission_required(ASK, raise_exception=True)
def break_glass_search(request: HttpRequest) -> HttpResponse:
    text = asked_words(request.GET.get("q", ""))
    officers = officers_to_ask_for(request.user)
    context = {
        "title": _("Whose file?"),
        "q": text,
        "found": named_like(officers, text),
        "breadcrumbs": _crumbs(request),
    }
    return render(request, "retention/break_glass_search.html", context)


@require_http_methods(["GET", "POST"])
@login_required
@permission_required(ASK, raise_exception=True)
def break_glass_ask(request: HttpRequest, officer: int) -> HttpResponse:
    found = get_object_or_404(officers_to_ask_for(request.user), pk=officer)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            asked = services.ask_to_open(
                officer=found, by=request.user, at=timezone.now(), **form.cleaned_data
            )
        except services.CannotAsk as refusal:
            form.add_error(None, str(refusal))
        else:
            text = _("Asked for. Who may decide, the stewards and the officer have been told.")
            messages.success(request, text)
            return redirect(asked)
    context = {
        "title": _("Ask to open the health file of %(name)s") % {"name": found.name},
        "form": form,
        "hours": court_settings(found.court).break_glass_hours,
        "submit_label": _("Ask to open it"),
        "cancel_url": reverse("retention:break_glass_list"),
        "breadcrumbs": _crumbs(request),
    }
    return render(request, "retention/break_glass_ask.html", context)


@require_safe
@login_required
def break_glass_detail(request: HttpRequest, pk: int) -> HttpResponse:
    one = _visible_or_404(request, pk)
    at = timezone.now()
    services.read_request(one=one, by=request.user)
    row = request_rows([one], at=at)[0]
    context = {
        "title": _("Emergency opening of a health file"),
        "subtitle": f"{row.officer} · {row.department}",
        "status_text": row.state,
        "status_tone": row.tone,
        "one": one,
        "row": row,
        "possible": possible_for(one, request.user, at=at),
        "breadcrumbs": _crumbs(request),
    }
    return render(request, "retention/break_glass_detail.html", context)


@require_http_methods(["GET", "POST"])
@login_required
@permission_required(APPROVE, raise_exception=True)
def break_glass_approve(request: HttpRequest, pk: int) -> HttpResponse:
    one = _in_charge_or_404(request, pk)
    hours = court_settings(one.officer.court).break_glass_hours
    context = {
        "title": _("Open this health file?"),
        "text": _("%(asker)s may then open the health file of %(officer)s for %(hours)s hours.")
        % {"asker": one.asked_by, "officer": one.officer, "hours": hours},
        "consequences": [
            _("The officer, the stewards and who asked are told at once."),
            _("Every opening is recorded, and the officer sees it."),
            _("Self-screenings are not in the file and stay closed."),
            _("You can close it again before its time."),
        ],
        "submit_label": _("Open it"),
    }
    done = _("Approved. The file is open to who asked for it.")
    return _confirmed(request, one, services.approve_request, context, done)


@require_http_methods(["GET", "POST"])
@login_required
@permission_required(APPROVE, raise_exception=True)
def break_glass_refuse(request: HttpRequest, pk: int) -> HttpResponse:
    one = _in_charge_or_404(request, pk)
    context = {
        "title": _("Leave this file closed"),
        "form": RefusalForm(request.POST if request.method == "POST" else None),
        "submit_label": _("Refuse the request"),
    }
    done = _("Refused. Who asked and the officer have been told.")
    return _confirmed(request, one, services.refuse_request, context, done)


@require_http_methods(["GET", "POST"])
@login_required
@permission_required(ASK, raise_exception=True)
def break_glass_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    one = _asked_or_404(request, pk)
    context = {
        "title": _("Take back this request?"),
        "text": _("The officer and the stewards are told that it is not needed any more."),
        "submit_label": _("Take it back"),
    }
    return _confirmed(request, one, services.withdraw_request, context, _("Taken back."))


@require_http_methods(["GET", "POST"])
@login_required
def break_glass_end(request: HttpRequest, pk: int) -> HttpResponse:
    one = _visible_or_404(request, pk)
    context = {
        "title": _("Close the file again?"),
        "text": _("It can't be opened any more without a new request."),
        "submit_label": _("Close it"),
    }
    return _confirmed(request, one, services.end_opening, context, _("Closed."))


def _confirmed(
    request: HttpRequest,
    one: BreakGlass,
    service: Callable[..., BreakGlass],
    context: dict[str, Any],
    done: str,
) -> HttpResponse:
    """Asks, and after the answer does it, with what the form of the page adds."""
    form: Form = context.setdefault("form", Form(request.POST))
    if request.method == "POST" and form.is_valid():
        try:
            service(break_glass_id=one.pk, by=request.user, at=timezone.now(), **form.cleaned_data)
        except services.CannotDecide as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, done)
            return redirect(one)
    context |= {
        "cancel_url": one.get_absolute_url(),
        "breadcrumbs": [
            *_crumbs(request),
            (pgettext("an emergency", "Request"), one.get_absolute_url()),
        ],
    }
    return render(request, "retention/break_glass_confirm.html", context)


@require_POST
@login_required
@permission_required(ASK, raise_exception=True)
def break_glass_open(request: HttpRequest, pk: int) -> HttpResponse:
    one = _asked_or_404(request, pk)
    opened = services.open_health_file(break_glass_id=pk, by=request.user, at=timezone.now())
    context = {
        "title": _("Health file of %(name)s") % {"name": one.officer.name},
        "subtitle": _("Opened for an emergency. This opening is on record."),
        "one": opened,
        "content": file_content(one.officer),
        "breadcrumbs": [
            *_crumbs(request),
            (pgettext("an emergency", "Request"), one.get_absolute_url()),
        ],
    }
    return render(request, "retention/break_glass_file.html", context)


@require_POST
@login_required
@permission_required(ASK, raise_exception=True)
def break_glass_attachment(request: HttpRequest, pk: int, file: int) -> HttpResponse:
    one = _asked_or_404(request, pk)
    services.open_health_file(break_glass_id=pk, by=request.user, at=timezone.now())
    content = file_content(one.officer)
    files = [part.file for part in [*content.results, *content.entries] if part.file]
    found = next((stored for stored in files if stored.pk == file), None)
    if found is None:
        raise Http404
    return download(found.content, found.name, found.content_type)


def _visible_or_404(request: HttpRequest, pk: int) -> BreakGlass:
    return get_object_or_404(_with_people(BreakGlass.objects.visible_to(request.user)), pk=pk)


def _asked_or_404(request: HttpRequest, pk: int) -> BreakGlass:
    return get_object_or_404(_with_people(BreakGlass.objects.filter(asked_by=request.user)), pk=pk)


def _in_charge_or_404(request: HttpRequest, pk: int) -> BreakGlass:
    return get_object_or_404(_with_people(BreakGlass.objects.in_charge(request.user)), pk=pk)


def _with_people(requests: BreakGlassQuerySet) -> BreakGlassQuerySet:
    people = ("officer__court", "officer__department", "asked_by", "decided_by", "ended_by")
    return requests.select_related(*people)


def _crumbs(request: HttpRequest) -> list[tuple[str, str]]:
    """The list the reader came from: the own requests, those to decide, or the own health."""
    if request.user.has_perm(ASK):
        return [(_("Emergency openings"), reverse("retention:break_glass_list"))]
    if request.user.has_perm(APPROVE):
        return [(_("Emergency openings to decide"), reverse("retention:break_glass_queue"))]
    return [(_("Self-screening"), reverse("retention:my_screening"))]
