from django.utils import timezone

from tests.access import EVERYONE, OWN, POLITICAL_ELSEWHERE, SECRETARIES, Row, pk_of, rest
from tests.retention.screening_cast import (
    make_break_glass,
    make_opening,
    make_report,
    make_screening,
)

STEWARD = ["steward"]
ASKERS = [*SECRETARIES, "head", "political", *POLITICAL_ELSEWHERE]
DECIDERS = ["president", "steward"]
BOARD = [*SECRETARIES, "political", "president"]
OFFICERS = [OWN, "outsider"]


def own_instrument(*, post: bool = True) -> Row:
    return Row(
        get=OFFICERS,
        post=OFFICERS if post else None,
        args=lambda world: ["pss10"],
        unseen=rest(OFFICERS),
    )


def own_result(*, post: bool = True) -> Row:
    return Row(get=[OWN], post=[OWN] if post else None, args=pk_of("screening"), unseen=rest([OWN]))


def call(*, post: bool = True) -> Row:
    return Row(get=STEWARD, post=STEWARD if post else None, args=pk_of("call"))


def asked_by(role: str, of: str, *, get: bool = True) -> Row:
    others = [one for one in ASKERS if one != role]
    return Row(get=[role] if get else None, post=[role], args=pk_of(of), unseen=others)


ROWS: dict[str, Row] = {
    "retention:my_screening": Row(get=EVERYONE),
    "retention:screening_consent": own_instrument(),
    "retention:screening_take": own_instrument(),
    "retention:screening_withdraw": own_instrument(),
    "retention:screening_withdrawn": own_instrument(post=False),
    "retention:screening_result": own_result(post=False),
    "retention:screening_share": own_result(),
    "retention:screening_unshare": own_result(),
    "retention:screening_delete": own_result(),
    "retention:alert_list": Row(get=STEWARD),
    "retention:alert_detail": call(post=False),
    "retention:alert_result": Row(get=STEWARD, args=lambda world: [world.call.pk, world.shared.pk]),
    "retention:alert_called": call(),
    "retention:alert_not_reached": call(),
    "retention:alert_close": call(),
    "retention:screening_campaign_list": Row(get=STEWARD),
    "retention:screening_campaign_start": Row(get=STEWARD, post=STEWARD),
    "retention:screening_settings": Row(get=STEWARD, post=STEWARD),
    "retention:break_glass_list": Row(get=ASKERS),
    "retention:break_glass_search": Row(get=ASKERS),
    "retention:break_glass_ask": Row(
        get=["secretary", "branch_secretary", "head", "political"],
        post=["secretary", "branch_secretary", "head", "political"],
        args=pk_of("officer"),
        unseen=POLITICAL_ELSEWHERE,
    ),
    "retention:break_glass_queue": Row(get=DECIDERS),
    "retention:break_glass_detail": Row(
        get=[OWN, "political", *DECIDERS],
        args=pk_of("asked"),
        unseen=rest([OWN, "political", *DECIDERS]),
    ),
    "retention:break_glass_approve": Row(get=DECIDERS, post=DECIDERS, args=pk_of("asked")),
    "retention:break_glass_refuse": Row(get=DECIDERS, post=DECIDERS, args=pk_of("asked")),
    "retention:break_glass_withdraw": asked_by("political", "asked"),
    "retention:break_glass_open": asked_by("branch_secretary", "opening", get=False),
    "retention:break_glass_attachment": Row(
        # There is no such file: who may ask is told so, nobody learns more.
        post=[],
        args=lambda world: [world.opening.pk, 999],
        unseen=ASKERS,
    ),
    "retention:break_glass_end": Row(
        get=[OWN, "head", *DECIDERS],
        post=[OWN, "head", *DECIDERS],
        args=pk_of("opening_of_head"),
        unseen=rest([OWN, "head", *DECIDERS]),
    ),
    "retention:pressure_board": Row(get=[*BOARD, *POLITICAL_ELSEWHERE]),
    "retention:pressure_export": Row(
        get=BOARD, args=pk_of("pressure_report"), unseen=POLITICAL_ELSEWHERE
    ),
}


def build(world, cast) -> dict[str, object]:
    """The records the rows above name. ``cast("steward")`` is the user in that role."""
    officer, president = world.officer, cast("president")
    now = timezone.now()
    shared = make_screening(officer, shares=True)
    return {
        "screening": shared,
        "shared": shared,
        "call": officer.screening_alerts.get(why="shared"),
        "asked": make_break_glass(officer, cast("political"), at=now),
        "opening": make_opening(officer, cast("branch_secretary"), president, at=now),
        "opening_of_head": make_opening(officer, cast("head"), president, at=now),
        "pressure_report": make_report(officer.court),
    }
