from typing import Any

from django.contrib.auth.decorators import login_required, permission_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from appraisal.models import CaseWeightTable
from appraisal.selectors import case_weights as selectors
from appraisal.selectors.head_shares import MANAGE
from appraisal.services.case_weight_export import export_case_table
from courtparty.lib.responses import xlsx_response

PER_PAGE = 50
TONES = {"draft": "info", "published": "success", "retired": "neutral"}


@require_safe
@login_required
def case_weights_list(request: HttpRequest) -> HttpResponse:
    tables = selectors.tables_listed(request.user)
    page = Paginator(tables, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "title": _("Case points"),
        "intro": _("What a closed case counts: base points × kind of case × role in it."),
        "page_obj": page,
        "count": page.paginator.count,
        "tones": TONES,
        "has_courts": len({table.court_id for table in page.object_list}) > 1,
        "may_manage": request.user.has_perm(MANAGE),
    }
    return render(request, "appraisal/case_weights_list.html", context)


@require_safe
@login_required
def case_weights_detail(request: HttpRequest, pk: int) -> HttpResponse:
    table = get_object_or_404(selectors.tables_listed(request.user), pk=pk)
    weights = selectors.weights_of(table)
    is_kept = selectors.tables_kept_by(request.user).filter(pk=pk).exists()
    is_draft = table.state == CaseWeightTable.State.DRAFT
    context = {
        "title": str(table),
        "subtitle": table.court.display_name,
        "status_text": table.get_state_display(),
        "status_tone": TONES[table.state],
        "table": table,
        "lines": selectors.weights_shown(weights),
        "former": selectors.former_of(table),
        "is_kept": is_kept,
        "may_edit": is_kept and is_draft,
        "faults": selectors.faults_shown(weights) if is_kept and is_draft else [],
        "breadcrumbs": breadcrumbs(),
    }
    return render(request, "appraisal/case_weights_detail.html", context)


@require_safe
@login_required
def case_weights_compare(request: HttpRequest, pk: int) -> HttpResponse:
    table = get_object_or_404(selectors.tables_listed(request.user), pk=pk)
    former = selectors.former_of(table)
    context = {
        "title": _("What changes from the former version"),
        "table": table,
        "former": former,
        "changes": selectors.changes_between(former, table) if former else [],
        "breadcrumbs": breadcrumbs(table),
    }
    return render(request, "appraisal/case_weights_compare.html", context)


@require_safe
@login_required
@permission_required("appraisal.view_index_set", raise_exception=True)
def case_weights_export(request: HttpRequest, pk: int) -> HttpResponse:
    table = get_object_or_404(selectors.tables_listed(request.user), pk=pk)
    content = export_case_table(table, by=request.user)
    name = _("case-points-v%(version)s-%(day)s.xlsx")
    values = {"version": table.version, "day": timezone.localdate()}
    return xlsx_response(content, name % values)


def breadcrumbs(table: CaseWeightTable | None = None) -> list[tuple[Any, str]]:
    listed = [(_("Case points"), reverse("appraisal:case_weights_list"))]
    return [*listed, (str(table), table.get_absolute_url())] if table else listed
