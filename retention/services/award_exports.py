"""Achievements, proposals and awards as workbooks."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from courtparty.accounts.models import Unit, User
from courtparty.audit.services import record
from courtparty.lib.xlsx.writing import write_table
from retention.models.achievements import AchievementQuerySet
from retention.models.awards import AwardQuerySet
from retention.selectors.achievements import achievement_rows
from retention.selectors.award_register import award_rows

EXPORT_LIMIT = 10_000


class CannotExport(Exception):
    """The list is too long for one workbook. Its text is for the user."""


@transaction.atomic
def export_awards(awards: AwardQuerySet, *, by: User, on: date) -> bytes:
    """The given awards as a workbook, recorded in the log of each court; at most 10,000 rows."""
    listed = _listed(awards)
    for court, count in _by_court(listed):
        record("awards.exported", by=by, on=court, court=court, count=count)
    headings = [
        _("Officer"), _("Department"), _("Award"), _("Given by"), _("Decided on"),
        _("Days from the achievement"), _("Document number"), _("Date of the document"),
        _("Revoked on"),
    ]  # fmt: skip
    rows = (
        [
            row.name, row.department, row.award, row.issuer, row.decided_on.isoformat(),
            row.days_taken, row.number, _day(row.document_on), _day(row.revoked_on),
        ]
        for row in award_rows(listed)
    )  # fmt: skip
    return _workbook(_("Register of awards, %(day)s"), headings, rows, on, numbers=(5,))


@transaction.atomic
def export_achievements(found: AchievementQuerySet, *, by: User, on: date) -> bytes:
    """Achievements with where each one stands, recorded in the log; at most 10,000 rows."""
    listed = _listed(found)
    for court, count in _by_court(listed):
        record("achievements.exported", by=by, on=court, court=court, count=count)
    headings = [
        _("Officer"), _("Department"), _("What was achieved"), _("Kind"), _("Achieved on"),
        _("Entered"), _("State"), _("With whom"), _("Decision due"), _("Working days late"),
    ]  # fmt: skip
    rows = (
        [
            row.name, row.department, row.title, row.kind, row.achieved_on.isoformat(),
            row.entered_on.isoformat(), row.state, row.desk, _day(row.due_on),
            row.days_late or None,
        ]
        for row in achievement_rows(listed, on=on)
    )  # fmt: skip
    return _workbook(_("Achievements, %(day)s"), headings, rows, on, numbers=(9,))


def _listed(found: Any) -> list[Any]:
    if found[: EXPORT_LIMIT + 1].count() > EXPORT_LIMIT:
        text = _("More than %(limit)s rows: narrow the list by filters first.")
        raise CannotExport(text % {"limit": f"{EXPORT_LIMIT:,}"})
    return list(found.select_related("officer__department", "officer__court"))


def _by_court(listed: Sequence[Any]) -> list[tuple[Unit, int]]:
    courts = {one.officer.court_id: one.officer.court for one in listed}
    counts = Counter(one.officer.court_id for one in listed)
    return [(court, counts[pk]) for pk, court in courts.items()]


def _workbook(
    title: str,
    headings: list[str],
    rows: Iterable[Sequence[object]],
    on: date,
    *,
    numbers: tuple[int, ...],
) -> bytes:
    text_columns = [index for index in range(len(headings)) if index not in numbers]
    return write_table(
        title=title % {"day": on.isoformat()},
        headings=headings,
        rows=rows,
        text_columns=text_columns,
        sheet_name=_("List"),
    )


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
