"""An officer's own screenings, and what a court has set for them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet

from cadres.models import Officer
from courtparty.accounts.models import Unit, User
from courtparty.accounts.scope import paths_with
from courtparty.accounts.selectors import holders_of
from courtparty.lib.charts import Bar, line_chart
from retention.models import (
    Consent,
    Instrument,
    Screening,
    ScreeningAlert,
    ScreeningCampaign,
    ScreeningSettings,
)
from retention.models.screening import ANSWER_ALERTS
from retention.rules.screening import band_of, months_before
from retention.rules.screening_items import QUESTIONNAIRES
from retention.selectors.screening_words import (
    CONSENT_VERSION,
    InstrumentShown,
    band_label,
    shown_instrument,
    tone_of,
)

CHART_POINTS = 12


def screening_settings(court: Unit) -> ScreeningSettings:
    """The court's settings; where it has saved none, an unsaved row with the defaults."""
    return ScreeningSettings.objects.filter(court=court).first() or ScreeningSettings(court=court)


def stewards_for(officer: Officer, *, on: date) -> QuerySet[User]:
    """Who may be asked to call the officer: never the officer."""
    people = holders_of(ANSWER_ALERTS, officer.department, on=on)
    if officer.branch:
        people |= holders_of(ANSWER_ALERTS, officer.branch, on=on)
    return people.exclude(pk=officer.user_id).distinct()  # type: ignore[misc]


def consent_in_force(officer: Officer, instrument: str) -> Consent | None:
    """The consent to the words of today; one to older words does not count."""
    consents = Consent.objects.in_force().filter(officer=officer, instrument=instrument)
    return consents.filter(text_version=CONSENT_VERSION).first()


@dataclass(frozen=True, slots=True)
class ResultShown:
    """One screening of one's own, in words."""

    pk: int
    taken_on: date
    score: int
    most: int
    band: str
    tone: str
    is_shared: bool


@dataclass(frozen=True, slots=True)
class OwnInstrument:
    """One questionnaire as its officer sees it: consent, results newest first, and a picture."""

    about: InstrumentShown
    has_consent: bool
    consented_on: datetime | None
    results: list[ResultShown]
    chart: str
    is_taken_today: bool


def own_instruments(officer: Officer, *, on: date) -> list[OwnInstrument]:
    """Two queries."""
    consents = {
        one.instrument: one
        for one in Consent.objects.in_force().filter(officer=officer)
        if one.text_version == CONSENT_VERSION
    }
    taken = list(Screening.objects.filter(officer=officer).order_by("-taken_on", "-pk"))
    return [
        _own_instrument(code, consents.get(code), [s for s in taken if s.instrument == code], on)
        for code in Instrument.values
    ]


def _own_instrument(
    code: str, consent: Consent | None, taken: Sequence[Screening], on: date
) -> OwnInstrument:
    about = shown_instrument(code)
    results = [result_shown(one) for one in taken]
    return OwnInstrument(
        about=about,
        has_consent=consent is not None,
        consented_on=consent.given_at if consent else None,
        results=results,
        chart=history_chart(results, about) if len(results) > 1 else "",
        is_taken_today=any(one.taken_on == on for one in results),
    )


def result_shown(screening: Screening) -> ResultShown:
    questionnaire = QUESTIONNAIRES[screening.instrument]
    return ResultShown(
        pk=screening.pk,
        taken_on=screening.taken_on,
        score=screening.score,
        most=questionnaire.most,
        band=band_label(screening.instrument, screening.band),
        tone=tone_of(questionnaire, band_of(questionnaire, screening.score).level),
        is_shared=screening.shares_with_steward,
    )


def history_chart(results: Sequence[ResultShown], about: InstrumentShown) -> str:
    """The last scores from left to right. The table below says the same."""
    latest = list(reversed(results[:CHART_POINTS]))
    points = [Bar(f"{one.taken_on:%y-%m-%d}", one.score, str(one.score)) for one in latest]
    return line_chart(points, title=about.label)


@dataclass(frozen=True, slots=True)
class AnswerShown:
    number: int
    question: str
    answer: str


def answers_shown(screening: Screening) -> list[AnswerShown]:
    about = shown_instrument(screening.instrument)
    return [
        AnswerShown(question.number, question.text, about.options[answer])
        for question, answer in zip(about.questions, screening.answers, strict=True)
    ]


def own_calls(officer: Officer) -> list[ScreeningAlert]:
    """The calls the steward was asked for. The officer reads the notes on them."""
    calls = ScreeningAlert.objects.filter(officer=officer).select_related("called_by")
    return list(calls.order_by("-raised_at", "-pk"))


def open_campaign(court: Unit, *, on: date) -> ScreeningCampaign | None:
    return ScreeningCampaign.objects.open_on(on).filter(court=court).first()


def expired_screenings(court: Unit, *, on: date, months: int) -> QuerySet[Screening]:
    """Those older than the court keeps them, and those of officers who have left."""
    gone = Q(taken_on__lte=months_before(on, months)) | Q(officer__left_on__lte=on)
    return Screening.objects.filter(gone, officer__court=court)


def expired_calls(court: Unit, *, on: date, months: int) -> QuerySet[ScreeningAlert]:
    """Closed calls are kept no longer than answers are."""
    closed = ScreeningAlert.objects.filter(state=ScreeningAlert.State.CLOSED)
    gone = Q(due_on__lte=months_before(on, months)) | Q(officer__left_on__lte=on)
    return closed.filter(gone, officer__court=court)


def courts_with_stewardship(user: User) -> list[Unit]:
    """The courts in which ``user`` is steward of everybody."""
    paths = paths_with(user, ANSWER_ALERTS)
    return list(Unit.objects.courts().filter(path__in=paths).order_by("path"))
