"""Questionnaires as data, and what answers to them come to. Pure.

What a score says is a band, never a diagnosis. Where each item and cut-off is from stands with
its questionnaire (``source``), with how sure that is: S seen on secondary pages, U unverified.
"""

from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Item:
    """A question in both languages. ``is_reversed``: the more often, the fewer points."""

    text: str
    text_en: str
    is_reversed: bool = False


@dataclass(frozen=True, slots=True)
class Option:
    """An answer in both languages; its points are its place, from 0."""

    text: str
    text_en: str


@dataclass(frozen=True, slots=True)
class Band:
    """Scores from ``low`` to ``high``, both included. ``level`` 0 is the calmest."""

    code: str
    low: int
    high: int
    level: int


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """``elevated_from``: the level from which a result counts as raised in group figures."""

    code: str
    lead: str
    lead_en: str
    items: tuple[Item, ...]
    options: tuple[Option, ...]
    bands: tuple[Band, ...]
    elevated_from: int
    source: str
    source_en: str
    certainty: str
    # The number of the item that asks for a call when it is answered with more than 0.
    alert_item: int | None = None

    @property
    def most_points(self) -> int:
        return len(self.options) - 1

    @property
    def most(self) -> int:
        return self.most_points * len(self.items)


@dataclass(frozen=True, slots=True)
class Outcome:
    score: int
    band: str
    level: int
    asks_for_call: bool


class AnswersMissing(ValueError):
    """``numbers`` of the items that have no answer, counted from 1."""

    def __init__(self, numbers: tuple[int, ...]) -> None:
        super().__init__(f"items without an answer: {numbers}")
        self.numbers = numbers


def missing_items(
    questionnaire: Questionnaire, answers: Sequence[int | None] | Mapping[int, int | None]
) -> tuple[int, ...]:
    """The numbers of the items without an answer. ``answers`` by place, or by number from 1."""
    given = answers if isinstance(answers, Mapping) else dict(enumerate(answers, 1))
    numbers = range(1, len(questionnaire.items) + 1)
    return tuple(number for number in numbers if given.get(number) is None)


def outcome_of(questionnaire: Questionnaire, answers: Sequence[int | None]) -> Outcome:
    """Score and band of a whole set of answers, one per item in order, each from 0.

    Nothing is filled in for an item left out: a total over fewer items is no score.
    """
    missing = missing_items(questionnaire, answers)
    if missing:
        raise AnswersMissing(missing)
    given = [answer for answer in answers if answer is not None]
    if len(given) > len(questionnaire.items):
        raise ValueError("more answers than items")
    if not all(0 <= answer <= questionnaire.most_points for answer in given):
        raise ValueError("an answer that is no option")
    score = sum(points_of(questionnaire, given))
    band = band_of(questionnaire, score)
    alert = questionnaire.alert_item
    return Outcome(
        score=score,
        band=band.code,
        level=band.level,
        asks_for_call=alert is not None and given[alert - 1] >= 1,
    )


def points_of(questionnaire: Questionnaire, answers: Sequence[int]) -> list[int]:
    """What each answer counts, the reversed items turned round."""
    return [
        questionnaire.most_points - answer if item.is_reversed else answer
        for item, answer in zip(questionnaire.items, answers, strict=True)
    ]


def band_of(questionnaire: Questionnaire, score: int) -> Band:
    for band in questionnaire.bands:
        if band.low <= score <= band.high:
            return band
    raise ValueError(f"no band for {score}")


def months_before(day: date, months: int) -> date:
    """The same day so many months earlier, or the last of a shorter month's days before it."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
