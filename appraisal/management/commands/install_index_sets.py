from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils.translation import gettext as _

from appraisal.models import IndexSet
from appraisal.services.index_sets import CannotPublish, install_index_sets, publish_index_set
from courtparty.accounts.models import Unit


class Command(BaseCommand):
    help = "Give a court the shipped index sets as drafts; with --publish, publish what is fit."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--court", required=True, metavar="CODE")
        parser.add_argument("--publish", action="store_true")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        court = Unit.objects.courts().filter(code=options["court"]).first()
        if court is None:
            raise CommandError(
                _("There is no court with the code “%(code)s”.") % {"code": options["court"]}
            )
        install_index_sets(court)
        for index_set in IndexSet.objects.filter(court=court).order_by("code", "version"):
            if options["publish"] and index_set.state == IndexSet.State.DRAFT:
                index_set = _published(index_set)
            self.stdout.write(
                f"{index_set.code} v{index_set.version}: {index_set.get_state_display()}"
            )


def _published(index_set: IndexSet) -> IndexSet:
    try:
        return publish_index_set(index_set_id=index_set.pk, by=None)
    except CannotPublish as refusal:
        raise CommandError("\n".join([str(refusal), *refusal.reasons])) from None
