from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from appraisal.forms.cycles import month_after, month_of
from appraisal.models import Cycle
from appraisal.services.cycles import CannotOpen, open_cycle
from courtparty.accounts.models import Unit


class Command(BaseCommand):
    help = "Open an appraisal cycle of a court for a period of whole months."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--court", required=True, metavar="CODE")
        parser.add_argument("--code", default="", help="left empty, kind and period make one")
        parser.add_argument("--start", required=True, metavar="YYYY-MM", help="first month")
        parser.add_argument("--end", required=True, metavar="YYYY-MM", help="last month, included")
        parser.add_argument("--kind", default=Cycle.Kind.SPECIAL, choices=Cycle.Kind.values)
        parser.add_argument("--name", default="")

    def handle(self, *args: Any, **options: Any) -> None:
        court = Unit.objects.courts().filter(code=options["court"]).first()
        if court is None:
            raise CommandError(
                _("There is no court with the code “%(code)s”.") % {"code": options["court"]}
            )
        try:
            start, last = month_of(options["start"]), month_of(options["end"])
        except ValueError:
            raise CommandError(_("Write months as year and month: 2026-01.")) from None
        try:
            cycle = open_cycle(
                court=court,
                kind=options["kind"],
                start=start,
                end=month_after(last),
                code=options["code"],
                name=options["name"],
                by=None,
            )
        except CannotOpen as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write(
            _("Opened the cycle “%(name)s” (%(code)s).") % {"name": cycle.name, "code": cycle.code}
        )
