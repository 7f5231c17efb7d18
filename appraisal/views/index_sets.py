from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from appraisal.models import IndexSet
from appraisal.rules.scoring import plain
from appraisal.selectors import index_sets as selectors
from appraisal.services.index_sets import (
    CannotPublish,
    install_index_sets_for,
    publish_index_set,
)
from courtparty.lib.charts import Bar, stacked_bar

PAGE_SIZE = 50
TONES = {
    IndexSet.State.DRAFT: "info",
    IndexSet.State.PUBLISHED: "success",
    IndexSet.State.RETIRED: "neutral",
}


@require_safe
@login_required
def index_set_list(request: HttpRequest) -> HttpResponse:
    found = selectors.index_sets_listed(request.user)
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "title": _("Index sets"),
        "intro": _("What is appraised, from which figures, with which weight; one set for each."),
        "page_obj": page,
        "count": page.paginator.count,
        "may_install": request.user.has_perm("appraisal.manage_index_set"),
    }
    return render(request, "appraisal/index_set_list.html", context)


@require_safe
@login_required
def index_set_detail(request: HttpRequest, pk: int) -> HttpResponse:
    index_set = get_object_or_404(selectors.index_sets_listed(request.user), pk=pk)
    indicators = selectors.indicators_of(index_set)
    names = selectors.measure_names()
    composition = selectors.composition_of(indicators)
    is_kept = selectors.index_sets_kept_by(request.user).filter(pk=pk).exists()
    context = {
        "title": str(index_set),
        "breadcrumbs": _breadcrumbs(),
        "index_set": index_set,
        "status_text": index_set.get_state_display(),
        "status_tone": TONES[IndexSet.State(index_set.state)],
        "lines": [(one, selectors.rule_in_words(one, names)) for one in indicators],
        "total": selectors.total_weight(indicators),
        "composition": composition,
        "chart": _composition_chart(composition),
        "findings": selectors.findings_shown(index_set) if is_kept else [],
        "may_publish": is_kept and index_set.state == IndexSet.State.DRAFT,
    }
    return render(request, "appraisal/index_set_detail.html", context)


def _composition_chart(composition: list[selectors.AreaWeight]) -> SafeString:
    parts = [
        Bar(area.label, area.weight, plain(area.weight), colour)
        for colour, area in enumerate(composition)
    ]
    return stacked_bar(parts, title=_("Weights by area"))


@require_POST
@login_required
@permission_required("appraisal.manage_index_set", raise_exception=True)
def index_set_install(request: HttpRequest) -> HttpResponse:
    new = len(install_index_sets_for(by=request.user))
    if new:
        text = ngettext(
            "%(count)d shipped index set was added as a draft. Check it and publish it.",
            "%(count)d shipped index sets were added as drafts. Check and publish them.",
            new,
        )
        messages.success(request, text % {"count": new})
    else:
        messages.info(request, _("The court has all the shipped index sets already."))
    return redirect("appraisal:index_set_list")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@permission_required("appraisal.manage_index_set", raise_exception=True)
def index_set_publish(request: HttpRequest, pk: int) -> HttpResponse:
    index_set = get_object_or_404(selectors.index_sets_kept_by(request.user), pk=pk)
    reasons: list[str] = []
    if request.method == "POST":
        try:
            publish_index_set(index_set_id=pk, by=request.user)
        except CannotPublish as refusal:
            messages.error(request, str(refusal))
            reasons = refusal.reasons
        else:
            messages.success(request, _("“%(name)s” is published.") % {"name": index_set})
            return redirect(index_set)
    context = {
        "title": _("Publish “%(name)s”?") % {"name": index_set},
        "breadcrumbs": [*_breadcrumbs(), (str(index_set), index_set.get_absolute_url())],
        "text": _("From then on cycles of this court are computed with it."),
        "consequences": [
            _("A set published before for the same function and category is retired."),
            _("Cycles that have been computed already keep the set they began with."),
        ],
        "warning": _("A published set can never be changed; a change needs a new version."),
        "reasons": reasons,
        "findings": selectors.findings_shown(index_set),
        "submit_label": _("Publish"),
        "cancel_url": index_set.get_absolute_url(),
    }
    return render(request, "appraisal/index_set_publish.html", context)


def _breadcrumbs() -> list[tuple[str, str]]:
    return [(_("Index sets"), reverse("appraisal:index_set_list"))]
