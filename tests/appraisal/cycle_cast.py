"""Cycles with people and figures to compute: ten months of an unremarkable civil judge."""

from datetime import UTC, date, datetime
from decimal import Decimal

from appraisal.models import Cycle, Figure, FigureImport, IndexSet, Measure, Result
from appraisal.services.assessment import assess_cycle
from appraisal.services.figures import seed_measures
from appraisal.services.index_sets import install_index_sets, publish_index_set
from tests.factories import make_officer, make_user

MONTHS = [date(2026, month, 1) for month in range(1, 11)]
OPENED = datetime(2026, 11, 2, 1, tzinfo=UTC)

# What the months of one judge come to: closed 160 of 20 carried over and 180 new.
PLAIN = {
    "carried_over": 20,
    "new": 18,
    "closed": 16,
    "within_limit": 16,
    "mediated": 5,
    "withdrawn": 3,
    "appealed": 2,
    "revised": 0,
    "remanded": 0,
    "long_pending": 0,
}


def make_import(court):
    seed_measures()
    user = make_user(f"importer.{court.code}", court=court)
    return FigureImport.objects.create(
        court=court,
        file_name="figures.xlsx",
        state=FigureImport.State.IMPORTED,
        created_by=user,
        created_at=OPENED,
        imported_at=OPENED,
    )


def make_figures(officer, source, *, months=MONTHS, **changes):
    """The figures of an officer in each of ``months``; a measure given as None is left out."""
    measures = {measure.code: measure for measure in Measure.objects.all()}
    values = {code: value for code, value in (PLAIN | changes).items() if value is not None}
    Figure.objects.bulk_create(
        Figure(
            officer=officer,
            measure=measures[code],
            month=month,
            value=Decimal(value),
            as_of=month.replace(day=28),
            source=source,
        )
        for month in months
        for code, value in values.items()
    )


def make_published_set(court) -> IndexSet:
    (index_set,) = install_index_sets(court)
    return publish_index_set(index_set_id=index_set.pk, by=None)


def make_cycle(court, **fields) -> Cycle:
    defaults = {
        "code": "2026-01-to-2026-10",
        "name": "2026年1—10月专项考核",
        "kind": Cycle.Kind.SPECIAL,
        "start": date(2026, 1, 1),
        "end": date(2026, 11, 1),
        "opened_at": OPENED,
    }
    return Cycle.objects.create(court=court, **defaults | fields)


def make_judges(court, department, source, count, **fields):
    judges = [
        make_officer(court=court, department=department, name=f"法官{number}", **fields)
        for number in range(count)
    ]
    for number, judge in enumerate(judges):
        make_figures(judge, source, closed=10 + number, within_limit=10 + number)
    return judges


def assess_anew(cycle):
    """Compute as if for the first time, so that those who came since take part."""
    Result.objects.filter(participant__cycle=cycle).delete()
    cycle.participants.all().delete()
    return assess_cycle(cycle_id=cycle.pk, by=None)
