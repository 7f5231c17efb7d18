from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from appraisal.forms.reference import CaseTableForm, CaseWeightForm
from appraisal.models import CaseWeight, CaseWeightTable
from appraisal.selectors import case_weights as selectors
from appraisal.selectors.head_shares import MANAGE, courts_kept
from appraisal.selectors.measures import case_measures_of
from appraisal.services import case_weights as services
from appraisal.services.case_weights import CannotChangeTable
from appraisal.views.case_weights import breadcrumbs

METHODS = ["GET", "HEAD", "POST"]


@require_http_methods(METHODS)
@login_required
@permission_required(MANAGE, raise_exception=True)
def case_weights_draft(request: HttpRequest) -> HttpResponse:
    """A new table without rows."""
    data = request.POST if request.method == "POST" else None
    form = CaseTableForm(data, courts=courts_kept(request.user))
    if form.is_valid():
        table = services.draft_case_table(by=request.user, **form.cleaned_data)
        messages.success(request, _("The draft is made. Add its rows."))
        return redirect(table)
    title = _("A new table of case points")
    return _form_page(request, form, title, cancel_url=reverse("appraisal:case_weights_list"))


@require_http_methods(METHODS)
@login_required
@permission_required(MANAGE, raise_exception=True)
def case_weights_copy(request: HttpRequest, pk: int) -> HttpResponse:
    table = get_object_or_404(selectors.tables_kept_by(request.user), pk=pk)
    data = request.POST if request.method == "POST" else None
    form = CaseTableForm(data, courts=None, initial={"name": table.name, "basis": table.basis})
    if form.is_valid():
        draft = services.draft_case_table(
            court=table.court, by=request.user, like=table, **form.cleaned_data
        )
        messages.success(request, _("A new version is drafted with the same rows."))
        return redirect(draft)
    title = _("Copy “%(table)s” to a new version") % {"table": table}
    return _form_page(request, form, title, table=table)


@require_http_methods(METHODS)
@login_required
@permission_required(MANAGE, raise_exception=True)
def case_weights_describe(request: HttpRequest, pk: int) -> HttpResponse:
    table = get_object_or_404(selectors.tables_kept_by(request.user), pk=pk)
    data = request.POST if request.method == "POST" else None
    form = CaseTableForm(data, courts=None, initial={"name": table.name, "basis": table.basis})
    if form.is_valid():
        try:
            services.describe_case_table(table_id=pk, by=request.user, **form.cleaned_data)
        except CannotChangeTable as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect(table)
    return _form_page(request, form, _("Name and basis"), table=table)


@require_http_methods(METHODS)
@login_required
@permission_required(MANAGE, raise_exception=True)
def case_weights_row_add(request: HttpRequest, pk: int) -> HttpResponse:
    table = get_object_or_404(selectors.tables_kept_by(request.user), pk=pk)
    return _row_page(request, table, _("Add a kind of case"))


@require_http_methods(METHODS)
@login_required
@permission_required(MANAGE, raise_exception=True)
def case_weights_row_change(request: HttpRequest, pk: int, row_pk: int) -> HttpResponse:
    table = get_object_or_404(selectors.tables_kept_by(request.user), pk=pk)
    row = get_object_or_404(table.weights.select_related("measure"), pk=row_pk)
    return _row_page(request, table, row.measure.display_name, row)


def _row_page(
    request: HttpRequest, table: CaseWeightTable, title: str, row: CaseWeight | None = None
) -> HttpResponse:
    data = request.POST if request.method == "POST" else None
    fields = ("measure", "base", "type_coefficient", "role_coefficient", "certainty")
    known = {name: getattr(row, name) for name in fields} if row else {}
    form = CaseWeightForm(data, measures=case_measures_of(table.court), initial=known)
    if form.is_valid():
        try:
            services.keep_case_weight(
                table_id=table.pk,
                weight_id=row.pk if row else None,
                by=request.user,
                **form.cleaned_data,
            )
        except CannotChangeTable as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect(table)
    return _form_page(request, form, title, table=table)


@require_POST
@login_required
@permission_required(MANAGE, raise_exception=True)
def case_weights_row_remove(request: HttpRequest, pk: int, row_pk: int) -> HttpResponse:
    table = get_object_or_404(selectors.tables_kept_by(request.user), pk=pk)
    try:
        services.remove_case_weight(table_id=pk, weight_id=row_pk, by=request.user)
    except CannotChangeTable as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The row is removed."))
    return redirect(table)


@require_http_methods(METHODS)
@login_required
@permission_required(MANAGE, raise_exception=True)
def case_weights_publish(request: HttpRequest, pk: int) -> HttpResponse:
    table = get_object_or_404(selectors.tables_kept_by(request.user), pk=pk)
    reasons: list[str] = []
    if request.method == "POST":
        try:
            services.publish_case_table(table_id=pk, by=request.user, at=timezone.now())
        except CannotChangeTable as refusal:
            messages.error(request, str(refusal))
            reasons = refusal.reasons
        else:
            messages.success(request, _("“%(name)s” is published.") % {"name": table})
            return redirect(table)
    former = selectors.former_of(table)
    context = {
        "title": _("Publish “%(name)s”?") % {"name": table},
        "text": _("Cycles whose participants are frozen from then on count cases with it."),
        "consequences": [
            _("A table published before is retired; it stays readable."),
            _("Cycles frozen before keep the table they began with."),
        ],
        "warning": _("A published table never changes. Copy it to a new version."),
        "reasons": reasons,
        "former": former,
        "changes": selectors.changes_between(former, table) if former else [],
        "submit_label": _("Publish"),
        "cancel_url": table.get_absolute_url(),
        "breadcrumbs": breadcrumbs(table),
    }
    return render(request, "appraisal/case_weights_publish.html", context)


@require_http_methods(METHODS)
@login_required
@permission_required(MANAGE, raise_exception=True)
def case_weights_discard(request: HttpRequest, pk: int) -> HttpResponse:
    table = get_object_or_404(selectors.tables_kept_by(request.user), pk=pk)
    if request.method == "POST":
        try:
            services.discard_case_table(table_id=pk, by=request.user)
        except CannotChangeTable as refusal:
            messages.error(request, str(refusal))
            return redirect(table)
        messages.success(request, _("The draft is discarded."))
        return redirect("appraisal:case_weights_list")
    context = {
        "title": _("Discard “%(name)s”?") % {"name": table},
        "text": _("The draft goes with all its rows."),
        "submit_label": _("Discard"),
        "is_danger": True,
        "cancel_url": table.get_absolute_url(),
        "breadcrumbs": breadcrumbs(table),
    }
    return render(request, "skeletons/confirm.html", context)


def _form_page(
    request: HttpRequest,
    form: Any,
    title: str,
    *,
    table: CaseWeightTable | None = None,
    cancel_url: str = "",
) -> HttpResponse:
    context = {
        "title": title,
        "form": form,
        "cancel_url": table.get_absolute_url() if table else cancel_url,
        "breadcrumbs": breadcrumbs(table),
    }
    return render(request, "skeletons/form.html", context)
