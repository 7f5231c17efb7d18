from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from appraisal.forms.reference import HeadShareForm
from appraisal.models import HeadShare
from appraisal.selectors import head_shares as selectors
from appraisal.selectors.head_shares import MANAGE, VIEW
from appraisal.services import head_shares as services
from appraisal.services.head_shares import CannotSetShare
from courtparty.accounts.models import Unit, User

METHODS = ["GET", "HEAD", "POST"]
PER_PAGE = 50


@require_safe
@login_required
@permission_required(VIEW, raise_exception=True)
def head_share_list(request: HttpRequest) -> HttpResponse:
    courts = selectors.courts_read(request.user)
    court = _chosen(request, courts)
    heads = Paginator(selectors.heads_shown(court, request.user), PER_PAGE)
    context = {
        "title": _("Heads' shares"),
        "subtitle": _(
            "Which titles make a head, and what share of an average judge's cases a head carries."
        ),
        "court": court,
        "courts": courts,
        "shares": selectors.shares_listed(court, request.user),
        "page_obj": heads.get_page(request.GET.get("page")),
        "may_manage": court in selectors.courts_kept(request.user),
    }
    return render(request, "appraisal/head_share_list.html", context)


def _chosen(request: HttpRequest, courts: list[Unit]) -> Unit:
    wanted = request.GET.get("court", "")
    court = next((one for one in courts if wanted in ("", str(one.pk))), None)
    if court is None:
        raise Http404
    return court


@require_http_methods(METHODS)
@login_required
@permission_required(MANAGE, raise_exception=True)
def head_share_add(request: HttpRequest) -> HttpResponse:
    court = _chosen(request, list(selectors.courts_kept(request.user)))
    form = HeadShareForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            services.add_head_share(court=court, by=request.user, **form.cleaned_data)
        except CannotSetShare as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect(_address(court))
    return _form_page(request, form, _("Add titles"), court)


@require_http_methods(METHODS)
@login_required
@permission_required(MANAGE, raise_exception=True)
def head_share_change(request: HttpRequest, pk: int) -> HttpResponse:
    row = _kept(request.user, pk)
    known = {"words": row.words, "share": row.share, "certainty": row.certainty}
    form = HeadShareForm(request.POST if request.method == "POST" else None, initial=known)
    if form.is_valid():
        try:
            services.change_head_share(head_share_id=pk, by=request.user, **form.cleaned_data)
        except CannotSetShare as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect(_address(row.court))
    return _form_page(request, form, _("Change the share"), row.court)


@require_http_methods(METHODS)
@login_required
@permission_required(MANAGE, raise_exception=True)
def head_share_remove(request: HttpRequest, pk: int) -> HttpResponse:
    row = _kept(request.user, pk)
    if request.method == "POST":
        try:
            services.remove_head_share(head_share_id=pk, by=request.user)
        except CannotSetShare as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("The titles are taken out of the table."))
        return redirect(_address(row.court))
    context = {
        "title": _("Take “%(words)s” out of the table?") % {"words": row.words},
        "text": _("Who has such a title is judged like everybody else of the same category."),
        "consequences": [_("Cycles frozen before keep the shares they began with.")],
        "submit_label": _("Take out"),
        "is_danger": True,
        "cancel_url": _address(row.court),
        "breadcrumbs": _breadcrumbs(row.court),
    }
    return render(request, "skeletons/confirm.html", context)


def _kept(user: User, pk: int) -> HeadShare:
    return get_object_or_404(selectors.shares_kept_by(user), pk=pk)


def _form_page(request: HttpRequest, form: HeadShareForm, title: str, court: Unit) -> HttpResponse:
    context = {
        "title": title,
        "intro": court.display_name,
        "form": form,
        "cancel_url": _address(court),
        "breadcrumbs": _breadcrumbs(court),
    }
    return render(request, "skeletons/form.html", context)


def _address(court: Unit) -> str:
    return f"{reverse('appraisal:head_share_list')}?court={court.pk}"


def _breadcrumbs(court: Unit) -> list[tuple[str, str]]:
    return [(_("Heads' shares"), _address(court))]
