from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from courtparty.lib.responses import download, xlsx_response
from retention.forms.achievements import AchievementFilter, AchievementForm, AnswerForm
from retention.models import Achievement, AwardProposal
from retention.selectors import achievements as selectors
from retention.selectors.achievements import PROPOSE, VIEW
from retention.selectors.award_desks import TONES
from retention.selectors.award_proposals import proposal_rows
from retention.services import achievements as services
from retention.services.achievements import CannotEnterAchievement
from retention.services.award_exports import CannotExport, export_achievements

PER_PAGE = 50
METHODS = ["GET", "HEAD", "POST"]


@require_safe
@login_required
@permission_required(VIEW, raise_exception=True)
def achievement_list(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    found = _found(request)
    listed = found.found.select_related("officer__department")
    page = Paginator(listed, PER_PAGE).get_page(request.GET.get("page"))
    page.object_list = selectors.achievement_rows(page.object_list, on=today)
    reach = Achievement.objects.within(request.user, VIEW)
    context = {
        "title": _("Achievements"),
        "intro": _("What officers achieved, where each one stands and with whom."),
        "page_obj": page,
        "count": page.paginator.count,
        "filter": found,
        "default_sort": selectors.DEFAULT_ORDER,
        "late": selectors.late(reach, on=today).count(),
        "export_url": reverse("retention:achievement_export"),
        "breadcrumbs": [(_("Retention"), "")],
    }
    return render(request, "retention/achievement_list.html", context)


def _found(request: HttpRequest) -> AchievementFilter:
    reach = selectors.with_proposal(Achievement.objects.within(request.user, VIEW))
    ordered = selectors.ordered(reach, request.GET.get("sort", ""))
    return AchievementFilter(request.GET, ordered, user=request.user, on=timezone.localdate())


@require_safe
@login_required
@permission_required(VIEW, raise_exception=True)
def achievement_export(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    try:
        content = export_achievements(_found(request).found, by=request.user, on=today)
    except CannotExport as refusal:
        messages.error(request, str(refusal))
        return redirect(f"{reverse('retention:achievement_list')}?{request.GET.urlencode()}")
    return xlsx_response(content, _("achievements-%(day)s.xlsx") % {"day": today})


@require_http_methods(METHODS)
@login_required
@permission_required(PROPOSE, raise_exception=True)
def achievement_add(request: HttpRequest) -> HttpResponse:
    officers = selectors.officer_choices(selectors.officers_to_enter_for(request.user))
    form = AchievementForm(
        *sent(request), officers=officers, initial={"officer": request.GET.get("officer", "")}
    )
    if form.is_valid():
        achievement = _entered(request, form, form.cleaned_data["officer"])
        if achievement:
            messages.success(request, _("Entered. You can propose an award for it now."))
            return redirect(achievement)
    context = {
        "title": _("Enter an achievement"),
        "intro": _("For an officer you work with. The day limit for a decision begins today."),
        "form": form,
        "submit_label": _("Enter"),
        "cancel_url": reverse("retention:achievement_list"),
        "breadcrumbs": _crumbs(),
    }
    return render(request, "retention/achievement_form.html", context)


def _entered(request: HttpRequest, form: AchievementForm, officer_id: int) -> Achievement | None:
    try:
        return services.enter_achievement(
            officer_id=officer_id,
            facts=form.facts,
            file=form.cleaned_data["file"],
            by=request.user,
            at=timezone.now(),
        )
    except CannotEnterAchievement as refusal:
        form.add_error(None, str(refusal))
        return None


@require_safe
@login_required
@permission_required(VIEW, raise_exception=True)
def achievement_detail(request: HttpRequest, pk: int) -> HttpResponse:
    achievement = _visible_or_404(request, pk)
    services.read_achievement(achievement, by=request.user)
    today = timezone.localdate()
    proposals = AwardProposal.objects.visible_to(request.user).filter(achievements=achievement)
    related = ("officer__department", "rung", "proposed_by")
    context = {
        "title": achievement.title,
        "subtitle": f"{achievement.officer.name} · {achievement.officer.department}",
        "status_text": achievement.get_state_display(),
        "status_tone": TONES[achievement.state],
        "achievement": achievement,
        "row": selectors.achievement_rows([achievement], on=today)[0],
        "possible": selectors.possible_with(achievement, request.user),
        "proposals": proposal_rows(proposals.select_related(*related).order_by("-pk"), on=today),
        "breadcrumbs": _crumbs(),
    }
    return render(request, "retention/achievement_detail.html", context)


@require_safe
@login_required
def achievement_evidence(request: HttpRequest, pk: int) -> HttpResponse:
    """For those who may see it, and for the officer."""
    achievement = get_object_or_404(_own_or_visible(request), pk=pk)
    file = services.open_evidence(achievement, by=request.user)
    if file is None:
        raise Http404
    return download(file.content, file.name, file.content_type)


@require_http_methods(METHODS)
@login_required
@permission_required(PROPOSE, raise_exception=True)
def achievement_change(request: HttpRequest, pk: int) -> HttpResponse:
    achievement = _proposable_or_404(request, pk)
    if request.method != "POST":
        services.read_achievement(achievement, by=request.user)
    return change_page(request, achievement, str(achievement.get_absolute_url()), _crumbs())


def change_page(
    request: HttpRequest, achievement: Achievement, back: str, crumbs: list[tuple[str, str]]
) -> HttpResponse:
    """The form that corrects an entry, for whoever made it; then back to the page it came from."""
    fields = ("title", "kind", "achieved_on", "description")
    initial = {name: getattr(achievement, name) for name in fields}
    form = AchievementForm(*sent(request), officers=None, initial=initial)
    if form.is_valid():
        try:
            services.change_achievement(
                achievement_id=achievement.pk,
                facts=form.facts,
                file=form.cleaned_data["file"],
                by=request.user,
                at=timezone.now(),
            )
        except CannotEnterAchievement as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect(back)
    context = {
        "title": _("Correct the entry"),
        "form": form,
        "cancel_url": back,
        "file_name": achievement.evidence.name if achievement.evidence else "",
        "breadcrumbs": crumbs,
    }
    return render(request, "retention/achievement_form.html", context)


@require_http_methods(METHODS)
@login_required
@permission_required(PROPOSE, raise_exception=True)
def achievement_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    context = {
        "title": _("Take this entry back?"),
        "text": _("It stays on record as withdrawn and is not rewarded."),
        "submit_label": _("Take back"),
        "is_danger": True,
    }
    return _confirm(request, pk, services.withdraw_achievement, context)


@require_http_methods(METHODS)
@login_required
@permission_required(PROPOSE, raise_exception=True)
def achievement_reopen(request: HttpRequest, pk: int) -> HttpResponse:
    context = {
        "title": _("Take this achievement up again?"),
        "text": _("It waits for a proposal again, with a new day limit. The officer is told."),
        "submit_label": _("Take up again"),
    }
    at = timezone.now()
    return _confirm(request, pk, services.reopen_achievement, context, at=at)


@require_http_methods(METHODS)
@login_required
@permission_required(PROPOSE, raise_exception=True)
def achievement_decline(request: HttpRequest, pk: int) -> HttpResponse:
    context = {
        "title": _("Answer without an award"),
        "text": _("The officer is told and reads your answer. It can be taken up again later."),
        "submit_label": _("Send the answer"),
        "form": AnswerForm(*sent(request)),
    }
    return _confirm(request, pk, services.decline_achievement, context)


def _confirm(
    request: HttpRequest,
    pk: int,
    service: Callable[..., Achievement],
    context: dict[str, Any],
    **facts: Any,
) -> HttpResponse:
    achievement = _proposable_or_404(request, pk)
    form = context.get("form")
    if request.method == "POST" and (form is None or form.is_valid()):
        said = form.cleaned_data if form else {}
        try:
            service(achievement_id=achievement.pk, by=request.user, **said, **facts)
        except CannotEnterAchievement as refusal:
            if form is None:
                messages.error(request, str(refusal))
                return redirect(achievement)
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Done."))
            return redirect(achievement)
    context |= {
        "achievement": achievement,
        "cancel_url": achievement.get_absolute_url(),
        "breadcrumbs": [*_crumbs(), (achievement.title, achievement.get_absolute_url())],
    }
    return render(request, "retention/achievement_confirm.html", context)


def sent(request: HttpRequest) -> tuple[Any, Any]:
    """What a form is made of: nothing unless it was sent."""
    return (request.POST, request.FILES) if request.method == "POST" else (None, None)


def _own_or_visible(request: HttpRequest) -> Any:
    if request.user.has_perm(VIEW):
        found = Achievement.objects.visible_to(request.user)
    else:
        found = Achievement.objects.filter(officer__user=request.user)
    return found.select_related("officer__court", "evidence")


def _visible_or_404(request: HttpRequest, pk: int) -> Achievement:
    found = selectors.with_proposal(Achievement.objects.within(request.user, VIEW))
    related = ("officer__court", "officer__department", "evidence", "entered_by")
    return get_object_or_404(found.select_related(*related), pk=pk)


def _proposable_or_404(request: HttpRequest, pk: int) -> Achievement:
    found = Achievement.objects.within(request.user, PROPOSE)
    return get_object_or_404(found.select_related("officer__department", "evidence"), pk=pk)


def _crumbs() -> list[tuple[str, str]]:
    return [(_("Retention"), ""), (_("Achievements"), reverse("retention:achievement_list"))]
