"""A check-up campaign under way, what it found for a few, what an officer added, an emergency."""

from datetime import timedelta
from decimal import Decimal

from courtparty.demo.retention.cast import Cast, account_of
from retention.models import CheckUp, CheckUpCampaign, FollowUp, HealthEntry
from retention.services.break_glass import ask_to_open
from retention.services.checkup_campaigns import make_campaign, open_campaign
from retention.services.checkup_results import Finding, enter_result
from retention.services.checkups import finish_checkups
from retention.services.follow_ups import plan_follow_up
from retention.services.health_entries import add_entry

# Of those whose day has passed, so many have not come yet.
NOT_COME = 3
USUAL = {
    "height": "171.0", "weight": "66.5", "systolic": "118", "diastolic": "76", "pulse": "72",
    "hb": "146", "glucose": "5.2", "cholesterol": "4.60", "triglycerides": "1.20",
}  # fmt: skip
# What is out of range, what was written, what was advised, and in how many days to look again.
FOUND: list[tuple[dict[str, str], str, str, int | None]] = [
    ({"systolic": "146", "diastolic": "94"}, "血压偏高（演示）", "低盐饮食，规律作息", 30),
    ({"glucose": "6.8"}, "空腹血糖偏高（演示）", "三个月内复查血糖", 90),
    ({"cholesterol": "5.60"}, "血脂略高（演示）", "清淡饮食，适量运动", None),
    ({}, "各项未见明显异常（演示）", "坚持锻炼", None),
]


def fill_health(cast: Cast) -> None:
    campaign = _campaign(cast)
    _results(cast, campaign)
    _own_entries(cast)
    plan_follow_up(
        officer_id=cast.officer.pk,
        kind=FollowUp.Kind.CALL,
        due_on=cast.ahead(7),
        note="电话了解血压情况（演示）",
        by=cast.steward,
        at=cast.at(),
    )
    ask_to_open(
        officer=cast.judges[0],
        reason="开庭时突然晕倒，急救人员询问用药与过敏史（演示）",
        by=cast.head,
        at=cast.at(),
    )


def _campaign(cast: Cast) -> CheckUpCampaign:
    start = cast.this_year(45)
    campaign = make_campaign(
        court=cast.court,
        facts={
            "year": start.year,
            "name": "年度体检",
            "start": start,
            "end": cast.ahead(20),
            "place": "示例县人民医院体检中心",
            "provider": "示例县人民医院",
            "note": "空腹前往，携带身份证",
        },
        departments=[],
        categories=[],
        by=cast.steward,
        at=cast.at(start),
    )
    return open_campaign(campaign_id=campaign.pk, by=cast.steward, at=cast.at(start))


def _results(cast: Cast, campaign: CheckUpCampaign) -> None:
    """Found for a few; everybody else whose day has passed came on it, but for the last."""
    people = [cast.officer, *cast.judges[1:2], *cast.clerks[:1], *cast.assistants[:1]]
    for officer, (values, findings, advice, days) in zip(people, FOUND, strict=True):
        checkup = campaign.checkups.get(officer=officer)
        done_on = min(checkup.due_on, cast.on)
        vitals = {code: Decimal(value) for code, value in (USUAL | values).items()}
        recheck_on = done_on + timedelta(days=days) if days else None
        enter_result(
            checkup_id=checkup.pk,
            done_on=done_on,
            finding=Finding(vitals, findings, advice, recheck_on),
            by=cast.steward,
            at=cast.at(),
        )
    passed = campaign.checkups.filter(state=CheckUp.State.DUE, due_on__lt=cast.on)
    came = list(passed.order_by("due_on", "pk"))[:-NOT_COME]
    for day in sorted({checkup.due_on for checkup in came}):
        finish_checkups(
            campaign_id=campaign.pk,
            checkup_ids=[checkup.pk for checkup in came if checkup.due_on == day],
            done_on=day,
            by=cast.steward,
            at=cast.at(),
        )


def _own_entries(cast: Cast) -> None:
    user = account_of(cast.officer)
    kinds = HealthEntry.Kind
    for kind, text, day, vitals in [
        (kinds.ALLERGY, "青霉素过敏（演示）", None, {}),
        (kinds.CONTACT, "家属电话：00000000000（演示）", None, {}),
        (kinds.MEASUREMENT, "", cast.ago(2), {"systolic": "138", "diastolic": "88"}),
    ]:
        add_entry(
            officer_id=cast.officer.pk,
            kind=kind,
            text=text,
            on=day,
            vitals={code: Decimal(value) for code, value in vitals.items()},
            by=user,
            at=cast.at(),
        )
