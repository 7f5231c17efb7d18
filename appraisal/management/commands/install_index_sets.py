from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from appraisal.models import IndexSet
from appraisal.selectors.index_set_checks import findings_of
from appraisal.selectors.index_set_findings import reasons_of
from appraisal.services.index_sets import check_index_set, publish_index_set
from appraisal.services.shipped_sets import install_index_sets
from courtparty.accounts.models import Unit

State = IndexSet.State


class Command(BaseCommand):
    help = (
        "Give a court the shipped index sets, heads' shares and case points, the sets and points "
        "as drafts; with --publish, check the sets and publish those that pass."
    )

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
            reasons = _publish(index_set) if options["publish"] else []
            self.stdout.write(
                f"{index_set.code} v{index_set.version}: {index_set.get_state_display()}"
            )
            for reason in reasons:
                self.stdout.write(f"  {reason}")


def _publish(index_set: IndexSet) -> list[str]:
    """Check and publish a draft; what forbids it, where something does."""
    if index_set.state == State.DRAFT:
        check_index_set(index_set_id=index_set.pk, by=None, at=timezone.now())
        index_set.refresh_from_db()
        if index_set.state == State.DRAFT:
            return reasons_of(findings_of(index_set, at=timezone.now()), index_set)
    if index_set.state == State.CHECKED:
        publish_index_set(index_set_id=index_set.pk, by=None)
        index_set.refresh_from_db()
    return []
