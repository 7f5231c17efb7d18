import re
from datetime import date
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Fieldset, Layout, Row
from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters import ChoiceFilter, FilterSet

from appraisal.selectors.annual_grades import GRADES
from cadres.forms.approvals import day_field
from cadres.forms.officers import PlainSelect
from cadres.models import Officer
from courtparty.accounts.models import Unit
from courtparty.lib.dates import ONE_DAY
from retention.models import Certainty, EntitlementKind, EntitlementRule
from retention.rules.entitlement_tables import SCHEMA, Item, flat, stored, table_faults
from retention.selectors.entitlement_rule_pages import FAULTS, LABELS, WHEN, at_time

_WRONG_YEAR = _("Please check the year of this date.")
IN_OUR_TIME = [
    MinValueValidator(date(2000, 1, 1), _WRONG_YEAR),
    MaxValueValidator(date(2100, 12, 31), _WRONG_YEAR),
]
LADDER_HELP = _(
    "One rank on each line, from below upwards, then the months: 二级科员 24. A dash for a rank "
    "after which no term is laid down: 一级调研员 -."
)
BANDS_HELP = _(
    "On each line three numbers: from how many years of service, how many days, and the months of "
    "sick leave from which there are none: 1 5 2."
)
_DASHES = {"-", "—", "－", "–", "无"}


class RuleFilter(FilterSet):
    kind = ChoiceFilter(
        label=_("Kind"), empty_label=_("all"), choices=EntitlementKind.choices, widget=PlainSelect
    )
    when = ChoiceFilter(
        label=_("In force"),
        empty_label=_("all"),
        choices=list(WHEN.items()),
        method="at_time",
        widget=PlainSelect,
    )
    certainty = ChoiceFilter(
        label=_("How sure"), empty_label=_("all"), choices=Certainty.choices, widget=PlainSelect
    )

    def __init__(self, data: Any, queryset: QuerySet[EntitlementRule], *, on: date) -> None:
        super().__init__(data, queryset)
        self.on = on

    @property
    def found(self) -> QuerySet[EntitlementRule]:
        return self.qs if self.is_valid() else self.queryset.none()

    def at_time(self, queryset: Any, name: str, value: str) -> Any:
        return at_time(queryset, value, on=self.on)


class KindForm(forms.Form):
    """Of which kind, and in which court, a version is to be set: its fields follow from that."""

    court = forms.ModelChoiceField(Unit.objects.none(), label=_("Court"), empty_label=None)
    kind = forms.ChoiceField(label=_("Kind"), choices=EntitlementKind.choices)

    def __init__(self, *args: Any, courts: list[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.courts = courts
        self.fields["court"].queryset = Unit.objects.filter(pk__in=[one.pk for one in courts])
        if len(courts) == 1:
            del self.fields["court"]

    @property
    def chosen_court(self) -> Unit:
        found: Unit = self.cleaned_data.get("court") or self.courts[0]
        return found


class DescriptionForm(forms.Form):
    """What is said of a rule: its names, where the numbers come from, how sure they are."""

    name = forms.CharField(label=_("Name in Chinese"), max_length=80)
    name_en = forms.CharField(label=_("Name in English"), max_length=80)
    source = forms.CharField(
        label=_("Source"),
        max_length=300,
        help_text=_("The rule or document the numbers come from, with article and year."),
    )
    certainty = forms.ChoiceField(
        label=_("How sure"),
        choices=Certainty.choices,
        widget=forms.RadioSelect,
        help_text=_("Shown wherever something is explained by this rule."),
    )
    note = forms.CharField(label=_("Note"), max_length=300, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.layout = Layout(self.said())

    def said(self) -> Fieldset:
        names = Row(Column("name"), Column("name_en"))
        return Fieldset(_("Where it comes from"), names, "source", "certainty", "note")

    @property
    def words(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in DescriptionForm.base_fields}


class RuleForm(DescriptionForm):
    """A version of the rule of one kind: its numbers, from when on, and what is said of it."""

    start = day_field(
        label=_("In force from"),
        validators=IN_OUR_TIME,
        help_text=_("The version before ends on the day before."),
    )

    def __init__(self, *args: Any, kind: str, like: EntitlementRule | None, **kwargs: Any) -> None:
        """``like``: the version whose numbers are offered to begin with."""
        self.kind = kind
        plain = flat(kind, like.table) if like else {}
        if like:
            words = {name: getattr(like, name) for name in DescriptionForm.base_fields}
            kwargs["initial"] = words | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        for item in SCHEMA[kind]:
            self.fields[item.name] = _field(item, plain.get(item.name))
        numbers = Fieldset(_("Numbers"), "start", *[item.name for item in SCHEMA[kind]])
        self.helper.layout = Layout(numbers, self.said())

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        names = {item.name for item in SCHEMA[self.kind]}
        if names & self.errors.keys():
            return cleaned
        self.table = stored(self.kind, {name: cleaned[name] for name in sorted(names)})
        for fault in table_faults(self.kind, self.table):
            self.add_error(fault.name, str(FAULTS[fault.code]) % dict(fault.values))
        return cleaned


def _field(item: Item, value: Any) -> forms.Field:
    label = LABELS[item.name]
    if item.shape == "number":
        return forms.IntegerField(
            label=label, min_value=item.low, max_value=item.high, initial=value
        )
    if item.shape in ("categories", "grades"):
        return forms.MultipleChoiceField(
            label=label,
            choices=Officer.Category.choices if item.shape == "categories" else GRADES,
            widget=forms.CheckboxSelectMultiple,
            initial=value,
            required=not item.may_be_empty,
        )
    rows = LadderField if item.shape == "ladder" else BandsField
    return rows(label=label, initial=rows.written(value or []))


class LadderField(forms.CharField):
    """A ladder of ranks, one on each line with its months."""

    widget = forms.Textarea(attrs={"rows": 12})

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=2000, help_text=LADDER_HELP, **kwargs)

    @staticmethod
    def written(rows: list[dict[str, Any]]) -> str:
        return "\n".join(f"{row['rank']} {row['months'] or '-'}" for row in rows)

    def clean(self, value: Any) -> list[dict[str, Any]]:
        lines = [line.split() for line in super().clean(value).splitlines() if line.strip()]
        return [_rung(number, words) for number, words in enumerate(lines, 1)]


def _rung(number: int, words: list[str]) -> dict[str, Any]:
    last = words[-1].removesuffix("个月")
    if len(words) < 2 or not (last in _DASHES or re.fullmatch(r"[0-9]{1,3}", last)):
        text = str(FAULTS["table_ladder_row"]) % {"row": number, "high": 600}
        raise forms.ValidationError(text, code="row")
    months = None if last in _DASHES else int(last)
    return {"rank": "".join(words[:-1]), "months": months}


class BandsField(forms.CharField):
    """Bands of years of service, three numbers on each line."""

    widget = forms.Textarea(attrs={"rows": 4})

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=1000, help_text=BANDS_HELP, **kwargs)

    @staticmethod
    def written(rows: list[dict[str, Any]]) -> str:
        return "\n".join(
            f"{row['from_years']} {row['days']} {row.get('sick_months', '')}".rstrip()
            for row in rows
        )

    def clean(self, value: Any) -> list[dict[str, int]]:
        lines = [line for line in super().clean(value).splitlines() if line.strip()]
        found = []
        for number, line in enumerate(lines, 1):
            words = re.split(r"[\s,，;；:：]+", line.strip())
            if len(words) != 3 or not all(re.fullmatch(r"[0-9]{1,3}", word) for word in words):
                text = str(FAULTS["table_band_row"]) % {"row": number}
                raise forms.ValidationError(text, code="row")
            years, days, months = map(int, words)
            found.append({"from_years": years, "days": days, "sick_months": months})
        return found


class RuleEndForm(forms.Form):
    last = day_field(
        label=_("Last day in force"),
        validators=IN_OUR_TIME,
        help_text=_("After it nothing of this kind is computed, unless a new version begins."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False

    @property
    def end(self) -> date:
        """The first day no longer in force."""
        return self.cleaned_data["last"] + ONE_DAY
