from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter, ChoiceFilter, FilterSet

from cadres.forms.officers import PlainSelect
from cadres.models import Correction, Officer
from cadres.rules.corrections import UNITS, WORDS
from cadres.rules.roster import DATES, TEXT_LIMITS
from cadres.selectors.corrections import label_of, unit_choices


class CorrectionFilter(FilterSet):
    q = CharFilter(
        label=_("Name"),
        field_name="officer__name",
        lookup_expr="contains",
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off", "maxlength": 60}),
    )
    state = ChoiceFilter(
        label=_("State"),
        empty_label=_("waiting"),
        choices=[
            (Correction.State.ACCEPTED, _("corrected")),
            (Correction.State.DECLINED, _("declined")),
            ("all", _("all")),
        ],
        method="in_state",
        widget=PlainSelect,
    )

    @property
    def found(self):
        return self.qs if self.is_valid() else self.queryset.none()

    def filter_queryset(self, queryset):
        found = super().filter_queryset(queryset)
        return found if self.form.cleaned_data["state"] else found.awaiting()

    def in_state(self, queryset, name, value):
        return queryset if value == "all" else queryset.filter(state=value)


class AskForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("For instance where the right value can be seen. Stored encrypted."),
    )

    def __init__(self, *args, officer: Officer, field: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["proposed"] = _proposed_field(officer, field)
        self.order_fields(["proposed", "reason"])
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.layout = Layout("proposed", "reason")


def _proposed_field(officer: Officer, field: str) -> forms.Field:
    label = _("%(item)s should be") % {"item": label_of(field)}
    if field in WORDS:
        choices = Officer._meta.get_field(field).choices
        return forms.ChoiceField(label=label, choices=[("", "—"), *(choices or [])])
    if field in UNITS:
        units = [(unit.pk, unit.display_name) for unit in unit_choices(officer, field)]
        return forms.ChoiceField(
            label=label, choices=[("", "—"), *units], required=field == "department"
        )
    if field in DATES:
        hint = _("A month or a day, such as 2006-08 or 2006-08-15. Leave empty if there is none.")
        return forms.CharField(label=label, max_length=40, required=False, help_text=hint)
    is_required = field in ("name", "id_number")
    limit = TEXT_LIMITS.get(field, 40)
    return forms.CharField(label=label, max_length=limit, required=is_required)


class DecideForm(forms.Form):
    decision = forms.ChoiceField(choices=[("accept", ""), ("decline", "")], required=True)
    answer = forms.CharField(
        label=_("Answer to the officer"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Required if you decline. The officer reads it."),
    )

    helper = FormHelper()
    helper.form_tag = False
    helper.layout = Layout("answer")
