from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from appraisal.models import Cycle, Indicator
from appraisal.selectors.rating_returns import people_of
from appraisal.selectors.ratings import Card
from appraisal.services.ratings import Answer
from cadres.models import Officer
from courtparty.lib.languages import in_english

REMARK = 500


@dataclass(frozen=True, slots=True)
class Option:
    """One graded word to tap, with what it means."""

    id: str
    place: int
    word: str
    text: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """One question as it is drawn: the field's name, its words, and what is wrong with it."""

    field: BoundField
    indicator: Indicator
    options: list[Option]

    @property
    def chosen(self) -> Option | None:
        return next((option for option in self.options if option.is_chosen), None)


class RatingForm(forms.Form):
    """The words for one person. Nothing is required: it is saved as one goes."""

    comment = forms.CharField(
        label=_("Remark"),
        max_length=REMARK,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": REMARK}),
    )

    def __init__(self, card: Card, data: Any = None) -> None:
        initial = {_field(one.indicator): one.place for one in card.questions}
        initial["comment"] = card.sheet.comment
        super().__init__(data, prefix=f"s{card.sheet.pk}", initial=initial)
        self.card = card
        for one in card.questions:
            self.fields[_field(one.indicator)] = forms.TypedChoiceField(
                label=one.indicator.display_name,
                choices=list(enumerate(words_of(one.indicator))),
                coerce=int,
                empty_value=None,
                required=False,
                error_messages={
                    "invalid_choice": _(
                        "This is none of the words to choose from. Please load the page again."
                    )
                },
            )

    @property
    def is_sent(self) -> bool:
        """Whether the form came with anything of this person: handed-in ones send nothing."""
        return any(self.add_prefix(name) in self.data for name in self.fields)

    @property
    def answer(self) -> Answer:
        chosen = {
            one.indicator.code: self.cleaned_data[_field(one.indicator)]
            for one in self.card.questions
        }
        marks = {code: place for code, place in chosen.items() if place is not None}
        return Answer(marks, self.cleaned_data["comment"])

    def asked(self) -> Iterator[Asked]:
        for one in self.card.questions:
            field = self[_field(one.indicator)]
            value = field.value()
            yield Asked(field, one.indicator, list(_options(field, one.indicator, value)))


def _field(indicator: Indicator) -> str:
    return f"q-{indicator.code}"


def words_of(indicator: Indicator) -> list[str]:
    key = "word_en" if in_english() else "word"
    return [anchor.get(key) or anchor["word"] for anchor in indicator.anchors]


def _options(field: BoundField, indicator: Indicator, value: Any) -> Iterator[Option]:
    key = "text_en" if in_english() else "text"
    for place, (word, anchor) in enumerate(
        zip(words_of(indicator), indicator.anchors, strict=True)
    ):
        text = anchor.get(key) or anchor.get("text", "")
        is_chosen = value is not None and str(value) == str(place)
        yield Option(f"{field.auto_id}-{place}", place, word, text, is_chosen)


class OfficerChoice(forms.ModelChoiceField):
    def label_from_instance(self, officer: Officer) -> str:
        return f"{officer.name} · {officer.department.display_name}"


class ReplaceForm(forms.Form):
    """Whose ratings somebody else is to give. The choice shows nobody's panel."""

    rater = OfficerChoice(
        label=_("Who can't rate"), queryset=Officer.objects.none(), empty_label=""
    )
    ratee = OfficerChoice(
        label=_("About whom"),
        queryset=Officer.objects.none(),
        required=False,
        empty_label=_("about everybody"),
        help_text=_("One person only, for instance a relative; otherwise leave it open."),
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=200,
        help_text=_("Kept in the log. Write nothing here that is private."),
    )

    def __init__(self, *args: Any, cycle: Cycle, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["rater"].queryset = people_of(cycle, as_raters=True)
        self.fields["ratee"].queryset = people_of(cycle, as_raters=False)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.layout = Layout("rater", "ratee", "reason")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("rater") and cleaned.get("rater") == cleaned.get("ratee"):
            self.add_error("ratee", _("Nobody else can give the word about oneself."))
        return cleaned
