from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cadres.forms.standards import EndForm, StandardFilter, StandardForm, TakeBackForm
from cadres.models import AllowanceStandard, Post
from cadres.selectors import standards as selectors
from cadres.selectors.allowances import courts_with
from cadres.selectors.standards import MANAGE, VIEW
from cadres.services.allowance_export import export_standards
from cadres.services.approvals import CannotEnter
from cadres.services.standards import CannotSet, end_standard, set_standard, take_back_standard
from courtparty.accounts.models import User
from courtparty.accounts.scope import paths_with
from courtparty.lib.responses import xlsx_response

PER_PAGE = 50


@require_safe
@login_required
@permission_required(VIEW, raise_exception=True)
def standard_list(request: HttpRequest) -> HttpResponse:
    found, today = _found(request), timezone.localdate()
    page = Paginator(found.found, PER_PAGE).get_page(request.GET.get("page"))
    page.object_list = [selectors.standard_row(one, on=today) for one in page.object_list]
    context = {
        "title": _("Allowance standards"),
        "intro": _(
            "What each kind of post is paid a month, and the document that allows it: no unit may "
            "set its own (Civil Servants Law, article 84)."
        ),
        "page_obj": page,
        "count": page.paginator.count,
        "filter": found,
        "default_sort": selectors.DEFAULT_ORDER,
        "export_url": reverse("cadres:standard_list_export"),
        "has_courts": len({row.standard.court_id for row in page.object_list}) > 1,
        "may_manage": request.user.has_perm(MANAGE),
        "breadcrumbs": [(_("Cadre team"), "")],
    }
    return render(request, "cadres/standard_list.html", context)


def _found(request: HttpRequest) -> StandardFilter:
    standards = selectors.standards_listed(request.user)
    ordered = selectors.ordered(standards, request.GET.get("sort", ""))
    return StandardFilter(request.GET, ordered, on=timezone.localdate())


@require_safe
@login_required
@permission_required(VIEW, raise_exception=True)
def standard_list_export(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    content = export_standards(_found(request).found, by=request.user, on=today)
    return xlsx_response(content, _("allowance-standards-%(day)s.xlsx") % {"day": today})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@permission_required(MANAGE, raise_exception=True)
def standard_set(request: HttpRequest) -> HttpResponse:
    is_sent = request.method == "POST"
    form = StandardForm(
        request.POST if is_sent else None,
        request.FILES if is_sent else None,
        courts=courts_with(request.user, MANAGE),
        initial=_proposed(request),
    )
    if form.is_valid():
        try:
            standard = set_standard(by=request.user, **form.asked())
        except (CannotSet, CannotEnter) as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The standard is set."))
            return redirect(standard)
    context = {
        "title": _("Set a standard"),
        "intro": _(
            "Copy what the document of the competent authority says. No unit may set an allowance "
            "of its own (Civil Servants Law, article 84)."
        ),
        "form": form,
        "submit_label": _("Set the standard"),
        "cancel_url": reverse("cadres:standard_list"),
        "breadcrumbs": _breadcrumbs(),
    }
    return render(request, "cadres/standard_set.html", context)


def _proposed(request: HttpRequest) -> dict[str, Any]:
    """The rules of the kind's present standard, when its page led here."""
    pk = request.GET.get("like", "")
    standards = selectors.standards_listed(request.user)
    like = standards.filter(pk=int(pk)).first() if pk.isdecimal() and len(pk) < 19 else None
    if like is None:
        kind = request.GET.get("kind", "")
        return {"kind": kind} if kind in Post.Kind.values else {}
    names = ("court", "kind", "several", "pays_acting", "pays_seconded_in", "pays_seconded_out")
    return {name: getattr(like, name) for name in names}


@require_safe
@login_required
@permission_required(VIEW, raise_exception=True)
def standard_detail(request: HttpRequest, pk: int) -> HttpResponse:
    standard = get_object_or_404(selectors.standards_listed(request.user), pk=pk)
    today = timezone.localdate()
    row = selectors.standard_row(standard, on=today)
    context = {
        "title": capfirst(standard.get_kind_display()),
        "subtitle": standard.court.display_name,
        "status_text": row.state,
        "status_tone": row.tone,
        "row": row,
        "standard": standard,
        "usage": selectors.usage_of(standard, on=today),
        "history": [
            selectors.standard_row(one, on=today)
            for one in selectors.history_of(standard, request.user)
        ],
        "may_manage": _manages(request.user, standard),
        "breadcrumbs": _breadcrumbs(),
    }
    return render(request, "cadres/standard_detail.html", context)


def _manages(user: User, standard: AllowanceStandard) -> bool:
    return standard.court.path in paths_with(user, MANAGE)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@permission_required(MANAGE, raise_exception=True)
def standard_end(request: HttpRequest, pk: int) -> HttpResponse:
    standard = get_object_or_404(selectors.standards_managed(request.user), pk=pk)
    form = EndForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            end_standard(standard_id=standard.pk, end=form.end, by=request.user)
        except CannotSet as refusal:
            form.add_error("last", str(refusal))
        else:
            messages.success(request, _("The end of the standard is set."))
            return redirect(standard)
    today = timezone.localdate()
    context = {
        "title": _("End the standard for “%(kind)s”?") % {"kind": standard.get_kind_display()},
        "text": _(
            "Posts of this kind are paid no more after that day, unless another standard follows."
        ),
        "standard": standard,
        "row": selectors.standard_row(standard, on=today),
        "usage": selectors.usage_of(standard, on=today),
        "form": form,
        "submit_label": _("Set the end"),
        "is_danger": True,
        "cancel_url": standard.get_absolute_url(),
        "breadcrumbs": [*_breadcrumbs(), (str(standard), standard.get_absolute_url())],
    }
    return render(request, "cadres/standard_end.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@permission_required(MANAGE, raise_exception=True)
def standard_take_back(request: HttpRequest, pk: int) -> HttpResponse:
    standard = get_object_or_404(selectors.standards_managed(request.user), pk=pk)
    form = TakeBackForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            take_back_standard(standard_id=standard.pk, by=request.user, **form.cleaned_data)
        except CannotSet as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The standard is taken back."))
            return redirect(standard)
    today = timezone.localdate()
    context = {
        "title": _("Take back the standard for “%(kind)s”?")
        % {"kind": standard.get_kind_display()},
        "text": _(
            "Only for a standard that was entered by mistake: it counts as if it had never been. "
            "What was paid under it is recovered by the next run. A standard it had replaced stays "
            "ended: set the right one from the same day."
        ),
        "standard": standard,
        "row": selectors.standard_row(standard, on=today),
        "usage": selectors.usage_of(standard, on=today),
        "form": form,
        "submit_label": _("Take back the standard"),
        "is_danger": True,
        "cancel_url": standard.get_absolute_url(),
        "breadcrumbs": [*_breadcrumbs(), (str(standard), standard.get_absolute_url())],
    }
    return render(request, "cadres/standard_end.html", context)


def _breadcrumbs() -> list[tuple[str, str]]:
    return [
        (_("Cadre team"), ""),
        (_("Allowance standards"), reverse("cadres:standard_list")),
    ]
