"""Screenings, calls, emergency openings and reports, as the tests of screening need them."""

from datetime import UTC, date, datetime

from cadres.models import Officer
from courtparty.accounts.models import Unit, User
from retention.models import BreakGlass, PressureReport, Screening, ScreeningAlert
from retention.services import break_glass, screening
from tests.factories import make_officer, make_user

# Ten in the morning in Shanghai, a Tuesday.
AT = datetime(2026, 11, 17, 2, 0, tzinfo=UTC)
TODAY = date(2026, 11, 17)

STRESSED = [4, 4, 4, 0, 0, 4, 0, 0, 4, 4]
CALM = [0, 0, 0, 4, 4, 0, 4, 4, 0, 0]
WELL = [0] * 9
# Nothing but item 9: a low score and a call all the same.
ITEM9 = [0, 0, 0, 0, 0, 0, 0, 0, 1]


def make_screening(
    officer: Officer,
    answers: list[int] | None = None,
    *,
    instrument: str = "pss10",
    shares: bool = False,
    at: datetime = AT,
) -> Screening:
    screening.give_consent(officer=officer, instrument=instrument, at=at)
    default = STRESSED if instrument == "pss10" else ITEM9
    return screening.take_screening(
        officer=officer,
        instrument=instrument,
        answers=default if answers is None else answers,
        shares_with_steward=shares,
        at=at,
    )


def make_alert(officer: Officer, *, at: datetime = AT, why: str = "item9") -> ScreeningAlert:
    if why == "item9":
        make_screening(officer, instrument="phq9", at=at)
    else:
        make_screening(officer, shares=True, at=at)
    return ScreeningAlert.objects.get(officer=officer, why=why)


def make_break_glass(
    officer: Officer, asked_by: User, *, reason: str = "昏倒在地,需要知道用药", at: datetime = AT
) -> BreakGlass:
    return break_glass.ask_to_open(officer=officer, reason=reason, by=asked_by, at=at)


def make_opening(officer: Officer, asked_by: User, by: User, *, at: datetime = AT) -> BreakGlass:
    asked = make_break_glass(officer, asked_by, at=at)
    return break_glass.approve_request(break_glass_id=asked.pk, by=by, at=at)


def make_people(court: Unit, department: Unit, count: int, name: str = "李四", **fields):
    """Officers without an account, ``count`` of them in one department."""
    return [
        make_officer(court=court, department=department, name=f"{name}{number}", **fields)
        for number in range(count)
    ]


def make_report(
    court: Unit, *, quarter: date = date(2026, 7, 1), instrument: str = "pss10", mean: int = 18
) -> PressureReport:
    figure = {"people": 10, "mean": mean, "share": 20}
    figures = {
        "whole": figure,
        "function": {"civil": figure, "criminal": None, "case_filing": None},
        "category": {"quota_judge": figure},
        "tenure": {"years_10_19": figure},
    }
    return PressureReport.objects.create(
        court=court, instrument=instrument, quarter=quarter, figures=figures, made_at=AT
    )


def make_second_steward(court: Unit) -> User:
    return make_user("steward.two", "steward", court)
