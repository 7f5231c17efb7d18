from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter, ChoiceFilter, FilterSet

from cadres.forms.approvals import day_field
from cadres.forms.officers import PlainSelect
from courtparty.accounts.models import User
from courtparty.lib.dates import ONE_DAY
from retention.forms.days import coming_day_field
from retention.models import Mentoring
from retention.models.mentoring import MentoringQuerySet
from retention.rules.awards import free_again
from retention.rules.mentoring import QUIET_MONTHS
from retention.selectors.mentoring import quiet_pairs, searched


class MentoringFilter(FilterSet):
    """By itself running pairs."""

    ALL = "all"

    q = CharFilter(
        label=_("Mentor or new officer"),
        method="search",
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off", "maxlength": 60}),
    )
    state = ChoiceFilter(
        label=_("State"),
        empty_label=_("running"),
        choices=[(ALL, _("all")), *Mentoring.State.choices],
        method="in_state",
        widget=PlainSelect,
    )
    quiet = ChoiceFilter(
        label=_("Meetings"),
        empty_label=_("all"),
        choices=[("yes", _("none for a quarter"))],
        method="only_quiet",
        widget=PlainSelect,
    )

    def __init__(self, data: Any, queryset: MentoringQuerySet, *, user: User, on) -> None:
        super().__init__(data, queryset)
        self.user, self.on = user, on

    @property
    def found(self) -> MentoringQuerySet:
        return self.qs if self.is_valid() else self.queryset.none()

    def filter_queryset(self, queryset):
        found = super().filter_queryset(queryset)
        return found if self.form.cleaned_data["state"] else found.active()

    def search(self, queryset, name, value):
        return searched(queryset, value.strip(), user=self.user)

    def in_state(self, queryset, name, value):
        return queryset if value == self.ALL else queryset.filter(state=value)

    def only_quiet(self, queryset, name, value):
        return quiet_pairs(queryset, since=free_again(self.on, -QUIET_MONTHS))


class PairForm(forms.Form):
    mentee = forms.TypedChoiceField(label=_("New officer"), coerce=int)
    mentor = forms.TypedChoiceField(label=_("Mentor"), coerce=int)
    start = coming_day_field(label=_("From"))
    last_day = coming_day_field(
        label=_("Last day, if planned"),
        required=False,
        help_text=_("Empty: until the pair is ended."),
    )
    aims = forms.CharField(
        label=_("Aims"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("What the new officer should be able to do by then. Both read it."),
    )

    def __init__(self, *args: Any, officers: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("mentee", "mentor"):
            self.fields[name].choices = [("", _("Please choose")), *officers]

    @property
    def facts(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        last_day = cleaned["last_day"]
        return {
            "mentor_id": cleaned["mentor"],
            "mentee_id": cleaned["mentee"],
            "start": cleaned["start"],
            "end": last_day + ONE_DAY if last_day else None,
            "aims": cleaned["aims"],
        }


class EndPairForm(forms.Form):
    last_day = day_field(label=_("Last day"))
    outcome = forms.CharField(
        label=_("Outcome"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("What came of the aims. Both read it."),
    )


class MeetingNoteForm(forms.Form):
    met_on = day_field(label=_("Met on"))
    text = forms.CharField(
        label=_("Shared note"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Read by the two of you and by whoever manages the pair."),
    )


class NoteTextForm(forms.Form):
    text = forms.CharField(
        label=_("Shared note"), max_length=4000, widget=forms.Textarea(attrs={"rows": 5})
    )
