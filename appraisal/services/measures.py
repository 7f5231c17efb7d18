"""The table of measures: shared ones for every court, and own ones of a court."""

from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from appraisal.models import Measure
from appraisal.rules.measures import MEASURES, MeasureSeed
from appraisal.selectors.measures import measures_fixed, measures_kept_by
from courtparty.accounts.models import User
from courtparty.audit.services import record


class CannotChangeMeasure(Exception):
    """The measure can't be changed like this. Its text is for the user."""


@transaction.atomic
def seed_measures() -> int:
    """Add the usual measures that are missing, shared by all courts; those edited stay as they are.

    Returns how many were added.
    """
    known = set(Measure.objects.values_list("code", flat=True))
    missing = [
        _measure(seed, position * 10)
        for position, seed in enumerate(MEASURES, start=1)
        if seed.code not in known
    ]
    Measure.objects.bulk_create(missing, ignore_conflicts=True)
    return len(missing)


def _measure(seed: MeasureSeed, position: int) -> Measure:
    return Measure(
        code=seed.code,
        name=seed.name,
        name_en=seed.name_en,
        headings=seed.headings,
        unit=seed.unit,
        aggregation=seed.aggregation,
        is_whole=seed.is_whole,
        is_required=seed.is_required,
        is_register=seed.is_register,
        is_entered=seed.is_entered,
        maximum=None if seed.maximum is None else Decimal(seed.maximum),
        source=seed.source,
        position=position,
    )


@transaction.atomic
def save_measure(measure: Measure, *, by: User) -> Measure:
    """Keep a new or changed measure. Figures and index sets name it by its code, which stays.

    Refuses a measure that ``by`` does not keep: shared ones are for system administrators, a
    court's own ones for those who keep its index sets. Refuses another way from months to a
    period, or another meaning of no entry, once a published set counts the measure: every result
    under that set would change with it.
    """
    known = Measure.objects.select_for_update(no_key=True).filter(pk=measure.pk).first()
    _check_keeper(known, measure, by)
    if known and _counts_otherwise(known, measure) and measure.code in measures_fixed():
        raise CannotChangeMeasure(
            _("A published set can never be changed; a change needs a new version.")
        )
    measure.save()
    record("measure.changed", by=by, on=measure, court=measure.court, code=measure.code)
    return measure


def _check_keeper(known: Measure | None, measure: Measure, by: User) -> None:
    """Whoever changes a measure keeps it both as it was and as it will be."""
    for one in filter(None, [known, measure]):
        if one.court_id not in measures_kept_by(by):
            raise CannotChangeMeasure(
                _("Shared measures are kept by the system administrator.")
                if one.court_id is None
                else _("This measure belongs to a court whose index sets you do not keep.")
            )


def _counts_otherwise(known: Measure, measure: Measure) -> bool:
    return (known.aggregation, known.is_register) != (measure.aggregation, measure.is_register)
