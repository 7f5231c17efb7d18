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

from retention.forms.mentoring import (
    EndPairForm,
    MeetingNoteForm,
    MentoringFilter,
    NoteTextForm,
    PairForm,
)
from retention.models import Mentoring, MentoringNote
from retention.selectors import mentoring as selectors
from retention.selectors.achievements import officer_choices
from retention.selectors.mentoring import MANAGE
from retention.services import mentoring as services
from retention.services.mentoring import CannotMentor
from retention.views.achievements import METHODS, PER_PAGE

WITHOUT = 20


@require_safe
@login_required
@permission_required(MANAGE, raise_exception=True)
def mentoring_list(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    pairs = selectors.with_meetings(Mentoring.objects.managed_by(request.user))
    ordered = selectors.ordered(pairs, request.GET.get("sort", ""))
    found = MentoringFilter(request.GET, ordered, user=request.user, on=today)
    listed = found.found.select_related("mentor", "mentee__department")
    page = Paginator(listed, PER_PAGE).get_page(request.GET.get("page"))
    page.object_list = selectors.pair_rows(page.object_list, on=today)
    without = selectors.without_mentor(request.user, on=today)
    context = {
        "title": _("Mentoring"),
        "intro": _(
            "Experienced officers lead new ones. Who has fewer than two years has a mentor."
        ),
        "page_obj": page,
        "count": page.paginator.count,
        "filter": found,
        "default_sort": selectors.DEFAULT_ORDER,
        "without": without[:WITHOUT],
        "without_count": without.count(),
        "breadcrumbs": [(_("Retention"), "")],
    }
    return render(request, "retention/mentoring_list.html", context)


@require_http_methods(METHODS)
@login_required
@permission_required(MANAGE, raise_exception=True)
def mentoring_add(request: HttpRequest) -> HttpResponse:
    officers = officer_choices(selectors.officers_to_pair(request.user))
    data = request.POST if request.method == "POST" else None
    initial = {"mentee": request.GET.get("mentee", ""), "start": timezone.localdate()}
    form = PairForm(data, officers=officers, initial=initial)
    if form.is_valid():
        try:
            pair = services.make_pair(by=request.user, at=timezone.now(), **form.facts)
        except CannotMentor as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The pair is made. Both are told."))
            return redirect(pair)
    context = {
        "title": _("Make a pair"),
        "form": form,
        "submit_label": _("Make the pair"),
        "cancel_url": reverse("retention:mentoring_list"),
        "breadcrumbs": _crumbs(),
    }
    return render(request, "retention/mentoring_form.html", context)


@require_safe
@login_required
def mentoring_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """For the two of the pair, and for whoever manages it."""
    pair = _visible_or_404(request, pk)
    services.read_pair(pair, by=request.user)
    is_active = pair.state == Mentoring.State.ACTIVE
    notes = list(pair.notes.select_related("by").order_by("-met_on"))
    context = {
        "title": f"{pair.mentor.name} → {pair.mentee.name}",
        "subtitle": str(pair.mentee.department),
        "status_text": pair.get_state_display(),
        "status_tone": selectors.TONES[Mentoring.State(pair.state)],
        "row": selectors.pair_rows([pair], on=timezone.localdate())[0],
        "pair": pair,
        "notes": notes,
        "is_active": is_active,
        "may_manage": is_active and _manages(request, pair),
        "breadcrumbs": _crumbs() if request.user.has_perm(MANAGE) else _own_crumbs(),
    }
    return render(request, "retention/mentoring_detail.html", context)


@require_http_methods(METHODS)
@login_required
@permission_required(MANAGE, raise_exception=True)
def mentoring_end(request: HttpRequest, pk: int) -> HttpResponse:
    pair = get_object_or_404(_pairs(Mentoring.objects.managed_by(request.user)), pk=pk)
    form = EndPairForm(_data(request), initial={"last_day": timezone.localdate()})
    context = {
        "title": _("End this pair"),
        "intro": _("Both are told, and the outcome stays on record."),
        "submit_label": _("End the pair"),
    }
    return _page(request, pair, form, services.end_pair, context, at=timezone.now())


@require_http_methods(METHODS)
@login_required
@permission_required(MANAGE, raise_exception=True)
def mentoring_void(request: HttpRequest, pk: int) -> HttpResponse:
    pair = get_object_or_404(_pairs(Mentoring.objects.managed_by(request.user)), pk=pk)
    context = {
        "title": _("Take this pair back?"),
        "intro": _("Only for a pair made by mistake that has not met. Both are told."),
        "submit_label": _("Take back"),
        "is_danger": True,
    }
    return _page(request, pair, Form(_data(request)), services.void_pair, context)


@require_http_methods(METHODS)
@login_required
def mentoring_meet(request: HttpRequest, pk: int) -> HttpResponse:
    """For the two of the pair, and for whoever manages it."""
    pair = _visible_or_404(request, pk)
    form = MeetingNoteForm(_data(request), initial={"met_on": timezone.localdate()})
    context = {"title": _("Enter a meeting"), "submit_label": _("Enter")}
    return _page(request, pair, form, services.note_meeting, context, at=timezone.now())


@require_http_methods(METHODS)
@login_required
def mentoring_note_change(request: HttpRequest, pk: int) -> HttpResponse:
    visible = Mentoring.objects.visible_to(request.user)
    mine = MentoringNote.objects.filter(mentoring__in=visible, by=request.user)
    note = get_object_or_404(mine, pk=pk)
    pair = _visible_or_404(request, note.mentoring_id)
    form = NoteTextForm(_data(request), initial={"text": note.text})
    if form.is_valid():
        try:
            services.change_note(note_id=note.pk, by=request.user, **form.cleaned_data)
        except CannotMentor as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect(pair)
    context = {"title": _("Correct the note of %(day)s") % {"day": note.met_on.isoformat()}}
    return _form_page(request, pair, form, context)


def _page(
    request: HttpRequest,
    pair: Mentoring,
    form: Form,
    service: Callable[..., Any],
    context: dict[str, Any],
    **facts: Any,
) -> HttpResponse:
    if form.is_valid():
        try:
            service(mentoring_id=pair.pk, by=request.user, **form.cleaned_data, **facts)
        except CannotMentor as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Done."))
            return redirect(pair)
    return _form_page(request, pair, form, context)


def _form_page(
    request: HttpRequest, pair: Mentoring, form: Form, context: dict[str, Any]
) -> HttpResponse:
    base = _crumbs() if request.user.has_perm(MANAGE) else _own_crumbs()
    label = f"{pair.mentor.name} → {pair.mentee.name}"
    context |= {
        "form": form,
        "cancel_url": pair.get_absolute_url(),
        "breadcrumbs": [*base, (label, pair.get_absolute_url())],
    }
    return render(request, "retention/mentoring_form.html", context)


def _manages(request: HttpRequest, pair: Mentoring) -> bool:
    if not request.user.has_perm(MANAGE):
        return False
    return Mentoring.objects.managed_by(request.user).filter(pk=pair.pk).exists()


def _data(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _pairs(pairs: Any) -> Any:
    related = ("mentor__court", "mentor__department", "mentee__court", "mentee__department")
    return selectors.with_meetings(pairs).select_related(*related)


def _visible_or_404(request: HttpRequest, pk: int) -> Mentoring:
    return get_object_or_404(_pairs(Mentoring.objects.visible_to(request.user)), pk=pk)


def _crumbs() -> list[tuple[str, str]]:
    return [(_("Retention"), ""), (_("Mentoring"), reverse("retention:mentoring_list"))]


def _own_crumbs() -> list[tuple[str, str]]:
    return [(_("My awards"), reverse("retention:my_awards"))]
