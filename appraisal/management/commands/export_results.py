from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from appraisal.management.commands._cycles import the_cycle
from appraisal.services.results import CannotExport, export_results


class Command(BaseCommand):
    help = "Write the results of a cycle, every point explained, to a workbook."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("cycle", metavar="CYCLE", help="code or number of the cycle")
        parser.add_argument("file", metavar="FILE.xlsx", type=Path)
        parser.add_argument("--court", default="", metavar="CODE")
        parser.add_argument("--language", choices=[code for code, _name in settings.LANGUAGES])

    def handle(self, *args: Any, **options: Any) -> None:
        cycle, file = the_cycle(options["cycle"], options["court"]), options["file"]
        try:
            content = export_results(cycle, by=None, language=options["language"])
        except CannotExport as refusal:
            raise CommandError(str(refusal)) from None
        try:
            file.write_bytes(content)
        except OSError as error:
            raise CommandError(_("“%(file)s” can't be written.") % {"file": file}) from error
        self.stdout.write(_("Written: %(file)s") % {"file": file})
