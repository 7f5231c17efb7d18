"""Who opens the board, departures, exit interviews, pauses, actions and settings."""

from datetime import timedelta

from django.utils import timezone

from courtparty.accounts.models import Unit
from tests.access import EVERYONE, OWN, SECRETARIES, Row, pk_of, rest
from tests.factories import make_officer, make_unit
from tests.retention.board_cast import (
    make_action,
    make_departure,
    make_interview,
    make_pause,
    make_suggestion,
)

BOARD = [*SECRETARIES, "political", "president"]
# The other court has its own board, departures and settings: the page opens, with its own rows.
BOARDS = [*BOARD, "outsider_political"]
KEEP = ["political", "president", "outsider_political"]
MANAGE = ["political", "outsider_political"]
PAUSES = ["head", "political", "president"]
ELSEWHERE = ["outsider_political"]
ROWS: dict[str, Row] = {
    "retention:board": Row(get=BOARDS),
    "retention:board_export": Row(get=BOARDS),
    "retention:board_close": Row(
        get=["political"],
        post=["political"],
        args=lambda world: [world.board_court.pk, 2020],
        unseen=ELSEWHERE,
    ),
    "retention:caseload": Row(get=[*PAUSES, "outsider_political"]),
    "retention:caseload_export": Row(get=[*PAUSES, "outsider_political"]),
    "retention:pause_list": Row(get=[*PAUSES, "outsider_political"]),
    "retention:pause_export": Row(get=[*PAUSES, "outsider_political"]),
    "retention:pause_order": Row(get=["head"], post=["head"]),
    "retention:pause_detail": Row(get=PAUSES, args=pk_of("board_pause"), unseen=ELSEWHERE),
    "retention:pause_approve": Row(get=["head"], post=["head"], args=pk_of("board_suggestion")),
    "retention:pause_decline": Row(get=["head"], post=["head"], args=pk_of("board_suggestion")),
    "retention:pause_end": Row(get=["head"], post=["head"], args=pk_of("board_pause")),
    "retention:my_pauses": Row(get=EVERYONE),
    "retention:departure_list": Row(get=MANAGE),
    "retention:departure_export": Row(get=MANAGE),
    "retention:departure_enter": Row(get=MANAGE, post=MANAGE),
    "retention:departure_detail": Row(
        get=["political"], args=pk_of("board_departure"), unseen=ELSEWHERE
    ),
    **{
        f"retention:departure_{step}": Row(
            get=["political"],
            post=["political"],
            args=pk_of("board_departure"),
            unseen=ELSEWHERE,
        )
        for step in ("change", "code", "return", "withdraw")
    },
    "retention:cause_list": Row(get=MANAGE),
    "retention:cause_add": Row(get=MANAGE, post=MANAGE),
    "retention:cause_change": Row(get=MANAGE, post=MANAGE, args=lambda world: ["pay"]),
    "retention:interview_offer": Row(
        get=["political"],
        post=["political"],
        args=pk_of("board_departure"),
        unseen=ELSEWHERE,
    ),
    "retention:interview_list": Row(get=EVERYONE),
    "retention:interview_detail": Row(
        get=[OWN, "branch_secretary", "political"],
        args=pk_of("board_interview"),
        unseen=rest([OWN, "branch_secretary", "political"]),
    ),
    "retention:interview_hold": Row(
        get=["branch_secretary"],
        post=["branch_secretary"],
        args=pk_of("board_interview"),
        unseen=rest([OWN, "branch_secretary", "political"]),
    ),
    "retention:interview_answer": Row(
        post=[OWN], args=pk_of("board_interview"), unseen=rest([OWN])
    ),
    "retention:action_list": Row(get=EVERYONE),
    "retention:action_export": Row(get=EVERYONE),
    "retention:action_add": Row(get=KEEP, post=KEEP),
    "retention:action_detail": Row(
        get=["head", "political", "president"],
        args=pk_of("board_action"),
        unseen=rest(["head", "political", "president"]),
    ),
    "retention:action_change": Row(
        get=["political", "president"],
        post=["political", "president"],
        args=pk_of("board_action"),
        unseen=ELSEWHERE,
    ),
    **{
        f"retention:action_{step}": Row(
            get=["head", "political", "president"],
            post=["head", "political", "president"],
            args=pk_of("board_action"),
            unseen=rest(["head", "political", "president"]),
        )
        for step in ("follow", "close")
    },
    "retention:action_reopen": Row(
        post=["political", "president"], args=pk_of("board_action"), unseen=ELSEWHERE
    ),
    "retention:settings_edit": Row(get=MANAGE, post=MANAGE),
}


def build(world, cast) -> dict[str, object]:
    """The records the rows above name. ``cast("steward")`` is the user in that role."""
    now = timezone.now()
    today = timezone.localdate(now)
    officer, political, head = world.officer, cast("political"), cast("head")
    court = Unit.objects.get(path=officer.court.path)
    department = make_unit(court, "家事审判庭", function=Unit.Function.CIVIL)
    leaver = make_officer(court=court, department=department, name="冯要走")
    del leaver
    departure = make_departure(officer, political, today + timedelta(days=30), at=now)
    judge = make_officer(court=court, department=officer.department, name="陈法官")
    other = make_officer(court=court, department=officer.department, name="褚法官")
    return {
        "board_court": court,
        "board_departure": departure,
        "board_interview": make_interview(departure, cast("branch_secretary"), political, at=now),
        "board_pause": make_pause(judge, head, today, 14, at=now),
        "board_suggestion": make_suggestion(other),
        "board_action": make_action(court, head, political, today + timedelta(days=30), at=now),
    }
