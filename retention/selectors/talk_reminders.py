"""Whom to remind of talks, help and follow-ups, and who is told when they stay undone."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.db.models import QuerySet

from cadres.models import Officer
from courtparty.accounts.models import Unit, User
from courtparty.accounts.selectors import holders_of
from retention.models import Setback, SetbackHelp, TalkFollowUp, TalkTask

VIEW_TALKS = "retention.view_talks"
VIEW_SETBACKS = "retention.view_setbacks"
# Calendar days that hold any number of reminder's working days, holidays included.
WINDOW = timedelta(days=14)


def tasks_to_remind(*, on: date) -> QuerySet[TalkTask]:
    tasks = TalkTask.objects.open().filter(due_on__lte=on + WINDOW)
    return tasks.select_related(
        "holder", "officer__court", "officer__department", "officer__branch"
    ).order_by("pk")


def follow_ups_due(*, on: date) -> QuerySet[Setback]:
    due = Setback.objects.follow_up_due(on=on)
    return due.select_related("officer__court", "officer__department", "officer__branch").order_by(
        "pk"
    )


def help_due(*, on: date) -> QuerySet[SetbackHelp]:
    """Measures that end today or ended without being noted as given."""
    due = SetbackHelp.objects.filter(
        until__lte=on, done_on=None, is_dropped=False, setback__in=Setback.objects.running()
    )
    return due.select_related("who", "setback").order_by("pk")


def agreed_due(*, on: date) -> QuerySet[TalkFollowUp]:
    due = TalkFollowUp.objects.filter(due_on__lte=on, done_on=None, talk__taken_back_at=None)
    return due.select_related("talk__holder", "talk__officer__user").order_by("pk")


def _units_of(officer: Officer) -> Iterable[Unit]:
    return [unit for unit in (officer.branch, officer.department) if unit]


def people_above(task: TalkTask, *, on: date, is_whole_court: bool) -> list[User]:
    """Who keeps an eye on an officer's talks: the Party secretaries, later the whole court's.

    Where nobody but the court's own people does, they are told at once. Of a talk after a
    setback only those hear who follow setbacks.
    """
    officer = task.officer
    permission = VIEW_SETBACKS if task.kind == TalkTask.Kind.SETBACK else VIEW_TALKS
    court = set(holders_of(permission, officer.court, on=on))
    near: set[User] = set()
    for unit in _units_of(officer):
        near |= set(holders_of(permission, unit, on=on)) - court
    told = near | court if is_whole_court or not near else near
    return sorted((one for one in told if one.pk != officer.user_id), key=lambda one: one.pk)


def carers_of(officer: Officer, *, on: date) -> list[User]:
    """Who follows an officer's setbacks: the secretaries near, else the political department."""
    court = set(holders_of(VIEW_SETBACKS, officer.court, on=on))
    near: set[User] = set()
    for unit in _units_of(officer):
        near |= set(holders_of(VIEW_SETBACKS, unit, on=on)) - court
    return sorted(
        (one for one in near or court if one.pk != officer.user_id), key=lambda one: one.pk
    )
