"""Achievements, proposals, awards and pairs for tests, made through the services themselves."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from cadres.models import Officer
from courtparty.accounts.models import Unit, User
from retention.models import Achievement, Award, AwardProposal, AwardRung, Mentoring
from retention.services.achievements import Facts, enter_achievement
from retention.services.award_decisions import Decision, Document, decide_proposals
from retention.services.award_proposals import check_proposal, propose_award
from retention.services.mentoring import make_pair as make

# A Monday, so that reminders go out; and a moment of it.
TODAY = date(2026, 6, 1)
NOW = timezone.make_aware(datetime(2026, 6, 1, 9, 0))  # noqa: DTZ001
DAY = timedelta(days=1)
WORDS = "{name}同志：\n鉴于你在{year}年度工作中成绩突出（{reason}），决定给予{rung}。\n以资鼓励。"

SECRETS = ("独自蹲守descriptionword", "长期超负荷reasonword", "证据不足answerword")
DESCRIPTION, REASON, ANSWER = SECRETS
PDF = b"%PDF-1.7 a certificate of a contest"


def make_rung(court: Unit, **changed) -> AwardRung:
    facts = {
        "name": "嘉奖",
        "name_en": "commendation",
        "position": 2,
        "certificate_text": WORDS,
    }
    return AwardRung.objects.create(court=court, **facts | changed)


def make_limited_rung(court: Unit, seats: int, **changed) -> AwardRung:
    return make_rung(court, quota_kind="number", quota_value=Decimal(seats), **changed)


def facts_of(**changed) -> Facts:
    facts = {
        "kind": "casework",
        "title": "办结重大涉众案件",
        "achieved_on": TODAY - 5 * DAY,
        "description": DESCRIPTION,
    }
    return Facts(**facts | changed)


def evidence(name: str = "证书.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="application/pdf")


def make_achievement(officer: Officer, *, by: User, at=NOW, file=None, **changed) -> Achievement:
    return enter_achievement(
        officer_id=officer.pk, facts=facts_of(**changed), by=by, at=at, file=file
    )


def make_proposal(
    officer: Officer, rung: AwardRung, *, by: User, at=NOW, achievement=None, **changed
) -> AwardProposal:
    achievement = achievement or make_achievement(officer, by=by, at=at, **changed)
    return propose_award(
        officer_id=officer.pk,
        rung_id=rung.pk,
        achievement_ids=[achievement.pk],
        reason=REASON,
        by=by,
        at=at,
    )


def make_checked(
    officer: Officer, rung: AwardRung, *, by: User, checker: User, at=NOW, **changed
) -> AwardProposal:
    proposal = make_proposal(officer, rung, by=by, at=at, **changed)
    return check_proposal(proposal_id=proposal.pk, by=checker, at=at)


def decide(*proposals: AwardProposal, by: User, at=NOW, on=TODAY, granted=True, **more):
    note = more.pop("note", "" if granted else ANSWER)
    decisions = [Decision(one.pk, granted, note) for one in proposals]
    return decide_proposals(decisions=decisions, on=on, by=by, at=at, **more)


def make_award(
    officer: Officer,
    rung: AwardRung,
    *,
    by: User,
    checker: User,
    decider: User,
    number: str = "",
    **changed,
) -> Award:
    proposal = make_checked(officer, rung, by=by, checker=checker, **changed)
    decide(proposal, by=decider, document=Document(number))
    return Award.objects.get(proposal=proposal)


def make_pair(mentor: Officer, mentee: Officer, *, by: User, at=NOW, **changed) -> Mentoring:
    facts = {"start": TODAY - 10 * DAY, "aims": "独立办理简易案件aimsword", "end": None}
    return make(mentor_id=mentor.pk, mentee_id=mentee.pk, by=by, at=at, **facts | changed)
