"""Annual cycles under review with totals as wanted, for what the committee decides on them."""

from datetime import UTC, datetime
from decimal import Decimal

from appraisal.models import AssessmentRun, Cycle, GradeProposal, Participant, Result
from tests.appraisal.cycle_cast import annual, make_set, put
from tests.factories import make_officer

AT = datetime(2026, 1, 20, 2, tzinfo=UTC)
YEAR = [f"2025-{month:02}" for month in range(1, 13)]


def make_run(cycle, number=1) -> AssessmentRun:
    return AssessmentRun.objects.create(
        cycle=cycle,
        number=number,
        fingerprint="0" * 64,
        participants=0,
        complete=0,
        missing=0,
        finished_at=AT,
    )


def make_reviewed(court, department, totals, *, index_set=None, cycle=None, **fields) -> Cycle:
    """A cycle with one judge for each of ``totals``; None for one whose figures are missing."""
    cycle = cycle or annual(court)
    index_set = index_set or make_set(court)
    run = cycle.runs.first() or make_run(cycle)
    for number, total in enumerate(totals):
        officer = make_officer(court=court, department=department, name=f"法官{number}")
        participant = Participant.objects.create(
            cycle=cycle,
            officer=officer,
            department=department,
            function=department.function,
            category=officer.category,
            staff_class=fields.get("staff_class", "judge"),
            index_set=index_set,
            months=fields.get("months", YEAR),
        )
        make_result(participant, run, total, row=number)
    return put(cycle, "reviewing")


def make_result(participant, run, total, *, row=0) -> Result:
    total = None if total is None else Decimal(total)
    return Result.objects.create(
        participant=participant,
        run=run,
        part=0,
        row=row,
        state="missing" if total is None else "complete",
        base=total,
        own=total,
        total=total,
        fingerprint="0" * 64,
    )


def grades_of(cycle) -> list[tuple[str, str]]:
    """(proposed, decided) in the order in which people were made."""
    found = GradeProposal.objects.filter(participant__cycle=cycle).order_by("participant")
    return list(found.values_list("proposed", "decided"))


def grade_of(cycle, place=0) -> GradeProposal:
    found = GradeProposal.objects.filter(participant__cycle=cycle).order_by("participant")
    return found[place]
