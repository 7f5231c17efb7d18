"""Telling people about a cycle: whose turn it is, and what has become of their appraisal."""

from datetime import date

from django.urls import reverse

from appraisal.models import Cycle, CycleStep
from appraisal.rules.cycles import MANAGE
from courtparty.accounts.models import Unit, User
from courtparty.accounts.selectors import holders_of
from courtparty.notices.services import notify_many

State = Cycle.State
# Who acts, or has to know, once a cycle is in a state; those who go back tell the same people.
CONCERNED = {
    State.PREPARING: (MANAGE,),
    State.COLLECTING: (MANAGE, "appraisal.import_figures"),
    State.SCORING: (MANAGE, "appraisal.assess"),
    State.REVIEWING: (MANAGE, "appraisal.record_committee"),
    State.CLOSED: (MANAGE, "appraisal.record_committee"),
}
KINDS = {
    State.COLLECTING: "cycle_collecting",
    State.SCORING: "cycle_scoring",
    State.REVIEWING: "cycle_reviewing",
    State.CLOSED: "cycle_closed",
}


def tell_step(step: CycleStep, *, by: User | None, on: date) -> None:
    """Tell those concerned, but not whoever took the step; of a closed cycle its people too."""
    cycle, target = step.cycle, State(step.to_state)
    kind = "cycle_back" if step.reason else KINDS[target]
    people = holders(cycle.court, *CONCERNED[target], on=on)
    if by is not None:
        people.pop(by.pk, None)
    told = [(user, f"cycle-step:{step.pk}:{user.pk}") for user in people.values()]
    notify_many(told, kind=kind, url=cycle.get_absolute_url(), cycle=cycle.name)
    if target == State.CLOSED:
        _tell_participants(cycle, step)


def _tell_participants(cycle: Cycle, step: CycleStep) -> None:
    taking_part = cycle.participants.filter(excluded="", officer__user__is_active=True)
    users = User.objects.filter(pk__in=taking_part.values("officer__user")).order_by("pk")
    told = [(user, f"cycle-final:{step.pk}:{user.pk}") for user in users]
    notify_many(told, kind="result_final", url=reverse("my_records"), cycle=cycle.name)


def holders(court: Unit, *permissions: str, on: date) -> dict[int, User]:
    """Those who hold one of the permissions in the court on that day, by number."""
    people: dict[int, User] = {}
    for permission in permissions:
        people |= {user.pk: user for user in holders_of(permission, court, on=on)}
    return dict(sorted(people.items()))
