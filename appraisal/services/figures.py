"""Case figures on their way in: uploaded, checked, shown, and then taken whole or not at all."""

from collections.abc import Generator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from appraisal.models import FigureImport, Measure
from appraisal.rules.case_points import CASE_POINTS
from appraisal.selectors.figure_changes import Plan
from appraisal.selectors.figure_plans import plan_figures
from appraisal.selectors.figure_reports import report_of
from appraisal.selectors.figure_workbook import Reading, read_figures
from appraisal.selectors.measures import measures_of
from appraisal.services.figure_writing import write_figures
from appraisal.services.measures import seed_measures
from courtparty.accounts.models import Unit, User
from courtparty.audit.services import record
from courtparty.jobs.models import Job, StoredFile
from courtparty.jobs.registry import Progress, Refused
from courtparty.jobs.services import start_job, store_file
from courtparty.lib.xlsx import Fault, UnsafeWorkbook, read_workbook
from courtparty.lib.xlsx.marking import mark_errors

State = FigureImport.State
OPEN = (State.CHECKING, State.FAULTY, State.READY)
CHECK, IMPORT = "appraisal.figures_check", "appraisal.figures_import"
SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

Steps = Generator[Progress, None, dict[str, Any]]


class CannotImport(Refused):
    """The workbook can't be imported or discarded now. Its text is for the user."""


def figures_lock(court_id: int) -> str:
    """Importing and computing hold the same lock, so that the two never mix."""
    return f"figures:{court_id}"


# -- in, and checked --------------------------------------------------------------------------


@transaction.atomic
def upload_figures(
    *,
    content: bytes,
    filename: str,
    court: Unit,
    by: User,
    as_of: date | None = None,
    allow_older: bool = False,
) -> Job:
    """Keep the workbook, encrypted, and queue its check. Nothing is judged yet.

    ``as_of`` stands in on sheets that do not say their own day; ``allow_older`` lets figures as
    of an earlier day replace newer ones.
    """
    options = {"as_of": as_of and as_of.isoformat(), "allow_older": allow_older}
    figure_import = FigureImport(
        court=court,
        file=store_file(content, name=filename, content_type=SPREADSHEET, by=by),
        file_name=filename[-200:],
        created_by=by,
        created_at=timezone.now(),
    )
    figure_import.report = {"options": options}
    figure_import.save()
    return start_check(figure_import, by=by)


def start_check(figure_import: FigureImport, *, by: User) -> Job:
    return start_job(
        CHECK,
        by=by,
        lock=f"figures-check:{figure_import.pk}",
        court=figure_import.court,
        return_url=figure_import.get_absolute_url(),
        import_id=figure_import.pk,
    )


def check_figures(*, import_id: int, on: date) -> Steps:
    """Read the workbook, compare it with what is stored, and keep what would happen, or all faults.

    Writes no figure. Does nothing when the check was done, or the import discarded, meanwhile.
    """
    figure_import = _with_file(import_id)
    if figure_import.state != State.CHECKING:
        return figure_import.counts
    options = _options(figure_import)
    try:
        reading = yield from _read(figure_import, options, on=on)
    except UnsafeWorkbook as refusal:
        _keep_refusal(figure_import, refusal)
    else:
        plan = plan_figures(figure_import.court, reading, allow_older=options.allow_older)
        _keep_plan(figure_import, plan, reading, was=State.CHECKING)
    return figure_import.counts


def _with_file(import_id: int) -> FigureImport:
    return FigureImport.objects.select_related("court", "file", "created_by").get(pk=import_id)


@dataclass(frozen=True, slots=True)
class _Options:
    as_of: date | None
    allow_older: bool


def _options(figure_import: FigureImport) -> _Options:
    kept = (figure_import.report or {}).get("options", {})
    as_of = kept.get("as_of")
    return _Options(date.fromisoformat(as_of) if as_of else None, bool(kept.get("allow_older")))


def _read(
    figure_import: FigureImport, options: _Options, *, on: date
) -> Generator[Progress, None, Reading]:
    yield Progress(0, 0)
    content, name = _content(figure_import), figure_import.file_name
    workbook = read_workbook(content, filename=name)
    steps = read_figures(workbook, known_measures(figure_import.court), on=on, as_of=options.as_of)
    while True:
        try:
            done, total = next(steps)
        except StopIteration as end:
            reading: Reading = end.value
            return reading
        yield Progress(done, total)


def known_measures(court: Unit) -> list[Measure]:
    """What a workbook of ``court`` may have columns for; the usual ones where there are none yet.

    Case points are made of other figures: a column of them is not read.
    """
    if not Measure.objects.exists():
        seed_measures()
    return list(measures_of(court).exclude(code=CASE_POINTS))


def _content(figure_import: FigureImport) -> bytes:
    if figure_import.file is None:
        raise CannotImport(_("The workbook is no longer kept. Please upload it again."))
    return figure_import.file.content


@transaction.atomic
def _keep_refusal(figure_import: FigureImport, refusal: UnsafeWorkbook) -> None:
    report = {"refusal": {"code": refusal.code, "params": refusal.params}}
    _keep(figure_import, State.FAULTY, {"errors": 1}, report, was=State.CHECKING)


@transaction.atomic
def _keep_plan(figure_import: FigureImport, plan: Plan, reading: Reading, *, was: str) -> None:
    state = State.FAULTY if plan.errors else State.READY
    counts, report = report_of(plan, reading)
    _keep(figure_import, state, counts, report, was=was, plan_hash=plan.digest)


def _keep(
    figure_import: FigureImport,
    state: str,
    counts: dict[str, int],
    report: dict[str, Any],
    *,
    was: str,
    plan_hash: str = "",
) -> None:
    options = (figure_import.report or {}).get("options", {})
    waiting = FigureImport.objects.filter(pk=figure_import.pk, state=was)
    if not waiting.update(state=state, counts=counts, plan_hash=plan_hash):
        return  # discarded meanwhile
    figure_import.state, figure_import.counts = state, counts
    figure_import.report = report | {"options": options}
    figure_import.save(update_fields=["report"])
    court, by = figure_import.court, figure_import.created_by
    record("figures.previewed", by=by, on=figure_import, court=court, **counts)


# -- confirmed, and written -------------------------------------------------------------------


@transaction.atomic
def confirm_import(*, import_id: int, by: User) -> Job:
    """Queue the import of a checked workbook. Refuses one that is not ready."""
    figure_import = FigureImport.objects.select_related("court").defer("report").get(pk=import_id)
    if figure_import.state != State.READY:
        raise CannotImport(refusal_of(figure_import))
    return start_job(
        IMPORT,
        by=by,
        lock=figures_lock(figure_import.court_id),
        court=figure_import.court,
        return_url=figure_import.get_absolute_url(),
        import_id=figure_import.pk,
    )


def refusal_of(figure_import: FigureImport) -> str:
    """Why nothing can be done with an import in its state."""
    return {
        State.CHECKING: _("The workbook is still being checked."),
        State.FAULTY: _("The workbook has errors. Correct them first."),
        State.IMPORTED: _("This workbook has already been imported."),
        State.DISCARDED: _("This import was discarded."),
    }.get(State(figure_import.state), _("This workbook can't be imported now."))


def import_figures(*, import_id: int, by: User, on: date) -> Steps:
    """Take a checked workbook in, whole or not at all, in one transaction, exactly as it was shown.

    Changed figures leave a correction behind; a month with any new number goes back to its
    officer for confirmation. The plan is worked out again; when it is not the one that was shown,
    nothing is written, the new one is kept to be looked at, and the work is refused. Repeated
    after a worker died, it finds the import done and does nothing.
    """
    figure_import = _with_file(import_id)
    if figure_import.state == State.IMPORTED:
        return figure_import.counts
    if figure_import.state != State.READY:
        raise CannotImport(refusal_of(figure_import))
    options = _options(figure_import)
    try:
        reading = yield from _read(figure_import, options, on=on)
    except UnsafeWorkbook as refusal:
        raise CannotImport(str(refusal)) from refusal
    changed = _import_as_shown(figure_import, reading, options, by=by)
    if changed is not None:
        _keep_plan(figure_import, changed, reading, was=State.READY)
        raise CannotImport(
            _(
                "Figures or officers were changed after this preview, so nothing was imported. "
                "What would happen now has been worked out anew: look at it and confirm again."
            )
        )
    return figure_import.counts


@transaction.atomic
def _import_as_shown(
    figure_import: FigureImport, reading: Reading, options: _Options, *, by: User
) -> Plan | None:
    """Write if the plan is still the one shown; else write nothing and return what it is now."""
    lock_court(figure_import.court)
    plan = plan_figures(figure_import.court, reading, allow_older=options.allow_older)
    if plan.errors or plan.digest != figure_import.plan_hash:
        return plan
    at = timezone.now()
    ready = FigureImport.objects.filter(pk=figure_import.pk, state=State.READY)
    if not ready.update(state=State.IMPORTED, imported_at=at):
        figure_import.refresh_from_db(fields=["state"])
        raise CannotImport(refusal_of(figure_import))
    figure_import.state, figure_import.imported_at = State.IMPORTED, at
    write_figures(figure_import, plan, by=by, at=at)
    return None


def lock_court(court: Unit) -> None:
    """One writer of figures for each court, also where a command runs beside a worker."""
    Unit.objects.select_for_update(no_key=True).get(pk=court.pk)


@transaction.atomic
def discard_import(*, import_id: int, by: User) -> None:
    """Give up a workbook: the file and what was read from it are deleted. Refuses imported ones."""
    figure_import = FigureImport.objects.select_related("court").defer("report").get(pk=import_id)
    waiting = FigureImport.objects.filter(pk=import_id, state__in=OPEN)
    if not waiting.update(state=State.DISCARDED, report=None):
        raise CannotImport(refusal_of(figure_import))
    if figure_import.file_id:
        StoredFile.objects.filter(pk=figure_import.file_id).delete()
    record("figures.discarded", by=by, on=figure_import, court=figure_import.court)


def error_workbook(*, import_id: int, language: str) -> bytes:
    """The uploaded workbook with every error beside its row, to hand back. Changes nothing."""
    figure_import = _with_file(import_id)
    report = figure_import.report or {}
    faults = [Fault.from_json(one) for one in report.get("faults", [])]
    heading_rows = report.get("heading_rows")
    content = _content(figure_import)
    return mark_errors(content, faults, language=language, heading_rows=heading_rows)


# -- straight from a file, for the command line -----------------------------------------------


@dataclass(frozen=True, slots=True)
class DirectImport:
    """What a workbook holds against the stored figures, and whether it was written."""

    plan: Plan
    reading: Reading
    counts: dict[str, int]
    is_written: bool


def import_figures_file(
    content: bytes,
    *,
    filename: str,
    court: Unit,
    by: User | None,
    on: date,
    as_of: date | None = None,
    allow_older: bool = False,
    dry_run: bool = False,
) -> DirectImport:
    """Check a workbook and, unless it has errors or it is a dry run, import it at once.

    Refuses while a job has the court's figures in hand. Raises UnsafeWorkbook.
    """
    workbook = read_workbook(content, filename=filename)
    reading = _to_the_end(read_figures(workbook, known_measures(court), on=on, as_of=as_of))
    with transaction.atomic():
        lock_court(court)
        if Job.objects.unfinished().filter(lock=figures_lock(court.pk)).exists():
            raise CannotImport(_("Figures of this court are being imported or computed just now."))
        plan = plan_figures(court, reading, allow_older=allow_older)
        counts, report = report_of(plan, reading)
        is_written = not plan.errors and not dry_run
        if is_written:
            at = timezone.now()
            figure_import = FigureImport(
                court=court,
                file_name=filename[-200:],
                state=State.IMPORTED,
                counts=counts,
                plan_hash=plan.digest,
                created_by=by,
                created_at=at,
                imported_at=at,
            )
            figure_import.report = report
            figure_import.save()
            write_figures(figure_import, plan, by=by, at=at)
    return DirectImport(plan, reading, counts, is_written)


def _to_the_end(steps: Generator[Any, None, Reading]) -> Reading:
    while True:
        try:
            next(steps)
        except StopIteration as end:
            reading: Reading = end.value
            return reading
