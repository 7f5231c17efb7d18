"""What every step of a proposal has in common. Each is part of its caller's transaction."""

from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from cadres.models import Officer
from courtparty.accounts.models import User
from courtparty.accounts.selectors import holders_of
from courtparty.lib.conflicts import Conflict
from courtparty.notices.services import notify_many
from retention.models import Achievement, AwardProposal, AwardRung, ProposalStep
from retention.rules.awards import state_after
from retention.selectors.ladder import blocked_until
from retention.services.achievements import move_achievement

CHECK, DECIDE = "retention.manage_awards", "retention.decide_award"
Action = ProposalStep.Action


class CannotPropose(Exception):
    """The award can't be proposed like this. Its text is for the user."""


class CannotDecide(Exception):
    """The proposal can't be checked or decided like this. Its text is for the user."""


def open_proposal(proposal_id: int, action: str, *, seen: int | None) -> AwardProposal:
    """The proposal, locked, with ``action`` possible and nothing done to it since ``seen``."""
    found = AwardProposal.objects.select_for_update(of=("self",), no_key=True).select_related(
        "officer__court", "officer__department", "officer__user", "rung__court", "proposed_by"
    )
    proposal = found.get(pk=proposal_id)
    last = proposal.steps.order_by("-pk").values_list("pk", flat=True)[0]
    if state_after(proposal.state, action) is None or seen not in (None, last):
        raise overtaken(proposal)
    return proposal


def overtaken(proposal: AwardProposal) -> Conflict:
    text = _("This proposal is “%(state)s” by now: somebody was faster. Nothing was saved.")
    words = {"state": proposal.get_state_display()}
    return Conflict(text % words, url=proposal.get_absolute_url())


def move_proposal(proposal: AwardProposal, action: str, **changed: Any) -> None:
    """Compare-and-set: of two at the same time one finds another state.

    The officer's account is written along, so that the database refuses own decisions even when
    the account was opened after the proposal.
    """
    state = state_after(proposal.state, action)
    here = AwardProposal.objects.filter(pk=proposal.pk, state=proposal.state)
    subject = proposal.officer.user_id
    if state is None or here.update(state=state, subject=subject, **changed) != 1:
        raise overtaken(proposal)
    proposal.refresh_from_db()


def add_step(
    proposal: AwardProposal, action: str, *, by: User, at: datetime, on: date, note: str = ""
) -> ProposalStep:
    return ProposalStep.objects.create(
        proposal=proposal, action=action, on=on, note=note.strip(), by=by, at=at
    )


def refuse_own(officer: Officer, by: User, text: str) -> None:
    if officer.user_id == by.pk:
        raise CannotDecide(text)


def refuse_interval(officer: Officer, rung: AwardRung, *, on: date) -> str:
    """Why the same award can't follow yet, or ''."""
    free = blocked_until(officer, rung, on=on)
    if free is None:
        return ""
    text = _("“%(award)s” was given to this officer not long ago; again from %(day)s.")
    return text % {"award": rung, "day": free.isoformat()}


def move_achievements(proposal: AwardProposal, state: str, *, answer: str = "") -> None:
    """All achievements of a proposal go one way together."""
    for achievement in proposal.achievements.select_for_update(no_key=True).order_by("pk"):
        move_achievement(achievement, state)
        if answer:
            achievement.answer = answer
            achievement.save(update_fields=["answer"])


def tell_desk(proposal: AwardProposal, step: ProposalStep, permission: str, kind: str) -> None:
    """Tell those who may take the next step, but for the officer and whoever took this one."""
    on = timezone.localdate(step.at)
    people = holders_of(permission, proposal.officer.court, on=on)
    people = people.exclude(pk__in=[step.by_id, proposal.officer.user_id or 0]).order_by("pk")
    notify_many(
        [(person, f"{kind}:{step.pk}:{person.pk}") for person in people],
        kind=kind,
        url=proposal.get_absolute_url(),
    )


def earliest(proposal: AwardProposal) -> date:
    """The day of the first achievement behind a proposal."""
    return min(Achievement.objects.filter(proposals=proposal).values_list("achieved_on", flat=True))
