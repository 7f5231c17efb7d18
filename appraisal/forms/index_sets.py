from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter, ChoiceFilter, FilterSet

from appraisal.models import IndexSet, Indicator, RaterGroup
from appraisal.models.index_sets import STAFF_CLASS_CHOICES
from cadres.forms.approvals import day_field
from cadres.forms.officers import PlainSelect
from courtparty.accounts.models import Unit

HUNDRED = Decimal(100)


class IndexSetFilter(FilterSet):
    q = CharFilter(
        label=_("Name or code"),
        method="named",
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off", "maxlength": 60}),
    )
    function = ChoiceFilter(
        label=_("Function"),
        empty_label=_("all"),
        choices=Unit.Function.choices,
        widget=PlainSelect,
    )
    staff_class = ChoiceFilter(
        label=_("Staff class"),
        empty_label=_("all"),
        choices=STAFF_CLASS_CHOICES,
        widget=PlainSelect,
    )
    state = ChoiceFilter(
        label=_("State"), empty_label=_("all"), choices=IndexSet.State.choices, widget=PlainSelect
    )

    def named(self, queryset, name, value):
        text = value.strip()
        return queryset.filter(
            Q(name__contains=text) | Q(name_en__icontains=text) | Q(code__icontains=text)
        )

    @property
    def found(self) -> QuerySet[IndexSet]:
        return self.qs if self.is_valid() else self.queryset.none()


def plain_helper() -> FormHelper:
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True
    return helper


class StampedForm(forms.Form):
    """Carries the stamp of what was read, so that nobody saves over a change not seen."""

    stamp = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()

    @property
    def values(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "stamp"}


class BasicsForm(StampedForm):
    """What a set is called, rests on, and until when it is good."""

    name = forms.CharField(label=_("Name"), max_length=80)
    name_en = forms.CharField(label=_("English name"), max_length=120)
    basis = forms.CharField(
        label=_("Basis"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("The document or the meeting on which the set rests."),
    )
    review_on = day_field(
        label=_("To be reviewed by"),
        required=False,
        help_text=_(
            "Work changes, so a set is reviewed: a day in the future, within two years "
            "(adaptability)."
        ),
    )
    raters_known = forms.BooleanField(
        label=_("Raters known to the appraisal administrator"),
        required=False,
        help_text=_("Without the tick nobody sees who gave which rating, only how many came back."),
    )


class NewSetForm(BasicsForm):
    """An empty set for one function and staff class."""

    court = forms.ModelChoiceField(Unit.objects.none(), label=_("Court"), empty_label=None)
    function = forms.ChoiceField(label=_("Function"), choices=[("", "—"), *Unit.Function.choices])
    staff_class = forms.ChoiceField(
        label=_("Staff class"), choices=[("", "—"), *STAFF_CLASS_CHOICES]
    )
    field_order = [
        "court", "function", "staff_class", "name", "name_en", "basis", "review_on",
        "raters_known", "stamp",
    ]  # fmt: skip

    def __init__(self, *args: Any, courts: QuerySet[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.courts = list(courts[:2])
        self.fields["court"].queryset = courts
        if len(self.courts) == 1:
            del self.fields["court"]

    @property
    def values(self) -> dict[str, Any]:
        court = self.cleaned_data.get("court") or self.courts[0]
        return super().values | {"court": court}


class CopyForm(forms.Form):
    """A draft with the same content: the next version, or for other people."""

    function = forms.ChoiceField(label=_("Function"), choices=Unit.Function.choices)
    staff_class = forms.ChoiceField(
        label=_("Staff class"),
        choices=STAFF_CLASS_CHOICES,
        help_text=_(
            "The same function and staff class give the next version; others give a set of their "
            "own, which should then be made to fit."
        ),
    )
    name = forms.CharField(label=_("Name"), max_length=80)
    name_en = forms.CharField(label=_("English name"), max_length=120)
    review_on = day_field(label=_("To be reviewed by"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()


def weight_field(**kwargs: Any) -> forms.DecimalField:
    return forms.DecimalField(
        label=kwargs.pop("label", _("Weight")),
        max_digits=5,
        decimal_places=2,
        min_value=Decimal("0.01"),
        max_value=HUNDRED,
        widget=forms.NumberInput(
            attrs={"step": "0.01", "min": "0.01", "max": "100", "inputmode": "decimal"}
        ),
        **kwargs,
    )


class ArrangeForm(StampedForm):
    """Order and weights of all indicators at once; a veto has no weight.

    The order is that in which the codes come; ``up`` or ``down`` names one to be moved by a step.
    """

    def __init__(self, data: Any, *, indicators: Sequence[Indicator], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.indicators = {one.code: one for one in indicators}
        self.codes = list(self.indicators)
        if data is not None and data.getlist("code"):
            self.codes = data.getlist("code")
        for code, one in self.indicators.items():
            if one.kind != Indicator.Kind.VETO:
                field = weight_field(label=one.display_name, initial=one.weight)
                field.widget.attrs["data-weight"] = "bonus" if one.kind == "bonus" else "base"
                field.widget.attrs["aria-label"] = _("Weight of %(name)s") % {
                    "name": one.display_name
                }
                self.fields[f"weight_{code}"] = field

    def rows(self) -> Iterable[tuple[Indicator, forms.BoundField | None]]:
        """The indicators in the order sent, each with its field."""
        known = [code for code in dict.fromkeys(self.codes) if code in self.indicators]
        left = [code for code in self.indicators if code not in known]
        for code in [*known, *left]:
            name = f"weight_{code}"
            yield self.indicators[code], self[name] if name in self.fields else None

    @property
    def order(self) -> list[str]:
        codes = list(self.codes)
        for name, step in (("up", -1), ("down", 1)):
            code = self.data.get(name, "")
            if code in codes:
                place = codes.index(code)
                other = min(max(place + step, 0), len(codes) - 1)
                codes[place], codes[other] = codes[other], codes[place]
        return codes

    @property
    def weights(self) -> dict[str, Decimal]:
        return {
            name.removeprefix("weight_"): value
            for name, value in self.cleaned_data.items()
            if name.startswith("weight_")
        }


class RaterGroupsForm(StampedForm):
    """Which groups rate, what their word weighs, and how many at most are drawn."""

    def __init__(self, *args: Any, groups: Iterable[RaterGroup] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        given = {group.kind: group for group in groups}
        for kind, label in RaterGroup.Kind.choices:
            group = given.get(kind)
            self.fields[f"weight_{kind}"] = forms.DecimalField(
                label=_("Weight of “%(group)s”") % {"group": label},
                max_digits=5,
                decimal_places=2,
                min_value=0,
                max_value=HUNDRED,
                required=False,
                initial=group.weight if group else None,
                widget=forms.NumberInput(
                    attrs={
                        "step": "0.01",
                        "min": "0",
                        "max": "100",
                        "inputmode": "decimal",
                        "data-weight": "base",
                    }
                ),
            )
            self.fields[f"at_most_{kind}"] = forms.IntegerField(
                label=_("At most, of “%(group)s”") % {"group": label},
                min_value=1,
                max_value=500,
                required=False,
                initial=group.at_most if group else 1 if kind in ("self", "head") else 10,
                widget=forms.NumberInput(attrs={"min": "1", "max": "500", "inputmode": "numeric"}),
            )

    def rows(self) -> Iterable[tuple[str, forms.BoundField, forms.BoundField]]:
        for kind, label in RaterGroup.Kind.choices:
            yield str(label), self[f"weight_{kind}"], self[f"at_most_{kind}"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.errors:
            return cleaned
        for kind in RaterGroup.Kind.values:
            if cleaned.get(f"weight_{kind}") and cleaned.get(f"at_most_{kind}") is None:
                self.add_error(f"at_most_{kind}", _("Say how many at most."))
        weights = [cleaned.get(f"weight_{kind}") or Decimal(0) for kind in RaterGroup.Kind.values]
        total = sum(weights, Decimal(0))
        if total not in (0, HUNDRED):
            text = _("The weights total %(total)s; they must total exactly 100.")
            raise forms.ValidationError(text, params={"total": f"{total.normalize():f}"})
        return cleaned

    @property
    def groups(self) -> dict[str, tuple[Decimal, int]]:
        return {
            kind: (self.cleaned_data[f"weight_{kind}"], self.cleaned_data[f"at_most_{kind}"])
            for kind in RaterGroup.Kind.values
            if self.cleaned_data.get(f"weight_{kind}")
        }
