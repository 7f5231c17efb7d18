"""The talks a year should have in a court, beside those that are planned already."""

from dataclasses import dataclass
from datetime import date

from courtparty.accounts.models import Unit
from retention.models import TalkTask
from retention.rules.talks import due_day, rule_key
from retention.selectors.talk_people import People, couples_of
from retention.selectors.talk_rules import rules_of

State, Reason = TalkTask.State, TalkTask.CancelReason
# What the planning itself took away, it may bring back.
TAKEN_BY_RULE = (Reason.RULE, Reason.LEFT)


@dataclass(frozen=True, slots=True)
class Wanted:
    """One talk of the year. ``due_on`` is None where its part of the year is over."""

    key: str
    pair: str
    officer_id: int
    holder_id: int | None
    due_on: date | None


@dataclass(frozen=True, slots=True)
class YearPlan:
    """What has to be done so that the planned talks are those the rules ask for."""

    new: list[Wanted]
    moved: list[tuple[TalkTask, Wanted]]
    revived: list[tuple[TalkTask, Wanted]]
    dropped: list[TalkTask]


def wanted_talks(people: People, *, on: date) -> dict[str, Wanted]:
    """Every talk the rules of the court ask for in the year of ``on``, by key. One query."""
    found: dict[str, Wanted] = {}
    for rule in rules_of(people.court):
        for couple in couples_of(people, rule.pair) if rule.is_used else ():
            for nth in range(1, rule.times_per_year + 1):
                key = rule_key(year=on.year, pair=rule.pair, people=couple.people, nth=nth)
                due = due_day(
                    on.year, times=rule.times_per_year, nth=nth, seed=couple.officer_id, on=on
                )
                found[key] = Wanted(key, rule.pair, couple.officer_id, couple.holder_id, due)
    return found


def year_plan(people: People, *, on: date) -> YearPlan:
    """Two queries."""
    wanted = wanted_talks(people, on=on)
    tasks = planned_by_rule(people.court, year=on.year)
    known = {task.source_key: task for task in tasks}
    new = [one for key, one in wanted.items() if key not in known and one.due_on]
    there = [(task, wanted[key]) for key, task in known.items() if key in wanted]
    return YearPlan(
        new=new,
        moved=[(task, one) for task, one in there if _is_moved(task, one)],
        revived=[(task, one) for task, one in there if _is_back(task, one)],
        dropped=[
            task for key, task in known.items() if key not in wanted and task.state == State.OPEN
        ],
    )


def planned_by_rule(court: Unit, *, year: int) -> list[TalkTask]:
    tasks = TalkTask.objects.filter(court=court, kind=TalkTask.Kind.RULE, year=year)
    return list(tasks.select_related("holder").order_by("pk"))


def _is_moved(task: TalkTask, one: Wanted) -> bool:
    if task.state != State.OPEN:
        return False
    if task.is_assigned_by_hand and task.holder and task.holder.is_active:
        return False
    return (task.holder_id, task.officer_id) != (one.holder_id, one.officer_id)


def _is_back(task: TalkTask, one: Wanted) -> bool:
    return (
        task.state == State.CANCELLED
        and task.cancel_reason in TAKEN_BY_RULE
        and one.due_on is not None
    )
