"""Questionnaires, bands, advice and the consent in words: what a page says, word for word."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from retention.models import Instrument
from retention.rules.screening import Questionnaire
from retention.rules.screening_items import QUESTIONNAIRES

CERTAINTY = {
    "R": _("read in the original"),
    "S": _("seen on secondary pages"),
    "U": _("not verified"),
}

BANDS = {
    ("pss10", "low"): pgettext_lazy("of stress", "low stress"),
    ("pss10", "moderate"): pgettext_lazy("of stress", "moderate stress"),
    ("pss10", "high"): pgettext_lazy("of stress", "high stress"),
    ("phq9", "none"): pgettext_lazy("of low mood", "hardly any complaints"),
    ("phq9", "mild"): pgettext_lazy("of low mood", "mild complaints"),
    ("phq9", "moderate"): pgettext_lazy("of low mood", "moderate complaints"),
    ("phq9", "moderately_severe"): pgettext_lazy("of low mood", "considerable complaints"),
    ("phq9", "severe"): pgettext_lazy("of low mood", "severe complaints"),
}

# Written for this product: plain and kind, no treatment, nobody's guideline.
ADVICE: dict[tuple[str, str], tuple[Promise, ...]] = {
    ("pss10", "low"): (
        _("The last month seems to have left you room to breathe."),
        _("Keep what does you good: sleep, people, moving about, an evening without files."),
    ),
    ("pss10", "moderate"): (
        _("Your last month was demanding. Many people who carry cases answer like this."),
        _(
            "Choose one thing that can wait or that somebody else can do, and say so this week. "
            "Leave you have not taken is yours to take."
        ),
        _("If it stays like this for weeks, talk to somebody you trust, or to a doctor."),
    ),
    ("pss10", "high"): (
        _("Your answers say that the last month was very hard. That is no failing of yours."),
        _(
            "You need not wait until it gets worse: a doctor or a counsellor can help, and talking "
            "to somebody close to you is a beginning."
        ),
        _(
            "If it is the work that is too much, you may ask for relief without telling this "
            "result: for leave, for a pause in new cases, for help with single tasks."
        ),
    ),
    ("phq9", "none"): (
        _("Your answers name few complaints in the last two weeks."),
        _("If you feel different from what this says, trust what you feel and talk about it."),
    ),
    ("phq9", "mild"): (
        _("Your answers name some complaints. They often pass when the strain passes."),
        _("Look after sleep, meals and people, and look again in two weeks."),
    ),
    ("phq9", "moderate"): (
        _("Your answers name complaints that weigh on many days."),
        _(
            "It is worth seeing a doctor or a counsellor in the next weeks; they can say what "
            "this is, which a questionnaire can't."
        ),
        _("Tell somebody close to you how you are. It need not be carried alone."),
    ),
    ("phq9", "moderately_severe"): (
        _("Your answers name complaints that weigh on most days. You deserve help with that."),
        _("Please make an appointment with a doctor or a counsellor this week."),
        _("Let somebody close to you know today how you are."),
    ),
    ("phq9", "severe"): (
        _("Your answers say that you are having a very hard time. There is help for that."),
        _("Please see a doctor as soon as you can, today or tomorrow. Let somebody come along."),
        _("Until then stay close to people you trust."),
    ),
}
CALL_ADVICE = (
    _(
        "You answered that thoughts of death or of hurting yourself have been there. Many people "
        "know such thoughts in hard times, and it is right that you said so."
    ),
    _(
        "The health steward has been given your name and telephone number and is asked to call "
        "you today. Outside working hours it may be the next morning."
    ),
    _(
        "If the thoughts are strong now, do not stay alone: call somebody you trust, the crisis "
        "line below, or the emergency service, or go to the nearest hospital."
    ),
)
NO_STEWARD_ADVICE = _(
    "Your court has no health steward who could call you at present, so nobody has been asked. "
    "The leadership has been told that a steward is missing, nothing else."
)

CONSENT_VERSION = "2026-1"


@dataclass(frozen=True, slots=True)
class QuestionShown:
    number: int
    text: str


@dataclass(frozen=True, slots=True)
class InstrumentShown:
    """A questionnaire in the reader's language."""

    code: str
    label: str
    what_for: str
    lead: str
    questions: list[QuestionShown]
    options: list[str]
    most: int
    has_alert: bool
    source: str
    certainty: str


WHAT_FOR = {
    "pss10": _("How much strain the last month has put on you. Ten questions, two minutes."),
    "phq9": _("How your mood has been in the last two weeks. Nine questions, two minutes."),
}


def in_english() -> bool:
    return (get_language() or "").startswith("en")


def shown_instrument(code: str) -> InstrumentShown:
    found = QUESTIONNAIRES[code]
    is_english = in_english()
    return InstrumentShown(
        code=code,
        label=str(Instrument(code).label),
        what_for=str(WHAT_FOR[code]),
        lead=found.lead_en if is_english else found.lead,
        questions=[
            QuestionShown(number, item.text_en if is_english else item.text)
            for number, item in enumerate(found.items, 1)
        ],
        options=[one.text_en if is_english else one.text for one in found.options],
        most=found.most,
        has_alert=found.alert_item is not None,
        source=found.source_en if is_english else found.source,
        certainty=str(CERTAINTY[found.certainty]),
    )


def band_label(code: str, band: str) -> str:
    return str(BANDS[code, band])


def tone_of(questionnaire: Questionnaire, level: int) -> str:
    """How a band is coloured: nothing of it is ever red, which would be a verdict."""
    if level == 0:
        return "success"
    return "warning" if level >= questionnaire.elevated_from else "info"


def advice_for(code: str, band: str) -> Sequence[Promise]:
    return ADVICE[code, band]


def consent_points(code: str, *, months: int, has_steward: bool) -> list[str]:
    """What somebody consents to, in the words of CONSENT_VERSION: who learns what, beforehand.

    Whoever changes a sentence gives it a new version: everybody is then asked again.
    """
    points = [
        _("Taking part is voluntary. Nobody is told whether you took part."),
        who_learns(code, has_steward=has_steward),
        _(
            "No page of this system shows your answers, your score or your advice to anybody else. "
            "They are stored encrypted."
        ),
        _(
            "The log keeps that a questionnaire was answered in your court, not by whom. Whoever "
            "opens your number to call you is noted, and you see it in My records."
        ),
        _("Appraisal, promotion and pay know nothing of it, and can't read it."),
        _(
            "Once a quarter the answers are counted in groups of five people or more, rounded. "
            "Smaller groups are never shown."
        ),
        _(
            "You may show a result to the health steward and ask for a call. Only you decide that, "
            "and you can take it back."
        ),
        _("Answers are deleted after %(months)s months, and as soon as you leave the court."),
        _(
            "You can withdraw at any time: your answers are deleted at once. A call already asked "
            "for is still made. Figures of groups already published stay as they are."
        ),
        _("The result is no diagnosis. Only a doctor can make one."),
    ]
    return [str(point) % {"months": months} for point in points]


def who_learns(code: str, *, has_steward: bool) -> str:
    """The one sentence that stands before the first question and again before sending."""
    if QUESTIONNAIRES[code].alert_item is None:
        return str(_("Nobody learns of your answers, whatever they are."))
    if not has_steward:
        return str(
            _(
                "Nobody learns of your answers. Where question 9 is answered with anything but "
                "“not at all”, a health steward would be asked to call you, but your court has "
                "none for you at present: the leadership is told that one is missing, nothing else."
            )
        )
    return str(
        _(
            "Nobody learns of your answers, with one exception: if you answer question 9 with "
            "anything but “not at all”, the health steward is given your name and telephone number "
            "and is asked to call you today. The steward sees neither answers nor score. If nobody "
            "has called by the end of the day, the leadership is told that a call is overdue, not "
            "to whom and not why."
        )
    )
