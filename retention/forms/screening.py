from dataclasses import dataclass
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter, ChoiceFilter, FilterSet

from cadres.forms.officers import PlainSelect
from retention.models import ScreeningAlert, ScreeningSettings
from retention.models.screening import ScreeningAlertQuerySet
from retention.selectors.calls import searched
from retention.selectors.screening_words import InstrumentShown


@dataclass(frozen=True, slots=True)
class OptionAsked:
    id: str
    value: int
    text: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class QuestionAsked:
    number: int
    name: str
    id: str
    text: str
    options: list[OptionAsked]
    errors: list[str]


class ScreeningForm(forms.Form):
    """One questionnaire: a choice for each question, none of them made beforehand."""

    shares_with_steward = forms.BooleanField(
        label=_("Show this result to the health steward and ask for a call"),
        required=False,
        help_text=_("Your own choice; you can take it back on the page of the result."),
    )

    def __init__(self, *args: Any, about: InstrumentShown, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.about = about
        for question in about.questions:
            self.fields[_name(question.number)] = _answer_field(question.number, about.options)
        self.order_fields([_name(question.number) for question in about.questions])

    @property
    def asked(self) -> list[QuestionAsked]:
        """The questions with what was chosen so far."""
        return [self._asked(question.number, question.text) for question in self.about.questions]

    def _asked(self, number: int, text: str) -> QuestionAsked:
        field = self[_name(number)]
        chosen = field.value()
        options = [
            OptionAsked(f"{field.auto_id}_{value}", value, option, chosen == str(value))
            for value, option in enumerate(self.about.options)
        ]
        return QuestionAsked(
            number, field.html_name, f"div_{field.auto_id}", text, options, list(field.errors)
        )

    @property
    def facts(self) -> dict[str, Any]:
        answers = [self.cleaned_data[_name(question.number)] for question in self.about.questions]
        shares = self.cleaned_data["shares_with_steward"]
        return {"answers": answers, "shares_with_steward": shares}


def _name(number: int) -> str:
    return f"answer_{number}"


def _answer_field(number: int, options: list[str]) -> forms.TypedChoiceField:
    missing = _("Question %(number)s has no answer yet.") % {"number": number}
    return forms.TypedChoiceField(
        label=_("Question %(number)s") % {"number": number},
        choices=list(enumerate(options)),
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": missing, "invalid_choice": missing},
    )


class CallFilter(FilterSet):
    q = CharFilter(
        label=_("Name"),
        method="search",
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off", "maxlength": 60}),
    )
    state = ChoiceFilter(
        label=_("State"),
        empty_label=_("all"),
        choices=ScreeningAlert.State.choices,
        widget=PlainSelect,
    )

    @property
    def found(self) -> ScreeningAlertQuerySet:
        return self.qs if self.is_valid() else self.queryset.none()

    def search(self, queryset, name, value):
        return searched(queryset, value.strip())


class CallNoteForm(forms.Form):
    """A note of a call. The officer can read it."""

    note = forms.CharField(
        label=_("Note"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Stored encrypted. Stewards and the officer can read it, nobody else."),
    )


class ScreeningSettingsForm(forms.ModelForm):
    class Meta:
        model = ScreeningSettings
        fields = ["crisis_line", "local_help", "invites_yearly", "invite_month", "invite_days"]
        widgets = {"local_help": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
