"""Proposing an award, checking the proposal, sending it back and giving it up."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cadres.models import Officer
from courtparty.accounts.models import User
from courtparty.audit.services import record, record_read
from courtparty.notices.services import notify
from retention.models import Achievement, AwardProposal, AwardRung
from retention.services.achievements import move_achievement, overtaken
from retention.services.award_steps import (
    CHECK,
    DECIDE,
    Action,
    CannotDecide,
    CannotPropose,
    add_step,
    move_achievements,
    move_proposal,
    open_proposal,
    refuse_interval,
    refuse_own,
    tell_desk,
)

State = AwardProposal.State


@transaction.atomic
def propose_award(
    *,
    officer_id: int,
    rung_id: int,
    achievement_ids: Collection[int],
    reason: str,
    by: User,
    at: datetime,
) -> AwardProposal:
    """Propose an award for achievements of an officer; the political department checks it next.

    The day limit is that of the achievement that waits longest. Refuses an award for oneself, a
    rung of another court or out of use, none or taken achievements, and an award that was given
    too short a time ago. Those who check are told.
    """
    on = timezone.localdate(at)
    officer = Officer.objects.select_related("court", "department", "user").get(pk=officer_id)
    rung = _rung_for(officer, rung_id)
    achievements = _achievements_for(officer, achievement_ids)
    if officer.user_id == by.pk:
        raise CannotPropose(_("Nobody proposes an award for oneself: enter the achievement."))
    if not reason.strip():
        raise CannotPropose(_("Give a reason."))
    if refusal := refuse_interval(officer, rung, on=on):
        raise CannotPropose(refusal)
    proposal = AwardProposal.objects.create(
        officer=officer,
        rung=rung,
        reason=reason.strip(),
        due_on=min(one.due_on for one in achievements),
        subject=officer.user,
        proposed_by=by,
        proposed_on=on,
        created_at=at,
    )
    for achievement in achievements:
        move_achievement(achievement, Achievement.State.PROPOSED)
    proposal.achievements.set(achievements)
    step = add_step(proposal, Action.PROPOSE, by=by, at=at, on=on)
    record("award.proposed", by=by, on=proposal, court=officer.court, count=len(achievements))
    tell_desk(proposal, step, CHECK, "award_to_check")
    return proposal


def _rung_for(officer: Officer, rung_id: int) -> AwardRung:
    rung = AwardRung.objects.in_use().filter(pk=rung_id, court=officer.court).first()
    if rung is None:
        raise CannotPropose(_("Choose an award of this court's ladder that is in use."))
    return rung


def _achievements_for(officer: Officer, ids: Collection[int]) -> list[Achievement]:
    found = Achievement.objects.select_for_update(no_key=True).filter(
        officer=officer, pk__in=set(ids)
    )
    achievements = list(found.order_by("pk"))
    if not achievements or len(achievements) != len(set(ids)):
        raise CannotPropose(_("Choose at least one achievement of this officer."))
    for achievement in achievements:
        if achievement.state != Achievement.State.ENTERED:
            raise overtaken(achievement)
    return achievements


@transaction.atomic
def check_proposal(
    *, proposal_id: int, by: User, at: datetime, note: str = "", seen: int | None = None
) -> AwardProposal:
    """Pass a proposal on to whoever decides, who is told. Refuses the officer's own."""
    proposal = open_proposal(proposal_id, Action.CHECK, seen=seen)
    refuse_own(proposal.officer, by, _("Nobody checks a proposal for oneself."))
    on = timezone.localdate(at)
    move_proposal(proposal, Action.CHECK, checked_by=by)
    step = add_step(proposal, Action.CHECK, by=by, at=at, on=on, note=note)
    record("award.checked", by=by, on=proposal, court=proposal.officer.court)
    tell_desk(proposal, step, DECIDE, "award_to_decide")
    return proposal


@transaction.atomic
def return_proposal(
    *, proposal_id: int, by: User, at: datetime, note: str, seen: int | None = None
) -> AwardProposal:
    """Send a proposal back to whoever made it, with what to put right; the proposer is told.

    The day limit goes on. Refuses the officer's own, and a return without words.
    """
    proposal = open_proposal(proposal_id, Action.RETURN, seen=seen)
    refuse_own(proposal.officer, by, _("Nobody decides about a proposal for oneself."))
    if not note.strip():
        raise CannotDecide(_("Say what has to be put right."))
    on = timezone.localdate(at)
    move_proposal(proposal, Action.RETURN, checked_by=None)
    step = add_step(proposal, Action.RETURN, by=by, at=at, on=on, note=note)
    record("award.returned", by=by, on=proposal, court=proposal.officer.court)
    notify(
        proposal.proposed_by,
        kind="award_returned",
        key=f"award-returned:{step.pk}",
        url=proposal.get_absolute_url(),
    )
    return proposal


@transaction.atomic
def resubmit_proposal(
    *,
    proposal_id: int,
    rung_id: int,
    reason: str,
    by: User,
    at: datetime,
    note: str = "",
    seen: int | None = None,
) -> AwardProposal:
    """Put a returned proposal right and hand it in again; those who check are told.

    Only whoever proposed it may. Refuses what proposing refuses.
    """
    proposal = open_proposal(proposal_id, Action.RESUBMIT, seen=seen)
    _refuse_other(proposal, by)
    on = timezone.localdate(at)
    rung = _rung_for(proposal.officer, rung_id)
    if not reason.strip():
        raise CannotPropose(_("Give a reason."))
    if refusal := refuse_interval(proposal.officer, rung, on=on):
        raise CannotPropose(refusal)
    move_proposal(proposal, Action.RESUBMIT, rung=rung)
    proposal.reason = reason.strip()
    proposal.save(update_fields=["reason"])
    step = add_step(proposal, Action.RESUBMIT, by=by, at=at, on=on, note=note)
    record("award.resubmitted", by=by, on=proposal, court=proposal.officer.court)
    tell_desk(proposal, step, CHECK, "award_to_check")
    return proposal


@transaction.atomic
def withdraw_proposal(
    *, proposal_id: int, by: User, at: datetime, note: str = "", seen: int | None = None
) -> AwardProposal:
    """Give a proposal up before it is decided; its achievements wait again. Nobody is told.

    Only whoever proposed it may.
    """
    proposal = open_proposal(proposal_id, Action.WITHDRAW, seen=seen)
    _refuse_other(proposal, by)
    move_proposal(proposal, Action.WITHDRAW, checked_by=None)
    move_achievements(proposal, Achievement.State.ENTERED)
    add_step(proposal, Action.WITHDRAW, by=by, at=at, on=timezone.localdate(at), note=note)
    record("award.withdrawn", by=by, on=proposal, court=proposal.officer.court)
    return proposal


def _refuse_other(proposal: AwardProposal, by: User) -> None:
    if proposal.proposed_by_id != by.pk:
        raise CannotPropose(_("Only whoever made the proposal may do this."))


@transaction.atomic
def read_proposal(proposal: AwardProposal, *, by: User) -> None:
    """Whoever opens a proposal is named in the officer's own records."""
    officer = proposal.officer
    record_read("award.proposal_read", by=by, on=officer, court=officer.court)
