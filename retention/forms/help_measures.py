"""Forms of measures of help and of the budget they take."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Fieldset, Layout, Row
from django import forms
from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter, FilterSet, NumberFilter

from cadres.forms.approvals import day_field
from courtparty.accounts.models import Unit
from courtparty.jobs.forms import AttachmentField
from retention.forms.days import coming_day_field
from retention.forms.hardship import SHORT, PersonField
from retention.models import BudgetSource, HelpMeasure
from retention.rules.help_measures import MOST
from retention.selectors.hardship import Person

CENTS = {"max_digits": 12, "decimal_places": 2, "min_value": Decimal("0.01")}


class ProposeForm(forms.Form):
    """A measure: what, at what cost, from where, and who decides."""

    kind = forms.ChoiceField(
        label=_("Kind of help"), choices=[("", "—"), *HelpMeasure.Kind.choices]
    )
    approver_id = PersonField(
        label=_("Who decides"),
        help_text=_("Is let into the case for it. Nobody decides on an own proposal."),
    )
    text = forms.CharField(
        label=_("What is to be done"), max_length=2000, widget=forms.Textarea(attrs=SHORT)
    )
    amount = forms.DecimalField(
        label=_("Amount (yuan)"), required=False, max_value=MOST, **CENTS,
        help_text=_("For aid, and for gifts that cost money."),
    )  # fmt: skip
    source_id = forms.TypedChoiceField(
        label=_("Budget source"), required=False, coerce=int, empty_value=None
    )
    start = coming_day_field(label=_("First day"), required=False)
    last_day = coming_day_field(label=_("Last day"), required=False)
    what = forms.CharField(
        label=_("What is agreed"),
        max_length=500,
        required=False,
        help_text=_("For instance: from 9:30, on Mondays from home. Read in the case only."),
    )
    is_shown_to_head = forms.BooleanField(
        label=_("The head of the department sees “flexible hours” with these days, not why"),
        required=False,
        initial=True,
    )

    def __init__(
        self,
        *args: Any,
        people: Sequence[Person],
        sources: Sequence[BudgetSource],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "—"), *((str(one.pk), one.label) for one in people)]
        self.fields["approver_id"].choices = choices
        left = _("%(source)s · left: %(left)s yuan")
        self.fields["source_id"].choices = [
            ("", "—"),
            *(
                (str(one.pk), left % {"source": one.name, "left": f"{one.left:,}"})
                for one in sources
            ),
        ]
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.layout = Layout(
            Row(Column("kind", css_class="col-md-5"), Column("approver_id", css_class="col-md-7")),
            "text",
            Fieldset(
                _("Money, if any"),
                Row(
                    Column("amount", css_class="col-md-5"),
                    Column("source_id", css_class="col-md-7"),
                ),
            ),
            Fieldset(
                _("Only for flexible work"),
                Row(
                    Column("start", css_class="col-md-6"), Column("last_day", css_class="col-md-6")
                ),
                "what",
                "is_shown_to_head",
            ),
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        start, last = cleaned.get("start"), cleaned.get("last_day")
        if bool(start) != bool(last):
            missing = "last_day" if start else "start"
            if missing not in self.errors:
                self.add_error(missing, _("Give both the first and the last day."))
        elif start and last and last < start:
            self.add_error("last_day", _("The last day lies before the first."))
        return cleaned

    @property
    def facts(self) -> dict[str, Any]:
        facts = dict(self.cleaned_data)
        last: date | None = facts.pop("last_day")
        return {**facts, "end": last + timedelta(days=1) if last else None}


class DecideForm(forms.Form):
    is_approved = forms.TypedChoiceField(
        label=_("Decision"),
        coerce=lambda value: value == "yes",
        choices=[("yes", _("approve")), ("no", _("refuse"))],
        widget=forms.RadioSelect,
    )
    words = forms.CharField(
        label=_("Words of the decision"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs=SHORT),
        help_text=_("Needed to refuse. Officer and coordinator read it; it is encrypted."),
    )

    @property
    def facts(self) -> dict[str, Any]:
        return self.cleaned_data


class CarryOutForm(forms.Form):
    day = day_field(label=_("Carried out on"))
    note = forms.CharField(
        label=_("Note"), max_length=1000, required=False, widget=forms.Textarea(attrs=SHORT)
    )
    file = AttachmentField(
        required=False, label=_("Document"), help_text=_("A receipt or transfer slip.")
    )

    @property
    def facts(self) -> dict[str, Any]:
        facts = dict(self.cleaned_data)
        file = facts.pop("file")
        return {**facts, "files": [file] if file else []}


class EndFlexibleForm(forms.Form):
    last_day = coming_day_field(label=_("Last day"))

    @property
    def facts(self) -> dict[str, Any]:
        return self.cleaned_data


class SourceForm(forms.Form):
    """A budget source of a court and year."""

    court = forms.TypedChoiceField(label=_("Court"))
    name = forms.CharField(
        label=_("Name of the source"),
        max_length=60,
        help_text=_("For instance 工会慰问经费. Nothing about a person belongs here."),
    )
    year = forms.IntegerField(label=_("Year"), min_value=2000, max_value=2100)
    amount = forms.DecimalField(label=_("Amount of the year (yuan)"), **CENTS)

    def __init__(self, *args: Any, courts: Sequence[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = {str(one.pk): one for one in courts}
        self.fields["court"].choices = [(key, one.display_name) for key, one in known.items()]
        self.fields["court"].coerce = known.get
        if len(known) == 1:
            self.fields["court"].widget = forms.HiddenInput()
            self.fields["court"].initial = next(iter(known))


class SourceChangeForm(forms.Form):
    """``seen``: the amount the person had before them; another one by now is a conflict."""

    name = forms.CharField(label=_("Name of the source"), max_length=60)
    amount = forms.DecimalField(label=_("Amount of the year (yuan)"), **CENTS)
    seen = forms.DecimalField(required=False, widget=forms.HiddenInput)


class BudgetFilter(FilterSet):
    q = CharFilter(
        label=_("Name of the source"),
        field_name="name",
        lookup_expr="contains",
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off", "maxlength": 60}),
    )
    year = NumberFilter(label=_("Year"), widget=forms.NumberInput(attrs={"min": 2000, "max": 2100}))

    @property
    def found(self):
        return self.qs if self.is_valid() else self.queryset.none()
