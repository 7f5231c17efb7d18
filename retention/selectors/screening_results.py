"""One result with what it means, as its officer or a steward it is shown to reads it."""

from dataclasses import dataclass

from courtparty.lib.charts import Bar, bar_chart
from retention.models import Screening, ScreeningAlert
from retention.rules.screening import Band, band_of, outcome_of
from retention.rules.screening_items import QUESTIONNAIRES
from retention.selectors.screening import AnswerShown, ResultShown, answers_shown, result_shown
from retention.selectors.screening_words import (
    CALL_ADVICE,
    NO_STEWARD_ADVICE,
    InstrumentShown,
    advice_for,
    band_label,
    shown_instrument,
    tone_of,
)


@dataclass(frozen=True, slots=True)
class BandShown:
    """A line of the scale, and whether the score lies in it."""

    label: str
    low: int
    high: int
    tone: str
    is_here: bool


@dataclass(frozen=True, slots=True)
class ResultPage:
    """``calling`` stands first when item 9 has asked for a call."""

    about: InstrumentShown
    result: ResultShown
    bands: list[BandShown]
    chart: str
    advice: list[str]
    calling: list[str]
    answers: list[AnswerShown]


def result_page(screening: Screening, *, has_steward: bool) -> ResultPage:
    """One query, and only where item 9 has asked for a call."""
    questionnaire = QUESTIONNAIRES[screening.instrument]
    about, result = shown_instrument(screening.instrument), result_shown(screening)
    here = band_of(questionnaire, screening.score)
    asks = outcome_of(questionnaire, screening.answers).asks_for_call
    return ResultPage(
        about=about,
        result=result,
        bands=[_band(screening.instrument, band, here) for band in questionnaire.bands],
        chart=scale_chart(about, result),
        advice=[str(line) for line in advice_for(screening.instrument, screening.band)],
        calling=_calling(screening, has_steward) if asks else [],
        answers=answers_shown(screening),
    )


def scale_chart(about: InstrumentShown, result: ResultShown) -> str:
    """Where on the scale the score lies. The table beside it says the same."""
    text = f"{result.score} / {result.most}"
    return bar_chart([Bar(result.band, result.score, text)], title=about.label, most=result.most)


def _band(instrument: str, band: Band, here: Band) -> BandShown:
    tone = tone_of(QUESTIONNAIRES[instrument], band.level)
    label = band_label(instrument, band.code)
    return BandShown(label, band.low, band.high, tone, is_here=band == here)


def _calling(screening: Screening, has_steward: bool) -> list[str]:
    """What is said of the call is said while it is owed: afterwards it would be untrue."""
    first, called, now = (str(line) for line in CALL_ADVICE)
    owed = ScreeningAlert.objects.to_call().filter(
        officer=screening.officer_id, why=ScreeningAlert.Why.ITEM9
    )
    if not owed.exists():
        return [first, now]
    return [first, called if has_steward else str(NO_STEWARD_ADVICE), now]
