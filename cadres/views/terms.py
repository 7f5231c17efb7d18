from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cadres.forms.terms import HoldForm, PlanForm, TermFilter
from cadres.selectors.appointments import MANAGE, VIEW
from cadres.selectors.terms import (
    DEFAULT_ORDER,
    TermRow,
    ordered_terms,
    party_organisations,
    past_elections,
    term_of,
    terms_of,
)
from cadres.services import elections as services
from cadres.services.appointment_export import export_terms
from cadres.services.approvals import CannotEnter
from courtparty.accounts.scope import paths_with
from courtparty.accounts.selectors import units_with
from courtparty.lib.responses import xlsx_response

PER_PAGE = 50


@require_safe
@login_required
@permission_required(VIEW, raise_exception=True)
def term_list(request: HttpRequest) -> HttpResponse:
    found = _found(request)
    page = Paginator(found.found, PER_PAGE).get_page(request.GET.get("page"))
    managed = paths_with(request.user, MANAGE)
    context = {
        "title": _("Terms and elections"),
        "intro": _(
            "The term each Party organisation is in, and the election planned for its end: five "
            "years for a Party committee, three for a general branch or a branch (regulation of "
            "2019, articles 5 to 7)."
        ),
        "page_obj": page,
        "count": page.paginator.count,
        "filter": found,
        "default_sort": DEFAULT_ORDER,
        "rows": [(row, row.unit.path.startswith(managed)) for row in page.object_list],
        "export_url": reverse("cadres:term_export"),
        "breadcrumbs": [(_("Cadre team"), "")],
    }
    return render(request, "cadres/term_list.html", context)


def _found(request: HttpRequest) -> TermFilter:
    units = party_organisations(units_with(request.user, VIEW)).order_by("path")
    rows = ordered_terms(terms_of(units, on=timezone.localdate()), request.GET.get("sort", ""))
    return TermFilter(request.GET, rows)


@require_safe
@login_required
@permission_required(VIEW, raise_exception=True)
def term_export(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    content = export_terms(_found(request).found, by=request.user, on=today)
    return xlsx_response(content, _("terms-%(day)s.xlsx") % {"day": today})


def _term(request: HttpRequest, pk: int) -> TermRow:
    """The organisation's term; there is nothing to plan where none is on record."""
    units = party_organisations(units_with(request.user, MANAGE))
    row = term_of(get_object_or_404(units, pk=pk), on=timezone.localdate())
    if row.term_end is None:
        raise Http404
    return row


@require_http_methods(["GET", "POST"])
@login_required
@permission_required(MANAGE, raise_exception=True)
def election_plan(request: HttpRequest, pk: int) -> HttpResponse:
    row = _term(request, pk)
    initial = {"due_on": row.term_end, "planned_on": row.planned_on}
    form = PlanForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        try:
            services.plan_election(
                unit_id=pk, by=request.user, on=timezone.localdate(), **form.cleaned_data
            )
        except services.CannotPlan as refusal:
            form.add_error("planned_on", str(refusal))
        else:
            messages.success(request, _("The election is planned; its secretaries are told."))
            return redirect("cadres:term_list")
    return _election_page(request, row, form, "election_plan", _("Plan the election"))


@require_http_methods(["GET", "POST"])
@login_required
@permission_required(MANAGE, raise_exception=True)
def election_hold(request: HttpRequest, pk: int) -> HttpResponse:
    row = _term(request, pk)
    data = (request.POST, request.FILES) if request.method == "POST" else ()
    form = HoldForm(*data, initial={"due_on": row.term_end})
    if form.is_valid():
        try:
            services.hold_election(
                unit_id=pk, by=request.user, on=timezone.localdate(), **form.facts
            )
        except (services.CannotHold, CannotEnter) as refusal:
            form.add_error(None, str(refusal))
        else:
            text = _("Entered. Now end the old appointments and enter who was elected.")
            messages.success(request, text)
            return redirect(f"{reverse('cadres:appointment_list')}?unit={pk}")
    return _election_page(request, row, form, "election_hold", _("Enter the election as held"))


def _election_page(
    request: HttpRequest, row: TermRow, form: PlanForm | HoldForm, template: str, title: str
) -> HttpResponse:
    context = {
        "title": title,
        "row": row,
        "form": form,
        "elections": past_elections(row.unit),
        "cancel_url": reverse("cadres:term_list"),
        "breadcrumbs": [
            (_("Cadre team"), ""),
            (_("Terms and elections"), reverse("cadres:term_list")),
        ],
    }
    return render(request, f"cadres/{template}.html", context)
