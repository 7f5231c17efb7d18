from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courtparty.notices.calendar import working_calendar
from retention.forms.talk_tasks import AssignForm, CancelForm, PlanForm
from retention.models import TalkTask
from retention.selectors.setbacks import officers_for
from retention.selectors.talk_people import people_to_ask
from retention.selectors.talk_tasks import HOLD, TONES, VIEW, own_help, own_tasks, task_row
from retention.selectors.talks import held_by, talk_rows
from retention.services import talk_planning as services
from retention.views.talk_choices import choose_officer, chosen_officer

HELD_SHOWN = 100
RELATED = ("court", "officer__department", "officer__branch", "officer__user", "holder", "setback")


@require_safe
@login_required
def talk_mine(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    context = {
        "title": _("Talks to hold"),
        "intro": _("The talks you are asked to hold, and those you held."),
        "tasks": own_tasks(request.user, on=today),
        "help": own_help(request.user, on=today),
        "held": talk_rows(held_by(request.user)[:HELD_SHOWN]),
        "may_record": request.user.has_perm(HOLD),
    }
    return render(request, "retention/talk_mine.html", context)


@require_safe
@login_required
def talk_task_detail(request: HttpRequest, pk: int) -> HttpResponse:
    task = _task_or_404(request, pk)
    in_scope = TalkTask.objects.in_scope(request.user).filter(pk=pk).exists()
    talk = task.talks.standing().filter(holder=request.user).first()
    context = {
        "title": task.officer.name,
        "task": task,
        "row": task_row(task, on=timezone.localdate(), calendar=working_calendar()),
        "status_text": task.get_state_display(),
        "status_tone": TONES[task.state],
        "may_hold": TalkTask.objects.open().to_hold(request.user).filter(pk=pk).exists(),
        "may_assign": in_scope,
        "may_cancel": in_scope and task.kind != TalkTask.Kind.SETBACK,
        "may_restore": in_scope
        and task.kind != TalkTask.Kind.SETBACK
        and task.cancel_reason in services.REASONS,
        "own_talk": talk,
        "breadcrumbs": crumbs(request),
    }
    return render(request, "retention/talk_task_detail.html", context)


def _task_or_404(request: HttpRequest, pk: int) -> TalkTask:
    tasks = TalkTask.objects.visible_to(request.user).select_related(*RELATED)
    return get_object_or_404(tasks.defer("setback__detail"), pk=pk)


def _scoped_or_404(request: HttpRequest, pk: int) -> TalkTask:
    tasks = TalkTask.objects.in_scope(request.user).select_related(*RELATED)
    return get_object_or_404(tasks.defer("setback__detail"), pk=pk)


def crumbs(request: HttpRequest) -> list[tuple[str, str]]:
    if request.user.has_perm(VIEW):
        return [(_("Retention"), ""), (_("Talk register"), reverse("retention:talk_list"))]
    return [(_("Talks to hold"), reverse("retention:talk_mine"))]


def _page_of(task: TalkTask) -> str:
    return reverse("retention:talk_task_detail", args=[task.pk])


@require_http_methods(["GET", "POST"])
@login_required
@permission_required(VIEW, raise_exception=True)
def talk_task_assign(request: HttpRequest, pk: int) -> HttpResponse:
    task = _scoped_or_404(request, pk)
    form = AssignForm(
        request.POST if request.method == "POST" else None,
        people=people_to_ask(task.officer, on=timezone.localdate()),
        may_move_day=task.kind == TalkTask.Kind.OTHER,
        initial={"holder_id": task.holder_id, "due_on": task.due_on},
    )
    if form.is_valid():
        try:
            services.assign_task(
                task_id=task.pk, by=request.user, at=timezone.now(), **form.cleaned_data
            )
        except services.CannotPlan as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved. Whoever holds the talk now has been told."))
            return redirect(_page_of(task))
    return _form_page(request, task, form, "talk_task_assign", _("Ask somebody to hold this talk"))


@require_http_methods(["GET", "POST"])
@login_required
@permission_required(VIEW, raise_exception=True)
def talk_task_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    task = _scoped_or_404(request, pk)
    form = CancelForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            services.cancel_task(task_id=task.pk, by=request.user, **form.cleaned_data)
        except services.CannotPlan as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Cancelled. The record stays; it can be taken back."))
            return redirect(_page_of(task))
    return _form_page(request, task, form, "talk_task_cancel", _("Cancel this planned talk?"))


@require_POST
@login_required
@permission_required(VIEW, raise_exception=True)
def talk_task_restore(request: HttpRequest, pk: int) -> HttpResponse:
    task = _scoped_or_404(request, pk)
    try:
        services.restore_task(task_id=task.pk, by=request.user)
    except services.CannotPlan as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The talk is planned again."))
    return redirect(_page_of(task))


def _form_page(
    request: HttpRequest, task: TalkTask, form: Any, page: str, title: str
) -> HttpResponse:
    if request.method == "GET" and task.state != TalkTask.State.OPEN:
        text = _("This can't be done with the talk as it stands now: %(state)s.")
        messages.warning(request, text % {"state": task.get_state_display()})
        return redirect(_page_of(task))
    context = {
        "title": title,
        "task": task,
        "row": task_row(task, on=timezone.localdate(), calendar=working_calendar()),
        "form": form,
        "submit_label": _("Cancel the talk") if page == "talk_task_cancel" else "",
        "cancel_url": _page_of(task),
        "breadcrumbs": [*crumbs(request), (task.officer.name, _page_of(task))],
    }
    return render(request, f"retention/{page}.html", context)


@require_http_methods(["GET", "POST"])
@login_required
@permission_required(HOLD, raise_exception=True)
def talk_plan(request: HttpRequest) -> HttpResponse:
    officers = officers_for(request.user, HOLD)
    officer = chosen_officer(request, officers)
    context: dict[str, Any] = {
        "title": _("Plan a talk"),
        "intro": _("Beside the talks by rule: whoever holds it and the officer are told."),
        "cancel_url": reverse("retention:talk_mine"),
        "breadcrumbs": crumbs(request),
    }
    if officer is None:
        return choose_officer(request, officers, context)
    form = PlanForm(
        request.POST if request.method == "POST" else None,
        people=people_to_ask(officer, on=timezone.localdate()),
    )
    if form.is_valid():
        try:
            services.plan_talk(
                officer_id=officer.pk,
                kind=TalkTask.Kind.OTHER,
                by=request.user,
                at=timezone.now(),
                **form.cleaned_data,
            )
        except services.CannotPlan as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Planned."))
            return redirect("retention:talk_mine")
    context |= {"form": form, "officer": officer, "submit_label": _("Plan the talk")}
    return render(request, "retention/talk_plan.html", context)
