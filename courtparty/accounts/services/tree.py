"""Keeping the tree of units: adding, renaming, moving, and taking out of use."""

from django.db import transaction
from django.utils.translation import gettext as _

from courtparty.accounts.models import Unit, UnitQuerySet, User
from courtparty.accounts.rules import may_lie_below
from courtparty.accounts.services.units import CannotCreateUnit, create_unit
from courtparty.audit.services import record


class CannotChangeUnit(Exception):
    """The tree may not be changed like this. Its text is for the user."""


@transaction.atomic
def add_unit(
    *, parent_id: int, kind: str, name: str, by: User, name_en: str = "", function: str = ""
) -> Unit:
    """Add a department or a Party organisation below another unit.

    Refuses a kind that does not lie below that parent, a department without a function, and a
    name that a sister unit has: workbooks name units.
    """
    _lock_court(Unit.objects.get(pk=parent_id))
    parent = Unit.objects.get(pk=parent_id)
    _refuse_place(kind, parent, name)
    words = {"name": name, "name_en": name_en, "function": _function(kind, function)}
    try:
        return create_unit(parent=parent, kind=kind, by=by, **words)
    except CannotCreateUnit as refusal:
        raise CannotChangeUnit(str(refusal)) from None


@transaction.atomic
def change_unit(
    *, unit_id: int, by: User, name: str, name_en: str, function: str, is_active: bool
) -> Unit:
    """Rename a unit, give it another function, or take it out of use and back.

    Refuses a sister unit's name, and taking out of use a court or a unit with units in use below.
    """
    court = _lock_court(Unit.objects.get(pk=unit_id))
    unit = Unit.objects.get(pk=unit_id)
    new = {
        "name": name,
        "name_en": name_en,
        "function": _function(unit.kind, function),
        "is_active": is_active,
    }
    changed = [field for field, value in new.items() if getattr(unit, field) != value]
    _refuse_change(unit, new, changed)
    for field in changed:
        setattr(unit, field, new[field])
    if changed:
        unit.save(update_fields=changed)
        record("unit.changed", by=by, on=unit, court=court, fields=changed)
    return unit


@transaction.atomic
def move_unit(*, unit_id: int, parent_id: int, by: User) -> Unit:
    """Put a unit, and all below it, under another one of the same court.

    Whoever has a role on the new parent reaches it from now on, whoever had one above it before
    no longer does. Refuses courts, another court, a place below itself, and a kind that does not
    fit there.
    """
    court = _lock_court(Unit.objects.get(pk=unit_id))
    unit, parent = Unit.objects.get(pk=unit_id), Unit.objects.get(pk=parent_id)
    if not parent.path.startswith(court.path):
        raise CannotChangeUnit(_("A unit cannot move to another court."))
    if parent.path.startswith(unit.path):
        raise CannotChangeUnit(_("A unit cannot lie below itself."))
    if parent.path == unit.path[: -Unit.steplen]:
        return unit
    _refuse_place(unit.kind, parent, unit.name)
    # Whoever is adding a unit below this one has its row locked: wait, or the new one stays behind.
    list(Unit.objects.within(unit).select_for_update(no_key=True))
    Unit.objects.move(unit, parent, pos="last-child")
    unit = Unit.objects.get(pk=unit_id)
    record("unit.changed", by=by, on=unit, court=court, fields=["parent"], parent=parent_id)
    return unit


def _lock_court(unit: Unit) -> Unit:
    """Changes to one court's tree wait for each other: places in it are counted, not drawn."""
    return Unit.objects.select_for_update(no_key=True).get(path=unit.court_path)


def _function(kind: str, function: str) -> str:
    if kind != Unit.Kind.DEPARTMENT:
        return ""
    if not function:
        raise CannotChangeUnit(_("A department needs a function: officers are compared within it."))
    return function


def _refuse_place(kind: str, parent: Unit, name: str) -> None:
    if not may_lie_below(kind, parent.kind):
        text = _("A %(kind)s does not lie below a %(parent)s.")
        words = {"kind": Unit.Kind(kind).label, "parent": parent.get_kind_display()}
        raise CannotChangeUnit(text % words)
    if not parent.is_active:
        raise CannotChangeUnit(_("The unit above is not in use."))
    _refuse_name(name, Unit.objects.within(parent).filter(depth=parent.depth + 1))


def _refuse_change(unit: Unit, new: dict[str, object], changed: list[str]) -> None:
    parent_path = unit.path[: -Unit.steplen]
    sisters = Unit.objects.filter(path__startswith=parent_path, depth=unit.depth)
    if "name" in changed:
        _refuse_name(str(new["name"]), sisters.exclude(pk=unit.pk))
    if "is_active" not in changed or new["is_active"]:
        return
    if unit.kind == Unit.Kind.COURT:
        raise CannotChangeUnit(_("A court cannot be taken out of use here."))
    if Unit.objects.within(unit).filter(is_active=True).exclude(pk=unit.pk).exists():
        raise CannotChangeUnit(_("There are units in use below this one."))


def _refuse_name(name: str, sisters: UnitQuerySet) -> None:
    if not name.strip():
        raise CannotChangeUnit(_("A unit needs a name."))
    if sisters.filter(name=name).exists():
        text = _("There is a unit “%(name)s” in this place already.")
        raise CannotChangeUnit(text % {"name": name})
