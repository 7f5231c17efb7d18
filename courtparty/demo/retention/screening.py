"""Self-screening: last quarter's, so many that groups show, and one shown to the steward."""

from datetime import date, timedelta

from cadres.models import Officer
from courtparty.demo.retention.cast import Cast
from retention.models import Instrument
from retention.rules.pressure import last_quarter
from retention.services.pressure import publish_report
from retention.services.screening import give_consent, take_screening
from retention.services.screening_campaigns import start_campaign

# Answers to the ten items of PSS-10, from at ease to under strain.
ANSWERS = [
    [0, 1, 1, 3, 3, 1, 3, 3, 1, 0],
    [2, 1, 2, 3, 2, 2, 2, 3, 2, 1],
    [2, 2, 3, 2, 2, 3, 2, 1, 2, 2],
    [3, 3, 3, 1, 1, 3, 2, 1, 3, 3],
]
# One in so many has answered: enough for figures of groups of five.
ONE_IN = 3


def fill_screening(cast: Cast) -> None:
    start_campaign(court=cast.court, by=cast.steward, at=cast.at(cast.this_year(30)))
    quarter = last_quarter(cast.on)
    officers = Officer.objects.filter(court=cast.court).exclude(pk=cast.officer.pk)
    for place, officer in enumerate(officers.order_by("department__path", "pk")):
        if place % ONE_IN == 0:
            day = quarter + timedelta(days=place % 80)
            _take(cast, officer, ANSWERS[place // ONE_IN % len(ANSWERS)], day)
    publish_report(court=cast.court, instrument=Instrument.PSS10, quarter=quarter, at=cast.at())
    _take(cast, cast.officer, ANSWERS[3], cast.on, is_shown=True)


def _take(
    cast: Cast, officer: Officer, answers: list[int], day: date, *, is_shown: bool = False
) -> None:
    at = cast.at(day)
    give_consent(officer=officer, instrument=Instrument.PSS10, at=at)
    take_screening(
        officer=officer,
        instrument=Instrument.PSS10,
        answers=answers,
        shares_with_steward=is_shown,
        at=at,
    )
