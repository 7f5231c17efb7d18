"""Whose records a user reaches: the units a permission is held on, and queries cut to them."""

from django.db.models import Q

from courtparty.accounts.models import Unit, User


def paths_with(user: User, permission: str) -> tuple[str, ...]:
    """Tree paths of the units on which ``user`` holds ``permission``, without nested repeats."""
    held = sorted(grant.unit.path for grant in user.grants_giving(permission) if grant.unit)
    top: list[str] = []
    for path in held:
        if not (top and path.startswith(top[-1])):
            top.append(path)
    return tuple(top)


def is_court_path(path: str) -> bool:
    """Courts are the roots of the tree, so a court's path is one step long."""
    return len(path) == Unit.steplen


def court_scope(user: User, permission: str, *, court: str = "court") -> Q:
    """Rows of the courts in which ``user`` holds ``permission`` on the whole court."""
    paths = [path for path in paths_with(user, permission) if is_court_path(path)]
    return _any_of([Q(**{f"{court}__path": path}) for path in paths])


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
    for path in paths_with(user, permission):
        if is_court_path(path):
            parts.append(Q(**{f"{court}__in": Unit.objects.filter(path=path).values("pk")}))
        else:
            below = Unit.objects.filter(path__startswith=path).values("pk")
            parts += [Q(**{f"{unit}__in": below}) for unit in units]
    return _any_of(parts)


def _any_of(parts: list[Q]) -> Q:
    nothing = Q(pk__in=[])
    for part in parts:
        nothing |= part
    return nothing
