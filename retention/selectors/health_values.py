"""Values of a check-up in words: with their unit, the usual range, and where they lie in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import get_language, gettext_lazy, pgettext
from django.utils.translation import gettext as _

from courtparty.accounts.models import Unit
from retention.models import ReferenceRange
from retention.rules.vitals import (
    BLOOD,
    BODY,
    CIRCULATION,
    EYES,
    VITALS,
    Fault,
    Range,
    Ranges,
    Vital,
    place_of,
    usual_range,
    with_index,
)

GROUP_NAMES = {
    BODY: gettext_lazy("Body"),
    CIRCULATION: gettext_lazy("Circulation"),
    BLOOD: gettext_lazy("Blood"),
    EYES: gettext_lazy("Eyes"),
}
TONES = {"low": "warning", "high": "warning", "usual": "success", "": "neutral"}


def label_of(code: str) -> str:
    """In the reader's language: the table carries both."""
    vital = VITALS[code]
    return vital.name_en if (get_language() or "").startswith("en") else vital.name


def label_with_unit(code: str) -> str:
    unit = VITALS[code].unit
    return f"{label_of(code)} ({unit})" if unit else label_of(code)


def place_in_words(place: str) -> str:
    return {
        "low": pgettext("of a measured value", "low"),
        "high": pgettext("of a measured value", "high"),
        "usual": pgettext("of a measured value", "usual"),
    }.get(place, "")


def range_in_words(usual: Range) -> str:
    if usual.low is not None and usual.high is not None:
        return f"{plain(usual.low)}–{plain(usual.high)}"
    if usual.low is not None:
        return f"≥ {plain(usual.low)}"
    return f"≤ {plain(usual.high)}" if usual.high is not None else ""


def plain(number: Decimal) -> str:
    """Without zeros that say nothing: 5.20 is 5.2, 90.00 is 90."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def fault_in_words(fault: Fault) -> str:
    vital = VITALS[fault.code]
    words = {
        "label": label_of(fault.code),
        "least": plain(vital.least),
        "most": plain(vital.most),
        "unit": vital.unit,
    }
    texts = {
        "bounds": _(
            "%(label)s lies between %(least)s and %(most)s %(unit)s in a living adult. "
            "Check the figure and its unit."
        ),
        "pair": _("Enter both blood pressures, or neither."),
        "pressures": _("The systolic pressure is higher than the diastolic. Check both figures."),
        "index": _(
            "Height and weight give a body mass index no adult has. Check both figures and units."
        ),
    }
    return texts[fault.kind] % words


@dataclass(frozen=True, slots=True)
class ValueShown:
    """One value as pages and workbooks show it."""

    code: str
    label: str
    value: str
    number: Decimal
    unit: str
    usual: str
    place: str
    words: str
    tone: str


def numbers_of(vitals: Mapping[str, str] | None) -> dict[str, Decimal]:
    """What is stored as text, as numbers; a value of a table that no longer has it is left out."""
    return {code: Decimal(text) for code, text in (vitals or {}).items() if code in VITALS}


def values_shown(vitals: Mapping[str, str] | None, sex: str, own: Ranges) -> list[ValueShown]:
    """In the order of the table, with the computed body mass index. No query."""
    return [
        _shown(VITALS[code], number, usual_range(code, sex, own))
        for code, number in with_index(numbers_of(vitals)).items()
    ]


def _shown(vital: Vital, number: Decimal, usual: Range) -> ValueShown:
    place = place_of(number, usual)
    return ValueShown(
        code=vital.code,
        label=label_of(vital.code),
        value=f"{number:f}",
        number=number,
        unit=vital.unit,
        usual=range_in_words(usual),
        place=place,
        words=place_in_words(place),
        tone=TONES[place],
    )


def own_ranges(court: Unit) -> dict[tuple[str, str], Range]:
    """What a court has set itself, by value and sex. One query."""
    rows = ReferenceRange.objects.filter(court=court).values_list("code", "sex", "low", "high")
    return {(code, sex): Range(low, high) for code, sex, low, high in rows}
