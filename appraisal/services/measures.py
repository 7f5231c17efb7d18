"""The table of measures."""

from django.db import transaction
from django.utils.translation import gettext as _

from appraisal.models import Measure
from appraisal.selectors.index_sets import measures_published
from courtparty.accounts.models import User
from courtparty.audit.services import record


class CannotChangeMeasure(Exception):
    """The measure can't be changed like this. Its text is for the user."""


@transaction.atomic
def save_measure(measure: Measure, *, by: User) -> Measure:
    """Keep a new or changed measure. Figures and index sets name it by its code, which stays.

    Refuses another way from months to a period once a published set counts the measure: every
    result under that set, in whatever court, would change with it.
    """
    known = Measure.objects.filter(pk=measure.pk).exclude(aggregation=measure.aggregation)
    if known.exists() and measure.code in measures_published():
        raise CannotChangeMeasure(
            _("A published set can never be changed; a change needs a new version.")
        )
    measure.save()
    record("measure.changed", by=by, on=measure, code=measure.code)
    return measure
