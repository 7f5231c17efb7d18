from datetime import timedelta
from typing import Any

from crispy_forms.layout import Column, Row
from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_filters import CharFilter, ChoiceFilter, FilterSet

from cadres.forms.appointments import SEARCH, DayField, indented, plain_helper
from cadres.forms.officers import PlainSelect
from courtparty.accounts.models import Unit, User
from retention.models import RetentionAction
from retention.models.board import RetentionActionQuerySet
from retention.selectors.actions import overdue, searched

AHEAD = timedelta(days=1100)
SOON = timedelta(days=7)


class ActionFilter(FilterSet):
    q = CharFilter(
        label=_("What, or who is responsible"),
        method="search",
        widget=forms.TextInput(attrs=SEARCH),
    )
    unit = ChoiceFilter(
        label=pgettext_lazy("an action", "For"), empty_label=_("all"), widget=PlainSelect
    )
    figure = ChoiceFilter(
        label=_("Figure behind it"),
        empty_label=_("all"),
        choices=RetentionAction.Figure.choices,
        widget=PlainSelect,
    )
    state = ChoiceFilter(
        label=_("State"),
        empty_label=_("all"),
        choices=[
            ("unfinished", _("unfinished")),
            ("overdue", _("overdue")),
            *RetentionAction.State.choices,
        ],
        method="by_state",
        widget=PlainSelect,
    )
    mine = ChoiceFilter(
        label=_("Mine"),
        empty_label=_("all"),
        choices=[("yes", _("I am responsible")), ("due", _("mine, due within a week"))],
        method="by_mine",
        widget=PlainSelect,
    )

    def __init__(self, data, queryset: RetentionActionQuerySet, *, units: list[Unit], user, on):
        super().__init__(data, queryset)
        self.user, self.on = user, on
        self.filters["unit"].extra["choices"] = [(str(one.pk), one.display_name) for one in units]

    @property
    def found(self) -> RetentionActionQuerySet:
        return self.qs if self.is_valid() else self.queryset.none()

    def search(self, queryset, name, value):
        return searched(queryset, value)

    def by_state(self, queryset, name, value):
        if value == "unfinished":
            return queryset.unfinished()
        if value == "overdue":
            return overdue(queryset, on=self.on)
        return queryset.filter(state=value)

    def by_mine(self, queryset, name, value):
        mine = queryset.filter(responsible=self.user)
        if value == "due":
            return mine.unfinished().filter(Q(due_on__lte=self.on + SOON))
        return mine


class ActionForm(forms.Form):
    unit = forms.TypedChoiceField(label=pgettext_lazy("an action", "For"))
    title = forms.CharField(
        label=_("What is to be done"),
        max_length=120,
        help_text=_("For instance: two more clerks for civil trial. No names of officers."),
    )
    figure = forms.ChoiceField(
        label=_("Figure behind it"), choices=[("", "—"), *RetentionAction.Figure.choices]
    )
    why = forms.CharField(
        label=_("Why"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Which figure shows it, and what is expected to change."),
    )
    responsible_id = forms.TypedChoiceField(
        label=_("Person responsible"), coerce=int, help_text=_("This person is told, and reminded.")
    )
    due_on = DayField(label=_("Due on"), ahead=AHEAD)
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, units: list[Unit], people: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.units = {str(unit.pk): unit for unit in units}
        self.fields["unit"].choices = [(key, indented(one)) for key, one in self.units.items()]
        self.fields["unit"].coerce = self.units.get
        choices = [(str(person.pk), str(person)) for person in people]
        self.fields["responsible_id"].choices = [("", "—"), *choices]
        self.helper = plain_helper(
            "unit",
            "title",
            "figure",
            "why",
            Row(
                Column("responsible_id", css_class="col-md-7"),
                Column("due_on", css_class="col-md-5"),
            ),
            "seen",
        )

    @property
    def facts(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "seen"}


class FollowForm(forms.Form):
    on = DayField(label=_("Date"), ahead=timedelta(0))
    text = forms.CharField(
        label=_("What was found or done"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = plain_helper("on", "text")


class CloseForm(forms.Form):
    state = forms.ChoiceField(
        label=_("It is"),
        choices=[
            (RetentionAction.State.DONE.value, RetentionAction.State.DONE.label),
            (RetentionAction.State.DROPPED.value, RetentionAction.State.DROPPED.label),
        ],
    )
    closed_on = DayField(label=_("Date"), ahead=timedelta(0))
    result = forms.CharField(
        label=_("Results"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("What came of it, by the figure behind it; or why it is dropped."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = plain_helper("state", "closed_on", "result")
