from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cadres.models import Officer
from courtparty.accounts.models import Unit
from courtparty.accounts.scope import is_court_path, paths_with
from courtparty.lib.responses import xlsx_response
from retention.forms.leave_years import (
    AccountFilter,
    AdjustmentForm,
    KindForm,
    LimitForm,
    PairForm,
)
from retention.models import AwayLimit, LeaveKind, LeavePair
from retention.selectors.leave import DECIDE, MANAGE, VIEW, departments_in_reach
from retention.selectors.leave_accounts import (
    DEFAULT_ORDER,
    AccountRow,
    account_rows,
    found_officers,
    officers_of,
    totals_of,
)
from retention.selectors.leave_balances import balance_of
from retention.selectors.leave_calendar import MOST_PERCENT
from retention.selectors.leave_own import year_of_officer
from retention.selectors.leave_rules import kinds_of
from retention.services import leave_tables as services
from retention.services.leave_export import CannotExport, export_accounts
from retention.views.leave_tabs import leave_crumbs, leave_tabs, sent

PER_PAGE = 50


@require_safe
@login_required
@permission_required(VIEW, raise_exception=True)
def leave_account_list(request: HttpRequest) -> HttpResponse:
    found = _filter(request)
    rows = _rows(request, found)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "title": _("Leave accounts of %(year)s") % {"year": found.chosen_year},
        "intro": _("What everybody is due in the year, what is taken, planned, and left."),
        "tabs": leave_tabs(request, "leave_account_list"),
        "page_obj": page,
        "count": len(rows),
        "filter": found,
        "year": found.chosen_year,
        "totals": totals_of(rows),
        "default_sort": DEFAULT_ORDER,
        "export_url": reverse("retention:leave_account_export"),
        "breadcrumbs": leave_crumbs(request),
    }
    return render(request, "retention/leave_account_list.html", context)


def _filter(request: HttpRequest) -> AccountFilter:
    year = timezone.localdate().year
    units = list(departments_in_reach(request.user))
    return AccountFilter(request.GET, units=units, years=[year, year + 1, year - 1, year - 2])


def _rows(request: HttpRequest, found: AccountFilter) -> list[AccountRow]:
    if not found.is_valid():
        return []
    wanted = found.cleaned_data
    officers = found_officers(
        request.user, text=wanted["q"].strip(), department=wanted["department"]
    )
    rows = account_rows(
        officers.select_related("court", "department"),
        year=found.chosen_year,
        on=timezone.localdate(),
        sort=request.GET.get("sort", ""),
    )
    if wanted["show"] == AccountFilter.LEFT:
        return [row for row in rows if row.left > 0]
    if wanted["show"] == AccountFilter.UNPLANNED:
        return [row for row in rows if row.unplanned]
    return rows


@require_safe
@login_required
@permission_required(VIEW, raise_exception=True)
def leave_account_export(request: HttpRequest) -> HttpResponse:
    found = _filter(request)
    rows = _rows(request, found)
    today = timezone.localdate()
    officers = Officer.objects.filter(pk__in=[row.officer_id for row in rows])
    try:
        content = export_accounts(
            rows,
            year=found.chosen_year,
            court_ids=officers.values_list("court", flat=True),
            by=request.user,
            on=today,
        )
    except CannotExport as refusal:
        messages.error(request, str(refusal))
        return redirect("retention:leave_account_list")
    words = {"year": found.chosen_year, "day": today}
    return xlsx_response(content, _("leave-accounts-%(year)s-%(day)s.xlsx") % words)


@require_safe
@login_required
@permission_required(VIEW, raise_exception=True)
def leave_account(request: HttpRequest, officer: int, year: int) -> HttpResponse:
    chosen = _officer_or_404(request, officer, year)
    on = timezone.localdate()
    decides = Officer.objects.visible_to(request.user, DECIDE).exclude(user=request.user)
    context = {
        "title": chosen.name,
        "subtitle": _("%(department)s · annual leave of %(year)s")
        % {"department": chosen.department, "year": year},
        "officer": chosen,
        "year": year,
        "own": year_of_officer(chosen, request.user, year=year, on=on),
        "whole": balance_of(chosen, year=year, on=on, is_whole_year=True),
        "may_plan": decides.filter(pk=chosen.pk).exists(),
        "may_manage": _manages(request, chosen),
        "breadcrumbs": [
            *leave_crumbs(request),
            (
                pgettext("of leave", "Accounts"),
                reverse("retention:leave_account_list") + f"?year={year}",
            ),
        ],
    }
    return render(request, "retention/leave_account.html", context)


def _officer_or_404(request: HttpRequest, pk: int, year: int, permission: str = VIEW) -> Officer:
    if not 2000 <= year <= 2100:
        raise Http404
    officers = Officer.objects.visible_to(request.user, permission)
    return get_object_or_404(officers.select_related("court", "department", "user"), pk=pk)


def _manages(request: HttpRequest, officer: Officer) -> bool:
    if officer.user_id == request.user.pk or not request.user.has_perm(MANAGE):
        return False
    return Officer.objects.visible_to(request.user, MANAGE).filter(pk=officer.pk).exists()


@require_http_methods(["GET", "POST"])
@login_required
@permission_required(MANAGE, raise_exception=True)
def leave_account_correct(request: HttpRequest, officer: int, year: int) -> HttpResponse:
    chosen = _officer_or_404(request, officer, year, MANAGE)
    form = AdjustmentForm(sent(request))
    back = reverse("retention:leave_account", args=[chosen.pk, year])
    if form.is_valid():
        try:
            services.correct_account(
                officer_id=chosen.pk,
                year=year,
                by=request.user,
                at=timezone.now(),
                **form.cleaned_data,
            )
        except services.CannotKeep as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Corrected. The officer reads the reason."))
            return redirect(back)
    words = {"name": chosen.name, "year": year}
    context = {
        "title": _("Correct the leave of %(name)s in %(year)s") % words,
        "intro": _("For instance days carried over from before this system was in use."),
        "form": form,
        "submit_label": _("Correct"),
        "cancel_url": back,
        "breadcrumbs": leave_crumbs(request),
    }
    return render(request, "retention/leave_account_correct.html", context)


# -- kinds of leave -----------------------------------------------------------------------------


def _court_or_404(request: HttpRequest) -> Unit:
    """The court whose tables the reader keeps; of several, the one in ?court=."""
    paths = [path for path in paths_with(request.user, MANAGE) if is_court_path(path)]
    courts = Unit.objects.courts().filter(path__in=paths).order_by("path")
    chosen = request.GET.get("court", "")
    court = next((one for one in courts if chosen in ("", str(one.pk))), None)
    if court is None:
        raise Http404
    return court


@require_safe
@login_required
@permission_required(MANAGE, raise_exception=True)
def leave_kind_list(request: HttpRequest) -> HttpResponse:
    court = _court_or_404(request)
    context = {
        "title": _("Kinds of leave"),
        "subtitle": _("How each kind counts, and on what that rests. The court may change it."),
        "tabs": leave_tabs(request, "leave_kind_list"),
        "kinds": list(kinds_of(court).values()),
        "breadcrumbs": leave_crumbs(request),
    }
    return render(request, "retention/leave_kind_list.html", context)


@require_http_methods(["GET", "POST"])
@login_required
@permission_required(MANAGE, raise_exception=True)
def leave_kind_edit(request: HttpRequest, kind: str) -> HttpResponse:
    court = _court_or_404(request)
    kinds = kinds_of(court)
    if kind not in kinds:
        raise Http404
    shown = kinds[kind]
    form = KindForm(sent(request), instance=_kind_row(court, kind, shown))
    if form.is_valid():
        services.set_kind(court=court, kind=kind, by=request.user, **form.cleaned_data)
        messages.success(request, _("Saved. Requests asked for before are not counted anew."))
        return redirect("retention:leave_kind_list")
    context = {
        "title": shown.label,
        "intro": _("It applies to requests from now on."),
        "kind": shown,
        "form": form,
        "cancel_url": reverse("retention:leave_kind_list"),
        "breadcrumbs": [
            *leave_crumbs(request),
            (_("Kinds of leave"), reverse("retention:leave_kind_list")),
        ],
    }
    return render(request, "retention/leave_kind_edit.html", context)


def _kind_row(court: Unit, kind: str, shown: Any) -> LeaveKind:
    if shown.row is not None:
        return shown.row
    names = ("counts", "days", "is_paid", "is_active", "certainty", "source", "note")
    return LeaveKind(court=court, kind=kind, **{name: getattr(shown, name) for name in names})


@require_POST
@login_required
@permission_required(MANAGE, raise_exception=True)
def leave_kind_reset(request: HttpRequest, kind: str) -> HttpResponse:
    services.reset_kind(court=_court_or_404(request), kind=kind, by=request.user)
    messages.success(request, _("Set back to the default."))
    return redirect("retention:leave_kind_list")


# -- teams --------------------------------------------------------------------------------------


@require_safe
@login_required
@permission_required(MANAGE, raise_exception=True)
def leave_team(request: HttpRequest) -> HttpResponse:
    court = _court_or_404(request)
    return _team_page(request, court, LimitForm(units=_units(court)), _pair_form(request, None))


def _units(court: Unit) -> list[Unit]:
    within = Unit.objects.within(court).filter(is_active=True)
    return [court, *within.departments().order_by("path")]


def _pair_form(request: HttpRequest, data: Any) -> PairForm:
    officers = officers_of(request.user, MANAGE).select_related("department")
    return PairForm(data, officers=officers.order_by("pinyin", "pk"))


def _team_page(
    request: HttpRequest, court: Unit, limit: LimitForm, pair: PairForm, status: int = 200
) -> HttpResponse:
    limits = AwayLimit.objects.filter(unit__path__startswith=court.path).select_related("unit")
    pairs = LeavePair.objects.filter(first__court=court)
    context = {
        "title": _("Teams"),
        "subtitle": _("What the calendar warns about: too many away, or both of a pair."),
        "tabs": leave_tabs(request, "leave_team"),
        "limits": limits.order_by("unit__path"),
        "default_percent": MOST_PERCENT,
        "pairs": pairs.select_related("first__department", "second").order_by("first__pinyin"),
        "limit_form": limit,
        "pair_form": pair,
        "breadcrumbs": leave_crumbs(request),
    }
    return render(request, "retention/leave_team.html", context, status=status)


@require_POST
@login_required
@permission_required(MANAGE, raise_exception=True)
def leave_team_limit(request: HttpRequest) -> HttpResponse:
    court = _court_or_404(request)
    form = LimitForm(request.POST, units=_units(court))
    if not form.is_valid():
        return _team_page(request, court, form, _pair_form(request, None), status=400)
    services.set_away_limit(court=court, by=request.user, **form.cleaned_data)
    messages.success(request, _("Saved."))
    return redirect("retention:leave_team")


@require_POST
@login_required
@permission_required(MANAGE, raise_exception=True)
def leave_pair_add(request: HttpRequest) -> HttpResponse:
    court = _court_or_404(request)
    form = _pair_form(request, request.POST)
    if form.is_valid():
        try:
            services.add_pair(by=request.user, **form.cleaned_data)
        except services.CannotKeep as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect("retention:leave_team")
    return _team_page(request, court, LimitForm(units=_units(court)), form, status=400)


@require_POST
@login_required
@permission_required(MANAGE, raise_exception=True)
def leave_pair_remove(request: HttpRequest, pk: int) -> HttpResponse:
    pair = get_object_or_404(LeavePair.objects.visible_to(request.user, MANAGE), pk=pk)
    services.remove_pair(pair_id=pair.pk, by=request.user)
    messages.success(request, _("Removed."))
    return redirect("retention:leave_team")
