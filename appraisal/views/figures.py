from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from appraisal.forms.figures import DisputeForm, FigureFilter
from appraisal.models import FigureSheet
from appraisal.selectors.figure_sheets import SheetDetail, own_months, sheet_details
from appraisal.selectors.figures import (
    CORRECT,
    DEFAULT_ORDER,
    VIEW,
    counts_by_state,
    courts_with,
    export_rows,
    figure_courts,
    listed_measures,
    measures_exported,
    months_known,
    sheet_rows,
    sheets_in_order,
    sheets_listed,
)
from appraisal.services.confirmations import (
    CannotConfirm,
    CannotDispute,
    confirm_all_figures,
    confirm_figures,
    dispute_figures,
)
from appraisal.services.figure_access import export_figures, open_sheet
from cadres.selectors.officers import reach_of
from courtparty.lib.paging import CappedPaginator
from courtparty.lib.responses import xlsx_response

PER_PAGE = 50
State = FigureSheet.State
TONES: dict[str, str] = {
    State.TO_CONFIRM: "info",
    State.CONFIRMED: "success",
    State.DISPUTED: "danger",
}


# -- those who read and import ----------------------------------------------------------------


@require_safe
@login_required
@permission_required(VIEW, raise_exception=True)
def figure_list(request: HttpRequest) -> HttpResponse:
    asked, found = _found(request)
    sheets = sheets_in_order(found.found, request.GET.get("sort", ""))
    counts = counts_by_state(found.found)
    paginator = CappedPaginator(sheets, PER_PAGE)
    # The states add up to what is found: it need not be counted twice.
    paginator.count = min(sum(counts.values()), paginator.limit + 1)
    page = paginator.get_page(request.GET.get("page"))
    measures = listed_measures()
    context = {
        "title": _("Case figures"),
        "intro": _("What each judge's months count, and whether the judge has confirmed them."),
        "breadcrumbs": [(_("Appraisal"), "")],
        "page_obj": page,
        "rows": [(row, TONES[row.sheet.state]) for row in sheet_rows(page.object_list, measures)],
        "measures": measures,
        "count": paginator.count,
        "count_limit": paginator.limit,
        "filter": found,
        "default_sort": DEFAULT_ORDER,
        "states": _states(asked, counts),
        "latest_month": "" if asked is request.GET else asked["since"][:7],
        "export_url": reverse("appraisal:figure_export"),
    }
    return render(request, "appraisal/figure_list.html", context)


def _found(request: HttpRequest) -> tuple[QueryDict, FigureFilter]:
    """What the list is narrowed by, and the filter over all that the reader sees."""
    months = months_known(request.user)
    asked = _asked(request, months)
    span = {asked.get("since"), asked.get("until")}
    one_month = next((month for month in months if span == {month.isoformat()}), None)
    reach = reach_of(request.user, VIEW)
    sheets = sheets_listed(request.user, reach, one_month)
    return asked, FigureFilter(
        asked, sheets, user=request.user, months=months, departments=reach.departments
    )


def _asked(request: HttpRequest, months: list[date]) -> QueryDict:
    """The latest month alone, where nobody asks for anything."""
    if not months or any(name in request.GET for name in FigureFilter.base_filters):
        return request.GET
    asked = request.GET.copy()
    asked["since"] = asked["until"] = months[0].isoformat()
    return asked


def _states(asked: QueryDict, counts: dict[str, int]) -> list[dict[str, Any]]:
    """How many of the months found are in each state, and the address of just those."""
    states = []
    for state in State:
        query = asked.copy()
        query["state"] = state.value
        query.pop("page", None)
        states.append(
            {
                "label": state.label,
                "count": counts[state],
                "tone": TONES[state],
                "url": f"?{query.urlencode()}",
            }
        )
    return states


@require_safe
@login_required
@permission_required(VIEW, raise_exception=True)
def figure_export(request: HttpRequest) -> HttpResponse:
    _asked_for, found = _found(request)
    sheets = sheets_in_order(found.found, request.GET.get("sort", ""))
    measures = measures_exported(reach_of(request.user, VIEW).courts)
    rows = export_rows(sheets, measures)
    content = export_figures(rows, measures, by=request.user, court=request.user.court)
    return xlsx_response(content, _("case-figures-%(day)s.xlsx") % {"day": timezone.localdate()})


@require_safe
@login_required
def figure_sheet(request: HttpRequest, pk: int) -> HttpResponse:
    sheet = _sheet_or_refusal(request, pk)
    if sheet.officer.user_id == request.user.pk:
        return redirect("appraisal:my_figures")
    open_sheet(sheet=sheet, by=request.user)
    keeps_figures = sheet.officer.court in figure_courts(request.user)
    may_correct = sheet.officer.court in courts_with(request.user, CORRECT)
    context = {
        "title": _("%(name)s, %(month)s")
        % {"name": sheet.officer.name, "month": f"{sheet.month:%Y-%m}"},
        "subtitle": sheet.officer.department.display_name,
        "status_text": sheet.get_state_display(),
        "status_tone": TONES[sheet.state],
        "breadcrumbs": [
            (_("Appraisal"), ""),
            (_("Case figures"), reverse("appraisal:figure_list")),
        ],
        "sheet": sheet,
        "detail": sheet_details([sheet])[0],
        "reason": sheet.reason if keeps_figures else "",
        "keeps_figures": keeps_figures,
        "may_correct": may_correct,
    }
    return render(request, "appraisal/figure_sheet.html", context)


def _sheet_or_refusal(request: HttpRequest, pk: int) -> FigureSheet:
    """403 for those who see no figures but their own, 404 for figures out of sight."""
    sheets = FigureSheet.objects.visible_to(request.user).select_related(
        "officer__court", "officer__department", "source"
    )
    if not request.user.has_perm(VIEW):
        own = sheets.filter(pk=pk).first()
        if own is None:
            raise PermissionDenied
        return own
    return get_object_or_404(sheets, pk=pk)


# -- the officer ------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def my_figures(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        return _confirm_all(request)
    months = own_months(request.user)
    waiting = [one for one in months if one.sheet.state == State.TO_CONFIRM]
    measures = [line.measure for line in months[0].lines] if months else []
    context = {
        "title": _("My figures"),
        "months": [(one, TONES[one.sheet.state]) for one in months],
        "measures": measures,
        "waiting": len(waiting),
        "seen": _latest_import(waiting),
    }
    return render(request, "appraisal/my_figures.html", context)


def _latest_import(months: list[SheetDetail]) -> int:
    sources = (one.sheet.source for one in months)
    latest = max(sources, key=lambda source: source.imported_at, default=None)
    return latest.pk if latest else 0


def _confirm_all(request: HttpRequest) -> HttpResponse:
    try:
        confirmed = confirm_all_figures(
            up_to_source_id=_seen(request), by=request.user, at=timezone.now()
        )
    except CannotConfirm as refusal:
        messages.error(request, str(refusal))
    else:
        text = ngettext(
            "Confirmed: the figures of %(count)s month.",
            "Confirmed: the figures of %(count)s months.",
            confirmed,
        )
        messages.success(request, text % {"count": confirmed})
    return redirect("appraisal:my_figures")


def _seen(request: HttpRequest) -> int:
    """The import that the page showed; nothing sensible is an import that never was."""
    text = request.POST.get("source", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0


@require_POST
@login_required
def figures_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    sheet = get_object_or_404(FigureSheet.objects.own(request.user), pk=pk)
    try:
        confirm_figures(
            sheet_id=sheet.pk, source_id=_seen(request), by=request.user, at=timezone.now()
        )
    except CannotConfirm as refusal:
        messages.error(request, str(refusal))
    else:
        text = _("You have confirmed your figures of %(month)s.")
        messages.success(request, text % {"month": f"{sheet.month:%Y-%m}"})
    return redirect("appraisal:my_figures")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def figures_dispute(request: HttpRequest, pk: int) -> HttpResponse:
    own = FigureSheet.objects.own(request.user).select_related("source")
    sheet = get_object_or_404(own, pk=pk)
    data = request.POST if request.method == "POST" else None
    form = DisputeForm(data, initial={"source": sheet.source_id})
    if form.is_valid() and _dispute(request, sheet, form):
        return redirect("appraisal:my_figures")
    context = {
        "title": _("Dispute the figures of %(month)s") % {"month": f"{sheet.month:%Y-%m}"},
        "intro": _("Those who import the figures are told and check them with the source."),
        "breadcrumbs": [(_("My figures"), reverse("appraisal:my_figures"))],
        "form": form,
        "detail": sheet_details([sheet])[0],
        "submit_label": _("Dispute these figures"),
        "cancel_url": reverse("appraisal:my_figures"),
    }
    return render(request, "appraisal/figures_dispute.html", context)


def _dispute(request: HttpRequest, sheet: FigureSheet, form: DisputeForm) -> bool:
    try:
        dispute_figures(
            sheet_id=sheet.pk,
            source_id=form.cleaned_data["source"],
            reason=form.cleaned_data["reason"],
            by=request.user,
            at=timezone.now(),
        )
    except CannotDispute as refusal:
        form.add_error(None, str(refusal))
        return False
    text = _("You have disputed your figures of %(month)s. Those who import them were told.")
    messages.success(request, text % {"month": f"{sheet.month:%Y-%m}"})
    return True
