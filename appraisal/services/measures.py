"""The table of measures."""

from django.db import transaction

from appraisal.models import Measure
from courtparty.accounts.models import User
from courtparty.audit.services import record


@transaction.atomic
def save_measure(measure: Measure, *, by: User) -> Measure:
    """Keep a new or changed measure. Figures and index sets name it by its code, which stays."""
    measure.save()
    record("measure.changed", by=by, on=measure, code=measure.code)
    return measure
