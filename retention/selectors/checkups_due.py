"""Whether officers have had their check-up, for other parts: done or due, and nothing else."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from retention.models import CheckUp
from retention.rules.checkups import MONTHS_BETWEEN
from retention.rules.health_retention import years_before

DONE, DUE = "done", "due"


@dataclass(frozen=True, slots=True)
class CheckUpState:
    """Where an officer stands: ``state`` is "done" or "due"; the days may be missing."""

    state: str
    due_on: date | None = None
    done_on: date | None = None

    @property
    def is_done(self) -> bool:
        return self.state == DONE


def checkup_state(officer_ids: Iterable[int], on: date) -> dict[int, CheckUpState]:
    """For each officer asked about: done within the last twelve months, or due.

    An officer without any check-up is due without a day. One who was excused is left out: there
    is nothing due, and why is nobody's business. One query.
    """
    ids = list(officer_ids)
    since = years_before(on, MONTHS_BETWEEN // 12)
    states = {pk: CheckUpState(DUE) for pk in ids}
    rows = CheckUp.objects.filter(officer__in=ids, campaign__state__in=["open", "closed"])
    latest = rows.filter(due_on__gt=since) | rows.filter(done_on__gt=since)
    facts = latest.order_by("due_on", "pk").values_list("officer", "state", "due_on", "done_on")
    for pk, state, due_on, done_on in facts:
        if done_on is not None:
            states[pk] = CheckUpState(DONE, due_on, done_on)
        elif pk in states and states[pk].is_done:
            continue
        elif state == CheckUp.State.EXCUSED:
            states.pop(pk, None)
        else:
            states[pk] = CheckUpState(DUE, due_on)
    return states
