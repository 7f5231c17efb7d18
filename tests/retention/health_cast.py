"""Check-ups and health files for tests. What must never leak is spelt so that it can be found."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from cadres.models import Officer
from courtparty.accounts.models import Unit, User
from retention.models import CheckUp, CheckUpCampaign, CheckUpResult, FollowUp, HealthEntry
from retention.services.checkup_campaigns import make_campaign as make
from retention.services.checkup_campaigns import open_campaign
from retention.services.checkup_results import Finding, enter_result
from retention.services.checkups import finish_checkups
from retention.services.follow_ups import plan_follow_up
from retention.services.health_entries import add_entry

# A Monday, so that reminders go out; and the moment it begins to be worked.
TODAY = date(2026, 6, 1)
NOW = timezone.make_aware(datetime(2026, 6, 1, 9, 0))  # noqa: DTZ001
DAY = timedelta(days=1)

FINDING, ADVICE = "右肺结节findingword", "低盐饮食adviceword"
NOTE, OUTCOME = "电话提醒noteword", "已复查outcomeword"
ENTRY, EXCUSE = "青霉素过敏entryword", "怀孕excuseword"
SYSTOLIC = "173"
# A value that no identifier and no encrypted text can hold by chance.
CHOLESTEROL = "19.83"
SECRETS = (FINDING, ADVICE, NOTE, OUTCOME, ENTRY, EXCUSE, CHOLESTEROL)
VITALS = {"systolic": SYSTOLIC, "diastolic": "95", "cholesterol": CHOLESTEROL}
PDF = b"%PDF-1.7 a report of a check-up"


def campaign_facts(**changed) -> dict:
    facts = {
        "year": 2026,
        "name": "年度体检",
        "start": TODAY - 7 * DAY,
        "end": TODAY + 14 * DAY,
        "place": "门诊楼三层",
        "provider": "示例县人民医院",
        "note": "空腹前往",
    }
    return facts | changed


def make_campaign(
    court: Unit, by: User, *, is_open: bool = True, departments=(), categories=(), **facts
) -> CheckUpCampaign:
    campaign = make(
        court=court,
        facts=campaign_facts(**facts),
        departments=departments,
        categories=list(categories),
        by=by,
        at=NOW,
    )
    if is_open:
        campaign = open_campaign(campaign_id=campaign.pk, by=by, at=NOW)
    return campaign


def checkup_of(officer: Officer, campaign: CheckUpCampaign | None = None) -> CheckUp:
    checkups = CheckUp.objects.filter(officer=officer)
    return (checkups.filter(campaign=campaign) if campaign else checkups).get()


def report(name: str = "体检报告.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "application/pdf")


def finding(**changed) -> Finding:
    vitals = changed.pop("vitals", {code: Decimal(value) for code, value in VITALS.items()})
    facts = {"findings": FINDING, "advice": ADVICE, "recheck_on": None}
    return Finding(vitals=vitals, **facts | changed)


def make_result(
    officer: Officer, by: User, *, campaign=None, done_on=None, file=None, at=NOW, **changed
) -> CheckUpResult:
    return enter_result(
        checkup_id=checkup_of(officer, campaign).pk,
        done_on=done_on or TODAY,
        finding=finding(**changed),
        file=file,
        by=by,
        at=at,
    )


def finish(officer: Officer, by: User, *, done_on: date = TODAY) -> CheckUp:
    checkup = checkup_of(officer)
    finish_checkups(
        campaign_id=checkup.campaign_id, checkup_ids=[checkup.pk], done_on=done_on, by=by, at=NOW
    )
    checkup.refresh_from_db()
    return checkup


def make_entry(officer: Officer, **changed) -> HealthEntry:
    facts = {"kind": "allergy", "text": ENTRY, "on": None, "vitals": {}, "at": NOW}
    return add_entry(officer_id=officer.pk, by=officer.user, **facts | changed)


def make_follow_up(officer: Officer, by: User, **changed) -> FollowUp:
    facts = {"kind": "call", "due_on": TODAY, "note": NOTE, "at": NOW}
    return plan_follow_up(officer_id=officer.pk, by=by, **facts | changed)
