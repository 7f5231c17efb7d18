from datetime import date
from decimal import Decimal

from retention.services.health_corrections import ask_correction
from retention.services.reference_ranges import set_range
from tests.access import EVERYONE, OWN, POLITICAL_ELSEWHERE, SECRETARIES, Row, pk_of, rest
from tests.retention.health_cast import (
    NOW,
    make_campaign,
    make_entry,
    make_follow_up,
    make_result,
    report,
)

STEWARD = ["steward"]
READ = [*SECRETARIES, "head", "political", "steward", "president"]
OFFICERS = [OWN, "outsider"]
OWN_OR_STEWARD = [OWN, "steward"]


def reading(name: str) -> Row:
    return Row(get=READ, args=pk_of(name), unseen=POLITICAL_ELSEWHERE)


def keeping(name: str = "") -> Row:
    args = pk_of(name) if name else lambda world: []
    return Row(get=STEWARD, post=STEWARD, args=args)


def of_own(name: str, *, get: bool = True) -> Row:
    return Row(get=[OWN] if get else None, post=[OWN], args=pk_of(name), unseen=rest([OWN]))


ROWS: dict[str, Row] = {
    "retention:checkup_campaigns": Row(get=[*READ, "outsider_political"]),
    "retention:checkup_campaign": reading("campaign"),
    "retention:checkup_export": reading("campaign"),
    "retention:checkups_finish": Row(post=STEWARD, args=pk_of("campaign")),
    "retention:checkup_campaign_make": keeping(),
    "retention:checkup_campaign_change": keeping("campaign"),
    "retention:checkup_campaign_add": keeping("campaign"),
    "retention:checkup_campaign_open": keeping("planned_campaign"),
    "retention:checkup_campaign_close": keeping("campaign"),
    "retention:checkup_campaign_reopen": keeping("campaign"),
    "retention:checkup_campaign_delete": keeping("planned_campaign"),
    "retention:checkup": Row(get=STEWARD, args=pk_of("checkup")),
    "retention:checkup_finish": keeping("checkup"),
    "retention:checkup_excuse": keeping("checkup"),
    "retention:checkup_move": keeping("checkup"),
    "retention:checkup_take_back": keeping("checkup"),
    "retention:checkup_remove": keeping("planned_checkup"),
    "retention:result_enter": keeping("checkup"),
    "retention:health_list": Row(get=STEWARD),
    "retention:follow_up_list": Row(get=STEWARD),
    "retention:follow_up_plan": keeping("officer"),
    "retention:follow_up_close": keeping("follow_up"),
    "retention:follow_up_move": keeping("follow_up"),
    "retention:health_ranges": Row(get=STEWARD),
    "retention:health_range_set": keeping(),
    "retention:health_range_reset": Row(post=STEWARD, args=pk_of("range")),
    "retention:health_correction_decline": keeping("health_correction"),
    "retention:health_file": keeping("officer"),
    "retention:result_correct": keeping("checkup_result"),
    "retention:result_recheck": Row(
        get=OWN_OR_STEWARD,
        post=OWN_OR_STEWARD,
        args=pk_of("checkup_result"),
        unseen=rest(OWN_OR_STEWARD),
    ),
    "retention:result_file": Row(
        get=OWN_OR_STEWARD, args=pk_of("checkup_result"), unseen=rest(OWN_OR_STEWARD)
    ),
    "retention:result_file_before": Row(get=[], args=lambda world: [10**6], unseen=EVERYONE),
    "retention:entry_file": Row(
        get=OWN_OR_STEWARD, args=pk_of("health_entry"), unseen=rest(OWN_OR_STEWARD)
    ),
    "retention:my_health": Row(get=EVERYONE),
    "retention:my_health_download": Row(post=OFFICERS, unseen=rest(OFFICERS)),
    "retention:my_health_entry_add": Row(get=OFFICERS, post=OFFICERS, unseen=rest(OFFICERS)),
    "retention:my_health_entry_change": of_own("health_entry"),
    "retention:my_health_entry_remove": of_own("health_entry"),
    "retention:my_health_correct": of_own("checkup_result"),
    "retention:my_health_withdraw": of_own("health_correction", get=False),
}


def build(world, cast) -> dict[str, object]:
    """A campaign under way and a planned one, with one of everything in the officer's file."""
    steward, officer = cast("steward"), cast("officer")
    campaign = make_campaign(officer.court, steward)
    planned = make_campaign(officer.court, steward, is_open=False, name="planned")
    result = make_result(
        officer, steward, campaign=campaign, recheck_on=date(2026, 9, 1), file=report()
    )
    return {
        "campaign": campaign,
        "planned_campaign": planned,
        "checkup": campaign.checkups.get(officer=officer),
        "planned_checkup": planned.checkups.get(officer=officer),
        "checkup_result": result,
        "health_entry": make_entry(officer, file=report()),
        "follow_up": make_follow_up(officer, steward),
        "health_correction": ask_correction(
            result_id=result.pk, proposed="x", reason="", by=officer.user, at=NOW
        ),
        "range": set_range(
            court=officer.court,
            code="pulse",
            sex="",
            low=Decimal(50),
            high=None,
            source="x",
            by=steward,
        ),
    }
