"""What an officer reads of the own achievements, awards and mentoring."""

from dataclasses import dataclass
from datetime import date

from cadres.models import Officer
from courtparty.accounts.models import User
from courtparty.notices.calendar import working_calendar
from retention.models import Achievement, Award, Mentoring
from retention.selectors.achievements import with_proposal
from retention.selectors.award_desks import TONES, Due, desk_words, due_of
from retention.selectors.ladder import RungStanding, ladder_of
from retention.selectors.mentoring import PairRow, pair_rows, with_meetings

State = Achievement.State


@dataclass(frozen=True, slots=True)
class OwnAchievement:
    """An achievement of the reader's, with how it stands and with whom."""

    achievement: Achievement
    tone: str
    award: str
    desk: str
    due: Due | None
    may_change: bool


@dataclass(frozen=True, slots=True)
class OwnAwards:
    """Everything on the page *My awards*."""

    achievements: list[OwnAchievement]
    awards: list[Award]
    ladder: list[RungStanding]
    pairs: list[PairRow]


def officer_of(user: User) -> Officer | None:
    related = ("court", "department", "branch")
    return Officer.objects.filter(user=user).select_related(*related).first()


def own_awards(officer: Officer, user: User, *, on: date) -> OwnAwards:
    """A fixed number of queries."""
    pairs = with_meetings(Mentoring.objects.of_officer(user)).exclude(state=Mentoring.State.VOID)
    related = ("mentor", "mentee__department")
    given = Award.objects.filter(officer=officer).select_related("proposal")
    return OwnAwards(
        achievements=_achievements(officer, on),
        awards=list(given.order_by("-decided_on", "-pk")),
        ladder=ladder_of(officer, on=on, with_appraisal=True),
        pairs=pair_rows(pairs.select_related(*related).order_by("state", "-start"), on=on),
    )


def _achievements(officer: Officer, on: date) -> list[OwnAchievement]:
    found = with_proposal(Achievement.objects.filter(officer=officer))
    calendar = working_calendar()
    shown = []
    for one in found.prefetch_related("proposals__rung").order_by("-achieved_on", "-pk"):
        is_open = one.state in (State.ENTERED, State.PROPOSED)
        waits = one.proposal_state if one.state == State.PROPOSED else one.state  # type: ignore[attr-defined]
        latest = max(one.proposals.all(), key=lambda proposal: proposal.pk, default=None)
        is_told = latest is not None and one.state in (State.PROPOSED, State.AWARDED)
        shown.append(
            OwnAchievement(
                achievement=one,
                tone=TONES[one.state],
                award=str(latest.rung) if latest and is_told else "",
                desk=desk_words(waits) if is_open else "",
                due=due_of(one.due_on, on=on, calendar=calendar) if is_open else None,
                may_change=one.state == State.ENTERED and one.source == Achievement.Source.OWN,
            )
        )
    return shown
