"""Planned talks as the register, the own list and the calendar need them."""

from calendar import Calendar as MonthCalendar
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import F, Q

from cadres.models import Officer
from cadres.selectors.officers import searched as officers_searched
from courtparty.accounts.models import User
from courtparty.lib.workdays import Calendar
from courtparty.notices.calendar import working_calendar
from retention.models import SetbackHelp, TalkTask
from retention.models.talk_tasks import TalkTaskQuerySet
from retention.rules.setbacks import RUNNING
from retention.selectors.setbacks import Due, HelpShown, due_at, help_shown

VIEW = "retention.view_talks"
HOLD = "retention.hold_talks"

TONES = {"open": "info", "held": "success", "cancelled": "neutral"}
LATE, NOBODY, ALL = "late", "nobody", "all"

# The keys of ?sort=.
ORDERS = {
    "officer": "officer__pinyin",
    "holder": "holder__name",
    "due": "due_on",
    "pair": "pair",
    "state": "state",
}
DEFAULT_ORDER = "due"


def searched(tasks: TalkTaskQuerySet, text: str, *, user: User) -> TalkTaskQuerySet:
    """Those whose officer or holder it names."""
    officers = officers_searched(Officer.objects.all(), text, user=user)
    return tasks.filter(Q(officer__in=officers) | Q(holder__name__contains=text))


def in_state(tasks: TalkTaskQuerySet, state: str, *, on: date) -> TalkTaskQuerySet:
    """By what ?state= says; nothing said means those to be held."""
    if state == LATE:
        return tasks.late(on=on)
    if state == NOBODY:
        return tasks.open().filter(holder=None)
    if state == ALL:
        return tasks
    return tasks.filter(state=state or TalkTask.State.OPEN)


def ordered(tasks: TalkTaskQuerySet, sort: str) -> TalkTaskQuerySet:
    name = sort.removeprefix("-")
    if name not in ORDERS:
        sort = name = DEFAULT_ORDER
    field, is_down = F(ORDERS[name]), sort.startswith("-")
    first = field.desc(nulls_last=True) if is_down else field.asc(nulls_first=True)
    return tasks.order_by(first, "-pk" if is_down else "pk")


@dataclass(frozen=True, slots=True)
class TaskRow:
    """A planned talk in words. ``about``: the kind of pair, or what asks for the talk."""

    pk: int
    officer: str
    officer_title: str
    place: str
    holder: str
    about: str
    kind: str
    due: Due
    is_open: bool
    state: str
    tone: str
    reason: str


def task_rows(tasks: TalkTaskQuerySet, *, on: date) -> list[TaskRow]:
    """Two queries, however many rows. Of a setback its kind is named, nothing else is read."""
    listed = tasks.select_related(
        "officer__department", "officer__branch", "holder", "setback"
    ).defer("setback__detail")
    calendar = working_calendar()
    return [task_row(one, on=on, calendar=calendar) for one in listed]


def task_row(one: TalkTask, *, on: date, calendar: Calendar) -> TaskRow:
    officer = one.officer
    return TaskRow(
        pk=one.pk,
        officer=officer.name,
        officer_title=officer.title,
        place=(officer.branch or officer.department).display_name,
        holder=str(one.holder or ""),
        about=about(one),
        kind=one.get_kind_display(),
        due=due_at("", one.due_on, on=on, calendar=calendar),
        is_open=one.state == TalkTask.State.OPEN,
        state=one.get_state_display(),
        tone=TONES[one.state],
        reason=one.get_cancel_reason_display(),
    )


def about(task: TalkTask) -> str:
    if task.pair:
        return str(task.get_pair_display())
    if task.setback:
        return str(task.setback.get_kind_display())
    return str(task.get_kind_display())


def late_count(user: User, *, on: date) -> int:
    return TalkTask.objects.in_scope(user).late(on=on).count()


# -- mine ---------------------------------------------------------------------------------------


def own_tasks(user: User, *, on: date) -> list[TaskRow]:
    """The talks ``user`` is to hold, the most urgent first. Two queries."""
    return task_rows(TalkTask.objects.open().filter(holder=user).order_by("due_on", "pk"), on=on)


def own_help(user: User, *, on: date) -> list[HelpShown]:
    """The help ``user`` is to give, with its officer. One query."""
    given = SetbackHelp.objects.filter(
        who=user, done_on=None, is_dropped=False, setback__state__in=RUNNING
    )
    listed = given.select_related("who", "setback__officer").defer("setback__detail")
    return [help_shown(one, on=on) for one in listed.order_by("until", "pk")]


# -- the calendar -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CalendarDay:
    day: date
    is_inside: bool
    is_today: bool
    tasks: list[TaskRow]
    more: int


DAY_HOLDS = 4


def month_calendar(tasks: TalkTaskQuerySet, month: date, *, on: date) -> list[list[CalendarDay]]:
    """The weeks of a month with the talks due on each day; those beyond four are a number."""
    days = list(MonthCalendar().itermonthdates(month.year, month.month))
    due = tasks.filter(due_on__gte=days[0], due_on__lte=days[-1]).order_by("due_on", "pk")
    by_day = _by_day(task_rows(due, on=on))
    shown = [
        CalendarDay(
            day,
            is_inside=day.month == month.month,
            is_today=day == on,
            tasks=by_day[day][:DAY_HOLDS],
            more=max(0, len(by_day[day]) - DAY_HOLDS),
        )
        for day in days
    ]
    return [shown[start : start + 7] for start in range(0, len(shown), 7)]


def _by_day(rows: Iterable[TaskRow]) -> defaultdict[date, list[TaskRow]]:
    found: defaultdict[date, list[TaskRow]] = defaultdict(list)
    for row in rows:
        found[row.due.day].append(row)
    return found
