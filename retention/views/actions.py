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
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cadres.selectors.officers import reach_of
from courtparty.lib.responses import xlsx_response
from retention.forms.actions import ActionFilter, ActionForm, CloseForm, FollowForm
from retention.models import RetentionAction
from retention.models.board import BOARD
from retention.selectors.actions import (
    DEFAULT_ORDER,
    KEEP,
    TONES,
    action_rows,
    may_follow,
    may_keep,
    notes_of,
    ordered,
    overdue,
    responsible_people,
    units_for_actions,
    units_shown,
    version_of,
)
from retention.services import actions as services
from retention.services.board_export import CannotExport, export_actions
from retention.views.board import board_tabs

PER_PAGE = 50
OPEN = (RetentionAction.State.OPEN, RetentionAction.State.DOING)


@require_safe
@login_required
def action_list(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    found = _found(request)
    page = Paginator(found.found, PER_PAGE).get_page(request.GET.get("page"))
    page.object_list = action_rows(page.object_list, on=today)
    visible = RetentionAction.objects.visible_to(request.user)
    context = {
        "title": _("Actions to keep people"),
        "intro": _("What is done, because of which figure, by whom and by when."),
        "page_obj": page,
        "count": page.paginator.count,
        "filter": found,
        "default_sort": DEFAULT_ORDER,
        "overdue": overdue(visible, on=today).count(),
        "may_add": request.user.has_perm(KEEP),
        "tabs": board_tabs(request.user, "action_list"),
        "export_url": reverse("retention:action_export"),
        "breadcrumbs": [(_("Retention"), "")],
    }
    return render(request, "retention/action_list.html", context)


def _found(request: HttpRequest) -> ActionFilter:
    """Everybody may look: who neither reads the board nor is responsible finds nothing."""
    reach = reach_of(request.user, BOARD)
    reach.lend_court(request.user)
    listed = ordered(RetentionAction.objects.visible_to(request.user), request.GET.get("sort", ""))
    today = timezone.localdate()
    return ActionFilter(request.GET, listed, units=units_shown(reach), user=request.user, on=today)


@require_safe
@login_required
def action_export(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    try:
        content = export_actions(_found(request).found, by=request.user, on=today)
    except CannotExport as refusal:
        messages.error(request, str(refusal))
        return redirect(f"{reverse('retention:action_list')}?{request.GET.urlencode()}")
    return xlsx_response(content, _("retention-actions-%(day)s.xlsx") % {"day": today})


@require_http_methods(["GET", "POST"])
@login_required
@permission_required(KEEP, raise_exception=True)
def action_add(request: HttpRequest) -> HttpResponse:
    form = _form(request, {"figure": request.GET.get("figure", "")})
    if form.is_valid():
        try:
            action = services.add_action(by=request.user, at=timezone.now(), **form.facts)
        except services.CannotKeep as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Entered. Whoever is responsible is told."))
            return redirect(action)
    context = {
        "title": _("Enter an action"),
        "intro": _("An action has a figure behind it, somebody responsible and a day."),
        "form": form,
        "submit_label": _("Enter the action"),
        "cancel_url": reverse("retention:action_list"),
        "breadcrumbs": _crumbs(),
    }
    return render(request, "skeletons/form.html", context)


def _form(request: HttpRequest, initial: dict[str, Any]) -> ActionForm:
    units = units_for_actions(request.user)
    if not units:
        raise Http404
    courts = sorted({unit.court_path for unit in units})
    people = [
        person for unit in units if unit.path in courts for person in responsible_people(unit)
    ]
    return ActionForm(_posted(request), units=units, people=people, initial=initial)


@require_safe
@login_required
def action_detail(request: HttpRequest, pk: int) -> HttpResponse:
    action = _action_or_404(request, pk)
    is_open = action.state in OPEN
    follows = may_follow(action, request.user)
    keeps = may_keep(action, request.user)
    context = {
        "title": action.title,
        "subtitle": action.unit.display_name,
        "status_text": action.get_state_display(),
        "status_tone": TONES[action.state],
        "action": action,
        "notes": notes_of(action),
        "is_late": is_open and action.due_on < timezone.localdate(),
        "may_follow": follows and is_open,
        "may_change": keeps and is_open,
        "may_reopen": keeps and not is_open,
        "breadcrumbs": _crumbs(),
    }
    return render(request, "retention/action_detail.html", context)


@require_http_methods(["GET", "POST"])
@login_required
@permission_required(KEEP, raise_exception=True)
def action_change(request: HttpRequest, pk: int) -> HttpResponse:
    action = _action_or_404(request, pk)
    names = ("title", "figure", "why", "responsible_id", "due_on")
    initial = {name: getattr(action, name) for name in names}
    initial |= {"unit": str(action.unit_id), "seen": version_of(action)}
    form = _form(request, initial)

    def save() -> None:
        services.change_action(
            action_id=pk,
            seen=form.cleaned_data["seen"],
            by=request.user,
            at=timezone.now(),
            **form.facts,
        )

    return _step(request, action, form, save, {"title": _("Change the action")})


@require_http_methods(["GET", "POST"])
@login_required
def action_follow(request: HttpRequest, pk: int) -> HttpResponse:
    action = _action_or_404(request, pk)
    form = FollowForm(_posted(request), initial={"on": timezone.localdate()})

    def save() -> None:
        services.follow_up_action(
            action_id=pk, by=request.user, at=timezone.now(), **form.cleaned_data
        )

    return _step(request, action, form, save, {"title": _("Follow up: what was found or done")})


@require_http_methods(["GET", "POST"])
@login_required
def action_close(request: HttpRequest, pk: int) -> HttpResponse:
    action = _action_or_404(request, pk)
    initial = {"closed_on": timezone.localdate(), "result": action.result}
    form = CloseForm(_posted(request), initial=initial)

    def save() -> None:
        services.close_action(action_id=pk, by=request.user, at=timezone.now(), **form.cleaned_data)

    context = {"title": _("Close the action"), "submit_label": _("Close")}
    return _step(request, action, form, save, context)


@require_POST
@login_required
@permission_required(KEEP, raise_exception=True)
def action_reopen(request: HttpRequest, pk: int) -> HttpResponse:
    action = _action_or_404(request, pk)
    try:
        services.reopen_action(action_id=pk, by=request.user, at=timezone.now())
    except services.CannotKeep as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The action is open again."))
    return redirect(action)


def _step(
    request: HttpRequest,
    action: RetentionAction,
    form: Form,
    save: Callable[[], None],
    context: dict[str, Any],
) -> HttpResponse:
    if form.is_valid():
        try:
            save()
        except services.CannotKeep as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect(action)
    context |= {
        "intro": action.title,
        "form": form,
        "cancel_url": action.get_absolute_url(),
        "breadcrumbs": [*_crumbs(), (action.title, action.get_absolute_url())],
    }
    return render(request, "skeletons/form.html", context)


def _posted(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _action_or_404(request: HttpRequest, pk: int) -> RetentionAction:
    related = ("court", "unit", "responsible", "created_by")
    actions = RetentionAction.objects.visible_to(request.user).select_related(*related)
    return get_object_or_404(actions, pk=pk)


def _crumbs() -> list[tuple[str, str]]:
    return [(_("Retention"), ""), (_("Actions to keep people"), reverse("retention:action_list"))]
