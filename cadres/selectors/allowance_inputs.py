"""What an allowance run is computed from, as the rules take it."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, F, Max, Q, QuerySet, Sum

from cadres.models import AllowanceLine, AllowanceRun, AllowanceStandard, Appointment, Secondment
from cadres.models.allowances import AllowanceStandardQuerySet
from cadres.rules.allowances import (
    CENT,
    Held,
    Settled,
    SettledMonth,
    Span,
    Standard,
    looked_at,
    next_month,
)
from courtparty.accounts.models import Unit

# An approved run has no way back: what it pays is settled before the bank has paid it. Were it
# not counted, two runs under way at once could both make up for the same change.
SETTLED = (AllowanceRun.State.APPROVED, AllowanceRun.State.PAID)

# A change becomes visible when its transaction ends, a little after the moment it carries, and
# the clocks of two hosts differ. To look at more than has changed costs time, never money.
MARGIN = timedelta(hours=1)
AT_ONCE = 5000


def inputs_stamp(court: Unit) -> tuple[Any, ...]:
    """Another value whenever something that a run of the court is computed from has changed."""
    posts = Appointment.objects.filter(court=court)
    runs = AllowanceRun.objects.filter(court=court, state__in=SETTLED)
    return (
        *posts.aggregate(Count("pk"), Max("changed_at"), Max("officer__updated_at")).values(),
        *standards(court).aggregate(Count("pk"), Max("changed_at")).values(),
        runs.count(),
    )


def standards(court: Unit) -> AllowanceStandardQuerySet:
    return AllowanceStandard.objects.filter(court=court)


def standards_of(court: Unit) -> list[Standard]:
    return [
        Standard(
            id=one.pk,
            kind=one.kind,
            amount=one.amount,
            start=one.start,
            end=one.end,
            is_summed=one.several == AllowanceStandard.Several.SUM,
            pays_acting=one.pays_acting,
            pays_seconded_in=one.pays_seconded_in,
            pays_seconded_out=one.pays_seconded_out,
        )
        for one in standards(court).standing().order_by("pk")
    ]


def posts_held(
    court: Unit,
    *,
    since: date,
    until: date,
    changed: datetime | None = None,
    officers: Collection[int] | None = None,
) -> list[Held]:
    """Posts held on any day from ``since`` to before ``until``, those of each officer together.

    ``changed`` leaves out officers of whom nothing has changed from that moment on; ``officers``
    all but those.
    """
    posts = _overlapping(Appointment.objects.standing().filter(court=court), since, until)
    if officers is not None:
        posts = posts.filter(officer__in=officers)
    if changed:
        posts = posts.filter(_touched(court, changed))
    away = _secondments(court, since, until)
    rows = posts.order_by("officer_id", "pk").values_list(
        "pk", "officer_id", "post__kind", "nature", "start", "end", "officer__left_on"
    )
    return [
        Held(pk, officer, kind, nature, start, end, left_on, tuple(away.get(pk, ())))
        for pk, officer, kind, nature, start, end, left_on in rows.iterator(AT_ONCE)
    ]


def _overlapping(rows: QuerySet[Any], since: date, until: date) -> QuerySet[Any]:
    return rows.filter(start__lt=until).filter(Q(end=None) | Q(end__gt=since))


def _secondments(court: Unit, since: date, until: date) -> dict[int, list[Span]]:
    rows = _overlapping(Secondment.objects.filter(appointment__court=court), since, until)
    found: dict[int, list[Span]] = defaultdict(list)
    for appointment, start, end in rows.order_by("pk").values_list("appointment", "start", "end"):
        found[appointment].append(Span(start, end))
    return found


def _touched(court: Unit, changed: datetime) -> Q:
    """Rows of officers of whom something has changed since; an appointment counts for all."""
    posts = Appointment.objects.filter(court=court, changed_at__gte=changed).values("officer")
    return Q(officer__in=posts) | Q(officer__updated_at__gte=changed)


@dataclass(frozen=True, slots=True)
class Review:
    """A settled month that changes may concern; ``since`` is the oldest change that counts."""

    month: date
    since: datetime
    is_for_all: bool


def reviews(court: Unit, *, before: date) -> list[Review]:
    """The settled months before a month, with what has to be looked at again."""
    runs = AllowanceRun.objects.filter(court=court, state__in=SETTLED, month__lt=before)
    rows = runs.order_by("month").values_list("month", "computed_at", "approved_at")
    seen = looked_at([SettledMonth(*row) for row in rows])
    changed = list(standards(court).values_list("start", "changed_at"))
    return [_review(month, moment - MARGIN, changed) for month, moment in seen.items()]


def _review(month: date, since: datetime, standards: Iterable[tuple[date, datetime]]) -> Review:
    """A standard that ended since may have been in force, so only its start is looked at."""
    after = next_month(month)
    concerns_all = any(start < after and changed >= since for start, changed in standards)
    return Review(month, since, concerns_all)


def last_changes(court: Unit, *, since: datetime) -> dict[int, datetime]:
    """Officers of whom something has changed since, with the moment of the last change."""
    posts = Appointment.objects.filter(_touched(court, since), court=court)
    rows = posts.values_list("officer").annotate(Max("changed_at"), last=F("officer__updated_at"))
    return {officer: max(changed, updated) for officer, changed, updated in rows}


def settled_amounts(
    court: Unit, *, before: date, changed: datetime | None
) -> dict[date, list[Settled]]:
    """By month, what approved runs come to in all for each appointment and standard."""
    lines = AllowanceLine.objects.filter(run__court=court, run__state__in=SETTLED, month__lt=before)
    if changed:
        lines = lines.filter(_touched(court, changed))
    columns = ("month", "officer", "appointment", "standard", "rate")
    sums = lines.order_by().values_list(*columns).annotate(Sum("amount"))
    found: dict[date, list[Settled]] = defaultdict(list)
    for month, officer, appointment, standard, rate, amount in sums.iterator(AT_ONCE):
        # SQLite adds up in floating point: far nearer to the sum than half a cent.
        settled = Settled(officer, appointment, standard, rate, amount.quantize(CENT))
        found[month].append(settled)
    return found
