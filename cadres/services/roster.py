"""A roster workbook from upload to import: checked, shown, then taken whole or not at all."""

from collections.abc import Generator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cadres.models import RosterImport
from cadres.rules.roster import Value
from cadres.rules.roster_plan import Change, NewUnit, Plan, plan_digest, row_ranges
from cadres.selectors.roster import RosterPreview, preview_roster
from cadres.selectors.roster_workbook import RosterReading, read_roster
from cadres.services.roster_writing import write_roster
from courtparty.accounts.models import Unit, User
from courtparty.audit.services import record
from courtparty.jobs.models import Job, StoredFile
from courtparty.jobs.registry import Progress, Refused
from courtparty.jobs.services import start_job, store_file
from courtparty.lib.dates import PartialDate
from courtparty.lib.people import mask_id, mask_phone
from courtparty.lib.xlsx import UnsafeWorkbook

SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CHECK, IMPORT = "cadres.roster_check", "cadres.roster_import"
SHOWN = 200

State = RosterImport.State
Steps = Generator[Progress, None, dict[str, Any]]


class CannotImportRoster(Exception):
    """The workbook can't be imported or discarded now. Its text is for the user."""


@transaction.atomic
def upload_roster(*, content: bytes, filename: str, court: Unit, by: User) -> Job:
    """Keep the workbook, encrypted, and queue its check. Nothing is judged yet."""
    stored = store_file(content, name=filename, content_type=SPREADSHEET, by=by)
    roster_import = RosterImport.objects.create(
        court=court,
        file=stored,
        file_name=filename[-200:],
        created_by=by,
        created_at=timezone.now(),
    )
    return start_job(
        CHECK,
        by=by,
        lock=check_lock(roster_import.pk),
        court=court,
        return_url=roster_import.get_absolute_url(),
        import_id=roster_import.pk,
    )


def check_lock(import_id: int) -> str:
    return f"roster-check:{import_id}"


def import_lock(court_id: int) -> str:
    return f"roster-import:{court_id}"


def check_roster(*, import_id: int, on: date) -> Steps:
    """Read the workbook, compare it with the roster and keep what would happen, or every fault.

    Writes no officer. Does nothing when the check was done, or the import discarded, meanwhile.
    """
    roster_import = _with_file(import_id)
    if roster_import.state != State.CHECKING:
        return roster_import.counts
    try:
        reading = yield from _read(roster_import, on)
    except UnsafeWorkbook as refusal:
        _keep_refusal(roster_import, refusal)
    else:
        preview = preview_roster(reading, court=roster_import.court, may_create_units=True)
        _keep_preview(roster_import, preview, was=State.CHECKING)
    return roster_import.counts


def _with_file(import_id: int) -> RosterImport:
    imports = RosterImport.objects.select_related("court", "file", "created_by").defer("report")
    return imports.get(pk=import_id)


def _read(roster_import: RosterImport, on: date) -> Generator[Progress, None, RosterReading]:
    if roster_import.file is None:
        raise Refused(_("The workbook is no longer kept. Please upload it again."))
    yield Progress(0, 0)
    content, name = roster_import.file.content, roster_import.file_name
    return (yield from _with_progress(read_roster(content, filename=name, on=on)))


def _with_progress(
    steps: Generator[tuple[int, int], None, RosterReading],
) -> Generator[Progress, None, RosterReading]:
    while True:
        try:
            done, total = next(steps)
        except StopIteration as end:
            return end.value
        yield Progress(done, total)


@transaction.atomic
def _keep_refusal(roster_import: RosterImport, refusal: UnsafeWorkbook) -> None:
    report = {"refusal": {"code": refusal.code, "params": refusal.params}}
    _keep(roster_import, State.FAULTY, {"errors": 1}, report, was=State.CHECKING)


@transaction.atomic
def _keep_preview(roster_import: RosterImport, preview: RosterPreview, *, was: str) -> None:
    state = State.FAULTY if preview.plan is None else State.READY
    digest = plan_digest(preview.plan, preview.units) if preview.plan else ""
    _keep(roster_import, state, preview.counts, _report(preview), was=was, plan_hash=digest)


def _keep(
    roster_import: RosterImport,
    state: str,
    counts: dict[str, int],
    report: dict[str, Any],
    *,
    was: str,
    plan_hash: str = "",
) -> None:
    waiting = RosterImport.objects.filter(pk=roster_import.pk, state=was)
    if not waiting.update(state=state, counts=counts, plan_hash=plan_hash):
        return  # discarded meanwhile
    roster_import.state, roster_import.counts = state, counts
    roster_import.report = report
    roster_import.save(update_fields=["report"])
    court, by = roster_import.court, roster_import.created_by
    record("roster.previewed", by=by, on=roster_import, court=court, **counts)


def _report(preview: RosterPreview) -> dict[str, Any]:
    """What the preview page shows: all faults, and of long lists the beginning."""
    reading, plan = preview.reading, preview.plan
    report: dict[str, Any] = {
        "faults": [fault.as_json() for fault in preview.faults],
        "unknown": reading.unknown_headings,
        "heading_rows": reading.heading_rows,
        "headings": {
            name: {table.letter(field): text for field, text in table.headings.items()}
            for name, table in reading.tables.items()
        },
        "units": [_unit(unit) for unit in preview.units],
    }
    return report | (_listed(plan) if plan else {})


def _unit(unit: NewUnit) -> dict[str, Any]:
    sheets = dict.fromkeys(sheet for sheet, _row in unit.rows)
    where = [[sheet, row_ranges(row for at, row in unit.rows if at == sheet)] for sheet in sheets]
    about = {"key": unit.key, "kind": unit.kind, "name": unit.name, "function": unit.function}
    return about | {"where": where, "people": len(unit.rows)}


def _listed(plan: Plan) -> dict[str, Any]:
    return {
        "new": [
            {
                "row": row.row,
                "name": row.name,
                "id": mask_id(str(row.values["id_number"])),
                "department": row.values["department"],
                "category": row.values["category"],
            }
            for row in plan.new[:SHOWN]
        ],
        "changed": [
            {
                "pk": one.known.pk,
                "row": one.row.row,
                "name": one.row.name,
                "returned": one.returned,
                "changes": [_change(change) for change in one.changes],
            }
            for one in plan.changed[:SHOWN]
        ],
        "left": [
            {"pk": known.pk, "name": known.name, "department": known.values["department"]}
            for known in plan.left[:SHOWN]
        ],
    }


def _change(change: Change) -> list[str]:
    return [change.field, _shown(change.field, change.old), _shown(change.field, change.new)]


def _shown(field: str, value: Value) -> str:
    if isinstance(value, PartialDate):
        return value.isoformat()
    return mask_phone(value or "") if field == "phone" else value or ""


@transaction.atomic
def confirm_roster(*, import_id: int, by: User, choices: Mapping[str, str], mark_left: bool) -> Job:
    """Queue the import of a checked workbook. Refuses one that is not ready.

    ``choices``: for each proposed unit, by its key, the function or kind that was chosen.
    """
    roster_import = RosterImport.objects.select_related("court").defer("report").get(pk=import_id)
    if roster_import.state != State.READY:
        raise CannotImportRoster(_("This workbook is not ready to be imported."))
    return start_job(
        IMPORT,
        by=by,
        lock=import_lock(roster_import.court_id),
        court=roster_import.court,
        return_url=roster_import.get_absolute_url(),
        import_id=roster_import.pk,
        choices=dict(choices),
        mark_left=mark_left,
    )


def import_roster(
    *, import_id: int, by: User, choices: Mapping[str, str], mark_left: bool, on: date
) -> Steps:
    """Take a checked workbook into the roster, whole or not at all, in one transaction.

    The plan is worked out again; when it is not the one that was shown, nothing is written, the
    new one is kept to be looked at, and the work is refused. Repeated after a worker died, it
    finds the import done and does nothing.
    """
    roster_import = _with_file(import_id)
    if roster_import.state == State.IMPORTED:
        return roster_import.counts
    if roster_import.state != State.READY:
        raise Refused(_("This workbook is not ready to be imported."))
    try:
        reading = yield from _read(roster_import, on)
    except UnsafeWorkbook as refusal:
        raise Refused(str(refusal)) from refusal
    write = partial(write_roster, by=by, choices=choices, mark_left=mark_left, on=on)
    changed = _import_as_shown(roster_import, reading, write, by=by, mark_left=mark_left)
    if changed is not None:
        _keep_preview(roster_import, changed, was=State.READY)
        raise Refused(
            _(
                "The roster was changed after this preview, so nothing was imported. What would "
                "happen now has been worked out anew: look at it and confirm again."
            )
        )
    return roster_import.counts


@transaction.atomic
def _import_as_shown(
    roster_import: RosterImport,
    reading: RosterReading,
    write: partial[None],
    *,
    by: User,
    mark_left: bool,
) -> RosterPreview | None:
    """Write if the plan is still the one shown; else write nothing and return what it is now."""
    court = roster_import.court
    preview = preview_roster(reading, court=court, may_create_units=True)
    if preview.plan is None or plan_digest(preview.plan, preview.units) != roster_import.plan_hash:
        return preview
    counts = roster_import.counts | _done(preview, mark_left=mark_left)
    ready = RosterImport.objects.filter(pk=roster_import.pk, state=State.READY)
    if not ready.update(state=State.IMPORTED, imported_at=timezone.now(), counts=counts):
        raise Refused(_("This workbook was discarded or imported in the meantime."))
    roster_import.state, roster_import.counts = State.IMPORTED, counts
    write(preview, court=court)
    record("roster.imported", by=by, on=roster_import, court=court, **counts)
    return None


def _done(preview: RosterPreview, *, mark_left: bool) -> dict[str, int]:
    counts = preview.counts
    return counts | {"marked_left": counts["left"] if mark_left else 0}


@transaction.atomic
def discard_roster(*, import_id: int, by: User) -> None:
    """Give up a workbook: the file and what was read from it are deleted. Refuses imported ones."""
    roster_import = RosterImport.objects.select_related("court").defer("report").get(pk=import_id)
    open_states = [State.CHECKING, State.FAULTY, State.READY]
    waiting = RosterImport.objects.filter(pk=import_id, state__in=open_states)
    if not waiting.update(state=State.DISCARDED, report=None):
        raise CannotImportRoster(_("This workbook was imported or discarded already."))
    if roster_import.file_id:
        StoredFile.objects.filter(pk=roster_import.file_id).delete()
    record("roster.discarded", by=by, on=roster_import, court=roster_import.court)


# -- straight from a file, for the command line --------------------------------------------------


@dataclass(frozen=True, slots=True)
class DirectImport:
    """What a workbook holds against the roster, and whether it was written."""

    preview: RosterPreview
    counts: dict[str, int]
    is_written: bool


def import_roster_file(
    content: bytes,
    *,
    filename: str,
    court: Unit,
    by: User | None,
    on: date,
    create_units: bool = False,
    mark_left: bool = False,
    dry_run: bool = False,
) -> DirectImport:
    """Check a workbook and, unless it has errors or it is a dry run, import it at once.

    Units that do not exist are errors without ``create_units``. Raises UnsafeWorkbook.
    """
    reading = _to_the_end(read_roster(content, filename=filename, on=on))
    with transaction.atomic():
        preview = preview_roster(reading, court=court, may_create_units=create_units)
        if preview.plan is None:
            return DirectImport(preview, preview.counts, is_written=False)
        counts = _done(preview, mark_left=mark_left)
        if not dry_run:
            write_roster(preview, court=court, by=by, choices={}, mark_left=mark_left, on=on)
            done = _imported_directly(filename, court=court, by=by, counts=counts)
            record("roster.imported", by=by, on=done, court=court, **counts)
    return DirectImport(preview, counts, is_written=not dry_run)


def _imported_directly(
    filename: str, *, court: Unit, by: User | None, counts: dict[str, int]
) -> RosterImport:
    """The trace of an import without an upload: its workbook is not kept."""
    now = timezone.now()
    return RosterImport.objects.create(
        court=court,
        file_name=filename[-200:],
        state=State.IMPORTED,
        counts=counts,
        created_by=by,
        created_at=now,
        imported_at=now,
    )


def _to_the_end(steps: Generator[Any, None, RosterReading]) -> RosterReading:
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value
