from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from appraisal.forms.index_sets import BasicsForm, CopyForm, NewSetForm, RaterGroupsForm
from appraisal.forms.indicators import (
    KIND_HELP,
    AnchorFormSet,
    IndicatorForm,
    anchor_rows,
)
from appraisal.models import IndexSet, Indicator
from appraisal.selectors import index_sets as selectors
from appraisal.selectors.index_set_checks import measures_of_court
from appraisal.services import index_set_drafts as services
from appraisal.services.index_sets import wrong_state
from appraisal.views.index_sets import MANAGE, breadcrumbs, crumb_of

WRITING = ["GET", "HEAD", "POST"]


def _draft(request: HttpRequest, pk: int) -> IndexSet:
    """The draft to be edited: 404 if not seen, 409 with the way back if it is no draft."""
    index_set = get_object_or_404(selectors.index_sets_kept_by(request.user), pk=pk)
    if index_set.state != IndexSet.State.DRAFT:
        raise wrong_state(index_set)
    return index_set


def _sent(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _page(index_set: IndexSet, title: str, **more: Any) -> dict[str, Any]:
    return {
        "title": title,
        "breadcrumbs": breadcrumbs(crumb_of(index_set)),
        "index_set": index_set,
        "cancel_url": index_set.get_absolute_url(),
        **more,
    }


# -- whole sets -------------------------------------------------------------------------------


@require_http_methods(WRITING)
@login_required
@permission_required(MANAGE, raise_exception=True)
def index_set_new(request: HttpRequest) -> HttpResponse:
    asked = {name: request.GET.get(name, "") for name in ("function", "staff_class")}
    form = NewSetForm(_sent(request), courts=selectors.courts_kept_by(request.user), initial=asked)
    if form.is_valid():
        index_set = services.draft_index_set(by=request.user, **form.values)
        messages.success(request, _("The draft is there. Add its indicators now."))
        return redirect(index_set)
    context = {
        "title": _("New index set"),
        "intro": _(
            "An empty draft. It is often quicker to add the shipped sets, or to copy one that "
            "comes close."
        ),
        "form": form,
        "submit_label": _("Create the draft"),
        "cancel_url": breadcrumbs()[-1][1],
        "breadcrumbs": breadcrumbs(),
    }
    return render(request, "skeletons/form.html", context)


@require_http_methods(WRITING)
@login_required
@permission_required(MANAGE, raise_exception=True)
def index_set_copy(request: HttpRequest, pk: int) -> HttpResponse:
    index_set = get_object_or_404(selectors.index_sets_kept_by(request.user), pk=pk)
    names = ("function", "staff_class", "name", "name_en")
    form = CopyForm(_sent(request), initial={name: getattr(index_set, name) for name in names})
    if form.is_valid():
        copy = services.copy_index_set(index_set_id=pk, by=request.user, **form.cleaned_data)
        messages.success(request, _("“%(name)s” is there as a draft.") % {"name": copy})
        return redirect(copy)
    context = _page(
        index_set,
        _("Copy “%(name)s”") % {"name": index_set},
        form=form,
        intro=_("A draft with the same indicators and rater groups, to be changed at leisure."),
        submit_label=_("Copy into a draft"),
    )
    return render(request, "skeletons/form.html", context)


@require_http_methods(WRITING)
@login_required
@permission_required(MANAGE, raise_exception=True)
def index_set_basics(request: HttpRequest, pk: int) -> HttpResponse:
    index_set = _draft(request, pk)
    initial = {name: getattr(index_set, name) for name in selectors.BASICS}
    initial["stamp"] = selectors.stamp_of(index_set)
    form = BasicsForm(_sent(request), initial=initial)
    if form.is_valid():
        services.change_basics(
            index_set_id=pk, stamp=form.cleaned_data["stamp"], by=request.user, **form.values
        )
        messages.success(request, _("The set is saved."))
        return redirect(index_set)
    context = _page(index_set, _("Name, basis and review"), form=form)
    return render(request, "skeletons/form.html", context)


@require_http_methods(WRITING)
@login_required
@permission_required(MANAGE, raise_exception=True)
def index_set_groups(request: HttpRequest, pk: int) -> HttpResponse:
    index_set = _draft(request, pk)
    form = RaterGroupsForm(
        _sent(request),
        groups=index_set.rater_groups.all(),
        initial={"stamp": selectors.stamp_of(index_set)},
    )
    if form.is_valid():
        services.set_rater_groups(
            index_set_id=pk,
            stamp=form.cleaned_data["stamp"],
            by=request.user,
            groups=form.groups,
        )
        messages.success(request, _("The rater groups are saved."))
        return redirect(index_set)
    context = _page(
        index_set,
        _("Rater groups"),
        form=form,
        intro=_(
            "Who rates the indicators with graded words, and what the word of each group weighs. "
            "An empty weight: the group does not rate. Nobody rates themselves in another group."
        ),
    )
    return render(request, "appraisal/index_set_groups.html", context)


# -- indicators -------------------------------------------------------------------------------


@require_http_methods(WRITING)
@login_required
@permission_required(MANAGE, raise_exception=True)
def indicator_add(request: HttpRequest, pk: int) -> HttpResponse:
    """First the kind, then a form with the fields of that kind."""
    index_set = _draft(request, pk)
    kind = request.GET.get("kind", "")
    if kind not in Indicator.Kind.values:
        return _choose_kind(request, index_set, _("Add an indicator"), "")
    form = _form(request, index_set, kind)
    if form.is_valid():
        try:
            indicator = services.add_indicator(
                index_set_id=pk, stamp=form.cleaned_data["stamp"], by=request.user, **form.values
            )
        except services.CannotEdit as refusal:
            form.add_error("code", str(refusal))
        else:
            return _after_saving(request, index_set, indicator)
    return _indicator_page(request, index_set, form, _("Add an indicator"))


@require_http_methods(WRITING)
@login_required
@permission_required(MANAGE, raise_exception=True)
def indicator_change(request: HttpRequest, pk: int, indicator_pk: int) -> HttpResponse:
    index_set = _draft(request, pk)
    indicator = get_object_or_404(index_set.indicators, pk=indicator_pk)
    title = _("Change “%(name)s”") % {"name": indicator}
    kind = request.GET.get("kind", indicator.kind)
    if kind not in Indicator.Kind.values:
        return _choose_kind(request, index_set, title, indicator.kind)
    form = _form(request, index_set, kind, indicator)
    if form.is_valid():
        indicator = services.change_indicator(
            index_set_id=pk,
            indicator_id=indicator_pk,
            stamp=form.cleaned_data["stamp"],
            by=request.user,
            **form.values,
        )
        return _after_saving(request, index_set, indicator)
    return _indicator_page(request, index_set, form, title)


def _form(
    request: HttpRequest, index_set: IndexSet, kind: str, indicator: Indicator | None = None
) -> IndicatorForm:
    return IndicatorForm(
        _sent(request),
        kind=kind,
        measures=measures_of_court(index_set.court_id),
        indicator=indicator,
        initial={"stamp": selectors.stamp_of(index_set)},
    )


def _choose_kind(
    request: HttpRequest, index_set: IndexSet, title: str, current: str
) -> HttpResponse:
    kinds = [
        (value, label, KIND_HELP[value], value == current)
        for value, label in Indicator.Kind.choices
    ]
    context = _page(index_set, title, kinds=kinds)
    return render(request, "appraisal/indicator_kind.html", context)


def _indicator_page(
    request: HttpRequest, index_set: IndexSet, form: IndicatorForm, title: str
) -> HttpResponse:
    context = _page(
        index_set,
        title,
        form=form,
        kind_label=Indicator.Kind(form.kind).label,
        kind_help=KIND_HELP[form.kind],
    )
    return render(request, "appraisal/indicator_form.html", context)


def _after_saving(request: HttpRequest, index_set: IndexSet, indicator: Indicator) -> HttpResponse:
    """Back to the set, or on to the graded words where they are still to be written."""
    messages.success(request, _("“%(name)s” is saved.") % {"name": indicator})
    is_rated = indicator.kind == Indicator.Kind.GRADED and not indicator.numerator
    if is_rated and not indicator.anchors:
        return redirect("appraisal:indicator_words", index_set.pk, indicator.pk)
    return redirect(f"{index_set.get_absolute_url()}#indicators")


@require_http_methods(WRITING)
@login_required
@permission_required(MANAGE, raise_exception=True)
def indicator_words(request: HttpRequest, pk: int, indicator_pk: int) -> HttpResponse:
    index_set = _draft(request, pk)
    graded = index_set.indicators.filter(kind=Indicator.Kind.GRADED)
    indicator = get_object_or_404(graded, pk=indicator_pk)
    formset = AnchorFormSet(_sent(request), initial=anchor_rows(indicator.anchors))
    if formset.is_valid():
        services.set_anchors(
            index_set_id=pk,
            indicator_id=indicator_pk,
            stamp=request.POST.get("stamp", ""),
            by=request.user,
            anchors=formset.anchors,
        )
        messages.success(request, _("The graded words are saved."))
        return redirect(f"{index_set.get_absolute_url()}#indicators")
    context = _page(
        index_set,
        _("Graded words of “%(name)s”") % {"name": indicator},
        intro=_(
            "Best first. Raters choose a word, so say in both languages what each one means; at "
            "least three, with scores that fall from row to row."
        ),
        formset=formset,
        stamp=request.POST.get("stamp", "") or selectors.stamp_of(index_set),
    )
    return render(request, "appraisal/indicator_words.html", context)


@require_http_methods(WRITING)
@login_required
@permission_required(MANAGE, raise_exception=True)
def indicator_remove(request: HttpRequest, pk: int, indicator_pk: int) -> HttpResponse:
    index_set = _draft(request, pk)
    indicator = get_object_or_404(index_set.indicators, pk=indicator_pk)
    if request.method == "POST":
        services.remove_indicator(
            index_set_id=pk,
            indicator_id=indicator_pk,
            stamp=request.POST.get("stamp", ""),
            by=request.user,
        )
        messages.success(request, _("“%(name)s” is removed.") % {"name": indicator})
        return redirect(f"{index_set.get_absolute_url()}#indicators")
    context = _page(
        index_set,
        _("Remove “%(name)s” from the set?") % {"name": indicator},
        text=_("Its weight is free then: the weights of the rest must total 100 again."),
        stamp=selectors.stamp_of(index_set),
        submit_label=_("Remove"),
        is_danger=True,
    )
    return render(request, "appraisal/indicator_remove.html", context)
