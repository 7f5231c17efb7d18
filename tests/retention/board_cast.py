"""Departures, interviews, pauses and actions for tests of the board."""

from datetime import date, datetime, timedelta

from django.utils import timezone

from courtparty.accounts.models import Unit, User
from courtparty.lib.dates import PartialDate
from retention.models import AssignmentPause, Departure, DepartureCause, ExitInterview
from retention.services.actions import add_action
from retention.services.causes import seed_causes
from retention.services.departures import enter_departure
from retention.services.exit_interviews import offer_interview
from retention.services.pauses import order_pause
from tests.factories import make_officer

TODAY = date(2026, 11, 23)
AT = timezone.make_aware(datetime(2026, 11, 23, 10, 0))


def make_departure(
    officer, by, left_on=date(2026, 12, 1), *, at=AT, destination="lawyer", **facts
) -> Departure:
    return enter_departure(
        officer_id=officer.pk, left_on=left_on, destination=destination, by=by, at=at, **facts
    )


def make_interview(departure, interviewer, by, *, at=AT, **facts) -> ExitInterview:
    day = facts.pop("planned_on", timezone.localdate(at))
    return offer_interview(
        departure_id=departure.pk,
        interviewer_id=interviewer.pk,
        planned_on=day,
        by=by,
        at=at,
        **facts,
    )


def make_pause(officer, by, start=TODAY, days=14, *, at=AT, basis="training", **facts):
    return order_pause(
        officer_id=officer.pk,
        basis=basis,
        start=start,
        end=start + timedelta(days=days),
        by=by,
        at=at,
        **facts,
    )


def make_suggestion(officer, month=date(2026, 10, 1), **fields) -> AssignmentPause:
    figures = {
        "pending": "60", "median": "30", "lower": "25", "upper": "35",
        "peers": 6, "percent": 200, "from": 150,
    }  # fmt: skip
    return AssignmentPause.objects.create(
        officer=officer,
        basis=AssignmentPause.Basis.CASELOAD,
        month=month,
        figures=figures,
        suggested_at=AT,
        **fields,
    )


def make_action(unit: Unit, responsible: User, by: User, due_on=date(2026, 12, 18), *, at=AT):
    return add_action(
        unit=unit,
        title="Two more clerks for civil trial",
        figure="caseload",
        why="The median of pending cases has doubled in a year.",
        responsible_id=responsible.pk,
        due_on=due_on,
        by=by,
        at=at,
    )


def make_leavers(court, department, by, count, *, year, main="pay", causes=(), branch=None):
    """``count`` officers of a department who left in June of ``year``, with coded causes."""
    kinds = {kind.code: kind for kind in seed_causes(court)}
    found = []
    for number in range(count):
        officer = make_officer(
            court=court,
            department=department,
            branch=branch,
            name=f"离{'甲乙丙丁戊己庚辛壬癸'[number % 10]}{number}",
            work_since=PartialDate(2010, 7),
            left_on=date(year, 6, 15),
        )
        departure = Departure.objects.create(
            officer=officer,
            left_on=date(year, 6, 15),
            destination="lawyer",
            entered_by=by,
            entered_at=AT,
            coded_at=AT,
        )
        DepartureCause.objects.create(departure=departure, kind=kinds[main], is_main=True)
        for code in causes:
            DepartureCause.objects.create(departure=departure, kind=kinds[code])
        found.append(officer)
    return found


IN_WORK_SINCE = PartialDate(2012, 7)


def make_staff(court, department, count, *, branch=None, since=IN_WORK_SINCE, **fields):
    return [
        make_officer(
            court=court,
            department=department,
            branch=branch,
            name=f"在{'甲乙丙丁戊己庚辛壬癸'[number % 10]}{number}",
            work_since=since,
            **fields,
        )
        for number in range(count)
    ]
