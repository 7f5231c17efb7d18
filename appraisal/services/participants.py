"""Deciding who takes part: left out by decision, taken in, and for which months."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from appraisal.models import Cycle, Participant, RatingSheet
from appraisal.rules.cycles import is_roll_open
from appraisal.selectors.candidates import candidates, reported_months
from appraisal.services import ratings
from appraisal.services.freezing import participant_of, write_participants
from cadres.models import Officer
from courtparty.accounts.models import User
from courtparty.audit.services import record
from courtparty.lib.dates import Period
from courtparty.lib.words import listed

Excluded = Participant.Excluded


class CannotDecide(Exception):
    """Who takes part can't be decided like this now. Its text is for the user."""


@transaction.atomic
def leave_out(*, cycle_id: int, officer_id: int, document: str, by: User) -> Participant:
    """Leave an officer out of a cycle by decision; the document says whose.

    Ratings of and by the officer that are still open are no longer asked for. Refuses an empty
    document, an officer who is not in the cycle or left out already, and once collecting is
    closed. Nobody is told.
    """
    cycle = _cycle_to_decide(cycle_id)
    if not document.strip():
        raise CannotDecide(_("Name the document that decides it."))
    participant = _participant(cycle, officer_id)
    if participant.excluded == Excluded.LEFT_OUT:
        raise CannotDecide(_("This officer is left out already."))
    participant.excluded = Excluded.LEFT_OUT
    participant.left_out_why = document.strip()
    participant.save()
    void_ratings_of_left_out(cycle)
    record(
        "participant.left_out",
        by=by,
        on=cycle,
        court=cycle.court,
        officer=officer_id,
        basis=participant.left_out_why,
    )
    return participant


@transaction.atomic
def take_in(*, cycle_id: int, officer_id: int, by: User, at: datetime) -> None:
    """Take in an officer who was left out or who joined since, as the roster stands now.

    While ratings are collected the panels are drawn for the officer, and the raters told.
    Refuses an officer who takes part already, and once collecting is closed. Who has no index
    set or no month in post stays out, and is listed with that reason.
    """
    cycle = _cycle_to_decide(cycle_id)
    known = Participant.objects.filter(cycle=cycle, officer=officer_id).first()
    if cycle.state == Cycle.State.PREPARING:
        if known is None or known.excluded != Excluded.LEFT_OUT:
            raise CannotDecide(_("This officer is not left out."))
        known.delete()
    else:
        if known is not None and not known.excluded:
            raise CannotDecide(_("This officer takes part already."))
        _freeze_one(cycle, officer_id)
        ask_for_ratings(cycle, by=by, at=at)
    record("participant.taken_in", by=by, on=cycle, court=cycle.court, officer=officer_id)


def _freeze_one(cycle: Cycle, officer_id: int) -> None:
    left_out = Participant.objects.filter(cycle=cycle, officer=officer_id)
    left_out.update(excluded=Excluded.NO_SET, left_out_why="")
    found = candidates(cycle, officer_ids=[officer_id])
    if not found:
        raise CannotDecide(_("This officer was not on the roster of the court in this period."))
    write_participants(cycle, found)


@transaction.atomic
def correct_months(
    *, participant_id: int, months: Iterable[date], reason: str, by: User, at: datetime
) -> Participant:
    """Set the months in post of somebody who takes part, with the reason in the log.

    Refuses months outside the period, none at all, to leave out months with figures, which
    count whatever is decided here, an empty reason, and once collecting is closed. Whoever had no
    month before then takes part, and raters are drawn and told.
    """
    participant = Participant.objects.select_related("cycle").get(pk=participant_id)
    cycle, chosen = _cycle_to_decide(participant.cycle_id), sorted(set(months))
    period = Period(cycle.start, cycle.end)
    if not chosen or any(month not in period for month in chosen):
        raise CannotDecide(_("Choose one or more months of the period."))
    if not reason.strip():
        raise CannotDecide(_("Say why the months are corrected."))
    if left := sorted(reported_months(cycle, participant.officer_id) - set(chosen)):
        text = _("Figures are stored for %(months)s: a month with figures counts as in post.")
        raise CannotDecide(text % {"months": listed(f"{month:%Y-%m}" for month in left)})
    participant.months = [f"{month:%Y-%m}" for month in chosen]
    joins = participant.excluded == Excluded.NO_MONTHS
    if joins:
        participant.excluded = ""
    participant.save(update_fields=["months", "excluded"])
    if joins:
        ask_for_ratings(cycle, by=by, at=at)
    record(
        "participant.months_corrected",
        by=by,
        on=cycle,
        court=cycle.court,
        officer=participant.officer_id,
        months=participant.months,
        reason=reason.strip(),
    )
    return participant


def ask_for_ratings(cycle: Cycle, *, by: User | None, at: datetime) -> None:
    """Draw the panels that are missing; nobody left out is asked or asked about."""
    ratings.draw_panels(cycle=cycle, by=by, at=at)
    void_ratings_of_left_out(cycle)


def void_ratings_of_left_out(cycle: Cycle) -> None:
    left_out = Participant.objects.filter(cycle=cycle, excluded=Excluded.LEFT_OUT)
    of_them = Q(participant__in=left_out) | Q(rater__in=left_out.values("officer"))
    open_ones = RatingSheet.objects.filter(of_them, cycle=cycle, state=RatingSheet.State.OPEN)
    open_ones.update(state=RatingSheet.State.VOID)


def _cycle_to_decide(cycle_id: int) -> Cycle:
    cycle = (
        Cycle.objects.select_for_update(of=("self",), no_key=True)
        .select_related("court")
        .get(pk=cycle_id)
    )
    if not is_roll_open(cycle.state):
        raise CannotDecide(
            _("Collecting is closed: who takes part is fixed. Go back to collecting first.")
        )
    return cycle


def _participant(cycle: Cycle, officer_id: int) -> Participant:
    """The row there is; while the cycle is being prepared, the one that would be frozen."""
    known = Participant.objects.filter(cycle=cycle, officer=officer_id).first()
    if known is not None:
        return known
    if cycle.state == Cycle.State.PREPARING:
        for one in candidates(cycle, officer_ids=[officer_id]):
            return participant_of(cycle, one)
    name = Officer.objects.get(pk=officer_id).name
    raise CannotDecide(_("%(name)s is not in this cycle.") % {"name": name})
