from datetime import date
from decimal import Decimal
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Fieldset, Layout, Row
from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter, ChoiceFilter, FilterSet

from cadres.forms.approvals import ApprovalFields, day_field
from cadres.forms.officers import PlainSelect
from cadres.models import AllowanceStandard, Post
from cadres.models.allowances import AllowanceStandardQuerySet
from cadres.selectors.standards import WHEN, at_time, is_filed
from courtparty.accounts.models import Unit
from courtparty.lib.dates import ONE_DAY

_WRONG_YEAR = _("Please check the year of this date.")
_IN_OUR_TIME = [
    MinValueValidator(date(2000, 1, 1), _WRONG_YEAR),
    MaxValueValidator(date(2100, 12, 31), _WRONG_YEAR),
]


class StandardFilter(FilterSet):
    q = CharFilter(
        label=_("Document number"),
        field_name="approval__number",
        lookup_expr="contains",
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off", "maxlength": 60}),
    )
    kind = ChoiceFilter(
        label=_("Kind of post"),
        empty_label=_("all"),
        choices=Post.Kind.choices,
        widget=PlainSelect,
    )
    when = ChoiceFilter(
        label=_("In force"),
        empty_label=_("all"),
        choices=list(WHEN.items()),
        method="at_time",
        widget=PlainSelect,
    )

    def __init__(self, data, queryset: AllowanceStandardQuerySet, *, on: date):
        super().__init__(data, queryset)
        self.on = on

    @property
    def found(self):
        return self.qs if self.is_valid() else self.queryset.none()

    def filter_queryset(self, queryset):
        found = super().filter_queryset(queryset)
        return found if self.form.cleaned_data["when"] else found.standing()

    def at_time(self, queryset, name, value):
        return at_time(queryset, value, on=self.on)


class StandardForm(ApprovalFields):
    """A new standard with the document it rests on, whose file is required."""

    approval_legend = _("Approval basis")

    court = forms.ModelChoiceField(Unit.objects.none(), label=_("Court"), empty_label=None)
    kind = forms.ChoiceField(
        label=_("Kind of post"),
        choices=[("", "—"), *Post.Kind.choices],
        help_text=_(
            "It applies to every post of this kind in the court. A standard of the same kind that "
            "has no end yet ends on the day before."
        ),
    )
    amount = forms.DecimalField(
        label=_("Amount a month"),
        max_digits=9,
        decimal_places=2,
        validators=[MinValueValidator(Decimal("0.01"))],
        widget=forms.NumberInput(attrs={"step": "0.01", "min": "0.01", "inputmode": "decimal"}),
        help_text=_("In yuan, exactly as the document says. Part of a month is paid by days."),
    )
    start = day_field(
        label=_("In force from"),
        validators=_IN_OUR_TIME,
        help_text=_(
            "May lie in the past: months already paid are put right as arrears by the next run."
        ),
    )
    last = day_field(
        label=_("Last day in force"),
        validators=_IN_OUR_TIME,
        required=False,
        help_text=_("Leave empty if the document sets no end."),
    )
    several = forms.ChoiceField(
        label=_("Somebody who holds several posts gets"),
        choices=AllowanceStandard.Several.choices,
        widget=forms.RadioSelect,
        initial=AllowanceStandard.Several.HIGHEST,
        help_text=_(
            "Example: a branch secretary (300.00) who is also committee member for publicity "
            "(200.00). “Only the highest” pays 300.00 a month; “paid beside the others” for the "
            "committee member pays 300.00 and 200.00, together 500.00."
        ),
    )
    pays_acting = forms.BooleanField(
        label=_("Pay acting holders"),
        required=False,
        initial=True,
        help_text=_("Those who hold the post until somebody is appointed or elected."),
    )
    pays_seconded_in = forms.BooleanField(
        label=_("Pay those seconded in"),
        required=False,
        help_text=_(
            "Those who come from another unit. Usually their own unit goes on paying them: tick "
            "this only if the document says so."
        ),
    )
    pays_seconded_out = forms.BooleanField(
        label=_("Go on paying holders who are seconded out"),
        required=False,
        initial=True,
        help_text=_("Without the tick nothing is paid for the days of a secondment elsewhere."),
    )
    note = forms.CharField(label=_("Note"), max_length=200, required=False)

    def __init__(self, *args: Any, courts: QuerySet[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.courts = list(courts)
        self.fields["court"].queryset = courts
        self.fields["file"].help_text = _(
            "The scanned document: PDF, picture, OFD, Word or WPS. Not needed when the document "
            "is on record with its file."
        )
        paid = ["kind", "amount", Row(Column("start"), Column("last"))]
        if len(self.courts) == 1:
            del self.fields["court"]
        else:
            paid.insert(0, "court")
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.layout = Layout(
            Fieldset(_("What is paid"), *paid),
            self.approval_fieldset(),
            Fieldset(
                _("Who is paid"),
                "several",
                "pays_acting",
                "pays_seconded_in",
                "pays_seconded_out",
                "note",
            ),
        )

    @property
    def chosen_court(self) -> Unit | None:
        return self.cleaned_data.get("court") or (self.courts[0] if self.courts else None)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        start, last = cleaned.get("start"), cleaned.get("last")
        if start and last and last < start:
            self.add_error("last", _("The last day lies before the first."))
        number, court = cleaned.get("number"), self.chosen_court
        has_no_file = "file" not in self.errors and not cleaned.get("file")
        if number and court and has_no_file and not is_filed(court, number):
            text = _(
                "Attach the document: a standard rests on it, and it is not on record with a file."
            )
            self.add_error("file", text)
        return cleaned

    def asked(self) -> dict[str, Any]:
        """What was asked for, with the period half open as everything inside has it."""
        cleaned = self.cleaned_data
        plain = (
            "kind", "amount", "start", "several", "pays_acting", "pays_seconded_in",
            "pays_seconded_out", "note",
        )  # fmt: skip
        last = cleaned["last"]
        return {name: cleaned[name] for name in plain} | {
            "court": self.chosen_court,
            "end": last + ONE_DAY if last else None,
            "approval": self.approval,
        }


class TakeBackForm(forms.Form):
    reason = forms.CharField(
        label=_("What was wrong?"), max_length=120, help_text=_("It stays on record.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False


class EndForm(forms.Form):
    last = day_field(
        label=_("Last day in force"),
        validators=_IN_OUR_TIME,
        help_text=_("Posts of this kind are paid up to and including this day."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False

    @property
    def end(self) -> date:
        """The first day no longer in force."""
        return self.cleaned_data["last"] + ONE_DAY
