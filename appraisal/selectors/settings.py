"""What a court has set for its appraisal, or the defaults."""

from appraisal.models import AppraisalSettings
from appraisal.rules.cycles import MANAGE
from courtparty.accounts.models import Unit, User
from courtparty.accounts.scope import paths_with


def settings_of(court: Unit) -> AppraisalSettings:
    """The court's settings; where it has saved none, an unsaved row with the defaults."""
    found = AppraisalSettings.objects.select_related("quota_approval").filter(court=court).first()
    return found or AppraisalSettings(court=court)


def courts_to_set(user: User) -> list[Unit]:
    """The courts whose settings ``user`` decides."""
    return list(Unit.objects.courts().filter(path__in=paths_with(user, MANAGE)).order_by("path"))
