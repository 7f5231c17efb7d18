from datetime import date
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Layout, Row
from django import forms
from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter, ChoiceFilter, FilterSet

from cadres.forms.approvals import EARLIEST, day_field
from cadres.forms.officers import PlainSelect
from courtparty.accounts.models import User
from courtparty.jobs.forms import AttachmentField
from retention.models import Achievement
from retention.models.achievements import AchievementQuerySet
from retention.selectors.achievements import at_desk, late, searched
from retention.selectors.award_desks import DESK_WORDS
from retention.services.achievements import Facts


class AchievementFilter(FilterSet):
    """Over achievements that come from ``with_proposal``. By itself only what is under way."""

    ALL = "all"

    q = CharFilter(
        label=_("Officer or achievement"),
        method="search",
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off", "maxlength": 60}),
    )
    state = ChoiceFilter(
        label=_("State"),
        empty_label=_("under way"),
        choices=[(ALL, _("all")), *Achievement.State.choices],
        method="in_state",
        widget=PlainSelect,
    )
    desk = ChoiceFilter(
        label=_("With whom"),
        empty_label=_("all"),
        choices=list(DESK_WORDS.items()),
        method="with_desk",
        widget=PlainSelect,
    )
    kind = ChoiceFilter(
        label=_("Kind"), empty_label=_("all"), choices=Achievement.Kind.choices, widget=PlainSelect
    )
    late = ChoiceFilter(
        label=_("Day limit"),
        empty_label=_("all"),
        choices=[("yes", _("overdue"))],
        method="only_late",
        widget=PlainSelect,
    )

    def __init__(self, data: Any, queryset: AchievementQuerySet, *, user: User, on: date) -> None:
        super().__init__(data, queryset)
        self.user, self.on = user, on

    @property
    def found(self) -> AchievementQuerySet:
        return self.qs if self.is_valid() else self.queryset.none()

    def filter_queryset(self, queryset):
        found = super().filter_queryset(queryset)
        return found if self.form.cleaned_data["state"] else found.under_way()

    def search(self, queryset, name, value):
        return searched(queryset, value.strip(), user=self.user)

    def in_state(self, queryset, name, value):
        return queryset if value == self.ALL else queryset.filter(state=value)

    def with_desk(self, queryset, name, value):
        return at_desk(queryset, value)

    def only_late(self, queryset, name, value):
        return late(queryset, on=self.on)


class AchievementForm(forms.Form):
    """What was achieved. ``officers``: of whom it may be; None leaves the choice out."""

    officer = forms.TypedChoiceField(label=_("Officer"), coerce=int)
    title = forms.CharField(
        label=_("What was achieved"),
        max_length=120,
        help_text=_("In few words: it stands on the certificate, so in Chinese."),
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=Achievement.Kind.choices)
    achieved_on = day_field(
        label=_("Achieved on"), help_text=_("The day it was recognised or completed.")
    )
    description = forms.CharField(
        label=_("Description"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("What was special about it. Read by those who propose and decide awards."),
    )
    file = AttachmentField(label=_("Evidence"), required=False)

    def __init__(
        self, *args: Any, officers: list[tuple[str, str]] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if officers is None:
            del self.fields["officer"]
        else:
            self.fields["officer"].choices = [("", _("Please choose")), *officers]
        first = [] if officers is None else ["officer"]
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.layout = Layout(
            *first,
            "title",
            Row(Column("kind", css_class="col-md-6"), Column("achieved_on", css_class="col-md-6")),
            "description",
            "file",
        )

    def clean_title(self) -> str:
        return " ".join(self.cleaned_data["title"].split())

    def clean_achieved_on(self) -> date:
        day: date = self.cleaned_data["achieved_on"]
        if day < EARLIEST:
            raise forms.ValidationError(_("Please check the year of this date."))
        return day

    @property
    def facts(self) -> Facts:
        cleaned = self.cleaned_data
        return Facts(
            kind=cleaned["kind"],
            title=cleaned["title"],
            achieved_on=cleaned["achieved_on"],
            description=cleaned["description"],
        )


class AnswerForm(forms.Form):
    answer = forms.CharField(
        label=_("Why it is not rewarded"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The officer reads it. Say what would be needed, and thank for the work."),
    )
