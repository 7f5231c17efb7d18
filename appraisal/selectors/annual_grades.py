"""The annual grades decided for officers, for what rests on them elsewhere."""

from collections import defaultdict
from collections.abc import Iterable

from appraisal.models import Cycle, GradeProposal
from appraisal.models.results import GRADE_CHOICES
from appraisal.rules.grades import Grade

GRADES = GRADE_CHOICES


def grade_label(code: str) -> str:
    """A grade in the active language."""
    return str(dict(GRADE_CHOICES)[code])


def annual_grades(officers: Iterable[int]) -> dict[int, dict[int, str]]:
    """By officer and year, the grades of annual cycles that are closed. One query.

    A cycle still open may yet change; a year has the grade of the cycle that begins in it.
    """
    rows = (
        GradeProposal.objects.filter(
            participant__officer__in=list(officers),
            participant__cycle__kind=Cycle.Kind.ANNUAL,
            participant__cycle__state=Cycle.State.CLOSED,
        )
        .exclude(decided="")
        .order_by("participant__cycle__start", "pk")
        .values_list("participant__officer", "participant__cycle__start", "decided")
    )
    found: dict[int, dict[int, str]] = defaultdict(dict)
    for officer, start, grade in rows:
        found[officer][start.year] = grade
    return found


def excellent_years(officers: Iterable[int]) -> dict[int, frozenset[int]]:
    """{officer: the years graded excellent}, for rewards that rest on them. One query."""
    return {
        officer: frozenset(year for year, grade in years.items() if grade == Grade.EXCELLENT)
        for officer, years in annual_grades(officers).items()
    }
