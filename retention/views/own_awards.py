from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cadres.models import Officer
from retention.forms.achievements import AchievementForm
from retention.models import Achievement
from retention.selectors.own_awards import officer_of, own_awards
from retention.services.achievements import (
    CannotEnterAchievement,
    enter_achievement,
    withdraw_achievement,
)
from retention.views.achievements import METHODS, change_page, sent


@require_safe
@login_required
def my_awards(request: HttpRequest) -> HttpResponse:
    officer = officer_of(request.user)
    context = {
        "title": _("My awards"),
        "subtitle": _("What you achieved, where it stands, what you were given, your mentoring."),
        "officer": officer,
        "own": own_awards(officer, request.user, on=timezone.localdate()) if officer else None,
    }
    return render(request, "retention/my_awards.html", context)


@require_http_methods(METHODS)
@login_required
def my_achievement_add(request: HttpRequest) -> HttpResponse:
    officer = _officer_or_404(request)
    form = AchievementForm(*sent(request), officers=None)
    if form.is_valid():
        try:
            enter_achievement(
                officer_id=officer.pk,
                facts=form.facts,
                file=form.cleaned_data["file"],
                by=request.user,
                at=timezone.now(),
            )
        except CannotEnterAchievement as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Entered. Those who may propose an award are told."))
            return redirect("retention:my_awards")
    context = {
        "title": _("Enter an achievement of mine"),
        "intro": _("Whoever works with you proposes an award for it, or answers why not."),
        "form": form,
        "submit_label": _("Enter"),
        "cancel_url": reverse("retention:my_awards"),
        "breadcrumbs": _crumbs(),
    }
    return render(request, "retention/achievement_form.html", context)


@require_http_methods(METHODS)
@login_required
def my_achievement_change(request: HttpRequest, pk: int) -> HttpResponse:
    achievement = _own_or_404(request, pk)
    return change_page(request, achievement, reverse("retention:my_awards"), _crumbs())


@require_http_methods(METHODS)
@login_required
def my_achievement_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    achievement = _own_or_404(request, pk)
    if request.method == "POST":
        try:
            withdraw_achievement(achievement_id=achievement.pk, by=request.user)
        except CannotEnterAchievement as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Taken back."))
        return redirect("retention:my_awards")
    context = {
        "title": _("Take this entry back?"),
        "text": _("It stays on record as withdrawn and is not rewarded."),
        "submit_label": _("Take back"),
        "is_danger": True,
        "achievement": achievement,
        "cancel_url": reverse("retention:my_awards"),
        "breadcrumbs": _crumbs(),
    }
    return render(request, "retention/achievement_confirm.html", context)


def _officer_or_404(request: HttpRequest) -> Officer:
    officer = officer_of(request.user)
    if officer is None:
        raise Http404
    return officer


def _own_or_404(request: HttpRequest, pk: int) -> Achievement:
    own = Achievement.objects.filter(officer__user=request.user)
    return get_object_or_404(own.select_related("officer__department", "evidence"), pk=pk)


def _crumbs() -> list[tuple[str, str]]:
    return [(_("My awards"), reverse("retention:my_awards"))]
