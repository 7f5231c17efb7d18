from datetime import date

from django.contrib.auth.decorators import login_required, permission_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from appraisal.forms.figure_entry import NeedsFilter
from appraisal.models import Cycle
from appraisal.selectors.figure_needs import Need, narrowed, needs_of, summary_of
from appraisal.selectors.figures import IMPORT, VIEW, courts_with
from appraisal.services.figure_access import export_needs
from courtparty.lib.responses import xlsx_response

PER_PAGE = 50


@require_safe
@login_required
@permission_required(VIEW, raise_exception=True)
def figure_needs(request: HttpRequest, pk: int) -> HttpResponse:
    cycle = _cycle(request, pk)
    everything = needs_of(cycle, request.user)
    form = _filter(request, everything)
    needs = _narrowed(form, everything)
    page = Paginator(needs, PER_PAGE).get_page(request.GET.get("page"))
    enters = cycle.court in courts_with(request.user, IMPORT)
    context = {
        "title": _("Missing figures"),
        "intro": _("What “%(cycle)s” needs and nobody has reported. Missing is not zero.")
        % {"cycle": cycle.name},
        "breadcrumbs": [
            (_("Cycles"), reverse("appraisal:cycle_list")),
            (cycle.name, cycle.get_absolute_url()),
        ],
        "cycle": cycle,
        "page_obj": page,
        "rows": [(need, _where(need) if enters else "") for need in page.object_list],
        "count": len(needs),
        "summary": summary_of(needs),
        "filter": form,
        "export_url": reverse("appraisal:figure_needs_export", args=[cycle.pk]),
    }
    return render(request, "appraisal/figure_needs.html", context)


def _cycle(request: HttpRequest, pk: int) -> Cycle:
    cycles = Cycle.objects.visible_to(request.user).select_related("court")
    return get_object_or_404(cycles, pk=pk)


def _filter(request: HttpRequest, needs: list[Need]) -> NeedsFilter:
    months = {month for need in needs for month in need.months}
    return NeedsFilter(
        request.GET,
        departments={str(one.person.department_id): one.person.department for one in needs},
        measures={need.measure.code: need.measure.display_name for need in needs},
        months=sorted(months),
    )


def _narrowed(form: NeedsFilter, needs: list[Need]) -> list[Need]:
    if not form.is_valid():
        return []
    asked = form.cleaned_data
    return narrowed(
        needs,
        text=asked["q"],
        department=asked["department"],
        measure=asked["measure"],
        month=date.fromisoformat(f"{asked['month']}-01") if asked["month"] else None,
    )


def _where(need: Need) -> str:
    """Where the figure is entered, or its workbook imported."""
    if not need.measure.is_entered:
        return reverse("appraisal:figure_import")
    group, month = f"d{need.person.department_id}", f"{need.months[0]:%Y-%m}"
    return f"{reverse('appraisal:figure_entry')}?month={month}&group={group}"


@require_safe
@login_required
@permission_required(VIEW, raise_exception=True)
def figure_needs_export(request: HttpRequest, pk: int) -> HttpResponse:
    cycle = _cycle(request, pk)
    everything = needs_of(cycle, request.user)
    needs = _narrowed(_filter(request, everything), everything)
    content = export_needs(needs, cycle=cycle, by=request.user)
    return xlsx_response(content, _("missing-figures-%(cycle)s.xlsx") % {"cycle": cycle.code})
