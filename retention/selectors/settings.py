"""What a court has set for the four concerns, or the defaults."""

from courtparty.accounts.models import Unit, User
from courtparty.accounts.scope import paths_with
from retention.models import RetentionSettings


def court_settings(court: Unit) -> RetentionSettings:
    """The court's settings; where it has saved none, an unsaved row with the defaults."""
    return RetentionSettings.objects.filter(court=court).first() or RetentionSettings(court=court)


def courts_to_set(user: User) -> list[Unit]:
    """The courts whose settings ``user`` decides."""
    paths = paths_with(user, "retention.manage_settings")
    return list(Unit.objects.courts().filter(path__in=paths).order_by("path"))
