from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cadres.models import Officer
from courtparty.accounts.scope import court_scope
from courtparty.jobs.services import CannotStart
from courtparty.lib.paging import CappedPaginator
from courtparty.lib.responses import xlsx_response
from retention.forms.entitlements import EntitlementFilter, WaiverForm
from retention.models import Entitlement, EntitlementKind, Waiver
from retention.selectors import entitlement_lists as lists
from retention.selectors import entitlement_pages as pages
from retention.selectors.entitlement_rules import MANAGE, VIEW, courts_with
from retention.services.entitlement_computing import OPEN, ask_computing
from retention.services.entitlement_export import CannotExport, export_entitlements
from retention.services.entitlement_reading import note_reading
from retention.services.received import waive, withdraw_waiver

PER_PAGE = 50


def _crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    return [(_("Entitlements"), reverse("retention:entitlement_list")), *more]


# -- the list ---------------------------------------------------------------------------------


@require_safe
@login_required
@permission_required(VIEW, raise_exception=True)
def entitlement_list(request: HttpRequest) -> HttpResponse:
    on = timezone.localdate()
    courts = courts_with(request.user, VIEW)
    found = _found(request)
    paginator = CappedPaginator(found.found, PER_PAGE)
    page = paginator.get_page(request.GET.get("page"))
    page.object_list = lists.entitlement_rows(page.object_list, on=on)
    context = {
        "title": _("Entitlements"),
        "intro": _("What officers are due in the next twelve months, and what is late."),
        "page_obj": page,
        "count": paginator.count,
        "count_limit": paginator.limit,
        "filter": found,
        "default_sort": lists.DEFAULT_ORDER,
        "export_url": reverse("retention:entitlement_export"),
        "totals": pages.kind_totals(request.user, courts, on=on),
        "states": pages.court_states(courts, on=on),
        "may_manage": bool(courts_with(request.user, MANAGE)),
        "breadcrumbs": [(_("Retention"), "")],
    }
    context |= _sums(context["totals"])
    return render(request, "retention/entitlement_list.html", context)


def _sums(totals: list[pages.KindTotals]) -> dict[str, int]:
    return {
        "late": sum(one.late for one in totals),
        "soon": sum(one.soon for one in totals),
        "missing": sum(one.missing for one in totals),
    }


def _found(request: HttpRequest) -> EntitlementFilter:
    """The filter over the entitlements in the reader's reach, in the order asked for."""
    rows = lists.ordered(lists.entitlements_listed(request.user), request.GET.get("sort", ""))
    departments = lists.departments_of(courts_with(request.user, VIEW))
    return EntitlementFilter(
        request.GET, rows, user=request.user, departments=departments, on=timezone.localdate()
    )


@require_safe
@login_required
@permission_required(VIEW, raise_exception=True)
def entitlement_export(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    try:
        content = export_entitlements(_found(request).found, by=request.user, on=today)
    except CannotExport as refusal:
        messages.error(request, str(refusal))
        return redirect(f"{reverse('retention:entitlement_list')}?{request.GET.urlencode()}")
    return xlsx_response(content, _("entitlements-%(day)s.xlsx") % {"day": today})


@require_POST
@login_required
@permission_required(MANAGE, raise_exception=True)
def entitlement_compute(request: HttpRequest) -> HttpResponse:
    courts = {str(one.pk): one for one in courts_with(request.user, MANAGE)}
    if not courts:
        raise PermissionDenied
    chosen = request.POST.get("court") or next(iter(courts))
    if chosen not in courts:
        messages.error(request, _("Choose one of your courts."))
        return redirect("retention:entitlement_list")
    try:
        job = ask_computing(
            court=courts[chosen],
            by=request.user,
            return_url=reverse("retention:entitlement_list"),
        )
    except CannotStart as refusal:
        messages.warning(request, str(refusal))
        return redirect("retention:entitlement_list")
    return redirect("jobs:job_detail", pk=job.pk)


@require_safe
@login_required
@permission_required(VIEW, raise_exception=True)
def entitlement_kinds(request: HttpRequest) -> HttpResponse:
    on = timezone.localdate()
    courts = courts_with(request.user, VIEW)
    kind = request.GET.get("kind", "")
    kind = kind if kind in EntitlementKind.values else ""
    totals = pages.kind_totals(request.user, courts, on=on)
    context = {
        "title": _("Gaps by kind"),
        "subtitle": _("Due and not received: how many of each kind, and who waits longest."),
        "totals": totals,
        "chart": pages.late_chart(totals, title=_("Late entitlements by kind")),
        "kind": kind,
        "kind_label": EntitlementKind(kind).label if kind else "",
        "gaps": pages.gaps_of_kind(request.user, courts, kind, on=on),
        "breadcrumbs": _crumbs(),
    }
    return render(request, "retention/entitlement_kinds.html", context)


# -- one officer ------------------------------------------------------------------------------


def _officer(request: HttpRequest, pk: int, permission: str) -> Officer:
    officers = Officer.objects.filter(court_scope(request.user, permission))
    return get_object_or_404(officers.select_related("court", "department", "user"), pk=pk)


@require_safe
@login_required
@permission_required(VIEW, raise_exception=True)
def entitlement_officer(request: HttpRequest, pk: int) -> HttpResponse:
    officer = _officer(request, pk, VIEW)
    note_reading(officer=officer, by=request.user)
    context = {
        "title": _("Entitlements of %(name)s") % {"name": officer.name},
        "subtitle": officer.department.display_name,
        "officer": officer,
        "shown": pages.officer_page(officer, on=timezone.localdate()),
        "may_manage": _manages(request, officer),
        "is_own": False,
        "breadcrumbs": _crumbs(),
    }
    return render(request, "retention/entitlement_officer.html", context)


def _manages(request: HttpRequest, officer: Officer) -> bool:
    """Nobody enters or decides what one has received oneself."""
    if officer.user_id == request.user.pk:
        return False
    return officer.court in courts_with(request.user, MANAGE)


@require_safe
@login_required
def my_entitlements(request: HttpRequest) -> HttpResponse:
    officer = Officer.objects.select_related("court").filter(user=request.user).first()
    shown = pages.officer_page(officer, on=timezone.localdate()) if officer else None
    context = {
        "title": _("My entitlements"),
        "subtitle": _("What you are due, by which rule, and what is on record as received."),
        "officer": officer,
        "shown": shown,
        "may_manage": False,
        "is_own": True,
        "breadcrumbs": [(_("My records"), reverse("my_records"))],
    }
    return render(request, "retention/my_entitlements.html", context)


@require_safe
@login_required
@permission_required(VIEW, raise_exception=True)
def entitlement_detail(request: HttpRequest, pk: int) -> HttpResponse:
    entitlement = _entitlement(request, pk, VIEW)
    officer = entitlement.officer
    note_reading(officer=officer, by=request.user)
    shown = pages.entitlement_shown(entitlement, on=timezone.localdate())
    context = {
        "title": shown.row.what,
        "subtitle": f"{officer.name} · {officer.department.display_name}",
        "status_text": shown.row.state,
        "status_tone": shown.row.tone,
        "entitlement": entitlement,
        "shown": shown,
        "is_open": entitlement.state in OPEN,
        "may_manage": _manages(request, officer),
        "breadcrumbs": _crumbs((officer.name, _page(officer))),
    }
    return render(request, "retention/entitlement_detail.html", context)


def _entitlement(request: HttpRequest, pk: int, permission: str) -> Entitlement:
    rows = Entitlement.objects.filter(court_scope(request.user, permission))
    if permission == MANAGE:
        rows = rows.exclude(officer__user=request.user)
    rows = rows.select_related("officer__court", "officer__department", "rule")
    return get_object_or_404(rows, pk=pk)


def _page(officer: Officer) -> str:
    return reverse("retention:entitlement_officer", args=[officer.pk])


# -- not to be given --------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@permission_required(MANAGE, raise_exception=True)
def entitlement_waive(request: HttpRequest, pk: int) -> HttpResponse:
    entitlement = _entitlement(request, pk, MANAGE)
    form = WaiverForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        waive(
            entitlement_id=entitlement.pk,
            by=request.user,
            on=timezone.localdate(),
            at=timezone.now(),
            **form.cleaned_data,
        )
        messages.success(request, _("Recorded. The officer has been told and can read why."))
        return redirect(_page(entitlement.officer))
    row = lists.entitlement_row(entitlement, on=timezone.localdate())
    context: dict[str, Any] = {
        "title": _("Not to be given: %(what)s?") % {"what": row.what},
        "text": _("%(name)s, due on %(day)s")
        % {"name": row.name, "day": row.due_on.isoformat() if row.due_on else "—"},
        "warning": _("The officer is told. The decision can be taken back later."),
        "form": form,
        "submit_label": _("Record the decision"),
        "is_danger": True,
        "cancel_url": entitlement.get_absolute_url(),
        "breadcrumbs": _crumbs((row.name, _page(entitlement.officer))),
    }
    return render(request, "retention/entitlement_waive.html", context)


@require_POST
@login_required
@permission_required(MANAGE, raise_exception=True)
def waiver_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    waivers = Waiver.objects.filter(court_scope(request.user, MANAGE, court="officer__court"))
    waivers = waivers.exclude(officer__user=request.user)
    waiver = get_object_or_404(waivers.select_related("officer"), pk=pk)
    withdraw_waiver(
        waiver_id=waiver.pk, by=request.user, on=timezone.localdate(), at=timezone.now()
    )
    messages.success(request, _("Taken back: it is due again."))
    return redirect(_page(waiver.officer))
