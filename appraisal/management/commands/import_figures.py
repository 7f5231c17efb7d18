from argparse import ArgumentParser, ArgumentTypeError
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from appraisal.services.figures import CannotImport, DirectImport, import_figures_file
from courtparty.accounts.models import Unit
from courtparty.lib.xlsx import Fault, UnsafeWorkbook, fault_text


class Command(BaseCommand):
    help = (
        "Import a workbook of monthly case figures: all of it, or nothing and every error with "
        "sheet, row and column. Acts as the system itself."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the workbook (.xlsx)")
        parser.add_argument(
            "--court", metavar="CODE", default="", help="the court's code, if there are several"
        )
        parser.add_argument(
            "--as-of",
            type=_day,
            metavar="DATE",
            help="the day the figures stand at, for sheets that do not say it (2026-01-28)",
        )
        parser.add_argument(
            "--allow-older",
            action="store_true",
            help="let figures as of an earlier day replace newer ones",
        )
        parser.add_argument("--dry-run", action="store_true", help="write nothing")

    def handle(self, *, file: Path, court: str, **options: Any) -> None:
        try:
            done = import_figures_file(
                _content(file),
                filename=file.name,
                court=_court(court),
                by=None,
                on=timezone.localdate(),
                as_of=options["as_of"],
                allow_older=options["allow_older"],
                dry_run=options["dry_run"],
            )
        except (UnsafeWorkbook, CannotImport) as refusal:
            raise CommandError(str(refusal)) from refusal
        self._report(done)

    def _report(self, done: DirectImport) -> None:
        counts = done.counts
        for sheet, ref, heading in done.reading.unknown_headings:
            line = _("%(sheet)s, %(cell)s: the column “%(heading)s” is not known and is left out.")
            self.stdout.write(line % {"sheet": sheet, "cell": ref, "heading": heading})
        for fault in done.plan.faults:
            self.stdout.write(_line(fault, done))
        if counts["errors"]:
            if counts["to_settle"]:
                text = _(
                    "Names to settle: %(count)s. Upload the workbook under “Figures import” in the "
                    "browser and choose the officers there, once; then this command knows them."
                )
                self.stdout.write(text % {"count": counts["to_settle"]})
            text = _("Errors: %(errors)s. Nothing was imported.")
            raise CommandError(text % {"errors": counts["errors"]})
        if counts["without"]:
            text = _("Quota judges in post without figures: %(count)s.")
            self.stdout.write(text % {"count": counts["without"]})
        if not done.is_written:
            self.stdout.write(_("Dry run: nothing was written."))
        # The line that scripts read: the same in every language.
        kinds = ("months", "officers", "new", "changed", "unchanged")
        self.stdout.write(", ".join(f"{kind} {counts[kind]}" for kind in kinds))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is not a day like 2026-01-28") from None


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        text = _("%(file)s cannot be read: %(reason)s")
        raise CommandError(text % {"file": file, "reason": error.strerror}) from error


def _court(code: str) -> Unit:
    courts = list(Unit.objects.courts().order_by("code"))
    found = [court for court in courts if court.code == code or not code]
    if len(found) == 1:
        return found[0]
    known = ", ".join(court.code for court in courts) or "–"
    if code:
        text = _("There is no court with the code “%(code)s”. Known: %(known)s.")
        raise CommandError(text % {"code": code, "known": known})
    if not courts:
        raise CommandError(_("There is no court yet. Make one with create_court."))
    raise CommandError(
        _("There are several courts: name one with --court. Known: %(known)s.") % {"known": known}
    )


def _line(fault: Fault, done: DirectImport) -> str:
    table = done.reading.tables.get(fault.sheet)
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
