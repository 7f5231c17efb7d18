"""A workbook of achievements from upload to import: checked, shown, taken whole or not at all."""

import hashlib
import json
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from cadres.models import Officer
from courtparty.accounts.models import Unit, User
from courtparty.audit.services import record
from courtparty.jobs.services import store_file
from courtparty.lib.conflicts import Conflict
from courtparty.lib.responses import SPREADSHEET
from courtparty.lib.xlsx import Fault, UnsafeWorkbook, mark_errors, write_table
from courtparty.notices.calendar import working_calendar
from retention.models import Achievement, AchievementImport
from retention.selectors.achievement_workbook import (
    HEADINGS,
    Reading,
    SheetRow,
    read_achievements,
    template_rows,
)
from retention.services.achievements import CannotEnterAchievement, Facts, write_achievement

State = AchievementImport.State


class CannotImport(Exception):
    """The workbook can't be read or imported now. Its text is for the user."""


@transaction.atomic
def upload_achievements(
    *, content: bytes, filename: str, court: Unit, by: User, at: datetime
) -> AchievementImport:
    """Keep the workbook, encrypted, and check all of it; no achievement is written yet.

    Refuses a file that is no workbook. What is wrong in the rows is kept to be shown, all at once.
    """
    reading = _read(content, filename, court, timezone.localdate(at))
    is_ready = not reading.faults
    counts = {
        "rows": len(reading.rows),
        "new": len(reading.new),
        "known": len(reading.rows) - len(reading.new),
        "faults": len(reading.faults),
    }
    achievement_import = AchievementImport.objects.create(  # type: ignore[misc]
        court=court,
        file=store_file(content, name=filename, content_type=SPREADSHEET, by=by),
        file_name=filename[-200:],
        state=State.READY if is_ready else State.FAULTY,
        counts=counts,
        report=_report(reading),
        plan_hash=_digest(reading.new) if is_ready else "",
        created_by=by,
        created_at=at,
    )
    record("achievements.previewed", by=by, on=achievement_import, court=court, **counts)
    return achievement_import


def _read(content: bytes, filename: str, court: Unit, on: date) -> Reading:
    try:
        return read_achievements(content, filename=filename, court=court, on=on)
    except UnsafeWorkbook as refusal:
        raise CannotImport(str(refusal)) from None


def _report(reading: Reading) -> dict[str, Any]:
    return {
        "rows": [row.as_json() for row in reading.rows],
        "faults": [fault.as_json() for fault in reading.faults],
        "headings": reading.headings,
        "heading_rows": reading.heading_rows,
    }


def _digest(rows: list[SheetRow]) -> str:
    text = json.dumps([row.as_json() for row in rows], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


@transaction.atomic
def import_achievements(*, import_id: int, by: User, at: datetime) -> AchievementImport:
    """Write all new achievements of a checked workbook, exactly those that were shown, or none.

    Refuses when the roster or the achievements have changed meanwhile: then it is to be uploaded
    again. Nobody is told one by one; they wait on the page of those who propose.
    """
    achievement_import = _taken(import_id, State.IMPORTED, imported_at=at)
    file = achievement_import.file
    if file is None:
        raise CannotImport(_("The workbook is no longer kept. Please upload it again."))
    court = achievement_import.court
    reading = _read(file.content, file.name, court, timezone.localdate(at))
    if reading.faults or _digest(reading.new) != achievement_import.plan_hash:
        raise _changed_since()
    try:
        _write(reading.new, achievement_import, by=by, at=at)
    except CannotEnterAchievement:  # entered by somebody else at this very moment
        raise _changed_since() from None
    record(
        "achievements.imported",
        by=by, on=achievement_import, court=court, new=len(reading.new),
    )  # fmt: skip
    return achievement_import


def _changed_since() -> CannotImport:
    return CannotImport(_("Something has changed since the check. Upload the workbook again."))


def _write(rows: list[SheetRow], source: AchievementImport, *, by: User, at: datetime) -> None:
    officers = Officer.objects.select_related("court").in_bulk([row.officer_id for row in rows])
    calendar = working_calendar()
    for row in rows:
        write_achievement(
            officers[row.officer_id],
            Facts(row.kind, row.title, date.fromisoformat(row.achieved_on), row.description),
            source=Achievement.Source.IMPORT,
            source_key=f"import:{source.pk}:{row.row}",
            by=by,
            at=at,
            calendar=calendar,
        )


@transaction.atomic
def discard_import(*, import_id: int, by: User) -> AchievementImport:
    """Give a workbook up that has not been imported; its copy and its report are deleted."""
    achievement_import = _taken(import_id, State.DISCARDED)
    file = achievement_import.file
    achievement_import.report, achievement_import.file = None, None
    achievement_import.save(update_fields=["report", "file"])
    if file is not None:
        file.delete()
    court = achievement_import.court
    record("achievements.discarded", by=by, on=achievement_import, court=court)
    return achievement_import


def _taken(import_id: int, state: str, **changed: Any) -> AchievementImport:
    """Compare-and-set: of two at the same time one finds the import done or discarded."""
    allowed = [State.READY] if state == State.IMPORTED else [State.READY, State.FAULTY]
    here = AchievementImport.objects.filter(pk=import_id, state__in=allowed)
    is_taken = here.update(state=state, **changed) == 1
    found = AchievementImport.objects.select_related("court", "file").get(pk=import_id)
    if not is_taken:
        text = _("This workbook is “%(state)s” by now. Nothing was done.")
        words = {"state": found.get_state_display()}
        raise Conflict(text % words, url=found.get_absolute_url())
    return found


def marked_workbook(achievement_import: AchievementImport) -> bytes:
    """The workbook to hand back, with each fault beside its row. Refuses one no longer kept."""
    file, report = achievement_import.file, achievement_import.report
    if file is None or not report:
        raise CannotImport(_("The workbook is no longer kept. Please upload it again."))
    if not report["faults"]:
        raise CannotImport(_("There are no errors in this workbook."))
    return mark_errors(
        file.content,
        [Fault.from_json(one) for one in report["faults"]],
        language=get_language() or "zh-hans",
        heading_rows=report["heading_rows"],
    )


def empty_workbook() -> bytes:
    """A workbook with the headings this import knows and two rows as an example."""
    headings = [texts[0] for texts in HEADINGS.values()]
    return write_table(
        title="干警成绩登记表",
        headings=headings,
        rows=template_rows(),
        text_columns=range(len(headings)),
        sheet_name="成绩",
    )
