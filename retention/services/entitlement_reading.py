"""Opening what an officer is due: the officer can see who did."""

from django.db import transaction

from cadres.models import Officer
from courtparty.accounts.models import User
from courtparty.audit.services import record_read


@transaction.atomic
def note_reading(*, officer: Officer, by: User) -> None:
    """Put down that somebody else opened an officer's entitlements. The own ones are not noted."""
    if officer.user_id != by.pk:
        record_read("entitlement.read", by=by, on=officer, court=officer.court)
