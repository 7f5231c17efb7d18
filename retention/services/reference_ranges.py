"""A court's own reference ranges, in place of the shipped defaults."""

from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from courtparty.accounts.models import Unit, User
from courtparty.audit.services import record
from retention.models import ReferenceRange
from retention.rules.vitals import VITALS


class CannotSet(Exception):
    """The range can't be set like this. Its text is for the user."""


@transaction.atomic
def set_range(
    *,
    court: Unit,
    code: str,
    sex: str,
    low: Decimal | None,
    high: Decimal | None,
    source: str,
    by: User,
) -> ReferenceRange:
    """Set what counts as usual in this court, for one sex or for both; it marks, nothing more.

    Refuses a range that falls, lies outside of what is possible, is open on both ends, or has no
    source. Nobody is told.
    """
    if code not in VITALS or (low is None and high is None):
        raise CannotSet(_("Give at least one end of the range."))
    vital = VITALS[code]
    if low is not None and high is not None and low > high:
        raise CannotSet(_("The range begins above its end."))
    if any(end is not None and not vital.least <= end <= vital.most for end in (low, high)):
        text = _("Both ends lie between %(least)s and %(most)s %(unit)s.")
        words = {"least": vital.least, "most": vital.most, "unit": vital.unit}
        raise CannotSet(text % words)
    if not source.strip():
        raise CannotSet(_("Say where the range is from, for instance the hospital's report."))
    found, _is_new = ReferenceRange.objects.update_or_create(
        court=court, code=code, sex=sex, defaults={"low": low, "high": high, "source": source}
    )
    record("reference_range.set", by=by, on=found, court=court, item=code)
    return found


@transaction.atomic
def reset_range(*, range_id: int, by: User) -> None:
    """Go back to the shipped default. Does nothing where somebody did so before."""
    found = ReferenceRange.objects.select_related("court").filter(pk=range_id).first()
    if found is not None:
        record("reference_range.reset", by=by, on=found, court=found.court, item=found.code)
        found.delete()
