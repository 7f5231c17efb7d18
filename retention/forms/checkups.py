from datetime import date, timedelta
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Fieldset, Layout, Row
from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_filters import CharFilter, ChoiceFilter, FilterSet

from cadres.forms.approvals import day_field
from cadres.forms.officers import PlainSelect
from cadres.models import Officer
from courtparty.accounts.models import Unit, User
from retention.forms.days import coming_day_field
from retention.models import CheckUp, CheckUpCampaign
from retention.models.checkups import CheckUpQuerySet
from retention.selectors.checkups import OUTSTANDING, found_by_name, without_result

ONE_DAY = timedelta(days=1)
CHECK_UP_WORDS = pgettext_lazy("of a check-up", "due"), pgettext_lazy("of a check-up", "done")


class CampaignFilter(FilterSet):
    q = CharFilter(
        label=_("Name, place or hospital"),
        method="search",
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off", "maxlength": 60}),
    )
    state = ChoiceFilter(
        label=_("State"),
        empty_label=_("all"),
        choices=CheckUpCampaign.State.choices,
        widget=PlainSelect,
    )

    @property
    def found(self):
        return self.qs if self.is_valid() else self.queryset.none()

    def search(self, queryset, name, value):
        words = value.strip()
        found = queryset.filter(name__contains=words) | queryset.filter(place__contains=words)
        return found | queryset.filter(provider__contains=words)


class CheckUpFilter(FilterSet):
    """The check-ups of a campaign. Others than the steward choose between done and due."""

    NO_RESULT = "no_result"

    q = CharFilter(
        label=_("Name, pinyin or initials"),
        method="search",
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off", "maxlength": 60}),
    )
    department = ChoiceFilter(
        label=_("Department"),
        field_name="officer__department",
        empty_label=_("all"),
        widget=PlainSelect,
    )
    state = ChoiceFilter(
        label=_("State"), empty_label=_("all"), method="in_state", widget=PlainSelect
    )

    def __init__(
        self,
        data,
        queryset: CheckUpQuerySet,
        *,
        user: User,
        departments: list[Unit],
        keeps: bool,
    ):
        super().__init__(data, queryset)
        self.user = user
        due, done = CHECK_UP_WORDS
        states = [("due", due), ("done", done)]
        if keeps:
            states += [
                (CheckUp.State.EXCUSED, CheckUp.State.EXCUSED.label),
                (self.NO_RESULT, _("done, without a result")),
            ]
        self.filters["state"].extra["choices"] = states
        self.filters["department"].extra["choices"] = [
            (str(unit.pk), unit.display_name) for unit in departments
        ]

    @property
    def found(self) -> CheckUpQuerySet:
        return self.qs if self.is_valid() else self.queryset.none()

    def search(self, queryset, name, value):
        return found_by_name(queryset, value.strip(), user=self.user)

    def in_state(self, queryset, name, value):
        if value == self.NO_RESULT:
            return without_result(queryset)
        return queryset.filter(state__in=OUTSTANDING if value == "due" else [value])


class CampaignForm(forms.Form):
    """A campaign. Its last day is converted here, once, to the first day after."""

    year = forms.IntegerField(label=_("Year"), min_value=2000, max_value=2100)
    name = forms.CharField(
        label=_("Name"), max_length=80, help_text=_("For instance “Yearly check-up”.")
    )
    start = coming_day_field(label=_("First day"))
    last = coming_day_field(label=_("Last day"))
    place = forms.CharField(label=_("Place"), max_length=120)
    provider = forms.CharField(label=_("Hospital or provider"), max_length=120)
    note = forms.CharField(
        label=_("Note for those invited"),
        max_length=300,
        required=False,
        help_text=_("For instance “Come without breakfast, bring your ID card.”"),
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.layout = Layout(*self.parts())

    def parts(self) -> list[Any]:
        return [
            Row(
                Column("name", css_class="col-md-8"),
                Column("year", css_class="col-md-4"),
            ),
            Row(Column("start", css_class="col-md-6"), Column("last", css_class="col-md-6")),
            Row(Column("provider", css_class="col-md-6"), Column("place", css_class="col-md-6")),
            "note",
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        start, last = cleaned.get("start"), cleaned.get("last")
        if start and last and last < start:
            self.add_error("last", _("The last day lies before the first."))
        return cleaned

    @property
    def facts(self) -> dict[str, Any]:
        names = ("year", "name", "start", "place", "provider", "note")
        facts = {name: self.cleaned_data[name] for name in names}
        return facts | {"end": self.cleaned_data["last"] + ONE_DAY}


class CampaignMakeForm(CampaignForm):
    departments = forms.ModelMultipleChoiceField(
        Unit.objects.none(),
        label=_("Departments"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None ticked: all departments."),
    )
    categories = forms.MultipleChoiceField(
        label=_("Categories"),
        required=False,
        choices=Officer.Category.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None ticked: everybody in service."),
    )

    def __init__(self, *args: Any, court: Unit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        departments = Unit.objects.within(court).departments().filter(is_active=True)
        self.fields["departments"].queryset = departments.order_by("path")
        self.fields["departments"].label_from_instance = lambda unit: unit.display_name

    def parts(self) -> list[Any]:
        return [*super().parts(), Fieldset(_("For whom"), "departments", "categories")]


class AddOfficersForm(forms.Form):
    officers = forms.ModelMultipleChoiceField(
        Officer.objects.none(),
        label=_("Officers"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Tick at least one officer.")},
    )
    due_on = coming_day_field(label=_("Appointed for"))

    def __init__(self, *args: Any, officers: Any, first: date, last: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["officers"].queryset = officers.select_related("department")
        self.fields["officers"].label_from_instance = lambda one: (
            f"{one.name} · {one.department.display_name}"
        )
        self.fields["due_on"].help_text = _("From %(first)s to %(last)s.") % {
            "first": first.isoformat(),
            "last": last.isoformat(),
        }
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.layout = Layout("due_on", "officers")


class DoneForm(forms.Form):
    """Several check-ups noted as done on one day, from the list of a campaign."""

    done_on = day_field(
        label=_("Done on"), error_messages={"required": _("Give the day the check-ups were done.")}
    )
    checkups = forms.TypedMultipleChoiceField(
        coerce=int, error_messages={"required": _("Tick at least one officer in the list.")}
    )

    def __init__(self, *args: Any, ids: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["checkups"].choices = [(pk, pk) for pk in ids]


class FinishForm(forms.Form):
    done_on = day_field(label=_("Done on"))


class ExcuseForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Stored encrypted. Only health stewards and the officer read it."),
    )


class MoveForm(forms.Form):
    due_on = coming_day_field(label=_("Appointed for"))
