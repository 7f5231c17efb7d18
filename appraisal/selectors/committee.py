"""What the committee decided about one participant, as far as the reader may know."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet
from django.utils.translation import gettext

from appraisal.models import Adjustment, Cycle, GradeExclusion, GradeProposal, Result
from appraisal.models.results import GRADES
from appraisal.rules.grades import Grade
from appraisal.selectors.grade_lists import DECIDE, after_adjustment, is_told
from appraisal.selectors.grades import reasons_in_words
from courtparty.accounts.models import User
from courtparty.accounts.scope import court_scope


def results_decided_by(user: User) -> QuerySet[Result]:
    """Results of the courts for whose committee ``user`` records decisions."""
    kept = court_scope(user, DECIDE, court="participant__cycle__court")
    return (
        Result.objects.visible_to(user)
        .filter(kept)
        .select_related("participant__cycle__court", "participant__officer")
    )


def adjustments_kept_by(user: User) -> QuerySet[Adjustment]:
    kept = court_scope(user, DECIDE, court="participant__cycle__court")
    found = Adjustment.objects.visible_to(user).filter(kept)
    return found.select_related("participant__result", "participant__officer", "participant__cycle")


def exclusions_kept_by(user: User) -> QuerySet[GradeExclusion]:
    kept = court_scope(user, DECIDE, court="participant__cycle__court")
    found = GradeExclusion.objects.visible_to(user).filter(kept)
    return found.select_related("participant__result", "participant__officer", "participant__cycle")


@dataclass(frozen=True, slots=True)
class Decisions:
    """Adjustment in force and those taken back, exclusions, and the grade.

    ``is_hidden``: it is the reader's own, and not yet told.
    """

    adjustment: Adjustment | None = None
    revoked: Sequence[Adjustment] = ()
    exclusions: Sequence[GradeExclusion] = ()
    grade: GradeProposal | None = None
    after: Decimal | None = None
    proposed: str = ""
    decided: str = ""
    reasons: Sequence[str] = ()
    is_stale: bool = False
    is_hidden: bool = False

    @property
    def differs(self) -> bool:
        return bool(self.decided) and self.decided != self.proposed


def decisions_about(result: Result, user: User) -> Decisions:
    """Read through ``visible_to``: the officer learns of all this when the cycle is closed.

    So does who could read it by office, if it is the own one.
    """
    participant = result.participant
    if participant.officer.user_id == user.pk and not is_told(participant.cycle):
        return Decisions(is_hidden=True)
    of_one = {"participant": result.participant_id}
    adjustments = list(
        Adjustment.objects.visible_to(user)
        .filter(**of_one)
        .select_related("made_by", "revoked_by")
        .order_by("-made_at", "-pk")
    )
    in_force = next((one for one in adjustments if one.revoked_at is None), None)
    grades = GradeProposal.objects.visible_to(user).filter(**of_one)
    grade = grades.select_related("decided_by").first()
    exclusions = GradeExclusion.objects.visible_to(user).filter(**of_one).order_by("made_at", "pk")
    return Decisions(
        adjustment=in_force,
        revoked=[one for one in adjustments if one.revoked_at is not None],
        exclusions=list(exclusions.select_related("made_by")),
        grade=grade,
        after=after_adjustment(result.total, in_force),
        proposed=str(GRADES[Grade(grade.proposed)]) if grade else "",
        decided=str(GRADES[Grade(grade.decided)]) if grade and grade.decided else "",
        reasons=reasons_in_words(grade.reasons) if grade else (),
        is_stale=grade is not None and grade.run_id != result.run_id,
    )


def is_provisional(cycle: Cycle) -> bool:
    return cycle.state != Cycle.State.CLOSED


def joined_in_words(result: Result) -> str:
    """How base, bonus and routine results came together, in one sentence."""
    share = result.participant.cycle.routine_share
    words = {
        "base": result.base,
        "bonus": result.bonus,
        "own": result.own,
        "routine": result.routine,
        "share": f"{share.normalize():f}",
        "rest": f"{(100 - share).normalize():f}",
        "total": result.total,
    }
    if result.total is None:
        return ""
    if result.own is None or result.base is None:
        text = gettext("The mean of the routine results, %(routine)s, is the total.")
    elif share and result.routine is not None:
        text = gettext(
            "Base %(base)s and bonus %(bonus)s make %(own)s of the own lines. %(rest)s %% of them "
            "and %(share)s %% of the mean of the routine results, %(routine)s, make %(total)s."
        )
    elif share:
        text = gettext(
            "Base %(base)s and bonus %(bonus)s make %(total)s. There are no routine results, so "
            "the own lines stand alone."
        )
    else:
        text = gettext("Base %(base)s and bonus %(bonus)s make %(total)s.")
    return text % words
