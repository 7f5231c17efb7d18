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
from django.views.decorators.http import require_http_methods, require_safe

from cadres.forms.requests import AnswerForm, ChangeForm, DraftForm, RequestFilter, StepForm
from cadres.models import StaffingRequest
from cadres.selectors.officers import reach_of
from cadres.selectors.request_proposals import proposal_for
from cadres.selectors.requests import (
    DEFAULT_ORDER,
    MANAGE,
    TONES,
    VIEW,
    deadline_of,
    draft_contents,
    lines_shown,
    ordered,
    organisations_in,
    possible_steps,
    replies_overdue,
    request_rows,
    steps_of,
    timeline,
    units_to_ask_for,
)
from cadres.services import requests as services
from cadres.services.request_letter import write_letter
from courtparty.accounts.models import Unit
from courtparty.lib.responses import docx_response, download, xlsx_response

PER_PAGE = 50


@require_safe
@login_required
@permission_required(VIEW, raise_exception=True)
def request_list(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    found = _found(request)
    page = Paginator(found.found, PER_PAGE).get_page(request.GET.get("page"))
    page.object_list = request_rows(page.object_list, on=today)
    context = {
        "title": _("Staffing requests"),
        "intro": _("Posts asked for from the local organisation department, and its replies."),
        "page_obj": page,
        "count": page.paginator.count,
        "filter": found,
        "default_sort": DEFAULT_ORDER,
        "overdue": replies_overdue(request.user, on=today),
        "export_url": reverse("cadres:request_export"),
        "breadcrumbs": [(_("Cadre team"), "")],
    }
    return render(request, "cadres/request_list.html", context)


def _found(request: HttpRequest) -> RequestFilter:
    reach = reach_of(request.user, VIEW)
    reach.lend_court(request.user)
    requests = StaffingRequest.objects.visible_to(request.user)
    return RequestFilter(
        request.GET,
        ordered(requests, request.GET.get("sort", "")),
        units=organisations_in(reach),
        on=timezone.localdate(),
    )


@require_safe
@login_required
@permission_required(VIEW, raise_exception=True)
def request_export(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    try:
        content = services.export_requests(_found(request).found, by=request.user, on=today)
    except services.CannotExport as refusal:
        messages.error(request, str(refusal))
        return redirect(f"{reverse('cadres:request_list')}?{request.GET.urlencode()}")
    return xlsx_response(content, _("staffing-requests-%(day)s.xlsx") % {"day": today})


# -- drafting -----------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@login_required
@permission_required(MANAGE, raise_exception=True)
def request_draft(request: HttpRequest) -> HttpResponse:
    units = units_to_ask_for(request.user)
    if request.method == "POST":
        form = DraftForm(request.POST, request.FILES, units=units)
        if form.is_valid() and (staffing := _drafted(request, form, services.draft_request)):
            messages.success(request, _("Drafted. Check the letter, then note when it was sent."))
            return redirect(staffing)
    else:
        form = _proposed(request, units)
    context = {
        "title": _("Draft a staffing request"),
        "submit_label": _("Save the draft"),
        "cancel_url": reverse("cadres:request_list"),
    }
    return _draft_page(request, form, "cadres/request_draft.html", context)


def _proposed(request: HttpRequest, units: list[Unit]) -> DraftForm:
    """The empty form, or with ?unit= and ?kind= what can be said about that post."""
    today = timezone.localdate()
    initial: dict[str, Any] = {"on": today}
    wanted = [unit for unit in units if str(unit.pk) == request.GET.get("unit")]
    chosen = wanted or units[:1]
    if not chosen:
        return DraftForm(units=units, initial=initial)
    kind = request.GET.get("kind", "") if wanted else ""
    proposal = proposal_for(request.user, chosen[0], kind, on=today)
    lines = [{"kind": proposal.kind, "count": proposal.count}] if proposal.kind else []
    for name in ("title", "addressee", "reason"):
        initial[name] = getattr(proposal, name)
    initial["unit"] = str(proposal.unit.pk)
    return DraftForm(units=units, initial=initial, lines=lines)


@require_http_methods(["GET", "POST"])
@login_required
@permission_required(MANAGE, raise_exception=True)
def request_change(request: HttpRequest, pk: int) -> HttpResponse:
    staffing = _managed_or_404(request, pk)
    if request.method == "GET" and "change" not in possible_steps(staffing, request.user):
        return _too_late(request, staffing)
    units = units_to_ask_for(request.user)
    contents = draft_contents(staffing)
    if request.method == "POST":
        form = ChangeForm(request.POST, request.FILES, units=units, file_name=contents.file_name)
        change = services.change_draft
        if form.is_valid() and _drafted(request, form, change, request_id=staffing.pk):
            messages.success(request, _("The draft has been changed."))
            return redirect(staffing)
    else:
        form = ChangeForm(
            units=units,
            initial=contents.texts | {"seen": contents.seen},
            lines=contents.lines,
            file_name=contents.file_name,
        )
    context = {"title": _("Change the draft"), "cancel_url": staffing.get_absolute_url()}
    return _draft_page(request, form, "cadres/request_change.html", context, staffing)


def _drafted(
    request: HttpRequest, form: DraftForm, service: Callable[..., StaffingRequest], **ids: int
) -> StaffingRequest | None:
    try:
        return service(by=request.user, at=timezone.now(), **form.facts, **ids)
    except services.CannotDraft as refusal:
        form.add_error(None, str(refusal))
        return None


def _draft_page(
    request: HttpRequest,
    form: DraftForm,
    template: str,
    context: dict[str, Any],
    staffing: StaffingRequest | None = None,
) -> HttpResponse:
    crumbs = _crumbs(staffing)
    return render(request, template, {**context, "form": form, "breadcrumbs": crumbs})


# -- one request --------------------------------------------------------------------------------


@require_safe
@login_required
@permission_required(VIEW, raise_exception=True)
def request_detail(request: HttpRequest, pk: int) -> HttpResponse:
    staffing = _visible_or_404(request, pk)
    lines = lines_shown(staffing)
    context = {
        "title": staffing.title,
        "staffing": staffing,
        "status_text": staffing.get_state_display(),
        "status_tone": TONES[staffing.state],
        "deadline": deadline_of(staffing, on=timezone.localdate()),
        "lines": lines,
        "steps": timeline(steps_of(staffing), lines),
        "possible": possible_steps(staffing, request.user),
        "breadcrumbs": _crumbs(),
    }
    return render(request, "cadres/request_detail.html", context)


@require_safe
@login_required
@permission_required(VIEW, raise_exception=True)
def request_letter(request: HttpRequest, pk: int) -> HttpResponse:
    staffing = _visible_or_404(request, pk)
    content = write_letter(staffing, on=timezone.localdate())
    return docx_response(content, f"{staffing.title}.docx")


@require_safe
@login_required
@permission_required(VIEW, raise_exception=True)
def request_file(request: HttpRequest, pk: int, step_pk: int) -> HttpResponse:
    staffing = _visible_or_404(request, pk)
    steps = staffing.steps.select_related("request__court", "file", "approval__file")
    file = services.read_attachment(step=get_object_or_404(steps, pk=step_pk), by=request.user)
    if file is None:
        raise Http404
    return download(file.content, file.name, file.content_type)


# -- steps --------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@login_required
@permission_required(MANAGE, raise_exception=True)
def request_send(request: HttpRequest, pk: int) -> HttpResponse:
    context = {
        "title": _("Note that the request was sent"),
        "intro": _("From the day of sending, the working days until the reply is due are counted."),
        "submit_label": _("Note as sent"),
    }
    return _step(request, pk, "send", services.send_request, context)


@require_http_methods(["GET", "POST"])
@login_required
@permission_required(MANAGE, raise_exception=True)
def request_chase(request: HttpRequest, pk: int) -> HttpResponse:
    context = {
        "title": _("Note that the reply was chased"),
        "intro": _("A call, a visit or a letter. The day the reply is due stays as it is."),
        "submit_label": _("Note as chased"),
    }
    return _step(request, pk, "chase", services.chase_reply, context)


@require_http_methods(["GET", "POST"])
@login_required
@permission_required(MANAGE, raise_exception=True)
def request_resend(request: HttpRequest, pk: int) -> HttpResponse:
    context = {
        "title": _("Note that the request was sent again"),
        "intro": _("For the posts that have not been approved yet. A reply is due anew."),
        "submit_label": _("Note as sent again"),
    }
    return _step(request, pk, "resend", services.resend_request, context)


@require_http_methods(["GET", "POST"])
@login_required
@permission_required(MANAGE, raise_exception=True)
def request_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    context = {
        "title": _("Withdraw this request?"),
        "warning": _("A withdrawn request can't be taken up again; a new one has to be drafted."),
        "submit_label": _("Withdraw"),
        "is_danger": True,
    }
    return _step(request, pk, "withdraw", services.withdraw_request, context)


@require_http_methods(["GET", "POST"])
@login_required
@permission_required(MANAGE, raise_exception=True)
def request_answer(request: HttpRequest, pk: int) -> HttpResponse:
    staffing = _managed_or_404(request, pk)
    context = {
        "title": _("Enter the reply"),
        "intro": _("The posts granted are opened at once, under the document of the reply."),
        "submit_label": _("Enter the reply"),
    }
    form = AnswerForm(*_sent(request), lines=lines_shown(staffing), initial=_initial(staffing))
    return _step_page(request, staffing, "answer", form, services.answer_request, context)


def _step(
    request: HttpRequest, pk: int, action: str, service: Callable[..., Any], context: dict[str, Any]
) -> HttpResponse:
    staffing = _managed_or_404(request, pk)
    form = StepForm(*_sent(request), action=action, initial=_initial(staffing))
    return _step_page(request, staffing, action, form, service, context)


def _step_page(
    request: HttpRequest,
    staffing: StaffingRequest,
    action: str,
    form: Form,
    service: Callable[..., StaffingRequest],
    context: dict[str, Any],
) -> HttpResponse:
    if request.method == "GET" and action not in possible_steps(staffing, request.user):
        return _too_late(request, staffing)
    if form.is_valid():
        try:
            done = service(request_id=staffing.pk, by=request.user, at=timezone.now(), **form.facts)
        except services.CannotRecord as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _done(done))
            return redirect(staffing)
    context |= {
        "form": form,
        "staffing": staffing,
        "lines": lines_shown(staffing),
        "cancel_url": staffing.get_absolute_url(),
        "breadcrumbs": _crumbs(staffing),
    }
    return render(request, f"cadres/request_{action}.html", context)


def _done(staffing: StaffingRequest) -> str:
    if staffing.reply_due_on:
        day = staffing.reply_due_on.isoformat()
        return _("Recorded. The reply is due on %(day)s.") % {"day": day}
    return _("Recorded: %(state)s.") % {"state": staffing.get_state_display()}


def _sent(request: HttpRequest) -> tuple[Any, Any]:
    """What a form is made of: nothing unless it was sent."""
    return (request.POST, request.FILES) if request.method == "POST" else (None, None)


def _initial(staffing: StaffingRequest) -> dict[str, Any]:
    last = staffing.steps.order_by("-pk").values_list("pk", flat=True)[0]
    return {"seen": last, "on": timezone.localdate()}


def _too_late(request: HttpRequest, staffing: StaffingRequest) -> HttpResponse:
    text = _("This can't be done with the request as it stands now: %(state)s.")
    messages.warning(request, text % {"state": staffing.get_state_display()})
    return redirect(staffing)


def _visible_or_404(request: HttpRequest, pk: int) -> StaffingRequest:
    requests = StaffingRequest.objects.visible_to(request.user)
    return get_object_or_404(requests.select_related("court", "unit", "created_by"), pk=pk)


def _managed_or_404(request: HttpRequest, pk: int) -> StaffingRequest:
    requests = StaffingRequest.objects.visible_to(request.user, MANAGE)
    return get_object_or_404(requests.select_related("court", "unit"), pk=pk)


def _crumbs(staffing: StaffingRequest | None = None) -> list[tuple[str, str]]:
    crumbs = [(_("Cadre team"), ""), (_("Staffing requests"), reverse("cadres:request_list"))]
    return [*crumbs, (staffing.title, staffing.get_absolute_url())] if staffing else crumbs
