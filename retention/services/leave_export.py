"""Leave, overtime and accounts as workbooks. Reasons never leave this way."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from courtparty.accounts.models import Unit, User
from courtparty.audit.services import record
from courtparty.lib.xlsx import write_table
from retention.models.leave import LeaveRequestQuerySet
from retention.models.overtime import OvertimeQuerySet
from retention.selectors.leave import leave_rows
from retention.selectors.leave_accounts import AccountRow, totals_of

MOST_ROWS = 20_000


class CannotExport(Exception):
    """Too much at once. Its text is for the user."""


@transaction.atomic
def export_leave(requests: LeaveRequestQuerySet, *, by: User, on: date) -> bytes:
    """The requests found, without reasons; each court's log keeps how many went out."""
    for court, count in _by_court(requests.values_list("officer__court", flat=True)):
        record("leave.exported", by=by, on=court, court=court, count=count)
    lines = [
        [
            number, row.officer, row.department, row.kind, row.start, row.last, row.days,
            row.hours, row.state, row.waits_for,
        ]
        for number, row in enumerate(leave_rows(requests, by), start=1)
    ]  # fmt: skip
    return write_table(
        title=_("%(what)s, as of %(day)s") % {"what": _("Leave requests"), "day": on.isoformat()},
        headings=[
            _("No."), pgettext("of a person", "Name"), _("Department"), _("Kind of leave"),
            _("First day"), _("Last day"), _("Days"), _("Hours of make-up rest"), _("State"),
            _("Waits for"),
        ],
        rows=lines,
        sheet_name=_("Leave"),
    )  # fmt: skip


@transaction.atomic
def export_overtime(rows: OvertimeQuerySet, *, by: User, on: date) -> bytes:
    for court, count in _by_court(rows.values_list("officer__court", flat=True)):
        record("overtime.exported", by=by, on=court, court=court, count=count)
    related = rows.select_related("officer__department", "entered_by", "decided_by")
    lines = [
        [
            number, one.officer.name, one.officer.department.display_name, one.day, one.hours,
            one.work, str(one.get_state_display()), one.used, one.expires_on, str(one.entered_by),
            str(one.decided_by) if one.decided_by else "",
        ]
        for number, one in enumerate(related, start=1)
    ]  # fmt: skip
    return write_table(
        title=_("%(what)s, as of %(day)s") % {"what": _("Overtime"), "day": on.isoformat()},
        headings=[
            _("No."), pgettext("of a person", "Name"), _("Department"), _("Day"), _("Hours"),
            _("What was done"), _("State"), _("Hours taken as rest"), _("Rest to be taken until"),
            _("Entered by"), _("Decided by"),
        ],
        rows=lines,
        sheet_name=_("Overtime"),
    )  # fmt: skip


@transaction.atomic
def export_accounts(
    rows: Sequence[AccountRow], *, year: int, court_ids: Iterable[int], by: User, on: date
) -> bytes:
    """Annual leave of a year by officer, with what is not taken and its carry-over."""
    for court, count in _by_court(court_ids):
        record("leave_accounts.exported", by=by, on=court, court=court, count=count, year=year)
    lines: list[list[object]] = [
        [
            number, row.officer, row.department, row.balance.by_law, row.balance.carried_in,
            row.balance.adjusted, row.due, row.taken, row.balance.asked, row.planned, row.left,
            row.unplanned, row.carry_days, row.carry,
        ]
        for number, row in enumerate(rows, start=1)
    ]  # fmt: skip
    total = totals_of(rows)
    lines.append(
        [
            None, pgettext("of a ledger", "Total"), None, None, None, None, total.due, total.taken,
            None, total.planned, total.left, total.unplanned, None, None,
        ]
    )  # fmt: skip
    text = _("Annual leave of %(year)s, as of %(day)s")
    return write_table(
        title=text % {"year": year, "day": on.isoformat()},
        headings=[
            _("No."), pgettext("of a person", "Name"), _("Department"), _("By law"),
            _("Carried over"), pgettext("of leave", "Corrected"), _("Due in the year"),
            _("Taken"), _("Asked for"), _("Planned"),
            pgettext("of leave", "Left"), _("Without plan"), _("Days of the carry-over"),
            _("Carry-over"),
        ],
        rows=lines,
        sheet_name=str(year),
    )  # fmt: skip


def _by_court(ids: Iterable[int]) -> list[tuple[Unit, int]]:
    """How many of the rows are of each court, for its log; refuses far too many."""
    counts = Counter(ids)
    if sum(counts.values()) > MOST_ROWS:
        text = _("That is more than %(most)s rows. Use a filter first.")
        raise CannotExport(text % {"most": MOST_ROWS})
    return [(court, counts[court.pk]) for court in Unit.objects.filter(pk__in=list(counts))]
