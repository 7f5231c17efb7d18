from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from appraisal.forms.index_sets import ArrangeForm, IndexSetFilter
from appraisal.models import IndexSet
from appraisal.rules.scoring import plain
from appraisal.selectors import index_set_compare as comparison
from appraisal.selectors import index_sets as selectors
from appraisal.services.index_set_drafts import arrange_indicators
from appraisal.services.index_set_export import export_index_set
from appraisal.services.shipped_sets import install_index_sets_for
from courtparty.accounts.models import User
from courtparty.lib.charts import Bar, stacked_bar
from courtparty.lib.responses import xlsx_response

PAGE_SIZE = 50
MANAGE = "appraisal.manage_index_set"
TONES = {
    IndexSet.State.DRAFT: "info",
    IndexSet.State.CHECKED: "warning",
    IndexSet.State.PUBLISHED: "success",
    IndexSet.State.RETIRED: "neutral",
}


def breadcrumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    return [(_("Appraisal"), ""), (_("Index sets"), reverse("appraisal:index_set_list")), *more]


def crumb_of(index_set: IndexSet) -> tuple[str, str]:
    return str(index_set), index_set.get_absolute_url()


# -- list -------------------------------------------------------------------------------------


@require_safe
@login_required
def index_set_list(request: HttpRequest) -> HttpResponse:
    listed = selectors.index_sets_listed(request.user)
    found = IndexSetFilter(
        request.GET, selectors.index_sets_sorted(listed, request.GET.get("sort", ""))
    )
    page = Paginator(found.found, PAGE_SIZE).get_page(request.GET.get("page"))
    courts = list(selectors.courts_kept_by(request.user)[:2])
    rows = page.object_list = list(page.object_list)
    context = {
        "title": _("Index sets"),
        "intro": _(
            "What is appraised, from which figures, with which weight: one set for each function "
            "and staff class, without economic quantities."
        ),
        "breadcrumbs": [(_("Appraisal"), "")],
        "page_obj": page,
        "rows": [(one, TONES[IndexSet.State(one.state)]) for one in rows],
        "count": page.paginator.count,
        "filter": found,
        "default_sort": selectors.DEFAULT_SORT,
        "has_courts": len({one.court_id for one in rows}) > 1,
        "may_manage": bool(courts),
        "cover": comparison.cover_of(courts[0]) if len(courts) == 1 else [],
    }
    return render(request, "appraisal/index_set_list.html", context)


@require_POST
@login_required
@permission_required(MANAGE, raise_exception=True)
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


# -- one set ----------------------------------------------------------------------------------


@require_safe
@login_required
def index_set_detail(request: HttpRequest, pk: int) -> HttpResponse:
    index_set = get_object_or_404(selectors.index_sets_listed(request.user), pk=pk)
    return _set_page(request, index_set)


@require_POST
@login_required
@permission_required(MANAGE, raise_exception=True)
def index_set_arrange(request: HttpRequest, pk: int) -> HttpResponse:
    """Order and weights as they stand on the page of the set."""
    index_set = get_object_or_404(selectors.index_sets_kept_by(request.user), pk=pk)
    form = ArrangeForm(request.POST, indicators=selectors.indicators_of(index_set))
    if not form.is_valid():
        return _set_page(request, index_set, form=form, status=422)
    arrange_indicators(
        index_set_id=pk,
        stamp=form.cleaned_data["stamp"],
        by=request.user,
        order=form.order,
        weights=form.weights,
    )
    if not (form.data.get("up") or form.data.get("down")):
        messages.success(request, _("Order and weights are saved."))
    return redirect(f"{index_set.get_absolute_url()}#indicators")


def _set_page(
    request: HttpRequest, index_set: IndexSet, form: ArrangeForm | None = None, status: int = 200
) -> HttpResponse:
    is_kept = _is_kept(request.user, index_set)
    is_edited = is_kept and index_set.state == IndexSet.State.DRAFT
    indicators = selectors.indicators_of(index_set)
    if is_edited and form is None:
        stamp = {"stamp": selectors.stamp_of(index_set)}
        form = ArrangeForm(None, indicators=indicators, initial=stamp)
    names = selectors.measure_names()
    rules = {one.code: selectors.rule_in_words(one, names) for one in indicators}
    shown = form.rows() if is_edited and form else [(one, None) for one in indicators]
    context = _facts(index_set, indicators) | {
        "lines": [(one, rules[one.code], field) for one, field in shown],
        "form": form if is_edited else None,
        "is_kept": is_kept,
        "is_edited": is_edited,
        "report": index_set.checks.order_by("-number").first() if is_kept else None,
        "former": comparison.former_of(index_set, request.user) if is_kept else None,
        "derivation": index_set.derivations.order_by("-number").first(),
    }
    return render(request, "appraisal/index_set_detail.html", context, status=status)


def _is_kept(user: User, index_set: IndexSet) -> bool:
    return selectors.index_sets_kept_by(user).filter(pk=index_set.pk).exists()


def _facts(index_set: IndexSet, indicators: list[Any]) -> dict[str, Any]:
    composition = selectors.composition_of(indicators)
    return {
        "title": str(index_set),
        "breadcrumbs": breadcrumbs(),
        "index_set": index_set,
        "status_text": index_set.get_state_display(),
        "status_tone": TONES[IndexSet.State(index_set.state)],
        "total": selectors.total_weight(indicators),
        "missing": selectors.HUNDRED - selectors.total_weight(indicators),
        "composition": composition,
        "chart": _composition_chart(composition),
        "groups": selectors.groups_of(index_set),
        "has_ratings": any(one.kind == "graded" and not one.numerator for one in indicators),
    }


def _composition_chart(composition: list[selectors.AreaWeight]) -> SafeString:
    parts = [
        Bar(area.label, area.weight, plain(area.weight), colour)
        for colour, area in enumerate(composition)
    ]
    return stacked_bar(parts, title=_("Weights by area"))


@require_safe
@login_required
def index_set_print(request: HttpRequest, pk: int) -> HttpResponse:
    index_set = get_object_or_404(selectors.index_sets_listed(request.user), pk=pk)
    indicators = selectors.indicators_of(index_set)
    names = selectors.measure_names()
    context = _facts(index_set, indicators) | {
        "breadcrumbs": breadcrumbs(crumb_of(index_set)),
        "lines": [(one, selectors.rule_in_words(one, names)) for one in indicators],
    }
    return render(request, "appraisal/index_set_print.html", context)


@require_safe
@login_required
def index_set_export(request: HttpRequest, pk: int) -> HttpResponse:
    found = IndexSet.objects.visible_to(request.user).select_related("court")
    index_set = get_object_or_404(found, pk=pk)
    content = export_index_set(index_set=index_set, by=request.user)
    return xlsx_response(content, f"{index_set}.xlsx")


@require_safe
@login_required
def index_set_compare(request: HttpRequest, pk: int) -> HttpResponse:
    """Two sets side by side: the one named, and the one chosen or nearest to it."""
    index_set = get_object_or_404(selectors.index_sets_listed(request.user), pk=pk)
    others = list(comparison.comparable_with(index_set, request.user))
    asked = request.GET.get("with", "")
    if asked:
        other = next((one for one in others if str(one.pk) == asked), None)
        if other is None:
            raise Http404
    else:
        other = comparison.former_of(index_set, request.user)
    changes = comparison.changes_shown(other, index_set) if other else []
    context = {
        "title": _("Compare “%(name)s”") % {"name": index_set},
        "breadcrumbs": breadcrumbs(crumb_of(index_set)),
        "index_set": index_set,
        "other": other,
        "others": others,
        "changes": [one for one in changes if one.change != "same"],
        "same": [one for one in changes if one.change == "same"],
        "totals": [
            selectors.total_weight(selectors.indicators_of(one)) for one in (other, index_set)
        ]
        if other
        else [],
    }
    return render(request, "appraisal/index_set_compare.html", context)
