"""Two who leave, an interview with one of them, pauses in assignment, and what is done about it."""

from cadres.models import Officer
from courtparty.demo.retention.cast import Cast, account_of
from retention.models import AssignmentPause, Departure, ExitInterview, RetentionAction
from retention.selectors.pauses import may_decide
from retention.services.actions import add_action, follow_up_action
from retention.services.departures import code_causes, enter_departure
from retention.services.exit_interviews import (
    answer_offer,
    decide_summary,
    hold_interview,
    offer_interview,
)
from retention.services.pauses import approve_suggestion, order_pause, suggest_pauses

Destination, Figure = Departure.Destination, RetentionAction.Figure


def fill_board(cast: Cast) -> None:
    _departures(cast)
    _pauses(cast)
    _actions(cast)


def _departures(cast: Cast) -> None:
    leaving = _enter(cast, cast.leaver, 21, Destination.LAWYER, ["caseload", "pay"])
    _interview(cast, leaving)
    elsewhere = Officer.objects.filter(
        court=cast.court, department__name="执行局", category=Officer.Category.CLERK
    )
    clerk = elsewhere.order_by("-list_order")[0]
    _enter(cast, clerk, 40, Destination.ORGAN, ["distance", "family"])


def _enter(
    cast: Cast, officer: Officer, days: int, destination: str, causes: list[str]
) -> Departure:
    at = cast.at(cast.ago(15))
    departure = enter_departure(
        officer_id=officer.pk,
        left_on=cast.ahead(days),
        destination=destination,
        announced_on=cast.ago(20),
        note="已提交书面申请（演示）",
        by=cast.political,
        at=at,
    )
    return code_causes(
        departure_id=departure.pk, main=causes[0], causes=causes, by=cast.political, at=at
    )


def _interview(cast: Cast, departure: Departure) -> None:
    own = account_of(cast.leaver)
    asked, held = cast.ago(10), cast.ago(6)
    interview = offer_interview(
        departure_id=departure.pk,
        interviewer_id=cast.political.pk,
        planned_on=held,
        place="政治部谈话室",
        by=cast.political,
        at=cast.at(asked),
    )
    answer_offer(interview_id=interview.pk, accepts=True, by=own, at=cast.at(cast.ago(9)))
    hold_interview(
        interview_id=interview.pk,
        held_on=held,
        text="谈到连续两年收案增长，晚间常需加班写文书。（演示，情节虚构）",
        summary="主要因案件负担，希望增配法官助理。（演示）",
        main="caseload",
        causes=["pay"],
        would_return=ExitInterview.WouldReturn.PERHAPS,
        by=cast.political,
        at=cast.at(held),
    )
    decide_summary(interview_id=interview.pk, allows=True, by=own, at=cast.at(cast.ago(5)))


def _pauses(cast: Cast) -> None:
    """What the figures suggest to the head is decided; the others' heads have theirs to decide."""
    suggest_pauses(on=cast.on, at=cast.at())
    found = AssignmentPause.objects.suggested().filter(officer__court=cast.court)
    listed = found.select_related("officer__department", "officer__branch", "officer__court")
    for pause in listed.order_by("pk"):
        if may_decide(cast.head, pause.officer):
            approve_suggestion(
                pause_id=pause.pk,
                start=cast.ahead(1),
                end=cast.ahead(15),
                reason="先清理长期未结案件（演示）",
                by=cast.head,
                at=cast.at(),
            )
    order_pause(
        officer_id=cast.officer.pk,
        basis=AssignmentPause.Basis.TRAINING,
        start=cast.ahead(30),
        end=cast.ahead(35),
        reason="参加省法官学院培训（演示）",
        by=cast.head,
        at=cast.at(),
    )


def _actions(cast: Cast) -> None:
    at = cast.at(cast.ago(20))
    action = add_action(
        unit=cast.division,
        title="为民事审判第一庭增配两名法官助理（演示）",
        figure=Figure.CASELOAD,
        why="未结案件高于同类审判庭，辅助力量不足。（演示）",
        responsible_id=cast.head.pk,
        due_on=cast.ahead(25),
        by=cast.political,
        at=at,
    )
    follow_up_action(
        action_id=action.pk,
        on=cast.ago(5),
        text="已从综合部门调剂一名，另一名纳入明年招录。（演示）",
        by=cast.head,
        at=cast.at(cast.ago(5)),
    )
    add_action(
        unit=cast.court,
        title="核对并补发逾期未兑现的待遇（演示）",
        figure=Figure.GAPS,
        why="部分职级晋升到期未办。（演示）",
        responsible_id=cast.political.pk,
        due_on=cast.ahead(14),
        by=cast.president,
        at=cast.at(),
    )
