"""Where the written rule suggests a pause: caseload, the court's setting, and nothing else."""

from dataclasses import dataclass
from datetime import date

from appraisal.selectors.retention_caseload import Caseload, JudgeLoad, caseload
from cadres.models import Officer
from courtparty.accounts.models import Unit
from retention.models import AssignmentPause
from retention.rules.caseload import percent_of, suggests_pause
from retention.selectors.settings import court_settings


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A judge for whom the rule fires, and the figures it saw, as they are kept."""

    officer: Officer
    figures: dict[str, str | int]


@dataclass(frozen=True, slots=True)
class Suggestions:
    """What the rule says by the figures up to ``month``; None: there are no figures."""

    month: date | None
    of: list[Suggestion]


def suggestions(court: Unit, *, on: date) -> Suggestions:
    """Judges far above their peers who are not paused already on that day."""
    found = caseload(court, on=on)
    if found.last is None:
        return Suggestions(None, [])
    share = court_settings(court).pause_share
    firing = {
        load.officer_id: figures
        for load in found.judges
        if (figures := _figures(load, found, share)) is not None
    }
    held = AssignmentPause.objects.filter(state=AssignmentPause.State.PAUSED, end__gt=on)
    paused = set(held.filter(officer__in=firing).values_list("officer_id", flat=True))
    officers = Officer.objects.filter(pk__in=set(firing) - paused)
    listed = officers.select_related("court", "department", "branch").order_by("pk")
    return Suggestions(found.last, [Suggestion(one, firing[one.pk]) for one in listed])


def _figures(load: JudgeLoad, found: Caseload, share: int) -> dict[str, str | int] | None:
    """What fired, with the rule's own threshold; None where the rule does not fire."""
    peers = found.peers.get((load.function, "pending"))
    pending = load.amounts["pending"]
    if peers is None or pending is None or load.share is not None:
        return None
    if not suggests_pause(pending, peers.median, share=share):
        return None
    return {
        "pending": f"{pending.normalize():f}",
        "median": f"{peers.median.normalize():f}",
        "lower": f"{peers.lower.normalize():f}",
        "upper": f"{peers.upper.normalize():f}",
        "peers": peers.count,
        "percent": percent_of(pending, peers.median) or 0,
        "from": share,
    }
