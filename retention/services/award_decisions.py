"""Deciding proposals: one by one, in a meeting, and by a higher body's reply."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cadres.models import Approval
from cadres.rules.documents import document_number
from cadres.services.approvals import CannotEnter, enter_approval, keep_attachment
from courtparty.accounts.models import Unit, User
from courtparty.audit.services import record
from courtparty.notices.services import notify
from retention.models import Achievement, Award, AwardProposal, AwardRung
from retention.rules.awards import grant_action
from retention.rules.ladder import certificate_words
from retention.selectors.ladder import quota_use
from retention.services.achievements import tell_officer
from retention.services.award_steps import (
    CHECK,
    Action,
    CannotDecide,
    add_step,
    earliest,
    move_achievements,
    move_proposal,
    open_proposal,
    overtaken,
    refuse_interval,
    tell_desk,
)

GRANT, REFUSE = "grant", "refuse"


@dataclass(frozen=True, slots=True)
class Decision:
    """What is decided about one proposal. ``seen``: the last step the decider had before them."""

    proposal_id: int
    is_granted: bool
    note: str = ""
    seen: int | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """The paper an award is given by: for several awards it may be one and the same."""

    number: str = ""
    issued_on: date | None = None
    file: UploadedFile | None = None


@transaction.atomic
def decide_proposals(
    *,
    decisions: Sequence[Decision],
    on: date,
    by: User,
    at: datetime,
    document: Document | None = None,
    over_quota: dict[str, Any] | None = None,
) -> list[AwardProposal]:
    """Decide checked proposals on one day, as a meeting does: all of them or none.

    A grant gives the award, or reports it where a higher body decides. Refuses one's own, what
    one proposed or checked, a refusal without words, a future day, and more than the quota
    unless ``over_quota`` names the document that allows it. Officers and proposers are told.
    """
    if not decisions:
        raise CannotDecide(_("Choose for at least one proposal what is decided."))
    if on > timezone.localdate(at):
        raise CannotDecide(_("The day of the decision lies in the future."))
    paper = _checked_document(document or Document(), on=on)
    _lock_rungs([one.proposal_id for one in decisions if one.is_granted])
    done = []
    for decision in sorted(decisions, key=lambda one: one.proposal_id):
        proposal = open_proposal(decision.proposal_id, Action.REFUSE, seen=decision.seen)
        _refuse_decider(proposal, by, on=on)
        if decision.is_granted:
            _grant(proposal, decision, paper, over_quota, on=on, by=by, at=at)
        else:
            _refuse(proposal, decision.note, on=on, by=by, at=at)
        done.append(proposal)
    return done


def _lock_rungs(proposal_ids: list[int]) -> None:
    """Two decisions about one rung come one after another, so that the last place is given once.

    All of a meeting's before the first proposal and in one order: two meetings that shared rungs
    in another order would wait for each other.
    """
    wanted = AwardProposal.objects.filter(pk__in=proposal_ids).values("rung")
    rungs = AwardRung.objects.select_for_update(no_key=True).filter(pk__in=wanted)
    list(rungs.order_by("pk").values_list("pk"))


def _refuse_decider(proposal: AwardProposal, by: User, *, on: date) -> None:
    if proposal.state != AwardProposal.State.CHECKED:
        raise overtaken(proposal)
    if proposal.officer.user_id == by.pk:
        raise CannotDecide(_("Nobody decides about an award of their own."))
    if by.pk in (proposal.proposed_by_id, proposal.checked_by_id):
        raise CannotDecide(_("Whoever proposed or checked it does not decide it."))
    if on < proposal.proposed_on:
        text = _("One of them was proposed on %(day)s only: the decision can't be earlier.")
        raise CannotDecide(text % {"day": proposal.proposed_on.isoformat()})


def _checked_document(document: Document, *, on: date) -> Document:
    number = document_number(document.number)
    if not number:
        if document.issued_on or document.file:
            raise CannotDecide(_("Give the number of the document too."))
        return Document()
    issued_on = document.issued_on or on
    if issued_on < on:
        raise CannotDecide(_("The document can't be older than the decision."))
    return Document(number, issued_on, document.file)


def _grant(
    proposal: AwardProposal,
    decision: Decision,
    paper: Document,
    over_quota: dict[str, Any] | None,
    *,
    on: date,
    by: User,
    at: datetime,
) -> None:
    # Locked again: the proposal may have been handed in anew for another rung in between.
    rung = AwardRung.objects.select_for_update(of=("self",), no_key=True).select_related("court")
    proposal.rung = rung.get(pk=proposal.rung_id)
    if refusal := refuse_interval(proposal.officer, proposal.rung, on=on):
        raise CannotDecide(refusal)
    approval = _over_quota(proposal.rung, over_quota, on=on, by=by)
    action = grant_action(proposal.rung.level)
    move_proposal(proposal, action, decided_by=by, decided_on=on, over_quota=approval)
    step = add_step(proposal, action, by=by, at=at, on=on, note=decision.note)
    court = proposal.officer.court
    if action == Action.REPORT:
        record("award.reported", by=by, on=proposal, court=court)
        tell_desk(proposal, step, CHECK, "award_reported")
        return
    give_award(proposal, paper, decided_on=on, issuer=court.name, by=by, at=at)
    record("award.granted", by=by, on=proposal, court=court)


def _over_quota(
    rung: AwardRung, facts: dict[str, Any] | None, *, on: date, by: User
) -> Approval | None:
    use = quota_use(rung, year=on.year)
    if use.is_full and facts is None:
        text = _(
            "“%(award)s”: all %(seats)s places of %(year)s are taken. One more needs a document "
            "that approves it."
        )
        raise CannotDecide(text % {"award": rung, "seats": use.seats, "year": on.year})
    if facts is None or not use.is_full:
        return None
    try:
        return enter_approval(court=rung.court, by=by, **facts)
    except CannotEnter as refusal:
        raise CannotDecide(str(refusal)) from None


def _refuse(proposal: AwardProposal, note: str, *, on: date, by: User, at: datetime) -> None:
    if not note.strip():
        raise CannotDecide(_("A refusal needs its reason, for the officer to read."))
    move_proposal(proposal, Action.REFUSE, decided_by=by, decided_on=on)
    close_refused(proposal, note, on=on, by=by, at=at)


def close_refused(proposal: AwardProposal, note: str, *, on: date, by: User, at: datetime) -> None:
    move_achievements(proposal, Achievement.State.DECLINED, answer=note.strip())
    step = add_step(proposal, Action.REFUSE, by=by, at=at, on=on, note=note)
    record("award.refused", by=by, on=proposal, court=proposal.officer.court)
    tell_officer(proposal.officer, "achievement_declined", f"proposal-{step.pk}")
    _tell_proposer(proposal, "award_refused")


def give_award(
    proposal: AwardProposal,
    paper: Document,
    *,
    decided_on: date,
    issuer: str,
    by: User,
    at: datetime,
) -> Award:
    """The award of a granted proposal, in the caller's transaction; officer and proposer hear."""
    officer, rung = proposal.officer, proposal.rung
    move_achievements(proposal, Achievement.State.AWARDED)
    titles = list(proposal.achievements.order_by("achieved_on").values_list("title", flat=True))
    award = Award.objects.create(
        officer=officer,
        rung=rung,
        proposal=proposal,
        officer_name=officer.name,
        rung_name=rung.name,
        rung_name_en=rung.name_en,
        certificate_text=certificate_words(
            rung.certificate_text,
            name=officer.name,
            rung=rung.name,
            year=decided_on.year,
            titles=titles,
        ),
        decided_on=decided_on,
        issuer=issuer,
        days_taken=(decided_on - earliest(proposal)).days,
        document_number=paper.number,
        document_on=paper.issued_on,
        document_file=keep_attachment(paper.file, by=by) if paper.file else None,
        created_at=at,
    )
    tell_officer(officer, "award_granted", str(award.pk))
    _tell_proposer(proposal, "award_given")
    return award


def _tell_proposer(proposal: AwardProposal, kind: str) -> None:
    notify(
        proposal.proposed_by,
        kind=kind,
        key=f"{kind}:{proposal.pk}",
        url=proposal.get_absolute_url(),
    )


@transaction.atomic
def record_reply(
    *,
    proposal_id: int,
    is_granted: bool,
    on: date,
    by: User,
    at: datetime,
    document: Document,
    note: str = "",
    seen: int | None = None,
) -> AwardProposal:
    """Enter what a higher body has decided, under its document; officer and proposer are told.

    Refuses the officer's own, a grant without a document, a refusal without words, and a day in
    the future or before the report.
    """
    action = Action.GRANT if is_granted else Action.REFUSE
    proposal = open_proposal(proposal_id, action, seen=seen)
    if proposal.state != AwardProposal.State.REPORTED or proposal.decided_on is None:
        raise overtaken(proposal)
    if proposal.officer.user_id == by.pk:
        raise CannotDecide(_("Nobody enters the reply about an award of their own."))
    if not proposal.decided_on <= on <= timezone.localdate(at):
        text = _("The reply is dated between the report (%(day)s) and today.")
        raise CannotDecide(text % {"day": proposal.decided_on.isoformat()})
    if is_granted:
        if not document.number.strip():
            raise CannotDecide(_("Give the number of the document."))
        paper = Document(document_number(document.number), document.issued_on or on, document.file)
        move_proposal(proposal, action)
        add_step(proposal, action, by=by, at=at, on=on, note=note)
        body = proposal.rung.decided_by or proposal.officer.court.name
        give_award(proposal, paper, decided_on=on, issuer=body, by=by, at=at)
        record("award.granted", by=by, on=proposal, court=_court(proposal))
        return proposal
    if not note.strip():
        raise CannotDecide(_("A refusal needs its reason, for the officer to read."))
    move_proposal(proposal, action)
    close_refused(proposal, note, on=on, by=by, at=at)
    return proposal


def _court(proposal: AwardProposal) -> Unit:
    return proposal.officer.court
