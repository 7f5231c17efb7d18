"""Reads of the table of measures: whose they are, and which may not change any more."""

from django.db.models import Q, QuerySet

from appraisal.models import CaseWeight, CaseWeightTable, Measure
from appraisal.rules.case_points import CASE_POINTS
from appraisal.selectors.index_sets import measures_published
from courtparty.accounts.models import Unit, User
from courtparty.accounts.scope import court_scope

CHANGE = "appraisal.change_measure"


def measures_visible_to(user: User) -> QuerySet[Measure]:
    """The shared measures, and those of the courts whose measures ``user`` keeps."""
    return Measure.objects.filter(Q(court=None) | court_scope(user, CHANGE))


def measures_kept_by(user: User) -> set[int | None]:
    """The courts whose own measures ``user`` keeps; None stands for the shared ones.

    Shared measures change every court's figures: only who is set above the courts keeps them.
    """
    kept: set[int | None] = {
        grant.unit.pk
        for grant in user.grants_giving(CHANGE)
        if grant.unit and grant.unit.kind == Unit.Kind.COURT
    }
    if any(grant.unit is None for grant in user.grants_giving(CHANGE)):
        kept.add(None)
    return kept


def measures_of(court: Unit) -> QuerySet[Measure]:
    """What a court can count: the shared measures and its own ones, in order."""
    found = Measure.objects.filter(Q(court=None) | Q(court=court))
    return found.order_by("position", "code")


def case_measures_of(court: Unit) -> QuerySet[Measure]:
    """Measures whose cases can have points: whole numbers that add up, and no register."""
    return (
        measures_of(court)
        .filter(aggregation=Measure.Aggregation.SUM, is_whole=True, is_register=False, maximum=None)
        .exclude(code=CASE_POINTS)
    )


def measures_fixed() -> set[str]:
    """Codes of the measures that published sets or published tables of case points count."""
    tables = CaseWeight.objects.exclude(table__state=CaseWeightTable.State.DRAFT)
    return measures_published() | set(tables.values_list("measure__code", flat=True))
