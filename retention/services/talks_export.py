"""Planned talks, held talks and their coverage as workbooks. No workbook holds any note."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from courtparty.accounts.models import Unit, User
from courtparty.audit.services import record
from courtparty.lib.xlsx.writing import write_table
from retention.models.talk_tasks import TalkTaskQuerySet
from retention.models.talks import TalkQuerySet
from retention.selectors.talk_coverage import Coverage
from retention.selectors.talk_tasks import task_rows
from retention.selectors.talks import talk_rows

EXPORT_LIMIT = 10_000


class CannotExport(Exception):
    """The list is too long for one workbook. Its text is for the user."""


def _note(rows: QuerySet[Any], by: User) -> None:
    """Refuses too many, and puts each court's share into its log."""
    if rows[: EXPORT_LIMIT + 1].count() > EXPORT_LIMIT:
        text = _("More than %(limit)s talks: narrow the list by filters first.")
        raise CannotExport(text % {"limit": f"{EXPORT_LIMIT:,}"})
    courts = list(rows.order_by().values_list("court", flat=True))
    for court in Unit.objects.filter(pk__in=set(courts)):
        record("talks.exported", by=by, on=court, court=court, rows=courts.count(court.pk))


@transaction.atomic
def export_tasks(tasks: TalkTaskQuerySet, *, by: User, on: date) -> bytes:
    """The planned talks listed. Refuses more than 10,000 rows."""
    _note(tasks, by)
    lines = [
        [
            row.officer,
            row.place,
            row.holder,
            row.kind,
            row.about,
            row.due.day,
            row.state,
            row.reason,
        ]
        for row in task_rows(tasks, on=on)
    ]
    return write_table(
        title=_("Planned talks, %(day)s") % {"day": on.isoformat()},
        headings=[
            _("Officer"),
            _("Branch or department"),
            _("With whom"),
            _("Kind"),
            _("About"),
            _("Due on"),
            _("State"),
            _("Reason"),
        ],
        rows=lines,
        text_columns=[0, 1, 2, 3, 4, 6, 7],
        sheet_name=_("Planned talks"),
    )


@transaction.atomic
def export_talks(talks: TalkQuerySet, *, by: User, on: date) -> bytes:
    """The held talks listed: with whom, when, of what kind. Refuses more than 10,000 rows."""
    _note(talks, by)
    read, unread = _("yes"), _("no")
    lines = [
        [
            row.officer,
            row.place,
            row.holder,
            row.kind,
            row.pair,
            row.held_on,
            read if row.is_read else unread,
        ]
        for row in talk_rows(talks)
    ]
    return write_table(
        title=_("Talks held, %(day)s") % {"day": on.isoformat()},
        headings=[
            _("Officer"),
            _("Branch or department"),
            capfirst(_("held by")),
            _("Kind"),
            _("Kind of pair"),
            _("Held on"),
            _("Read by the officer"),
        ],
        rows=lines,
        text_columns=[0, 1, 2, 3, 4, 6],
        sheet_name=_("Talks held"),
    )


@transaction.atomic
def export_coverage(found: Coverage, *, courts: Iterable[Unit], by: User, on: date) -> bytes:
    """Coverage by branch, a column for each kind of pair as held/planned, with a total."""
    for court in courts:
        record("talk_coverage.exported", by=by, on=court, court=court, rows=len(found.by_branch))
    lines: list[list[object]] = [
        [row.label, *(_cell(one) for one in cells), row.planned, row.held, row.late]
        for row, cells in found.cells
    ]
    total = found.total
    pairs = [f"{one.held}/{one.planned}" for one in found.by_pair]
    lines.append([pgettext("of a ledger", "Total"), *pairs, total.planned, total.held, total.late])
    return write_table(
        title=_("Coverage of talks %(year)s, as of %(day)s")
        % {"year": found.year, "day": on.isoformat()},
        headings=[_("Party branch"), *found.pairs, _("Planned"), _("Held"), _("Late or missed")],
        rows=lines,
        text_columns=list(range(len(found.pairs) + 1)),
        sheet_name=_("Coverage"),
    )


def _cell(one: Any) -> str:
    return f"{one.held}/{one.planned}" if one.planned else "—"
