from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from cadres.selectors.roster import RosterPreview
from cadres.services.roster import DirectImport, import_roster_file
from courtparty.accounts.models import Unit
from courtparty.lib.xlsx import Fault, UnsafeWorkbook, fault_text


class Command(BaseCommand):
    help = (
        "Import a roster workbook: all of it, or nothing and every error with sheet, row and "
        "column. Acts as the system itself."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the workbook (.xlsx)")
        parser.add_argument("--court", required=True, metavar="CODE", help="the court's code")
        parser.add_argument(
            "--create-units",
            action="store_true",
            help="make the departments and branches that do not exist yet",
        )
        parser.add_argument(
            "--mark-left",
            action="store_true",
            help="mark officers who are not in the workbook as having left today",
        )
        parser.add_argument("--dry-run", action="store_true", help="write nothing")

    def handle(self, *, file: Path, court: str, **options: Any) -> None:
        try:
            done = import_roster_file(
                _content(file),
                filename=file.name,
                court=_court(court),
                by=None,
                on=timezone.localdate(),
                create_units=options["create_units"],
                mark_left=options["mark_left"],
                dry_run=options["dry_run"],
            )
        except UnsafeWorkbook as refusal:
            raise CommandError(str(refusal)) from refusal
        self._report(done)

    def _report(self, done: DirectImport) -> None:
        preview, counts = done.preview, done.counts
        for sheet, ref, heading in preview.reading.unknown_headings:
            line = _("%(sheet)s, %(cell)s: the column “%(heading)s” is not known and is left out.")
            self.stdout.write(line % {"sheet": sheet, "cell": ref, "heading": heading})
        for fault in preview.faults:
            self.stdout.write(_line(fault, preview))
        if preview.has_errors:
            text = _("Errors: %(errors)s. Nothing was imported.")
            raise CommandError(text % {"errors": counts["errors"]})
        for unit in preview.units:
            if unit.name:
                self.stdout.write(_("New unit: %(name)s") % {"name": unit.name})
        if not done.is_written:
            self.stdout.write(_("Dry run: nothing was written."))
        # The line that scripts read: the same in every language.
        kinds = ("new", "changed", "unchanged", "left")
        self.stdout.write(", ".join(f"{kind} {counts[kind]}" for kind in kinds))
        if counts["left"] and not counts["marked_left"]:
            text = _(
                "Left: %(left)s officers are not in the workbook. They stay in service unless it "
                "is imported with --mark-left."
            )
            self.stdout.write(text % {"left": counts["left"]})


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        text = _("%(file)s cannot be read: %(reason)s")
        raise CommandError(text % {"file": file, "reason": error.strerror}) from error


def _court(code: str) -> Unit:
    court = Unit.objects.courts().filter(code=code).first()
    if court is None:
        known = ", ".join(Unit.objects.courts().order_by("code").values_list("code", flat=True))
        text = _("There is no court with the code “%(code)s”. Known: %(known)s.")
        raise CommandError(text % {"code": code, "known": known or "–"})
    return court


def _line(fault: Fault, preview: RosterPreview) -> str:
    table = preview.reading.tables.get(fault.sheet)
    headings = {table.letter(name): text for name, text in table.headings.items()} if table else {}
    place = {
        "sheet": fault.sheet,
        "row": fault.row or "–",
        "column": f"{fault.column} {headings.get(fault.column, '')}".strip() or "–",
        "text": fault_text(fault),
    }
    if fault.is_error:
        return _("Error: sheet %(sheet)s, row %(row)s, column %(column)s: %(text)s") % place
    return _("Warning: sheet %(sheet)s, row %(row)s, column %(column)s: %(text)s") % place
