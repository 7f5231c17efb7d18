"""Telling allowance runs under way that something they were computed from has changed."""

from datetime import date

from django.db import transaction

from cadres.models import AllowanceRun
from courtparty.accounts.models import Unit

_OPEN = (AllowanceRun.State.DRAFT, AllowanceRun.State.SUBMITTED, AllowanceRun.State.CHECKED)


@transaction.atomic
def mark_runs_stale(*, court: Unit, since: date) -> int:
    """Mark the court's runs for months from ``since`` on that are not approved yet.

    A marked run can't go further before it is computed again. An approved run stays as it was
    decided: what it lacks becomes arrears or a recovery of a later month. Part of the caller's
    transaction. Returns how many were marked.
    """
    # Whoever computes or approves holds this row too: a change is before or after, never between.
    Unit.objects.select_for_update(no_key=True).filter(pk=court.pk).first()
    runs = AllowanceRun.objects.filter(court=court, state__in=_OPEN, is_stale=False)
    return runs.filter(month__gte=since.replace(day=1)).update(is_stale=True)
