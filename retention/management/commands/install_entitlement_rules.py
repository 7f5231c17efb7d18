from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courtparty.accounts.models import Unit
from retention.services.entitlement_rules import install_entitlement_rules


class Command(BaseCommand):
    help = "Give a court the shipped entitlement rules it has none of, marked as not verified."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--court", required=True, metavar="CODE")

    def handle(self, *args: Any, **options: Any) -> None:
        court = Unit.objects.courts().filter(code=options["court"]).first()
        if court is None:
            raise CommandError(
                _("There is no court with the code “%(code)s”.") % {"code": options["court"]}
            )
        count = install_entitlement_rules(court)
        text = ngettext("%(count)s rule was added.", "%(count)s rules were added.", count)
        self.stdout.write(text % {"count": count})
