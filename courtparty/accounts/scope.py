"""Whose records a user reaches: the units a permission is held on, and queries cut to them."""

from typing import Any

from django.db.models import Q

from courtparty.accounts.models import Unit, User


def paths_with(user: User, permission: str) -> tuple[str, ...]:
    """Tree paths of the units on which ``user`` holds ``permission``, without nested repeats."""
    return tuple(unit.path for unit in _units_with(user, permission))


def _units_with(user: User, permission: str) -> list[Unit]:
    held = [grant.unit for grant in user.grants_giving(permission) if grant.unit]
    top: list[Unit] = []
    for unit in sorted(held, key=lambda one: one.path):
        if not (top and unit.path.startswith(top[-1].path)):
            top.append(unit)
    return top


def standing_of(user: User) -> tuple[Any, ...]:
    """What queries cut to ``user`` depend on: who it is and which grants are in force today.

    Two times the same standing means two times the same queries, so their words can be kept.
    """
    units = ((grant.role, grant.unit) for grant in user.current_grants() if grant.unit)
    grants = sorted((role, unit.path, unit.pk) for role, unit in units)
    return user.pk, user.court_id, user.is_platform, tuple(grants)


def is_court_path(path: str) -> bool:
    """Courts are the roots of the tree, so a court's path is one step long."""
    return len(path) == Unit.steplen


def court_scope(user: User, permission: str, *, court: str = "court") -> Q:
    """Rows of the courts in which ``user`` holds ``permission`` on the whole court."""
    units = [unit for unit in _units_with(user, permission) if is_court_path(unit.path)]
    return _any_of([Q(**{court: unit.pk}) for unit in units])


def touched_court_scope(user: User, permission: str, *, court: str = "court") -> Q:
    """Rows of the courts in which ``user`` holds ``permission`` anywhere, be it on one division."""
    roots = {path[: Unit.steplen] for path in paths_with(user, permission)}
    return _any_of([Q(**{f"{court}__path": root}) for root in sorted(roots)])


def unit_scope(user: User, permission: str, *, court: str, units: tuple[str, ...]) -> Q:
    """Rows whose court, or one of whose units, lies where ``user`` holds ``permission``.

    ``court`` and ``units`` are lookup paths of foreign keys to Unit. A grant on a whole court
    is matched by the court alone: one indexed comparison, however many officers there are.
    """
    parts = []
    for held in _units_with(user, permission):
        if is_court_path(held.path):
            parts.append(Q(**{court: held.pk}))
        else:
            below = Unit.objects.filter(path__startswith=held.path).values("pk")
            parts += [Q(**{f"{unit}__in": below}) for unit in units]
    return _any_of(parts)


def _any_of(parts: list[Q]) -> Q:
    nothing = Q(pk__in=[])
    for part in parts:
        nothing |= part
    return nothing
