from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.paginator import Paginator
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cadres.forms.posts import LedgerFilter, PlaceForm, PostChangeForm, PostCloseForm, PostForm
from cadres.models import Post
from cadres.rules.posts import KINDS, TERM_YEARS
from cadres.selectors.officers import reach_of
from cadres.selectors.post_pages import post_shown
from cadres.selectors.posts import (
    DEFAULT_SORT,
    MANAGE,
    VIEW,
    fulltime_officers,
    ledger,
    ledger_sorted,
    ledger_units,
    totals_of,
)
from cadres.selectors.staff_band import court_bands
from cadres.services import posts as services
from cadres.services.approvals import CannotEnter
from cadres.services.posts_export import export_ledger
from courtparty.accounts.models import Unit
from courtparty.accounts.scope import paths_with
from courtparty.lib.responses import xlsx_response

PER_PAGE = 50


@require_safe
@login_required
@permission_required(VIEW, raise_exception=True)
def post_list(request: HttpRequest) -> HttpResponse:
    reach, rows, found = _ledger(request)
    paginator = Paginator(ledger_sorted(found.found, request.GET.get("sort", "")), PER_PAGE)
    context = {
        "title": _("Establishment"),
        "intro": _("Every post for Party work, who holds it, and since when it is vacant."),
        "page_obj": paginator.get_page(request.GET.get("page")),
        "count": paginator.count,
        "filter": found,
        "has_filters": any(request.GET.get(name) for name in found.form.fields),
        "default_sort": DEFAULT_SORT,
        "export_url": reverse("cadres:post_export"),
        "all": totals_of(rows),
        "totals": totals_of(found.found),
        "fulltime": len(fulltime_officers(rows)),
        "bands": court_bands(reach, rows),
        "may_manage": request.user.has_perm(MANAGE),
        "breadcrumbs": [(_("Cadre team"), "")],
    }
    return render(request, "cadres/post_list.html", context)


def _ledger(request: HttpRequest):
    """The reader's reach, all of its ledger, and the filter over that."""
    reach = reach_of(request.user, VIEW, with_change=True)
    reach.lend_court(request.user)
    rows = ledger(request.user, reach, on=timezone.localdate())
    return reach, rows, LedgerFilter(request.GET, rows, ledger_units(rows, reach))


@require_safe
@login_required
@permission_required(VIEW, raise_exception=True)
def post_export(request: HttpRequest) -> HttpResponse:
    reach, _rows, found = _ledger(request)
    today = timezone.localdate()
    rows = ledger_sorted(found.found, request.GET.get("sort", ""))
    content = export_ledger(rows, courts=reach.courts, by=request.user, on=today)
    return xlsx_response(content, _("establishment-%(day)s.xlsx") % {"day": today})


@require_safe
@login_required
@permission_required(VIEW, raise_exception=True)
def post_detail(request: HttpRequest, pk: int) -> HttpResponse:
    post = _post_or_404(request, pk)
    context = {
        "title": capfirst(post.title),
        "subtitle": post.unit.display_name,
        "post": post,
        "shown": post_shown(post, request.user, on=timezone.localdate()),
        "facts": KINDS[post.kind],
        "term_years": TERM_YEARS.get(post.unit.kind) if KINDS[post.kind].is_elected else None,
        "may_manage": _may_manage(request, post),
        "breadcrumbs": _crumbs(),
    }
    return render(request, "cadres/post_detail.html", context)


def _post_or_404(request: HttpRequest, pk: int, permission: str = VIEW) -> Post:
    posts = Post.objects.visible_to(request.user, permission).select_related(
        "court", "unit", "approval", "closing_approval", "request_line"
    )
    return get_object_or_404(posts, pk=pk)


def _may_manage(request: HttpRequest, post: Post) -> bool:
    paths = paths_with(request.user, MANAGE)
    return bool(paths) and post.unit.path.startswith(paths)


def _crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    return [(_("Cadre team"), ""), (_("Establishment"), reverse("cadres:post_list")), *more]


@require_http_methods(["GET", "POST"])
@login_required
@permission_required(MANAGE, raise_exception=True)
def post_open(request: HttpRequest) -> HttpResponse:
    place = PlaceForm(request.GET or None, user=request.user)
    if not place.is_valid():
        return _choose_place(request, place)
    unit, kind = place.cleaned_data["unit"], place.cleaned_data["kind"]
    form = PostForm(request.POST or None, request.FILES or None, kind=kind)
    if request.method == "POST" and form.is_valid():
        try:
            post = services.enter_post(
                unit=unit, kind=kind, document=form.approval, by=request.user, **form.facts
            )
        except (services.CannotOpen, CannotEnter) as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The post is part of the establishment now."))
            return redirect(post)
    return render(request, "cadres/post_open.html", _opening(unit, kind, form))


def _choose_place(request: HttpRequest, place: PlaceForm) -> HttpResponse:
    context = {
        "title": _("Open a post"),
        "intro": _("Posts that the organisation department grants on request open by themselves."),
        "form": place,
        "submit_label": _("Continue"),
        "cancel_url": reverse("cadres:post_list"),
        "breadcrumbs": _crumbs(),
    }
    return render(request, "cadres/post_place.html", context)


def _opening(unit: Unit, kind: str, form: PostForm) -> dict[str, Any]:
    facts = KINDS[kind]
    return {
        "title": _("Open a post"),
        "unit": unit,
        "kind": Post.Kind(kind).label,
        "facts": facts,
        "term_years": TERM_YEARS.get(unit.kind) if facts.is_elected else None,
        "form": form,
        "submit_label": _("Open the post"),
        "cancel_url": reverse("cadres:post_list"),
        "breadcrumbs": _crumbs(),
    }


@require_http_methods(["GET", "POST"])
@login_required
@permission_required(MANAGE, raise_exception=True)
def post_change(request: HttpRequest, pk: int) -> HttpResponse:
    post = _post_or_404(request, pk, MANAGE)
    form = PostChangeForm(request.POST or None, request.FILES or None, post=post)
    if request.method == "POST" and form.is_valid():
        try:
            services.change_post(post_id=post.pk, by=request.user, **form.facts)
        except (services.CannotChange, CannotEnter) as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect(post)
    return _post_form(request, post, form, _("Change the post"), "cadres/post_change.html")


@require_http_methods(["GET", "POST"])
@login_required
@permission_required(MANAGE, raise_exception=True)
def post_close(request: HttpRequest, pk: int) -> HttpResponse:
    post = _post_or_404(request, pk, MANAGE)
    form = PostCloseForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.close_post(
                post_id=post.pk,
                closed_on=form.cleaned_data["closed_on"],
                document=form.approval,
                by=request.user,
            )
        except (services.CannotClose, CannotEnter) as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The post is closed. Its history stays."))
            return redirect(post)
    return _post_form(request, post, form, _("Close the post"), "cadres/post_close.html")


def _post_form(
    request: HttpRequest, post: Post, form: Form, title: str, template: str
) -> HttpResponse:
    context = {
        "title": title,
        "post": post,
        "form": form,
        "submit_label": title,
        "cancel_url": post.get_absolute_url(),
        "breadcrumbs": _crumbs((capfirst(post.title), post.get_absolute_url())),
    }
    return render(request, template, context)
