"""Forms of what a court sets for its appraisal: heads' shares and case points."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from appraisal.models import Indicator, Measure
from appraisal.rules.case_points import BASE, LARGEST_BASE, LARGEST_COEFFICIENT
from courtparty.accounts.models import Unit

HUNDREDTH, THOUSANDTH = Decimal("0.01"), Decimal("0.001")


def _number(places: Decimal) -> forms.NumberInput:
    return forms.NumberInput(attrs={"step": str(places), "inputmode": "decimal"})


class HeadShareForm(forms.Form):
    words = forms.CharField(
        label=_("Titles"),
        max_length=200,
        help_text=_("Words in the title, separated by spaces; the longest that fits counts."),
    )
    share = forms.DecimalField(
        label=_("Share of an average judge's cases (%)"),
        max_digits=5,
        decimal_places=2,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
        widget=_number(HUNDREDTH),
        help_text=_("0: a head without cases, as the director of an office."),
    )
    certainty = forms.ChoiceField(
        label=_("How sure is this?"),
        choices=Indicator.Certainty.choices,
        initial=Indicator.Certainty.UNVERIFIED,
    )


class CaseTableForm(forms.Form):
    """A new draft: its court, only where there are several, and its name."""

    court = forms.ModelChoiceField(Unit.objects.none(), label=_("Court"), empty_label=None)
    name = forms.CharField(label=_("Name"), max_length=80)
    basis = forms.CharField(
        label=_("Basis"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("The document or decision the points rest on."),
    )

    def __init__(self, *args: Any, courts: QuerySet[Unit] | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if courts is None:
            del self.fields["court"]
            return
        self.fields["court"].queryset = courts
        if len(courts) == 1:
            self.fields["court"].initial = courts[0]
            self.fields["court"].widget = forms.HiddenInput()


class CaseWeightForm(forms.Form):
    """One kind of case in one role, and the three numbers that make its points."""

    measure = forms.ModelChoiceField(
        Measure.objects.none(), label=_("Cases counted"), empty_label="—"
    )
    base = forms.DecimalField(
        label=_("Base points"),
        max_digits=6,
        decimal_places=2,
        initial=BASE,
        validators=[MinValueValidator(HUNDREDTH), MaxValueValidator(LARGEST_BASE)],
        widget=_number(HUNDREDTH),
    )
    type_coefficient = forms.DecimalField(
        label=_("Coefficient of the kind of case"),
        max_digits=5,
        decimal_places=3,
        validators=[MinValueValidator(THOUSANDTH), MaxValueValidator(LARGEST_COEFFICIENT)],
        widget=_number(THOUSANDTH),
    )
    role_coefficient = forms.DecimalField(
        label=_("Coefficient of the role"),
        max_digits=5,
        decimal_places=3,
        initial=1,
        validators=[MinValueValidator(THOUSANDTH), MaxValueValidator(LARGEST_COEFFICIENT)],
        widget=_number(THOUSANDTH),
        help_text=_("Presiding or handling the case counts more than sitting with the bench."),
    )
    certainty = forms.ChoiceField(
        label=_("How sure is this?"),
        choices=Indicator.Certainty.choices,
        initial=Indicator.Certainty.UNVERIFIED,
    )

    def __init__(self, *args: Any, measures: QuerySet[Measure], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["measure"].queryset = measures
