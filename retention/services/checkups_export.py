"""The check-ups of a campaign as a workbook: exactly what the list shows the reader."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from courtparty.accounts.models import User
from courtparty.audit.services import record
from courtparty.lib.xlsx import write_table
from retention.models import CheckUpCampaign
from retention.selectors.checkups import CheckUpRow


@transaction.atomic
def export_checkups(
    rows: Sequence[CheckUpRow], *, campaign: CheckUpCampaign, by: User, on: date
) -> bytes:
    """One row an officer: name, department, the days, and done or due. The log keeps who took it.

    Nothing of what a check-up found is in it, whoever takes it.
    """
    record("checkups.exported", by=by, on=campaign, court=campaign.court, count=len(rows))
    words = {"campaign": campaign.name, "day": on.isoformat()}
    return write_table(
        title=_("%(campaign)s, as of %(day)s") % words,
        headings=[
            _("No."),
            _("Officer"),
            _("Department"),
            _("Appointed for"),
            _("State"),
            _("Done on"),
        ],
        rows=[
            [number, row.name, row.department, row.due_on, row.label, row.done_on]
            for number, row in enumerate(rows, start=1)
        ],
        sheet_name=_("Check-ups"),
        landscape=False,
    )
