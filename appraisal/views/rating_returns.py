"""For the appraisal administrator: how many ratings came back, and how far raters agree."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from appraisal.forms.ratings import ReplaceForm
from appraisal.models import Cycle
from appraisal.selectors import agreement
from appraisal.selectors.rating_returns import cycles_minded, owing, progress_of, raters_known
from appraisal.services.rating_returns import (
    CannotRemind,
    CannotReplace,
    PassedOn,
    open_agreement,
    remind_now,
    replace_rater,
)
from appraisal.views.agreement import report_context

MANAGE = "appraisal.manage_ratings"


def _cycle(request: HttpRequest, pk: int) -> Cycle:
    return get_object_or_404(cycles_minded(request.user), pk=pk)


def _breadcrumbs(cycle: Cycle) -> list[tuple[str, str]]:
    return [
        (_("Appraisal cycles"), reverse("appraisal:cycle_list")),
        (cycle.name, cycle.get_absolute_url()),
    ]


def _tabs(cycle: Cycle, *, current: str) -> list[tuple[str, str, bool]]:
    pages = [("rating_progress", _("Return")), ("rating_agreement", _("Agreement"))]
    return [
        (label, reverse(f"appraisal:{name}", args=[cycle.pk]), name == current)
        for name, label in pages
    ]


@require_safe
@login_required
@permission_required(MANAGE, raise_exception=True)
def rating_progress(request: HttpRequest, pk: int) -> HttpResponse:
    cycle = _cycle(request, pk)
    progress = progress_of(cycle)
    context: dict[str, Any] = {
        "title": _("Ratings: %(cycle)s") % {"cycle": cycle.name},
        "subtitle": _("How many of the ratings asked for have been handed in. Counts only."),
        "breadcrumbs": _breadcrumbs(cycle),
        "tabs": _tabs(cycle, current="rating_progress"),
        "cycle": cycle,
        "is_open": cycle.state == Cycle.State.COLLECTING,
        "progress": progress,
        "is_named": raters_known(cycle),
        "owing": owing(cycle, request.user),
    }
    return render(request, "appraisal/rating_progress.html", context)


@require_POST
@login_required
@permission_required(MANAGE, raise_exception=True)
def rating_remind(request: HttpRequest, pk: int) -> HttpResponse:
    cycle = _cycle(request, pk)
    try:
        told = remind_now(cycle_id=cycle.pk, by=request.user, at=timezone.now())
    except CannotRemind as refusal:
        messages.error(request, str(refusal))
    else:
        text = ngettext("%(count)s person was reminded.", "%(count)s people were reminded.", told)
        messages.success(request, text % {"count": told})
    return redirect("appraisal:rating_progress", cycle.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@permission_required(MANAGE, raise_exception=True)
def rating_replace(request: HttpRequest, pk: int) -> HttpResponse:
    cycle = _cycle(request, pk)
    form = ReplaceForm(request.POST if request.method == "POST" else None, cycle=cycle)
    if form.is_valid() and _replace(request, cycle, form):
        return redirect("appraisal:rating_progress", cycle.pk)
    context = {
        "title": _("Ask somebody else"),
        "intro": _(
            "What this person has not handed in goes to the next in the lot. What is handed in "
            "stays; drafts are deleted for good."
        ),
        "breadcrumbs": [
            *_breadcrumbs(cycle),
            (_("Ratings"), reverse("appraisal:rating_progress", args=[cycle.pk])),
        ],
        "form": form,
        "submit_label": _("Ask somebody else"),
        "is_danger": True,
        "cancel_url": reverse("appraisal:rating_progress", args=[cycle.pk]),
    }
    return render(request, "appraisal/rating_replace.html", context)


def _replace(request: HttpRequest, cycle: Cycle, form: ReplaceForm) -> bool:
    ratee = form.cleaned_data["ratee"]
    try:
        done = replace_rater(
            cycle_id=cycle.pk,
            rater_id=form.cleaned_data["rater"].pk,
            ratee_id=ratee.pk if ratee else None,
            reason=form.cleaned_data["reason"],
            by=request.user,
            at=timezone.now(),
        )
    except CannotReplace as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, _done(done, of_one=ratee is not None))
    return True


def _done(done: PassedOn, *, of_one: bool) -> str:
    """Of one person it isn't said whether there was such a rating: that would name a rater."""
    if of_one:
        return _(
            "Done: if this rating was asked for and not handed in, somebody else is asked now."
        )
    text = ngettext(
        "%(count)s rating was passed on.", "%(count)s ratings were passed on.", done.count
    ) % {"count": done.count}
    if not done.without:
        return text
    more = ngettext(
        "For %(count)s of them nobody is left to ask; that panel is smaller by one.",
        "For %(count)s of them nobody is left to ask; those panels are smaller by one.",
        done.without,
    )
    return f"{text} {more % {'count': done.without}}"


@require_safe
@login_required
@permission_required(MANAGE, raise_exception=True)
def rating_agreement(request: HttpRequest, pk: int) -> HttpResponse:
    cycle = _cycle(request, pk)
    # Read before and after somebody hands in, the figures would tell what that person gave.
    is_open = cycle.state == Cycle.State.COLLECTING
    reports = []
    if not is_open:
        open_agreement(cycle=cycle, by=request.user)
        reports = agreement.agreement_reports(cycle)
    context: dict[str, Any] = {
        "title": _("Agreement of raters: %(cycle)s") % {"cycle": cycle.name},
        "subtitle": _("How far those who rate the same people agree, group by group."),
        "breadcrumbs": _breadcrumbs(cycle),
        "tabs": _tabs(cycle, current="rating_agreement"),
        "cycle": cycle,
        "is_open": is_open,
        "reports": [report_context(report) for report in reports if not report.is_hidden],
        "hidden": [report for report in reports if report.is_hidden],
        "least": agreement.LEAST_RATINGS,
        "least_raters": agreement.LEAST_RATERS,
    }
    return render(request, "appraisal/rating_agreement.html", context)
