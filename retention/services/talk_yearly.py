"""The yearly planning of talks by rule, kept in step with who leads whom."""

import logging
from collections import Counter
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q
from django.urls import reverse

from courtparty.accounts.models import Unit, User
from courtparty.audit.services import record
from courtparty.notices.services import notify
from retention.models import Setback, TalkTask
from retention.selectors.talk_people import People, people_of
from retention.selectors.talk_planning import Wanted, YearPlan, year_plan
from retention.services.talk_planning import close_tasks, tell_holder

State, Kind, Reason = TalkTask.State, TalkTask.Kind, TalkTask.CancelReason
_log = logging.getLogger(__name__)


def plan_all(*, on: date, at: datetime) -> int:
    """Plan the talks of every court. One that fails is logged, and keeps no other from its own."""
    planned = 0
    for court in Unit.objects.courts().filter(is_active=True).order_by("path"):
        try:
            planned += plan_court(court, on=on, at=at)
        except Exception:
            _log.exception("planning the talks of court %s failed", court.pk)
    return planned


@transaction.atomic
def plan_court(court: Unit, *, on: date, at: datetime, by: User | None = None) -> int:
    """Make the planned talks of a court those its rules ask for; returns how many are new.

    New pairs get their talks, a new secretary or head takes over the open ones, those of people
    who left or are no such pair any more are cancelled, and last year's that were not held end
    as missed. Run twice it changes nothing. Who has new talks to hold is told once, in a number.
    """
    people = people_of(court, on=on)
    plan = year_plan(people, on=on)
    new = _create(court, plan.new, on=on, at=at, by=by)
    changed = sum(_move(task, one) for task, one in plan.moved)
    changed += sum(_revive(task, one) for task, one in plan.revived)
    changed += _find_holders(court, people)
    ended = _end(court, plan, on=on)
    if new or changed or ended:
        record("talks.planned", by=by, on=court, court=court, new=new, changed=changed, ended=ended)
    return new


def _create(court: Unit, wanted: list[Wanted], *, on: date, at: datetime, by: User | None) -> int:
    before = TalkTask.objects.filter(court=court, kind=Kind.RULE, year=on.year).count()
    tasks = [
        TalkTask(
            court=court,
            officer_id=one.officer_id,
            holder_id=one.holder_id,
            kind=Kind.RULE,
            pair=one.pair,
            year=on.year,
            source_key=one.key,
            due_on=one.due_on,
            created_by=by,
            created_at=at,
        )
        for one in wanted
        if one.due_on
    ]
    # Another planning at this very moment may have been faster with some of them.
    TalkTask.objects.bulk_create(tasks, ignore_conflicts=True, batch_size=500)
    _tell_holders(wanted, on=on)
    planned = TalkTask.objects.filter(court=court, kind=Kind.RULE, year=on.year)
    return int(planned.count()) - before


def _tell_holders(wanted: list[Wanted], *, on: date) -> None:
    counts = Counter(one.holder_id for one in wanted if one.holder_id)
    for user in User.objects.filter(pk__in=counts).order_by("pk"):
        notify(
            user,
            kind="talks_planned",
            key=f"talks-planned:{user.pk}:{on.isoformat()}",
            url=reverse("retention:talk_mine"),
            count=counts[user.pk],
        )


def _move(task: TalkTask, one: Wanted) -> bool:
    """Another holder; for two committee members the roles may change as well."""
    here = TalkTask.objects.filter(pk=task.pk, state=State.OPEN, holder=task.holder)
    moved = here.update(holder=one.holder_id, officer=one.officer_id, is_assigned_by_hand=False)
    if moved:
        tell_holder(TalkTask.objects.select_related("holder").get(pk=task.pk))
    return bool(moved)


def _revive(task: TalkTask, one: Wanted) -> bool:
    gone = TalkTask.objects.filter(pk=task.pk, state=State.CANCELLED)
    back = gone.update(
        state=State.OPEN,
        cancel_reason="",
        holder=one.holder_id,
        officer=one.officer_id,
        due_on=one.due_on,
        is_assigned_by_hand=False,
    )
    return bool(back)


def _find_holders(court: Unit, people: People) -> int:
    """Talks after a setback or asked for, whose holder is missing or may not sign in any more."""
    orphans = TalkTask.objects.open().filter(court=court).exclude(kind=Kind.RULE)
    orphans = orphans.filter(Q(holder=None) | Q(holder__is_active=False))
    found = 0
    for task in orphans.order_by("pk"):
        holder = people.holder_for(task.officer_id)
        if holder and holder != task.holder_id:
            here = TalkTask.objects.filter(pk=task.pk, state=State.OPEN, holder=task.holder_id)
            found += here.update(holder=holder, is_assigned_by_hand=False)
            tell_holder(TalkTask.objects.select_related("holder").get(pk=task.pk))
    return found


def _end(court: Unit, plan: YearPlan, *, on: date) -> int:
    """What nobody can hold any more, and the care for those who have left."""
    tasks = TalkTask.objects.filter(court=court)
    dropped = tasks.filter(pk__in=[task.pk for task in plan.dropped])
    left = Q(officer__left_on__isnull=False)
    # The setbacks before their talks, as where somebody ends the care by hand.
    Setback.objects.running().filter(court=court, officer__left_on__isnull=False).update(
        state=Setback.State.CLOSED,
        end_reason=Setback.EndReason.LEFT_COURT,
        ended_on=on,
        next_follow_up_on=None,
    )
    past = tasks.filter(kind=Kind.RULE, year__lt=on.year)
    ended = close_tasks(past, reason=Reason.YEAR_OVER)
    ended += close_tasks(tasks.filter(left), reason=Reason.LEFT)
    ended += close_tasks(dropped, reason=Reason.RULE)
    return ended
