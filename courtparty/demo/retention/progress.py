"""Achievements on their way to awards: given, late, waiting for the decision; and a mentor."""

from cadres.models import Officer
from courtparty.accounts.models import User
from courtparty.demo.retention.cast import Cast, account_of
from retention.models import Achievement, AwardProposal, AwardRung
from retention.services.achievements import Facts, enter_achievement
from retention.services.award_decisions import Decision, Document, decide_proposals
from retention.services.award_proposals import check_proposal, propose_award
from retention.services.mentoring import make_pair, note_meeting
from retention.services.rungs import seed_rungs

Kind = Achievement.Kind
# Longer ago than the thirty working days within which an award is decided, holidays included.
LATE = 75


def fill_progress(cast: Cast) -> None:
    seed_rungs(cast.court, by=cast.political)
    ladder = AwardRung.objects.filter(court=cast.court).order_by("position")
    praise, commendation = ladder[0], ladder[1]
    _given(cast, praise)
    _late(cast, commendation)
    _waiting(cast, praise)
    _enter(cast, cast.clerks[0], Kind.COMPETITION, "书记员速录技能竞赛二等奖", 6, by=cast.head)
    _mentoring(cast)


def _given(cast: Cast, rung: AwardRung) -> None:
    own = account_of(cast.officer)
    found = _enter(cast, cast.officer, Kind.CASEWORK, "妥善化解涉百人物业纠纷系列案", 40, by=own)
    proposal = _propose(cast, found, rung, 35)
    day = cast.ago(20)
    check_proposal(proposal_id=proposal.pk, by=cast.political, at=cast.at(cast.ago(30)))
    decide_proposals(
        decisions=[Decision(proposal.pk, is_granted=True, note="同意")],
        on=day,
        by=cast.president,
        at=cast.at(day),
        document=Document(f"示法〔{day.year}〕12号", day),
    )


def _late(cast: Cast, rung: AwardRung) -> None:
    """Proposed, and left lying at the political department."""
    found = _enter(cast, cast.judges[1], Kind.RESEARCH, "调研文章获省级征文奖", LATE, by=cast.head)
    _propose(cast, found, rung, LATE - 5)


def _waiting(cast: Cast, rung: AwardRung) -> None:
    found = _enter(
        cast, cast.assistants[0], Kind.URGENT, "防汛值守中连夜转移卷宗", 14, by=cast.head
    )
    proposal = _propose(cast, found, rung, 10)
    check_proposal(proposal_id=proposal.pk, by=cast.political, at=cast.at(cast.ago(3)))


def _enter(
    cast: Cast, officer: Officer, kind: str, title: str, days: int, *, by: User
) -> Achievement:
    return enter_achievement(
        officer_id=officer.pk,
        facts=Facts(kind, f"{title}（演示）", cast.ago(days + 3), "情节虚构，仅供演示。"),
        by=by,
        at=cast.at(cast.ago(days)),
    )


def _propose(cast: Cast, found: Achievement, rung: AwardRung, days: int) -> AwardProposal:
    return propose_award(
        officer_id=found.officer_id,
        rung_id=rung.pk,
        achievement_ids=[found.pk],
        reason="工作扎实，成效明显，建议及时奖励。（演示）",
        by=cast.head,
        at=cast.at(cast.ago(days)),
    )


def _mentoring(cast: Cast) -> None:
    """The officer with the judge who came to the work last."""
    newest = max(cast.judges, key=lambda judge: str(judge.work_since))
    pair = make_pair(
        mentor_id=cast.officer.pk,
        mentee_id=newest.pk,
        start=cast.ago(60),
        aims="提高庭审驾驭能力，半年内清理一年以上未结案件。（演示）",
        by=cast.head,
        at=cast.at(cast.ago(60)),
    )
    note_meeting(
        mentoring_id=pair.pk,
        met_on=cast.ago(12),
        text="旁听庭审后讨论争议焦点的归纳，逐件梳理未结案件。（演示）",
        by=account_of(cast.officer),
        at=cast.at(cast.ago(12)),
    )
