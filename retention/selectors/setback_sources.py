"""Which setbacks rest on what another part said, and may still be taken back with it."""

from datetime import date, timedelta

from django.db.models import Min

from courtparty.accounts.models import Unit
from retention.models import Setback
from retention.models.setbacks import SetbackQuerySet

REVISED = "revised"
# Older figures are no news: a court that starts with years of them is not flooded with talks.
# A default of ours, not verified.
MONTHS_BACK = 3


def revised_key(officer_id: int, month: date) -> str:
    return f"{REVISED}:{officer_id}:{month:%Y-%m}"


def untouched(setbacks: SetbackQuerySet) -> SetbackQuerySet:
    """Those for which nobody has talked, helped or asked yet."""
    return setbacks.filter(state=Setback.State.OPEN, help=None, follow_ups=None)


def months_to_read(court: Unit, *, on: date) -> date:
    """The first month whose figures may raise a setback or take one back. One query."""
    raised = Setback.objects.filter(court=court, source_key__startswith=f"{REVISED}:")
    oldest = untouched(raised).aggregate(day=Min("happened_on"))["day"]
    first = on.replace(day=1)
    for _month in range(MONTHS_BACK):
        first = (first - timedelta(days=1)).replace(day=1)
    return min(first, oldest.replace(day=1)) if oldest else first
