"""Opening a health file. Whoever is not its officer leaves a trace the officer sees."""

from django.db import transaction
from django.utils import timezone

from cadres.models import Officer
from courtparty.accounts.models import User
from courtparty.audit.services import record_read
from retention.models import HealthFile

# Why a health file is opened: codes of cadres.selectors.readers.READ_REASONS.
STEWARD_REASONS = ("checkup", "recheck", "follow_up", "health_correction", "asked", "alert")
EMERGENCY = "emergency"
# By which right it is opened.
STEWARD, BREAK_GLASS = "steward", "break_glass"


@transaction.atomic
def open_file(*, officer_id: int, by: User, reason: str, via: str) -> HealthFile:
    """Hand out an officer's health file, made empty where there was none.

    Who opened it, when, why (a code) and by which right is recorded for the officer to see;
    officers open their own without a trace. Whether ``by`` may at all is the view's question.
    """
    file = file_of(officer_id)
    officer = file.officer
    if officer.user_id != by.pk:
        record_read("health.read", by=by, on=officer, court=officer.court, reason=reason, via=via)
    return file


def file_of(officer_id: int) -> HealthFile:
    """The health file of an officer, made where there was none. Part of the caller's transaction.

    Nothing is told by a file that exists: it is made when it is first needed.
    """
    officer = Officer.objects.select_related("court", "department", "user").get(pk=officer_id)
    file, _is_new = HealthFile.objects.get_or_create(
        officer=officer, defaults={"created_at": timezone.now()}
    )
    file.officer = officer
    return file
