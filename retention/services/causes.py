"""Keeping a court's table of the causes for which people leave."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from courtparty.accounts.models import Unit, User
from courtparty.audit.services import record
from retention.models import CauseKind
from retention.selectors.causes import default_causes

# What the leftovers of coding go to: a court can't do without it.
LAST_RESORT = "other"


class CannotKeep(Exception):
    """The cause can't be kept like this. Its text is for the user."""


@transaction.atomic
def seed_causes(court: Unit) -> list[CauseKind]:
    """Write the defaults into a court's table if it is empty. Returns the court's causes."""
    if not CauseKind.objects.filter(court=court).exists():
        CauseKind.objects.bulk_create(default_causes(court), ignore_conflicts=True)
    return list(CauseKind.objects.filter(court=court).order_by("position", "pk"))


@transaction.atomic
def add_cause(*, court: Unit, name: str, name_en: str, position: int, by: User) -> CauseKind:
    """Add a cause of the court's own; it can be chosen at once. Nobody is told.

    Refuses a name the court has already.
    """
    last = max(cause.pk for cause in seed_causes(court))
    cause = CauseKind(
        court=court,
        code=f"own_{last + 1}",
        name=name.strip(),
        name_en=name_en.strip(),
        position=position,
    )
    _save(cause)
    record("cause_kind.added", by=by, on=cause, court=court)
    return cause


@transaction.atomic
def change_cause(
    *,
    court: Unit,
    code: str,
    name: str,
    name_en: str,
    position: int,
    is_active: bool,
    by: User,
) -> CauseKind:
    """Word a cause anew, move it, or take it out of use; what was coded with it stays.

    Refuses a name that another cause has, and a table without "other". Nobody is told.
    """
    seed_causes(court)
    cause = CauseKind.objects.select_for_update(no_key=True).get(court=court, code=code)
    if code == LAST_RESORT and not is_active:
        raise CannotKeep(_("“Other” stays in use: not every cause has a name."))
    cause.name, cause.name_en = name.strip(), name_en.strip()
    cause.position, cause.is_active = position, is_active
    _save(cause)
    record("cause_kind.changed", by=by, on=cause, court=court)
    return cause


def _save(cause: CauseKind) -> None:
    try:
        with transaction.atomic():
            cause.save()
    except IntegrityError:
        text = _("The court has a cause with this name already. Choose another name.")
        raise CannotKeep(text) from None
