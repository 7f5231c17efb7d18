"""Requests for leave as their lists and pages need them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from cadres.models import Officer
from cadres.selectors.officers import has_reach
from courtparty.accounts.models import Unit, User
from courtparty.accounts.scope import unit_scope
from retention.models import LeaveRequest, LeaveStep
from retention.models.leave import LeaveRequestQuerySet, Level
from retention.rules.leave_kinds import MEDICAL, SENSITIVE
from retention.rules.leave_requests import LEVELS
from retention.selectors.leave_levels import awaiting, deciding_level

VIEW = "retention.view_leave"
DECIDE = "retention.decide_leave"
MANAGE = "retention.manage_leave"

State, Action = LeaveRequest.State, LeaveStep.Action
TONES = {
    "drafted": "neutral",
    "asked": "info",
    "returned": "warning",
    "approved": "success",
    "refused": "danger",
    "withdrawn": "neutral",
    "cancelled": "neutral",
}
STEP_TONES = {
    "ask": "info",
    "approve": "success",
    "refuse": "danger",
    "send_back": "warning",
    "withdraw": "neutral",
    "cancel": "neutral",
    "end_early": "info",
}

# The keys of ?sort=.
ORDERS = {
    "officer": "officer__pinyin",
    "department": "officer__department__path",
    "kind": "kind",
    "start": "start",
    "days": "days",
    "state": "state",
    "waiting": "waits_since",
}
DEFAULT_ORDER = "-start"


def own_officer(user: User) -> Officer | None:
    """The record of the reader, with what every page of leave needs of it. One query."""
    return Officer.objects.filter(user=user).select_related("court", "department", "user").first()


def searched(requests: LeaveRequestQuerySet, text: str) -> LeaveRequestQuerySet:
    words = Q(officer__name__contains=text) | Q(officer__initials__startswith=text.lower())
    return requests.filter(words | Q(officer__pinyin__startswith=text.lower()))


def ordered(requests: LeaveRequestQuerySet, sort: str) -> LeaveRequestQuerySet:
    name = sort.removeprefix("-")
    if name not in ORDERS:
        sort, name = DEFAULT_ORDER, DEFAULT_ORDER.removeprefix("-")
    field = F(ORDERS[name])
    is_down = sort.startswith("-")
    first = field.desc(nulls_last=True) if is_down else field.asc(nulls_last=True)
    return requests.order_by(first, "-pk" if is_down else "pk")


def departments_in_reach(user: User, permission: str = VIEW) -> QuerySet[Unit]:
    """Departments of which the reader sees leave."""
    scope = unit_scope(user, permission, court="court", units=("department",))
    found = Officer.objects.in_service().filter(scope)
    return Unit.objects.filter(pk__in=found.values("department")).order_by("path")


@dataclass(frozen=True, slots=True)
class LeaveRow:
    """A line of a list of leave, in words."""

    pk: int
    officer: str
    department: str
    kind: str
    start: date
    last: date
    days: int
    hours: Decimal | None
    state: str
    tone: str
    waits_for: str
    waits_since: date | None
    is_mine: bool


def leave_rows(requests: QuerySet[LeaveRequest], user: User) -> list[LeaveRow]:
    """Two queries, however many rows."""
    listed = list(requests.select_related("officer__department").defer("reason"))
    mine = set(
        awaiting(user).filter(pk__in=[one.pk for one in listed]).values_list("pk", flat=True)
    )
    return [
        LeaveRow(
            pk=one.pk,
            officer=one.officer.name,
            department=one.officer.department.display_name,
            kind=str(one.get_kind_display()),
            start=one.start,
            last=last_day(one),
            days=one.days,
            hours=one.hours,
            state=str(one.get_state_display()),
            tone=TONES[one.state],
            waits_for=str(one.get_waits_for_display()) if one.waits_for else "",
            waits_since=one.waits_since,
            is_mine=one.pk in mine,
        )
        for one in listed
    ]


def last_day(leave: LeaveRequest) -> date:
    return leave.end - timedelta(days=1)


# -- one request --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ChainStep:
    """One level of the chain: where it stands."""

    level: str
    state: str
    tone: str
    is_current: bool


def chain_shown(leave: LeaveRequest, steps: Iterable[LeaveStep]) -> list[ChainStep]:
    """The levels that decide, since the request was asked for last."""
    decided: dict[str, LeaveStep] = {}
    for step in sorted(steps, key=lambda one: one.number):
        if step.action == Action.ASK:
            decided = {}
        elif step.level:
            decided[step.level] = step
    levels = [level for level in LEVELS if level in leave.levels or level in decided]
    highest = max((LEVELS.index(level) for level in decided), default=-1)
    return [_chain_step(leave, level, decided, highest) for level in levels]


def _chain_step(
    leave: LeaveRequest, level: str, decided: dict[str, LeaveStep], highest: int
) -> ChainStep:
    label = str(Level(level).label)
    if step := decided.get(level):
        return ChainStep(label, str(step.get_action_display()), STEP_TONES[step.action], False)
    if level == leave.waits_for:
        return ChainStep(label, _("decides now"), "info", True)
    if LEVELS.index(level) < highest:
        return ChainStep(label, _("decided by the level above"), "neutral", False)
    if leave.state == State.ASKED:
        return ChainStep(label, _("decides after that"), "neutral", False)
    return ChainStep(label, _("not asked any more"), "neutral", False)


@dataclass(frozen=True, slots=True)
class StepShown:
    """A step in the timeline."""

    title: str
    tone: str
    level: str
    person: str
    opinion: str
    at: datetime


def steps_of(leave: LeaveRequest) -> list[LeaveStep]:
    return list(leave.steps.select_related("by").order_by("-number"))


def timeline(steps: Iterable[LeaveStep]) -> list[StepShown]:
    return [
        StepShown(
            title=str(step.get_action_display()),
            tone=STEP_TONES[step.action],
            level=str(step.get_level_display()) if step.level else "",
            person=str(step.by),
            opinion=step.opinion,
            at=step.at,
        )
        for step in steps
    ]


@dataclass(frozen=True, slots=True)
class Possible:
    """What the reader may do with a request now."""

    is_own: bool
    change: bool
    withdraw: bool
    cancel: bool
    end_early: bool
    level: str
    reason: str  # "shown", "on_request", "hidden", or "" where there is none


def possible(leave: LeaveRequest, user: User, *, on: date) -> Possible:
    is_own = acts_for(leave, user)
    is_approved = leave.state == State.APPROVED
    return Possible(
        is_own=is_own,
        change=is_own and leave.state in (State.DRAFTED, State.RETURNED),
        withdraw=is_own and leave.state in (State.DRAFTED, State.ASKED, State.RETURNED),
        cancel=is_own and is_approved and leave.start > on,
        end_early=is_own
        and is_approved
        and leave.start <= on
        and (leave.end - leave.start).days > 1,
        level=deciding_level(leave, user),
        reason=_reason(leave, user, is_own=is_own),
    )


def acts_for(leave: LeaveRequest, user: User) -> bool:
    """Whether the request is the reader's: the officer's, or entered for one without account.

    Whoever entered it acts on it no longer once the right to enter leave there is gone.
    """
    if user.pk == leave.officer.user_id:
        return True
    return user.pk == leave.entered_by_id and has_reach(user, MANAGE, leave.officer)


def _reason(leave: LeaveRequest, user: User, *, is_own: bool) -> str:
    """Medical reasons are opened by the political department only; other private ones by those
    who decide, and every opening is written down."""
    if is_own:
        return "shown"
    if leave.kind not in SENSITIVE:
        return "shown"
    permission = MANAGE if leave.kind in MEDICAL else DECIDE
    reach = LeaveRequest.objects.visible_to(user, permission).filter(pk=leave.pk)
    return "on_request" if user.has_perm(permission) and reach.exists() else "hidden"
