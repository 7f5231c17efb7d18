"""Adding courts, departments and Party organisations to the tree."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from courtparty.accounts.models import Unit, User
from courtparty.accounts.new_courts import STARTERS
from courtparty.audit.services import record


class CannotCreateUnit(Exception):
    """The unit can't be made as asked. Its text is for the user."""


@transaction.atomic
def create_court(*, code: str, name: str, by: User | None, name_en: str = "") -> Unit:
    """Add a court: the root of a tree of its own, with the defaults that apps give a new court.

    Refuses a code that is malformed or taken.
    """
    court = Unit(
        kind=Unit.Kind.COURT, code=code.strip(), name=name.strip(), name_en=name_en.strip()
    )
    if not court.code:
        raise CannotCreateUnit(_("A court needs a code."))
    if Unit.objects.filter(code=court.code).exists():
        text = _("There is already a court with the code “%(code)s”.")
        raise CannotCreateUnit(text % {"code": court.code})
    _refuse_malformed(court)
    try:
        with transaction.atomic():
            Unit.objects.add_root(instance=court)
    except IntegrityError:
        raise CannotCreateUnit(_("Another court was added just now. Please try again.")) from None
    record("unit.created", by=by, on=court, court=court, kind=court.kind)
    for starter in STARTERS:
        starter(court, by)
    return court


@transaction.atomic
def create_unit(
    *, parent: Unit, kind: str, name: str, by: User | None, function: str = "", name_en: str = ""
) -> Unit:
    """Add a department or a Party organisation below ``parent``. Refuses a name taken there."""
    # The tree counts its children in the row: one writer at a time, from the row as it is now.
    parent = Unit.objects.select_for_update(no_key=True).get(pk=parent.pk)
    unit = Unit(kind=kind, name=name.strip(), name_en=name_en.strip(), function=function)
    if Unit.objects.get_children(parent).filter(kind=kind, name=unit.name, is_active=True).exists():
        text = _("There is already a unit named “%(name)s” here.")
        raise CannotCreateUnit(text % {"name": unit.name})
    _refuse_malformed(unit)
    Unit.objects.add_child(parent, instance=unit)
    court = parent if parent.is_root() else Unit.objects.get_root(parent)
    record("unit.created", by=by, on=unit, court=court, kind=kind)
    return unit


def _refuse_malformed(unit: Unit) -> None:
    try:
        unit.clean_fields(exclude=["path", "depth", "numchild"])
    except ValidationError as error:
        if "code" in error.message_dict:
            text = _("A code has at most 20 letters, digits and hyphens.")
            raise CannotCreateUnit(text) from None
        listed = [
            f"{unit._meta.get_field(name).verbose_name}: {' '.join(texts)}"
            for name, texts in error.message_dict.items()
        ]
        raise CannotCreateUnit("; ".join(listed)) from None
