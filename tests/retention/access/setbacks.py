from tests.access import EVERYONE, OWN, POLITICAL_ELSEWHERE, SECRETARIES, Row, pk_of, rest
from tests.retention.setbacks_cast import make_rule_task, make_setback, make_talk, make_task

FOLLOW = [*SECRETARIES, "political"]
VIEW_TALKS = [*SECRETARIES, "party_affairs", "political", "president"]
HOLD_TALKS = [*VIEW_TALKS, "head"]
HOLDER = ["branch_secretary"]


def following(name: str, *, get: bool = True, post: bool = False) -> Row:
    return Row(
        get=FOLLOW if get else None,
        post=FOLLOW if post else None,
        args=pk_of(name),
        unseen=POLITICAL_ELSEWHERE,
    )


def changing_help() -> Row:
    return Row(
        post=FOLLOW,
        args=lambda world: [world.setback.pk, world.setback_help.pk],
        unseen=POLITICAL_ELSEWHERE,
    )


def of_holder(name: str, *, get: bool = True, post: bool = True) -> Row:
    return Row(
        get=HOLDER if get else None,
        post=HOLDER if post else None,
        args=pk_of(name),
        unseen=rest(HOLDER),
    )


def ticking() -> Row:
    both = [OWN, *HOLDER]
    return Row(
        post=both, args=lambda world: [world.talk.pk, world.talk_agreed.pk], unseen=rest(both)
    )


ROWS: dict[str, Row] = {
    "retention:setback_list": Row(get=[*FOLLOW, *POLITICAL_ELSEWHERE]),
    "retention:setback_export": Row(get=[*FOLLOW, *POLITICAL_ELSEWHERE]),
    "retention:setback_raise": Row(
        get=[*FOLLOW, *POLITICAL_ELSEWHERE], post=[*FOLLOW, *POLITICAL_ELSEWHERE]
    ),
    "retention:setback_detail": following("setback"),
    "retention:setback_change": following("setback", post=True),
    "retention:setback_help": following("setback", post=True),
    "retention:setback_help_done": changing_help(),
    "retention:setback_help_drop": changing_help(),
    "retention:setback_help_reopen": changing_help(),
    "retention:setback_follow_up": following("setback", post=True),
    "retention:setback_recover": following("setback", post=True),
    "retention:setback_close": following("setback", post=True),
    "retention:setback_withdraw": following("setback", post=True),
    "retention:setback_reopen": following("setback", get=False, post=True),
    "retention:talk_list": Row(get=[*VIEW_TALKS, *POLITICAL_ELSEWHERE]),
    "retention:talk_export": Row(get=[*VIEW_TALKS, *POLITICAL_ELSEWHERE]),
    "retention:talk_held": Row(get=[*VIEW_TALKS, *POLITICAL_ELSEWHERE]),
    "retention:talk_held_export": Row(get=[*VIEW_TALKS, *POLITICAL_ELSEWHERE]),
    "retention:talk_calendar": Row(get=[*VIEW_TALKS, *POLITICAL_ELSEWHERE]),
    "retention:talk_coverage": Row(get=[*VIEW_TALKS, *POLITICAL_ELSEWHERE]),
    "retention:talk_coverage_export": Row(get=[*VIEW_TALKS, *POLITICAL_ELSEWHERE]),
    "retention:talk_rules": Row(get=["political", *POLITICAL_ELSEWHERE]),
    "retention:talk_rule_change": Row(
        get=["political"],
        post=["political"],
        args=lambda world: [world.officer.court_id, "secretary_member"],
        unseen=POLITICAL_ELSEWHERE,
    ),
    "retention:talk_mine": Row(get=EVERYONE),
    "retention:talk_plan": Row(
        get=[*HOLD_TALKS, *POLITICAL_ELSEWHERE], post=[*HOLD_TALKS, *POLITICAL_ELSEWHERE]
    ),
    "retention:talk_record": Row(
        get=[*HOLD_TALKS, *POLITICAL_ELSEWHERE], post=[*HOLD_TALKS, *POLITICAL_ELSEWHERE]
    ),
    "retention:talk_task_detail": Row(
        get=VIEW_TALKS, args=pk_of("rule_task"), unseen=rest(VIEW_TALKS)
    ),
    "retention:talk_hold": of_holder("rule_task"),
    "retention:talk_task_assign": Row(
        get=VIEW_TALKS, post=VIEW_TALKS, args=pk_of("talk_task"), unseen=POLITICAL_ELSEWHERE
    ),
    "retention:talk_task_cancel": Row(
        get=VIEW_TALKS, post=VIEW_TALKS, args=pk_of("talk_task"), unseen=POLITICAL_ELSEWHERE
    ),
    "retention:talk_task_restore": Row(
        post=VIEW_TALKS, args=pk_of("cancelled_task"), unseen=POLITICAL_ELSEWHERE
    ),
    "retention:talk_detail": Row(
        get=[OWN, *HOLDER], args=pk_of("talk"), unseen=rest([OWN, *HOLDER])
    ),
    "retention:talk_correct": of_holder("talk"),
    "retention:talk_private": of_holder("talk"),
    "retention:talk_take_back": of_holder("talk"),
    "retention:talk_agree": of_holder("talk", get=False),
    "retention:talk_agreed_done": ticking(),
    "retention:talk_agreed_reopen": ticking(),
    "retention:talk_acknowledge": Row(post=[OWN], args=pk_of("talk"), unseen=rest([OWN])),
    "retention:my_talks": Row(get=EVERYONE),
}


def build(world, cast) -> dict[str, object]:
    """The records the rows above name. ``cast("steward")`` is the user in that role."""
    holder = cast("branch_secretary")
    setback = make_setback(world.officer)
    talk = make_talk(world.officer, holder, agreed="·")
    return {
        "setback": setback,
        "setback_help": setback.help.create(
            measure="rest",
            who=holder,
            until=setback.happened_on,
            added_by=holder,
            added_at=setback.raised_at,
        ),
        "talk_task": make_task(world.officer, holder),
        "rule_task": make_rule_task(world.officer, holder),
        "cancelled_task": make_task(world.officer, holder, state="cancelled", cancel_reason="away"),
        "talk": talk,
        "talk_agreed": talk.shared_follow_up.get(),
    }
