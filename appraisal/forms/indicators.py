from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from appraisal.forms.index_sets import HUNDRED, StampedForm, weight_field
from appraisal.models import Indicator, Measure
from appraisal.models.results import GRADE_CHOICES
from appraisal.rules.scoring import LIMITS, plain
from courtparty.lib.words import bracketed

Kind = Indicator.Kind

# What each kind is for, in the words of the page on which one is chosen.
KIND_HELP: dict[str, str | Promise] = {
    Kind.RATIO: _("A share, for instance closed within the time limit ÷ closed. More is better, "
                  "or fewer when “full marks at” lies below “no marks at”."),
    Kind.COUNT: _("A number up to a target for each month in post; nothing more beyond it."),
    Kind.RANGE: _("A reasonable range: full marks inside, falling outside, no reward beyond."),
    Kind.LADDER: _("A share against cumulative steps by month, for instance 18 % by March."),
    Kind.GRADED: _("Words such as “excellent” with what they mean, given by raters; or a grade of "
                   "0 to 100 that is entered as a figure."),
    Kind.YES_NO: _("Done or not in each month; the share of months with yes counts."),
    Kind.DEDUCTION: _("Full marks, less so many points for each event, never below none."),
    Kind.BONUS: _("So many points for each event, capped, beside the 100."),
    Kind.VETO: _("No points: one event limits the grade."),
    Kind.HEAD_SHARE: _("Heads of departments: their work against a share of an average judge's."),
}  # fmt: skip

# Fields of parameters: (label, help). Those in SHARES are typed in per cent.
PARAMS: dict[str, tuple[str | Promise, str | Promise]] = {
    "zero_at": (_("No marks at (%)"), _("Up to here nothing is given, for instance 0 or 80.")),
    "full_at": (
        _("Full marks at (%)"),
        _("From here on everything is given, for instance 82. Below “no marks at”: fewer is "
          "better."),
    ),
    "per_month": (
        _("Full marks at, for each month in post"),
        _("For instance 20 closed cases a month; someone in post for six months needs 120."),
    ),
    "low": (
        _("Range from"),
        _("In per cent if it is taken out of something, otherwise as counted."),
    ),
    "high": (_("Range to"), _("Not below “from”.")),
    "margin": (
        _("Falls to none within"),
        _("How far outside the range the points reach none. Above zero, so that nothing jumps."),
    ),
    "per_event": (_("Points for each event"), _("Above zero.")),
    "at_most": (_("Limits the grade to"), _("Whoever has such an event gets no better grade.")),
}  # fmt: skip
STEPS = tuple(f"m{month}" for month in range(1, 13))
PARAMS_OF: Mapping[str, tuple[str, ...]] = {
    Kind.RATIO: ("zero_at", "full_at"),
    Kind.COUNT: ("per_month",),
    Kind.RANGE: ("low", "high", "margin"),
    Kind.LADDER: STEPS,
    Kind.DEDUCTION: ("per_event",),
    Kind.BONUS: ("per_event",),
    Kind.VETO: ("at_most",),
}
DIVIDED = (Kind.RATIO, Kind.LADDER, Kind.RANGE)


class MeasureBoxes(forms.MultipleChoiceField):
    """Measures to tick, with their units; a search box narrows them where scripts run."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)
        self.error_messages["invalid_choice"] = _("There is no measure with the code “%(value)s”.")


class IndicatorForm(StampedForm):
    """An indicator of one kind: only the fields which that kind has."""

    code = forms.CharField(
        label=_("Code"),
        max_length=40,
        validators=[
            RegexValidator(r"^[a-z][a-z0-9_]*$", _("Small letters, digits and underscores only."))
        ],
        help_text=_("By it versions are compared; small letters, digits and underscores."),
    )
    name = forms.CharField(label=_("Name"), max_length=80)
    name_en = forms.CharField(label=_("English name"), max_length=120)
    part = forms.ChoiceField(
        label=_("Part"),
        choices=Indicator.Part.choices,
        widget=forms.RadioSelect,
        help_text=_("The function part is what makes the set fit this function (pertinence)."),
    )
    area = forms.ChoiceField(
        label=_("Duty area"),
        choices=[("", "—"), *Indicator.Area.choices],
        help_text=_("Every duty area of the staff class needs an indicator (comprehensiveness)."),
    )
    source = forms.CharField(
        label=_("Source of the figures"),
        max_length=120,
        help_text=_("The system, register or report they come from (operability)."),
    )
    owner = forms.CharField(
        label=_("Who is responsible for them"),
        max_length=80,
        help_text=_("The office that delivers them; no person's name."),
    )
    basis = forms.CharField(
        label=_("Basis"),
        max_length=200,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Where the numbers come from, in Chinese."),
    )
    basis_en = forms.CharField(
        label=_("Basis in English"),
        max_length=200,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    certainty = forms.ChoiceField(label=_("Certainty"), choices=Indicator.Certainty.choices)

    def __init__(
        self,
        *args: Any,
        kind: str,
        measures: Iterable[Measure],
        indicator: Indicator | None = None,
        **kwargs: Any,
    ) -> None:
        self.kind, self.indicator = kind, indicator
        kwargs["initial"] = self._initial(indicator) | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        if indicator is not None:
            del self.fields["code"]
        self._add_weight()
        self._add_measures([(one.code, bracketed(one, one.unit or "—")) for one in measures])
        for name in PARAMS_OF.get(kind, ()):
            self.fields[name] = self._param_field(name)
        self.order_fields(
            ["stamp", "code", "name", "name_en", "part", "area", "weight", "numerator",
             "denominator", *PARAMS_OF.get(kind, ()), "source", "owner"]
        )  # fmt: skip

    def _initial(self, indicator: Indicator | None) -> dict[str, Any]:
        if indicator is None:
            return {"part": Indicator.Part.FUNCTION, "certainty": Indicator.Certainty.UNVERIFIED}
        plain_fields = (
            "name", "name_en", "part", "area", "weight", "numerator", "denominator", "source",
            "owner", "basis", "basis_en", "certainty",
        )  # fmt: skip
        found = {name: getattr(indicator, name) for name in plain_fields}
        if indicator.kind == self.kind:
            divided = bool(indicator.denominator)
            for name in PARAMS_OF.get(self.kind, ()):
                value = indicator.params.get(name, "")
                found[name] = _typed(str(value), in_percent=divided and name != "at_most")
        return found

    def _add_weight(self) -> None:
        if self.kind == Kind.VETO:
            return
        if self.kind == Kind.BONUS:
            text = _("The most points it can bring, beside the 100.")
            self.fields["weight"] = weight_field(label=_("Cap (points)"), help_text=text)
        else:
            text = _("Points out of 100; the weights of all indicators total exactly 100.")
            self.fields["weight"] = weight_field(help_text=text)

    def _add_measures(self, choices: list[tuple[str, str]]) -> None:
        text = _("Several are added up.")
        if self.kind == Kind.GRADED:
            text = _("Nothing ticked: people rate it with graded words, which you write next.")
        self.fields["numerator"] = MeasureBoxes(label=_("Counted"), choices=choices, help_text=text)
        if self.kind in DIVIDED:
            self.fields["denominator"] = MeasureBoxes(
                label=_("Out of"), choices=choices, help_text=_("Several are added up.")
            )

    def _param_field(self, name: str) -> forms.Field:
        if name == "at_most":
            label, text = PARAMS[name]
            grades = [choice for choice in GRADE_CHOICES if choice[0] in LIMITS]
            return forms.ChoiceField(
                label=label, choices=[("", "—"), *grades], required=False, help_text=text
            )
        if name in STEPS:
            label, text = _("By the end of month %(month)s (%%)"), ""
            label = label % {"month": name.removeprefix("m")}
        else:
            label, text = PARAMS[name]
        return forms.DecimalField(
            label=label,
            required=False,
            min_value=0,
            max_digits=12,
            decimal_places=6,
            help_text=text,
            widget=forms.NumberInput(attrs={"step": "any", "min": "0", "inputmode": "decimal"}),
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        both = set(cleaned.get("numerator", ())) & set(cleaned.get("denominator", ()))
        if both and len(cleaned.get("denominator", ())) == 1 and len(cleaned["numerator"]) == 1:
            self.add_error("denominator", _("It can't be taken out of itself."))
        return cleaned

    @property
    def values(self) -> dict[str, Any]:
        """The fields of the indicator; parameters as text, shares as parts of one."""
        cleaned = self.cleaned_data
        names = ("name", "name_en", "part", "area", "source", "owner", "basis", "basis_en",
                 "certainty")  # fmt: skip
        found = {name: cleaned[name] for name in names}
        if self.indicator is None:
            found["code"] = cleaned["code"]
        numerator, denominator = cleaned["numerator"], cleaned.get("denominator", [])
        return found | {
            "kind": self.kind,
            "weight": cleaned.get("weight", Decimal(0)),
            "numerator": numerator,
            "denominator": denominator,
            "params": self._params(bool(denominator) or self.kind in (Kind.RATIO, Kind.LADDER)),
        }

    def _params(self, in_percent: bool) -> dict[str, str]:
        found = {}
        for name in PARAMS_OF.get(self.kind, ()):
            value = self.cleaned_data.get(name)
            if value in (None, ""):
                continue
            if isinstance(value, Decimal):
                value = plain(value / HUNDRED if in_percent else value)
            found[name] = value
        return found


def _typed(text: str, *, in_percent: bool) -> str:
    """A stored parameter as it is typed: 0.82 of a share is 82."""
    if not text or not in_percent:
        return text
    try:
        return plain(Decimal(text) * HUNDRED)
    except InvalidOperation:
        return text


# -- graded words -----------------------------------------------------------------------------

MOST_WORDS = 7
USUAL_WORDS = (("优秀", "excellent", "100"), ("良好", "good", "85"), ("一般", "fair", "70"),
               ("较差", "poor", "40"))  # fmt: skip


class AnchorForm(forms.Form):
    word = forms.CharField(label=_("Word"), max_length=20, required=False)
    word_en = forms.CharField(label=_("Word in English"), max_length=40, required=False)
    score = forms.DecimalField(
        label=_("Score"),
        min_value=0,
        max_value=HUNDRED,
        max_digits=5,
        decimal_places=2,
        required=False,
        widget=forms.NumberInput(attrs={"min": "0", "max": "100", "step": "any"}),
    )
    text = forms.CharField(
        label=_("What it means"),
        max_length=200,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    text_en = forms.CharField(
        label=_("What it means, in English"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        given = [name for name, value in cleaned.items() if value not in (None, "")]
        if given and len(given) < len(self.fields) and not self.errors:
            raise forms.ValidationError(_("Fill in the whole row, or leave it empty."))
        return cleaned


class _AnchorFormSet(forms.BaseFormSet):
    def clean(self) -> None:
        if any(self.errors):
            return
        scores = [Decimal(anchor["score"]) for anchor in self.anchors]
        if any(low >= high for high, low in pairwise(scores)):
            raise forms.ValidationError(_now("Best first: the scores must fall from row to row."))

    @property
    def anchors(self) -> list[dict[str, str]]:
        """The rows that were filled in, scores as text."""
        return [
            {**form.cleaned_data, "score": plain(form.cleaned_data["score"])}
            for form in self.forms
            if form.cleaned_data.get("word")
        ]


AnchorFormSet = forms.formset_factory(
    AnchorForm, formset=_AnchorFormSet, extra=0, max_num=MOST_WORDS, validate_max=True
)


def anchor_rows(anchors: list[dict[str, str]]) -> list[dict[str, str]]:
    """The rows with which the editor of graded words opens: those there are, and empty ones."""
    rows = [dict(anchor) for anchor in anchors]
    if not rows:
        rows = [{"word": word, "word_en": english, "score": score}
                for word, english, score in USUAL_WORDS]  # fmt: skip
    return rows + [{}] * (MOST_WORDS - len(rows))
