"""Weights by comparing in pairs, for whoever manages index sets: experts, figures, taking them."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from appraisal.forms.weights import InviteForm, PersonSearch
from appraisal.models import IndexSet
from appraisal.selectors import weights as selectors
from appraisal.selectors.index_sets import index_sets_kept_by
from appraisal.selectors.weight_content import stamp_of_study
from appraisal.selectors.weight_derivations import derivation_shown, derivations_visible_to
from appraisal.selectors.weight_pages import expert_rows, node_rows, total, weight_rows
from appraisal.selectors.weight_words import agreement_text, agreement_tone
from appraisal.selectors.weights import OFFERED, Study
from appraisal.services import weights as services

MANAGE = selectors.MANAGE


@require_safe
@login_required
@permission_required(MANAGE, raise_exception=True)
def weight_study(request: HttpRequest, pk: int) -> HttpResponse:
    index_set = _kept(request, pk)
    study = selectors.study_of(index_set)
    context = {
        "title": _("Weights by pairwise comparison: %(name)s") % {"name": index_set},
        "breadcrumbs": _breadcrumbs(index_set),
        "index_set": index_set,
        "study": study,
        "is_draft": index_set.state == IndexSet.State.DRAFT,
        "obstacle": _obstacle(study),
        "experts": expert_rows(study),
        "derivations": selectors.derivations_of(index_set),
        **_outcome(study),
    }
    return render(request, "appraisal/weight_study.html", context)


def _obstacle(study: Study) -> str:
    try:
        services.refuse_derivation(study)
    except services.CannotDerive as refusal:
        return str(refusal)
    return ""


def _outcome(study: Study) -> dict[str, object]:
    rows = weight_rows(study)
    agreement = study.derived.agreement if study.derived else None
    return {
        "rows": rows,
        "total_now": total([row.now for row in rows]),
        "total_new": total([row.new for row in rows]),
        "nodes": node_rows(study),
        "agreement": agreement,
        "agreement_words": agreement_text(agreement) if agreement else "",
        "agreement_tone": agreement_tone(agreement) if agreement else "",
    }


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@permission_required(MANAGE, raise_exception=True)
def weight_expert_invite(request: HttpRequest, pk: int) -> HttpResponse:
    index_set = _kept(request, pk)
    if request.method == "POST":
        form = InviteForm(request.POST)
        if form.is_valid() and _invite(request, index_set, form.cleaned_data["user"]):
            return redirect("appraisal:weight_study", pk=pk)
        return redirect("appraisal:weight_expert_invite", pk=pk)
    search = PersonSearch(request.GET)
    text = search.cleaned_data["q"] if search.is_valid() else ""
    people = selectors.people_to_ask(index_set, text)
    context = {
        "title": _("Ask an expert"),
        "intro": _(
            "Each expert compares the parts of the set in pairs, alone, with an own account."
        ),
        "breadcrumbs": [
            *_breadcrumbs(index_set),
            (_("Weights by pairwise comparison"), services.study_url(index_set)),
        ],
        "index_set": index_set,
        "search": search,
        "asked": bool(text),
        "people": people[:OFFERED],
        "has_more": len(people) > OFFERED,
    }
    return render(request, "appraisal/weight_expert_invite.html", context)


def _invite(request: HttpRequest, index_set: IndexSet, user_id: int) -> bool:
    try:
        expert = services.invite_expert(
            index_set_id=index_set.pk, user_id=user_id, by=request.user, at=timezone.now()
        )
    except services.CannotAsk as refusal:
        messages.error(request, str(refusal))
        return False
    text = _("%(name)s has been asked, and told so in the inbox.")
    messages.success(request, text % {"name": expert.user})
    return True


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@permission_required(MANAGE, raise_exception=True)
def weight_expert_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    expert = get_object_or_404(selectors.experts_kept_by(request.user), pk=pk)
    study_url = services.study_url(expert.index_set)
    if request.method == "POST":
        services.withdraw_expert(expert_id=pk, by=request.user)
        text = _("%(name)s is asked no more, and has been told.")
        messages.success(request, text % {"name": expert.user})
        return redirect(study_url)
    context = {
        "title": _("Ask %(name)s no more?") % {"name": expert.user},
        "breadcrumbs": [
            *_breadcrumbs(expert.index_set),
            (_("Weights by pairwise comparison"), study_url),
        ],
        "text": _("The comparisons made so far are deleted and count no more."),
        "consequences": [_("Weights that were taken before keep what they rest on.")],
        "submit_label": _("Ask no more"),
        "is_danger": True,
        "cancel_url": study_url,
    }
    return render(request, "skeletons/confirm.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@permission_required(MANAGE, raise_exception=True)
def weight_derive(request: HttpRequest, pk: int) -> HttpResponse:
    index_set = _kept(request, pk)
    if request.method == "POST":
        try:
            derivation = services.derive_weights(
                index_set_id=pk,
                shown=request.POST.get("shown", ""),
                by=request.user,
                at=timezone.now(),
            )
        except services.CannotDerive as refusal:
            messages.error(request, str(refusal))
            return redirect("appraisal:weight_study", pk=pk)
        messages.success(request, _("The weights are in the set. They total exactly 100."))
        return redirect("appraisal:weight_derivation", pk=derivation.pk)
    study = selectors.study_of(index_set)
    if obstacle := _obstacle(study) or _closed(index_set):
        messages.error(request, obstacle)
        return redirect("appraisal:weight_study", pk=pk)
    context = {
        "title": _("Take these weights into “%(name)s”?") % {"name": index_set},
        "breadcrumbs": [
            *_breadcrumbs(index_set),
            (_("Weights by pairwise comparison"), services.study_url(index_set)),
        ],
        "text": _("They replace the present weights of the draft; bonuses and vetoes stay."),
        "consequences": [
            _("Every expert's judgements and every step to the weights are kept with the set."),
            _("While the set is a draft, weights can still be changed by hand."),
        ],
        "shown": stamp_of_study(study),
        "submit_label": _("Take the weights"),
        "cancel_url": services.study_url(index_set),
        **_outcome(study),
    }
    return render(request, "appraisal/weight_derive.html", context)


def _closed(index_set: IndexSet) -> str:
    if index_set.state == IndexSet.State.DRAFT:
        return ""
    return _("“%(name)s” is no draft, so its weights do not change.") % {"name": index_set}


@require_safe
@login_required
def weight_derivation(request: HttpRequest, pk: int) -> HttpResponse:
    derivation = get_object_or_404(derivations_visible_to(request.user), pk=pk)
    index_set = derivation.index_set
    is_kept = index_sets_kept_by(request.user).filter(pk=index_set.pk).exists()
    title = _("Derivation %(number)s of the weights") % {"number": derivation.number}
    context = {
        "title": title,
        "subtitle": str(index_set),
        "breadcrumbs": _breadcrumbs(index_set),
        "derivation": derivation,
        "is_kept": is_kept,
        "shown": derivation_shown(derivation, with_names=is_kept),
    }
    return render(request, "appraisal/weight_derivation.html", context)


def _kept(request: HttpRequest, pk: int) -> IndexSet:
    return get_object_or_404(index_sets_kept_by(request.user).select_related("court"), pk=pk)


def _breadcrumbs(index_set: IndexSet) -> list[tuple[str, str]]:
    return [
        (_("Index sets"), reverse("appraisal:index_set_list")),
        (str(index_set), index_set.get_absolute_url()),
    ]
