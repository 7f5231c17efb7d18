"""Proposals for awards as their list, the meeting and their page need them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import F, Max, Q, QuerySet

from cadres.models import Officer
from cadres.selectors.officers import searched as searched_officers
from courtparty.accounts.models import User
from courtparty.accounts.scope import court_scope
from courtparty.notices.calendar import working_calendar
from retention.models import AwardProposal, AwardRung, ProposalStep
from retention.models.awards import AwardProposalQuerySet
from retention.rules.awards import DESKS, QuotaUse
from retention.selectors.award_desks import TONES, Due, desk_words, due_of
from retention.selectors.ladder import quota_uses

VIEW, CHECK, DECIDE = "retention.view_awards", "retention.manage_awards", "retention.decide_award"
State = AwardProposal.State

ORDERS = {
    "name": "officer__pinyin",
    "department": "officer__department__name",
    "award": "rung__position",
    "proposed": "proposed_on",
    "due": "due_on",
    "state": "state",
}
DEFAULT_ORDER = "due"


def searched(proposals: AwardProposalQuerySet, text: str, *, user: User) -> AwardProposalQuerySet:
    officers = searched_officers(Officer.objects.all(), text, user=user)
    return proposals.filter(officer__in=officers.values("pk"))


def waiting_for(proposals: AwardProposalQuerySet, user: User) -> AwardProposalQuerySet:
    """Those whose next step is ``user``'s; whoever proposed or checked one does not decide it."""
    to_check = court_scope(user, CHECK, court="officer__court") & Q(
        state__in=[State.PROPOSED, State.REPORTED]
    )
    to_decide = court_scope(user, DECIDE, court="officer__court") & Q(state=State.CHECKED)
    to_decide &= ~Q(proposed_by=user) & ~Q(checked_by=user)
    mine = Q(state=State.RETURNED, proposed_by=user)
    return proposals.filter(to_check | to_decide | mine)


def ordered(proposals: AwardProposalQuerySet, sort: str) -> AwardProposalQuerySet:
    name = sort.removeprefix("-")
    if name not in ORDERS:
        sort, name = DEFAULT_ORDER, DEFAULT_ORDER
    field = F(ORDERS[name])
    down = sort.startswith("-")
    return proposals.order_by(field.desc() if down else field.asc(), "-pk" if down else "pk")


@dataclass(frozen=True, slots=True)
class ProposalRow:
    """A line of the list, in words."""

    pk: int
    name: str
    department: str
    award: str
    level: str
    proposed_on: date
    proposed_by: str
    state: str
    tone: str
    desk: str
    due: Due | None


def proposal_rows(proposals: Iterable[AwardProposal], *, on: date) -> list[ProposalRow]:
    """One query for the calendar beside what reads ``proposals``."""
    calendar = working_calendar()
    return [
        ProposalRow(
            pk=one.pk,
            name=one.officer.name,
            department=one.officer.department.display_name,
            award=one.rung.display_name,
            level=str(one.rung.get_level_display()),
            proposed_on=one.proposed_on,
            proposed_by=str(one.proposed_by),
            state=str(one.get_state_display()),
            tone=TONES[one.state],
            desk=desk_words(one.state),
            due=due_of(one.due_on, on=on, calendar=calendar) if one.state in DESKS else None,
        )
        for one in proposals
    ]


def steps_of(proposal: AwardProposal) -> QuerySet[ProposalStep]:
    return proposal.steps.select_related("by").order_by("pk")


def last_step(proposal: AwardProposal) -> int:
    return steps_of(proposal).values_list("pk", flat=True).order_by("-pk")[0]


def possible_steps(proposal: AwardProposal, user: User) -> frozenset[str]:
    """What ``user`` may do with a proposal now: by state, right and who did what before."""
    if proposal.officer.user_id == user.pk:
        return frozenset()
    is_mine = proposal.proposed_by_id == user.pk
    reach = AwardProposal.objects.filter(pk=proposal.pk)
    checks = user.has_perm(CHECK) and reach.visible_to(user, CHECK).exists()
    decides = user.has_perm(DECIDE) and reach.visible_to(user, DECIDE).exists()
    decides = decides and user.pk not in (proposal.proposed_by_id, proposal.checked_by_id)
    found = {
        State.PROPOSED: ({"check", "return"} if checks else set()),
        State.CHECKED: ({"decide", "return"} if decides else set()),
        State.RETURNED: ({"resubmit"} if is_mine else set()),
        State.REPORTED: ({"reply"} if checks else set()),
    }.get(State(proposal.state), set())
    can_withdraw = is_mine and proposal.state in (State.PROPOSED, State.CHECKED, State.RETURNED)
    return frozenset(found | ({"withdraw"} if can_withdraw else set()))


@dataclass(frozen=True, slots=True)
class MeetingLine:
    """One proposal on the table of a meeting."""

    proposal: AwardProposal
    due: Due
    titles: list[str]
    seen: int


@dataclass(frozen=True, slots=True)
class MeetingRung:
    """The proposals for one award, with the places left this year."""

    rung: AwardRung
    quota: QuotaUse
    lines: list[MeetingLine]


def on_the_table(user: User, *, on: date) -> list[MeetingRung]:
    """What ``user`` may decide now, by award from the highest. A fixed number of queries."""
    proposals = waiting_for(AwardProposal.objects.visible_to(user, DECIDE), user)
    found = list(
        proposals.filter(state=State.CHECKED)
        .select_related("officer__department", "officer__court", "rung__court", "proposed_by")
        .prefetch_related("achievements")
        .annotate(last_step=Max("steps__pk"))
        .order_by("-rung__position", "rung", "due_on", "pk")
    )
    calendar = working_calendar()
    rungs = {one.rung_id: one.rung for one in found}
    quotas = quota_uses(rungs.values(), year=on.year)
    return [
        MeetingRung(
            rung,
            quotas[pk],
            [
                MeetingLine(
                    one,
                    due_of(one.due_on, on=on, calendar=calendar),
                    [achievement.title for achievement in one.achievements.all()],
                    one.last_step,
                )
                for one in found
                if one.rung_id == pk
            ],
        )
        for pk, rung in rungs.items()
    ]
