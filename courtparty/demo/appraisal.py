"""The demo court's appraisal: its index sets, ten months reviewed, and one month collecting."""

from datetime import date

from django.utils import timezone

from appraisal.models import Cycle, IndexSet
from appraisal.services.assessment import assess_cycle
from appraisal.services.cycles import bring_to_scoring, move_cycle, open_cycle
from appraisal.services.index_sets import check_index_set, publish_index_set
from appraisal.services.shipped_sets import install_index_sets
from courtparty.accounts.models import Unit, User

# The set whose figures the demo's workbook has, and one of ratings, given in the last month's
# cycle; the others stay drafts, to be looked through.
PUBLISHED, RATED = "civil-judge", "civil-support"
CODE, ROUTINE = "2026-10", "2026-10-monthly"
FIRST_MONTH, LAST_MONTH, AFTER = date(2026, 1, 1), date(2026, 10, 1), date(2026, 11, 1)


def fill_appraisal(court: Unit) -> None:
    """Sets installed and two published, a cycle reviewed, and the last month's routine cycle."""
    appraiser = User.objects.get(username="appraiser")
    install_index_sets(court, by=appraiser)
    _publish(court, PUBLISHED, by=appraiser)
    _reviewed(court, by=appraiser)
    _publish(court, RATED, by=appraiser)
    routine = open_cycle(
        court=court,
        kind=Cycle.Kind.MONTHLY,
        start=LAST_MONTH,
        end=AFTER,
        by=appraiser,
        code=ROUTINE,
    )
    move_cycle(cycle_id=routine.pk, to=Cycle.State.COLLECTING, by=appraiser, at=timezone.now())


def _publish(court: Unit, code: str, *, by: User) -> None:
    index_set, now = IndexSet.objects.get(court=court, code=code), timezone.now()
    check_index_set(index_set_id=index_set.pk, by=by, at=now)
    publish_index_set(index_set_id=index_set.pk, by=by, at=now)


def _reviewed(court: Unit, *, by: User) -> None:
    cycle = open_cycle(
        court=court, kind=Cycle.Kind.SPECIAL, start=FIRST_MONTH, end=AFTER, by=by, code=CODE
    )
    bring_to_scoring(cycle_id=cycle.pk, by=by, at=timezone.now())
    assess_cycle(cycle_id=cycle.pk, by=by)
    move_cycle(cycle_id=cycle.pk, to=Cycle.State.REVIEWING, by=by, at=timezone.now())
