"""The list of setbacks as a workbook: that something happened and how far the care is."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from courtparty.accounts.models import User
from courtparty.audit.services import record
from courtparty.lib.xlsx.writing import write_table
from retention.models.setbacks import SetbackQuerySet
from retention.selectors.setbacks import SetbackRow, setback_rows

EXPORT_LIMIT = 10_000


class CannotExport(Exception):
    """The list is too long for one workbook. Its text is for the user."""


@transaction.atomic
def export_setbacks(setbacks: SetbackQuerySet, *, by: User, on: date) -> bytes:
    """The given setbacks without what is written of them, recorded in the log of each court.

    Refuses more than 10,000 rows.
    """
    if setbacks[: EXPORT_LIMIT + 1].count() > EXPORT_LIMIT:
        text = _("More than %(limit)s setbacks: narrow the list by filters first.")
        raise CannotExport(text % {"limit": f"{EXPORT_LIMIT:,}"})
    listed = list(setbacks.select_related("court").defer("detail"))
    for court in {one.court for one in listed}:
        rows = sum(one.court_id == court.pk for one in listed)
        record("setbacks.exported", by=by, on=court, court=court, rows=rows)
    return write_table(
        title=_("Setbacks and the care after them, %(day)s") % {"day": on.isoformat()},
        headings=[
            _("Officer"),
            _("Branch or department"),
            _("Kind"),
            _("Happened on"),
            _("State"),
            _("Due next"),
            _("Day"),
            _("With whom"),
            _("How it is"),
        ],
        rows=map(_cells, setback_rows(setbacks, on=on)),
        text_columns=[0, 1, 2, 4, 5, 7, 8],
        sheet_name=_("Setbacks"),
    )


def _cells(row: SetbackRow) -> list[object]:
    return [
        row.officer,
        row.place,
        row.kind,
        row.happened_on,
        row.state,
        row.due.what if row.due else "",
        row.due.day if row.due else None,
        row.holder,
        row.outcome,
    ]
