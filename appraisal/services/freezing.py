"""Writing down who takes part in a cycle: in which function, under which set, for which months."""

from datetime import date, datetime

from django.utils import timezone

from appraisal.models import CaseWeightTable, Cycle, Participant
from appraisal.rules.periods import months_in_post
from appraisal.selectors.candidates import Candidate, candidates, months_reported
from appraisal.selectors.settings import settings_of
from courtparty.lib.dates import Period
from courtparty.lib.workdays import add_working_days
from courtparty.notices.calendar import working_calendar

ROWS_AT_A_TIME = 500
FROZEN = [
    "department", "function", "category", "staff_class", "head_share", "index_set", "months",
    "excluded", "left_out_why",
]  # fmt: skip
Excluded = Participant.Excluded


def freeze(cycle: Cycle, *, at: datetime) -> dict[str, object]:
    """Write the participants. Returns the fields of the cycle that are fixed with them."""
    found = candidates(cycle)
    Participant.objects.filter(cycle=cycle).exclude(
        officer__in=[one.officer.pk for one in found]
    ).delete()
    write_participants(cycle, found)
    settings = settings_of(cycle.court)
    tables = CaseWeightTable.objects.filter(state=CaseWeightTable.State.PUBLISHED)
    is_annual = cycle.kind == Cycle.Kind.ANNUAL
    return {
        "case_weights": tables.filter(court=cycle.court_id).first(),
        "routine_share": settings.routine_share if is_annual else 0,
        "collect_until": last_day(cycle, at=at),
    }


def last_day(cycle: Cycle, *, at: datetime) -> date:
    """Until when figures and ratings are collected, counted on the working calendar."""
    days = settings_of(cycle.court).rating_days
    return add_working_days(timezone.localdate(at), days, working_calendar())


def write_participants(cycle: Cycle, found: list[Candidate]) -> None:
    Participant.objects.bulk_create(
        [participant_of(cycle, one) for one in found],
        update_conflicts=True,
        unique_fields=["cycle", "officer"],
        update_fields=FROZEN,
        batch_size=ROWS_AT_A_TIME,
    )


def participant_of(cycle: Cycle, one: Candidate) -> Participant:
    officer = one.officer
    return Participant(
        cycle=cycle,
        officer=officer,
        department=officer.department,
        function=officer.department.function,
        category=officer.category,
        staff_class=one.staff_class,
        head_share=one.head_share,
        index_set_id=one.index_set_id,
        months=[f"{month:%Y-%m}" for month in one.months],
        excluded=one.excluded,
        left_out_why=one.left_out_why,
    )


def add_reported_months(cycle: Cycle) -> None:
    """Count the months for which figures have come in since; who has some now takes part."""
    reported, period = months_reported(cycle), Period(cycle.start, cycle.end)
    changed = []
    for participant in Participant.objects.filter(cycle=cycle, officer__in=reported):
        frozen = [date.fromisoformat(f"{month}-01") for month in participant.months]
        found = {*frozen, *reported[participant.officer_id]}
        months = months_in_post(period, since=period.end, left_on=None, with_figures=found)
        if len(months) > len(frozen):
            participant.months = [f"{month:%Y-%m}" for month in months]
            if participant.excluded == Excluded.NO_MONTHS:
                participant.excluded = ""
            changed.append(participant)
    Participant.objects.bulk_update(changed, ["months", "excluded"], batch_size=ROWS_AT_A_TIME)
