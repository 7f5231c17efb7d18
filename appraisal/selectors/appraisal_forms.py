"""What stands on an officer's appraisal form, read for one or for many in a few queries."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Prefetch, Q, QuerySet

from appraisal.models import (
    Adjustment,
    Cycle,
    GradeExclusion,
    GradeProposal,
    Indicator,
    Participant,
    Result,
)
from appraisal.selectors.grade_lists import EXPORT, after_adjustment
from courtparty.accounts.models import User
from courtparty.accounts.scope import court_scope


@dataclass(frozen=True, slots=True)
class FormLine:
    """One line of the index set with its points in hundredths, or why there are none."""

    indicator: Indicator
    points: int
    has_fired: bool


@dataclass(frozen=True, slots=True)
class FormContent:
    result: Result
    participant: Participant
    lines: tuple[FormLine, ...]
    adjustment: Adjustment | None
    after: Decimal | None
    grade: GradeProposal | None
    exclusions: tuple[GradeExclusion, ...]


def results_with_forms(user: User) -> QuerySet[Result]:
    """Results whose forms ``user`` may have: by office, or the own one of a closed cycle.

    The form bears the committee's adjustment and the grade, which the officer learns of then.
    """
    kept = court_scope(user, EXPORT, court="participant__cycle__court")
    own = Q(participant__officer__user=user)
    told = Q(participant__cycle__state=Cycle.State.CLOSED)
    return Result.objects.visible_to(user).filter(kept & ~own | own & told)


def form_contents(results: QuerySet[Result]) -> list[FormContent]:
    """By function, department and name; never by points."""
    in_force = Adjustment.objects.filter(revoked_at=None)
    found = (
        results.select_related(
            "participant__cycle__court",
            "participant__officer",
            "participant__department",
            "participant__index_set",
            "participant__grade",
        )
        .prefetch_related(
            Prefetch("participant__adjustments", in_force, to_attr="in_force"),
            Prefetch("participant__grade_exclusions", GradeExclusion.objects.order_by("pk")),
        )
        .defer("participant__officer__id_number", "participant__officer__phone")
        .order_by(
            "participant__function",
            "participant__staff_class",
            "participant__department__path",
            "participant__officer__pinyin",
            "participant__officer_id",
        )
    )
    rows = list(found)
    indicators = _indicators({row.participant.index_set_id for row in rows})
    return [_content(row, indicators.get(row.participant.index_set_id or 0, ())) for row in rows]


def _indicators(index_set_ids: Iterable[int | None]) -> dict[int, list[Indicator]]:
    lines: dict[int, list[Indicator]] = {}
    found = Indicator.objects.filter(index_set__in=[pk for pk in index_set_ids if pk])
    for one in found.order_by("index_set_id", "position", "code"):
        lines.setdefault(one.index_set_id, []).append(one)
    return lines


def _content(result: Result, indicators: Sequence[Indicator]) -> FormContent:
    participant = result.participant
    adjustment = next(iter(getattr(participant, "in_force", ())), None)
    # Points that don't fit their set are of no line: better none than those of another.
    points = result.points if len(result.points) == len(indicators) else []
    return FormContent(
        result=result,
        participant=participant,
        lines=tuple(
            FormLine(indicator, value, indicator.code in result.vetoes)
            for indicator, value in zip(indicators, points, strict=bool(points))
        ),
        adjustment=adjustment,
        after=after_adjustment(result.total, adjustment),
        grade=getattr(participant, "grade", None),
        exclusions=tuple(participant.grade_exclusions.all()),
    )
