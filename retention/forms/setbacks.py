from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Layout, Row
from django import forms
from django.core.validators import MinValueValidator
from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter, ChoiceFilter, FilterSet

from cadres.forms.approvals import EARLIEST, day_field
from cadres.forms.officers import PlainSelect
from cadres.selectors.officers import Reach
from courtparty.accounts.models import User
from retention.forms.days import coming_day_field
from retention.forms.talk_choices import SEARCH, person_field, text_field
from retention.models import Setback, SetbackFollowUp, SetbackHelp
from retention.models.setbacks import SetbackQuerySet
from retention.selectors.setbacks import searched

LATE, FOLLOW, ALL = "late", "follow", "all"


class SetbackFilter(FilterSet):
    """The filters of the list; without a state it shows those still being cared for."""

    q = CharFilter(
        label=_("Name, pinyin or initials"),
        method="search",
        widget=forms.TextInput(attrs=SEARCH),
    )
    state = ChoiceFilter(
        label=_("State"),
        empty_label=_("being cared for"),
        choices=[
            (LATE, _("talk overdue")),
            (FOLLOW, _("follow-up due")),
            *Setback.State.choices,
            (ALL, _("all")),
        ],
        method="by_state",
        widget=PlainSelect,
    )
    kind = ChoiceFilter(
        label=_("Kind"), empty_label=_("all"), choices=Setback.Kind.choices, widget=PlainSelect
    )
    branch = ChoiceFilter(
        label=_("Party branch"),
        empty_label=_("all"),
        field_name="officer__branch",
        widget=PlainSelect,
    )

    def __init__(self, data, queryset: SetbackQuerySet, *, user: User, reach: Reach, on):
        super().__init__(data, queryset)
        self.user, self.on = user, on
        choices = [(str(unit.pk), unit.display_name) for unit in reach.branches]
        self.filters["branch"].extra["choices"] = choices

    @property
    def found(self) -> SetbackQuerySet:
        return self.qs if self.is_valid() else self.queryset.none()

    def filter_queryset(self, queryset):
        found = super().filter_queryset(queryset)
        return found if self.form.cleaned_data["state"] else found.running()

    def search(self, queryset, name, value):
        return searched(queryset, value, user=self.user)

    def by_state(self, queryset, name, value):
        if value == ALL:
            return queryset
        if value == LATE:
            return queryset.talk_late(on=self.on)
        if value == FOLLOW:
            return queryset.follow_up_due(on=self.on)
        return queryset.filter(state=value)


def _detail() -> forms.CharField:
    return text_field(
        label=_("What happened"),
        rows=4,
        help_text=_(
            "Only facts that help to help. Read by those who follow setbacks of this officer; "
            "every opening is recorded, and the officer sees by whom. Never used in appraisal."
        ),
    )


class RaiseForm(forms.Form):
    kind = forms.ChoiceField(label=_("Kind"), choices=[("", "—"), *Setback.Kind.choices])
    happened_on = day_field(
        label=_("Happened on"),
        validators=[MinValueValidator(EARLIEST, _("Please check the year of this date."))],
        help_text=_("From this day the working days until the talk are counted."),
    )

    def __init__(self, *args: Any, people: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["detail"] = _detail()
        self.fields["holder_id"] = person_field(
            people,
            empty=_("whoever leads the officer"),
            label=_("Who talks with the officer"),
            help_text=_(
                "Without a choice: the branch secretary, else the department head. "
                "It can be changed later."
            ),
        )
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.layout = Layout(
            Row(Column("kind", css_class="col-md-6"), Column("happened_on", css_class="col-md-6")),
            "detail",
            "holder_id",
        )


class ChangeForm(forms.Form):
    kind = forms.ChoiceField(label=_("Kind"), choices=Setback.Kind.choices)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["detail"] = _detail()


class HelpForm(forms.Form):
    measure = forms.ChoiceField(
        label=_("Measure"), choices=[("", "—"), *SetbackHelp.Measure.choices]
    )
    until = coming_day_field(label=_("Until"), help_text=_("The last day; then you are reminded."))
    text = text_field(
        label=_("What exactly"),
        rows=3,
        help_text=_("The officer reads this, and so do those who follow the setback."),
    )

    def __init__(self, *args: Any, people: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["who_id"] = person_field(people, label=_("By whom"))
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.layout = Layout(
            "measure",
            "text",
            Row(Column("who_id", css_class="col-md-6"), Column("until", css_class="col-md-6")),
        )


class FollowUpForm(forms.Form):
    day = day_field(label=_("Day"))
    outcome = forms.ChoiceField(
        label=_("How it is"),
        choices=SetbackFollowUp.Outcome.choices,
        widget=forms.RadioSelect,
        help_text=_("Compared with the last time somebody asked."),
    )
    note = text_field(
        label=_("Note"),
        rows=3,
        help_text=_("Read by those who follow the setback; the officer sees only the day."),
    )


class RecoverForm(forms.Form):
    on = day_field(label=_("Better since"))


class CloseForm(forms.Form):
    reason = forms.ChoiceField(label=_("Reason"), choices=[("", "—"), *Setback.EndReason.choices])
    on = day_field(label=_("Ended on"))
