"""What a court has set for the cadre team, or the defaults."""

from cadres.models import CadreSettings
from courtparty.accounts.models import Unit, User
from courtparty.accounts.scope import paths_with


def court_settings(court: Unit) -> CadreSettings:
    """The court's settings; where it has saved none, an unsaved row with the defaults."""
    return CadreSettings.objects.filter(court=court).first() or CadreSettings(court=court)


def courts_to_set(user: User) -> list[Unit]:
    """The courts whose settings ``user`` decides."""
    paths = paths_with(user, "cadres.manage_settings")
    return list(Unit.objects.courts().filter(path__in=paths).order_by("path"))
