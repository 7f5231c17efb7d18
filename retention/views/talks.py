from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cadres.models import Officer
from retention.forms.talks import (
    AcknowledgeForm,
    AgreedForm,
    BackForm,
    CorrectForm,
    PrivateNoteForm,
    RecordForm,
)
from retention.models import PrivateNote, Talk, TalkTask
from retention.selectors.setbacks import officers_for
from retention.selectors.talk_tasks import HOLD, about
from retention.selectors.talks import my_talks as own_talks
from retention.selectors.talks import talk_shown, task_choices
from retention.services import talk_recording as services
from retention.views.talk_choices import choose_officer, chosen_officer
from retention.views.talk_tasks import RELATED, crumbs


@require_http_methods(["GET", "POST"])
@login_required
@permission_required(HOLD, raise_exception=True)
def talk_record(request: HttpRequest) -> HttpResponse:
    officers = officers_for(request.user, HOLD)
    officer = chosen_officer(request, officers)
    context = {
        "title": _("Enter a talk"),
        "intro": _("One page, saved once."),
        "cancel_url": reverse("retention:talk_mine"),
        "breadcrumbs": crumbs(request),
    }
    if officer is None:
        return choose_officer(request, officers, context)
    planned = TalkTask.objects.open().to_hold(request.user).filter(officer=officer)
    planned = planned.order_by("due_on", "pk")
    return _record(request, officer, planned, context)


@require_http_methods(["GET", "POST"])
@login_required
def talk_hold(request: HttpRequest, pk: int) -> HttpResponse:
    tasks = TalkTask.objects.to_hold(request.user).select_related(*RELATED)
    task = get_object_or_404(tasks.defer("setback__detail"), pk=pk)
    if request.method == "GET" and task.state != TalkTask.State.OPEN:
        text = _("This can't be done with the talk as it stands now: %(state)s.")
        messages.warning(request, text % {"state": task.get_state_display()})
        return redirect("retention:talk_mine")
    context = {
        "title": _("Enter the talk"),
        "intro": _("One page, saved once."),
        "task": task,
        "about": about(task),
        "cancel_url": reverse("retention:talk_mine"),
        "breadcrumbs": crumbs(request),
    }
    return _record(request, task.officer, None, context, task=task)


def _record(
    request: HttpRequest,
    officer: Officer,
    planned: Any,
    context: dict[str, Any],
    *,
    task: TalkTask | None = None,
) -> HttpResponse:
    choices = task_choices(planned) if planned is not None else []
    kind = Talk.Kind.CARE if task and task.setback_id else Talk.Kind.HEART
    initial = {
        "held_on": timezone.localdate(),
        "kind": kind,
        "task_id": choices[0][0] if choices else None,
    }
    form = RecordForm(
        request.POST if request.method == "POST" else None, tasks=choices, initial=initial
    )
    if form.is_valid():
        facts = form.facts | ({"task_id": task.pk} if task else {})
        try:
            talk = services.record_talk(
                officer_id=officer.pk, by=request.user, at=timezone.now(), **facts
            )
        except services.CannotRecord as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request, _("Saved. The officer is told that the shared note is there.")
            )
            return redirect(talk)
    context |= {"form": form, "officer": officer, "submit_label": _("Save the talk")}
    return render(request, "retention/talk_record.html", context)


@require_safe
@login_required
def talk_detail(request: HttpRequest, pk: int) -> HttpResponse:
    return _detail(request, _talk_or_404(request, pk))


def _talk_or_404(request: HttpRequest, pk: int) -> Talk:
    related = ("court", "officer__department", "officer__branch", "officer__user", "holder", "task")
    talks = Talk.objects.visible_to(request.user).select_related(*related)
    return get_object_or_404(talks, pk=pk)


def _held_or_404(request: HttpRequest, pk: int) -> Talk:
    """For what its holder alone may do: corrected and taken back by nobody else."""
    talk = _talk_or_404(request, pk)
    if talk.holder_id != request.user.pk:
        raise Http404
    return talk


def _detail(request: HttpRequest, talk: Talk, **forms: Any) -> HttpResponse:
    services.open_talk(talk, by=request.user)
    shown = talk_shown(talk, request.user)
    context = {
        "title": _("Talk of %(day)s") % {"day": talk.held_on.isoformat()},
        "shown": shown,
        "talk": talk,
        "agreed_form": AgreedForm(),
        "own_form": AcknowledgeForm(),
        "breadcrumbs": _crumbs(request, talk),
        **forms,
    }
    return render(request, "retention/talk_detail.html", context)


def _crumbs(request: HttpRequest, talk: Talk) -> list[tuple[str, str]]:
    if talk.holder_id == request.user.pk:
        return [(_("Talks to hold"), reverse("retention:talk_mine"))]
    return [(_("My talks"), reverse("retention:my_talks"))]


@require_http_methods(["GET", "POST"])
@login_required
def talk_correct(request: HttpRequest, pk: int) -> HttpResponse:
    talk = _held_or_404(request, pk)
    if request.method != "POST":
        services.open_talk(talk, by=request.user)
    initial = {
        "held_on": talk.held_on,
        "kind": talk.kind,
        "place": talk.place,
        "shared_note": talk.shared_note,
        "seen": talk.versions.count(),
    }
    form = CorrectForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        try:
            services.correct_talk(
                talk_id=talk.pk, by=request.user, at=timezone.now(), **form.cleaned_data
            )
        except services.CannotRecord as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Corrected. What it said before is kept."))
            return redirect(talk)
    title = _("Correct the talk")
    intro = _("The officer is asked to read it anew; both of you see what it said before.")
    return _form_page(request, talk, form, "talk_correct", title, intro=intro)


@require_http_methods(["GET", "POST"])
@login_required
def talk_private(request: HttpRequest, pk: int) -> HttpResponse:
    talk = _held_or_404(request, pk)
    services.open_talk(talk, by=request.user)
    note = PrivateNote.objects.visible_to(request.user).filter(talk=talk).order_by("-pk").first()
    form = PrivateNoteForm(
        request.POST if request.method == "POST" else None,
        initial={"private_note": note.private_note if note else ""},
    )
    if form.is_valid():
        services.write_private_note(
            talk_id=talk.pk, by=request.user, at=timezone.now(), **form.cleaned_data
        )
        messages.success(request, _("Saved for you alone."))
        return redirect(talk)
    return _form_page(request, talk, form, "talk_private", _("Your private note"))


@require_http_methods(["GET", "POST"])
@login_required
def talk_take_back(request: HttpRequest, pk: int) -> HttpResponse:
    talk = _held_or_404(request, pk)
    form = BackForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            services.take_back_talk(
                talk_id=talk.pk, by=request.user, at=timezone.now(), **form.cleaned_data
            )
        except services.CannotRecord as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Taken back. The record stays readable for you two."))
            return redirect(talk)
    return _form_page(request, talk, form, "talk_take_back", _("Take this talk back?"))


def _form_page(
    request: HttpRequest, talk: Talk, form: Any, page: str, title: str, **more: Any
) -> HttpResponse:
    context = {
        "title": title,
        "talk": talk,
        "form": form,
        "cancel_url": talk.get_absolute_url(),
        "breadcrumbs": [
            *_crumbs(request, talk),
            (_("Talk of %(day)s") % {"day": talk.held_on.isoformat()}, talk.get_absolute_url()),
        ],
        **more,
    }
    return render(request, f"retention/{page}.html", context)


# -- what was agreed, and the officer's side ------------------------------------------------------


@require_POST
@login_required
def talk_agree(request: HttpRequest, pk: int) -> HttpResponse:
    talk = _held_or_404(request, pk)
    form = AgreedForm(request.POST)
    if form.is_valid():
        try:
            services.add_agreed(talk_id=talk.pk, by=request.user, **form.cleaned_data)
        except services.CannotRecord as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Added. The officer has been told."))
            return redirect(talk)
    return _detail(request, talk, agreed_form=form)


@require_POST
@login_required
def talk_agreed_done(request: HttpRequest, pk: int, agreed_pk: int) -> HttpResponse:
    return _tick(request, pk, agreed_pk, is_done=True)


@require_POST
@login_required
def talk_agreed_reopen(request: HttpRequest, pk: int, agreed_pk: int) -> HttpResponse:
    return _tick(request, pk, agreed_pk, is_done=False)


def _tick(request: HttpRequest, pk: int, agreed_pk: int, *, is_done: bool) -> HttpResponse:
    talk = _talk_or_404(request, pk)
    agreed = get_object_or_404(talk.shared_follow_up, pk=agreed_pk)
    services.tick_agreed(agreed_id=agreed.pk, by=request.user, at=timezone.now(), is_done=is_done)
    messages.success(request, _("Saved."))
    return redirect(talk)


@require_POST
@login_required
def talk_acknowledge(request: HttpRequest, pk: int) -> HttpResponse:
    talk = _talk_or_404(request, pk)
    if talk.officer.user_id != request.user.pk:
        raise Http404
    form = AcknowledgeForm(request.POST)
    if form.is_valid():
        try:
            services.acknowledge_talk(
                talk_id=talk.pk, by=request.user, at=timezone.now(), **form.cleaned_data
            )
        except services.CannotRecord as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Thank you. Whoever talked with you has been told."))
            return redirect(talk)
    return _detail(request, talk, own_form=form)


@require_safe
@login_required
def my_talks(request: HttpRequest) -> HttpResponse:
    context = {
        "title": _("My talks"),
        "subtitle": _("Talks with you, what was agreed, and the care for you in hard times."),
        "mine": own_talks(request.user, on=timezone.localdate()),
    }
    return render(request, "retention/my_talks.html", context)
