"""The causes of leaving that a court words itself, or the ones every court starts with."""

from collections.abc import Iterable

from courtparty.accounts.models import Unit, User
from courtparty.accounts.scope import is_court_path, paths_with
from retention.models import CauseKind
from retention.rules.causes import CAUSES

MANAGE = "retention.manage_departures"


def causes_of(court: Unit) -> list[CauseKind]:
    """The court's causes in order; where it has saved none, unsaved rows with the defaults."""
    found = list(CauseKind.objects.filter(court=court).order_by("position", "pk"))
    return found or default_causes(court)


def default_causes(court: Unit) -> list[CauseKind]:
    return [
        CauseKind(court=court, code=code, name=name, name_en=name_en, position=place * 10)
        for place, (code, name, name_en) in enumerate(CAUSES, 1)
    ]


def next_position(court: Unit) -> int:
    """Where a new cause goes: behind all others."""
    return max(cause.position for cause in causes_of(court)) + 10


def causes_in_use(court: Unit) -> list[CauseKind]:
    return [cause for cause in causes_of(court) if cause.is_active]


def cause_names(causes: Iterable[CauseKind]) -> dict[str, str]:
    return {cause.code: cause.display_name for cause in causes}


def courts_kept(user: User) -> list[Unit]:
    """The courts whose departures ``user`` keeps."""
    paths = [path for path in paths_with(user, MANAGE) if is_court_path(path)]
    return list(Unit.objects.courts().filter(path__in=paths).order_by("path"))
