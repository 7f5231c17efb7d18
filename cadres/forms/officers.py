from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter, ChoiceFilter, FilterSet

from cadres.models import Officer, OfficerQuerySet
from cadres.selectors.officers import Reach, searched
from cadres.selectors.readers import REVEAL_REASONS
from courtparty.accounts.models import User


class PlainSelect(forms.Select):
    """A select drawn without a template for each of its options."""

    def render(self, name, value, attrs=None, renderer=None):
        chosen = "" if value is None else str(value)
        options = format_html_join(
            "",
            '<option value="{}"{}>{}</option>',
            (
                (key, " selected" if str(key) == chosen else "", label)
                for key, label in self.choices
            ),
        )
        identity = (attrs or {}).get("id", "")
        return format_html('<select name="{}" id="{}">{}</select>', name, identity, options)


class OfficerFilter(FilterSet):
    """The filters of the officer list. A unit out of reach is no choice, and finds nobody."""

    LEFT, ALL = "left", "all"

    q = CharFilter(
        label=_("Name, pinyin or initials"),
        method="search",
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off", "maxlength": 60}),
    )
    department = ChoiceFilter(label=_("Department"), empty_label=_("all"), widget=PlainSelect)
    branch = ChoiceFilter(label=_("Party branch"), empty_label=_("all"), widget=PlainSelect)
    category = ChoiceFilter(
        label=_("Category"),
        empty_label=_("all"),
        choices=Officer.Category.choices,
        widget=PlainSelect,
    )
    party_status = ChoiceFilter(
        label=_("Party status"),
        empty_label=_("all"),
        choices=Officer.PartyStatus.choices,
        widget=PlainSelect,
    )
    service = ChoiceFilter(
        label=_("Service"),
        empty_label=_("in service"),
        choices=[(LEFT, _("left")), (ALL, _("in service and left"))],
        method="in_or_left",
        widget=PlainSelect,
    )

    def __init__(self, data, queryset: OfficerQuerySet, *, user: User, reach: Reach):
        super().__init__(data, queryset)
        self.user = user
        for name, units in (("department", reach.departments), ("branch", reach.branches)):
            if units:
                choices = [(str(unit.pk), unit.display_name) for unit in units]
                self.filters[name].extra["choices"] = choices
            elif not data.get(name):
                del self.filters[name]

    @property
    def found(self) -> OfficerQuerySet:
        return self.qs if self.is_valid() else self.queryset.none()

    def filter_queryset(self, queryset):
        found = super().filter_queryset(queryset)
        return found if self.form.cleaned_data["service"] else found.in_service()

    def search(self, queryset, name, value):
        return searched(queryset, value, user=self.user)

    def in_or_left(self, queryset, name, value):
        return queryset.exclude(left_on=None) if value == self.LEFT else queryset


class RevealForm(forms.Form):
    """Why an ID number is opened: its holder will read the answer."""

    reason = forms.ChoiceField(
        label=_("Why do you need it?"),
        choices=[("", "—"), *REVEAL_REASONS.items()],
    )

    helper = FormHelper()
    helper.form_tag = False
    helper.layout = Layout("reason")
