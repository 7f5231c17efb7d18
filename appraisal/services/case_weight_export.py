"""A table of case points as a workbook."""

from django.db import transaction
from django.utils.translation import gettext as _

from appraisal.models import CaseWeightTable
from appraisal.selectors.case_weights import points_of, weights_of
from courtparty.accounts.models import User
from courtparty.audit.services import record
from courtparty.lib.xlsx import write_table


@transaction.atomic
def export_case_table(table: CaseWeightTable, *, by: User) -> bytes:
    """Every row with its three numbers and the points of a case. That it was taken is recorded."""
    weights = weights_of(table)
    headings = [
        _("No."),
        _("Cases counted"),
        _("Base points"),
        _("Coefficient of the kind of case"),
        _("Coefficient of the role"),
        _("Points of a case"),
        _("Certainty"),
    ]
    rows = [
        [
            number,
            weight.measure.display_name,
            weight.base,
            weight.type_coefficient,
            weight.role_coefficient,
            points_of(weight),
            weight.get_certainty_display(),
        ]
        for number, weight in enumerate(weights, start=1)
    ]
    record("case_weights.exported", by=by, on=table, court=table.court, rows=len(rows))
    return write_table(title=str(table), headings=headings, rows=rows)
