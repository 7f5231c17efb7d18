from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_filters import CharFilter, ChoiceFilter, FilterSet

from cadres.forms.officers import PlainSelect
from cadres.selectors.officers import Reach
from courtparty.accounts.models import User
from retention.forms.days import coming_day_field
from retention.forms.talk_choices import SEARCH, person_field
from retention.models import TalkPair, TalkRule, TalkTask
from retention.models.talk_tasks import TalkTaskQuerySet
from retention.rules.talks import MOST_TIMES
from retention.selectors.talk_tasks import ALL, LATE, NOBODY, in_state, searched
from retention.services.talk_planning import REASONS


def branch_choices(reach: Reach) -> list[tuple[str, str]]:
    named = [(str(unit.pk), unit.display_name) for unit in reach.branches]
    return [*named, ("none", str(_("without a branch")))]


def in_branch(queryset, value: str):
    if value == "none":
        return queryset.filter(officer__branch=None)
    return queryset.filter(officer__branch=value)


class TaskFilter(FilterSet):
    """The filters of the planned talks; without a state it shows those to be held."""

    q = CharFilter(
        label=_("Name of the officer or of the holder"),
        method="search",
        widget=forms.TextInput(attrs=SEARCH),
    )
    state = ChoiceFilter(
        label=_("State"),
        empty_label=_("to be held"),
        choices=[
            (LATE, _("overdue")),
            (NOBODY, _("nobody to hold it")),
            (TalkTask.State.HELD, pgettext_lazy("a talk", "held")),
            (TalkTask.State.CANCELLED, _("cancelled")),
            (ALL, _("all")),
        ],
        method="by_state",
        widget=PlainSelect,
    )
    pair = ChoiceFilter(
        label=_("Kind of pair"), empty_label=_("all"), choices=TalkPair.choices, widget=PlainSelect
    )
    kind = ChoiceFilter(
        label=_("Kind"), empty_label=_("all"), choices=TalkTask.Kind.choices, widget=PlainSelect
    )
    branch = ChoiceFilter(
        label=_("Party branch"), empty_label=_("all"), method="by_branch", widget=PlainSelect
    )
    year = ChoiceFilter(label=_("Year"), empty_label=_("all"), widget=PlainSelect)

    def __init__(
        self, data, queryset: TalkTaskQuerySet, *, user: User, reach: Reach, years: list[int], on
    ):
        super().__init__(data, queryset)
        self.user, self.on = user, on
        self.filters["branch"].extra["choices"] = branch_choices(reach)
        self.filters["year"].extra["choices"] = [(str(year), str(year)) for year in years]

    @property
    def found(self) -> TalkTaskQuerySet:
        return self.qs if self.is_valid() else self.queryset.none()

    def filter_queryset(self, queryset):
        found = super().filter_queryset(queryset)
        return found if self.form.cleaned_data["state"] else found.open()

    def search(self, queryset, name, value):
        return searched(queryset, value.strip(), user=self.user)

    def by_state(self, queryset, name, value):
        return in_state(queryset, value, on=self.on)

    def by_branch(self, queryset, name, value):
        return in_branch(queryset, value)


class AssignForm(forms.Form):
    """Who is to hold a talk; the day only where no rule sets it."""

    due_on = coming_day_field(label=_("Due on"))

    def __init__(self, *args: Any, people: list[User], may_move_day: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        holder = person_field(
            people,
            label=_("Who holds the talk"),
            help_text=_("Everybody who holds talks where the officer belongs."),
        )
        self.fields = {"holder_id": holder, **self.fields}
        if not may_move_day:
            del self.fields["due_on"]


class CancelForm(forms.Form):
    reason = forms.ChoiceField(
        label=_("Reason"),
        choices=[("", "—"), *((one.value, one.label) for one in REASONS)],
    )


class PlanForm(forms.Form):
    """A talk asked for outside of the rules."""

    due_on = coming_day_field(label=_("To be held by"))

    def __init__(self, *args: Any, people: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["holder_id"] = person_field(
            people,
            empty=_("whoever leads the officer"),
            label=_("Who holds the talk"),
            help_text=_("Without a choice: the branch secretary, else the department head."),
        )


class RuleForm(forms.ModelForm):
    """How often one kind of pair talks; a service keeps it."""

    class Meta:
        model = TalkRule
        fields = ["is_used", "times_per_year", "certainty", "source"]
        widgets = {"times_per_year": forms.NumberInput(attrs={"min": 1, "max": MOST_TIMES})}
