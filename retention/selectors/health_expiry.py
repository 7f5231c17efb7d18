"""Whose health records are past their time, and what an officer is told of it."""

from datetime import date

from django.db.models import Exists, OuterRef, Q

from cadres.models import Officer
from cadres.models.officers import OfficerQuerySet
from courtparty.accounts.models import Unit
from retention.models import (
    CheckUp,
    CheckUpResult,
    FollowUp,
    HealthDeletion,
    HealthEntry,
    HealthFile,
)


def officers_past_age(court: Unit, *, before: date) -> OfficerQuerySet:
    """Officers with a record from before that day whose deletion is not announced yet."""
    results = CheckUpResult.objects.filter(
        checkup__officer=OuterRef("pk"), checkup__done_on__lt=before
    )
    entries = HealthEntry.objects.filter(
        health_file__officer=OuterRef("pk"), updated_at__date__lt=before
    )
    follow_ups = FollowUp.objects.filter(health_file__officer=OuterRef("pk"), closed_on__lt=before)
    excused = CheckUp.objects.filter(
        officer=OuterRef("pk"), due_on__lt=before, state=CheckUp.State.EXCUSED
    )
    past = Exists(results) | Exists(entries) | Exists(follow_ups) | Exists(excused)
    return _not_announced(court, HealthDeletion.Rule.AGE).filter(past)


def officers_past_leaving(court: Unit, *, before: date) -> OfficerQuerySet:
    """Officers who left before that day, have anything on health, and were not told yet."""
    own = {"officer": OuterRef("pk")}
    results = CheckUpResult.objects.filter(checkup__officer=OuterRef("pk"))
    excused = CheckUp.objects.filter(**own, state=CheckUp.State.EXCUSED)
    anything = Exists(HealthFile.objects.filter(**own)) | Exists(results) | Exists(excused)
    officers = _not_announced(court, HealthDeletion.Rule.LEFT)
    return officers.filter(Q(left_on__lt=before), anything)


def _not_announced(court: Unit, rule: str) -> OfficerQuerySet:
    announced = HealthDeletion.objects.announced().filter(officer=OuterRef("pk"), rule=rule)
    officers = Officer.objects.filter(~Exists(announced), court=court)
    return officers.select_related("court", "user").order_by("pk")


def deletions_ahead(officer: Officer) -> list[HealthDeletion]:
    """What the officer's own page warns of, the next one first."""
    return list(HealthDeletion.objects.announced().filter(officer=officer).order_by("deletes_on"))
