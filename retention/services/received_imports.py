"""A workbook of what was received: checked, shown, then taken whole or not at all."""

from collections.abc import Generator
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from courtparty.accounts.models import Unit, User
from courtparty.audit.services import record
from courtparty.jobs.models import Job, StoredFile
from courtparty.jobs.registry import Progress, Refused
from courtparty.jobs.services import start_job, store_file
from courtparty.lib.responses import SPREADSHEET
from courtparty.lib.xlsx import UnsafeWorkbook
from retention.models import Received, ReceivedImport
from retention.selectors.received_plans import ReceivedPlan, plan_received, report_of
from retention.selectors.received_workbook import ReceivedReading, read_received
from retention.services.entitlement_computing import OFFICERS_AT_A_TIME, compute_officers

CHECK, IMPORT = "retention.received_check", "retention.received_import"
SHOWN = 200
ROWS_AT_A_TIME = 1000

State = ReceivedImport.State
Steps = Generator[Progress, None, dict[str, Any]]


class CannotImportReceived(Exception):
    """The workbook can't be imported or discarded now. Its text is for the user."""


@transaction.atomic
def upload_received(*, content: bytes, filename: str, court: Unit, by: User) -> Job:
    """Keep the workbook, encrypted, and queue its check. Nothing is judged yet."""
    found = ReceivedImport.objects.create(
        court=court,
        file=store_file(content, name=filename, content_type=SPREADSHEET, by=by),
        file_name=filename[-200:],
        created_by=by,
        created_at=timezone.now(),
    )
    return start_job(
        CHECK,
        by=by,
        lock=f"received-check:{found.pk}",
        court=court,
        return_url=found.get_absolute_url(),
        import_id=found.pk,
    )


def check_received(*, import_id: int, on: date) -> Steps:
    """Read the workbook, compare it with what was entered, keep what would happen or all faults.

    Enters nothing. Does nothing when the check was done, or the import discarded, meanwhile.
    """
    found = _with_file(import_id)
    if found.state != State.CHECKING:
        return found.counts
    try:
        reading = yield from _read(found, on)
    except UnsafeWorkbook as refusal:
        _keep_refusal(found, refusal)
    else:
        _keep_plan(found, plan_received(reading, court=found.court), was=State.CHECKING)
    return found.counts


def _with_file(import_id: int) -> ReceivedImport:
    imports = ReceivedImport.objects.select_related("court", "file", "created_by").defer("report")
    return imports.get(pk=import_id)


def _read(found: ReceivedImport, on: date) -> Generator[Progress, None, ReceivedReading]:
    if found.file is None:
        raise Refused(_("The workbook is no longer kept. Please upload it again."))
    yield Progress(0, 0)
    steps = read_received(found.file.content, filename=found.file_name, on=on)
    while True:
        try:
            done, total = next(steps)
        except StopIteration as end:
            reading: ReceivedReading = end.value
            return reading
        yield Progress(done, total)


@transaction.atomic
def _keep_refusal(found: ReceivedImport, refusal: UnsafeWorkbook) -> None:
    report = {"refusal": {"code": refusal.code, "params": refusal.params}}
    _keep(found, State.FAULTY, {"errors": 1}, report, was=State.CHECKING)


@transaction.atomic
def _keep_plan(found: ReceivedImport, plan: ReceivedPlan, *, was: str) -> None:
    state = State.FAULTY if plan.has_errors else State.READY
    digest = "" if plan.has_errors else plan.digest
    _keep(found, state, plan.counts, report_of(plan, shown=SHOWN), was=was, plan_hash=digest)


def _keep(
    found: ReceivedImport,
    state: str,
    counts: dict[str, int],
    report: dict[str, Any],
    *,
    was: str,
    plan_hash: str = "",
) -> None:
    waiting = ReceivedImport.objects.filter(pk=found.pk, state=was)
    if not waiting.update(state=state, counts=counts, plan_hash=plan_hash):
        return  # discarded meanwhile
    found.state, found.counts, found.report = state, counts, report
    found.save(update_fields=["report"])
    record("received_import.previewed", by=found.created_by, on=found, court=found.court, **counts)


@transaction.atomic
def confirm_received(*, import_id: int, by: User) -> Job:
    """Queue the import of a checked workbook. Refuses one that is not ready."""
    found = ReceivedImport.objects.select_related("court").defer("report").get(pk=import_id)
    if found.state != State.READY:
        raise CannotImportReceived(_("This workbook is not ready to be imported."))
    return start_job(
        IMPORT,
        by=by,
        lock=f"received-import:{found.court_id}",
        court=found.court,
        return_url=found.get_absolute_url(),
        import_id=found.pk,
    )


def import_received(*, import_id: int, by: User, on: date) -> Steps:
    """Take a checked workbook, whole or not at all, in one transaction, and compute its officers.

    The plan is worked out again; when it is not the one that was shown, nothing is written, the
    new one is kept to be looked at, and the work is refused. Repeated after a worker died, it
    finds the import done and does nothing.
    """
    found = _with_file(import_id)
    if found.state == State.IMPORTED:
        return found.counts
    if found.state != State.READY:
        raise Refused(_("This workbook is not ready to be imported."))
    try:
        reading = yield from _read(found, on)
    except UnsafeWorkbook as refusal:
        raise Refused(str(refusal)) from refusal
    changed = _import_as_shown(found, reading, by=by, on=on)
    if changed is not None:
        _keep_plan(found, changed, was=State.READY)
        raise Refused(
            _(
                "What is on record was changed after this preview, so nothing was imported. What "
                "would happen now has been worked out anew: look at it and confirm again."
            )
        )
    return found.counts


@transaction.atomic
def _import_as_shown(
    found: ReceivedImport, reading: ReceivedReading, *, by: User, on: date
) -> ReceivedPlan | None:
    """Write if the plan is still the one shown; else write nothing and return what it is now."""
    plan = plan_received(reading, court=found.court)
    if plan.has_errors or plan.digest != found.plan_hash:
        return plan
    ready = ReceivedImport.objects.filter(pk=found.pk, state=State.READY)
    if not ready.update(state=State.IMPORTED, imported_at=timezone.now(), counts=plan.counts):
        raise Refused(_("This workbook was discarded or imported in the meantime."))
    found.state, found.counts = State.IMPORTED, plan.counts
    _enter(plan, found, by=by, on=on)
    return None


def _enter(plan: ReceivedPlan, found: ReceivedImport, *, by: User, on: date) -> None:
    _write(plan, found, by)
    officers = sorted({one.officer for one in plan.new})
    for start in range(0, len(officers), OFFICERS_AT_A_TIME):
        part = officers[start : start + OFFICERS_AT_A_TIME]
        compute_officers(court=found.court, officers=part, on=on)
    record("received_import.imported", by=by, on=found, court=found.court, **plan.counts)


def _write(plan: ReceivedPlan, found: ReceivedImport, by: User) -> None:
    at = timezone.now()
    rows = [
        Received(
            officer_id=one.officer,
            kind=one.place.row.kind,
            variant=one.place.row.variant,
            received_on=one.place.row.received_on,
            period=one.place.row.period,
            quantity=one.place.row.quantity,
            document=one.place.row.document,
            source=found,
            entered_by=by,
            entered_at=at,
        )
        for one in plan.new
    ]
    try:
        with transaction.atomic():
            Received.objects.bulk_create(rows, batch_size=ROWS_AT_A_TIME)
    except IntegrityError:
        raise Refused(
            _("Somebody entered one of these rows at this moment. Upload the workbook again.")
        ) from None


def import_received_file(
    content: bytes, *, filename: str, court: Unit, by: User, on: date
) -> ReceivedPlan:
    """Check a workbook and, unless it has errors, take it at once and compute its officers.

    Returns what it said, with its faults. The workbook is not kept. Raises UnsafeWorkbook.
    """
    reading = _to_the_end(read_received(content, filename=filename, on=on))
    with transaction.atomic():
        plan = plan_received(reading, court=court)
        if not plan.has_errors:
            now = timezone.now()
            found = ReceivedImport.objects.create(
                court=court,
                file_name=filename[-200:],
                state=State.IMPORTED,
                counts=plan.counts,
                created_by=by,
                created_at=now,
                imported_at=now,
            )
            _enter(plan, found, by=by, on=on)
    return plan


def _to_the_end(steps: Generator[Any, None, ReceivedReading]) -> ReceivedReading:
    while True:
        try:
            next(steps)
        except StopIteration as end:
            reading: ReceivedReading = end.value
            return reading


@transaction.atomic
def discard_received(*, import_id: int, by: User) -> None:
    """Give up a workbook: the file and what was read from it are deleted. Refuses imported ones."""
    found = ReceivedImport.objects.select_related("court").defer("report").get(pk=import_id)
    waiting = ReceivedImport.objects.filter(
        pk=import_id, state__in=[State.CHECKING, State.FAULTY, State.READY]
    )
    if not waiting.update(state=State.DISCARDED, report=None):
        raise CannotImportReceived(_("This workbook was imported or discarded already."))
    if found.file_id:
        StoredFile.objects.filter(pk=found.file_id).delete()
    record("received_import.discarded", by=by, on=found, court=found.court)
