from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cadres.forms.officers import OfficerFilter, RevealForm
from cadres.models import Officer
from cadres.selectors.appointments import MANAGE, appointments_of
from cadres.selectors.appointments import VIEW as VIEW_POSTS
from cadres.selectors.corrections import correction_rows, decided_by
from cadres.selectors.officers import (
    DEFAULT_ORDER,
    REVEAL,
    VIEW,
    has_reach,
    keeps_roster_of,
    officer_rows,
    officers_in,
    ordered,
    reach_of,
    spans_of,
)
from cadres.services import officers as services
from cadres.services.roster_export import export_roster
from courtparty.lib.paging import CappedPaginator
from courtparty.lib.responses import xlsx_response

PER_PAGE = 50


@require_safe
@login_required
@permission_required(VIEW, raise_exception=True)
def officer_list(request: HttpRequest) -> HttpResponse:
    reach, found = _found(request)
    paginator = CappedPaginator(found.found, PER_PAGE)
    page = paginator.get_page(request.GET.get("page"))
    page.object_list = officer_rows(page.object_list, reach)
    context = {
        "title": _("Officers"),
        "page_obj": page,
        "count": paginator.count,
        "count_limit": paginator.limit,
        "filter": found,
        "default_sort": DEFAULT_ORDER,
        "export_url": _export_url(request),
        "breadcrumbs": [(_("Cadre team"), "")],
    }
    return render(request, "cadres/officer_list.html", context)


def _found(request: HttpRequest):
    """The reader's reach, and the filter over the officers inside it in the order asked for."""
    reach = reach_of(request.user)
    reach.lend_court(request.user)
    officers = ordered(officers_in(reach, request.user), request.GET.get("sort", ""))
    return reach, OfficerFilter(request.GET, officers, user=request.user, reach=reach)


def _export_url(request: HttpRequest) -> str:
    may_export = request.user.has_perm("cadres.export_officers")
    return reverse("cadres:officer_export") if may_export else ""


@require_safe
@login_required
@permission_required(["cadres.export_officers", VIEW], raise_exception=True)
def officer_export(request: HttpRequest) -> HttpResponse:
    reach, found = _found(request)
    today = timezone.localdate()
    if keeps_roster_of(reach, request.user):
        court = reach.courts[0] if len(reach.courts) == 1 else None
        content = export_roster(found.found, by=request.user, court=court)
        return xlsx_response(content, f"花名册-{today}.xlsx")
    try:
        content = services.export_officers(found.found, by=request.user, on=today)
    except services.CannotExport as refusal:
        messages.error(request, str(refusal))
        return redirect(f"{reverse('cadres:officer_list')}?{request.GET.urlencode()}")
    return xlsx_response(content, _("officers-%(day)s.xlsx") % {"day": today})


@require_safe
@login_required
def officer_detail(request: HttpRequest, pk: int) -> HttpResponse:
    officer = _officer_or_refusal(request, pk)
    if not request.user.has_perm(VIEW):
        return redirect("my_records")
    return _detail(request, officer, RevealForm())


@require_POST
@login_required
@permission_required(REVEAL, raise_exception=True)
def officer_reveal(request: HttpRequest, pk: int) -> HttpResponse:
    officer = _officer_or_refusal(request, pk, REVEAL)
    form = RevealForm(request.POST)
    if not form.is_valid():
        return _detail(request, officer, form, status=400)
    services.reveal_officer(officer_id=officer.pk, by=request.user, **form.cleaned_data)
    return _detail(request, officer, form, is_open=True)


def _officer_or_refusal(request: HttpRequest, pk: int, permission: str = VIEW) -> Officer:
    """403 for those who see no officers but themselves, 404 for an officer out of sight."""
    officers = Officer.objects.visible_to(request.user, permission)
    if not request.user.has_perm(permission):
        own = officers.filter(pk=pk).first()
        if own is None:
            raise PermissionDenied
        return own
    return get_object_or_404(
        officers.select_related("court", "department", "branch", "user"), pk=pk
    )


def _detail(
    request: HttpRequest, officer: Officer, form: RevealForm, *, is_open: bool = False, status=200
) -> HttpResponse:
    on = timezone.localdate()
    context = {
        "title": officer.name,
        "officer": officer,
        "spans": spans_of(officer, on=on),
        "posts": appointments_of(officer, request.user, on=on),
        "may_see_posts": request.user.has_perm(VIEW_POSTS),
        "may_appoint": has_reach(request.user, MANAGE, officer),
        "form": form,
        "is_open": is_open,
        "may_reveal": has_reach(request.user, REVEAL, officer),
        "may_open_account": has_reach(request.user, "cadres.open_accounts", officer),
        "corrections": correction_rows(decided_by(request.user, officer)),
        "breadcrumbs": [(_("Cadre team"), ""), (_("Officers"), reverse("cadres:officer_list"))],
    }
    return render(request, "cadres/officer_detail.html", context, status=status)
