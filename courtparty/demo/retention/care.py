"""Setbacks from the figures with their talks, the year's talks by rule, and some that were held."""

from courtparty.accounts.models import User
from courtparty.demo.retention.cast import Cast
from retention.models import Setback, SetbackFollowUp, SetbackHelp, Talk, TalkTask
from retention.services.setback_intake import enter_setback, raise_court
from retention.services.setbacks import add_follow_up, add_help
from retention.services.talk_recording import Agreed, acknowledge_talk, record_talk
from retention.services.talk_yearly import plan_court

# Of each holder so many of the year's talks were held, beside those that wait.
HELD = 3


def fill_care(cast: Cast) -> None:
    raise_court(cast.court, on=cast.on, at=cast.at())
    complaint = enter_setback(
        officer_id=cast.judges[1].pk,
        kind=Setback.Kind.COMPLAINT,
        happened_on=cast.ago(3),
        detail="当事人投诉庭审态度，经核实不属实，需做好澄清与安抚。（演示，情节虚构）",
        by=cast.secretary,
        at=cast.at(),
    )
    _cared_for(cast, complaint)
    plan_court(cast.court, on=cast.on, at=cast.at())
    for place, holder in enumerate((cast.branch, cast.head, cast.secretary, cast.president)):
        _held(cast, holder, place)
    _read(cast)


def _cared_for(cast: Cast, setback: Setback) -> None:
    """Talked about, helped in, asked after."""
    task = setback.talk_tasks.select_related("holder").get()
    holder = task.holder or cast.secretary
    record_talk(
        officer_id=setback.officer_id,
        held_on=cast.ago(1),
        kind=Talk.Kind.CARE,
        place="谈话室",
        shared_note="肯定一贯表现，说明核实结论，约定由庭里出面澄清。（演示）",
        private_note="情绪已平复，再留意两周。（演示）",
        agreed=[Agreed("庭务会上通报核实结论（演示）", cast.ahead(5))],
        task_id=task.pk,
        by=holder,
        at=cast.at(),
    )
    add_help(
        setback_id=setback.pk,
        measure=SetbackHelp.Measure.CLARIFYING,
        text="向投诉人书面答复核实情况（演示）",
        who_id=holder.pk,
        until=cast.ahead(10),
        by=holder,
        at=cast.at(),
    )
    add_follow_up(
        setback_id=setback.pk,
        day=cast.on,
        outcome=SetbackFollowUp.Outcome.BETTER,
        note="已恢复正常开庭。（演示）",
        by=holder,
        at=cast.at(),
    )


def _held(cast: Cast, holder: User, place: int) -> None:
    """Some of a holder's talks by rule, that with the demo's officer among them."""
    tasks = TalkTask.objects.open().filter(kind=TalkTask.Kind.RULE, holder=holder)
    listed = sorted(tasks, key=lambda task: (task.officer_id != cast.officer.pk, task.pk))
    for nth, task in enumerate(listed[:HELD]):
        record_talk(
            officer_id=task.officer_id,
            held_on=cast.this_year(6 + 9 * nth + 2 * place),
            kind=Talk.Kind.HEART,
            place="办公室",
            shared_note="谈了近期工作节奏和学习打算，工作量总体适应。（演示）",
            agreed=[Agreed("参加下一期裁判文书培训（演示）", cast.ahead(30))],
            task_id=task.pk,
            by=holder,
            at=cast.at(),
        )


def _read(cast: Cast) -> None:
    """The officer has read one of the own talks, and added a word."""
    talk = Talk.objects.filter(officer=cast.officer).order_by("pk").first()
    if talk is not None and cast.officer.user is not None:
        acknowledge_talk(
            talk_id=talk.pk, by=cast.officer.user, at=cast.at(), own_word="谢谢组织关心。（演示）"
        )
