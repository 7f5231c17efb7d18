import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from appraisal.management.commands._cycles import the_cycle
from appraisal.models import AssessmentRun, Cycle
from appraisal.selectors.cycle_lacks import all_lacks
from appraisal.selectors.cycles import exclusions_of
from appraisal.services.assessment import CannotAssess, assess_cycle
from appraisal.services.cycles import CannotMove, bring_to_scoring


class Command(BaseCommand):
    help = "Compute an appraisal cycle that is being scored, and print what came of it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("cycle", metavar="CYCLE", help="code or number of the cycle")
        parser.add_argument("--court", default="", metavar="CODE")
        parser.add_argument(
            "--begin",
            action="store_true",
            help="before that: freeze who takes part, and close the collecting of figures",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        cycle = the_cycle(options["cycle"], options["court"])
        began = time.monotonic()
        try:
            if options["begin"]:
                bring_to_scoring(cycle_id=cycle.pk, by=None, at=timezone.now())
            run = assess_cycle(cycle_id=cycle.pk, by=None)
        except (CannotAssess, CannotMove) as refusal:
            raise CommandError(str(refusal)) from None
        self._report(cycle, run, seconds=time.monotonic() - began)

    def _report(self, cycle: Cycle, run: AssessmentRun, *, seconds: float) -> None:
        lines = [
            (_("Cycle"), cycle.name),
            (_("Taking part"), run.participants),
            (_("Complete"), run.complete),
            (_("Figures missing"), run.missing),
            *(
                (_("Not taking part: %(reason)s") % {"reason": r}, n)
                for r, n in exclusions_of(cycle)
            ),
            (_("Fingerprint"), run.fingerprint),
            (_("Seconds"), f"{seconds:.2f}"),
        ]
        for label, value in lines:
            self.stdout.write(f"{label}: {value}")
        for lack in all_lacks(cycle):
            for item in lack.items:
                self.stdout.write(f"  {lack.department} {lack.name} {item.month}: {item.text}")
