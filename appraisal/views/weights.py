"""Comparing in pairs: what one is asked for, judging, handing in."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from appraisal.models import IndexSet, WeightExpert
from appraisal.selectors import weights as selectors
from appraisal.selectors.weight_pages import Judging, judging, tabs_of
from appraisal.selectors.weight_words import too_large_text
from appraisal.services import weights as services
from courtparty.lib.conflicts import Conflict

PAGE_SIZE = 20
# What ``to`` says where the next page is not another node.
HAND_IN = "hand-in"


@require_safe
@login_required
def weight_list(request: HttpRequest) -> HttpResponse:
    found = selectors.experts_asked(request.user)
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "title": _("Comparisons I am asked for"),
        "intro": _("You compare the parts of an index set in pairs; its weights follow from that."),
        "page_obj": page,
        "count": page.paginator.count,
        "rows": selectors.comparisons_asked(page.object_list),
    }
    return render(request, "appraisal/weight_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def weight_judge(request: HttpRequest, pk: int) -> HttpResponse:
    expert = _own(request, pk)
    if request.method == "POST":
        return _save(request, expert)
    shown = judging(expert, request.GET.get("node"))
    if shown is None:
        return render(request, "appraisal/weight_nothing.html", _nothing(expert))
    context = {
        "title": _("Compare in pairs: %(name)s") % {"name": expert.index_set},
        "breadcrumbs": _breadcrumbs(),
        "judging": shown,
        "is_open": _is_open(shown),
        "may_reopen": _may_reopen(shown),
    }
    return render(request, "appraisal/weight_judge.html", context)


def _save(request: HttpRequest, expert: WeightExpert) -> HttpResponse:
    node = request.POST.get("node", "")
    try:
        services.save_judgements(
            expert_id=expert.pk,
            node=node,
            items=request.POST.getlist("items"),
            judgements=_judgements(request),
            seen=request.POST.get("seen", ""),
            by=request.user,
            at=timezone.now(),
        )
    except (services.CannotJudge, Conflict) as refusal:
        return _refused(request, expert, node, refusal)
    if request.htmx:
        return _figures(request, expert, node)
    messages.success(request, _("Your comparisons are saved."))
    if request.POST.get("to") == HAND_IN:
        return redirect("appraisal:weight_submit", pk=expert.pk)
    return redirect(services.judge_url(expert, request.POST.get("to", node)))


def _judgements(request: HttpRequest) -> dict[str, str]:
    pairs = (key for key in request.POST if key.startswith("p-"))
    return {key.removeprefix("p-"): request.POST[key] for key in pairs if request.POST[key]}


def _refused(
    request: HttpRequest, expert: WeightExpert, node: str, refusal: Exception
) -> HttpResponse:
    is_conflict = isinstance(refusal, Conflict)
    if request.htmx:
        return _figures(request, expert, node, refusal=refusal, status=409 if is_conflict else 422)
    if is_conflict:
        raise refusal
    messages.error(request, str(refusal))
    return redirect(services.judge_url(expert, node))


def _figures(
    request: HttpRequest,
    expert: WeightExpert,
    node: str,
    *,
    refusal: Exception | None = None,
    status: int = 200,
) -> HttpResponse:
    """The part of the page that changes with each judgement."""
    shown = judging(_own(request, expert.pk), node)
    if shown is None:  # so many indicators were added that nothing can be compared
        return HttpResponseClientRedirect(services.judge_url(expert))
    context = {"judging": shown, "refusal": refusal, "is_part": True}
    return render(request, "appraisal/_weight_figures.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def weight_submit(request: HttpRequest, pk: int) -> HttpResponse:
    expert = _own(request, pk)
    if request.method == "POST":
        try:
            services.submit_judgements(expert_id=pk, by=request.user, at=timezone.now())
        except services.CannotJudge as refusal:
            messages.error(request, str(refusal))
            return redirect(services.judge_url(expert, refusal.node))
        messages.success(request, _("Your comparisons are handed in. Thank you."))
        return redirect("appraisal:weight_list")
    hierarchy = selectors.hierarchy_of(expert.index_set)
    context = {
        "title": _("Hand in your comparisons?"),
        "breadcrumbs": [*_breadcrumbs(), (str(expert.index_set), services.judge_url(expert))],
        "text": _("The appraisal administrator then sees them, with those of the other experts."),
        "consequences": [
            _("You can take them back and change them until weights have been taken from them."),
            _("They are kept with the weights that come of them."),
        ],
        "expert": expert,
        "tabs": tabs_of(selectors.expert_state(expert, hierarchy)),
        "submit_label": _("Hand in"),
        "cancel_url": services.judge_url(expert),
    }
    return render(request, "appraisal/weight_submit.html", context)


@require_POST
@login_required
def weight_expert_reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """By the expert, or by an appraisal administrator."""
    expert = get_object_or_404(WeightExpert.objects.visible_to(request.user), pk=pk)
    is_own = expert.user_id == request.user.pk
    back = services.judge_url(expert) if is_own else services.study_url(expert.index_set)
    try:
        services.reopen_judgements(expert_id=pk, by=request.user, at=timezone.now())
    except services.CannotJudge as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The comparisons can be changed again."))
    return redirect(back)


def _own(request: HttpRequest, pk: int) -> WeightExpert:
    own = WeightExpert.objects.own(request.user).select_related("index_set", "invited_by")
    return get_object_or_404(own.prefetch_related("matrices"), pk=pk)


def _is_open(shown: Judging) -> bool:
    is_draft = shown.expert.index_set.state == IndexSet.State.DRAFT
    return is_draft and not shown.state.is_finished


def _may_reopen(shown: Judging) -> bool:
    is_draft = shown.expert.index_set.state == IndexSet.State.DRAFT
    return is_draft and shown.state.is_finished


def _nothing(expert: WeightExpert) -> dict[str, Any]:
    too_large = selectors.hierarchy_of(expert.index_set).too_large
    return {
        "title": _("Compare in pairs: %(name)s") % {"name": expert.index_set},
        "breadcrumbs": _breadcrumbs(),
        "reason": too_large_text(too_large[0]) if too_large else "",
    }


def _breadcrumbs() -> list[tuple[str, str]]:
    return [(_("Comparisons I am asked for"), reverse("appraisal:weight_list"))]
