"""An officer's whole health file to take along: a workbook, and the files as they were kept."""

from collections.abc import Iterable, Iterator
from datetime import date
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

from django.db import transaction
from django.utils.translation import gettext as _

from cadres.models import Officer
from cadres.selectors.readers import Reading
from courtparty.accounts.models import User
from courtparty.audit.services import record
from courtparty.jobs.models import StoredFile
from courtparty.lib.xlsx import SheetPlan, write_workbook
from retention.models import CheckUp
from retention.selectors.health_files import FileContent, file_content
from retention.selectors.health_values import ValueShown


class CannotDownload(Exception):
    """The file can't be handed out. Its text is for the user."""


@transaction.atomic
def pack_file(
    *, officer: Officer, checkups: Iterable[CheckUp], readings: Iterable[Reading], by: User,
    on: date,
) -> bytes:  # fmt: skip
    """Everything in one's own health file as a zip: a workbook and the attachments.

    Refuses another's file: nobody else takes it out as a whole. The log keeps that it was taken.
    """
    if officer.user_id != by.pk:
        raise CannotDownload(_("Only the officer downloads the own health file."))
    content = file_content(officer)
    record("health.downloaded", by=by, on=officer, court=officer.court)
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as archive:
        archive.writestr(
            f"health-file-{on.isoformat()}.xlsx", _workbook(content, checkups, readings)
        )
        for number, file in enumerate(_files(content), start=1):
            archive.writestr(f"attachments/{number:02d}-{file.name}", file.content)
    return packed.getvalue()


def _files(content: FileContent) -> Iterator[StoredFile]:
    for result in content.results:
        yield from (one for one in [result.file, *(c.file for c in result.changes)] if one)
    yield from (entry.file for entry in content.entries if entry.file)


def _workbook(
    content: FileContent, checkups: Iterable[CheckUp], readings: Iterable[Reading]
) -> bytes:
    return write_workbook(
        [
            _results(content),
            _values(content),
            _changes(content),
            _entries(content),
            _follow_ups(content),
            _corrections(content),
            _checkups(checkups),
            _readings(readings),
        ]
    )


def _results(content: FileContent) -> SheetPlan:
    return SheetPlan(
        sheet_name=_("Results"),
        headings=[
            _("Done on"), _("Campaign"), _("Hospital or provider"), _("Findings"), _("Advice"),
            _("Re-check due"), _("Re-check done on"), _("Entered"), _("Entered by"),
        ],
        rows=[
            [
                one.done_on, one.campaign, one.place, one.findings, one.advice, one.recheck_on,
                one.rechecked_on, one.entered_at, one.entered_by,
            ]
            for one in content.results
        ],
    )  # fmt: skip


def _values(content: FileContent) -> SheetPlan:
    of_results = ((one.done_on, _("check-up"), one.values) for one in content.results)
    of_entries = ((one.on, _("own measurement"), one.values) for one in content.entries)
    return SheetPlan(
        sheet_name=_("Values"),
        headings=[
            _("Day"), _("Source"), _("Value"), _("Measured"), _("Unit"), _("Usual range"),
            _("Compared with it"),
        ],
        rows=[
            [day, source, *_value_cells(value)]
            for day, source, values in [*of_results, *of_entries]
            for value in values
        ],
    )  # fmt: skip


def _value_cells(value: ValueShown) -> list[object]:
    return [value.label, value.number, value.unit, value.usual, value.words]


def _changes(content: FileContent) -> SheetPlan:
    return SheetPlan(
        sheet_name=_("Before corrections"),
        headings=[
            _("Done on"), _("Corrected"), _("By"), _("Reason"), _("Findings before"),
            _("Advice before"), _("Values before"),
        ],
        rows=[
            [
                one.done_on, change.at, change.by, change.reason, change.findings, change.advice,
                "; ".join(f"{v.label} {v.value} {v.unit}".strip() for v in change.values),
            ]
            for one in content.results
            for change in one.changes
        ],
    )  # fmt: skip


def _entries(content: FileContent) -> SheetPlan:
    return SheetPlan(
        sheet_name=_("Own entries"),
        headings=[_("Kind"), _("Since or on"), _("Item"), _("Changed")],
        rows=[[one.kind_label, one.on, one.text, one.updated_at] for one in content.entries],
    )


def _follow_ups(content: FileContent) -> SheetPlan:
    return SheetPlan(
        sheet_name=_("Follow-ups"),
        headings=[
            _("Item"), _("Due on"), _("State"), _("Note"), _("Done on"), _("What came of it"),
        ],
        rows=[
            [one.what, one.due_on, one.state_label, one.note, one.closed_on, one.outcome]
            for one in content.follow_ups
        ],
    )  # fmt: skip


def _corrections(content: FileContent) -> SheetPlan:
    return SheetPlan(
        sheet_name=_("Corrections asked for"),
        headings=[
            _("Result of"), _("Should read"), _("Reason"), _("Asked"), _("State"), _("Answer"),
        ],
        rows=[
            [one.done_on, one.proposed, one.reason, one.asked_at, one.state_label, one.answer]
            for one in content.corrections
        ],
    )  # fmt: skip


def _checkups(checkups: Iterable[CheckUp]) -> SheetPlan:
    return SheetPlan(
        sheet_name=_("Check-ups"),
        headings=[_("Campaign"), _("Appointed for"), _("State"), _("Done on"), _("Why excused")],
        rows=[
            [one.campaign.name, one.due_on, str(one.get_state_display()), one.done_on, one.excuse]
            for one in checkups
        ],
    )


def _readings(readings: Iterable[Reading]) -> SheetPlan:
    return SheetPlan(
        sheet_name=_("Who opened it"),
        headings=[_("Time"), _("Who"), _("Roles then"), _("What"), _("Reason")],
        rows=[[one.at, one.reader, one.roles, one.what, one.reason] for one in readings],
    )
