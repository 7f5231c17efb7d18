"""The reference ranges of a court beside the shipped defaults, with how sure each is."""

from collections import defaultdict
from dataclasses import dataclass

from django.utils.translation import gettext as _

from courtparty.accounts.models import Unit
from retention.models import ReferenceRange
from retention.rules.vitals import FEMALE, MALE, VITALS, Range, Vital
from retention.selectors.health_values import label_of, plain, range_in_words


@dataclass(frozen=True, slots=True)
class OwnRange:
    """What the court set itself for one sex or for both."""

    pk: int
    sex: str
    words: str
    source: str


@dataclass(frozen=True, slots=True)
class RangeRow:
    """A value with its shipped default and the court's own ranges."""

    code: str
    label: str
    unit: str
    possible: str
    default: str
    certainty: str
    source: str
    own: list[OwnRange]


def range_rows(court: Unit) -> list[RangeRow]:
    """In the order of the table. One query."""
    own: defaultdict[str, list[OwnRange]] = defaultdict(list)
    for row in ReferenceRange.objects.filter(court=court).order_by("code", "sex"):
        words = range_in_words(Range(row.low, row.high))
        own[row.code].append(OwnRange(row.pk, str(row.get_sex_display()), words, row.source))
    return [
        RangeRow(
            code=code,
            label=label_of(code),
            unit=vital.unit,
            possible=f"{plain(vital.least)}–{plain(vital.most)}",
            default=_default_in_words(vital),
            certainty=vital.certainty,
            source=vital.source,
            own=own[code],
        )
        for code, vital in VITALS.items()
    ]


def _default_in_words(vital: Vital) -> str:
    if "" in vital.usual:
        return range_in_words(vital.usual[""])
    if not vital.usual:
        return ""
    words = {"men": range_in_words(vital.usual[MALE]), "women": range_in_words(vital.usual[FEMALE])}
    return _("men %(men)s, women %(women)s") % words
