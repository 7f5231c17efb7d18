"""Case work for the full-time check of cadres, which must not know this app."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date

from appraisal.models import Figure
from appraisal.selectors.figures import shortened
from cadres.selectors.casework import CaseMonth, CaseMonths, register_case_figures

# Who has new, closed or pending cases works on cases; the other measures are shares of these.
CASE_WORK = ("new", "closed", "pending")


@register_case_figures
def case_work(officer_ids: Collection[int], since: date) -> CaseMonths:
    """Figures above zero in months from ``since`` on. One query."""
    figures = Figure.objects.filter(
        officer__in=officer_ids, month__gte=since, measure__code__in=CASE_WORK, value__gt=0
    ).select_related("measure")
    found: defaultdict[int, list[CaseMonth]] = defaultdict(list)
    for one in figures.order_by("month", "measure__position", "measure__code"):
        month = CaseMonth(one.month, one.measure.display_name, shortened(one.value))
        found[one.officer_id].append(month)
    return dict(found)
