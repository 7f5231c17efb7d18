"""Achievements as their list and their page need them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from cadres.models import Officer
from cadres.selectors.officers import searched as searched_officers
from courtparty.accounts.models import User
from courtparty.accounts.scope import unit_scope
from courtparty.notices.calendar import working_calendar
from retention.models import Achievement, AwardProposal
from retention.models.achievements import AchievementQuerySet
from retention.rules.awards import DESKS
from retention.selectors.award_desks import TONES, Due, desk_words, due_of

VIEW, PROPOSE = "retention.view_awards", "retention.propose_award"
State = Achievement.State

# The keys of ?sort=.
ORDERS = {
    "name": "officer__pinyin",
    "department": "officer__department__name",
    "title": "title",
    "achieved": "achieved_on",
    "due": "due_on",
    "state": "state",
}
DEFAULT_ORDER = "due"


def with_proposal(achievements: AchievementQuerySet) -> AchievementQuerySet:
    """With the state and number of the latest proposal that rests on each of them."""
    latest = AwardProposal.objects.filter(achievements=OuterRef("pk")).order_by("-pk")
    return achievements.annotate(
        proposal_state=Subquery(latest.values("state")[:1]),
        proposal_pk=Subquery(latest.values("pk")[:1]),
    )


def searched(achievements: AchievementQuerySet, text: str, *, user: User) -> AchievementQuerySet:
    """Those with it in what was achieved, or whose officer's name, pinyin or initials it is."""
    officers = searched_officers(Officer.objects.all(), text, user=user)
    return achievements.filter(Q(title__contains=text) | Q(officer__in=officers.values("pk")))


def late(achievements: AchievementQuerySet, *, on: date) -> AchievementQuerySet:
    return achievements.under_way().filter(due_on__lt=on)


def at_desk(achievements: AchievementQuerySet, desk: str) -> AchievementQuerySet:
    """Those that wait with one desk."""
    states = [state for state, name in DESKS.items() if name == desk]
    if State.ENTERED in states:
        return achievements.filter(state=State.ENTERED)
    return achievements.filter(state=State.PROPOSED, proposal_state__in=states)  # type: ignore[misc]


def ordered(achievements: AchievementQuerySet, sort: str) -> AchievementQuerySet:
    """In the order ?sort= asks for; by itself what is due first comes first."""
    name = sort.removeprefix("-")
    if name not in ORDERS:
        sort, name = DEFAULT_ORDER, DEFAULT_ORDER
    field = F(ORDERS[name])
    down = sort.startswith("-")
    return achievements.order_by(field.desc() if down else field.asc(), "-pk" if down else "pk")


@dataclass(frozen=True, slots=True)
class AchievementRow:
    """A line of the list, in words."""

    pk: int
    officer_pk: int
    name: str
    department: str
    title: str
    kind: str
    achieved_on: date
    entered_on: date
    state: str
    tone: str
    desk: str
    due: Due | None
    proposal_pk: int | None

    @property
    def due_on(self) -> date | None:
        return self.due.day if self.due else None

    @property
    def days_late(self) -> int:
        return self.due.late if self.due else 0


def achievement_rows(achievements: Iterable[Achievement], *, on: date) -> list[AchievementRow]:
    """One query for the calendar beside what reads ``achievements`` (see ``with_proposal``)."""
    calendar = working_calendar()
    rows = []
    for one in achievements:
        is_open = one.state in (State.ENTERED, State.PROPOSED)
        waits = one.proposal_state if one.state == State.PROPOSED else one.state  # type: ignore[attr-defined]
        rows.append(
            AchievementRow(
                pk=one.pk,
                officer_pk=one.officer_id,
                name=one.officer.name,
                department=one.officer.department.display_name,
                title=one.title,
                kind=str(one.get_kind_display()),
                achieved_on=one.achieved_on,
                entered_on=one.entered_on,
                state=str(one.get_state_display()),
                tone=TONES[one.state],
                desk=desk_words(waits) if is_open else "",
                due=due_of(one.due_on, on=on, calendar=calendar) if is_open else None,
                proposal_pk=one.proposal_pk,  # type: ignore[attr-defined]
            )
        )
    return rows


def officers_to_enter_for(user: User) -> QuerySet[Officer]:
    """Officers in service for whom ``user`` may enter achievements and propose awards."""
    units = ("department", "branch")
    reach = Officer.objects.filter(unit_scope(user, PROPOSE, court="court", units=units))
    in_service = reach.in_service().exclude(user=user)
    return in_service.select_related("department").order_by("department__path", "pinyin", "pk")


def officer_choices(officers: Iterable[Officer]) -> list[tuple[str, str]]:
    return [(str(one.pk), f"{one.name} · {one.department.display_name}") for one in officers]


def to_propose(achievement: Achievement) -> Sequence[Achievement]:
    """Entries of the same officer that wait for a proposal, this one first."""
    waiting = Achievement.objects.filter(officer=achievement.officer_id, state=State.ENTERED)
    return sorted(waiting, key=lambda one: (one.pk != achievement.pk, one.achieved_on, one.pk))


@dataclass(frozen=True, slots=True)
class PossibleSteps:
    """What a reader may do with an achievement now."""

    change: bool = False
    propose: bool = False
    decline: bool = False
    reopen: bool = False


def possible_with(achievement: Achievement, user: User) -> PossibleSteps:
    is_own = achievement.officer.user_id == user.pk
    is_waiting = achievement.state == State.ENTERED
    is_own_entry = achievement.source == Achievement.Source.OWN
    if is_own:
        return PossibleSteps(change=is_waiting and is_own_entry)
    reach = Achievement.objects.within(user, PROPOSE).filter(pk=achievement.pk)
    if not (user.has_perm(PROPOSE) and reach.exists()):
        return PossibleSteps()
    return PossibleSteps(
        change=is_waiting and not is_own_entry,
        propose=is_waiting,
        decline=is_waiting,
        reopen=achievement.state == State.DECLINED,
    )
