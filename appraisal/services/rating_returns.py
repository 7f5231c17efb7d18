"""Seeing to it that ratings come back: reminders, and somebody else where a rater falls out."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from appraisal.models import Cycle, Participant, RatingSheet
from appraisal.rules.ratings import Group, Stage, stage_of
from appraisal.selectors.ratings import REPLACED, Court
from appraisal.services.ratings import tell_raters
from courtparty.accounts.models import User
from courtparty.audit.services import record, record_read
from courtparty.notices.services import notify_many

State = RatingSheet.State
KINDS = {
    Stage.BEFORE: "ratings_due",
    Stage.ON: "ratings_due_today",
    Stage.AFTER: "ratings_overdue",
}


class CannotRemind(Exception):
    """Nobody is to be reminded now. Its text is for the user."""


class CannotReplace(Exception):
    """The rater can't be replaced. Its text is for the user."""


@transaction.atomic
def remind_raters(*, on: date) -> int:
    """Tell raters what is still to be handed in: ahead of the last day, on it, and once after.

    Run twice, it tells once. A notice has the cycle's name and a count, and nobody rated is
    named. Returns how many were told now.
    """
    collecting = Cycle.objects.filter(state=Cycle.State.COLLECTING, collect_until__isnull=False)
    told = 0
    for cycle in collecting.order_by("pk"):
        day = cycle.collect_until
        stage = stage_of(on, until=day) if day else None
        if stage is not None:
            told += _tell(cycle, KINDS[stage], key=f"{stage}:{day}", day=f"{day:%Y-%m-%d}")
    return told


@transaction.atomic
def remind_now(*, cycle_id: int, by: User, at: datetime) -> int:
    """Remind everybody who has something left to hand in, at most once a day.

    Refuses while the cycle does not collect, when nothing is left to hand in, and when all of
    them were reminded by hand today. Returns how many were told.
    """
    cycle = Cycle.objects.select_related("court").get(pk=cycle_id)
    _refuse_unless_collecting(cycle, CannotRemind)
    if not RatingSheet.objects.filter(cycle=cycle, state=State.OPEN).exists():
        raise CannotRemind(_("Every rating has been handed in."))
    told = _tell(cycle, "ratings_reminded", key=f"by-hand:{timezone.localdate(at)}")
    if not told:
        raise CannotRemind(_("Everybody who has something left was reminded today already."))
    record("ratings.reminded", by=by, on=cycle, court=cycle.court, count=told)
    return told


def _tell(cycle: Cycle, kind: str, *, key: str, **params: str) -> int:
    """One sentence for all with the same count; the key makes a second telling impossible."""
    url = reverse("appraisal:rating_form", args=[cycle.pk])
    return sum(
        notify_many(
            [(user, f"ratings-due:{cycle.pk}:{key}:{user.pk}") for user in users],
            kind=kind,
            url=url,
            cycle=cycle.name,
            count=count,
            **params,
        )
        for count, users in _by_count(cycle)
    )


def _by_count(cycle: Cycle) -> Iterator[tuple[int, list[User]]]:
    """Who has how many ratings left."""
    open_sheets = RatingSheet.objects.filter(cycle=cycle, state=State.OPEN)
    left = open_sheets.filter(rater__user__is_active=True).values_list("rater__user")
    counts = dict(left.annotate(count=Count("pk")).order_by("rater__user"))
    users = User.objects.in_bulk(counts)
    for count in sorted(set(counts.values())):
        yield count, [users[pk] for pk in counts if counts[pk] == count]


# -- somebody else ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PassedOn:
    """What became of one rater's open ratings."""

    count: int
    without: int  # nobody else was left to ask


@transaction.atomic
def replace_rater(
    *,
    cycle_id: int,
    rater_id: int,
    reason: str,
    by: User,
    at: datetime,
    ratee_id: int | None = None,
) -> PassedOn:
    """Pass what a rater has not handed in on to the next in the lot; ``ratee_id``: of one person.

    What is handed in stays, and so does the own word about oneself, which nobody else can give.
    A draft is lost for good. Where nobody is left to ask, the panel is smaller by one. Whoever is
    asked instead is told. The log counts what went on, but not of one person: it would say who
    was asked about whom. Refuses a cycle that does not collect and an empty reason.
    """
    # Two who pass on at the same moment would ask the same person.
    cycle = (
        Cycle.objects.select_for_update(of=("self",), no_key=True)
        .select_related("court")
        .get(pk=cycle_id)
    )
    _refuse_unless_collecting(cycle, CannotReplace)
    if not reason.strip():
        raise CannotReplace(_("Say why somebody else is to be asked."))
    sheets = _sheets_to_pass_on(cycle, rater_id, ratee_id)
    court = Court(cycle, on=timezone.localdate(at))
    passed_on = [one for sheet in sheets if (one := _pass_on(sheet, court, at)) is not None]
    asked = [one for one in passed_on if one]
    record(
        "ratings.passed_on",
        by=by,
        on=cycle,
        court=cycle.court,
        officer=rater_id,
        reason=reason.strip(),
        **({"count": len(passed_on)} if ratee_id is None else {}),
    )
    _tell_new(cycle, asked)
    return PassedOn(len(passed_on), len(passed_on) - len(asked))


def _sheets_to_pass_on(cycle: Cycle, rater_id: int, ratee_id: int | None) -> list[RatingSheet]:
    found = RatingSheet.objects.filter(cycle=cycle, rater=rater_id, state=State.OPEN)
    if ratee_id is not None:
        found = found.filter(ratee=ratee_id)
    return list(found.exclude(group=Group.SELF).select_related("participant").order_by("pk"))


def _pass_on(sheet: RatingSheet, court: Court, at: datetime) -> int | None:
    """The new sheet's number, 0 where nobody is left; None: it was handed in at this moment."""
    voided = RatingSheet.objects.filter(pk=sheet.pk, state=State.OPEN).update(
        state=State.VOID, marks=None, comment="", saved_at=at
    )
    if voided != 1:
        return None
    ratee: Participant = sheet.participant
    asked = Q(participant=ratee) | Q(cycle=court.cycle) & REPLACED
    not_free = set(RatingSheet.objects.filter(asked).values_list("rater", flat=True))
    free = (one for one in court.others(ratee, Group(sheet.group)) if one not in not_free)
    rater = next(free, None)
    if rater is None:
        return 0
    new = RatingSheet.objects.create(
        cycle=court.cycle,
        participant=ratee,
        ratee_id=ratee.officer_id,
        rater_id=rater,
        group=sheet.group,
    )
    return new.pk


def _tell_new(cycle: Cycle, sheets: list[int]) -> None:
    users = User.objects.filter(officer__ratings_asked__in=sheets).distinct()
    tell_raters(cycle, users, again=f":{max(sheets, default=0)}")


def _refuse_unless_collecting(cycle: Cycle, refusal: type[Exception]) -> None:
    if cycle.state != Cycle.State.COLLECTING:
        raise refusal(_("Ratings are no longer collected in this cycle."))


@transaction.atomic
def open_agreement(*, cycle: Cycle, by: User) -> None:
    """Note in the log that somebody read how far the raters of a cycle agree."""
    record_read("agreement.read", by=by, on=cycle, court=cycle.court)
