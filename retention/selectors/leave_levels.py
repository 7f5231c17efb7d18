"""Who decides leave at which level: heads of the department, political department, President."""

from datetime import date

from django.db.models import Q, QuerySet

from cadres.models import Officer
from courtparty.accounts.models import Grant, User
from courtparty.accounts.roles import Role
from retention.models import LeaveRequest, Overtime
from retention.models.leave_years import LeaveTaskQuerySet
from retention.rules.leave_requests import HEAD, LEVELS, POLITICAL, PRESIDENT, chain
from retention.selectors.settings import court_settings

ROLES: dict[str, str] = {HEAD: Role.HEAD, POLITICAL: Role.POLITICAL, PRESIDENT: Role.PRESIDENT}
LEVEL_OF = {role: level for level, role in ROLES.items()}


def _above(officer: Officer) -> list[str]:
    path, step = officer.department.path, officer.department.steplen
    return [path[:end] for end in range(step, len(path) + 1, step)]


def _grants_over(officer: Officer, entered_by: User, *, on: date) -> QuerySet[Grant]:
    """Grants by which somebody else decides on what ``entered_by`` asks for the officer."""
    grants = Grant.objects.in_force(on=on).filter(
        role__in=LEVEL_OF, unit__path__in=_above(officer), user__is_active=True
    )
    parties = [pk for pk in (officer.user_id, entered_by.pk) if pk is not None]
    return grants.exclude(user__in=parties)


def deciders(leave: LeaveRequest, level: str, *, on: date) -> QuerySet[User]:
    """Everybody who decides the request at ``level``: never its officer, nor who entered it."""
    grants = _grants_over(leave.officer, leave.entered_by, on=on).filter(role=ROLES[level])
    return User.objects.filter(pk__in=grants.values("user")).order_by("pk")


def levels_held(user: User | None, officer: Officer) -> set[str]:
    """The levels at which ``user`` decides on ``officer``; no query beyond the user's grants."""
    if user is None:
        return set()
    above = set(_above(officer))
    return {
        LEVEL_OF[grant.role]
        for grant in user.current_grants()
        if grant.role in LEVEL_OF and grant.unit and grant.unit.path in above
    }


def chain_for(officer: Officer, days: int, *, by: User, on: date) -> tuple[str, ...]:
    """Who decides so many working days of the officer's leave, one level after the other."""
    settings = court_settings(officer.court)
    manned = set(_grants_over(officer, by, on=on).values_list("role", flat=True))
    return chain(
        days,
        head_decides=settings.head_decides_days,
        political_decides=settings.political_decides_days,
        held=levels_held(officer.user, officer),
        manned={LEVEL_OF[role] for role in manned},
    )


def deciding_level(leave: LeaveRequest, user: User) -> str:
    """The level at which ``user`` may decide the request as it stands now; empty for none.

    Whoever holds several levels decides once, at the highest that the chain needs. A level above
    may decide in place of the one that is waited for.
    """
    if not leave.waits_for or user.pk in (leave.officer.user_id, leave.entered_by_id):
        return ""
    waits = LEVELS.index(leave.waits_for)
    held = [level for level in levels_held(user, leave.officer) if LEVELS.index(level) >= waits]
    needed = [level for level in held if level in leave.levels]
    return max(needed or held, key=LEVELS.index, default="")


def awaiting(user: User) -> QuerySet[LeaveRequest]:
    """Requests whose next step is this user's; the own ones never."""
    waits = Q(pk__in=[])
    for grant in user.current_grants():
        if grant.role in LEVEL_OF and grant.unit:
            here = Q(officer__department__path__startswith=grant.unit.path)
            waits |= here & Q(waits_for=LEVEL_OF[grant.role])
    asked = LeaveRequest.objects.filter(waits, state=LeaveRequest.State.ASKED)
    return asked.exclude(officer__user=user).exclude(entered_by=user)


def overtime_awaiting(user: User) -> QuerySet[Overtime]:
    """Overtime that this user may confirm: neither the own, nor what the user has entered."""
    waiting = Overtime.objects.visible_to(user, "retention.decide_leave").waiting()
    return waiting.exclude(officer__user=user).exclude(entered_by=user)


def tasks_to_plan(tasks: LeaveTaskQuerySet, user: User) -> LeaveTaskQuerySet:
    """Leave of others that the user has to plan with them."""
    reach = tasks.visible_to(user, "retention.decide_leave").to_do()
    return reach.exclude(officer__user=user)
