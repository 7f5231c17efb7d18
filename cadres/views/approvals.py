from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cadres.forms.approvals import ApprovalCompleteForm, ApprovalFilter
from cadres.models import Approval
from cadres.selectors.approvals import (
    DEFAULT_ORDER,
    VIEW,
    approval_rows,
    ordered_approvals,
    uses_of,
    with_uses,
)
from cadres.selectors.officers import reach_of
from cadres.selectors.posts import MANAGE
from cadres.services import approvals as services
from cadres.services.posts_export import export_approvals
from courtparty.accounts.scope import paths_with
from courtparty.lib.responses import download, xlsx_response

PER_PAGE = 50


@require_safe
@login_required
@permission_required(VIEW, raise_exception=True)
def approval_list(request: HttpRequest) -> HttpResponse:
    found = _found(request)
    page = Paginator(found.found, PER_PAGE).get_page(request.GET.get("page"))
    page.object_list = approval_rows(page.object_list)
    context = {
        "title": _("Documents"),
        "intro": _("What posts, appointments, allowance standards and exceptions rest on."),
        "page_obj": page,
        "count": page.paginator.count,
        "filter": found,
        "default_sort": DEFAULT_ORDER,
        "export_url": reverse("cadres:approval_export"),
        "breadcrumbs": [(_("Cadre team"), "")],
    }
    return render(request, "cadres/approval_list.html", context)


def _found(request: HttpRequest) -> ApprovalFilter:
    approvals = with_uses(Approval.objects.visible_to(request.user), request.user)
    return ApprovalFilter(
        request.GET, ordered_approvals(approvals, request.GET.get("sort", DEFAULT_ORDER))
    )


@require_safe
@login_required
@permission_required(VIEW, raise_exception=True)
def approval_export(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    content = export_approvals(
        approval_rows(_found(request).found),
        courts=reach_of(request.user, VIEW).courts,
        by=request.user,
        on=today,
    )
    return xlsx_response(content, _("documents-%(day)s.xlsx") % {"day": today})


@require_safe
@login_required
def approval_detail(request: HttpRequest, pk: int) -> HttpResponse:
    approval = _approval_or_refusal(request, pk)
    context = {
        "title": approval.number,
        "approval": approval,
        "uses": uses_of(approval, request.user),
        "may_complete": _may_complete(request, approval),
        "may_list": request.user.has_perm(VIEW),
        "breadcrumbs": _crumbs(request),
    }
    return render(request, "cadres/approval_detail.html", context)


def _approval_or_refusal(request: HttpRequest, pk: int) -> Approval:
    """Officers open what their own appointments and allowances rest on, and nothing else."""
    approvals = Approval.objects.visible_to(request.user).select_related(
        "court", "created_by", "file"
    )
    approval = approvals.defer("file__sealed").filter(pk=pk).first()
    if approval is None:
        if request.user.has_perm(VIEW):
            raise Http404
        raise PermissionDenied
    return approval


def _may_complete(request: HttpRequest, approval: Approval) -> bool:
    lacks = not (approval.file_id and approval.title and approval.issuer)
    return lacks and approval.court.path in paths_with(request.user, MANAGE)


def _crumbs(request: HttpRequest, *more: tuple[str, str]) -> list[tuple[str, str]]:
    if not request.user.has_perm(VIEW):
        return [(_("My records"), reverse("my_records"))]
    listed = (_("Documents"), reverse("cadres:approval_list"))
    return [(_("Cadre team"), ""), listed, *more]


@require_safe
@login_required
def approval_file(request: HttpRequest, pk: int) -> HttpResponse:
    approval = _approval_or_refusal(request, pk)
    try:
        file = services.open_approval_file(approval, by=request.user)
    except services.CannotOpenFile as refusal:
        raise Http404(str(refusal)) from None
    return download(file.content, file.name, file.content_type)


@require_http_methods(["GET", "POST"])
@login_required
@permission_required([VIEW, MANAGE], raise_exception=True)
def approval_complete(request: HttpRequest, pk: int) -> HttpResponse:
    approvals = Approval.objects.visible_to(request.user).filter(
        court__path__in=paths_with(request.user, MANAGE)
    )
    approval = get_object_or_404(approvals.select_related("court"), pk=pk)
    form = ApprovalCompleteForm(request.POST or None, request.FILES or None, approval=approval)
    if request.method == "POST" and form.is_valid():
        try:
            services.enter_approval(
                court=approval.court,
                number=approval.number,
                issued_on=approval.issued_on,
                by=request.user,
                **form.cleaned_data,
            )
        except services.CannotEnter as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect(approval)
    context = {
        "title": _("Add what is missing"),
        "intro": _("What a document says already stays as it is."),
        "approval": approval,
        "form": form,
        "cancel_url": approval.get_absolute_url(),
        "breadcrumbs": _crumbs(request, (approval.number, approval.get_absolute_url())),
    }
    return render(request, "cadres/approval_complete.html", context)
