"""The world of tests/test_access.py, gone further: the later states of each noun of retention.

A field that is only filled late (the answer to a request, the reason of a revocation) has no row
to put a canary into before.
"""

from datetime import timedelta
from types import SimpleNamespace

from django.utils import timezone

from courtparty.accounts.roles import Role
from retention.models import (
    ExitInterview,
    Received,
    ResultChange,
    Waiver,
)
from retention.services.achievements import decline_achievement
from retention.services.actions import follow_up_action
from retention.services.awards import revoke_award
from retention.services.break_glass import refuse_request
from retention.services.causes import seed_causes
from retention.services.checkups import excuse_checkup
from retention.services.exit_interviews import answer_offer, decide_summary, hold_interview
from retention.services.hardship import add_helper, attach_papers, close_case, record_visit
from retention.services.health_corrections import ask_correction, decline_correction
from retention.services.pauses import end_pause
from tests.cast import Cast, make_cast, member, person
from tests.factories import make_user
from tests.retention.awards_cast import NOW, TODAY, make_achievement, make_award
from tests.retention.board_cast import make_departure, make_interview, make_pause
from tests.retention.hardship_cast import make_helped, paper
from tests.retention.health_cast import checkup_of, make_campaign, make_result, report
from tests.retention.leave_cast import make_leave
from tests.retention.screening_cast import make_break_glass, make_screening
from tests.retention.setbacks_cast import make_setback, make_talk
from tests.test_access import make_world

# Nearest to the officer without any business with the officer's records.
NEAREST = {
    "colleague": lambda cast: member("colleague", "周同事")(cast).user,
    "other_head": person("other.head", Role.HEAD, "filing"),
    "other_secretary": person("other.secretary", Role.SECRETARY, "other_branch"),
}


def make_complete_world() -> SimpleNamespace:
    """With ``cast``, which knows everybody in it."""
    cast = make_cast(NEAREST)
    world = make_world(cast)
    for name in NEAREST:
        cast(name)
    for part in (_health, _screening, _hardship, _awards, _talks, _leave, _departures, _board):
        part(world, cast)
    world.cast = cast
    return world


def _health(world: SimpleNamespace, cast: Cast) -> None:
    officer, steward = world.officer, cast("steward")
    here = {"departments": [officer.department]}
    excused = make_campaign(officer.court, steward, name="excused", **here)
    excuse_checkup(checkup_id=checkup_of(officer, excused).pk, reason="x", by=steward)
    due = make_campaign(officer.court, steward, name="due", **here)
    world.due_checkup = checkup_of(officer, due)
    second = make_campaign(officer.court, steward, name="again", **here)
    result = make_result(officer, steward, campaign=second, file=report())
    ResultChange.objects.create(
        result=result, version=1, before={}, reason="x", by=steward, at=NOW, file=result.file
    )
    asked = ask_correction(result_id=result.pk, proposed="x", reason="x", by=officer.user, at=NOW)
    decline_correction(correction_id=asked.pk, answer="x", by=steward, at=NOW)
    asked = make_break_glass(officer, cast("secretary"), at=timezone.now())
    refuse_request(break_glass_id=asked.pk, answer="x", by=cast("president"), at=timezone.now())


def _screening(world: SimpleNamespace, cast: Cast) -> None:
    make_screening(world.officer, instrument="phq9")


def _hardship(world: SimpleNamespace, cast: Cast) -> None:
    at, day, own, union = timezone.now(), timezone.localdate(), cast("officer_user"), cast("union")
    people = (world.officer, union, cast("party_affairs"), cast("president"))
    helped = make_helped(*people, story="y")
    close_case(case_id=helped.pk, rating=5, words="x", by=own, at=at)
    attach_papers(case_id=world.case_verifying.pk, files=[paper()], by=own, at=at)
    world.case_asked = make_helped(*people, story="z")
    helping = {"case_id": world.case_helping.pk, "by": union, "at": at}
    add_helper(user_id=cast("steward").pk, **helping)
    record_visit(day=day, notes="x", **helping)


def _awards(world: SimpleNamespace, cast: Cast) -> None:
    officer, by = world.officer, make_user("another.proposer", court=cast("court"))
    people = {"by": by, "checker": cast("political")}
    award = make_award(officer, world.award_rung, decider=cast("president"), title="辛", **people)
    revoke_award(award_id=award.pk, number="1", reason="x", on=TODAY, by=cast("political"), at=NOW)
    declined = make_achievement(officer, by=officer.user, title="壬")
    decline_achievement(achievement_id=declined.pk, answer="x", by=cast("head"))


def _talks(world: SimpleNamespace, cast: Cast) -> None:
    holder, today = cast("branch_secretary"), timezone.localdate()
    world.talk.private_notes.create(author=holder, private_note="x", written_at=timezone.now())
    world.talk.versions.create(
        number=1, held_on=today, kind="heart", shared_note="x", replaced_at=timezone.now()
    )
    world.setback.follow_ups.create(
        day=today, outcome="same", note="x", by=holder, at=timezone.now()
    )
    world.setback_helped = make_setback(
        world.officer, kind="revised", state="helping", next_follow_up_on=today
    )
    earlier = today - timedelta(days=40)
    make_talk(world.officer, cast("president"), held_on=earlier, private_note="x", agreed="x")


def _leave(world: SimpleNamespace, cast: Cast) -> None:
    due = world.entitlement
    about = {"officer": world.officer, "kind": due.kind, "period": due.period}
    Waiver.objects.create(
        reason="x", document="d", by=cast("political"), at=timezone.now(), **about
    )
    december = timezone.localdate().replace(month=12)
    make_leave(world.officer, december.replace(day=21), reason="x")
    world.private_leave = make_leave(
        world.officer, december.replace(day=28), kind="bereavement", reason="x"
    )
    Received.objects.filter(pk=world.received.pk).update(
        voided_at=timezone.now(), voided_by=cast("political")
    )


def _departures(world: SimpleNamespace, cast: Cast) -> None:
    _accept(world.board_interview)
    _hold(world.board_interview, cast, allows=False)
    interview = _interview_of("leaver", "吴将走", cast)
    _hold(interview, cast, allows=True)
    world.accepted_interview = _interview_of("another.leaver", "郑将走", cast)


def _interview_of(username: str, name: str, cast: Cast) -> ExitInterview:
    """Of somebody who leaves, and has accepted it."""
    leaver = member(username, name)(cast)
    at, day = timezone.now(), timezone.localdate() + timedelta(days=30)
    departure = make_departure(leaver, cast("political"), day, at=at)
    interview = make_interview(departure, cast("branch_secretary"), cast("political"), at=at)
    _accept(interview)
    return interview


def _accept(interview: ExitInterview) -> None:
    by = interview.departure.officer.user
    answer_offer(interview_id=interview.pk, accepts=True, by=by, at=timezone.now())


def _hold(interview: ExitInterview, cast: Cast, *, allows: bool) -> None:
    own = {"by": interview.departure.officer.user, "at": timezone.now()}
    cause = seed_causes(cast("court"))[0]
    hold_interview(
        interview_id=interview.pk, held_on=timezone.localdate(), text="x", summary="x",
        main=cause.code, causes=[cause.code], would_return="no", by=interview.interviewer,
        at=timezone.now(),
    )  # fmt: skip
    decide_summary(interview_id=interview.pk, allows=allows, **own)


def _board(world: SimpleNamespace, cast: Cast) -> None:
    now, today = timezone.now(), timezone.localdate()
    pause = make_pause(world.officer, cast("head"), today, 14, at=now, basis="sickness")
    end_pause(pause_id=pause.pk, end=today + timedelta(days=3), reason="x", by=cast("head"), at=now)
    later = today + timedelta(days=60)
    make_pause(world.officer, cast("head"), later, 14, at=now)
    follow_up_action(action_id=world.board_action.pk, on=today, text="x", by=cast("head"), at=now)
